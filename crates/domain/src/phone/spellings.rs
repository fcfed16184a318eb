//! How a number may stand in the fields of a CRM that finds texts and not numbers. Whatever it finds is read and compared by
//! its keys.

use super::CallerNumber;
use super::parse;
use super::text::ascii_digits;

/// The spellings to search for, the likeliest first: as dialled within the country, grouped as there, and in international
/// form. A number without a country is searched for as it came.
pub fn spellings(number: &CallerNumber) -> Vec<String> {
    let Some(e164) = &number.e164 else {
        let digits: String = ascii_digits(&number.raw).chars().filter(char::is_ascii_digit).collect();
        return if digits.is_empty() { Vec::new() } else { vec![digits] };
    };
    let grouped = parse::national(e164);
    let national: String = grouped.chars().filter(char::is_ascii_digit).collect();
    let international = e164.trim_start_matches('+').to_owned();
    let mut all = vec![national, grouped, international, number.display.clone()];
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|spelling| !spelling.is_empty() && seen.insert(spelling.clone()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{NumberPolicy, OtherParty, Region, other_party, stored_numbers};

    fn of(text: &str, region: &str) -> Vec<String> {
        let policy = NumberPolicy::new(region.parse::<Region>().expect("a region"));
        match other_party(text, &policy) {
            OtherParty::Number(number) => spellings(&number),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_number_is_searched_for_as_people_write_it() {
        assert_eq!(
            of("+34600123456", "ES"),
            ["600123456", "600 12 34 56", "34600123456", "+34 600 12 34 56"]
        );
        assert_eq!(
            of("02079460000", "GB"),
            ["02079460000", "020 7946 0000", "442079460000", "+44 20 7946 0000"]
        );
        assert_eq!(
            of("+14155550123", "US"),
            ["4155550123", "(415) 555-0123", "14155550123", "+1 415-555-0123"]
        );
    }

    #[test]
    fn a_number_without_an_area_is_searched_for_as_it_came() {
        assert_eq!(of("5550123", "US"), ["5550123"]);
    }

    #[test]
    fn every_spelling_is_read_as_the_number_it_is_of() {
        for (text, region) in
            [("+34600123456", "ES"), ("02079460000", "GB"), ("+525512345678", "MX"), ("+5511987654321", "BR")]
        {
            let region: Region = region.parse().expect("a region");
            let OtherParty::Number(number) = other_party(text, &NumberPolicy::new(region)) else {
                panic!("{text}")
            };
            let e164 = number.e164.clone().expect("a whole number");
            // Digits of the international form without a sign are read by no plan.
            for spelling in spellings(&number).iter().filter(|text| **text != e164[1..]) {
                let read = stored_numbers(spelling, region);
                assert_eq!(read.first().and_then(|read| read.e164.clone()), Some(e164.clone()), "{spelling}");
            }
        }
    }
}
