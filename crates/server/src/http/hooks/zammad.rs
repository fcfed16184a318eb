//! `POST /hooks/zammad/{token}`: the generic CTI that connectors of phone systems speak to Zammad. Whoever has the
//! token, which stands in the path and is all that protects it: the path is written nowhere.

use super::body::{media_type, read};
use super::refused::Refused;
use super::signature::same;
use super::{count, deliver, understand};
use crate::app::{App, Tenant};
use crate::settings::{SourceKind, SourceSettings};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use telephony::hook::{Delivery, Form};

/// Takes one event. Whoever has the token of a source.
pub(in crate::http) async fn take(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let tenant = Arc::clone(app.tenant_at(host));
    let source = source(&tenant, &token);
    match taken(&app, &tenant, source, request).await {
        Ok(answer) => answer.into_response(),
        Err(refused) => {
            count(&app, &tenant, source, &refused);
            refused.into_response()
        }
    }
}

/// The source with this token. All are compared, so that the time tells nothing.
fn source<'t>(tenant: &'t Tenant, token: &str) -> Option<&'t SourceSettings> {
    let mut found = None;
    for source in &tenant.settings.sources {
        if let SourceKind::Zammad(settings) = &source.kind
            && same(&settings.token, token)
        {
            found = Some(source);
        }
    }
    found
}

/// Answers an empty object, as Zammad does to a call that it has nothing to say to.
async fn taken(
    app: &App,
    tenant: &Tenant,
    source: Option<&SourceSettings>,
    request: Request,
) -> Result<Json<Value>, Refused> {
    let (head, body) = request.into_parts();
    let source = source.ok_or(Refused::Forged)?;
    let form = match media_type(&head.headers).as_deref() {
        Some("application/json") => Form::ZammadJson,
        Some("application/x-www-form-urlencoded") => Form::ZammadForm,
        _ => return Err(Refused::MediaType),
    };
    let body = read(&head.headers, body).await?;
    let delivery = Delivery { form, body: body.to_vec() };
    let understood = understand(&delivery)?;
    deliver(app, tenant, source, delivery, &understood).await?;
    Ok(Json(json!({})))
}
