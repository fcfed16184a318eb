//! Suggestion of codes: to the agent whose wrap-up it is; how good it would have been, to supervisors.

use super::ApiError;
use super::answer::{Body, Path};
use super::caller::{Agent, Supervisor};
use crate::app::App;
use crate::ops::{OpError, suggest as op};
use crate::view::{AccuracyView, SuggestionView};
use axum::Json;
use axum::extract::State;
use domain::id::EngagementKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The notes as they are now.
#[derive(Deserialize, ToSchema)]
pub(super) struct NotesBody {
    #[serde(default)]
    notes: String,
}

/// What is suggested.
#[derive(Serialize, ToSchema)]
pub(super) struct SuggestionsView {
    /// The best first; at most three.
    suggestions: Vec<SuggestionView>,
}

/// Which codes notes and call speak for; nothing is chosen or kept by it. The agent whose wrap-up it is.
#[utoipa::path(post, path = "/wrapups/{id}/suggestions", tag = "panel", security(("access_token" = [])),
    request_body = NotesBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = SuggestionsView), (status = 403), (status = 404), (status = 422)))]
pub(super) async fn suggest(
    State(app): State<Arc<App>>,
    agent: Agent,
    Path(id): Path<Uuid>,
    Body(body): Body<NotesBody>,
) -> Result<Json<SuggestionsView>, ApiError> {
    let found = op::suggest(&app, &agent.tenant, &agent.owner.agent, EngagementKey(id), &body.notes).await?;
    let rules = agent.tenant.rules();
    let suggestions = found.iter().map(|one| SuggestionView::of(one, &rules.centre.ring_groups)).collect();
    Ok(Json(SuggestionsView { suggestions }))
}

/// How good suggestions would have been in the last weeks, each judged by what was logged before it. Supervisors.
#[utoipa::path(get, path = "/reports/suggestions", tag = "reports", security(("access_token" = [])),
    responses((status = 200, body = AccuracyView), (status = 403)))]
pub(super) async fn accuracy(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
) -> Result<Json<AccuracyView>, ApiError> {
    let tenant = supervisor.tenant;
    let sets = app.store.dispositions(tenant.id).await.map_err(OpError::from)?;
    let on = tenant.rules().centre.suggests_codes();
    let learnt = app.suggestions.of(tenant.id).filter(|_| on);
    Ok(Json(AccuracyView::of(on, learnt.as_deref(), &sets)))
}
