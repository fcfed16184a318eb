//! A planned day: the same seed gives the same bytes, what is derived is what happened, and nobody is called who is not
//! there.

use crate::derived::compare;
use crate::line::{Line, START};
use domain::call::{CallRecord, CallType, OfferResult, Via};
use domain::id::{At, CallKey};
use sandbox::centre::RING_GROUPS;
use sandbox::day::{Counted, Day, DaySettings, Planned, Shape, Spread, Tally};
use sandbox::pbx::obedient::PbxSettings;
use sandbox::people::Callers;
use std::collections::{BTreeMap, BTreeSet};
use telephony::ami::Frame;

const PEOPLE: usize = 300;

fn day(settings: DaySettings) -> PbxSettings {
    PbxSettings::of_day(Day::new(settings), Callers::of_sample(1, PEOPLE))
}

/// Plays a day to its end: all that was sent.
fn play(line: &mut Line) -> Vec<u8> {
    let mut sent = Vec::new();
    while !line.pbx.day_is_over() {
        sent.extend(line.step().into_iter().flat_map(|(_, bytes)| bytes));
    }
    sent
}

fn played(settings: DaySettings) -> (Line, BTreeMap<CallKey, CallRecord>) {
    let mut line = Line::logged_in(day(settings));
    play(&mut line);
    let calls = line.settled();
    (line, calls)
}

#[test]
fn the_same_seed_gives_the_same_day_byte_for_byte_and_another_one_another() {
    let bytes = |seed| {
        play(&mut Line::logged_in(day(DaySettings {
            seed,
            calls: 200,
            speed: 60.0,
            ..DaySettings::default()
        })))
    };
    let first = bytes(7);
    assert!(first.len() > 1_000_000, "{}", first.len());
    assert_eq!(first, bytes(7));
    assert_ne!(first, bytes(8));
}

#[test]
fn what_is_derived_from_a_day_is_what_happened_at_any_speed() {
    for (seed, speed) in [(1, 1.0), (2, 60.0), (3, 7.5)] {
        let (line, calls) = played(DaySettings { seed, speed, calls: 300, ..DaySettings::default() });
        compare(&calls, line.pbx.ledger());
        let past = &line.pbx.ledger().calls;
        let kinds: BTreeSet<CallType> = past.iter().map(|call| call.kind).collect();
        assert!(kinds.len() >= 6, "{kinds:?}");
        assert!(
            past.iter().flat_map(|call| &call.parts).any(|part| part.via == Via::Transfer && part.sums_up)
        );
        let mut numbers: Vec<&str> = past.iter().map(|call| call.from.as_str()).collect();
        assert!(numbers.contains(&"anonymous"), "nobody withheld their number");
        numbers.sort_unstable();
        assert!(
            numbers.windows(2).any(|pair| pair[0] == pair[1] && pair[0].len() >= 9),
            "nobody called again"
        );
    }
}

#[test]
fn who_has_not_come_or_is_at_lunch_or_has_gone_is_offered_no_call() {
    let settings = DaySettings { calls: 600, agents: 6, ..DaySettings::default() };
    let plan = Day::new(settings.clone());
    let (line, _) = played(settings);
    let agents = plan.agents();
    // When each agent takes calls: from, to.
    let times = |agent: usize, come: Planned, go: Planned| {
        let of = |what| {
            plan.plan().iter().find(|(_, planned)| *planned == what).map(|(at, _)| START.plus_millis(*at))
        };
        (agents[agent].extension.clone(), of(come).expect("planned"), of(go).expect("planned"))
    };
    let there: Vec<(String, At, At)> = (0..6)
        .flat_map(|agent| {
            [
                times(agent, Planned::LogsIn(agent), Planned::Leaves(agent)),
                times(agent, Planned::Returns(agent), Planned::LogsOut(agent)),
            ]
        })
        .collect();
    let offers = &line.pbx.ledger().offers;
    assert!(offers.len() > 300, "{}", offers.len());
    for offer in offers {
        let inside = |(agent, from, to): &(String, At, At)| {
            *agent == offer.agent && (*from..=to.plus_millis(1)).contains(&offer.at)
        };
        assert!(there.iter().any(inside), "{offer:?}");
    }
}

#[test]
fn members_come_and_go_with_their_shifts() {
    let settings = DaySettings { agents: 2, calls: 0, ..DaySettings::default() };
    let mut line = Line::logged_in(day(settings));
    let named =
        |frames: &[Frame], event: &str| frames.iter().filter(|frame| frame.event() == Some(event)).count();
    let status = |line: &mut Line| line.send(&[("Action", "QueueStatus"), ("ActionID", "q")]);
    let listed = status(&mut line);
    let of_both = (named(&listed, "QueueMemberAdded"), named(&listed, "QueueMember"));
    assert_eq!(of_both, (2, 2), "two queues of the one who begins early");
    play(&mut line);
    let listed = status(&mut line);
    assert_eq!((named(&listed, "QueueParams"), named(&listed, "QueueMember")), (4, 0));
    let paused = line.send(&[("Action", "QueuePause"), ("Interface", "PJSIP/1001"), ("Paused", "1")]);
    assert_eq!(paused[0].get("Message"), Some("Interface not found"));
}

fn nearest_s(from: At, to: At) -> i64 {
    (to.millis_since(from) + 500) / 1_000
}

#[test]
fn callers_of_a_group_wait_and_talk_as_long_as_its_settings_say() {
    let fixed = |mean_s: f64| Spread { shape: Shape::Fixed, mean_ms: mean_s * 1_000.0 };
    let mut settings = DaySettings { agents: 2, calls: 300, shift_min: 120, ..DaySettings::default() };
    for group in &mut settings.groups {
        (group.talk, group.patience) = (fixed(60.0), fixed(31.0));
    }
    let (line, _) = played(settings);
    let gave_up = |call: &&sandbox::pbx::obedient::PastCall| {
        call.queue.is_some() && call.kind == CallType::Abandoned && call.parts.is_empty()
    };
    let waits = line.pbx.ledger().calls.iter().filter(gave_up);
    let waits: BTreeSet<i64> = waits.map(|call| nearest_s(call.started_at, call.ended_at)).collect();
    assert_eq!(waits, BTreeSet::from([31]));
    let talked = line.pbx.ledger().calls.iter().filter(|call| call.queue.is_some());
    let talked =
        talked.flat_map(|call| &call.parts).filter(|part| part.via == Via::Queue && part.hold_ms == 0);
    let talked = talked.filter_map(|part| Some(nearest_s(part.answered_at?, part.ended_at)));
    let talked: Vec<i64> = talked.collect();
    assert!(talked.iter().filter(|seconds| **seconds == 60).count() * 2 > talked.len(), "{talked:?}");
}

#[test]
fn a_tally_counts_each_call_of_a_ring_group_once_and_in_its_hour() {
    let settings = DaySettings { calls: 800, agents: 4, speed: 60.0, ..DaySettings::default() };
    let plan = Day::new(settings.clone());
    let (mut line, _) = played(settings);
    let began = line.pbx.day_began().expect("it began");
    let past = line.pbx.take_past_calls();
    assert_eq!(line.pbx.take_past_calls(), []);
    let tally = Tally::of(&plan, began, &past);
    assert_eq!(tally.calls.values().sum::<u64>(), past.len() as u64);
    let all = tally.all_groups();
    assert_eq!(all.offered, past.iter().filter(|call| call.queue.is_some()).count() as u64);
    let Counted { offered, answered, abandoned, voicemail, missed, .. } = all;
    assert_eq!(offered, answered + abandoned + voicemail + missed);
    assert!(answered > 100 && abandoned > 20 && voicemail > 20 && all.in_time > 20, "{all:?}");
    assert!(all.in_time < answered && all.service_level().is_some_and(|level| level < 1.0), "{all:?}");
    // By hand: the second ring group between 11 and 12, when the peak is.
    let soporte = &tally.ring_groups[1];
    let eleven = soporte.hours.iter().find(|hour| hour.hour == 11).expect("the peak");
    let (from, to) = (began.plus_millis(2 * 60_000), began.plus_millis(3 * 60_000));
    assert_eq!(eleven.began_at, from);
    let in_hour = |call: &&sandbox::pbx::obedient::PastCall| {
        call.queue == Some(RING_GROUPS[1].queue) && (from..to).contains(&call.started_at)
    };
    let in_hour: Vec<_> = past.iter().filter(in_hour).collect();
    assert_eq!(eleven.counted.offered, in_hour.len() as u64);
    let reached = |part: &sandbox::pbx::obedient::PastPart| part.result == OfferResult::Answered;
    let answered = in_hour.iter().filter(|call| call.parts.iter().any(reached)).count();
    assert_eq!(eleven.counted.answered, answered as u64);
}
