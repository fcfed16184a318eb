//! Signing in by the word of a CRM: Salesforce says, in an assertion that its own code signed (RFC 7519, RS256), who is
//! looking at its page, and the panel inside that page becomes that user's. Which user an assertion means is said here;
//! who is signed in to Salesforce is Salesforce's affair.

use super::OpError;
use super::crm::people::People;
use super::session::{SignedIn, begin};
use crate::app::{App, Tenant};
use crate::settings::{SalesforceSettings, signer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::User;
use domain::id::{At, TenantId};
use domain::mirror::RemoteId;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How far ahead an assertion may end, in seconds.
pub const MAX_ASSERTION_S: i64 = 120;
/// How far the org's clock may be ahead of ours, in seconds.
const CLOCK_SKEW_S: i64 = 30;
/// Longest assertion looked at, in bytes.
pub const MAX_ASSERTION_BYTES: usize = 4096;
/// Longest id of an assertion, in bytes.
const MAX_ID_BYTES: usize = 128;
/// Most assertions remembered so that none is taken twice; each lasts two minutes and a half.
const MAX_REMEMBERED: usize = 20_000;
/// As much of an id of Salesforce's as tells records apart; the other three characters only repeat it.
const TELLING: usize = 15;
/// The one way of signing that is taken.
const ALGORITHM: &str = "RS256";

/// Assertions that were taken and have not ended yet.
#[derive(Default)]
pub struct Spent {
    ids: Mutex<HashMap<(TenantId, String), At>>,
}

impl Spent {
    /// Whether this is the first time; from now on it is not.
    fn spend(&self, tenant: TenantId, id: &str, until: At, now: At) -> Result<(), OpError> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.len() >= MAX_REMEMBERED {
            ids.retain(|_, until| *until > now);
        }
        if ids.len() >= MAX_REMEMBERED {
            // To forget one would let it be taken again.
            return Err(OpError::TooManyAttempts { retry_after_s: MAX_ASSERTION_S + CLOCK_SKEW_S });
        }
        match ids.insert((tenant, id.to_owned()), until) {
            Some(before) if before > now => Err(OpError::InvalidCredentials),
            _ => Ok(()),
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// What an assertion says.
#[derive(Deserialize)]
struct Claims {
    /// The organisation.
    iss: String,
    /// The Salesforce user.
    sub: String,
    /// For whom it was made: our public URL.
    aud: String,
    /// When it ends, in seconds since 1970.
    exp: i64,
    /// No two have the same.
    jti: String,
    /// Their user name there.
    #[serde(default)]
    username: Option<String>,
}

/// Signs in whoever the org says is looking at its page.
///
/// Failed tries are not counted: a signature is not guessed, and whose tries to count nobody could say.
///
/// # Errors
/// The assertion is not the org's, not for us, over or taken before (`InvalidCredentials`); it is of nobody who may use
/// this server (`Forbidden`); or the store cannot be used.
pub async fn sign_in(app: &App, tenant: &Tenant, assertion: &str) -> Result<SignedIn, OpError> {
    let now = app.around.now();
    let settings = tenant.settings.salesforce.as_ref().ok_or(OpError::NotFound)?;
    let claims = signed_by(settings, assertion)?.ok_or(OpError::InvalidCredentials)?;
    let (ends, latest) = (At(claims.exp.saturating_mul(1_000_000)), MAX_ASSERTION_S + CLOCK_SKEW_S);
    let told = |id: &str| id.get(..TELLING).map(str::to_owned);
    let ours = told(&claims.iss).is_some_and(|iss| Some(iss) == told(&settings.organisation))
        && claims.aud.trim_end_matches('/') == app.public_url();
    let timely = ends > now && ends <= now.plus_millis(latest * 1000);
    let named = !claims.jti.is_empty() && claims.jti.len() <= MAX_ID_BYTES && !claims.sub.is_empty();
    if !(ours && timely && named) {
        return Err(OpError::InvalidCredentials);
    }
    app.assertions.spend(tenant.id, &claims.jti, ends, now)?;
    let user = user_of(app, tenant, &claims).await?.filter(|user| user.active).ok_or(OpError::Forbidden)?;
    begin(app, tenant, user).await
}

/// What an assertion says, where the org signed it; `None` where it did not.
fn signed_by(settings: &SalesforceSettings, assertion: &str) -> Result<Option<Claims>, OpError> {
    let file = settings.panel_certificate.as_deref().ok_or(OpError::NotFound)?;
    // Read anew each time: a certificate that is exchanged holds without a restart.
    let certificate = signer(file).map_err(OpError::Internal)?;
    let certificate = webpki::EndEntityCert::try_from(&certificate)
        .map_err(|error| OpError::Internal(error.to_string()))?;
    Ok(checked(&certificate, assertion))
}

fn checked(certificate: &webpki::EndEntityCert<'_>, assertion: &str) -> Option<Claims> {
    if assertion.len() > MAX_ASSERTION_BYTES {
        return None;
    }
    let (signed, signature) = assertion.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let header: Header = serde_json::from_slice(&bytes(header)?).ok()?;
    if header.alg != ALGORITHM {
        return None;
    }
    let key = webpki::ring::RSA_PKCS1_2048_8192_SHA256;
    certificate.verify_signature(key, signed.as_bytes(), &bytes(signature)?).ok()?;
    serde_json::from_slice(&bytes(claims)?).ok()
}

/// The user who is that user of Salesforce: as the mirror of its users says, else whose login is their name there.
async fn user_of(app: &App, tenant: &Tenant, claims: &Claims) -> Result<Option<User>, OpError> {
    if let Some(theirs) = RemoteId::salesforce(&claims.sub) {
        let people = People::read(app, tenant).await?;
        if let Some(user) = people.user_of(&theirs) {
            return Ok(Some(user.clone()));
        }
    }
    match &claims.username {
        Some(login) => Ok(app.store.user_by_login(tenant.id, login).await?),
        None => Ok(None),
    }
}
