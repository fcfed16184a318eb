//! Many calls, an org that fails in every way it can, and a while in which it is not there at all: each call lands once, as it
//! stands. Seeded; the long run of ten thousand is the full tier's.

use super::org::{Org, drain, round};
use crate::world::{HERE, World};
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState, CallType, Direction};
use domain::commit::{Change, Commit};
use domain::id::{At, CallKey};
use serde_json::json;
use std::collections::BTreeMap;
use testkit::tier::full;
use uuid::Uuid;

/// How often each fault happens, in hundredths of requests.
const FAULT_PERCENT: u64 = 5;

pub(super) fn call(n: u32, at: At) -> (CallRecord, Activity) {
    let key = CallKey(Uuid::from_u128(0x0193_0000_0000_8000_8000_0000_0000_0000 | u128::from(n)));
    let record = CallRecord {
        key,
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: Some(CallType::Inbound),
        direction: Direction::Inbound,
        from: Some(format!("+346{n:08}")),
        to: None,
        did: None,
        ring_group: Some("sales".to_owned()),
        started_at: at,
        answered_at: Some(at.plus_millis(4_000)),
        ended_at: Some(at.plus_millis(64_000)),
        waiting_since: None,
        wait_ms: Some(4_000),
        talk_ms: 60_000,
        hold_ms: 0,
        recording: None,
        voicemail: None,
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: Vec::new(),
        engagements: Vec::new(),
    };
    let notes = Some(format!("call {n}"));
    let logged = Activity {
        outcome: Outcome::Logged,
        archived: true,
        notes,
        logged_at: Some(at),
        ..Activity::open(key, vec![])
    };
    (record, logged)
}

pub(super) async fn settle(world: &World, calls: impl Iterator<Item = (CallRecord, Activity)>) {
    let changes = calls.flat_map(|(record, activity)| {
        [Change::Call(Box::new(record)), Change::Activity(Box::new(activity))]
    });
    world.app.store.commit(Commit::of(world.tenant(HERE).id, changes.collect())).await.expect("written");
}

fn faults(org: &Org) {
    for fault in ["unauthorized", "lock", "unavailable", "lost", "dropped"] {
        org.control(
            "POST",
            "faults",
            json!({ "fault": fault, "percent": FAULT_PERCENT, "path": "/services/data" }),
        );
    }
}

#[tokio::test]
async fn each_of_many_calls_lands_once_through_every_fault_and_corrections_keep_their_order() {
    let count: u32 = if full() { 10_000 } else { 600 };
    let world = World::new().await;
    let org = Org::connect(&world).await;
    let now = world.app.around.now();
    faults(&org);
    let mut expected = BTreeMap::new();
    let batch = count / 12;
    for part in 0..12 {
        // A third of the time nothing gets there at all.
        org.cut_off(part % 3 == 1);
        let numbers = || part * batch..(part + 1) * batch;
        settle(&world, numbers().map(|n| call(n, now))).await;
        expected.extend(numbers().map(|n| (format!("{}", call(n, now).0.key), format!("call {n}"))));
        for _ in 0..4 {
            if round(&world).await.settled == 0 {
                world.clock.advance(5);
            }
        }
        // Some of what was settled before is corrected, twice in a row, while the first may be on its way.
        for revision in 1..=2 {
            let corrected = (0..part * batch).step_by(7).map(|n| {
                let (record, logged) = call(n, now);
                let notes = format!("call {n}, corrected {part}.{revision}");
                expected.insert(format!("{}", record.key), notes.clone());
                let revision = u64::from(part * 2 + revision);
                (record, Activity { notes: Some(notes), revision, ..logged })
            });
            settle(&world, corrected).await;
            round(&world).await;
        }
    }
    org.cut_off(false);
    drain(&world).await;
    org.control("DELETE", "faults", serde_json::Value::Null);
    let there = org.query("SELECT Interaction_Id__c, Notes__c, Task_Id__c FROM Call_Activity__c");
    let tasks = org.query("SELECT Id, CallObject, Description FROM Task");
    assert_eq!((there.len(), tasks.len()), (expected.len(), expected.len()));
    let of = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let notes: BTreeMap<String, String> =
        there.iter().map(|call| (of(&call["Interaction_Id__c"]), of(&call["Notes__c"]))).collect();
    assert_eq!(notes, expected);
    let described: BTreeMap<String, String> =
        tasks.iter().map(|task| (of(&task["CallObject"]), of(&task["Description"]))).collect();
    assert_eq!(described, expected);
    let linked: BTreeMap<String, String> =
        there.iter().map(|call| (of(&call["Task_Id__c"]), of(&call["Interaction_Id__c"]))).collect();
    for task in &tasks {
        assert_eq!(linked.get(&of(&task["Id"])), Some(&of(&task["CallObject"])));
    }
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 0, "nothing is stuck");
}

#[tokio::test]
async fn a_backlog_takes_a_call_of_the_org_for_twenty_of_ours_at_most() {
    let count = 1_000;
    let world = World::new().await;
    let org = Org::connect(&world).await;
    let now = world.app.around.now();
    settle(&world, (0..count).map(|n| call(n, now))).await;
    org.count_anew();
    drain(&world).await;
    let calls = org.calls();
    assert!(calls * 20 <= u64::from(count), "{calls} calls of the org for {count} of ours");
    assert_eq!(org.query("SELECT Id FROM Task").len(), count as usize);
}
