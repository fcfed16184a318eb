//! The inbox of wrap-ups. An agent sees their own, a supervisor everybody's.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::{Agent, SignedIn, Supervisor};
use super::told_along::told_along;
use crate::app::App;
use crate::ops::crm::sharing::shared;
use crate::ops::finish_many::{Finish, finish_many};
use crate::ops::inbox::{self as op, Wanted};
use crate::ops::panel::wrapup as read_wrapup;
use crate::ops::progress::Progress;
use crate::ops::release::{put_aside as leave, release as free};
use crate::ops::{FieldFault, OpError};
use crate::view::{FinishedView, InboxCounts, InboxLineView, InboxState, WrapupView};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::account::Role;
use domain::id::{AgentKey, CodeId, EngagementKey};
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

/// Which wrap-ups are submitted, and how.
#[derive(Deserialize, ToSchema)]
pub(super) struct FinishBody {
    /// Their ids; 200 at most.
    wrapups: Vec<Uuid>,
    /// `log` or `do_not_log`.
    r#as: FinishAs,
    /// With `log`: the code of those whose agent picked none.
    code: Option<Uuid>,
    /// With `log`: the notes of those whose agent wrote none.
    #[serde(default)]
    notes: String,
    /// With `do_not_log`: one of the centre's reasons.
    reason: Option<String>,
}

/// How they are submitted.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FinishAs {
    /// Logged.
    Log,
    /// Not logged.
    DoNotLog,
}

/// What became of each.
#[derive(Serialize, ToSchema)]
pub(super) struct FinishedAnswer {
    wrapups: Vec<FinishedView>,
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

/// Leaves a wrap-up for later, where the settings let agents. The agent whose wrap-up it is.
#[utoipa::path(post, path = "/wrapups/{id}/put-aside", tag = "panel", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 204), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn put_aside(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    leave(&app, &agent.tenant, &agent.submitter, EngagementKey(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Submits several wrap-ups at once. The agent whose wrap-ups they are.
#[utoipa::path(post, path = "/wrapups/finish", operation_id = "finish_wrapups", tag = "panel", security(("access_token" = [])),
    request_body = FinishBody, responses((status = 200, body = FinishedAnswer), (status = 403), (status = 422)))]
pub(super) async fn finish(
    State(app): State<Arc<App>>,
    agent: Agent,
    headers: HeaderMap,
    Body(body): Body<FinishBody>,
) -> Result<Response, ApiError> {
    let progress = Arc::new(Progress::default());
    let along = Arc::clone(&progress);
    let work = async move {
        let keys: Vec<EngagementKey> = body.wrapups.iter().copied().map(EngagementKey).collect();
        let finish = match body.r#as {
            FinishAs::Log => Finish::Log { code: body.code.map(CodeId), notes: body.notes },
            FinishAs::DoNotLog => Finish::DoNotLog { reason: body.reason },
        };
        let wrapups = finish_many(&app, &agent.tenant, &agent.submitter, (&keys, &finish), &along).await?;
        Ok(FinishedAnswer { wrapups })
    };
    told_along(&headers, progress, work).await
}
