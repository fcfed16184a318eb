//! Ring groups: everybody signed in reads them; what is said of them is in the centre's settings.

use super::ApiError;
use super::caller::SignedIn;
use crate::app::App;
use crate::ops::ring_groups::{self as op, RingGroupView};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Every ring group.
#[derive(Serialize, ToSchema)]
pub(super) struct RingGroupsView {
    ring_groups: Vec<RingGroupView>,
}

/// The ring groups that are set up, and those that calls, sets or the phone systems name. Everybody signed in.
#[utoipa::path(get, path = "/ring-groups", tag = "centre", security(("access_token" = [])),
    responses((status = 200, body = RingGroupsView)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Json<RingGroupsView>, ApiError> {
    Ok(Json(RingGroupsView { ring_groups: op::list(&app, &signed_in.tenant).await? }))
}
