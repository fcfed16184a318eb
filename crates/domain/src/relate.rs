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

use crate::call::{Direction, Explained};
use crate::case::{Case, CaseParty};
use crate::id::CaseId;
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
mod tests {
    use super::*;
    use crate::case::{CasePriority, CaseStatus};
    use crate::id::{At, PersonId};
    use uuid::Uuid;

    const ANA: CaseParty = CaseParty::Person { person: person(1), account: Some(person(8)) };
    const BEN: CaseParty = CaseParty::Person { person: person(2), account: None };
    const HERS: CaseId = CaseId(Uuid::from_u128(11));
    const HER_OTHER: CaseId = CaseId(Uuid::from_u128(12));
    const HER_ACCOUNTS: CaseId = CaseId(Uuid::from_u128(13));
    const UNKNOWN: CaseId = CaseId(Uuid::from_u128(99));

    const fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn case(id: CaseId, contact: Option<PersonId>, account: Option<PersonId>) -> Case {
        Case {
            id,
            number: 1,
            subject: "Bill".to_owned(),
            description: None,
            status: CaseStatus::New,
            priority: CasePriority::Medium,
            contact,
            account,
            owner: None,
            created_by_call: None,
            opened_at: At(0),
            closed_at: None,
            version: 1,
        }
    }

    /// An inbound call of Ana's, her Case on screen in the one console: what most calls look like.
    fn check(change: impl FnOnce(&mut RelateScene<'_>), expected: RelateDecision) {
        let cases = [
            case(HERS, Some(person(1)), Some(person(8))),
            case(HER_OTHER, Some(person(1)), None),
            case(HER_ACCOUNTS, None, Some(person(8))),
        ];
        let mut scene = RelateScene {
            codes_enabled: true,
            direction: Direction::Inbound,
            choice: CaseChoice::ByItself,
            dialled_from: None,
            party: ANA,
            party_chosen: false,
            view: View::Case { case: HERS },
            instances: 1,
            seen_last: None,
            cases: &cases,
        };
        change(&mut scene);
        assert_eq!(relate(&scene), expected, "{scene:?}");
    }

    fn related(case: CaseId, rule: RelateRule) -> RelateDecision {
        RelateDecision::Related { case, rule }
    }

    fn not(why: NotRelated, offer: Option<CaseId>) -> RelateDecision {
        RelateDecision::NotRelated { why, offer }
    }

    #[test]
    fn p06_dialled_from_the_contact_phone_of_a_case_is_that_case_whatever_is_on_screen() {
        let expected = related(HER_OTHER, RelateRule::DialledFromCase);
        for view in [
            View::Case { case: HERS },
            View::Case { case: UNKNOWN },
            View::UnsavedCase,
            View::Other,
            View::NoConsole,
            View::Silent,
        ] {
            for instances in [0, 1, 2] {
                let outbound = |scene: &mut RelateScene<'_>| {
                    scene.direction = Direction::Outbound;
                    scene.dialled_from = Some(HER_OTHER);
                    (scene.view, scene.instances) = (view, instances);
                };
                check(outbound, expected);
            }
        }
    }

    #[test]
    fn p06_a_party_that_the_agent_chose_and_that_is_somebody_else_is_not_related_by_itself() {
        let dialled = |party, chosen| {
            move |scene: &mut RelateScene<'_>| {
                scene.dialled_from = Some(HERS);
                (scene.party, scene.party_chosen) = (party, chosen);
            }
        };
        check(dialled(BEN, true), not(NotRelated::SomebodyElses, Some(HERS)));
        check(dialled(ANA, true), related(HERS, RelateRule::DialledFromCase));
        check(dialled(BEN, false), related(HERS, RelateRule::DialledFromCase));
    }

    #[test]
    fn p07_outbound_is_the_case_on_screen_at_submit() {
        let expected = related(HERS, RelateRule::InViewOutbound);
        check(|scene| scene.direction = Direction::Outbound, expected);
    }

    #[test]
    fn p08_inbound_is_the_case_on_screen_at_submit() {
        check(|_| {}, related(HERS, RelateRule::InViewInbound));
    }

    #[test]
    fn p08_no_case_on_screen_relates_none() {
        check(|scene| scene.view = View::Other, not(NotRelated::NoneInView, None));
        check(|scene| scene.view = View::Case { case: UNKNOWN }, not(NotRelated::Gone, None));
    }

    #[test]
    fn p09_only_one_panel_in_a_console_relates_by_itself() {
        for instances in [0, 2, 7] {
            check(|scene| scene.instances = instances, not(NotRelated::SeveralPanels, None));
        }
        check(|scene| scene.view = View::NoConsole, not(NotRelated::NoConsole, None));
    }

    #[test]
    fn p09_the_case_seen_last_is_offered_and_never_taken() {
        let two = |scene: &mut RelateScene<'_>| (scene.instances, scene.seen_last) = (2, Some(HER_OTHER));
        check(two, not(NotRelated::SeveralPanels, Some(HER_OTHER)));
        let alone =
            |scene: &mut RelateScene<'_>| (scene.view, scene.seen_last) = (View::NoConsole, Some(HER_OTHER));
        check(alone, not(NotRelated::NoConsole, Some(HER_OTHER)));
        let gone = |scene: &mut RelateScene<'_>| (scene.instances, scene.seen_last) = (2, Some(UNKNOWN));
        check(gone, not(NotRelated::SeveralPanels, None));
    }

    #[test]
    fn p09_what_the_agent_picks_is_related_and_what_they_refuse_is_not() {
        for instances in [0, 1, 2] {
            let pick = |case| {
                move |scene: &mut RelateScene<'_>| {
                    (scene.choice, scene.instances) = (CaseChoice::Picked { case }, instances);
                }
            };
            check(pick(HER_OTHER), related(HER_OTHER, RelateRule::Picked));
            check(pick(UNKNOWN), not(NotRelated::Gone, None));
            let refuse =
                |scene: &mut RelateScene<'_>| (scene.choice, scene.instances) = (CaseChoice::None, instances);
            check(refuse, not(NotRelated::SaidNone, None));
        }
    }

    #[test]
    fn p10_a_case_that_is_not_saved_is_not_related() {
        check(|scene| scene.view = View::UnsavedCase, not(NotRelated::NotSaved, None));
    }

    #[test]
    fn p13_with_codes_off_nothing_is_related() {
        for choice in [CaseChoice::ByItself, CaseChoice::None, CaseChoice::Picked { case: HERS }] {
            let off = |scene: &mut RelateScene<'_>| {
                (scene.codes_enabled, scene.choice, scene.dialled_from) = (false, choice, Some(HERS));
            };
            check(off, not(NotRelated::CodesOff, None));
        }
    }

    #[test]
    fn a_case_of_another_person_is_not_related_by_itself_and_is_if_the_agent_says_so() {
        let conflict = not(NotRelated::SomebodyElses, Some(HERS));
        check(|scene| scene.party = BEN, conflict);
        check(|scene| scene.party = CaseParty::New, conflict);
        let insists = |scene: &mut RelateScene<'_>| {
            (scene.party, scene.choice) = (BEN, CaseChoice::Picked { case: HERS })
        };
        check(insists, related(HERS, RelateRule::Picked));
    }

    #[test]
    fn a_case_of_nobodys_call_or_of_the_partys_account_is_no_conflict() {
        let expected = related(HERS, RelateRule::InViewInbound);
        check(|scene| scene.party = CaseParty::Nobody, expected);
        let account = CaseParty::Person { person: person(8), account: None };
        check(|scene| scene.party = account, expected);
        check(
            |scene| scene.view = View::Case { case: HER_ACCOUNTS },
            related(HER_ACCOUNTS, RelateRule::InViewInbound),
        );
        let colleague = CaseParty::Person { person: person(3), account: Some(person(8)) };
        check(|scene| scene.party = colleague, not(NotRelated::SomebodyElses, Some(HERS)));
    }

    #[test]
    fn a_host_that_does_not_answer_in_time_relates_nothing() {
        check(|scene| scene.view = View::Silent, not(NotRelated::HostSilent, None));
    }

    #[test]
    fn the_page_says_by_which_rule_and_which_case_it_was() {
        let explained = |said: RelateDecision| (said.explained().rule, said.explained().facts.len());
        let rules = [
            (RelateRule::DialledFromCase, "relate.dialled_from_case"),
            (RelateRule::InViewOutbound, "relate.in_view_outbound"),
            (RelateRule::InViewInbound, "relate.in_view_inbound"),
            (RelateRule::Picked, "relate.picked"),
        ];
        for (rule, code) in rules {
            assert_eq!(explained(related(HERS, rule)), (code.to_owned(), 1));
        }
        let reasons = [
            (NotRelated::CodesOff, "relate.codes_off"),
            (NotRelated::SaidNone, "relate.said_none"),
            (NotRelated::HostSilent, "relate.host_silent"),
            (NotRelated::NoConsole, "relate.no_console"),
            (NotRelated::SeveralPanels, "relate.several_panels"),
            (NotRelated::NotSaved, "relate.not_saved"),
            (NotRelated::NoneInView, "relate.none_in_view"),
            (NotRelated::Gone, "relate.gone"),
            (NotRelated::SomebodyElses, "relate.somebody_elses"),
        ];
        for (why, code) in reasons {
            assert_eq!(explained(not(why, None)), (code.to_owned(), 0));
            assert_eq!(explained(not(why, Some(HERS))), (code.to_owned(), 1));
        }
    }
}
