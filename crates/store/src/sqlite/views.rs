//! Views of the list of Activities: SQL, and the answers of the store on SQLite about them.

use super::SqliteStore;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use crate::contract::MAX_PAGE;
use crate::errors::ReadError;
use crate::views::{SeenViews, ViewRecords};
use async_trait::async_trait;
use domain::id::{TenantId, UserId, ViewId};
use domain::list_view::ListView;
use rusqlite::{Connection, params};
use uuid::Uuid;

const VIEW: &str = "list_view";

const ONE: &str = "SELECT data FROM list_view WHERE tenant_id = ?1 AND key = ?2";
const OWN: &str = "SELECT data FROM list_view WHERE tenant_id = ?1 AND owner = ?2 ORDER BY key LIMIT ?3";
const SHARED: &str = "SELECT data FROM list_view WHERE tenant_id = ?1 AND shared AND owner <> ?2 \
    ORDER BY key LIMIT ?3";
const WHOLE: &str = "SELECT data FROM list_view WHERE tenant_id = ?1 AND key > ?2 AND (shared OR owner = ?3) \
    ORDER BY key LIMIT ?4";
const VERSION: &str = "SELECT version FROM list_view WHERE tenant_id = ?1 AND key = ?2";
const COUNT: &str = "SELECT COUNT(*) AS own FROM list_view WHERE tenant_id = ?1 AND owner = ?2";
const SAVE: &str = "INSERT INTO list_view (tenant_id, key, owner, shared, version, data) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant_id, key) DO UPDATE SET owner = ?3, shared = ?4, \
    version = ?5, data = ?6";
const REMOVE: &str = "DELETE FROM list_view WHERE tenant_id = ?1 AND key = ?2";
const FIRST: &str = "SELECT view FROM first_view WHERE tenant_id = ?1 AND user = ?2";
const BEGIN_WITH: &str = "INSERT INTO first_view (tenant_id, user, view) VALUES (?1, ?2, ?3) \
    ON CONFLICT (tenant_id, user) DO UPDATE SET view = ?3";
const BEGIN_WITHOUT: &str = "DELETE FROM first_view WHERE tenant_id = ?1 AND user = ?2";

/// The version of a view; 0 where there is none.
pub(super) fn version(conn: &Connection, tenant: TenantId, id: ViewId) -> Result<u64, Fault> {
    let key = params![tenant.0, id.0.into_bytes()];
    Ok(first(conn, VERSION, key, VIEW, |row| row.count("version"))?.unwrap_or(0))
}

/// How many views somebody keeps.
pub(super) fn count(conn: &Connection, tenant: TenantId, owner: UserId) -> Result<u64, Fault> {
    let of = params![tenant.0, owner.0.into_bytes()];
    Ok(first(conn, COUNT, of, VIEW, |row| row.count("own"))?.unwrap_or(0))
}

pub(super) fn save(tx: &Tx<'_>, view: &ListView) -> Result<(), Fault> {
    let (key, owner) = (view.id.0.into_bytes(), view.owner.0.into_bytes());
    run(tx.conn, SAVE, params![tx.tenant.0, key, owner, view.shared, int(view.version), json(VIEW, view)?])?;
    Ok(())
}

/// Whoever began with it begins with none: a choice of what is not there counts for nothing.
pub(super) fn remove(tx: &Tx<'_>, id: ViewId) -> Result<(), Fault> {
    run(tx.conn, REMOVE, params![tx.tenant.0, id.0.into_bytes()])?;
    Ok(())
}

/// What somebody begins with.
pub(super) fn begin_with(tx: &Tx<'_>, user: UserId, view: Option<ViewId>) -> Result<(), Fault> {
    let user = user.0.into_bytes();
    match view {
        Some(view) => run(tx.conn, BEGIN_WITH, params![tx.tenant.0, user, view.0.into_bytes()])?,
        None => run(tx.conn, BEGIN_WITHOUT, params![tx.tenant.0, user])?,
    };
    Ok(())
}

fn read(row: &mut Fields<'_, '_>) -> Result<ListView, Fault> {
    row.json("data")
}

fn seen(conn: &Connection, tenant: TenantId, user: UserId) -> Result<SeenViews, Fault> {
    let most = params![tenant.0, user.0.into_bytes(), int(MAX_PAGE)];
    let mut views = all(conn, OWN, most, VIEW, read)?;
    views.extend(all(conn, SHARED, most, VIEW, read)?);
    views.sort_by_key(|view| view.id);
    let of = params![tenant.0, user.0.into_bytes()];
    let begun = first(conn, FIRST, of, "first_view", |row| Ok(ViewId(row.uuid("view")?)))?;
    Ok(SeenViews { first: begun.filter(|id| views.iter().any(|view| view.id == *id)), views })
}

/// Those that somebody sees, after one.
pub(super) fn whole(
    conn: &Connection,
    tenant: TenantId,
    user: UserId,
    after: Uuid,
    most: usize,
) -> Result<Vec<ListView>, Fault> {
    let from = params![tenant.0, after.into_bytes(), user.0.into_bytes(), int(most)];
    all(conn, WHOLE, from, VIEW, read)
}

#[async_trait]
impl ViewRecords for SqliteStore {
    async fn view(&self, tenant: TenantId, id: ViewId) -> Result<Option<ListView>, ReadError> {
        self.readers.point(|conn| first(conn, ONE, params![tenant.0, id.0.into_bytes()], VIEW, read))
    }

    async fn views(&self, tenant: TenantId, user: UserId) -> Result<SeenViews, ReadError> {
        self.readers.scan(move |conn| seen(conn, tenant, user)).await
    }
}
