//! Messages as work. Agents deal with their own and their ring groups', supervisors with all.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::SignedIn;
use super::strict::strict_query;
use crate::app::App;
use crate::ops::messages::{self as op, Wanted};
use crate::ops::{FieldFault, OpError};
use crate::view::{MessageCountView, MessageLineView};
use axum::Json;
use axum::extract::State;
use domain::id::CallKey;
use domain::message::How;
use domain::message::work::Step;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::MessageStates;
use utoipa::ToSchema;
use uuid::Uuid;

strict_query! {
    /// Which messages are wanted.
    MessageQuery {
        /// `waiting` (open and taken, unless said otherwise), `open`, `taken` or `done`.
        state = "state",
        /// Of this ring group, by its key; empty: those of none.
        ring_group = "ring_group",
        /// What the page before gave as `next`.
        after = "after",
    }
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
pub(super) struct MessagePageView {
    messages: Vec<MessageLineView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// How many messages wait, by ring group.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageCountsView {
    counts: Vec<MessageCountView>,
}

/// The revision that a message was seen at.
#[derive(Deserialize, ToSchema)]
pub(super) struct SeenBody {
    revision: u64,
}

/// How somebody is done with a message.
#[derive(Deserialize, ToSchema)]
pub(super) struct FinishBody {
    /// The revision that it was seen at.
    revision: u64,
    /// `called_back`, `no_need` or `reached_otherwise`.
    how: String,
    /// Why it needs nothing, with `no_need`; at most 200 characters.
    reason: Option<String>,
}

/// A message.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageAnswer {
    message: MessageLineView,
}

/// What callers left: what waits oldest first, what is done newest first. Agents their own and their ring groups',
/// supervisors everybody's.
#[utoipa::path(get, path = "/messages", tag = "messages", security(("access_token" = [])), params(MessageQuery),
    responses((status = 200, body = MessagePageView), (status = 403), (status = 422)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<MessagePageView>, ApiError> {
    let query = MessageQuery::of(pairs)?;
    let states = query.state.as_deref().map_or(Ok(MessageStates::Waiting), states)?;
    let ring_group = query.ring_group.map(|group| (!group.is_empty()).then_some(group));
    let wanted = Wanted { states, ring_group };
    let who = signed_in.corrector();
    let (messages, next) = op::list(&app, &signed_in.tenant, &who, &wanted, query.after.as_deref()).await?;
    Ok(Json(MessagePageView { messages, next }))
}

fn states(text: &str) -> Result<MessageStates, OpError> {
    Ok(match text {
        "waiting" => MessageStates::Waiting,
        "open" => MessageStates::Open,
        "taken" => MessageStates::Taken,
        "done" => MessageStates::Done,
        _ => return Err(OpError::invalid("state", FieldFault::Unknown)),
    })
}

/// How many wait, by ring group. Agents their own and their ring groups', supervisors everybody's.
#[utoipa::path(get, path = "/messages/counts", tag = "messages", security(("access_token" = [])),
    responses((status = 200, body = MessageCountsView), (status = 403)))]
pub(super) async fn counts(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Json<MessageCountsView>, ApiError> {
    let counts = op::counts(&app, &signed_in.tenant, &signed_in.corrector()).await?;
    Ok(Json(MessageCountsView { counts }))
}

/// Takes a message; a supervisor also from whoever has it. Whoever may hear it.
#[utoipa::path(post, path = "/messages/{id}/take", tag = "messages", security(("access_token" = [])),
    request_body = SeenBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageAnswer), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn take(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<SeenBody>,
) -> Result<Json<MessageAnswer>, ApiError> {
    does(&app, &signed_in, id, &Step::Take, body.revision).await
}

/// Leaves a message to the others. Whoever took it, supervisors.
#[utoipa::path(post, path = "/messages/{id}/give-back", tag = "messages", security(("access_token" = [])),
    request_body = SeenBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageAnswer), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn give_back(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<SeenBody>,
) -> Result<Json<MessageAnswer>, ApiError> {
    does(&app, &signed_in, id, &Step::GiveBack, body.revision).await
}

/// Is done with a message. Whoever may hear it, unless another one took it; supervisors.
#[utoipa::path(post, path = "/messages/{id}/done", tag = "messages", security(("access_token" = [])),
    request_body = FinishBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn finish(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<FinishBody>,
) -> Result<Json<MessageAnswer>, ApiError> {
    let how = match (body.how.as_str(), body.reason) {
        ("called_back", None) => How::CalledBack { call: None },
        ("no_need", reason) => How::NoNeed { reason },
        ("reached_otherwise", None) => How::ReachedOtherwise,
        ("called_back" | "reached_otherwise", Some(_)) => {
            return Err(OpError::invalid("reason", FieldFault::Unknown).into());
        }
        _ => return Err(OpError::invalid("how", FieldFault::Unknown).into()),
    };
    does(&app, &signed_in, id, &Step::Done(how), body.revision).await
}

/// Has a message dealt with again. Who was done with it on the same day, supervisors.
#[utoipa::path(post, path = "/messages/{id}/reopen", tag = "messages", security(("access_token" = [])),
    request_body = SeenBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageAnswer), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn reopen(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
    Body(body): Body<SeenBody>,
) -> Result<Json<MessageAnswer>, ApiError> {
    does(&app, &signed_in, id, &Step::Reopen, body.revision).await
}

async fn does(
    app: &App,
    signed_in: &SignedIn,
    id: Uuid,
    step: &Step,
    revision: u64,
) -> Result<Json<MessageAnswer>, ApiError> {
    let who = signed_in.corrector();
    let message = op::step(app, &signed_in.tenant, &who, CallKey(id), step, revision).await?;
    Ok(Json(MessageAnswer { message }))
}
