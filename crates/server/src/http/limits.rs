//! What a request may take once its head is there: its size, and how long.

use super::ApiError;
use super::export::MAX_TABLE_BYTES;
use crate::app::App;
use crate::ops::OpError;
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Largest body taken, in bytes.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// Bounds the time of a request. A connection that becomes a WebSocket is answered at once and bounded there.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    // A file is bounded where it is taken, by its own limits.
    let takes_file = [super::imports::UPLOAD, super::completeness::UPLOAD].contains(&request.uri().path());
    if request.method() == Method::POST && takes_file {
        return next.run(request).await;
    }
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if request.uri().path() == super::export::SHOWN {
        if declared.is_some_and(|length| length > MAX_TABLE_BYTES) {
            return ApiError::FileTooLarge(MAX_TABLE_BYTES as u64).into_response();
        }
    } else if declared.is_some_and(|length| length > MAX_BODY_BYTES) {
        return ApiError::TooLarge.into_response();
    }
    let within = Duration::from_secs(app.settings.server.request_timeout_s);
    match timeout(within, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            ApiError::from(OpError::Unavailable("the request took too long".to_owned())).into_response()
        }
    }
}
