//! The floors that supervisors look at. However many look, a floor is read once for all of them, at most once a second,
//! and not at all while nobody does: then a change costs one number.

use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::floor::floor;
use domain::id::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How long after it was read a floor is read again at the earliest.
const READ_EVERY: Duration = Duration::from_secs(1);

/// Every floor that somebody ever looked at in this run.
#[derive(Default)]
pub struct Floors {
    all: Mutex<HashMap<TenantId, Arc<Floor>>>,
}

/// The floor of one tenant.
pub(super) struct Floor {
    /// Counts what may have changed it.
    changes: watch::Sender<u64>,
    last: tokio::sync::Mutex<Option<Arc<Read>>>,
}

/// A floor as it was read, as JSON.
pub(super) struct Read {
    changes: u64,
    at: Instant,
    /// All of it.
    pub(super) whole: String,
    /// Its alerts.
    pub(super) alerts: String,
}

impl Floors {
    /// Something changed that the tenant's floor may show.
    pub fn changed(&self, tenant: TenantId) {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(floor) = all.get(&tenant) {
            floor.changes.send_modify(|changes| *changes += 1);
        }
    }

    /// The floor of a tenant.
    pub(super) fn of(&self, tenant: TenantId) -> Arc<Floor> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Floor { changes: watch::channel(0).0, last: tokio::sync::Mutex::default() };
        Arc::clone(all.entry(tenant).or_insert_with(|| Arc::new(new())))
    }
}

impl Floor {
    /// Hears of changes from now on.
    pub(super) fn listen(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The floor as it is now. Where it changed and was read a moment ago this waits until it may be read again: who asks
    /// meanwhile is given the same.
    pub(super) async fn read(&self, app: &App, tenant: &Tenant) -> Result<Arc<Read>, OpError> {
        let mut last = self.last.lock().await;
        if let Some(read) = last.as_ref() {
            if read.changes == *self.changes.borrow() {
                return Ok(Arc::clone(read));
            }
            sleep_until(read.at + READ_EVERY).await;
        }
        let changes = *self.changes.borrow();
        let floor = floor(app, tenant).await?;
        let json = |value: serde_json::Result<String>| {
            value.map_err(|error| OpError::Internal(format!("a floor cannot be written: {error}")))
        };
        let read = Arc::new(Read {
            changes,
            at: Instant::now(),
            whole: json(serde_json::to_string(&floor))?,
            alerts: json(serde_json::to_string(&floor.alerts))?,
        });
        *last = Some(Arc::clone(&read));
        Ok(read)
    }
}
