//! The centre's settings over the API: what they do to calls, and what is refused with its place; on stored rows.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Changes the settings.
async fn set(world: &World, root: &Someone, change: impl FnOnce(&mut Value)) -> crate::world::Answer {
    let mut centre = world.ask(root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    change(&mut centre);
    world.ask(root, "PUT", "/centre", Some(centre)).await
}

#[tokio::test]
async fn p03_the_centres_own_reasons_are_given_and_keep_the_words_they_had() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let prank = json!({ "id": "prank", "es": "Broma", "en": "Prank", "retired": false });
    set(&world, &root, |centre| {
        centre["do_not_log_reasons"].as_array_mut().expect("reasons").push(prank.clone());
    })
    .await
    .is(200);
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200);
    assert_eq!(panel.body["do_not_log_reasons"][4], json!({ "id": "prank", "es": "Broma", "en": "Prank" }));
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = |reason: &str| Some(json!({ "revision": 0, "reason": reason }));
    let path = path_of(&wrapup, "do-not-log");
    let refused = world.ask(&ana, "POST", &path, body("nonsense")).await.is(422);
    assert_eq!((refused.code(), &refused.body["error"]["field"]), ("invalid", &json!("reason")));
    assert_eq!(refused.body["error"]["detail"]["reason"], "unknown");
    world.ask(&ana, "POST", &path, body("prank")).await.is(200);
    // It is retired and renamed: what was said stays as it was said, and the same again is no other submit.
    set(&world, &root, |centre| {
        centre["do_not_log_reasons"][4] =
            json!({ "id": "prank", "es": "Bromista", "en": "Joker", "retired": true });
    })
    .await
    .is(200);
    let again = world.ask(&ana, "POST", &path, body("prank")).await.is(200);
    let said = json!({ "id": "prank", "es": "Broma", "en": "Prank" });
    assert_eq!(again.body["activity"]["reason"], said);
    let parts = again.body["activity"]["engagements"].as_array().expect("parts").clone();
    assert!(parts.iter().any(|part| part["wrapup"]["reason"] == said));
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200);
    assert_eq!(panel.body["do_not_log_reasons"].as_array().map(Vec::len), Some(4));
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), body("prank")).await.is(422);
    let stored = "SELECT count(*) FROM wrapup WHERE reason = 'prank' AND reason_en = 'Prank'";
    assert_eq!(world.count(stored), 1);
    // Left out it would be gone from where it is told.
    let refused = set(&world, &root, |centre| {
        centre["do_not_log_reasons"].as_array_mut().expect("reasons").pop();
    })
    .await
    .is(422);
    assert_eq!(
        (&refused.body["error"]["field"], &refused.body["error"]["detail"]["reason"]),
        (&json!("do_not_log_reasons"), &json!("retire_instead"))
    );
}

#[tokio::test]
async fn p02_records_of_kinds_and_fields_that_are_not_matched_are_nobody_to_a_call() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let record = |kind: &str, field: &str| {
        let phones = json!([{ "field": field, "raw": CALLER }]);
        Some(json!({ "kind": kind, "name": format!("{kind} {field}"), "phones": phones }))
    };
    world.ask(&ana, "POST", "/people", record("account", "phone")).await.is(201);
    let lead = world.ask(&ana, "POST", "/people", record("lead", "home")).await.is(201);
    let names = async || {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await.remove(0);
        let body = json!({ "revision": 0, "reason": null });
        world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
        let candidates = wrapup["match"]["candidates"].as_array().expect("candidates").clone();
        candidates
            .iter()
            .map(|one| one["person"]["name"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["lead home", "account phone"], "by the order of kinds");
    set(&world, &root, |c| c["matching"]["kinds"] = json!(["account", "lead", "contact"])).await.is(200);
    assert_eq!(names().await, ["account phone", "lead home"]);
    set(&world, &root, |c| c["matching"]["kinds"] = json!(["lead", "contact"])).await.is(200);
    assert_eq!(names().await, ["lead home"]);
    set(&world, &root, |c| c["matching"]["fields"] = json!(["phone", "mobile"])).await.is(200);
    assert_eq!(names().await, Vec::<String>::new());
    // Nobody has the number then: Log makes a Contact, under the lock, and only one.
    for _ in 0..2 {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await.remove(0);
        let body = Some(entry(0, &first_code(&wrapup), "x"));
        let log = world.ask(&ana, "POST", &path_of(&wrapup, "log"), body).await.is(200);
        assert_eq!(log.body["activity"]["party"]["kind"], "contact");
        assert_ne!(log.body["activity"]["party"]["id"], lead.body["person"]["id"]);
    }
    assert_eq!(world.count("SELECT count(*) FROM person WHERE kind = 'contact'"), 1);
}

#[tokio::test]
async fn p05_the_rule_of_the_calls_type_says_what_log_makes_and_what_is_in_it() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    set(&world, &root, |centre| {
        centre["auto_create"]["inbound"] = json!({
            "make": "lead", "name": "Call of {number}", "company": "Unknown", "email": "x@example.org",
            "owner": { "is": "agent" },
        });
    })
    .await
    .is(200);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    assert_eq!(wrapup["match"]["will_create"], "lead");
    let body = Some(entry(0, &first_code(&wrapup), ""));
    let log = world.ask(&ana, "POST", &path_of(&wrapup, "log"), body).await.is(200);
    let id = log.body["activity"]["party"]["id"].as_str().expect("a record").to_owned();
    let path = format!("/people/{id}");
    let person = world.ask(&ana, "GET", &path, None).await.is(200).body["person"].clone();
    assert_eq!(
        (&person["kind"], &person["name"], &person["company"], &person["email"]),
        (&json!("lead"), &json!("Call of +34 600 11 12 22"), &json!("Unknown"), &json!("x@example.org"))
    );
    assert_eq!(person["owner"]["name"], "ANA");
    let users = world.ask(&root, "GET", "/users", None).await.is(200).body["users"].clone();
    let ben = users.as_array().expect("users").iter().find(|user| user["login"] == "ben").expect("ben")["id"]
        .clone();
    let change = |version: u64, owner: Value| Some(json!({ "version": version, "owner": owner }));
    let changed = world.ask(&ana, "PATCH", &path, change(1, ben)).await.is(200);
    assert_eq!(changed.body["person"]["owner"]["name"], "BEN");
    let refused = world.ask(&ana, "PATCH", &path, change(2, json!(id))).await.is(422);
    assert_eq!(refused.body["error"]["field"], "owner");
    let nobody = world.ask(&ana, "PATCH", &path, change(2, Value::Null)).await.is(200);
    assert_eq!(nobody.body["person"]["owner"], Value::Null);
    let kept = world.ask(&ana, "PATCH", &path, Some(json!({ "version": 3, "name": "Olga" }))).await.is(200);
    assert_eq!(kept.body["person"]["owner"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_set_is_refused_with_its_place_and_nothing_changes() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let nobody = "01930000-0000-7000-8000-000000000001";
    let group = |numbers: Value| json!([{ "key": "a", "name": "A" }, { "key": "b", "name": "B", "numbers": numbers }]);
    let cases: [(&str, Value, &str, &str); 9] = [
        (
            "away_reasons",
            json!([{ "es": "a", "en": "b" }, { "es": "c", "en": "" }]),
            "away_reasons.1.en",
            "empty",
        ),
        ("own_numbers", json!(["none"]), "own_numbers.0", "not_a_number"),
        ("ring_groups", group(json!(["x"])), "ring_groups.1.numbers.0", "not_a_number"),
        ("ring_groups", json!([{ "key": "", "name": "A" }]), "ring_groups.0.key", "empty"),
        ("matching", json!({ "kinds": [], "fields": ["phone"] }), "matching.kinds", "empty"),
        ("matching", json!({ "kinds": ["lead"], "fields": ["phone"] }), "matching.kinds", "would_repeat"),
        ("matching", json!({ "kinds": ["contact"], "fields": ["home"] }), "matching.fields", "would_repeat"),
        (
            "auto_create",
            json!({ "missed": { "owner": { "is": "user", "user": nobody } } }),
            "auto_create.missed.owner",
            "unknown",
        ),
        ("do_not_log_reasons", json!([]), "do_not_log_reasons", "retire_instead"),
    ];
    for (name, value, field, reason) in cases {
        let refused = set(&world, &root, |centre| centre[name] = value).await.is(422);
        let error = &refused.body["error"];
        assert_eq!(
            (error["field"].as_str(), error["detail"]["reason"].as_str()),
            (Some(field), Some(reason)),
            "{name}"
        );
    }
    for (name, value) in [
        ("matching", json!({ "kinds": ["robot"] })),
        ("auto_create", json!({ "missed": { "make": "account" } })),
    ] {
        set(&world, &root, |centre| centre[name] = value).await.is(400);
    }
    assert_eq!(world.count("SELECT count(*) FROM centre"), 0);
    // What a body lacks is as it is unless set.
    let lacking = ["matching", "auto_create", "do_not_log_reasons", "ring_groups", "corrections"];
    let without = set(&world, &root, |centre| {
        for name in lacking {
            centre.as_object_mut().expect("settings").remove(name);
        }
    })
    .await
    .is(200);
    assert_eq!(without.body["centre"]["do_not_log_reasons"].as_array().map(Vec::len), Some(4));
    assert_eq!(without.body["centre"]["auto_create"]["voicemail"]["make"], "none");
}

#[tokio::test]
async fn invariant_7_numbers_of_ring_groups_are_numbers_of_ours() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    set(&world, &root, |centre| {
        centre["ring_groups"] =
            json!([{ "key": "Ventas", "name": "Sales", "numbers": [CALLER], "agents": [] }]);
    })
    .await
    .is(200);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    assert_eq!((&wrapup["match"]["why"], &wrapup["match"]["will_create"]), (&json!("own"), &Value::Null));
}

#[tokio::test]
async fn targets_are_set_by_admins_and_read_by_whoever_looks_at_reports_each_tenant_its_own() {
    let world = World::new().await;
    let (sam, root) = (world.sign_in(HERE, "sam").await, world.sign_in(HERE, "root").await);
    let stranger = world.sign_in(THERE, "root").await;
    let none = json!({ "undispositioned_percent": null, "lost_percent": null, "acw_p90_s": null });
    let targets = async |who: &Someone| {
        world.ask(who, "GET", "/centre", None).await.is(200).body["centre"]["targets"].clone()
    };
    assert_eq!(targets(&sam).await, none);
    // One that is not named is none.
    let two = json!({ "undispositioned_percent": 2, "acw_p90_s": 60 });
    set(&world, &root, |centre| centre["targets"] = two.clone()).await.is(200);
    let expected = json!({ "undispositioned_percent": 2, "lost_percent": null, "acw_p90_s": 60 });
    assert_eq!(targets(&sam).await, expected);
    assert_eq!(targets(&stranger).await, none);
    set(&world, &sam, |centre| centre["targets"]["lost_percent"] = json!(5)).await.is(403);
    let refused = set(&world, &root, |centre| centre["targets"]["lost_percent"] = json!(101)).await.is(422);
    assert_eq!(refused.body["error"]["field"], "targets.lost_percent");
    assert_eq!(targets(&sam).await, expected);
    // Who changed it is in the change log.
    let logged = world.ask(&root, "GET", "/audit", None).await.is(200).body["entries"][0].clone();
    assert!(logged["fields"].to_string().contains("acw_p90_s"), "{logged}");
}

#[tokio::test]
async fn the_document_tells_every_setting() {
    let document = serde_json::to_value(server::http::openapi()).expect("a document");
    let schemas = &document["components"]["schemas"];
    let names =
        |value: &Value| -> BTreeSet<String> { value.as_object().expect("fields").keys().cloned().collect() };
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    let group = json!({ "key": "", "name": "", "numbers": [], "agents": [], "answer_within_s": null });
    let owner = json!({ "is": "user", "user": "" });
    for (value, schema) in [
        (centre.clone(), "CentreSchema"),
        (centre["matching"].clone(), "MatchingSchema"),
        (centre["auto_create"]["missed"].clone(), "CreateRuleSchema"),
        (owner, "OwnerSchema"),
        (centre["acw"].clone(), "AcwSchema"),
        (centre["do_not_log_reasons"][0].clone(), "ReasonSchema"),
        (group, "RingGroupSchema"),
        (centre["corrections"].clone(), "CorrectionsSchema"),
        (centre["targets"].clone(), "TargetsSchema"),
        (centre["service"].clone(), "ServiceSchema"),
    ] {
        assert_eq!(names(&value), names(&schemas[schema]["properties"]), "{schema}");
    }
}
