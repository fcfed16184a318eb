//! The machine: figures swing with its disk and with whoever else uses it, so both are printed beside them.

use crate::Outcome;
use crate::report::{Report, Times, rounded};
use serde_json::json;
use std::fs::{File, read_to_string};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many times the disk is asked to make sure.
const SYNCS: usize = 200;
const BLOCK_BYTES: usize = 4_096;
/// How long the processor is watched, doing nothing but looking at the clock.
const WATCHED: Duration = Duration::from_secs(2);
/// Between two looks at the clock no more than this passes, unless somebody else had the processor.
const UNDISTURBED: Duration = Duration::from_micros(3);

/// The load average of the last minute; 0 where the system tells none.
pub(crate) fn load() -> f64 {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

/// Prints what the measurements of files in `dir` rest on.
pub(crate) fn tell(report: &Report, dir: &Path) -> Outcome {
    let cores = std::thread::available_parallelism()?.get();
    let processors = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let syncs = syncs(dir)?.sorted();
    let taken = interruptions();
    let each_second = taken.count() as f64 / WATCHED.as_secs_f64();
    let taken = taken.sorted();
    report.line(
        "machine",
        json!({
            "cores": cores,
            "processor": model.map(|(_, name)| name),
            "fdatasync_p50_us": rounded(syncs.micros(0.5), 0),
            "fdatasync_p99_us": rounded(syncs.micros(0.99), 0),
            "interruptions_a_second": rounded(each_second, 0),
            "interruption_p50_us": rounded(taken.micros(0.5), 0),
            "interruption_p99_us": rounded(taken.micros(0.99), 0),
        }),
    );
    Ok(())
}

/// What a thread that waits for nothing loses to the system and to other machines on the same processor: what
/// takes microseconds cannot have a better p99 than these allow.
fn interruptions() -> Times {
    let mut times = Times::default();
    let began = Instant::now();
    let mut last = began;
    while last.duration_since(began) < WATCHED {
        let now = Instant::now();
        let passed = now.duration_since(last);
        if passed > UNDISTURBED {
            times.push(passed);
        }
        last = now;
    }
    times
}

/// How long appending a block and making sure of it takes.
fn syncs(dir: &Path) -> Outcome<Times> {
    let path = dir.join("syncs");
    let mut file = File::create(&path)?;
    let mut times = Times::default();
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all(&[0; BLOCK_BYTES])?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    std::fs::remove_file(&path)?;
    Ok(times)
}
