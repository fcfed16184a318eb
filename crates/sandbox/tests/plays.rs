//! A play of a recorded session must be the recorded session in all but its names and times: the same reader
//! finds the same calls in both.

use domain::call::{CallPolicy, CallRecord};
use domain::id::{At, TenantId};
use proptest::prelude::*;
use sandbox::centre::{self, Agent, RING_GROUPS};
use sandbox::pbx::{Cast, Rights, Scenario, Stretch, play_once};
use sandbox::people::Line;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use telephony::endpoints::{EndpointMap, EndpointSettings};
use telephony::replay::Replay;

/// What the recorded sessions call things.
const CALLER: &str = "5550100";
const DIALLED: &str = "5550200";

fn calls(settings: &EndpointSettings, bytes: &[u8]) -> Vec<CallRecord> {
    let endpoints = EndpointMap::try_from(settings).expect("no endpoint listed twice");
    let replay =
        Replay { tenant: TenantId(1), source: "pbx", endpoints: &endpoints, policy: CallPolicy::default() };
    replay.calls([bytes])
}

static RECORDED: LazyLock<Vec<Vec<CallRecord>>> =
    LazyLock::new(|| Scenario::ALL.into_iter().map(recorded).collect());

fn recorded(scenario: Scenario) -> Vec<CallRecord> {
    let agents = ["1001", "1002", "1003"];
    let settings = EndpointSettings {
        trunks: vec!["PJSIP/trunk".to_owned()],
        agents: agents.map(|agent| (agent.to_owned(), vec![format!("PJSIP/{agent}")])).into(),
        queues: BTreeMap::new(),
    };
    calls(&settings, scenario.recorded())
}

fn played(settings: &EndpointSettings, frames: &[(At, Vec<u8>)]) -> Vec<CallRecord> {
    let bytes: Vec<u8> = frames.iter().flat_map(|(_, bytes)| bytes).copied().collect();
    calls(settings, &bytes)
}

/// What of a call does not depend on when it was.
fn facts(call: &CallRecord) -> String {
    let engagements: Vec<_> = call
        .engagements
        .iter()
        .map(|part| {
            let times = (part.answered_at.is_some(), part.ended_at.is_some());
            (&part.agent.0, part.via, part.result, times, part.wrapup)
        })
        .collect();
    let numbers = (&call.from, &call.to, &call.did, &call.ring_group);
    let left =
        (call.recording.is_some(), call.voicemail.as_ref().map(|left| (&left.mailbox, left.path.is_some())));
    let kind = (call.kind, call.direction, call.state, call.hung_up_by, call.no_activity, call.inferred);
    let rules: Vec<_> = call.explanation.iter().map(|explained| &explained.rule).collect();
    format!("{kind:?} {numbers:?} {left:?} {engagements:?} {rules:?}")
}

/// Every time of a call, from its start, and every duration (milliseconds and microseconds).
fn times(call: &CallRecord) -> Vec<Option<i64>> {
    let since = |at: Option<At>| at.map(|at| at.0 - call.started_at.0);
    let mut all = vec![since(call.answered_at), since(call.ended_at), call.wait_ms];
    all.extend([Some(call.talk_ms), Some(call.hold_ms)]);
    for part in &call.engagements {
        all.extend([since(Some(part.offered_at)), since(part.answered_at), since(part.ended_at)]);
        all.push(Some(part.hold_ms));
    }
    all
}

/// The recorded call under the names of the cast.
fn renamed(call: &CallRecord, cast: &Cast, agents: &[&str], scenario: Scenario) -> CallRecord {
    let direct = matches!(scenario, Scenario::DirectMissed | Scenario::DirectAnswered);
    let number = |number: &String| match number.strip_suffix(DIALLED) {
        Some(prefix) => format!("{prefix}{}", cast.line.number),
        None if number == CALLER => cast.line.number.clone(),
        None => match agents.iter().position(|agent| agent == number) {
            Some(place) => cast.agents[place].extension.clone(),
            None if direct => cast.agents[0].direct.clone(),
            None => cast.group.did.to_owned(),
        },
    };
    let mut call = call.clone();
    for field in [&mut call.from, &mut call.to, &mut call.did] {
        *field = field.as_ref().map(number).filter(|number| number != "<unknown>");
    }
    call.ring_group = call.ring_group.map(|_| cast.group.label.to_owned());
    for part in &mut call.engagements {
        part.agent.0 = number(&part.agent.0);
    }
    if let Some(voicemail) = &mut call.voicemail {
        voicemail.mailbox = format!("{}@default", cast.group.mailbox);
    }
    call
}

/// The agents of a session in the order in which it mentions them.
fn agents_of(scenario: Scenario) -> Vec<&'static str> {
    let text = std::str::from_utf8(scenario.recorded()).expect("ASCII");
    let first = |agent: &&str| text.find(&format!("Channel: PJSIP/{agent}-"));
    let mut agents: Vec<&str> =
        ["1001", "1002", "1003"].into_iter().filter(|it| first(it).is_some()).collect();
    agents.sort_by_key(first);
    agents
}

fn cast(count: usize, agents_from: usize, group: usize, number: &str) -> Cast {
    let all = centre::many_agents(agents_from + count);
    let mut agents: Vec<Agent> = all[agents_from..].to_vec();
    agents.reverse();
    let line = Line { number: number.to_owned(), name: "Íñigo \"x\": Peña".to_owned() };
    Cast { agents, group: RING_GROUPS[group], line }
}

fn check(
    scenario: Scenario,
    rights: Rights,
    cast: &Cast,
    stretch: Stretch,
    start: At,
) -> Result<(), TestCaseError> {
    let agents = agents_of(scenario);
    prop_assert_eq!(agents.len(), scenario.agents(), "{:?}", scenario);
    let frames = play_once(scenario, rights, cast, stretch, start, 7);
    prop_assert!(frames.windows(2).all(|two| two[0].0 <= two[1].0));
    prop_assert_eq!(frames.first().map(|(at, _)| *at), Some(start));
    let place = Scenario::ALL.iter().position(|it| *it == scenario).unwrap_or_default();
    let was = &RECORDED[place];
    let is = played(&centre::endpoints(&centre::many_agents(2_000)), &frames);
    prop_assert_eq!(was.len(), is.len(), "{:?}", scenario);
    for (was, is) in was.iter().zip(&is) {
        let want = renamed(was, cast, &agents, scenario);
        prop_assert_eq!(facts(&want), facts(is), "{:?}", scenario);
        if stretch == Stretch::NONE {
            prop_assert_eq!(times(&want), times(is), "{:?}", scenario);
        }
        prop_assert!((0..1_000_000).contains(&(is.started_at.0 - start.0)));
    }
    Ok(())
}

#[test]
fn every_session_is_played_as_it_was_recorded() {
    for scenario in Scenario::ALL {
        for rights in [Rights::Calls, Rights::Everything] {
            let cast = cast(scenario.agents(), 4, 1, "+34611223344");
            let start = At(1_800_000_000_123_456);
            check(scenario, rights, &cast, Stretch::NONE, start).unwrap_or_else(|why| panic!("{why}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_plays_and_whenever_and_however_slowly_the_calls_are_the_same(
        which in 0..Scenario::ALL.len(),
        everything in any::<bool>(),
        agents_from in 0..1_900usize,
        group in 0..RING_GROUPS.len(),
        number in r"(\+34|0034|00521|)6[0-9]{8}|anonymous|<unknown>",
        start in 1_000_000_000_000_000i64..4_000_000_000_000_000,
        waiting in 0.2f64..20.0,
        talking in 0.2f64..60.0,
    ) {
        let scenario = Scenario::ALL[which];
        let rights = if everything { Rights::Everything } else { Rights::Calls };
        // An outgoing call without a number is none.
        let outgoing = matches!(
            scenario,
            Scenario::ClickToDial | Scenario::ClickToDialNotPickedUp | Scenario::DialledByHand
        );
        let number = if outgoing && !number.ends_with(|last: char| last.is_ascii_digit()) { "600111222" } else { &number };
        let cast = cast(scenario.agents(), agents_from, group, number);
        check(scenario, rights, &cast, Stretch { waiting, talking }, At(start))?;
    }
}

#[test]
fn nothing_of_the_recorded_names_is_left() {
    for scenario in Scenario::ALL {
        for rights in [Rights::Calls, Rights::Everything] {
            let mut cast = cast(scenario.agents(), 50, 2, "+34611223344");
            cast.line.name = "Somebody".to_owned();
            let frames = play_once(scenario, rights, &cast, Stretch::NONE, At(1_900_000_000_000_000), 1);
            let text: String = frames.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
            for name in
                ["5550100", "5550200", "Ana Customer", "pbx1", "1795", "2026-", "100\r", "PJSIP/100", "cti-"]
            {
                let line = text.lines().find(|line| line.contains(name));
                assert_eq!(line, None, "{scenario:?} {rights:?}: {name}");
            }
            for line in text.lines() {
                let (name, value) = line.split_once(": ").unwrap_or((line, ""));
                let ours =
                    ["Queue", "Exten", "DestExten", "Extension", "CallerIDNum", "MemberName", "Interface"];
                if ours.contains(&name) {
                    let old =
                        ["support", "short", "all", "600", "601", "602", "605", "Agent 1001", "1001", "1002"];
                    assert!(!old.contains(&value), "{scenario:?} {rights:?}: {line}");
                }
            }
        }
    }
}

#[test]
fn a_line_break_in_a_name_forges_no_header() {
    let mut cast = cast(1, 0, 0, "600111222");
    cast.line.name = "Eve\r\nEvent: Hangup".to_owned();
    cast.agents[0].name = "Mallory\n\nEvent: Hangup".to_owned();
    let frames = play_once(Scenario::Answered, Rights::Calls, &cast, Stretch::NONE, At(0), 1);
    for (_, bytes) in frames {
        let text = String::from_utf8(bytes).expect("text");
        assert_eq!(text.matches("\r\n\r\n").count(), 1, "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("Event:")).count(), 1, "{text}");
    }
}
