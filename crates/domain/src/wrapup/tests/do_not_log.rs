//! Do not log (P3): nothing is kept but who it was with, where that is beyond doubt.

use super::super::submit::{SubmitRefused, Submitted, do_not_log};
use super::super::*;
use super::given::*;
use crate::activity::Outcome;
use crate::commit::Precondition;
use crate::phone::Tier;

#[test]
fn p03_code_notes_and_case_stay_empty_whatever_was_typed() {
    let typed = Given::new().with(|given| {
        given.wrapup.draft =
            Draft { revision: 2, code: Some(SOLD), notes: "typed".to_owned(), ..Draft::default() };
        given.request.revision = 2;
    });
    let left = typed.do_not_log(None);
    let (wrapup, activity) = (&left.wrapup, &left.activity);
    assert_eq!((wrapup.state, activity.outcome), (WrapupState::NotLogged, Outcome::NotLogged));
    assert_eq!((&wrapup.code, &wrapup.notes, &wrapup.related, &wrapup.reason), (&None, &None, &None, &None));
    assert_eq!(wrapup.draft, Draft { revision: 2, ..Draft::default() });
    assert_eq!((wrapup.closed_at, wrapup.closed_by), (Some(NOW), Some(USER)));
    assert_eq!((&activity.code, &activity.notes, &activity.related), (&None, &None, &None));
    assert_eq!(left.made, []);
    let rests_on = [Precondition::wrapup(&typed.wrapup), Precondition::activity(&typed.activity)];
    assert_eq!(left.rests_on, rests_on);
}

#[test]
fn p03_the_party_stays_only_where_one_record_matches_or_the_agent_chose() {
    let party = |hits: Vec<_>, choice: Option<PartyChoice>, clicked| {
        let given = Given::new().with(|given| {
            given.hits = hits;
            given.wrapup.draft.party = choice;
            given.clicked = clicked;
        });
        let left = given.do_not_log(None);
        assert_eq!(left.made, [], "nobody is made");
        (left.wrapup.party, left.rests_on.contains(&Precondition::PersonExists { id: person(5) }))
    };
    let (one, two) = (vec![hit(1, Tier::E)], vec![hit(1, Tier::E), hit(2, Tier::E)]);
    assert_eq!(party(one.clone(), None, None).0, Some(link(Some(person(1)), SettledBy::OneMatch)));
    assert_eq!(party(two.clone(), None, None).0, None);
    assert_eq!(party(Vec::new(), None, None).0, None);
    let five = Some(PartyChoice::Existing { person: person(5) });
    assert_eq!(party(two.clone(), five, None), (Some(link(Some(person(5)), SettledBy::Chosen)), true));
    assert_eq!(party(one.clone(), Some(PartyChoice::None), None).0, Some(link(None, SettledBy::Chosen)));
    let create = PartyChoice::Create { kind: PersonKind::Lead, name: None, despite: Vec::new() };
    assert_eq!(party(Vec::new(), Some(create), None).0, None);
    assert_eq!(party(two, None, Some(person(3))).0, Some(link(Some(person(3)), SettledBy::Clicked)));
}

#[test]
fn p03_a_reason_is_one_of_the_centres_that_is_in_use() {
    let given = Given::new();
    let reason = given.do_not_log(Some("test")).wrapup.reason.expect("a reason");
    assert_eq!((reason.id.as_str(), reason.label.en.as_str()), ("test", "Test"));
    let refused = |given: &Given, id| given.ask(|scene| do_not_log(scene, 0, Some(id)));
    assert_eq!(refused(&given, "nonsense"), Err(SubmitRefused::ReasonUnknown));
    let retired = given.with(|given| given.reasons.iter_mut().for_each(|reason| reason.retired = true));
    assert_eq!(refused(&retired, "test"), Err(SubmitRefused::ReasonUnknown));
}

#[test]
fn only_what_is_due_at_the_revision_that_was_seen_is_closed() {
    let early = Given::new().with(|given| given.wrapup.state = WrapupState::Early);
    assert_eq!(early.ask(|scene| do_not_log(scene, 0, None)), Err(SubmitRefused::NotDue));
    assert_eq!(Given::new().ask(|scene| do_not_log(scene, 1, None)), Err(SubmitRefused::StaleRevision));
}

#[test]
fn the_same_again_is_no_second_one_and_another_is_told() {
    let closed = Given::new().do_not_log(Some("test")).wrapup;
    let again = |change: fn(&mut Given), reason| {
        let given = Given::new().with(|given| given.wrapup = closed.clone()).with(change);
        given.ask(|scene| do_not_log(scene, 0, reason))
    };
    assert_eq!(again(|_| (), Some("test")), Ok(Submitted::Already));
    assert_eq!(again(|_| (), None), Err(SubmitRefused::ClosedDifferently));
    let logged: fn(&mut Given) = |given| given.wrapup.state = WrapupState::Logged;
    assert_eq!(again(logged, Some("test")), Err(SubmitRefused::ClosedDifferently));
}

#[test]
fn the_whole_call_is_not_logged_once_every_agent_said_so() {
    let left = Given::new().transferred().do_not_log(None);
    assert_eq!(left.activity.outcome, Outcome::Open, "1002 has not said");
    let both = Given::new().transferred().with(|given| given.others[0].state = WrapupState::NotLogged);
    let left = both.do_not_log(None);
    assert_eq!(
        (left.activity.outcome, left.activity.agent),
        (Outcome::NotLogged, Some(AgentKey("1002".to_owned())))
    );
}
