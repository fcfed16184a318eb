//! Views of the list of Activities. Everybody signed in keeps their own; supervisors share.

use super::ApiError;
use super::activity_query::ActivityQuery;
use super::answer::{Body, Path};
use super::caller::SignedIn;
use crate::app::App;
use crate::ops::views::{self as op, ViewEntry, Viewer};
use crate::ops::{FieldFault, OpError};
use crate::view::ListViewView;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::account::Role;
use domain::id::ViewId;
use domain::list_view::{Column, ListView};
use domain::phone::Region;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// A span that moves with the day, as the page's address says it.
const WHEN: &str = "when";
const SPANS: [&str; 5] = ["today", "yesterday", "7d", "30d", "90d"];
/// Bounds that the page's address may say as days.
const BOUNDS: [&str; 4] = ["from", "until", "logged_from", "logged_until"];
/// A place in the list is none of a view.
const AFTER: &str = "after";

/// The views that somebody sees.
#[derive(Serialize, ToSchema)]
pub(super) struct ViewsAnswer {
    /// Their own and those that are shared.
    views: Vec<ListViewView>,
    /// The one that they begin with.
    first: Option<Uuid>,
}

/// One view.
#[derive(Serialize, ToSchema)]
pub(super) struct ViewAnswer {
    view: ListViewView,
}

/// What a view is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewBody {
    name: String,
    shared: bool,
    /// Filters as the page's address says them: those of the list, and `when`.
    filters: BTreeMap<String, String>,
    /// From left to right.
    #[schema(value_type = Vec<String>)]
    columns: Vec<Column>,
}

/// The same of one that is there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewChangeBody {
    version: u64,
    name: String,
    shared: bool,
    /// Filters as the page's address says them: those of the list, and `when`.
    filters: BTreeMap<String, String>,
    /// From left to right.
    #[schema(value_type = Vec<String>)]
    columns: Vec<Column>,
}

/// Which view somebody begins with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstViewBody {
    /// Null: all calls.
    view: Option<Uuid>,
}

/// The views of whoever asks. Everybody signed in.
#[utoipa::path(get, path = "/views", operation_id = "list_views", tag = "activities",
    security(("access_token" = [])), responses((status = 200, body = ViewsAnswer)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Json<ViewsAnswer>, ApiError> {
    let viewer = viewer(&signed_in);
    let seen = op::list(&app, &signed_in.tenant, viewer).await?;
    let views = seen.views.iter().map(|view| shown(view, viewer)).collect();
    Ok(Json(ViewsAnswer { views, first: seen.first.map(|id| id.0) }))
}

/// Keeps a view. Everybody signed in; supervisors may share it.
#[utoipa::path(post, path = "/views", operation_id = "create_view", tag = "activities",
    security(("access_token" = [])), request_body = ViewBody,
    responses((status = 201, body = ViewAnswer), (status = 403), (status = 422)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(body): Body<ViewBody>,
) -> Result<(StatusCode, Json<ViewAnswer>), ApiError> {
    let ViewBody { name, shared, filters, columns } = body;
    let filters = meaningful(filters, signed_in.tenant.settings.region)?;
    let viewer = viewer(&signed_in);
    let entry = ViewEntry { name, shared, filters, columns };
    let view = op::create(&app, &signed_in.tenant, viewer, entry).await?;
    Ok((StatusCode::CREATED, Json(ViewAnswer { view: shown(&view, viewer) })))
}

/// Changes a view. Whose it is; one that is shared supervisors too.
#[utoipa::path(put, path = "/views/{id}", operation_id = "change_view", tag = "activities",
    security(("access_token" = [])), request_body = ViewChangeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = ViewAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<ViewChangeBody>,
) -> Result<Json<ViewAnswer>, ApiError> {
    let ViewChangeBody { version, name, shared, filters, columns } = body;
    let filters = meaningful(filters, signed_in.tenant.settings.region)?;
    let viewer = viewer(&signed_in);
    let entry = ViewEntry { name, shared, filters, columns };
    let view = op::change(&app, &signed_in.tenant, viewer, (ViewId(id), version), entry).await?;
    Ok(Json(ViewAnswer { view: shown(&view, viewer) }))
}

/// Removes a view. Whose it is; one that is shared supervisors too.
#[utoipa::path(delete, path = "/views/{id}", operation_id = "remove_view", tag = "activities",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    op::remove(&app, &signed_in.tenant, viewer(&signed_in), ViewId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says which view whoever asks begins with. Everybody signed in.
#[utoipa::path(put, path = "/me/first-view", operation_id = "choose_first_view", tag = "activities",
    security(("access_token" = [])), request_body = FirstViewBody, responses((status = 204), (status = 404)))]
pub(super) async fn begin_with(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(body): Body<FirstViewBody>,
) -> Result<StatusCode, ApiError> {
    op::begin_with(&app, &signed_in.tenant, viewer(&signed_in), body.view.map(ViewId)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn viewer(signed_in: &SignedIn) -> Viewer {
    Viewer { user: signed_in.caller.user, role: signed_in.caller.role }
}

fn shown(view: &ListView, viewer: Viewer) -> ListViewView {
    ListViewView::of(view, viewer.user, viewer.role >= Role::Supervisor)
}

/// Filters that the list understands: one that was mistyped would be refused each time that the view is opened.
fn meaningful(filters: BTreeMap<String, String>, region: Region) -> Result<Vec<(String, String)>, OpError> {
    let is_day = |text: &str| text.parse::<Date>().is_ok();
    let mut asked = Vec::new();
    for (name, value) in &filters {
        match name.as_str() {
            WHEN if SPANS.contains(&value.as_str()) => {}
            WHEN => return Err(OpError::invalid(WHEN, FieldFault::Unknown)),
            AFTER => return Err(OpError::invalid(AFTER, FieldFault::Unknown)),
            bound if BOUNDS.contains(&bound) && is_day(value) => {}
            _ => asked.push((name.clone(), value.clone())),
        }
    }
    ActivityQuery::of(asked)?.filter(region)?;
    Ok(filters.into_iter().collect())
}
