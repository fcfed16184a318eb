//! Durable state: one trait, a memory and an SQLite implementation. Rules are not here: a store checks
//! the preconditions a Commit names and writes what it says.

mod answers;
mod bulks;
mod completeness;
mod contract;
mod crm;
mod crm_ledger;
mod errors;
mod follow_ups;
mod history;
mod imports;
mod inbox;
mod listing;
mod memory;
mod messages;
mod notices;
mod phone_index;
mod sqlite;

mod reports;
mod saved_reports;
mod search;
mod snapshot;
mod views;
mod whole;

pub use answers::{
    ActivityListPage, ActivityPage, ActivityRow, AgentNames, AuditPage, Census, FloorRows, LateOwner,
    MessageCount, MessagePage, SourceProgress, WaitingSince, WrapupPage, WrapupTally,
};
pub use bulks::BulkRecords;
pub use completeness::{CallBrief, CompletenessRecords, MAX_DEAF_SPANS, MayBe, MissingCount};
pub use contract::{MAX_FLOOR_ROWS, MAX_PAGE, MAX_RING_GROUPS_NAMED, SHARED_NUMBER_SCAN, Store};
pub use crm::{CrmRecords, OutboxPage, OutboxTally};
pub use crm_ledger::{CrmCount, CrmLedgerRecords, CrmStanding};
pub use errors::{CommitError, Inconsistency, ReadError};
pub use follow_ups::{FollowUpFilter, FollowUpPage, FollowUpRecords};
pub use history::{History, HistorySlice, MAX_HISTORY_SLICE, MAX_REPLACED_TOLD};
pub use imports::{ImportRecords, StoredImport};
pub use listing::{ActivityFilter, Carried, Within};
pub use memory::MemoryStore;
pub use messages::{MessageFilter, MessageStates};
pub use notices::{DeliveryPage, DeliveryTally, NoticeRecords};
pub use reports::{FactSlice, MAX_FACTS, ReportName, ReportNames, ReportRecords, RollupStanding};
pub use saved_reports::SavedReportRecords;
pub use search::note_query;
pub use snapshot::Snapshot;
pub use sqlite::{
    CHECKPOINT_PAGES, Copied, CopyError, Durability, OpenError, OpenOptions, SqliteStore, StoreStats,
    copy_database, settle_log, sync_folder_of,
};
pub use views::{SeenViews, ViewRecords};
pub use whole::{AgentSpell, WholePage, WholeTables};
