//! The schema and its numbered steps. A step once released is never edited: the next one is added.

use super::options::OpenError;
use rusqlite::{Connection, TransactionBehavior};

/// Marks a file as one of ours ("Bita" in ASCII).
const APPLICATION_ID: i64 = 0x4269_7461;

/// The steps, the first making version 1 of an empty file.
const STEPS: &[&str] = &[include_str!("../../migrations/0001_calls_people_and_frames.sql")];

/// The version this program reads and writes.
pub(super) const LATEST: usize = STEPS.len();

/// Brings the file up to version `to`, each step in a transaction of its own.
pub(super) fn migrate(conn: &mut Connection, to: usize) -> Result<(), OpenError> {
    loop {
        // Immediate: of two programs that open the same old file, one migrates and the other then sees it.
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&tx)?;
        if found > LATEST {
            return Err(OpenError::Newer { found, known: LATEST });
        }
        let Some(step) = STEPS.get(found).filter(|_| found < to) else { return Ok(()) };
        tx.execute_batch(step)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", found as i64 + 1)?;
        tx.commit()?;
    }
}

/// The version of the file; 0 for an empty one.
fn version(conn: &Connection) -> Result<usize, OpenError> {
    let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = conn.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match usize::try_from(version) {
        Ok(version) if application == APPLICATION_ID => Ok(version),
        Ok(0) if application == 0 && tables == 0 => Ok(0),
        _ => Err(OpenError::NotOurs),
    }
}
