//! What only a store on a file must do: still be there afterwards, whole, and take what the disk does to it.

use crate::fixture::{OnSqlite, World};
use crate::observed::{Observed, observe};
use crate::sample::*;
use domain::activity::Activity;
use domain::commit::{Change, Commit};
use domain::id::TenantId;
use rusqlite::Connection;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use store::{ActivityFilter, CommitError, OpenError, OpenOptions, SqliteStore, Store, note_query};
use tempfile::TempDir;

fn reopened(path: &Path) -> SqliteStore {
    SqliteStore::open(path, &OpenOptions::default()).unwrap()
}

async fn both(store: &dyn Store, world: (TenantId, TenantId)) -> [Observed; 2] {
    [observe(store, world.0).await, observe(store, world.1).await]
}

/// A Commit of two rows: whoever sees one of them must see the other.
fn pair(tenant: TenantId, n: u32) -> Commit {
    let row = |n| found_by(person(n, &format!("Person {n}"), &["1"]), &[number(n)]);
    Commit::of(tenant, vec![row(n), row(5_000 + n)])
}

async fn has_pair(store: &dyn Store, tenant: TenantId, n: u32) -> bool {
    let first = store.person(tenant, person_id(n)).await.unwrap().is_some();
    let second = store.person(tenant, person_id(5_000 + n)).await.unwrap().is_some();
    let found = !store.match_number(tenant, &[number(n)]).await.unwrap().is_empty();
    assert_eq!((first, found), (second, second), "half of Commit {n} is there");
    first
}

#[tokio::test]
async fn everything_is_there_after_closing_and_opening() {
    let fixture = OnSqlite::open();
    let world = World::new(&fixture.store).await;
    let tenants = (world.tenant, world.other);
    let last = world.write(vec![]).await;
    let before = both(&fixture.store, tenants).await;
    fixture.store.close().await;
    assert!(
        !fixture.path().with_extension("db-wal").metadata().is_ok_and(|log| log.len() > 0),
        "moved into the file"
    );
    let again = reopened(&fixture.path());
    assert_eq!(both(&again, tenants).await, before);
    assert_eq!(again.tenant("bolts").await.unwrap(), tenants.1);
    assert!(again.commit(Commit::of(tenants.0, vec![])).await.unwrap() > last);
}

#[tokio::test]
async fn a_closed_store_writes_what_it_took_and_takes_no_more() {
    let fixture = OnSqlite::open();
    let world = World::new(&fixture.store).await;
    let taken = [1, 2, 3].map(|n| fixture.store.commit(pair(world.tenant, 10 + n)));
    let [a, b, c] = taken;
    let (a, b, c, ()) = tokio::join!(a, b, c, fixture.store.close());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    let late = fixture.store.commit(pair(world.tenant, 20)).await;
    assert!(matches!(late, Err(CommitError::Unavailable(_))));
    assert!(fixture.store.ready().await.is_err());
    assert!(has_pair(&fixture.store, world.tenant, 13).await, "reads go on");
    fixture.store.close().await;
}

#[tokio::test]
async fn everything_is_there_when_nobody_closed_it() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("store.db");
    let store = reopened(&path);
    let world = World::new(&store).await;
    let tenants = (world.tenant, world.other);
    let before = both(&store, tenants).await;
    drop(store);
    assert_eq!(both(&reopened(&path), tenants).await, before);
}

/// Copies the file and its log, as a machine that stops would leave them. The two must be of one moment:
/// so nothing may be moved from the log into the file meanwhile, which happens every 4,000 pages.
fn crash_image(path: &Path, image: &Path) {
    std::fs::copy(path, image).unwrap();
    std::fs::copy(path.with_extension("db-wal"), image.with_extension("db-wal")).unwrap();
    assert!(
        std::fs::read(path).unwrap() == std::fs::read(image).unwrap(),
        "too much was written for this test"
    );
}

fn assert_intact(path: &Path) {
    let conn = Connection::open(path).unwrap();
    let found: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(found, "ok");
    assert!(!conn.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_taken_while_writing_holds_what_was_acknowledged() {
    let fixture = OnSqlite::open();
    let store: &'static SqliteStore = Box::leak(Box::new(reopened(&fixture.path())));
    let tenant = store.tenant("acme").await.unwrap();
    let mut acknowledged = tokio::task::JoinSet::new();
    (1..=40).for_each(|n| drop(acknowledged.spawn(store.commit(pair(tenant, n)))));
    assert!(acknowledged.join_all().await.iter().all(Result::is_ok));
    let mut on_the_way = tokio::task::JoinSet::new();
    (41..=100).for_each(|n| drop(on_the_way.spawn(store.commit(pair(tenant, n)))));
    let image = fixture.dir.path().join("image.db");
    crash_image(&fixture.path(), &image);
    assert!(on_the_way.join_all().await.iter().all(Result::is_ok));
    let again = reopened(&image);
    for n in 1..=100 {
        let there = has_pair(&again, tenant, n).await;
        assert!(there || n > 40, "Commit {n} was acknowledged");
    }
    again.close().await;
    assert_intact(&image);
}

#[tokio::test]
async fn a_log_cut_anywhere_holds_the_first_commits_whole() {
    const COMMITS: u32 = 20;
    let fixture = OnSqlite::open();
    let tenant = fixture.store.tenant("acme").await.unwrap();
    for n in 1..=COMMITS {
        fixture.store.commit(pair(tenant, n)).await.unwrap();
    }
    let image = fixture.dir.path().join("image.db");
    crash_image(&fixture.path(), &image);
    let (file, log) =
        (std::fs::read(&image).unwrap(), std::fs::read(image.with_extension("db-wal")).unwrap());
    let mut held = 0;
    for cut in (0..=40).map(|part| log.len() * part / 40) {
        let cut_image = fixture.dir.path().join(format!("cut{cut}.db"));
        std::fs::write(&cut_image, &file).unwrap();
        std::fs::write(cut_image.with_extension("db-wal"), &log[..cut]).unwrap();
        let store = reopened(&cut_image);
        let mut there = 0;
        for n in 1..=COMMITS {
            if has_pair(&store, tenant, n).await {
                assert_eq!(there, n - 1, "a Commit before {n} is missing");
                there = n;
            }
        }
        assert!(there >= held, "a longer log holds no less");
        held = there;
        store.close().await;
        assert_intact(&cut_image);
    }
    assert_eq!(held, COMMITS);
}

/// Waits as long as it takes while another program holds the file.
fn patient() -> OpenOptions {
    OpenOptions { busy_wait: Duration::from_secs(600), ..OpenOptions::default() }
}

/// Holds the file, as another program might.
fn hold(path: &Path) -> Connection {
    let other = Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

type Waiting<'s> = Pin<Box<dyn Future<Output = Result<u64, CommitError>> + 's>>;

/// Commits that have been polled once: they are in the queue, or wait before it.
fn begun<'s>(store: &'s SqliteStore, commits: impl IntoIterator<Item = Commit>) -> Vec<Waiting<'s>> {
    let mut context = Context::from_waker(Waker::noop());
    // Unconstrained: after some polls in a row, tokio would have a task pause.
    let begin = |commit| Box::pin(tokio::task::unconstrained(store.commit(commit))) as Waiting<'s>;
    let mut waiting: Vec<_> = commits.into_iter().map(begin).collect();
    assert!(waiting.iter_mut().all(|commit| commit.as_mut().poll(&mut context).is_pending()));
    waiting
}

#[tokio::test]
async fn commits_that_wait_share_one_transaction() {
    const COMMITS: u32 = 300;
    let fixture = OnSqlite::with(&patient());
    let tenant = fixture.store.tenant("acme").await.unwrap();
    let before = fixture.store.stats();
    let other = hold(&fixture.path());
    let waiting = begun(&fixture.store, (1..=COMMITS).map(|n| pair(tenant, n)));
    other.execute_batch("ROLLBACK").unwrap();
    let mut numbers = vec![];
    for commit in waiting {
        numbers.push(commit.await.unwrap());
    }
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "in the order they came");
    let after = fixture.store.stats();
    assert_eq!(after.commits - before.commits, u64::from(COMMITS));
    // One for what the writer had taken when the file was held, one for the rest.
    assert!(after.batches - before.batches <= 2, "{after:?}");
    assert_eq!(after.queued, 0);
}

#[tokio::test]
async fn a_full_queue_holds_back_and_drops_nothing() {
    const COMMITS: u32 = 3_000;
    let fixture = OnSqlite::with(&patient());
    let tenant = fixture.store.tenant("acme").await.unwrap();
    let other = hold(&fixture.path());
    let mut waiting = begun(&fixture.store, (1..=COMMITS).map(|n| pair(tenant, n)));
    let queued = fixture.store.stats().queued;
    assert!((1..2_000).contains(&queued), "{queued}: the others wait before the queue");
    other.execute_batch("ROLLBACK").unwrap();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|commit| match commit.as_mut().poll(context) {
            Poll::Ready(answer) => answer.is_err(),
            Poll::Pending => true,
        });
        if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    for n in 1..=COMMITS {
        assert!(has_pair(&fixture.store, tenant, n).await);
    }
}

#[tokio::test]
async fn a_commit_nobody_waits_for_is_written_all_the_same() {
    let fixture = OnSqlite::open();
    let tenant = fixture.store.tenant("acme").await.unwrap();
    drop(begun(&fixture.store, [pair(tenant, 1)]));
    fixture.store.commit(pair(tenant, 2)).await.unwrap();
    assert!(has_pair(&fixture.store, tenant, 1).await && has_pair(&fixture.store, tenant, 2).await);
}

#[tokio::test]
async fn while_another_program_holds_the_file_commits_are_unavailable() {
    let options = OpenOptions { busy_wait: Duration::from_millis(20), ..OpenOptions::default() };
    let fixture = OnSqlite::with(&options);
    let world = World::new(&fixture.store).await;
    let before = both(&fixture.store, (world.tenant, world.other)).await;
    let other = hold(&fixture.path());
    let held = fixture.store.commit(pair(world.tenant, 11)).await;
    assert!(matches!(held, Err(CommitError::Unavailable(_))), "{held:?}");
    assert!(fixture.store.ready().await.is_err());
    assert_eq!(both(&fixture.store, (world.tenant, world.other)).await, before, "reads go on");
    assert!(fixture.store.stats().failed >= 2);
    drop(other);
    fixture.store.commit(pair(world.tenant, 11)).await.unwrap();
    fixture.store.ready().await.unwrap();
    assert!(has_pair(&fixture.store, world.tenant, 11).await);
}

#[tokio::test]
async fn a_full_disk_makes_commits_unavailable_until_there_is_room() {
    let fixture = OnSqlite::with(&OpenOptions { max_bytes: Some(2_000_000), ..OpenOptions::default() });
    let world = World::new(&fixture.store).await;
    let big = |n| Change::Frames(chunk("pbx", n, &"x".repeat(100_000)));
    let mut stored = 2;
    let full = loop {
        match fixture.store.commit(Commit::of(world.tenant, vec![big(stored + 1)])).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 30, "it never fills up");
    };
    assert!(matches!(full, CommitError::Unavailable(_)), "{full:?}");
    // One that fits is not disturbed by one that does not.
    let commit = |changes| fixture.store.commit(Commit::of(world.tenant, changes));
    let draft = Change::Wrapup(Box::new(open_wrapup(4, 1, 1)));
    let (fits, too_big, fits_too) = tokio::join!(
        commit(vec![draft.clone()]),
        commit(vec![draft.clone(), big(stored + 1)]),
        commit(vec![Change::SessionEnded(token(1))]),
    );
    assert!(fits.is_ok() && fits_too.is_ok() && matches!(too_big, Err(CommitError::Unavailable(_))));
    let chunks = fixture.store.frame_chunks(world.tenant, "pbx", 1, 200).await.unwrap();
    assert_eq!(chunks.len() as u64, stored);
    let room = vec![
        Change::ResumeFrom { source: "pbx".to_owned(), chunk: stored + 1 },
        Change::ForgetFrames { source: "pbx".to_owned(), before: at(1_000) },
    ];
    commit(room).await.unwrap();
    commit(vec![big(stored + 1)]).await.unwrap();
    fixture.store.close().await;
    assert_intact(&fixture.path());
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused_and_left_alone() {
    let fixture = OnSqlite::open();
    fixture.store.close().await;
    let other = Connection::open(fixture.path()).unwrap();
    other.pragma_update(None, "user_version", 1_000).unwrap();
    drop(other);
    let before = std::fs::read(fixture.path()).unwrap();
    let error = SqliteStore::open(&fixture.path(), &OpenOptions::default()).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 1_000, known: 1.. }), "{error:?}");
    assert!(error.to_string().contains("newer Bitácora"), "{error}");
    assert_eq!(std::fs::read(fixture.path()).unwrap(), before);
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    let (database, text) = (dir.path().join("other.db"), dir.path().join("text.db"));
    Connection::open(&database).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    std::fs::write(&text, "This is no database. ".repeat(100)).unwrap();
    for path in [database, text] {
        let before = std::fs::read(&path).unwrap();
        let error = SqliteStore::open(&path, &OpenOptions::default()).unwrap_err();
        assert_eq!(error, OpenError::NotOurs);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    let nowhere = SqliteStore::open(&dir.path().join("no/such/folder.db"), &OpenOptions::default());
    assert!(matches!(nowhere, Err(OpenError::Unavailable(_))));
}

#[tokio::test]
async fn it_can_be_warmed_up() {
    let fixture = OnSqlite::open();
    World::new(&fixture.store).await;
    fixture.store.warm_up().await.unwrap();
}

#[tokio::test]
async fn words_of_many_notes_are_written_behind_and_found_all_along() {
    let fixture = OnSqlite::open();
    let world = World::new(&fixture.store).await;
    let missing = || -> i64 {
        let file = Connection::open(fixture.path()).unwrap();
        file.query_row("SELECT count(*) FROM note_pending", [], |row| row.get(0)).unwrap()
    };
    let found = async |text: &str| {
        let filter = ActivityFilter { words: note_query(text), ..ActivityFilter::default() };
        world.store.list_activities(world.tenant, &filter, None, 200, 20_000).await.unwrap().rows.len()
    };
    let noted = |n: u32, notes: String| {
        let activity = Activity { notes: Some(notes), ..logged_activity(n, &[], 1) };
        vec![call(ended_call(n, "A", vec![])), Change::Activity(Box::new(activity))]
    };
    for n in 0..1_100_u32 {
        world.write(noted(n + 10, format!("uno{} dos{n}", n % 11))).await;
    }
    assert_eq!((found("uno1").await, found("dos700").await), (200, 1));
    world.write(noted(710, "tres".to_owned())).await;
    for _ in 0..200 {
        world.write(vec![]).await;
    }
    assert!(missing() < 1_000, "{}", missing());
    assert_eq!((found("dos7").await, found("dos700").await, found("tres").await), (110, 0, 1));
    world.write(noted(711, "tres".to_owned())).await;
    assert_eq!((found("dos701").await, found("tres").await), (0, 2));
}
