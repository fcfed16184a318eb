//! Imports of past calls.

use super::MemoryStore;
use super::tenant::Tenant;
use crate::contract::MAX_PAGE;
use crate::errors::ReadError;
use crate::imports::{ImportRecords, StoredImport};
use async_trait::async_trait;
use domain::id::{CallKey, ImportId, TenantId};
use domain::import::{Import, PastCall, Progress};

impl Tenant {
    pub(super) fn import_is(&mut self, import: Import) {
        let progress = self.imports.get(&import.id).map(|stored| stored.progress.clone()).unwrap_or_default();
        self.imports.insert(import.id, StoredImport { import, progress });
    }

    pub(super) fn import_went_on(&mut self, id: ImportId, progress: Progress) {
        if let Some(stored) = self.imports.get(&id).cloned() {
            self.imports.insert(id, StoredImport { progress, ..stored });
        }
    }

    pub(super) fn past_call(&mut self, past: PastCall, order: u64) {
        let key = past.call.key;
        if self.calls.get(&key).is_none() {
            self.imported.insert(key, (past.import, past.line));
            self.call_is(past.call, order);
            self.activity_is(past.activity);
        }
    }
}

#[async_trait]
impl ImportRecords for MemoryStore {
    async fn import(&self, tenant: TenantId, id: ImportId) -> Result<Option<StoredImport>, ReadError> {
        Ok(self.state().of(tenant).imports.get(&id).cloned())
    }

    async fn imports(&self, tenant: TenantId) -> Result<Vec<StoredImport>, ReadError> {
        Ok(self.state().of(tenant).imports.values().rev().take(MAX_PAGE).cloned().collect())
    }

    async fn known_calls(&self, tenant: TenantId, calls: &[CallKey]) -> Result<Vec<bool>, ReadError> {
        let state = self.state();
        Ok(calls.iter().map(|key| state.of(tenant).calls.get(key).is_some()).collect())
    }
}
