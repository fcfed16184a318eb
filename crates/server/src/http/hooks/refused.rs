//! Why a delivery is refused, and how that is answered (docs/webhooks.md, "Answers").

use super::body::MAX_DELIVERY_BYTES;
use crate::hooks::Refusal;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use telephony::hook::Fault;

/// After how many seconds a sender should come again.
const RETRY_AFTER_S: &str = "2";

/// Why a delivery is refused.
#[derive(Debug)]
pub(super) enum Refused {
    /// No signature or token.
    Missing,
    /// A signature or token that is not right, or no such source: which of them is not told.
    Forged,
    /// A right signature that is too old, or ahead of our clock.
    Expired,
    /// The body is too large.
    TooLarge,
    /// A form that nothing here reads.
    MediaType,
    /// The body is not of its form at all.
    Malformed,
    /// A field cannot be taken.
    Invalid(Fault),
    /// It cannot be stored now.
    Unavailable,
}

impl Refused {
    /// As monitors see it.
    pub(super) fn counted_as(&self) -> Refusal {
        match self {
            Refused::Missing => Refusal::Missing,
            Refused::Forged => Refusal::Forged,
            Refused::Expired => Refusal::Expired,
            Refused::TooLarge => Refusal::TooLarge,
            Refused::MediaType => Refusal::MediaType,
            Refused::Malformed | Refused::Invalid(_) => Refusal::NotUnderstood,
            Refused::Unavailable => Refusal::Unavailable,
        }
    }

    /// The path of the field that cannot be taken.
    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Refused::Invalid(fault) => Some(&fault.path),
            _ => None,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code, detail) = match &self {
            Refused::Missing | Refused::Forged | Refused::Expired => {
                let reason = self.counted_as().word();
                (StatusCode::UNAUTHORIZED, "signature_refused", json!({ "reason": reason }))
            }
            Refused::TooLarge => {
                let limit = json!({ "limit_bytes": MAX_DELIVERY_BYTES });
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", limit)
            }
            Refused::MediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "malformed", json!({ "reason": "media_type" }))
            }
            Refused::Malformed => (StatusCode::BAD_REQUEST, "malformed", json!({ "reason": "body" })),
            Refused::Invalid(fault) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid", json!({ "reason": fault.kind.code() }))
            }
            Refused::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", json!({})),
        };
        let mut body = json!({ "error": { "code": code, "detail": detail } });
        if let Some(field) = self.field() {
            body["error"]["field"] = Value::from(field);
        }
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
        }
        response
    }
}
