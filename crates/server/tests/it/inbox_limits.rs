//! What agents leave for later (P12): where they may, how much may wait while they take calls, and many wrap-ups finished at
//! once.

use crate::world::{Answer, CALLER, HERE, Someone, World, first_code, path_of};
use domain::id::AgentKey;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::panel::state_of;

async fn policy(world: &World, inbox: Value) {
    let root = world.sign_in(HERE, "root").await;
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["inbox"] = inbox;
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
}

fn limits(most: Option<u32>, oldest_s: Option<u32>) -> Value {
    json!({ "put_aside": true, "most": most, "oldest_s": oldest_s, "remind_s": 60 })
}

/// So many calls of Ana's that are over, as her panel shows them.
async fn owed(world: &World, ana: &Someone, calls: usize) -> Vec<Value> {
    for _ in 0..calls {
        world.play(HERE, Scenario::Answered, CALLER).await;
    }
    world.owed(ana).await
}

async fn put_aside(world: &World, who: &Someone, wrapup: &Value) -> Answer {
    world.ask(who, "POST", &path_of(wrapup, "put-aside"), None).await
}

async fn standing(world: &World, ana: &Someone) -> Value {
    world.ask(ana, "GET", "/me/panel", None).await.is(200).body["inbox"].clone()
}

async fn doing(world: &World) -> (Value, Option<&'static str>) {
    let agent = AgentKey("1001".to_owned());
    let duty = state_of(&world.app, world.tenant(HERE), &agent).await.expect("a duty");
    (json!(duty.state), duty.paused.map(domain::duty::Pause::code))
}

#[tokio::test]
async fn p12_an_agent_leaves_wrapups_for_later_where_they_may_and_calls_come_until_too_many_wait() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let wrapups = owed(&world, &ana, 3).await;
    put_aside(&world, &ana, &wrapups[0]).await.is(403);
    policy(&world, limits(Some(2), None)).await;
    let ben = world.sign_in(HERE, "ben").await;
    put_aside(&world, &ben, &wrapups[0]).await.is(403);
    assert_eq!(doing(&world).await, (json!("after_call_work"), Some("bitacora:acw")));
    for wrapup in &wrapups[..2] {
        put_aside(&world, &ana, wrapup).await.is(204);
        put_aside(&world, &ana, wrapup).await.is(204);
    }
    let full = put_aside(&world, &ana, &wrapups[2]).await.is(409);
    assert_eq!(full.code(), "inbox_full");
    assert_eq!(
        (&standing(&world, &ana).await["waiting"], &standing(&world, &ana).await["full"]),
        (&json!(2), &json!(false))
    );
    // A supervisor may free her of the third; then she is to submit one before calls come.
    let sam = world.sign_in(HERE, "sam").await;
    let listed = world.ask(&sam, "GET", "/wrapups", None).await.is(200).body["wrapups"].clone();
    let full: Vec<&Value> =
        listed.as_array().expect("lines").iter().map(|line| &line["inbox_full"]).collect();
    assert_eq!(full, [false, false, true], "it is said before she is freed of the third");
    let body = json!({ "reason": "lunch" });
    let freed = world.ask(&sam, "POST", &path_of(&wrapups[2], "release"), Some(body)).await.is(200).body;
    assert_eq!(
        (&freed["wrapup"]["state"], &freed["wrapup"]["inbox_full"]),
        (&json!("released"), &json!(true))
    );
    assert_eq!(doing(&world).await, (json!("after_call_work"), Some("bitacora:inbox")));
    assert_eq!(standing(&world, &ana).await["full"], true);
    let floor = world.ask(&sam, "GET", "/floor", None).await.is(200).body;
    let agents = floor["floor"]["agents"].as_array().or(floor["agents"].as_array()).expect("agents").clone();
    let hers = agents.iter().find(|agent| agent["agent"] == "1001").expect("Ana");
    assert_eq!(hers["state"], "after_call_work");
    let body = json!({ "revision": 0, "reason": null });
    world.ask(&ana, "POST", &path_of(&wrapups[0], "do-not-log"), Some(body)).await.is(200);
    assert_eq!(doing(&world).await, (json!("available"), None));
}

#[tokio::test]
async fn p12_what_waits_too_long_keeps_calls_away_and_is_reminded_of() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let wrapups = owed(&world, &ana, 1).await;
    policy(&world, limits(None, Some(600))).await;
    put_aside(&world, &ana, &wrapups[0]).await.is(204);
    assert_eq!(doing(&world).await, (json!("available"), None));
    assert!(standing(&world, &ana).await["remind_at"].is_string());
    world.clock.advance(600);
    assert_eq!(doing(&world).await, (json!("after_call_work"), Some("bitacora:inbox")));
}

#[tokio::test]
async fn many_wrapups_are_finished_at_once_each_with_what_its_agent_had_entered() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let wrapups = owed(&world, &ana, 3).await;
    let code = first_code(&wrapups[0]);
    let draft = json!({ "revision": 0, "code": null, "notes": "typed before", "party": null });
    world.ask(&ana, "PUT", &path_of(&wrapups[0], "draft"), Some(draft)).await.is(200);
    let ids: Vec<&Value> = wrapups.iter().map(|wrapup| &wrapup["id"]).collect();
    let finish =
        async |who: &Someone, body: Value| world.ask(who, "POST", "/wrapups/finish", Some(body)).await;
    // Another's stay as they are, a supervisor's word or not, and so does what the rules refuse.
    let sam = world.sign_in(HERE, "sam").await;
    let body = json!({ "wrapups": [ids[0]], "as": "do_not_log" });
    let others = finish(&world.sign_in(HERE, "ben").await, body).await.is(200);
    assert_eq!(others.body["wrapups"], json!([{ "id": ids[0], "refused": "forbidden" }]));
    let none = finish(&ana, json!({ "wrapups": [ids[0]], "as": "log" })).await.is(200);
    assert_eq!(none.body["wrapups"][0]["refused"], "code_required");
    let body = json!({ "wrapups": ids, "as": "log", "code": code, "notes": "of the whole morning" });
    let done = finish(&ana, body.clone()).await.is(200);
    assert!(done.body["wrapups"].as_array().expect("lines").iter().all(|line| line["refused"].is_null()));
    let again = finish(&ana, body).await.is(200);
    assert_eq!(again.body, done.body, "whoever asks again is told the same");
    let list = world.ask(&sam, "GET", "/activities", None).await.is(200).body["activities"].clone();
    let notes: Vec<&Value> = list.as_array().expect("a list").iter().map(|line| &line["notes"]).collect();
    assert_eq!(
        notes,
        [&json!("of the whole morning"), &json!("of the whole morning"), &json!("typed before")]
    );
    assert_eq!(finish(&ana, json!({ "wrapups": [], "as": "log" })).await.is(422).code(), "invalid");
    let many: Vec<uuid::Uuid> = (0..201_u128).map(uuid::Uuid::from_u128).collect();
    finish(&ana, json!({ "wrapups": many, "as": "do_not_log" })).await.is(422);
}
