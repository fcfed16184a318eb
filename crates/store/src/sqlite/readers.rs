//! The reading connections. Each read sees one snapshot of the file: what was committed when it began.

use super::fault::Fault;
use super::statement::run;
use crate::contract::ReadError;
use rusqlite::Connection;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use tokio::sync::Semaphore;

/// Connections for reads of a few rows.
pub(super) const POINT_READERS: usize = 4;
/// Connections for reads of many rows; so many run at a time, the others wait.
pub(super) const SCAN_READERS: usize = 2;

/// Most rows that still are a few: what a card of the panel shows of one kind.
const FEW_ROWS: usize = 20;

/// Connections for reading.
#[derive(Debug)]
pub(super) struct Readers {
    point: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    scan: Vec<Mutex<Connection>>,
    scans: Arc<Semaphore>,
}

impl Readers {
    /// Takes [`POINT_READERS`] + [`SCAN_READERS`] connections.
    pub(super) fn new(mut connections: Vec<Connection>) -> Self {
        let scan = connections.split_off(POINT_READERS.min(connections.len()));
        let scans = Arc::new(Semaphore::new(scan.len()));
        let shared = |connections: Vec<Connection>| connections.into_iter().map(Mutex::new).collect();
        Readers { point: shared(connections), next: AtomicUsize::new(0), scan: shared(scan), scans }
    }

    /// Reads a few rows, right here on the caller's thread, though it may be an async worker: that takes
    /// microseconds, and handing it to another thread and back takes longer. Nobody holds one of these
    /// connections for longer than that, so waiting for one is as short.
    pub(super) fn point<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, ReadError> {
        let first = self.next.fetch_add(1, Relaxed);
        snapshot(&free(&self.point, first), read).map_err(ReadError::from)
    }

    /// Reads a page that an index leads to: right here where it has few rows, else as [`scan`](Self::scan) does.
    pub(super) async fn page<T: Send + 'static>(
        self: &Arc<Self>,
        rows: usize,
        read: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, ReadError> {
        if rows <= FEW_ROWS { self.point(read) } else { self.scan(read).await }
    }

    /// Reads as many rows as it takes, on a thread that may block: pages, searches and the like take
    /// milliseconds when the rows must come from disk, and would hold up everything else on a worker.
    pub(super) async fn scan<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, ReadError> {
        let unavailable = |what: &str| ReadError::Unavailable(what.to_owned());
        let permit = Arc::clone(&self.scans).acquire_owned().await.map_err(|_| unavailable("closed"))?;
        let readers = Arc::clone(self);
        let reading = tokio::task::spawn_blocking(move || {
            // Held until the read ends, also when nobody waits for it any more.
            let _permit = permit;
            snapshot(&free(&readers.scan, 0), read)
        });
        reading.await.map_err(|_| unavailable("the read ended early"))?.map_err(ReadError::from)
    }
}

/// A connection nobody uses, or the one at `first` when it is free.
fn free(connections: &[Mutex<Connection>], first: usize) -> MutexGuard<'_, Connection> {
    let from_first = (0..connections.len()).map(|step| &connections[(first + step) % connections.len()]);
    for connection in from_first {
        match connection.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
    }
    connections[first % connections.len()].lock().unwrap_or_else(PoisonError::into_inner)
}

/// One transaction around a read, so that its statements see the same rows.
fn snapshot<T>(conn: &Connection, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
    if !conn.is_autocommit() {
        // A read before this one panicked half-way.
        run(conn, "ROLLBACK", [])?;
    }
    run(conn, "BEGIN", [])?;
    let answer = read(conn);
    run(conn, "COMMIT", [])?;
    answer
}
