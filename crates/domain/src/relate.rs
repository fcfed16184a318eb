//! Relate-to-Case: which Case a logged call belongs to (P6–P10, P13). It is one table, read from the top; the
//! first row that holds decides, and says why.
//!
//! | row | when | then | rule |
//! | --- | --- | --- | --- |
//! | 1 | disposition codes are off | no Case | P13 |
//! | 2 | the agent said: no Case | no Case | |
//! | 3 | the agent picked a Case | that Case | P9 |
//! | 4 | dialled from the Contact Phone of a Case that is no more | no Case | |
//! | 5 | dialled from the Contact Phone of a Case, and the agent says it was somebody else | no Case, offers it | |
//! | 6 | dialled from the Contact Phone of a Case | that Case, whatever is on screen | P6 |
//! | 7 | what frames the panel does not answer in time | no Case | |
//! | 8 | the panel is not in a console | no Case, offers the Case seen last | P9 |
//! | 9 | the agent has not exactly one panel open | no Case, offers the Case seen last | P9 |
//! | 10 | a Case is being made on screen and is not saved | no Case | P10 |
//! | 11 | no Case is on screen | no Case | |
//! | 12 | the Case on screen is no more | no Case | |
//! | 13 | the Case on screen is somebody else's | no Case, offers it | |
//! | 14 | outbound | the Case on screen | P7 |
//! | 15 | inbound | the Case on screen | P8 |
//!
//! Do not log relates nothing and never comes here (P3). What is on screen is asked of what frames the panel at
//! the moment of the submit and is never remembered; what was seen last is only ever offered.
//!
//! Which Opportunity a call is related to besides is [`opportunity`]'s.

pub mod opportunity;

use crate::call::{Direction, Explained};
use crate::case::{Case, CaseParty};
use crate::id::CaseId;
use opportunity::OpportunityId;
use serde::{Deserialize, Serialize};

/// What the agent said about the Case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum CaseChoice {
    /// Nothing: the table decides.
    #[default]
    ByItself,
    /// No Case.
    None,
    /// This one.
    Picked {
        /// The Case.
        case: CaseId,
    },
}

/// What frames the panel answers when it is asked what is on screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum View {
    /// It did not answer in time.
    #[default]
    Silent,
    /// The panel stands alone: no records are on screen beside it.
    NoConsole,
    /// The record in front is this Case.
    Case {
        /// The Case.
        case: CaseId,
    },
    /// A Case that is being made and is not saved.
    UnsavedCase,
    /// The record in front is this Opportunity; told only where calls are to be related to such.
    Opportunity {
        /// The Opportunity.
        opportunity: OpportunityId,
    },
    /// Something else, or nothing.
    Other,
}

/// Everything the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct RelateScene<'a> {
    /// Whether codes are on for the centre (P13).
    pub codes_enabled: bool,
    /// Which way the call went.
    pub direction: Direction,
    /// What the agent said.
    pub choice: CaseChoice,
    /// The Case whose Contact Phone was clicked to dial.
    pub dialled_from: Option<CaseId>,
    /// Whom the call is filed on.
    pub party: CaseParty,
    /// Whether the agent chose the party, rather than it following from the number or the click.
    pub party_chosen: bool,
    /// What is on screen.
    pub view: View,
    /// How many panels the agent has open.
    pub instances: usize,
    /// The Case that was on screen last in whichever of the agent's panels had the focus last.
    pub seen_last: Option<CaseId>,
    /// The Cases that are named above, those that exist.
    pub cases: &'a [Case],
}

/// What is related, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum RelateDecision {
    /// This Case.
    Related {
        /// The Case.
        case: CaseId,
        /// By which rule.
        rule: RelateRule,
    },
    /// None.
    NotRelated {
        /// Why not.
        why: NotRelated,
        /// The Case that is offered to the agent.
        offer: Option<CaseId>,
    },
}

/// Why a Case is related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelateRule {
    /// Dialled from its Contact Phone (P6).
    DialledFromCase,
    /// On screen when an outbound call was submitted (P7).
    InViewOutbound,
    /// On screen when an inbound call was submitted (P8).
    InViewInbound,
    /// The agent picked it.
    Picked,
}

/// Why no Case is related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRelated {
    /// Disposition codes are off (P13).
    CodesOff,
    /// The agent said so.
    SaidNone,
    /// What frames the panel did not answer in time.
    HostSilent,
    /// The panel is not in a console (P9).
    NoConsole,
    /// The agent has several panels open (P9).
    SeveralPanels,
    /// The Case on screen is not saved (P10).
    NotSaved,
    /// No Case is on screen.
    NoneInView,
    /// The Case is no more.
    Gone,
    /// The Case belongs to somebody else.
    SomebodyElses,
}

impl RelateDecision {
    /// The Case that is related.
    pub fn case(&self) -> Option<CaseId> {
        match self {
            RelateDecision::Related { case, .. } => Some(*case),
            RelateDecision::NotRelated { .. } => None,
        }
    }

    /// For the Activity's page.
    pub fn explained(&self) -> Explained {
        let (rule, case) = match self {
            RelateDecision::Related { case, rule } => (rule.code(), Some(*case)),
            RelateDecision::NotRelated { why, offer } => (why.code(), *offer),
        };
        let case = case.map(|case| case.to_string());
        let facts: Vec<(&str, &str)> = case.as_deref().map(|case| ("case", case)).into_iter().collect();
        Explained::new(rule, &facts)
    }
}

impl RelateRule {
    fn code(self) -> &'static str {
        match self {
            RelateRule::DialledFromCase => "relate.dialled_from_case",
            RelateRule::InViewOutbound => "relate.in_view_outbound",
            RelateRule::InViewInbound => "relate.in_view_inbound",
            RelateRule::Picked => "relate.picked",
        }
    }
}

impl NotRelated {
    fn code(self) -> &'static str {
        match self {
            NotRelated::CodesOff => "relate.codes_off",
            NotRelated::SaidNone => "relate.said_none",
            NotRelated::HostSilent => "relate.host_silent",
            NotRelated::NoConsole => "relate.no_console",
            NotRelated::SeveralPanels => "relate.several_panels",
            NotRelated::NotSaved => "relate.not_saved",
            NotRelated::NoneInView => "relate.none_in_view",
            NotRelated::Gone => "relate.gone",
            NotRelated::SomebodyElses => "relate.somebody_elses",
        }
    }
}

/// Reads the table.
pub fn relate(scene: &RelateScene<'_>) -> RelateDecision {
    if !scene.codes_enabled {
        return none(NotRelated::CodesOff);
    }
    match scene.choice {
        CaseChoice::None => return none(NotRelated::SaidNone),
        CaseChoice::Picked { case } => return picked(scene, case),
        CaseChoice::ByItself => {}
    }
    match scene.dialled_from {
        Some(case) => dialled_from(scene, case),
        None => on_screen(scene),
    }
}

/// Row 3. Whose Case it is does not matter: the agent saw that and decided.
fn picked(scene: &RelateScene<'_>, case: CaseId) -> RelateDecision {
    match scene.find(case) {
        Some(_) => RelateDecision::Related { case, rule: RelateRule::Picked },
        None => none(NotRelated::Gone),
    }
}

/// Rows 4 to 6.
fn dialled_from(scene: &RelateScene<'_>, case: CaseId) -> RelateDecision {
    match scene.find(case) {
        None => none(NotRelated::Gone),
        Some(found) if scene.party_chosen && !found.belongs_to(scene.party) => {
            RelateDecision::NotRelated { why: NotRelated::SomebodyElses, offer: Some(case) }
        }
        Some(_) => RelateDecision::Related { case, rule: RelateRule::DialledFromCase },
    }
}

/// Rows 7 to 15.
fn on_screen(scene: &RelateScene<'_>) -> RelateDecision {
    let offer = |why| RelateDecision::NotRelated {
        why,
        offer: scene.seen_last.filter(|case| scene.find(*case).is_some()),
    };
    if scene.view == View::Silent {
        return none(NotRelated::HostSilent);
    }
    if scene.view == View::NoConsole {
        return offer(NotRelated::NoConsole);
    }
    if scene.instances != 1 {
        return offer(NotRelated::SeveralPanels);
    }
    let View::Case { case } = scene.view else {
        let unsaved = scene.view == View::UnsavedCase;
        return none(if unsaved { NotRelated::NotSaved } else { NotRelated::NoneInView });
    };
    let Some(found) = scene.find(case) else { return none(NotRelated::Gone) };
    if !found.belongs_to(scene.party) {
        return RelateDecision::NotRelated { why: NotRelated::SomebodyElses, offer: Some(case) };
    }
    let rule = match scene.direction {
        Direction::Outbound => RelateRule::InViewOutbound,
        Direction::Inbound | Direction::Internal => RelateRule::InViewInbound,
    };
    RelateDecision::Related { case, rule }
}

fn none(why: NotRelated) -> RelateDecision {
    RelateDecision::NotRelated { why, offer: None }
}

impl RelateScene<'_> {
    fn find(&self, id: CaseId) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }
}

#[cfg(test)]
mod tests;
