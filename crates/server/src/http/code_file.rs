//! The code book as a file. Admins.

use super::ApiError;
use super::answer::Body;
use super::caller::Admin;
use crate::app::App;
use crate::ops::code_file::{self as op, FileView};
use crate::ops::{FieldFault, OpError};
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A file of the code book.
#[derive(Deserialize, ToSchema)]
pub(super) struct FileBody {
    /// Its text.
    file: String,
    /// Whether it is applied, instead of only looked at.
    #[serde(default)]
    apply: bool,
    /// What the answer before said, where it is applied.
    basis: Option<String>,
}

/// What a file would change, or changed.
#[derive(Serialize, ToSchema)]
pub(super) struct FileAnswer {
    file: FileView,
}

/// The code book as a file of comma-separated values: a line a code. Admins.
#[utoipa::path(get, path = "/dispositions.csv", tag = "dispositions", security(("access_token" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 403)))]
pub(super) async fn export(State(app): State<Arc<App>>, admin: Admin) -> Result<Response, ApiError> {
    let text = op::export(&app, &admin.tenant).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"codes.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// Says what a file would change, or applies it, all of it or nothing. Admins.
#[utoipa::path(post, path = "/dispositions/file", tag = "dispositions", security(("access_token" = [])),
    request_body = FileBody,
    responses((status = 200, body = FileAnswer), (status = 403), (status = 409), (status = 413), (status = 422)))]
pub(super) async fn import(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(body): Body<FileBody>,
) -> Result<Json<FileAnswer>, ApiError> {
    let file = match (body.apply, body.basis) {
        (false, _) => op::look(&app, &admin.tenant, &body.file).await?,
        (true, Some(basis)) => op::apply(&app, &admin.tenant, admin.user, &body.file, &basis).await?,
        (true, None) => return Err(OpError::invalid("basis", FieldFault::Empty).into()),
    };
    Ok(Json(FileAnswer { file }))
}
