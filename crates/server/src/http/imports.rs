//! Past calls from a file. Admins.

use super::ApiError;
use super::answer::{Body, Path, Query};
use super::caller::Admin;
use super::strict::{seconds, strict_query};
use crate::app::App;
use crate::ops::imports::file::{Incoming, NotTaken};
use crate::ops::imports::refused::refused_rows;
use crate::ops::imports::{self as op, NewImport, preview as preview_op};
use crate::ops::{FieldFault, OpError};
use crate::view::{ImportPreviewView, ImportView};
use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::id::ImportId;
use domain::import::{ImportStep, Mapping};
use futures_util::StreamExt;
use futures_util::stream::try_unfold;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a file is taken: bodies there are bounded by this module alone.
pub(super) const UPLOAD: &str = "/api/v1/imports";
/// How long a whole file may take to come.
const UPLOAD_WITHIN: Duration = Duration::from_secs(2 * 3_600);

strict_query! {
    /// What is said of a file that is uploaded.
    UploadQuery {
        /// What the file is called; needed.
        name = "name",
        /// What it was exported from; `talkdesk` where absent. Part of every id derived from it.
        source = "source",
    }
}

strict_query! {
    /// What is said of an import that is removed.
    RemoveQuery {
        /// Its version; needed.
        version = "version",
    }
}

/// Every import.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportsAnswer {
    imports: Vec<ImportView>,
}

/// One import.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportAnswer {
    import: ImportView,
}

/// The first rows of its file.
#[derive(Serialize, ToSchema)]
pub(super) struct PreviewAnswer {
    preview: ImportPreviewView,
}

/// How an import is to be read.
#[derive(Deserialize, ToSchema)]
pub(super) struct MappingBody {
    version: u64,
    /// The whole of it.
    #[schema(value_type = Object)]
    mapping: Mapping,
}

/// What is to be done with an import.
#[derive(Deserialize, ToSchema)]
pub(super) struct StepBody {
    version: u64,
    /// `check`, `start`, `pause` or `cancel`.
    #[schema(value_type = String)]
    step: ImportStep,
}

/// The imports, last first. Admins.
#[utoipa::path(get, path = "/imports", operation_id = "imports", tag = "imports", security(("access_token" = [])),
    responses((status = 200, body = ImportsAnswer), (status = 403)))]
pub(super) async fn list(State(app): State<Arc<App>>, admin: Admin) -> Result<Json<ImportsAnswer>, ApiError> {
    let imports = op::list(&app, &admin.tenant).await?;
    Ok(Json(ImportsAnswer { imports: imports.iter().map(ImportView::of).collect() }))
}

/// Takes a file of past calls: CSV in UTF-8, with headings in its first line. Admins.
#[utoipa::path(post, path = "/imports", operation_id = "upload_import", tag = "imports",
    security(("access_token" = [])), params(UploadQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = ImportAnswer), (status = 403), (status = 413), (status = 422)))]
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    admin: Admin,
    Query(pairs): Query<Vec<(String, String)>>,
    request: Request,
) -> Result<(StatusCode, Json<ImportAnswer>), ApiError> {
    let UploadQuery { name, source } = UploadQuery::of(pairs)?;
    let name = name.unwrap_or_default();
    op::may_add(&app, &admin.tenant, &name, source.as_deref()).await?;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > op::limit(&app)) {
        return Err(ApiError::FileTooLarge(op::limit(&app)));
    }
    let (id, file) = op::begin(&app, &admin.tenant).await?;
    let bytes = take(&app, file, request.into_body()).await?;
    let new = NewImport { id, name, source, bytes, by: admin.user };
    let stored = op::add(&app, &admin.tenant, new).await?;
    Ok((StatusCode::CREATED, Json(ImportAnswer { import: ImportView::of(&stored) })))
}

/// Takes a body as it comes; a client that sends nothing for long is let go.
pub(super) async fn take(app: &App, mut file: Incoming, body: Bytes) -> Result<u64, ApiError> {
    let patience = Duration::from_secs(app.settings.server.request_timeout_s);
    let mut pieces = body.into_data_stream();
    let taken = async {
        while let Some(piece) = timeout(patience, pieces.next()).await.map_err(std::io::Error::from)? {
            let piece = piece.map_err(|error| NotTaken::Unwritten(std::io::Error::other(error)))?;
            file.take(&piece).await?;
        }
        Ok::<(), NotTaken>(())
    };
    let taken = timeout_at(Instant::now() + UPLOAD_WITHIN, taken).await;
    match taken.map_err(|late| NotTaken::Unwritten(late.into())).and_then(|taken| taken) {
        Ok(()) => file.finish().await.map_err(not_taken),
        Err(error) => {
            file.abandon().await;
            Err(not_taken(error))
        }
    }
}

fn not_taken(error: NotTaken) -> ApiError {
    match error {
        NotTaken::TooLarge(limit) => ApiError::FileTooLarge(limit),
        NotTaken::NotText => OpError::invalid("file", FieldFault::NotText).into(),
        NotTaken::Unwritten(error) => OpError::Unavailable(error.to_string()).into(),
    }
}

/// An import. Admins.
#[utoipa::path(get, path = "/imports/{id}", operation_id = "import", tag = "imports",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportAnswer), (status = 403), (status = 404)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
) -> Result<Json<ImportAnswer>, ApiError> {
    let stored = op::find(&app, &admin.tenant, ImportId(id)).await?;
    Ok(Json(ImportAnswer { import: ImportView::of(&stored) }))
}

/// Removes an import and its file; the calls that came of it stay. Admins.
#[utoipa::path(delete, path = "/imports/{id}", operation_id = "remove_import", tag = "imports",
    security(("access_token" = [])), params(("id" = Uuid, Path), RemoveQuery),
    responses((status = 204), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<StatusCode, ApiError> {
    let version = seconds("version", RemoveQuery::of(pairs)?.version.as_deref())?;
    let version = version.ok_or(OpError::invalid("version", FieldFault::Empty))?;
    op::remove(&app, &admin.tenant, admin.user, ImportId(id), version.cast_unsigned()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes how an import is read. Admins.
#[utoipa::path(put, path = "/imports/{id}/mapping", operation_id = "map_import", tag = "imports",
    security(("access_token" = [])), params(("id" = Uuid, Path)), request_body = MappingBody,
    responses((status = 200, body = ImportAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<MappingBody>,
) -> Result<Json<ImportAnswer>, ApiError> {
    let stored = op::change(&app, &admin.tenant, ImportId(id), body.version, body.mapping).await?;
    Ok(Json(ImportAnswer { import: ImportView::of(&stored) }))
}

/// The first rows as they would become. Admins.
#[utoipa::path(get, path = "/imports/{id}/preview", operation_id = "preview_import", tag = "imports",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = PreviewAnswer), (status = 403), (status = 404)))]
pub(super) async fn preview(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
) -> Result<Json<PreviewAnswer>, ApiError> {
    let preview = preview_op::preview(&app, &admin.tenant, ImportId(id)).await?;
    Ok(Json(PreviewAnswer { preview: ImportPreviewView::of(preview) }))
}

/// Checks, starts, pauses or cancels an import. Admins.
#[utoipa::path(post, path = "/imports/{id}/step", operation_id = "step_import", tag = "imports",
    security(("access_token" = [])), params(("id" = Uuid, Path)), request_body = StepBody,
    responses((status = 200, body = ImportAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn step(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<StepBody>,
) -> Result<Json<ImportAnswer>, ApiError> {
    let (id, tenant) = (ImportId(id), &admin.tenant);
    let stored = op::step(&app, tenant, admin.user, id, body.version, body.step).await?;
    Ok(Json(ImportAnswer { import: ImportView::of(&stored) }))
}

/// The rows that are refused, as they stand in the file, each with its line, its column and the reason. Admins.
#[utoipa::path(get, path = "/imports/{id}/refused.csv", operation_id = "refused_rows", tag = "imports",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 403), (status = 404), (status = 409)))]
pub(super) async fn refused(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let rows = refused_rows(&app, &admin.tenant, ImportId(id)).await?;
    let named = HeaderValue::from_static("attachment; filename=\"bitacora-refused-rows.csv\"");
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, named),
    ]);
    let lines = try_unfold(rows, |rows| async move {
        rows.next().await.inspect_err(|error| tracing::warn!(%error, "a file of refused rows ends early"))
    });
    Ok((headers, Bytes::from_stream(lines)).into_response())
}
