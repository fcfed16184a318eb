//! Backup and restore as an operator meets them: the binary, beside a server that works.

use crate::process::{Serving, configured, get, run};
use crate::world::{CALLER, HERE, Someone, World, entry, first_code, path_of};
use rusqlite::Connection;
use sandbox::pbx::Scenario;
use serde_json::Value;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

/// Any free port.
const LISTEN: &str = "[server]\nlisten = \"127.0.0.1:0\"";
/// How many calls are logged before the backup begins, and how many wait to be logged while it runs.
const BEFORE: usize = 6;
const MEANWHILE: usize = 6;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of letters")
}

fn backup(config: &Path, file: &Path) -> Output {
    run(&["backup", text(file), "--config", text(config)])
}

fn restore(config: &Path, file: &Path) -> Output {
    run(&["restore", text(file), "--config", text(config)])
}

/// Names in a folder, in order.
fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn count(database: &Path, sql: &str) -> i64 {
    let file = Connection::open(database).expect("the database");
    file.query_row(sql, [], |row| row.get(0)).expect("a count")
}

/// Logs a wrap-up; answers its id when that is acknowledged.
async fn logged(world: &World, who: &Someone, wrapup: &Value) -> Uuid {
    world
        .ask(who, "POST", &path_of(wrapup, "log"), Some(entry(0, &first_code(wrapup), "kept")))
        .await
        .is(200);
    wrapup["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

/// Settings of a folder whose data is the world's.
fn settings_of(world: &World, dir: &Path) -> PathBuf {
    let config = dir.join("world.toml");
    let data = world.database.parent().expect("a folder");
    std::fs::write(&config, format!("[data]\ndir = {data:?}\n")).expect("settings written");
    config
}

/// What the census says of the first tenant is what is there, and SQLite finds every row where it belongs.
fn assert_sound(database: &Path) {
    assert_eq!(
        count(database, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
        1
    );
    assert_eq!(count(database, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    for (column, rows) in [
        ("live", "SELECT count(*) FROM call WHERE tenant_id = 1 AND state = 'live'"),
        ("ended", "SELECT count(*) FROM call WHERE tenant_id = 1 AND state = 'ended'"),
        ("activities", "SELECT count(*) FROM activity WHERE tenant_id = 1 AND archived = 1"),
        ("reasons", "SELECT count(*) FROM call WHERE tenant_id = 1 AND no_activity IS NOT NULL"),
        ("open_wrapups", "SELECT count(*) FROM wrapup WHERE tenant_id = 1 AND state = 'open'"),
    ] {
        let counted = format!("SELECT {column} FROM census WHERE tenant_id = 1");
        assert_eq!(count(database, &counted), count(database, rows), "{column}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_log_acknowledged_before_a_backup_began_is_in_it_while_agents_go_on() {
    let world = World::new().await;
    for _ in 0..BEFORE + MEANWHILE {
        world.play(HERE, Scenario::Answered, CALLER).await;
    }
    let ana = world.sign_in(HERE, "ana").await;
    let owed = world.owed(&ana).await;
    let mut acknowledged = Vec::new();
    for wrapup in &owed[..BEFORE] {
        acknowledged.push(logged(&world, &ana, wrapup).await);
    }
    let dir = tempfile::tempdir().expect("a folder");
    let (config, file) = (settings_of(&world, dir.path()), dir.path().join("backup.db"));
    let ended = AtomicBool::new(false);
    let copying = async {
        let file = file.clone();
        let output = tokio::task::spawn_blocking(move || backup(&config, &file)).await.expect("it ran");
        ended.store(true, Ordering::Relaxed);
        output
    };
    let working = async {
        for wrapup in &owed[BEFORE..] {
            logged(&world, &ana, wrapup).await;
        }
        let mut written = 0;
        while !ended.load(Ordering::Relaxed) {
            written += 1;
            world.person(&ana, "Written Meanwhile", &format!("+3460000{written:04}")).await;
        }
    };
    let (output, ()) = tokio::join!(copying, working);
    assert!(output.status.success(), "{}", said(&output));

    // Into a folder where nothing is, and served from there.
    let there = tempfile::tempdir().expect("a folder");
    let config = configured(there.path(), LISTEN);
    let output = restore(&config, &file);
    assert!(output.status.success() && said(&output).contains("no database before"), "{}", said(&output));
    let serving = Serving::start(there.path(), LISTEN);
    let stream = TcpStream::connect(&serving.address).expect("connected");
    assert!(get(stream, "/readyz").starts_with("HTTP/1.1 200"));
    assert!(serving.terminate().success());
    let restored = there.path().join("data/bitacora.db");
    for id in acknowledged {
        let is_there = format!(
            "SELECT count(*) FROM wrapup w JOIN activity a USING (call_id) WHERE w.state = 'logged' \
             AND a.outcome = 'logged' AND a.notes = 'kept' AND lower(hex(w.key)) = '{}'",
            id.simple()
        );
        assert_eq!(count(&restored, &is_there), 1, "{id}");
    }
    assert_sound(&restored);
}

#[tokio::test]
async fn a_backup_replaces_nothing_is_private_and_leaves_no_half_behind() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a folder");
    let (config, file) = (settings_of(&world, dir.path()), dir.path().join("backup.db"));
    std::fs::write(&file, "mine").expect("written");
    let output = backup(&config, &file);
    assert!(!output.status.success() && said(&output).contains("exists already"), "{}", said(&output));
    assert_eq!(std::fs::read_to_string(&file).expect("still there"), "mine");
    std::fs::remove_file(&file).expect("removed");
    let output = backup(&config, &file);
    assert!(output.status.success() && said(&output).contains("copied: 100 %"), "{}", said(&output));
    assert_eq!(names(dir.path()), ["backup.db", "world.toml"]);
    assert_eq!(file.metadata().expect("there").permissions().mode() & 0o777, 0o600);
    // Where there is nothing to copy.
    let empty = tempfile::tempdir().expect("a folder");
    let output = backup(&configured(empty.path(), LISTEN), &empty.path().join("backup.db"));
    assert!(!output.status.success(), "{}", said(&output));
    assert_eq!(names(empty.path()), ["bitacora.toml"]);
}

#[tokio::test]
async fn one_process_at_a_time_works_in_a_folder() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("backup.db");
    assert!(backup(&settings_of(&world, dir.path()), &file).status.success());
    let serving = Serving::start(dir.path(), LISTEN);
    let config = dir.path().join("bitacora.toml");
    let before = count(&dir.path().join("data/bitacora.db"), "SELECT count(*) FROM app_user");
    for output in [restore(&config, &file), run(&["serve", "--config", text(&config)])] {
        assert!(!output.status.success() && said(&output).contains("in use"), "{}", said(&output));
    }
    assert!(run(&["check", "--config", text(&config)]).status.success(), "looking is not working");
    assert!(serving.terminate().success());
    assert_eq!(count(&dir.path().join("data/bitacora.db"), "SELECT count(*) FROM app_user"), before);
    assert!(restore(&config, &file).status.success());
}

#[tokio::test]
async fn a_restore_refuses_what_it_cannot_use_and_touches_nothing() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a folder");
    let good = dir.path().join("backup.db");
    assert!(backup(&settings_of(&world, dir.path()), &good).status.success());
    let config = configured(dir.path(), LISTEN);
    assert!(restore(&config, &good).status.success());
    let data = dir.path().join("data");
    let before = std::fs::read(data.join("bitacora.db")).expect("a database");

    let bytes = std::fs::read(&good).expect("a backup");
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let newer = file("newer.db", &bytes);
    Connection::open(&newer).expect("opened").pragma_update(None, "user_version", 99).expect("written");
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle..].fill(0xff);
    let (foreign, damaged) = (file("foreign.db", b"no database"), file("damaged.db", &damaged));
    for (file, reason) in [
        (&newer, "newer"),
        (&foreign, "not a database of Bitácora"),
        (&damaged, "damaged"),
        (&dir.path().join("missing.db"), "missing.db"),
    ] {
        let output = restore(&config, file);
        assert!(!output.status.success() && said(&output).contains(reason), "{reason}: {}", said(&output));
        assert_eq!(std::fs::read(data.join("bitacora.db")).expect("a database"), before, "{reason}");
        assert_eq!(names(&data), ["bitacora.db", "bitacora.lock"], "{reason}");
    }
}

#[tokio::test]
async fn a_restore_keeps_what_it_replaces_and_one_that_was_cut_short_is_run_again() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("backup.db");
    assert!(backup(&settings_of(&world, dir.path()), &file).status.success());
    // A server whose first admin is not there yet, killed so that its log stays.
    let config = configured(dir.path(), LISTEN);
    let data = dir.path().join("data");
    drop(Serving::start(dir.path(), LISTEN));
    assert!(names(&data).contains(&"bitacora.db-wal".to_owned()));
    // As a restore leaves it that was killed while it copied.
    std::fs::write(data.join("bitacora.db.restoring"), "half").expect("written");
    let refused = run(&["serve", "--config", text(&config)]);
    assert!(!refused.status.success() && said(&refused).contains("cut short"), "{}", said(&refused));
    let output = restore(&config, &file);
    assert!(output.status.success(), "{}", said(&output));
    let all = names(&data);
    let kept = all.iter().find(|name| name.starts_with("bitacora.db.replaced-")).expect("kept");
    assert!(said(&output).contains(kept.as_str()), "{}", said(&output));
    assert_eq!(all, ["bitacora.db", kept.as_str(), "bitacora.lock"]);
    let users = "SELECT count(*) FROM app_user";
    assert_eq!(
        (count(&data.join(kept), users), count(&data.join("bitacora.db"), users)),
        (0, world.count(users))
    );
    assert_eq!(
        count(&data.join(kept), "SELECT count(*) FROM tenant WHERE slug = 'main'"),
        1,
        "its log as well"
    );
    let serving = Serving::start(dir.path(), LISTEN);
    assert!(serving.terminate().success());
}
