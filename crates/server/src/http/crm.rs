//! The CRM that is mirrored: how it goes, what it refused, who is who. Admins.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::{Admin, SignedIn};
use super::cases::{CaseChangeBody, OneCaseView};
use super::crm_consent::callback_of;
use super::people::{OnePersonView, PersonChangeBody};
use crate::app::App;
use crate::ops::OpError;
use crate::ops::crm::sharing::shared;
use crate::ops::crm::{named, standing as op, stuck};
use crate::ops::people;
use crate::view::{CrmUserView, CrmView, FindingView, StuckView};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::id::{CallKey, CaseId, PersonId, UserId};
use domain::mirror::{Local, RemoteId};
use domain::outbox::Subject;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How it goes; null: none is mirrored.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmAnswer {
    crm: Option<CrmView>,
}

/// What was refused for good.
#[derive(Serialize, ToSchema)]
pub(super) struct StuckAnswer {
    entries: Vec<StuckView>,
    /// What to ask for next; null at the end.
    next: Option<String>,
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
pub(super) struct AfterQuery {
    /// What the page before said comes next.
    after: Option<String>,
}

/// How to try again.
#[derive(Deserialize, ToSchema)]
pub(super) struct AgainBody {
    /// Whether it is made although others are like it.
    #[serde(default)]
    despite_duplicates: bool,
}

/// Which record to take instead.
#[derive(Deserialize, ToSchema)]
pub(super) struct TakeBody {
    /// Its id in the CRM; one of those that are like it.
    record: String,
}

/// The record that was taken.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenAnswer {
    person: Uuid,
}

/// The CRM's users.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmUsersAnswer {
    users: Vec<CrmUserView>,
}

/// Who a user of the CRM is here.
#[derive(Deserialize, ToSchema)]
pub(super) struct CrmUserBody {
    /// Our user; null: nobody.
    user: Option<Uuid>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(super) struct ExaminedAnswer {
    findings: Vec<FindingView>,
}

fn subject(kind: &str, id: Uuid) -> Result<Subject, OpError> {
    match kind {
        "person" => Ok(Subject::Person(PersonId(id))),
        "case" => Ok(Subject::Case(CaseId(id))),
        "activity" => Ok(Subject::Activity(CallKey(id))),
        "vanished" => Ok(Subject::Vanished(CallKey(id))),
        "follow_up" => Ok(Subject::FollowUp(CallKey(id))),
        _ => Err(OpError::NotFound),
    }
}

/// How it goes with the CRM. Admins.
#[utoipa::path(get, path = "/crm", operation_id = "crm", tag = "crm", security(("access_token" = [])),
    responses((status = 200, body = CrmAnswer), (status = 403)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
) -> Result<Json<CrmAnswer>, ApiError> {
    let crm = op::standing(&app, &admin.tenant).await?;
    let callback = callback_of(&app, &admin.tenant, &headers);
    Ok(Json(CrmAnswer { crm: crm.map(|standing| CrmView::of(&standing, callback)) }))
}

/// What a record of ours is called there.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmIdAnswer {
    /// Its id; null: it is not there, or not yet.
    crm_id: Option<String>,
}

/// What a record of ours is called in the CRM, for whoever opens it there. Everybody signed in.
#[utoipa::path(get, path = "/crm/records/{kind}/{id}", operation_id = "crm_record", tag = "crm",
    security(("access_token" = [])), params(("kind" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = CrmIdAnswer), (status = 404)))]
pub(super) async fn record(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Path((kind, id)): Path<(String, Uuid)>,
) -> Result<Json<CrmIdAnswer>, ApiError> {
    let local = match subject(&kind, id)? {
        Subject::Person(id) => Local::Person(id),
        Subject::Case(id) => Local::Case(id),
        Subject::Activity(_) | Subject::Vanished(_) | Subject::FollowUp(_) => {
            return Err(OpError::NotFound.into());
        }
    };
    let there = named::there(&app, &who.tenant, local).await.map_err(OpError::from)?;
    Ok(Json(CrmIdAnswer { crm_id: there.map(|there| there.id) }))
}

/// What the CRM refused for good, what was noted first coming first. Admins.
#[utoipa::path(get, path = "/crm/stuck", operation_id = "crm_stuck", tag = "crm", security(("access_token" = [])),
    params(AfterQuery), responses((status = 200, body = StuckAnswer), (status = 403), (status = 422)))]
pub(super) async fn stuck_list(
    State(app): State<Arc<App>>,
    admin: Admin,
    Query(query): Query<AfterQuery>,
) -> Result<Json<StuckAnswer>, ApiError> {
    let (entries, next) = stuck::list(&app, &admin.tenant, query.after.as_deref()).await?;
    Ok(Json(StuckAnswer { entries: entries.iter().filter_map(StuckView::of).collect(), next }))
}

/// Tries again what was refused. Admins.
#[utoipa::path(post, path = "/crm/stuck/{kind}/{id}/again", operation_id = "crm_again", tag = "crm",
    security(("access_token" = [])), request_body = AgainBody,
    params(("kind" = String, Path), ("id" = Uuid, Path)), responses((status = 204), (status = 403), (status = 404)))]
pub(super) async fn again(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((kind, id)): Path<(String, Uuid)>,
    Body(body): Body<AgainBody>,
) -> Result<StatusCode, ApiError> {
    let subject = subject(&kind, id)?;
    stuck::again(&app, &admin.tenant, admin.user, subject, body.despite_duplicates).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves what was refused. Admins.
#[utoipa::path(post, path = "/crm/stuck/{kind}/{id}/leave", operation_id = "crm_leave", tag = "crm",
    security(("access_token" = [])),
    params(("kind" = String, Path), ("id" = Uuid, Path)), responses((status = 204), (status = 403), (status = 404)))]
pub(super) async fn leave(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((kind, id)): Path<(String, Uuid)>,
) -> Result<StatusCode, ApiError> {
    stuck::leave(&app, &admin.tenant, admin.user, subject(&kind, id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a record that is like the one that was refused, instead of it. Admins.
#[utoipa::path(post, path = "/crm/stuck/person/{id}/take", operation_id = "crm_take", tag = "crm",
    security(("access_token" = [])), request_body = TakeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = TakenAnswer), (status = 403), (status = 404), (status = 422), (status = 503)))]
pub(super) async fn take(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<TakeBody>,
) -> Result<Json<TakenAnswer>, ApiError> {
    let person = stuck::take(&app, &admin.tenant, admin.user, PersonId(id), &RemoteId(body.record)).await?;
    Ok(Json(TakenAnswer { person: person.0 }))
}

/// Puts right a person whom the CRM refused, and tries again. Admins.
#[utoipa::path(patch, path = "/crm/stuck/person/{id}", operation_id = "crm_mend_person", tag = "crm",
    security(("access_token" = [])), request_body = PersonChangeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = OnePersonView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn mend_person(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<PersonChangeBody>,
) -> Result<Json<OnePersonView>, ApiError> {
    let person = stuck::mend_person(&app, &admin.tenant, admin.user, PersonId(id), body.said()).await?;
    let person =
        shared(&app, &admin.tenant, admin.user, people::view(&app, &admin.tenant, &person).await?).await?;
    Ok(Json(OnePersonView { person }))
}

/// Puts right a Case that the CRM refused, and tries again. Admins.
#[utoipa::path(patch, path = "/crm/stuck/case/{id}", operation_id = "crm_mend_case", tag = "crm",
    security(("access_token" = [])), request_body = CaseChangeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = OneCaseView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn mend_case(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<CaseChangeBody>,
) -> Result<Json<OneCaseView>, ApiError> {
    let (id, version) = (CaseId(id), body.version);
    let case = stuck::mend_case(&app, &admin.tenant, admin.user, id, version, body.said()).await?;
    let case = shared(&app, &admin.tenant, admin.user, case).await?;
    Ok(Json(OneCaseView { case }))
}

/// The CRM's users, and who they are here. Admins.
#[utoipa::path(get, path = "/crm/users", operation_id = "crm_users", tag = "crm", security(("access_token" = [])),
    responses((status = 200, body = CrmUsersAnswer), (status = 403)))]
pub(super) async fn users(
    State(app): State<Arc<App>>,
    admin: Admin,
) -> Result<Json<CrmUsersAnswer>, ApiError> {
    let users = op::users(&app, &admin.tenant).await?;
    let users = users.iter().map(|(theirs, ours)| CrmUserView::of(theirs, *ours)).collect();
    Ok(Json(CrmUsersAnswer { users }))
}

/// Says who a user of the CRM is here. Admins.
#[utoipa::path(put, path = "/crm/users/{id}", operation_id = "crm_user", tag = "crm", security(("access_token" = [])),
    request_body = CrmUserBody, params(("id" = String, Path)),
    responses((status = 204), (status = 403), (status = 404), (status = 422)))]
pub(super) async fn choose_user(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<String>,
    Body(body): Body<CrmUserBody>,
) -> Result<StatusCode, ApiError> {
    op::choose_user(&app, &admin.tenant, &RemoteId(id), body.user.map(UserId)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks at everything that logging to the CRM needs; it may take some seconds. Admins.
#[utoipa::path(post, path = "/crm/examine", operation_id = "crm_examine", tag = "crm", security(("access_token" = [])),
    responses((status = 200, body = ExaminedAnswer), (status = 403), (status = 404)))]
pub(super) async fn examine(
    State(app): State<Arc<App>>,
    admin: Admin,
) -> Result<Json<ExaminedAnswer>, ApiError> {
    let findings = op::examine(&app, &admin.tenant).await?;
    Ok(Json(ExaminedAnswer { findings: findings.iter().map(FindingView::from).collect() }))
}
