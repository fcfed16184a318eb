//! An admin lets the server log in to the org, in a window of the org's own: whoever comes back is the one who left, once and
//! in time, from the right org; the token is the server's alone, and outlasts a restart.

use super::org::{Org, contact, round};
use crate::world::{CALLER, HERE, PASSWORD, Someone, World};
use axum::body::Body;
use axum::http::{Request, header};
use domain::mirror::RemoteId;
use serde_json::{Value, json};
use server::ops::crm::mirror::mirror;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

/// A browser in which somebody signed in.
struct Browser {
    who: Someone,
    cookie: String,
}

struct Scene {
    world: World,
    org: Arc<Org>,
    data: tempfile::TempDir,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let (org, data) = (Org::new(&world), tempfile::tempdir().expect("a folder"));
    org.link_by_consent(&world, data.path()).await;
    Scene { world, org, data }
}

impl Scene {
    async fn browser(&self, login: &str) -> Browser {
        let answer = self.world.sign_in_as(HERE, login, PASSWORD).await.is(200);
        let token = answer.body["access_token"].as_str().expect("a token").to_owned();
        Browser { who: Someone { host: HERE, token }, cookie: answer.cookie.expect("a cookie") }
    }

    /// Presses *Connect*; answers the status, and where the window goes.
    async fn presses(&self, browser: &Browser) -> (u16, String) {
        let request = Request::builder()
            .method("POST")
            .uri("/api/v1/crm/connect")
            .header(header::HOST, HERE)
            .header(header::AUTHORIZATION, format!("Bearer {}", browser.who.token))
            .header(header::COOKIE, &browser.cookie)
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty());
        let answer = self.world.send(request.expect("a request")).await;
        (answer.status.as_u16(), answer.body["address"].as_str().unwrap_or_default().to_owned())
    }

    /// The address that the org's page sends the window back to.
    async fn consents(&self, browser: &Browser) -> String {
        let (status, address) = self.presses(browser).await;
        assert_eq!(status, 200);
        self.org.asks_for_consent(&address)
    }

    /// The window goes back to us; answers the word of the page that it goes on to.
    async fn comes_back(&self, address: &str, cookie: Option<&str>) -> String {
        let (_, rest) = address.split_once("://").expect("an address");
        let (host, path) = rest.split_once('/').expect("a path");
        assert_eq!(host, HERE, "it comes back to where it left");
        let request = Request::builder().uri(format!("/{path}")).header(header::HOST, host);
        let request = match cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let answer = self.world.answer(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status().as_u16(), 303);
        let location = answer.headers()[header::LOCATION].to_str().expect("a location").to_owned();
        let word = location.strip_prefix("/#/admin/salesforce?consent=").expect("our page");
        assert!(word.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "nothing but a word: {location}");
        word.to_owned()
    }

    fn file(&self) -> PathBuf {
        self.data.path().join("salesforce-token-here.json")
    }

    /// The token that is kept.
    fn token(&self) -> Option<String> {
        let text = fs::read(self.file()).ok()?;
        let said: Value = serde_json::from_slice(&text).expect("what was written");
        said["token"].as_str().map(str::to_owned)
    }

    async fn standing(&self) -> Value {
        let root = self.world.sign_in(HERE, "root").await;
        self.world.ask(&root, "GET", "/crm", None).await.is(200).body["crm"]["consent"].clone()
    }

    /// Whether the org can be read now.
    async fn is_read(&self) -> bool {
        let tenant = self.world.tenant(HERE);
        let link = self.world.app.crms.of(tenant.id).expect("a CRM");
        mirror(&self.world.app, tenant, &link).await.is_ok()
    }

    fn audited(&self, action: &str) -> i64 {
        self.world.count(&format!("SELECT count(*) FROM audit WHERE action = '{action}'"))
    }
}

#[tokio::test]
async fn what_an_admin_consents_to_is_used_at_once_and_after_a_restart_until_they_take_it_back() {
    let scene = scene().await;
    let (world, org) = (&scene.world, &scene.org);
    contact(org, "Eva", CALLER);
    let root = scene.browser("root").await;
    assert_eq!(scene.standing().await["state"], "never");
    assert!(!scene.is_read().await);
    assert_eq!(round(world).await.settled, 0);
    let back = scene.consents(&root).await;
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "done");
    assert!(scene.is_read().await);
    let standing = scene.standing().await;
    assert_eq!(standing["state"], "consented");
    assert!(standing["user"].as_str().is_some_and(|user| user.starts_with("005")), "{standing}");
    let token = scene.token().expect("a token");
    assert!(!standing.to_string().contains(&token), "nobody is told");
    assert_eq!(fs::metadata(scene.file()).expect("a file").permissions().mode() & 0o777, 0o600);
    org.link_by_consent(world, scene.data.path()).await;
    assert!(scene.is_read().await, "a restart goes on with it");
    world.ask(&root.who, "POST", "/crm/disconnect", None).await.is(204);
    assert!(!scene.is_read().await);
    assert_eq!((scene.token(), org.takes(&token)), (None, false), "forgotten here and there");
    org.link_by_consent(world, scene.data.path()).await;
    assert!(!scene.is_read().await, "a restart does not bring it back");
    assert_eq!(scene.standing().await["state"], "disconnected");
    assert_eq!((scene.audited("crm_connected"), scene.audited("crm_disconnected")), (1, 1));
}

#[tokio::test]
async fn whoever_connects_anew_has_the_org_forget_the_token_before() {
    let scene = scene().await;
    let root = scene.browser("root").await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let back = scene.consents(&root).await;
        assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "done");
        tokens.push(scene.token().expect("a token"));
    }
    assert_ne!(tokens[0], tokens[1]);
    assert!(!scene.org.takes(&tokens[0]), "the one before opens nothing any more");
    assert!(scene.is_read().await, "the new one does");
}

#[tokio::test]
async fn a_token_that_cannot_be_read_is_said_and_connecting_anew_puts_it_right() {
    let scene = scene().await;
    let root = scene.browser("root").await;
    fs::write(scene.file(), b"{ half of it").expect("written");
    assert_eq!(scene.standing().await["state"], "unreadable");
    assert!(!scene.is_read().await);
    let back = scene.consents(&root).await;
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "done");
    assert_eq!(scene.standing().await["state"], "consented");
}

#[tokio::test]
async fn a_token_that_the_org_exchanges_is_kept_over_a_restart() {
    let scene = scene().await;
    let (world, org) = (&scene.world, &scene.org);
    org.control("POST", "clients", json!({ "id": "bitacora", "secret": "bitacora-secret", "rotates": true }));
    let root = scene.browser("root").await;
    let back = scene.consents(&root).await;
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "done");
    let mut kept = scene.token().expect("a token");
    for round in 0..3 {
        org.control("POST", "expire", Value::Null);
        org.link_by_consent(world, scene.data.path()).await;
        assert!(scene.is_read().await, "restart {round}");
        let next = scene.token().expect("a token");
        assert_ne!(next, kept);
        assert!(!org.takes(&kept), "what was exchanged is good for nothing");
        kept = next;
    }
    assert_eq!(scene.standing().await["state"], "consented");
}

#[tokio::test]
async fn whoever_comes_back_is_the_session_that_left_once_and_in_time() {
    let scene = scene().await;
    let (root, again, ana) =
        (scene.browser("root").await, scene.browser("root").await, scene.browser("ana").await);
    let nobody_knows = format!("https://{HERE}/crm/callback?code=x&state={}", "0".repeat(64));
    assert_eq!(scene.comes_back(&nobody_knows, Some(&root.cookie)).await, "wrong_state");
    let without = format!("https://{HERE}/crm/callback");
    assert_eq!(scene.comes_back(&without, Some(&root.cookie)).await, "wrong_state");
    for (cookie, word) in [
        (Some(again.cookie.as_str()), "wrong_state"),
        (Some(ana.cookie.as_str()), "not_signed_in"),
        (None, "not_signed_in"),
    ] {
        let back = scene.consents(&root).await;
        assert_eq!(scene.comes_back(&back, cookie).await, word);
        assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "wrong_state", "it is spent");
    }
    let back = scene.consents(&root).await;
    scene.world.clock.advance(10 * 60);
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "expired");
    assert_eq!((scene.token(), scene.audited("crm_connected")), (None, 0));
    let root = scene.browser("root").await;
    let back = scene.consents(&root).await;
    scene.world.clock.advance(10 * 60 - 1);
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "done", "the last second counts");
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "wrong_state", "once");
}

#[tokio::test]
async fn what_the_org_refuses_leaves_everything_as_it_was() {
    let scene = scene().await;
    let (world, org) = (&scene.world, &scene.org);
    let root = scene.browser("root").await;
    let client = |denied: bool| json!({ "id": "bitacora", "secret": "bitacora-secret", "denied": denied });
    org.control("POST", "clients", client(true));
    let back = scene.consents(&root).await;
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "denied");
    org.control("POST", "clients", client(false));
    let back = scene.consents(&root).await;
    let (before, after) = back.split_once("code=").expect("a code");
    let (_, state) = after.split_once('&').expect("a state");
    let forged = format!("{before}code=aPrxNobody&{state}");
    assert_eq!(scene.comes_back(&forged, Some(&root.cookie)).await, "refused");
    let back = scene.consents(&root).await;
    org.cut_off(true);
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "unreachable");
    org.cut_off(false);
    // The settings mean another org: its records would be no mirror of this one.
    let other = RemoteId::salesforce("00D000000000009").expect("an id");
    org.link_meaning(world, scene.data.path(), other).await;
    let back = scene.consents(&root).await;
    assert_eq!(scene.comes_back(&back, Some(&root.cookie)).await, "other_organisation");
    assert_eq!((scene.token(), scene.audited("crm_connected")), (None, 0));
}

#[tokio::test]
async fn only_admins_connect_from_a_page_of_ours_and_only_where_consent_is_the_way() {
    let scene = scene().await;
    let (world, org) = (&scene.world, &scene.org);
    let (root, ana) = (scene.browser("root").await, scene.browser("ana").await);
    assert_eq!(scene.presses(&ana).await.0, 403);
    world.ask(&ana.who, "POST", "/crm/disconnect", None).await.is(403);
    let foreign = Browser { who: root.who.clone(), cookie: ana.cookie.clone() };
    assert_eq!(scene.presses(&foreign).await.0, 403, "the session is somebody else's");
    world.ask(&root.who, "POST", "/crm/connect", None).await.is(401);
    let callback = scene.standing().await["callback"].clone();
    assert!(
        callback.as_str().is_some_and(|address| address.ends_with("//here.test/crm/callback")),
        "{callback}"
    );
    let (status, address) = scene.presses(&root).await;
    assert_eq!(status, 200);
    assert!(address.contains("code_challenge_method=S256") && address.contains("state="), "{address}");
    let other = Org::connect(world).await;
    assert_eq!(scene.presses(&root).await.0, 404, "this one logs in by its secret");
    assert_eq!(scene.standing().await, Value::Null);
    drop((org, other));
}
