//! The reading connections. Each read sees one snapshot of the file: what was committed when it began.

use super::connection::{Sight, open_reader};
use super::fault::Fault;
use super::options::{OpenError, OpenOptions};
use super::statement::run;
use crate::errors::ReadError;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use tokio::sync::Semaphore;

/// Connections for reads of a few rows that are kept open. Where more moments are held at a time, more are opened:
/// waiting for one would never end if whoever holds it waits for another.
pub(super) const POINT_READERS: usize = 4;
/// Connections for look-ups of numbers that are kept open; more are opened as with [`POINT_READERS`].
pub(super) const LOOKUP_READERS: usize = 2;
/// Connections for reads of many rows; so many run at a time, the others wait.
pub(super) const SCAN_READERS: usize = 2;

/// Most rows that still are a few: what a card of the panel shows of one kind.
const FEW_ROWS: usize = 20;

/// Connections of one kind that nobody holds, the last used last: its caches are the warmest.
#[derive(Debug)]
struct Idle {
    connections: Mutex<Vec<Connection>>,
    sight: Sight,
    kept: usize,
}

/// Connections for reading.
#[derive(Debug)]
pub(super) struct Readers {
    points: Idle,
    lookups: Idle,
    path: PathBuf,
    options: OpenOptions,
    scan: Vec<Mutex<Connection>>,
    scans: Arc<Semaphore>,
}

/// A connection within a transaction, until it is let go: all that is read with it is of one moment.
pub(super) struct Lease {
    conn: Option<Connection>,
    home: Arc<Readers>,
    of: fn(&Readers) -> &Idle,
}

impl Lease {
    /// Reads.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, ReadError> {
        let conn = self.conn.as_ref().ok_or_else(|| unavailable("the connection was given back"))?;
        Ok(read(conn)?)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // One whose transaction does not end is closed with it.
        let ended = self.conn.take().filter(|conn| run(conn, "COMMIT", []).is_ok());
        let home = (self.of)(&self.home);
        let mut idle = home.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = ended.filter(|_| idle.len() < home.kept);
        idle.extend(kept);
    }
}

impl Readers {
    /// Opens [`POINT_READERS`] + [`LOOKUP_READERS`] + [`SCAN_READERS`] connections.
    pub(super) fn new(path: &Path, options: &OpenOptions) -> Result<Self, OpenError> {
        let some = |count: usize, sight: Sight| {
            (0..count).map(|_| open_reader(path, options, sight)).collect::<Result<Vec<_>, _>>()
        };
        let idle = |kept: usize, sight: Sight| {
            some(kept, sight).map(|all| Idle { connections: Mutex::new(all), sight, kept })
        };
        let scan: Vec<_> = some(SCAN_READERS, Sight::Mapping)?.into_iter().map(Mutex::new).collect();
        let scans = Arc::new(Semaphore::new(scan.len()));
        let (points, lookups) = (idle(POINT_READERS, Sight::Pages)?, idle(LOOKUP_READERS, Sight::Mapping)?);
        Ok(Readers { points, lookups, path: path.to_owned(), options: options.clone(), scan, scans })
    }

    /// A moment to read from.
    pub(super) fn lease(self: &Arc<Self>) -> Result<Lease, ReadError> {
        self.lease_of(|readers| &readers.points)
    }

    /// A moment to look one number up, and nothing else.
    pub(super) fn lookup_lease(self: &Arc<Self>) -> Result<Lease, ReadError> {
        self.lease_of(|readers| &readers.lookups)
    }

    fn lease_of(self: &Arc<Self>, of: fn(&Readers) -> &Idle) -> Result<Lease, ReadError> {
        let home = of(self);
        let idle = home.connections.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => open_reader(&self.path, &self.options, home.sight)
                .map_err(|error| unavailable(&error.to_string()))?,
        };
        run(&conn, "BEGIN", [])?;
        Ok(Lease { conn: Some(conn), home: Arc::clone(self), of })
    }

    /// Reads a few rows, right here on the caller's thread, though it may be an async worker: that takes
    /// microseconds, and handing it to another thread and back takes longer.
    pub(super) fn point<T>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, ReadError> {
        self.lease()?.read(read)
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
        let permit = Arc::clone(&self.scans).acquire_owned().await.map_err(|_| unavailable("closed"))?;
        let readers = Arc::clone(self);
        let reading = tokio::task::spawn_blocking(move || {
            // Held until the read ends, also when nobody waits for it any more.
            let _permit = permit;
            snapshot(&free(&readers.scan), read)
        });
        reading.await.map_err(|_| unavailable("the read ended early"))?.map_err(ReadError::from)
    }
}

/// A connection nobody uses: a permit says that there is one.
fn free(connections: &[Mutex<Connection>]) -> MutexGuard<'_, Connection> {
    for connection in connections {
        match connection.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
    }
    connections[0].lock().unwrap_or_else(PoisonError::into_inner)
}

fn unavailable(what: &str) -> ReadError {
    ReadError::Unavailable(what.to_owned())
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
