//! Signing in and out. The refresh token travels in a cookie that no script reads; a request that only the
//! cookie vouches for must come from our own pages.

use super::ApiError;
use super::answer::{Body, Query};
use super::caller::Anyone;
use crate::app::{App, DemoUser, Tenant};
use crate::ops::OpError;
use crate::ops::session::{self as op, ACCESS_TOKEN_S, SESSION_S, SignedIn};
use crate::ops::users::{self, NewUser, UserView};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::account::Role;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Where a session is kept. `__Host-`: this host only, HTTPS (or localhost) only, never for a subdomain.
pub(super) struct Cookie {
    name: &'static str,
    /// When browsers send it.
    sent: &'static str,
}

/// The refresh cookie of our own pages.
const COOKIE: Cookie = Cookie { name: "__Host-bitacora", sent: "SameSite=Lax" };
/// That of the panel in a frame: sent within pages of the same site as those it was set in, and nowhere else.
pub(super) const FRAME_COOKIE: Cookie =
    Cookie { name: "__Host-bitacora-frame", sent: "SameSite=None; Partitioned" };

/// Which of the two is meant.
#[derive(Deserialize, IntoParams)]
pub(super) struct Kept {
    /// `frame`: that of the panel in a frame.
    #[serde(rename = "in", default)]
    place: Option<Place>,
}

/// Where a page is that is not one of our own tabs.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Place {
    Frame,
}

impl Kept {
    fn cookie(&self) -> Cookie {
        self.place.map_or(COOKIE, |Place::Frame| FRAME_COOKIE)
    }
}

/// Login and password.
#[derive(Deserialize, ToSchema)]
pub(super) struct Credentials {
    login: String,
    password: String,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionView {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// Seconds until it ends.
    expires_in_s: i64,
    /// Who signed in.
    user: UserView,
    /// The zone by which the centre's days begin, e.g. `Europe/Madrid`.
    zone: String,
}

/// What this server is.
#[derive(Serialize, ToSchema)]
pub(super) struct InstanceView {
    /// `Bitácora`.
    name: String,
    /// Version.
    version: String,
    /// Users to try it with; null outside the demo.
    demo: Option<DemoView>,
    /// Whether nobody has signed up yet.
    needs_first_admin: bool,
    /// Whose pages may frame the panel.
    embedding: EmbeddingView,
}

/// Whose pages may frame the panel, by their origins.
#[derive(Serialize, ToSchema)]
pub(super) struct EmbeddingView {
    /// All of them.
    ancestors: Vec<String>,
    /// Those of a Salesforce org, from which its own script may come.
    lightning: Vec<String>,
}

impl EmbeddingView {
    /// As the settings of the server and of the tenant say.
    pub(super) fn of(app: &App, tenant: &Tenant) -> Self {
        let lightning = tenant.settings.salesforce.as_ref();
        let lightning = lightning.map(|org| org.lightning_origins.clone()).unwrap_or_default();
        let listed = app.settings.server.panel_frame_ancestors.iter().chain(&lightning).cloned();
        EmbeddingView { ancestors: listed.collect(), lightning }
    }

    #[cfg(test)]
    pub(super) fn new(ancestors: Vec<String>, lightning: Vec<String>) -> Self {
        EmbeddingView { ancestors, lightning }
    }

    pub(super) fn ancestors(&self) -> &[String] {
        &self.ancestors
    }

    pub(super) fn lightning(&self) -> &[String] {
        &self.lightning
    }
}

/// The demo's users.
#[derive(Serialize, ToSchema)]
pub(super) struct DemoView {
    /// The users.
    users: Vec<DemoUser>,
}

/// The first admin.
#[derive(Deserialize, ToSchema)]
pub(super) struct FirstAdmin {
    token: String,
    login: String,
    name: String,
    password: String,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewPassword {
    token: String,
    password: String,
}

fn set_cookie(cookie: &Cookie, value: &str, max_age_s: i64) -> String {
    let Cookie { name, sent } = cookie;
    format!("{name}={value}; Path=/; Max-Age={max_age_s}; Secure; HttpOnly; {sent}")
}

/// The session of our own pages that a request was sent with.
pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
    value_of(&COOKIE, headers)
}

/// That of the panel in a frame.
pub(super) fn frame_cookie(headers: &HeaderMap) -> Option<String> {
    value_of(&FRAME_COOKIE, headers)
}

fn value_of(cookie: &Cookie, headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == cookie.name)
        .map(|(_, value)| value.to_owned())
}

/// A page of another site must not act with our cookie.
pub(super) fn same_origin(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let allowed = match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => match (text("origin"), text("host")) {
            (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, named)| named == host),
            (origin, _) => origin.is_none(),
        },
    };
    if allowed { Ok(()) } else { Err(OpError::Forbidden.into()) }
}

pub(super) fn signed_in(kept: Cookie, session: SignedIn) -> Response {
    let cookie = set_cookie(&kept, &session.refresh_token, SESSION_S);
    let view = SessionView {
        access_token: session.access_token,
        expires_in_s: ACCESS_TOKEN_S,
        user: UserView::from(&session.user),
        zone: session.zone,
    };
    ([(header::SET_COOKIE, cookie)], Json(view)).into_response()
}

/// Signs in. Anyone.
#[utoipa::path(post, path = "/session", tag = "session", request_body = Credentials,
    responses((status = 200, body = SessionView), (status = 401), (status = 429)))]
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Body(credentials): Body<Credentials>,
) -> Result<Response, ApiError> {
    Ok(signed_in(COOKIE, op::sign_in(&app, &anyone.tenant, &credentials.login, &credentials.password).await?))
}

/// Renews the access token. Whoever has the cookie, from our own pages.
#[utoipa::path(post, path = "/session/refresh", tag = "session", params(Kept),
    responses((status = 200, body = SessionView), (status = 401), (status = 403)))]
pub(super) async fn refresh(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Query(kept): Query<Kept>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    same_origin(&headers)?;
    let kept = kept.cookie();
    let token = value_of(&kept, &headers).ok_or(OpError::SessionExpired)?;
    Ok(signed_in(kept, op::refresh(&app, &anyone.tenant, &token).await?))
}

/// Signs out. Whoever has the cookie, from our own pages.
#[utoipa::path(delete, path = "/session", tag = "session", params(Kept), responses((status = 204), (status = 403)))]
pub(super) async fn sign_out(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Query(kept): Query<Kept>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    same_origin(&headers)?;
    let kept = kept.cookie();
    if let Some(token) = value_of(&kept, &headers) {
        op::sign_out(&app, &anyone.tenant, &token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, set_cookie(&kept, "", 0))]).into_response())
}

/// What this server is. Anyone.
#[utoipa::path(get, path = "/instance", tag = "session", responses((status = 200, body = InstanceView)))]
pub(super) async fn instance(
    State(app): State<Arc<App>>,
    anyone: Anyone,
) -> Result<Json<InstanceView>, ApiError> {
    let users = app.store.users(anyone.tenant.id).await.map_err(OpError::from)?;
    let demo = (!app.demo_users.is_empty()).then(|| DemoView { users: app.demo_users.clone() });
    Ok(Json(InstanceView {
        name: "Bitácora".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo,
        needs_first_admin: users.is_empty(),
        embedding: EmbeddingView::of(&app, &anyone.tenant),
    }))
}

/// Makes the first admin. Whoever has the link that was printed at start.
#[utoipa::path(post, path = "/first-admin", tag = "session", request_body = FirstAdmin,
    responses((status = 200, body = SessionView), (status = 410), (status = 422)))]
pub(super) async fn first_admin(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Body(first): Body<FirstAdmin>,
) -> Result<Response, ApiError> {
    let new = NewUser { login: first.login, name: first.name, role: Role::Admin, agent: None, email: None };
    Ok(signed_in(COOKIE, users::first_admin(&app, &anyone.tenant, &first.token, new, &first.password).await?))
}

/// Sets a password. Whoever has the one-time link.
#[utoipa::path(post, path = "/password", tag = "session", request_body = NewPassword,
    responses((status = 204), (status = 410), (status = 422)))]
pub(super) async fn set_password(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    Body(new): Body<NewPassword>,
) -> Result<StatusCode, ApiError> {
    op::set_password(&app, &anyone.tenant, &new.token, &new.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
