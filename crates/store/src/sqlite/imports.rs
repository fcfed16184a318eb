//! Imports of past calls, and which calls came of one: SQL, and the answers of the store on SQLite about them.

use super::fault::Fault;
use super::statement::{Fields, all, exists, first, int, json, run};
use super::transaction::Tx;
use super::{SqliteStore, activities, calls};
use crate::contract::MAX_PAGE;
use crate::errors::ReadError;
use crate::imports::{ImportRecords, StoredImport};
use async_trait::async_trait;
use domain::id::{CallKey, ImportId, TenantId};
use domain::import::{Import, PastCall, Progress};
use rusqlite::{Connection, params};

const IMPORT: &str = "import";

const ONE: &str = "SELECT data, progress FROM import WHERE tenant_id = ?1 AND key = ?2";
const ALL: &str = "SELECT data, progress FROM import WHERE tenant_id = ?1 ORDER BY key DESC LIMIT ?2";
const VERSION: &str = "SELECT version FROM import WHERE tenant_id = ?1 AND key = ?2";
const SAVE: &str = "INSERT INTO import (tenant_id, key, version, data, progress) VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET version = ?3, data = ?4";
const GO_ON: &str = "UPDATE import SET progress = ?3 WHERE tenant_id = ?1 AND key = ?2";
const REMOVE: &str = "DELETE FROM import WHERE tenant_id = ?1 AND key = ?2";
const CAME: &str = "INSERT INTO imported (call_id, tenant_id, import_key, line) VALUES (?1, ?2, ?3, ?4)";
const IS_IMPORTED: &str = "SELECT 1 FROM imported WHERE call_id = ?1";
const GONE: &str = "DELETE FROM imported WHERE call_id = ?1";

pub(super) fn version(conn: &Connection, tenant: TenantId, id: ImportId) -> Result<u64, Fault> {
    let key = params![tenant.0, id.0.into_bytes()];
    Ok(first(conn, VERSION, key, IMPORT, |row| row.count("version"))?.unwrap_or(0))
}

pub(super) fn save(tx: &Tx<'_>, import: &Import) -> Result<(), Fault> {
    let begun = json(IMPORT, &Progress::default())?;
    let (key, data) = (import.id.0.into_bytes(), json(IMPORT, import)?);
    run(tx.conn, SAVE, params![tx.tenant.0, key, int(import.version), data, begun])?;
    Ok(())
}

pub(super) fn go_on(tx: &Tx<'_>, id: ImportId, progress: &Progress) -> Result<(), Fault> {
    run(tx.conn, GO_ON, params![tx.tenant.0, id.0.into_bytes(), json(IMPORT, progress)?])?;
    Ok(())
}

pub(super) fn remove(tx: &Tx<'_>, id: ImportId) -> Result<(), Fault> {
    run(tx.conn, REMOVE, params![tx.tenant.0, id.0.into_bytes()])?;
    Ok(())
}

/// A past call with its Activity, unless the call is there.
pub(super) fn add_call(tx: &mut Tx<'_>, past: &PastCall) -> Result<(), Fault> {
    if calls::known_row_id(tx, past.call.key)?.is_some() {
        return Ok(());
    }
    calls::save(tx, &past.call)?;
    let call_id = calls::row_id_for(tx, "imported", past.call.key)?;
    // Before the Activity: whether that is to be carried out is asked when it is written.
    let row = params![call_id, tx.tenant.0, past.import.0.into_bytes(), int(past.line)];
    run(tx.conn, CAME, row)?;
    activities::open(tx, &past.activity)
}

/// Whether a call came of an import.
pub(super) fn is_imported(tx: &Tx<'_>, call: CallKey) -> Result<bool, Fault> {
    match calls::known_row_id(tx, call)? {
        Some(call_id) => exists(tx.conn, IS_IMPORTED, params![call_id]),
        None => Ok(false),
    }
}

/// A call goes.
pub(super) fn gone(tx: &Tx<'_>, call_id: i64) -> Result<(), Fault> {
    run(tx.conn, GONE, params![call_id])?;
    Ok(())
}

fn read(row: &mut Fields<'_, '_>) -> Result<StoredImport, Fault> {
    Ok(StoredImport { import: row.json("data")?, progress: row.json("progress")? })
}

fn known(conn: &Connection, tenant: TenantId, keys: &[CallKey]) -> Result<Vec<bool>, Fault> {
    keys.iter().map(|key| Ok(calls::row_id(conn, tenant, *key)?.is_some())).collect()
}

#[async_trait]
impl ImportRecords for SqliteStore {
    async fn import(&self, tenant: TenantId, id: ImportId) -> Result<Option<StoredImport>, ReadError> {
        let one = |conn: &Connection| first(conn, ONE, params![tenant.0, id.0.into_bytes()], IMPORT, read);
        self.readers.point(one)
    }

    async fn imports(&self, tenant: TenantId) -> Result<Vec<StoredImport>, ReadError> {
        self.readers.scan(move |conn| all(conn, ALL, params![tenant.0, int(MAX_PAGE)], IMPORT, read)).await
    }

    async fn known_calls(&self, tenant: TenantId, calls: &[CallKey]) -> Result<Vec<bool>, ReadError> {
        let calls = calls.to_vec();
        self.readers.scan(move |conn| known(conn, tenant, &calls)).await
    }
}
