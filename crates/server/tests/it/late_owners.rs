//! Calls that nobody was found for, and the records that appear later: on stored rows, by the operation and by the worker.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::late_owners::{file_calls_of, waiting};
use server::worker::late;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long the worker may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Does what waits; answers of how many calls were filed.
async fn drain(world: &World, host: &str) -> usize {
    let (app, tenant) = (&world.app, world.tenant(host));
    let mut filed = 0;
    for owner in waiting(app, tenant).await.expect("owners") {
        filed += file_calls_of(app, tenant, owner).await.expect("filed");
    }
    assert_eq!(waiting(app, tenant).await.expect("owners"), []);
    filed
}

async fn calls_of(world: &World, who: &Someone, person: &str) -> Vec<Value> {
    let list = world.ask(who, "GET", &format!("/people/{person}/activities"), None).await.is(200);
    list.body["activities"].as_array().cloned().unwrap_or_default()
}

async fn activity(world: &World, who: &Someone, line: &Value) -> Value {
    let path = format!("/activities/{}", line["id"].as_str().expect("an id"));
    world.ask(who, "GET", &path, None).await.is(200).body["activity"].clone()
}

#[tokio::test]
async fn p11_a_missed_call_is_filed_when_its_record_appears_and_says_why() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    for scenario in [Scenario::AbandonedWaiting, Scenario::Voicemail] {
        world.play(HERE, scenario, CALLER).await;
        world.play(THERE, scenario, CALLER).await;
    }
    world.play(HERE, Scenario::AbandonedWaiting, "+34600111223").await;
    let olga = world.person(&sam, "Olga Ruiz", "600 11 12 22").await;
    assert_eq!(calls_of(&world, &sam, &olga).await, Vec::<Value>::new());
    assert_eq!(drain(&world, HERE).await, 2);
    let calls = calls_of(&world, &sam, &olga).await;
    assert_eq!(calls.len(), 2);
    let filed = activity(&world, &sam, &calls[0]).await;
    assert_eq!((&filed["party"]["id"], &filed["possible"]), (&json!(olga), &json!(false)));
    let rules: Vec<&str> = filed["explanation"]
        .as_array()
        .expect("rules")
        .iter()
        .filter_map(|one| one["rule"].as_str())
        .collect();
    assert!(rules.contains(&"party_late"), "{rules:?}");
    assert_eq!(
        world.count("SELECT count(*) FROM activity WHERE party_by = 'late'"),
        2,
        "here, and not there"
    );
    assert_eq!((drain(&world, HERE).await, drain(&world, THERE).await), (0, 0));
}

#[tokio::test]
async fn a_number_that_is_added_later_and_one_that_several_have() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    let people =
        [world.person(&sam, "Olga Ruiz", "911 000 111").await, world.person(&sam, "Pia Sanz", CALLER).await];
    let change = json!({ "version": 1, "phones": [{ "field": "mobile", "raw": CALLER }] });
    world.ask(&sam, "PATCH", &format!("/people/{}", people[0]), Some(change)).await.is(200);
    assert_eq!(drain(&world, HERE).await, 1);
    for person in &people {
        let calls = calls_of(&world, &sam, person).await;
        assert_eq!((calls.len(), &calls[0]["possible"]), (1, &json!(true)), "{person}");
    }
    // A name that changes has nobody look for calls.
    let change = json!({ "version": 2, "name": "Olga R." });
    world.ask(&sam, "PATCH", &format!("/people/{}", people[0]), Some(change)).await.is(200);
    assert_eq!(world.count("SELECT count(*) FROM late_owner"), 0);
}

#[tokio::test]
async fn p05_the_record_that_log_makes_gets_the_earlier_calls_of_its_number() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let log = world
        .ask(&ana, "POST", &path_of(&wrapup, "log"), Some(entry(0, &first_code(&wrapup), "x")))
        .await
        .is(200);
    let made = log.body["activity"]["party"]["id"].as_str().expect("a record").to_owned();
    assert_eq!(drain(&world, HERE).await, 1);
    assert_eq!(calls_of(&world, &ana, &made).await.len(), 2);
    assert_eq!(world.count("SELECT count(*) FROM person"), 1);
}

#[tokio::test]
async fn who_said_nobody_is_obeyed_and_who_found_nobody_is_helped() {
    let world = World::with(|tenant| tenant.auto_create = domain::matching::AutoCreate::None).await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let mut ids = Vec::new();
    for party in [Value::Null, json!({ "choice": "none" }), Value::Null] {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await.remove(0);
        let mut body = entry(0, &first_code(&wrapup), "x");
        body["party"] = party;
        let log = world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
        ids.push(log.body["activity"]["id"].clone());
    }
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = json!({ "revision": 0, "reason": "other" });
    let not_logged = world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    ids.push(not_logged.body["activity"]["id"].clone());
    // Somebody says of the third that it is nobody's, after all.
    let third = activity(&world, &sam, &json!({ "id": ids[2] })).await;
    let part = third["engagements"]
        .as_array()
        .expect("parts")
        .iter()
        .find(|part| part["wrapup"]["state"] == "logged");
    let path = format!("/activities/{}/corrections", ids[2].as_str().expect("an id"));
    let other = world.person(&sam, "Pia Sanz", "911 000 111").await;
    for (revision, party) in
        [(0, json!({ "choice": "existing", "person": other })), (1, json!({ "choice": "none" }))]
    {
        let body = json!({ "revision": revision, "engagement": part.expect("a part")["id"], "party": party });
        world.ask(&sam, "POST", &path, Some(body)).await.is(200);
    }
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    assert_eq!(drain(&world, HERE).await, 2);
    let filed: Vec<Value> =
        calls_of(&world, &sam, &olga).await.iter().map(|line| line["id"].clone()).collect();
    assert_eq!(filed, [ids[3].clone(), ids[0].clone()]);
    // The agent's part says so as well, and what comes later does not undo it.
    assert_eq!(world.count("SELECT count(*) FROM wrapup WHERE party_by = 'late'"), 2);
    let first = activity(&world, &sam, &json!({ "id": ids[0] })).await;
    assert_eq!(
        (&first["revision"], &first["outcome"], &first["notes"]),
        (&json!(0), &json!("logged"), &json!("x"))
    );
}

#[tokio::test]
async fn the_worker_does_what_was_left_by_a_process_that_ended() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    for _ in 0..3 {
        world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    }
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    assert_eq!(world.count("SELECT count(*) FROM late_owner"), 1, "it is on disk with the record");
    let tenant = Arc::clone(world.tenant(HERE));
    let agent = domain::id::AgentKey("1001".to_owned());
    let mut changed = world.app.hub.listen(tenant.id, &agent);
    let (stop, stopping) = watch::channel(false);
    let works = tokio::spawn(late::run(Arc::clone(&world.app), tenant, stopping));
    timeout(PATIENCE, changed.changed()).await.expect("something is filed").expect("a hub");
    stop.send_replace(true);
    timeout(PATIENCE, works).await.expect("it ends").expect("well");
    assert_eq!(calls_of(&world, &sam, &olga).await.len(), 3);
    assert_eq!(world.count("SELECT count(*) FROM late_owner"), 0);
}
