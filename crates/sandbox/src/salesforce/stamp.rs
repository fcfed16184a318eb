//! Times as Salesforce writes them: `2026-11-26T10:00:00.000+0000`, always in UTC, and days without a time.

use domain::id::At;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A moment, to the millisecond.
pub(crate) fn moment(at: At) -> String {
    let millis = at.0.div_euclid(1000);
    let (day, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
    let (seconds, millis) = (rest / 1000 % 60, rest % 1000);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}+0000", day_text(day))
}

/// The day of a moment, in UTC.
pub(crate) fn day(at: At) -> String {
    day_text(day_number(at))
}

/// Days since 1970-01-01.
pub(crate) fn day_number(at: At) -> i64 {
    at.0.div_euclid(DAY)
}

/// The moment at which a day begins.
pub(crate) fn begin_of_day(number: i64) -> At {
    At(number.saturating_mul(DAY))
}

/// A day by its number, as `2026-11-26`. (Civil dates from days: Howard Hinnant's arithmetic.)
pub(crate) fn day_text(number: i64) -> String {
    let (year, month, day) = civil(number);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a day.
pub(crate) fn civil(number: i64) -> (i64, i64, i64) {
    let shifted = number + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The number of a day.
pub(crate) fn number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Reads `2026-11-26`.
pub(crate) fn read_day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let mut part = |width: usize| {
        let text = parts.next()?;
        (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
        text.parse::<i64>().ok()
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let read = number(year, month, day);
    (civil(read) == (year, month, day)).then_some(read)
}

/// Reads a moment with its zone: `Z`, `+0000`, `+01:00`; or a day alone, which begins at midnight.
pub(crate) fn read_moment(text: &str) -> Option<At> {
    let Some((day, time)) = text.split_once('T') else {
        return read_day(text).map(begin_of_day);
    };
    let day = read_day(day)?;
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let at = day * 86_400_000 + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
    Some(At((at - offset(zone)? * 60_000) * 1000))
}

/// Minutes east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    Some(if zone.starts_with('-') { -minutes } else { minutes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_salesforce_writes_them_and_read_back() {
        let cases = [
            (0, "1970-01-01T00:00:00.000+0000"),
            (1_795_687_200_000_000, "2026-11-26T10:00:00.000+0000"),
            (951_782_400_123_000, "2000-02-29T00:00:00.123+0000"),
        ];
        for (micros, text) in cases {
            assert_eq!(moment(At(micros)), text);
            assert_eq!(read_moment(text), Some(At(micros)));
        }
    }

    #[test]
    fn zones_and_days_are_read() {
        let ten = read_moment("2026-11-26T10:00:00Z");
        assert_eq!(read_moment("2026-11-26T11:00:00+01:00"), ten);
        assert_eq!(read_moment("2026-11-26T05:00:00.000-0500"), ten);
        assert_eq!(read_moment("2026-11-26"), read_moment("2026-11-26T00:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_not_read() {
        for text in
            ["", "2026-02-30", "2026-13-01", "26-01-01", "2026-01-01T25:00:00Z", "2026-01-01T10:00:00", "x"]
        {
            assert_eq!(read_moment(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_is_the_day_after_the_one_before() {
        for number in -70_000..80_000 {
            assert_eq!(read_day(&day_text(number)), Some(number));
        }
    }
}
