//! The directory. Everybody signed in.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::SignedIn;
use super::cases::CasesView;
use super::users::said;
use crate::app::App;
use crate::ops::cases as case_ops;
use crate::ops::people::{self as op, NewPerson, PersonChange};
use crate::ops::{OpError, do_not_call, read_activity};
use crate::view::{ActivityLineView, PersonLineView, PersonView};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::{Person, PersonKind, PhoneField, PhoneText};
use domain::id::{PersonId, UserId};
use domain::mirror::Local;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What is searched for.
#[derive(Deserialize, IntoParams)]
pub(super) struct SearchQuery {
    /// Words of the name or the company, or digits of the number.
    #[serde(default)]
    pub(super) q: String,
    /// Most records wanted.
    pub(super) limit: Option<usize>,
}

/// Where a page begins.
#[derive(Deserialize, IntoParams)]
pub(super) struct PageQuery {
    /// What the page before gave as `next`.
    pub(super) after: Option<String>,
}

/// Records found.
#[derive(Serialize, ToSchema)]
pub(super) struct PeopleView {
    people: Vec<PersonLineView>,
}

/// One record.
#[derive(Serialize, ToSchema)]
pub(super) struct OnePersonView {
    pub(super) person: PersonView,
}

/// A page of Activities.
#[derive(Serialize, ToSchema)]
pub(super) struct ActivityPageView {
    activities: Vec<ActivityLineView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// A phone field.
#[derive(Deserialize, ToSchema)]
pub(super) struct PhoneBody {
    #[schema(value_type = String)]
    field: PhoneField,
    raw: String,
}

/// A record to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewPersonBody {
    #[schema(value_type = String)]
    kind: PersonKind,
    name: String,
    company: Option<String>,
    account: Option<Uuid>,
    email: Option<String>,
    #[serde(default)]
    phones: Vec<PhoneBody>,
}

/// What of a record changes; what is absent stays, null takes away.
#[derive(Deserialize, ToSchema)]
pub(super) struct PersonChangeBody {
    version: u64,
    name: Option<String>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    company: Option<Option<String>>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Uuid>)]
    account: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    phones: Option<Vec<PhoneBody>>,
    /// A user's id.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Uuid>)]
    owner: Option<Option<Uuid>>,
}

impl PersonChangeBody {
    /// What of the record changes.
    pub(super) fn said(self) -> PersonChange {
        PersonChange {
            version: self.version,
            name: self.name,
            company: self.company,
            account: self.account.map(|account| account.map(PersonId)),
            email: self.email,
            phones: self.phones.map(phones),
            owner: self.owner.map(|owner| owner.map(UserId)),
        }
    }
}

fn phones(bodies: Vec<PhoneBody>) -> Vec<PhoneText> {
    bodies.into_iter().map(|phone| PhoneText { field: phone.field, raw: phone.raw }).collect()
}

/// A record, with what it names.
async fn shown(app: &App, by: &SignedIn, person: &Person) -> Result<Json<OnePersonView>, ApiError> {
    let mut view = op::view(app, &by.tenant, person).await?;
    do_not_call::mark(app, &by.tenant, &mut view).await.map_err(OpError::from)?;
    Ok(Json(OnePersonView { person: by.shared(app, view).await? }))
}

/// Searches by name, company or number. Everybody signed in.
#[utoipa::path(get, path = "/people", tag = "people", security(("access_token" = [])), params(SearchQuery),
    responses((status = 200, body = PeopleView), (status = 422)))]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(query): Query<SearchQuery>,
) -> Result<Json<PeopleView>, ApiError> {
    let found = op::search(&app, &signed_in.tenant, signed_in.caller.user, &query.q, query.limit).await?;
    Ok(Json(PeopleView { people: found.iter().map(PersonLineView::from).collect() }))
}

/// Makes a record. Everybody signed in.
#[utoipa::path(post, path = "/people", tag = "people", security(("access_token" = [])),
    request_body = NewPersonBody, responses((status = 201, body = OnePersonView), (status = 422)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(body): Body<NewPersonBody>,
) -> Result<(StatusCode, Json<OnePersonView>), ApiError> {
    let new = NewPerson {
        kind: body.kind,
        name: body.name,
        company: body.company,
        account: body.account.map(PersonId),
        email: body.email,
        phones: phones(body.phones),
    };
    let person = op::create(&app, &signed_in.tenant, new).await?;
    Ok((StatusCode::CREATED, shown(&app, &signed_in, &person).await?))
}

/// A record. Everybody signed in.
#[utoipa::path(get, path = "/people/{id}", tag = "people", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = OnePersonView), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<OnePersonView>, ApiError> {
    signed_in.may_see(&app, Local::Person(PersonId(id))).await?;
    let person = op::read(&app, &signed_in.tenant, PersonId(id)).await?;
    shown(&app, &signed_in, &person).await
}

/// Changes a record. Everybody signed in.
#[utoipa::path(patch, path = "/people/{id}", tag = "people", security(("access_token" = [])),
    params(("id" = Uuid, Path)), request_body = PersonChangeBody,
    responses((status = 200, body = OnePersonView), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<PersonChangeBody>,
) -> Result<Json<OnePersonView>, ApiError> {
    let by = signed_in.caller.user;
    let person = op::change(&app, &signed_in.tenant, by, PersonId(id), body.said()).await?;
    shown(&app, &signed_in, &person).await
}

/// A record's Cases, open ones first. Everybody signed in.
#[utoipa::path(get, path = "/people/{id}/cases", tag = "people", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = CasesView), (status = 404)))]
pub(super) async fn cases(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<CasesView>, ApiError> {
    signed_in.may_see(&app, Local::Person(PersonId(id))).await?;
    let cases = case_ops::of_person(&app, &signed_in.tenant, signed_in.caller.user, PersonId(id)).await?;
    Ok(Json(CasesView { cases: signed_in.shared(&app, cases).await? }))
}

/// Records that belong to this Account. Everybody signed in.
#[utoipa::path(get, path = "/people/{id}/contacts", tag = "people", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = PeopleView), (status = 404)))]
pub(super) async fn contacts(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<PeopleView>, ApiError> {
    signed_in.may_see(&app, Local::Person(PersonId(id))).await?;
    let found = op::contacts(&app, &signed_in.tenant, signed_in.caller.user, PersonId(id)).await?;
    Ok(Json(PeopleView { people: found.iter().map(PersonLineView::from).collect() }))
}

/// A record's calls, newest first (P11). Everybody signed in.
#[utoipa::path(get, path = "/people/{id}/activities", tag = "people", security(("access_token" = [])),
    params(("id" = Uuid, Path), PageQuery), responses((status = 200, body = ActivityPageView), (status = 404)))]
pub(super) async fn activities(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Query(page): Query<PageQuery>,
) -> Result<Json<ActivityPageView>, ApiError> {
    signed_in.may_see(&app, Local::Person(PersonId(id))).await?;
    let after = page.after.as_deref();
    let (activities, next) = read_activity::of_person(&app, &signed_in.tenant, PersonId(id), after).await?;
    Ok(Json(ActivityPageView { activities: signed_in.shared(&app, activities).await?, next }))
}
