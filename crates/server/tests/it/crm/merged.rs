//! A call that was filed and turns out to be part of another: what is there of it goes, or says what it is part of.

use super::org::{Org, contact, drain, read, round};
use crate::world::{CALLER, HERE, Someone, World, entry, first_code, path_of};
use domain::commit::{Change, Commit};
use domain::id::CallKey;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::ingest::Ingest;
use std::sync::Arc;

/// Two calls of Eva's that Ana logged: the ids of both, the first one's first.
async fn two_logged() -> (World, Arc<Org>, [String; 2]) {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    let calls = [logged(&world, &ana, "first").await, logged(&world, &ana, "second").await];
    (world, org, calls)
}

async fn logged(world: &World, ana: &Someone, notes: &str) -> String {
    world.play(HERE, Scenario::Answered, CALLER).await;
    log(world, ana, notes).await
}

/// Ana logs the call that she owes a wrap-up of: its id.
async fn log(world: &World, ana: &Someone, notes: &str) -> String {
    let wrapup = world.owed(ana).await.pop().expect("a wrap-up");
    let body = entry(0, &first_code(&wrapup), notes);
    let answer = world.ask(ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    answer.body["activity"]["id"].as_str().expect("an id").to_owned()
}

/// The second turns out to be part of the first, as late facts of a phone system have it.
async fn merge(world: &World, [into, from]: &[String; 2]) {
    let key = |id: &str| CallKey(id.parse().expect("an id"));
    let merged = Change::CallMerged { from: key(from), into: key(into) };
    world.app.store.commit(Commit::of(world.tenant(HERE).id, vec![merged])).await.expect("merged");
}

fn calls(org: &Org) -> Vec<Value> {
    org.query("SELECT Id, Interaction_Id__c, Task_Id__c, Part_Of__c, Notes__c FROM Call_Activity__c ORDER BY Notes__c")
}

fn tasks(org: &Org) -> Vec<Value> {
    org.query("SELECT Id, Subject, Description FROM Task ORDER BY Description")
}

#[tokio::test]
async fn what_was_filed_of_a_call_that_is_part_of_another_is_deleted_there() {
    let (world, org, ids) = two_logged().await;
    drain(&world).await;
    assert_eq!((calls(&org).len(), tasks(&org).len()), (2, 2));
    merge(&world, &ids).await;
    drain(&world).await;
    let (calls, tasks) = (calls(&org), tasks(&org));
    assert_eq!((calls.len(), tasks.len()), (1, 1));
    assert_eq!((&calls[0]["Interaction_Id__c"], &calls[0]["Part_Of__c"]), (&json!(ids[0]), &Value::Null));
    assert_eq!(tasks[0]["Description"], "first");
    assert_eq!(world.count("SELECT count(*) FROM crm_vanished"), 0);
}

#[tokio::test]
async fn what_somebody_changed_there_stays_and_says_what_it_is_part_of() {
    let (world, org, ids) = two_logged().await;
    drain(&world).await;
    let second = calls(&org)[1].clone();
    let id = second["Id"].as_str().expect("an id");
    org.change("Call_Activity__c", id, json!({ "Notes__c": "second, as she said" }));
    merge(&world, &ids).await;
    drain(&world).await;
    let calls = calls(&org);
    assert_eq!(calls.len(), 2);
    assert_eq!(
        (&calls[1]["Part_Of__c"], &calls[1]["Notes__c"]),
        (&json!(ids[0]), &json!("second, as she said"))
    );
    let subjects: Vec<String> =
        tasks(&org).iter().map(|task| task["Subject"].as_str().unwrap_or_default().to_owned()).collect();
    assert!(
        subjects[1].starts_with("Part of another call: ") && !subjects[0].starts_with("Part"),
        "{subjects:?}"
    );
    // Nothing more is done of it.
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 0);
}

#[tokio::test]
async fn what_was_never_there_is_looked_for_and_not_made() {
    let (world, org, ids) = two_logged().await;
    merge(&world, &ids).await;
    drain(&world).await;
    let there = calls(&org);
    assert_eq!((there.len(), &there[0]["Interaction_Id__c"]), (1, &json!(ids[0])));
    assert_eq!(tasks(&org).len(), 1);
}

#[tokio::test]
async fn it_is_taken_away_only_once_the_call_that_it_is_part_of_is_there() {
    let (world, org, ids) = two_logged().await;
    drain(&world).await;
    merge(&world, &ids).await;
    let other = json!({ "validation": {
        "object": "Call_Activity__c", "field": "Notes__c", "forbidden": "corrected", "message": "No." } });
    org.control("POST", "rules", other);
    let ana = world.sign_in(HERE, "ana").await;
    let path = format!("/activities/{}", ids[0]);
    let part =
        world.ask(&ana, "GET", &path, None).await.is(200).body["activity"]["engagements"][0]["id"].clone();
    let body = json!({ "revision": 0, "engagement": part, "notes": "corrected" });
    world.ask(&ana, "POST", &format!("{path}/corrections"), Some(body)).await.is(200);
    round(&world).await;
    world.clock.advance(60);
    round(&world).await;
    assert_eq!(calls(&org).len(), 2, "the other one waits for an admin, and so does this");
    org.control("DELETE", "rules", Value::Null);
    let root = world.sign_in(HERE, "root").await;
    let again = format!("/crm/stuck/activity/{}/again", ids[0]);
    world.ask(&root, "POST", &again, Some(json!({}))).await.is(204);
    drain(&world).await;
    let there = calls(&org);
    assert_eq!((there.len(), &there[0]["Notes__c"]), (1, &json!("corrected")));
}

#[tokio::test]
async fn what_an_agent_said_of_it_stays_there_where_the_call_that_it_is_part_of_says_none_of_it() {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    world.play(HERE, Scenario::AbandonedRinging, CALLER).await;
    let first = world.ask(&ana, "GET", "/people?q=eva", None).await.is(200).body["people"][0]["id"].clone();
    let calls_of = format!("/people/{}/activities", first.as_str().expect("an id"));
    let abandoned = world.ask(&ana, "GET", &calls_of, None).await.is(200).body["activities"][0]["id"].clone();
    let said = logged(&world, &ana, "what she said").await;
    drain(&world).await;
    merge(&world, &[abandoned.as_str().expect("an id").to_owned(), said]).await;
    drain(&world).await;
    let there = calls(&org);
    let notes: Vec<&Value> = there.iter().map(|call| &call["Notes__c"]).collect();
    assert!(notes.contains(&&json!("what she said")), "{there:?}");
    assert_eq!(tasks(&org).len(), 1);
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 0);
}

/// The first value of a header in these frames.
fn header(frames: &[Vec<u8>], name: &str) -> String {
    let text = String::from_utf8_lossy(&frames.concat()).into_owned();
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    lines.next().expect("such a header").to_owned()
}

/// Lets the source be silent for so long that a call that is over is archived, and none is forgotten.
async fn settle(world: &World, ingest: &mut Ingest) {
    world.clock.advance(5);
    ingest.tick(world.app.around.now()).await.expect("settled");
}

/// Two calls of Eva's, of which Ana logs what she owes; then the phone system says by one frame that the second is part of the
/// first. Answers what the org has of both in the end.
async fn two_that_are_one(scenarios: [Scenario; 2]) -> Vec<Value> {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    let mut ingest = world.ingest(HERE).await;
    let (mut links, mut last) = (Vec::new(), Vec::new());
    for scenario in scenarios {
        let frames = world.frames_of(scenario, CALLER);
        ingest.take(&frames.concat(), world.app.around.now()).await.expect("taken in");
        settle(&world, &mut ingest).await;
        if scenario == Scenario::Answered {
            log(&world, &ana, "what she said").await;
        }
        links.push(header(&frames, "Linkedid"));
        last = frames;
    }
    drain(&world).await;
    assert_eq!(calls(&org).len(), 2, "two calls as yet");
    let hangup = last.iter().rev().map(|frame| String::from_utf8_lossy(frame).into_owned());
    let hangup = hangup.into_iter().find(|frame| frame.contains("Event: Hangup")).expect("its end");
    let of_the_first = hangup.replace(&format!("Linkedid: {}", links[1]), &format!("Linkedid: {}", links[0]));
    assert_ne!(of_the_first, hangup);
    ingest.take(of_the_first.as_bytes(), world.app.around.now()).await.expect("taken in");
    assert_eq!(world.count("SELECT count(*) FROM call"), 1, "one call");
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE archived AND notes = 'what she said'"), 1);
    drain(&world).await;
    assert_eq!(tasks(&org).len(), 1);
    calls(&org)
}

#[tokio::test]
async fn what_was_logged_of_either_is_what_the_one_that_is_left_says_here_and_there() {
    for scenarios in
        [[Scenario::AbandonedRinging, Scenario::Answered], [Scenario::Answered, Scenario::AbandonedRinging]]
    {
        let there = two_that_are_one(scenarios).await;
        let notes: Vec<&Value> = there.iter().map(|call| &call["Notes__c"]).collect();
        assert_eq!(notes, [&json!("what she said")], "{scenarios:?}");
    }
}
