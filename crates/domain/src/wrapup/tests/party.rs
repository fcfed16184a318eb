//! Whom Log files a call on (P2, P4, P5), and what that rests on.

use super::super::submit::{ShownParty, SubmitRefused, explain_party, preview};
use super::super::*;
use super::given::*;
use crate::activity::Activity;
use crate::commit::Precondition;
use crate::directory::MAX_NAME_CHARS;
use crate::matching::{AutoCreate, MatchRule};
use crate::phone::{OtherParty, Tier};

fn nobody() -> Given {
    Given::new().with(|given| given.hits.clear())
}

/// The precondition that nobody has the number of the call.
fn unclaimed(given: &Given) -> Precondition {
    let OtherParty::Number(number) = given.number() else { panic!("a number") };
    Precondition::NumberUnclaimed { keys: number.plan, rule: MatchRule::default() }
}

fn several() -> Given {
    Given::new().with(|given| given.hits = vec![hit(1, Tier::E), hit(2, Tier::E)])
}

fn create(kind: PersonKind, name: Option<&str>, despite: &[u128]) -> PartyChoice {
    PartyChoice::Create {
        kind,
        name: name.map(str::to_owned),
        despite: despite.iter().map(|n| person(*n)).collect(),
    }
}

fn choosing(given: Given, choice: PartyChoice) -> Given {
    given.with(|given| given.request.party = Some(choice))
}

#[test]
fn p04_of_several_one_must_be_chosen_and_is_then_the_party() {
    assert_eq!(several().log_refused(), SubmitRefused::PartyRequired);
    let unsure = Given::new().with(|given| given.hits = vec![hit(1, Tier::N)]);
    assert_eq!(unsure.log_refused(), SubmitRefused::PartyRequired, "perhaps another number");
    let left = choosing(several(), PartyChoice::Existing { person: person(2) }).log();
    assert_eq!(left.activity.party, Some(link(Some(person(2)), SettledBy::Chosen)));
    assert!(left.rests_on.contains(&Precondition::PersonExists { id: person(2) }));
    assert_eq!(left.activity.candidates.len(), 2, "all of them are kept");
    let none = choosing(several(), PartyChoice::None).log();
    assert_eq!((none.activity.party, none.made), (Some(link(None, SettledBy::Chosen)), Vec::new()));
}

#[test]
fn p04_the_record_that_was_clicked_is_the_party_whoever_has_the_number() {
    for given in [several(), Given::new(), nobody()] {
        let left = given.with(|given| given.clicked = Some(person(9))).log();
        assert_eq!(left.activity.party, Some(link(Some(person(9)), SettledBy::Clicked)));
        assert!(left.rests_on.contains(&Precondition::PersonExists { id: person(9) }));
        assert_eq!(left.made, []);
    }
}

#[test]
fn p05_for_an_unknown_caller_a_record_is_made_as_the_settings_say_while_nobody_has_the_number() {
    for (make, kind) in [(AutoCreate::Contact, PersonKind::Contact), (AutoCreate::Lead, PersonKind::Lead)] {
        let given = nobody().with(|given| given.create = make);
        let left = given.log();
        assert_eq!(left.activity.party, Some(link(Some(NEW_PERSON), SettledBy::Created)));
        assert_eq!(
            left.made.iter().map(|made| (made.id, made.kind)).collect::<Vec<_>>(),
            [(NEW_PERSON, kind)]
        );
        assert!(left.rests_on.contains(&unclaimed(&given)));
        assert!(!left.rests_on.contains(&Precondition::PersonExists { id: NEW_PERSON }));
    }
}

#[test]
fn p05_where_nobody_is_made_the_call_is_nobodys_as_long_as_nobody_has_the_number() {
    let given = nobody().with(|given| given.create = AutoCreate::None);
    let left = given.log();
    assert_eq!((left.activity.party, &left.made), (Some(link(None, SettledBy::NobodyMatches)), &Vec::new()));
    assert!(left.rests_on.contains(&unclaimed(&given)));
}

#[test]
fn p05_for_a_withheld_number_nobody_is_made_and_nothing_is_waited_for() {
    let given = nobody().with(|given| given.number = String::new());
    let left = given.log();
    assert_eq!((left.activity.party, left.made), (Some(link(None, SettledBy::NobodyMatches)), Vec::new()));
    assert!(!left.rests_on.iter().any(|on| matches!(on, Precondition::NumberUnclaimed { .. })));
    // Asked for by name, one is made all the same, without a number to lock.
    let left = choosing(given, create(PersonKind::Contact, Some("Ana"), &[])).log();
    assert_eq!(left.made[0].name, "Ana");
    assert!(!left.rests_on.iter().any(|on| matches!(on, Precondition::NumberUnclaimed { .. })));
}

#[test]
fn p05_a_record_that_the_agent_asks_for_has_their_name_or_the_number() {
    let made = |name| choosing(nobody(), create(PersonKind::Lead, name, &[])).log().made.remove(0);
    assert_eq!((made(Some(" Ana ")).name, made(Some("Ana")).kind), ("Ana".to_owned(), PersonKind::Lead));
    assert_eq!(made(Some("  ")).name, made(None).name);
    assert!(made(None).name.contains("600"), "{}", made(None).name);
    let long = "ñ".repeat(MAX_NAME_CHARS);
    assert_eq!(made(Some(&long)).name, long);
    let refused = |choice| choosing(nobody(), choice).log_refused();
    assert_eq!(
        refused(create(PersonKind::Lead, Some(&(long.clone() + "x")), &[])),
        SubmitRefused::NameTooLong
    );
    for kind in [PersonKind::Account, PersonKind::PersonAccount] {
        assert_eq!(refused(create(kind, None, &[])), SubmitRefused::KindRefused);
    }
}

#[test]
fn p05_whom_the_agent_did_not_see_is_shown_before_another_is_made() {
    let asking = |despite: &[u128]| choosing(several(), create(PersonKind::Contact, Some("Eva"), despite));
    assert_eq!(asking(&[]).log_refused(), SubmitRefused::MatchChanged);
    assert_eq!(asking(&[1]).log_refused(), SubmitRefused::MatchChanged);
    let left = asking(&[1, 2]).log();
    assert_eq!(left.activity.party, Some(link(Some(NEW_PERSON), SettledBy::Created)));
    assert!(
        !left.rests_on.iter().any(|on| matches!(on, Precondition::NumberUnclaimed { .. })),
        "others have it"
    );
    let first = choosing(nobody(), create(PersonKind::Contact, Some("Eva"), &[]));
    assert!(first.log().rests_on.contains(&unclaimed(&first)));
}

#[test]
fn what_the_agent_saw_is_what_is_written_or_they_are_told() {
    let seen = |given: Given, shown| given.with(|given| given.request.shown = Some(shown));
    let ana = ShownParty::Person { person: person(1) };
    let contact = ShownParty::Create { kind: PersonKind::Contact };
    let lead = ShownParty::Create { kind: PersonKind::Lead };
    let makes_none = || nobody().with(|given| given.create = AutoCreate::None);
    let as_seen = [
        seen(Given::new(), ana),
        seen(nobody(), contact),
        seen(makes_none(), ShownParty::Nobody),
        // Two calls of one unknown caller make one person.
        seen(Given::new(), contact),
    ];
    for given in as_seen {
        given.log();
    }
    let surprises = [
        seen(Given::new(), ShownParty::Person { person: person(2) }),
        seen(Given::new(), ShownParty::Nobody),
        seen(nobody(), ana),
        seen(nobody(), lead),
        seen(nobody(), ShownParty::Nobody),
        seen(makes_none(), ana),
        seen(makes_none(), contact),
    ];
    for given in surprises {
        assert_eq!(given.log_refused(), SubmitRefused::MatchChanged, "{:?}", given.request.shown);
    }
}

#[test]
fn what_would_be_related_is_said_once_the_party_is_settled() {
    let preview = |given: &Given| given.ask(|scene| preview(scene, &given.request)).map(|(case, _)| case);
    let given = Given::new();
    assert_eq!(preview(&given), given.log().wrapup.related);
    assert_eq!(preview(&several()), None);
}

#[test]
fn the_page_says_how_the_party_was_settled() {
    let rule = |party: Option<PartyLink>, candidates: usize| {
        let hits = [hit(1, Tier::E), hit(2, Tier::E)];
        let kept = hits.iter().take(candidates).map(crate::matching::Candidate::from).collect();
        let explained = explain_party(&Activity { party, ..Activity::open(call().key, kept) });
        assert!(
            explained.facts.iter().any(|(name, value)| name == "count" && *value == candidates.to_string())
        );
        explained.rule
    };
    let by = |by| rule(Some(link(None, by)), 1);
    assert_eq!(by(SettledBy::OneMatch), "party.one_match");
    assert_eq!(by(SettledBy::Chosen), "party.chosen");
    assert_eq!(by(SettledBy::Clicked), "party.clicked");
    assert_eq!(by(SettledBy::Created), "party.created");
    assert_eq!(by(SettledBy::NobodyMatches), "party.none");
    assert_eq!(by(SettledBy::Corrected), "party.corrected");
    assert_eq!(by(SettledBy::Late), "party_late");
    assert_eq!((rule(None, 0), rule(None, 2)), ("party.none".into(), "party.several_unsettled".into()));
}
