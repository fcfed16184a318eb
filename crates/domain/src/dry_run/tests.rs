//! What settings make of past calls: each rule in turn, and that the same settings never differ.

use super::*;
use crate::auto_create::{AutoCreateRules, CreateRule};
use crate::call::sample::{ended_call, part};
use crate::call::{CallState, Engagement};
use crate::case::{CasePriority, CaseStatus};
use crate::centre::{AcwPolicy, InboxPolicy, OnExpiry};
use crate::directory::{PersonLine, PhoneField};
use crate::id::{CallKey, EngagementKey};
use crate::matching::MatchRule;
use crate::phone::{NumberPolicy, Region, Tier, other_party};
use crate::wrapup::{PartyLink, Released, WrapupState};
use proptest::prelude::*;
use uuid::Uuid;

const CALLER: &str = "+34600111222";
const NOW: At = At(1_000_000_000_000);

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn hit(n: u128, kind: PersonKind) -> PhoneHit {
    let person = PersonLine { id: person(n), kind, name: String::new(), company: None, phone: None };
    PhoneHit { person, tier: Tier::E, field: PhoneField::Phone, stored_as: CALLER.to_owned() }
}

fn number(own: &[&str]) -> OtherParty {
    let spain: Region = "ES".parse().expect("a region");
    other_party(CALLER, &NumberPolicy::new(spain).with_own(own.iter().copied()))
}

/// A logged inbound call of somebody whom nobody knows, which took its agent 40 s to sum up.
fn past(nth: i64) -> PastCall {
    let part = Engagement { wrapup: true, ..part(1, "1001") };
    let key = CallKey(Uuid::from_u128(100 + nth as u128));
    let call = CallRecord {
        key,
        kind: Some(CallType::Inbound),
        direction: Direction::Inbound,
        started_at: At(nth * 1_000_000),
        state: CallState::Ended,
        ..ended_call(vec![part.clone()])
    };
    let wrapup = Wrapup {
        state: WrapupState::Logged,
        opened_at: Some(At(0)),
        closed_at: Some(At(40_000_000)),
        ..Wrapup::new(part.key, key, part.agent)
    };
    let found = Found { number: number(&[]), hits: Vec::new() };
    PastCall {
        activity: Activity { outcome: Outcome::Logged, archived: true, ..Activity::open(key, Vec::new()) },
        call,
        wrapups: vec![wrapup],
        found: Sides { before: found.clone(), after: found },
        cases: Vec::new(),
        accounts: Vec::new(),
    }
}

fn told(calls: &[PastCall], after: &Centre) -> Vec<Sides<Told>> {
    replay(calls, &BTreeSet::new(), &Sides { before: &Centre::default(), after }, NOW)
}

#[test]
fn p04_a_rule_that_matches_fewer_kinds_leaves_fewer_to_choose_from() {
    let mut call = past(1);
    call.found.before.hits = vec![hit(1, PersonKind::Contact), hit(2, PersonKind::Lead)];
    call.found.after.hits = vec![hit(1, PersonKind::Contact)];
    let after = Centre {
        matching: MatchRule { kinds: vec![PersonKind::Contact], ..MatchRule::default() },
        ..Centre::default()
    };
    let told = told(&[call], &after).remove(0);
    assert_eq!((told.before.matched, told.before.candidates), (MatchKind::Many, 2));
    assert_eq!((told.after.matched, told.after.party), (MatchKind::One, Some(person(1))));
    assert_eq!(told.before.differs(&told.after), [Differs::Party, Differs::Pops]);
}

#[test]
fn p05_a_record_that_these_calls_made_is_made_again_once_by_each_side_that_makes_one() {
    let mut calls = [past(1), past(2), past(3)];
    for call in &mut calls {
        // As the directory is today: the first call made a Contact.
        call.found.before.hits = vec![hit(7, PersonKind::Contact)];
        call.found.after.hits = vec![hit(7, PersonKind::Contact)];
    }
    let leads = CreateRule { make: AutoCreate::Lead, ..CreateRule::default() };
    let after = Centre {
        auto_create: AutoCreateRules::default().with(CallType::Inbound, leads),
        ..Centre::default()
    };
    let sides = Sides { before: &Centre::default(), after: &after };
    let told = replay(&calls, &BTreeSet::from([person(7)]), &sides, NOW);
    let makes: Vec<_> = told.iter().map(|sides| (sides.before.makes, sides.after.makes)).collect();
    let once = (Some(PersonKind::Contact), Some(PersonKind::Lead));
    assert_eq!(makes, [once, (None, None), (None, None)]);
    assert_eq!(told[1].before.matched, MatchKind::One, "the second call finds whom the first made");
    let nobody = Centre { auto_create: AutoCreateRules::on_log(AutoCreate::None), ..Centre::default() };
    let sides = Sides { before: &Centre::default(), after: &nobody };
    let told = replay(&calls, &BTreeSet::from([person(7)]), &sides, NOW);
    assert_eq!(told[2].after.matched, MatchKind::None, "nobody was made, nobody is found");
}

#[test]
fn p05_whom_a_call_was_not_logged_for_or_an_agent_chose_is_not_made() {
    let (mut not_logged, mut chosen) = (past(1), past(2));
    not_logged.activity.outcome = Outcome::NotLogged;
    chosen.activity.party = Some(PartyLink { person: Some(person(9)), by: SettledBy::Chosen });
    for call in [not_logged, chosen] {
        assert_eq!(told(&[call], &Centre::default())[0].before.makes, None);
    }
}

#[test]
fn p05_the_type_of_a_call_nobody_sums_up_makes_what_its_rule_says() {
    let mut call = past(1);
    call.call.kind = Some(CallType::Abandoned);
    call.call.wait_ms = Some(4_000);
    call.call.engagements.clear();
    call.wrapups.clear();
    call.activity.outcome = Outcome::NoWrapup;
    let rule = CreateRule { make: AutoCreate::Lead, ..CreateRule::default() };
    let all = Centre {
        auto_create: AutoCreateRules::default().with(CallType::Abandoned, rule),
        ..Centre::default()
    };
    assert_eq!(told(&[call.clone()], &all)[0].after.makes, Some(PersonKind::Lead));
    let short = Centre { short_abandon_s: Some(5), ..all };
    let told = told(&[call], &short).remove(0);
    assert_eq!((told.after.kind, told.after.makes), (Some(CallType::ShortAbandoned), None));
    assert_eq!(told.before.differs(&told.after), [Differs::Type]);
}

#[test]
fn invariant_7_a_number_of_ours_neither_matches_nor_makes() {
    let mut call = past(1);
    call.found.after.number = number(&[CALLER]);
    call.found.after.hits = vec![hit(1, PersonKind::Contact)];
    let told = told(&[call], &Centre::default()).remove(0);
    assert_eq!((told.before.makes, told.after.makes), (Some(PersonKind::Contact), None));
    assert_eq!(told.after.matched, MatchKind::None);
}

fn case(n: u128, contact: Option<u128>) -> Case {
    Case {
        id: CaseId(Uuid::from_u128(n)),
        number: 1,
        subject: String::new(),
        description: None,
        status: CaseStatus::New,
        priority: CasePriority::Medium,
        contact: contact.map(person),
        account: None,
        owner: None,
        created_by_call: None,
        opened_at: At(0),
        closed_at: None,
        version: 1,
    }
}

#[test]
fn p08_a_case_that_was_on_screen_stays_while_it_is_the_partys_and_codes_are_on() {
    let mut call = past(1);
    let one = case(1, Some(1));
    let related = RelateDecision::Related { case: one.id, rule: RelateRule::InViewInbound };
    call.activity.related = Some(related);
    call.activity.party = Some(PartyLink { person: Some(person(1)), by: SettledBy::OneMatch });
    call.found.before.hits = vec![hit(1, PersonKind::Contact)];
    call.found.after.hits = vec![hit(2, PersonKind::Contact)];
    call.cases = vec![one.clone()];
    let sides = told(&[call.clone()], &Centre::default()).remove(0);
    let cases = (sides.before.case, sides.after.case);
    assert_eq!(cases, (CaseTold::Related(one.id), CaseTold::NotRelated), "it is somebody else's");
    // Whom the agent chose stays whoever has the number.
    call.activity.party = Some(PartyLink { person: Some(person(1)), by: SettledBy::Chosen });
    assert_eq!(told(&[call.clone()], &Centre::default())[0].after.case, CaseTold::Related(one.id));
    let off = Centre { codes_enabled: false, ..Centre::default() };
    assert_eq!(told(&[call.clone()], &off)[0].after.case, CaseTold::NotRelated, "P13");
    call.activity.related = Some(RelateDecision::NotRelated { why: NotRelated::CodesOff, offer: None });
    let sides = replay(&[call], &BTreeSet::new(), &Sides { before: &off, after: &Centre::default() }, NOW);
    assert_eq!((sides[0].before.case, sides[0].after.case), (CaseTold::NotRelated, CaseTold::Unknown));
}

/// So many wrap-ups of one agent, one every ten seconds, each taking a minute to submit.
fn in_a_row(count: i64) -> Vec<PastCall> {
    let nth = |n: i64| {
        let mut call = past(n);
        let key = EngagementKey(Uuid::from_u128(500 + n as u128));
        let opened = At(n * 10_000_000);
        call.wrapups[0] = Wrapup {
            key,
            opened_at: Some(opened),
            closed_at: Some(opened.plus_millis(60_000)),
            ..call.wrapups[0].clone()
        };
        call
    };
    (0..count).map(nth).collect()
}

fn with_inbox(centre: Centre, put_aside: bool, most: Option<u32>, oldest_s: Option<u32>) -> Centre {
    let inbox = InboxPolicy { put_aside, most, oldest_s, ..InboxPolicy::default() };
    Centre { inbox, ..centre }
}

fn wrapups(calls: &[PastCall], after: &Centre) -> Vec<(AcwTold, Option<i64>)> {
    let told = told(calls, after);
    told.iter()
        .map(|sides| (sides.after.acw[0].told, sides.after.acw[0].kept_ms.map(|ms| ms / 1000)))
        .collect()
}

#[test]
fn p12_what_would_wait_beyond_what_may_keeps_its_agent_from_calls_until_some_are_submitted() {
    use AcwTold::{Full, Released};
    let calls = in_a_row(3);
    let released = |most, oldest_s| with_inbox(acw(Some(5), OnExpiry::Release, None), false, most, oldest_s);
    // They wait from 5, 15 and 25 s on, until 60, 70 and 80 s.
    assert_eq!(wrapups(&calls, &released(None, None)), [(Released, Some(5)); 3]);
    let one_too_many = wrapups(&calls, &released(Some(2), None));
    // The third would have its agent wait until the first is submitted: from 20 to 60 s.
    assert_eq!(one_too_many, [(Released, Some(5)), (Released, Some(5)), (Full, Some(40))]);
    assert_eq!(wrapups(&calls, &released(Some(0), None))[0], (Full, Some(60)));
    // One that waits for too long does so from that age on: 45 to 60, 55 to 70 and 65 to 80 s, which is 35 s for the agent.
    let too_old = [(Full, Some(20)), (Full, Some(15)), (Full, Some(15))];
    assert_eq!(wrapups(&calls, &released(None, Some(45))), too_old);
    // Whichever comes first, until neither holds: too many until 70 s, and the third is too old until 80 s.
    let both = wrapups(&calls, &released(Some(1), Some(45)));
    assert_eq!(both, [(Full, Some(20)), (Full, Some(5 + 30 + 10)), (Full, Some(5 + 10))]);
    assert_eq!(wrapups(&calls, &released(None, Some(60))), [(Released, Some(5)); 3]);
    let differs = told(&calls, &released(Some(2), None));
    assert_eq!(differs[2].before.differs(&differs[2].after), [Differs::Acw]);
    // What is still owed may keep its agent for whoever knows how long.
    let mut owed = in_a_row(1);
    owed[0].wrapups[0] = Wrapup { state: WrapupState::Open, closed_at: None, ..owed[0].wrapups[0].clone() };
    assert_eq!(wrapups(&owed, &released(Some(0), None)), [(Full, None)]);
}

#[test]
fn p12_what_the_timer_closed_waits_where_a_side_has_it_wait_until_somebody_submits_it() {
    use AcwTold::Full;
    let mut calls = in_a_row(2);
    calls[0].wrapups[0].state = WrapupState::Undispositioned;
    calls[0].wrapups[0].closed_at = Some(At(6_000_000));
    let side = |on_expiry, most| with_inbox(acw(Some(5), on_expiry, None), true, most, None);
    let told = wrapups(&calls, &side(OnExpiry::Release, Some(1)));
    assert_eq!(
        told,
        [(AcwTold::Released, Some(5)), (Full, Some(60))],
        "the second is submitted before the first"
    );
    assert_eq!(wrapups(&calls, &side(OnExpiry::Release, Some(0)))[0], (Full, None));
    // Where the timer closes what was put aside, it leaves the inbox by that.
    let at = At(2_000_000);
    calls[0].wrapups[0].released =
        Some(Released { at, by: Some(crate::id::UserId(Uuid::nil())), reason: None });
    let most_none = with_inbox(acw(Some(5), OnExpiry::Close, None), true, None, Some(3));
    assert_eq!(wrapups(&calls, &most_none)[0], (Full, Some(2 + 2)));
}

/// When one was opened, how long it took from then on to be closed, and whether its agent closed it, in seconds.
type Worked = (i64, i64, bool);

/// Wrap-ups of one agent that were worked so.
fn worked(all: &[Worked]) -> Vec<PastCall> {
    let mut calls = in_a_row(all.len() as i64);
    for (call, (opened, took, submitted)) in calls.iter_mut().zip(all) {
        let wrapup = &mut call.wrapups[0];
        wrapup.opened_at = Some(At(opened * 1_000_000));
        wrapup.closed_at = Some(At((opened + took) * 1_000_000));
        wrapup.state = if *submitted { WrapupState::Logged } else { WrapupState::Undispositioned };
    }
    calls
}

/// Whether the rule itself has the agent submit some first, at a second, where each is freed after five.
fn is_full(all: &[Worked], policy: &InboxPolicy, second: i64) -> bool {
    let at = |seconds: i64| At(seconds * 1_000_000);
    let owed =
        |(opened, took, submitted): &&Worked| *opened <= second && (!submitted || second < opened + took);
    let waits = |(opened, ..): &Worked| Wrapup {
        state: WrapupState::Open,
        opened_at: Some(at(*opened)),
        released: (opened + 5 <= second).then(|| Released { at: at(opened + 5), by: None, reason: None }),
        ..Wrapup::new(
            EngagementKey(Uuid::nil()),
            CallKey(Uuid::nil()),
            crate::id::AgentKey("1001".to_owned()),
        )
    };
    let owed: Vec<Wrapup> = all.iter().filter(owed).map(waits).collect();
    policy.full_since(&owed, at(second)).is_some()
}

proptest! {
    #[test]
    fn p12_the_inbox_keeps_agents_as_long_as_the_rule_that_pauses_them_does(
        all in prop::collection::vec((0..40_i64, 6..50_i64, prop::bool::weighted(0.9)), 0..8),
        most in prop::option::of(0..5_u32),
        oldest_s in prop::option::of(0..60_u32),
    ) {
        let side = with_inbox(acw(Some(5), OnExpiry::Release, None), false, most, oldest_s);
        let told = wrapups(&worked(&all), &side);
        let charged: i64 = told.iter().filter_map(|(_, kept)| Some((*kept)? - 5)).sum();
        let kept = (0..90).filter(|second| is_full(&all, &side.inbox, *second)).count() as i64;
        let for_ever = is_full(&all, &side.inbox, NOW.0 / 1_000_000);
        prop_assert_eq!(told.iter().any(|(_, kept)| kept.is_none()), for_ever);
        prop_assert_eq!(told.iter().any(|(told, _)| *told == AcwTold::Full), kept > 0 || for_ever);
        if for_ever {
            prop_assert!(charged <= kept, "{} s are charged of {}", charged, kept);
        } else {
            prop_assert_eq!(charged, kept);
        }
    }
}

#[test]
fn p12_what_an_agent_put_aside_waits_where_the_settings_let_them_and_there_is_room() {
    let mut calls = in_a_row(2);
    for call in &mut calls {
        let opened = call.wrapups[0].opened_at.unwrap();
        let at = opened.plus_millis(8_000);
        let by = Some(crate::id::UserId(Uuid::nil()));
        call.wrapups[0].released = Some(Released { at, by, reason: None });
    }
    let lets = |put_aside, most| with_inbox(Centre::default(), put_aside, most, None);
    let (aside, not_known) = ((AcwTold::Released, Some(8)), (AcwTold::Unknown, None));
    assert_eq!(wrapups(&calls, &lets(true, None)), [aside, aside]);
    assert_eq!(wrapups(&calls, &lets(true, Some(1))), [aside, not_known], "there is no room for the second");
    assert_eq!(wrapups(&calls, &lets(false, None)), [not_known, not_known]);
    // A supervisor frees whomever they want to, and the limit holds all the same.
    for call in &mut calls {
        call.wrapups[0].released.as_mut().unwrap().reason = Some("queue".to_owned());
    }
    assert_eq!(wrapups(&calls, &lets(false, None)), [aside, aside]);
    assert_eq!(wrapups(&calls, &lets(false, Some(1))), [aside, (AcwTold::Full, Some(50))]);
}

fn acw(seconds: Option<u32>, on_expiry: OnExpiry, longest_s: Option<u32>) -> Centre {
    let acw = AcwPolicy { seconds, on_expiry, longest_s, ..AcwPolicy::default() };
    Centre { acw, ..Centre::default() }
}

#[track_caller]
fn check_acw(call: &PastCall, centre: &Centre, expected: AcwTold, kept_s: Option<i64>) {
    let all = acw_of(call, call.call.kind, centre, NOW);
    let found: Vec<_> = all.iter().map(|one| (one.told, one.kept_ms)).collect();
    assert_eq!(found, [(expected, kept_s.map(|seconds| seconds * 1000))]);
}

#[test]
fn after_call_work_of_known_length_is_judged_by_each_limit() {
    use OnExpiry::{Close, Release, Stay};
    let mut call = past(1);
    check_acw(&call, &acw(None, Stay, None), AcwTold::InTime, Some(40));
    check_acw(&call, &acw(Some(40), Close, None), AcwTold::InTime, Some(40));
    check_acw(&call, &acw(Some(30), Stay, None), AcwTold::Late, Some(40));
    check_acw(&call, &acw(Some(30), Release, None), AcwTold::Released, Some(30));
    check_acw(&call, &acw(Some(30), Close, None), AcwTold::Closed, Some(30));
    check_acw(&call, &acw(None, Stay, Some(20)), AcwTold::Released, Some(20));
    check_acw(&call, &acw(Some(30), Close, Some(20)), AcwTold::Closed, Some(20));
    // The agent extended it once, as far as the side lets them.
    call.wrapups[0].extensions = 1;
    check_acw(&call, &acw(Some(30), Close, None), AcwTold::InTime, Some(40));
    let mut none = acw(Some(30), Close, None);
    none.acw.max_extensions = 0;
    check_acw(&call, &none, AcwTold::Closed, Some(30));
}

#[test]
fn after_call_work_that_was_cut_short_is_known_only_as_far_as_it_went() {
    use OnExpiry::{Close, Stay};
    let mut call = past(1);
    call.wrapups[0].state = WrapupState::Undispositioned;
    check_acw(&call, &acw(Some(30), Close, None), AcwTold::Closed, Some(30));
    check_acw(&call, &acw(Some(30), Stay, None), AcwTold::Late, None);
    check_acw(&call, &acw(Some(50), Close, None), AcwTold::Unknown, None);
    check_acw(&call, &acw(None, Stay, None), AcwTold::Unknown, None);
    call.wrapups[0].state = WrapupState::Logged;
    call.wrapups[0].released = Some(Released { at: At(10_000_000), by: None, reason: None });
    check_acw(&call, &acw(Some(30), Close, None), AcwTold::Unknown, None);
    check_acw(&call, &acw(Some(5), Close, None), AcwTold::Closed, Some(5));
}

#[test]
fn who_dials_and_reaches_nobody_owes_a_wrapup_where_the_setting_says_so() {
    let mut call = past(1);
    call.call.kind = Some(CallType::OutboundMissed);
    call.call.direction = Direction::Outbound;
    let off = Centre { wrapup_unreached: false, ..Centre::default() };
    check_acw(&call, &off, AcwTold::NotOwed, Some(0));
    call.wrapups.clear();
    check_acw(&call, &Centre::default(), AcwTold::Owed, None);
    assert_eq!(acw_of(&call, call.call.kind, &off, NOW), []);
}

fn pasts() -> impl Strategy<Value = Vec<PastCall>> {
    let hits = prop::collection::vec((0..5_u128, prop::sample::select(PersonKind::ALL.to_vec())), 0..3);
    let outcome = prop::sample::select(vec![Outcome::Logged, Outcome::NotLogged, Outcome::Undispositioned]);
    let one = (hits, outcome, any::<bool>(), 0..100_i64);
    prop::collection::vec(one, 0..12).prop_map(|calls| {
        let call = |(nth, (hits, outcome, unreached, took)): (i64, (Vec<_>, Outcome, bool, i64))| {
            let mut call = past(nth);
            let hits: Vec<PhoneHit> = hits.into_iter().map(|(n, kind)| hit(n, kind)).collect();
            call.found.before.hits.clone_from(&hits);
            call.found.after.hits = hits;
            call.activity.outcome = outcome;
            if unreached {
                call.call.kind = Some(CallType::OutboundMissed);
            }
            call.wrapups[0].closed_at = Some(At(took * 1_000_000));
            call
        };
        (0..).zip(calls).map(call).collect()
    })
}

proptest! {
    #[test]
    fn the_same_settings_never_differ(calls in pasts(), made in prop::collection::btree_set(0..5_u128, 0..3)) {
        let made = made.into_iter().map(person).collect();
        let centre = acw(Some(30), OnExpiry::Close, None);
        let told = replay(&calls, &made, &Sides { before: &centre, after: &centre }, NOW);
        prop_assert_eq!(told.len(), calls.len());
        for sides in &told {
            prop_assert_eq!(sides.before.differs(&sides.after), vec![]);
        }
        let totals = Totals::of(told.iter().map(|sides| &sides.after));
        prop_assert_eq!(totals.matched.iter().sum::<u64>(), calls.len() as u64);
        prop_assert_eq!(totals.acw.values().sum::<u64>(), calls.len() as u64);
    }
}
