//! What was recorded, as sound. A page's player asks for it piece by piece and can send nothing but the cookie along.

use super::ApiError;
use super::answer::Path;
use super::caller::Listening;
use crate::app::App;
use crate::clock::rfc3339;
use crate::ops::OpError;
use crate::ops::listen::{Sound, listen};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::id::CallKey;
use std::sync::Arc;
use tower_http::services::ServeFile;
use uuid::Uuid;

/// The recording of a call, whole or the piece that `Range` names. The call's agents and supervisors.
#[utoipa::path(get, path = "/activities/{id}/recording", tag = "activities", params(("id" = Uuid, Path)),
    responses((status = 200), (status = 206), (status = 401), (status = 403), (status = 404), (status = 416)))]
pub(super) async fn recording(
    State(app): State<Arc<App>>,
    who: Listening,
    Path(id): Path<Uuid>,
    request: Request,
) -> Result<Response, ApiError> {
    send(&app, &who, CallKey(id), Sound::Recording, request).await
}

/// The message of a call, likewise. The agents of its ring group, the call's agents and supervisors.
#[utoipa::path(get, path = "/activities/{id}/voicemail", tag = "activities", params(("id" = Uuid, Path)),
    responses((status = 200), (status = 206), (status = 401), (status = 403), (status = 404), (status = 416)))]
pub(super) async fn voicemail(
    State(app): State<Arc<App>>,
    who: Listening,
    Path(id): Path<Uuid>,
    request: Request,
) -> Result<Response, ApiError> {
    send(&app, &who, CallKey(id), Sound::Voicemail, request).await
}

async fn send(
    app: &App,
    who: &Listening,
    key: CallKey,
    sound: Sound,
    request: Request,
) -> Result<Response, ApiError> {
    let (call, file) = listen(app, &who.tenant, &who.who, key, sound).await?;
    let Ok(media_type) = file.media_type.parse() else {
        return Err(OpError::Internal(format!("{} is no media type", file.media_type)).into());
    };
    let sent = ServeFile::new_with_mime(&file.path, &media_type).try_call(request).await;
    let sent = sent.map_err(|error| OpError::Unavailable(error.to_string()))?;
    let mut answer = sent.map(Body::new);
    let began: String =
        rfc3339(call.started_at).chars().filter(|sign| sign.is_ascii_alphanumeric()).collect();
    let name = format!("inline; filename=\"call-{began}.{}\"", file.extension);
    let headers = answer.headers_mut();
    // Whoever may not hear it any more must not find it in a cache.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(answer)
}
