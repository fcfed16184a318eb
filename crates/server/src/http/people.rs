//! The directory. Everybody signed in.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::SignedIn;
use crate::app::App;
use crate::ops::people::{self as op, NewPerson};
use crate::ops::read_activity;
use crate::view::{ActivityLineView, PersonLineView, PersonView};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::{PersonKind, PhoneField, PhoneText};
use domain::id::PersonId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What is searched for.
#[derive(Deserialize, IntoParams)]
pub(super) struct SearchQuery {
    /// Words of the name or the company, or digits of the number.
    #[serde(default)]
    q: String,
    /// Most records wanted.
    limit: Option<usize>,
}

/// Where a page begins.
#[derive(Deserialize, IntoParams)]
pub(super) struct PageQuery {
    /// What the page before gave as `next`.
    after: Option<String>,
}

/// Records found.
#[derive(Serialize, ToSchema)]
pub(super) struct PeopleView {
    people: Vec<PersonLineView>,
}

/// One record.
#[derive(Serialize, ToSchema)]
pub(super) struct OnePersonView {
    person: PersonView,
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
    email: Option<String>,
    #[serde(default)]
    phones: Vec<PhoneBody>,
}

/// Searches by name, company or number. Everybody signed in.
#[utoipa::path(get, path = "/people", tag = "people", security(("access_token" = [])), params(SearchQuery),
    responses((status = 200, body = PeopleView), (status = 422)))]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(query): Query<SearchQuery>,
) -> Result<Json<PeopleView>, ApiError> {
    let found = op::search(&app, &signed_in.tenant, &query.q, query.limit).await?;
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
    let phones = body.phones.into_iter().map(|phone| PhoneText { field: phone.field, raw: phone.raw });
    let new = NewPerson {
        kind: body.kind,
        name: body.name,
        company: body.company,
        email: body.email,
        phones: phones.collect(),
    };
    let person = op::create(&app, &signed_in.tenant, new).await?;
    let person = PersonView::of(&person, signed_in.tenant.settings.region);
    Ok((StatusCode::CREATED, Json(OnePersonView { person })))
}

/// A record. Everybody signed in.
#[utoipa::path(get, path = "/people/{id}", tag = "people", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = OnePersonView), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<OnePersonView>, ApiError> {
    let person = op::read(&app, &signed_in.tenant, PersonId(id)).await?;
    Ok(Json(OnePersonView { person: PersonView::of(&person, signed_in.tenant.settings.region) }))
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
    let after = page.after.as_deref();
    let (activities, next) = read_activity::of_person(&app, &signed_in.tenant, PersonId(id), after).await?;
    Ok(Json(ActivityPageView { activities, next }))
}
