//! The Activity: the archived record of a call (P2, P3, P11), one a call. The call's own facts stay on
//! the [`CallRecord`](crate::call::CallRecord) it shares its id with; here is what people and rules added.

use crate::call::CallRecord;
use crate::dial::DialledFrom;
use crate::disposition::LoggedCode;
use crate::id::{AgentKey, At, CallKey, CaseId};
use crate::matching::Candidate;
use crate::relate::RelateDecision;
use crate::relate::opportunity::RelatedOpportunity;
use crate::wrapup::{PartyLink, SettledBy, Wrapup, WrapupState};
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
    /// Nobody logged it, and the time of one who owed it was up.
    Undispositioned,
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
    /// Where it was dialled from, where it was a click.
    pub dialled_from: Option<DialledFrom>,
    /// The Case it is related to, or why to none; `None` unless logged or corrected.
    pub related: Option<RelateDecision>,
    /// The Opportunity of the CRM that it is related to as well.
    #[serde(default)]
    pub opportunity: Option<RelatedOpportunity>,
    /// Counts corrections; what the phone system tells late does not count.
    #[serde(default)]
    pub revision: u64,
}

/// What of an Activity others may have changed since a decision about it read it: who logs another part of the call, who
/// corrects it, the timer, a record that appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityStanding {
    /// How often it was corrected.
    pub revision: u64,
    /// What became of the wrap-ups.
    pub outcome: Outcome,
    /// The person it is filed on.
    pub party: Option<PartyLink>,
    /// When it was logged.
    pub logged_at: Option<At>,
}

impl ActivityStanding {
    /// That of an Activity of which nothing is stored yet.
    pub const NEW: ActivityStanding =
        ActivityStanding { revision: 0, outcome: Outcome::Open, party: None, logged_at: None };
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
            dialled_from: None,
            related: None,
            opportunity: None,
            revision: 0,
        }
    }

    /// What a decision about it rests on.
    pub fn standing(&self) -> ActivityStanding {
        ActivityStanding {
            revision: self.revision,
            outcome: self.outcome,
            party: self.party,
            logged_at: self.logged_at,
        }
    }

    /// The Case it is related to.
    pub fn case(&self) -> Option<CaseId> {
        self.related.and_then(|decision| decision.case())
    }

    /// The agent whose it is: the one it names, else the last who had the customer.
    pub fn agent_in<'a>(&'a self, call: &'a CallRecord) -> Option<&'a AgentKey> {
        let last = || call.engagements.iter().rev().find(|part| part.answered_at.is_some());
        self.agent.as_ref().or_else(|| last().map(|part| &part.agent))
    }
}

impl Activity {
    /// The Activity as it follows from its call and the wrap-ups of it: its own party, code and notes are
    /// those of the last agent who had the customer and pressed Log; where every one who owes a wrap-up said
    /// Do not log, P3 holds for the whole. Who told any of its agents not to be called is not to be called. What was corrected of a call that nobody logged stays as it was corrected,
    /// until somebody logs it.
    pub fn after_wrapups(&self, call: &CallRecord, wrapups: &[Wrapup]) -> Activity {
        let place = |wrapup: &Wrapup| call.engagements.iter().position(|part| part.key == wrapup.key);
        let last_in = |state: WrapupState| {
            wrapups.iter().filter(|wrapup| wrapup.state == state).max_by_key(|wrapup| place(wrapup))
        };
        let mut after = self.clone();
        if let Some(logged) = last_in(WrapupState::Logged) {
            after.outcome = Outcome::Logged;
            after.agent = Some(logged.agent.clone());
            after.code.clone_from(&logged.code);
            let asked = |wrapup: &Wrapup| {
                wrapup.state == WrapupState::Logged
                    && wrapup.code.as_ref().is_some_and(|code| code.effects.do_not_call)
            };
            // A wish that one agent was told is not taken back by what the next one sums up.
            if let Some(code) = &mut after.code {
                code.effects.do_not_call |= wrapups.iter().any(asked);
            }
            after.notes.clone_from(&logged.notes);
            after.party = logged.party;
            after.related = logged.related;
            after.opportunity = logged.opportunity;
            after.logged_at = logged.closed_at;
            return after;
        }
        let closed = |key| wrapups.iter().any(|wrapup| wrapup.key == key && wrapup.closed());
        let all_closed = call.engagements.iter().filter(|part| part.wrapup).all(|part| closed(part.key));
        if !all_closed {
            return after;
        }
        if let Some(expired) = last_in(WrapupState::Undispositioned) {
            after.outcome = Outcome::Undispositioned;
            after.agent = Some(expired.agent.clone());
        } else if let Some(not_logged) = last_in(WrapupState::NotLogged) {
            after.outcome = Outcome::NotLogged;
            after.agent = Some(not_logged.agent.clone());
            after.code = None;
            after.notes = None;
            if self.party.is_none_or(|party| party.by != SettledBy::Corrected) {
                after.party = not_logged.party;
            }
            if self.revision == 0 {
                after.related = None;
                after.opportunity = None;
            }
        }
        after
    }
}
