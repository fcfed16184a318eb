//! Signing in: password to session, session to access token. The access token is short-lived and lives in
//! memory, here and in the browser's script; the refresh token is a cookie, stored as a hash and rotated.

use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::clock::{Machine, Surroundings, hash_secret};
use crate::settings::zone;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use domain::account::{LinkPurpose, Role, Session, TokenHash, User};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{AgentKey, At, TenantId, UserId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::CommitError;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long an access token is valid, in seconds.
pub const ACCESS_TOKEN_S: i64 = 15 * 60;
/// How long a session lasts, whatever happens, in seconds.
pub const SESSION_S: i64 = 12 * 60 * 60;
/// How long the refresh token before the present one is honoured: two tabs may renew at once (seconds).
const ROTATION_GRACE_S: i64 = 30;
/// Failed log-ins of one login from which on it has to wait.
pub const MAX_FAILED_LOGINS: usize = 10;
/// The time over which failed log-ins count, in seconds.
pub const FAILED_LOGIN_WINDOW_S: i64 = 15 * 60;
/// Most logins whose failures are remembered.
const MAX_REMEMBERED_LOGINS: usize = 10_000;
/// Most access tokens valid at once; the oldest give way.
const MAX_ACCESS_TOKENS: usize = 100_000;
/// Shortest password taken, in characters (NIST SP 800-63B).
pub const MIN_PASSWORD_CHARS: usize = 8;
/// Longest password taken, in characters: hashing takes time in proportion.
pub const MAX_PASSWORD_CHARS: usize = 256;
/// Longest login or name taken, in characters.
pub const MAX_LOGIN_CHARS: usize = 100;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The agent they are.
    pub agent: Option<AgentKey>,
}

/// Access tokens that are valid now, by their hash.
#[derive(Default)]
pub struct AccessTokens {
    valid: Mutex<HashMap<TokenHash, (Caller, At)>>,
}

impl AccessTokens {
    /// Who carries this token at `now`.
    pub fn caller(&self, token: &str, now: At) -> Option<Caller> {
        let valid = self.valid.lock().unwrap_or_else(PoisonError::into_inner);
        valid.get(&hash_secret(token)).filter(|(_, until)| *until > now).map(|(caller, _)| caller.clone())
    }

    fn issue(&self, token: &str, caller: Caller, now: At) {
        let mut valid = self.valid.lock().unwrap_or_else(PoisonError::into_inner);
        if valid.len() >= MAX_ACCESS_TOKENS {
            valid.retain(|_, (_, until)| *until > now);
        }
        valid.insert(hash_secret(token), (caller, now.plus_millis(ACCESS_TOKEN_S * 1000)));
    }

    /// Ends every access of a user: deactivated, or their role or password changed.
    pub fn revoke(&self, tenant: TenantId, user: UserId) {
        let mut valid = self.valid.lock().unwrap_or_else(PoisonError::into_inner);
        valid.retain(|_, (caller, _)| (caller.tenant, caller.user) != (tenant, user));
    }
}

/// Log-ins that failed lately.
#[derive(Default)]
pub struct Attempts {
    failed: Mutex<HashMap<(TenantId, String), Vec<At>>>,
}

impl Attempts {
    /// Under which name a user's tries at codes count; no login has a control character.
    pub(super) fn of_codes(user: UserId) -> String {
        format!("\u{1}{}", user.0)
    }

    /// # Errors
    /// Too many failed lately.
    pub(super) fn check(&self, tenant: TenantId, login: &str, now: At) -> Result<(), OpError> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.plus_millis(-FAILED_LOGIN_WINDOW_S * 1000);
        if failed.len() >= MAX_REMEMBERED_LOGINS {
            failed.retain(|_, times| times.iter().any(|at| *at > since));
        }
        let Some(times) = failed.get_mut(&(tenant, login.to_lowercase())) else { return Ok(()) };
        times.retain(|at| *at > since);
        match times.first() {
            Some(first) if times.len() >= MAX_FAILED_LOGINS => Err(OpError::TooManyAttempts {
                retry_after_s: first.plus_millis(FAILED_LOGIN_WINDOW_S * 1000).millis_since(now) / 1000 + 1,
            }),
            _ => Ok(()),
        }
    }

    pub(super) fn note(&self, tenant: TenantId, login: &str, now: At) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() < MAX_REMEMBERED_LOGINS {
            failed.entry((tenant, login.to_lowercase())).or_default().push(now);
        }
    }
}

/// A session just begun or renewed.
pub struct SignedIn {
    /// The access token.
    pub access_token: String,
    /// The refresh token, for the cookie.
    pub refresh_token: String,
    /// Who signed in.
    pub user: User,
    /// The name of the zone by which the centre's days begin.
    pub zone: String,
}

/// Signs in by password.
///
/// # Errors
/// Wrong login or password, too many attempts, or the store cannot be used.
pub async fn sign_in(app: &App, tenant: &Tenant, login: &str, password: &str) -> Result<SignedIn, OpError> {
    let now = app.around.now();
    if login.chars().count() > MAX_LOGIN_CHARS {
        return Err(OpError::InvalidCredentials);
    }
    app.attempts.check(tenant.id, login, now)?;
    let user = app.store.user_by_login(tenant.id, login).await?.filter(|user| user.active);
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    // An unknown login takes as long as a wrong password: who works here is nobody's business.
    let hash = hash.unwrap_or_else(|| UNKNOWN_USER_HASH.to_owned());
    let right = verify(password.to_owned(), hash).await?;
    match user.filter(|_| right) {
        Some(user) => begin(app, tenant, user).await,
        None => {
            app.attempts.note(tenant.id, login, now);
            Err(OpError::InvalidCredentials)
        }
    }
}

/// Hash of a password that nobody has, made with the parameters in use.
const UNKNOWN_USER_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Yml0YWNvcmEtbm9ib2R5$Zm9yIGEgdXNlciB3aG8gaXMgbm90IHRoZXJlISEhISE";

/// Begins a session for a user who proved who they are.
///
/// # Errors
/// The store cannot write.
pub async fn begin(app: &App, tenant: &Tenant, user: User) -> Result<SignedIn, OpError> {
    let now = app.around.now();
    let refresh_token = app.around.new_secret();
    let id = hash_secret(&refresh_token);
    let session = Session {
        id,
        current: id,
        previous: None,
        rotated_at: now,
        user: user.id,
        expires_at: now.plus_millis(SESSION_S * 1000),
    };
    app.store.commit(Commit::of(tenant.id, vec![Change::Session(session)])).await?;
    Ok(issue(app, tenant, user, refresh_token))
}

/// Renews a session by its refresh token, which is exchanged for a new one.
///
/// # Errors
/// The session is unknown or over, or the store cannot be used.
pub async fn refresh(app: &App, tenant: &Tenant, token: &str) -> Result<SignedIn, OpError> {
    let now = app.around.now();
    let hash = hash_secret(token);
    let session = app.store.session(tenant.id, hash).await?.ok_or(OpError::SessionExpired)?;
    let grace_over = session.rotated_at.plus_millis(ROTATION_GRACE_S * 1000) < now;
    if session.expires_at <= now || (session.current != hash && grace_over) {
        // An old token that comes late was copied: the whole session ends.
        app.store.commit(Commit::of(tenant.id, vec![Change::SessionEnded(session.id)])).await?;
        return Err(OpError::SessionExpired);
    }
    let user = app.store.user(tenant.id, session.user).await?.filter(|user| user.active);
    let user = user.ok_or(OpError::SessionExpired)?;
    if session.current != hash {
        // The other tab renewed a moment ago and its cookie is on its way; this one keeps the old token.
        return Ok(issue(app, tenant, user, token.to_owned()));
    }
    let next = app.around.new_secret();
    let renewed =
        Session { current: hash_secret(&next), previous: Some(hash), rotated_at: now, ..session.clone() };
    let commit = Commit {
        tenant: tenant.id,
        preconditions: vec![Precondition::SessionAt { id: session.id, current: hash }],
        changes: vec![Change::Session(renewed)],
    };
    match app.store.commit(commit).await {
        Ok(_) => Ok(issue(app, tenant, user, next)),
        Err(CommitError::Refused { .. }) => Ok(issue(app, tenant, user, token.to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Ends a session.
///
/// # Errors
/// The store cannot be used.
pub async fn sign_out(app: &App, tenant: &Tenant, token: &str) -> Result<(), OpError> {
    if let Some(session) = app.store.session(tenant.id, hash_secret(token)).await? {
        app.tokens.revoke(tenant.id, session.user);
        app.store.commit(Commit::of(tenant.id, vec![Change::SessionEnded(session.id)])).await?;
    }
    Ok(())
}

/// Whose session a refresh token is of; it stays as it is.
///
/// # Errors
/// The session is over, or the store cannot read.
pub async fn user_of(app: &App, tenant: &Tenant, token: &str) -> Result<User, OpError> {
    Ok(session_of(app, tenant, token).await?.1)
}

/// The session that a refresh token is of, by what it is called however often the token was exchanged, and its user.
///
/// # Errors
/// The session is over, or the store cannot read.
pub async fn session_of(app: &App, tenant: &Tenant, token: &str) -> Result<(TokenHash, User), OpError> {
    let now = app.around.now();
    let hash = hash_secret(token);
    let session = app.store.session(tenant.id, hash).await?.ok_or(OpError::SessionExpired)?;
    let grace_over = session.rotated_at.plus_millis(ROTATION_GRACE_S * 1000) < now;
    if session.expires_at <= now || (session.current != hash && grace_over) {
        return Err(OpError::SessionExpired);
    }
    let user = app.store.user(tenant.id, session.user).await?.filter(|user| user.active);
    Ok((session.id, user.ok_or(OpError::SessionExpired)?))
}

/// Sets the password that a one-time link is for; every session of the user ends.
///
/// # Errors
/// The link was used or is too old, the password is too short or too long, or the store cannot be used.
pub async fn set_password(app: &App, tenant: &Tenant, token: &str, password: &str) -> Result<(), OpError> {
    let password_hash = hash(password).await?;
    let now = app.around.now();
    let link = app.store.link(tenant.id, hash_secret(token)).await?;
    let link = link.filter(|link| link.purpose == LinkPurpose::Password).ok_or(OpError::TokenUsed)?;
    let user = link.user.ok_or(OpError::TokenUsed)?;
    let before = app.store.user(tenant.id, user).await?.ok_or(OpError::TokenUsed)?;
    let version = before.version;
    let after = User { password_hash: Some(password_hash), version: version + 1, ..before };
    let commit = Commit {
        tenant: tenant.id,
        preconditions: vec![
            Precondition::LinkValid { hash: link.hash, now },
            Precondition::UserVersion { id: user, version },
        ],
        changes: vec![
            Change::LinkUsed(link.hash),
            Change::User(Box::new(after)),
            Change::SessionsEnded(user),
        ],
    };
    match app.store.commit(commit).await {
        Ok(_) => {
            app.tokens.revoke(tenant.id, user);
            Ok(())
        }
        Err(CommitError::Refused { .. }) => Err(OpError::TokenUsed),
        Err(error) => Err(error.into()),
    }
}

fn issue(app: &App, tenant: &Tenant, user: User, refresh_token: String) -> SignedIn {
    let access_token = app.around.new_secret();
    let caller = Caller {
        tenant: tenant.id,
        user: user.id,
        name: user.name.clone(),
        role: user.role,
        agent: user.agent.clone(),
    };
    app.tokens.issue(&access_token, caller, app.around.now());
    SignedIn { access_token, refresh_token, user, zone: zone::name_of(&tenant.settings.zone()).to_owned() }
}

/// Most passwords hashed at once: each takes 19 MiB and a core for a while, and anybody may ask.
const MAX_HASHING: usize = 4;
static HASHING: Semaphore = Semaphore::const_new(MAX_HASHING);

async fn hashing_turn() -> Result<SemaphorePermit<'static>, OpError> {
    HASHING.acquire().await.map_err(|closed| OpError::Internal(closed.to_string()))
}

/// Hashes a password (Argon2id, OWASP's parameters).
///
/// # Errors
/// It is too short or too long.
pub async fn hash(password: &str) -> Result<String, OpError> {
    match password.chars().count() {
        count if count < MIN_PASSWORD_CHARS => {
            return Err(OpError::invalid("password", FieldFault::TooShort));
        }
        count if count > MAX_PASSWORD_CHARS => return Err(OpError::invalid("password", FieldFault::TooLong)),
        _ => {}
    }
    let password = password.to_owned();
    let _turn = hashing_turn().await?;
    let hashed = tokio::task::spawn_blocking(move || {
        let salt = SaltString::encode_b64(&Machine.random()[..16])?;
        Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(error)) => Err(OpError::Internal(error.to_string())),
        Err(error) => Err(OpError::Internal(error.to_string())),
    }
}

async fn verify(password: String, hash: String) -> Result<bool, OpError> {
    if password.chars().count() > MAX_PASSWORD_CHARS {
        return Ok(false);
    }
    let _turn = hashing_turn().await?;
    let verified = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    });
    verified.await.map_err(|error| OpError::Internal(error.to_string()))
}
