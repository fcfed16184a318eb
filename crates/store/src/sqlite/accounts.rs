//! Users, sessions and one-time links: SQL, and how rows become them and back.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, exists, first, int, run};
use super::transaction::Tx;
use crate::answers::AgentNames;
use crate::contract::login_key;
use crate::errors::inconsistent;
use domain::account::{OneTimeLink, Role, Session, TokenHash, User};
use domain::id::{AgentKey, At, TenantId, UserId};
use rusqlite::{Connection, params};

const USER: &str = "app_user";
const SESSION: &str = "session";
const LINK: &str = "one_time_link";

macro_rules! select_user {
    ($from:literal) => {
        concat!(
            "SELECT key, login, name, role, agent, active, password_hash, version, email FROM app_user ",
            $from
        )
    };
}

const USERS: &str = select_user!("WHERE tenant_id = ?1 ORDER BY login_key");
const AGENT_NAMES: &str =
    "SELECT agent, name FROM app_user WHERE tenant_id = ?1 AND agent IS NOT NULL ORDER BY login_key";
const USER_BY_KEY: &str = select_user!("WHERE tenant_id = ?1 AND key = ?2");
const USER_BY_LOGIN: &str = select_user!("WHERE tenant_id = ?1 AND login_key = ?2");
const USER_ID: &str = "SELECT id FROM app_user WHERE tenant_id = ?1 AND key = ?2";
const USER_VERSION: &str = "SELECT version FROM app_user WHERE tenant_id = ?1 AND key = ?2";
const ANY_USER: &str = "SELECT 1 FROM app_user WHERE tenant_id = ?1";
const OTHER_IS_AGENT: &str =
    "SELECT 1 FROM app_user WHERE tenant_id = ?1 AND agent = ?2 AND active = 1 AND key <> ?3";
const OTHER_ADMIN: &str =
    "SELECT 1 FROM app_user WHERE tenant_id = ?1 AND role = ?2 AND active = 1 AND key <> ?3";
const UPSERT_USER: &str = "INSERT INTO app_user (tenant_id, key, login, login_key, name, role, agent, active, \
    password_hash, version, email) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET login = ?3, login_key = ?4, name = ?5, role = ?6, agent = ?7, \
    active = ?8, password_hash = ?9, version = ?10, email = ?11";

macro_rules! select_session {
    ($from:literal) => {
        concat!(
            "SELECT s.id, s.current, s.previous, s.rotated_at, u.key AS user_key, s.expires_at ",
            "FROM session s JOIN app_user u ON u.id = s.user_id ",
            $from
        )
    };
}

/// In two look-ups: asked for as one or the other, SQLite walks every session of the tenant.
const SESSION_BY_TOKEN: &str = select_session!(
    "WHERE s.tenant_id = ?1 AND s.id IN (SELECT id FROM session WHERE tenant_id = ?1 AND current = ?2 \
    UNION ALL SELECT id FROM session WHERE tenant_id = ?1 AND previous = ?2) ORDER BY s.id LIMIT 1"
);
const SESSION_AT: &str = "SELECT 1 FROM session WHERE tenant_id = ?1 AND id = ?2 AND current = ?3";
const UPSERT_SESSION: &str = "INSERT INTO session (tenant_id, id, current, previous, rotated_at, user_id, \
    expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
    ON CONFLICT (tenant_id, id) DO UPDATE SET current = ?3, previous = ?4, rotated_at = ?5, user_id = ?6, \
    expires_at = ?7";
const DELETE_SESSION: &str = "DELETE FROM session WHERE tenant_id = ?1 AND id = ?2";
const FORGET_SESSIONS: &str = "DELETE FROM session WHERE tenant_id = ?1 AND expires_at < ?2";
const DELETE_SESSIONS: &str = "DELETE FROM session WHERE user_id = ?1";

const UNUSED_LINK: &str = "SELECT l.hash, l.purpose, u.key AS user_key, l.expires_at \
    FROM one_time_link l LEFT JOIN app_user u ON u.id = l.user_id \
    WHERE l.tenant_id = ?1 AND l.hash = ?2 AND l.used = 0";
const INSERT_LINK: &str = "INSERT INTO one_time_link (tenant_id, hash, purpose, user_id, expires_at, used) \
    VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (tenant_id, hash) DO NOTHING";
const USE_LINK: &str = "UPDATE one_time_link SET used = 1 WHERE tenant_id = ?1 AND hash = ?2";

pub(super) fn users(conn: &Connection, tenant: TenantId) -> Result<Vec<User>, Fault> {
    all(conn, USERS, params![tenant.0], USER, read_user)
}

/// Later ones by login go over earlier ones.
pub(super) fn agent_names(conn: &Connection, tenant: TenantId) -> Result<AgentNames, Fault> {
    let name = |row: &mut Fields<'_, '_>| Ok((AgentKey(row.get("agent")?), row.get("name")?));
    Ok(all(conn, AGENT_NAMES, params![tenant.0], USER, name)?.into_iter().collect())
}

pub(super) fn user(conn: &Connection, tenant: TenantId, id: UserId) -> Result<Option<User>, Fault> {
    first(conn, USER_BY_KEY, params![tenant.0, id.0.into_bytes()], USER, read_user)
}

pub(super) fn user_by_login(conn: &Connection, tenant: TenantId, login: &str) -> Result<Option<User>, Fault> {
    first(conn, USER_BY_LOGIN, params![tenant.0, login_key(login)], USER, read_user)
}

/// The version of a user; 0 where there is none.
pub(super) fn user_version(conn: &Connection, tenant: TenantId, id: UserId) -> Result<u64, Fault> {
    let key = params![tenant.0, id.0.into_bytes()];
    Ok(first(conn, USER_VERSION, key, USER, |row| row.count("version"))?.unwrap_or(0))
}

pub(super) fn any_user(conn: &Connection, tenant: TenantId) -> Result<bool, Fault> {
    exists(conn, ANY_USER, params![tenant.0])
}

/// Whether nobody but `except` signs in with this.
pub(super) fn login_is_free(
    conn: &Connection,
    tenant: TenantId,
    login: &str,
    except: Option<UserId>,
) -> Result<bool, Fault> {
    Ok(user_by_login(conn, tenant, login)?.is_none_or(|user| Some(user.id) == except))
}

/// Whether no active user but `except` is this agent.
pub(super) fn agent_is_free(
    conn: &Connection,
    tenant: TenantId,
    agent: &AgentKey,
    except: UserId,
) -> Result<bool, Fault> {
    Ok(!exists(conn, OTHER_IS_AGENT, params![tenant.0, agent.0, except.0.into_bytes()])?)
}

/// Whether an active user but `except` is an administrator.
pub(super) fn other_admin(conn: &Connection, tenant: TenantId, except: UserId) -> Result<bool, Fault> {
    exists(conn, OTHER_ADMIN, params![tenant.0, Role::Admin.code(), except.0.into_bytes()])
}

pub(super) fn save_user(tx: &Tx<'_>, user: &User) -> Result<(), Fault> {
    if !login_is_free(tx.conn, tx.tenant, &user.login, Some(user.id))? {
        return Err(inconsistent("user", "login", &user.id, "another user signs in with it").into());
    }
    let row = params![
        tx.tenant.0,
        user.id.0.into_bytes(),
        user.login,
        login_key(&user.login),
        user.name,
        user.role.code(),
        user.agent.as_ref().map(|agent| &agent.0),
        user.active,
        user.password_hash,
        int(user.version),
        user.email,
    ];
    run(tx.conn, UPSERT_USER, row)?;
    Ok(())
}

fn user_row_id(tx: &Tx<'_>, id: UserId) -> Result<Option<i64>, Fault> {
    first(tx.conn, USER_ID, params![tx.tenant.0, id.0.into_bytes()], USER, |row| row.get("id"))
}

pub(super) fn session(
    conn: &Connection,
    tenant: TenantId,
    token: TokenHash,
) -> Result<Option<Session>, Fault> {
    first(conn, SESSION_BY_TOKEN, params![tenant.0, token], SESSION, read_session)
}

/// Whether the session's current token is this one.
pub(super) fn session_is_at(
    conn: &Connection,
    tenant: TenantId,
    id: TokenHash,
    current: TokenHash,
) -> Result<bool, Fault> {
    exists(conn, SESSION_AT, params![tenant.0, id, current])
}

pub(super) fn save_session(tx: &Tx<'_>, session: &Session) -> Result<(), Fault> {
    let Some(user) = user_row_id(tx, session.user)? else {
        return Err(inconsistent("session", "user_id", &session.user, "its user is unknown").into());
    };
    let row = params![
        tx.tenant.0,
        session.id,
        session.current,
        session.previous,
        session.rotated_at.0,
        user,
        session.expires_at.0,
    ];
    run(tx.conn, UPSERT_SESSION, row)?;
    Ok(())
}

/// Sessions that expired before this are gone.
pub(super) fn forget_sessions(tx: &Tx<'_>, expired_before: At) -> Result<(), Fault> {
    run(tx.conn, FORGET_SESSIONS, params![tx.tenant.0, expired_before.0])?;
    Ok(())
}

pub(super) fn end_session(tx: &Tx<'_>, id: TokenHash) -> Result<(), Fault> {
    run(tx.conn, DELETE_SESSION, params![tx.tenant.0, id])?;
    Ok(())
}

pub(super) fn end_sessions(tx: &Tx<'_>, user: UserId) -> Result<(), Fault> {
    if let Some(user) = user_row_id(tx, user)? {
        run(tx.conn, DELETE_SESSIONS, params![user])?;
    }
    Ok(())
}

pub(super) fn unused_link(
    conn: &Connection,
    tenant: TenantId,
    hash: TokenHash,
) -> Result<Option<OneTimeLink>, Fault> {
    first(conn, UNUSED_LINK, params![tenant.0, hash], LINK, read_link)
}

/// Whether the link may still be used at `now`.
pub(super) fn link_is_valid(
    conn: &Connection,
    tenant: TenantId,
    hash: TokenHash,
    now: At,
) -> Result<bool, Fault> {
    Ok(unused_link(conn, tenant, hash)?.is_some_and(|link| now < link.expires_at))
}

pub(super) fn save_link(tx: &Tx<'_>, link: &OneTimeLink) -> Result<(), Fault> {
    let user = match link.user {
        Some(user) => Some(
            user_row_id(tx, user)?
                .ok_or_else(|| inconsistent("link", "user_id", &"a link", "its user is unknown"))?,
        ),
        None => None,
    };
    let row = params![tx.tenant.0, link.hash, link.purpose.code(), user, link.expires_at.0];
    run(tx.conn, INSERT_LINK, row)?;
    Ok(())
}

pub(super) fn use_link(tx: &Tx<'_>, hash: TokenHash) -> Result<(), Fault> {
    run(tx.conn, USE_LINK, params![tx.tenant.0, hash])?;
    Ok(())
}

fn read_user(row: &mut Fields<'_, '_>) -> Result<User, Fault> {
    Ok(User {
        id: UserId(row.uuid("key")?),
        login: row.get("login")?,
        name: row.get("name")?,
        role: row.code("role")?,
        agent: row.get::<Option<String>>("agent")?.map(AgentKey),
        active: row.get("active")?,
        password_hash: row.get("password_hash")?,
        version: row.count("version")?,
        email: row.get("email")?,
    })
}

fn read_session(row: &mut Fields<'_, '_>) -> Result<Session, Fault> {
    Ok(Session {
        id: row.get("id")?,
        current: row.get("current")?,
        previous: row.get("previous")?,
        rotated_at: row.at("rotated_at")?,
        user: UserId(row.uuid("user_key")?),
        expires_at: row.at("expires_at")?,
    })
}

fn read_link(row: &mut Fields<'_, '_>) -> Result<OneTimeLink, Fault> {
    Ok(OneTimeLink {
        hash: row.get("hash")?,
        purpose: row.code("purpose")?,
        user: row.opt_uuid("user_key")?.map(UserId),
        expires_at: row.at("expires_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::{connection, options::OpenOptions};

    #[test]
    fn a_session_is_looked_up_by_its_tokens_and_not_among_all() {
        let dir = tempfile::TempDir::new().unwrap();
        let (conn, _) = connection::open(&dir.path().join("store.db"), &OpenOptions::default()).unwrap();
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {SESSION_BY_TOKEN}")).unwrap();
        let steps = plan.query_map(params![1, [0_u8; 32]], |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        for wanted in
            ["session_current (tenant_id=? AND current=?)", "session_previous (tenant_id=? AND previous=?)"]
        {
            assert!(steps.iter().any(|step| step.contains(wanted)), "{steps:?}");
        }
        assert!(!steps.iter().any(|step| step.ends_with("(tenant_id=?)")), "{steps:?}");
    }
}
