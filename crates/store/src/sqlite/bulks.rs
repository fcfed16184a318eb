//! Corrections of many Activities at once: SQL, and the answers of the store on SQLite about them.

use super::SqliteStore;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use crate::bulks::BulkRecords;
use crate::contract::page_limit;
use crate::errors::ReadError;
use async_trait::async_trait;
use domain::bulk::{Became, Bulk, BulkItem};
use domain::id::{BulkId, CallKey, TenantId};
use rusqlite::{Connection, params};

const BULK: &str = "bulk";
const ITEM: &str = "bulk_item";

const ONE: &str = "SELECT data FROM bulk WHERE tenant_id = ?1 AND key = ?2";
const LAST: &str = "SELECT data FROM bulk WHERE tenant_id = ?1 ORDER BY key DESC LIMIT ?2";
const SAVE: &str = "INSERT INTO bulk (tenant_id, key, data) VALUES (?1, ?2, ?3) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET data = ?3";
const ITEMS: &str = "SELECT data FROM bulk_item WHERE tenant_id = ?1 AND bulk = ?2 ORDER BY call";
const ITEM_OF: &str = "SELECT data FROM bulk_item WHERE tenant_id = ?1 AND bulk = ?2 AND call = ?3";
const SAVE_ITEM: &str = "INSERT INTO bulk_item (tenant_id, bulk, call, data) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (tenant_id, bulk, call) DO UPDATE SET data = ?4";

pub(super) fn save(tx: &Tx<'_>, bulk: &Bulk) -> Result<(), Fault> {
    run(tx.conn, SAVE, params![tx.tenant.0, bulk.id.0.into_bytes(), json(BULK, bulk)?])?;
    Ok(())
}

pub(super) fn save_item(tx: &Tx<'_>, item: &BulkItem) -> Result<(), Fault> {
    let (bulk, call) = (item.bulk.0.into_bytes(), item.call.0.into_bytes());
    run(tx.conn, SAVE_ITEM, params![tx.tenant.0, bulk, call, json(ITEM, item)?])?;
    Ok(())
}

/// What became of one of its calls.
pub(super) fn became(
    conn: &Connection,
    tenant: TenantId,
    bulk: BulkId,
    call: CallKey,
) -> Result<Option<Became>, Fault> {
    let key = params![tenant.0, bulk.0.into_bytes(), call.0.into_bytes()];
    Ok(first(conn, ITEM_OF, key, ITEM, item)?.map(|item| item.became))
}

fn item(row: &mut Fields<'_, '_>) -> Result<BulkItem, Fault> {
    row.json("data")
}

fn bulk(row: &mut Fields<'_, '_>) -> Result<Bulk, Fault> {
    row.json("data")
}

#[async_trait]
impl BulkRecords for SqliteStore {
    async fn bulk(&self, tenant: TenantId, id: BulkId) -> Result<Option<Bulk>, ReadError> {
        self.readers.point(|conn| first(conn, ONE, params![tenant.0, id.0.into_bytes()], BULK, bulk))
    }

    async fn bulks(&self, tenant: TenantId, limit: usize) -> Result<Vec<Bulk>, ReadError> {
        let most = int(page_limit(limit));
        self.readers.scan(move |conn| all(conn, LAST, params![tenant.0, most], BULK, bulk)).await
    }

    async fn bulk_items(&self, tenant: TenantId, id: BulkId) -> Result<Vec<BulkItem>, ReadError> {
        let key = id.0.into_bytes();
        self.readers.scan(move |conn| all(conn, ITEMS, params![tenant.0, key], ITEM, item)).await
    }
}
