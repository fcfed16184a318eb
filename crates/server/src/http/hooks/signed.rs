//! `POST /hooks/v1/{source}`: a CloudEvent, signed with a secret of the source. Whoever has the secret.

use super::body::{media_type, read};
use super::refused::Refused;
use super::signature::Signature;
use super::{count, deliver, understand};
use crate::app::{App, Tenant};
use crate::hooks::Taken;
use crate::settings::{SourceKind, SourceSettings, WebhookSettings};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::id::At;
use serde_json::{Value, json};
use std::sync::Arc;
use telephony::hook::{Delivery, Fault, FaultKind, Form, Understood};

/// What a body may say that it is.
const MEDIA_TYPES: [&str; 2] = ["application/cloudevents+json", "application/json"];
/// How far the time of an event may be ahead of our clock, in milliseconds: calls settle by the times that are told.
const MAX_AHEAD_MS: i64 = 5 * 60 * 1000;

/// Takes one event. Whoever has a secret of the source.
pub(in crate::http) async fn take(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let tenant = Arc::clone(app.tenant_at(host));
    let found = source(&tenant, &name);
    let known = found.map(|(source, _)| source);
    match taken(&app, &tenant, found, request).await {
        Ok(answer) => answer.into_response(),
        Err(refused) => {
            count(&app, &tenant, known, &refused);
            refused.into_response()
        }
    }
}

fn source<'t>(tenant: &'t Tenant, name: &str) -> Option<(&'t SourceSettings, &'t WebhookSettings)> {
    let source = tenant.settings.sources.iter().find(|source| source.name == name)?;
    match &source.kind {
        SourceKind::Webhook(settings) => Some((source, settings)),
        _ => None,
    }
}

async fn taken(
    app: &App,
    tenant: &Tenant,
    source: Option<(&SourceSettings, &WebhookSettings)>,
    request: Request,
) -> Result<Json<Value>, Refused> {
    let (head, body) = request.into_parts();
    let signature = Signature::of(&head.headers)?;
    // That there is no such source is told to nobody who cannot sign for it.
    let (source, settings) = source.ok_or(Refused::Forged)?;
    if !media_type(&head.headers).is_some_and(|of| MEDIA_TYPES.contains(&of.as_str())) {
        return Err(Refused::MediaType);
    }
    let body = read(&head.headers, body).await?;
    let now = app.around.now();
    signature.check(&body, &settings.secrets, settings.replay_window_s, now)?;
    let delivery = Delivery { form: Form::Signed, body: body.to_vec() };
    let understood = understand(&delivery)?;
    not_ahead(&understood, now)?;
    let taken = deliver(app, tenant, source, delivery, &understood).await?;
    Ok(Json(json!({ "status": match taken { Taken::Stored => "stored", Taken::Known => "known" } })))
}

fn not_ahead(understood: &Understood, now: At) -> Result<(), Refused> {
    match understood {
        Understood::Event(event) if event.at() > now.plus_millis(MAX_AHEAD_MS) => {
            Err(Refused::Invalid(Fault { path: "time".to_owned(), kind: FaultKind::Ahead }))
        }
        _ => Ok(()),
    }
}
