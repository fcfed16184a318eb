//! How Activities stand in the CRM, and days that were compared with it: SQL, and the answers of the store on SQLite. The counts
//! are kept by [`super::ledger`].

use super::fault::Fault;
use super::outbox::settled;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use super::{SqliteStore, ledger};
use crate::crm_ledger::{CrmCount, CrmLedgerRecords, CrmStanding};
use crate::errors::ReadError;
use crate::listing::Carried;
use async_trait::async_trait;
use domain::completeness::crm_check::{CrmCheck, CrmCheckFailure, MAX_CHECKS, MAX_FAILURES};
use domain::id::{At, CallKey, TenantId};
use domain::outbox::FiledState;
use rusqlite::params;

const STANDING: &str = "activity";
const CHECK: &str = "crm_check";
const FAILURE: &str = "crm_check_failure";

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT c.started_at, c.key, a.outcome, a.archived, \
            (SELECT o.refusal IS NOT NULL FROM outbox o WHERE o.subject = c.key AND o.kind = 'activity' \
            AND o.tenant_id = c.tenant_id) AS refused, \
            (SELECT f.filed FROM crm_filed f WHERE f.call_id = c.id) AS filed, \
            EXISTS (SELECT 1 FROM imported i WHERE i.call_id = c.id) AS imported \
            FROM call c JOIN activity a ON a.call_id = c.id ",
            $from
        )
    };
}

const WITHIN: &str = select!(
    "WHERE c.tenant_id = ?1 AND c.started_at >= ?2 AND c.started_at < ?3 \
    AND (c.started_at > ?2 OR c.key > ?4) ORDER BY c.started_at, c.key LIMIT ?5"
);
const ONE: &str = select!("WHERE c.key = ?1 AND c.tenant_id = ?2");
const CHECKS: &str =
    "SELECT data FROM crm_check WHERE tenant_id = ?1 AND begin >= ?2 AND begin < ?3 ORDER BY begin";
const SAVE: &str = "INSERT INTO crm_check (tenant_id, begin, at, data) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (tenant_id, begin) DO UPDATE SET at = ?3, data = ?4";
const FORGET: &str = "DELETE FROM crm_check WHERE tenant_id = ?1 AND begin IN \
    (SELECT begin FROM crm_check WHERE tenant_id = ?1 ORDER BY at DESC, begin DESC LIMIT -1 OFFSET ?2)";
const FAILURES: &str = "SELECT data FROM crm_check_failure WHERE tenant_id = ?1 ORDER BY begin DESC";
const SAVE_FAILURE: &str = "INSERT INTO crm_check_failure (tenant_id, begin, until, data) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (tenant_id, begin) DO UPDATE SET until = ?3, data = ?4";
const FORGET_FAILURES: &str = "DELETE FROM crm_check_failure WHERE tenant_id = ?1 AND begin IN \
    (SELECT begin FROM crm_check_failure WHERE tenant_id = ?1 ORDER BY begin DESC LIMIT -1 OFFSET ?2)";
const NO_FAILURE: &str = "DELETE FROM crm_check_failure WHERE tenant_id = ?1 AND begin >= ?2 AND until <= ?3";

/// A day could not be compared.
pub(super) fn save_failure(tx: &Tx<'_>, failure: &CrmCheckFailure) -> Result<(), Fault> {
    run(
        tx.conn,
        SAVE_FAILURE,
        params![tx.tenant.0, failure.begin.0, failure.end.0, json(FAILURE, failure)?],
    )?;
    run(tx.conn, FORGET_FAILURES, params![tx.tenant.0, int(MAX_FAILURES)])?;
    Ok(())
}

/// A day was compared.
pub(super) fn save(tx: &Tx<'_>, check: &CrmCheck) -> Result<(), Fault> {
    run(tx.conn, NO_FAILURE, params![tx.tenant.0, check.begin.0, check.end.0])?;
    run(tx.conn, SAVE, params![tx.tenant.0, check.begin.0, check.at.0, json(CHECK, check)?])?;
    run(tx.conn, FORGET, params![tx.tenant.0, int(MAX_CHECKS)])?;
    Ok(())
}

fn read(row: &mut Fields<'_, '_>) -> Result<CrmStanding, Fault> {
    let started_at = row.at("started_at")?;
    let key = CallKey(row.uuid("key")?);
    let outcome = row.code("outcome")?;
    let settled = settled(row.get("archived")?, outcome);
    let refused = row.get("refused")?;
    let filed: Option<FiledState> = row.opt_json("filed")?;
    let imported = row.get("imported")?;
    let carried = Carried::of(refused, filed.as_ref());
    let record = match filed {
        Some(FiledState::There(filed)) => Some(filed.record),
        Some(FiledState::DeletedThere) | None => None,
    };
    Ok(CrmStanding { started_at, key, carried, record, settled, imported })
}

#[async_trait]
impl CrmLedgerRecords for SqliteStore {
    async fn crm_ledger(&self, tenant: TenantId, from: i64, until: i64) -> Result<Vec<CrmCount>, ReadError> {
        self.readers.scan(move |conn| ledger::crm_within(conn, tenant, from, until)).await
    }

    async fn crm_standings(
        &self,
        tenant: TenantId,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<CrmStanding>, ReadError> {
        let (from, key) = after;
        // No id comes before all of a time.
        let key = key.map(|key| key.0.into_bytes().to_vec()).unwrap_or_default();
        self.readers
            .scan(move |conn| {
                all(conn, WITHIN, params![tenant.0, from.0, until.0, key, int(limit)], STANDING, read)
            })
            .await
    }

    async fn crm_standing(&self, tenant: TenantId, call: CallKey) -> Result<Option<CrmStanding>, ReadError> {
        let of = params![call.0.into_bytes(), tenant.0];
        self.readers.point(|conn| first(conn, ONE, of, STANDING, read))
    }

    async fn crm_checks(&self, tenant: TenantId, from: At, until: At) -> Result<Vec<CrmCheck>, ReadError> {
        self.readers
            .scan(move |conn| {
                all(conn, CHECKS, params![tenant.0, from.0, until.0], CHECK, |row| row.json("data"))
            })
            .await
    }

    async fn crm_check_failures(&self, tenant: TenantId) -> Result<Vec<CrmCheckFailure>, ReadError> {
        let read = move |conn: &_| all(conn, FAILURES, params![tenant.0], FAILURE, |row| row.json("data"));
        self.readers.scan(read).await
    }
}
