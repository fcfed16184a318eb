//! A floor plays many calls at once; a reader of its frames must find each of them once, whole and apart from the
//! others.

use domain::call::{CallBook, CallPolicy, CallRecord, CallState, CallType, Finding};
use domain::disposition::{CodeScope, pick};
use domain::event::SourceEvent;
use domain::id::{At, CallKey, TenantId};
use domain::report::calendar::Day;
use sandbox::centre;
use sandbox::habits::{Press, closing};
use sandbox::pbx::{Floor, FloorSettings, Scenario, greeting, past_frames};
use sandbox::people::Callers;
use std::collections::{BTreeMap, BTreeSet};
use telephony::ami::{Deriver, Splitter, frames, id_time};
use telephony::endpoints::EndpointMap;

const START: At = At(1_900_000_000_000_000);
const MINUTE_US: i64 = 60_000_000;

fn demo(seed: u64) -> FloorSettings {
    FloorSettings::demo(seed, Callers::of_sample(seed, 500))
}

/// The frames of so many calls, all of them over.
fn calls_over(settings: FloorSettings, calls: u64) -> Vec<(At, Vec<u8>)> {
    let mut floor = Floor::new(settings, START);
    let mut frames = Vec::new();
    while floor.calls() < calls {
        frames.extend(floor.next());
    }
    floor.close();
    frames.extend(floor);
    frames
}

/// The calls in the frames of successive connections, each frame read as it arrives.
fn read(connections: &[&[(At, Vec<u8>)]]) -> Vec<CallRecord> {
    let settings = centre::endpoints(&centre::agents());
    let endpoints = EndpointMap::try_from(&settings).expect("no endpoint listed twice");
    let mut book = CallBook::new(TenantId(1), "demo", id_time, CallPolicy::default());
    let mut calls: BTreeMap<CallKey, CallRecord> = BTreeMap::new();
    let mut keep = |findings: Vec<Finding>| {
        for finding in findings {
            match finding {
                Finding::Changed(record) => drop(calls.insert(record.key, *record)),
                Finding::Merged { from, .. } => drop(calls.remove(&from)),
                Finding::Forgotten(_) => {}
            }
        }
    };
    for (nth, sent) in connections.iter().enumerate() {
        if nth > 0 {
            book.take(SourceEvent::Gap { at: book.clock() }, 0);
        }
        let (mut deriver, mut splitter) = (Deriver::default(), Splitter::default());
        for (at, bytes) in *sent {
            for frame in splitter.push(bytes).iter().flat_map(|piece| frames(piece)) {
                for event in deriver.derive(&frame, &endpoints, *at) {
                    book.take(event, nth as u64);
                }
            }
            keep(book.settle(*at));
        }
    }
    keep(book.settle(book.clock().plus_millis(120_000)));
    calls.into_values().collect()
}

fn bytes(frames: &[(At, Vec<u8>)]) -> Vec<u8> {
    frames.iter().flat_map(|(_, bytes)| bytes).copied().collect()
}

#[test]
fn every_call_is_found_once_and_whole() {
    let calls = read(&[&calls_over(demo(1), 120)]);
    assert_eq!(calls.len(), 120);
    let kinds: BTreeSet<_> = calls.iter().filter_map(|call| call.kind).collect();
    let want = [
        CallType::Inbound,
        CallType::Outbound,
        CallType::OutboundMissed,
        CallType::Voicemail,
        CallType::Abandoned,
        CallType::Missed,
    ];
    assert_eq!(kinds, BTreeSet::from(want));
    for call in &calls {
        assert_eq!((call.state, call.inferred), (CallState::Ended, false), "{call:#?}");
        assert!(call.engagements.iter().all(|part| part.ended_at.is_some()), "{call:#?}");
    }
}

#[test]
fn no_agent_has_two_calls_at_once() {
    let settings = FloorSettings { calls_per_minute: 30.0, ..demo(2) };
    let mut by_agent: BTreeMap<String, Vec<(At, At)>> = BTreeMap::new();
    for call in read(&[&calls_over(settings, 120)]) {
        let mut spans: BTreeMap<&str, (At, At)> = BTreeMap::new();
        for part in &call.engagements {
            let end = part.ended_at.expect("over");
            let span = spans.entry(&part.agent.0).or_insert((part.offered_at, end));
            *span = (span.0.min(part.offered_at), span.1.max(end));
        }
        for (agent, span) in spans {
            by_agent.entry(agent.to_owned()).or_default().push(span);
        }
    }
    assert_eq!(by_agent.len(), 10);
    for (agent, mut spans) in by_agent {
        spans.sort();
        for two in spans.windows(2) {
            assert!(two[0].1.plus_millis(15_000) <= two[1].0, "{agent} had no rest: {two:?}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_in_order_of_time() {
    let once: Vec<_> = Floor::new(demo(3), START).take(5_000).collect();
    let twice: Vec<_> = Floor::new(demo(3), START).take(5_000).collect();
    let other: Vec<_> = Floor::new(demo(4), START).take(5_000).collect();
    assert!(once == twice);
    assert!(once != other);
    assert!(once.windows(2).all(|two| two[0].0 <= two[1].0));
}

#[test]
fn each_channel_and_bridge_of_a_run_has_a_name_of_its_own() {
    let frames = calls_over(demo(10), 60);
    let text = String::from_utf8(bytes(&frames)).expect("text");
    let of = |event: &str, header: &str| -> Vec<String> {
        let blocks = text.split("\r\n\r\n").filter(|block| block.starts_with(&format!("Event: {event}\r\n")));
        let find = |block: &str| block.lines().find_map(|line| line.strip_prefix(header).map(str::to_owned));
        blocks.filter_map(find).collect()
    };
    for names in [
        of("Newchannel", "Channel: "),
        of("Newchannel", "Uniqueid: "),
        of("BridgeCreate", "BridgeUniqueid: "),
    ] {
        let different: BTreeSet<&String> = names.iter().collect();
        assert!(names.len() > 30);
        assert_eq!(different.len(), names.len());
    }
    let counters: Vec<String> = of("Newchannel", "Channel: ");
    let counters = counters.iter().filter_map(|name| name.rsplit_once('-').map(|(_, counter)| counter));
    let counters: Vec<&str> = counters.collect();
    assert_eq!(counters.iter().collect::<BTreeSet<_>>().len(), counters.len());
}

#[test]
fn days_gone_by_are_working_days_of_whole_calls() {
    let day_us = 24 * 60 * MINUTE_US;
    let frames: Vec<_> = past_frames(11, Callers::of_sample(11, 500), 14, START).collect();
    assert!(frames.windows(2).all(|two| two[0].0 <= two[1].0));
    let days: BTreeSet<i64> = frames.iter().map(|(at, _)| at.0.div_euclid(day_us)).collect();
    let today = START.0.div_euclid(day_us);
    assert_eq!(days.len(), 12);
    assert!(days.iter().all(|day| (today - 14..today).contains(day)));
    let calls = read(&[&frames]);
    assert!((380..600).contains(&calls.len()), "{}", calls.len());
    assert!(calls.iter().all(|call| call.state == CallState::Ended && !call.inferred));
}

#[test]
fn wrapups_are_closed_with_codes_that_the_call_may_get() {
    let sets = centre::disposition_sets();
    let calls = read(&[&calls_over(demo(12), 60)]);
    let mut logged = 0;
    for call in &calls {
        for part in call.engagements.iter().filter(|part| part.wrapup) {
            let ring_group = call.ring_group.as_deref();
            let scope =
                CodeScope { direction: call.direction, ring_group, of_agent: &[], today: Day(20_000) };
            let closing = closing(1, part.key, &sets, &scope);
            assert_eq!(closing, sandbox::habits::closing(1, part.key, &sets, &scope));
            assert!(closing.after_ms > 0);
            if let Press::Log { code, notes } = closing.press {
                let (_, code) = pick(&sets, &scope, code.expect("a code")).expect("a code for this call");
                assert!(!code.requires_notes || !notes.is_empty());
                logged += 1;
            }
        }
    }
    assert!(logged > 30);
}

#[test]
fn two_runs_share_no_id() {
    let ids = |start: At| -> BTreeSet<String> {
        let frames: Vec<_> = Floor::new(demo(5), start).take(3_000).collect();
        let text = String::from_utf8(bytes(&frames)).expect("text");
        let ids = text.lines().filter_map(|line| line.split_once(": "));
        let ids = ids.filter(|(name, _)| ["Uniqueid", "Linkedid", "BridgeUniqueid"].contains(name));
        ids.map(|(_, id)| id.to_owned()).collect()
    };
    assert!(ids(START).is_disjoint(&ids(START.plus_millis(600_000))));
}

#[test]
fn a_paused_agent_is_offered_nothing() {
    let mut floor = Floor::new(demo(6), START);
    assert!(floor.pause("1003", true));
    assert!(!floor.pause("2003", true));
    let some: Vec<_> = floor.by_ref().take(10_000).collect();
    assert!(!String::from_utf8(bytes(&some)).expect("text").contains("PJSIP/1003-"));
    assert!(floor.pause("1003", false));
    let more: Vec<_> = floor.take(10_000).collect();
    assert!(String::from_utf8(bytes(&more)).expect("text").contains("PJSIP/1003-"));
}

#[test]
fn time_passes_where_nobody_can_take_a_call() {
    let settings = FloorSettings { weights: vec![(Scenario::Answered, 1)], ..demo(7) };
    let mut floor = Floor::new(settings, START);
    for agent in centre::agents() {
        floor.pause(&agent.extension, true);
    }
    let idle: Vec<_> = floor.by_ref().take(10).collect();
    assert!(idle.iter().all(|(_, bytes)| bytes.is_empty()));
    assert!(idle.windows(2).all(|two| two[0].0 < two[1].0));
    assert_eq!((floor.calls(), floor.turned_away()), (0, 10));
    assert_eq!(Floor::new(FloorSettings { weights: Vec::new(), ..demo(7) }, START).next(), None);
}

#[test]
fn load_comes_at_the_rate_that_was_asked_for() {
    let settings = FloorSettings::load(8, Callers::of_sample(8, 500), 1_200, 100.0);
    let mut floor = Floor::new(settings, START);
    let end = At(START.0 + MINUTE_US / 3);
    while floor.next().is_some_and(|(at, _)| at < end) {}
    assert_eq!(floor.turned_away(), 0);
    assert!((1_900..2_100).contains(&floor.calls()), "{} calls in 20 s", floor.calls());
}

#[test]
fn calls_of_an_earlier_run_are_over_when_the_next_one_greets() {
    let mut earlier = Vec::new();
    let mut floor = Floor::new(FloorSettings { weights: vec![(Scenario::Answered, 1)], ..demo(9) }, START);
    while earlier.last().is_none_or(|(at, _): &(At, Vec<u8>)| *at < START.plus_millis(60_000)) {
        earlier.extend(floor.next());
    }
    let began = floor.calls() as usize;
    let later = START.plus_millis(3_600_000);
    let calls = read(&[&earlier, &[(later, greeting(later))]]);
    assert_eq!(calls.len(), began);
    assert!(calls.iter().all(|call| call.state == CallState::Ended));
    assert!(calls.iter().any(|call| call.inferred));
    assert!(read(&[&earlier]).iter().any(|call| call.state == CallState::Live));
}
