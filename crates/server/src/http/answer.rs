//! How errors are answered: a code and a status, nothing of the inside. Internal detail goes to the log, under
//! the trace id that the client is given.

use crate::ops::OpError;
use crate::view::crm_why;
use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

/// An error as the API answers it.
#[derive(Debug)]
pub enum ApiError {
    /// An operation was not done.
    Op(OpError),
    /// The request is not of the form it must have.
    Malformed(String),
    /// The body is too large.
    TooLarge,
    /// The file is larger than so many bytes.
    FileTooLarge(u64),
    /// A form that nothing here reads.
    UnsupportedMediaType,
}

impl From<OpError> for ApiError {
    fn from(error: OpError) -> Self {
        ApiError::Op(error)
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::UnsupportedMediaType,
            _ => ApiError::Malformed(rejection.body_text()),
        }
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        ApiError::Malformed(rejection.body_text())
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        ApiError::Malformed(rejection.body_text())
    }
}

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(ApiError))]
pub(super) struct Body<T>(pub(super) T);

/// Parts of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub(super) struct Path<T>(pub(super) T);

/// The query string.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
pub(super) struct Query<T>(pub(super) T);

fn status(code: &str) -> StatusCode {
    match code {
        "unauthenticated" | "invalid_credentials" | "session_expired" => StatusCode::UNAUTHORIZED,
        "forbidden" | "not_shared" => StatusCode::FORBIDDEN,
        "not_found" => StatusCode::NOT_FOUND,
        "too_many_attempts" | "too_many_files" => StatusCode::TOO_MANY_REQUESTS,
        "party_gone"
        | "match_changed"
        | "stale_revision"
        | "message_taken"
        | "message_done"
        | "wrapup_closed_differently"
        | "wrapup_not_due"
        | "no_phone"
        | "busy"
        | "phone_refused"
        | "not_possible"
        | "no_more_time"
        | "nothing_to_release"
        | "inbox_full"
        | "not_correctable"
        | "nothing_to_undo"
        | "edited_there"
        | "last_set"
        | "do_not_call"
        | "follow_up_withdrawn"
        | "no_crm"
        | "picklist_gone"
        | "crm_forbids"
        | "not_confirmed" => StatusCode::CONFLICT,
        "token_used" => StatusCode::GONE,
        "unavailable" | "crm_failed" | "sharing_unknown" | "phone_unreachable" | "phone_unanswered" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "internal" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl ApiError {
    /// The status it is answered with, and the body.
    pub(super) fn body(&self) -> (StatusCode, Value) {
        let (status, code, field, detail) = match self {
            ApiError::Malformed(reason) => {
                (StatusCode::BAD_REQUEST, "malformed", None, json!({ "reason": reason }))
            }
            ApiError::TooLarge => {
                let limit = json!({ "limit_bytes": super::MAX_BODY_BYTES });
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", None, limit)
            }
            ApiError::FileTooLarge(limit) => {
                let limit = json!({ "limit_bytes": limit });
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", None, limit)
            }
            ApiError::UnsupportedMediaType => {
                let reason = json!({ "reason": "application/json is wanted" });
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "malformed", None, reason)
            }
            ApiError::Op(error) => {
                let (code, field) = error.code();
                (status(code), code, field, detail(error))
            }
        };
        let mut body = json!({ "error": { "code": code, "detail": detail_or_empty(detail) } });
        if let Some(field) = field {
            body["error"]["field"] = Value::from(field);
        }
        (status, body)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, body) = self.body();
        let mut response = (status, Json(body)).into_response();
        if let ApiError::Op(OpError::TooManyAttempts { retry_after_s }) = self
            && let Ok(value) = HeaderValue::from_str(&retry_after_s.to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}

fn detail_or_empty(detail: Value) -> Value {
    if detail.is_null() { json!({}) } else { detail }
}

fn detail(error: &OpError) -> Value {
    match error {
        OpError::TooManyAttempts { retry_after_s } => json!({ "retry_after_s": retry_after_s }),
        OpError::BadLine { line, reason } => json!({ "line": line, "reason": reason }),
        OpError::Invalid { fault, .. } => json!({ "reason": fault.code() }),
        OpError::Refused(refused) if error.code().0 == "invalid" => {
            let reason = match refused {
                domain::wrapup::submit::SubmitRefused::KindRefused
                | domain::wrapup::submit::SubmitRefused::ReasonUnknown => "unknown",
                _ => "too_long",
            };
            json!({ "reason": reason })
        }
        OpError::MatchMoved { current, .. } => json!({ "match": current }),
        OpError::Stale { current } | OpError::MessageMoved { current, .. } => json!({ "current": current }),
        OpError::ClosedDifferently { activity } => json!({ "activity": activity }),
        OpError::Internal(inside) => {
            #[expect(clippy::disallowed_methods, reason = "names a line of the log, decides nothing")]
            let trace = Uuid::now_v7();
            tracing::error!(%trace, error = inside, "internal error");
            json!({ "trace": trace })
        }
        OpError::Crm(error) => {
            tracing::warn!(%error, "the CRM could not be asked");
            json!({ "why": crm_why(error.kind), "code": error.code })
        }
        OpError::Unavailable(inside) => {
            tracing::warn!(error = inside, "request refused: unavailable");
            Value::Null
        }
        _ => Value::Null,
    }
}
