//! What is told, how often, and what becomes of what nobody takes.

use super::receiver::{Receiver, Reply};
use super::{PATIENT, amiss, ask, deliveries, logged, path, registered, sender, tell, told_everything};
use crate::world::{CALLER, HERE, THERE, World};
use domain::notice::delivery::WAITS_S;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::webhooks::tell::{tell_all_due, tell_late};
use server::outgoing::lanes::Lanes;
use server::worker::retention::forget_notices;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn a_call_that_is_logged_is_told_once_signed_and_to_its_own_tenant_alone() {
    let (world, _, receiver, webhook, secret) = told_everything().await;
    let activity = logged(&world, HERE, "secret notes").await;
    logged(&world, THERE, "of another tenant").await;
    assert_eq!((tell(&world, HERE).await, tell(&world, THERE).await, tell(&world, HERE).await), (1, 0, 0));
    let told = receiver.told();
    let told = &told[0];
    assert!(told.signed_with(&secret));
    assert!(!told.signed_with("whsec_AAAA"));
    assert_eq!((told.kind(), told.body["version"].as_i64()), ("activity.logged", Some(1)));
    assert_eq!(told.header("content-type"), "application/json");
    let (data, of) = (&told.body["data"], |field: &str| activity[field].clone());
    assert_eq!((&data["id"], &data["outcome"]), (&of("id"), &json!("logged")));
    assert_eq!((&data["number"], &data["agent"]), (&json!(CALLER), &json!("1001")));
    assert_eq!(data["code"]["id"], activity["code"]["id"]);
    assert!(data.get("notes").is_none(), "{data}");
    let listed = deliveries(&world, &webhook, "").await;
    assert_eq!(listed[0]["id"], told.header("webhook-id"));
    assert_eq!((&listed[0]["state"], &listed[0]["last"]["status"]), (&json!("delivered"), &json!(204)));
}

#[tokio::test]
async fn notes_are_told_where_an_admin_says_so() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    let change = json!({ "version": webhook["version"], "with_notes": true });
    ask(&world, "PATCH", &path(&webhook, ""), Some(change)).await.is(200);
    logged(&world, HERE, "asked about the bill").await;
    tell(&world, HERE).await;
    assert_eq!(receiver.told()[0].body["data"]["notes"], "asked about the bill");
}

#[tokio::test]
async fn a_missed_call_a_correction_and_its_undoing_are_told() {
    let (world, _, receiver, _, _) = told_everything().await;
    world.play(HERE, Scenario::DirectMissed, CALLER).await;
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    let activity = logged(&world, HERE, "one").await;
    let parts = activity["engagements"].as_array().expect("parts");
    let part = parts.iter().find(|part| part["wrapup"]["state"] == "logged").expect("a part");
    let correction = json!({ "revision": 0, "engagement": part["id"], "notes": "two" });
    let to = format!("/activities/{}/corrections", activity["id"].as_str().expect("an id"));
    ask(&world, "POST", &to, Some(correction)).await.is(200);
    tell(&world, HERE).await;
    let told = receiver.told();
    let mut kinds: Vec<&str> = told.iter().map(super::receiver::Told::kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["activity.corrected", "activity.logged", "call.abandoned", "call.missed"]);
    let corrected = told.iter().find(|one| one.kind() == "activity.corrected").expect("it");
    let data = &corrected.body["data"];
    assert_eq!((&data["revision"], &data["correction"]["fields"]), (&json!(1), &json!(["notes"])));
}

#[tokio::test]
async fn what_fails_is_told_again_later_under_the_same_id_and_with_the_time_of_then() {
    let (world, _, receiver, webhook, secret) = told_everything().await;
    receiver.answers([Reply::Status(500), Reply::RetryAfter(503, 900)]);
    logged(&world, HERE, "x").await;
    assert_eq!(tell(&world, HERE).await, 1);
    assert_eq!(tell(&world, HERE).await, 0, "not before its time");
    world.clock.advance(6);
    assert_eq!(tell(&world, HERE).await, 1);
    world.clock.advance(600);
    assert_eq!(tell(&world, HERE).await, 0, "it asked to be left alone");
    let waits = &deliveries(&world, &webhook, "?state=waiting").await[0];
    assert_eq!((&waits["tries"], &waits["last"]["status"]), (&json!(2), &json!(503)));
    world.clock.advance(301);
    assert_eq!(tell(&world, HERE).await, 1);
    let told = receiver.told();
    let ids: Vec<&str> = told.iter().map(|one| one.header("webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]) && ids[0].starts_with("msg_"), "{ids:?}");
    let times: Vec<i64> =
        told.iter().map(|one| one.header("webhook-timestamp").parse().expect("a time")).collect();
    assert_eq!((times[1] - times[0], times[2] - times[1]), (6, 901));
    assert!(told.iter().all(|one| one.signed_with(&secret) && one.bytes == told[0].bytes));
}

#[tokio::test]
async fn one_that_names_a_date_is_left_alone_until_then() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    let later = u64::try_from(world.app.around.now().0 / 1_000_000).expect("after 1970") + 1_200;
    receiver.answers([Reply::RetryAt(503, later)]);
    logged(&world, HERE, "x").await;
    assert_eq!(tell(&world, HERE).await, 1);
    world.clock.advance(1_100);
    assert_eq!(tell(&world, HERE).await, 0, "it named a later time");
    assert_eq!(deliveries(&world, &webhook, "?state=waiting").await.len(), 1);
    world.clock.advance(101);
    assert_eq!(tell(&world, HERE).await, 1);
    assert_eq!(receiver.told().len(), 2);
}

#[tokio::test]
async fn what_nobody_takes_is_given_up_listed_and_told_again_when_an_admin_says_so() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    receiver.answers([Reply::Status(404); 20]);
    logged(&world, HERE, "x").await;
    world.play(HERE, Scenario::DirectMissed, CALLER).await;
    for seconds in WAITS_S {
        tell(&world, HERE).await;
        // Chance may have stretched the wait by a tenth.
        world.clock.advance(seconds + seconds / 10 + 1);
    }
    assert_eq!(deliveries(&world, &webhook, "?state=dead").await.len(), 0);
    tell(&world, HERE).await;
    assert_eq!(tell(&world, HERE).await, 0);
    let dead = deliveries(&world, &webhook, "?state=dead").await;
    assert_eq!(dead.iter().map(|one| one["tries"].clone()).collect::<Vec<_>>(), [10, 10]);
    assert_eq!(amiss(&world).await, 1, "it waits for an admin");
    switch(&world, &webhook, false).await;
    assert_eq!(amiss(&world).await, 0, "who switched it off knows");
    switch(&world, &webhook, true).await;
    let one = format!("/deliveries/{}/replay", dead[0]["id"].as_str().expect("an id"));
    ask(&world, "POST", &path(&webhook, &one), None).await.is(202);
    assert_eq!(tell(&world, HERE).await, 1);
    let since = |at: &str| json!({ "since": at });
    let replay = async |at: &str| {
        let answer = ask(&world, "POST", &path(&webhook, "/replay"), Some(since(at))).await.is(202);
        answer.body["replayed"].clone()
    };
    assert_eq!(replay("2099-01-01T00:00:00Z").await, 0);
    assert_eq!(replay("2020-01-01T00:00:00Z").await, 1);
    assert_eq!(tell(&world, HERE).await, 1);
    assert_eq!(deliveries(&world, &webhook, "?state=dead").await, Vec::<Value>::new());
    assert_eq!(amiss(&world).await, 0);
    let ids: std::collections::BTreeSet<_> =
        receiver.told().iter().map(|one| one.header("webhook-id").to_owned()).collect();
    assert_eq!((ids.len(), receiver.told().len()), (2, 22));
    ask(&world, "POST", &path(&webhook, "/replay"), Some(since("yesterday"))).await.is(422);
}

async fn switch(world: &World, webhook: &Value, on: bool) {
    let version = super::webhook(world).await["version"].clone();
    let body = json!({ "version": version, "on": on });
    ask(world, "PATCH", &path(webhook, ""), Some(body)).await.is(200);
}

#[tokio::test]
async fn one_that_is_gone_is_told_nothing_more_until_it_is_switched_on() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    receiver.answers([Reply::Status(410)]);
    logged(&world, HERE, "x").await;
    tell(&world, HERE).await;
    assert_eq!((&super::webhook(&world).await["state"], amiss(&world).await), (&json!("gone"), json!(1)));
    let changes = ask(&world, "GET", "/audit", None).await.is(200).body;
    let said = &changes["entries"][0];
    assert_eq!((&said["subject"]["kind"], &said["by"]), (&json!("endpoint"), &Value::Null), "{changes}");
    assert_eq!(said["fields"], json!([{ "field": "state", "before": "on", "after": "gone" }]));
    world.clock.advance(10_000);
    logged(&world, HERE, "y").await;
    assert_eq!(tell(&world, HERE).await, 0);
    let stale = json!({ "version": webhook["version"], "on": true });
    let current = ask(&world, "PATCH", &path(&webhook, ""), Some(stale)).await.is(409).body;
    let version = &current["error"]["detail"]["current"]["version"];
    let on = json!({ "version": version, "on": true });
    ask(&world, "PATCH", &path(&webhook, ""), Some(on)).await.is(200);
    assert_eq!(tell(&world, HERE).await, 1, "what waited is told, and what was so while it was gone is not");
}

#[tokio::test]
async fn one_that_takes_nothing_for_days_is_off_and_misses_nothing() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    receiver.answers([Reply::Status(500); 6]);
    logged(&world, HERE, "x").await;
    for _ in 0..5 {
        tell(&world, HERE).await;
        world.clock.advance(90_000);
    }
    assert_eq!(super::webhook(&world).await["state"], "on");
    tell(&world, HERE).await;
    let off = super::webhook(&world).await;
    assert_eq!(off["state"], "failing", "{off}");
    logged(&world, HERE, "y").await;
    assert_eq!(tell(&world, HERE).await, 0);
    let on = json!({ "version": off["version"], "on": true });
    ask(&world, "PATCH", &path(&webhook, ""), Some(on)).await.is(200);
    world.clock.advance(90_000);
    tell(&world, HERE).await;
    assert_eq!(deliveries(&world, &webhook, "?state=delivered").await.len(), 2);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_body_without_end_is_not_read() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    receiver.answers([Reply::Redirect, Reply::Endless]);
    logged(&world, HERE, "x").await;
    tell(&world, HERE).await;
    assert_eq!(deliveries(&world, &webhook, "").await[0]["last"]["status"], 302);
    world.clock.advance(6);
    assert_eq!(tell(&world, HERE).await, 1);
    assert_eq!(deliveries(&world, &webhook, "").await[0]["state"], "delivered");
    assert!(receiver.told().iter().all(|one| one.path == "/in"));
}

#[tokio::test]
async fn one_that_never_answers_holds_up_no_other_and_is_given_up_in_time() {
    let (world, root, slow, webhook, _) = told_everything().await;
    let fast = Receiver::open().await;
    registered(&world, &root, &fast).await;
    slow.answers([Reply::Never; 20]);
    for _ in 0..6 {
        logged(&world, HERE, "x").await;
    }
    let (app, tenant) = (Arc::clone(&world.app), Arc::clone(world.tenant(HERE)));
    let under_way = tokio::spawn(async move {
        let mut lanes = Lanes::default();
        tell_all_due(&app, &tenant, &sender(PATIENT), &mut lanes).await
    });
    fast.told_at_least(6).await;
    slow.told_at_least(4).await;
    under_way.abort();
    assert_eq!(slow.told().len(), 4, "no more at a time");
    let mut lanes = Lanes::default();
    let hasty = sender(Duration::from_millis(50));
    tell_all_due(&world.app, world.tenant(HERE), &hasty, &mut lanes).await.expect("told");
    let told = deliveries(&world, &webhook, "").await;
    assert!(told.iter().any(|one| one["last"]["no_answer"] == "timed_out"), "{told:?}");
}

#[tokio::test]
async fn what_was_under_way_when_the_process_ended_is_told_again_under_the_same_id() {
    let (world, _, receiver, _, _) = told_everything().await;
    receiver.answers([Reply::Never]);
    logged(&world, HERE, "x").await;
    let (app, tenant) = (Arc::clone(&world.app), Arc::clone(world.tenant(HERE)));
    let under_way = tokio::spawn(async move {
        let mut lanes = Lanes::default();
        tell_all_due(&app, &tenant, &sender(PATIENT), &mut lanes).await
    });
    receiver.told_at_least(1).await;
    under_way.abort();
    assert!(under_way.await.expect_err("cut off").is_cancelled());
    assert_eq!(tell(&world, HERE).await, 1);
    let told = receiver.told();
    assert_eq!((told.len(), told[0].header("webhook-id")), (2, told[1].header("webhook-id")));
    assert_eq!(tell(&world, HERE).await, 0);
}

#[tokio::test]
async fn a_wrapup_that_is_late_is_told_once() {
    let (world, _, receiver, _, _) = told_everything().await;
    let late = async || tell_late(&world.app, world.tenant(HERE)).await.expect("looked");
    assert_eq!(late().await, 0);
    world.play(HERE, Scenario::Answered, CALLER).await;
    assert_eq!(late().await, 0);
    world.clock.advance(180);
    assert_eq!((late().await, late().await), (1, 0));
    tell(&world, HERE).await;
    let told = receiver.told();
    assert_eq!((told[0].kind(), &told[0].body["data"]["agent"]), ("wrapup.late", &json!("1001")));
}

#[tokio::test]
async fn a_test_is_told_at_once_and_what_is_old_is_forgotten() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    ask(&world, "POST", &path(&webhook, "/test"), None).await.is(202);
    tell(&world, HERE).await;
    assert_eq!(receiver.told()[0].kind(), "webhook.test");
    let forget = async || {
        let now = world.app.around.now();
        forget_notices(&world.app, world.tenant(HERE), now).await.expect("forgotten");
        deliveries(&world, &webhook, "").await.len()
    };
    world.clock.advance(30 * 86_400);
    assert_eq!(forget().await, 1);
    world.clock.advance(1);
    assert_eq!(forget().await, 0);
    assert_eq!(super::webhook(&world).await["state"], "on");
}
