//! Days, months and hours of a tenant's own clock, as plain data: the changes of its hour are handed in, so that what is
//! counted where is a pure function. Names of zones and where their changes come from are the server's.

use crate::id::At;
use serde::{Deserialize, Serialize};

const SECONDS_OF_A_DAY: i64 = 86_400;
const HOURS_OF_A_DAY: u8 = 24;
const DAYS_OF_A_WEEK: i32 = 7;
/// 1970-01-01 was a Thursday: so many days after a Monday.
const FIRST_WEEKDAY: i32 = 3;
const MONTHS_OF_A_YEAR: i32 = 12;

/// A date: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

/// A month: months since January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(pub i32);

/// An hour of the week: 0 is the first of a Monday, 167 the last of a Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HourOfWeek(u8);

impl HourOfWeek {
    /// How many there are.
    pub const COUNT: u8 = HOURS_OF_A_DAY * DAYS_OF_A_WEEK as u8;

    /// The hour of this number; `None` where no week has it.
    pub fn new(number: u8) -> Option<Self> {
        (number < Self::COUNT).then_some(HourOfWeek(number))
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The hour of its day, from 0.
    pub fn hour(self) -> u8 {
        self.0 % HOURS_OF_A_DAY
    }
}

impl Day {
    /// Days since the Monday before, which is 0 on a Monday.
    pub fn weekday(self) -> u8 {
        // Of 0 to 6.
        (self.0 + FIRST_WEEKDAY).rem_euclid(DAYS_OF_A_WEEK) as u8
    }

    /// The Monday of its week.
    pub fn monday(self) -> Day {
        Day(self.0 - i32::from(self.weekday()))
    }

    /// The month it is in. After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March
    /// there, so that the day which some years lack is a year's last.
    pub fn month(self) -> Month {
        let since = self.0 + 719_468;
        let era = since.div_euclid(146_097);
        let day_of_era = since.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        Month((era * 400 + year_of_era) * MONTHS_OF_A_YEAR + from_march + 2)
    }
}

impl std::fmt::Display for Day {
    /// As ISO 8601 has it: 2026-11-27.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let month = self.month();
        let (year, number) = (month.0.div_euclid(MONTHS_OF_A_YEAR), month.0.rem_euclid(MONTHS_OF_A_YEAR) + 1);
        write!(out, "{year:04}-{number:02}-{:02}", self.0 - month.first_day().0 + 1)
    }
}

impl Day {
    /// The day that is written like this: 2026-11-27. `None` where that is no date of the years 1 to 9999.
    pub fn read(text: &str) -> Option<Day> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return None };
        let number = |text: &str, digits: usize| {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse::<i32>().ok()).flatten()
        };
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        if year < 1 || !(1..=MONTHS_OF_A_YEAR).contains(&month) || day < 1 {
            return None;
        }
        let month = Month::of(year, month);
        let found = Day(month.first_day().0 + day - 1);
        (found < month.next().first_day()).then_some(found)
    }
}

impl Month {
    /// The month of a year, January being 1.
    pub fn of(year: i32, month: i32) -> Month {
        Month(year * MONTHS_OF_A_YEAR + month - 1)
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        let from_march = self.0 - 2;
        let year = from_march.div_euclid(MONTHS_OF_A_YEAR);
        let month = from_march.rem_euclid(MONTHS_OF_A_YEAR);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * month + 2) / 5;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Day(era * 146_097 + day_of_era - 719_468)
    }

    /// The one after it.
    pub fn next(self) -> Month {
        Month(self.0 + 1)
    }

    /// The first month of its quarter.
    pub fn quarter(self) -> Month {
        Month(self.0 - self.0.rem_euclid(3))
    }

    /// The first month of its year.
    pub fn year(self) -> Month {
        Month(self.0 - self.0.rem_euclid(MONTHS_OF_A_YEAR))
    }
}

/// From when on clocks are so far ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// From when on.
    pub from: At,
    /// How many seconds clocks are ahead; below zero: behind.
    pub ahead_s: i32,
}

/// The clock of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    zone: String,
    shifts: Vec<Shift>,
}

impl Calendar {
    /// The calendar of the zone that is called this, with its shifts in order. The first of them holds before it as well;
    /// without any, clocks show UTC.
    pub fn new(zone: &str, shifts: Vec<Shift>) -> Self {
        Calendar { zone: zone.to_owned(), shifts }
    }

    /// What the zone is called.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The date at this moment.
    pub fn day(&self, at: At) -> Day {
        self.day_and_hour(at).0
    }

    /// The hour of the week at this moment.
    pub fn hour_of_week(&self, at: At) -> HourOfWeek {
        self.day_and_hour(at).1
    }

    /// Both.
    pub fn day_and_hour(&self, at: At) -> (Day, HourOfWeek) {
        shown(at, self.ahead_s(at))
    }

    /// What clocks show at one moment after another: as fast as it is where most of these are near the one before.
    pub fn watch(&self) -> Watch<'_> {
        Watch { calendar: self, from: At(i64::MAX), until: At(i64::MIN), ahead_s: 0 }
    }

    /// The moment at which clocks show so many microseconds since the beginning of 1970. Of an hour that comes twice it is
    /// the first; a time that is left out is taken for as long after the shift as it was to be after the hour before.
    pub fn moment(&self, shown_us: i64) -> At {
        let day_us = SECONDS_OF_A_DAY * 1_000_000;
        let ahead = |at: i64| i64::from(self.ahead_s(At(at))) * 1_000_000;
        let (before, after) = (ahead(shown_us - day_us), ahead(shown_us + day_us));
        let fits = |by: &i64| ahead(shown_us - by) == *by;
        At(shown_us - [before, after].into_iter().find(fits).unwrap_or(before))
    }

    fn ahead_s(&self, at: At) -> i32 {
        self.shifts.get(self.shifts_until(at).saturating_sub(1)).map_or(0, |shift| shift.ahead_s)
    }

    fn shifts_until(&self, at: At) -> usize {
        self.shifts.partition_point(|shift| shift.from <= at)
    }
}

/// What clocks show that are so far ahead.
fn shown(at: At, ahead_s: i32) -> (Day, HourOfWeek) {
    let seconds = at.0.div_euclid(1_000_000) + i64::from(ahead_s);
    // 2^31 days are six million years.
    let day = Day(i32::try_from(seconds.div_euclid(SECONDS_OF_A_DAY)).unwrap_or(i32::MAX));
    // Of 0 to 23.
    let hour = (seconds.rem_euclid(SECONDS_OF_A_DAY) / 3_600) as u8;
    (day, HourOfWeek(day.weekday() * HOURS_OF_A_DAY + hour))
}

/// A calendar that is asked again and again, and remembers between which shifts it was asked last.
#[derive(Clone, Debug)]
pub struct Watch<'c> {
    calendar: &'c Calendar,
    from: At,
    until: At,
    ahead_s: i32,
}

impl Watch<'_> {
    /// As [`Calendar::day_and_hour`].
    pub fn day_and_hour(&mut self, at: At) -> (Day, HourOfWeek) {
        if at < self.from || at >= self.until {
            let (shifts, after) = (&self.calendar.shifts, self.calendar.shifts_until(at));
            self.from = after
                .checked_sub(1)
                .and_then(|last| shifts.get(last))
                .map_or(At(i64::MIN), |shift| shift.from);
            self.until = shifts.get(after).map_or(At(i64::MAX), |shift| shift.from);
            self.ahead_s = self.calendar.ahead_s(at);
        }
        shown(at, self.ahead_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_people_read_it_and_read_again() {
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!(Day(20_784).to_string(), "2026-11-27");
        for day in (-20_000..60_000).step_by(97).map(Day) {
            assert_eq!(Day::read(&day.to_string()), Some(day));
        }
        for no_day in
            ["2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "26-01-01", "2026-1-1", "", "a-b-c"]
        {
            assert_eq!(Day::read(no_day), None, "{no_day}");
        }
    }

    #[test]
    fn months_begin_and_end_where_they_do() {
        let first = |year, month| Month::of(year, month).first_day();
        assert_eq!(first(1970, 1), Day(0));
        assert_eq!(first(2024, 3).0 - first(2024, 2).0, 29);
        assert_eq!(first(2025, 3).0 - first(2025, 2).0, 28);
        assert_eq!(first(2100, 3).0 - first(2100, 2).0, 28);
        assert_eq!(first(2000, 3).0 - first(2000, 2).0, 29);
        for number in Month::of(1600, 1).0..Month::of(2400, 1).0 {
            let (month, next) = (Month(number), Month(number).next());
            let days = next.first_day().0 - month.first_day().0;
            assert!((28..=31).contains(&days), "{month:?} has {days} days");
            for day in [month.first_day(), Day(next.first_day().0 - 1)] {
                assert_eq!(day.month(), month, "{day:?}");
            }
        }
        assert_eq!(Month::of(2026, 11).quarter(), Month::of(2026, 10));
        assert_eq!(Month::of(2026, 11).year(), Month::of(2026, 1));
    }

    #[test]
    fn weeks_begin_on_a_monday() {
        // 1970-01-05 and 1969-12-29.
        assert_eq!((Day(4).weekday(), Day(-3).weekday(), Day(0).weekday()), (0, 0, 3));
        assert_eq!((Day(10).monday(), Day(0).monday()), (Day(4), Day(-3)));
    }

    #[test]
    fn the_hour_that_is_there_twice_is_the_same_hour() {
        let hour = |hours: i64| At(hours * 3_600 * 1_000_000);
        let shifts = vec![Shift { from: At(0), ahead_s: 7_200 }, Shift { from: hour(25), ahead_s: 3_600 }];
        let calendar = Calendar::new("Here", shifts);
        let seen = |at| (calendar.day(at), calendar.hour_of_week(at).number());
        // Friday, 1970-01-02: 2 o'clock comes twice.
        assert_eq!(seen(hour(24)), (Day(1), 4 * 24 + 2));
        assert_eq!(seen(hour(25)), (Day(1), 4 * 24 + 2));
        assert_eq!(seen(hour(26)), (Day(1), 4 * 24 + 3));
        // Before the first shift its hour holds.
        assert_eq!(seen(hour(-2)), (Day(0), 3 * 24));
    }

    #[test]
    fn a_watch_shows_what_the_calendar_says_in_whatever_order_it_is_asked() {
        let hour = |hours: i64| At(hours * 3_600 * 1_000_000);
        let shift = |hours, ahead_s| Shift { from: hour(hours), ahead_s };
        for shifts in
            [vec![], vec![shift(0, 7_200)], vec![shift(0, 7_200), shift(25, 3_600), shift(90, -3_600)]]
        {
            let calendar = Calendar::new("Here", shifts);
            let mut watch = calendar.watch();
            let edges = [-1, 0, 24, 25, 26, 89, 90, 91, 24, 0, -1, 1_000, 25, i64::from(i32::MAX)];
            let near = edges.into_iter().flat_map(|hours| [-1, 0, 1].map(|by| At(hour(hours).0 + by)));
            for at in near.chain([At(i64::MAX), At(i64::MIN), At(i64::MAX), At(0)]) {
                assert_eq!(watch.day_and_hour(at), calendar.day_and_hour(at), "{at:?}");
            }
        }
    }

    #[test]
    fn a_time_that_clocks_show_is_one_moment_also_where_they_are_shifted() {
        let hour = |hours: i64| At(hours * 3_600 * 1_000_000);
        let shifts = vec![
            Shift { from: At(0), ahead_s: 3_600 },
            Shift { from: hour(100), ahead_s: 7_200 },
            Shift { from: hour(300), ahead_s: 3_600 },
        ];
        let calendar = Calendar::new("Here", shifts);
        let moment = |shown: i64| calendar.moment(hour(shown).0);
        assert_eq!(
            (moment(1), moment(50), moment(150), moment(400)),
            (hour(0), hour(49), hour(148), hour(399))
        );
        // At 101 clocks go to 102 at once; at 302 they go back to 301.
        assert_eq!((moment(100), moment(101), moment(102)), (hour(99), hour(100), hour(100)));
        assert_eq!((moment(301), moment(302)), (hour(299), hour(301)));
        assert_eq!(Calendar::new("UTC", Vec::new()).moment(hour(7).0), hour(7));
    }
}
