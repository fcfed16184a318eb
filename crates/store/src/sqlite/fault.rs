//! What goes wrong inside the SQLite store, and what its callers are told of it.

use crate::errors::{CommitError, Inconsistency, ReadError};
use rusqlite::ErrorCode;

/// Why a statement, or what was made of its rows, failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// A precondition of the Commit does not hold.
    Refused(usize),
    /// SQLite said no.
    Database(rusqlite::Error),
    /// A row or a change is not what it should be.
    Bad(Inconsistency),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault::Database(error)
    }
}

impl From<Inconsistency> for Fault {
    fn from(inconsistency: Inconsistency) -> Self {
        Fault::Bad(inconsistency)
    }
}

impl From<Fault> for CommitError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(index) => CommitError::Refused { index },
            Fault::Bad(inconsistency) => CommitError::Inconsistent(inconsistency),
            // Every constraint is checked before it can be broken, so this is a row that should not be.
            Fault::Database(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                CommitError::Inconsistent(Inconsistency {
                    table: "sqlite",
                    column: "constraint",
                    row: String::new(),
                    reason: error.to_string(),
                })
            }
            Fault::Database(error) => CommitError::Unavailable(error.to_string()),
        }
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Bad(inconsistency) => ReadError::Inconsistent(inconsistency),
            Fault::Database(error) => ReadError::Unavailable(error.to_string()),
            Fault::Refused(index) => ReadError::Unavailable(format!("precondition {index} in a read")),
        }
    }
}
