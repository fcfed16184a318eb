//! Endpoints: made, changed, given another secret, removed. A secret is answered once, by what made it, and never again.

use super::find;
use crate::app::{App, Tenant};
use crate::ops::dispositions::audited;
use crate::ops::submit_scene::json;
use crate::ops::{FieldFault, OpError};
use crate::outgoing::address::{BadTarget, Target};
use crate::outgoing::signature::secret_of;
use crate::view::WebhookView;
use domain::audit::{AuditEntry, AuditSubject};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{EndpointId, UserId};
use domain::notice::NoticeKind;
use domain::notice::endpoint::{Endpoint, MAX_ENDPOINTS, MAX_NAME_CHARS, Off, OffBecause};
use std::collections::BTreeSet;
use store::CommitError;

/// What a new endpoint is.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// What admins call it.
    pub name: String,
    /// Its address.
    pub url: String,
    /// The words of what it is told.
    pub types: Vec<String>,
    /// Whether it is told notes.
    pub with_notes: bool,
}

/// What of an endpoint changes.
#[derive(Clone, Debug, Default)]
pub struct EndpointChange {
    /// The version the change was made on.
    pub version: u64,
    /// New name.
    pub name: Option<String>,
    /// New address.
    pub url: Option<String>,
    /// What it is told from now on.
    pub types: Option<Vec<String>>,
    /// Whether it is told notes.
    pub with_notes: Option<bool>,
    /// Whether it is told anything.
    pub on: Option<bool>,
}

/// Every endpoint.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant) -> Result<Vec<WebhookView>, OpError> {
    let mut views = Vec::new();
    for endpoint in app.store.endpoints(tenant.id).await? {
        views.push(view(app, tenant, &endpoint).await?);
    }
    Ok(views)
}

/// Makes an endpoint; answers its secret as well.
///
/// # Errors
/// A field cannot be taken, there are too many, or the store cannot write.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    new: NewEndpoint,
) -> Result<(WebhookView, String), OpError> {
    if app.store.endpoints(tenant.id).await?.len() >= MAX_ENDPOINTS {
        return Err(OpError::invalid("webhook", FieldFault::TooLong));
    }
    let endpoint = Endpoint {
        id: EndpointId(app.around.new_id()),
        name: name(&new.name)?,
        url: url(app, &new.url)?,
        kinds: kinds(&new.types)?,
        with_notes: new.with_notes,
        secret: secret_of(app.around.random()),
        former: None,
        off: None,
        failing_since: None,
        made_at: app.around.now(),
        version: 1,
    };
    let fields = AuditEntry::differences(&NO_FACTS, &facts(&endpoint));
    let secret = endpoint.secret.0.clone();
    save(app, tenant, by, &endpoint, 0, ("created", fields)).await?;
    Ok((view(app, tenant, &endpoint).await?, secret))
}

/// Changes an endpoint. One that is switched on again is told what waits for it.
///
/// # Errors
/// There is no such endpoint, it was changed meanwhile, a field cannot be taken, or the store cannot write.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: EndpointId,
    said: EndpointChange,
) -> Result<WebhookView, OpError> {
    let before = at_version(app, tenant, id, said.version).await?;
    let mut after = Endpoint { version: before.version + 1, ..before.clone() };
    if let Some(text) = said.name {
        after.name = name(&text)?;
    }
    if let Some(text) = said.url {
        after.url = url(app, &text)?;
    }
    if let Some(words) = said.types {
        after.kinds = kinds(&words)?;
    }
    after.with_notes = said.with_notes.unwrap_or(before.with_notes);
    match said.on {
        Some(true) => (after.off, after.failing_since) = (None, None),
        Some(false) if after.off.is_none() => {
            after.off = Some(Off { at: app.around.now(), because: OffBecause::Admin });
        }
        Some(false) | None => {}
    }
    let fields = AuditEntry::differences(&facts(&before), &facts(&after));
    save(app, tenant, by, &after, before.version, ("changed", fields)).await?;
    app.webhooks.wake(tenant.id, id);
    view(app, tenant, &after).await
}

/// Gives an endpoint another secret; what it is told is signed with both for a day.
///
/// # Errors
/// There is no such endpoint, it was changed meanwhile, or the store cannot write.
pub async fn rotate(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: EndpointId,
    version: u64,
) -> Result<(WebhookView, String), OpError> {
    let before = at_version(app, tenant, id, version).await?;
    let (known, now) = (before.version, app.around.now());
    let after = before.rotated(secret_of(app.around.random()), now);
    let secret = after.secret.0.clone();
    save(app, tenant, by, &after, known, ("rotated", Vec::new())).await?;
    Ok((view(app, tenant, &after).await?, secret))
}

/// Removes an endpoint. What was to be told it is told nobody.
///
/// # Errors
/// There is no such endpoint, or the store cannot write.
pub async fn remove(app: &App, tenant: &Tenant, by: UserId, id: EndpointId) -> Result<(), OpError> {
    let endpoint = find(app, tenant, id).await?;
    let fields = AuditEntry::differences(&facts(&endpoint), &NO_FACTS);
    let entry = audited(app, by, AuditSubject::Endpoint(id), "removed", fields);
    app.store.commit(Commit::of(tenant.id, vec![Change::EndpointRemoved(id), entry])).await?;
    Ok(())
}

pub(super) async fn view(app: &App, tenant: &Tenant, endpoint: &Endpoint) -> Result<WebhookView, OpError> {
    let tally = app.store.delivery_tally(tenant.id, endpoint.id).await?;
    Ok(WebhookView::of(endpoint, tally, app.around.now()))
}

async fn at_version(app: &App, tenant: &Tenant, id: EndpointId, version: u64) -> Result<Endpoint, OpError> {
    let endpoint = find(app, tenant, id).await?;
    if endpoint.version != version {
        return Err(OpError::Stale { current: json(&view(app, tenant, &endpoint).await?) });
    }
    Ok(endpoint)
}

async fn save(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    endpoint: &Endpoint,
    before: u64,
    (action, fields): (&str, Vec<domain::audit::FieldChange>),
) -> Result<(), OpError> {
    let entry = audited(app, by, AuditSubject::Endpoint(endpoint.id), action, fields);
    let changes = vec![Change::Endpoint(Box::new(endpoint.clone())), entry];
    let preconditions = vec![Precondition::EndpointVersion { id: endpoint.id, version: before }];
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(_) => Ok(()),
        Err(CommitError::Refused { .. }) => {
            let current = find(app, tenant, endpoint.id).await?;
            Err(OpError::Stale { current: json(&view(app, tenant, &current).await?) })
        }
        Err(error) => Err(error.into()),
    }
}

/// An endpoint as the change log tells it: neither its secret nor what may be one in its address.
type Facts = [(&'static str, Option<String>); 5];

const NO_FACTS: Facts = [("name", None), ("url", None), ("types", None), ("with_notes", None), ("on", None)];

fn facts(endpoint: &Endpoint) -> Facts {
    let types: Vec<&str> = endpoint.kinds.iter().map(|kind| kind.word()).collect();
    [
        ("name", Some(endpoint.name.clone())),
        ("url", Some(Target::shown(&endpoint.url).to_owned())),
        ("types", Some(types.join(", "))),
        ("with_notes", Some(endpoint.with_notes.to_string())),
        ("on", Some(endpoint.off.is_none().to_string())),
    ]
}

fn name(text: &str) -> Result<String, OpError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(OpError::invalid("name", FieldFault::Empty)),
        count if count > MAX_NAME_CHARS => Err(OpError::invalid("name", FieldFault::TooLong)),
        _ => Ok(text.to_owned()),
    }
}

fn url(app: &App, text: &str) -> Result<String, OpError> {
    let (text, settings) = (text.trim(), &app.settings.outgoing_webhooks);
    let fault = match Target::read(text, settings.allow_http, &settings.networks) {
        Ok(_) => return Ok(text.to_owned()),
        Err(BadTarget::Malformed) if text.is_empty() => FieldFault::Empty,
        Err(BadTarget::Malformed) => FieldFault::NotAnAddress,
        Err(BadTarget::TooLong) => FieldFault::TooLong,
        Err(BadTarget::NotEncrypted) => FieldFault::NotEncrypted,
        Err(BadTarget::Forbidden) => FieldFault::ForbiddenNetwork,
    };
    Err(OpError::invalid("url", fault))
}

fn kinds(words: &[String]) -> Result<BTreeSet<NoticeKind>, OpError> {
    if words.is_empty() {
        return Err(OpError::invalid("types", FieldFault::Empty));
    }
    let kind = |word: &String| {
        NoticeKind::asked_for(word).ok_or_else(|| OpError::invalid("types", FieldFault::Unknown))
    };
    words.iter().map(kind).collect()
}
