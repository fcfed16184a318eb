//! What lies in the database, as lines that a test can say: each call, and under it the part of each agent.

use rusqlite::{Connection, Row};
use std::path::Path;

const CALLS: &str = "SELECT id, coalesce(kind, state), coalesce(from_number, '?'), coalesce(to_number, '?'), did, \
    ring_group, talk_ms > 0, hold_ms > 0, hung_up_by, no_activity, inferred FROM call ORDER BY started_at, id";
const PARTS: &str = "SELECT e.agent, e.via, coalesce(e.result, 'rings'), e.answered_at IS NOT NULL, e.ended_at IS NULL, \
    e.hold_ms > 0, w.state FROM engagement e LEFT JOIN wrapup w ON w.key = e.key AND w.tenant_id = e.tenant_id \
    WHERE e.call_id = ?1 ORDER BY e.position";
const CENSUS: &str = "SELECT coalesce(sum(state = 'live'), 0), coalesce(sum(state = 'ended'), 0) FROM call";

fn open(database: &Path) -> Connection {
    Connection::open(database).expect("the database")
}

/// How many calls live, and how many are over.
pub(crate) fn census(database: &Path) -> (u32, u32) {
    let counts = open(database).query_row(CENSUS, [], |row| Ok((row.get(0)?, row.get(1)?)));
    counts.expect("a census")
}

/// A number that a query answers.
pub(crate) fn count(database: &Path, query: &str) -> u32 {
    open(database).query_row(query, [], |row| row.get(0)).expect("a count")
}

/// Every call with its parts.
pub(crate) fn calls(database: &Path) -> Vec<String> {
    let file = open(database);
    let mut lines = Vec::new();
    let mut parts = file.prepare(PARTS).expect("a query");
    let mut query = file.prepare(CALLS).expect("a query");
    let mut rows = query.query([]).expect("calls");
    while let Some(row) = rows.next().expect("a call") {
        lines.push(call(row).expect("a call"));
        let id: i64 = row.get(0).expect("an id");
        lines.extend(parts.query_map([id], part).expect("parts").map(|line| line.expect("a part")));
    }
    lines
}

fn call(row: &Row<'_>) -> rusqlite::Result<String> {
    let text = |index: usize| row.get::<_, Option<String>>(index);
    let (kind, from, to): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let mut line = format!("{kind} {from} > {to}");
    for (what, index) in [("did", 4), ("group", 5)] {
        line += &text(index)?.map_or_else(String::new, |value| format!(", {what} {value}"));
    }
    line += if row.get(6)? { ", talked" } else { "" };
    line += if row.get(7)? { ", held" } else { "" };
    line += &text(8)?.map_or_else(String::new, |who| format!(", ended by {who}"));
    line += &text(9)?.map_or_else(String::new, |why| format!(", no activity: {why}"));
    line += if row.get(10)? { ", inferred" } else { "" };
    Ok(line)
}

fn part(row: &Row<'_>) -> rusqlite::Result<String> {
    let (agent, via, result): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let mut line = format!("  {agent} {via} {result}");
    line += if row.get(3)? { ", connected" } else { "" };
    line += if row.get(4)? { ", not over" } else { "" };
    line += if row.get(5)? { ", held" } else { "" };
    let wrapup: Option<String> = row.get(6)?;
    Ok(line + &wrapup.map_or_else(String::new, |state| format!(", wrap-up {state}")))
}
