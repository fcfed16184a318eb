//! Past calls from a file: a million rows looked at, then written by a server that is killed in the middle, then the same file
//! again, which changes nothing. Meanwhile a client asks the server to write something small, over and over: what that takes
//! beside the import is what a living call waits.

use crate::agents::{COOKIE, bearer, now, refresh_token};
use crate::http::Client;
use crate::process::{DATABASE, Server, TENANT};
use crate::report::{Aim, Report, Sorted, Times, rounded};
use crate::seeded::Seeded;
use crate::{Outcome, failure, progress};
use domain::account::{Role, Session, User};
use domain::commit::{Change, Commit};
use domain::id::UserId;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{BufWriter, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use store::{OpenOptions, SqliteStore, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

const ROWS: usize = 1_000_000;
const QUICK_ROWS: usize = 30_000;
/// Callers come again: so many numbers, and so many agents.
const NUMBERS: usize = 120_000;
const AGENTS: usize = 200;
/// One row in so many cannot be read.
const WRONG_ONE_IN: usize = 1_000;
/// At which share of the rows the server is killed.
const KILLED_AT: f64 = 0.4;
const LOOK_EVERY: Duration = Duration::from_millis(250);
const PROBE_EVERY: Duration = Duration::from_millis(20);
/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(3 * 3_600);
/// How often somebody signs in: each time by a session of its own.
const SIGN_INS: usize = 16;

pub(crate) fn measure(report: &mut Report, dir: &Path, binary: &Path, quick: bool) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(import(report, dir, binary, if quick { QUICK_ROWS } else { ROWS }))
}

/// What was measured of one import of a file.
struct Measured {
    seconds: f64,
    peak_mb: f64,
    own_mb: f64,
    probes: Sorted,
    tally: Value,
}

async fn import(report: &mut Report, dir: &Path, binary: &Path, rows: usize) -> Outcome {
    admins(dir).await?;
    let file = dir.join("calls.csv");
    let wrong = write_table(&file, rows)?;
    let bytes = std::fs::metadata(&file)?.len();
    progress(format!("a file of {rows} rows, {} MB", bytes / 1_000_000));
    let mut bench = Bench { binary: binary.to_owned(), dir: dir.to_owned(), signed_in: 0 };
    let server = Server::start(binary, dir, None)?;
    let idle = probed(server.address, Duration::from_secs(5)).await?;
    let (server, checked, first) = bench.whole(server, &file, Some(rows)).await?;
    let right = rows - wrong;
    agrees(&first.tally, [rows, right, 0, wrong])?;
    counted(dir, right)?;
    let before = fingerprint(dir)?;
    let (server, _, second) = bench.whole(server, &file, None).await?;
    agrees(&second.tally, [rows, 0, right, wrong])?;
    if fingerprint(dir)? != before {
        return failure("the second run changed something");
    }
    drop(server);
    let a_second = |seconds: f64| rounded(rows as f64 / seconds, 0);
    report.line(
        "import",
        json!({ "rows": rows, "file_bytes": bytes, "check_s": rounded(checked, 1), "seconds": rounded(first.seconds, 1),
            "again_s": rounded(second.seconds, 1), "peak_mb": rounded(first.peak_mb, 0), "own_mb": rounded(first.own_mb, 0),
            "probe_idle_p50_ms": rounded(idle.millis(0.5), 2), "probe_idle_p99_ms": rounded(idle.millis(0.99), 1),
            "probe_p50_ms": rounded(first.probes.millis(0.5), 2), "probe_p99_ms": rounded(first.probes.millis(0.99), 1),
            "database_bytes": std::fs::metadata(dir.join(DATABASE))?.len() }),
    );
    report.row(format!("{rows} rows looked at, rows a second"), a_second(checked), "", Aim::None);
    report.row("written, killed once, rows a second", a_second(first.seconds), "", Aim::None);
    report.row("the same file again, rows a second", a_second(second.seconds), "", Aim::None);
    report.row("server's memory at most (VmHWM)", rounded(first.peak_mb, 0), "MB", Aim::None);
    report.row("its own at most", rounded(first.own_mb, 0), "MB", Aim::None);
    report.row("a small Commit beside it, p50", rounded(first.probes.millis(0.5), 2), "ms", Aim::None);
    report.row("a small Commit beside it, p99", rounded(first.probes.millis(0.99), 1), "ms", Aim::None);
    report.row("a small Commit alone, p50", rounded(idle.millis(0.5), 2), "ms", Aim::None);
    report.row("a small Commit alone, p99", rounded(idle.millis(0.99), 1), "ms", Aim::None);
    Ok(())
}

struct Bench {
    binary: PathBuf,
    dir: PathBuf,
    signed_in: usize,
}

impl Bench {
    /// Uploads, checks and imports a file; killed in the middle where it says of how many rows that is. Answers the seconds of the
    /// check beside what came of the import.
    async fn whole(
        &mut self,
        mut server: Server,
        file: &Path,
        killed_of: Option<usize>,
    ) -> Outcome<(Server, f64, Measured)> {
        let mut client = Client::connect(server.address).await?;
        let admin = self.sign_in(server.address).await?;
        let id = upload(server.address, &admin, file).await?;
        keep_agents(&mut client, &admin, &id).await?;
        let begun = Instant::now();
        step(&mut client, &admin, &id, "check").await?;
        self.until(&server, &id, |state, _| state == "checked").await?;
        let checked = begun.elapsed().as_secs_f64();
        progress(format!("looked at in {checked:.0} s"));
        let admin = self.sign_in(server.address).await?;
        step(&mut client, &admin, &id, "start").await?;
        let begun = Instant::now();
        let (mut peak_mb, mut own_mb) = (0.0_f64, 0.0_f64);
        if let Some(rows) = killed_of {
            let middle = rows as f64 * KILLED_AT;
            let seen = self.until(&server, &id, |_, rows| rows as f64 > middle).await?;
            (peak_mb, own_mb) = seen;
            drop(server);
            server = Server::start(&self.binary, &self.dir, None)?;
            progress(format!("killed after {:.0} s", begun.elapsed().as_secs_f64()));
        }
        let probing = Probing::begin(server.address);
        let seen = self.until(&server, &id, |state, _| state == "done").await?;
        let seconds = begun.elapsed().as_secs_f64();
        let probes = probing.end().await?;
        let (_, _, progress) = read(&self.dir, &id)?;
        let tally = progress["tally"].clone();
        crate::progress(format!("{tally} in {seconds:.0} s"));
        let measured =
            Measured { seconds, peak_mb: peak_mb.max(seen.0), own_mb: own_mb.max(seen.1), probes, tally };
        Ok((server, checked, measured))
    }

    /// An access token; each by a session of its own, because those of a server end with it.
    async fn sign_in(&mut self, address: SocketAddr) -> Outcome<String> {
        let cookie = format!("Cookie: {COOKIE}={}\r\n", refresh_token(self.signed_in));
        self.signed_in += 1;
        let mut client = Client::connect(address).await?;
        let signed: Value = client.ask("POST", "/api/v1/session/refresh", &cookie, "").await?;
        Ok(bearer(signed["access_token"].as_str().ok_or("no token")?))
    }

    /// Waits until an import stands so; answers the most memory that the server had until then, and its own of that.
    async fn until(&self, server: &Server, id: &str, is: impl Fn(&str, u64) -> bool) -> Outcome<(f64, f64)> {
        let (begun, mut most) = (Instant::now(), (0.0_f64, 0.0_f64));
        loop {
            let usage = server.usage()?;
            most = (most.0.max(usage.peak_mb), most.1.max(usage.anonymous_mb));
            let (state, rows, _) = read(&self.dir, id)?;
            if is(&state, rows) {
                return Ok(most);
            }
            if state == "failed" || begun.elapsed() > PATIENCE {
                return failure(format!("it is {state} at row {rows}"));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Asks the server to write something small, over and over.
struct Probing {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Outcome<Times>>,
}

impl Probing {
    fn begin(address: SocketAddr) -> Probing {
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let mut client = Client::connect(address).await?;
            let mut times = Times::default();
            while !stopping.load(Relaxed) {
                let begun = Instant::now();
                client.text("GET", "/readyz", "", "").await?;
                times.push(begun.elapsed());
                tokio::time::sleep(PROBE_EVERY).await;
            }
            Ok(times)
        });
        Probing { stop, task }
    }

    async fn end(self) -> Outcome<Sorted> {
        self.stop.store(true, Relaxed);
        Ok(self.task.await??.sorted())
    }
}

async fn probed(address: SocketAddr, long: Duration) -> Outcome<Sorted> {
    let probing = Probing::begin(address);
    tokio::time::sleep(long).await;
    probing.end().await
}

async fn step(client: &mut Client, admin: &str, id: &str, step: &str) -> Outcome {
    let path = format!("/api/v1/imports/{id}");
    let told: Value = client.ask("GET", &path, admin, "").await?;
    let body = json!({ "version": told["import"]["version"], "step": step }).to_string();
    let _: Value = client.ask("POST", &format!("{path}/step"), admin, &body).await?;
    Ok(())
}

/// Has agents who are no users kept by their names.
async fn keep_agents(client: &mut Client, admin: &str, id: &str) -> Outcome {
    let path = format!("/api/v1/imports/{id}");
    let mut told: Value = client.ask("GET", &path, admin, "").await?;
    told["import"]["mapping"]["unknown_agents"] = json!("keep");
    let body = json!({ "version": told["import"]["version"], "mapping": told["import"]["mapping"] });
    let _: Value = client.ask("PUT", &format!("{path}/mapping"), admin, &body.to_string()).await?;
    Ok(())
}

/// Sends the file as it is read; answers the import's id.
async fn upload(address: SocketAddr, admin: &str, file: &Path) -> Outcome<String> {
    let mut table = tokio::fs::File::open(file).await?;
    let length = table.metadata().await?.len();
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST /api/v1/imports?name=calls.csv HTTP/1.1\r\nHost: {address}\r\n{admin}Content-Type: text/csv\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    tokio::io::copy(&mut table, &mut stream).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let body = answer.split_once("\r\n\r\n").ok_or("no answer")?.1;
    let told: Value = serde_json::from_str(body).map_err(|_| answer.clone())?;
    Ok(told["import"]["id"].as_str().ok_or(answer)?.to_owned())
}

/// Those who may import, each with a session.
async fn admins(dir: &Path) -> Outcome {
    let store = SqliteStore::open(&dir.join(DATABASE), &OpenOptions::default())?;
    let tenant = store.tenant(TENANT).await?;
    let now = now();
    let changes = (0..SIGN_INS).flat_map(|nth| {
        let user = User {
            id: UserId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + nth as u128)),
            login: format!("admin{nth}"),
            name: format!("Admin {nth}"),
            role: Role::Admin,
            agent: None,
            email: None,
            active: true,
            password_hash: None,
            version: 1,
        };
        let current = Sha256::digest(refresh_token(nth)).into();
        let expires_at = now.plus_millis(PATIENCE.as_millis() as i64 * 4);
        let session =
            Session { id: current, current, previous: None, rotated_at: now, user: user.id, expires_at };
        [Change::User(Box::new(user)), Change::Session(session)]
    });
    store.commit(Commit::of(tenant, changes.collect())).await?;
    Ok(())
}

/// Writes a table of calls over two years; answers how many of its rows cannot be read.
fn write_table(file: &Path, rows: usize) -> Outcome<usize> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    let mut dice = Seeded(17);
    writeln!(
        out,
        "call_id,type,start_at,end_at,contact_phone_number,talkdesk_phone_number,user_name,ring_groups,wait_time,talk_time,notes"
    )?;
    let words =
        ["asks", "invoice", "delivery", "again", "called", "back", "tomorrow", "order", "late", "solved"];
    let mut wrong = 0;
    for nth in 0..rows {
        let second = nth as u64 * 63_072_000 / rows as u64;
        let (day, clock) = (second / 86_400, second % 86_400);
        let (year, day) = (2024 + day / 365, day % 365);
        let (month, day) = (day / 31 + 1, day % 31 % 28 + 1);
        let start = format!(
            "{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            clock / 3_600,
            clock / 60 % 60,
            clock % 60
        );
        let start = if dice.below(WRONG_ONE_IN) == 0 { "soon".to_owned() } else { start };
        wrong += usize::from(start == "soon");
        let number = 34_600_000_000_usize + dice.below(NUMBERS);
        let (kind, wait, talk) = match dice.below(10) {
            0..5 => ("inbound", dice.below(60), dice.below(600)),
            5..8 => ("outbound", 0, dice.below(600)),
            8 => ("outbound_missed", 0, 0),
            _ => ("abandoned", dice.below(120), 0),
        };
        let agent = if kind == "abandoned" { String::new() } else { format!("Agent {}", dice.below(AGENTS)) };
        let notes: Vec<&str> = (0..dice.below(8)).map(|_| words[dice.below(10)]).collect();
        writeln!(
            out,
            "r{nth},{kind},{start},,+{number},+34911000001,{agent},group{},{wait},{talk},{}",
            dice.below(12),
            notes.join(" ")
        )?;
    }
    out.flush()?;
    Ok(wrong)
}

fn open(dir: &Path) -> Outcome<Connection> {
    let file = Connection::open_with_flags(dir.join(DATABASE), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    file.busy_timeout(Duration::from_secs(5))?;
    Ok(file)
}

/// The state of an import, how many rows it looked at, and how far it is.
fn read(dir: &Path, id: &str) -> Outcome<(String, u64, Value)> {
    let key = Uuid::parse_str(id)?.into_bytes();
    let stored = open(dir)?.query_row("SELECT data, progress FROM import WHERE key = ?1", [key], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let (data, progress): (Value, Value) =
        (serde_json::from_str(&stored.0)?, serde_json::from_str(&stored.1)?);
    let rows = progress["tally"]["rows"].as_u64().unwrap_or_default();
    Ok((data["state"].as_str().unwrap_or_default().to_owned(), rows, progress))
}

fn agrees(tally: &Value, expected: [usize; 4]) -> Outcome {
    let told = ["rows", "new", "there", "refused"].map(|name| tally[name].as_u64());
    match told == expected.map(|count| Some(count as u64)) {
        true => Ok(()),
        false => failure(format!("{tally} instead of {expected:?}")),
    }
}

/// Each row that can be read is one call with one Activity, of which reports know.
fn counted(dir: &Path, rows: usize) -> Outcome {
    let file = open(dir)?;
    for table in ["call", "activity", "imported", "report_fact"] {
        let count: i64 = file.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0))?;
        if usize::try_from(count)? != rows {
            return failure(format!("{count} rows of {table} instead of {rows}"));
        }
    }
    Ok(())
}

/// What differs where anything of a call or an Activity was written again.
fn fingerprint(dir: &Path) -> Outcome<(i64, i64, i64)> {
    let file = open(dir)?;
    Ok(file.query_row(
        "SELECT (SELECT TOTAL(revision) + TOTAL(call_id) FROM activity), (SELECT COUNT(*) FROM call), \
         (SELECT TOTAL(talk_ms) + COUNT(*) FROM report_fact)",
        [],
        |row| Ok((row.get::<_, f64>(0)? as i64, row.get(1)?, row.get::<_, f64>(2)? as i64)),
    )?)
}
