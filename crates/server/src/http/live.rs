//! The upgrade to the live feed. The token comes in the first message, never in the URL; the origin must be
//! our own or that of a frame without one.

use super::ApiError;
use crate::app::App;
use crate::live::{MAX_CLIENT_MESSAGE_BYTES, serve};
use crate::ops::OpError;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use std::sync::Arc;

/// Connects a panel. Anyone; who it is must be said in the first message.
pub(super) async fn connect(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|rejection| ApiError::Malformed(rejection.body_text()))?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match (text(header::ORIGIN), text(header::HOST)) {
        (None | Some("null"), _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, named)| named == host),
        (Some(_), None) => false,
    };
    if !own {
        return Err(OpError::Forbidden.into());
    }
    let upgrade = upgrade.max_message_size(MAX_CLIENT_MESSAGE_BYTES);
    Ok(upgrade.on_upgrade(move |socket| serve(app, socket)))
}
