//! Times as web hooks write them: RFC 3339 (`2026-11-26T15:04:05.123456Z`) and RFC 2822
//! (`Thu, 26 Nov 2026 15:04:05 +0000`). No clock is read here and no zone's name is known.

use domain::id::At;

const SECOND_US: i64 = 1_000_000;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Nothing that is told happened earlier: such a time is a mistake.
const FIRST_YEAR: i64 = 2000;
/// Digits of a second's fraction that are read: microseconds. What is finer is cut off.
const FRACTION_DIGITS: usize = 6;

/// A time of RFC 3339; `None` where the text is none.
pub fn rfc3339(text: &str) -> Option<At> {
    let (date, time) = text.split_once(['T', 't'])?;
    let mut parts = date.split('-');
    let day = day(digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?)?;
    if parts.next().is_some() {
        return None;
    }
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(zone)?;
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, micros(fraction)?),
        None => (clock, 0),
    };
    let offset = match zone {
        "Z" | "z" => 0,
        zone => offset(zone.get(..1)?, &zone.get(1..)?.replacen(':', "", 1), zone.len() == 6)?,
    };
    Some(At((day * 86_400 + seconds(clock)? - offset) * SECOND_US + fraction))
}

/// A time of RFC 2822, with or without the name of the day; `None` where the text is none.
pub fn rfc2822(text: &str) -> Option<At> {
    let date = text.split_once(',').map_or(text, |(_, date)| date);
    let words: Vec<&str> = date.split_ascii_whitespace().collect();
    let [day_of_month, month, year, clock, zone] = words.as_slice() else { return None };
    let month = 1 + MONTHS.iter().position(|name| name == month)?;
    let width = day_of_month.len().clamp(1, 2);
    let day = day(digits(year, 4)?, i64::try_from(month).ok()?, digits(day_of_month, width)?)?;
    let offset = match *zone {
        "GMT" | "UT" | "Z" => 0,
        zone => offset(zone.get(..1)?, zone.get(1..)?, zone.len() == 5)?,
    };
    Some(At((day * 86_400 + seconds(clock)? - offset) * SECOND_US))
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let right = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if right { text.parse().ok() } else { None }
}

fn micros(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{:0<6}", fraction.get(..FRACTION_DIGITS.min(fraction.len()))?).parse().ok()
}

/// `15:04:05` in seconds; a leap second is the one after it.
fn seconds(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':');
    let mut next = |most: i64| digits(parts.next()?, 2).filter(|value| *value <= most);
    let (hour, minute, second) = (next(23)?, next(59)?, next(60)?);
    if parts.next().is_some() { None } else { Some(hour * 3600 + minute * 60 + second) }
}

/// `+0130` in seconds.
fn offset(sign: &str, clock: &str, well_formed: bool) -> Option<i64> {
    let (hours, minutes) = clock.split_at_checked(2).filter(|_| well_formed)?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    match sign {
        "+" => Some(hours * 3600 + minutes * 60),
        "-" => Some(-(hours * 3600 + minutes * 60)),
        _ => None,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar; `None` where there is no such day, or nobody can have told of it.
fn day(year: i64, month: i64, day: i64) -> Option<i64> {
    if year < FIRST_YEAR {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Counted from March on, a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(before + (153 * month + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_rfc_3339_are_read_to_the_microsecond_and_with_their_offset() {
        let noon = At(1_795_692_245_000_000);
        for text in ["2026-11-26T11:24:05Z", "2026-11-26t12:24:05+01:00", "2026-11-26T05:54:05.000-05:30"] {
            assert_eq!(rfc3339(text), Some(At(noon.0)), "{text}");
        }
        assert_eq!(rfc3339("2026-11-26T11:24:05.1234567Z"), Some(At(noon.0 + 123_456)));
        assert_eq!(rfc3339("2000-02-29T00:00:00Z"), Some(At(951_782_400_000_000)));
    }

    #[test]
    fn times_of_rfc_2822_are_read_with_and_without_the_day() {
        for text in
            ["Thu, 26 Nov 2026 11:24:05 +0000", "26 Nov 2026 12:24:05 +0100", "Thu, 26 Nov 2026 11:24:05 GMT"]
        {
            assert_eq!(rfc2822(text), Some(At(1_795_692_245_000_000)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "T",
            "soon",
            "2026-11-26",
            "1999-12-31T23:59:59Z",
            "2026-11-26T11:24:05",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-26T24:00:00Z",
            "2026-11-26T11:24Z",
            "2026-11-26T11:24:05.Z",
            "2026-11-26T11:24:05+1:00",
            "2026-11-26T11:24:05+01",
            "20261126T112405Z",
            "2026-11-26T11:24:05é",
            "2026-11-26T11:24:05+é0:0",
        ] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
        for text in [
            "",
            "26 Nov 2026",
            "Thu, 26 Foo 2026 11:24:05 +0000",
            "31 Nov 2026 11:24:05 +0000",
            "é Nov 2026 11:24:05 é",
        ] {
            assert_eq!(rfc2822(text), None, "{text}");
        }
    }
}
