//! What nearly every request reads and hardly any changes: the codes, the names of the agents, and the centre's
//! settings. It is kept in memory for as long as no Commit changes any of it. Nobody else writes the file.

use domain::centre::Centre;
use domain::commit::Change;
use domain::disposition::DispositionSet;
use domain::id::TenantId;
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, Mutex, PoisonError};

use crate::answers::AgentNames;

/// What is kept of each tenant.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Counts the transactions that changed any of it.
    changes: AtomicU64,
    /// Counts those that changed who is a user here or in a CRM.
    users: AtomicU64,
    pub(super) sets: Shelf<Vec<DispositionSet>>,
    pub(super) names: Shelf<AgentNames>,
    pub(super) centre: Shelf<Option<Centre>>,
}

/// Values by tenant, and how many changes there had been before each was read.
#[derive(Debug)]
pub(super) struct Shelf<T>(Mutex<HashMap<TenantId, (u64, Arc<T>)>>);

impl Kept {
    /// How many changes there have been. What is kept is good for a reader who finds as many when they begin.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Acquire)
    }

    /// How often it was changed who is a user here or in a CRM.
    pub(super) fn users_changed(&self) -> u64 {
        self.users.load(Acquire)
    }

    /// Takes note that these changes may be on disk. Called before anybody hears of them, so that whoever does
    /// reads them.
    pub(super) fn wrote<'a>(&self, changes: impl IntoIterator<Item = &'a Change>) {
        let (mut kept, mut users) = (false, false);
        for change in changes {
            kept |= matches!(change, Change::Set(_) | Change::Code(_) | Change::User(_) | Change::Centre(_));
            users |= matches!(change, Change::User(_) | Change::CrmUser(_));
        }
        for (changed, count) in [(kept, &self.changes), (users, &self.users)] {
            if changed {
                count.fetch_add(1, Release);
            }
        }
    }
}

impl<T> Shelf<T> {
    /// The value, if nothing changed since it was put here.
    pub(super) fn get(&self, tenant: TenantId, changes: u64) -> Option<Arc<T>> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(&tenant).filter(|(before, _)| *before == changes).map(|(_, value)| Arc::clone(value))
    }

    /// Keeps a value that was read when there had been so many changes, or later.
    pub(super) fn put(&self, tenant: TenantId, changes: u64, value: &Arc<T>) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(tenant, (changes, Arc::clone(value)));
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Shelf(Mutex::default())
    }
}
