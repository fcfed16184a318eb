//! When changes are asked for next. An org answers so many calls a day and people log calls all day, so that looks are paid for
//! by the calls that are carried out: the more of them, the fresher the mirror, and never more than a tenth of a look for each.
//! Besides, there is a look every few minutes, whatever happens.

use domain::id::At;
use std::time::Duration;

/// Calls that pay for a look: whatever a centre does, looks cost it no more than a tenth of an API call for each, besides those
/// that come anyway.
pub const CALLS_A_LOOK: u64 = 10;

/// How often changes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Shortest time between two looks.
    pub every: Duration,
    /// Longest.
    pub quiet: Duration,
}

impl Pace {
    /// How long to wait for the next look, unless more is paid meanwhile; zero: it is due.
    pub fn wait(&self, looked_at: At, paid: u64, now: At) -> Duration {
        let after = if paid >= CALLS_A_LOOK { self.every.min(self.quiet) } else { self.quiet };
        // A clock that was put back is no reason to wait for it.
        let since = Duration::from_millis(u64::try_from(now.millis_since(looked_at)).unwrap_or_default());
        after.saturating_sub(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: At = At(1_795_687_200_000_000);
    const PACE: Pace = Pace { every: Duration::from_secs(30), quiet: Duration::from_secs(300) };

    #[test]
    fn ten_calls_pay_for_a_look_and_none_is_nearer_to_the_last_than_half_a_minute() {
        for (seconds, paid, expected) in [
            (0, 0, 300),
            (60, 0, 240),
            (300, 0, 0),
            (60, CALLS_A_LOOK - 1, 240),
            (60, CALLS_A_LOOK, 0),
            (10, 1_000, 20),
            (100_000, 0, 0),
            (-60, 0, 300),
        ] {
            let wait = PACE.wait(NOON, paid, NOON.plus_millis(seconds * 1_000));
            assert_eq!(wait, Duration::from_secs(expected), "{seconds} s, {paid} calls");
        }
    }

    #[test]
    fn where_both_are_the_same_calls_have_no_part_in_it() {
        let pace = Pace { every: PACE.every, quiet: PACE.every };
        for paid in [0, CALLS_A_LOOK] {
            assert_eq!(pace.wait(NOON, paid, NOON), PACE.every);
        }
    }
}
