//! The words of notes, written behind. A Log has some twenty words, each on a page of its own of the index: written with
//! the Log they cost three times as much as all the rest of it. So a Log only notes that its words are missing. Once those of many
//! Logs are, they are written in the order of the words, a slice after each batch of Commits, and a page is written once
//! for many. Whoever looks for words looks at the Activities that are noted as well, and at the notes themselves: what
//! the index says is never the last word.

use super::fault::Fault;
use super::statement::{all, exists, first, int, run};
use super::transaction::Tx;
use crate::search::note_words;
use domain::id::TenantId;
use rusqlite::{Connection, params};

/// How many Activities are gathered before their words are written. Each is looked at by whoever looks for words.
const GATHERED: usize = 1_000;
/// Least rows of the index that are written at a time.
const LEAST_ROWS: usize = 500;
/// And so many for each change of the batch before: a Log is at least two, and what is missing must not become more.
const ROWS_A_CHANGE: usize = 20;
/// After how many batches it is looked whether enough has been gathered.
const LOOK_EVERY: usize = 16;

const PENDING: &str = "note_pending";
const NOTE: &str =
    "INSERT INTO note_pending (tenant_id, call_id, indexed) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const INDEXED: &str = "SELECT indexed FROM note_pending WHERE tenant_id = ?1 AND call_id = ?2";
const FORGET: &str = "DELETE FROM note_pending WHERE tenant_id = ?1 AND call_id = ?2";
const OF_TENANT: &str = "SELECT call_id FROM note_pending WHERE tenant_id = ?1 LIMIT ?2";
/// All of them: no tenant is less than 0, and a range is no walk of a whole table.
const ENOUGH: &str = "SELECT 1 FROM note_pending WHERE tenant_id >= 0 LIMIT 1 OFFSET ?1";
const FIRST: &str = "SELECT p.tenant_id, p.call_id, p.indexed, a.notes FROM note_pending p \
    JOIN activity a ON a.call_id = p.call_id WHERE p.tenant_id >= 0 ORDER BY p.tenant_id, p.call_id LIMIT ?1";
const ADD: &str =
    "INSERT INTO activity_word (tenant_id, word, call_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const REMOVE: &str = "DELETE FROM activity_word WHERE tenant_id = ?1 AND word = ?2 AND call_id = ?3";
/// What was gathered is what the index holds now; it may not be what the notes say any more.
const WRITTEN: &str = "DELETE FROM note_pending WHERE tenant_id = ?1 AND call_id = ?2 \
    AND EXISTS (SELECT 1 FROM activity a WHERE a.call_id = ?2 AND a.notes IS ?3)";
const CHANGED: &str = "UPDATE note_pending SET indexed = ?3 WHERE tenant_id = ?1 AND call_id = ?2";

/// The notes of an Activity are others than those it is found under, or were.
pub(super) fn changed(tx: &Tx<'_>, call_id: i64, before: Option<&str>) -> Result<(), Fault> {
    run(tx.conn, NOTE, params![tx.tenant.0, call_id, before])?;
    Ok(())
}

/// An Activity of these notes is no more.
pub(super) fn gone(tx: &Tx<'_>, call_id: i64, notes: Option<&str>) -> Result<(), Fault> {
    let key = params![tx.tenant.0, call_id];
    let pending: Option<Option<String>> = first(tx.conn, INDEXED, key, PENDING, |row| row.get("indexed"))?;
    let indexed = pending.as_ref().map_or(notes, |indexed| indexed.as_deref());
    for word in note_words(indexed) {
        run(tx.conn, REMOVE, params![tx.tenant.0, word, call_id])?;
    }
    run(tx.conn, FORGET, params![tx.tenant.0, call_id])?;
    Ok(())
}

/// Calls whose words are missing in the index, at most `limit`.
pub(super) fn pending(conn: &Connection, tenant: TenantId, limit: usize) -> Result<Vec<i64>, Fault> {
    all(conn, OF_TENANT, params![tenant.0, int(limit)], PENDING, |row| row.get("call_id"))
}

/// A row of the index that is to be there, or not to be.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    tenant: u32,
    word: String,
    call_id: i64,
    there: bool,
}

/// What an Activity's notes said when they were gathered.
struct Gathered {
    tenant: u32,
    call_id: i64,
    notes: Option<String>,
}

/// Writes what was gathered. What it holds is forgotten with the process; the store still knows what is missing.
pub(super) struct Indexer {
    enough: usize,
    batches: usize,
    /// In order; those before `written` are on disk.
    rows: Vec<Row>,
    written: usize,
    of: Vec<Gathered>,
}

impl Indexer {
    pub(super) fn new() -> Self {
        Indexer::gathering(GATHERED)
    }

    fn gathering(enough: usize) -> Self {
        Indexer { enough, batches: 0, rows: Vec::new(), written: 0, of: Vec::new() }
    }

    /// Goes on, after a batch of so many changes. Where it cannot, nothing is lost: it begins again.
    pub(super) fn after_batch(&mut self, conn: &Connection, changes: usize) {
        self.batches += 1;
        let done = if self.of.is_empty() && !self.batches.is_multiple_of(LOOK_EVERY) {
            Ok(())
        } else {
            self.step(conn, LEAST_ROWS + ROWS_A_CHANGE * changes)
        };
        if done.is_err() {
            (self.rows, self.written, self.of) = (Vec::new(), 0, Vec::new());
        }
    }

    /// Gathers, or writes the next rows.
    fn step(&mut self, conn: &Connection, rows: usize) -> Result<(), Fault> {
        // Whoever could not roll back left a transaction; the next batch sees to it.
        if !conn.is_autocommit() {
            return Ok(());
        }
        if self.of.is_empty() {
            return self.gather(conn);
        }
        run(conn, "BEGIN IMMEDIATE", [])?;
        let next = (self.written + rows).min(self.rows.len());
        let written = self.write(conn, next).and_then(|()| run(conn, "COMMIT", []));
        if written.is_err() && !conn.is_autocommit() {
            run(conn, "ROLLBACK", [])?;
        }
        written?;
        self.written = next;
        if next == self.rows.len() {
            (self.rows, self.written, self.of) = (Vec::new(), 0, Vec::new());
        }
        Ok(())
    }

    fn gather(&mut self, conn: &Connection) -> Result<(), Fault> {
        if !exists(conn, ENOUGH, params![int(self.enough.saturating_sub(1))])? {
            return Ok(());
        }
        let read = all(conn, FIRST, params![int(self.enough)], PENDING, |row| {
            let (tenant, call_id) = (row.get("tenant_id")?, row.get("call_id")?);
            let (indexed, notes): (Option<String>, Option<String>) = (row.get("indexed")?, row.get("notes")?);
            Ok((Gathered { tenant, call_id, notes }, indexed))
        })?;
        for (of, indexed) in read {
            let (before, now) = (note_words(indexed.as_deref()), note_words(of.notes.as_deref()));
            let row = |word: &String, there| Row {
                tenant: of.tenant,
                word: word.clone(),
                call_id: of.call_id,
                there,
            };
            self.rows.extend(before.difference(&now).map(|word| row(word, false)));
            self.rows.extend(now.iter().map(|word| row(word, true)));
            self.of.push(of);
        }
        self.rows.sort_unstable();
        Ok(())
    }

    /// Writes the rows up to `next`, and with the last of them that nothing is missing.
    fn write(&self, conn: &Connection, next: usize) -> Result<(), Fault> {
        for row in &self.rows[self.written..next] {
            run(conn, if row.there { ADD } else { REMOVE }, params![row.tenant, row.word, row.call_id])?;
        }
        if next < self.rows.len() {
            return Ok(());
        }
        for Gathered { tenant, call_id, notes } in &self.of {
            if run(conn, WRITTEN, params![tenant, call_id, notes])? == 0 {
                run(conn, CHANGED, params![tenant, call_id, notes])?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::connection::keep_statements;
    use crate::sqlite::migrations::{LATEST, migrate};

    /// A file with so many calls of tenant 1, each with an Activity.
    fn with_calls(count: i64) -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        keep_statements(&conn).unwrap();
        migrate(&mut conn, LATEST).unwrap();
        conn.execute("INSERT INTO tenant (id, slug) VALUES (1, 'acme')", []).unwrap();
        for id in 1..=count {
            let call = "INSERT INTO call (id, tenant_id, key, source, state, direction, started_at, talk_ms, hold_ms, \
                inferred, explanation) VALUES (?1, 1, ?1, 'pbx', 'ended', 'inbound', 0, 0, 0, 0, '[]')";
            conn.execute(&call.replace("?1, 'pbx'", "CAST(?1 AS BLOB), 'pbx'"), params![id]).unwrap();
            let activity = "INSERT INTO activity (call_id, tenant_id, outcome, archived, candidates) VALUES (?1, 1, 'open', 1, '[]')";
            conn.execute(activity, params![id]).unwrap();
        }
        conn
    }

    /// Notes are said as a Commit says them.
    fn say(conn: &Connection, call: i64, notes: Option<&str>) {
        let before: Option<String> = conn
            .query_row("SELECT notes FROM activity WHERE call_id = ?1", [call], |row| row.get(0))
            .unwrap();
        conn.execute("UPDATE activity SET notes = ?2 WHERE call_id = ?1", params![call, notes]).unwrap();
        conn.execute(NOTE, params![1, call, before]).unwrap();
    }

    fn count(conn: &Connection, what: &str) -> i64 {
        conn.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0)).unwrap()
    }

    fn words(conn: &Connection, call: i64) -> String {
        let words = "SELECT ifnull(group_concat(word, ' '), '') FROM activity_word WHERE call_id = ?1";
        conn.query_row(words, [call], |row| row.get(0)).unwrap()
    }

    /// So many steps of one row each.
    fn steps(indexer: &mut Indexer, conn: &Connection, count: usize) {
        (0..count).for_each(|_| indexer.step(conn, 1).unwrap());
    }

    #[test]
    fn nothing_is_written_before_enough_is_gathered_and_then_all_of_it() {
        let conn = with_calls(3);
        let mut indexer = Indexer::gathering(3);
        say(&conn, 1, Some("la señal"));
        say(&conn, 2, Some("la otra"));
        steps(&mut indexer, &conn, 9);
        assert_eq!((count(&conn, "activity_word"), count(&conn, "note_pending")), (0, 2));
        say(&conn, 3, None);
        steps(&mut indexer, &conn, 5);
        assert_eq!((words(&conn, 1).as_str(), words(&conn, 2).as_str()), ("la senal", "la otra"));
        assert_eq!(count(&conn, "note_pending"), 0);
    }

    #[test]
    fn notes_that_change_while_they_are_written_are_written_again() {
        let conn = with_calls(2);
        let mut indexer = Indexer::gathering(1);
        say(&conn, 1, Some("uno dos"));
        steps(&mut indexer, &conn, 2);
        say(&conn, 1, Some("dos tres"));
        steps(&mut indexer, &conn, 1);
        assert_eq!((words(&conn, 1).as_str(), count(&conn, "note_pending")), ("dos uno", 1));
        steps(&mut indexer, &conn, 4);
        assert_eq!((words(&conn, 1).as_str(), count(&conn, "note_pending")), ("dos tres", 0));
        say(&conn, 1, None);
        steps(&mut indexer, &conn, 3);
        assert_eq!((count(&conn, "activity_word"), count(&conn, "note_pending")), (0, 0));
    }

    #[test]
    fn what_was_half_written_when_a_process_ended_is_written_by_the_next() {
        let conn = with_calls(2);
        say(&conn, 1, Some("uno dos tres"));
        say(&conn, 2, Some("cuatro"));
        let mut indexer = Indexer::gathering(2);
        steps(&mut indexer, &conn, 3);
        assert_eq!((count(&conn, "activity_word"), count(&conn, "note_pending")), (2, 2));
        steps(&mut Indexer::gathering(2), &conn, 5);
        assert_eq!((words(&conn, 1).as_str(), words(&conn, 2).as_str()), ("dos tres uno", "cuatro"));
        assert_eq!(count(&conn, "note_pending"), 0);
    }

    #[test]
    fn a_slice_is_as_long_as_what_came_in_meanwhile() {
        let conn = with_calls(1);
        let mut indexer = Indexer::gathering(1);
        let long: Vec<String> = (0..200).map(|n| format!("w{n}")).collect();
        say(&conn, 1, Some(&long.join(" ")));
        (0..LOOK_EVERY).for_each(|_| indexer.after_batch(&conn, 1));
        assert_eq!(count(&conn, "activity_word"), 0, "gathered");
        indexer.after_batch(&conn, 1);
        assert_eq!((count(&conn, "activity_word"), count(&conn, "note_pending")), (200, 0));
    }
}
