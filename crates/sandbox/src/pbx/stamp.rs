//! Times as a PBX writes them. Time zones are not here: the replayed PBX lives in UTC.

use domain::id::At;

const SECONDS_A_DAY: i64 = 86_400;

/// `1795350690.523146`: seconds and microseconds, as in `Timestamp`.
pub(super) fn write_timestamp(out: &mut Vec<u8>, at: At) {
    write_number(out, at.0.div_euclid(1_000_000), 1);
    out.push(b'.');
    write_number(out, at.0.rem_euclid(1_000_000), 6);
}

/// `2026-11-22 12:31:30`, as in `EventTime`.
pub(super) fn write_clock(out: &mut Vec<u8>, at: At) {
    let seconds = at.0.div_euclid(1_000_000);
    let (year, month, day) = date(seconds.div_euclid(SECONDS_A_DAY));
    let of_day = seconds.rem_euclid(SECONDS_A_DAY);
    let parts = [
        (year, 4, b'-'),
        (month, 2, b'-'),
        (day, 2, b' '),
        (of_day / 3_600, 2, b':'),
        (of_day / 60 % 60, 2, b':'),
    ];
    for (number, width, after) in parts {
        write_number(out, number, width);
        out.push(after);
    }
    write_number(out, of_day % 60, 2);
}

/// Decimal digits, at least `width` of them.
pub(super) fn write_number(out: &mut Vec<u8>, number: i64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut rest = number.unsigned_abs();
    let mut first = digits.len();
    while rest > 0 || digits.len() - first < width {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&digits[first..]);
}

/// Year, month and day of a day counted from 1970-01-01 in the Gregorian calendar: years begin in
/// March, so that the leap day is the last of one, and come in eras of 400.
fn date(days: i64) -> (i64, i64, i64) {
    const DAYS_AN_ERA: i64 = 146_097;
    // 0000-03-01 to 1970-01-01.
    let days = days + 719_468;
    let of_era = days.rem_euclid(DAYS_AN_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + days.div_euclid(DAYS_AN_ERA) * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: fn(&mut Vec<u8>, At), micros: i64) -> String {
        let mut out = Vec::new();
        write(&mut out, At(micros));
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn clock_times_are_those_of_the_calendar() {
        for (seconds, want) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_400, "2000-02-29 00:00:00"),
            (1_795_350_690, "2026-11-22 12:31:30"),
            (4_107_542_399, "2100-02-28 23:59:59"),
            (4_107_542_400, "2100-03-01 00:00:00"),
        ] {
            assert_eq!(written(write_clock, seconds * 1_000_000 + 999_999), want);
        }
    }

    #[test]
    fn timestamps_have_six_decimals() {
        assert_eq!(written(write_timestamp, 1_795_350_690_000_007), "1795350690.000007");
    }
}
