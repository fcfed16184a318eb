//! Files that were compared, calls that only they tell of, and what they are compared with: SQL, and the answers of the store
//! on SQLite about them. The counts of the ledger are [`super::ledger`]'s.

use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use super::{SqliteStore, calls, ledger};
use crate::completeness::{CallBrief, CompletenessRecords, MAX_DEAF_SPANS, MayBe, MissingCount};
use crate::contract::{MAX_PAGE, page_limit};
use crate::errors::ReadError;
use crate::whole::TimedPlace;
use async_trait::async_trait;
use domain::call::{Direction, NoActivity};
use domain::completeness::ledger::{DeafSpan, LedgerCount, SLOT_US, begin_of};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::Reconciliation;
use domain::id::{At, CallKey, ReconciliationId, TenantId};
use rusqlite::{Connection, params};

const RUN: &str = "reconciliation";
const MISSING: &str = "missing_call";
const CALL: &str = "call";

const GAPS: &str = "SELECT c.key FROM call c WHERE c.tenant_id = ?1 AND c.started_at >= ?2 AND c.started_at < ?3 \
    AND c.state = 'ended' AND c.no_activity IS NULL AND c.source NOT LIKE 'import:%' \
    AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.call_id = c.id) ORDER BY c.started_at, c.id LIMIT ?4";
const INFERRED: &str = "SELECT key FROM call WHERE tenant_id = ?1 AND started_at >= ?2 AND started_at < ?3 \
    AND inferred = 1 ORDER BY started_at, id LIMIT ?4";
const DEAF: &str = "SELECT from_at, until_at, source FROM deaf WHERE tenant_id = ?1 AND from_at < ?3 \
    AND until_at > ?2 ORDER BY from_at DESC, source DESC LIMIT ?4";
const WHOLE_DEAF: &str = "SELECT from_at, until_at, source FROM deaf WHERE tenant_id = ?1 \
    AND (from_at, source) > (?2, ?3) ORDER BY from_at, source LIMIT ?4";
const ADD_DEAF: &str = "INSERT INTO deaf (tenant_id, from_at, until_at, source) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (tenant_id, from_at, source) DO UPDATE SET until_at = ?3";
const HEARD: &str =
    "SELECT name, heard_at FROM source WHERE tenant_id = ?1 AND heard_at IS NOT NULL ORDER BY name";
const OF_PART: &str = "SELECT c.key FROM engagement e JOIN call c ON c.id = e.call_id \
    WHERE e.key = ?1 AND e.tenant_id = ?2";
const BEGAN: &str = "SELECT started_at, key, ended_at, direction, from_number, to_number, did, ring_group, no_activity \
    FROM call WHERE tenant_id = ?1 AND started_at >= ?2 AND started_at < ?3 AND source = ?4 \
    AND (started_at > ?2 OR key > ?5) ORDER BY started_at, key LIMIT ?6";
const RUNS: &str = "SELECT data FROM reconciliation WHERE tenant_id = ?1 ORDER BY key DESC LIMIT ?2";
const ONE_RUN: &str = "SELECT data FROM reconciliation WHERE tenant_id = ?1 AND key = ?2";
const SAVE_RUN: &str = "INSERT INTO reconciliation (tenant_id, key, data) VALUES (?1, ?2, ?3) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET data = ?3";
const REMOVE_RUN: &str = "DELETE FROM reconciliation WHERE tenant_id = ?1 AND key = ?2";
const ONE_MISSING: &str = "SELECT data FROM missing_call WHERE tenant_id = ?1 AND key = ?2";
const VERSION: &str = "SELECT version FROM missing_call WHERE tenant_id = ?1 AND key = ?2";
const SAVE_MISSING: &str = "INSERT INTO missing_call (tenant_id, key, source, began_at, named, made, version, data) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant_id, key) DO UPDATE SET source = ?3, \
    began_at = ?4, named = ?5, made = ?6, version = ?7, data = ?8";
const REMOVE_MISSING: &str = "DELETE FROM missing_call WHERE tenant_id = ?1 AND key = ?2";
const MADE_WITHOUT_ID: &str = "SELECT data FROM missing_call WHERE tenant_id = ?1 AND began_at >= ?2 \
    AND began_at < ?3 AND source = ?4 AND named = 0 AND made = 1 ORDER BY began_at, key LIMIT ?5";
const LIST: &str = "SELECT data FROM missing_call m WHERE tenant_id = ?1 AND began_at >= ?2 AND began_at < ?3 \
    AND (began_at > ?2 OR key > ?4) AND (?5 = 0 OR (made = 0 AND NOT EXISTS \
    (SELECT 1 FROM call c WHERE c.key = m.key AND c.tenant_id = m.tenant_id))) ORDER BY began_at, key LIMIT ?6";
const COUNTS: &str = "SELECT began_at / ?4 AS slot, source, COUNT(*) AS calls FROM missing_call m \
    WHERE tenant_id = ?1 AND began_at >= ?2 AND began_at < ?3 AND made = 0 AND NOT EXISTS \
    (SELECT 1 FROM call c WHERE c.key = m.key AND c.tenant_id = m.tenant_id) GROUP BY 1, 2 ORDER BY 1, 2";

/// Times of silence after one, oldest first.
pub(super) fn whole_deaf(
    conn: &Connection,
    tenant: TenantId,
    after: &TimedPlace,
    most: usize,
) -> Result<Vec<DeafSpan>, Fault> {
    let from = params![tenant.0, after.at.0, after.what, int(most)];
    all(conn, WHOLE_DEAF, from, "deaf", read_deaf)
}

fn read_deaf(row: &mut Fields<'_, '_>) -> Result<DeafSpan, Fault> {
    Ok(DeafSpan { from: row.at("from_at")?, until: row.at("until_at")?, source: row.get("source")? })
}

/// A source was not heard in a time.
pub(super) fn add_deaf(tx: &Tx<'_>, source: &str, from: At, until: At) -> Result<(), Fault> {
    run(tx.conn, ADD_DEAF, params![tx.tenant.0, from.0, until.0, source])?;
    Ok(())
}

pub(super) fn save_run(tx: &Tx<'_>, of: &Reconciliation) -> Result<(), Fault> {
    run(tx.conn, SAVE_RUN, params![tx.tenant.0, of.id.0.into_bytes(), json(RUN, of)?])?;
    Ok(())
}

pub(super) fn remove_run(tx: &Tx<'_>, id: ReconciliationId) -> Result<(), Fault> {
    run(tx.conn, REMOVE_RUN, params![tx.tenant.0, id.0.into_bytes()])?;
    Ok(())
}

pub(super) fn save_missing(tx: &Tx<'_>, missing: &MissingCall) -> Result<(), Fault> {
    // Whether a call was made from a file is part of where it is counted.
    ledger::watch(tx, missing.key)?;
    let row = params![
        tx.tenant.0,
        missing.key.0.into_bytes(),
        missing.call.source,
        missing.call.started_at.0,
        missing.named,
        missing.made.is_some(),
        int(missing.version),
        json(MISSING, missing)?,
    ];
    run(tx.conn, SAVE_MISSING, row)?;
    Ok(())
}

pub(super) fn remove_missing(tx: &Tx<'_>, key: CallKey) -> Result<(), Fault> {
    ledger::watch(tx, key)?;
    run(tx.conn, REMOVE_MISSING, params![tx.tenant.0, key.0.into_bytes()])?;
    Ok(())
}

pub(super) fn missing_version(conn: &Connection, tenant: TenantId, key: CallKey) -> Result<u64, Fault> {
    let of = params![tenant.0, key.0.into_bytes()];
    Ok(first(conn, VERSION, of, MISSING, |row| row.count("version"))?.unwrap_or(0))
}

fn keys(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<CallKey>, Fault> {
    all(conn, sql, params, CALL, |row| Ok(CallKey(row.uuid("key")?)))
}

fn known(conn: &Connection, tenant: TenantId, may_be: &MayBe) -> Result<Option<CallKey>, Fault> {
    for key in &may_be.calls {
        if calls::row_id(conn, tenant, *key)?.is_some() {
            return Ok(Some(*key));
        }
    }
    for part in &may_be.parts {
        let of = params![part.0.into_bytes(), tenant.0];
        if let Some(key) = first(conn, OF_PART, of, CALL, |row| Ok(CallKey(row.uuid("key")?)))? {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

fn brief(row: &mut Fields<'_, '_>) -> Result<CallBrief, Fault> {
    let started_at = row.at("started_at")?;
    let key = CallKey(row.uuid("key")?);
    let ended_at = row.opt_at("ended_at")?;
    let direction: Direction = row.code("direction")?;
    let (from, to, did) = (row.get("from_number")?, row.get("to_number")?, row.get("did")?);
    let ring_group = row.get("ring_group")?;
    let reason: Option<NoActivity> = row.opt_code("no_activity")?;
    let has_customer = direction != Direction::Internal && reason.is_none();
    Ok(CallBrief { started_at, key, ended_at, direction, from, to, did, ring_group, has_customer })
}

/// The bytes of the id that comes before a place: none comes before all of a time, and the highest after all of it.
fn bound(key: Option<CallKey>) -> Vec<u8> {
    key.map(|key| key.0.into_bytes().to_vec()).unwrap_or_default()
}

#[async_trait]
impl CompletenessRecords for SqliteStore {
    async fn ledger(&self, tenant: TenantId, from: i64, until: i64) -> Result<Vec<LedgerCount>, ReadError> {
        self.readers.scan(move |conn| ledger::within(conn, tenant, from, until)).await
    }

    async fn gaps(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError> {
        let limit = int(page_limit(limit));
        self.readers.scan(move |conn| keys(conn, GAPS, params![tenant.0, from.0, until.0, limit])).await
    }

    async fn inferred(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError> {
        let limit = int(page_limit(limit));
        self.readers.scan(move |conn| keys(conn, INFERRED, params![tenant.0, from.0, until.0, limit])).await
    }

    async fn deaf(&self, tenant: TenantId, from: At, until: At) -> Result<Vec<DeafSpan>, ReadError> {
        let most = int(MAX_DEAF_SPANS);
        self.readers
            .scan(move |conn| all(conn, DEAF, params![tenant.0, from.0, until.0, most], "deaf", read_deaf))
            .await
    }

    async fn heard(&self, tenant: TenantId) -> Result<Vec<(String, At)>, ReadError> {
        self.readers.point(|conn| {
            all(conn, HEARD, params![tenant.0], "source", |row| Ok((row.get("name")?, row.at("heard_at")?)))
        })
    }

    async fn known_as(&self, tenant: TenantId, asked: &[MayBe]) -> Result<Vec<Option<CallKey>>, ReadError> {
        let asked = asked.to_vec();
        self.readers.scan(move |conn| asked.iter().map(|may_be| known(conn, tenant, may_be)).collect()).await
    }

    async fn calls_began(
        &self,
        tenant: TenantId,
        source: &str,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<CallBrief>, ReadError> {
        let (source, (from, key)) = (source.to_owned(), after);
        self.readers
            .scan(move |conn| {
                let place = params![tenant.0, from.0, until.0, source, bound(key), int(limit)];
                all(conn, BEGAN, place, CALL, brief)
            })
            .await
    }

    async fn reconciliations(&self, tenant: TenantId) -> Result<Vec<Reconciliation>, ReadError> {
        let most = int(MAX_PAGE);
        self.readers
            .scan(move |conn| all(conn, RUNS, params![tenant.0, most], RUN, |row| row.json("data")))
            .await
    }

    async fn reconciliation(
        &self,
        tenant: TenantId,
        id: ReconciliationId,
    ) -> Result<Option<Reconciliation>, ReadError> {
        let key = params![tenant.0, id.0.into_bytes()];
        self.readers.point(|conn| first(conn, ONE_RUN, key, RUN, |row| row.json("data")))
    }

    async fn missing_call(&self, tenant: TenantId, key: CallKey) -> Result<Option<MissingCall>, ReadError> {
        let of = params![tenant.0, key.0.into_bytes()];
        self.readers.point(|conn| first(conn, ONE_MISSING, of, MISSING, |row| row.json("data")))
    }

    async fn missing_calls(
        &self,
        tenant: TenantId,
        open: bool,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<MissingCall>, ReadError> {
        let (limit, (from, key)) = (int(page_limit(limit)), after);
        self.readers
            .scan(move |conn| {
                let place = params![tenant.0, from.0, until.0, bound(key), open, limit];
                all(conn, LIST, place, MISSING, |row| row.json("data"))
            })
            .await
    }

    async fn made_without_id(
        &self,
        tenant: TenantId,
        source: &str,
        from: At,
        until: At,
    ) -> Result<Vec<MissingCall>, ReadError> {
        let of = params![tenant.0, from.0, until.0, source, int(MAX_PAGE)];
        self.readers.point(|conn| all(conn, MADE_WITHOUT_ID, of, MISSING, |row| row.json("data")))
    }

    async fn missing_counts(
        &self,
        tenant: TenantId,
        from: i64,
        until: i64,
    ) -> Result<Vec<MissingCount>, ReadError> {
        let (from, until) = (begin_of(from), begin_of(until));
        self.readers
            .scan(move |conn| {
                all(conn, COUNTS, params![tenant.0, from.0, until.0, SLOT_US], MISSING, |row| {
                    Ok(MissingCount {
                        slot: row.get("slot")?,
                        source: row.get("source")?,
                        calls: row.count("calls")?,
                    })
                })
            })
            .await
    }
}
