//! Who may use Bitácora: users, their sessions and the one-time links that set a password. Hashing,
//! random tokens and cookies are not here; they are the server's.

use crate::id::{AgentKey, At, UserId};
use serde::{Deserialize, Serialize};

/// What a user may do; each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes calls and wraps them up.
    Agent,
    /// Sees the floor.
    Supervisor,
    /// Sets the centre up.
    Admin,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their id; UUIDv7.
    pub id: UserId,
    /// What they sign in with; compared without case.
    pub login: String,
    /// Full name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The agent of the phone system they are, if they take calls.
    pub agent: Option<AgentKey>,
    /// Where reports are mailed to, as admins say.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether they may sign in.
    pub active: bool,
    /// Argon2id hash in PHC form; `None` until a password was set.
    pub password_hash: Option<String>,
    /// Counts changes, from 1.
    pub version: u64,
}

/// SHA-256 of a secret that only its bearer knows.
pub type TokenHash = [u8; 32];

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Identifies the session over all rotations of its token: the hash of the first one.
    pub id: TokenHash,
    /// Hash of the refresh token that is valid now.
    pub current: TokenHash,
    /// Hash of the one before, honoured for a short while so that two tabs can renew at once.
    pub previous: Option<TokenHash>,
    /// When `current` was issued.
    pub rotated_at: At,
    /// Whose session it is.
    pub user: UserId,
    /// When it ends, whatever happens.
    pub expires_at: At,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// Creating the first admin of a tenant.
    FirstAdmin,
    /// Setting the password of an existing user.
    Password,
}

/// A one-time link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// Hash of the token in the link.
    pub hash: TokenHash,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The user whose password it sets; `None` for the first admin.
    pub user: Option<UserId>,
    /// When it stops working.
    pub expires_at: At,
}
