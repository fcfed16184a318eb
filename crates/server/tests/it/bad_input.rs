//! Bad input gets a clear answer, loses nothing and is never our fault: the world itself fails a test on any 5xx.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use axum::body::Body;
use axum::http::{Request, header};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::http::{MAX_BODY_BYTES, openapi};

async fn with_wrapup() -> (World, Someone, Value) {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    (world, ana, wrapup)
}

#[tokio::test]
async fn the_same_log_again_answers_the_same_and_stores_nothing_more() {
    let (world, ana, wrapup) = with_wrapup().await;
    let (path, body) = (path_of(&wrapup, "log"), entry(0, &first_code(&wrapup), "once"));
    let first = world.ask(&ana, "POST", &path, Some(body.clone())).await.is(200);
    let again = world.ask(&ana, "POST", &path, Some(body)).await.is(200);
    assert_eq!(first.body, again.body);
    assert_eq!(world.count("SELECT count(*) FROM activity"), 1);
    assert_eq!(world.count("SELECT count(*) FROM person"), 1);
    let other = entry(0, &first_code(&wrapup), "another story");
    let refused = world.ask(&ana, "POST", &path, Some(other)).await.is(409);
    assert_eq!(refused.code(), "wrapup_closed_differently");
    assert_eq!(refused.body["error"]["detail"]["activity"]["notes"], "once");
    let body = json!({ "revision": 0, "reason": null });
    world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(409);
}

#[tokio::test]
async fn a_stale_draft_is_told_what_is_there_and_overwrites_nothing() {
    let (world, ana, wrapup) = with_wrapup().await;
    let path = path_of(&wrapup, "draft");
    world.ask(&ana, "PUT", &path, Some(json!({ "revision": 0, "notes": "first tab" }))).await.is(200);
    let stale =
        world.ask(&ana, "PUT", &path, Some(json!({ "revision": 0, "notes": "second tab" }))).await.is(409);
    assert_eq!(stale.code(), "stale_revision");
    assert_eq!(stale.body["error"]["detail"]["current"]["notes"], "first tab");
    let log = world
        .ask(&ana, "POST", &path_of(&wrapup, "log"), Some(entry(0, &first_code(&wrapup), "x")))
        .await
        .is(409);
    assert_eq!(log.code(), "stale_revision");
    assert_eq!(world.owed(&ana).await[0]["draft"]["notes"], "first tab");
}

#[tokio::test]
async fn codes_that_do_not_exist_or_are_of_another_set_are_refused_by_name() {
    let (world, ana, wrapup) = with_wrapup().await;
    let sets = world.ask(&ana, "GET", "/dispositions", None).await.is(200);
    let sets = sets.body["sets"].as_array().cloned().unwrap_or_default();
    let outbound = sets.iter().find(|set| set["direction"] == "outbound").expect("an outbound set");
    let other = outbound["codes"][0]["id"].as_str().expect("a code");
    let path = path_of(&wrapup, "log");
    let unknown =
        world.ask(&ana, "POST", &path, Some(entry(0, "00000000-0000-0000-0000-000000000009", ""))).await;
    assert_eq!(unknown.is(422).code(), "code_unknown");
    let of_other_set = world.ask(&ana, "POST", &path, Some(entry(0, other, ""))).await;
    assert_eq!(of_other_set.is(422).code(), "code_other_set");
    let not_an_id = world.ask(&ana, "POST", &path, Some(entry(0, "one", ""))).await;
    assert!(matches!(not_an_id.status.as_u16(), 400 | 422));
    assert_eq!(world.owed(&ana).await.len(), 1);
}

#[tokio::test]
async fn a_record_that_vanished_is_said_with_the_match_as_it_is_now() {
    let (world, ana, wrapup) = with_wrapup().await;
    let mut body = entry(0, &first_code(&wrapup), "");
    body["party"] = json!({ "choice": "existing", "person": "00000000-0000-0000-0000-000000000009" });
    let refused = world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(409);
    assert_eq!(refused.code(), "party_gone");
    assert_eq!(refused.body["error"]["detail"]["match"]["kind"], "none");
    assert_eq!(world.owed(&ana).await.len(), 1);
}

#[tokio::test]
async fn a_record_that_appeared_is_shown_before_a_second_one_is_made() {
    let (world, ana, wrapup) = with_wrapup().await;
    world.person(&ana, "Olga Ruiz", CALLER).await;
    let mut body = entry(0, &first_code(&wrapup), "");
    body["party"] = json!({ "choice": "create", "kind": "lead", "name": "Somebody new", "despite": [] });
    let path = path_of(&wrapup, "log");
    let refused = world.ask(&ana, "POST", &path, Some(body.clone())).await.is(409);
    assert_eq!(refused.code(), "match_changed");
    let seen = refused.body["error"]["detail"]["match"]["candidates"][0]["person"]["id"].clone();
    body["party"]["despite"] = json!([seen]);
    let made = world.ask(&ana, "POST", &path, Some(body)).await.is(200);
    assert_eq!(made.body["activity"]["party"]["name"], "Somebody new");
}

#[tokio::test]
async fn bodies_that_are_too_large_or_no_json_are_refused_before_they_are_read() {
    let (world, ana, wrapup) = with_wrapup().await;
    let uri = format!("/api/v1{}", path_of(&wrapup, "draft"));
    let send = |body: Vec<u8>, kind: &'static str| {
        let request = Request::put(&uri)
            .header(header::HOST, HERE)
            .header(header::AUTHORIZATION, format!("Bearer {}", ana.token))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body));
        world.send(request.expect("a request"))
    };
    assert_eq!(send(vec![b' '; 10 * 1024 * 1024], "application/json").await.is(413).code(), "too_large");
    assert_eq!(send(vec![b' '; MAX_BODY_BYTES + 1], "application/json").await.is(413).code(), "too_large");
    assert_eq!(send(b"{".to_vec(), "application/json").await.is(400).code(), "malformed");
    assert_eq!(send(b"\xff\xfe".to_vec(), "application/json").await.is(400).code(), "malformed");
    assert_eq!(
        send(b"revision=0".to_vec(), "application/x-www-form-urlencoded").await.is(415).code(),
        "malformed"
    );
    let notes = "x".repeat(40_000);
    let long = json!({ "revision": 0, "notes": notes }).to_string();
    let refused = send(long.into_bytes(), "application/json").await.is(422);
    assert_eq!((refused.code(), refused.body["error"]["field"].as_str()), ("invalid", Some("notes")));
}

#[tokio::test]
async fn malformed_frames_are_kept_and_disturb_no_call() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let garbage: &[&[u8]] = &[
        b"Event: Hangup\r\n\r\n",
        b"Event: Newchannel\r\nUniqueid: \r\nTimestamp: yesterday\r\n\r\n",
        b"Event: BridgeEnter\r\nUniqueid: x.1\r\nTimestamp: -1.5\r\n\r\n",
        b"\xff\xff\xff\r\n: \r\n\r\n",
        b"Event: AgentCalled\r\nDestUniqueid: y.2\r\nQueue: \r\n\r\n",
        b"Event: Hangup\r\nUniqueid: z.3\r\nCause: many\r\nTimestamp: 99999999999999999999.9\r\n\r\n",
    ];
    for bytes in garbage {
        world.read_bytes(HERE, bytes).await;
    }
    world.play(HERE, Scenario::Answered, CALLER).await;
    assert_eq!(world.owed(&ana).await.len(), 1);
    assert_eq!(world.census(HERE).await.ended, 1);
    assert_eq!(
        world.count("SELECT count(*) FROM frame_chunk"),
        garbage.len() as i64 + 1,
        "raw frames are kept"
    );
}

#[tokio::test]
async fn another_agents_wrapup_and_another_tenants_are_out_of_reach() {
    let (world, _, wrapup) = with_wrapup().await;
    let body = entry(0, &first_code(&wrapup), "not mine");
    let ben = world.sign_in(HERE, "ben").await;
    world.ask(&ben, "POST", &path_of(&wrapup, "log"), Some(body.clone())).await.is(403);
    let stranger = world.sign_in(THERE, "ana").await;
    world.ask(&stranger, "POST", &path_of(&wrapup, "log"), Some(body.clone())).await.is(404);
    world.ask(&stranger, "PUT", &path_of(&wrapup, "draft"), Some(body)).await.is(404);
    assert!(world.owed(&stranger).await.is_empty());
    let id = wrapup["call"]["id"].as_str().expect("an id");
    world.ask(&stranger, "GET", &format!("/activities/{id}"), None).await.is(404);
}

#[tokio::test]
async fn a_person_of_one_tenant_is_nobody_to_the_other() {
    let world = World::new().await;
    let (here, there) = (world.sign_in(HERE, "ana").await, world.sign_in(THERE, "ana").await);
    let person = world.person(&here, "Olga Ruiz", CALLER).await;
    world.ask(&there, "GET", &format!("/people/{person}"), None).await.is(404);
    world.ask(&there, "GET", &format!("/people/{person}/activities"), None).await.is(404);
    let found = world.ask(&there, "GET", "/people?q=Olga", None).await.is(200);
    assert_eq!(found.body["people"], json!([]));
    world.play(THERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&there).await[0];
    assert_eq!(wrapup["match"]["kind"], "none");
    let mut body = entry(0, &first_code(wrapup), "");
    body["party"] = json!({ "choice": "existing", "person": person });
    assert_eq!(
        world.ask(&there, "POST", &path_of(wrapup, "log"), Some(body)).await.is(409).code(),
        "party_gone"
    );
}

/// Endpoints that somebody without an access token may call; each checks another proof or tells nothing.
const OPEN: [&str; 9] = [
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "POST /api/v1/session/refresh",
    "POST /api/v1/session/host",
    "POST /api/v1/session/pairing",
    "POST /api/v1/session/code",
    "GET /api/v1/instance",
    "POST /api/v1/first-admin",
    "POST /api/v1/password",
];

#[tokio::test]
async fn every_endpoint_but_the_named_ones_wants_a_token() {
    let world = World::new().await;
    let document = serde_json::to_value(openapi()).expect("a document");
    let mut asked = 0;
    for (path, verbs) in document["paths"].as_object().expect("paths") {
        for verb in verbs.as_object().expect("verbs").keys() {
            let verb = verb.to_uppercase();
            if OPEN.contains(&format!("{verb} {path}").as_str()) {
                continue;
            }
            let path = path.replace("{id}", "00000000-0000-0000-0000-000000000001");
            let path = path.replace("{set}", "00000000-0000-0000-0000-000000000001");
            for token in ["", "Bearer ", "Bearer nonsense", "Basic cm9vdDpyb290"] {
                let request = Request::builder()
                    .method(verb.as_str())
                    .uri(&path)
                    .header(header::HOST, HERE)
                    .header(header::AUTHORIZATION, token)
                    .body(Body::empty());
                let answer = world.send(request.expect("a request")).await;
                assert_eq!(answer.status.as_u16(), 401, "{verb} {path} with {token:?}");
            }
            asked += 1;
        }
    }
    assert!(asked >= 15, "only {asked} endpoints found");
}

#[tokio::test]
async fn agents_reach_nothing_of_the_admins() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let nobody = "00000000-0000-0000-0000-000000000001";
    let new_user = json!({ "login": "eve", "name": "Eve", "role": "admin", "agent": null });
    world.ask(&ana, "GET", "/users", None).await.is(403);
    world.ask(&ana, "POST", "/users", Some(new_user)).await.is(403);
    world.ask(&ana, "PATCH", &format!("/users/{nobody}"), Some(json!({ "version": 1 }))).await.is(403);
    world.ask(&ana, "POST", &format!("/users/{nobody}/password-reset"), None).await.is(403);
    let code = json!({ "label": { "es": "x", "en": "x" } });
    world.ask(&ana, "POST", &format!("/dispositions/{nobody}/codes"), Some(code)).await.is(403);
    let order = json!({ "version": 1, "codes": [] });
    world.ask(&ana, "PUT", &format!("/dispositions/{nobody}/order"), Some(order)).await.is(403);
    // An admin who is no agent has no panel.
    let root = world.sign_in(HERE, "root").await;
    world.ask(&root, "GET", "/me/panel", None).await.is(403);
}

#[tokio::test]
async fn fields_that_cannot_be_taken_are_named() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let person = |name: &str| json!({ "kind": "contact", "name": name, "phones": [] });
    let check = |answer: crate::world::Answer, field: &str, reason: &str| {
        let answer = answer.is(422);
        let error = &answer.body["error"];
        assert_eq!(
            (error["field"].as_str(), error["detail"]["reason"].as_str()),
            (Some(field), Some(reason))
        );
    };
    check(world.ask(&ana, "POST", "/people", Some(person("  "))).await, "name", "empty");
    check(world.ask(&ana, "POST", "/people", Some(person(&"x".repeat(300)))).await, "name", "too_long");
    let robot = json!({ "kind": "robot", "name": "R2" });
    assert_eq!(world.ask(&ana, "POST", "/people", Some(robot)).await.is(400).code(), "malformed");
    let user =
        |login: &str, agent: Value| json!({ "login": login, "name": "N", "role": "agent", "agent": agent });
    check(world.ask(&root, "POST", "/users", Some(user("ANA", Value::Null))).await, "login", "taken");
    check(world.ask(&root, "POST", "/users", Some(user("eve", json!("1001")))).await, "agent", "taken");
    check(world.ask(&ana, "GET", &format!("/people?q={}", "x".repeat(200)), None).await, "q", "too_long");
    world.ask(&ana, "GET", "/people?limit=many", None).await.is(400);
    world.ask(&ana, "GET", "/people/not-an-id", None).await.is(400);
    world.ask(&ana, "GET", "/nowhere", None).await.is(404);
    let olga = world.person(&ana, "Olga", CALLER).await;
    check(
        world.ask(&ana, "GET", &format!("/people/{olga}/activities?after=rubbish"), None).await,
        "after",
        "unknown",
    );
}
