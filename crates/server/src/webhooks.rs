//! Who asked for an endpoint to be told something at once, until the worker has heard of it.

use domain::id::{EndpointId, TenantId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// Endpoints that somebody asked for.
#[derive(Debug, Default)]
pub struct Webhooks {
    asked: Mutex<BTreeMap<TenantId, BTreeSet<EndpointId>>>,
    /// Wakes the workers.
    pub rings: Notify,
}

impl Webhooks {
    /// Somebody asks for this endpoint.
    pub fn wake(&self, tenant: TenantId, endpoint: EndpointId) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default().insert(endpoint);
        self.rings.notify_waiters();
    }

    /// Those that somebody asked for since this was last asked.
    pub fn woken(&self, tenant: TenantId) -> BTreeSet<EndpointId> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&tenant).unwrap_or_default()
    }
}
