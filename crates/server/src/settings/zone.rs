//! The time zone in which a tenant's days begin: named by its setting, else that of its region. Where a country has
//! several, it is that of the capital, or of most people.

use domain::id::At;
use domain::phone::Region;
use domain::report::calendar::{Calendar, Shift};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// From which year on the shifts of clocks are told, and up to which: before and after, the nearest of them holds.
const SHIFTS_FROM: i16 = 2000;
const SHIFTS_UNTIL: i16 = 2060;

/// Zones by region, for the regions that this product is made for and their neighbours; all others count in UTC until
/// they say otherwise.
const ZONES: &[(&str, &str)] = &[
    ("AD", "Europe/Andorra"),
    ("AR", "America/Argentina/Buenos_Aires"),
    ("AT", "Europe/Vienna"),
    ("AU", "Australia/Sydney"),
    ("BE", "Europe/Brussels"),
    ("BO", "America/La_Paz"),
    ("BR", "America/Sao_Paulo"),
    ("CA", "America/Toronto"),
    ("CH", "Europe/Zurich"),
    ("CL", "America/Santiago"),
    ("CO", "America/Bogota"),
    ("CR", "America/Costa_Rica"),
    ("CU", "America/Havana"),
    ("CZ", "Europe/Prague"),
    ("DE", "Europe/Berlin"),
    ("DK", "Europe/Copenhagen"),
    ("DO", "America/Santo_Domingo"),
    ("EC", "America/Guayaquil"),
    ("ES", "Europe/Madrid"),
    ("FI", "Europe/Helsinki"),
    ("FR", "Europe/Paris"),
    ("GB", "Europe/London"),
    ("GI", "Europe/Gibraltar"),
    ("GQ", "Africa/Malabo"),
    ("GR", "Europe/Athens"),
    ("GT", "America/Guatemala"),
    ("HN", "America/Tegucigalpa"),
    ("IE", "Europe/Dublin"),
    ("IN", "Asia/Kolkata"),
    ("IT", "Europe/Rome"),
    ("JP", "Asia/Tokyo"),
    ("LU", "Europe/Luxembourg"),
    ("MA", "Africa/Casablanca"),
    ("MX", "America/Mexico_City"),
    ("NI", "America/Managua"),
    ("NL", "Europe/Amsterdam"),
    ("NO", "Europe/Oslo"),
    ("NZ", "Pacific/Auckland"),
    ("PA", "America/Panama"),
    ("PE", "America/Lima"),
    ("PH", "Asia/Manila"),
    ("PL", "Europe/Warsaw"),
    ("PR", "America/Puerto_Rico"),
    ("PT", "Europe/Lisbon"),
    ("PY", "America/Asuncion"),
    ("RO", "Europe/Bucharest"),
    ("SE", "Europe/Stockholm"),
    ("SV", "America/El_Salvador"),
    ("US", "America/New_York"),
    ("UY", "America/Montevideo"),
    ("VE", "America/Caracas"),
    ("ZA", "Africa/Johannesburg"),
];

/// The zone of this IANA name, as the time zone database that is built in knows it.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// What a zone is called; one without a name is not among the settings.
pub fn name_of(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// The clock of a zone as plain data.
pub fn calendar(zone: &TimeZone) -> Calendar {
    let start_of = |year| jiff::civil::date(year, 1, 1).to_zoned(TimeZone::UTC).map(|time| time.timestamp());
    let (Ok(from), Ok(until)) = (start_of(SHIFTS_FROM), start_of(SHIFTS_UNTIL)) else {
        return Calendar::new("UTC", Vec::new());
    };
    let shift = |from: Timestamp, ahead_s| Shift { from: At(from.as_microsecond()), ahead_s };
    let mut shifts = vec![shift(from, zone.to_offset(from).seconds())];
    let changes = zone.following(from).take_while(|change| change.timestamp() < until);
    shifts.extend(changes.map(|change| shift(change.timestamp(), change.offset().seconds())));
    // A zone's clocks are told by their changes: those that change a name only tell nothing.
    shifts.dedup_by_key(|shift| shift.ahead_s);
    Calendar::new(zone.iana_name().unwrap_or("UTC"), shifts)
}

/// The zone of a region.
pub(super) fn zone_of(region: Region) -> TimeZone {
    let region = region.to_string();
    let name = ZONES.iter().find(|(of, _)| *of == region).map(|(_, name)| *name);
    name.and_then(zone).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_a_region_exists_and_the_others_count_in_utc() {
        for (region, name) in ZONES {
            assert!(region.parse::<Region>().is_ok(), "{region}");
            let zone = zone(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(zone.iana_name(), Some(*name));
        }
        assert_eq!(zone_of("ES".parse().expect("a region")).iana_name(), Some("Europe/Madrid"));
        assert_eq!(zone_of("TO".parse().expect("a region")), TimeZone::UTC);
        assert!(zone("Europe/Madird").is_none());
    }

    /// Every quarter of an hour from 2005 to 2045, in UTC, two hours about each change of the clocks, and one day in nine.
    fn moments() -> impl Iterator<Item = Timestamp> {
        let (from, until) = (1_104_537_600_i64, 2_366_841_600_i64);
        (from..until)
            .step_by(900)
            .filter(|second| second / 86_400 % 9 == 0 || second / 86_400 % 7 < 3)
            .map(|second| Timestamp::from_second(second).expect("a time"))
    }

    #[test]
    fn days_and_hours_are_those_that_the_clocks_of_the_place_show() {
        for name in [
            "Europe/Madrid",
            "America/Mexico_City",
            "America/Sao_Paulo",
            "America/New_York",
            "Asia/Kolkata",
            "UTC",
        ] {
            let zone = zone(name).expect("a zone");
            let calendar = calendar(&zone);
            assert_eq!(calendar.zone(), name);
            for moment in moments() {
                let at = At(moment.as_microsecond());
                let shown = moment.to_zoned(zone.clone());
                let epoch = jiff::civil::date(1970, 1, 1);
                let days = shown.date().since(epoch).expect("days").get_days();
                let hour =
                    i16::from(shown.date().weekday().to_monday_zero_offset()) * 24 + i16::from(shown.hour());
                let told = (calendar.day(at).0, i16::from(calendar.hour_of_week(at).number()));
                assert_eq!(told, (days, hour), "{name} {moment}");
                let month = calendar.day(at).month();
                assert_eq!(
                    (month.0.div_euclid(12), month.0.rem_euclid(12) + 1),
                    (i32::from(shown.year()), i32::from(shown.month())),
                    "{name} {moment}"
                );
            }
        }
    }
}
