//! Times as Salesforce writes them: `2026-11-26T10:00:00.000+0000`; a `Z` is read as well. Days are those of a place.

use domain::id::At;

const MILLIS_OF_DAY: i64 = 86_400_000;

/// A moment as it is written into a record: to the second, which is all that a record keeps.
pub(crate) fn second(at: At) -> String {
    let seconds = at.0.div_euclid(1_000_000);
    moment(At(seconds * 1_000_000))
}

/// A moment to the millisecond.
pub(crate) fn moment(at: At) -> String {
    let millis = at.0.div_euclid(1000);
    let (day, rest) = (millis.div_euclid(MILLIS_OF_DAY), millis.rem_euclid(MILLIS_OF_DAY));
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z", day_text(day))
}

/// The day of a moment, so many minutes east of Greenwich.
pub(crate) fn day(at: At, offset_minutes: i32) -> String {
    let millis = at.0.div_euclid(1000) + i64::from(offset_minutes) * 60_000;
    day_text(millis.div_euclid(MILLIS_OF_DAY))
}

/// Civil dates from days since 1970-01-01: Howard Hinnant's arithmetic.
fn day_text(number: i64) -> String {
    let shifted = number + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Reads a moment with its zone.
pub(crate) fn read(text: &str) -> Option<At> {
    let (day, time) = text.split_once('T')?;
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let day = number(parts.next()??, parts.next()??, parts.next()??);
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let at = day * MILLIS_OF_DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
    Some(At((at - zone_minutes(zone)? * 60_000) * 1000))
}

fn zone_minutes(zone: &str) -> Option<i64> {
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
    fn a_moment_is_read_as_it_was_written_in_any_zone() {
        let ten = At(1_795_687_200_000_000);
        assert_eq!(moment(ten), "2026-11-26T10:00:00.000Z");
        for text in ["2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00.000+0000", "2026-11-26T11:00:00+01:00"]
        {
            assert_eq!(read(text), Some(ten), "{text}");
        }
        assert_eq!(second(At(ten.0 + 999_999)), "2026-11-26T10:00:00.000Z");
    }

    #[test]
    fn the_day_of_a_call_is_that_of_the_centre() {
        let late = At(1_795_687_200_000_000 + 13 * 3_600_000_000 + 1_800_000_000);
        assert_eq!(day(late, 0), "2026-11-26");
        assert_eq!(day(late, 60), "2026-11-27");
        assert_eq!(day(late, -300), "2026-11-26");
    }

    #[test]
    fn what_is_no_moment_is_not_read() {
        for text in ["", "2026-11-26", "yesterday", "2026-11-26T10:00", "T"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
