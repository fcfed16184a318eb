//! What the database holds, read with plain SQL: the check must not rest on the code that is checked.

use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) live: bool,
    pub(crate) kind: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) no_activity: bool,
    pub(crate) inferred: bool,
    /// All that is stored of it and its engagements, in words.
    pub(crate) all: String,
}

/// An agent's part of a call.
#[derive(Clone, Debug)]
pub(crate) struct Engagement {
    pub(crate) call: Uuid,
    pub(crate) agent: String,
    pub(crate) answered: bool,
}

/// A wrap-up.
#[derive(Clone, Debug)]
pub(crate) struct Wrapup {
    pub(crate) call: Uuid,
    pub(crate) state: String,
    pub(crate) revision: u64,
    pub(crate) draft_code: Option<Uuid>,
    pub(crate) draft_notes: String,
    pub(crate) draft_party: Option<String>,
    pub(crate) code: Option<Uuid>,
    pub(crate) notes: Option<String>,
    pub(crate) person: Option<Uuid>,
    /// Filed on a record that appeared after it was closed.
    pub(crate) late: bool,
    pub(crate) reason: Option<String>,
}

/// An Activity.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    pub(crate) archived: bool,
    pub(crate) outcome: String,
    pub(crate) code: Option<Uuid>,
    pub(crate) notes: Option<String>,
    pub(crate) person: Option<Uuid>,
    /// Nobody was found for it, and nobody said that it is nobody's.
    pub(crate) of_nobody: bool,
}

/// A record that a call made.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) phones: String,
    pub(crate) made_by: Option<Uuid>,
}

/// The whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    pub(crate) tenant: u32,
    pub(crate) calls: BTreeMap<Uuid, Call>,
    pub(crate) engagements: BTreeMap<Uuid, Engagement>,
    pub(crate) wrapups: BTreeMap<Uuid, Wrapup>,
    pub(crate) activities: BTreeMap<Uuid, Activity>,
    pub(crate) people: Vec<Person>,
    /// Records whose earlier calls were not looked for yet.
    pub(crate) waited_for: BTreeSet<Uuid>,
    /// Live, ended, activities, reasons, open wrap-ups.
    pub(crate) census: [u64; 5],
    /// How far the source got, how many chunks there are, and the number of the last.
    pub(crate) chunks: [u64; 3],
    /// What SQLite itself finds wrong.
    pub(crate) broken: Vec<String>,
}

const ALL_OF_CALLS: &str = "SELECT c.key, c.state, c.kind, c.from_number, c.no_activity, c.inferred, \
    c.direction || '|' || ifnull(c.kind, '') || '|' || ifnull(c.ring_group, '') || '|' || c.started_at \
    || '|' || ifnull(c.answered_at, '') || '|' || ifnull(c.ended_at, '') || '|' || c.talk_ms || '|' || c.hold_ms \
    || '|' || ifnull(c.hung_up_by, '') || '|' || c.inferred || '|' || ifnull((SELECT group_concat(e.agent || ' ' \
    || e.via || ' ' || ifnull(e.result, '') || ' ' || e.offered_at || ' ' || ifnull(e.answered_at, '') || ' ' \
    || ifnull(e.ended_at, '') || ' ' || e.wrapup, ';') FROM engagement e WHERE e.call_id = c.id), '') FROM call c";

impl Contents {
    /// Reads the database; it must be one that nobody writes.
    pub(crate) fn read(database: &Path) -> Contents {
        let file = Connection::open(database).expect("a database");
        let mut contents = Contents {
            tenant: file.query_row("SELECT id FROM tenant", [], |row| row.get(0)).expect("the tenant"),
            broken: rows(&file, "PRAGMA integrity_check", |row| row.get(0)),
            ..Contents::default()
        };
        contents.broken.retain(|said: &String| said != "ok");
        contents.broken.extend(rows(&file, "PRAGMA foreign_key_check", |row| row.get::<_, String>(0)));
        contents.read_calls(&file);
        contents.read_what_agents_left(&file);
        contents.people = rows(
            &file,
            "SELECT key, phones, created_by_call FROM person WHERE created_by_call NOT NULL",
            |row| Ok(Person { id: uuid(row, 0)?, phones: row.get(1)?, made_by: maybe(row, 2)? }),
        );
        contents.waited_for =
            rows(&file, "SELECT person FROM late_owner", |row| uuid(row, 0)).into_iter().collect();
        let numbers =
            |sql: &str| rows(&file, sql, |row| Ok([count(row, 0)?, count(row, 1)?, count(row, 2)?]));
        let [live, ended, activities] = first(numbers("SELECT live, ended, activities FROM census"));
        let [reasons, open, _] = first(numbers("SELECT reasons, open_wrapups, 0 FROM census"));
        contents.census = [live, ended, activities, reasons, open];
        let chunks = "SELECT ifnull((SELECT last_chunk FROM source), 0), count(*), ifnull(max(chunk), 0) FROM frame_chunk";
        contents.chunks = first(numbers(chunks));
        contents
    }

    fn read_calls(&mut self, file: &Connection) {
        self.calls = rows(file, ALL_OF_CALLS, |row| {
            let call = Call {
                live: row.get::<_, String>(1)? == "live",
                kind: row.get(2)?,
                from: row.get(3)?,
                no_activity: row.get::<_, Option<String>>(4)?.is_some(),
                inferred: row.get(5)?,
                all: row.get(6)?,
            };
            Ok((uuid(row, 0)?, call))
        })
        .into_iter()
        .collect();
        let sql =
            "SELECT e.key, c.key, e.agent, e.answered_at FROM engagement e JOIN call c ON c.id = e.call_id";
        self.engagements = rows(file, sql, |row| {
            let answered = row.get::<_, Option<i64>>(3)?.is_some();
            Ok((uuid(row, 0)?, Engagement { call: uuid(row, 1)?, agent: row.get(2)?, answered }))
        })
        .into_iter()
        .collect();
    }

    fn read_what_agents_left(&mut self, file: &Connection) {
        let sql = "SELECT w.key, c.key, w.state, w.draft_revision, w.draft_code, w.draft_notes, w.draft_party, \
            w.code_id, w.notes, w.party_person, w.party_by IS 'late', w.reason FROM wrapup w JOIN call c ON c.id = w.call_id";
        self.wrapups = rows(file, sql, |row| {
            let wrapup = Wrapup {
                call: uuid(row, 1)?,
                state: row.get(2)?,
                revision: count(row, 3)?,
                draft_code: maybe(row, 4)?,
                draft_notes: row.get(5)?,
                draft_party: row.get(6)?,
                code: maybe(row, 7)?,
                notes: row.get(8)?,
                person: maybe(row, 9)?,
                late: row.get(10)?,
                reason: row.get(11)?,
            };
            Ok((uuid(row, 0)?, wrapup))
        })
        .into_iter()
        .collect();
        let sql = "SELECT c.key, a.archived, a.outcome, a.code_id, a.notes, a.party_person, \
            a.party_by IS NULL AND a.candidates = '[]' FROM activity a JOIN call c ON c.id = a.call_id";
        self.activities = rows(file, sql, |row| {
            let activity = Activity {
                archived: row.get(1)?,
                outcome: row.get(2)?,
                code: maybe(row, 3)?,
                notes: row.get(4)?,
                person: maybe(row, 5)?,
                of_nobody: row.get(6)?,
            };
            Ok((uuid(row, 0)?, activity))
        })
        .into_iter()
        .collect();
    }
}

fn rows<T>(file: &Connection, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = file.prepare(sql).expect("a query");
    let rows = statement.query_map([], read).expect("rows");
    rows.collect::<Result<_, _>>().expect("a row")
}

fn first(rows: Vec<[u64; 3]>) -> [u64; 3] {
    rows.into_iter().next().unwrap_or_default()
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).expect("a count"))
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_slice(&row.get::<_, Vec<u8>>(column)?).expect("sixteen bytes"))
}

fn maybe(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uuid>> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    Ok(bytes.map(|bytes| Uuid::from_slice(&bytes).expect("sixteen bytes")))
}
