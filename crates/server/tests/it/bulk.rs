//! Many Activities put right at once: what is shown before, what is written of each, that nothing is done twice, and that the
//! whole can be put back where nobody changed it since.

use crate::world::{CALLER, HERE, Someone, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};

/// Two calls that Ana logged and one that was missed, newest first.
async fn with_calls() -> (World, Vec<String>) {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    for notes in ["first", "second"] {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await.remove(0);
        let mut body = entry(0, &first_code(&wrapup), notes);
        body["party"] = json!({"choice": "none"});
        world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    }
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    let sam = world.sign_in(HERE, "sam").await;
    let found = world.ask(&sam, "GET", "/bulk-corrections/matching", None).await.is(200).body;
    let of = |id: &Value| id.as_str().expect("an id").to_owned();
    let ids: Vec<String> = found["activities"].as_array().expect("ids").iter().map(of).collect();
    assert_eq!((ids.len(), &found["more"]), (3, &json!(false)));
    (world, ids)
}

async fn activity(world: &World, who: &Someone, id: &str) -> Value {
    world.ask(who, "GET", &format!("/activities/{id}"), None).await.is(200).body["activity"].clone()
}

async fn stepped(world: &World, who: &Someone, bulk: &Value, verb: &str) -> Value {
    let path = format!("/bulk-corrections/{}/{verb}", bulk["id"].as_str().expect("an id"));
    world.ask(who, "POST", &path, Some(json!({}))).await.is(200).body["bulk"].clone()
}

fn counts(bulk: &Value) -> [u64; 6] {
    ["corrected", "unchanged", "refused", "undone", "kept", "open"]
        .map(|name| bulk[name].as_u64().unwrap_or_else(|| panic!("{name} of {bulk}")))
}

#[tokio::test]
async fn what_would_become_of_each_is_shown_and_nothing_is_written() {
    let (world, ids) = with_calls().await;
    let sam = world.sign_in(HERE, "sam").await;
    let body = json!({"activities": ids, "change": {"note": "seen by the board"}});
    let shown = world.ask(&sam, "POST", "/bulk-corrections/preview", Some(body)).await.is(200).body;
    let lines = shown["activities"].as_array().expect("lines");
    assert_eq!(lines[0]["refused"], "not_of_the_call", "nobody logged the newest");
    let field = &lines[1]["fields"][0];
    assert_eq!((&field["field"], &field["before"]), (&json!("notes"), &json!("second")));
    assert_eq!(field["after"], "second\nseen by the board");
    assert_eq!(activity(&world, &sam, &ids[1]).await["notes"], "second");
    assert_eq!(world.ask(&sam, "GET", "/bulk-corrections", None).await.is(200).body["bulks"], json!([]));
}

#[tokio::test]
async fn each_is_corrected_once_however_often_it_is_applied_and_each_has_its_own_correction() {
    let (world, ids) = with_calls().await;
    let sam = world.sign_in(HERE, "sam").await;
    let olga = world.person(&sam, "Olga Ruiz", "+34911000000").await;
    let change =
        json!({"note": "checked", "reason": "audit", "party": {"choice": "existing", "person": olga}});
    let body = json!({"activities": [ids[1], ids[2], ids[1], ids[0]], "change": change});
    let bulk = world.ask(&sam, "POST", "/bulk-corrections", Some(body)).await.is(201).body["bulk"].clone();
    assert_eq!(counts(&bulk), [0, 0, 0, 0, 0, 3], "written down, nothing done");
    assert_eq!(activity(&world, &sam, &ids[1]).await["notes"], "second");
    for _ in 0..2 {
        assert_eq!(counts(&stepped(&world, &sam, &bulk, "apply").await), [2, 0, 1, 0, 0, 0]);
    }
    for (id, notes) in [(&ids[1], "second\nchecked"), (&ids[2], "first\nchecked")] {
        let now = activity(&world, &sam, id).await;
        assert_eq!((now["notes"].as_str(), &now["party"]["name"]), (Some(notes), &json!("Olga Ruiz")));
        assert_eq!((now["revision"].as_u64(), &now["corrections"][0]["reason"]), (Some(1), &json!("audit")));
    }
}

#[tokio::test]
async fn the_whole_is_put_back_but_for_what_somebody_changed_since() {
    let (world, ids) = with_calls().await;
    let sam = world.sign_in(HERE, "sam").await;
    let body = json!({"activities": [ids[1], ids[2]], "change": {"note": "checked"}});
    let bulk = world.ask(&sam, "POST", "/bulk-corrections", Some(body)).await.is(201).body["bulk"].clone();
    stepped(&world, &sam, &bulk, "apply").await;
    let touched = activity(&world, &sam, &ids[2]).await;
    let by_hand = json!({"revision": 1, "engagement": touched["engagements"][0]["id"], "notes": "by hand"});
    world.ask(&sam, "POST", &format!("/activities/{}/corrections", ids[2]), Some(by_hand)).await.is(200);
    for _ in 0..2 {
        assert_eq!(counts(&stepped(&world, &sam, &bulk, "undo").await), [0, 0, 0, 1, 1, 0]);
    }
    assert_eq!(activity(&world, &sam, &ids[1]).await["notes"], "second");
    assert_eq!(activity(&world, &sam, &ids[2]).await["notes"], "by hand");
}

#[tokio::test]
async fn agents_may_not_and_what_changes_nothing_or_too_many_is_refused() {
    let (world, ids) = with_calls().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let body = |activities: Value, change: Value| Some(json!({"activities": activities, "change": change}));
    let note = || json!({"note": "x"});
    world.ask(&ana, "POST", "/bulk-corrections", body(json!(ids), note())).await.is(403);
    world.ask(&ana, "GET", "/bulk-corrections/matching", None).await.is(403);
    let many: Vec<String> = (0..1_001).map(|n| format!("00000000-0000-0000-0000-{n:012}")).collect();
    for (asked, field) in [
        (body(json!(ids), json!({"reason": "x"})), "change"),
        (body(json!([]), note()), "activities"),
        (body(json!(many), note()), "activities"),
        (body(json!(ids), json!({"note": "x".repeat(2_001)})), "note"),
    ] {
        let refused = world.ask(&sam, "POST", "/bulk-corrections", asked).await.is(422);
        assert_eq!(refused.body["error"]["field"].as_str(), Some(field));
    }
    let there = world.sign_in(crate::world::THERE, "sam").await;
    let asked = body(json!(ids), note());
    let bulk = world.ask(&there, "POST", "/bulk-corrections", asked).await.is(201).body["bulk"].clone();
    assert_eq!(counts(&stepped(&world, &there, &bulk, "apply").await), [0, 0, 3, 0, 0, 0], "not theirs");
}

#[tokio::test]
async fn what_somebody_put_right_since_it_was_begun_is_left_to_them() {
    let (world, ids) = with_calls().await;
    let sam = world.sign_in(HERE, "sam").await;
    let body = json!({"activities": ids, "change": {"note": "seen by the board"}});
    let bulk = world.ask(&sam, "POST", "/bulk-corrections", Some(body)).await.is(201).body["bulk"].clone();
    world.clock.advance(60);
    let filed = activity(&world, &sam, &ids[1]).await;
    let parts = filed["engagements"].as_array().expect("parts");
    let part = parts.iter().find(|part| part["wrapup"]["state"] == "logged").expect("a part");
    let correction =
        json!({"revision": filed["revision"], "engagement": part["id"], "notes": "my own words"});
    world.ask(&sam, "POST", &format!("/activities/{}/corrections", ids[1]), Some(correction)).await.is(200);
    let done = stepped(&world, &sam, &bulk, "apply").await;
    assert_eq!(counts(&done), [1, 0, 2, 0, 0, 0]);
    assert_eq!(activity(&world, &sam, &ids[1]).await["notes"], "my own words");
}

#[tokio::test]
async fn no_record_is_named_by_what_is_shown_before() {
    let (world, ids) = with_calls().await;
    let sam = world.sign_in(HERE, "sam").await;
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    let change = json!({"party": {"choice": "existing", "person": olga}});
    let body = json!({"activities": [ids[1]], "change": change});
    let shown = world.ask(&sam, "POST", "/bulk-corrections/preview", Some(body)).await.is(200).body;
    let field = &shown["activities"][0]["fields"][0];
    assert_eq!(*field, json!({"field": "party", "before": null, "after": null}), "{shown}");
}
