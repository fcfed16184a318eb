//! What a store keeps of imports of past calls. The calls themselves are calls like any other.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::id::{CallKey, ImportId, TenantId};
use domain::import::{Import, Progress};

/// An import, and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredImport {
    /// The import.
    pub import: Import,
    /// How far.
    pub progress: Progress,
}

/// The part of a [`Store`](crate::Store) that has to do with imports. Every method fails where the store cannot read.
#[async_trait]
pub trait ImportRecords {
    /// An import.
    async fn import(&self, tenant: TenantId, id: ImportId) -> Result<Option<StoredImport>, ReadError>;

    /// All of them, by id, last first; at most [`MAX_PAGE`](crate::MAX_PAGE).
    async fn imports(&self, tenant: TenantId) -> Result<Vec<StoredImport>, ReadError>;

    /// Whether each of these calls is there, in the order asked.
    async fn known_calls(&self, tenant: TenantId, calls: &[CallKey]) -> Result<Vec<bool>, ReadError>;
}
