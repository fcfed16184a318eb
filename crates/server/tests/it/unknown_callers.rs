//! Records for callers nobody knows, made for calls that nobody sums up (P5): on stored rows, by the operation and by the
//! worker.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::unknown_callers::{look_after, wanted};
use server::worker::unknown_callers;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long the worker may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
const WAITING: &str = "SELECT count(*) FROM caller_wanted";

/// Has calls of these types make Leads.
async fn makes_leads(world: &World, root: &Someone, types: &[&str]) {
    let mut centre = world.ask(root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    for name in types {
        centre["auto_create"][name] = json!({
            "make": "lead", "name": "Lost call {number}", "company": null, "email": null,
            "owner": { "is": "nobody" },
        });
    }
    world.ask(root, "PUT", "/centre", Some(centre)).await.is(200);
}

/// Does what waits; answers how many records were made.
async fn drain(world: &World, host: &str) -> usize {
    let (app, tenant) = (&world.app, world.tenant(host));
    let mut made = 0;
    for call in wanted(app, tenant).await.expect("calls") {
        made += usize::from(look_after(app, tenant, call).await.expect("looked after"));
    }
    assert_eq!(wanted(app, tenant).await.expect("calls"), []);
    made
}

async fn activities(world: &World, who: &Someone) -> Vec<Value> {
    let list = world.ask(who, "GET", "/activities", None).await.is(200);
    list.body["activities"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn p05_without_a_setting_of_its_type_a_call_without_a_wrapup_makes_nobody() {
    let world = World::new().await;
    for scenario in [Scenario::AbandonedWaiting, Scenario::Voicemail, Scenario::Answered] {
        world.play(HERE, scenario, CALLER).await;
    }
    assert_eq!((world.count(WAITING), drain(&world, HERE).await), (0, 0));
    assert_eq!(world.count("SELECT count(*) FROM person"), 0);
}

#[tokio::test]
async fn p05_a_call_without_a_wrapup_makes_what_its_type_says_once_and_is_filed_on_it() {
    let world = World::new().await;
    let (root, sam) = (world.sign_in(HERE, "root").await, world.sign_in(HERE, "sam").await);
    makes_leads(&world, &root, &["voicemail", "abandoned"]).await;
    world.play(THERE, Scenario::Voicemail, CALLER).await;
    for scenario in [Scenario::Voicemail, Scenario::AbandonedWaiting] {
        world.play(HERE, scenario, CALLER).await;
    }
    assert_eq!(world.count(WAITING), 2, "noted with what archived them, and only here");
    assert_eq!(world.count("SELECT count(*) FROM person"), 0, "never at the look-up");
    assert_eq!((drain(&world, HERE).await, drain(&world, THERE).await), (1, 0));
    assert_eq!(world.count("SELECT count(*) FROM person WHERE kind = 'lead' AND tenant_id = 1"), 1);
    let voicemail = activities(&world, &sam).await.into_iter().find(|one| one["type"] == "voicemail");
    let voicemail = voicemail.expect("a voicemail");
    assert_eq!(voicemail["party"]["name"], "Lost call +34 600 11 12 22");
    let path = format!("/activities/{}", voicemail["id"].as_str().expect("an id"));
    let page = world.ask(&sam, "GET", &path, None).await.is(200).body["activity"].clone();
    let rules: Vec<&str> = page["explanation"]
        .as_array()
        .expect("rules")
        .iter()
        .filter_map(|one| one["rule"].as_str())
        .collect();
    assert!(rules.contains(&"party_late"), "{rules:?}");
    let person = format!("/people/{}", voicemail["party"]["id"].as_str().expect("an id"));
    let person = world.ask(&sam, "GET", &person, None).await.is(200).body["person"].clone();
    assert_eq!((&person["created_by_call"], &person["owner"]), (&voicemail["id"], &Value::Null));
    // The other call is one of a record that appeared.
    assert_eq!(world.count("SELECT count(*) FROM late_owner"), 1);
}

#[tokio::test]
async fn p05_a_wrapup_is_logs_business_and_withheld_numbers_are_nobodys() {
    let world = World::new().await;
    let (root, ana) = (world.sign_in(HERE, "root").await, world.sign_in(HERE, "ana").await);
    makes_leads(&world, &root, &["inbound", "voicemail", "abandoned", "missed"]).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    world.play(HERE, Scenario::Voicemail, "anonymous").await;
    assert_eq!(world.count(WAITING), 0);
    let wrapup = world.owed(&ana).await.remove(0);
    let body = Some(entry(0, &first_code(&wrapup), ""));
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), body).await.is(200);
    assert_eq!(world.count("SELECT count(*) FROM person"), 1);
    // Who has the number by then is made no second time.
    world.play(HERE, Scenario::Voicemail, CALLER).await;
    drain(&world, HERE).await;
    assert_eq!(world.count("SELECT count(*) FROM person"), 1);
}

#[tokio::test]
async fn p05_a_setting_that_was_taken_back_and_a_record_that_appeared_are_heeded() {
    let world = World::new().await;
    let (root, sam) = (world.sign_in(HERE, "root").await, world.sign_in(HERE, "sam").await);
    makes_leads(&world, &root, &["voicemail"]).await;
    world.play(HERE, Scenario::Voicemail, CALLER).await;
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    assert_eq!((world.count(WAITING), drain(&world, HERE).await), (1, 0), "she has the number");
    world.play(HERE, Scenario::Voicemail, "+34600111223").await;
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["auto_create"]["voicemail"]["make"] = json!("none");
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
    assert_eq!((world.count(WAITING), drain(&world, HERE).await), (1, 0));
    assert_eq!(world.count("SELECT count(*) FROM person"), 1, "{olga} alone");
}

#[tokio::test]
async fn the_worker_makes_what_was_left_by_a_process_that_ended_and_makes_it_once() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    makes_leads(&world, &root, &["voicemail"]).await;
    for _ in 0..3 {
        world.play(HERE, Scenario::Voicemail, CALLER).await;
    }
    assert_eq!(world.count(WAITING), 3, "it is on disk with the calls");
    let tenant = Arc::clone(world.tenant(HERE));
    let agent = domain::id::AgentKey("1001".to_owned());
    let mut changed = world.app.hub.listen(tenant.id, &agent);
    let (stop, stopping) = watch::channel(false);
    let works = tokio::spawn(unknown_callers::run(Arc::clone(&world.app), Arc::clone(&tenant), stopping));
    timeout(PATIENCE, changed.changed()).await.expect("somebody is made").expect("a hub");
    stop.send_replace(true);
    timeout(PATIENCE, works).await.expect("it ends").expect("well");
    drain(&world, HERE).await;
    assert_eq!((world.count("SELECT count(*) FROM person"), world.count(WAITING)), (1, 0));
}
