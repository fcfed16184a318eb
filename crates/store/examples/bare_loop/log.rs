//! Agents who save a draft and press Log, each the next call as soon as the last is acknowledged.

use crate::bare::{self, Job};
use crate::percentile;
use crate::rows::{self, TENANTS};
use domain::commit::{Change, Commit};
use domain::directory::{Person, PersonKind, RecordKeys};
use domain::id::TenantId;
use domain::phone::Region;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use store::{OpenOptions, SqliteStore, Store};
use tempfile::TempDir;

/// How long each measurement runs, unless the calls are used up before.
const RUN: Duration = Duration::from_secs(3);

pub(crate) fn measure(calls: usize, clients: usize, rounds: usize) {
    let dir = TempDir::new().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let template = runtime.block_on(prepare(&dir, calls));
    for _ in 0..rounds {
        let logs = runtime.block_on(bare_logs(&copy(&dir, &template), calls, clients));
        print("bare", clients, &logs);
        let logs = runtime.block_on(store_logs(&copy(&dir, &template), calls, clients));
        print("store", clients, &logs);
    }
}

/// What was measured: how long each Log took, its draft included, and how many transactions there were.
struct Logs {
    took: Vec<Duration>,
    wall: Duration,
    batches: u64,
    /// What the writer's thread computed: less at the mercy of what else runs than the time on the wall.
    writer_cpu: Option<Duration>,
}

/// How long the thread of this name has been on a processor, where the system tells (Linux).
fn cpu_time(thread: &str) -> Option<Duration> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let named =
        |path: &PathBuf| std::fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == thread);
    let path = threads.filter_map(|entry| Some(entry.ok()?.path())).find(named)?;
    let times = std::fs::read_to_string(path.join("schedstat")).ok()?;
    times.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn print(engine: &str, clients: usize, logs: &Logs) {
    let mut took = logs.took.clone();
    took.sort();
    let per_second = took.len() as f64 / logs.wall.as_secs_f64();
    let batch = 2.0 * took.len() as f64 / logs.batches as f64;
    let commits = 2.0 * took.len() as f64;
    let cpu =
        logs.writer_cpu.map_or("null".to_owned(), |cpu| format!("{:.1}", cpu.as_secs_f64() * 1e6 / commits));
    println!(
        "{{\"bench\":\"log\",\"engine\":\"{engine}\",\"clients\":{clients},\"logs\":{},\"logs_per_s\":{per_second:.0},\
         \"commits_per_s\":{:.0},\"p50_us\":{:.0},\"p99_us\":{:.0},\"commits_per_batch\":{batch:.1},\"writer_cpu_us_per_commit\":{cpu}}}",
        took.len(),
        2.0 * per_second,
        percentile(&took, 0.5),
        percentile(&took, 0.99),
    );
}

/// A file with so many calls whose wrap-ups are owed, spread over [`TENANTS`].
async fn prepare(dir: &TempDir, calls: usize) -> PathBuf {
    let path = dir.path().join("template.db");
    let store = Arc::new(SqliteStore::open(&path, &OpenOptions::default()).unwrap());
    for n in 0..TENANTS {
        let tenant = store.tenant(&format!("tenant-{n}")).await.unwrap();
        assert_eq!(tenant, tenant_of(n));
        let people = (n..10_000).step_by(TENANTS).map(person).collect();
        store.commit(Commit::of(tenant, people)).await.unwrap();
    }
    let mut writing = tokio::task::JoinSet::new();
    for n in 0..calls {
        let store = Arc::clone(&store);
        writing
            .spawn(async move { store.commit(Commit::of(tenant_of(n), rows::ended_call(n))).await.unwrap() });
        if writing.len() >= 1_000 {
            writing.join_next().await;
        }
    }
    writing.join_all().await;
    store.close().await;
    path
}

fn tenant_of(n: usize) -> TenantId {
    TenantId((n % TENANTS) as u32 + 1)
}

fn person(n: usize) -> Change {
    let person = Person {
        id: rows::person_id(n),
        kind: PersonKind::Contact,
        name: format!("Person {n}"),
        company: None,
        account: None,
        email: None,
        phones: vec![],
        version: 1,
        created_by_call: None,
        owner: None,
    };
    let keys = RecordKeys::of(&person, Region::try_from("ES").unwrap());
    Change::Person { person: Box::new(person), keys }
}

fn copy(dir: &TempDir, template: &Path) -> PathBuf {
    let path = dir.path().join("run.db");
    for suffix in ["db", "db-wal", "db-shm"] {
        let _ = std::fs::remove_file(path.with_extension(suffix));
    }
    std::fs::copy(template, &path).unwrap();
    std::fs::File::open(&path).unwrap().sync_all().unwrap();
    path
}

/// Has so many clients log calls one after the other.
async fn closed_loop<L: Future<Output = ()> + Send>(
    calls: usize,
    clients: usize,
    log: impl Fn(usize) -> L + Clone + Send + 'static,
) -> (Vec<Duration>, Duration) {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (next, log) = (Arc::clone(&next), log.clone());
        running.spawn(async move {
            let mut took = vec![];
            while began.elapsed() < RUN {
                let n = next.fetch_add(1, Relaxed);
                if n >= calls {
                    break;
                }
                let start = Instant::now();
                log(n).await;
                took.push(start.elapsed());
            }
            took
        });
    }
    let took = running.join_all().await.concat();
    (took, began.elapsed())
}

async fn store_logs(path: &Path, calls: usize, clients: usize) -> Logs {
    let store = Arc::new(SqliteStore::open(path, &OpenOptions::default()).unwrap());
    let shared = Arc::clone(&store);
    let log = move |n| {
        let store = Arc::clone(&shared);
        async move {
            store.commit(rows::save_draft(tenant_of(n), n)).await.unwrap();
            store.commit(rows::log(tenant_of(n), n)).await.unwrap();
        }
    };
    let (took, wall) = closed_loop(calls, clients, log).await;
    let batches = store.stats().batches;
    let writer_cpu = cpu_time("store-writer");
    store.close().await;
    Logs { took, wall, batches, writer_cpu }
}

async fn bare_logs(path: &Path, calls: usize, clients: usize) -> Logs {
    let ids = Arc::new(row_ids(path, calls));
    let (jobs, writer) = bare::start(path);
    let kept = jobs.clone();
    let log = move |n: usize| {
        let (jobs, id) = (jobs.clone(), ids[n]);
        async move {
            for log in [false, true] {
                let (done, written) = tokio::sync::oneshot::channel();
                let job = Job {
                    id,
                    tenant: i64::from(tenant_of(n).0),
                    log,
                    person: rows::person_id(n).0.into_bytes(),
                    code: rows::code().id.0.into_bytes(),
                    user: rows::user().0.into_bytes(),
                    at: rows::logged_at(n).0,
                    done,
                };
                jobs.send(job).await.ok().unwrap();
                written.await.unwrap();
            }
        }
    };
    let (took, wall) = closed_loop(calls, clients, log).await;
    let writer_cpu = cpu_time(bare::WRITER);
    drop(kept);
    let batches = tokio::task::spawn_blocking(move || writer.join().unwrap()).await.unwrap();
    Logs { took, wall, batches, writer_cpu }
}

/// Row ids of the wrap-ups, by number of the call. Call and wrap-up share one here: each has one.
fn row_ids(path: &Path, calls: usize) -> Vec<i64> {
    let conn = bare::open(path);
    let mut statement = conn.prepare("SELECT id, call_id FROM wrapup WHERE key = ?1").unwrap();
    let id = |n| {
        let key = rows::engagement_key(n).0.into_bytes();
        let (wrapup, call): (i64, i64) =
            statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(wrapup, call);
        wrapup
    };
    (0..calls).map(id).collect()
}
