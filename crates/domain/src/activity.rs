//! The Activity: the archived record of a call (P2, P3, P11), one a call. The call's own facts stay on
//! the [`CallRecord`](crate::call::CallRecord) it shares its id with; here is what people and rules added.

use crate::disposition::LoggedCode;
use crate::id::{AgentKey, At, CallKey};
use crate::matching::Candidate;
use crate::wrapup::PartyLink;
use serde::{Deserialize, Serialize};

/// What became of the wrap-ups of a call, seen as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The call lives, or a wrap-up is owed and none was logged.
    Open,
    /// An agent pressed Log.
    Logged,
    /// Every agent who owed one pressed Do not log (P3).
    NotLogged,
    /// The call ended and nobody owed a wrap-up.
    NoWrapup,
}

/// An Activity without the facts of its call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The call; also its id.
    pub key: CallKey,
    /// What became of the wrap-ups.
    pub outcome: Outcome,
    /// Whether the call is over and the record archived.
    pub archived: bool,
    /// The agent whose Log it shows, else the last who had the customer.
    pub agent: Option<AgentKey>,
    /// The code; always empty unless logged (P3).
    pub code: Option<LoggedCode>,
    /// The notes; always empty unless logged (P3).
    pub notes: Option<String>,
    /// The person it is filed on; `None` while that is unsettled.
    pub party: Option<PartyLink>,
    /// When it was logged.
    pub logged_at: Option<At>,
    /// Every record that has the number, and why (invariant 6).
    pub candidates: Vec<Candidate>,
}

impl Activity {
    /// An Activity of a call that just began.
    pub fn open(key: CallKey, candidates: Vec<Candidate>) -> Self {
        Activity {
            key,
            outcome: Outcome::Open,
            archived: false,
            agent: None,
            code: None,
            notes: None,
            party: None,
            logged_at: None,
            candidates,
        }
    }
}
