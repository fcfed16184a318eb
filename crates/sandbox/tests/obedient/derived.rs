//! What is derived from the frames is what really happened.

use crate::line::{Line, SOURCE, START, TENANT, quiet, settings};
use domain::call::{CallRecord, CallState, CallType, HungUpBy, OfferResult, Via};
use domain::id::{At, CallKey, EngagementKey};
use sandbox::pbx::obedient::{Habits, Ledger, ObedientPbx, PastCall, PastPart, PbxSettings};
use std::collections::{BTreeMap, BTreeSet};
use telephony::ami::id_time;

/// Times in the ledger and in what was derived differ by the few frames between them.
const CLOSE_MS: i64 = 10;

/// What is compared of an agent's part.
type Part<'a> = (EngagementKey, &'a str, Via, OfferResult, bool, bool);

fn derived(call: &CallRecord) -> Vec<Part<'_>> {
    let parts = call.engagements.iter().map(|part| {
        let result = part.result.expect("a call that is over");
        (part.key, part.agent.0.as_str(), part.via, result, part.wrapup, part.answered_at.is_some())
    });
    parts.collect::<BTreeSet<_>>().into_iter().collect()
}

fn happened(call: &PastCall) -> Vec<Part<'_>> {
    let parts = call.parts.iter().map(|part| {
        let key = EngagementKey::derived(TENANT, SOURCE, &part.leg, 0, id_time(&part.leg));
        (key, part.agent.as_str(), part.via, part.result, part.sums_up, part.answered_at.is_some())
    });
    parts.collect::<BTreeSet<_>>().into_iter().collect()
}

fn close(one: At, other: At) -> bool {
    (one.0 - other.0).abs() <= CLOSE_MS * 1_000
}

fn compare_times(call: &CallRecord, past: &PastCall) {
    let last = call.engagements.iter().filter_map(|part| part.ended_at).max();
    assert!(last.max(call.ended_at).is_some_and(|at| at <= past.ended_at.plus_millis(CLOSE_MS)));
    assert!(close(call.started_at, past.started_at), "{call:#?}\n{past:#?}");
    for part in &past.parts {
        let PastPart { offered_at, answered_at, ended_at, hold_ms, .. } = *part;
        let key = EngagementKey::derived(TENANT, SOURCE, &part.leg, 0, id_time(&part.leg));
        let same = call.engagement(key).expect("compared before");
        assert!(close(same.offered_at, offered_at), "{call:#?}\n{past:#?}");
        assert!(close(same.ended_at.expect("over"), ended_at), "{call:#?}\n{past:#?}");
        assert!(same.answered_at.zip(answered_at).is_none_or(|(one, other)| close(one, other)));
        assert!((same.hold_ms - hold_ms).abs() <= CLOSE_MS, "{call:#?}\n{past:#?}");
    }
}

/// Everything that was derived is what happened, and nothing else.
pub(crate) fn compare(calls: &BTreeMap<CallKey, CallRecord>, ledger: &Ledger) {
    for past in &ledger.calls {
        let key = CallKey::derived(TENANT, SOURCE, &past.leg, id_time(&past.leg));
        let call = calls.get(&key).unwrap_or_else(|| panic!("nothing derived of {past:#?}"));
        assert_eq!((call.state, call.inferred), (CallState::Ended, false), "{call:#?}");
        assert_eq!(call.kind, Some(past.kind), "{call:#?}\n{past:#?}");
        assert_eq!(derived(call), happened(past), "{call:#?}\n{past:#?}");
        let shown = |number: &str| Some(number.to_owned()).filter(|number| number != "<unknown>");
        assert_eq!(call.from, shown(&past.from), "{call:#?}\n{past:#?}");
        assert_eq!(call.to, Some(past.to.clone()), "{call:#?}\n{past:#?}");
        assert_eq!(call.ring_group, past.queue.map(crate::line::label));
        assert_eq!(call.voicemail.is_some(), past.message_left);
        // Where nobody answered, an agent who rejected is taken for who hung up; that is left open here.
        if past.connected() {
            assert_eq!(call.hung_up_by, Some(past.hung_up_by), "{call:#?}\n{past:#?}");
        }
        compare_times(call, past);
    }
    assert_eq!(calls.len(), ledger.calls.len());
}

/// So many hours of a centre by itself, and what was derived.
fn hours(settings: PbxSettings, hours: i64) -> (Line, BTreeMap<CallKey, CallRecord>) {
    let mut line = Line::logged_in(settings);
    let end = START.plus_millis(hours * 3_600_000);
    while line.pbx.next_due() < end {
        line.step();
    }
    line.pbx.close();
    while line.pbx.living() > 0 {
        line.step();
    }
    let calls = line.settled();
    (line, calls)
}

#[test]
fn what_is_derived_from_the_frames_is_what_happened() {
    for seed in 1..=3 {
        let (line, calls) = hours(PbxSettings { calls_per_minute: 6.0, ..settings(seed) }, 2);
        compare(&calls, line.pbx.ledger());
        let ledger = line.pbx.ledger();
        assert!(ledger.calls.len() > 500, "{}", ledger.calls.len());
        assert!(ledger.offers.iter().all(|offer| !offer.paused && !offer.engaged));
        let kinds: BTreeSet<CallType> = ledger.calls.iter().map(|call| call.kind).collect();
        assert_eq!(kinds.len(), 7, "{kinds:?}");
        let parts = || ledger.calls.iter().flat_map(|call| &call.parts);
        let results: BTreeSet<OfferResult> = parts().map(|part| part.result).collect();
        assert_eq!(results.len(), 6, "{results:?}");
        assert!(parts().any(|part| part.via == Via::Transfer && part.sums_up));
        assert!(parts().any(|part| part.hold_ms > 0));
    }
}

#[test]
fn a_centre_whose_agents_hand_over_a_lot_is_derived_as_it_was() {
    let habits = Habits { holds: 50, blind: 35, attended: 35, taken_back: 40, ..Habits::default() };
    for seed in 31..=33 {
        let lively = PbxSettings { habits, calls_per_minute: 3.0, ..settings(seed) };
        let (line, calls) = hours(lively, 2);
        compare(&calls, line.pbx.ledger());
        let owners = |call: &PastCall| call.parts.iter().filter(|part| part.sums_up).count();
        let owners: Vec<usize> = line.pbx.ledger().calls.iter().map(owners).collect();
        let with = |count| owners.iter().filter(|owners| **owners == count).count();
        assert!(with(2) > 50 && with(3) > 10, "{} of two, {} of three", with(2), with(3));
    }
}

#[test]
fn a_centre_that_is_overrun_is_derived_as_it_was() {
    let rush = PbxSettings { calls_per_minute: 30.0, ..settings(9) };
    let (line, calls) = hours(rush, 1);
    compare(&calls, line.pbx.ledger());
    let kinds = |kind| line.pbx.ledger().calls.iter().filter(|call| call.kind == kind).count();
    assert!(kinds(CallType::Abandoned) > 100 && kinds(CallType::Voicemail) > 100);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_two_runs_share_no_id() {
    let run = |seed, start: At| {
        let mut pbx = ObedientPbx::new(settings(seed), start);
        let mut out = crate::line::log_in(&mut pbx, start);
        out.extend(pbx.advance(start.plus_millis(1_800_000)).into_iter().flat_map(|(_, bytes)| bytes));
        String::from_utf8(out).expect("text")
    };
    assert!(run(3, START) == run(3, START));
    assert!(run(3, START) != run(4, START));
    let ids = |text: String| -> BTreeSet<String> {
        let headers = text.lines().filter_map(|line| line.split_once(": "));
        let ids = headers.filter(|(name, _)| ["Uniqueid", "BridgeUniqueid"].contains(name));
        ids.map(|(_, id)| id.to_owned()).collect()
    };
    // The second begins in the middle of the first: a demo whose time passes faster is started again.
    let later = START.plus_millis(600_000);
    assert!(ids(run(3, START)).is_disjoint(&ids(run(3, later))));
}

#[test]
fn frames_come_in_order_of_time_and_never_before_it() {
    let mut line = Line::logged_in(PbxSettings { calls_per_minute: 20.0, ..settings(5) });
    let mut last = START;
    for _ in 0..2_000 {
        let due = line.pbx.next_due();
        for (at, _) in line.step() {
            assert!(last <= at && due <= at && at < due.plus_millis(50));
            last = at;
        }
    }
}

#[test]
fn where_agents_do_nothing_themselves_nobody_answers() {
    let (line, calls) = hours(PbxSettings { agents_act: false, ..settings(6) }, 1);
    compare(&calls, line.pbx.ledger());
    let ledger = line.pbx.ledger();
    assert!(ledger.calls.len() > 100);
    assert!(ledger.calls.iter().all(|call| !call.connected()));
}

#[test]
fn an_agent_who_lets_it_ring_is_passed_over_for_the_next() {
    let mut line = Line::logged_in(PbxSettings { agents_act: false, ..quiet(7) });
    line.call_in("5550100", 0);
    let end = line.pbx.next_due().plus_millis(60_000);
    while line.pbx.next_due() < end {
        line.step();
    }
    let rung: Vec<String> = line.pbx.ledger().offers.iter().map(|offer| offer.agent.clone()).collect();
    assert!(rung.len() >= 3, "{rung:?}");
    assert!(rung.windows(2).all(|two| two[0] != two[1]), "{rung:?}");
}

#[test]
fn plain_habits_give_plain_calls() {
    let habits = Habits::PLAIN;
    let (line, _) = hours(PbxSettings { habits, calls_per_minute: 2.0, ..settings(8) }, 1);
    let calls = line.pbx.ledger().calls.iter();
    let with_customer = calls.filter(|call| call.connected());
    assert!(with_customer.clone().count() > 50);
    for call in with_customer {
        assert_eq!((call.hung_up_by, call.parts.len()), (HungUpBy::Customer, 1), "{call:#?}");
    }
}
