//! The phone in an agent's browser: who is told what, and where it is not told.

use crate::world::{HERE, Someone, THERE, World};
use axum::body::Body;
use axum::http::{Request, header};
use domain::id::AgentKey;
use serde_json::json;
use server::ops::web_phone::{has, origins};
use server::settings::{
    AmiSettings, SourceKind, SourceSettings, TenantSettings, TurnSettings, WebPhoneAccount, WebPhoneSettings,
};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use telephony::endpoints::EndpointSettings;
use tracing::Instrument;

const SECRET: &str = "not-for-others";

/// A phone system with a phone in the browser of each of these agents.
fn with_phones(tenant: &mut TenantSettings, host: &str, agents: &[&str]) {
    let account = |agent: &&str| {
        let password = format!("{SECRET}-{agent}");
        ((*agent).to_owned(), WebPhoneAccount { username: (*agent).to_owned(), password })
    };
    let turn = TurnSettings {
        urls: vec!["turns:turn.example:5349".to_owned()],
        username: "u".to_owned(),
        credential: "c".to_owned(),
    };
    let phones = WebPhoneSettings {
        url: format!("wss://{host}:8089/ws"),
        domain: None,
        stun: vec!["stun:stun.example:3478".to_owned()],
        turn: Some(turn),
        agents: agents.iter().map(account).collect(),
    };
    let ami =
        AmiSettings { web_phone: Some(Box::new(phones)), ..AmiSettings::at("127.0.0.1:5038", "cti", "s") };
    tenant.sources = vec![SourceSettings::new("pbx", SourceKind::Ami(ami), EndpointSettings::default())];
}

async fn world() -> World {
    World::with_both(
        |here| with_phones(here, "here.example", &["1001"]),
        |there| with_phones(there, "there.example", &["1002"]),
    )
    .await
}

#[tokio::test]
async fn an_agent_is_told_their_own_phone_and_nobody_elses() {
    let world = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let told = world.ask(&ana, "GET", "/me/phone", None).await.is(200).body;
    let expected = json!({
        "url": "wss://here.example:8089/ws",
        "domain": "here.example",
        "username": "1001",
        "password": format!("{SECRET}-1001"),
        "ice_servers": [
            { "urls": ["stun:stun.example:3478"] },
            { "urls": ["turns:turn.example:5349"], "username": "u", "credential": "c" },
        ],
    });
    assert_eq!(told, expected);
    // The same agent's key at another tenant has none, and who has one there is told that one.
    let twin = world.sign_in(THERE, "ana").await;
    assert_eq!(world.ask(&twin, "GET", "/me/phone", None).await.is(404).code(), "not_found");
    let ben = world.sign_in(THERE, "ben").await;
    let told = world.ask(&ben, "GET", "/me/phone", None).await.is(200).body;
    assert_eq!(told["username"], "1002");
}

#[tokio::test]
async fn who_is_not_listed_or_no_agent_has_none_and_the_panel_says_so() {
    let world = world().await;
    let panel = |who: Someone| {
        let world = &world;
        async move { world.ask(&who, "GET", "/me/panel", None).await.is(200).body["web_phone"].clone() }
    };
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    assert_eq!(world.ask(&ben, "GET", "/me/phone", None).await.is(404).code(), "not_found");
    assert_eq!((panel(ana).await, panel(ben).await), (json!(true), json!(false)));
    let sam = world.sign_in(HERE, "sam").await;
    assert_eq!(world.ask(&sam, "GET", "/me/phone", None).await.is(403).code(), "forbidden");
    let nobody = Someone { host: HERE, token: "made up".to_owned() };
    world.ask(&nobody, "GET", "/me/phone", None).await.is(401);
    let plain = World::new().await;
    let ana = plain.sign_in(HERE, "ana").await;
    plain.ask(&ana, "GET", "/me/phone", None).await.is(404);
}

#[tokio::test]
async fn what_a_page_may_connect_to_is_that_of_its_own_tenant() {
    let world = world().await;
    assert_eq!(origins(world.tenant(HERE)), ["wss://here.example:8089"]);
    assert_eq!(origins(world.tenant(THERE)), ["wss://there.example:8089"]);
    assert!(has(world.tenant(HERE), &AgentKey("1001".to_owned())));
}

/// A log that keeps everything.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_password_is_kept_by_nobody_and_stands_in_no_log() {
    let kept = Kept::default();
    let writer = kept.clone();
    let log =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    // Of this thread alone, on which all of the test runs.
    let _log = tracing::subscriber::set_default(log.finish());
    let world = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let request = Request::builder().uri("/api/v1/me/phone").header(header::HOST, HERE);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", ana.token));
    let span = tracing::info_span!("asked", settings = ?world.app.settings);
    let answer = world.answer(request.body(Body::empty()).expect("a request")).instrument(span).await;
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    tracing::info!(settings = ?world.app.settings, "as they are read");
    let log = String::from_utf8_lossy(&kept.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
    assert!(log.contains("as they are read") && log.contains("here.example"), "{log}");
    assert!(!log.contains(SECRET), "{log}");
}
