//! How the panel in a frame of another site becomes somebody's: by the word of the page around it, or by a code from
//! a window of ours. Browsers keep a frame's cookies apart from those of our own pages (CHIPS), so its session is one
//! of its own. A frame without an origin has none at all, and asks again.

use super::ApiError;
use super::answer::Body;
use super::caller::{Anyone, SignedIn};
use super::session::{FRAME_COOKIE, SessionView, signed_in};
use crate::app::App;
use crate::ops::{session_code, session_of_host};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// How long a browser need not ask again what a frame without an origin may ask, in seconds.
const PREFLIGHT_S: &str = "600";

/// What the page around the panel says of who looks at it.
#[derive(Deserialize, ToSchema)]
pub(super) struct Assertion {
    /// A JWT.
    assertion: String,
}

/// SHA-256, in base64url, of a secret that the frame made and keeps.
#[derive(Deserialize, ToSchema)]
pub(super) struct Challenge {
    challenge: String,
}

/// A one-time code.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Code {
    code: String,
}

/// A one-time code for people to compare.
#[derive(Serialize, ToSchema)]
pub(super) struct PairingView {
    /// Like `K7DQ-W3MX`.
    code: String,
    /// Seconds until it is good no more.
    expires_in_s: i64,
}

/// A one-time code and the secret that it was made for.
#[derive(Deserialize, ToSchema)]
pub(super) struct Redeemed {
    code: String,
    verifier: String,
}

/// Signs in by the word of the CRM's page. Anyone who has an assertion that the org signed.
#[utoipa::path(post, path = "/session/host", tag = "session", request_body = Assertion,
    responses((status = 200, body = SessionView), (status = 401), (status = 403), (status = 404), (status = 429)))]
pub(super) async fn by_host(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Body(said): Body<Assertion>,
) -> Result<Response, ApiError> {
    let session = session_of_host::sign_in(&app, &anyone.tenant, &said.assertion).await?;
    Ok(signed_in(FRAME_COOKIE, session))
}

/// A code for the panel in a frame. Anyone signed in, for a session of their own.
#[utoipa::path(post, path = "/session/grant", tag = "session", request_body = Challenge,
    responses((status = 200, body = Code), (status = 401), (status = 422), (status = 429)),
    security(("access_token" = [])))]
pub(super) async fn grant(
    State(app): State<Arc<App>>,
    caller: SignedIn,
    Body(asked): Body<Challenge>,
) -> Result<Json<Code>, ApiError> {
    let code = session_code::grant(&app, caller.tenant.id, caller.caller.user, &asked.challenge)?;
    Ok(Json(Code { code }))
}

/// A code that the panel in a frame shows. Anyone; it is nobody's until somebody who is signed in confirms it.
#[utoipa::path(post, path = "/session/pairing", tag = "session", request_body = Challenge,
    responses((status = 200, body = PairingView), (status = 422), (status = 429)))]
pub(super) async fn pair(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Body(asked): Body<Challenge>,
) -> Result<Json<PairingView>, ApiError> {
    let pairing = session_code::pair(&app, anyone.tenant.id, &asked.challenge)?;
    Ok(Json(PairingView { code: pairing.code, expires_in_s: pairing.expires_in_s }))
}

/// Confirms the code that a frame shows. Anyone signed in, for a session of their own.
#[utoipa::path(post, path = "/session/pairing/confirm", tag = "session", request_body = Code,
    responses((status = 204), (status = 401), (status = 410), (status = 429)),
    security(("access_token" = [])))]
pub(super) async fn confirm(
    State(app): State<Arc<App>>,
    caller: SignedIn,
    Body(shown): Body<Code>,
) -> Result<StatusCode, ApiError> {
    session_code::confirm(&app, caller.tenant.id, caller.caller.user, &shown.code)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins the session that a code is good for. Whoever has the code and the secret that it was made for.
#[utoipa::path(post, path = "/session/code", tag = "session", request_body = Redeemed,
    responses((status = 200, body = SessionView), (status = 409), (status = 410)))]
pub(super) async fn redeem(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Body(Redeemed { code, verifier }): Body<Redeemed>,
) -> Result<Response, ApiError> {
    Ok(signed_in(FRAME_COOKIE, session_code::redeem(&app, &anyone.tenant, &code, &verifier).await?))
}

/// Lets a frame without an origin of its own call the API, to which it is a stranger. Never with cookies: any page can
/// make such a frame.
pub(super) async fn let_frames_ask(request: Request, next: Next) -> Response {
    let stranger = request.headers().get(header::ORIGIN).is_some_and(|origin| origin == "null");
    if !stranger || !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks { preflight().into_response() } else { next.run(request).await };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn preflight() -> (StatusCode, HeaderMap) {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_S),
    ];
    let headers = allowed.map(|(name, value)| (name, HeaderValue::from_static(value)));
    (StatusCode::NO_CONTENT, headers.into_iter().collect())
}
