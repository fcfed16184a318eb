//! What was learnt for the suggestion of codes, of each tenant its own, in memory alone: it follows from what is stored and
//! is learnt anew after a start. How it is learnt is in [`crate::ops::suggest_learn`].

use domain::id::{At, TenantId};
use domain::suggest::{History, SetAccuracy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What was learnt of a tenant's calls.
#[derive(Debug)]
pub struct Learnt {
    /// When.
    pub at: At,
    /// When the weeks began that were held out.
    pub held_out_from: At,
    /// How good suggestions would have been in these weeks.
    pub accuracy: Vec<SetAccuracy>,
    /// What suggestions follow from.
    pub history: History,
}

/// What was learnt, by tenant.
#[derive(Debug, Default)]
pub struct Suggestions {
    learnt: RwLock<BTreeMap<TenantId, Arc<Learnt>>>,
    touched: Mutex<BTreeSet<TenantId>>,
}

impl Suggestions {
    /// What was learnt of a tenant's calls; `None`: nothing yet.
    pub fn of(&self, tenant: TenantId) -> Option<Arc<Learnt>> {
        self.learnt.read().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned()
    }

    /// Takes over what was learnt.
    pub fn learnt(&self, tenant: TenantId, what: Learnt) {
        self.learnt.write().unwrap_or_else(PoisonError::into_inner).insert(tenant, Arc::new(what));
    }

    /// Says that something was logged or corrected since.
    pub fn touch(&self, tenant: TenantId) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant);
    }

    /// Whether anything was logged or corrected since this was asked last.
    pub fn take_touched(&self, tenant: TenantId) -> bool {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).remove(&tenant)
    }
}
