//! Handing a session from a window of ours to the panel in a frame, which cannot sign in by itself: by a one-time code,
//! bound to a secret that the frame made and keeps (as in RFC 7636, PKCE). Where the window cannot reach the frame,
//! the code is one that people compare and confirm (as in RFC 8628, device authorisation).

use super::OpError;
use super::session::{Attempts, SignedIn, begin};
use crate::app::{App, Tenant};
use crate::clock::hash_secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::TokenHash;
use domain::id::{At, TenantId, UserId};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a code that a program passes on is good, in seconds.
pub const CODE_S: i64 = 60;
/// How long people have to confirm a code, in seconds.
pub const PAIRING_S: i64 = 5 * 60;
/// Most codes that are open at once.
pub const MAX_OPEN: usize = 10_000;
/// Characters of a challenge: SHA-256 in base64url.
const CHALLENGE_CHARS: usize = 43;
/// Longest verifier looked at (RFC 7636).
const MAX_VERIFIER_CHARS: usize = 128;
/// Letters and digits that people do not take for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Characters of a code that people read: 40 bits, and good for one frame only.
const READ_CHARS: usize = 8;
/// Where the hyphen is.
const HALF: usize = 4;

/// Codes that nobody has redeemed yet, by their hash.
#[derive(Default)]
pub struct Codes {
    open: Mutex<HashMap<TokenHash, Open>>,
}

struct Open {
    tenant: TenantId,
    challenge: String,
    /// Whose session it is good for; nobody's yet.
    user: Option<UserId>,
    until: At,
}

/// A code for people.
pub struct Pairing {
    /// As it is shown: `K7DQ-W3MX`.
    pub code: String,
    /// Seconds until it is good no more.
    pub expires_in_s: i64,
}

impl Codes {
    fn put(&self, code: &str, open: Open, now: At) -> Result<(), OpError> {
        let mut codes = self.lock();
        if codes.len() >= MAX_OPEN {
            codes.retain(|_, open| open.until > now);
        }
        if codes.len() >= MAX_OPEN {
            return Err(OpError::TooManyAttempts { retry_after_s: CODE_S });
        }
        codes.insert(hash_secret(code), open);
        Ok(())
    }

    /// Gives a code that waits to this user.
    fn confirm(&self, tenant: TenantId, code: &str, user: UserId, now: At) -> bool {
        let mut codes = self.lock();
        let open = codes.get_mut(&hash_secret(code));
        let open = open.filter(|open| open.tenant == tenant && open.until > now && open.user.is_none());
        open.map(|open| open.user = Some(user)).is_some()
    }

    /// Whose session it is. Whoever tries with another secret has spoilt it, for everybody.
    fn redeem(&self, tenant: TenantId, code: &str, verifier: &str, now: At) -> Result<UserId, OpError> {
        let mut codes = self.lock();
        let hash = hash_secret(code);
        let open = codes.get(&hash).filter(|open| open.tenant == tenant).ok_or(OpError::TokenUsed)?;
        let proven = open.until > now && challenge_of(verifier).as_ref() == Some(&open.challenge);
        if proven && open.user.is_none() {
            return Err(OpError::NotConfirmed);
        }
        let user = open.user.filter(|_| proven);
        codes.remove(&hash);
        user.ok_or(OpError::TokenUsed)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TokenHash, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn challenge_of(verifier: &str) -> Option<String> {
    let fits = !verifier.is_empty() && verifier.len() <= MAX_VERIFIER_CHARS;
    fits.then(|| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())))
}

fn challenge(text: &str) -> Result<String, OpError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.len() == CHALLENGE_CHARS && text.bytes().all(known) {
        Ok(text.to_owned())
    } else {
        Err(OpError::invalid("challenge", super::FieldFault::Unknown))
    }
}

/// A code for the frame that made the challenge, good for a session of this user.
///
/// # Errors
/// The challenge is none, or too many codes are open.
pub fn grant(app: &App, tenant: TenantId, user: UserId, asked: &str) -> Result<String, OpError> {
    let (now, code) = (app.around.now(), app.around.new_secret());
    let open = Open {
        tenant,
        challenge: challenge(asked)?,
        user: Some(user),
        until: now.plus_millis(CODE_S * 1000),
    };
    app.codes.put(&code, open, now)?;
    Ok(code)
}

/// A code for people, which is nobody's until somebody who is signed in confirms it.
///
/// # Errors
/// The challenge is none, or too many codes are open.
pub fn pair(app: &App, tenant: TenantId, asked: &str) -> Result<Pairing, OpError> {
    let now = app.around.now();
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&app.around.random()[..8]);
    let bits = u64::from_be_bytes(bytes);
    // Five bits a character.
    let letters = (0..READ_CHARS).map(|at| ALPHABET[(bits >> (5 * at)) as usize % ALPHABET.len()]);
    let plain: String = letters.map(char::from).collect();
    let open =
        Open { tenant, challenge: challenge(asked)?, user: None, until: now.plus_millis(PAIRING_S * 1000) };
    app.codes.put(&plain, open, now)?;
    let (first, second) = plain.split_at(HALF);
    Ok(Pairing { code: format!("{first}-{second}"), expires_in_s: PAIRING_S })
}

/// Makes a code for people this user's. Tries that fail count, as with a password.
///
/// # Errors
/// No such code waits, or too many were tried.
pub fn confirm(app: &App, tenant: TenantId, user: UserId, code: &str) -> Result<(), OpError> {
    let now = app.around.now();
    let tried = Attempts::of_codes(user);
    app.attempts.check(tenant, &tried, now)?;
    if app.codes.confirm(tenant, &plain(code), user, now) {
        return Ok(());
    }
    app.attempts.note(tenant, &tried, now);
    Err(OpError::TokenUsed)
}

/// A code as it is kept, however somebody typed it.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(READ_CHARS + 1).collect::<String>().to_uppercase()
}

/// Begins the session that a code is good for.
///
/// # Errors
/// The code was used, is too old or was made for another secret (`TokenUsed`); nobody has confirmed it yet
/// (`NotConfirmed`); or the store cannot be used.
pub async fn redeem(app: &App, tenant: &Tenant, code: &str, verifier: &str) -> Result<SignedIn, OpError> {
    // A code for people has their hyphen in it, one for programs has none.
    let kept = if code.contains('-') { plain(code) } else { code.to_owned() };
    let user = app.codes.redeem(tenant.id, &kept, verifier, app.around.now())?;
    let user = app.store.user(tenant.id, user).await?.filter(|user| user.active);
    begin(app, tenant, user.ok_or(OpError::TokenUsed)?).await
}
