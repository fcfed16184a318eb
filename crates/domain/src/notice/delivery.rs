//! What becomes of telling an endpoint something: it took it, it is told again later, or it is given up. It is told at
//! least once; the same id says that it is the same.

use super::Notice;
use super::endpoint::Fared;
use crate::id::{At, EndpointId, NoticeId};
use serde::{Deserialize, Serialize};

/// How long is waited after each attempt that failed before the next, in seconds: the schedule of the Standard Webhooks
/// specification. After the last one it is given up.
pub const WAITS_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Longest that an endpoint may ask to be left alone, in seconds.
pub const MAX_RETRY_AFTER_S: i64 = 86_400;
/// How much a wait is stretched at random at most, so that those that failed together do not come back together.
const JITTER: f64 = 0.1;
/// Shortest and longest time that an endpoint which answers nobody is left alone, in milliseconds.
const SHORTEST_REST_MS: i64 = 5_000;
const LONGEST_REST_MS: i64 = 300_000;

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be told, now or later.
    Waiting,
    /// The endpoint took it.
    Delivered,
    /// It was given up, and waits for a person.
    Dead,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// The address is none that is called: not encrypted, or not an address at all.
    BadAddress,
    /// No host has its name.
    Unresolved,
    /// It is in a network that is not called.
    ForbiddenNetwork,
    /// Nobody took the connection.
    Unreachable,
    /// It is not who it says it is, or does not encrypt.
    NotTrusted,
    /// It took too long.
    TimedOut,
    /// The connection broke off.
    BrokenOff,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An answer.
    Status {
        /// The HTTP status.
        status: u16,
        /// For how many seconds it asks to be left alone.
        retry_after_s: Option<i64>,
    },
    /// None.
    None(NoAnswer),
}

/// The last attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastAttempt {
    /// When.
    pub at: At,
    /// The HTTP status.
    pub status: Option<u16>,
    /// Why there was none.
    pub no_answer: Option<NoAnswer>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

/// Something that an endpoint is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What.
    pub notice: Notice,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried, since somebody last asked for it.
    pub tries: u32,
    /// Not before this, while it waits.
    pub not_before: At,
    /// The last attempt.
    pub last: Option<LastAttempt>,
}

/// What an attempt leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// Who was told.
    pub endpoint: EndpointId,
    /// What.
    pub notice: NoticeId,
    /// How it stands since.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// Not before this.
    pub not_before: At,
    /// This attempt.
    pub last: LastAttempt,
}

impl Answer {
    /// Whether it was taken.
    pub fn took(&self) -> bool {
        matches!(self, Answer::Status { status: 200..=299, .. })
    }

    /// How it went for the endpoint as a whole.
    pub fn fared(&self) -> Fared {
        match self {
            Answer::Status { status: 410, .. } => Fared::Gone,
            answer if answer.took() => Fared::Took,
            _ => Fared::Failed,
        }
    }

    /// Whether others would fare alike now, so that the endpoint is left alone for a while: it does not answer, or says that
    /// it is too much. Of what it refuses by itself others are not to blame.
    pub fn tires(&self) -> bool {
        match self {
            Answer::None(_) | Answer::Status { status: 408 | 429 | 500..=599, .. } => true,
            Answer::Status { .. } => false,
        }
    }

    fn asked_ms(&self) -> i64 {
        match self {
            Answer::Status { retry_after_s: Some(seconds), .. } => {
                seconds.clamp(&0, &MAX_RETRY_AFTER_S) * 1000
            }
            _ => 0,
        }
    }
}

/// What an attempt leaves behind: `tries` is how often it was tried, this time included; `chance` is from 0 up to 1.
/// An endpoint that is gone keeps what it was to be told waiting, for it is told nothing more.
pub fn after(answer: &Answer, tries: u32, now: At, chance: f64) -> (DeliveryState, At) {
    if answer.took() {
        return (DeliveryState::Delivered, now);
    }
    let place = tries.saturating_sub(1) as usize;
    let Some(seconds) = WAITS_S.get(place) else { return (DeliveryState::Dead, now) };
    let wait_ms = seconds * 1000;
    let stretched = wait_ms + (wait_ms as f64 * JITTER * chance) as i64;
    (DeliveryState::Waiting, now.plus_millis(stretched.max(answer.asked_ms())))
}

/// For how long, in milliseconds, an endpoint is left alone that has not answered so many times in a row.
pub fn rest_ms(answer: &Answer, failures: u32) -> i64 {
    let doubled = SHORTEST_REST_MS.saturating_mul(1 << failures.saturating_sub(1).min(20));
    doubled.min(LONGEST_REST_MS).max(answer.asked_ms())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> Answer {
        Answer::Status { status, retry_after_s: None }
    }

    #[test]
    fn only_what_is_in_the_two_hundreds_was_taken() {
        for (code, took) in [(199, false), (200, true), (204, true), (299, true), (301, false), (410, false)]
        {
            assert_eq!(status(code).took(), took, "{code}");
        }
        assert!(!Answer::None(NoAnswer::TimedOut).took());
    }

    #[test]
    fn it_is_tried_ten_times_over_three_days_and_then_given_up() {
        let mut now = At(0);
        let mut begun = Vec::new();
        for tries in 1.. {
            begun.push(now.0 / 1_000_000);
            match after(&status(500), tries, now, 0.0) {
                (DeliveryState::Waiting, at) => now = at,
                (state, _) => {
                    assert_eq!(state, DeliveryState::Dead);
                    break;
                }
            }
        }
        // "Time since start" of the table in the specification.
        let expected = [0, 5, 305, 2_105, 9_305, 27_305, 63_305, 113_705, 185_705, 272_105];
        assert_eq!(begun, expected);
    }

    #[test]
    fn a_wait_is_stretched_by_chance_by_a_tenth_at_most() {
        let wait = |chance| after(&Answer::None(NoAnswer::Unreachable), 2, At(0), chance).1;
        assert_eq!(wait(0.0), At(300_000_000));
        assert_eq!(wait(0.5), At(315_000_000));
        assert!(wait(0.999) < At(330_000_000));
    }

    #[test]
    fn who_asks_to_be_left_alone_is_and_not_for_ever() {
        let asked = |seconds| Answer::Status { status: 503, retry_after_s: Some(seconds) };
        let wait = |seconds| after(&asked(seconds), 1, At(0), 0.0).1.0 / 1_000_000;
        assert_eq!(wait(60), 60);
        assert_eq!(wait(1), 5, "never sooner than the schedule says");
        assert_eq!(wait(10_000_000), MAX_RETRY_AFTER_S);
        assert_eq!(wait(-5), 5);
        assert_eq!(rest_ms(&asked(600), 1), 600_000);
    }

    #[test]
    fn one_that_does_not_answer_is_left_alone_longer_each_time() {
        let rest = |failures| rest_ms(&Answer::None(NoAnswer::TimedOut), failures);
        assert_eq!([rest(1), rest(2), rest(3), rest(7), rest(60)], [5_000, 10_000, 20_000, 300_000, 300_000]);
    }

    #[test]
    fn what_it_refuses_by_itself_does_not_hold_up_the_others() {
        for (answer, tires) in [
            (status(500), true),
            (status(429), true),
            (status(504), true),
            (Answer::None(NoAnswer::ForbiddenNetwork), true),
            (status(400), false),
            (status(404), false),
            (status(302), false),
        ] {
            assert_eq!(answer.tires(), tires, "{answer:?}");
        }
    }

    #[test]
    fn one_that_is_gone_says_so_by_410_alone() {
        assert_eq!(status(410).fared(), Fared::Gone);
        assert_eq!(status(404).fared(), Fared::Failed);
        assert_eq!(status(202).fared(), Fared::Took);
    }
}
