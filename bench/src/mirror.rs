//! The first load of a directory out of an org: how fast a million people come through the Bulk API into a new database, what
//! memory that takes, and that a server which is killed in the middle goes on without one of them missing or there twice.

use crate::http::Client;
use crate::process::{DATABASE, Server};
use crate::report::{Aim, Report, rounded};
use crate::{Outcome, failure, progress};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const PEOPLE: usize = 1_000_000;
/// More than are read page by page, so that the job of the Bulk API is used all the same.
const QUICK_PEOPLE: usize = 150_000;
/// How often it is looked how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Longest that a load is waited for.
const PATIENCE: Duration = Duration::from_secs(3 * 3_600);
/// At which share of all records the server is killed.
const KILLED_AT: f64 = 0.4;
/// What of an org is mirrored. One half of a person who is an account is no record here.
const QUERIES: [&str; 4] = [
    "SELECT COUNT() FROM Account",
    "SELECT COUNT() FROM Contact WHERE IsPersonAccount = false",
    "SELECT COUNT() FROM Lead WHERE IsConverted = false",
    "SELECT COUNT() FROM Case",
];

pub(crate) fn measure(report: &mut Report, dir: &Path, binary: &Path, quick: bool) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(load(report, dir, binary, if quick { QUICK_PEOPLE } else { PEOPLE }))
}

async fn load(report: &mut Report, dir: &Path, binary: &Path, people: usize) -> Outcome {
    let begun = Instant::now();
    let (org, settings, expected) = org(binary, people).await?;
    progress(format!("an org of {people} people, {expected} records, after {:.0?}", begun.elapsed()));
    let begun = Instant::now();
    let mut server = Server::start_with(binary, dir, None, &settings)?;
    let (mut first_after, mut killed_after) = (None, None);
    let (mut most_rss, mut most_own, mut cpu_s) = (0.0_f64, 0.0_f64, 0.0);
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let usage = server.usage()?;
        most_rss = most_rss.max(usage.rss_mb);
        most_own = most_own.max(usage.anonymous_mb);
        let reached = reached(dir)?;
        if reached.read > 0 && first_after.is_none() {
            first_after = Some(rounded(begun.elapsed().as_secs_f64(), 1));
        }
        if killed_after.is_none() && reached.read as f64 > expected as f64 * KILLED_AT {
            cpu_s += usage.cpu_s;
            drop(server);
            let again = Instant::now();
            server = Server::start_with(binary, dir, None, &settings)?;
            killed_after = Some(reached.read);
            progress(format!(
                "killed at {} records, listening again after {:?}",
                reached.read,
                again.elapsed()
            ));
            continue;
        }
        if reached.is_through {
            cpu_s += server.usage()?.cpu_s;
            break;
        }
        if begun.elapsed() > PATIENCE {
            return failure(format!("not through after {PATIENCE:?}: {reached:?}"));
        }
    }
    let took = begun.elapsed().as_secs_f64();
    drop(server);
    compared(dir, expected)?;
    report.line(
        "mirror",
        json!({ "people": people, "records": expected, "first_after_s": first_after, "killed_at": killed_after, "seconds": rounded(took, 1),
            "cpu_s": rounded(cpu_s, 1), "rss_mb": rounded(most_rss, 0), "own_mb": rounded(most_own, 0),
            "org_rss_mb": rounded(org.usage()?.rss_mb, 0) }),
    );
    report.row(format!("first load of {expected} records, killed once"), rounded(took, 0), "s", Aim::None);
    report.row("the first of them known after", first_after.unwrap_or(f64::NAN), "s", Aim::None);
    report.row("records a second", rounded(expected as f64 / took, 0), "", Aim::None);
    report.row("server's CPU for each", rounded(cpu_s * 1e6 / expected as f64, 0), "µs", Aim::None);
    report.row("server's memory, its own, at most", rounded(most_own, 0), "MB", Aim::None);
    Ok(())
}

/// An org of so many people in a process of its own, the settings that mirror it, and how many records it has.
async fn org(binary: &Path, people: usize) -> Outcome<(Server, String, u64)> {
    let mut command = Command::new(binary);
    command.args(["emulate", "salesforce", "--listen", "127.0.0.1:0", "--people", &people.to_string()]);
    let server = Server::listening(&mut command)?;
    let mut client = Client::connect(server.address).await?;
    let told: Value = client.ask("GET", "/emulator", "", "").await?;
    let id = told["organization"].as_str().ok_or("an org without an id")?;
    let form = "grant_type=client_credentials&client_id=bitacora&client_secret=bitacora-secret";
    let granted: Value = client.ask("POST", "/services/oauth2/token", "", form).await?;
    let token = granted["access_token"].as_str().ok_or("no token")?;
    let mut expected = 0;
    for soql in QUERIES {
        let path = format!("/services/data/v66.0/query?q={}", soql.replace(' ', "+"));
        let told: Value = client.ask("GET", &path, &format!("Authorization: Bearer {token}\r\n"), "").await?;
        expected += told["totalSize"].as_u64().ok_or("no count")?;
    }
    let settings = format!(
        "[tenants.salesforce]\norganisation = {id:?}\nlogin_url = \"http://{}\"\nflow = \"client_credentials\"\n\
         client_id = \"bitacora\"\nclient_secret = \"bitacora-secret\"\n",
        server.address
    );
    Ok((server, settings, expected))
}

/// How far a load is.
#[derive(Debug, Default)]
struct Reached {
    /// Records that were read, of all kinds.
    read: u64,
    is_through: bool,
}

fn file(dir: &Path) -> Outcome<Connection> {
    let file = Connection::open_with_flags(dir.join(DATABASE), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    file.busy_timeout(Duration::from_secs(5))?;
    Ok(file)
}

/// A kind that is through keeps no count of its own: what it read is in its place, in the words of the client.
fn reached(dir: &Path) -> Outcome<Reached> {
    let file = file(dir)?;
    let mut places = file.prepare("SELECT mirrored, place, loaded FROM crm_place")?;
    let rows = places.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<i64>>(2)?))
    })?;
    let (mut reached, mut through) = (Reached::default(), 0);
    for row in rows {
        let (kind, place, loading) = row?;
        let place: Value = serde_json::from_str(&place)?;
        if kind != "users" {
            reached.read += place["read"].as_u64().unwrap_or_default();
        }
        through += usize::from(loading.is_none());
    }
    reached.is_through = through == QUERIES.len() + 1;
    Ok(reached)
}

/// Each record of the org is one of ours and each of ours is one of the org.
fn compared(dir: &Path, expected: u64) -> Outcome {
    let file = file(dir)?;
    let count = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0));
    let records = count("SELECT (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM case_record)")?;
    let links = count("SELECT COUNT(*) FROM crm_link WHERE part = 'main'")?;
    let locals =
        count("SELECT COUNT(*) FROM (SELECT DISTINCT kind, local FROM crm_link WHERE part = 'main')")?;
    match [records, links, locals] == [i64::try_from(expected)?; 3] {
        true => Ok(()),
        false => {
            failure(format!("of {expected} records {records} are here, {links} ids of {locals} records"))
        }
    }
}
