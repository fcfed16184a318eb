//! Reports and lists over three years of a call centre, once with a tenth of the calls and once with all of them: what
//! rollups answer, what only the calls answer, and what the pages of lists open with, each over HTTP; and beside them, on the
//! same data in the same run, a plain GROUP BY over the rows themselves and one over the narrow rows that reports read.
//! `bench/reports/run.sh` lets DuckDB count them as well.

mod asked;
mod plain;
mod week;
mod years;

use crate::http::Client;
use crate::process::{DATABASE, Server};
use crate::report::{Aim, Report, Times, rounded};
use crate::{Outcome, agents, failure, progress};
use asked::Asked;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

const CALLS: usize = 10_000_000;
const QUICK_CALLS: usize = 300_000;
/// The smaller one has so many times less.
const GROWTH: usize = 10;
/// How often each is asked; a slow one less often.
const TIMES: usize = 40;
const ASKED_LONGEST: Duration = Duration::from_secs(20);
const AIM_ROLLUPS_MS: f64 = 100.0;
const AIM_CALLS_MS: f64 = 2_000.0;
const AIM_LISTS_MS: f64 = 1_000.0;
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Says beside a database that all of it was written: one that is kept is not written again.
const WRITTEN: &str = "written";

/// Where the server writes that everything is counted and packed.
const LEFT: &str = "SELECT (SELECT COUNT(*) FROM report_fill) + (SELECT COUNT(*) FROM report_basis WHERE held_at < 9223372036854775807) \
    + (SELECT COUNT(*) = 0 FROM report_basis) + (SELECT COUNT(*) FROM report_day_facts WHERE facts IS NULL)";

pub(crate) fn measure(
    report: &mut Report,
    dir: &Path,
    binary: &Path,
    quick: bool,
    keep: Option<&Path>,
) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let calls = if quick { QUICK_CALLS } else { CALLS };
    let mut before = Vec::new();
    for calls in [calls / GROWTH, calls] {
        let dir = keep.unwrap_or(dir).join(calls.to_string());
        std::fs::create_dir_all(&dir)?;
        let measured = runtime.block_on(of(report, &dir, binary, calls))?;
        for (what, millis) in &measured {
            if let Some((_, less)) = before.iter().find(|(one, _)| one == what) {
                let more: f64 = millis / less;
                report.row(
                    format!("{what}: {GROWTH} times the calls take"),
                    rounded(more, 1),
                    "times",
                    Aim::None,
                );
            }
        }
        before = measured;
        if let Some(keep) = keep {
            plain::export(&dir.join(DATABASE), &keep.join(format!("facts-{calls}.csv")))?;
        } else {
            std::fs::remove_dir_all(&dir)?;
        }
    }
    Ok(())
}

/// Measures with so many calls; answers the 95th percentile of each in milliseconds.
async fn of(report: &mut Report, dir: &Path, binary: &Path, calls: usize) -> Outcome<Vec<(String, f64)>> {
    let (began, written) = (Instant::now(), dir.join(WRITTEN));
    let is_kept = written.exists();
    if !is_kept {
        let _ = std::fs::remove_file(dir.join(DATABASE));
        years::write(dir, calls).await?;
        std::fs::write(&written, "")?;
    }
    years::let_in(dir).await?;
    let calls = years::rounded(calls);
    let megabytes = std::fs::metadata(dir.join(DATABASE))?.len() / 1_048_576;
    progress(format!("{calls} calls, {megabytes} MB, written in {:.0?}", began.elapsed()));
    let server = Server::start(binary, dir, None)?;
    let counted = count(dir).await?;
    let megabytes = std::fs::metadata(dir.join(DATABASE))?.len() / 1_048_576;
    // One that an earlier run kept was counted then.
    if !is_kept {
        let seconds = rounded(counted.as_secs_f64(), 1);
        report.line("reports", json!({ "calls": calls, "counted_s": seconds, "file_mb": megabytes }));
        report.row(format!("{calls} calls counted for reports"), seconds, "s", Aim::None);
    }
    let mut asking = Asking { client: Client::connect(server.address).await?, bearer: String::new() };
    asking.bearer = agents::bearer(&agents::sign_in(server.address, 1).await?.remove(0));
    let code = plain::most_used_code(&dir.join(DATABASE))?;
    let mut measured = Vec::new();
    for (asked, aim) in [
        (asked::rollups(), AIM_ROLLUPS_MS),
        (asked::calls(&code), AIM_CALLS_MS),
        (asked::lists(&code), AIM_LISTS_MS),
    ] {
        for one in asked {
            let times = asking.again_and_again(&one).await?;
            measured.push((one.what.to_owned(), tell(report, calls, one.what, times, aim)));
        }
    }
    let used = server.usage()?;
    report.row(format!("server's memory with {calls} calls"), rounded(used.anonymous_mb, 0), "MB", Aim::None);
    drop(server);
    for (what, times) in plain::group_by(&dir.join(DATABASE))? {
        measured.push((what.to_owned(), tell(report, calls, what, times, f64::INFINITY)));
    }
    Ok(measured)
}

fn tell(report: &mut Report, calls: usize, what: &str, times: Times, aim: f64) -> f64 {
    let (count, times) = (times.count(), times.sorted());
    let (half, most) = (times.millis(0.5), times.millis(0.95));
    report.line(
        "reports",
        json!({ "calls": calls, "asked": what, "times": count, "p50_ms": rounded(half, 1), "p95_ms": rounded(most, 1) }),
    );
    let aim = if aim.is_finite() { Aim::Below(aim) } else { Aim::None };
    report.row(format!("{calls}: {what}"), rounded(most, 1), "ms", aim);
    most
}

/// Waits until the server has counted everything; answers how long that took.
async fn count(dir: &Path) -> Outcome<Duration> {
    let began = Instant::now();
    let file = Connection::open_with_flags(dir.join(DATABASE), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    file.busy_timeout(Duration::from_secs(5))?;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let left: i64 = file.query_row(LEFT, [], |row| row.get(0))?;
        if left == 0 {
            return Ok(began.elapsed());
        }
    }
}

struct Asking {
    client: Client,
    bearer: String,
}

impl Asking {
    /// Asks until the times say something; the first answer is checked and not counted.
    async fn again_and_again(&mut self, asked: &Asked) -> Outcome<Times> {
        let path = format!("/api/v1{}", asked.path);
        let answer: Value = self.client.ask("GET", &path, &self.bearer, "").await?;
        let from = answer["calls"]["counted_from"].as_str();
        if asked.from.is_some() && asked.from != from {
            return failure(format!("{} was counted from {from:?}", asked.path));
        }
        if answer["calls"]["whole"]["total"] == 0 {
            return failure(format!("{} counts nothing", asked.path));
        }
        let (mut times, began) = (Times::default(), Instant::now());
        while times.count() < TIMES && (times.count() < 3 || began.elapsed() < ASKED_LONGEST) {
            let began = Instant::now();
            self.client.text("GET", &path, &self.bearer, "").await?;
            times.push(began.elapsed());
        }
        Ok(times)
    }
}
