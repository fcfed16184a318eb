//! What a store answers where it is more than rows of the domain. What each question means is the
//! [`Store`](crate::Store)'s.

use domain::activity::Activity;
use domain::audit::AuditEntry;
use domain::call::CallRecord;
use domain::duty::AgentMode;
use domain::id::{AgentKey, At, CallKey, PersonId};
use domain::message::Message;
use domain::wrapup::Wrapup;
use std::collections::BTreeMap;

/// A page of Activities, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityPage {
    /// The Activities, each with its call.
    pub rows: Vec<ActivityRow>,
    /// What to ask for next; `None` at the end. Opaque to the caller, stable under inserts: the pages
    /// after it hold what they would have held, whatever began since.
    pub next: Option<String>,
}

/// A page of the list of Activities, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityListPage {
    /// The Activities, each with its call.
    pub rows: Vec<ActivityRow>,
    /// What to ask for next; `None` at the end. Opaque to the caller, stable under inserts.
    pub next: Option<String>,
    /// Began the last call that was looked at; `None` at the end.
    pub searched_to: Option<At>,
}

/// A record that calls of its number may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateOwner {
    /// The record.
    pub person: PersonId,
    /// The version that has a number which it had not before.
    pub version: u64,
}

/// An Activity with its call.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityRow {
    /// The Activity.
    pub activity: Activity,
    /// Its call.
    pub call: CallRecord,
}

/// What is now, of a whole tenant: what agents are doing and who waits follows from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FloorRows {
    /// The calls that live, oldest first.
    pub calls: Vec<CallRecord>,
    /// What the record is called that a call is filed on, where it is on one.
    pub parties: BTreeMap<CallKey, String>,
    /// The wrap-ups that keep their agents from calls, oldest first.
    pub working: Vec<Wrapup>,
    /// The wrap-ups that wait in their agents' inboxes, oldest first.
    pub waiting: Vec<Wrapup>,
    /// What agents last said of themselves, of those who ever did, by agent.
    pub modes: Vec<AgentMode>,
}

/// A page of the change log, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

/// A page of the inbox of wrap-ups, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct WrapupPage {
    /// The wrap-ups.
    pub wrapups: Vec<Wrapup>,
    /// What to ask for next; `None` at the end. It says no more than which wrap-up was the last one, so it stays
    /// good when that one is submitted.
    pub next: Option<String>,
}

/// How many wrap-ups are there to submit, told apart as far as that rests neither on settings nor on the time it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrapupTally {
    /// Closed by the timer.
    pub undispositioned: u64,
    /// Owed, and their agents were freed.
    pub released: u64,
    /// Owed, and they keep calls away: one each, oldest first. Those without a time are older than all others.
    pub waiting: Vec<WaitingSince>,
}

/// What the end of an owed wrap-up's time rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaitingSince {
    /// When it became owed.
    pub opened_at: Option<At>,
    /// How often its agent asked for more time.
    pub extensions: u32,
}

/// A page of messages: what waits oldest first, what is done newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// What to ask for next; `None` at the end. It stays good when the last one of the page changes its state.
    pub next: Option<String>,
}

/// How many messages wait in a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageCount {
    /// The ring group whose work they are.
    pub ring_group: Option<String>,
    /// The agent whose work they are.
    pub agent: Option<AgentKey>,
    /// Those that nobody took.
    pub open: u64,
    /// Those that somebody deals with.
    pub taken: u64,
}

/// How far a source got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceProgress {
    /// Number of the last chunk stored; 0 where none was.
    pub last_chunk: u64,
    /// The last connection's number; 0 where none was.
    pub last_connection: u64,
    /// First chunk that a restart must replay; `last_chunk + 1` where none must.
    pub resume_from: u64,
}

impl SourceProgress {
    /// From what was stored of the source; zeros where nothing was.
    pub(crate) fn new(last_chunk: u64, last_connection: u64, resume_from: u64) -> Self {
        SourceProgress { last_chunk, last_connection, resume_from: resume_from.clamp(1, last_chunk + 1) }
    }
}

/// Names of the users who are agents, by the agent.
pub type AgentNames = BTreeMap<AgentKey, String>;

/// What the completeness ledger counts (invariant 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Calls that live.
    pub live: u64,
    /// Calls that ended.
    pub ended: u64,
    /// Archived Activities.
    pub activities: u64,
    /// Ended calls with a stored reason for having none.
    pub reasons: u64,
    /// Wrap-ups owed.
    pub open_wrapups: u64,
}
