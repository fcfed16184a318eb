//! What other programs are told, byte for byte (docs/outgoing-webhooks.md), and what admins are shown of it.

use super::{LabelView, word};
use crate::clock::rfc3339;
use crate::outgoing::signature::message_id;
use domain::id::At;
use domain::notice::delivery::{Delivery, DeliveryState};
use domain::notice::endpoint::Endpoint;
use domain::notice::{ActivityTold, Notice, NoticeBody};
use serde::Serialize;
use serde_json::{Value, json};
use store::DeliveryTally;
use utoipa::ToSchema;
use uuid::Uuid;

/// The version of what is told. Fields are added under the same one; what a receiver could stumble over gets another.
const VERSION: u32 = 1;

/// The body in which an endpoint of this tenant is told something.
pub fn webhook_body(tenant: &str, notice: &Notice, with_notes: bool) -> Vec<u8> {
    let body = json!({
        "type": notice.kind.word(),
        "version": VERSION,
        "timestamp": rfc3339(notice.at),
        "tenant": tenant,
        "data": data(&notice.body, with_notes),
    });
    body.to_string().into_bytes()
}

fn data(body: &NoticeBody, with_notes: bool) -> Value {
    match body {
        NoticeBody::Activity(told) => activity(told, with_notes),
        NoticeBody::Correction(told) => {
            let mut data = activity(&told.activity, with_notes);
            data["correction"] = json!({ "id": told.id.0, "by": told.by.0, "undoes": told.undoes.map(|id| id.0), "fields": told.fields });
            data
        }
        NoticeBody::Merged { from, into } => json!({ "id": from.0, "into": into.0 }),
        NoticeBody::Wrapup(told) => json!({
            "wrapup": told.wrapup.0,
            "call": told.call.0,
            "agent": told.agent.0,
            "opened_at": rfc3339(told.opened_at),
        }),
        NoticeBody::Test { endpoint } => json!({ "webhook": endpoint }),
    }
}

fn activity(told: &ActivityTold, with_notes: bool) -> Value {
    let code =
        told.code.as_ref().map(|code| json!({ "id": code.id.0, "label": LabelView::from(&code.label) }));
    let mut data = json!({
        "id": told.call.0,
        "call_type": told.kind.map(|kind| word(&kind)),
        "direction": word(&told.direction),
        "outcome": word(&told.outcome),
        "number": told.number,
        "ring_group": told.ring_group,
        "started_at": rfc3339(told.started_at),
        "answered_at": told.answered_at.map(rfc3339),
        "ended_at": told.ended_at.map(rfc3339),
        "wait_ms": told.wait_ms,
        "talk_ms": told.talk_ms,
        "agent": told.agent.as_ref().map(|agent| &agent.0),
        "logged_at": told.logged_at.map(rfc3339),
        "code": code,
        "person": told.person.map(|person| person.0),
        "case": told.case.map(|case| case.0),
        "revision": told.revision,
    });
    if with_notes {
        data["notes"] = json!(told.notes);
    }
    data
}

/// An endpoint, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Its id.
    pub id: Uuid,
    /// What admins call it.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What it is told.
    pub types: Vec<&'static str>,
    /// Whether it is told the notes of calls.
    pub with_notes: bool,
    /// `on`, or why not: `off`, `gone`, `failing`.
    pub state: &'static str,
    /// Since when it is not on.
    pub off_at: Option<String>,
    /// Since when it takes nothing, while it is tried.
    pub failing_since: Option<String>,
    /// Until when what it is told is signed with the secret before this one as well.
    pub former_secret_until: Option<String>,
    /// When it was made.
    pub made_at: String,
    /// Counts its changes.
    pub version: u64,
    /// How much waits to be told.
    pub waiting: u64,
    /// How much was given up.
    pub dead: u64,
}

impl WebhookView {
    /// How an endpoint is shown at `now`.
    pub fn of(endpoint: &Endpoint, tally: DeliveryTally, now: At) -> Self {
        let state = endpoint.off.map_or("on", |off| off.because.word());
        let former = endpoint.former.as_ref().map(|former| former.until).filter(|until| now < *until);
        WebhookView {
            id: endpoint.id.0,
            name: endpoint.name.clone(),
            url: endpoint.url.clone(),
            types: endpoint.kinds.iter().map(|kind| kind.word()).collect(),
            with_notes: endpoint.with_notes,
            state,
            off_at: endpoint.off.map(|off| rfc3339(off.at)),
            failing_since: endpoint.failing_since.map(rfc3339),
            former_secret_until: former.map(rfc3339),
            made_at: rfc3339(endpoint.made_at),
            version: endpoint.version,
            waiting: tally.waiting,
            dead: tally.dead,
        }
    }
}

/// Something that an endpoint is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryView {
    /// The id under which it is told, `webhook-id`.
    pub id: String,
    /// What is told.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// When it was so.
    pub at: String,
    /// The id of what it is about: a call, a correction, a wrap-up.
    pub about: Uuid,
    /// `waiting`, `delivered` or `dead`.
    pub state: String,
    /// How often it was tried since somebody last asked for it.
    pub tries: u32,
    /// When it is tried next, while it waits and was tried.
    pub next_at: Option<String>,
    /// The last attempt.
    pub last: Option<WebhookAttemptView>,
}

/// An attempt.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookAttemptView {
    /// When.
    pub at: String,
    /// The HTTP status; absent where there was no answer.
    pub status: Option<u16>,
    /// Why there was none: `bad_address`, `unresolved`, `forbidden_network`, `unreachable`, `not_trusted`, `timed_out`,
    /// `broken_off`.
    pub no_answer: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

impl From<&Delivery> for WebhookDeliveryView {
    fn from(delivery: &Delivery) -> Self {
        let waits = delivery.state == DeliveryState::Waiting && delivery.not_before > At(0);
        WebhookDeliveryView {
            id: message_id(delivery.notice.id),
            kind: delivery.notice.kind.word(),
            at: rfc3339(delivery.notice.at),
            about: delivery.notice.body.subject(),
            state: word(&delivery.state),
            tries: delivery.tries,
            next_at: waits.then(|| rfc3339(delivery.not_before)),
            last: delivery.last.map(|last| WebhookAttemptView {
                at: rfc3339(last.at),
                status: last.status,
                no_answer: last.no_answer.map(|why| word(&why)),
                took_ms: last.took_ms,
            }),
        }
    }
}
