//! The same questions without rollups: a plain GROUP BY in SQLite, over calls with their Activities and over the narrow rows
//! that reports read, in this process; and those rows as a file, for whoever counts them elsewhere.

use crate::Outcome;
use crate::report::Times;
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;
use uuid::Uuid;

const TIMES: usize = 3;
/// The last year, as the questions to the server have it, in UTC.
const YEAR: &str = "started_at >= 1735689600000000 AND started_at < 1766188800000000";
const COLUMNS: &str = "started_at, kind, col, agent, ring_group, wait_ms, talk_ms, hold_ms, acw_ms";

fn open(path: &Path) -> Outcome<Connection> {
    let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    file.execute_batch("PRAGMA cache_size = -200000")?;
    Ok(file)
}

/// The code that most calls have.
pub(super) fn most_used_code(path: &Path) -> Outcome<String> {
    let file = open(path)?;
    let code: Vec<u8> = file.query_row(
        "SELECT code_id FROM (SELECT code_id FROM activity WHERE code_id IS NOT NULL LIMIT 10000) \
         GROUP BY code_id ORDER BY COUNT(*) DESC LIMIT 1",
        [],
        |row| row.get(0),
    )?;
    Ok(Uuid::from_slice(&code)?.to_string())
}

/// Counts and sums of a year by day, ring group and code; no percentiles, which SQLite does not have.
pub(super) fn group_by(path: &Path) -> Outcome<Vec<(&'static str, Times)>> {
    let file = open(path)?;
    let of_rows = format!(
        "SELECT c.started_at / 86400000000 AS day, c.ring_group, a.outcome, a.code_id, COUNT(*), SUM(c.talk_ms) \
         FROM call c JOIN activity a ON a.call_id = c.id WHERE c.tenant_id = 1 AND c.{} GROUP BY 1, 2, 3, 4",
        YEAR.replace("started_at <", "c.started_at <")
    );
    let of_facts = format!(
        "SELECT started_at / 86400000000 AS day, ring_group, col, COUNT(*), SUM(talk_ms), SUM(wait_ms), SUM(acw_ms) \
         FROM report_fact WHERE tenant_id = 1 AND {YEAR} GROUP BY 1, 2, 3"
    );
    let all_facts =
        "SELECT agent, col, COUNT(*), SUM(talk_ms) FROM report_fact WHERE tenant_id = 1 GROUP BY 1, 2";
    [
        ("plain GROUP BY of a year's calls by day, ring group, code", of_rows.as_str()),
        ("GROUP BY of a year's narrow rows by day, ring group, code", of_facts.as_str()),
        ("GROUP BY of three years' narrow rows by agent, code", all_facts),
    ]
    .into_iter()
    .map(|(what, sql)| Ok((what, timed(&file, sql)?)))
    .collect()
}

fn timed(file: &Connection, sql: &str) -> Outcome<Times> {
    let mut times = Times::default();
    for _ in 0..TIMES {
        let began = Instant::now();
        let mut groups = file.prepare(sql)?;
        let mut rows = groups.query([])?;
        while rows.next()?.is_some() {}
        times.push(began.elapsed());
    }
    Ok(times)
}

/// What reports read of each call, as comma-separated values.
pub(super) fn export(path: &Path, to: &Path) -> Outcome {
    let file = open(path)?;
    let mut lines = BufWriter::new(File::create(to)?);
    writeln!(lines, "{}", COLUMNS.replace(' ', ""))?;
    let mut facts =
        file.prepare(&format!("SELECT {COLUMNS} FROM report_fact ORDER BY tenant_id, started_at, call_id"))?;
    let mut rows = facts.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..COLUMNS.split(',').count() {
            let value: Option<i64> = row.get(column)?;
            let end = if column + 1 == COLUMNS.split(',').count() { "\n" } else { "," };
            write!(lines, "{}{end}", value.map(|value| value.to_string()).unwrap_or_default())?;
        }
    }
    lines.flush()?;
    Ok(())
}
