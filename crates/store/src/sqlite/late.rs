//! Records that calls of their numbers may wait for: noted with the record, in the same transaction, until somebody has
//! looked.

use super::fault::Fault;
use super::statement::{all, int, run};
use super::transaction::Tx;
use crate::answers::LateOwner;
use domain::id::{PersonId, TenantId};
use rusqlite::{Connection, params};

const LATE_OWNER: &str = "late_owner";

const NOTE: &str = "INSERT INTO late_owner (tenant_id, person, version) VALUES (?1, ?2, ?3) \
    ON CONFLICT (tenant_id, person) DO UPDATE SET version = ?3";
const DONE: &str = "DELETE FROM late_owner WHERE tenant_id = ?1 AND person = ?2 AND version = ?3";
const OWNERS: &str = "SELECT person, version FROM late_owner WHERE tenant_id = ?1 ORDER BY person LIMIT ?2";

/// The record has a number that it had not before.
pub(super) fn note(tx: &Tx<'_>, person: PersonId, version: u64) -> Result<(), Fault> {
    run(tx.conn, NOTE, params![tx.tenant.0, person.0.into_bytes(), int(version)])?;
    Ok(())
}

/// Its calls were looked for, unless its numbers changed since.
pub(super) fn done(tx: &Tx<'_>, person: PersonId, version: u64) -> Result<(), Fault> {
    run(tx.conn, DONE, params![tx.tenant.0, person.0.into_bytes(), int(version)])?;
    Ok(())
}

/// Those whose calls were not looked for yet.
pub(super) fn owners(conn: &Connection, tenant: TenantId, limit: usize) -> Result<Vec<LateOwner>, Fault> {
    all(conn, OWNERS, params![tenant.0, int(limit)], LATE_OWNER, |row| {
        Ok(LateOwner { person: PersonId(row.uuid("person")?), version: row.count("version")? })
    })
}
