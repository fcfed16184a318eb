//! The time zone in which a tenant's days begin: named by its setting, else that of its region. Where a country has
//! several, it is that of the capital, or of most people.

use domain::phone::Region;
use jiff::tz::TimeZone;

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
}
