//! Codes under codes, what codes ask for, and what becomes of it when a call is corrected (P14); on stored rows.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, path_of};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn label(name: &str) -> Value {
    json!({ "es": format!("{name} (es)"), "en": name })
}

/// The direction's own set.
async fn general(world: &World, who: &Someone) -> Value {
    let book = world.ask(who, "GET", "/dispositions", None).await.is(200);
    let sets = book.body["sets"].as_array().expect("sets").clone();
    sets.into_iter().find(|set| set["name"] == "Entrantes / Inbound").expect("a set")
}

/// Adds a code to the general set.
async fn add(world: &World, root: &Someone, name: &str, traits: Value) -> Value {
    let path = format!("/dispositions/{}/codes", text(&general(world, root).await["id"]));
    let body = json!({ "label": label(name), "traits": traits });
    world.ask(root, "POST", &path, Some(body)).await.is(201).body["code"].clone()
}

async fn change(world: &World, root: &Someone, code: &Value, mut body: Value) -> Value {
    body["version"] = code["version"].clone();
    let path = format!("/codes/{}", text(&code["id"]));
    world.ask(root, "PATCH", &path, Some(body)).await.is(200).body["code"].clone()
}

/// What is sent as a file.
async fn download(world: &World, who: &Someone, path: &str) -> String {
    let request = Request::builder()
        .uri(format!("/api/v1{path}"))
        .header(header::HOST, who.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token));
    let answer = world.answer(request.body(Body::empty()).expect("a request")).await;
    let bytes = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("a text")
}

/// A call of Ana's that is over, as her panel shows it.
async fn owed(world: &World, ana: &Someone) -> Value {
    world.play(HERE, Scenario::Answered, CALLER).await;
    world.owed(ana).await.remove(0)
}

async fn log(world: &World, ana: &Someone, wrapup: &Value, code: &Value) -> Value {
    let body = Some(entry(0, text(&code["id"]), "x"));
    world.ask(ana, "POST", &path_of(wrapup, "log"), body).await.is(200).body["activity"].clone()
}

async fn correct(world: &World, sam: &Someone, activity: &Value, code: &Value) -> Value {
    let parts = activity["engagements"].as_array().expect("parts");
    let part = parts.iter().find(|part| part["wrapup"]["state"] == "logged").expect("a part");
    let body = json!({ "revision": activity["revision"], "engagement": part["id"], "code": code["id"] });
    let path = format!("/activities/{}/corrections", text(&activity["id"]));
    world.ask(sam, "POST", &path, Some(body)).await.is(200).body["activity"].clone()
}

async fn follow_ups(world: &World, who: &Someone, query: &str) -> Vec<Value> {
    let page = world.ask(who, "GET", &format!("/follow-ups{query}"), None).await.is(200);
    page.body["follow_ups"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn p14_only_leaves_are_offered_by_their_path_and_history_keeps_it() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let sales = add(&world, &root, "Sales", json!({})).await;
    let won = add(&world, &root, "Won", json!({ "parent": sales["id"] })).await;
    // The same label in another place is another code; twice in one place it is not.
    let service = add(&world, &root, "Service", json!({})).await;
    add(&world, &root, "Won", json!({ "parent": service["id"] })).await;
    let set = text(&sales["set"]).to_owned();
    let twice = json!({ "label": label("Won"), "traits": { "parent": sales["id"] } });
    let path = format!("/dispositions/{set}/codes");
    assert_eq!(world.ask(&root, "POST", &path, Some(twice)).await.is(422).code(), "invalid");
    // Four levels are too many, and nothing stands under itself.
    let deep = add(&world, &root, "Deep", json!({ "parent": won["id"] })).await;
    let deeper = json!({ "label": label("Deeper"), "traits": { "parent": deep["id"] } });
    let refused = world.ask(&root, "POST", &path, Some(deeper)).await.is(422);
    assert_eq!(refused.body["error"]["field"], "traits.parent");
    let ring = json!({ "version": sales["version"], "traits": { "parent": deep["id"] } });
    world.ask(&root, "PATCH", &format!("/codes/{}", text(&sales["id"])), Some(ring)).await.is(422);
    let wrapup = owed(&world, &ana).await;
    let offered: Vec<&str> =
        wrapup["codes"].as_array().expect("codes").iter().map(|code| text(&code["path"]["en"])).collect();
    assert!(offered.contains(&"Sales › Won › Deep") && offered.contains(&"Service › Won"), "{offered:?}");
    assert!(!offered.contains(&"Sales") && !offered.contains(&"Sales › Won"), "{offered:?}");
    let body = Some(entry(0, text(&sales["id"]), "x"));
    let refused = world.ask(&ana, "POST", &path_of(&wrapup, "log"), body).await.is(422);
    assert_eq!(refused.code(), "code_is_heading");
    let logged = log(&world, &ana, &wrapup, &deep).await;
    assert_eq!(logged["code"]["label"]["en"], "Sales › Won › Deep");
    change(&world, &root, &sales, json!({ "label": label("Trade") })).await;
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE code_en = 'Sales › Won › Deep'"), 1);
    // Retiring what codes stand under takes their offer with it, and not their history.
    let now = general(&world, &root).await;
    let sales =
        now["codes"].as_array().expect("codes").iter().find(|code| code["id"] == sales["id"]).cloned();
    change(&world, &root, &sales.expect("a code"), json!({ "retired": true })).await;
    let wrapup = owed(&world, &ana).await;
    let body = Some(entry(0, text(&deep["id"]), "x"));
    let refused = world.ask(&ana, "POST", &path_of(&wrapup, "log"), body).await.is(422);
    assert_eq!(refused.code(), "code_retired");
}

#[tokio::test]
async fn p14_a_code_out_of_its_dates_is_not_offered_and_refused_by_a_reason_of_its_own() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let past = add(&world, &root, "Past", json!({ "valid_until": "2001-01-01" })).await;
    let next = add(&world, &root, "Next", json!({ "valid_from": "2999-01-01" })).await;
    let now = json!({ "valid_from": "2001-01-01", "valid_until": "2999-01-01" });
    let now = add(&world, &root, "Now", now).await;
    let path = format!("/dispositions/{}/codes", text(&now["set"]));
    for wrong in [
        json!({ "valid_from": "2026-02-30" }),
        json!({ "valid_from": "2026-03-02", "valid_until": "2026-03-01" }),
        json!({ "follow_up_days": 367 }),
    ] {
        let body = json!({ "label": label("Wrong"), "traits": wrong });
        assert_eq!(world.ask(&root, "POST", &path, Some(body)).await.is(422).code(), "invalid");
    }
    let wrapup = owed(&world, &ana).await;
    let offered =
        |code: &Value| wrapup["codes"].as_array().expect("codes").iter().any(|one| one["id"] == code["id"]);
    assert_eq!((offered(&past), offered(&next), offered(&now)), (false, false, true));
    for code in [&past, &next] {
        let body = Some(entry(0, text(&code["id"]), "x"));
        let refused = world.ask(&ana, "POST", &path_of(&wrapup, "log"), body).await.is(422);
        assert_eq!(refused.code(), "code_not_valid");
    }
    log(&world, &ana, &wrapup, &now).await;
}

#[tokio::test]
async fn a_follow_up_is_made_once_withdrawn_by_a_correction_and_made_again() {
    let world = World::new().await;
    let [ana, sam, root] = ["ana", "sam", "root"].map(|login| world.sign_in(HERE, login));
    let (ana, sam, root) = (ana.await, sam.await, root.await);
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    let asks = add(&world, &root, "Call back", json!({ "follow_up_days": 3 })).await;
    let plain = add(&world, &root, "Nothing", json!({})).await;
    let wrapup = owed(&world, &ana).await;
    let choice =
        wrapup["codes"].as_array().expect("codes").iter().find(|one| one["id"] == asks["id"]).cloned();
    let due = choice.expect("a code")["follow_up"].clone();
    for _ in 0..2 {
        log(&world, &ana, &wrapup, &asks).await;
    }
    assert_eq!(world.count("SELECT count(*) FROM follow_up WHERE state = 'open'"), 1);
    let made = follow_ups(&world, &ana, "").await;
    assert_eq!((made.len(), &made[0]["due"], &made[0]["overdue"]), (1, &due, &json!(false)));
    assert_eq!((&made[0]["party"]["id"], &made[0]["agent"]), (&json!(olga), &json!("1001")));
    assert_eq!(follow_ups(&world, &sam, "?of=all").await.len(), 1);
    // Agents do not see those of others, and another tenant none of these.
    world.ask(&ana, "GET", "/follow-ups?of=all", None).await.is(403);
    let there = world.sign_in(THERE, "sam").await;
    assert!(follow_ups(&world, &there, "?of=all").await.is_empty());
    let path = format!("/follow-ups/{}/done", text(&made[0]["id"]));
    world.ask(&there, "PUT", &path, Some(json!({ "version": 1, "done": true }))).await.is(404);
    // A correction takes it back, and says so; another one makes it again.
    let activity = format!("/activities/{}", text(&made[0]["id"]));
    let filed = world.ask(&sam, "GET", &activity, None).await.is(200).body["activity"].clone();
    let without = correct(&world, &sam, &filed, &plain).await;
    assert_eq!(world.count("SELECT count(*) FROM follow_up WHERE state = 'withdrawn'"), 1);
    assert!(follow_ups(&world, &ana, "").await.is_empty());
    let said = without["corrections"][0]["fields"].as_array().expect("fields");
    assert!(said.contains(&json!({ "field": "follow_up", "before": due, "after": null })), "{said:?}");
    let done = world.ask(&ana, "PUT", &path, Some(json!({ "version": 2, "done": true }))).await.is(409);
    assert_eq!(done.code(), "follow_up_withdrawn");
    correct(&world, &sam, &without, &asks).await;
    let again = follow_ups(&world, &ana, "").await;
    assert_eq!((again.len(), &again[0]["version"]), (1, &json!(3)));
    // It is done once, by whose it is; that is in the change log, and can be undone.
    let body = json!({ "version": 3, "done": true });
    for _ in 0..2 {
        let now = world.ask(&ana, "PUT", &path, Some(body.clone())).await.is(200);
        assert_eq!(now.body["follow_up"]["state"], "done");
    }
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE action = 'followed_up'"), 1);
    assert_eq!(follow_ups(&world, &ana, "?state=done").await.len(), 1);
    let stale = world.ask(&sam, "PUT", &path, Some(json!({ "version": 3, "done": false }))).await.is(409);
    assert_eq!(stale.code(), "stale_revision");
    world.ask(&sam, "PUT", &path, Some(json!({ "version": 4, "done": false }))).await.is(200);
    assert_eq!(follow_ups(&world, &ana, "").await.len(), 1);
}

#[tokio::test]
async fn a_follow_up_is_given_by_whose_it_is_or_a_supervisor_and_stays_given() {
    let world = World::new().await;
    let [ana, ben, sam, root] = ["ana", "ben", "sam", "root"].map(|login| world.sign_in(HERE, login));
    let (ana, ben, sam, root) = (ana.await, ben.await, sam.await, root.await);
    let asks = add(&world, &root, "Call back", json!({ "follow_up_days": 3 })).await;
    let later = add(&world, &root, "Call back later", json!({ "follow_up_days": 9 })).await;
    let wrapup = owed(&world, &ana).await;
    let activity = log(&world, &ana, &wrapup, &asks).await;
    let path = format!("/follow-ups/{}/agent", text(&activity["id"]));
    let give = async |who: &Someone, version: u64, agent: &str| {
        world.ask(who, "PUT", &path, Some(json!({ "version": version, "agent": agent }))).await
    };
    give(&ben, 1, "1002").await.is(403);
    give(&world.sign_in(THERE, "sam").await, 1, "1002").await.is(404);
    let nobody = give(&ana, 1, "4711").await.is(422);
    assert_eq!(nobody.body["error"]["field"], "agent");
    for _ in 0..2 {
        // By whose it is; said twice it is one change.
        let given = give(&sam, 1, "1002").await.is(200).body["follow_up"].clone();
        assert_eq!((&given["agent"], &given["version"]), (&json!("1002"), &json!(2)));
    }
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE action = 'follow_up_given'"), 1);
    assert_eq!((follow_ups(&world, &ana, "").await.len(), follow_ups(&world, &ben, "").await.len()), (0, 1));
    give(&ana, 2, "1001").await.is(403);
    // A correction of the code moves the day, and leaves it with whom it was given to.
    let path_of_call = format!("/activities/{}", text(&activity["id"]));
    let filed = world.ask(&sam, "GET", &path_of_call, None).await.is(200).body["activity"].clone();
    correct(&world, &sam, &filed, &later).await;
    let moved = follow_ups(&world, &ben, "").await.remove(0);
    assert_ne!(moved["due"], activity["code"]["follow_up"]);
    assert_eq!(give(&ben, 2, "1001").await.is(409).code(), "stale_revision");
    let back = give(&ben, 3, "1001").await.is(200).body["follow_up"].clone();
    assert_eq!(back["agent"], "1001");
    // What is done is given to nobody.
    let done = format!("/follow-ups/{}/done", text(&activity["id"]));
    world.ask(&ana, "PUT", &done, Some(json!({ "version": 4, "done": true }))).await.is(200);
    assert_eq!(give(&ana, 5, "1002").await.is(409).code(), "not_possible");
}

#[tokio::test]
async fn who_asked_not_to_be_called_is_marked_and_dialled_only_by_who_knows() {
    let world = World::new().await;
    let [ana, sam, root] = ["ana", "sam", "root"].map(|login| world.sign_in(HERE, login));
    let (ana, sam, root) = (ana.await, sam.await, root.await);
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    let never = add(&world, &root, "Never again", json!({ "do_not_call": true })).await;
    let plain = add(&world, &root, "Nothing", json!({})).await;
    let marked = async || {
        let card = world.ask(&ana, "GET", &format!("/people/{olga}"), None).await.is(200);
        card.body["person"]["do_not_call"].as_bool().unwrap_or(false)
    };
    let from = [json!({ "from": "typed" }), json!({ "from": "person", "person": olga })];
    let dial = async |from: &Value, despite: bool| {
        let body = json!({ "number": CALLER, "from": from, "despite_do_not_call": despite });
        world.ask(&ana, "POST", "/me/dial", Some(body)).await
    };
    let filed = log(&world, &ana, &owed(&world, &ana).await, &never).await;
    assert_eq!((marked().await, &filed["code"]["do_not_call"]), (true, &json!(true)));
    let wrapup = owed(&world, &ana).await;
    assert_eq!(wrapup["match"]["candidates"][0]["person"]["do_not_call"], true);
    log(&world, &ana, &wrapup, &never).await;
    for from in &from {
        assert_eq!(dial(from, false).await.is(409).code(), "do_not_call");
        assert_ne!(dial(from, true).await.code(), "do_not_call");
    }
    // Two calls say so: it stands until neither does.
    correct(&world, &sam, &filed, &plain).await;
    assert!(marked().await);
    let other = format!("/activities/{}", text(&wrapup["call"]["id"]));
    let other = world.ask(&sam, "GET", &other, None).await.is(200).body["activity"].clone();
    correct(&world, &sam, &other, &plain).await;
    assert!(!marked().await);
    for from in &from {
        assert_ne!(dial(from, false).await.code(), "do_not_call");
    }
}

#[tokio::test]
async fn a_wish_that_one_agent_was_told_stands_whatever_the_next_one_sums_up() {
    let world = World::new().await;
    let [ana, ben, sam, root] = ["ana", "ben", "sam", "root"].map(|login| world.sign_in(HERE, login));
    let (ana, ben, sam, root) = (ana.await, ben.await, sam.await, root.await);
    let olga = world.person(&sam, "Olga Ruiz", CALLER).await;
    let never = add(&world, &root, "Never again", json!({ "do_not_call": true })).await;
    let plain = add(&world, &root, "Nothing", json!({})).await;
    let marked = async || {
        let card = world.ask(&ana, "GET", &format!("/people/{olga}"), None).await.is(200);
        card.body["person"]["do_not_call"].as_bool().unwrap_or(false)
    };
    world.play(HERE, Scenario::BlindTransfer, CALLER).await;
    let (hers, his) = (world.owed(&ana).await.remove(0), world.owed(&ben).await.remove(0));
    log(&world, &ana, &hers, &never).await;
    let filed = log(&world, &ben, &his, &plain).await;
    assert_eq!((marked().await, &filed["code"]["id"]), (true, &plain["id"]));
    let body = json!({ "revision": filed["revision"], "engagement": hers["id"], "code": plain["id"] });
    let path = format!("/activities/{}/corrections", text(&filed["id"]));
    world.ask(&sam, "POST", &path, Some(body)).await.is(200);
    assert!(!marked().await, "what she logged was put right");
}

#[tokio::test]
async fn p14_merged_and_split_codes_are_retired_and_what_was_logged_stays() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let old = add(&world, &root, "Old", json!({ "not_final": true })).await;
    let new = add(&world, &root, "New", json!({})).await;
    log(&world, &ana, &owed(&world, &ana).await, &old).await;
    let merge = |code: &Value| format!("/codes/{}/merge", text(&code["id"]));
    let into = |code: &Value, version: u64| Some(json!({ "version": version, "into": code["id"] }));
    world.ask(&ana, "POST", &merge(&old), into(&new, 1)).await.is(403);
    assert_eq!(world.ask(&root, "POST", &merge(&old), into(&old, 1)).await.is(422).code(), "invalid");
    let merged = world.ask(&root, "POST", &merge(&old), into(&new, 1)).await.is(200).body["code"].clone();
    assert_eq!(
        (&merged["retired"], &merged["merged_into"], &merged["used"]),
        (&json!(true), &new["id"], &json!(1))
    );
    assert_eq!(world.ask(&root, "POST", &merge(&old), into(&new, 1)).await.is(409).code(), "stale_revision");
    // Reports count it as it was, and as what it became where they are asked to; so does a file.
    let days = "from=2026-01-01&until=2026-12-31";
    let counted = async |mapped: &str| {
        let path = format!("/reports/dispositions?{days}&mapped={mapped}");
        let report = world.ask(&root, "GET", &path, None).await.is(200).body["report"].clone();
        text(&report["columns"][0]["label"]["en"]).to_owned()
    };
    assert_eq!((counted("no").await, counted("yes").await), ("Old".to_owned(), "New".to_owned()));
    let calls = async |more: &str| {
        let path = format!("/reports/calls?{days}{more}");
        let calls = world.ask(&root, "GET", &path, None).await.is(200).body["calls"].clone();
        let labels = calls["columns"].as_array().expect("columns").iter();
        let labels: Vec<&str> = labels.map(|column| text(&column["label"]["en"])).collect();
        (calls["whole"]["total"].clone(), labels.join(", "))
    };
    assert_eq!(calls("").await, (json!(1), "Old".to_owned()));
    assert_eq!(calls("&mapped=yes").await, (json!(1), "New".to_owned()));
    for (code, mapped, total) in [(&old, "no", 1), (&new, "no", 0), (&old, "yes", 0), (&new, "yes", 1)] {
        let of_code = calls(&format!("&mapped={mapped}&code={}", text(&code["id"]))).await;
        assert_eq!(of_code.0, json!(total), "{} {mapped}", code["label"]["en"]);
    }
    let file = async |mapped: &str| {
        let path = format!("/reports/dispositions.csv?{days}&lang=en&mapped={mapped}");
        let file = download(&world, &root, &path).await;
        file.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let (was, is) = (file("no").await, file("yes").await);
    assert!(was.len() == 1 && was[0].contains(",Old,1,"), "{was:?}");
    assert!(is.len() == 1 && is[0].contains(",New,1,"), "{is:?}");
    for path in ["/reports/calls", "/reports/dispositions", "/reports/dispositions.csv"] {
        let refused = world.ask(&root, "GET", &format!("{path}?{days}&mapped=maybe"), None).await.is(422);
        assert_eq!(refused.body["error"]["field"], "mapped", "{path}");
    }
    // Nothing is merged into what was retired.
    assert_eq!(world.ask(&root, "POST", &merge(&new), into(&old, 1)).await.is(422).code(), "invalid");
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE code_en = 'Old'"), 1);
    let back = change(&world, &root, &merged, json!({ "retired": false })).await;
    assert_eq!(back["merged_into"], Value::Null);
    let path = format!("/codes/{}/split", text(&back["id"]));
    let parts = |names: &[&str]| {
        let labels: Vec<Value> = names.iter().map(|name| label(name)).collect();
        Some(json!({ "version": back["version"], "labels": labels }))
    };
    assert_eq!(world.ask(&root, "POST", &path, parts(&["One"])).await.is(422).code(), "invalid");
    assert_eq!(world.ask(&root, "POST", &path, parts(&["One", "New"])).await.is(422).code(), "invalid");
    let made = world.ask(&root, "POST", &path, parts(&["One", "Two"])).await.is(201).body["codes"].clone();
    assert_eq!((&made[1]["label"]["en"], &made[1]["traits"]["not_final"]), (&json!("Two"), &json!(true)));
    let set = general(&world, &root).await;
    let old = set["codes"].as_array().expect("codes").iter().find(|code| code["id"] == old["id"]).cloned();
    assert_eq!(old.expect("a code")["retired"], true);
    let log = world.ask(&root, "GET", "/audit", None).await.is(200).body["entries"].clone();
    let actions: Vec<&str> =
        log.as_array().expect("entries").iter().map(|entry| text(&entry["action"])).collect();
    for action in ["merged", "split", "created"] {
        assert!(actions.contains(&action), "{action}");
    }
}

#[tokio::test]
async fn two_codes_that_are_put_under_each_other_at_once_do_not_stand_in_a_ring() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let before = general(&world, &root).await["version"].clone();
    let (one, other) =
        tokio::join!(add(&world, &root, "One", json!({})), add(&world, &root, "Two", json!({})));
    let now = general(&world, &root).await["version"].clone();
    assert_eq!(
        now.as_u64(),
        before.as_u64().map(|version| version + 2),
        "each place that is given is counted"
    );
    let under = async |code: &Value, parent: &Value| {
        let body = json!({ "version": code["version"], "traits": { "parent": parent["id"] } });
        let path = format!("/codes/{}", text(&code["id"]));
        world.ask(&root, "PATCH", &path, Some(body)).await.status.as_u16()
    };
    let mut answers: [u16; 2] = tokio::join!(under(&one, &other), under(&other, &one)).into();
    answers.sort_unstable();
    assert_eq!(answers, [200, 422]);
    let named = async |code: &Value, version: u64| {
        let body = json!({ "version": version, "label": label("The same") });
        world.ask(&root, "PATCH", &format!("/codes/{}", text(&code["id"])), Some(body)).await.status.as_u16()
    };
    let third = add(&world, &root, "Third", json!({})).await;
    let fourth = add(&world, &root, "Fourth", json!({})).await;
    let mut answers: [u16; 2] = tokio::join!(named(&third, 1), named(&fourth, 1)).into();
    answers.sort_unstable();
    assert_eq!(answers, [200, 422], "nor are two called the same");
}

#[tokio::test]
async fn a_set_of_which_no_code_can_be_picked_any_more_says_from_when_on() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let set = general(&world, &root).await;
    assert_eq!(set["runs_out"], Value::Null);
    for code in set["codes"].as_array().expect("codes") {
        change(&world, &root, code, json!({ "traits": { "valid_until": "2999-12-30" } })).await;
    }
    assert_eq!(general(&world, &root).await["runs_out"], "2999-12-31");
}

#[tokio::test]
async fn a_file_is_applied_whole_and_changes_nothing_when_it_is_read_again() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let sales = add(&world, &root, "Sales", json!({ "follow_up_days": 2 })).await;
    add(&world, &root, "=Won", json!({ "parent": sales["id"], "valid_until": "2999-12-31" })).await;
    assert_eq!(world.ask(&ana, "GET", "/dispositions.csv", None).await.status, 403);
    let export = async || download(&world, &root, "/dispositions.csv").await;
    let file = async |body: Value| world.ask(&root, "POST", "/dispositions/file", Some(body)).await;
    let text = export().await;
    assert!(text.contains(",'=Won (es),'=Won,"), "{text}");
    let same = file(json!({ "file": text })).await.is(200).body["file"].clone();
    assert_eq!((&same["changes"], &same["refused"], &same["lines"]), (&json!(0), &json!(0), &json!([])));
    // Two lines of a new set, one of which stands under the other, and another name for a code that is there.
    let changed = text.replace("Resolved", "Settled")
        + "a,Ventas,outbound,,,,,Campaña,Campaign,0,no,no,,no,no,,,no\r\n"
        + ",Ventas,outbound,,a,,,Sí,Yes,1,yes,no,,no,yes,,,no\r\n";
    let look = file(json!({ "file": changed })).await.is(200).body["file"].clone();
    let does: Vec<&str> = look["lines"].as_array().expect("lines").iter().map(text_of).collect();
    assert_eq!(does, ["renamed", "added", "added"]);
    let rows = world.count("SELECT count(*) FROM disposition_code");
    let wrong = format!("{changed},Ventas,outbound,,a,,,Sí,Yes again,1,maybe,no,,no,yes,,,no\r\n");
    let wrong_look = file(json!({ "file": wrong })).await.is(200).body["file"].clone();
    assert_eq!((&wrong_look["refused"], &wrong_look["lines"][3]["reason"]), (&json!(1), &json!("flag")));
    let basis = &look["basis"];
    file(json!({ "file": wrong, "apply": true, "basis": basis })).await.is(422);
    assert_eq!(
        file(json!({ "file": changed, "apply": true, "basis": "x" })).await.is(409).code(),
        "stale_revision"
    );
    assert_eq!(world.count("SELECT count(*) FROM disposition_code"), rows, "nothing was applied");
    let done = file(json!({ "file": changed, "apply": true, "basis": basis })).await.is(200);
    assert_eq!(done.body["file"]["applied"], true);
    assert_eq!(world.count("SELECT count(*) FROM disposition_code"), rows + 2);
    assert_eq!(world.count("SELECT count(*) FROM disposition_code WHERE label_en = 'Settled'"), 1);
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE action = 'imported'"), 3);
    let again = export().await;
    let same = file(json!({ "file": again })).await.is(200).body["file"].clone();
    assert_eq!((&same["changes"], &same["refused"]), (&json!(0), &json!(0)));
    // A file from before a code was merged brings it back, and says so before it does.
    let code = |set: &Value, name: &str| {
        let codes = set["codes"].as_array().expect("codes").clone();
        codes.into_iter().find(|code| code["label"]["en"] == name).expect("a code")
    };
    let set = general(&world, &root).await;
    let (from, into) = (code(&set, "Settled"), code(&set, "Other"));
    let body = json!({ "version": from["version"], "into": into["id"] });
    let path = format!("/codes/{}/merge", from["id"].as_str().expect("an id"));
    world.ask(&root, "POST", &path, Some(body)).await.is(200);
    let back = file(json!({ "file": again })).await.is(200).body["file"]["lines"].clone();
    let fields = |line: &Value| {
        let fields = line["fields"].as_array().expect("fields").iter();
        json!(fields.map(|field| &field["field"]).collect::<Vec<_>>())
    };
    assert_eq!(
        (&back[0]["does"], fields(&back[0])),
        (&json!("brought_back"), json!(["retired", "merged_into"]))
    );
    assert_eq!(back[0]["fields"][1]["before"], "Otro", "by its name, not by its id");
    // Semicolons are read as well; what is no such file is refused.
    let spanish = again.replace(',', ";");
    assert_eq!(file(json!({ "file": spanish })).await.is(200).body["file"]["refused"], 0);
    for no_file in ["", "id,set\r\nx,y\r\n"] {
        assert_eq!(file(json!({ "file": no_file })).await.is(422).code(), "invalid");
    }
}

fn text_of(line: &Value) -> &str {
    text(&line["does"])
}
