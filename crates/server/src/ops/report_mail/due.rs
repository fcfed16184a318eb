//! When reports are due: at a full hour by the clocks of the centre. An hour that a change of clocks leaves out is the one
//! after it, and of one that comes twice the first is meant.

use crate::ops::report::day;
use domain::id::At;
use domain::saved_report::Every;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// How far it looks back: longer than two months.
const MAX_DAYS_BACK: usize = 63;

/// The last time up to `now` at which it was due there.
pub(super) fn last_due(every: Every, hour: u8, zone: &TimeZone, now: At) -> Option<At> {
    let today = Timestamp::from_microsecond(now.0).ok()?.to_zoned(zone.clone()).date();
    let days = today.series((-1).days()).take(MAX_DAYS_BACK);
    let mut due = days.filter(|date| every.falls_on(day(*date))).filter_map(|date| {
        let time = date.at(i8::try_from(hour).ok()?, 0, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(At(time.timestamp().as_microsecond()))
    });
    due.find(|due| *due <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> At {
        At(time.parse::<Timestamp>().expect("a time").as_microsecond())
    }

    fn madrid() -> TimeZone {
        TimeZone::get("Europe/Madrid").expect("a zone")
    }

    #[test]
    fn it_is_due_at_its_hour_by_the_clocks_there_also_when_they_change() {
        let (day, monday) = (Every::Day, Every::Week { weekday: 0 });
        let last = Every::Month { day: 31 };
        for (every, hour, now, due) in [
            (day, 8, "2026-11-03T07:00:00Z", "2026-11-03T07:00:00Z"),
            (day, 8, "2026-11-03T06:59:59Z", "2026-11-02T07:00:00Z"),
            // Summer is an hour ahead.
            (day, 8, "2026-07-03T06:00:00Z", "2026-07-03T06:00:00Z"),
            (monday, 0, "2026-11-03T00:00:00Z", "2026-11-01T23:00:00Z"),
            (last, 8, "2026-03-01T00:00:00Z", "2026-02-28T07:00:00Z"),
            (last, 8, "2026-03-31T06:00:00Z", "2026-03-31T06:00:00Z"),
            // On 29 March there is no half past two: three comes after one.
            (day, 2, "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z"),
            // On 25 October two comes twice: the first one is meant.
            (day, 2, "2026-10-25T12:00:00Z", "2026-10-25T00:00:00Z"),
        ] {
            assert_eq!(last_due(every, hour, &madrid(), at(now)), Some(at(due)), "{every:?} {hour} {now}");
        }
    }

    #[test]
    fn a_year_has_each_time_once_whenever_it_is_looked() {
        let (from, until) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
        for (every, times) in
            [(Every::Day, 365), (Every::Week { weekday: 0 }, 52), (Every::Month { day: 30 }, 12)]
        {
            let mut seen = std::collections::BTreeSet::new();
            let mut now = from;
            while now < until {
                now = now.plus_millis(17 * 60 * 1_000);
                seen.extend(last_due(every, 2, &madrid(), now).filter(|due| *due >= from && *due < until));
            }
            assert_eq!(seen.len(), times, "{every:?}");
        }
    }
}
