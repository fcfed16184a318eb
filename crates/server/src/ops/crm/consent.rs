//! An admin's consent in a browser: `begin` says where their window goes, `finish` takes what it comes back with, `disconnect`
//! forgets it. What stands between is kept in memory: single-use, for ten minutes, for the session that began it.

use crate::app::{App, Tenant};
use crate::clock::hash_secret;
use crate::crm_token::ConsentStanding;
use crate::crms::ConsentWay;
use crate::ops::OpError;
use crm::CrmErrorKind;
use crm::salesforce::Secret;
use crm::salesforce::consent::{Consent, Granted};
use domain::account::{Role, TokenHash};
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::commit::{Change, Commit};
use domain::id::{At, AuditId, TenantId, UserId};
use domain::mirror::RemoteId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long an admin has for consenting, in seconds.
pub const CONSENT_S: i64 = 10 * 60;
/// Most consents that are under way at once.
pub const MAX_OPEN: usize = 100;
/// Longest code or state looked at.
const MAX_SAID_CHARS: usize = 2_000;
/// What the org says where whoever was asked said no.
const DENIED: &str = "access_denied";

/// Consents that are under way, by the hash of their state.
#[derive(Default)]
pub struct Consents {
    open: Mutex<HashMap<TokenHash, Open>>,
}

struct Open {
    tenant: TenantId,
    session: TokenHash,
    callback: String,
    verifier: Secret,
    until: At,
}

impl Consents {
    fn put(&self, state: &str, open: Open, now: At) -> Result<(), OpError> {
        let mut consents = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Another one of the same session takes the place of the one before: nobody keeps others out.
        consents.retain(|_, before| before.session != open.session);
        // One that is over is kept while there is room: it can be said that it was too late.
        if consents.len() >= MAX_OPEN {
            consents.retain(|_, open| open.until > now);
        }
        if consents.len() >= MAX_OPEN {
            return Err(OpError::TooManyAttempts { retry_after_s: CONSENT_S });
        }
        consents.insert(hash_secret(state), open);
        Ok(())
    }

    fn take(&self, state: &str) -> Option<Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash_secret(state))
    }
}

/// Why what came back is not taken. Each is a word that the page has a sentence for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentRefused {
    /// Whoever comes back is no admin who is signed in here.
    NotSignedIn,
    /// It belongs to nothing that this session began, or came a second time.
    WrongState,
    /// It came too late.
    Expired,
    /// The person who was asked said no.
    Denied,
    /// It is another org than the settings name.
    OtherOrganisation,
    /// The org does not take the code, or gives no token.
    Refused,
    /// The org cannot be reached.
    Unreachable,
    /// The token cannot be kept.
    NotKept,
}

impl ConsentRefused {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            ConsentRefused::NotSignedIn => "not_signed_in",
            ConsentRefused::WrongState => "wrong_state",
            ConsentRefused::Expired => "expired",
            ConsentRefused::Denied => "denied",
            ConsentRefused::OtherOrganisation => "other_organisation",
            ConsentRefused::Refused => "refused",
            ConsentRefused::Unreachable => "unreachable",
            ConsentRefused::NotKept => "not_kept",
        }
    }
}

/// What a window comes back with.
#[derive(Clone, Default)]
pub struct CameBack {
    /// The code.
    pub code: Option<String>,
    /// What says whose it is.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// Where consent stands; `None`: the tenant's org is not logged in to by consent.
pub fn standing(app: &App, tenant: &Tenant) -> Option<ConsentStanding> {
    Some(app.crms.of(tenant.id)?.consent.as_ref()?.file.standing())
}

/// Where the admin's window goes.
///
/// # Errors
/// The org is not logged in to by consent, or too many are under way.
pub fn begin(app: &App, tenant: &Tenant, session: TokenHash, callback: String) -> Result<String, OpError> {
    let way = way(app, tenant).ok_or(OpError::NotFound)?;
    let (state, verifier) = (app.around.new_secret(), Secret::new(app.around.new_secret()));
    let address = consent_of(&way, &callback).address(&state, &verifier);
    let now = app.around.now();
    let until = now.plus_millis(CONSENT_S * 1000);
    app.consents.put(&state, Open { tenant: tenant.id, session, callback, verifier, until }, now)?;
    Ok(address)
}

/// Takes what the window came back with; `who`: the session whose browser it is, and its user.
///
/// # Errors
/// Why it is not taken; nothing changed then.
pub async fn finish(
    app: &App,
    tenant: &Tenant,
    who: Option<(TokenHash, UserId, Role)>,
    came: CameBack,
) -> Result<(), ConsentRefused> {
    let said = |text: &Option<String>| text.clone().filter(|text| text.len() <= MAX_SAID_CHARS);
    // Whoever comes back with it, it came back: it is good for nothing more.
    let open = said(&came.state).and_then(|state| app.consents.take(&state));
    let (session, user, role) = who.ok_or(ConsentRefused::NotSignedIn)?;
    if role != Role::Admin {
        return Err(ConsentRefused::NotSignedIn);
    }
    let open = open.filter(|open| open.tenant == tenant.id && open.session == session);
    let open = open.ok_or(ConsentRefused::WrongState)?;
    if open.until <= app.around.now() {
        return Err(ConsentRefused::Expired);
    }
    match came.error.as_deref() {
        Some(DENIED) => return Err(ConsentRefused::Denied),
        Some(_) => return Err(ConsentRefused::Refused),
        None => {}
    }
    let code = said(&came.code).map(Secret::new).ok_or(ConsentRefused::Refused)?;
    let way = way(app, tenant).ok_or(ConsentRefused::WrongState)?;
    let consent = consent_of(&way, &open.callback);
    let granted = consent.exchange(way.transport.as_ref(), &code, &open.verifier).await;
    let granted = granted.map_err(|error| {
        tracing::warn!(%error, "the org does not take an admin's consent");
        match error.kind {
            CrmErrorKind::Unreachable => ConsentRefused::Unreachable,
            _ => ConsentRefused::Refused,
        }
    })?;
    let organisation = granted.organization.as_deref().and_then(RemoteId::salesforce);
    if organisation.is_none_or(|named| named.0 != way.organisation) {
        consent.revoke(way.transport.as_ref(), &granted.refresh_token).await;
        return Err(ConsentRefused::OtherOrganisation);
    }
    let before = way.file.token();
    keep(app, tenant, &way, user, Some(granted)).await.map_err(|error| {
        tracing::error!(%error, "an admin's consent cannot be kept");
        ConsentRefused::NotKept
    })?;
    if let Some(before) = before.filter(|before| way.file.token().as_ref() != Some(before)) {
        forget_there(&consent, &way, &before).await;
    }
    Ok(())
}

/// Has the org forget a token that is not kept any more; an org that cannot be reached keeps one that nobody has.
async fn forget_there(consent: &Consent, way: &ConsentWay, token: &Secret) {
    if !consent.revoke(way.transport.as_ref(), token).await {
        tracing::warn!("the org did not forget a token that is not used any more");
    }
}

/// Forgets the token, here and there.
///
/// # Errors
/// The org is not logged in to by consent, or that cannot be written.
pub async fn disconnect(app: &App, tenant: &Tenant, by: UserId) -> Result<(), OpError> {
    let way = way(app, tenant).ok_or(OpError::NotFound)?;
    let token = way.file.token();
    let kept = keep(app, tenant, &way, by, None).await;
    if let (Some(token), ConsentStanding::Disconnected { .. }) = (token, way.file.standing()) {
        forget_there(&consent_of(&way, ""), &way, &token).await;
    }
    kept
}

/// Writes it down, tells the change log, and has whoever waits for it begin.
async fn keep(
    app: &App,
    tenant: &Tenant,
    way: &Arc<ConsentWay>,
    by: UserId,
    granted: Option<Granted>,
) -> Result<(), OpError> {
    let now = app.around.now();
    let user = granted.as_ref().and_then(|granted| granted.user.clone());
    let (file, said) = (Arc::clone(&way.file), user.clone());
    let token = granted.map(|granted| granted.refresh_token);
    let action = if token.is_some() { "crm_connected" } else { "crm_disconnected" };
    let written = tokio::task::spawn_blocking(move || file.set(token.as_ref(), said, now)).await;
    let written = written.map_err(std::io::Error::other).and_then(|written| written);
    written.map_err(|error| OpError::Unavailable(format!("the token of the CRM cannot be kept: {error}")))?;
    way.salesforce.log_in_anew().await;
    if let Some(link) = app.crms.of(tenant.id) {
        link.wake();
    }
    let fields = vec![FieldChange { field: "crm_user".to_owned(), before: None, after: user }];
    let (id, subject) = (AuditId(app.around.new_id()), AuditSubject::Centre);
    let entry = AuditEntry { id, at: now, by: Some(by), subject, action: action.to_owned(), fields };
    let number = app.store.commit(Commit::of(tenant.id, vec![Change::Audit(Box::new(entry))])).await?;
    app.hub.changed_for_all(tenant.id, number);
    Ok(())
}

fn way(app: &App, tenant: &Tenant) -> Option<Arc<ConsentWay>> {
    app.crms.of(tenant.id)?.consent.clone()
}

fn consent_of(way: &ConsentWay, callback: &str) -> Consent {
    Consent {
        login_url: way.login_url.clone(),
        client_id: way.client_id.clone(),
        client_secret: way.client_secret.clone(),
        callback: callback.to_owned(),
    }
}
