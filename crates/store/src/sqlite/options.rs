//! How an SQLite file is opened, and why it may not be.

use std::time::Duration;

/// Pages of log after which it is moved into the file, unless told otherwise. 16 MiB: each page that changed often
/// within them is moved once.
pub const CHECKPOINT_PAGES: u32 = 4_000;

/// What a commit waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The disk has it. What is acknowledged survives a power cut.
    #[default]
    Full,
    /// Nothing. Only there so that a crash test can prove that it would notice: what is acknowledged may
    /// be lost, and the file with it.
    Off,
}

/// How to open a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// What a commit waits for.
    pub durability: Durability,
    /// How long to wait for another program that holds the file before a commit is
    /// [`Unavailable`](crate::CommitError::Unavailable).
    pub busy_wait: Duration,
    /// How many pages the log may grow to before it is moved into the file beside the writer; where it is never found
    /// at rest, a commit moves it at four times as many. At least 1.
    pub checkpoint_pages: u32,
    /// Most bytes that the file may grow to, rounded down to pages; a commit that needs more is
    /// [`Unavailable`](crate::CommitError::Unavailable). `None` leaves it to the disk.
    pub max_bytes: Option<u64>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        OpenOptions {
            durability: Durability::Full,
            busy_wait: Duration::from_secs(2),
            checkpoint_pages: CHECKPOINT_PAGES,
            max_bytes: None,
        }
    }
}

/// Why a file could not be opened.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// SQLite could not open, read or write it.
    #[error("the database cannot be opened: {0}")]
    Unavailable(String),
    /// A newer program wrote it. It was not touched.
    #[error(
        "the database has version {found} and this program knows up to {known}: a newer Bitácora has written \
         it; start that one, or restore the copy made before it"
    )]
    Newer {
        /// Version of the file.
        found: usize,
        /// Latest version this program knows.
        known: usize,
    },
    /// It is a database of something else. It was not touched.
    #[error("the file is not a database of Bitácora")]
    NotOurs,
    /// SQLite cannot make sense of it.
    #[error("the database is damaged ({0}): restore a backup")]
    Damaged(String),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => OpenError::NotOurs,
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => OpenError::Damaged(error.to_string()),
            _ => OpenError::Unavailable(error.to_string()),
        }
    }
}
