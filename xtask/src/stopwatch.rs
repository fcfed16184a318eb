//! Telling what is done, and how long it took.

use std::time::{Duration, Instant};

#[expect(
    clippy::disallowed_methods,
    reason = "how long a step took is told to a person; nothing depends on it"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Says what begins.
pub(crate) fn announce(what: &str) {
    println!("==> {what} …");
}

/// Does it, and says how long it took where it went well.
pub(crate) fn timed<T>(done: &str, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let begun = now();
    let made = work()?;
    println!("==> {done} in {}", spoken(begun.elapsed()));
    Ok(made)
}

/// A duration as people say it.
pub(crate) fn spoken(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_seconds_and_from_a_minute_on_in_minutes() {
        assert_eq!(spoken(Duration::from_millis(8_340)), "8.3 s");
        assert_eq!(spoken(Duration::from_secs(252)), "4 min 12 s");
    }
}
