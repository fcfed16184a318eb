//! A program that is told of logged calls all the while: whatever it was told is on the disk, everything that is logged is
//! told, and each thing under one id however often.

use crate::contents::Contents;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use domain::commit::Change;
use domain::id::{At, EndpointId};
use domain::notice::NoticeKind;
use domain::notice::endpoint::{Endpoint, Secret};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// What the settings say so that it is told at all: it is on this very machine, and unencrypted.
pub(crate) const SETTINGS: &str = "[outgoing_webhooks]\nallow_http = true\nnetworks = ['127.0.0.0/8']\n";

/// By `webhook-id`, the calls that were told under it: one each.
type ToldOf = BTreeMap<String, BTreeSet<Uuid>>;

/// The program.
pub(crate) struct Listener {
    told: Arc<Mutex<ToldOf>>,
    port: u16,
}

impl Listener {
    /// It listens from now on.
    pub(crate) async fn open() -> Listener {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let told = Arc::<Mutex<ToldOf>>::default();
        let router = Router::new().route("/in", post(take)).with_state(Arc::clone(&told));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Listener { told, port }
    }

    /// Has it told of logged calls.
    pub(crate) fn registration(&self) -> Change {
        Change::Endpoint(Box::new(Endpoint {
            id: EndpointId(Uuid::from_u128(1)),
            name: "ERP".to_owned(),
            url: format!("http://127.0.0.1:{}/in", self.port),
            kinds: [NoticeKind::ActivityLogged].into(),
            with_notes: false,
            secret: Secret("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned()),
            former: None,
            off: None,
            failing_since: None,
            made_at: At(0),
            version: 1,
        }))
    }

    /// All that is wrong with what it was told, beside what is stored.
    pub(crate) fn wrong(&self, contents: &Contents) -> Vec<String> {
        let told = self.told.lock().expect("what was told");
        let mut wrong = Vec::new();
        let mut ids = BTreeMap::<Uuid, Vec<&str>>::new();
        for (id, calls) in told.iter() {
            if calls.len() != 1 {
                wrong.push(format!("{id} told of {calls:?}"));
            }
            for call in calls {
                ids.entry(*call).or_default().push(id);
                let stored = contents.activities.get(call);
                if stored.is_none_or(|activity| activity.outcome != "logged") {
                    wrong.push(format!("{call} was told as logged and is {stored:?}"));
                }
            }
        }
        // A call that is a call once more after it was part of another is news; none here is.
        let twice = ids.into_iter().filter(|(_, ids)| ids.len() > 1);
        wrong.extend(twice.map(|(call, ids)| format!("{call} was told under {ids:?}")));
        wrong
    }

    /// Whether it was told everything that is logged.
    pub(crate) fn knows_all(&self, contents: &Contents) -> bool {
        let told = self.told.lock().expect("what was told");
        let told: BTreeSet<Uuid> = told.values().flatten().copied().collect();
        let logged = |(call, activity): (&Uuid, &crate::contents::Activity)| {
            (activity.archived && activity.outcome == "logged").then_some(*call)
        };
        contents.activities.iter().filter_map(logged).all(|call| told.contains(&call))
    }
}

async fn take(State(told): State<Arc<Mutex<ToldOf>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let call = body["data"]["id"].as_str().and_then(|id| id.parse().ok()).expect("a call");
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).expect("an id");
    told.lock().expect("what was told").entry(id.to_owned()).or_default().insert(call);
    StatusCode::NO_CONTENT
}
