//! What is logged here is there: the call, its Task, and what people did to either.

use super::org::{Org, contact, drain, read, round};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use std::sync::Arc;

async fn world() -> (World, Arc<Org>) {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    (world, org)
}

/// A call of `number` that Ana talked and logged with these notes; answers its Activity, and with `part` which part of the
/// call she logged.
async fn logged(world: &World, ana: &Someone, number: &str, notes: &str) -> Value {
    world.play(HERE, Scenario::Answered, number).await;
    let owed = world.owed(ana).await;
    let wrapup = owed.last().expect("a wrap-up").clone();
    let body = entry(0, &first_code(&wrapup), notes);
    let answer = world.ask(ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    let mut activity = answer.body["activity"].clone();
    activity["part"] = wrapup["id"].clone();
    activity
}

/// Puts other notes into a part that was logged.
async fn corrected(world: &World, who: &Someone, activity: &Value, notes: &str) {
    let path = format!("/activities/{}/corrections", activity["id"].as_str().expect("an id"));
    let body = json!({ "revision": 0, "engagement": activity["part"], "notes": notes });
    world.ask(who, "POST", &path, Some(body)).await.is(200);
}

fn calls(org: &Org) -> Vec<Value> {
    org.query(
        "SELECT Id, Interaction_Id__c, Task_Id__c, Contact__c, Lead__c, Account__c, Case__c, Agent_Name__c, \
         Disposition__c, Disposition_Code__c, Notes__c, Outcome__c, Direction__c, Talk_Seconds__c \
         FROM Call_Activity__c ORDER BY CreatedDate, Id",
    )
}

fn tasks(org: &Org) -> Vec<Value> {
    org.query(
        "SELECT Id, WhoId, WhatId, Status, CallDisposition, CallObject, Description FROM Task ORDER BY Id",
    )
}

#[tokio::test]
async fn a_logged_call_is_there_once_on_its_contact_with_its_task() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let eva = contact(&org, "Eva", CALLER);
    read(&world).await;
    let activity = logged(&world, &ana, CALLER, "wants two").await;
    assert_eq!(activity["party"]["name"], "Eva");
    assert_eq!(calls(&org), Vec::<Value>::new(), "nothing is there before it is carried out");
    org.count_anew();
    drain(&world).await;
    let there = calls(&org);
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["Interaction_Id__c"], activity["id"]);
    assert_eq!((&there[0]["Contact__c"], &there[0]["Outcome__c"]), (&json!(eva), &json!("logged")));
    assert_eq!((&there[0]["Notes__c"], &there[0]["Agent_Name__c"]), (&json!("wants two"), &json!("ANA")));
    assert_eq!(there[0]["Disposition_Code__c"], activity["code"]["id"]);
    let tasks = tasks(&org);
    assert_eq!((tasks.len(), &tasks[0]["Id"]), (1, &there[0]["Task_Id__c"]));
    assert_eq!((&tasks[0]["WhoId"], &tasks[0]["Status"]), (&json!(eva), &json!("Completed")));
    round(&world).await;
    assert_eq!((calls(&org).len(), world.count("SELECT count(*) FROM outbox")), (1, 0));
}

#[tokio::test]
async fn logging_asks_the_org_once_a_call_once_it_knows_it() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    logged(&world, &ana, CALLER, "one").await;
    drain(&world).await;
    org.count_anew();
    for notes in ["two", "three", "four"] {
        logged(&world, &ana, CALLER, notes).await;
        drain(&world).await;
    }
    // The token of whoever asks here is no call of a day.
    assert_eq!((org.calls(), calls(&org).len()), (3, 4));
}

#[tokio::test]
async fn p03_do_not_log_is_there_without_code_notes_case_and_task() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = json!({ "revision": 0, "reason": null });
    world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    drain(&world).await;
    let there = calls(&org).remove(0);
    assert_eq!(there["Outcome__c"], "not_logged");
    for empty in ["Disposition__c", "Disposition_Code__c", "Notes__c", "Case__c", "Task_Id__c"] {
        assert_eq!(there[empty], Value::Null, "{empty}");
    }
    assert_eq!(tasks(&org), Vec::<Value>::new());
}

#[tokio::test]
async fn p11_a_call_that_nobody_answered_is_there_without_a_task() {
    let (world, org) = world().await;
    let eva = contact(&org, "Eva", CALLER);
    read(&world).await;
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    drain(&world).await;
    let there = calls(&org).remove(0);
    assert_eq!((&there["Outcome__c"], &there["Contact__c"]), (&json!("no_wrapup"), &json!(eva)));
    assert_eq!(tasks(&org), Vec::<Value>::new());
}

#[tokio::test]
async fn a_correction_changes_both_records_and_leaves_what_somebody_changed_there() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    let activity = logged(&world, &ana, CALLER, "wants two").await;
    drain(&world).await;
    let task = tasks(&org)[0]["Id"].as_str().expect("an id").to_owned();
    org.change("Task", &task, json!({ "Description": "a supervisor's words" }));
    corrected(&world, &ana, &activity, "wants three").await;
    drain(&world).await;
    let (there, tasks) = (calls(&org), tasks(&org));
    assert_eq!((there.len(), tasks.len()), (1, 1));
    assert_eq!(there[0]["Notes__c"], "wants three");
    assert_eq!(tasks[0]["Description"], "a supervisor's words");
}

#[tokio::test]
async fn what_somebody_deleted_there_is_not_made_again() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    let activity = logged(&world, &ana, CALLER, "one").await;
    drain(&world).await;
    org.delete("Call_Activity__c", calls(&org)[0]["Id"].as_str().expect("an id"));
    corrected(&world, &ana, &activity, "two").await;
    drain(&world).await;
    assert_eq!(calls(&org), Vec::<Value>::new());
}

#[tokio::test]
async fn invariant_10_logging_answers_while_the_crm_is_down_and_all_of_it_lands_once() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    org.cut_off(true);
    for notes in ["one", "two", "three"] {
        logged(&world, &ana, CALLER, notes).await;
        let waits = round(&world).await;
        assert!(waits.wait.is_some() && waits.settled == 0, "{waits:?}");
    }
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200);
    assert_eq!(panel.body["crm"]["waiting"], 3);
    org.cut_off(false);
    drain(&world).await;
    let mut notes: Vec<Value> = calls(&org).iter().map(|call| call["Notes__c"].clone()).collect();
    notes.sort_by_key(Value::to_string);
    assert_eq!(notes, ["one", "three", "two"]);
    assert_eq!(tasks(&org).len(), 3);
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200);
    assert_eq!(panel.body["crm"]["waiting"], 0);
}

#[tokio::test]
async fn a_refusal_for_good_waits_for_an_admin_with_its_object_and_reason() {
    let (world, org) = world().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    contact(&org, "Eva", CALLER);
    read(&world).await;
    let rule = json!({ "object": "Call_Activity__c", "field": "Notes__c", "forbidden": "secret", "message": "Not these words" });
    org.control("POST", "rules", json!({ "validation": rule }));
    logged(&world, &ana, CALLER, "secret").await;
    logged(&world, &ana, CALLER, "fine").await;
    drain(&world).await;
    assert_eq!(calls(&org).len(), 1, "the other one is not held up");
    let stuck = world.ask(&root, "GET", "/crm/stuck", None).await.is(200).body["entries"].clone();
    assert_eq!(stuck.as_array().map(Vec::len), Some(1));
    assert_eq!((&stuck[0]["kind"], &stuck[0]["why"]), (&json!("activity"), &json!("rule")));
    assert_eq!(
        (&stuck[0]["said"], &stuck[0]["object"]),
        (&json!("Not these words"), &json!("Call_Activity__c"))
    );
    let crm = world.ask(&root, "GET", "/crm", None).await.is(200).body["crm"].clone();
    assert_eq!((&crm["stuck"], &crm["waiting"], &crm["connected"]), (&json!(1), &json!(0), &json!(true)));
    org.control("DELETE", "rules", Value::Null);
    let id = stuck[0]["id"].as_str().expect("an id");
    world.ask(&root, "POST", &format!("/crm/stuck/activity/{id}/again"), Some(json!({}))).await.is(204);
    drain(&world).await;
    assert_eq!((calls(&org).len(), tasks(&org).len()), (2, 2));
}

#[tokio::test]
async fn what_was_refused_can_be_left() {
    let (world, org) = world().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let rule =
        json!({ "object": "Call_Activity__c", "field": "Notes__c", "forbidden": "no", "message": "x" });
    org.control("POST", "rules", json!({ "validation": rule }));
    logged(&world, &ana, CALLER, "no").await;
    drain(&world).await;
    let stuck = world.ask(&root, "GET", "/crm/stuck", None).await.is(200).body["entries"][0].clone();
    let path = format!("/crm/stuck/activity/{}/leave", stuck["id"].as_str().expect("an id"));
    world.ask(&ana, "POST", &path, None).await.is(403);
    world.ask(&root, "POST", &path, None).await.is(204);
    world.ask(&root, "POST", &path, None).await.is(404);
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 0);
}

#[tokio::test]
async fn another_tenant_has_no_crm_and_nothing_of_it_is_there() {
    let (world, org) = world().await;
    let (ana, root) = (world.sign_in(THERE, "ana").await, world.sign_in(THERE, "root").await);
    world.play(THERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = entry(0, &first_code(&wrapup), "theirs");
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    drain(&world).await;
    assert_eq!(calls(&org), Vec::<Value>::new());
    assert_eq!(world.ask(&root, "GET", "/crm", None).await.is(200).body["crm"], Value::Null);
    assert_eq!(world.ask(&root, "GET", "/crm/stuck", None).await.is(200).body["entries"], json!([]));
    world.ask(&ana, "GET", "/crm", None).await.is(403);
}
