//! Agents who can sign in: users with a session whose refresh token is known, so that no password has to be
//! hashed for each of them.

use crate::Outcome;
use crate::http::Client;
use domain::account::{Role, Session, User};
use domain::commit::{Change, Commit};
use domain::id::{AgentKey, At, TenantId, UserId};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};
use store::{SqliteStore, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Users written in one Commit.
const USERS_PER_COMMIT: usize = 500;
/// How many sign in at a time.
const SIGNING_IN: usize = 64;
const SESSION_MS: i64 = 12 * 60 * 60 * 1_000;
/// The cookie that carries the refresh token.
pub(crate) const COOKIE: &str = "__Host-bitacora";

/// Now, as the product counts time.
pub(crate) fn now() -> At {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    At(since.as_micros() as i64)
}

/// The refresh token of an agent's session.
pub(crate) fn refresh_token(nth: usize) -> String {
    format!("bench-{nth}")
}

/// Writes a user of this role for each of these agents, with a session.
pub(crate) async fn write(store: &SqliteStore, tenant: TenantId, agents: &[AgentKey], role: Role) -> Outcome {
    let now = now();
    for (chunk, part) in agents.chunks(USERS_PER_COMMIT).enumerate() {
        let changes = part.iter().enumerate().flat_map(|(place, agent)| {
            let nth = chunk * USERS_PER_COMMIT + place;
            let user = User {
                id: UserId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + nth as u128)),
                login: format!("agent{}", agent.0),
                name: format!("Agent {}", agent.0),
                role,
                agent: Some(agent.clone()),
                email: None,
                active: true,
                password_hash: None,
                version: 1,
            };
            let current = Sha256::digest(refresh_token(nth)).into();
            let session = Session {
                id: current,
                current,
                previous: None,
                rotated_at: now,
                user: user.id,
                expires_at: now.plus_millis(SESSION_MS),
            };
            [Change::User(Box::new(user)), Change::Session(session)]
        });
        store.commit(Commit::of(tenant, changes.collect())).await?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct SignedIn {
    access_token: String,
}

/// Access tokens of the first `count` agents.
pub(crate) async fn sign_in(address: SocketAddr, count: usize) -> Outcome<Vec<String>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut signing = JoinSet::new();
    for _ in 0..SIGNING_IN {
        let next = Arc::clone(&next);
        signing.spawn(async move {
            let mut client = Client::connect(address).await?;
            let mut tokens = Vec::new();
            loop {
                let nth = next.fetch_add(1, Relaxed);
                if nth >= count {
                    return Outcome::Ok(tokens);
                }
                let cookie = format!("Cookie: {COOKIE}={}\r\n", refresh_token(nth));
                let path = "/api/v1/session/refresh";
                let signed: SignedIn = client.ask("POST", path, &cookie, "").await?;
                tokens.push((nth, signed.access_token));
            }
        });
    }
    let mut tokens = Vec::with_capacity(count);
    while let Some(part) = signing.join_next().await {
        tokens.extend(part??);
    }
    tokens.sort();
    Ok(tokens.into_iter().map(|(_, token)| token).collect())
}

/// The header that says who asks.
pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}
