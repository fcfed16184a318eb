//! Corrections of many Activities at once.

use super::MemoryStore;
use crate::bulks::BulkRecords;
use crate::contract::page_limit;
use crate::errors::ReadError;
use async_trait::async_trait;
use domain::bulk::{Bulk, BulkItem};
use domain::id::{BulkId, TenantId};

#[async_trait]
impl BulkRecords for MemoryStore {
    async fn bulk(&self, tenant: TenantId, id: BulkId) -> Result<Option<Bulk>, ReadError> {
        Ok(self.state().of(tenant).bulks.get(&id).cloned())
    }

    async fn bulks(&self, tenant: TenantId, limit: usize) -> Result<Vec<Bulk>, ReadError> {
        Ok(self.state().of(tenant).bulks.values().rev().take(page_limit(limit)).cloned().collect())
    }

    async fn bulk_items(&self, tenant: TenantId, id: BulkId) -> Result<Vec<BulkItem>, ReadError> {
        Ok(self.state().of(tenant).bulk_items.values().filter(|item| item.bulk == id).cloned().collect())
    }
}
