//! The machine: figures swing with its disk and with whoever else uses it, so both are printed beside them.

use crate::Outcome;
use crate::report::{Report, Times, rounded};
use serde_json::json;
use std::fs::{File, read_to_string};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// How many times the disk is asked to make sure.
const SYNCS: usize = 200;
const BLOCK_BYTES: usize = 4_096;

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
    report.line(
        "machine",
        json!({
            "cores": cores,
            "processor": model.map(|(_, name)| name),
            "fdatasync_p50_us": rounded(syncs.micros(0.5), 0),
            "fdatasync_p99_us": rounded(syncs.micros(0.99), 0),
        }),
    );
    Ok(())
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
