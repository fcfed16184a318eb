//! What went wrong while nobody looked, counted for the navigation. Admins.

use super::ApiError;
use super::caller::Admin;
use crate::app::App;
use crate::ops::attention::attention;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// How much waits for an admin.
#[derive(Serialize, ToSchema)]
pub(super) struct AttentionView {
    /// Webhooks that are off because of a fault of theirs, or gave something up.
    webhooks: u64,
    /// Imports of past calls that broke off.
    imports: u64,
    /// What the CRM refused for good.
    refused: u64,
    /// Days that could not be compared with the CRM by night, and were not since.
    not_compared: u64,
}

/// How much went wrong and waits for an admin. Admins.
#[utoipa::path(get, path = "/attention", operation_id = "attention", tag = "centre", security(("access_token" = [])),
    responses((status = 200, body = AttentionView), (status = 403)))]
pub(super) async fn read(State(app): State<Arc<App>>, admin: Admin) -> Result<Json<AttentionView>, ApiError> {
    let found = attention(&app, &admin.tenant).await?;
    Ok(Json(AttentionView {
        webhooks: found.webhooks,
        imports: found.imports,
        refused: found.refused,
        not_compared: found.not_compared,
    }))
}
