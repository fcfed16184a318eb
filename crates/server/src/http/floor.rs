//! The floor. Supervisors.

use super::ApiError;
use super::answer::Body;
use super::caller::Supervisor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::ops::ear::{Supervising, listen_in};
use crate::ops::floor::floor;
use crate::view::FloorView;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ear::How;
use domain::id::EngagementKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The floor, and the time it is.
#[derive(Serialize, ToSchema)]
pub(super) struct FloorAnswer {
    now: String,
    floor: FloorView,
}

/// Who does what, who waits, and what is too long. Supervisors.
#[utoipa::path(get, path = "/floor", operation_id = "floor", tag = "floor", security(("access_token" = [])),
    responses((status = 200, body = FloorAnswer), (status = 403)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
) -> Result<Json<FloorAnswer>, ApiError> {
    let floor = floor(&app, &supervisor.tenant).await?;
    Ok(Json(FloorAnswer { now: rfc3339(app.around.now()), floor }))
}

/// Which part of a call is to be listened to, and how.
#[derive(Deserialize, ToSchema)]
pub(super) struct ListenBody {
    /// The agent's part of the call.
    engagement: Uuid,
    /// `listen`, `whisper` or `barge`.
    #[schema(value_type = String)]
    how: How,
}

/// The part of a call of their own by which somebody listens in.
#[derive(Serialize, ToSchema)]
pub(super) struct ListenAnswer {
    engagement: Uuid,
}

/// Calls the phone of whoever asks, to listen in on a call that goes on. Supervisors with a phone, as the settings say.
#[utoipa::path(post, path = "/floor/listen", operation_id = "listen_in", tag = "floor",
    security(("access_token" = [])), request_body = ListenBody,
    responses((status = 202, body = ListenAnswer), (status = 403), (status = 404), (status = 409), (status = 503)))]
pub(super) async fn listen(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Body(body): Body<ListenBody>,
) -> Result<(StatusCode, Json<ListenAnswer>), ApiError> {
    let Supervisor { tenant, user, role, agent } = supervisor;
    let by = Supervising { user, role, agent: agent.as_ref() };
    let engagement = listen_in(&app, &tenant, by, EngagementKey(body.engagement), body.how).await?;
    Ok((StatusCode::ACCEPTED, Json(ListenAnswer { engagement: engagement.0 })))
}
