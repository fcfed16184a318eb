//! Durable state: one trait, a memory and an SQLite implementation. Rules are not here: a store checks
//! the preconditions a Commit names and writes what it says.

mod contract;
mod inbox;
mod memory;
mod phone_index;
mod sqlite;

mod search;
mod snapshot;

pub use contract::{
    ActivityPage, ActivityRow, AgentNames, AuditPage, Census, CommitError, Inconsistency, MAX_PAGE,
    ReadError, SHARED_NUMBER_SCAN, SourceProgress, Store, WrapupPage,
};
pub use memory::MemoryStore;
pub use snapshot::Snapshot;
pub use sqlite::{
    Copied, CopyError, Durability, OpenError, OpenOptions, SqliteStore, StoreStats, copy_database,
    settle_log, sync_folder_of,
};
