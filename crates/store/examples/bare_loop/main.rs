//! What the store costs over SQLite alone: the same rows written and read by a bare loop of SQL and by
//! [`SqliteStore`], in turns, on copies of one file. Prints a line of JSON for each measurement.
//!
//! ```text
//! bare_loop log [calls] [clients] [rounds]   agents that save a draft and press Log, one after the other
//! bare_loop numbers [numbers] [lookups]      look-ups in a directory of so many phone numbers
//! bare_loop rekey [people]                   the phone keys of so many people, made anew
//! ```
//!
//! Files are made in the directory for temporary files; set `TMPDIR` to measure another disk.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement that fails has no result, and reads the clock"
)]

mod bare;
mod log;
mod numbers;
mod rekey;
mod rows;

use std::time::Duration;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, default: usize| args.get(place).map_or(default, |text| text.parse().unwrap());
    match args.first().map(String::as_str) {
        Some("log") => log::measure(number(1, 200_000), number(2, 64), number(3, 3)),
        Some("numbers") => numbers::measure(number(1, 10_000_000), number(2, 500_000)),
        Some("rekey") => rekey::measure(number(1, 100_000)),
        _ => eprintln!(
            "usage: bare_loop log [calls] [clients] [rounds] | numbers [numbers] [lookups] | rekey [people]"
        ),
    }
}

/// The time that `share` of the measurements did not exceed, in microseconds.
fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let place = ((sorted.len() as f64 * share) as usize).min(sorted.len() - 1);
    sorted[place].as_nanos() as f64 / 1_000.0
}
