//! An agent's own panel and wrap-ups. The agent, nobody else.

use super::ApiError;
use super::answer::{Body, Path};
use super::caller::Agent;
use crate::app::App;
use crate::clock::rfc3339;
use crate::ops::crm::resolve;
use crate::ops::crm::sharing::shared;
use crate::ops::dial::{self as clicks, Clicked, DespiteDoNotCall};
use crate::ops::panel::panel;
use crate::ops::save_draft::{self as draft, DraftRequest};
use crate::ops::{
    FieldFault, OpError, do_not_log as refuse, extend as time, log as archive, mode as modes, read_activity,
};
use crate::view::{ActivityLineView, ActivityView, CrmRecord, OnScreen, PanelView};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::duty::Mode;
use domain::id::{CallKey, CaseId, CodeId, EngagementKey, PersonId};
use domain::mirror::Local;
use domain::relate::CaseChoice;
use domain::wrapup::PartyChoice;
use domain::wrapup::submit::{LogRequest, ShownParty};
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
    /// What the agent said about the Case; absent: nothing.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    case: CaseChoice,
}

/// What Log sends.
#[derive(Deserialize, ToSchema)]
pub(super) struct LogBody {
    #[serde(flatten)]
    entry: EntryBody,
    /// Whom the panel said the call would be logged on, where `party` is null; another one is refused.
    #[schema(value_type = Option<Object>)]
    shown: Option<ShownParty>,
    /// What is on screen at this moment; absent: whoever frames the panel did not say.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    view: OnScreen,
}

/// What an agent says of themselves.
#[derive(Deserialize, ToSchema)]
pub(super) struct ModeBody {
    /// `available` or `away`.
    mode: String,
    /// Why they are away, as one of the centre's reasons words it.
    reason: Option<String>,
}

/// A click on a number.
#[derive(Deserialize, ToSchema)]
pub(super) struct DialBody {
    number: String,
    /// Where it was clicked.
    #[schema(value_type = Object)]
    from: FromBody,
    /// Whether it is dialled although the person asked not to be called.
    #[serde(default)]
    despite_do_not_call: bool,
}

/// Where a number was clicked.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "from", rename_all = "snake_case")]
pub(super) enum FromBody {
    /// On a Case.
    Case { case: Uuid },
    /// On a record.
    Person { person: Uuid },
    /// On a record of the CRM.
    CrmRecord(CrmRecord),
    /// On the message that a call left.
    Message { call: Uuid },
    /// It was typed.
    Typed,
}

/// The part of a call that a click makes.
#[derive(Serialize, ToSchema)]
pub(super) struct DialView {
    engagement: Uuid,
}

/// When the time of a wrap-up is up.
#[derive(Serialize, ToSchema)]
pub(super) struct DeadlineView {
    deadline: Option<String>,
}

/// Do not log.
#[derive(Deserialize, ToSchema)]
pub(super) struct RefusalBody {
    /// The draft's revision.
    revision: u64,
    /// The id of a reason that can be given; null: none is.
    reason: Option<String>,
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
    let activities = shared(&app, &agent.tenant, agent.owner.user, activities).await?;
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
        case: body.case,
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
    let LogBody { entry, shown, view } = body;
    let view = resolve::view(&app, &agent.tenant, view).await.map_err(OpError::from)?;
    let request = LogRequest {
        revision: entry.revision,
        code: entry.code.map(CodeId),
        notes: entry.notes,
        party: entry.party,
        shown,
        case: entry.case,
        view,
    };
    let activity = archive::log(&app, &agent.tenant, &agent.submitter, EngagementKey(id), &request).await?;
    Ok(Json(ActivityAnswer { activity }))
}

/// Do not log. The agent whose wrap-up it is.
#[utoipa::path(post, path = "/wrapups/{id}/do-not-log", tag = "panel", security(("access_token" = [])),
    request_body = RefusalBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = ActivityAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn do_not_log(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
    Body(body): Body<RefusalBody>,
) -> Result<Json<ActivityAnswer>, ApiError> {
    let (key, reason) = (EngagementKey(id), body.reason);
    let activity =
        refuse::do_not_log(&app, &agent.tenant, &agent.submitter, key, body.revision, reason.as_deref())
            .await?;
    Ok(Json(ActivityAnswer { activity }))
}

/// Says that the agent is available or away. Agents.
#[utoipa::path(put, path = "/me/mode", tag = "panel", security(("access_token" = [])),
    request_body = ModeBody, responses((status = 204), (status = 403), (status = 422)))]
pub(super) async fn set_mode(
    State(app): State<Arc<App>>,
    agent: Agent,
    Body(body): Body<ModeBody>,
) -> Result<StatusCode, ApiError> {
    let mode = match (body.mode.as_str(), body.reason) {
        ("available", _) => Mode::Available,
        ("away", reason) => Mode::Away { reason: reason.unwrap_or_default() },
        _ => return Err(OpError::invalid("mode", FieldFault::Unknown).into()),
    };
    modes::set(&app, &agent.tenant, &agent.submitter, mode).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Dials a number that the agent clicked or typed. Agents.
#[utoipa::path(post, path = "/me/dial", tag = "panel", security(("access_token" = [])),
    request_body = DialBody,
    responses((status = 202, body = DialView), (status = 403), (status = 404), (status = 409), (status = 422), (status = 503)))]
pub(super) async fn dial(
    State(app): State<Arc<App>>,
    agent: Agent,
    Body(body): Body<DialBody>,
) -> Result<(StatusCode, Json<DialView>), ApiError> {
    let clicked = match body.from {
        FromBody::Case { case } => Clicked::Case(CaseId(case)),
        FromBody::Person { person } => Clicked::Person(PersonId(person)),
        FromBody::CrmRecord(record) => match resolve::opportunity(&agent.tenant, &record) {
            Some(opportunity) => Clicked::Opportunity(opportunity),
            None => match resolve::local(&app, &agent.tenant, &record).await.map_err(OpError::from)? {
                Some(Local::Case(case)) => Clicked::Case(case),
                Some(Local::Person(person)) => Clicked::Person(person),
                // A record of a kind that is not mirrored: the number is what counts.
                None => Clicked::Typed,
            },
        },
        FromBody::Message { call } => Clicked::Message(CallKey(call)),
        FromBody::Typed => Clicked::Typed,
    };
    let despite = DespiteDoNotCall(body.despite_do_not_call);
    let engagement =
        clicks::dial(&app, &agent.tenant, &agent.submitter, &body.number, (clicked, despite)).await?;
    Ok((StatusCode::ACCEPTED, Json(DialView { engagement: engagement.0 })))
}

/// Takes more time for a wrap-up. The agent whose it is.
#[utoipa::path(post, path = "/wrapups/{id}/extend", tag = "panel", security(("access_token" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, body = DeadlineView), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn extend(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
) -> Result<Json<DeadlineView>, ApiError> {
    let deadline = time::extend(&app, &agent.tenant, &agent.submitter, EngagementKey(id)).await?;
    Ok(Json(DeadlineView { deadline: deadline.map(rfc3339) }))
}
