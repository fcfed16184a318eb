//! What a cell says: times, durations and types, in the ways that exports and spreadsheets write them.

use super::mapping::{Durations, TimeOrder};
use crate::call::CallType;
use crate::id::At;
use crate::report::calendar::{Calendar, Month};

/// Longest duration that is believed: a month. More is another unit.
pub const DURATION_LIMIT_MS: i64 = 31 * 24 * 3_600 * 1_000;
/// First and last year of a time that is believed.
const YEARS: std::ops::RangeInclusive<i64> = 2000..=2059;
const MICROS: i64 = 1_000_000;

/// Words of types that are known, by their letters.
const TYPES: [(&str, CallType); 24] = [
    ("inbound", CallType::Inbound),
    ("incoming", CallType::Inbound),
    ("in", CallType::Inbound),
    ("answered", CallType::Inbound),
    ("entrante", CallType::Inbound),
    ("outbound", CallType::Outbound),
    ("outgoing", CallType::Outbound),
    ("out", CallType::Outbound),
    ("connected", CallType::Outbound),
    ("saliente", CallType::Outbound),
    ("outboundmissed", CallType::OutboundMissed),
    ("notconnected", CallType::OutboundMissed),
    ("salientenoatendida", CallType::OutboundMissed),
    ("salienteperdida", CallType::OutboundMissed),
    ("voicemail", CallType::Voicemail),
    ("buzondevoz", CallType::Voicemail),
    ("buzóndevoz", CallType::Voicemail),
    ("abandoned", CallType::Abandoned),
    ("abandonada", CallType::Abandoned),
    ("shortabandoned", CallType::ShortAbandoned),
    ("shortabandon", CallType::ShortAbandoned),
    ("abandonocorto", CallType::ShortAbandoned),
    ("missed", CallType::Missed),
    ("perdida", CallType::Missed),
];

/// A type by a word that is known.
pub(super) fn call_type(word: &str) -> Option<CallType> {
    let bare: String = word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    TYPES.iter().find(|(known, _)| *known == bare).map(|(_, kind)| *kind)
}

/// A duration in milliseconds; `None` where it says none, or more than is believed.
pub(super) fn duration(text: &str, unit: Durations) -> Option<i64> {
    let ms = if text.contains(':') { clock(text)? } else { number(text)? * milliseconds(unit) };
    // So small a number is exact in both.
    (0.0..=DURATION_LIMIT_MS as f64).contains(&ms).then_some(ms.round() as i64)
}

fn milliseconds(unit: Durations) -> f64 {
    match unit {
        Durations::Milliseconds => 1.0,
        Durations::Seconds => 1_000.0,
        Durations::Minutes => 60_000.0,
        Durations::Days => 86_400_000.0,
    }
}

/// A number with a point or a comma, and nothing else that numbers can have.
fn number(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',' || "eE-".contains(c));
    let text = text.replace(',', ".");
    plain.then(|| text.parse::<f64>().ok()).flatten().filter(|number| number.is_finite())
}

/// `h:mm:ss` or `m:ss`, with fractions of a second.
fn clock(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    let [before @ .., seconds] = parts.as_slice() else { return None };
    let (hours, minutes) = match before {
        [minutes] => (0.0, whole(minutes)?),
        [hours, minutes] => (whole(hours)?, whole(minutes).filter(|minutes| *minutes < 60.0)?),
        _ => return None,
    };
    let seconds = number(seconds).filter(|seconds| (0.0..60.0).contains(seconds))?;
    Some(((hours * 60.0 + minutes) * 60.0 + seconds) * 1_000.0)
}

fn whole(text: &str) -> Option<f64> {
    let digits = !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse::<f64>().ok()).flatten()
}

/// A time: `2025-10-09T16:59:52Z`, `2025-10-09 16:59:52.123+02:00`, `9/10/2025 4:59 PM`; in `calendar` where it names no
/// zone.
pub(super) fn time(text: &str, order: TimeOrder, calendar: &Calendar) -> Option<At> {
    let (date, rest) = text.split_at(text.find([' ', 'T', 't']).unwrap_or(text.len()));
    let days = date_of(date, order)?;
    let rest = rest.trim_start_matches([' ', 'T', 't']).trim();
    let (clock, zone) = zone_of(rest)?;
    let micros = days * 86_400 * MICROS + time_of_day(clock)?;
    Some(match zone {
        Some(ahead_s) => At(micros - ahead_s * MICROS),
        None => calendar.moment(micros),
    })
}

/// Days since the beginning of 1970.
fn date_of(text: &str, order: TimeOrder) -> Option<i64> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| whole(text).map(|number| number as i64);
    let (year, month, day) = match (first.len(), order) {
        (4, _) => (number(first)?, number(second)?, number(third)?),
        (_, TimeOrder::DayFirst) => (number(third)?, number(second)?, number(first)?),
        (_, TimeOrder::MonthFirst) => (number(third)?, number(first)?, number(second)?),
    };
    if !YEARS.contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    // Both are small.
    let month = Month::of(year as i32, month as i32);
    let (begin, end) = (month.first_day().0, month.next().first_day().0);
    let date = begin + i32::try_from(day).ok()? - 1;
    (begin..end).contains(&date).then_some(i64::from(date))
}

/// The time of the day, and how many seconds its clock is ahead of UTC, where it says.
fn zone_of(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    if let Some(clock) = text.strip_suffix("UTC") {
        return Some((clock.trim(), Some(0)));
    }
    let Some(place) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, offset) = text.split_at(place);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (whole(&digits)?, 0.0),
        4 => (whole(&digits[..2])?, whole(&digits[2..])?),
        _ => return None,
    };
    if hours > 15.0 || minutes > 59.0 {
        return None;
    }
    let seconds = (hours as i64 * 60 + minutes as i64) * 60;
    Some((clock.trim(), Some(if offset.starts_with('-') { -seconds } else { seconds })))
}

/// Microseconds since midnight; a date alone is midnight.
fn time_of_day(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    // Spaces of any kind stand before "p. m." and within it.
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let half = [("am", 0), ("a.m.", 0), ("pm", 12), ("p.m.", 12)];
    let found = half.iter().find_map(|(word, after)| Some((bare.strip_suffix(word)?, Some(*after))));
    let (clock, after_noon) = found.unwrap_or((&bare, None));
    let parts: Vec<&str> = clock.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes] => (whole(hours)?, whole(minutes)?, 0.0),
        [hours, minutes, seconds] => (whole(hours)?, whole(minutes)?, number(seconds)?),
        _ => return None,
    };
    let hours = match after_noon {
        Some(after) if (1.0..=12.0).contains(&hours) => hours as i64 % 12 + after,
        None if hours < 24.0 => hours as i64,
        _ => return None,
    };
    if minutes > 59.0 || !(0.0..60.0).contains(&seconds) {
        return None;
    }
    Some((hours * 3_600 + minutes as i64 * 60) * MICROS + (seconds * MICROS as f64).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::calendar::Shift;

    fn at(text: &str) -> At {
        time(text, TimeOrder::DayFirst, &Calendar::new("UTC", Vec::new())).expect("a time")
    }

    #[test]
    fn times_are_read_as_exports_and_spreadsheets_write_them() {
        let utc = Calendar::new("UTC", Vec::new());
        let expected = at("2025-10-09T16:59:52Z");
        assert_eq!(expected.0, 1_760_029_192_000_000);
        for text in [
            "2025-10-09 16:59:52",
            "2025-10-09T16:59:52.000Z",
            "2025-10-09T16:59:52.000+0000",
            "2025-10-09T18:59:52+02:00",
            "2025-10-09 12:59:52 -0400",
            "2025-10-09 16:59:52 UTC",
            "9/10/2025 16:59:52",
            "09.10.2025 4:59:52 PM",
            "9-10-2025 4:59:52 p. m.",
        ] {
            assert_eq!(time(text, TimeOrder::DayFirst, &utc), Some(expected), "{text}");
        }
        assert_eq!(time("10/9/2025 4:59:52 PM", TimeOrder::MonthFirst, &utc), Some(expected));
        assert_eq!(time("2025-10-09 12:00 AM", TimeOrder::DayFirst, &utc), Some(at("2025-10-09")));
        for text in [
            "",
            "yesterday",
            "2025-13-01",
            "2025-02-29",
            "31/4/2025",
            "2025-10-09 24:00",
            "2025-10-09 13:00 PM",
            "1999-01-01",
            "45939.7",
            "2025-10-09 10:61",
            "9/10/25 10:00",
            "2025-10-09T10:00:00+25:00",
        ] {
            assert_eq!(time(text, TimeOrder::DayFirst, &utc), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_of_the_zone_that_was_chosen() {
        let ahead = Calendar::new("Ahead", vec![Shift { from: At(0), ahead_s: 7_200 }]);
        assert_eq!(
            time("2025-10-09 18:59:52", TimeOrder::DayFirst, &ahead),
            Some(at("2025-10-09T16:59:52Z"))
        );
        assert_eq!(
            time("2025-10-09 16:59:52Z", TimeOrder::DayFirst, &ahead),
            Some(at("2025-10-09T16:59:52Z"))
        );
    }

    #[test]
    fn durations_are_counted_by_the_unit_that_was_chosen_and_clocks_by_themselves() {
        for (text, unit, ms) in [
            ("150", Durations::Seconds, Some(150_000)),
            ("1.5", Durations::Seconds, Some(1_500)),
            ("1,5", Durations::Seconds, Some(1_500)),
            ("150", Durations::Milliseconds, Some(150)),
            ("2", Durations::Minutes, Some(120_000)),
            ("0.000069444446", Durations::Days, Some(6_000)),
            ("5.787037E-5", Durations::Days, Some(5_000)),
            ("00:02:30", Durations::Days, Some(150_000)),
            ("2:30", Durations::Days, Some(150_000)),
            ("100:00:00", Durations::Seconds, Some(360_000_000)),
            ("0", Durations::Seconds, Some(0)),
            ("-1", Durations::Seconds, None),
            ("1:60:00", Durations::Seconds, None),
            ("1:2:3:4", Durations::Seconds, None),
            ("soon", Durations::Seconds, None),
            ("inf", Durations::Seconds, None),
            ("1e99", Durations::Seconds, None),
            ("32", Durations::Days, None),
        ] {
            assert_eq!(duration(text, unit), ms, "{text} {unit:?}");
        }
    }

    #[test]
    fn types_are_known_by_the_words_of_both_languages() {
        for (word, kind) in [
            ("inbound", Some(CallType::Inbound)),
            ("Outbound_Missed", Some(CallType::OutboundMissed)),
            ("short abandoned", Some(CallType::ShortAbandoned)),
            ("Voicemail", Some(CallType::Voicemail)),
            ("Saliente", Some(CallType::Outbound)),
            ("Perdida", Some(CallType::Missed)),
            ("chat", None),
        ] {
            assert_eq!(call_type(word), kind, "{word}");
        }
    }
}
