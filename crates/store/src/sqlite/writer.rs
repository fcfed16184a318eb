//! The one thread that writes. It takes what is queued, writes it in one transaction, and answers only
//! when that is on disk: 64 clients share one flush, which is 5 times as many commits a second as one
//! flush each, and more than any number of writing connections (they would wait for one another's lock).

use super::checkpoint::Checkpointer;
use super::fault::Fault;
use super::kept::Kept;
use super::notes::Indexer;
use super::rollups::{Calendars, Changes};
use super::statement::{first, int, run};
use super::stats::Counters;
use super::transaction;
use crate::errors::CommitError;
use domain::commit::{Change, Commit};
use domain::id::TenantId;
use rusqlite::{Connection, params};
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::{mpsc, oneshot};

/// Most jobs that wait for the writer. The next caller is held back until one has been taken.
pub(super) const QUEUE: usize = 1_024;
/// Most jobs that share a transaction. More would let the first of them wait too long for the last.
const MAX_BATCH: usize = 512;

const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";
const COUNT: &str = "UPDATE store_state SET commits = commits + ?1 WHERE id = 1 RETURNING commits";
const TENANT: &str = "SELECT id FROM tenant WHERE slug = ?1";
const ADD_TENANT: &str = "INSERT INTO tenant (slug) VALUES (?1)";
const ADD_CENSUS: &str = "INSERT INTO census (tenant_id) VALUES (?1)";

/// Where the answer to a job goes: the number of a Commit, the id of a tenant, or 0.
type Answer = oneshot::Sender<Result<u64, CommitError>>;

/// What the writer is asked to do.
pub(super) enum Job {
    /// Write this, and answer.
    Write(Work, Answer),
    /// Write what is queued, end, and say so.
    Close(oneshot::Sender<()>),
}

/// What can be written.
pub(super) enum Work {
    /// A Commit.
    Commit(Box<Commit>),
    /// A tenant of this slug, unless there is one.
    Tenant(String),
    /// Nothing that anybody sees: tells whether the disk takes it.
    Probe,
}

impl Work {
    fn changes(&self) -> &[Change] {
        match self {
            Work::Commit(commit) => &commit.changes,
            Work::Tenant(_) | Work::Probe => &[],
        }
    }
}

type Queued = (Work, Answer);

/// What was written, but is not on disk yet.
enum Written {
    /// Place of the Commit among those of its batch, from 1.
    Commit(u64),
    Tenant(TenantId),
    Probe,
}

/// Runs until it is asked to close, or nobody is left to ask.
pub(super) fn run_writer(
    mut conn: Connection,
    checkpointer: Checkpointer,
    mut queue: mpsc::Receiver<Job>,
    counters: &Counters,
    kept: &Kept,
) {
    let (mut closing, mut indexer, mut pending) = (None, Indexer::new(), Pending::default());
    while let Some(job) = queue.blocking_recv() {
        let mut batch = Vec::new();
        let mut next = Some(job);
        while let Some(job) = next {
            match job {
                Job::Write(work, answer) => batch.push((work, answer)),
                Job::Close(closed) => {
                    // No more is let in; what is in is still written.
                    queue.close();
                    closing = Some(closed);
                }
            }
            next = if batch.len() < MAX_BATCH { queue.try_recv().ok() } else { None };
        }
        counters.queued.fetch_sub(batch.len() as u64, Relaxed);
        let changes = batch.iter().map(|(work, _)| work.changes().len()).sum();
        write_batch(&conn, batch, &mut pending, counters, kept);
        indexer.after_batch(&conn, changes);
    }
    checkpointer.stop(&mut conn);
    // What could not be moved into the file now is read from its log at the next opening.
    let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    drop(conn);
    if let Some(closed) = closing {
        let _ = closed.send(());
    }
}

/// What became of a transaction.
enum Attempt {
    /// On disk. What became of each job, and how many Commits there were before.
    OnDisk(Vec<Result<Written, CommitError>>, u64),
    /// Nothing is written, because of the job at this place: SQLite rolls back the whole transaction when
    /// there is no room for a row.
    LostAt(usize, CommitError),
    /// Nothing is written, and it was no job's fault.
    Failed(CommitError),
}

/// What the Commits of a batch add to rollups, and what that is counted by.
#[derive(Default)]
struct Pending {
    rollups: Changes,
    calendars: Calendars,
}

fn write_batch(
    conn: &Connection,
    mut batch: Vec<Queued>,
    pending: &mut Pending,
    counters: &Counters,
    kept: &Kept,
) {
    while !batch.is_empty() {
        let attempt = attempt(conn, &batch, pending);
        if !matches!(attempt, Attempt::OnDisk(..)) {
            pending.calendars.forget();
        }
        kept.wrote(batch.iter().flat_map(|(work, _)| work.changes()));
        match attempt {
            Attempt::OnDisk(outcomes, before) => {
                counters.batches.fetch_add(1, Relaxed);
                for ((_, answer), outcome) in batch.drain(..).zip(outcomes) {
                    reply(answer, outcome, before, counters);
                }
            }
            // The others are written without it. What was refused may now be refused no more.
            Attempt::LostAt(place, error) => reply(batch.remove(place).1, Err(error), 0, counters),
            Attempt::Failed(error) => {
                for (_, answer) in batch.drain(..) {
                    reply(answer, Err(error.clone()), 0, counters);
                }
            }
        }
    }
}

fn attempt(conn: &Connection, batch: &[Queued], pending: &mut Pending) -> Attempt {
    pending.rollups.clear();
    // One that could not be rolled back before is now, or nothing can be written.
    let left_over = if conn.is_autocommit() { Ok(0) } else { run(conn, ROLLBACK, []) };
    if let Err(fault) = left_over.and_then(|_| run(conn, BEGIN, [])) {
        return Attempt::Failed(fault.into());
    }
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut commits = 0;
    for (place, (work, _)) in batch.iter().enumerate() {
        let outcome = write(conn, work, pending, &mut commits).map_err(CommitError::from);
        match outcome {
            Err(error) if conn.is_autocommit() => return Attempt::LostAt(place, error),
            outcome => outcomes.push(outcome),
        }
    }
    let wrote = outcomes.iter().any(Result::is_ok);
    match finish(conn, commits, pending, wrote) {
        Ok(total) => Attempt::OnDisk(outcomes, total.saturating_sub(commits)),
        Err(fault) => Attempt::Failed(fault.into()),
    }
}

fn write(conn: &Connection, work: &Work, pending: &mut Pending, commits: &mut u64) -> Result<Written, Fault> {
    match work {
        Work::Commit(commit) => {
            let added = transaction::write(conn, commit, &pending.calendars);
            if added.is_err() {
                // What was read of a calendar may have been undone with it.
                pending.calendars.forget();
            }
            pending.rollups.merge(added?);
            *commits += 1;
            Ok(Written::Commit(*commits))
        }
        Work::Tenant(slug) => transaction::all_or_nothing(conn, || tenant(conn, slug)).map(Written::Tenant),
        Work::Probe => Ok(Written::Probe),
    }
}

/// Puts the batch on disk; says how many Commits there are in all.
fn finish(conn: &Connection, commits: u64, pending: &mut Pending, wrote: bool) -> Result<u64, Fault> {
    if !wrote {
        // Nothing to flush.
        run(conn, ROLLBACK, [])?;
        return Ok(0);
    }
    let rolled_up = pending.rollups.write(conn);
    let counted = rolled_up
        .and_then(|()| first(conn, COUNT, params![int(commits)], "store_state", |row| row.count("commits")));
    let written = counted.and_then(|total| run(conn, COMMIT, []).map(|_| total.unwrap_or(commits)));
    if written.is_err() && !conn.is_autocommit() {
        run(conn, ROLLBACK, [])?;
    }
    written
}

fn reply(answer: Answer, outcome: Result<Written, CommitError>, before: u64, counters: &Counters) {
    match &outcome {
        Ok(Written::Commit(_)) => counters.commits.fetch_add(1, Relaxed),
        Ok(_) => 0,
        Err(CommitError::Refused { .. }) => counters.refused.fetch_add(1, Relaxed),
        Err(_) => counters.failed.fetch_add(1, Relaxed),
    };
    let answered = outcome.map(|written| match written {
        Written::Commit(place) => before + place,
        Written::Tenant(id) => u64::from(id.0),
        Written::Probe => 0,
    });
    // Whoever asked may have gone away; what is written stays written.
    let _ = answer.send(answered);
}

fn tenant(conn: &Connection, slug: &str) -> Result<TenantId, Fault> {
    let known: Option<u32> = first(conn, TENANT, params![slug], "tenant", |row| row.get("id"))?;
    if let Some(id) = known {
        return Ok(TenantId(id));
    }
    run(conn, ADD_TENANT, params![slug])?;
    let id = conn.last_insert_rowid();
    run(conn, ADD_CENSUS, params![id])?;
    let id = u32::try_from(id).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, id))?;
    Ok(TenantId(id))
}
