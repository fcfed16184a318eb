//! Moving the log into the file, beside the writer: done by the commit that makes the log long, it would hold that one
//! and all behind it for the tens of milliseconds that writing thousands of pages takes. Nothing rests on when it is
//! done: until then readers find the pages in the log, and so does the next opening.

use super::connection::open_checkpointer;
use super::options::{OpenError, OpenOptions};
use rusqlite::hooks::Wal;
use rusqlite::{Connection, Result as SqliteResult};
use std::ffi::c_int;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// At so many times the pages a commit moves the log by itself: where commits come so fast that it is never found at
/// rest, it must not grow for ever.
const TOO_LONG: u32 = 4;
/// How often the log is moved anew for what was written while it was being moved. Only where a round finds all of it
/// moved does the next commit begin at the front of the log.
const ROUNDS: usize = 4;

/// What of a log is in the file: SQLite calls moving it a checkpoint.
struct Moved {
    pages: i64,
    of: i64,
}

/// The thread that moves the log. It ends when it is joined, or with the connection that it was made for.
pub(super) struct Checkpointer {
    thread: JoinHandle<()>,
}

impl Checkpointer {
    /// Begins to move the log of the file that `writer` writes.
    ///
    /// # Errors
    /// The file cannot be opened once more, or no thread can be had.
    pub(super) fn start(
        writer: &mut Connection,
        path: &Path,
        options: &OpenOptions,
    ) -> Result<Self, OpenError> {
        let conn = open_checkpointer(path, options)?;
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(&conn, &woken))
            .map_err(|error| OpenError::Unavailable(error.to_string()))?;
        let long = options.checkpoint_pages;
        writer.wal_hook(Some(move |wal: &mut Wal, pages| grown(wal, pages, long, &wake)))?;
        Ok(Checkpointer { thread })
    }

    /// Ends it, and waits for that.
    pub(super) fn stop(self, writer: &mut Connection) {
        // With the hook goes the only way to wake the thread, which ends it.
        let unhooked = writer.wal_hook(None::<fn(&mut Wal, c_int) -> SqliteResult<()>>);
        if unhooked.is_ok() {
            // One that panicked has ended as well.
            let _ = self.thread.join();
        }
    }
}

/// A commit made the log so many pages long.
fn grown(wal: &mut Wal, pages: c_int, long: u32, wake: &SyncSender<()>) -> SqliteResult<()> {
    let pages = pages.unsigned_abs();
    if pages >= long.saturating_mul(TOO_LONG) {
        // The commit is on disk whatever becomes of this; a log that cannot be moved now is moved later.
        let _ = wal.checkpoint();
    } else if pages >= long {
        // Full: it is awake, or will be.
        let _ = wake.try_send(());
    }
    Ok(())
}

fn run(conn: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        for _ in 0..ROUNDS {
            // A reader of an old moment holds it back, and a full disk: the next commit wakes this again.
            let Ok(moved) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                Ok(Moved { of: row.get(1)?, pages: row.get(2)? })
            }) else {
                break;
            };
            if moved.pages >= moved.of {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::connection::open;
    use rusqlite::params;
    use tempfile::TempDir;

    /// Longer than what the steps of the schema leave in the log, and half as much again.
    const LONG: u32 = 1_000;

    fn opened() -> (TempDir, Connection, Checkpointer) {
        let dir = TempDir::new().unwrap();
        let options = OpenOptions { checkpoint_pages: LONG, ..OpenOptions::default() };
        let path = dir.path().join("store.db");
        let (mut writer, _readers) = open(&path, &options).unwrap();
        writer.execute_batch("CREATE TABLE filling (id INTEGER PRIMARY KEY, bytes BLOB)").unwrap();
        let checkpointer = Checkpointer::start(&mut writer, &path, &options).unwrap();
        (dir, writer, checkpointer)
    }

    /// Writes so many pages, a hundred to a commit.
    fn fill(writer: &Connection, pages: u32) {
        let page = vec![7_u8; 4_000];
        for _ in 0..pages / 100 {
            writer.execute_batch("BEGIN").unwrap();
            for _ in 0..100 {
                writer.execute("INSERT INTO filling (bytes) VALUES (?1)", params![page]).unwrap();
            }
            writer.execute_batch("COMMIT").unwrap();
        }
    }

    fn bytes(dir: &TempDir, name: &str) -> u64 {
        std::fs::metadata(dir.path().join(name)).unwrap().len()
    }

    #[test]
    fn a_long_log_is_moved_into_the_file_without_the_writer() {
        let (dir, mut writer, checkpointer) = opened();
        let before = bytes(&dir, "store.db");
        fill(&writer, LONG + 200);
        // It has done what it was woken for when it ends.
        checkpointer.stop(&mut writer);
        assert!(bytes(&dir, "store.db") > before + 4_096 * u64::from(LONG) / 2);
    }

    #[test]
    fn a_short_log_is_left_alone() {
        let (dir, mut writer, checkpointer) = opened();
        let before = bytes(&dir, "store.db");
        fill(&writer, LONG / 2);
        checkpointer.stop(&mut writer);
        assert_eq!(bytes(&dir, "store.db"), before);
    }

    #[test]
    fn a_log_that_is_never_found_at_rest_is_moved_by_a_commit() {
        let (dir, mut writer, checkpointer) = opened();
        checkpointer.stop(&mut writer);
        let (wake, _asleep) = sync_channel(1);
        writer.wal_hook(Some(move |wal: &mut Wal, pages| grown(wal, pages, LONG, &wake))).unwrap();
        fill(&writer, 3 * LONG * TOO_LONG);
        // Moved whole by a commit, the next begins at its front again.
        assert!(bytes(&dir, "store.db-wal") < 4_096 * 2 * u64::from(LONG * TOO_LONG));
    }

    #[test]
    fn it_ends_with_the_writer() {
        let (_dir, writer, checkpointer) = opened();
        drop(writer);
        checkpointer.thread.join().unwrap();
    }
}
