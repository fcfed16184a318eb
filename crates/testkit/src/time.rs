//! The clock of tests that run in real time.

use domain::id::At;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, sleep_until};

/// Now, by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "a real server is asked, which goes by the same clock")]
pub fn now() -> At {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    At(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Waits until `at`. For those who act at certain times, as callers do; not for waiting until others have.
pub async fn until(at: At) {
    let ahead = u64::try_from(at.0 - now().0).unwrap_or_default();
    sleep_until(Instant::now() + Duration::from_micros(ahead)).await;
}
