//! Outgoing webhooks. Admins alone: whoever is told of calls is told of all of them.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::Admin;
use super::strict::{self, strict_query};
use crate::app::App;
use crate::ops::webhooks::{again, endpoints as op};
use crate::ops::{FieldFault, OpError};
use crate::view::{WebhookDeliveryView, WebhookView};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::{At, EndpointId, NoticeId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Every endpoint.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhooksView {
    webhooks: Vec<WebhookView>,
}

/// One endpoint.
#[derive(Serialize, ToSchema)]
pub(super) struct OneWebhookView {
    webhook: WebhookView,
}

/// An endpoint and its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookSecretView {
    webhook: WebhookView,
    secret: String,
}

/// A page of what an endpoint was told or is to be.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookDeliveriesView {
    deliveries: Vec<WebhookDeliveryView>,
    next: Option<String>,
}

/// Something that an endpoint is told.
#[derive(Serialize, ToSchema)]
pub(super) struct OneWebhookDeliveryView {
    delivery: WebhookDeliveryView,
}

/// How much is told again.
#[derive(Serialize, ToSchema)]
pub(super) struct ReplayedView {
    replayed: u64,
}

/// An endpoint to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhookBody {
    name: String,
    url: String,
    types: Vec<String>,
    #[serde(default)]
    with_notes: bool,
}

/// What of an endpoint changes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookChangeBody {
    version: u64,
    name: Option<String>,
    url: Option<String>,
    types: Option<Vec<String>>,
    with_notes: Option<bool>,
    on: Option<bool>,
}

/// The version that somebody saw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookVersionBody {
    version: u64,
}

/// From when on what was given up is told again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookReplayBody {
    /// A time, RFC 3339.
    since: String,
}

strict_query! {
    /// Which deliveries.
    WebhookDeliveriesQuery {
        /// `waiting`, `delivered` or `dead`; all, where absent.
        state = "state",
        /// What the page before said comes next.
        after = "after",
    }
}

/// Lists endpoints. Admins.
#[utoipa::path(get, path = "/webhooks", operation_id = "webhooks", tag = "webhooks",
    security(("access_token" = [])), responses((status = 200, body = WebhooksView), (status = 403)))]
pub(super) async fn list(State(app): State<Arc<App>>, admin: Admin) -> Result<Json<WebhooksView>, ApiError> {
    Ok(Json(WebhooksView { webhooks: op::list(&app, &admin.tenant).await? }))
}

/// Makes an endpoint. Admins.
#[utoipa::path(post, path = "/webhooks", operation_id = "create_webhook", tag = "webhooks",
    security(("access_token" = [])), request_body = NewWebhookBody,
    responses((status = 201, body = WebhookSecretView), (status = 403), (status = 422)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(body): Body<NewWebhookBody>,
) -> Result<(StatusCode, Json<WebhookSecretView>), ApiError> {
    let NewWebhookBody { name, url, types, with_notes } = body;
    let new = op::NewEndpoint { name, url, types, with_notes };
    let (webhook, secret) = op::create(&app, &admin.tenant, admin.user, new).await?;
    Ok((StatusCode::CREATED, Json(WebhookSecretView { webhook, secret })))
}

/// Changes an endpoint. Admins.
#[utoipa::path(patch, path = "/webhooks/{id}", operation_id = "change_webhook", tag = "webhooks",
    security(("access_token" = [])), request_body = WebhookChangeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = OneWebhookView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<WebhookChangeBody>,
) -> Result<Json<OneWebhookView>, ApiError> {
    let WebhookChangeBody { version, name, url, types, with_notes, on } = body;
    let said = op::EndpointChange { version, name, url, types, with_notes, on };
    let webhook = op::change(&app, &admin.tenant, admin.user, EndpointId(id), said).await?;
    Ok(Json(OneWebhookView { webhook }))
}

/// Removes an endpoint. Admins.
#[utoipa::path(delete, path = "/webhooks/{id}", operation_id = "remove_webhook", tag = "webhooks",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    op::remove(&app, &admin.tenant, admin.user, EndpointId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an endpoint another secret. Admins.
#[utoipa::path(post, path = "/webhooks/{id}/rotate", operation_id = "rotate_webhook", tag = "webhooks",
    security(("access_token" = [])), request_body = WebhookVersionBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = WebhookSecretView), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn rotate(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<WebhookVersionBody>,
) -> Result<Json<WebhookSecretView>, ApiError> {
    let rotated = op::rotate(&app, &admin.tenant, admin.user, EndpointId(id), body.version).await;
    let (webhook, secret) = rotated?;
    Ok(Json(WebhookSecretView { webhook, secret }))
}

/// Tells an endpoint a test. Admins.
#[utoipa::path(post, path = "/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 202), (status = 403), (status = 404)))]
pub(super) async fn test(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    again::test(&app, &admin.tenant, EndpointId(id)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What an endpoint was told or is to be, the newest first. Admins.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", operation_id = "webhook_deliveries", tag = "webhooks",
    security(("access_token" = [])), params(("id" = Uuid, Path), WebhookDeliveriesQuery),
    responses((status = 200, body = WebhookDeliveriesView), (status = 403), (status = 404), (status = 422)))]
pub(super) async fn deliveries(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<WebhookDeliveriesView>, ApiError> {
    let query = WebhookDeliveriesQuery::of(pairs)?;
    let state = strict::word("state", query.state.as_deref())?;
    let page = again::deliveries(&app, &admin.tenant, EndpointId(id), state, query.after.as_deref()).await;
    let (deliveries, next) = page?;
    Ok(Json(WebhookDeliveriesView { deliveries, next }))
}

/// Tells an endpoint one thing again. Admins.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{message}/replay", operation_id = "replay_webhook_delivery",
    tag = "webhooks", security(("access_token" = [])),
    params(("id" = Uuid, Path), ("message" = String, Path, description = "`webhook-id`")),
    responses((status = 202, body = OneWebhookDeliveryView), (status = 403), (status = 404)))]
pub(super) async fn replay_one(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((id, message)): Path<(Uuid, String)>,
) -> Result<(StatusCode, Json<OneWebhookDeliveryView>), ApiError> {
    let notice = message.strip_prefix("msg_").and_then(|id| Uuid::try_parse(id).ok());
    let notice = notice.ok_or(OpError::NotFound)?;
    let delivery = again::replay_one(&app, &admin.tenant, EndpointId(id), NoticeId(notice)).await?;
    Ok((StatusCode::ACCEPTED, Json(OneWebhookDeliveryView { delivery })))
}

/// Tells an endpoint everything again that was given up since a time. Admins.
#[utoipa::path(post, path = "/webhooks/{id}/replay", operation_id = "replay_webhook", tag = "webhooks",
    security(("access_token" = [])), request_body = WebhookReplayBody, params(("id" = Uuid, Path)),
    responses((status = 202, body = ReplayedView), (status = 403), (status = 404), (status = 422)))]
pub(super) async fn replay(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<WebhookReplayBody>,
) -> Result<(StatusCode, Json<ReplayedView>), ApiError> {
    let since: Option<At> = strict::time("since", Some(&body.since))?;
    let since = since.ok_or(OpError::invalid("since", FieldFault::Empty))?;
    let replayed = again::replay_dead(&app, &admin.tenant, EndpointId(id), since).await?;
    Ok((StatusCode::ACCEPTED, Json(ReplayedView { replayed })))
}
