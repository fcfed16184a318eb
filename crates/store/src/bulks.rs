//! What a store keeps of corrections of many Activities at once.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::bulk::{Bulk, BulkItem};
use domain::id::{BulkId, TenantId};

/// Reads of them; every method fails where the store cannot read.
#[async_trait]
pub trait BulkRecords {
    /// One of them.
    async fn bulk(&self, tenant: TenantId, id: BulkId) -> Result<Option<Bulk>, ReadError>;

    /// The last of them, newest first, at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn bulks(&self, tenant: TenantId, limit: usize) -> Result<Vec<Bulk>, ReadError>;

    /// What became of its calls so far, by call.
    async fn bulk_items(&self, tenant: TenantId, id: BulkId) -> Result<Vec<BulkItem>, ReadError>;
}
