//! Many Activities put right at once. Supervisors.

use super::ApiError;
use super::activity_query::ActivityQuery;
use super::answer::{Body, Path, Query};
use super::caller::Supervisor;
use super::told_along::told_along;
use crate::app::App;
use crate::ops::bulk_correct::{self as op, Asked};
use crate::ops::list_activities::called;
use crate::ops::progress::Progress;
use crate::view::bulk::{BulkItemView, BulkPreviewView, BulkView};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::bulk::BulkChange;
use domain::correction::Corrector;
use domain::id::{BulkId, CallKey};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is to be changed, and of which Activities.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkBody {
    activities: Vec<Uuid>,
    /// `{code?, party?, case?, note?, reason?}`; what is absent stays.
    #[schema(value_type = Object)]
    change: BulkChange,
}

/// The Activities that a filter finds, as many as may be corrected at once.
#[derive(Serialize, ToSchema)]
pub(super) struct MatchingAnswer {
    activities: Vec<Uuid>,
    /// Whether there are more, or there may be.
    more: bool,
}

/// What would become of each.
#[derive(Serialize, ToSchema)]
pub(super) struct BulkPreviewAnswer {
    activities: Vec<BulkPreviewView>,
}

/// The last corrections of many.
#[derive(Serialize, ToSchema)]
pub(super) struct BulksAnswer {
    bulks: Vec<BulkView>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
pub(super) struct BulkAnswer {
    bulk: BulkView,
}

/// One of them, with what became of each of its calls.
#[derive(Serialize, ToSchema)]
pub(super) struct WholeBulkAnswer {
    bulk: BulkView,
    activities: Vec<BulkItemView>,
}

/// Which Activities a filter finds. Supervisors.
#[utoipa::path(get, path = "/bulk-corrections/matching", operation_id = "bulk_matching", tag = "activities",
    security(("access_token" = [])), params(ActivityQuery),
    responses((status = 200, body = MatchingAnswer), (status = 403), (status = 422)))]
pub(super) async fn matching(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<MatchingAnswer>, ApiError> {
    let query = ActivityQuery::of(pairs)?;
    let mut filter = query.filter(supervisor.tenant.settings.region)?;
    if let Some(name) = query.party_name() {
        filter.parties = Some(called(&app, &supervisor.tenant, supervisor.user, name).await?);
    }
    let found = op::matching(&app, &supervisor.tenant, &filter).await?;
    let activities = found.calls.into_iter().map(|call| call.0).collect();
    Ok(Json(MatchingAnswer { activities, more: found.more }))
}

/// What would become of each Activity. Supervisors. With `Accept: application/x-ndjson` it says how far it is.
#[utoipa::path(post, path = "/bulk-corrections/preview", operation_id = "bulk_preview", tag = "activities",
    security(("access_token" = [])), request_body = BulkBody,
    responses((status = 200, body = BulkPreviewAnswer), (status = 403), (status = 422)))]
pub(super) async fn preview(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    headers: HeaderMap,
    Body(body): Body<BulkBody>,
) -> Result<Response, ApiError> {
    let (who, progress) = (corrector(&supervisor), Arc::new(Progress::default()));
    let along = Arc::clone(&progress);
    let work = async move {
        let activities = op::preview(&app, &supervisor.tenant, &who, asked(body), &along).await?;
        Ok(BulkPreviewAnswer { activities })
    };
    told_along(&headers, progress, work).await
}

/// Writes down what is to be corrected; `apply` does it. Supervisors.
#[utoipa::path(post, path = "/bulk-corrections", operation_id = "begin_bulk", tag = "activities",
    security(("access_token" = [])), request_body = BulkBody,
    responses((status = 201, body = BulkAnswer), (status = 403), (status = 422)))]
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Body(body): Body<BulkBody>,
) -> Result<(StatusCode, Json<BulkAnswer>), ApiError> {
    let bulk = op::begin(&app, &supervisor.tenant, &corrector(&supervisor), asked(body)).await?;
    Ok((StatusCode::CREATED, Json(BulkAnswer { bulk })))
}

/// The last corrections of many, newest first. Supervisors.
#[utoipa::path(get, path = "/bulk-corrections", operation_id = "list_bulks", tag = "activities",
    security(("access_token" = [])), responses((status = 200, body = BulksAnswer), (status = 403)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
) -> Result<Json<BulksAnswer>, ApiError> {
    Ok(Json(BulksAnswer { bulks: op::last(&app, &supervisor.tenant).await? }))
}

/// One of them. Supervisors.
#[utoipa::path(get, path = "/bulk-corrections/{id}", operation_id = "read_bulk", tag = "activities",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = WholeBulkAnswer), (status = 403), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Path(id): Path<Uuid>,
) -> Result<Json<WholeBulkAnswer>, ApiError> {
    let (bulk, activities) = op::one(&app, &supervisor.tenant, BulkId(id)).await?;
    Ok(Json(WholeBulkAnswer { bulk, activities }))
}

/// Corrects those of its Activities of which nothing is decided yet: the first time, and after a stop. Supervisors. With
/// `Accept: application/x-ndjson` it says how far it is; whoever leaves stops it.
#[utoipa::path(post, path = "/bulk-corrections/{id}/apply", operation_id = "apply_bulk", tag = "activities",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = BulkAnswer), (status = 403), (status = 404)))]
pub(super) async fn go_on(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let (who, progress) = (corrector(&supervisor), Arc::new(Progress::default()));
    let along = Arc::clone(&progress);
    let work = async move {
        let bulk = op::go_on(&app, &supervisor.tenant, &who, BulkId(id), &along).await?;
        Ok(BulkAnswer { bulk })
    };
    told_along(&headers, progress, work).await
}

/// Puts back each of its Activities that nobody changed since. Supervisors. With `Accept: application/x-ndjson` it says how
/// far it is; whoever leaves stops it.
#[utoipa::path(post, path = "/bulk-corrections/{id}/undo", operation_id = "undo_bulk", tag = "activities",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = BulkAnswer), (status = 403), (status = 404)))]
pub(super) async fn put_back(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let (who, progress) = (corrector(&supervisor), Arc::new(Progress::default()));
    let along = Arc::clone(&progress);
    let work = async move {
        let bulk = op::put_back(&app, &supervisor.tenant, &who, BulkId(id), &along).await?;
        Ok(BulkAnswer { bulk })
    };
    told_along(&headers, progress, work).await
}

fn asked(body: BulkBody) -> Asked {
    Asked { calls: body.activities.into_iter().map(CallKey).collect(), change: body.change }
}

fn corrector(supervisor: &Supervisor) -> Corrector {
    Corrector { user: supervisor.user, role: supervisor.role, agent: supervisor.agent.clone() }
}
