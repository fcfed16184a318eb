//! How the panel in a frame of another site becomes somebody's.

use crate::org_word::{ORGANISATION, Org};
use crate::world::{Answer, HERE, Someone, THERE, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::At;
use serde_json::{Value, json};
use server::clock::Surroundings;
use server::ops::session::MAX_FAILED_LOGINS;
use server::ops::session_code::{CODE_S, MAX_OPEN, PAIRING_S, pair};
use server::ops::session_of_host::{MAX_ASSERTION_BYTES, MAX_ASSERTION_S};
use sha2::{Digest, Sha256};

const NOBODY: Someone = Someone { host: HERE, token: String::new() };
/// A secret as a frame makes one.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn world_of(org: &Org) -> World {
    World::with(|tenant| tenant.salesforce = Some(org.settings())).await
}

/// What the org says of Ana, for now and for us.
fn of_ana(world: &World, id: &str) -> Value {
    let At(micros) = world.clock.now();
    json!({
        "iss": ORGANISATION, "sub": "005000000000001AAA", "aud": world.app.public_url(), "username": "ana",
        "exp": micros / 1_000_000 + MAX_ASSERTION_S, "jti": id,
    })
}

async fn says(world: &World, host: &'static str, assertion: String) -> Answer {
    let nobody = Someone { host, token: String::new() };
    world.ask(&nobody, "POST", "/session/host", Some(json!({ "assertion": assertion }))).await
}

fn challenge() -> Value {
    json!({ "challenge": URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)) })
}

async fn redeem(world: &World, host: &'static str, code: &Value, verifier: &str) -> Answer {
    let nobody = Someone { host, token: String::new() };
    let body = json!({ "code": code, "verifier": verifier });
    world.ask(&nobody, "POST", "/session/code", Some(body)).await
}

#[tokio::test]
async fn the_org_says_who_looks_at_its_page_and_the_panel_in_it_is_theirs() {
    let org = Org::new();
    let world = world_of(&org).await;
    let answer = says(&world, HERE, org.says(&of_ana(&world, "1"))).await.is(200);
    assert_eq!(answer.body["user"]["login"], "ana");
    let token = answer.body["access_token"].as_str().expect("a token").to_owned();
    world.ask(&Someone { host: HERE, token }, "GET", "/me/panel", None).await.is(200);
}

#[tokio::test]
async fn an_assertion_counts_once_until_it_is_over_and_then_not_at_all() {
    let org = Org::new();
    let world = world_of(&org).await;
    let assertion = org.says(&of_ana(&world, "1"));
    says(&world, HERE, assertion.clone()).await.is(200);
    assert_eq!(says(&world, HERE, assertion.clone()).await.is(401).code(), "invalid_credentials");
    says(&world, HERE, org.says(&of_ana(&world, "2"))).await.is(200);
    world.clock.advance(MAX_ASSERTION_S);
    says(&world, HERE, assertion).await.is(401);
}

#[tokio::test]
async fn whatever_is_not_the_orgs_word_for_us_and_now_is_refused() {
    let (org, other) = (Org::new(), Org::new());
    let world = world_of(&org).await;
    let with = |field: &str, value: Value| {
        let mut claims = of_ana(&world, "x");
        claims[field] = value;
        org.says(&claims)
    };
    let now = world.clock.now().0 / 1_000_000;
    let ours = org.says(&of_ana(&world, "x"));
    let (signed, _) = ours.rsplit_once('.').expect("three parts");
    let plain = of_ana(&world, "x");
    for (what, assertion) in [
        ("of another key", other.says(&plain)),
        ("not signed", format!("{signed}.")),
        (
            "signed for something else",
            format!("{signed}.{}", &with("sub", json!("y")).rsplit_once('.').expect("x").1),
        ),
        ("of no algorithm", org.signs(&json!({ "alg": "none" }), &plain)),
        ("of an algorithm with a shared secret", org.signs(&json!({ "alg": "HS256" }), &plain)),
        ("of another org", with("iss", json!("00D000000000002"))),
        ("for another server", with("aud", json!("https://else.example"))),
        ("over", with("exp", json!(now))),
        ("good for too long", with("exp", json!(now + MAX_ASSERTION_S + 31))),
        ("without an id", with("jti", json!(""))),
        ("of nobody", with("sub", json!(""))),
        ("too long", with("padding", json!("x".repeat(MAX_ASSERTION_BYTES)))),
        ("no assertion", "a.b".to_owned()),
        ("empty", String::new()),
    ] {
        let answer = says(&world, HERE, assertion).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "invalid_credentials"), "{what}");
    }
    says(&world, HERE, ours).await.is(200);
}

#[tokio::test]
async fn the_word_of_an_org_counts_for_its_own_tenant_and_for_users_who_may_come_in() {
    let org = Org::new();
    let world = world_of(&org).await;
    says(&world, THERE, org.says(&of_ana(&world, "1"))).await.is(404);
    for (at, login) in [json!("stranger"), Value::Null].iter().enumerate() {
        let mut claims = of_ana(&world, &format!("s{at}"));
        claims["username"] = login.clone();
        assert_eq!(says(&world, HERE, org.says(&claims)).await.is(403).code(), "forbidden");
    }
    let root = world.sign_in(HERE, "root").await;
    let users = world.ask(&root, "GET", "/users", None).await.is(200).body["users"].clone();
    let ana = users.as_array().into_iter().flatten().find(|user| user["login"] == "ana").expect("Ana");
    let path = format!("/users/{}", ana["id"].as_str().expect("an id"));
    world.ask(&root, "PATCH", &path, Some(json!({ "version": 1, "active": false }))).await.is(200);
    says(&world, HERE, org.says(&of_ana(&world, "2"))).await.is(403);
}

#[tokio::test]
async fn the_session_of_a_frame_is_kept_apart_from_that_of_our_own_pages() {
    let org = Org::new();
    let world = world_of(&org).await;
    let body = json!({ "assertion": org.says(&of_ana(&world, "1")) }).to_string();
    let asked = Request::post("/api/v1/session/host")
        .header(header::HOST, HERE)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body));
    let answer = world.answer(asked.expect("a request")).await;
    let set = answer.headers()[header::SET_COOKIE].to_str().expect("a text").to_owned();
    for part in ["__Host-bitacora-frame=", "Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"] {
        assert!(set.contains(part), "{part}: {set}");
    }
    let cookie = set.split(';').next().expect("a cookie").to_owned();
    let refresh = |path: &'static str, site: &'static str| {
        let request = Request::post(path)
            .header(header::HOST, HERE)
            .header(header::COOKIE, cookie.clone())
            .header("sec-fetch-site", site)
            .body(Body::empty());
        world.send(request.expect("a request"))
    };
    assert_eq!(refresh("/api/v1/session/refresh", "same-origin").await.is(401).code(), "session_expired");
    refresh("/api/v1/session/refresh?in=frame", "cross-site").await.is(403);
    let renewed = refresh("/api/v1/session/refresh?in=frame", "same-origin").await.is(200);
    assert!(renewed.cookie.expect("a cookie").starts_with("__Host-bitacora-frame="));
}

#[tokio::test]
async fn a_code_hands_a_session_to_the_frame_that_made_the_secret_and_to_nobody_else() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.ask(&NOBODY, "POST", "/session/grant", Some(challenge())).await.is(401);
    let grant = || world.ask(&ana, "POST", "/session/grant", Some(challenge()));

    let code = grant().await.is(200).body["code"].clone();
    redeem(&world, THERE, &code, VERIFIER).await.is(410);
    let answer = redeem(&world, HERE, &code, VERIFIER).await.is(200);
    assert_eq!(answer.body["user"]["login"], "ana");
    assert!(answer.cookie.expect("a cookie").starts_with("__Host-bitacora-frame="));
    assert_eq!(redeem(&world, HERE, &code, VERIFIER).await.is(410).code(), "token_used");

    let code = grant().await.is(200).body["code"].clone();
    redeem(&world, HERE, &code, "another secret").await.is(410);
    redeem(&world, HERE, &code, VERIFIER).await.is(410);

    let code = grant().await.is(200).body["code"].clone();
    world.clock.advance(CODE_S);
    redeem(&world, HERE, &code, VERIFIER).await.is(410);
    let bad = world.ask(&ana, "POST", "/session/grant", Some(json!({ "challenge": "short" }))).await;
    assert_eq!(bad.is(422).code(), "invalid");
}

#[tokio::test]
async fn a_code_that_a_frame_shows_is_nobodys_until_it_is_confirmed() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let shown = world.ask(&NOBODY, "POST", "/session/pairing", Some(challenge())).await.is(200);
    let code = shown.body["code"].clone();
    assert_eq!(redeem(&world, HERE, &code, VERIFIER).await.is(409).code(), "not_confirmed");
    // As somebody types it.
    let typed = code.as_str().expect("a code").to_lowercase().replace('-', " ");
    world.ask(&NOBODY, "POST", "/session/pairing/confirm", Some(json!({ "code": typed }))).await.is(401);
    world.ask(&ana, "POST", "/session/pairing/confirm", Some(json!({ "code": typed }))).await.is(204);
    // It is Ana's now, and nobody else's.
    let ben = world.sign_in(HERE, "ben").await;
    world.ask(&ben, "POST", "/session/pairing/confirm", Some(json!({ "code": typed }))).await.is(410);
    assert_eq!(redeem(&world, HERE, &code, VERIFIER).await.is(200).body["user"]["login"], "ana");

    let late = world.ask(&NOBODY, "POST", "/session/pairing", Some(challenge())).await.is(200);
    world.clock.advance(PAIRING_S);
    let body = json!({ "code": late.body["code"] });
    world.ask(&ana, "POST", "/session/pairing/confirm", Some(body)).await.is(410);
}

#[tokio::test]
async fn codes_cannot_be_guessed_nor_piled_up() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let confirm =
        |code: String| world.ask(&ana, "POST", "/session/pairing/confirm", Some(json!({ "code": code })));
    for _ in 0..MAX_FAILED_LOGINS {
        confirm("AAAA-AAAA".to_owned()).await.is(410);
    }
    let shown = world.ask(&NOBODY, "POST", "/session/pairing", Some(challenge())).await.is(200);
    let code = shown.body["code"].as_str().expect("a code").to_owned();
    assert_eq!(confirm(code).await.is(429).code(), "too_many_attempts");
    // That ana tries codes keeps her out of nothing else.
    world.sign_in(HERE, "ana").await;

    let tenant = world.tenant(HERE).id;
    let asked = challenge()["challenge"].as_str().expect("a text").to_owned();
    for _ in 1..MAX_OPEN {
        pair(&world.app, tenant, &asked).map(|_| ()).expect("room");
    }
    world.ask(&NOBODY, "POST", "/session/pairing", Some(challenge())).await.is(429);
    world.clock.advance(PAIRING_S);
    world.ask(&NOBODY, "POST", "/session/pairing", Some(challenge())).await.is(200);
}

#[tokio::test]
async fn a_frame_without_an_origin_may_ask_without_cookies_and_no_other_site_may() {
    let world = World::new().await;
    let cookie =
        world.sign_in_as(HERE, "ana", crate::world::PASSWORD).await.is(200).cookie.expect("a cookie");
    let asks = |origin: &'static str, method: Method, path: &'static str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HERE)
            .header(header::ORIGIN, origin)
            .header("sec-fetch-site", "cross-site")
            .header(header::COOKIE, cookie.clone())
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .body(Body::empty());
        world.answer(request.expect("a request"))
    };
    let preflight = asks("null", Method::OPTIONS, "/api/v1/session/code").await;
    assert_eq!(preflight.status(), 204);
    let headers = preflight.headers();
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_HEADERS], "authorization, content-type");
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    let instance = asks("null", Method::GET, "/api/v1/instance").await;
    assert_eq!(instance.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    for path in ["/api/v1/session/refresh", "/api/v1/session/refresh?in=frame"] {
        assert_eq!(asks("null", Method::POST, path).await.status(), 403, "{path}");
    }
    let other = asks("https://else.example", Method::GET, "/api/v1/instance").await;
    assert!(!other.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
}

#[tokio::test]
async fn the_panel_may_be_framed_by_the_pages_of_its_org() {
    let org = Org::new();
    let world = world_of(&org).await;
    let there = Someone { host: THERE, token: String::new() };
    let here = world.ask(&NOBODY, "GET", "/instance", None).await.is(200);
    let lightning = json!(["https://acme.lightning.force.com"]);
    assert_eq!(here.body["embedding"], json!({ "ancestors": lightning, "lightning": lightning }));
    let there = world.ask(&there, "GET", "/instance", None).await.is(200);
    assert_eq!(there.body["embedding"], json!({ "ancestors": [], "lightning": [] }));
}
