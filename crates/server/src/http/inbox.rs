//! The inbox of wrap-ups. An agent sees their own, a supervisor everybody's.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::{Agent, SignedIn, Supervisor};
use crate::app::App;
use crate::ops::crm::sharing::shared;
use crate::ops::inbox::{self as op, Wanted};
use crate::ops::panel::wrapup as read_wrapup;
use crate::ops::release::release as free;
use crate::ops::{FieldFault, OpError};
use crate::view::{InboxCounts, InboxLineView, InboxState, WrapupView};
use axum::Json;
use axum::extract::State;
use domain::account::Role;
use domain::id::{AgentKey, EngagementKey};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which wrap-ups are wanted.
#[derive(Deserialize, IntoParams)]
pub(super) struct InboxQuery {
    /// Only this agent's.
    agent: Option<String>,
    /// Only those in this state: `open`, `late`, `released` or `undispositioned`.
    state: Option<String>,
    /// What the page before gave as `next`.
    after: Option<String>,
}

/// A page of the inbox.
#[derive(Serialize, ToSchema)]
pub(super) struct InboxPageView {
    wrapups: Vec<InboxLineView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
    /// How many there are of the wanted agent, or of all, whatever the state and the page.
    counts: InboxCounts,
}

/// Why an agent is freed.
#[derive(Deserialize, ToSchema)]
pub(super) struct ReleaseBody {
    reason: String,
}

/// One line of the inbox.
#[derive(Serialize, ToSchema)]
pub(super) struct InboxLineAnswer {
    wrapup: InboxLineView,
}

/// One wrap-up as its agent's panel shows it.
#[derive(Serialize, ToSchema)]
pub(super) struct WrapupAnswer {
    wrapup: WrapupView,
}

/// What is there to submit. Agents their own, supervisors everybody's.
#[utoipa::path(get, path = "/wrapups", tag = "panel", security(("access_token" = [])), params(InboxQuery),
    responses((status = 200, body = InboxPageView), (status = 403), (status = 422)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(query): Query<InboxQuery>,
) -> Result<Json<InboxPageView>, ApiError> {
    let asked = query.agent.map(AgentKey);
    let agent = if signed_in.caller.role >= Role::Supervisor {
        asked
    } else {
        let own = signed_in.caller.agent.clone().ok_or(OpError::Forbidden)?;
        if asked.is_some_and(|asked| asked != own) {
            return Err(OpError::Forbidden.into());
        }
        Some(own)
    };
    let state = query.state.as_deref().map(state).transpose()?;
    let wanted = Wanted { agent, state };
    let (wrapups, next) = op::inbox(&app, &signed_in.tenant, &wanted, query.after.as_deref()).await?;
    let counts = op::counts(&app, &signed_in.tenant, wanted.agent.as_ref()).await?;
    Ok(Json(InboxPageView { wrapups: signed_in.shared(&app, wrapups).await?, next, counts }))
}

fn state(text: &str) -> Result<InboxState, OpError> {
    let word = serde_json::Value::String(text.to_owned());
    serde_json::from_value(word).map_err(|_| OpError::invalid("state", FieldFault::Unknown))
}

/// One wrap-up, as the panel shows it. The agent whose it is.
#[utoipa::path(get, path = "/wrapups/{id}", tag = "panel", security(("access_token" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, body = WrapupAnswer), (status = 403), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
) -> Result<Json<WrapupAnswer>, ApiError> {
    let wrapup = read_wrapup(&app, &agent.tenant, &agent.owner, EngagementKey(id)).await?;
    Ok(Json(WrapupAnswer { wrapup }))
}

/// Frees an agent from a wrap-up, which stays owed. Supervisors.
#[utoipa::path(post, path = "/wrapups/{id}/release", tag = "panel", security(("access_token" = [])),
    request_body = ReleaseBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = InboxLineAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn release(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Path(id): Path<Uuid>,
    Body(body): Body<ReleaseBody>,
) -> Result<Json<InboxLineAnswer>, ApiError> {
    let Supervisor { tenant, user, .. } = supervisor;
    let wrapup = free(&app, &tenant, user, EngagementKey(id), &body.reason).await?;
    let line = op::lines(&app, &tenant, &[wrapup]).await?.into_iter().next();
    let line = shared(&app, &tenant, user, line.ok_or(OpError::NotFound)?).await?;
    Ok(Json(InboxLineAnswer { wrapup: line }))
}
