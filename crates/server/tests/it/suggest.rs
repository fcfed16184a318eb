//! Suggestion of codes: learnt from what a tenant logged, for the agent whose wrap-up it is, of codes that it may get.

use crate::world::{Answer, CALLER, HERE, Someone, THERE, World, entry, path_of};
use domain::activity::Activity;
use domain::call::CallRecord;
use domain::centre::Centre;
use domain::commit::{Change, Commit};
use domain::id::{CallKey, CodeId};
use domain::suggest::MIN_EXAMPLES;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::suggest_learn::learn;
use uuid::Uuid;

/// A word that is in all notes that were logged.
const SECRET: &str = "Zarzaparrilla";
/// How many calls were logged, one a day until yesterday.
const LOGGED: u64 = 2 * MIN_EXAMPLES;
const DAY_MS: i64 = 86_400_000;

fn code(wrapup: &Value, nth: usize) -> String {
    wrapup["codes"][nth]["id"].as_str().expect("a code").to_owned()
}

async fn owes(world: &World, who: &Someone) -> Value {
    world.play(who.host, Scenario::Answered, CALLER).await;
    world.owed(who).await.remove(0)
}

/// A call logged now, with the nth code and these notes.
async fn logged(world: &World, who: &Someone, nth: usize, notes: &str) -> Value {
    let wrapup = owes(world, who).await;
    let body = entry(0, &code(&wrapup, nth), notes);
    world.ask(who, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200).body["activity"].clone()
}

/// Payments (the first code) and complaints (the second) of the last weeks, and a wrap-up that is owed.
async fn history(world: &World, who: &Someone) -> Value {
    let one = logged(world, who, 0, "pagó con tarjeta").await;
    let wrapup = owes(world, who).await;
    let tenant = world.tenant(who.host).id;
    let key = CallKey(one["id"].as_str().expect("an id").parse().expect("an id"));
    let mut moment = world.app.store.snapshot(tenant).await.expect("a moment");
    let row = moment.activity(key).await.expect("read").expect("an Activity");
    drop(moment);
    let mut changes = Vec::new();
    for day in 1..=LOGGED {
        let key = CallKey(Uuid::from_u128(u128::from(day)));
        let (nth, notes) = if day % 2 == 0 { (0, "pagó con tarjeta") } else { (1, "queja por la demora") };
        let started_at = world.app.around.now().plus_millis(-DAY_MS * i64::try_from(day).expect("days"));
        let call = CallRecord { key, started_at, engagements: Vec::new(), ..row.call.clone() };
        let mut activity = Activity { key, notes: Some(format!("{notes} {SECRET}")), ..row.activity.clone() };
        activity.code.as_mut().expect("a code").id = CodeId(code(&wrapup, nth).parse().expect("an id"));
        changes.extend([Change::Call(Box::new(call)), Change::Activity(Box::new(activity))]);
    }
    world.app.store.commit(Commit::of(tenant, changes)).await.expect("calls");
    learnt(world).await;
    wrapup
}

async fn learnt(world: &World) {
    for host in [HERE, THERE] {
        learn(&world.app, world.tenant(host)).await.expect("learnt");
    }
}

async fn ask(world: &World, who: &Someone, wrapup: &Value, notes: &str) -> Answer {
    world.ask(who, "POST", &path_of(wrapup, "suggestions"), Some(json!({ "notes": notes }))).await
}

async fn suggested(world: &World, who: &Someone, wrapup: &Value, notes: &str) -> Vec<Value> {
    let answer = ask(world, who, wrapup, notes).await.is(200);
    answer.body["suggestions"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn codes_are_suggested_by_what_was_logged_here_and_nothing_of_it_is_told_elsewhere() {
    let world = World::new().await;
    let (ana, other) = (world.sign_in(HERE, "ana").await, world.sign_in(THERE, "ana").await);
    let wrapup = history(&world, &ana).await;
    let found = suggested(&world, &ana, &wrapup, "quiere PAGAR con la tarjeta").await;
    assert_eq!(found[0]["code"], code(&wrapup, 0));
    let reasons = found[0]["reasons"].as_array().expect("reasons");
    for word in ["PAGAR", "tarjeta"] {
        assert!(reasons.contains(&json!({ "reason": "word", "value": word })), "{word}: {reasons:?}");
    }
    assert_eq!(suggested(&world, &ana, &wrapup, "se queja").await[0]["code"], code(&wrapup, 1));
    for notes in ["", "zarzap", "pago"] {
        let found = Value::from(suggested(&world, &ana, &wrapup, notes).await).to_string();
        assert!(found.contains("reason"), "nothing is suggested for {notes:?}");
        assert!(!found.contains(SECRET), "words of others' notes are told for {notes:?}: {found}");
    }
    let theirs = owes(&world, &other).await;
    assert!(suggested(&world, &other, &theirs, "pagó con tarjeta").await.is_empty());
    let draft = &world.owed(&ana).await[0]["draft"];
    assert_eq!(
        (&draft["code"], &draft["revision"]),
        (&Value::Null, &json!(0)),
        "nothing is chosen by asking"
    );
}

#[tokio::test]
async fn whose_wrap_up_it_is_not_is_refused_and_so_are_notes_beyond_the_limit() {
    let world = World::new().await;
    let (ana, other) = (world.sign_in(HERE, "ana").await, world.sign_in(THERE, "ana").await);
    let (ben, sam) = (world.sign_in(HERE, "ben").await, world.sign_in(HERE, "sam").await);
    let wrapup = owes(&world, &ana).await;
    for (who, status) in [(&other, 404), (&ben, 403), (&sam, 403), (&ana, 200)] {
        ask(&world, who, &wrapup, "pago").await.is(status);
    }
    ask(&world, &ana, &wrapup, &"x".repeat(32_001)).await.is(422);
    let log = entry(0, &code(&wrapup, 0), "pagó");
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(log)).await.is(200);
    // Another of her windows may ask at that very moment.
    assert_eq!(ask(&world, &ana, &wrapup, "pago").await.is(200).body["suggestions"], json!([]));
}

#[tokio::test]
async fn p14_a_code_that_was_retired_is_suggested_no_more_and_a_renamed_one_keeps_what_was_learnt() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let wrapup = history(&world, &ana).await;
    let (paid, complaint) = (code(&wrapup, 0), code(&wrapup, 1));
    assert_eq!(suggested(&world, &ana, &wrapup, "pagó con tarjeta").await[0]["code"], *paid);
    for (code, change) in [
        (&paid, json!({ "version": 1, "retired": true })),
        (&complaint, json!({ "version": 1, "label": { "es": "Otro nombre", "en": "Another name" } })),
    ] {
        world.ask(&root, "PATCH", &format!("/codes/{code}"), Some(change)).await.is(200);
    }
    for again in [false, true] {
        let found = suggested(&world, &ana, &wrapup, "pagó con tarjeta").await;
        let codes: Vec<&Value> = found.iter().map(|one| &one["code"]).collect();
        assert_eq!(codes, [&json!(complaint)], "learnt again: {again}");
        learnt(&world).await;
    }
}

#[tokio::test]
async fn a_correction_is_followed_once_it_is_learnt() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let wrapup = history(&world, &ana).await;
    let touched = |host| world.app.suggestions.take_touched(world.tenant(host).id);
    assert!(touched(HERE) && !touched(HERE));
    let body = entry(0, &code(&wrapup, 0), "portabilidad");
    let one =
        world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200).body["activity"].clone();
    assert!(touched(HERE), "what was logged is to be learnt");
    learnt(&world).await;
    let wrapup = owes(&world, &ana).await;
    assert_eq!(suggested(&world, &ana, &wrapup, "portabilidad").await[0]["code"], code(&wrapup, 0));
    let path = format!("/activities/{}/corrections", one["id"].as_str().expect("an id"));
    let parts = one["engagements"].as_array().expect("parts");
    let part = parts.iter().find(|part| part["wrapup"]["state"] == "logged").expect("who logged it");
    let body = json!({ "revision": one["revision"], "engagement": part["id"], "code": code(&wrapup, 1) });
    world.ask(&sam, "POST", &path, Some(body)).await.is(200);
    assert!(touched(HERE), "what was corrected is to be learnt");
    assert!(!touched(THERE), "nothing happened there");
    learnt(&world).await;
    assert_eq!(suggested(&world, &ana, &wrapup, "portabilidad").await[0]["code"], code(&wrapup, 1));
}

#[tokio::test]
async fn where_it_is_off_nothing_is_suggested_and_the_panel_does_not_ask() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let sam = world.sign_in(HERE, "sam").await;
    let wrapup = history(&world, &ana).await;
    for on in [true, false] {
        let centre = Centre { suggest_codes: on, ..world.tenant(HERE).rules().centre.clone() };
        let body = serde_json::to_value(centre).expect("settings");
        world.ask(&root, "PUT", "/centre", Some(body)).await.is(200);
        assert_eq!(world.ask(&ana, "GET", "/me/panel", None).await.is(200).body["suggest_codes"], on);
        assert_eq!(!suggested(&world, &ana, &wrapup, "pagó con tarjeta").await.is_empty(), on);
        let accuracy = world.ask(&sam, "GET", "/reports/suggestions", None).await.is(200).body;
        assert_eq!((&accuracy["on"], accuracy["sets"] != json!([])), (&json!(on), on));
    }
}

#[tokio::test]
async fn supervisors_are_told_how_good_it_would_have_been_by_set_and_week() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let path = "/reports/suggestions";
    world.ask(&ana, "GET", path, None).await.is(403);
    let nothing = world.ask(&sam, "GET", path, None).await.is(200).body;
    assert_eq!((&nothing["on"], &nothing["learnt_at"]), (&json!(true), &Value::Null));
    history(&world, &ana).await;
    let accuracy = world.ask(&sam, "GET", path, None).await.is(200).body;
    assert_eq!(accuracy["examples"], LOGGED + 1);
    let sets = accuracy["sets"].as_array().expect("sets");
    let set = sets.iter().find(|set| set["total"]["calls"] != 0).expect("calls");
    // Four of the calls came before the weeks; a week in which fewer than thirty were known is suggested nothing.
    let by_week = |field: &str| {
        set["weeks"].as_array().expect("weeks").iter().map(|week| week[field].clone()).collect::<Vec<_>>()
    };
    assert_eq!(json!(by_week("calls")), json!([7, 7, 7, 7, 7, 7, 7, 8]));
    assert_eq!(json!(by_week("suggested")), json!([0, 0, 0, 0, 7, 7, 7, 8]));
    assert_eq!(json!(by_week("first")), json!([0, 0, 0, 0, 7, 7, 7, 8]));
    let there = world.sign_in(THERE, "sam").await;
    assert_eq!(world.ask(&there, "GET", path, None).await.is(200).body["examples"], 0);
}
