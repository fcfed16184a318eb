//! Follow-ups. Agents see and do their own, supervisors everybody's.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::SignedIn;
use super::strict::strict_query;
use crate::app::App;
use crate::ops::follow_ups::{self as op, Wanted};
use crate::ops::{FieldFault, OpError};
use crate::view::FollowUpView;
use axum::Json;
use axum::extract::State;
use domain::id::{AgentKey, CallKey};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

strict_query! {
    /// Which follow-ups are wanted.
    FollowUpQuery {
        /// `open` (unless said otherwise) or `done`.
        state = "state",
        /// `mine` (unless said otherwise) or `all`, which is for supervisors.
        of = "of",
        /// Of all, those of this agent.
        agent = "agent",
        /// What the page before gave as `next`.
        after = "after",
    }
}

/// A page of follow-ups.
#[derive(Serialize, ToSchema)]
pub(super) struct FollowUpPageView {
    follow_ups: Vec<FollowUpView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// Whether a follow-up is done.
#[derive(Deserialize, ToSchema)]
pub(super) struct DoneBody {
    /// The version that it was seen at.
    version: u64,
    done: bool,
}

/// To whom a follow-up is given.
#[derive(Deserialize, ToSchema)]
pub(super) struct GiveBody {
    /// The version that it was seen at.
    version: u64,
    /// The agent.
    agent: String,
}

/// A follow-up.
#[derive(Serialize, ToSchema)]
pub(super) struct FollowUpAnswer {
    follow_up: FollowUpView,
}

/// What is still to be done after calls: by due day. Agents their own, supervisors everybody's.
#[utoipa::path(get, path = "/follow-ups", tag = "follow-ups", security(("access_token" = [])), params(FollowUpQuery),
    responses((status = 200, body = FollowUpPageView), (status = 403), (status = 422)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<FollowUpPageView>, ApiError> {
    let query = FollowUpQuery::of(pairs)?;
    let one_of = |field: &'static str, text: Option<&str>, words: [&str; 2]| match text {
        None => Ok(false),
        Some(text) if text == words[0] => Ok(false),
        Some(text) if text == words[1] => Ok(true),
        Some(_) => Err(OpError::invalid(field, FieldFault::Unknown)),
    };
    let wanted = Wanted {
        done: one_of("state", query.state.as_deref(), ["open", "done"])?,
        all: one_of("of", query.of.as_deref(), ["mine", "all"])?,
        agent: query.agent.map(AgentKey),
    };
    let who = signed_in.corrector();
    let (follow_ups, next) = op::list(&app, &signed_in.tenant, &who, wanted, query.after.as_deref()).await?;
    Ok(Json(FollowUpPageView { follow_ups, next }))
}

/// Says that a follow-up is done, or is to be done after all. The agent whose it is, and supervisors.
#[utoipa::path(put, path = "/follow-ups/{id}/done", tag = "follow-ups", security(("access_token" = [])),
    request_body = DoneBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = FollowUpAnswer), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn set_done(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<DoneBody>,
) -> Result<Json<FollowUpAnswer>, ApiError> {
    let (who, said) = (signed_in.corrector(), (body.version, body.done));
    let follow_up = op::set_done(&app, &signed_in.tenant, &who, CallKey(id), said).await?;
    Ok(Json(FollowUpAnswer { follow_up }))
}

/// Gives a follow-up that is to be done to another agent. The agent whose it is, and supervisors.
#[utoipa::path(put, path = "/follow-ups/{id}/agent", tag = "follow-ups", security(("access_token" = [])),
    request_body = GiveBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = FollowUpAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn give(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<GiveBody>,
) -> Result<Json<FollowUpAnswer>, ApiError> {
    let (who, said) = (signed_in.corrector(), (body.version, AgentKey(body.agent)));
    let follow_up = op::give(&app, &signed_in.tenant, &who, CallKey(id), said).await?;
    Ok(Json(FollowUpAnswer { follow_up }))
}
