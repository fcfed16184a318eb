//! Every recorded session of a real phone system against what a person derived from it by hand.

use domain::call::{CallPolicy, CallRecord, Engagement};
use domain::id::TenantId;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use telephony::endpoints::{EndpointMap, EndpointSettings};
use telephony::replay::Replay;

/// Times derived by hand come from files that count whole seconds.
const TOLERANCE_S: f64 = 1.0;

#[derive(Deserialize)]
struct Expected {
    calls: Vec<ExpectedCall>,
}

#[derive(Deserialize)]
struct ExpectedCall {
    r#type: String,
    direction: String,
    from: Option<String>,
    to: Option<String>,
    did: Option<String>,
    ring_group: Option<String>,
    wait_s: Option<f64>,
    talk_s: f64,
    hold_s: f64,
    recording: bool,
    voicemail: Option<ExpectedVoicemail>,
    engagements: Vec<ExpectedEngagement>,
    reason: Option<String>,
}

#[derive(Deserialize, PartialEq, Debug)]
struct ExpectedVoicemail {
    mailbox: String,
}

#[derive(Deserialize, PartialEq, Debug)]
struct ExpectedEngagement {
    agent: String,
    via: String,
    result: String,
    wrapup: bool,
}

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures")
}

fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(captures()).expect("the captures folder");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn endpoints() -> EndpointMap {
    let text = std::fs::read_to_string(captures().join("endpoints.toml")).expect("endpoints.toml");
    let settings: EndpointSettings = toml::from_str(&text).expect("a valid endpoint map");
    EndpointMap::try_from(&settings).expect("no endpoint listed twice")
}

fn replay(bytes: &[u8]) -> Vec<CallRecord> {
    let endpoints = endpoints();
    let replay =
        Replay { tenant: TenantId(1), source: "pbx1", endpoints: &endpoints, policy: CallPolicy::default() };
    replay.calls([bytes])
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).expect("a value").as_str().unwrap_or_default().to_owned()
}

fn seen(engagement: &Engagement) -> ExpectedEngagement {
    ExpectedEngagement {
        agent: engagement.agent.0.clone(),
        via: word(&engagement.via),
        result: engagement.result.map(|result| word(&result)).unwrap_or_default(),
        wrapup: engagement.wrapup,
    }
}

fn differences(call: &CallRecord, expected: &ExpectedCall) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, got: String, want: String| {
        if got != want {
            wrong.push(format!("{what}: got {got}, want {want}"));
        }
    };
    same("type", call.kind.map(|kind| word(&kind)).unwrap_or_default(), expected.r#type.clone());
    same("direction", word(&call.direction), expected.direction.clone());
    same("from", format!("{:?}", call.from), format!("{:?}", expected.from));
    same("to", format!("{:?}", call.to), format!("{:?}", expected.to));
    same("did", format!("{:?}", call.did), format!("{:?}", expected.did));
    same("ring_group", format!("{:?}", call.ring_group), format!("{:?}", expected.ring_group));
    same("recording", call.recording.is_some().to_string(), expected.recording.to_string());
    let voicemail =
        call.voicemail.as_ref().map(|voicemail| ExpectedVoicemail { mailbox: voicemail.mailbox.clone() });
    same("voicemail", format!("{voicemail:?}"), format!("{:?}", expected.voicemail));
    same("reason", format!("{:?}", call.no_activity.map(|why| word(&why))), format!("{:?}", expected.reason));
    let engagements: Vec<_> = call.engagements.iter().map(seen).collect();
    same("engagements", format!("{engagements:#?}"), format!("{:#?}", expected.engagements));
    let seconds = |ms: i64| Some(ms as f64 / 1000.0);
    let times = [
        ("talk_s", seconds(call.talk_ms), Some(expected.talk_s)),
        ("hold_s", seconds(call.hold_ms), Some(expected.hold_s)),
        ("wait_s", call.wait_ms.and_then(seconds), expected.wait_s),
    ];
    for (what, got, want) in times {
        let near = match (got, want) {
            (Some(got), Some(want)) => (got - want).abs() <= TOLERANCE_S,
            (got, want) => got.is_none() && want.is_none(),
        };
        if !near {
            wrong.push(format!("{what}: got {got:?}, want {want:?}"));
        }
    }
    wrong
}

#[test]
fn every_capture_yields_the_calls_a_person_derived_from_it() {
    let mut wrong = Vec::new();
    let folders = folders();
    assert!(folders.len() >= 44, "only {} captures found", folders.len());
    for folder in folders {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let expected = std::fs::read_to_string(folder.join("expect.json")).expect("expect.json");
        let expected: Expected = serde_json::from_str(&expected).expect("valid expectations");
        let calls = replay(&std::fs::read(folder.join("ami.raw")).expect("ami.raw"));
        if calls.len() != expected.calls.len() {
            let kinds: Vec<_> = calls.iter().map(|call| (call.kind, call.from.clone())).collect();
            wrong.push(format!("{name}: {} calls, want {}: {kinds:?}", calls.len(), expected.calls.len()));
            continue;
        }
        for (nth, (call, expected)) in calls.iter().zip(&expected.calls).enumerate() {
            wrong.extend(
                differences(call, expected).into_iter().map(|line| format!("{name} call {nth}: {line}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
