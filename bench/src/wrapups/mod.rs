//! Wrap-ups over HTTP: each of 64 clients reads the match, saves a draft and presses Log, one call after the
//! other; beside it a bare loop of SQL that writes the same rows.
//!
//! And the same requests and answers with nothing behind them: what is left of two cores when they carry HTTP
//! alone is the most that any server could do for these clients.
//!
//! The match is read from `GET /me/panel`: over HTTP there is nothing smaller that holds it. Each wrap-up has
//! an agent of its own, so that a panel shows one card, as it does where agents close what they owe.

mod bare;
mod clients;
mod crm;
mod echo;
mod rows;

pub(crate) use crm::measure as measure_crm;
pub(crate) use echo::{ECHO, echo};
pub(crate) use rows::codes;

use clients::{Against, Answers, Ran};

use crate::process::{DATABASE, Server, TENANT, Usage};
use crate::report::{Aim, Report, Times, median, rounded};
use crate::{Outcome, agents, failure, progress};
use domain::account::Role;
use domain::commit::Commit;
use domain::id::TenantId;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::{OpenOptions, SqliteStore, Store};

/// Clients, each with one request under way at a time.
const CLIENTS: usize = 64;
const ROUNDS: usize = 3;
/// The share of the bare loop's wrap-ups that is aimed at.
const AIM: f64 = 0.5;
const CALLS_PER_COMMIT: usize = 100;

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Calls that were logged before.
    past: usize,
    /// Wrap-ups that are owed, and logged in each round by each of the two.
    owed: usize,
}

/// What a round of one of the two was.
struct Round {
    wall: Duration,
    whole: Times,
    log: Times,
    /// Transactions put on disk, and Commits in them.
    batches: u64,
    commits: u64,
}

impl Round {
    fn per_second(&self) -> f64 {
        self.whole.count() as f64 / self.wall.as_secs_f64()
    }
}

pub(crate) fn measure(report: &mut Report, dir: &Path, binary: &Path, quick: bool) -> Outcome {
    let size = if quick { Size { past: 5_000, owed: 2_000 } } else { Size { past: 200_000, owed: 15_000 } };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let began = Instant::now();
    let template = runtime.block_on(prepare(dir, size))?;
    progress(format!("{size:?} written in {:.0} s", began.elapsed().as_secs_f64()));
    let (mut rates, mut ratios, mut shares, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0.0);
    for round in 1..=ROUNDS {
        let bare_first = round % 2 == 0;
        let bare = || {
            let data = copy(dir, &template)?;
            let bare = runtime.block_on(bare_round(&data.join(DATABASE), size))?;
            check(&runtime, &data, size)?;
            Outcome::Ok(bare)
        };
        let before = if bare_first { Some(bare()?) } else { None };
        let data = copy(dir, &template)?;
        let (served, used, answers) = runtime.block_on(served_round(binary, &data, size))?;
        check(&runtime, &data, size)?;
        let bare = before.map_or_else(bare, Ok)?;
        let echoed = runtime.block_on(echo_round(dir, &answers, size))?;
        let (rate, bare_rate, echo_rate) = (served.per_second(), bare.per_second(), echoed.per_second());
        rates.push(rate);
        ratios.push(rate / bare_rate);
        // One after the other on the same cores: the time of a wrap-up is that of both.
        shares.push(rate * (1.0 / bare_rate + 1.0 / echo_rate));
        tell_echo(report, round, bare_rate, echo_rate);
        memory = used.rss_mb;
        tell(report, round, bare, served, used, size);
    }
    report.row("wrap-ups a second over HTTP", rounded(median(rates), 0), "/s", Aim::None);
    report.row("the same over the bare loop", rounded(median(ratios), 2), "", Aim::AtLeast(AIM));
    report.row(
        "the same over HTTP alone and the bare loop together",
        rounded(median(shares), 2),
        "",
        Aim::None,
    );
    report.row("server's memory after it", rounded(memory, 0), "MB", Aim::None);
    Ok(())
}

fn tell(report: &Report, round: usize, bare: Round, served: Round, used: Usage, size: Size) {
    let (rate, bare_rate) = (served.per_second(), bare.per_second());
    let per_batch = |round: &Round| rounded(round.commits as f64 / round.batches.max(1) as f64, 1);
    let (http_batch, bare_batch) = (per_batch(&served), per_batch(&bare));
    let (whole, log, bare) = (served.whole.sorted(), served.log.sorted(), bare.whole.sorted());
    let ms = |value: f64| rounded(value, 2);
    report.line(
        "wrapups",
        json!({
            "round": round, "clients": CLIENTS, "wrapups": size.owed, "past_calls": size.past,
            "per_s": rounded(rate, 0), "bare_per_s": rounded(bare_rate, 0),
            "ratio": rounded(rate / bare_rate, 3),
            "whole_ms": [ms(whole.millis(0.5)), ms(whole.millis(0.99))],
            "log_ms": [ms(log.millis(0.5)), ms(log.millis(0.99))],
            "bare_whole_ms": [ms(bare.millis(0.5)), ms(bare.millis(0.99))],
            "commits_per_batch": http_batch, "bare_commits_per_batch": bare_batch,
            "server_cpu_s": rounded(used.cpu_s, 2),
            "server_cpu_us_per_wrapup": rounded(used.cpu_s * 1e6 / size.owed as f64, 0),
            "server_rss_mb": rounded(used.rss_mb, 0),
        }),
    );
}

/// A database with people, codes, users, past calls and wrap-ups that are owed.
async fn prepare(dir: &Path, size: Size) -> Outcome<PathBuf> {
    let path = dir.join("template.db");
    let store = SqliteStore::open(&path, &OpenOptions::default())?;
    let tenant = store.tenant(TENANT).await?;
    for changes in rows::people()?.into_iter().chain([rows::codes()]) {
        store.commit(Commit::of(tenant, changes)).await?;
    }
    let owners: Vec<_> = (0..size.owed).map(|n| rows::agent(size.past + n)).collect();
    agents::write(&store, tenant, &owners, Role::Agent).await?;
    let calls: Vec<usize> = (0..size.past + size.owed).collect();
    for part in calls.chunks(CALLS_PER_COMMIT) {
        let changes = part.iter().flat_map(|n| rows::ended_call(*n, *n < size.past));
        store.commit(Commit::of(tenant, changes.collect())).await?;
    }
    store.close().await;
    Ok(path)
}

/// A data folder with a fresh copy of the database.
fn copy(dir: &Path, template: &Path) -> Outcome<PathBuf> {
    let data = dir.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir(&data)?;
    let path = data.join(DATABASE);
    std::fs::copy(template, &path)?;
    std::fs::File::open(&path)?.sync_all()?;
    Ok(data)
}

fn tell_echo(report: &Report, round: usize, bare_per_s: f64, echo_per_s: f64) {
    let both = 1.0 / (1.0 / bare_per_s + 1.0 / echo_per_s);
    report.line(
        "wrapups_ceiling",
        json!({
            "round": round, "http_alone_per_s": rounded(echo_per_s, 0),
            "with_bare_loop_per_s": rounded(both, 0), "ratio": rounded(both / bare_per_s, 3),
        }),
    );
}

async fn served_round(binary: &Path, data: &Path, size: Size) -> Outcome<(Round, Usage, Answers)> {
    served_by(Server::start(binary, data, None)?, size).await
}

async fn served_by(server: Server, size: Size) -> Outcome<(Round, Usage, Answers)> {
    let tokens = agents::sign_in(server.address, size.owed).await?;
    let (counted, used) = (clients::counts(server.address).await?, server.usage()?);
    let against = Against::Server { tokens, first: size.past };
    let Ran { wall, whole, log, answers } = clients::run(server.address, against, CLIENTS).await?;
    let (after, now) = (clients::counts(server.address).await?, server.usage()?);
    let round = Round {
        wall,
        whole,
        log,
        batches: after.batches - counted.batches,
        commits: after.commits - counted.commits,
    };
    let answers = answers.ok_or("nothing was answered")?;
    Ok((round, Usage { cpu_s: now.cpu_s - used.cpu_s, ..now }, answers))
}

async fn echo_round(dir: &Path, answers: &Answers, size: Size) -> Outcome<Round> {
    let server = echo::start(dir, answers)?;
    let against = Against::Echo { wrapups: size.owed };
    let Ran { wall, whole, log, .. } = clients::run(server.address, against, CLIENTS).await?;
    Ok(Round { wall, whole, log, batches: 0, commits: 0 })
}

async fn bare_round(path: &Path, size: Size) -> Outcome<Round> {
    let (wall, whole, batches) = bare::run(path, size.past, size.owed, CLIENTS).await?;
    let commits = 2 * whole.count() as u64;
    Ok(Round { wall, whole, log: Times::default(), batches, commits })
}

/// Everything that was acknowledged is there, though the server was killed.
fn check(runtime: &tokio::runtime::Runtime, data: &Path, size: Size) -> Outcome {
    runtime.block_on(async {
        let store = SqliteStore::open(&data.join(DATABASE), &OpenOptions::default())?;
        let tenant: TenantId = store.tenant(TENANT).await?;
        let open = store.census(tenant).await?.open_wrapups;
        for n in (size.past..size.past + size.owed).step_by(97) {
            let wrapup = store.wrapup(tenant, rows::engagement_key(n)).await?;
            if wrapup.as_ref().is_none_or(|wrapup| !rows::is_logged(n, wrapup)) {
                return failure(format!("wrap-up {n} is not as it was logged: {wrapup:?}"));
            }
            let row = store.activity(tenant, rows::call_key(n)).await?;
            if row.is_none_or(|row| row.activity.notes.as_deref() != Some(rows::NOTES)) {
                return failure(format!("the Activity of call {n} is not as it was logged"));
            }
        }
        store.close().await;
        if open == 0 { Ok(()) } else { failure(format!("{open} wrap-ups are still owed")) }
    })
}
