//! Days that a query says by name: `TODAY`, `LAST_N_DAYS:7`. A day is one of UTC here.

use crate::salesforce::stamp::{civil, day_number, number};
use domain::id::At;

/// Names that stand alone, and those that a number follows.
const NAMES: [&str; 15] = [
    "TODAY",
    "YESTERDAY",
    "TOMORROW",
    "THIS_WEEK",
    "LAST_WEEK",
    "THIS_MONTH",
    "LAST_MONTH",
    "NEXT_MONTH",
    "THIS_YEAR",
    "LAST_YEAR",
    "LAST_90_DAYS",
    "LAST_N_DAYS",
    "NEXT_N_DAYS",
    "N_DAYS_AGO",
    "LAST_N_MONTHS",
];

/// Whether a word is one of these names, as capitals.
pub(crate) fn is_range(word: &str) -> bool {
    NAMES.contains(&word)
}

/// The first day of it and the first one after it, as numbers of days.
pub(crate) fn range(name: &str, count: i64, now: At) -> (i64, i64) {
    let today = day_number(now);
    let (year, month, _) = civil(today);
    // 1970-01-01 was a Thursday; weeks begin on Sunday.
    let week = today - (today + 4).rem_euclid(7);
    let month_begin = |months: i64| {
        let months = year * 12 + month - 1 + months;
        number(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
    };
    match name {
        "YESTERDAY" => (today - 1, today),
        "TOMORROW" => (today + 1, today + 2),
        "THIS_WEEK" => (week, week + 7),
        "LAST_WEEK" => (week - 7, week),
        "THIS_MONTH" => (month_begin(0), month_begin(1)),
        "LAST_MONTH" => (month_begin(-1), month_begin(0)),
        "NEXT_MONTH" => (month_begin(1), month_begin(2)),
        "THIS_YEAR" => (number(year, 1, 1), number(year + 1, 1, 1)),
        "LAST_YEAR" => (number(year - 1, 1, 1), number(year, 1, 1)),
        "LAST_90_DAYS" => (today - 90, today + 1),
        "LAST_N_DAYS" => (today - count, today + 1),
        "NEXT_N_DAYS" => (today + 1, today + 1 + count),
        "N_DAYS_AGO" => (today - count, today - count + 1),
        "LAST_N_MONTHS" => (month_begin(-count), month_begin(0)),
        _ => (today, today + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce::stamp::{day_text, read_moment};

    #[test]
    fn names_of_days_are_days() {
        let now = read_moment("2026-01-15T23:59:00Z").expect("a moment");
        for (name, count, from, until) in [
            ("TODAY", 0, "2026-01-15", "2026-01-16"),
            ("LAST_MONTH", 0, "2025-12-01", "2026-01-01"),
            ("THIS_WEEK", 0, "2026-01-11", "2026-01-18"),
            ("LAST_N_DAYS", 7, "2026-01-08", "2026-01-16"),
            ("LAST_N_MONTHS", 2, "2025-11-01", "2026-01-01"),
            ("THIS_YEAR", 0, "2026-01-01", "2027-01-01"),
        ] {
            let (first, after) = range(name, count, now);
            assert_eq!((day_text(first).as_str(), day_text(after).as_str()), (from, until), "{name}");
        }
    }
}
