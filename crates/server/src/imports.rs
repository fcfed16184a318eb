//! Wakes the tasks that import, when there is something to do for them. What that is, is in the store.

use tokio::sync::watch;

/// Rings for every tenant's task: each looks whether it was meant.
#[derive(Debug, Default)]
pub struct ImportBell(watch::Sender<u64>);

impl ImportBell {
    /// There may be something to do.
    pub fn ring(&self) {
        self.0.send_modify(|rings| *rings += 1);
    }

    /// To wait for it.
    pub fn hear(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
