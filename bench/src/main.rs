//! The load driver: what the product does in a second, beside what bare SQLite does with the same rows on the
//! same disk in the same minute. How to read its figures, and what limits them, is in docs/measurements.md.
//!
//! ```text
//! bitacora-bench [all|wrapups|lookups|ring|fold|card|crm|org|mirror|reports|import] [--quick] [--numbers N] [--dir DIR] [--server FILE]
//! bitacora-bench stream [--calls-per-second N] [--concurrent N] [--minutes N] [--search] [--dir DIR] [--server FILE]
//! ```
//!
//! One line of JSON a measurement goes to stdout, with a table after the last; what happens meanwhile goes to
//! stderr. Every input follows from a seed, every answer is checked, and the first wrong one ends the run.

#![expect(
    clippy::disallowed_methods,
    reason = "a load driver reads the clock, and what cargo tells it by the environment"
)]

mod agents;
mod card;
mod fold;
mod http;
mod import;
mod login;
mod lookups;
mod machine;
mod mirror;
mod org;
mod process;
mod report;
mod reports;
mod ring;
mod seeded;
mod stream;
mod wrapups;

use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use tempfile::TempDir;

/// Why a run has no result.
type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome<T = ()> = Result<T, Failure>;

fn failure<T>(why: impl Into<String>) -> Outcome<T> {
    Err(Failure::from(why.into()))
}

/// Tells what is going on.
fn progress(what: impl std::fmt::Display) {
    eprintln!("… {what}");
}

const USAGE: &str = "\
bitacora-bench [all|wrapups|lookups|ring|fold|card|crm|org|mirror|reports|import] [--quick] [--numbers N] [--dir DIR] [--server FILE]
bitacora-bench stream [--calls-per-second N] [--concurrent N] [--minutes N] [--search] [--dir DIR] [--server FILE]

  card needs an Asterisk (`cargo xtask asterisk`) and a Chromium, and is not among all; nor are crm, org, mirror, reports and import.

  --quick        small, to see that it works; the figures mean little
  --numbers N    phone numbers in the directory
  --dir DIR      where files are made: the disk that is measured
  --keep DIR     where reports leaves its databases, which are not written again the next time, and what it counted, as files, for others to count
  --server FILE  another build of the server, to compare

  --calls-per-second N, --concurrent N, --minutes N   what is streamed: 50, 2000 and 10
  --search       then more and more calls a second, until what is stored lags behind more and more";

/// What is to be measured.
struct Wanted {
    benches: Vec<&'static str>,
    quick: bool,
    numbers: usize,
    dir: PathBuf,
    server: Option<PathBuf>,
    keep: Option<PathBuf>,
    stream: stream::Wanted,
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let done = match (args.next().as_deref(), args.next()) {
        (Some(wrapups::ECHO), Some(answers)) => wrapups::echo(&PathBuf::from(answers)),
        _ => measure(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bitacora-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Outcome {
    run(&wanted()?)
}

fn wanted() -> Outcome<Wanted> {
    const ALL: [&str; 4] = ["lookups", "fold", "wrapups", "ring"];
    const BY_NAME: [&str; 6] = ["card", "crm", "org", "mirror", "reports", "import"];
    let (mut benches, mut quick, mut numbers) = (Vec::new(), false, None);
    let (mut dir, mut server, mut keep) = (std::env::temp_dir(), None, None);
    let mut stream = stream::Wanted::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "all" => benches.extend(ALL),
            "--quick" => quick = true,
            "--numbers" => numbers = Some(args.next().ok_or(USAGE)?.parse()?),
            "--dir" => dir = PathBuf::from(args.next().ok_or(USAGE)?),
            "--server" => server = Some(PathBuf::from(args.next().ok_or(USAGE)?)),
            "--keep" => keep = Some(PathBuf::from(args.next().ok_or(USAGE)?)),
            "--calls-per-second" => stream.calls_per_second = args.next().ok_or(USAGE)?.parse()?,
            "--concurrent" => stream.concurrent = args.next().ok_or(USAGE)?.parse()?,
            "--minutes" => stream.minutes = args.next().ok_or(USAGE)?.parse()?,
            "--search" => stream.search = true,
            "stream" => benches.push("stream"),
            named => benches.push(ALL.into_iter().chain(BY_NAME).find(|bench| *bench == named).ok_or(USAGE)?),
        }
    }
    if benches.is_empty() {
        benches.extend(ALL);
    }
    let numbers = numbers.unwrap_or(if quick { 200_000 } else { 10_000_000 });
    Ok(Wanted { benches, quick, numbers, dir, server, keep, stream })
}

fn run(wanted: &Wanted) -> Outcome {
    let mut report = Report::default();
    let dir = TempDir::with_prefix_in("bitacora-bench-", &wanted.dir)?;
    machine::tell(&report, dir.path())?;
    let needs_server = wanted.benches.iter().any(|bench| {
        ["wrapups", "ring", "card", "crm", "mirror", "reports", "import", "stream"].contains(bench)
    });
    let server = match &wanted.server {
        Some(server) => server.clone(),
        None if needs_server => process::build()?,
        None => PathBuf::new(),
    };
    for bench in &wanted.benches {
        progress(format!("{bench}; load {:.2}", machine::load()));
        // Each has a folder of its own, gone with it: the disk need not hold all of them at once.
        let dir = TempDir::new_in(dir.path())?;
        match *bench {
            "lookups" => lookups::measure(&mut report, dir.path(), wanted.numbers, wanted.quick)?,
            "fold" => fold::measure(&mut report, wanted.quick)?,
            "stream" => stream::measure(&mut report, dir.path(), &server, &wanted.stream)?,
            "wrapups" => wrapups::measure(&mut report, dir.path(), &server, wanted.quick)?,
            "crm" => wrapups::measure_crm(&mut report, dir.path(), &server, wanted.quick)?,
            "org" => org::measure(&mut report, wanted.quick)?,
            "mirror" => mirror::measure(&mut report, dir.path(), &server, wanted.quick)?,
            "reports" => {
                reports::measure(&mut report, dir.path(), &server, wanted.quick, wanted.keep.as_deref())?
            }
            "import" => import::measure(&mut report, dir.path(), &server, wanted.quick)?,
            "card" => card::measure(&mut report, dir.path(), &server, wanted.quick)?,
            _ => ring::measure(&mut report, dir.path(), &server, wanted.quick)?,
        }
    }
    report.tell();
    Ok(())
}
