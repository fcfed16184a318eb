//! The least that writes a draft and a Log: SQL by row id, one thread, one transaction for what is queued.
//! No preconditions, no ids to look up, nothing read, no domain types.

use crate::rows::NOTES;
use rusqlite::{Connection, params};
use std::path::Path;
use tokio::sync::{mpsc, oneshot};

/// Name of the writer's thread.
pub(crate) const WRITER: &str = "bare-writer";
const QUEUE: usize = 1_024;
const MAX_BATCH: usize = 512;

/// What a client asks for, of the call in row `id`.
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) tenant: i64,
    pub(crate) log: bool,
    pub(crate) person: [u8; 16],
    pub(crate) code: [u8; 16],
    pub(crate) user: [u8; 16],
    pub(crate) at: i64,
    pub(crate) done: oneshot::Sender<()>,
}

/// Starts the writer; it ends when nobody is left to send.
pub(crate) fn start(path: &Path) -> (mpsc::Sender<Job>, std::thread::JoinHandle<u64>) {
    let conn = open(path);
    let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
    let writer = std::thread::Builder::new().name(WRITER.to_owned()).spawn(move || {
        let mut batches = 0;
        while let Some(first) = queue.blocking_recv() {
            let mut batch = vec![first];
            while let Some(job) = (batch.len() < MAX_BATCH).then(|| queue.try_recv().ok()).flatten() {
                batch.push(job);
            }
            conn.execute_batch("BEGIN IMMEDIATE").unwrap();
            for job in &batch {
                write(&conn, job);
            }
            let count = "UPDATE store_state SET commits = commits + ?1";
            conn.prepare_cached(count).unwrap().execute([batch.len() as i64]).unwrap();
            conn.execute_batch("COMMIT").unwrap();
            batches += 1;
            for job in batch {
                job.done.send(()).unwrap();
            }
        }
        batches
    });
    (jobs, writer.unwrap())
}

pub(crate) fn open(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    let settings = "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA foreign_keys = on; \
        PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000; PRAGMA mmap_size = 2147418112";
    conn.execute_batch(settings).unwrap();
    conn.set_prepared_statement_cache_capacity(64);
    conn
}

fn write(conn: &Connection, job: &Job) {
    let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
        assert_eq!(conn.prepare_cached(sql).unwrap().execute(params).unwrap(), 1, "{sql}");
    };
    if !job.log {
        let draft = "UPDATE wrapup SET draft_revision = 1, draft_code = ?2, draft_notes = ?3 WHERE id = ?1";
        return run(draft, params![job.id, job.code, NOTES]);
    }
    let wrapup = "UPDATE wrapup SET state = 'logged', closed_at = ?2, closed_by = ?3, draft_revision = 2, \
        draft_code = ?4, draft_notes = ?5, code_id = ?4, code_es = 'Factura', code_en = 'Invoice', notes = ?5, \
        party_by = 'one_match', party_person = ?6 WHERE id = ?1";
    run(wrapup, params![job.id, job.at, job.user, job.code, NOTES, job.person]);
    let activity = "UPDATE activity SET outcome = 'logged', agent = ?2, code_id = ?3, code_es = 'Factura', \
        code_en = 'Invoice', notes = ?4, party_by = 'one_match', party_person = ?5, logged_at = ?6 \
        WHERE call_id = ?1";
    run(activity, params![job.id, "1001", job.code, NOTES, job.person, job.at]);
    run("UPDATE census SET open_wrapups = open_wrapups - 1 WHERE tenant_id = ?1", params![job.tenant]);
}
