//! Phone systems that push, over the real router: two tenants whose sources have the same name and other secrets. Each
//! is read by its real worker; what a test lets settle is read again from what is stored, as after a restart.

mod abuse;
mod document;
mod fuzz;
mod kill;
mod signed;
mod twilio;
mod zammad;

use crate::world::{HERE, THERE, World};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use ring::hmac;
use serde_json::{Value, json};
use server::ops::ingest::Ingest;
use server::settings::{
    SourceKind, SourceSettings, TenantSettings, TwilioSettings, WebhookSettings, ZammadSettings,
};
use server::worker::deliveries::{self, Pushed};
use std::collections::BTreeMap;
use std::sync::Arc;
use telephony::endpoints::{EndpointMap, EndpointSettings};
use telephony::reader::Reader;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Secrets of both tenants' signed source, and tokens of their connector; the first tenant is changing its secret.
const SECRETS: [&[&str]; 2] =
    [&["here-old-0123456789abcdef", "here-new-0123456789abcdef"], &["there-0123456789abcdef00"]];
const TOKENS: [&str; 2] = ["here-token-0123456789abcdef", "there-token-0123456789abcdef"];
const TWILIO_TOKENS: [&str; 2] = ["here-twilio-0123456789abcdef", "there-twilio-0123456789abcdef"];
/// How Twilio reaches us.
const TWILIO_URL: &str = "https://calls.example.org";
const SIGNED: &str = "pbx";
/// Sources of Twilio: without TaskRouter and with it.
const CARRIER: &str = "carrier";
const ROUTED: &str = "routed";
const SOURCES: [&str; 4] = [SIGNED, CONNECTOR, CARRIER, ROUTED];
const CONNECTOR: &str = "cti";
/// Largest answer a test reads, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

fn place(host: &str) -> usize {
    usize::from(host == THERE)
}

fn endpoints() -> EndpointSettings {
    let agents = [("1001", ["ana", "client:ana"]), ("1002", ["ben", "client:ben"])];
    EndpointSettings {
        agents: agents.map(|(agent, names)| (agent.to_owned(), names.map(str::to_owned).into())).into(),
        queues: BTreeMap::from([("ventas".to_owned(), "Sales".to_owned())]),
        ..EndpointSettings::default()
    }
}

fn sources(place: usize) -> impl FnOnce(&mut TenantSettings) {
    let secrets = SECRETS[place].iter().map(|&secret| secret.to_owned()).collect();
    let twilio = |taskrouter| {
        let (token, url) = (TWILIO_TOKENS[place].to_owned(), Some(TWILIO_URL.to_owned()));
        let auth_tokens = vec!["the-primary-one-0123456789".to_owned(), token];
        SourceKind::Twilio(TwilioSettings { auth_tokens, public_url: url, taskrouter })
    };
    let kinds = [
        (SIGNED, SourceKind::Webhook(WebhookSettings { secrets, replay_window_s: 300 })),
        (CONNECTOR, SourceKind::Zammad(ZammadSettings { token: TOKENS[place].to_owned() })),
        (CARRIER, twilio(false)),
        (ROUTED, twilio(true)),
    ];
    let source = |(name, kind): (&str, SourceKind)| SourceSettings::new(name, kind, endpoints());
    move |tenant| tenant.sources = kinds.map(source).into()
}

/// The world, and who reads what is pushed.
struct Pushing {
    world: World,
    stop: watch::Sender<bool>,
    readers: JoinSet<()>,
}

/// What was answered.
#[derive(Debug)]
struct Said {
    status: StatusCode,
    body: Value,
    retry_after: Option<String>,
}

impl Said {
    #[track_caller]
    fn is(self, status: u16) -> Said {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Code and reason of a refusal.
    fn refusal(&self) -> (&str, &str) {
        let error = &self.body["error"];
        (error["code"].as_str().unwrap_or_default(), error["detail"]["reason"].as_str().unwrap_or_default())
    }
}

impl Pushing {
    async fn new() -> Pushing {
        let mut pushing = Pushing::unread().await;
        pushing.begin();
        pushing
    }

    /// Nobody reads yet what is pushed.
    async fn unread() -> Pushing {
        let world = World::with_both(sources(0), sources(1)).await;
        Pushing { world, stop: watch::channel(false).0, readers: JoinSet::new() }
    }

    fn begin(&mut self) {
        self.stop = watch::channel(false).0;
        for host in [HERE, THERE] {
            for name in SOURCES {
                let tenant = Arc::clone(self.world.tenant(host));
                let endpoints = EndpointMap::try_from(&endpoints()).expect("endpoints");
                let waiting = self.world.app.hooks.open(tenant.id, name);
                let pushed = Pushed { tenant, name: name.to_owned(), endpoints, waiting };
                let (app, stop) = (Arc::clone(&self.world.app), self.stop.subscribe());
                self.readers.spawn(deliveries::run(app, pushed, stop));
            }
        }
    }

    /// Ends the reading, lets a minute pass, reads what is stored again and lets calls settle; then reads on.
    async fn settle(&mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.readers.join_next().await {
            ended.expect("a reader ends well");
        }
        self.world.clock.advance(60);
        for host in [HERE, THERE] {
            for name in SOURCES {
                let (app, tenant) = (Arc::clone(&self.world.app), Arc::clone(self.world.tenant(host)));
                let map = EndpointMap::try_from(&endpoints()).expect("endpoints");
                let mut ingest =
                    Ingest::resume_by(app, tenant, name, map, Reader::Hook).await.expect("taken up");
                ingest.tick(self.world.app.around.now()).await.expect("settled");
            }
        }
        self.begin();
    }

    async fn answer(&self, request: Request<Body>) -> Said {
        let response = self.world.answer(request).await;
        let status = response.status();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let bytes = to_bytes(response.into_body(), MAX_ANSWER).await.expect("a body");
        Said { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), retry_after }
    }

    fn seconds(&self) -> i64 {
        self.world.app.around.now().0 / 1_000_000
    }

    /// Now, as events say it, so many seconds later.
    fn time(&self, later_s: i64) -> String {
        server::clock::rfc3339(self.world.app.around.now().plus_millis(later_s * 1_000))
    }

    /// An event of a call, so many seconds from now.
    fn event(&self, id: &str, call: &str, kind: &str, later_s: i64, data: Value) -> Value {
        json!({
            "specversion": "1.0", "id": id, "source": "/pbx", "type": format!("call.{kind}.v1"),
            "subject": call, "time": self.time(later_s), "data": data,
        })
    }

    /// The events of a call that Ana answers.
    fn answered_call(&self, call: &str) -> Vec<Value> {
        let at = |nth: usize, kind, data| self.event(&format!("{call}-{nth}"), call, kind, nth as i64, data);
        vec![
            at(
                0,
                "started",
                json!({ "direction": "inbound", "from": crate::world::CALLER, "to": "+34911000001" }),
            ),
            at(1, "queued", json!({ "queue": "ventas" })),
            at(2, "offered", json!({ "agent": "ana", "queue": "ventas" })),
            at(3, "answered", json!({ "agent": "ana" })),
            at(9, "ended", json!({ "by": "customer" })),
        ]
    }

    /// Pushes an event, signed now by the tenant's last secret.
    async fn push(&self, host: &str, event: &Value) -> Said {
        let body = event.to_string();
        let secret = SECRETS[place(host)].last().expect("a secret");
        self.answer(signed_request(host, SIGNED, &sign(secret, self.seconds(), &body), body)).await
    }

    fn chunks(&self) -> i64 {
        self.world.count("SELECT count(*) FROM frame_chunk")
    }
}

fn sign(secret: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

fn signed_request(host: &str, source: &str, signature: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(format!("/hooks/v1/{source}"))
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
        .header("Bitacora-Signature", signature)
        .body(body.into())
        .expect("a request")
}
