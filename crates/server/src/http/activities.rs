//! Archived calls. Everybody signed in.

use super::ApiError;
use super::answer::Path;
use super::caller::SignedIn;
use crate::app::App;
use crate::ops::read_activity;
use crate::view::ActivityView;
use axum::Json;
use axum::extract::State;
use domain::id::CallKey;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// One Activity.
#[derive(Serialize, ToSchema)]
pub(super) struct OneActivityView {
    activity: ActivityView,
}

/// An Activity with all there is. Everybody signed in.
#[utoipa::path(get, path = "/activities/{id}", tag = "activities", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = OneActivityView), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<OneActivityView>, ApiError> {
    let activity = read_activity::read_activity(&app, &signed_in.tenant, CallKey(id)).await?;
    Ok(Json(OneActivityView { activity }))
}
