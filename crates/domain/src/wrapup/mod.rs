//! The wrap-up: what an agent owes when their part of a call ends (P1–P3). This module holds its data;
//! [`reason`] says why a call is not logged, [`submit`] decides what Log and Do not log leave behind, [`timer`] what time does to it, [`release`] what a
//! supervisor does.

pub mod reason;
pub mod release;
pub mod submit;
pub mod timer;

#[cfg(test)]
mod tests;

use crate::directory::PersonKind;
use crate::disposition::LoggedCode;
use crate::id::{AgentKey, At, CallKey, CodeId, EngagementKey, PersonId, UserId};
use crate::relate::opportunity::RelatedOpportunity;
use crate::relate::{CaseChoice, RelateDecision};
use reason::DoNotLogReason;
use serde::{Deserialize, Serialize};

/// Longest notes taken, in characters.
pub const MAX_NOTES_CHARS: usize = 32_000;

/// Whom the agent says the call was with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum PartyChoice {
    /// A record of the directory.
    Existing {
        /// The record.
        person: PersonId,
    },
    /// A new record, made by Log.
    Create {
        /// Contact or Lead.
        kind: PersonKind,
        /// Its name; the number stands in where there is none.
        name: Option<String>,
        /// The records with the number that the agent saw and set aside. A record that is not among them
        /// and has the number is shown first, so that nobody is filed twice.
        #[serde(default)]
        despite: Vec<PersonId>,
    },
    /// Nobody: the Activity stays without a person.
    None,
}

/// What the agent has entered so far. Drafts are the server's: a refresh or a crash loses nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Counts saves, from 1; 0 before the first.
    pub revision: u64,
    /// The code picked.
    pub code: Option<CodeId>,
    /// The notes.
    pub notes: String,
    /// The person chosen, where the agent chose.
    pub party: Option<PartyChoice>,
    /// What was said about the Case.
    #[serde(default)]
    pub case: CaseChoice,
}

/// Where a wrap-up stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrapupState {
    /// The agent is still on the call; only the draft can change.
    Early,
    /// Owed.
    Open,
    /// Closed with Log.
    Logged,
    /// Closed with Do not log.
    NotLogged,
    /// Closed by the timer. It says that nobody summed the call up; it is no code.
    Undispositioned,
}

/// An agent no longer kept from calls by a wrap-up that is still owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// When.
    pub at: At,
    /// Who; `None`: the timer.
    pub by: Option<UserId>,
    /// Why, where a supervisor did it.
    pub reason: Option<String>,
}

/// What of a wrap-up others may have changed since a decision about it read it: besides the agent's own tabs the timer,
/// and a supervisor who releases it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub state: WrapupState,
    /// Its draft's revision.
    pub revision: u64,
    /// How often its time was extended.
    pub extensions: u32,
    /// Whether it was released.
    pub released: bool,
}

impl Standing {
    /// That of a wrap-up of which nothing is stored yet.
    pub const NEW: Standing =
        Standing { state: WrapupState::Early, revision: 0, extensions: 0, released: false };
}

/// Longest reason that a supervisor may give, in characters.
pub const MAX_RELEASE_CHARS: usize = 200;

/// The person a wrap-up or an Activity is filed on, and how that came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyLink {
    /// The person; `None` where it was settled that there is none.
    pub person: Option<PersonId>,
    /// How it was settled.
    pub by: SettledBy,
}

/// How a party was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettledBy {
    /// Exactly one record has the number.
    OneMatch,
    /// An agent chose.
    Chosen,
    /// It was dialled from the record, or from its Case.
    Clicked,
    /// Log made the record (P5).
    Created,
    /// There is no number that could match, or Log found nobody and makes nobody.
    NobodyMatches,
    /// Somebody put it right later.
    Corrected,
    /// Nobody had the number then, and this record appeared later with it.
    Late,
}

/// A wrap-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapup {
    /// The engagement that owes it; also its id.
    pub key: EngagementKey,
    /// The call.
    pub call: CallKey,
    /// Who owes it.
    pub agent: AgentKey,
    /// Where it stands.
    pub state: WrapupState,
    /// When it became owed.
    pub opened_at: Option<At>,
    /// When it was closed.
    pub closed_at: Option<At>,
    /// Who closed it.
    pub closed_by: Option<UserId>,
    /// What was entered so far; kept as it was when closed with Log, emptied by Do not log.
    pub draft: Draft,
    /// The code it was logged with.
    pub code: Option<LoggedCode>,
    /// The notes it was logged with.
    pub notes: Option<String>,
    /// The person it was filed on; `None` while open, and where several match and Do not log chose none.
    pub party: Option<PartyLink>,
    /// Why it was not logged.
    pub reason: Option<DoNotLogReason>,
    /// What was related, and why; `None` unless logged.
    pub related: Option<RelateDecision>,
    /// The Opportunity that was related as well.
    #[serde(default)]
    pub opportunity: Option<RelatedOpportunity>,
    /// How often the agent has extended its time.
    pub extensions: u32,
    /// Since when, by whom and why it keeps no calls away any more, though it is owed.
    pub released: Option<Released>,
}

impl Wrapup {
    /// A wrap-up with nothing entered yet.
    pub fn new(key: EngagementKey, call: CallKey, agent: AgentKey) -> Self {
        Wrapup {
            key,
            call,
            agent,
            state: WrapupState::Early,
            opened_at: None,
            closed_at: None,
            closed_by: None,
            draft: Draft::default(),
            code: None,
            notes: None,
            party: None,
            reason: None,
            related: None,
            opportunity: None,
            extensions: 0,
            released: None,
        }
    }

    /// What a decision about it rests on.
    pub fn standing(&self) -> Standing {
        Standing {
            state: self.state,
            revision: self.draft.revision,
            extensions: self.extensions,
            released: self.released.is_some(),
        }
    }

    /// Whether it was closed, by the agent or by the timer.
    pub fn closed(&self) -> bool {
        self.submitted() || self.state == WrapupState::Undispositioned
    }

    /// Whether the agent closed it, either way. What the timer closed can still be submitted.
    pub fn submitted(&self) -> bool {
        matches!(self.state, WrapupState::Logged | WrapupState::NotLogged)
    }

    /// Whether it is the agent's to submit now.
    pub fn owed(&self) -> bool {
        matches!(self.state, WrapupState::Open | WrapupState::Undispositioned)
    }
}
