//! Whether a ring group called somebody during After Call Work (P12): the phone system's own account of its offers
//! beside the wrap-ups that were stored.

use domain::id::At;
use rusqlite::Connection;
use std::path::Path;

/// By how much the phone system's clock and the server's may differ, in microseconds: one goes by the machine's time
/// of day, which is corrected now and then, the other counts from its start.
const CLOCKS_DIFFER_US: i64 = 5_000;
/// Whom an agent talks to while nobody is connected is not known, so nobody could pause them for it.
const OWED: &str = "SELECT count(*) FROM wrapup w JOIN call c ON c.id = w.call_id WHERE w.agent = ?1 AND NOT c.inferred \
    AND w.opened_at < ?2 AND coalesce(w.closed_at, 9223372036854775807) > ?2 + ?3";

/// Those of the offers, as agent and moment, that came between the end of a call of the agent and its Log.
///
/// # Errors
/// The database of a server, at `database`, cannot be read.
pub fn offered_during_acw(
    database: &Path,
    offers: impl IntoIterator<Item = (String, At)>,
) -> rusqlite::Result<Vec<(String, At)>> {
    let file = Connection::open(database)?;
    let mut owed = file.prepare(OWED)?;
    let mut during = Vec::new();
    for (agent, at) in offers {
        let count: i64 = owed.query_row((&agent, at.0, CLOCKS_DIFFER_US), |row| row.get(0))?;
        if count > 0 {
            during.push((agent, at));
        }
    }
    Ok(during)
}
