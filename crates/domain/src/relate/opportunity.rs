//! Which Opportunity of the CRM a call is related to, beside its Case. Opportunities are not mirrored: all that is known of
//! one here is its id there. Whether an installation wants this is a setting; where it does not, no view and no click names one.
//!
//! | row | when | then | as with Cases in |
//! | --- | --- | --- | --- |
//! | 1 | disposition codes are off | none | P13 |
//! | 2 | the call is filed on a Lead | none: no Task of a Lead is about anything else | |
//! | 3 | dialled from an Opportunity | that one, whatever is on screen | P6 |
//! | 4 | dialled from a Case | none: what is on screen does not count | P6 |
//! | 5 | the agent has not exactly one panel open | none | P9 |
//! | 6 | an Opportunity is on screen, which an unsaved one is not yet | that one | P7, P8, P10 |
//! | 7 | anything else | none | |
//!
//! Whose Opportunity it is does not matter: people of other organisations have part in one all the time.

use super::View;
use crate::call::Explained;
use crate::dial::DialledFrom;
use crate::mirror::RemoteId;
use serde::{Deserialize, Serialize};

/// How long an id of the CRM is, in bytes.
const ID_BYTES: usize = 18;
/// What the CRM calls an Opportunity.
pub const OPPORTUNITY: &str = "Opportunity";

/// An Opportunity, by its id in the CRM, in the form of 18 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpportunityId([u8; ID_BYTES]);

impl OpportunityId {
    /// The Opportunity with this id; `None`: no id looks like that.
    pub fn of(text: &str) -> Option<OpportunityId> {
        let id = RemoteId::salesforce(text)?;
        id.0.as_bytes().try_into().ok().map(OpportunityId)
    }

    /// Its id there.
    pub fn remote(&self) -> RemoteId {
        RemoteId(self.to_string())
    }
}

impl std::fmt::Display for OpportunityId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

impl TryFrom<String> for OpportunityId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        OpportunityId::of(&text).ok_or_else(|| format!("{text:?} is no id of the CRM"))
    }
}

impl From<OpportunityId> for String {
    fn from(id: OpportunityId) -> Self {
        id.to_string()
    }
}

/// Why an Opportunity is related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpportunityRule {
    /// Dialled from it (as P6).
    Dialled,
    /// On screen at the submit (as P7 and P8).
    InView,
}

/// The Opportunity that a call is related to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedOpportunity {
    /// The Opportunity.
    pub id: OpportunityId,
    /// By which rule.
    pub rule: OpportunityRule,
}

impl RelatedOpportunity {
    /// For the Activity's page.
    pub fn explained(&self) -> Explained {
        let rule = match self.rule {
            OpportunityRule::Dialled => "relate.opportunity_dialled",
            OpportunityRule::InView => "relate.opportunity_in_view",
        };
        Explained::new(rule, &[("opportunity", &self.id.to_string())])
    }
}

/// Everything the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct OpportunityScene {
    /// Whether codes are on for the centre (P13).
    pub codes_enabled: bool,
    /// Where the call was dialled from.
    pub dialled_from: Option<DialledFrom>,
    /// Whether it is filed on a Lead.
    pub is_leads: bool,
    /// What is on screen.
    pub view: View,
    /// How many panels the agent has open.
    pub instances: usize,
}

/// Reads the table.
pub fn opportunity(scene: &OpportunityScene) -> Option<RelatedOpportunity> {
    if !scene.codes_enabled || scene.is_leads {
        return None;
    }
    match (scene.dialled_from, scene.view) {
        (Some(DialledFrom::Opportunity { opportunity: id }), _) => {
            Some(RelatedOpportunity { id, rule: OpportunityRule::Dialled })
        }
        (Some(DialledFrom::Case { .. }), _) => None,
        (_, View::Opportunity { opportunity: id }) if scene.instances == 1 => {
            Some(RelatedOpportunity { id, rule: OpportunityRule::InView })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CaseId, PersonId};
    use uuid::Uuid;

    fn id(text: &str) -> OpportunityId {
        OpportunityId::of(text).unwrap()
    }

    fn on_screen() -> OpportunityScene {
        OpportunityScene {
            codes_enabled: true,
            dialled_from: None,
            is_leads: false,
            view: View::Opportunity { opportunity: id("006000000000001") },
            instances: 1,
        }
    }

    fn related(text: &str, rule: OpportunityRule) -> Option<RelatedOpportunity> {
        Some(RelatedOpportunity { id: id(text), rule })
    }

    #[test]
    fn the_opportunity_on_screen_at_submit_is_related_as_a_case_would_be() {
        let expected = related("006000000000001", OpportunityRule::InView);
        assert_eq!(opportunity(&on_screen()), expected);
        let person = DialledFrom::Person { person: PersonId(Uuid::nil()) };
        for from in [person, DialledFrom::Typed] {
            assert_eq!(opportunity(&OpportunityScene { dialled_from: Some(from), ..on_screen() }), expected);
        }
    }

    #[test]
    fn what_relates_no_case_by_itself_relates_no_opportunity() {
        for instances in [0, 2, 7] {
            assert_eq!(opportunity(&OpportunityScene { instances, ..on_screen() }), None);
        }
        for view in [View::Silent, View::NoConsole, View::UnsavedCase, View::Other] {
            assert_eq!(opportunity(&OpportunityScene { view, ..on_screen() }), None);
        }
        assert_eq!(opportunity(&OpportunityScene { codes_enabled: false, ..on_screen() }), None);
        let from = DialledFrom::Case { case: CaseId(Uuid::nil()), contact: None };
        assert_eq!(opportunity(&OpportunityScene { dialled_from: Some(from), ..on_screen() }), None);
    }

    #[test]
    fn dialled_from_an_opportunity_is_that_one_whatever_is_on_screen() {
        let from = DialledFrom::Opportunity { opportunity: id("006000000000002") };
        let expected = related("006000000000002", OpportunityRule::Dialled);
        for view in [on_screen().view, View::Silent, View::Case { case: CaseId(Uuid::nil()) }] {
            for instances in [0, 1, 2] {
                let scene = OpportunityScene { dialled_from: Some(from), view, instances, ..on_screen() };
                assert_eq!(opportunity(&scene), expected);
            }
        }
    }

    #[test]
    fn a_call_of_a_lead_is_related_to_no_opportunity() {
        let from = DialledFrom::Opportunity { opportunity: id("006000000000002") };
        assert_eq!(opportunity(&OpportunityScene { is_leads: true, ..on_screen() }), None);
        let dialled = OpportunityScene { is_leads: true, dialled_from: Some(from), ..on_screen() };
        assert_eq!(opportunity(&dialled), None);
    }

    #[test]
    fn an_id_of_either_length_is_the_same_opportunity_and_what_is_none_is_refused() {
        assert_eq!(id("006000000000001"), id("006000000000001AAA"));
        assert_eq!(id("006000000000001").to_string(), "006000000000001AAA");
        assert_eq!(OpportunityId::of("006"), None);
        assert!(serde_json::from_str::<OpportunityId>("\"x\"").is_err());
        let text = serde_json::to_string(&id("006000000000001")).unwrap();
        assert_eq!(serde_json::from_str::<OpportunityId>(&text).unwrap(), id("006000000000001"));
    }
}
