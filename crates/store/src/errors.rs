//! Why a Commit was not written, and why something could not be read. What of it an answer says is the server's.

/// Why a Commit was not written. Nothing of it was.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CommitError {
    /// What the decision rested on no longer holds; decide again on what is there now.
    #[error("precondition {index} of the commit no longer holds")]
    Refused {
        /// Which of `Commit::preconditions`.
        index: usize,
    },
    /// The store cannot write now (disk full, locked, shutting down). Trying again later may work.
    #[error("the store cannot write: {0}")]
    Unavailable(String),
    /// The store holds something it should not.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistency),
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// The store cannot read now.
    #[error("the store cannot read: {0}")]
    Unavailable(String),
    /// The text that says where a page begins is none that this store gave out.
    #[error("the place to go on from is not one that was given out")]
    BadCursor,
    /// The store holds something it should not.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistency),
}

/// A stored value that cannot be what it should be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{table}.{column} of row {row} is inconsistent: {reason}")]
pub struct Inconsistency {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row, as its key reads.
    pub row: String,
    /// What is wrong.
    pub reason: String,
}

/// An inconsistency of the row that `row` names.
pub(crate) fn inconsistent(
    table: &'static str,
    column: &'static str,
    row: &dyn std::fmt::Display,
    reason: &str,
) -> Inconsistency {
    Inconsistency { table, column, row: row.to_string(), reason: reason.to_owned() }
}
