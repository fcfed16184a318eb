//! Archived calls. Everybody signed in.

use super::ApiError;
use super::activity_query::ActivityQuery;
use super::answer::{Path, Query};
use super::caller::SignedIn;
use crate::app::App;
use crate::clock::rfc3339;
use crate::ops::crm::sharing::shared;
use crate::ops::{OpError, list_activities as op, read_activity};
use crate::view::{ActivityView, ListedActivityView};
use axum::Json;
use axum::extract::State;
use domain::account::Role;
use domain::id::CallKey;
use serde::Serialize;
use std::sync::Arc;
use store::ActivityFilter;
use utoipa::ToSchema;
use uuid::Uuid;

/// One Activity.
#[derive(Serialize, ToSchema)]
pub(super) struct OneActivityView {
    pub(super) activity: ActivityView,
}

/// A page of the list.
#[derive(Serialize, ToSchema)]
pub(super) struct ActivityListView {
    activities: Vec<ListedActivityView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
    /// How far back it has looked; null at the end.
    searched_to: Option<String>,
}

/// Activities by what is asked of them, newest first. Agents those of calls they had a part in, supervisors
/// everybody's.
#[utoipa::path(get, path = "/activities", tag = "activities", security(("access_token" = [])), params(ActivityQuery),
    responses((status = 200, body = ActivityListView), (status = 403), (status = 422)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<ActivityListView>, ApiError> {
    let query = ActivityQuery::of(pairs)?;
    let filter = narrowed(&app, &signed_in, &query).await?;
    let SignedIn { tenant, caller } = signed_in;
    let mut page = op::list(&app, &tenant, &filter, query.after()).await?;
    page.lines = shared(&app, &tenant, caller.user, page.lines).await?;
    let searched_to = page.searched_to.map(rfc3339);
    Ok(Json(ActivityListView { activities: page.lines, next: page.next, searched_to }))
}

/// What of all Activities is asked for, no more than whoever asks may see.
///
/// # Errors
/// A value means nothing, or somebody else's calls are asked for.
pub(super) async fn narrowed(
    app: &App,
    signed_in: &SignedIn,
    query: &ActivityQuery,
) -> Result<ActivityFilter, OpError> {
    let SignedIn { tenant, caller } = signed_in;
    let mut filter = query.filter(tenant.settings.region)?;
    if let Some(name) = query.party_name() {
        filter.parties = Some(op::called(app, tenant, caller.user, name).await?);
    }
    if caller.role < Role::Supervisor {
        let own = caller.agent.clone().ok_or(OpError::Forbidden)?;
        if filter.agent.is_some_and(|asked| asked != own) {
            return Err(OpError::Forbidden);
        }
        filter.agent = Some(own);
    }
    Ok(filter)
}

/// An Activity with all there is. Everybody signed in.
#[utoipa::path(get, path = "/activities/{id}", tag = "activities", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = OneActivityView), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<OneActivityView>, ApiError> {
    let who = signed_in.corrector();
    let activity = read_activity::read_page(&app, &signed_in.tenant, &who, CallKey(id)).await?;
    Ok(Json(OneActivityView { activity }))
}
