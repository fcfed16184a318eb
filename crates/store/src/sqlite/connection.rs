//! Opening connections: which settings of SQLite matter here, and why they are what they are.

use super::migrations::{LATEST, migrate};
use super::options::{Durability, OpenError, OpenOptions};
use super::readers::Readers;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Page cache of the writer, in KiB: its indexes' hot pages.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
/// Page cache of each reader, in KiB. Small, because what it holds is let go of with each Commit of the writer.
const READER_CACHE_KIB: i64 = 8 * 1024;
/// Most of the file that a reader maps (SQLite's own limit), where it maps any.
const READER_MAP_BYTES: i64 = 0x7fff_0000;
/// The log shrinks back to this after it had to grow behind a long read.
const LOG_BYTES: i64 = 64 * 1024 * 1024;
/// Statements kept prepared on each connection; more than there are.
const STATEMENTS: usize = 256;
/// SQLite's default, which new files get.
const PAGE_BYTES: u64 = 4_096;

/// The writing connection and the reading ones, on a file whose schema is up to date.
pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<(Connection, Readers), OpenError> {
    Ok((open_writer(path, options)?, Readers::new(path, options)?))
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
    synchronize(&conn, options)?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    conn.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    // What a savepoint undoes would else be in a file that is made and unlinked for it: dozens a second.
    conn.pragma_update(None, "temp_store", "memory")?;
    if let Some(bytes) = options.max_bytes {
        conn.pragma_update(None, "max_page_count", (bytes / PAGE_BYTES) as i64)?;
    }
    keep_statements(&conn)?;
    migrate(&mut conn, LATEST)?;
    Ok(conn)
}

/// A connection that moves the log into the file.
pub(super) fn open_checkpointer(path: &Path, options: &OpenOptions) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // The log must be on disk before the file is changed, and the file before the log is begun anew.
    synchronize(&conn, options)?;
    Ok(conn)
}

fn synchronize(conn: &Connection, options: &OpenOptions) -> Result<(), OpenError> {
    let synchronous = match options.durability {
        Durability::Full => "full",
        Durability::Off => "off",
    };
    Ok(conn.pragma_update(None, "synchronous", synchronous)?)
}

/// How a reader sees the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Page by page, through its cache. SQLite lets go of a mapping whenever the writer has written, and what was touched of
    /// it is unmapped and faulted in again: where reads follow Commits that is most of what they cost, and the more the
    /// larger the file.
    Pages,
    /// Through a mapping. A look-up among 50 million numbers is twice as fast, and the memory is the system's to take back.
    Mapping,
}

/// A connection that cannot write.
pub(super) fn open_reader(path: &Path, options: &OpenOptions, sight: Sight) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.busy_timeout(options.busy_wait)?;
    conn.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    let mapped = if sight == Sight::Mapping { READER_MAP_BYTES } else { 0 };
    conn.pragma_update(None, "mmap_size", mapped)?;
    keep_statements(&conn)?;
    Ok(conn)
}

/// Prepares each statement once. Left to itself, SQLite prepares one again when other values are bound to
/// it and they might make another plan better; here each has one good plan, and preparing took two thirds
/// of the time of a Commit.
pub(super) fn keep_statements(conn: &Connection) -> Result<(), OpenError> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn opened(durability: Durability) -> (TempDir, Connection, Readers) {
        let dir = TempDir::new().unwrap();
        let options = OpenOptions { durability, ..OpenOptions::default() };
        let (writer, readers) = open(&dir.path().join("store.db"), &options).unwrap();
        (dir, writer, readers)
    }

    fn setting(conn: &Connection, name: &str) -> String {
        let read = |row: &rusqlite::Row<'_>| {
            row.get::<_, i64>(0).map(|number| number.to_string()).or_else(|_| row.get(0))
        };
        conn.pragma_query_value(None, name, read).unwrap()
    }

    #[test]
    fn a_commit_waits_for_the_disk_unless_told_otherwise() {
        let (_dir, writer, _) = opened(Durability::default());
        assert_eq!(
            (setting(&writer, "synchronous"), setting(&writer, "journal_mode")),
            ("2".into(), "wal".into())
        );
        let (_dir, writer, _) = opened(Durability::Off);
        assert_eq!(setting(&writer, "synchronous"), "0");
    }

    #[test]
    fn a_savepoint_makes_no_file() {
        let (_dir, writer, _) = opened(Durability::Full);
        assert_eq!(setting(&writer, "temp_store"), "2");
    }

    #[test]
    fn foreign_keys_are_enforced() {
        let (_dir, writer, _) = opened(Durability::Full);
        let orphan = writer
            .execute("INSERT INTO disposition_code VALUES (1, 1, x'01', 9, '', '', 0, 0, 0, 0, 1, '{}')", []);
        let error = orphan.unwrap_err().to_string();
        assert!(error.contains("FOREIGN KEY"), "{error}");
    }

    #[test]
    fn readers_cannot_write() {
        let (dir, _writer, _) = opened(Durability::Full);
        let reader =
            open_reader(&dir.path().join("store.db"), &OpenOptions::default(), Sight::Pages).unwrap();
        assert!(reader.execute("INSERT INTO tenant (slug) VALUES ('x')", []).is_err());
    }
}
