//! The centre's settings: SQL, and how the row becomes a [`Centre`] and back.

use super::fault::Fault;
use super::statement::{first, int, json, run};
use super::transaction::Tx;
use domain::centre::Centre;
use domain::id::TenantId;
use rusqlite::{Connection, params};

const CENTRE: &str = "centre";

const SETTINGS: &str = "SELECT settings FROM centre WHERE tenant_id = ?1";
const VERSION: &str = "SELECT version FROM centre WHERE tenant_id = ?1";
const UPSERT: &str = "INSERT INTO centre (tenant_id, version, settings) VALUES (?1, ?2, ?3) \
    ON CONFLICT (tenant_id) DO UPDATE SET version = ?2, settings = ?3";

pub(super) fn centre(conn: &Connection, tenant: TenantId) -> Result<Option<Centre>, Fault> {
    first(conn, SETTINGS, params![tenant.0], CENTRE, |row| row.json("settings"))
}

/// The version of the settings; 0 where there are none.
pub(super) fn version(conn: &Connection, tenant: TenantId) -> Result<u64, Fault> {
    Ok(first(conn, VERSION, params![tenant.0], CENTRE, |row| row.count("version"))?.unwrap_or(0))
}

/// Makes the settings what `now` says.
pub(super) fn save(tx: &Tx<'_>, now: &Centre) -> Result<(), Fault> {
    run(tx.conn, UPSERT, params![tx.tenant.0, int(now.version), json(CENTRE, now)?])?;
    Ok(())
}
