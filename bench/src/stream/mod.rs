//! Calls that go on and on: how long after the phone system dated an event it is on disk, whether that grows, and what a
//! call costs the server meanwhile. The stream is rewritten recorded sessions with every event that an account with all
//! rights sees; nobody has a panel open and nobody submits wrap-ups.

mod lag;
mod player;

use crate::process::{DATABASE, Pbx, Server, Usage};
use crate::report::{Aim, Report, Sorted, Times, rounded};
use crate::{Outcome, failure, progress};
use lag::Watched;
use player::Playing;
use sandbox::DEMO_SEED;
use sandbox::centre::{endpoints, own_numbers};
use sandbox::pbx::FloorSettings;
use sandbox::people::Callers;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PEOPLE: usize = 5_000;
/// Nobody would bear with a panel that is so late.
const AIM_MS: f64 = 1_000.0;
/// How long what was sent last may take to be on disk before the run has failed.
const AFTERMATH: Duration = Duration::from_secs(60);
/// How much each step of the search is above the one before, and how long it is measured.
const SEARCH_STEP: f64 = 1.25;
const SEARCH_MEASURED: Duration = Duration::from_secs(30);
/// Most steps of a search.
const MAX_STEPS: usize = 12;

/// What is to be streamed.
pub(crate) struct Wanted {
    pub(crate) calls_per_second: f64,
    pub(crate) concurrent: usize,
    pub(crate) minutes: u32,
    pub(crate) search: bool,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted { calls_per_second: 50.0, concurrent: 2_000, minutes: 10, search: false }
    }
}

/// A part of a run.
struct Slice {
    lags: Sorted,
    calls: u64,
    frames: u64,
    living: u64,
    cpu_s: f64,
    lasted: Duration,
    usage: Usage,
    /// How late the stream itself was at worst.
    late: Duration,
}

impl Slice {
    fn fields(&self) -> Value {
        let seconds = self.lasted.as_secs_f64();
        let ms = |share: f64| rounded(self.lags.millis(share), 1);
        json!({
            "lag_p50_ms": ms(0.5), "lag_p99_ms": ms(0.99), "lag_max_ms": ms(1.0),
            "calls_per_s": rounded(self.calls as f64 / seconds, 1),
            "frames_per_s": rounded(self.frames as f64 / seconds, 0), "living": self.living,
            "server_cpu_share": rounded(self.cpu_s / seconds, 3),
            "server_cpu_ms_per_call": rounded(self.cpu_s * 1e3 / self.calls.max(1) as f64, 2),
            "server_rss_mb": rounded(self.usage.rss_mb, 0),
            "server_anonymous_mb": rounded(self.usage.anonymous_mb, 0),
            "stream_late_ms": rounded(self.late.as_secs_f64() * 1e3, 1),
        })
    }
}

pub(crate) fn measure(report: &mut Report, dir: &Path, binary: &Path, wanted: &Wanted) -> Outcome {
    if !(wanted.calls_per_second > 0.0 && wanted.concurrent > 0 && wanted.minutes > 0) {
        return failure("calls a second, concurrent calls and minutes are above 0");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let slices = vec![Duration::from_secs(60); wanted.minutes as usize];
    let (rate, concurrent) = (wanted.calls_per_second, wanted.concurrent);
    let measured = runtime.block_on(run(dir, binary, rate, concurrent, &slices))?;
    for (nth, slice) in measured.iter().enumerate() {
        let mut line = slice.fields();
        line["minute"] = json!(nth + 1);
        report.line("stream", line);
    }
    let worst = |share: f64| measured.iter().map(|slice| slice.lags.millis(share)).fold(0.0, f64::max);
    let named = |what: &str| format!("{rate} calls/s, {concurrent} at a time: {what}");
    report.row(named("lag p50, worst minute"), rounded(worst(0.5), 1), "ms", Aim::None);
    report.row(named("lag p99, worst minute"), rounded(worst(0.99), 1), "ms", Aim::Below(AIM_MS));
    report.row(named("lag, worst frame"), rounded(worst(1.0), 1), "ms", Aim::None);
    if grows(&measured) {
        return failure("what is stored lags behind more and more");
    }
    if wanted.search {
        search(report, &runtime, dir, binary, wanted)?;
    }
    Ok(())
}

/// More and more calls a second, each time with a new server, until it no longer keeps up.
fn search(
    report: &mut Report,
    runtime: &tokio::runtime::Runtime,
    dir: &Path,
    binary: &Path,
    wanted: &Wanted,
) -> Outcome {
    let mut kept_up = wanted.calls_per_second;
    for _ in 0..MAX_STEPS {
        let rate = kept_up * SEARCH_STEP;
        let slices = [SEARCH_MEASURED / 3; 3];
        let dir = TempDir::new_in(dir)?;
        let measured = runtime.block_on(run(dir.path(), binary, rate, wanted.concurrent, &slices));
        let measured = match measured {
            Ok(measured) => measured,
            Err(error) => {
                progress(format!("at {rate:.0} calls a second: {error}"));
                break;
            }
        };
        let growing = grows(&measured);
        let mut line = measured.last().map(Slice::fields).unwrap_or_default();
        line["wanted_calls_per_s"] = json!(rounded(rate, 1));
        line["grows"] = json!(growing);
        report.line("stream_search", line);
        if growing {
            break;
        }
        kept_up = rate;
    }
    report.row("calls a second that it still kept up with", rounded(kept_up, 1), "", Aim::None);
    Ok(())
}

/// Whether what is stored lags behind more at the end than at the begin, and by more than a slow moment.
fn grows(slices: &[Slice]) -> bool {
    const SLOW_MOMENT_MS: f64 = 250.0;
    let at = |slice: Option<&Slice>| slice.map_or(0.0, |slice| slice.lags.millis(0.5));
    let (first, last) = (at(slices.first()), at(slices.last()));
    last > AIM_MS || (last > SLOW_MOMENT_MS && last > first * 2.0)
}

/// Streams to a new server until there are as many calls as there will be, then through `slices`.
async fn run(
    dir: &Path,
    binary: &Path,
    rate: f64,
    concurrent: usize,
    slices: &[Duration],
) -> Outcome<Vec<Slice>> {
    let settings = FloorSettings::stream(DEMO_SEED, Callers::of_sample(DEMO_SEED, PEOPLE), rate, concurrent);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let pbx = Pbx {
        address: listener.local_addr()?,
        username: "bench",
        secret: "bench",
        endpoints: endpoints(&settings.agents),
        own_numbers: own_numbers(&settings.agents),
    };
    let server = Server::start(binary, dir, Some(&pbx))?;
    let playing = Playing::start(listener, settings).await?;
    let watched = Watched::start(dir.join(DATABASE));
    // The longest calls of the first ones are over by then.
    let fills = Duration::from_secs_f64(concurrent as f64 / rate * 1.5);
    progress(format!("{rate:.0} calls a second; {} s until there are {concurrent}", fills.as_secs()));
    tokio::time::sleep(fills).await;
    let mut measured = Vec::new();
    drop(watched.lags());
    let (mut before, mut played) = (server.usage()?, playing.so_far());
    let _ = playing.late();
    for slice in slices {
        let began = Instant::now();
        tokio::time::sleep(*slice).await;
        let (usage, so_far) = (server.usage()?, playing.so_far());
        let mut lags = Times::default();
        watched.lags().into_iter().for_each(|lag| lags.push(lag));
        let slice = Slice {
            lags: lags.sorted(),
            calls: so_far.calls - played.calls,
            frames: so_far.frames - played.frames,
            living: so_far.living,
            cpu_s: usage.cpu_s - before.cpu_s,
            lasted: began.elapsed(),
            usage,
            late: playing.late(),
        };
        progress(slice.fields());
        measured.push(slice);
        (before, played) = (usage, so_far);
    }
    let sent = playing.stop().await?;
    // Everything that was sent is stored in the end, or the figures are worth nothing.
    watched.until(sent.frames, AFTERMATH).await?;
    if sent.turned_away > 0 {
        return failure(format!("{} calls had no agent to play them", sent.turned_away));
    }
    Ok(measured)
}
