//! Corrections: SQL, and how rows become a [`Correction`] and back.

use super::fault::Fault;
use super::statement::{Fields, all, int, json, run};
use super::transaction::Tx;
use super::{calls, notices};
use crate::contract::MAX_PAGE;
use domain::correction::Correction;
use domain::id::{AuditId, CallKey, EngagementKey, TenantId, UserId};
use rusqlite::{Connection, params};

const CORRECTION: &str = "correction";

const OF_CALL: &str = "SELECT r.key, c.key AS call_key, r.engagement, r.at, r.by_user, r.reason, r.before, r.after, \
    r.fields, r.undoes FROM correction r JOIN call c ON c.id = r.call_id WHERE r.call_id = ?1 \
    ORDER BY r.id DESC LIMIT ?2";
const ADD: &str = "INSERT INTO correction (tenant_id, key, call_id, engagement, at, by_user, reason, before, after, \
    fields, undoes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (key, tenant_id) DO NOTHING";
const MOVE_ALL: &str = "UPDATE correction SET call_id = ?2 WHERE call_id = ?1";

/// What was corrected of a call, newest first.
pub(super) fn of_call(conn: &Connection, tenant: TenantId, call: CallKey) -> Result<Vec<Correction>, Fault> {
    match calls::row_id(conn, tenant, call)? {
        Some(id) => all(conn, OF_CALL, params![id, int(MAX_PAGE)], CORRECTION, read),
        None => Ok(Vec::new()),
    }
}

/// Adds one, unless it is there: what was written down is not changed.
pub(super) fn add(tx: &Tx<'_>, correction: &Correction) -> Result<(), Fault> {
    let call_id = calls::row_id_for(tx, CORRECTION, correction.call)?;
    let row = params![
        tx.tenant.0,
        correction.id.0.into_bytes(),
        call_id,
        correction.engagement.map(|key| key.0.into_bytes()),
        correction.at.0,
        correction.by.0.into_bytes(),
        correction.reason,
        json(CORRECTION, &correction.before)?,
        json(CORRECTION, &correction.after)?,
        json(CORRECTION, &correction.fields)?,
        correction.undoes.map(|id| id.0.into_bytes()),
    ];
    match run(tx.conn, ADD, row)? {
        0 => Ok(()),
        _ => notices::corrected(tx, correction),
    }
}

/// The corrections of a call that is no more are those of another.
pub(super) fn move_all(tx: &Tx<'_>, from: i64, into: i64) -> Result<(), Fault> {
    run(tx.conn, MOVE_ALL, params![from, into])?;
    Ok(())
}

fn read(row: &mut Fields<'_, '_>) -> Result<Correction, Fault> {
    Ok(Correction {
        id: AuditId(row.uuid("key")?),
        call: CallKey(row.uuid("call_key")?),
        engagement: row.opt_uuid("engagement")?.map(EngagementKey),
        at: row.at("at")?,
        by: UserId(row.uuid("by_user")?),
        reason: row.get("reason")?,
        before: row.json("before")?,
        after: row.json("after")?,
        fields: row.json("fields")?,
        undoes: row.opt_uuid("undoes")?.map(AuditId),
    })
}
