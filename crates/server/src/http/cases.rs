//! Cases. Everybody signed in.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::SignedIn;
use super::people::{PageQuery, SearchQuery};
use super::users::said;
use crate::app::App;
use crate::ops::cases::{self as op, CaseChange};
use crate::view::{ActivityLineView, CaseLineView, CaseView, Shown, ShowsRecords};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::case::{CasePriority, CaseStatus};
use domain::id::{CaseId, PersonId};
use domain::mirror::Local;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Cases found.
#[derive(Serialize, ToSchema)]
pub(super) struct CasesView {
    pub(super) cases: Vec<CaseLineView>,
}

/// One Case.
#[derive(Serialize, ToSchema)]
pub(super) struct OneCaseView {
    pub(super) case: CaseView,
}

/// A Case to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewCaseBody {
    subject: String,
    description: Option<String>,
    #[schema(value_type = Option<String>)]
    status: Option<CaseStatus>,
    #[schema(value_type = Option<String>)]
    priority: Option<CasePriority>,
    contact: Option<Uuid>,
    account: Option<Uuid>,
}

/// What of a Case changes; what is absent stays, null takes away.
#[derive(Deserialize, ToSchema)]
pub(super) struct CaseChangeBody {
    pub(super) version: u64,
    subject: Option<String>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    #[schema(value_type = Option<String>)]
    status: Option<CaseStatus>,
    #[schema(value_type = Option<String>)]
    priority: Option<CasePriority>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Uuid>)]
    contact: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Uuid>)]
    account: Option<Option<Uuid>>,
}

impl CaseChangeBody {
    /// What of the Case changes.
    pub(super) fn said(self) -> CaseChange {
        CaseChange {
            subject: self.subject,
            description: self.description,
            status: self.status,
            priority: self.priority,
            contact: self.contact.map(|contact| contact.map(PersonId)),
            account: self.account.map(|account| account.map(PersonId)),
        }
    }
}

/// An Activity on a Case's list.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseActivityView {
    #[serde(flatten)]
    line: ActivityLineView,
    /// Not related: a call of the Case's Contact while it was open.
    of_contact: bool,
}

impl ShowsRecords for CaseActivityView {
    fn records(&mut self, each: &mut dyn FnMut(Shown<'_>)) {
        self.line.records(each);
    }
}

/// A page of a Case's list.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseActivitiesView {
    activities: Vec<CaseActivityView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// Cases by number or subject. Everybody signed in.
#[utoipa::path(get, path = "/cases", tag = "cases", security(("access_token" = [])), params(SearchQuery),
    responses((status = 200, body = CasesView), (status = 422)))]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(query): Query<SearchQuery>,
) -> Result<Json<CasesView>, ApiError> {
    let by = signed_in.caller.user;
    let cases = op::search(&app, &signed_in.tenant, by, &query.q, query.limit).await?;
    Ok(Json(CasesView { cases: signed_in.shared(&app, cases).await? }))
}

/// Makes a Case. Everybody signed in.
#[utoipa::path(post, path = "/cases", tag = "cases", security(("access_token" = [])),
    request_body = NewCaseBody, responses((status = 201, body = OneCaseView), (status = 422)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(body): Body<NewCaseBody>,
) -> Result<(StatusCode, Json<OneCaseView>), ApiError> {
    let said = CaseChange {
        subject: Some(body.subject),
        description: Some(body.description),
        status: body.status,
        priority: body.priority,
        contact: Some(body.contact.map(PersonId)),
        account: Some(body.account.map(PersonId)),
    };
    let case = op::create(&app, &signed_in.tenant, signed_in.caller.user, said).await?;
    Ok((StatusCode::CREATED, Json(OneCaseView { case: signed_in.shared(&app, case).await? })))
}

/// A Case. Everybody signed in.
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = OneCaseView), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<OneCaseView>, ApiError> {
    signed_in.may_see(&app, Local::Case(CaseId(id))).await?;
    let case = op::read(&app, &signed_in.tenant, CaseId(id)).await?;
    Ok(Json(OneCaseView { case: signed_in.shared(&app, case).await? }))
}

/// Changes a Case. Everybody signed in.
#[utoipa::path(patch, path = "/cases/{id}", tag = "cases", security(("access_token" = [])),
    params(("id" = Uuid, Path)), request_body = CaseChangeBody,
    responses((status = 200, body = OneCaseView), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<CaseChangeBody>,
) -> Result<Json<OneCaseView>, ApiError> {
    let by = signed_in.caller.user;
    let case = op::change(&app, &signed_in.tenant, by, CaseId(id), body.version, body.said()).await?;
    Ok(Json(OneCaseView { case: signed_in.shared(&app, case).await? }))
}

/// A Case's calls, newest first: its own, and marked those of its Contact while it was open. Everybody signed in.
#[utoipa::path(get, path = "/cases/{id}/activities", tag = "cases", security(("access_token" = [])),
    params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = CaseActivitiesView), (status = 404)))]
pub(super) async fn activities(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Query(page): Query<PageQuery>,
) -> Result<Json<CaseActivitiesView>, ApiError> {
    signed_in.may_see(&app, Local::Case(CaseId(id))).await?;
    let after = page.after.as_deref();
    let (activities, next) = op::activities(&app, &signed_in.tenant, CaseId(id), after).await?;
    let activities =
        activities.into_iter().map(|one| CaseActivityView { line: one.line, of_contact: one.of_contact });
    let activities = signed_in.shared(&app, activities.collect::<Vec<_>>()).await?;
    Ok(Json(CaseActivitiesView { activities, next }))
}
