//! Click-to-dial: an agent clicks a number, their phone rings, then the customer's. Where the number stood decides
//! whom the call is with and which Case it is about (P6, P7). Telling the phone system is not here.

use crate::call::{CallRecord, NoActivity, OfferResult};
use crate::id::{AgentKey, At, CallKey, CaseId, DialId, EngagementKey, PersonId, TenantId, UserId};
use crate::relate::opportunity::OpportunityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the phone system is told to call the agent's leg begins with this; the id of the click follows.
const LEG_PREFIX: &str = "cti-";

/// How long a phone system may say nothing of a click, in milliseconds; then the agent's phone does not ring.
pub const SILENT_MS: i64 = 10_000;
/// How long a click that reached nobody is told of, in milliseconds.
pub const TOLD_MS: i64 = 600_000;

/// Why a click reached nobody: the agent's own phone was not picked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialFault {
    /// It rang, and nobody picked it up.
    NoAnswer,
    /// It was engaged.
    Busy,
    /// It refused the call.
    Rejected,
    /// It could not be rung.
    Unreachable,
}

/// How a click stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialStanding {
    /// The phone system was told, and has not said anything of it yet.
    Asked,
    /// There is nothing to say of it: there is a call, or it was long ago.
    Settled,
    /// It reached nobody.
    Failed(DialFault),
}

/// Where the number was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum DialledFrom {
    /// The Contact Phone of a Case (P6).
    Case {
        /// The Case.
        case: CaseId,
        /// Whose number it showed.
        contact: Option<PersonId>,
    },
    /// A number of a Contact, Lead or Account: that record is the party, whatever else has the number.
    Person {
        /// The record.
        person: PersonId,
    },
    /// A message that the caller left, to call them back.
    Message {
        /// The call that left it.
        call: CallKey,
        /// The record that call is filed on.
        person: Option<PersonId>,
    },
    /// A number on an Opportunity of the CRM.
    Opportunity {
        /// The Opportunity.
        opportunity: OpportunityId,
    },
    /// It was typed.
    Typed,
}

impl DialledFrom {
    /// The record that was clicked, which is the party unless the agent says otherwise.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            DialledFrom::Case { contact, .. } => *contact,
            DialledFrom::Person { person } => Some(*person),
            DialledFrom::Message { person, .. } => *person,
            DialledFrom::Opportunity { .. } | DialledFrom::Typed => None,
        }
    }

    /// The Case whose Contact Phone was clicked.
    pub fn case(&self) -> Option<CaseId> {
        match self {
            DialledFrom::Case { case, .. } => Some(*case),
            _ => None,
        }
    }

    /// The call whose message was clicked.
    pub fn message(&self) -> Option<CallKey> {
        match self {
            DialledFrom::Message { call, .. } => Some(*call),
            _ => None,
        }
    }
}

/// A click. It is stored before the phone system is told, and is never told twice: calling a customer twice is
/// worse than calling them not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dial {
    /// Its id; UUIDv7.
    pub id: DialId,
    /// The part of a call that it makes, known before there is one: its id follows from the leg's name.
    pub engagement: EngagementKey,
    /// Whose phone rings first.
    pub agent: AgentKey,
    /// Name of the source that is told.
    pub source: String,
    /// The number as it is dialled.
    pub number: String,
    /// Where it was clicked.
    pub from: DialledFrom,
    /// Who clicked.
    pub by: UserId,
    /// When.
    pub at: At,
}

impl Dial {
    /// The name that the phone system is to give to the agent's leg.
    pub fn leg(id: DialId) -> String {
        format!("{LEG_PREFIX}{id}")
    }

    /// The id of the agent's part of the call that follows from `id`, whose time is `at` to the millisecond.
    pub fn engagement_of(tenant: TenantId, source: &str, id: DialId, time: Option<At>) -> EngagementKey {
        EngagementKey::derived(tenant, source, &Dial::leg(id), 0, time)
    }

    /// The id of the call that follows from the click, whose time is `time` to the millisecond.
    pub fn call_of(&self, tenant: TenantId, time: Option<At>) -> CallKey {
        CallKey::derived(tenant, &self.source, &Dial::leg(self.id), time)
    }

    /// What is to be said of the click at `now`, by the call that it made.
    pub fn standing(&self, call: Option<&CallRecord>, now: At) -> DialStanding {
        let passed_ms = now.millis_since(self.at);
        if passed_ms >= TOLD_MS {
            return DialStanding::Settled;
        }
        let Some(call) = call else {
            return match passed_ms < SILENT_MS {
                true => DialStanding::Asked,
                false => DialStanding::Failed(DialFault::Unreachable),
            };
        };
        if call.no_activity != Some(NoActivity::AgentDidNotPickUp) {
            return DialStanding::Settled;
        }
        match call.engagement(self.engagement).and_then(|part| part.result) {
            Some(OfferResult::Missed) => DialStanding::Failed(DialFault::NoAnswer),
            Some(OfferResult::Busy) => DialStanding::Failed(DialFault::Busy),
            Some(OfferResult::Rejected) => DialStanding::Failed(DialFault::Rejected),
            Some(OfferResult::Unreachable) => DialStanding::Failed(DialFault::Unreachable),
            Some(OfferResult::Answered | OfferResult::AnsweredElsewhere | OfferResult::CancelledByCaller)
            | None => DialStanding::Settled,
        }
    }

    /// The click that a leg's name says it came from.
    pub fn of_leg(leg: &str) -> Option<DialId> {
        leg.strip_prefix(LEG_PREFIX).and_then(|id| Uuid::parse_str(id).ok()).map(DialId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_says_which_click_it_came_from() {
        let id = DialId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(Dial::of_leg(&Dial::leg(id)), Some(id));
        assert_eq!(Dial::of_leg("1795350690.3"), None);
        assert_eq!(Dial::of_leg("cti-1001"), None);
    }

    #[test]
    fn p06_a_click_on_a_case_names_the_case_and_its_contact() {
        let (case, contact) = (CaseId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let from = DialledFrom::Case { case, contact: Some(contact) };
        assert_eq!((from.case(), from.person()), (Some(case), Some(contact)));
        let from = DialledFrom::Person { person: contact };
        assert_eq!((from.case(), from.person()), (None, Some(contact)));
        assert_eq!((DialledFrom::Typed.case(), DialledFrom::Typed.person()), (None, None));
    }

    #[test]
    fn a_click_on_a_message_names_its_call_and_the_record_that_is_filed_on() {
        let (call, person) = (CallKey(Uuid::from_u128(3)), PersonId(Uuid::from_u128(2)));
        let from = DialledFrom::Message { call, person: Some(person) };
        assert_eq!((from.message(), from.person(), from.case()), (Some(call), Some(person), None));
        assert_eq!(DialledFrom::Person { person }.message(), None);
    }
}
