//! The two commands of docs/simulate.md: a real server that reads a real `bitacora simulate`, and every call of its
//! ledger lies in the store once, as what it was.

use crate::process::run;
use domain::id::{CallKey, EngagementKey, TenantId};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use telephony::ami::id_time;
use testkit::server::ServerProcess;
use testkit::tier::rounds;
use tokio::sync::oneshot;
use tokio::time::{interval, timeout};
use uuid::Uuid;

const BINARY: &str = env!("CARGO_BIN_EXE_bitacora");
/// Name of the source that `--write-endpoints` writes.
const SOURCE: &str = "simulated";
/// The only tenant of a new database.
const TENANT: TenantId = TenantId(1);
/// How often it is looked whether the server is done.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long anything here may take before the test gives up.
fn patience() -> Duration {
    Duration::from_secs(rounds(120, 900) as u64)
}

/// A process that simulates; killed when the test ends.
struct Simulating {
    child: Child,
    printed: Option<oneshot::Receiver<String>>,
}

impl Drop for Simulating {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Simulating {
    /// Starts it on a free port; it listens when this returns.
    fn start(endpoints: &Path, options: &[&str]) -> Simulating {
        let mut child = Command::new(BINARY)
            .args(["simulate", "--listen", "127.0.0.1:0", "--format", "json", "--write-endpoints"])
            .arg(endpoints)
            .args(options)
            .env("BITACORA_SIMULATE_SECRET", "of this test")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut said = BufReader::new(child.stderr.take().expect("its errors")).lines();
        let first = said.next().expect("a line").expect("text");
        assert!(first.contains("listens on 127.0.0.1:"), "{first}");
        // Read to the end, so that it is never held back by a full pipe.
        std::thread::spawn(move || said.map_while(Result::ok).for_each(drop));
        let (tell, printed) = oneshot::channel();
        let mut out = child.stdout.take().expect("its output");
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            let _ = tell.send(text);
        });
        Simulating { child, printed: Some(printed) }
    }

    /// The ledger, once it is printed, and how the process ended.
    async fn ledger(mut self) -> (Value, ExitStatus) {
        let printed = self.printed.take().expect("asked once");
        let text = timeout(patience(), printed).await.expect("the day ends in time").expect("its output");
        let status = self.child.wait().expect("it ended");
        (serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")), status)
    }

    fn interrupt(&self) {
        let told = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
    }
}

async fn serve(config: &Path, data: &Path) -> ServerProcess {
    let variables = [
        ("BITACORA_SERVER__LISTEN", OsString::from("127.0.0.1:0")),
        ("BITACORA_DATA__DIR", data.as_os_str().to_owned()),
        ("BITACORA_LOG__LEVEL", OsString::from("warn")),
    ];
    let serving = timeout(patience(), ServerProcess::start(Path::new(BINARY), config, &variables)).await;
    serving.expect("in time").expect("a server")
}

fn count(database: &Path, query: &str) -> Option<u64> {
    let count =
        Connection::open(database).and_then(|file| file.query_row(query, [], |row| row.get::<_, i64>(0)));
    u64::try_from(count.ok()?).ok()
}

/// Waits until no stored call lives and at least so many are over.
async fn settled(database: &Path, calls: usize) {
    let all_over = async {
        let mut look = interval(LOOK_EVERY);
        loop {
            look.tick().await;
            let live = count(database, "SELECT count(*) FROM call WHERE state = 'live'");
            let ended = count(database, "SELECT count(*) FROM call WHERE state = 'ended'");
            if live == Some(0) && ended >= Some(calls as u64) {
                return;
            }
        }
    };
    if timeout(patience(), all_over).await.is_err() {
        let states = |state| count(database, &format!("SELECT count(*) FROM call WHERE state = '{state}'"));
        panic!("{calls} calls were played; live {:?}, ended {:?}", states("live"), states("ended"));
    }
}

/// What is compared of an agent's part: agent, way, result, and whether it owed a wrap-up.
type Part = (String, String, String, bool);
/// What is compared of a call: type, calling number, queue, and the parts.
type Known = (String, Option<String>, Option<String>, BTreeMap<Uuid, Part>);

fn stored(database: &Path) -> BTreeMap<Uuid, Known> {
    let file = Connection::open(database).expect("the database");
    let mut parts: BTreeMap<i64, BTreeMap<Uuid, Part>> = BTreeMap::new();
    let mut query =
        file.prepare("SELECT call_id, key, agent, via, result, wrapup FROM engagement").expect("a query");
    let mut rows = query.query([]).expect("parts");
    while let Some(row) = rows.next().expect("a part") {
        let get = |at: usize| row.get::<_, Option<String>>(at).expect("text").unwrap_or_default();
        let key = Uuid::from_slice(&row.get::<_, Vec<u8>>(1).expect("a key")).expect("an id");
        let part = (get(2), get(3), get(4), row.get(5).expect("a truth value"));
        parts.entry(row.get(0).expect("a call")).or_default().insert(key, part);
    }
    let mut calls = BTreeMap::new();
    let mut query = file.prepare("SELECT id, key, kind, from_number, ring_group FROM call").expect("a query");
    let mut rows = query.query([]).expect("calls");
    while let Some(row) = rows.next().expect("a call") {
        let get = |at: usize| row.get::<_, Option<String>>(at).expect("text");
        let key = Uuid::from_slice(&row.get::<_, Vec<u8>>(1).expect("a key")).expect("an id");
        let parts = parts.remove(&row.get(0).expect("an id")).unwrap_or_default();
        let call = (get(2).unwrap_or_default(), get(3), get(4), parts);
        assert!(calls.insert(key, call).is_none(), "{key} is stored twice");
    }
    calls
}

fn happened(ledger: &Value) -> BTreeMap<Uuid, Known> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let label = |queue: &str| {
        let group = sandbox::centre::RING_GROUPS.iter().find(|group| group.queue == queue);
        group.map(|group| group.label.to_owned())
    };
    let part = |part: &Value| {
        let leg = text(&part["leg"]);
        let key = EngagementKey::derived(TENANT, SOURCE, &leg, 0, id_time(&leg));
        let owed = part["wrapup"].as_bool().expect("a truth value");
        (key.0, (text(&part["agent"]), text(&part["via"]), text(&part["result"]), owed))
    };
    let call = |call: &Value| {
        let leg = text(&call["leg"]);
        let from = Some(text(&call["from"])).filter(|number| number != "<unknown>");
        let queue = call["queue"].as_str().and_then(label);
        let parts = call["engagements"].as_array().expect("parts").iter().map(part).collect();
        let key = CallKey::derived(TENANT, SOURCE, &leg, id_time(&leg));
        (key.0, (text(&call["type"]), from, queue, parts))
    };
    ledger["calls"].as_array().expect("calls").iter().map(call).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_played_into_a_server_lies_in_the_store_call_by_call_once_as_what_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let (endpoints, data) = (dir.path().join("simulated.toml"), dir.path().join("data"));
    let (calls, speed) = (rounds(150, 2_000).to_string(), rounds(900, 240).to_string());
    let options = [
        "--calls-per-day",
        &calls,
        "--speed",
        &speed,
        "--agents",
        "40",
        "--seed",
        "11",
        "--from",
        "10:00",
        "--to",
        "16:00",
    ];
    let simulating = Simulating::start(&endpoints, &options);
    let mut serving = serve(&endpoints, &data).await;
    let (ledger, status) = simulating.ledger().await;
    assert!(status.success());
    let database = data.join("bitacora.db");
    let happened = happened(&ledger);
    settled(&database, happened.len()).await;
    serving.kill();
    let stored = stored(&database);
    for (key, call) in &happened {
        assert_eq!(stored.get(key), Some(call), "call {key}");
    }
    assert_eq!(stored.len(), happened.len(), "the store has calls that never were");
    // It was a day and not an hour, and of all sorts.
    assert!(happened.len() > rounds(120, 1_700), "{}", happened.len());
    assert!(ledger["calls_by_type"].as_object().expect("types").len() >= 5, "{}", ledger["calls_by_type"]);
    let hours: usize = ledger["ring_groups"]
        .as_array()
        .expect("groups")
        .iter()
        .filter_map(|group| Some(group["hours"].as_array()?.len()))
        .sum();
    assert!(hours > 15, "{hours}");
    // Each has an Activity or a reason, and nothing of a queue is counted otherwise than it is stored.
    assert_eq!(
        count(
            &database,
            "SELECT count(*) FROM call c LEFT JOIN activity a ON a.call_id = c.id \
            WHERE a.call_id IS NULL AND c.no_activity IS NULL"
        ),
        Some(0)
    );
    let offered = ledger["ring_groups"]
        .as_array()
        .expect("groups")
        .iter()
        .filter_map(|group| group["offered"].as_u64());
    let queued = count(&database, "SELECT count(*) FROM call WHERE ring_group IS NOT NULL");
    assert_eq!(queued, Some(offered.sum()));
}

#[tokio::test]
async fn who_interrupts_it_is_told_what_happened_so_far() {
    let dir = tempfile::tempdir().expect("a folder");
    let simulating = Simulating::start(&dir.path().join("simulated.toml"), &[]);
    simulating.interrupt();
    let (ledger, status) = simulating.ledger().await;
    assert!(status.success());
    assert_eq!(ledger["began_at"], Value::Null, "nobody logged in");
    assert_eq!((ledger["under_way"].as_u64(), ledger["calls"].as_array().map(Vec::len)), (Some(0), Some(0)));
}

#[test]
fn a_wrong_day_is_refused_before_anything_is_opened() {
    for (options, said) in [
        (&["--speed=0"][..], "--speed"),
        (&["--listen=0.0.0.0:0"], "BITACORA_SIMULATE_SECRET"),
        (&["--day=no-such-file"], "no-such-file"),
        (&["--secret=x"], "unexpected argument"),
    ] {
        let output = run(&[&["simulate"], options].concat());
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && why.contains(said), "{options:?}: {why}");
    }
}
