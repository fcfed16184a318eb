//! A whole copy of a database, also of one that a server is writing: what backup and restore are made of. Names of
//! files, and which of them is in use, are the caller's.

use super::migrations::{LATEST, version};
use super::options::OpenError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages that are copied in one go, 4 MiB; between two the progress is told, and whoever tells it may stop.
const PAGES_A_STEP: i32 = 1_024;
/// How long a copy waits for a server that starts or stops at that moment.
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// Nobody else reads a copy: it holds customers' data.
const PRIVATE: u32 = 0o600;
/// Most faults of a damaged file that are told.
const MAX_FAULTS: usize = 5;

/// Why there is no copy. What was begun of it is taken away again.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The original is not there, not ours or of a newer program.
    #[error("{}: {source}", path.display())]
    Original {
        /// The original.
        path: PathBuf,
        /// What is wrong with it.
        source: OpenError,
    },
    /// What was copied is damaged: the original is.
    #[error("{} is damaged: {}", path.display(), faults.join("; "))]
    Damaged {
        /// The original.
        path: PathBuf,
        /// What SQLite's own check says.
        faults: Vec<String>,
    },
    /// The copy cannot be made.
    #[error("{}: {reason}", path.display())]
    Copy {
        /// The copy.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Bytes of the copy.
    pub bytes: u64,
    /// Version of its schema.
    pub version: usize,
}

/// Copies the database `from` into the new file `to`: one state of it, with everything that was acknowledged before
/// this began. A server that writes meanwhile is held up by nothing; its log grows until this ends. `progress` is told
/// how many of how many pages are copied. When this answers, the copy has passed SQLite's check of the whole file and
/// is on disk. Blocks.
///
/// # Errors
/// See [`CopyError`]; a file that is at `to` already is one.
pub fn copy_database(
    from: &Path,
    to: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Copied, CopyError> {
    let at_copy = |reason: String| CopyError::Copy { path: to.to_owned(), reason };
    // Made before SQLite opens it, so that it is never readable by others.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(to)
        .map_err(|error| at_copy(error.to_string()))?;
    let copied = fill(from, to, progress);
    if copied.is_err() {
        // What went wrong is what is told; a copy that cannot be taken away either has a name that says what it is.
        let _ = std::fs::remove_file(to);
    }
    copied
}

/// Moves what is only in the log of a database into its file, which is then all there is of it. Nobody else may have it
/// open. Blocks.
///
/// # Errors
/// The file is not a database of ours, or cannot be read or written.
pub fn settle_log(path: &Path) -> Result<(), OpenError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    version(&conn)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Makes sure that a file's name in its folder is on disk.
///
/// # Errors
/// The folder cannot be opened or synced.
pub fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn fill(from: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Copied, CopyError> {
    let at_copy = |reason: String| CopyError::Copy { path: to.to_owned(), reason };
    // What is wrong with the copied pages was wrong with the original.
    let failed = |error: rusqlite::Error| match OpenError::from(error) {
        OpenError::Unavailable(reason) => at_copy(reason),
        source => CopyError::Original { path: from.to_owned(), source },
    };
    let original = original(from)?;
    let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
    // Whether it is on disk matters once, at the end.
    pragma(&copy, "synchronous", "off").map_err(failed)?;
    steps(&original, &mut copy, progress).map_err(at_copy)?;
    drop(original);
    // One file, without a log beside it.
    pragma(&copy, "journal_mode", "delete").map_err(failed)?;
    let version = version(&copy).map_err(|source| CopyError::Original { path: from.to_owned(), source })?;
    let faults = faults(&copy).map_err(failed)?;
    if !faults.is_empty() {
        return Err(CopyError::Damaged { path: from.to_owned(), faults });
    }
    drop(copy);
    let file = File::open(to).and_then(|file| file.sync_all().map(|()| file));
    let bytes = file.and_then(|file| file.metadata()).map_err(|error| at_copy(error.to_string()))?.len();
    Ok(Copied { bytes, version })
}

/// Opens the original, which must be ours and not of a newer program, and stays at the state it is in now.
fn original(path: &Path) -> Result<Connection, CopyError> {
    let refused = |source| CopyError::Original { path: path.to_owned(), source };
    let open = || -> Result<Connection, OpenError> {
        // Not read-only: SQLite may have to make the index of the log anew, where nobody has the file open.
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.busy_timeout(BUSY_WAIT)?;
        conn.execute_batch("PRAGMA query_only = on; BEGIN")?;
        match version(&conn)? {
            0 => Err(OpenError::NotOurs),
            found if found > LATEST => Err(OpenError::Newer { found, known: LATEST }),
            _ => Ok(conn),
        }
    };
    open().map_err(refused)
}

/// The state that the original's transaction sees, page by page. Without that transaction every write of the server
/// would have SQLite begin again.
fn steps(
    original: &Connection,
    copy: &mut Connection,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), String> {
    let failed = |error: rusqlite::Error| error.to_string();
    let backup = Backup::new(original, copy).map_err(failed)?;
    loop {
        let step = backup.step(PAGES_A_STEP).map_err(failed)?;
        let all = backup.progress();
        let pages = |count: i32| u64::try_from(count).unwrap_or_default();
        progress(pages(all.pagecount - all.remaining), pages(all.pagecount));
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // The copy is ours alone, and the original is read under its own transaction.
            _ => return Err("somebody else holds it".to_owned()),
        }
    }
}

/// What SQLite's check of the whole file says; nothing where it is sound.
fn faults(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = conn.prepare(&format!("PRAGMA integrity_check({MAX_FAULTS})"))?;
    let mut said = check.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    said.retain(|line| line != "ok");
    let mut keys = conn.prepare("PRAGMA foreign_key_check")?;
    let mut orphans = keys.query([])?;
    while let Some(row) = orphans.next()? {
        if said.len() >= MAX_FAULTS {
            break;
        }
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        said.push(format!("a row of {table} belongs to one of {parent} that is not there"));
    }
    Ok(said)
}

fn pragma(conn: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    conn.pragma_update_and_check(None, name, value, |_| Ok(())).or_else(|error| match error {
        // Some answer with a row and some do not.
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        error => Err(error),
    })
}
