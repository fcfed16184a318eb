//! Our parse layer against libphonenumber's own answers; `regenerate_phone.py` wrote them.

use crate::phone::Region;
use crate::phone::parse::{Country, Length, parse};

const GOLDEN: &str = include_str!("../../../tests/golden/phone.tsv");

/// Fewest cases that make the file worth its name: a file cut short must not pass.
const MIN_CASES: usize = 1000;

fn reading(text: &str, region: &str) -> [String; 6] {
    let Some(parsed) = parse(text, region.parse::<Region>().unwrap()) else {
        return std::array::from_fn(|_| "-".to_owned());
    };
    let length = match parsed.length {
        Length::Possible => "possible",
        Length::LocalOnly => "local",
        Length::TooShort => "short",
        Length::Unused => "bad-length",
        Length::TooLong => "long",
        Length::NoSuchCountry => "bad-country",
    };
    let country = match parsed.country {
        Country::Plus => "plus",
        Country::Prefix => "idd",
        Country::Digits => "digits",
        Country::Assumed => "assumed",
    };
    [
        parsed.number.e164(),
        if parsed.valid { "valid" } else { "invalid" }.to_owned(),
        length.to_owned(),
        parsed.number.nsn.clone(),
        parsed.extension.clone().unwrap_or_else(|| "-".to_owned()),
        country.to_owned(),
    ]
}

#[test]
fn parse_agrees_with_libphonenumber_on_every_golden_case() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    for line in GOLDEN.lines().filter(|line| !line.starts_with("# ")) {
        let columns: Vec<_> = line.split('\t').collect();
        let [text, region, expected @ ..] = columns.as_slice() else {
            panic!("too few columns: {line}");
        };
        cases += 1;
        let got = reading(text, region);
        if got != expected {
            wrong.push(format!("{text:?} in {region}: {got:?}, libphonenumber says {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= MIN_CASES, "only {cases} cases");
}

#[test]
fn validity_and_length_of_a_rebuilt_number_are_those_of_the_parsed_one() {
    for line in GOLDEN.lines().filter(|line| !line.starts_with("# ")) {
        let mut columns = line.split('\t');
        let (text, region) = (columns.next().unwrap(), columns.next().unwrap());
        let Some(parsed) = parse(text, region.parse().unwrap()) else { continue };
        assert_eq!(parsed.number.is_valid(), parsed.valid, "{line}");
        assert_eq!(parsed.number.length(), parsed.length, "{line}");
    }
}
