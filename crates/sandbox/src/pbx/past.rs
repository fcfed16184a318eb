//! Working days gone by: the frames that a PBX would have sent, so that lists are not empty at first start. What
//! became of the wrap-ups is in [`crate::habits`].

use super::floor::{Floor, FloorSettings};
use crate::people::Callers;
use domain::id::At;

/// Calls of a working day, on average.
const CALLS_A_DAY: f64 = 40.0;
/// When work begins and ends, in hours of UTC.
const HOURS: std::ops::Range<i64> = 8..18;
const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
/// 1970-01-01 was a Thursday; the first Sunday came three days later.
const FIRST_SUNDAY: i64 = 3;

/// The frames of whole calls on the `days` days before that of `now`, Sundays excepted, in order of time.
pub fn past_frames(seed: u64, callers: Callers, days: u16, now: At) -> impl Iterator<Item = (At, Vec<u8>)> {
    let hours = (HOURS.end - HOURS.start) as f64;
    let settings = FloorSettings {
        calls_per_minute: CALLS_A_DAY / (hours * 60.0),
        ..FloorSettings::demo(seed, callers)
    };
    let today = now.0.div_euclid(DAY_US);
    let mut mornings = (today - i64::from(days)..today)
        .filter(|day| (day - FIRST_SUNDAY).rem_euclid(7) != 0)
        .map(|day| day * DAY_US + HOURS.start * HOUR_US);
    let mut floor = Floor::new(settings, At((today - i64::from(days)) * DAY_US));
    floor.close();
    let mut evening = At(i64::MIN);
    std::iter::from_fn(move || {
        loop {
            if let Some((at, bytes)) = floor.next() {
                if at >= evening {
                    floor.close();
                }
                return Some((at, bytes));
            }
            let morning = mornings.next()?;
            evening = At(morning + (HOURS.end - HOURS.start) * HOUR_US);
            floor.open(At(morning));
        }
    })
}
