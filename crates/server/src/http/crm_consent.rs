//! An admin's consent to our logging in to the CRM: begun and taken back on our page, given in a window of the org, which comes
//! back to [`callback`]. That is a page that browsers go to, so the session's cookie says who comes.

use super::ApiError;
use super::answer::Query;
use super::caller::{Admin, Anyone};
use super::session::{cookie, same_origin};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::crm::consent::{self as op, CameBack};
use crate::ops::session::session_of;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Where the org sends admins back to.
pub(super) const CALLBACK: &str = "/crm/callback";
/// The page that says what became of it.
const PAGE: &str = "/#/admin/salesforce?consent=";

/// Where the window goes.
#[derive(Serialize, ToSchema)]
pub(super) struct ConnectView {
    /// The org's own page.
    address: String,
}

/// What a window comes back with.
#[derive(Deserialize)]
pub(super) struct CameBackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// How the world reaches the callback of a tenant, by the name under which they ask.
pub(super) fn callback_of(app: &App, tenant: &Tenant, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let name = |host: &&str| host.rsplit_once(':').map_or(*host, |(name, _)| name).to_lowercase();
    let own =
        host.filter(|host| tenant.settings.hosts.iter().any(|known| known.to_lowercase() == name(host)));
    let public = app.public_url();
    let scheme = public.split_once("://").map_or("https", |(scheme, _)| scheme);
    own.map_or_else(|| format!("{public}{CALLBACK}"), |host| format!("{scheme}://{host}{CALLBACK}"))
}

/// Begins a consent for the session whose browser asks. Admins.
#[utoipa::path(post, path = "/crm/connect", operation_id = "crm_connect", tag = "crm",
    security(("access_token" = [])),
    responses((status = 200, body = ConnectView), (status = 401), (status = 403), (status = 404), (status = 429)))]
pub(super) async fn connect(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
) -> Result<Json<ConnectView>, ApiError> {
    same_origin(&headers)?;
    let kept = cookie(&headers).ok_or(OpError::SessionExpired)?;
    let (session, user) = session_of(&app, &admin.tenant, &kept).await?;
    if user.id != admin.user {
        return Err(OpError::Forbidden.into());
    }
    let callback = callback_of(&app, &admin.tenant, &headers);
    Ok(Json(ConnectView { address: op::begin(&app, &admin.tenant, session, callback)? }))
}

/// Takes a consent back. Admins.
#[utoipa::path(post, path = "/crm/disconnect", operation_id = "crm_disconnect", tag = "crm",
    security(("access_token" = [])), responses((status = 204), (status = 403), (status = 404), (status = 503)))]
pub(super) async fn disconnect(State(app): State<Arc<App>>, admin: Admin) -> Result<StatusCode, ApiError> {
    // Whoever goes away meanwhile leaves nothing half done.
    let done = tokio::spawn(async move { op::disconnect(&app, &admin.tenant, admin.user).await }).await;
    done.map_err(|error| OpError::Internal(format!("disconnecting the CRM ended early: {error}")))??;
    Ok(StatusCode::NO_CONTENT)
}

/// Where an admin's window comes back to; what became of it is said by the page that it goes on to, without the code.
pub(super) async fn callback(
    State(app): State<Arc<App>>,
    anyone: Anyone,
    headers: HeaderMap,
    query: Result<Query<CameBackQuery>, ApiError>,
) -> Response {
    let who = match cookie(&headers) {
        Some(kept) => session_of(&app, &anyone.tenant, &kept).await.ok(),
        None => None,
    };
    let who = who.map(|(session, user)| (session, user.id, user.role));
    let came = match query {
        Ok(Query(CameBackQuery { code, state, error })) => CameBack { code, state, error },
        Err(_unreadable) => CameBack::default(),
    };
    // A code is good for once: whoever closes the window meanwhile has consented all the same.
    let finished = tokio::spawn(async move { op::finish(&app, &anyone.tenant, who, came).await }).await;
    let word = match finished {
        Ok(Ok(())) => "done",
        Ok(Err(refused)) => refused.word(),
        Err(error) => {
            tracing::error!(%error, "an admin's consent ended early");
            op::ConsentRefused::NotKept.word()
        }
    };
    Redirect::to(&format!("{PAGE}{word}")).into_response()
}
