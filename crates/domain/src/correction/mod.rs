//! Corrections: what is filed of a call is put right later, by those who may, and can be put back. This module holds
//! what a correction is and who may make one; [`decide`] says what it leaves behind.
//!
//! Party, Case, code and notes are those of a wrap-up that was logged, and the Activity follows from the wrap-ups as it did
//! at Log. Where none was logged, the call itself is settled: party and Case only.

pub mod decide;

use crate::account::Role;
use crate::activity::{Activity, Outcome};
use crate::audit::FieldChange;
use crate::call::CallRecord;
use crate::disposition::LoggedCode;
use crate::history::Replaced;
use crate::id::{AgentKey, At, AuditId, CallKey, EngagementKey, UserId};
use crate::relate::RelateDecision;
use crate::relate::opportunity::RelatedOpportunity;
use crate::wrapup::{PartyLink, Wrapup, WrapupState};
use serde::{Deserialize, Serialize};

/// Longest reason of a correction, in characters.
pub const MAX_REASON_CHARS: usize = 200;

/// What can be put right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The person; `None` while that is unsettled.
    pub party: Option<PartyLink>,
    /// The Case, or why none.
    pub related: Option<RelateDecision>,
    /// The Opportunity.
    #[serde(default)]
    pub opportunity: Option<RelatedOpportunity>,
    /// The code.
    pub code: Option<LoggedCode>,
    /// The notes.
    pub notes: Option<String>,
}

/// One of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The person.
    Party,
    /// The Case.
    Case,
    /// The Opportunity.
    Opportunity,
    /// The code.
    Code,
    /// The notes.
    Notes,
}

impl Field {
    /// All of them, in the order they are shown.
    pub const ALL: [Field; 5] = [Field::Party, Field::Case, Field::Opportunity, Field::Code, Field::Notes];

    /// Its name in the API and in the change log.
    pub fn name(self) -> &'static str {
        match self {
            Field::Party => "party",
            Field::Case => "case",
            Field::Opportunity => "opportunity",
            Field::Code => "code",
            Field::Notes => "notes",
        }
    }
}

impl Filed {
    /// What is filed of a wrap-up.
    pub fn of_wrapup(wrapup: &Wrapup) -> Self {
        Filed {
            party: wrapup.party,
            related: wrapup.related,
            opportunity: wrapup.opportunity,
            code: wrapup.code.clone(),
            notes: wrapup.notes.clone(),
        }
    }

    /// What is filed of a call that nobody logged.
    pub fn of_call(activity: &Activity) -> Self {
        let Activity { party, related, opportunity, .. } = *activity;
        Filed { party, related, opportunity, code: None, notes: None }
    }

    /// Whether this field says the same in both, however that came about.
    pub fn same(&self, other: &Filed, field: Field) -> bool {
        let person = |filed: &Filed| filed.party.map(|party| party.person);
        let case = |filed: &Filed| filed.related.and_then(|related| related.case());
        let opportunity = |filed: &Filed| filed.opportunity.map(|related| related.id);
        let code = |filed: &Filed| filed.code.as_ref().map(|code| code.id);
        match field {
            Field::Party => person(self) == person(other),
            Field::Case => case(self) == case(other),
            Field::Opportunity => opportunity(self) == opportunity(other),
            Field::Code => code(self) == code(other),
            Field::Notes => self.notes == other.notes,
        }
    }

    /// The fields in which the two differ.
    pub fn differing(&self, other: &Filed) -> Vec<Field> {
        Field::ALL.into_iter().filter(|field| !self.same(other, *field)).collect()
    }

    /// Takes a field over from another.
    pub fn take(&mut self, from: &Filed, field: Field) {
        match field {
            Field::Party => self.party = from.party,
            Field::Case => self.related = from.related,
            Field::Opportunity => self.opportunity = from.opportunity,
            Field::Code => self.code.clone_from(&from.code),
            Field::Notes => self.notes.clone_from(&from.notes),
        }
    }
}

/// A correction that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its id, also that of its entry in the change log; UUIDv7.
    pub id: AuditId,
    /// The call.
    pub call: CallKey,
    /// Whose part it is about; `None`: the call itself.
    pub engagement: Option<EngagementKey>,
    /// When.
    pub at: At,
    /// Who.
    pub by: UserId,
    /// Why, where they said so.
    pub reason: Option<String>,
    /// What was filed.
    pub before: Filed,
    /// What is filed since.
    pub after: Filed,
    /// What differs, as people read it when it was made.
    pub fields: Vec<FieldChange>,
    /// The correction that this one undid.
    pub undoes: Option<AuditId>,
}

impl Correction {
    /// The fields that it changed.
    pub fn changed(&self) -> Vec<Field> {
        self.before.differing(&self.after)
    }

    /// The code that it put in place of another.
    pub fn replaced_code(&self) -> Option<Replaced> {
        let (from, to) = (self.before.code.as_ref()?.id, self.after.code.as_ref()?.id);
        (from != to).then_some(Replaced { at: self.at, by: self.by, from, to })
    }
}

/// Who corrects, or asks whether they may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrector {
    /// The user.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// The agent they are.
    pub agent: Option<AgentKey>,
}

/// A call with everything that says what of it may be corrected.
#[derive(Clone, Copy, Debug)]
pub struct Corrigible<'a> {
    /// The call.
    pub call: &'a CallRecord,
    /// Its Activity.
    pub activity: &'a Activity,
    /// All of its wrap-ups.
    pub wrapups: &'a [Wrapup],
    /// What was corrected so far, newest first.
    pub corrections: &'a [Correction],
    /// How many hours after Log agents may correct their own wrap-ups; `None`: they may not.
    pub agent_hours: Option<u32>,
    /// Who asks.
    pub who: &'a Corrector,
    /// When.
    pub now: At,
}

const HOUR_MS: i64 = 60 * 60 * 1000;

impl<'a> Corrigible<'a> {
    /// The wrap-up that was logged of this part.
    pub fn logged(&self, key: EngagementKey) -> Option<&'a Wrapup> {
        self.wrapups.iter().find(|wrapup| wrapup.key == key && wrapup.state == WrapupState::Logged)
    }

    /// What is filed of a part that can be corrected; `None` where it was not logged, or where the call itself is asked
    /// for and somebody logged it or still may have to.
    pub fn filed(&self, engagement: Option<EngagementKey>) -> Option<Filed> {
        match engagement {
            Some(key) => self.logged(key).map(Filed::of_wrapup),
            None => match self.activity.outcome {
                Outcome::NoWrapup | Outcome::NotLogged | Outcome::Undispositioned => {
                    Some(Filed::of_call(self.activity))
                }
                Outcome::Open | Outcome::Logged => None,
            },
        }
    }

    /// Whether who asks may correct this part, if it can be corrected at all.
    pub fn may(&self, engagement: Option<EngagementKey>) -> bool {
        if self.who.role >= Role::Supervisor {
            return true;
        }
        let Some(agent) = &self.who.agent else { return false };
        match engagement {
            Some(key) => {
                self.logged(key).is_some_and(|wrapup| wrapup.agent == *agent && self.in_time(wrapup))
            }
            None => {
                let mut took_part =
                    self.call.engagements.iter().filter(|part| part.answered_at.is_some()).peekable();
                took_part.peek().is_none() || took_part.any(|part| part.agent == *agent)
            }
        }
    }

    fn in_time(&self, wrapup: &Wrapup) -> bool {
        let ends = |logged: At, hours: u32| logged.plus_millis(i64::from(hours) * HOUR_MS);
        wrapup.closed_at.zip(self.agent_hours).is_some_and(|(logged, hours)| self.now < ends(logged, hours))
    }

    /// Whether who asks may correct any part.
    pub fn can_correct(&self) -> bool {
        let parts = self.wrapups.iter().map(|wrapup| Some(wrapup.key)).chain([None]);
        parts.into_iter().any(|part| self.filed(part).is_some() && self.may(part))
    }

    /// Whether a correction can be undone: nothing changed its fields since, an undoing of it included.
    pub fn is_undoable(&self, correction: &Correction) -> bool {
        let Some(now) = self.filed(correction.engagement) else { return false };
        let changed = correction.changed();
        let later = self.corrections.iter().take_while(|other| other.id != correction.id);
        let touched = later
            .filter(|other| other.engagement == correction.engagement)
            .any(|other| other.changed().iter().any(|field| changed.contains(field)));
        !touched && changed.iter().all(|field| now.same(&correction.after, *field))
    }

    /// Whether who asks can undo a correction.
    pub fn can_undo(&self, correction: &Correction) -> bool {
        self.may(correction.engagement) && self.is_undoable(correction)
    }
}

#[cfg(test)]
mod tests;
