//! An agent's own panel and wrap-ups. The agent, nobody else.

use super::ApiError;
use super::answer::{Body, Path};
use super::caller::Agent;
use crate::app::App;
use crate::ops::panel::panel;
use crate::ops::save_draft::{self as draft, DraftRequest};
use crate::ops::{do_not_log as refuse, log as archive, read_activity};
use crate::view::{ActivityLineView, ActivityView, PanelView};
use axum::Json;
use axum::extract::State;
use domain::id::{CodeId, EngagementKey};
use domain::wrapup::submit::{LogRequest, ShownParty};
use domain::wrapup::{DoNotLogReason, PartyChoice};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Code, notes and person.
#[derive(Deserialize, ToSchema)]
pub(super) struct EntryBody {
    /// The draft's revision this was entered on.
    revision: u64,
    code: Option<Uuid>,
    #[serde(default)]
    notes: String,
    /// Null: the one that matches, or one made as the settings say.
    #[schema(value_type = Option<Object>)]
    party: Option<PartyChoice>,
}

/// What Log sends.
#[derive(Deserialize, ToSchema)]
pub(super) struct LogBody {
    #[serde(flatten)]
    entry: EntryBody,
    /// Whom the panel said the call would be logged on, where `party` is null; another one is refused.
    #[schema(value_type = Option<Object>)]
    shown: Option<ShownParty>,
}

/// Do not log.
#[derive(Deserialize, ToSchema)]
pub(super) struct RefusalBody {
    /// The draft's revision.
    revision: u64,
    /// `personal`, `wrong_number`, `test` or `other`.
    #[schema(value_type = Option<String>)]
    reason: Option<DoNotLogReason>,
}

/// The draft's new revision.
#[derive(Serialize, ToSchema)]
pub(super) struct RevisionView {
    revision: u64,
}

/// What stands now.
#[derive(Serialize, ToSchema)]
pub(super) struct ActivityAnswer {
    activity: ActivityView,
}

/// A list of Activities.
#[derive(Serialize, ToSchema)]
pub(super) struct ActivitiesView {
    activities: Vec<ActivityLineView>,
}

/// The panel. Agents.
#[utoipa::path(get, path = "/me/panel", tag = "panel", security(("access_token" = [])),
    responses((status = 200, body = PanelView), (status = 403)))]
pub(super) async fn read(State(app): State<Arc<App>>, agent: Agent) -> Result<Json<PanelView>, ApiError> {
    Ok(Json(panel(&app, &agent.tenant, &agent.owner, 0).await?))
}

/// The agent's last calls. Agents.
#[utoipa::path(get, path = "/me/recent", tag = "panel", security(("access_token" = [])),
    responses((status = 200, body = ActivitiesView), (status = 403)))]
pub(super) async fn recent(
    State(app): State<Arc<App>>,
    agent: Agent,
) -> Result<Json<ActivitiesView>, ApiError> {
    let activities = read_activity::of_agent(&app, &agent.tenant, &agent.owner.agent).await?;
    Ok(Json(ActivitiesView { activities }))
}

/// Saves what was entered so far. The agent whose wrap-up it is.
#[utoipa::path(put, path = "/wrapups/{id}/draft", tag = "panel", security(("access_token" = [])),
    request_body = EntryBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = RevisionView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn save_draft(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
    Body(body): Body<EntryBody>,
) -> Result<Json<RevisionView>, ApiError> {
    let request = DraftRequest {
        revision: body.revision,
        code: body.code.map(CodeId),
        notes: body.notes,
        party: body.party,
    };
    let saved = draft::save_draft(&app, &agent.tenant, &agent.submitter, EngagementKey(id), request).await?;
    Ok(Json(RevisionView { revision: saved }))
}

/// Log. The agent whose wrap-up it is.
#[utoipa::path(post, path = "/wrapups/{id}/log", tag = "panel", security(("access_token" = [])),
    request_body = LogBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = ActivityAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn log(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
    Body(body): Body<LogBody>,
) -> Result<Json<ActivityAnswer>, ApiError> {
    let LogBody { entry, shown } = body;
    let request = LogRequest {
        revision: entry.revision,
        code: entry.code.map(CodeId),
        notes: entry.notes,
        party: entry.party,
        shown,
    };
    let activity = archive::log(&app, &agent.tenant, &agent.submitter, EngagementKey(id), &request).await?;
    Ok(Json(ActivityAnswer { activity }))
}

/// Do not log. The agent whose wrap-up it is.
#[utoipa::path(post, path = "/wrapups/{id}/do-not-log", tag = "panel", security(("access_token" = [])),
    request_body = RefusalBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = ActivityAnswer), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn do_not_log(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
    Body(body): Body<RefusalBody>,
) -> Result<Json<ActivityAnswer>, ApiError> {
    let (key, reason) = (EngagementKey(id), body.reason);
    let activity =
        refuse::do_not_log(&app, &agent.tenant, &agent.submitter, key, body.revision, reason).await?;
    Ok(Json(ActivityAnswer { activity }))
}
