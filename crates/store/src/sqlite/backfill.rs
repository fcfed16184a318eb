//! What a step of the schema puts into the rows that are there already, where SQL cannot say it. Runs in the step's own
//! transaction: a start that is cut short begins the step again.

use super::listing::reversed;
use super::options::OpenError;
use crate::listing::number_digits;
use crate::search::note_words;
use rusqlite::{Connection, params};

const NUMBERS: &str = "SELECT id, CASE direction WHEN 'inbound' THEN from_number WHEN 'outbound' THEN to_number END \
    FROM call WHERE id > ?1 ORDER BY id LIMIT ?2";
const SET_NUMBER: &str = "UPDATE call SET other_end = ?2 WHERE id = ?1";
const NOTES: &str = "SELECT call_id, tenant_id, notes FROM activity WHERE call_id > ?1 AND notes IS NOT NULL \
    ORDER BY call_id LIMIT ?2";
const ADD_WORD: &str = "INSERT INTO activity_word (tenant_id, word, call_id) VALUES (?1, ?2, ?3)";

/// How many rows are held in memory at a time.
const ROWS: i64 = 10_000;

/// Step 4: the numbers of calls and the words of notes.
pub(super) fn numbers_and_notes(conn: &Connection) -> Result<(), OpenError> {
    numbers(conn)?;
    notes(conn)
}

fn numbers(conn: &Connection) -> Result<(), OpenError> {
    let (mut read, mut set) = (conn.prepare(NUMBERS)?, conn.prepare(SET_NUMBER)?);
    let mut last = i64::MIN;
    loop {
        let rows: Vec<(i64, Option<String>)> = read
            .query_map(params![last, ROWS], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let Some((id, _)) = rows.last() else { return Ok(()) };
        last = *id;
        for (id, number) in &rows {
            if let Some(digits) = number_digits(number.as_deref()) {
                set.execute(params![id, reversed(&digits)])?;
            }
        }
    }
}

fn notes(conn: &Connection) -> Result<(), OpenError> {
    let (mut read, mut add) = (conn.prepare(NOTES)?, conn.prepare(ADD_WORD)?);
    let mut last = i64::MIN;
    loop {
        let rows: Vec<(i64, i64, String)> = read
            .query_map(params![last, ROWS], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        let Some((id, ..)) = rows.last() else { return Ok(()) };
        last = *id;
        for (id, tenant, notes) in &rows {
            for word in note_words(Some(notes)) {
                add.execute(params![tenant, word, id])?;
            }
        }
    }
}
