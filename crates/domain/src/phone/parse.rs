//! The boundary to libphonenumber: what it says about a text, unchanged.
//!
//! With `region.rs` this is the only file that names the library, so another port can replace it.
//! The golden file `tests/golden/phone.tsv` holds this layer to Google's own answers.

use rlibphonenumber::{
    CountryCodeSource, NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, ValidationError,
    get_national_significant_number_owned,
};

use super::region::Region;

/// A country calling code and the digits after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) calling_code: u16,
    /// National significant number; leading zeros are part of it where the country has them.
    pub(super) nsn: String,
}

/// How the length of a number compares with what its country uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Possible,
    /// Dialable only inside one area.
    LocalOnly,
    TooShort,
    /// Between lengths that the country uses.
    Unused,
    TooLong,
    NoSuchCountry,
}

/// Where the calling code of a parsed number came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Country {
    Plus,
    /// The international prefix that the default region dials.
    Prefix,
    /// The digits began with the default region's own calling code.
    Digits,
    /// The text named none: the default region's.
    Assumed,
}

/// libphonenumber's reading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) number: Number,
    pub(super) extension: Option<String>,
    pub(super) valid: bool,
    pub(super) length: Length,
    pub(super) country: Country,
}

impl Number {
    pub(super) fn new(calling_code: u16, nsn: impl Into<String>) -> Self {
        Self { calling_code, nsn: nsn.into() }
    }

    pub(super) fn e164(&self) -> String {
        format!("+{}{}", self.calling_code, self.nsn)
    }

    /// How many digits follow the plus.
    pub(super) fn digits(&self) -> usize {
        self.e164().len() - 1
    }

    /// Whether a subscriber can have this number, as far as the metadata knows.
    pub(super) fn is_valid(&self) -> bool {
        self.to_library().is_some_and(|number| PHONE_NUMBER_UTIL.is_valid_number(&number))
    }

    pub(super) fn length(&self) -> Length {
        self.to_library().map_or(Length::TooLong, |number| length(&number))
    }

    fn to_library(&self) -> Option<PhoneNumber> {
        let zeros = self.nsn.len() - self.nsn.trim_start_matches('0').len();
        // An all-zero number keeps its last zero as its value.
        let zeros = zeros.min(self.nsn.len().saturating_sub(1));
        Some(PhoneNumber {
            country_code: i32::from(self.calling_code),
            national_number: self.nsn.parse().ok()?,
            italian_leading_zero: (zeros > 0).then_some(true),
            number_of_leading_zeros: if zeros > 1 { i32::try_from(zeros).ok() } else { None },
            ..PhoneNumber::default()
        })
    }
}

/// Reads one number. `None`: libphonenumber sees no number in the text.
pub(super) fn parse(text: &str, region: Region) -> Option<Parsed> {
    let number = PHONE_NUMBER_UTIL.parse_and_keep_raw_input(text, Some(region.plan())).ok()?;
    let nsn = get_national_significant_number_owned(&number);
    let extension = number.extension.clone().filter(|digits| !digits.is_empty());
    let country = match number.country_code_source() {
        CountryCodeSource::FromNumberWithPlusSign => Country::Plus,
        CountryCodeSource::FromNumberWithIdd => Country::Prefix,
        CountryCodeSource::FromNumberWithoutPlusSign => Country::Digits,
        CountryCodeSource::FromDefaultCountry | CountryCodeSource::Unspecified => Country::Assumed,
    };
    if nsn.len() < 3 && extension.is_some() && country == Country::Assumed {
        // The port takes an extension after two digits, which libphonenumber refuses.
        return None;
    }
    Some(Parsed {
        valid: PHONE_NUMBER_UTIL.is_valid_number(&number),
        length: length(&number),
        number: Number { calling_code: u16::try_from(number.country_code).ok()?, nsn },
        extension,
        country,
    })
}

/// The calling code of a region, `None` where libphonenumber has no numbering plan for it.
pub(super) fn calling_code(region: Region) -> Option<u16> {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region.plan())?;
    u16::try_from(code).ok()
}

/// Whether the digits are a country's calling code and nothing more.
pub(super) fn is_calling_code(digits: &str) -> bool {
    digits.parse().is_ok_and(|code: i32| PHONE_NUMBER_UTIL.get_region_for_country_code(code).is_some())
}

/// The digit that a character of any script stands for.
pub(super) fn digit(character: char) -> Option<char> {
    if character.is_ascii() {
        return Some(character).filter(char::is_ascii_digit);
    }
    if !character.is_numeric() {
        return None;
    }
    let mut buffer = [0; 4];
    PHONE_NUMBER_UTIL.normalize_digits_only(character.encode_utf8(&mut buffer)).chars().next()
}

/// The number in international format, e.g. `+34 600 12 34 56`; a text that is not E.164 comes back
/// as it is.
pub(super) fn display(e164: &str) -> String {
    match PHONE_NUMBER_UTIL.parse(e164, None) {
        Ok(number) => PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::International).into_owned(),
        Err(_) => e164.to_owned(),
    }
}

/// The number as it is written within its country, e.g. `600 12 34 56`; a text that is not E.164 comes back as it is.
pub(super) fn national(e164: &str) -> String {
    match PHONE_NUMBER_UTIL.parse(e164, None) {
        Ok(number) => PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::National).into_owned(),
        Err(_) => e164.to_owned(),
    }
}

fn length(number: &PhoneNumber) -> Length {
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
        Ok(NumberLengthType::IsPossible) => Length::Possible,
        Ok(NumberLengthType::IsPossibleLocalOnly) => Length::LocalOnly,
        Err(ValidationError::TooShort) => Length::TooShort,
        Err(ValidationError::InvalidLength) => Length::Unused,
        Err(ValidationError::TooLong) => Length::TooLong,
        Err(ValidationError::InvalidCountryCode) => Length::NoSuchCountry,
    }
}
