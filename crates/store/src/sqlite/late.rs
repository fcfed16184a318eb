//! What is noted until somebody has looked, in the transaction of what it follows from: records that calls of their
//! numbers may wait for, and calls that wait for a record to be made.

use super::fault::Fault;
use super::statement::{all, int, run};
use super::transaction::Tx;
use crate::answers::LateOwner;
use domain::id::{CallKey, PersonId, TenantId};
use rusqlite::{Connection, params};

const LATE_OWNER: &str = "late_owner";

const NOTE: &str = "INSERT INTO late_owner (tenant_id, person, version) VALUES (?1, ?2, ?3) \
    ON CONFLICT (tenant_id, person) DO UPDATE SET version = ?3";
const DONE: &str = "DELETE FROM late_owner WHERE tenant_id = ?1 AND person = ?2 AND version = ?3";
const OWNERS: &str = "SELECT person, version FROM late_owner WHERE tenant_id = ?1 ORDER BY person LIMIT ?2";
const WANT: &str = "INSERT INTO caller_wanted (tenant_id, call_key) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const LOOKED_AFTER: &str = "DELETE FROM caller_wanted WHERE tenant_id = ?1 AND call_key = ?2";
const WANTED: &str = "SELECT call_key FROM caller_wanted WHERE tenant_id = ?1 ORDER BY call_key LIMIT ?2";

/// A record is to be made for the number of this call.
pub(super) fn want(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    run(tx.conn, WANT, params![tx.tenant.0, call.0.into_bytes()])?;
    Ok(())
}

/// It was, or is not needed.
pub(super) fn looked_after(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    run(tx.conn, LOOKED_AFTER, params![tx.tenant.0, call.0.into_bytes()])?;
    Ok(())
}

/// The calls that wait for one.
pub(super) fn wanted(conn: &Connection, tenant: TenantId, limit: usize) -> Result<Vec<CallKey>, Fault> {
    all(conn, WANTED, params![tenant.0, int(limit)], "caller_wanted", |row| {
        Ok(CallKey(row.uuid("call_key")?))
    })
}

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
