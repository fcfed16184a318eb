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
    let insists =
        |scene: &mut RelateScene<'_>| (scene.party, scene.choice) = (BEN, CaseChoice::Picked { case: HERS });
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
