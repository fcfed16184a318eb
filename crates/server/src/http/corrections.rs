//! Corrections of what is filed. Supervisors of everything; agents of their own wrap-ups for a while, and of calls that
//! nobody logged.

use super::ApiError;
use super::activities::OneActivityView;
use super::answer::{Body, Path};
use super::caller::SignedIn;
use super::users::said;
use crate::app::App;
use crate::ops::correct as op;
use axum::Json;
use axum::extract::State;
use domain::correction::decide::{CaseCorrection, CorrectRequest, OpportunityCorrection, PartyCorrection};
use domain::id::{AuditId, CallKey, CodeId, EngagementKey};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is to be put right; what is absent stays.
#[derive(Deserialize, ToSchema)]
pub(super) struct CorrectBody {
    /// The Activity's revision, as it was seen.
    revision: u64,
    /// A part that was logged; null: the call itself.
    engagement: Option<Uuid>,
    #[schema(value_type = Option<Object>)]
    party: Option<PartyCorrection>,
    #[schema(value_type = Option<Object>)]
    case: Option<CaseCorrection>,
    /// `{choice: "none"}` takes it away.
    #[schema(value_type = Option<Object>)]
    opportunity: Option<OpportunityCorrection>,
    code: Option<Uuid>,
    /// Null takes them away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
    reason: Option<String>,
}

/// What is to be put back.
#[derive(Deserialize, ToSchema)]
pub(super) struct UndoBody {
    /// The Activity's revision, as it was seen.
    revision: u64,
}

/// Puts right what is filed of a call. Supervisors; the agent of that part, for as long as the settings say; and of a call
/// that nobody logged an agent who took part in it, or anybody where none did.
#[utoipa::path(post, path = "/activities/{id}/corrections", tag = "activities", security(("access_token" = [])),
    params(("id" = Uuid, Path)), request_body = CorrectBody,
    responses((status = 200, body = OneActivityView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn correct(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<CorrectBody>,
) -> Result<Json<OneActivityView>, ApiError> {
    let request = CorrectRequest {
        revision: body.revision,
        engagement: body.engagement.map(EngagementKey),
        party: body.party,
        case: body.case,
        opportunity: body.opportunity,
        code: body.code.map(CodeId),
        notes: body.notes,
        reason: body.reason,
    };
    let who = signed_in.corrector();
    let activity = op::correct(&app, &signed_in.tenant, &who, CallKey(id), &request).await?;
    Ok(Json(OneActivityView { activity }))
}

/// Puts back what was there before a correction. Whoever may correct it.
#[utoipa::path(post, path = "/activities/{id}/corrections/{correction}/undo", tag = "activities",
    security(("access_token" = [])), params(("id" = Uuid, Path), ("correction" = Uuid, Path)), request_body = UndoBody,
    responses((status = 200, body = OneActivityView), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn undo(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path((id, correction)): Path<(Uuid, Uuid)>,
    Body(body): Body<UndoBody>,
) -> Result<Json<OneActivityView>, ApiError> {
    let (who, key) = (signed_in.corrector(), CallKey(id));
    let activity = op::undo(&app, &signed_in.tenant, &who, key, AuditId(correction), body.revision).await?;
    Ok(Json(OneActivityView { activity }))
}
