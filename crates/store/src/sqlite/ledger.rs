//! The counts of the completeness ledger, and of how Activities stand in the CRM: what a Commit makes of where its calls stand
//! is added to them at its end, in the same transaction. Where a call stands is said in one place, [`LedgerClass::of`]; how its
//! Activity stands in the CRM in another, [`counted`].

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, first, run};
use super::transaction::Tx;
use crate::crm_ledger::{CrmCount, CrmEntry, counted};
use crate::listing::Carried;
use domain::activity::Outcome;
use domain::call::{CallState, NoActivity};
use domain::completeness::ledger::{LedgerClass, LedgerCount, LedgerEntry, slot_of};
use domain::id::{CallKey, TenantId};
use domain::import::SOURCE_PREFIX;
use domain::outbox::{FiledState, Subject};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

const LEDGER: &str = "ledger";
const CRM_LEDGER: &str = "crm_ledger";

const STANDS: &str = "SELECT c.state, c.source, c.started_at, c.no_activity, c.inferred, a.outcome, \
    EXISTS (SELECT 1 FROM missing_call m WHERE m.tenant_id = c.tenant_id AND m.key = c.key AND m.made = 1) \
    AS from_file, (SELECT o.refusal IS NOT NULL FROM outbox o WHERE o.subject = c.key AND o.kind = 'activity' \
    AND o.tenant_id = c.tenant_id) AS refused, \
    (SELECT f.filed FROM crm_filed f WHERE f.call_id = c.id) AS filed FROM call c LEFT JOIN activity a ON a.call_id = c.id WHERE c.key = ?1 AND c.tenant_id = ?2";
const ADD: &str = "INSERT INTO ledger (tenant_id, slot, source, class, inferred, from_file, calls) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, slot, source, class, inferred, from_file) \
    DO UPDATE SET calls = calls + ?7";
const WITHIN: &str = "SELECT slot, source, class, inferred, from_file, calls FROM ledger \
    WHERE tenant_id = ?1 AND slot >= ?2 AND slot < ?3 AND calls <> 0";

const ADD_TO_CRM: &str = "INSERT INTO crm_ledger (tenant_id, slot, state, calls) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (tenant_id, slot, state) DO UPDATE SET calls = calls + ?4";
const CRM_WITHIN: &str = "SELECT slot, state, calls FROM crm_ledger \
    WHERE tenant_id = ?1 AND slot >= ?2 AND slot < ?3 AND calls <> 0";

/// Where a call stands, and how its Activity does in the CRM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stands {
    ledger: Option<LedgerEntry>,
    crm: Option<CrmEntry>,
}

/// Where the calls stood that a Commit may change.
pub(super) type Stood = BTreeMap<CallKey, Stands>;

/// Takes note that a call, its Activity, or what of that is in the CRM or on its way there is about to change.
pub(super) fn watch(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    if !tx.stood.borrow().contains_key(&call) {
        let stands = stands(tx.conn, tx.tenant, call)?;
        tx.stood.borrow_mut().insert(call, stands);
    }
    Ok(())
}

/// The same of what is carried out, where it is an Activity.
pub(super) fn watch_subject(tx: &Tx<'_>, subject: Subject) -> Result<(), Fault> {
    match subject {
        Subject::Activity(call) => watch(tx, call),
        Subject::Person(_) | Subject::Case(_) | Subject::Vanished(_) | Subject::FollowUp(_) => Ok(()),
    }
}

/// Counts what is otherwise now.
pub(super) fn settle(tx: &Tx<'_>) -> Result<(), Fault> {
    for (call, stood) in tx.stood.take() {
        let stands = stands(tx.conn, tx.tenant, call)?;
        if stood.ledger != stands.ledger {
            add(tx, stood.ledger, -1)?;
            add(tx, stands.ledger, 1)?;
        }
        if stood.crm != stands.crm {
            add_to_crm(tx, stood.crm, -1)?;
            add_to_crm(tx, stands.crm, 1)?;
        }
    }
    Ok(())
}

fn add(tx: &Tx<'_>, entry: Option<LedgerEntry>, by: i64) -> Result<(), Fault> {
    if let Some(LedgerEntry { slot, source, class, inferred, from_file }) = entry {
        run(tx.conn, ADD, params![tx.tenant.0, slot, source, class.code(), inferred, from_file, by])?;
    }
    Ok(())
}

fn add_to_crm(tx: &Tx<'_>, entry: Option<CrmEntry>, by: i64) -> Result<(), Fault> {
    if let Some((slot, state)) = entry {
        run(tx.conn, ADD_TO_CRM, params![tx.tenant.0, slot, state.code(), by])?;
    }
    Ok(())
}

fn stands(conn: &Connection, tenant: TenantId, call: CallKey) -> Result<Stands, Fault> {
    let found = first(conn, STANDS, params![call.0.into_bytes(), tenant.0], LEDGER, |row| {
        let state: CallState = row.code("state")?;
        let source: String = row.get("source")?;
        let slot = slot_of(row.at("started_at")?);
        let reason: Option<NoActivity> = row.opt_code("no_activity")?;
        let inferred = row.get("inferred")?;
        let outcome: Option<Outcome> = row.opt_code("outcome")?;
        let from_file = row.get("from_file")?;
        let refused: Option<bool> = row.get("refused")?;
        let filed: Option<FiledState> = row.opt_json("filed")?;
        let is_counted = state == CallState::Ended && !source.starts_with(SOURCE_PREFIX);
        let class = LedgerClass::of(reason, outcome);
        let ledger = is_counted.then_some(LedgerEntry { slot, source, class, inferred, from_file });
        let crm = counted(ledger.as_ref(), Carried::of(refused, filed.as_ref()));
        Ok(Stands { ledger, crm })
    })?;
    Ok(found.unwrap_or_default())
}

/// How many Activities of these slots stand how in the CRM, in order.
pub(super) fn crm_within(
    conn: &Connection,
    tenant: TenantId,
    from: i64,
    until: i64,
) -> Result<Vec<CrmCount>, Fault> {
    let mut counts = all(conn, CRM_WITHIN, params![tenant.0, from, until], CRM_LEDGER, |row| {
        Ok(CrmCount { slot: row.get("slot")?, state: row.code("state")?, calls: row.count("calls")? })
    })?;
    counts.sort();
    Ok(counts)
}

/// How many calls of these slots stand where, in order.
pub(super) fn within(
    conn: &Connection,
    tenant: TenantId,
    from: i64,
    until: i64,
) -> Result<Vec<LedgerCount>, Fault> {
    let mut counts = all(conn, WITHIN, params![tenant.0, from, until], LEDGER, read)?;
    // As the model has them: by what the words mean, not by how they are written.
    counts.sort();
    Ok(counts)
}

fn read(row: &mut Fields<'_, '_>) -> Result<LedgerCount, Fault> {
    let entry = LedgerEntry {
        slot: row.get("slot")?,
        source: row.get("source")?,
        class: row.code("class")?,
        inferred: row.get("inferred")?,
        from_file: row.get("from_file")?,
    };
    Ok(LedgerCount { entry, calls: row.count("calls")? })
}
