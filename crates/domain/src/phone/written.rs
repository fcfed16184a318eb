//! A number as somebody types it to find the calls with it: all of it in any spelling, or its last digits.

use super::parse::Number;
use super::read::readings;
use super::region::Region;
use super::text;
use super::{MAX_TEXT_CHARS, is_longer_than};

/// Fewest digits that are looked for: fewer would find a good part of all calls.
pub const MIN_WRITTEN_DIGITS: usize = 4;
/// Most digits that are looked for; no number with whatever is dialled before it is as long.
pub const MAX_WRITTEN_DIGITS: usize = 20;
/// Shortest national number that stands for itself where the country was written beside it.
const MIN_NATIONAL_DIGITS: usize = 6;

/// What the digits of a number may be that somebody typed, each form once. Phone systems give the same number with and
/// without country, plus or zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenNumber {
    /// A number that ends with one of these is meant.
    pub ends: Vec<String>,
    /// A number that is one of these is meant.
    pub whole: Vec<String>,
}

/// Why a text is no number to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrittenRefused {
    /// Fewer than [`MIN_WRITTEN_DIGITS`].
    #[error("fewer than {MIN_WRITTEN_DIGITS} digits")]
    TooShort,
    /// More than [`MAX_WRITTEN_DIGITS`].
    #[error("more than {MAX_WRITTEN_DIGITS} digits")]
    TooLong,
}

impl WrittenNumber {
    /// Reads a text; `region` is the country of a number that names none.
    ///
    /// # Errors
    /// It has too few or too many digits.
    pub fn read(text: &str, region: Region) -> Result<Self, WrittenRefused> {
        if is_longer_than(text, MAX_TEXT_CHARS) {
            return Err(WrittenRefused::TooLong);
        }
        let typed = text::ascii_digits(text);
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < MIN_WRITTEN_DIGITS {
            return Err(WrittenRefused::TooShort);
        }
        if digits.len() > MAX_WRITTEN_DIGITS {
            return Err(WrittenRefused::TooLong);
        }
        let mut written = WrittenNumber::default();
        // What is dialled before a number is no part of it: 0034 600…, 020 7946….
        let without_zeros = digits.trim_start_matches('0').to_owned();
        let typed_ends = [without_zeros, digits].into_iter();
        written.ends.extend(typed_ends.filter(|end| end.len() >= MIN_WRITTEN_DIGITS));
        if let Some(reading) = readings(&typed, region).into_iter().find(|reading| !reading.is_local()) {
            let forms = [Some(&reading.key), reading.dialable()].into_iter().flatten();
            for number in forms {
                written.add(number, reading.country_in_text);
            }
        }
        for forms in [&mut written.ends, &mut written.whole] {
            forms.sort();
            forms.dedup();
        }
        Ok(written)
    }

    /// Where the country was written, another country's number with the same ending is not meant.
    fn add(&mut self, number: &Number, country_in_text: bool) {
        self.ends.push(format!("{}{}", number.calling_code, number.nsn));
        let national = number.nsn.trim_start_matches('0');
        if national.len() < MIN_NATIONAL_DIGITS {
            return;
        }
        if country_in_text {
            self.whole.extend([number.nsn.clone(), national.to_owned(), format!("0{national}")]);
        } else {
            self.ends.push(national.to_owned());
        }
    }

    /// Whether a number of these digits is meant.
    pub fn means(&self, digits: &str) -> bool {
        self.whole.iter().any(|whole| whole == digits)
            || self.ends.iter().any(|end| digits.ends_with(end.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(typed: &str, digits: &str) -> bool {
        let spain = "ES".parse().expect("a region");
        WrittenNumber::read(typed, spain).expect("a number").means(digits)
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for typed in [
            "600 111 222",
            "+34 600-111-222",
            "0034600111222",
            "(600) 11 12 22",
            "34600111222",
            "111222",
            "1222",
        ] {
            for stored in ["600111222", "34600111222", "0034600111222"] {
                assert!(means(typed, stored), "{typed} in {stored}");
            }
        }
        assert!(means("+44 20 7946 0958", "02079460958"));
        assert!(means("0044 20 7946 0958", "442079460958"));
    }

    #[test]
    fn another_number_is_not_found() {
        for (typed, stored) in [
            ("600 111 222", "600111223"),
            ("+34 600 111 222", "33600111222"),
            ("1222", "12223"),
            ("+34 600 111 222", "222"),
        ] {
            assert!(!means(typed, stored), "{typed} in {stored}");
        }
    }

    #[test]
    fn a_country_that_writes_mobiles_in_several_ways_is_read_by_its_rules() {
        let mexico: Region = "MX".parse().expect("a region");
        let written = WrittenNumber::read("044 55 1234 5678", mexico).expect("a number");
        assert!(written.means("525512345678") && written.means("5512345678"));
    }

    #[test]
    fn too_few_and_too_many_digits_are_refused() {
        let spain: Region = "ES".parse().expect("a region");
        for text in ["", "123", "ana", "1-2-3"] {
            assert_eq!(WrittenNumber::read(text, spain), Err(WrittenRefused::TooShort), "{text}");
        }
        let long = "1".repeat(MAX_WRITTEN_DIGITS + 1);
        assert_eq!(WrittenNumber::read(&long, spain), Err(WrittenRefused::TooLong));
        assert_eq!(WrittenNumber::read(&" ".repeat(300), spain), Err(WrittenRefused::TooLong));
        assert!(WrittenNumber::read(&long[1..], spain).is_ok());
    }
}
