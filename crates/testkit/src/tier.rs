//! How much is run, and from which seed. The long runs are asked for by `BITACORA_TIER=full`, a seed by
//! `BITACORA_SEED`.

use std::time::{Duration, Instant};

/// The seed where none is given: every run of the commit tier is the same, as far as the machine lets it.
const DEFAULT_SEED: u64 = 2_026;

#[expect(clippy::disallowed_methods, reason = "how much a test runs is told by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether the long runs are wanted.
pub fn full() -> bool {
    variable("BITACORA_TIER").as_deref() == Some("full")
}

/// `short` rounds in the tier of every commit, `long` ones in the full tier.
pub fn rounds(short: usize, long: usize) -> usize {
    if full() { long } else { short }
}

/// Numbers of cases to run, from 0: `short` of them in the tier of every commit, as many as `long` allows in the full tier.
pub fn cases(short: u64, long: Duration) -> impl Iterator<Item = u64> {
    let began = now();
    let full = full();
    (0..).take_while(move |number| if full { began.elapsed() < long } else { *number < short })
}

/// What `work` answers, and how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = now();
    let answer = work();
    (answer, began.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a long run ends by the clock, and a case must end in time")]
fn now() -> Instant {
    Instant::now()
}

/// The seed of this run.
///
/// # Panics
/// `BITACORA_SEED` is no number.
#[expect(clippy::expect_used, reason = "a wrong seed must not be taken for another")]
pub fn seed() -> u64 {
    variable("BITACORA_SEED").map_or(DEFAULT_SEED, |text| text.parse().expect("BITACORA_SEED: a number"))
}

/// Prints the number of the case in which a test failed that holds it.
pub struct InCase(pub u64);

impl Drop for InCase {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it failed in case {}", self.0);
        }
    }
}

/// Prints the seed when the test that holds it fails.
pub struct Seeded(pub u64);

impl Drop for Seeded {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it began with BITACORA_SEED={}", self.0);
        }
    }
}
