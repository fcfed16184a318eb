//! Opening connections: which settings of SQLite matter here, and why they are what they are.

use super::migrations::{LATEST, migrate};
use super::options::{Durability, OpenError, OpenOptions};
use super::readers::{POINT_READERS, SCAN_READERS};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Page cache of the writer, in KiB: its indexes' hot pages.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
/// Page cache of each reader, in KiB. Small, because readers see the file through a mapping.
const READER_CACHE_KIB: i64 = 8 * 1024;
/// Most of the file that a reader maps (SQLite's own limit). A look-up among 50 million numbers is 2 times
/// as fast through a mapping as through a cache, and the memory is the system's to take back.
const READER_MAP_BYTES: i64 = 0x7fff_0000;
/// Pages of log after which a commit moves it into the file. 16 MiB: each page that changed often within
/// them is moved once.
const CHECKPOINT_PAGES: i64 = 4_000;
/// The log shrinks back to this after it had to grow behind a long read.
const LOG_BYTES: i64 = 64 * 1024 * 1024;
/// Statements kept prepared on each connection; more than there are.
const STATEMENTS: usize = 128;
/// SQLite's default, which new files get.
const PAGE_BYTES: u64 = 4_096;

/// The writing connection and the reading ones, on a file whose schema is up to date.
pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<(Connection, Vec<Connection>), OpenError> {
    let writer = open_writer(path, options)?;
    let readers =
        (0..POINT_READERS + SCAN_READERS).map(|_| open_reader(path, options)).collect::<Result<_, _>>()?;
    Ok((writer, readers))
}

fn open_writer(path: &Path, options: &OpenOptions) -> Result<Connection, OpenError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(options.busy_wait)?;
    // What the file is must be known before anything in it is changed.
    conn.pragma_update(None, "foreign_keys", true)?;
    migrate(&mut conn, 0)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    let synchronous = match options.durability {
        Durability::Full => "full",
        Durability::Off => "off",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    conn.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    if let Some(bytes) = options.max_bytes {
        conn.pragma_update(None, "max_page_count", (bytes / PAGE_BYTES) as i64)?;
    }
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    migrate(&mut conn, LATEST)?;
    Ok(conn)
}

fn open_reader(path: &Path, options: &OpenOptions) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.busy_timeout(options.busy_wait)?;
    conn.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    conn.pragma_update(None, "mmap_size", READER_MAP_BYTES)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}
