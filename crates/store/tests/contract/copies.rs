//! Copies of a file that is written meanwhile. What an operator makes of them is the server's.

use crate::fixture::{OnSqlite, World};
use crate::observed::observe;
use crate::sample::*;
use domain::commit::{Change, Commit};
use std::os::unix::fs::PermissionsExt;
use store::{CopyError, OpenOptions, SqliteStore, Store, copy_database, settle_log};

/// Chunks of frames that make the file several steps long, and how long each is, in bytes.
const CHUNKS: u64 = 48;
const CHUNK_BYTES: usize = 256 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_one_state_though_the_file_is_written_between_its_steps() {
    let fixture = OnSqlite::open();
    let world = World::new(&fixture.store).await;
    let text = "x".repeat(CHUNK_BYTES);
    for n in 3..3 + CHUNKS {
        world.write(vec![Change::Frames(chunk("pbx", n, &text))]).await;
    }
    let before = world.write(vec![]).await;
    let (other, copy) = (observe(&fixture.store, world.other).await, fixture.dir.path().join("copy.db"));
    let runtime = tokio::runtime::Handle::current();
    let mut steps = 0;
    let mut meanwhile = |done: u64, all: u64| {
        assert!(done <= all);
        steps += 1;
        let made = found_by(person(20 + steps, "Written Meanwhile", &["1"]), &[number(7)]);
        runtime.block_on(fixture.store.commit(Commit::of(world.tenant, vec![made]))).unwrap();
    };
    let copied =
        tokio::task::block_in_place(|| copy_database(&fixture.path(), &copy, &mut meanwhile)).unwrap();
    assert_eq!(copied.bytes, copy.metadata().unwrap().len());
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!((3..10).contains(&steps), "so many steps: it was not begun anew ({steps})");
    assert_eq!(fixture.store.match_number(world.tenant, &[number(7)]).await.unwrap().len(), steps as usize);
    let again = SqliteStore::open(&copy, &OpenOptions::default()).unwrap();
    assert_eq!(
        again.match_number(world.tenant, &[number(7)]).await.unwrap(),
        [],
        "nothing of what came later"
    );
    assert_eq!(again.commit(Commit::of(world.tenant, vec![])).await.unwrap(), before + 1);
    assert_eq!(observe(&again, world.other).await, other);
}

#[tokio::test]
async fn what_is_not_a_sound_database_of_ours_is_not_copied_and_leaves_no_file() {
    let fixture = OnSqlite::open();
    World::new(&fixture.store).await;
    fixture.store.close().await;
    let dir = fixture.dir.path();
    let copy = dir.join("copy.db");
    let bytes = std::fs::read(fixture.path()).unwrap();
    let orphan = dir.join("orphan.db");
    std::fs::write(&orphan, &bytes).unwrap();
    let file = rusqlite::Connection::open(&orphan).unwrap();
    let sql = "PRAGMA foreign_keys = off; INSERT INTO session VALUES (1, x'01', x'01', NULL, 0, 99, 0)";
    file.execute_batch(sql).unwrap();
    drop(file);
    let short = dir.join("short.db");
    std::fs::write(&short, &bytes[..bytes.len() / 2]).unwrap();
    for (from, fault) in [(&orphan, "a row of session"), (&short, ""), (&dir.join("absent.db"), "absent.db")]
    {
        let error = copy_database(from, &copy, &mut |_, _| {}).unwrap_err();
        assert!(error.to_string().contains(fault), "{error}");
        assert!(!copy.exists(), "{error}");
    }
    std::fs::write(&copy, "mine").unwrap();
    let error = copy_database(&fixture.path(), &copy, &mut |_, _| {}).unwrap_err();
    assert!(matches!(error, CopyError::Copy { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "mine");
}

#[tokio::test]
async fn a_log_that_is_settled_is_in_the_file() {
    let fixture = OnSqlite::open();
    let world = World::new(&fixture.store).await;
    // As a kill leaves it: the log beside the file, and nobody who has it open.
    let (file, log) = (fixture.dir.path().join("killed.db"), fixture.dir.path().join("killed.db-wal"));
    std::fs::copy(fixture.path(), &file).unwrap();
    std::fs::copy(fixture.path().with_extension("db-wal"), &log).unwrap();
    let before = observe(&fixture.store, world.tenant).await;
    settle_log(&file).unwrap();
    assert!(!log.exists(), "all there is is in the file");
    let again = SqliteStore::open(&file, &OpenOptions::default()).unwrap();
    assert_eq!(observe(&again, world.tenant).await, before);
}
