//! Corrections over the API, on stored rows: what they change, who may make them, and what does not undo them.

use crate::world::{Answer, CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};

async fn correct(world: &World, who: &Someone, activity: &Value, body: Value) -> Answer {
    let path = format!("/activities/{}/corrections", activity["id"].as_str().expect("an id"));
    world.ask(who, "POST", &path, Some(body)).await
}

async fn undo(world: &World, who: &Someone, activity: &Value, nth: usize) -> Answer {
    let (id, correction) = (&activity["id"], &activity["corrections"][nth]["id"]);
    let path = format!("/activities/{}/corrections/{}/undo", text(id), text(correction));
    world.ask(who, "POST", &path, Some(json!({ "revision": activity["revision"] }))).await
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

async fn activity(world: &World, who: &Someone, id: &Value) -> Value {
    world.ask(who, "GET", &format!("/activities/{}", text(id)), None).await.is(200).body["activity"].clone()
}

/// How many calls a list holds.
async fn listed(world: &World, who: &Someone, path: &str) -> usize {
    world.ask(who, "GET", path, None).await.is(200).body["activities"].as_array().map_or(0, Vec::len)
}

/// Ana's call, logged on Olga with the first code and these notes.
async fn logged(world: &World, notes: &str) -> Value {
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = entry(0, &first_code(&wrapup), notes);
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200).body["activity"].clone()
}

fn part(activity: &Value) -> &Value {
    let parts = activity["engagements"].as_array().expect("parts");
    let logged =
        parts.iter().find(|part| part["wrapup"]["state"] == "logged").expect("a part that was logged");
    &logged["id"]
}

#[tokio::test]
async fn a_correction_changes_the_call_its_lists_its_words_and_its_counts_and_says_so() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    let pia = world.person(&sam, "Pia Sanz", "600 111 223").await;
    let filed = logged(&world, "asked about the bill").await;
    assert_eq!(
        (&filed["revision"], &filed["can_correct"], &filed["corrections"]),
        (&json!(0), &json!(true), &json!([]))
    );
    let case = json!({ "subject": "Pedido", "contact": pia });
    let case = world.ask(&sam, "POST", "/cases", Some(case)).await.is(201).body["case"]["id"].clone();
    let sets = world.ask(&sam, "GET", "/dispositions", None).await.is(200).body;
    let inbound = sets["sets"].as_array().expect("sets").iter().find(|set| set["direction"] == "inbound");
    let code = inbound.expect("a set")["codes"][3]["id"].clone();
    let body = json!({
        "revision": 0,
        "engagement": part(&filed),
        "party": { "choice": "existing", "person": pia },
        "case": { "choice": "picked", "case": case },
        "code": code,
        "notes": "asked about the order",
        "reason": "wrong person",
    });
    let corrected = correct(&world, &sam, &filed, body.clone()).await.is(200).body["activity"].clone();
    assert_eq!((&corrected["party"]["name"], &corrected["case"]["id"]), (&json!("Pia Sanz"), &case));
    assert_eq!((&corrected["code"]["id"], &corrected["revision"]), (&code, &json!(1)));
    assert_eq!(corrected["explanation"][1]["rule"], "party.corrected");
    let made = &corrected["corrections"][0];
    assert_eq!(
        (&made["by"]["name"], &made["agent"], &made["can_undo"]),
        (&json!("SAM"), &json!("1001"), &json!(true))
    );
    assert_eq!((&made["reason"], made["fields"].as_array().map(Vec::len)), (&json!("wrong person"), Some(4)));
    let change = json!({ "field": "party", "before": "Olga Ruiz", "after": "Pia Sanz" });
    assert_eq!(made["fields"][0], change);
    for (path, expected) in [
        (format!("/people/{olga}/activities"), 0),
        (format!("/people/{pia}/activities"), 1),
        (format!("/cases/{}/activities", text(&case)), 1),
        ("/activities?notes=bill".to_owned(), 0),
        ("/activities?notes=order".to_owned(), 1),
        (format!("/activities?code={}", text(&code)), 1),
    ] {
        assert_eq!(listed(&world, &sam, &path).await, expected, "{path}");
    }
    let root = world.sign_in(HERE, "root").await;
    let log = world.ask(&root, "GET", "/audit", None).await.is(200).body["entries"][0].clone();
    assert_eq!((&log["subject"]["kind"], &log["action"]), (&json!("activity"), &json!("corrected")));
    assert_eq!(
        (&log["id"], log["fields"].as_array().map(Vec::len)),
        (&made["id"], Some(5)),
        "and the reason"
    );
    // The same again was made on another state; what it asks for is nothing new.
    let stale = correct(&world, &sam, &filed, body.clone()).await.is(409);
    assert_eq!(
        (stale.code(), &stale.body["error"]["detail"]["current"]["revision"]),
        ("stale_revision", &json!(1))
    );
    let mut again = body;
    again["revision"] = json!(1);
    let same = correct(&world, &sam, &filed, again).await.is(200);
    assert_eq!(same.body["activity"], corrected);
    assert_eq!(world.count("SELECT count(*) FROM correction"), 1);
}

#[tokio::test]
async fn undoing_puts_back_what_was_there_and_is_undone_the_same_way() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    let filed = logged(&world, "asked about the bill").await;
    let body =
        json!({ "revision": 0, "engagement": part(&filed), "party": { "choice": "none" }, "notes": null });
    let corrected = correct(&world, &sam, &filed, body).await.is(200).body["activity"].clone();
    assert_eq!((&corrected["party"], &corrected["notes"]), (&Value::Null, &Value::Null));
    assert_eq!(listed(&world, &sam, &format!("/people/{olga}/activities")).await, 0);
    let back = undo(&world, &sam, &corrected, 0).await.is(200).body["activity"].clone();
    assert_eq!((&back["party"]["id"], &back["notes"]), (&json!(olga), &filed["notes"]));
    assert_eq!(
        (&back["revision"], &back["corrections"][0]["undoes"]),
        (&json!(2), &corrected["corrections"][0]["id"])
    );
    assert_eq!(listed(&world, &sam, &format!("/people/{olga}/activities")).await, 1);
    let again = undo(&world, &sam, &back, 1).await.is(409);
    assert_eq!(again.code(), "nothing_to_undo");
    let forth = undo(&world, &sam, &back, 0).await.is(200).body["activity"].clone();
    assert_eq!((&forth["party"], &forth["revision"]), (&Value::Null, &json!(3)));
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE action = 'undone'"), 2);
    let unknown = format!("/activities/{}/corrections/{}/undo", text(&filed["id"]), text(&filed["id"]));
    world.ask(&sam, "POST", &unknown, Some(json!({ "revision": 3 }))).await.is(404);
}

#[tokio::test]
async fn agents_correct_their_own_for_as_long_as_the_settings_say_and_nobody_elses() {
    let world = World::new().await;
    let filed = logged(&world, "mine").await;
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    let body = |revision: u64, notes: &str| json!({ "revision": revision, "engagement": part(&filed), "notes": notes });
    assert_eq!(activity(&world, &ben, &filed["id"]).await["can_correct"], false);
    correct(&world, &ben, &filed, body(0, "not mine")).await.is(403);
    correct(&world, &ana, &filed, body(0, "still mine")).await.is(200);
    world.clock.advance(24 * 3600);
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    correct(&world, &ana, &filed, body(1, "too late")).await.is(403);
    let late = activity(&world, &ana, &filed["id"]).await;
    assert_eq!((&late["can_correct"], &late["corrections"][0]["can_undo"]), (&json!(false), &json!(false)));
    undo(&world, &ana, &late, 0).await.is(403);
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    assert_eq!(centre["corrections"], json!({ "agent_hours": 24 }));
    centre["corrections"] = json!({ "agent_hours": 9000 });
    let refused = world.ask(&root, "PUT", "/centre", Some(centre.clone())).await.is(422);
    assert_eq!(refused.body["error"]["field"], "corrections.agent_hours");
    centre["corrections"] = json!({ "agent_hours": 48 });
    let centre = world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200).body["centre"].clone();
    correct(&world, &ana, &filed, body(1, "in time")).await.is(200);
    let mut none = centre;
    none["corrections"] = json!({ "agent_hours": null });
    world.ask(&root, "PUT", "/centre", Some(none)).await.is(200);
    correct(&world, &ana, &filed, body(2, "not at all")).await.is(403);
    let sam = world.sign_in(HERE, "sam").await;
    correct(&world, &sam, &filed, body(2, "a supervisor may")).await.is(200);
    let elsewhere = world.sign_in(THERE, "sam").await;
    correct(&world, &elsewhere, &filed, body(3, "another's")).await.is(404);
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE notes = 'a supervisor may'"), 1);
}

#[tokio::test]
async fn a_call_that_several_could_own_is_settled_and_put_back() {
    let world = World::new().await;
    let ben = world.sign_in(HERE, "ben").await;
    let people =
        [world.person(&ben, "Olga Ruiz", CALLER).await, world.person(&ben, "Pia Sanz", CALLER).await];
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    let line = world.ask(&ben, "GET", &format!("/people/{}/activities", people[0]), None).await.is(200);
    let possible = activity(&world, &ben, &line.body["activities"][0]["id"]).await;
    assert_eq!((&possible["possible"], &possible["can_correct"]), (&json!(true), &json!(true)));
    let settle =
        json!({ "revision": 0, "engagement": null, "party": { "choice": "existing", "person": people[1] } });
    let settled = correct(&world, &ben, &possible, settle).await.is(200).body["activity"].clone();
    assert_eq!((&settled["possible"], &settled["party"]["id"]), (&json!(false), &json!(people[1])));
    assert_eq!(listed(&world, &ben, &format!("/people/{}/activities", people[0])).await, 0);
    let coded = json!({ "revision": 1, "engagement": null, "notes": "x" });
    assert_eq!(correct(&world, &ben, &settled, coded).await.is(422).body["error"]["field"], "notes");
    let back = undo(&world, &ben, &settled, 0).await.is(200).body["activity"].clone();
    assert_eq!(back["possible"], true);
    for person in &people {
        assert_eq!(listed(&world, &ben, &format!("/people/{person}/activities")).await, 1);
    }
}

#[tokio::test]
async fn nothing_that_comes_later_undoes_a_correction() {
    let world = World::new().await;
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    let sam = world.sign_in(HERE, "sam").await;
    world.person(&sam, "Olga Ruiz", CALLER).await;
    let pia = world.person(&sam, "Pia Sanz", "600 111 223").await;
    world.play(HERE, Scenario::BlindTransfer, CALLER).await;
    let (hers, his) = (world.owed(&ana).await.remove(0), world.owed(&ben).await.remove(0));
    let first = entry(0, &first_code(&hers), "sold one");
    let filed =
        world.ask(&ana, "POST", &path_of(&hers, "log"), Some(first.clone())).await.is(200).body["activity"]
            .clone();
    let settle = json!({ "revision": 0, "engagement": null, "party": { "choice": "none" } });
    assert_eq!(correct(&world, &sam, &filed, settle).await.is(409).code(), "not_correctable");
    let owed = json!({ "revision": 0, "engagement": his["id"], "notes": "x" });
    assert_eq!(correct(&world, &sam, &filed, owed).await.is(409).code(), "not_correctable");
    let body = json!({
        "revision": 0,
        "engagement": hers["id"],
        "party": { "choice": "existing", "person": pia },
        "notes": "sold two",
    });
    correct(&world, &sam, &filed, body).await.is(200);
    // Log told again is known for what it was, and changes nothing.
    let again =
        world.ask(&ana, "POST", &path_of(&hers, "log"), Some(first)).await.is(200).body["activity"].clone();
    assert_eq!((&again["notes"], &again["party"]["name"]), (&json!("sold two"), &json!("Pia Sanz")));
    // The other agent says nothing; the call stays what it was corrected to.
    let body = json!({ "revision": 0, "reason": "other" });
    let after =
        world.ask(&ben, "POST", &path_of(&his, "do-not-log"), Some(body)).await.is(200).body["activity"]
            .clone();
    assert_eq!(
        (&after["notes"], &after["party"]["name"], &after["revision"]),
        (&json!("sold two"), &json!("Pia Sanz"), &json!(1))
    );
    // And the phone system goes on.
    world.play(HERE, Scenario::Answered, CALLER).await;
    let sam = world.sign_in(HERE, "sam").await;
    let now = activity(&world, &sam, &filed["id"]).await;
    assert_eq!((&now["notes"], &now["corrections"][0]["can_undo"]), (&json!("sold two"), &json!(true)));
}

#[tokio::test]
async fn a_correction_is_refused_by_the_name_of_what_is_wrong() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let filed = logged(&world, "mine").await;
    let nobody = text(&filed["id"]);
    for (field, value, code) in [
        ("party", json!({ "choice": "existing", "person": nobody }), "invalid"),
        ("case", json!({ "choice": "picked", "case": nobody }), "invalid"),
        ("code", json!(nobody), "code_unknown"),
        ("notes", json!("x".repeat(32_001)), "invalid"),
        ("reason", json!("x".repeat(201)), "invalid"),
        ("engagement", json!(nobody), "invalid"),
    ] {
        let mut body = json!({ "revision": 0, "engagement": part(&filed) });
        body[field] = value;
        let refused = correct(&world, &sam, &filed, body).await.is(422);
        assert_eq!((refused.code(), refused.body["error"]["field"].as_str()), (code, Some(field)));
    }
    let created = json!({ "revision": 0, "engagement": part(&filed), "party": { "choice": "create" } });
    correct(&world, &sam, &filed, created).await.is(400);
    assert_eq!(world.count("SELECT count(*) FROM correction"), 0);
}
