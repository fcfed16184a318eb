//! What the writer counts, for whoever publishes metrics.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Counts since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Transactions put on disk. `commits` divided by this is how many Commits shared a flush.
    pub batches: u64,
    /// Commits written.
    pub commits: u64,
    /// Commits whose precondition did not hold.
    pub refused: u64,
    /// Jobs that were not written for any other reason.
    pub failed: u64,
    /// Jobs that wait for the writer now.
    pub queued: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) batches: AtomicU64,
    pub(super) commits: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) queued: AtomicU64,
}

impl Counters {
    pub(super) fn snapshot(&self) -> StoreStats {
        StoreStats {
            batches: self.batches.load(Relaxed),
            commits: self.commits.load(Relaxed),
            refused: self.refused.load(Relaxed),
            failed: self.failed.load(Relaxed),
            queued: self.queued.load(Relaxed),
        }
    }
}
