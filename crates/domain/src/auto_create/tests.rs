//! What is made for whom: rules by type of call, the record's fields, and the calls that nobody sums up.

use super::*;
use crate::activity::Outcome;
use crate::call::{Engagement, Via};
use crate::id::{AgentKey, At, CallKey, EngagementKey};
use crate::phone::{NumberPolicy, other_party};
use crate::wrapup::{PartyLink, SettledBy};
use uuid::Uuid;

fn spain() -> Region {
    "ES".parse().expect("a region")
}

fn call(kind: CallType, owes: bool) -> CallRecord {
    let part = Engagement {
        key: EngagementKey(Uuid::from_u128(1)),
        agent: AgentKey("1001".to_owned()),
        via: Via::Queue,
        result: None,
        offered_at: At(0),
        answered_at: None,
        ended_at: Some(At(2)),
        hold_ms: 0,
        on_hold: false,
        wrapup: owes,
    };
    let outbound = matches!(kind, CallType::Outbound | CallType::OutboundMissed);
    CallRecord {
        key: CallKey(Uuid::from_u128(100)),
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: Some(kind),
        direction: if outbound { Direction::Outbound } else { Direction::Inbound },
        from: None,
        to: None,
        did: None,
        ring_group: None,
        started_at: At(0),
        answered_at: None,
        ended_at: Some(At(2)),
        waiting_since: None,
        wait_ms: None,
        talk_ms: 0,
        hold_ms: 0,
        recording: None,
        voicemail: None,
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: Vec::new(),
        engagements: vec![part],
    }
}

fn leads() -> AutoCreateRules {
    let rule = CreateRule { make: AutoCreate::Lead, ..CreateRule::default() };
    CREATING_TYPES.into_iter().fold(AutoCreateRules::default(), |rules, kind| rules.with(kind, rule.clone()))
}

/// The person that is made for a call, and the party of its Activity.
fn made(
    rules: &AutoCreateRules,
    call: &CallRecord,
    number: &str,
    party: Option<PartyLink>,
) -> Option<(Person, Activity)> {
    let number = other_party(number, &NumberPolicy::new(spain()));
    let activity = Activity { party, outcome: Outcome::NoWrapup, ..Activity::open(call.key, Vec::new()) };
    let scene = UnknownCaller {
        call,
        activity: &activity,
        wrapups: &[],
        number: &number,
        matched: &Match::of(&number, Vec::new()),
        match_rule: &MatchRule::default(),
        rules,
        region: spain(),
        new_person: PersonId(Uuid::from_u128(7)),
    };
    let (preconditions, changes) = for_unknown_caller(&scene)?;
    assert!(preconditions.iter().any(|one| matches!(one, Precondition::NumberUnclaimed { .. })));
    assert!(preconditions.contains(&Precondition::activity(&activity)));
    match <[Change; 2]>::try_from(changes).expect("a record and an Activity") {
        [Change::Person { person, .. }, Change::Activity(activity)] => Some((*person, *activity)),
        other => panic!("{other:?}"),
    }
}

const CALLER: &str = "+34600111222";

#[test]
fn p05_without_a_wrapup_a_caller_becomes_what_the_setting_of_the_calls_type_says() {
    for kind in CREATING_TYPES {
        assert!(made(&AutoCreateRules::default(), &call(kind, true), CALLER, None).is_none());
        assert!(made(&leads(), &call(kind, true), CALLER, None).is_none(), "a wrap-up is Log's business");
        let (person, activity) = made(&leads(), &call(kind, false), CALLER, None).expect("a Lead");
        assert_eq!((person.kind, person.created_by_call), (PersonKind::Lead, Some(activity.key)));
        let link = PartyLink { person: Some(person.id), by: SettledBy::Late };
        assert_eq!((activity.party, activity.candidates.len()), (Some(link), 1));
    }
    let unset = CREATING_TYPES.into_iter().filter(|kind| !HANDLED.contains(kind));
    for kind in unset {
        assert!(made(&AutoCreateRules::default(), &call(kind, false), CALLER, None).is_none(), "{kind:?}");
    }
}

#[test]
fn p05_withheld_short_and_unusable_numbers_make_nobody() {
    for number in ["", "anonymous", "1001", "*72", "5550"] {
        assert!(made(&leads(), &call(CallType::Missed, false), number, None).is_none(), "{number}");
    }
    assert!(made(&leads(), &call(CallType::Internal, false), CALLER, None).is_none());
    let lives = CallRecord { state: CallState::Live, ..call(CallType::Missed, false) };
    assert!(made(&leads(), &lives, CALLER, None).is_none());
}

#[test]
fn p05_who_said_whose_a_call_is_is_obeyed() {
    let link = |person: Option<u128>, by| {
        Some(PartyLink { person: person.map(|n| PersonId(Uuid::from_u128(n))), by })
    };
    let call = call(CallType::Missed, false);
    for party in [link(None, SettledBy::Corrected), link(Some(9), SettledBy::Clicked)] {
        assert!(made(&leads(), &call, CALLER, party).is_none(), "{party:?}");
    }
    assert!(made(&leads(), &call, CALLER, link(None, SettledBy::NobodyMatches)).is_some());
}

#[test]
fn p05_a_record_is_made_with_what_the_rule_says_and_the_name_that_was_typed() {
    let (agent, boss) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
    let rule = CreateRule {
        make: AutoCreate::Contact,
        name: Some(" Caller {number} ".to_owned()),
        company: Some("Acme".to_owned()),
        email: Some(" ".to_owned()),
        owner: NewOwner::Agent,
    };
    let OtherParty::Number(number) = other_party(CALLER, &NumberPolicy::new(spain())) else { panic!() };
    let call = call(CallType::Inbound, true);
    let new = NewRecord {
        id: PersonId(Uuid::nil()),
        kind: PersonKind::Contact,
        name: None,
        number: Some(&number),
        call: &call,
        rule: &rule,
        user: Some(agent),
    };
    let person = new.person();
    assert_eq!(person.name, "Caller +34 600 11 12 22");
    assert_eq!((person.company.as_deref(), person.email, person.owner), (Some("Acme"), None, Some(agent)));
    assert_eq!(NewRecord { name: Some("Olga"), user: None, ..new }.person().name, "Olga");
    assert_eq!(NewRecord { user: None, ..new }.person().owner, None);
    let rule = CreateRule { name: None, owner: NewOwner::User { user: boss }, ..rule.clone() };
    let person = NewRecord { rule: &rule, ..new }.person();
    assert_eq!((person.name.as_str(), person.owner), ("+34 600 11 12 22", Some(boss)));
    let long = CreateRule { name: Some(NUMBER_MARK.repeat(22)), ..rule };
    assert_eq!(NewRecord { rule: &long, ..new }.person().name.chars().count(), MAX_NAME_CHARS);
}

#[test]
fn a_call_that_lives_has_the_rule_of_what_it_is_so_far() {
    let only = |kind| AutoCreateRules::on_log(AutoCreate::None).with(kind, leads().of(kind).clone());
    let lives = |kind, answered_at| CallRecord { kind: None, answered_at, ..call(kind, true) };
    for (kind, call) in [
        (CallType::Inbound, lives(CallType::Inbound, None)),
        (CallType::Outbound, lives(CallType::Outbound, Some(At(1)))),
        (CallType::OutboundMissed, lives(CallType::Outbound, None)),
        (CallType::Missed, call(CallType::Missed, true)),
    ] {
        assert_eq!(only(kind).of_call(&call).make, AutoCreate::Lead, "{kind:?}");
    }
}

#[test]
fn rules_are_read_as_they_are_written_and_one_word_as_it_was_stored_before() {
    let boss = NewOwner::User { user: UserId(Uuid::from_u128(2)) };
    let rule = CreateRule { make: AutoCreate::Lead, owner: boss, ..CreateRule::default() };
    let rules = AutoCreateRules::default().with(CallType::Voicemail, rule);
    let text = serde_json::to_string(&rules).expect("JSON");
    assert_eq!(serde_json::from_str::<AutoCreateRules>(&text).expect("rules"), rules);
    let word: AutoCreateRules = serde_json::from_str("\"lead\"").expect("rules");
    assert_eq!(word, AutoCreateRules::on_log(AutoCreate::Lead));
    let made: Vec<_> = word.all().filter(|(_, rule)| rule.make == AutoCreate::Lead).map(|(k, _)| k).collect();
    assert_eq!(made, HANDLED);
    let part: AutoCreateRules = serde_json::from_str(r#"{"missed": {"make": "contact"}}"#)
        .expect("the others as they are unless set");
    assert_eq!(part.of(CallType::Missed).make, AutoCreate::Contact);
    assert_eq!(part.of(CallType::Inbound).make, AutoCreate::Contact);
    for wrong in ["\"nobody\"", r#"{"missed": {"make": "account"}}"#, r#"{"lost": {}}"#, "7"] {
        assert!(serde_json::from_str::<AutoCreateRules>(wrong).is_err(), "{wrong}");
    }
}
