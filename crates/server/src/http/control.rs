//! What an agent asks of a call of theirs. The agent whose call it is.

use super::ApiError;
use super::answer::Body;
use super::caller::Agent;
use crate::app::App;
use crate::ops::control::{Asked, control as ask};
use crate::ops::transfer_targets::transfer_targets;
use crate::view::TransferTargetsView;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::EngagementKey;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is asked of which part of a call.
#[derive(Deserialize, ToSchema)]
pub(super) struct ControlBody {
    /// The agent's part of the call.
    engagement: Uuid,
    #[serde(flatten)]
    asked: AskedBody,
}

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum AskedBody {
    /// To answer.
    Answer,
    /// To keep the other party waiting.
    Hold,
    /// To take them back.
    Resume,
    /// To keep back what the agent says.
    Mute,
    /// To let it through again.
    Unmute,
    /// To put silence into the recording.
    PauseRecording,
    /// To go on recording.
    ResumeRecording,
    /// To hand the other party over, unannounced.
    Transfer {
        /// An extension or a number.
        to: String,
    },
    /// To ask somebody before handing over; hanging up hands over.
    AskFirst {
        /// An extension or a number.
        to: String,
    },
    /// To go back from whoever was asked.
    TakeBack,
}

impl From<AskedBody> for Asked {
    fn from(body: AskedBody) -> Asked {
        match body {
            AskedBody::Answer => Asked::Answer,
            AskedBody::Hold => Asked::Hold(true),
            AskedBody::Resume => Asked::Hold(false),
            AskedBody::Mute => Asked::Mute(true),
            AskedBody::Unmute => Asked::Mute(false),
            AskedBody::PauseRecording => Asked::PauseRecording(true),
            AskedBody::ResumeRecording => Asked::PauseRecording(false),
            AskedBody::Transfer { to } => Asked::Transfer(to),
            AskedBody::AskFirst { to } => Asked::AskFirst(to),
            AskedBody::TakeBack => Asked::TakeBack,
        }
    }
}

/// The part of a call that is to end.
#[derive(Deserialize, ToSchema)]
pub(super) struct HangUpBody {
    engagement: Uuid,
}

/// Whom a call can be handed to. Agents.
#[utoipa::path(get, path = "/me/transfer-targets", tag = "panel", security(("access_token" = [])),
    responses((status = 200, body = TransferTargetsView), (status = 403)))]
pub(super) async fn targets(
    State(app): State<Arc<App>>,
    agent: Agent,
) -> Result<Json<TransferTargetsView>, ApiError> {
    Ok(Json(transfer_targets(&app, &agent.tenant, &agent.owner.agent).await?))
}

/// Asks something of a call. The agent whose it is.
#[utoipa::path(post, path = "/me/control", tag = "panel", security(("access_token" = [])),
    request_body = ControlBody,
    responses((status = 204), (status = 403), (status = 404), (status = 409), (status = 422), (status = 503)))]
pub(super) async fn control(
    State(app): State<Arc<App>>,
    agent: Agent,
    Body(body): Body<ControlBody>,
) -> Result<StatusCode, ApiError> {
    ask(&app, &agent.tenant, &agent.submitter, EngagementKey(body.engagement), body.asked.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the agent's own part of a call. The agent whose it is.
#[utoipa::path(post, path = "/me/hang-up", tag = "panel", security(("access_token" = [])),
    request_body = HangUpBody, responses((status = 204), (status = 403), (status = 404), (status = 409), (status = 503)))]
pub(super) async fn hang_up(
    State(app): State<Arc<App>>,
    agent: Agent,
    Body(body): Body<HangUpBody>,
) -> Result<StatusCode, ApiError> {
    ask(&app, &agent.tenant, &agent.submitter, EngagementKey(body.engagement), Asked::HangUp).await?;
    Ok(StatusCode::NO_CONTENT)
}
