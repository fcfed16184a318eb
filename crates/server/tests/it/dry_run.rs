//! Settings tried on past calls: what differs is told, nothing is written, and only an admin may.

use crate::world::{CALLER, HERE, Someone, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};

async fn settings(world: &World, root: &Someone) -> Value {
    world.ask(root, "GET", "/centre", None).await.is(200).body["centre"].clone()
}

/// A call whose Log made a Contact, a second one of the same caller that nobody has logged yet, and one that was missed.
async fn with_calls() -> (World, Someone, Value) {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    world.clock.advance(100);
    let body = entry(0, &first_code(&wrapup), "first");
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    world.play(HERE, Scenario::Answered, CALLER).await;
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    let centre = settings(&world, &root).await;
    (world, root, centre)
}

async fn tried(world: &World, root: &Someone, centre: &Value) -> Value {
    let body = json!({ "centre": centre });
    world.ask(root, "POST", "/centre/dry-run", Some(body)).await.is(200).body["dry_run"].clone()
}

#[tokio::test]
async fn the_settings_as_they_are_differ_in_nothing() {
    let (world, root, centre) = with_calls().await;
    let told = tried(&world, &root, &centre).await;
    assert_eq!((&told["calls"], &told["differ"], &told["lines"]), (&json!(3), &json!(0), &json!([])));
    assert_eq!(told["before"], told["after"]);
    // The Contact that the first call made is made again, and found by the others.
    assert_eq!(told["before"]["makes"], json!({ "contact": 1 }));
    assert_eq!((&told["before"]["one"], &told["before"]["nobody"]), (&json!(2), &json!(1)));
    assert_eq!(told["before"]["wrapups"], json!({ "in_time": 1, "unknown": 1 }), "one is still owed");
}

#[tokio::test]
async fn what_settings_would_make_of_the_last_calls_is_told_and_nothing_is_written() {
    let (world, root, centre) = with_calls().await;
    let mut wanted = centre.clone();
    wanted["auto_create"]["inbound"]["make"] = json!("none");
    wanted["acw"]["seconds"] = json!(30);
    wanted["acw"]["on_expiry"] = json!("close");
    let before = world.count("SELECT count(*) FROM audit");
    let told = tried(&world, &root, &wanted).await;
    assert_eq!(told["after"]["makes"], json!({}));
    assert_eq!((&told["after"]["one"], &told["after"]["nobody"]), (&json!(0), &json!(3)));
    // The one that is still owed has taken longer than that by now.
    assert_eq!(told["after"]["wrapups"], json!({ "closed": 2 }));
    assert_eq!(told["after"]["kept_s"], 60);
    assert!(told["before"]["kept_s"].as_u64().is_some_and(|seconds| seconds >= 100));
    let lines = told["lines"].as_array().expect("lines");
    let first = lines.last().expect("the first call");
    assert_eq!(first["differs"], json!(["makes", "wrapups"]));
    assert_eq!((&first["before"]["makes"], &first["after"]["makes"]), (&json!("contact"), &Value::Null));
    assert_eq!(first["activity"]["notes"], "first");
    assert_eq!(settings(&world, &root).await, centre);
    assert_eq!(world.count("SELECT count(*) FROM audit"), before);
}

#[tokio::test]
async fn what_cannot_be_saved_is_not_tried_and_nobody_but_an_admin_tries() {
    let (world, root, centre) = with_calls().await;
    let mut wrong = centre.clone();
    wrong["acw"]["seconds"] = json!(86_401);
    let refused = world.ask(&root, "POST", "/centre/dry-run", Some(json!({ "centre": wrong }))).await.is(422);
    assert_eq!(refused.body["error"]["field"], "acw.seconds");
    let one = json!({ "centre": centre, "calls": 1 });
    let told = world.ask(&root, "POST", "/centre/dry-run", Some(one.clone())).await.is(200).body;
    assert_eq!(told["dry_run"]["calls"], 1);
    for who in ["ana", "sam"] {
        let who = world.sign_in(HERE, who).await;
        assert_eq!(world.ask(&who, "POST", "/centre/dry-run", Some(one.clone())).await.status, 403);
    }
}
