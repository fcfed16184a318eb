//! What agents do and say of themselves: away, time for wrap-ups, dialling while busy, the centre's settings.

use crate::world::{CALLER, HERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::json;

#[tokio::test]
async fn an_agent_is_away_for_a_reason_of_the_centres_and_comes_back() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let state = async || world.ask(&ana, "GET", "/me/panel", None).await.is(200).body["agent"].clone();
    assert_eq!(state().await["state"], "available");
    let away = json!({ "mode": "away", "reason": "Comida" });
    world.ask(&ana, "PUT", "/me/mode", Some(away)).await.is(204);
    let agent = state().await;
    assert_eq!((agent["state"].as_str(), agent["away_reason"].as_str()), (Some("away"), Some("Comida")));
    for body in [
        json!({ "mode": "away", "reason": "Siesta" }),
        json!({ "mode": "away", "reason": null }),
        json!({ "mode": "holding", "reason": null }),
    ] {
        world.ask(&ana, "PUT", "/me/mode", Some(body)).await.is(422);
    }
    world.ask(&ana, "PUT", "/me/mode", Some(json!({ "mode": "available", "reason": null }))).await.is(204);
    assert_eq!(state().await["state"], "available");
}

#[tokio::test]
async fn settings_take_effect_at_once_and_the_second_admin_is_told() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let mut centre = world.ask(&ana, "GET", "/centre", None).await.is(200).body["centre"].clone();
    world.ask(&ana, "PUT", "/centre", Some(centre.clone())).await.is(403);
    world.play(HERE, Scenario::Answered, CALLER).await;
    assert_ne!(world.owed(&ana).await[0]["codes"], json!([]));
    centre["codes_enabled"] = json!(false);
    world.ask(&root, "PUT", "/centre", Some(centre.clone())).await.is(200);
    assert_eq!(world.owed(&ana).await[0]["codes"], json!([]), "at once");
    let late = world.ask(&root, "PUT", "/centre", Some(centre)).await.is(409);
    assert_eq!(late.body["error"]["detail"]["current"]["version"], 1);
    let log = world.ask(&root, "GET", "/audit", None).await.is(200);
    assert_eq!(log.body["entries"][0]["fields"][0]["field"], "codes_enabled");
    world.ask(&ana, "GET", "/audit", None).await.is(403);
}

#[tokio::test]
async fn a_setting_beyond_its_limit_is_refused_and_nothing_changes() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["acw"]["seconds"] = json!(100_000);
    let refused = world.ask(&root, "PUT", "/centre", Some(centre)).await.is(422);
    assert_eq!(refused.body["error"]["field"], "acw.seconds");
    assert_eq!(world.count("SELECT count(*) FROM centre"), 0);
}

#[tokio::test]
async fn more_time_is_given_as_often_as_the_settings_allow() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["acw"] = json!({ "seconds": 30, "extension_s": 60, "max_extensions": 1 });
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await[0].clone();
    assert_eq!(wrapup["can_extend"], true);
    world.ask(&ana, "POST", &path_of(&wrapup, "extend"), None).await.is(200);
    let after = world.owed(&ana).await[0].clone();
    assert_eq!(after["can_extend"], false);
    assert_ne!(after["deadline"], wrapup["deadline"]);
    let refused = world.ask(&ana, "POST", &path_of(&wrapup, "extend"), None).await.is(409);
    assert_eq!(refused.code(), "no_more_time");
    let ben = world.sign_in(HERE, "ben").await;
    world.ask(&ben, "POST", &path_of(&wrapup, "extend"), None).await.is(403);
}

#[tokio::test]
async fn whoever_submits_holds_until_they_say_so_where_the_settings_want_it() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["acw"]["after_submit"] = json!("hold");
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(entry(0, &first_code(wrapup), ""))).await.is(200);
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200);
    assert_eq!(
        (&panel.body["agent"]["state"], &panel.body["agent"]["mode"]),
        (&json!("away"), &json!("holding"))
    );
    world.ask(&ana, "PUT", "/me/mode", Some(json!({ "mode": "available", "reason": null }))).await.is(204);
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200);
    assert_eq!(panel.body["agent"]["state"], "available");
}

#[tokio::test]
async fn a_number_is_not_dialled_where_no_phone_can_be_told() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let dial = json!({ "number": CALLER, "from": { "from": "typed" } });
    let refused = world.ask(&ana, "POST", "/me/dial", Some(dial)).await.is(409);
    assert_eq!(refused.code(), "no_phone");
    for number in ["", "anonymous", "6\r\nAction: Hangup"] {
        let dial = json!({ "number": number, "from": { "from": "typed" } });
        world.ask(&ana, "POST", "/me/dial", Some(dial)).await.is(422);
    }
    assert_eq!(world.count("SELECT count(*) FROM dial"), 0);
}

#[tokio::test]
async fn a_record_is_changed_on_the_version_that_was_seen() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let id = world.person(&ana, "Olga Ruiz", CALLER).await;
    let path = format!("/people/{id}");
    let change = json!({ "version": 1, "name": "Olga Ruiz Gil",
        "phones": [{ "field": "mobile", "raw": "600 999 888" }] });
    let changed = world.ask(&ana, "PATCH", &path, Some(change.clone())).await.is(200);
    assert_eq!(changed.body["person"]["version"], 2);
    let stale = world.ask(&ana, "PATCH", &path, Some(change)).await.is(409);
    assert_eq!(stale.body["error"]["detail"]["current"]["name"], "Olga Ruiz Gil");
    world.play(HERE, Scenario::Answered, CALLER).await;
    assert_eq!(world.owed(&ana).await[0]["match"]["kind"], "none", "the old number is nobody's now");
    world.play(HERE, Scenario::Answered, "+34600999888").await;
    assert_eq!(world.owed(&ana).await[1]["match"]["candidates"][0]["person"]["id"], id.as_str());
    for body in [json!({ "version": 2, "name": "" }), json!({ "version": 2, "account": uuid::Uuid::nil() })] {
        world.ask(&ana, "PATCH", &path, Some(body)).await.is(422);
    }
}
