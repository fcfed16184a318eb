//! The least that writes a draft and a Log: SQL by row id, one thread, one transaction for all that is queued.
//! No preconditions, no ids to look up, nothing read, no domain types, no network.

use super::rows::{self, NOTES};
use crate::report::Times;
use crate::{Failure, Outcome, failure};
use domain::disposition::LoggedCode;
use rusqlite::{Connection, ToSql, params};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// As the store's own.
const QUEUE: usize = 1_024;
const MAX_BATCH: usize = 512;
/// Why no Case is related: the clients have no screen.
const RELATED: &str = r#"{"decision":"not_related","why":"host_silent","offer":null}"#;

/// What a client asks for, of the call in row `id`.
struct Job {
    id: i64,
    n: usize,
    log: bool,
    done: oneshot::Sender<()>,
}

/// Has so many clients write draft and Log of each wrap-up from `first` on; answers how long all took, each,
/// and how many transactions there were.
pub(crate) async fn run(
    path: &Path,
    first: usize,
    count: usize,
    clients: usize,
) -> Outcome<(Duration, Times, u64)> {
    let code = rows::code().ok_or("no code to log with")?;
    let conn = open(path)?;
    let ids = Arc::new(row_ids(&conn, first, count)?);
    let (jobs, queue) = mpsc::channel(QUEUE);
    let writer = std::thread::spawn(move || write_all(&conn, queue, &code));
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..clients {
        let (next, ids, jobs) = (Arc::clone(&next), Arc::clone(&ids), jobs.clone());
        running.spawn(async move {
            let mut times = Times::default();
            while let Some(id) = ids.get(next.fetch_add(1, Relaxed)) {
                let start = Instant::now();
                for log in [false, true] {
                    let (done, written) = oneshot::channel();
                    let n = first + usize::try_from(*id - ids[0])?;
                    jobs.send(Job { id: *id, n, log, done }).await.map_err(|_| "the bare writer ended")?;
                    written.await?;
                }
                times.push(start.elapsed());
            }
            Ok::<_, Failure>(times)
        });
    }
    drop(jobs);
    let mut times = Times::default();
    while let Some(part) = running.join_next().await {
        times.extend(part??);
    }
    let wall = began.elapsed();
    let batches = writer.join().map_err(|_| "the bare writer broke")??;
    Ok((wall, times, batches))
}

/// As the store opens its writer.
fn open(path: &Path) -> Outcome<Connection> {
    let conn = Connection::open(path)?;
    conn.execute_batch(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA foreign_keys = on; \
         PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000",
    )?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Row ids of the wrap-ups. Call and wrap-up share one here: each has one, and they were written in order.
fn row_ids(conn: &Connection, first: usize, count: usize) -> Outcome<Vec<i64>> {
    let mut statement = conn.prepare("SELECT id, call_id FROM wrapup WHERE key = ?1")?;
    let mut ids = Vec::with_capacity(count);
    for n in first..first + count {
        let key = rows::engagement_key(n).0.into_bytes();
        let (id, call): (i64, i64) = statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if id != call || ids.last().is_some_and(|last| last + 1 != id) {
            return failure(format!("wrap-up {n} is in row {id} and its call in row {call}"));
        }
        ids.push(id);
    }
    Ok(ids)
}

fn write_all(conn: &Connection, mut queue: mpsc::Receiver<Job>, code: &LoggedCode) -> Outcome<u64> {
    let mut batches = 0;
    while let Some(first) = queue.blocking_recv() {
        let mut batch = vec![first];
        while let Some(job) = (batch.len() < MAX_BATCH).then(|| queue.try_recv().ok()).flatten() {
            batch.push(job);
        }
        conn.execute_batch("BEGIN IMMEDIATE")?;
        for job in &batch {
            write(conn, job, code)?;
        }
        one_row(
            conn,
            "UPDATE store_state SET commits = commits + ?1 WHERE id = 1",
            params![batch.len() as i64],
        )?;
        conn.execute_batch("COMMIT")?;
        batches += 1;
        for job in batch {
            // A client that gave up has said so itself.
            let _ = job.done.send(());
        }
    }
    Ok(batches)
}

fn write(conn: &Connection, job: &Job, code: &LoggedCode) -> Outcome {
    let code_id = code.id.0.into_bytes();
    if !job.log {
        let draft = "UPDATE wrapup SET draft_revision = 1, draft_code = ?2, draft_notes = ?3 WHERE id = ?1";
        return one_row(conn, draft, params![job.id, code_id, NOTES]);
    }
    let person = rows::person_id(job.n).0.into_bytes();
    let (at, by, label) = (crate::agents::now().0, [7_u8; 16], &code.label);
    let wrapup = "UPDATE wrapup SET state = 'logged', closed_at = ?2, closed_by = ?3, draft_revision = 2, \
        draft_code = ?4, draft_notes = ?5, code_id = ?4, code_es = ?7, code_en = ?8, notes = ?5, \
        party_by = 'one_match', party_person = ?6, related = ?9 WHERE id = ?1";
    one_row(conn, wrapup, params![job.id, at, by, code_id, NOTES, person, label.es, label.en, RELATED])?;
    let activity = "UPDATE activity SET outcome = 'logged', agent = ?2, code_id = ?3, code_es = ?7, \
        code_en = ?8, notes = ?4, party_by = 'one_match', party_person = ?5, logged_at = ?6, \
        related = ?9 WHERE call_id = ?1";
    let agent = rows::agent(job.n).0;
    one_row(conn, activity, params![job.id, agent, code_id, NOTES, person, at, label.es, label.en, RELATED])?;
    one_row(conn, "UPDATE census SET open_wrapups = open_wrapups - 1 WHERE tenant_id = ?1", params![1])
}

fn one_row(conn: &Connection, sql: &str, params: &[&dyn ToSql]) -> Outcome {
    match conn.prepare_cached(sql)?.execute(params)? {
        1 => Ok(()),
        rows => failure(format!("{rows} rows were changed by: {sql}")),
    }
}
