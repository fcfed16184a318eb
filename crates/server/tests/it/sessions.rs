//! Signing in, staying in, getting out.

use crate::world::{Answer, HERE, PASSWORD, Someone, THERE, World};
use axum::body::Body;
use axum::http::{Request, header};
use domain::account::{LinkPurpose, OneTimeLink};
use domain::commit::{Change, Commit};
use serde_json::{Value, json};
use server::clock::{Surroundings, hash_secret};
use server::ops::session::{ACCESS_TOKEN_S, MAX_FAILED_LOGINS, SESSION_S};

async fn refresh(world: &World, cookie: &str, site: &str) -> Answer {
    let request = Request::post("/api/v1/session/refresh")
        .header(header::HOST, HERE)
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", site)
        .body(Body::empty());
    world.send(request.expect("a request")).await
}

#[tokio::test]
async fn an_access_token_runs_out_and_is_renewed_by_the_cookie() {
    let world = World::new().await;
    let answer = world.sign_in_as(HERE, "ana", PASSWORD).await.is(200);
    let cookie = answer.cookie.expect("a cookie");
    let token = answer.body["access_token"].as_str().expect("a token").to_owned();
    let ana = Someone { host: HERE, token };
    world.ask(&ana, "GET", "/me/panel", None).await.is(200);
    world.clock.advance(ACCESS_TOKEN_S + 1);
    assert_eq!(world.ask(&ana, "GET", "/me/panel", None).await.is(401).code(), "unauthenticated");
    let renewed = refresh(&world, &cookie, "same-origin").await.is(200);
    assert_ne!(renewed.cookie.expect("a cookie"), cookie, "the cookie is rotated");
    let token = renewed.body["access_token"].as_str().expect("a token").to_owned();
    world.ask(&Someone { host: HERE, token }, "GET", "/me/panel", None).await.is(200);
}

#[tokio::test]
async fn an_old_cookie_is_honoured_for_two_tabs_and_ends_the_session_when_it_comes_late() {
    let world = World::new().await;
    let first = world.sign_in_as(HERE, "ana", PASSWORD).await.is(200).cookie.expect("a cookie");
    let second = refresh(&world, &first, "same-origin").await.is(200).cookie.expect("a cookie");
    refresh(&world, &first, "same-origin").await.is(200);
    world.clock.advance(60);
    assert_eq!(refresh(&world, &first, "same-origin").await.is(401).code(), "session_expired");
    refresh(&world, &second, "same-origin").await.is(401);
}

#[tokio::test]
async fn a_session_ends_after_its_time_however_often_it_is_renewed() {
    let world = World::new().await;
    let mut cookie = world.sign_in_as(HERE, "ana", PASSWORD).await.is(200).cookie.expect("a cookie");
    for _ in 0..3 {
        world.clock.advance(SESSION_S / 4);
        cookie = refresh(&world, &cookie, "same-origin").await.is(200).cookie.expect("a cookie");
    }
    world.clock.advance(SESSION_S / 4 + 1);
    refresh(&world, &cookie, "same-origin").await.is(401);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_use_the_cookie() {
    let world = World::new().await;
    let cookie = world.sign_in_as(HERE, "ana", PASSWORD).await.is(200).cookie.expect("a cookie");
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(refresh(&world, &cookie, site).await.is(403).code(), "forbidden", "{site}");
    }
}

#[tokio::test]
async fn guessing_passwords_is_stopped_for_that_login_only() {
    let world = World::new().await;
    for _ in 0..MAX_FAILED_LOGINS {
        assert_eq!(world.sign_in_as(HERE, "ana", "wrong guess").await.is(401).code(), "invalid_credentials");
    }
    let stopped = world.sign_in_as(HERE, "ANA", PASSWORD).await.is(429);
    assert!(stopped.body["error"]["detail"]["retry_after_s"].as_i64().is_some_and(|wait| wait > 0));
    world.sign_in_as(HERE, "ben", PASSWORD).await.is(200);
    world.sign_in_as(THERE, "ana", PASSWORD).await.is(200);
    world.clock.advance(20 * 60);
    world.sign_in_as(HERE, "ana", PASSWORD).await.is(200);
}

#[tokio::test]
async fn who_works_here_cannot_be_found_out_by_signing_in() {
    let world = World::new().await;
    let unknown = world.sign_in_as(HERE, "nobody", "wrong guess").await.is(401);
    let wrong = world.sign_in_as(HERE, "ana", "wrong guess").await.is(401);
    assert_eq!(unknown.body, wrong.body);
}

#[tokio::test]
async fn a_new_user_sets_a_password_by_a_link_that_works_once() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let body = json!({ "login": "eve", "name": "Eve", "role": "agent", "agent": "1003" });
    let made = world.ask(&root, "POST", "/users", Some(body)).await.is(201);
    world.sign_in_as(HERE, "eve", PASSWORD).await.is(401);
    let link = made.body["link"].as_str().expect("a link");
    assert!(link.contains("/#/password?token="), "the token stays out of server logs: {link}");
    let token = link.split("token=").nth(1).expect("a token");
    let nobody = Someone { host: HERE, token: String::new() };
    let set = |password: &str| json!({ "token": token, "password": password });
    let short = world.ask(&nobody, "POST", "/password", Some(set("short"))).await.is(422);
    assert_eq!(short.body["error"]["detail"]["reason"], "too_short");
    world.ask(&nobody, "POST", "/password", Some(set(PASSWORD))).await.is(204);
    assert_eq!(
        world.ask(&nobody, "POST", "/password", Some(set("another one"))).await.is(410).code(),
        "token_used"
    );
    world.sign_in_as(HERE, "eve", PASSWORD).await.is(200);
    world.sign_in_as(THERE, "eve", PASSWORD).await.is(401);
}

#[tokio::test]
async fn a_user_who_is_deactivated_is_out_at_once() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let users = world.ask(&root, "GET", "/users", None).await.is(200);
    let users = users.body["users"].as_array().cloned().unwrap_or_default();
    let id = |login: &str| {
        let user = users.iter().find(|user| user["login"] == login).expect("a user");
        user["id"].as_str().expect("an id").to_owned()
    };
    let off = json!({ "version": 1, "active": false });
    world.ask(&root, "PATCH", &format!("/users/{}", id("ana")), Some(off.clone())).await.is(200);
    world.ask(&ana, "GET", "/me/panel", None).await.is(401);
    world.sign_in_as(HERE, "ana", PASSWORD).await.is(401);
    // The last admin cannot shut everybody out.
    let refused = world.ask(&root, "PATCH", &format!("/users/{}", id("root")), Some(off)).await.is(422);
    assert_eq!(refused.body["error"]["detail"]["reason"], "last_admin");
}

#[tokio::test]
async fn everybody_signed_in_is_told_the_active_users_of_their_tenant_by_name_and_no_more() {
    let world = World::new().await;
    let (root, there) = (world.sign_in(HERE, "root").await, world.sign_in(THERE, "root").await);
    let add = async |who: &Someone, login: &str, name: &str, agent: Option<&str>| {
        let body = json!({ "login": login, "name": name, "role": "agent", "agent": agent });
        world.ask(who, "POST", "/users", Some(body)).await.is(201).body["user"]["id"].clone()
    };
    let zoe = add(&root, "aaa", "zoe", None).await;
    add(&root, "zzz", "Abel", Some("1009")).await;
    let stranger = add(&there, "eve", "Eve", Some("1010")).await;
    let named = |users: &Value| -> Vec<(Value, Value)> {
        let all = users.as_array().cloned().unwrap_or_default();
        all.iter().map(|user| (user["name"].clone(), user["agent"].clone())).collect()
    };
    let everybody = [
        (json!("Abel"), json!("1009")),
        (json!("ANA"), json!("1001")),
        (json!("BEN"), json!("1002")),
        (json!("ROOT"), Value::Null),
        (json!("SAM"), Value::Null),
        (json!("zoe"), Value::Null),
    ];
    for role in ["ana", "sam", "root"] {
        let who = world.sign_in(HERE, role).await;
        let users = world.ask(&who, "GET", "/users/names", None).await.is(200).body["users"].clone();
        assert_eq!(named(&users), everybody, "{role}");
        let each = users.as_array().cloned().unwrap_or_default();
        assert!(each.iter().all(|user| user["id"] != stranger), "another tenant's user");
        let keys = |user: &Value| user.as_object().map(|one| one.keys().cloned().collect::<Vec<_>>());
        assert!(
            each.iter().all(|user| keys(user) == Some(["agent", "id", "name"].map(String::from).to_vec()))
        );
    }
    let off = json!({ "version": 1, "active": false });
    let path = format!("/users/{}", zoe.as_str().unwrap_or_default());
    world.ask(&root, "PATCH", &path, Some(off)).await.is(200);
    let left = world.ask(&root, "GET", "/users/names", None).await.is(200);
    assert_eq!(named(&left.body["users"]), everybody[..5], "who may not sign in any more is not named");
    let nobody = Someone { host: HERE, token: String::new() };
    assert_eq!(world.ask(&nobody, "GET", "/users/names", None).await.is(401).code(), "unauthenticated");
}

#[tokio::test]
async fn the_first_admin_link_is_refused_once_there_are_users() {
    let world = World::new().await;
    let tenant = world.tenant(HERE).id;
    let link = OneTimeLink {
        hash: hash_secret("secret"),
        purpose: LinkPurpose::FirstAdmin,
        user: None,
        expires_at: world.clock.now().plus_millis(60_000),
    };
    world.app.store.commit(Commit::of(tenant, vec![Change::Link(link)])).await.expect("a link");
    let nobody = Someone { host: HERE, token: String::new() };
    let body = json!({ "token": "secret", "login": "mallory", "name": "M", "password": PASSWORD });
    world.ask(&nobody, "POST", "/first-admin", Some(body)).await.is(410);
    let instance = world.ask(&nobody, "GET", "/instance", None).await.is(200);
    assert_eq!((&instance.body["needs_first_admin"], &instance.body["demo"]), (&json!(false), &json!(null)));
}
