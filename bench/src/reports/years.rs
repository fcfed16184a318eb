//! Three years of calls, written faster than any server could take them: a week goes through Commits, and all others are
//! copies of its rows, moved by so many weeks. What reports see is left for the server to count.

use super::week;
use crate::process::{DATABASE, TENANT};
use crate::{Outcome, agents, progress};
use domain::account::Role;
use domain::commit::Commit;
use domain::disposition::LoggedCode;
use rusqlite::Connection;
use std::path::Path;
use store::{OpenOptions, SqliteStore, Store};

pub(super) const WEEKS: usize = 156;
const CALLS_PER_COMMIT: usize = 200;
/// Keys of the first week begin with less.
const KEYS_FROM: usize = 1_000;
const WEEK_US: i64 = 7 * 86_400_000_000;
/// Tables of a call, each with the column of its call's row, in the order in which they refer to one another, and which of
/// their columns are of what.
const TABLES: [Table; 4] = [
    Table { name: "call", of_call: "id", own_id: None, keyed: true },
    Table { name: "engagement", of_call: "call_id", own_id: Some("id"), keyed: true },
    Table { name: "wrapup", of_call: "call_id", own_id: Some("id"), keyed: true },
    Table { name: "activity", of_call: "call_id", own_id: None, keyed: false },
];
/// Columns that are moments.
const MOMENTS: [&str; 10] = [
    "began_at",
    "started_at",
    "answered_at",
    "ended_at",
    "waiting_since",
    "offered_at",
    "opened_at",
    "closed_at",
    "released_at",
    "logged_at",
];

struct Table {
    name: &'static str,
    of_call: &'static str,
    own_id: Option<&'static str>,
    keyed: bool,
}

/// So many calls, rounded up to the same number each week.
pub(super) fn rounded(calls: usize) -> usize {
    calls.div_ceil(WEEKS) * WEEKS
}

/// Writes the database of a centre with so many calls, [`rounded`].
pub(super) async fn write(dir: &Path, calls: usize) -> Outcome {
    let path = dir.join(DATABASE);
    let of_week = calls.div_ceil(WEEKS);
    first_week(&path, of_week).await?;
    let mut file = Connection::open(&path)?;
    file.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;")?;
    for n in 1..WEEKS {
        let moved = file.transaction()?;
        for table in &TABLES {
            copy(&moved, table, n, of_week)?;
        }
        moved.commit()?;
        if n.is_multiple_of(26) {
            progress(format!("{} calls", (n + 1) * of_week));
        }
    }
    index_words(&file, of_week)?;
    to_be_counted(&file)
}

/// Whoever asks may sign in, also where an earlier run did so: what they sign in with is taken once.
pub(super) async fn let_in(dir: &Path) -> Outcome {
    let store = SqliteStore::open(&dir.join(DATABASE), &OpenOptions::default())?;
    let tenant = store.tenant(TENANT).await?;
    agents::write(&store, tenant, &[week::agent(0)], Role::Admin).await?;
    store.close().await;
    Ok(())
}

async fn first_week(path: &Path, calls: usize) -> Outcome {
    let store = SqliteStore::open(path, &OpenOptions::default())?;
    let tenant = store.tenant(TENANT).await?;
    store.commit(Commit::of(tenant, crate::wrapups::codes())).await?;
    let keys: Vec<_> = (0..week::AGENTS).map(week::agent).collect();
    agents::write(&store, tenant, &keys, Role::Admin).await?;
    let codes: Vec<LoggedCode> = week::codes();
    let calls: Vec<_> = week::beginnings(calls).into_iter().enumerate().collect();
    for part in calls.chunks(CALLS_PER_COMMIT) {
        let changes = part.iter().flat_map(|(nth, began)| week::call(*nth, *began, &codes)).collect();
        store.commit(Commit::of(tenant, changes)).await?;
    }
    store.close().await;
    Ok(())
}

/// A copy of the rows of the first week, which are those of the first calls.
fn copy(file: &Connection, table: &Table, week: usize, of_week: usize) -> Outcome {
    let mut columns = file.prepare(&format!("SELECT name FROM pragma_table_info('{}')", table.name))?;
    let columns: Vec<String> = columns.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let moved = columns.iter().map(|column| match column.as_str() {
        own if Some(own) == table.own_id => "NULL".to_owned(),
        of if of == table.of_call => format!("{of} + {}", week * of_week),
        "key" if table.keyed => format!("unhex(printf('%08x', {}) || substr(hex(key), 9))", KEYS_FROM + week),
        "fact_at" => "NULL".to_owned(),
        at if MOMENTS.contains(&at) => format!("{at} + {}", week as i64 * WEEK_US),
        as_it_is => as_it_is.to_owned(),
    });
    let (into, from) = (columns.join(", "), moved.collect::<Vec<_>>().join(", "));
    let (name, of_call) = (table.name, table.of_call);
    file.execute_batch(&format!(
        "INSERT INTO {name} ({into}) SELECT {from} FROM {name} WHERE {of_call} <= {of_week} ORDER BY {of_call}"
    ))?;
    Ok(())
}

/// Notes are found by their words: those of each copy are those of the first week.
fn index_words(file: &Connection, of_week: usize) -> Outcome {
    file.execute_batch(&format!(
        "WITH RECURSIVE week (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM week WHERE n < {})
         INSERT INTO activity_word (tenant_id, word, call_id)
         SELECT w.tenant_id, w.word, w.call_id + n * {of_week} FROM (SELECT DISTINCT tenant_id, word FROM activity_word) d
         CROSS JOIN week CROSS JOIN activity_word w ON w.tenant_id = d.tenant_id AND w.word = d.word AND w.call_id <= {of_week}
         WHERE true ON CONFLICT DO NOTHING",
        WEEKS - 1
    ))?;
    Ok(())
}

/// Nothing is counted yet, as in a database of a release that did not count.
fn to_be_counted(file: &Connection) -> Outcome {
    file.execute_batch(
        "DELETE FROM report_rollup; DELETE FROM report_basis; DELETE FROM report_fact; DELETE FROM report_day_facts;
         UPDATE activity SET fact_at = NULL WHERE fact_at IS NOT NULL;
         INSERT INTO report_fill (tenant_id, call_id) SELECT id, 0 FROM tenant WHERE true ON CONFLICT DO NOTHING;
         PRAGMA wal_checkpoint(TRUNCATE);",
    )?;
    Ok(())
}
