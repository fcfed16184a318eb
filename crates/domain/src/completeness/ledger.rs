//! Where each call that is over stands, and how many stand so. Counts are kept by quarters of an hour, which every day of every
//! time zone is made of.

use crate::activity::Outcome;
use crate::call::{CallRecord, CallState, NoActivity};
use crate::id::At;
use crate::import::SOURCE_PREFIX;
use serde::{Deserialize, Serialize};

/// Length of a slot, in microseconds: a quarter of an hour, because all zones' days begin with one.
pub const SLOT_US: i64 = 15 * 60 * 1_000_000;

/// Where a call that is over stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerClass {
    /// It has an Activity, whose wrap-ups are still owed.
    Open,
    /// It has an Activity that an agent logged.
    Logged,
    /// It has an Activity that an agent chose not to log.
    NotLogged,
    /// It has an Activity that nobody summed up in time.
    Undispositioned,
    /// It has an Activity, and nobody owed a wrap-up.
    NoWrapup,
    /// It has none: agent to agent.
    InternalCall,
    /// It has none: a click-to-dial whose agent never picked up.
    AgentDidNotPickUp,
    /// It has none: an agent's leg that never called anybody.
    NoCustomer,
    /// It has none: somebody listened in.
    ListeningIn,
    /// It has neither an Activity nor a reason: a gap.
    Gap,
}

impl LedgerClass {
    /// Each of them.
    pub const ALL: [LedgerClass; 10] = [
        LedgerClass::Open,
        LedgerClass::Logged,
        LedgerClass::NotLogged,
        LedgerClass::Undispositioned,
        LedgerClass::NoWrapup,
        LedgerClass::InternalCall,
        LedgerClass::AgentDidNotPickUp,
        LedgerClass::NoCustomer,
        LedgerClass::ListeningIn,
        LedgerClass::Gap,
    ];

    /// Where a call with this reason, or else with this outcome of its Activity, stands.
    pub fn of(reason: Option<NoActivity>, outcome: Option<Outcome>) -> LedgerClass {
        match (reason, outcome) {
            (Some(NoActivity::InternalCall), _) => LedgerClass::InternalCall,
            (Some(NoActivity::AgentDidNotPickUp), _) => LedgerClass::AgentDidNotPickUp,
            (Some(NoActivity::NoCustomer), _) => LedgerClass::NoCustomer,
            (Some(NoActivity::ListeningIn), _) => LedgerClass::ListeningIn,
            (None, Some(Outcome::Open)) => LedgerClass::Open,
            (None, Some(Outcome::Logged)) => LedgerClass::Logged,
            (None, Some(Outcome::NotLogged)) => LedgerClass::NotLogged,
            (None, Some(Outcome::Undispositioned)) => LedgerClass::Undispositioned,
            (None, Some(Outcome::NoWrapup)) => LedgerClass::NoWrapup,
            (None, None) => LedgerClass::Gap,
        }
    }

    /// Whether a call that stands so has an Activity.
    pub fn has_activity(self) -> bool {
        use LedgerClass::{Logged, NoWrapup, NotLogged, Open, Undispositioned};
        matches!(self, Open | Logged | NotLogged | Undispositioned | NoWrapup)
    }
}

/// Where a call stands, and where it is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerEntry {
    /// The quarter of an hour in which it began, counted from 1970.
    pub slot: i64,
    /// The phone system that knows it.
    pub source: String,
    /// Where it stands.
    pub class: LedgerClass,
    /// Whether a lost connection made part of it a conclusion.
    pub inferred: bool,
    /// Whether it was made from a file of the phone system.
    pub from_file: bool,
}

impl LedgerEntry {
    /// Where a call is counted; `None` while it lives, and for calls of other systems, which no phone system of ours knows.
    pub fn of(call: &CallRecord, outcome: Option<Outcome>, from_file: bool) -> Option<LedgerEntry> {
        let counted = call.state == CallState::Ended && !call.source.starts_with(SOURCE_PREFIX);
        counted.then(|| LedgerEntry {
            slot: slot_of(call.started_at),
            source: call.source.clone(),
            class: LedgerClass::of(call.no_activity, outcome),
            inferred: call.inferred,
            from_file,
        })
    }
}

/// The slot of a moment.
pub fn slot_of(at: At) -> i64 {
    at.0.div_euclid(SLOT_US)
}

/// When a slot begins.
pub fn begin_of(slot: i64) -> At {
    At(slot.saturating_mul(SLOT_US))
}

/// How many calls stand alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerCount {
    /// How.
    pub entry: LedgerEntry,
    /// How many.
    pub calls: u64,
}

/// A time in which a phone system was not heard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeafSpan {
    /// When it was heard last, by our clock.
    pub from: At,
    /// When it was heard again.
    pub until: At,
    /// The phone system.
    pub source: String,
}
