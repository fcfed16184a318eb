//! From a text to the numbers that it may mean.

use super::fold::{as_dialled, fold, fold_local, lacks_area};
use super::parse::{self, Country, Length, Number, Parsed};
use super::region::Region;
use super::text;

/// Fewest digits that make a number of their own; below them it is an extension or a short code.
pub(super) const MIN_NUMBER_DIGITS: usize = 6;
/// Most digits of a number that is taken to lack its area code because it is short.
const MAX_LOCAL_DIGITS: usize = 9;
/// Fewest digits that are tried as an international number without its plus. Shorter ones would
/// make Tonga (`+676` and five digits) of many a mobile of Panama.
const MIN_BARE_INTERNATIONAL_DIGITS: usize = 9;
/// Most digits that are parsed as one number: 17 national ones is what libphonenumber takes, 20 of an
/// extension, and prefixes. Parsing hundreds takes milliseconds and finds nothing.
const MAX_DIGITS: usize = 48;
/// Most digits that ITU-T E.164 allows, calling code included. Germany's plan has longer ones.
const MAX_E164_DIGITS: usize = 15;
/// Fewest digits before a note (`600 123 456 casa`) that stand for a number without it.
const MIN_DIGITS_BEFORE_NOTE: usize = 7;

/// One way to read a text as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// What keys are made of.
    pub(super) key: Number,
    pub(super) extent: Extent,
    pub(super) extension: Option<String>,
    /// False where the default region was assumed.
    pub(super) country_in_text: bool,
}

/// How much of a number a text holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it. `dialable` is what to dial and to show, `None` where the length fits no number.
    Full { dialable: Option<Number>, valid: bool },
    /// The area code is missing.
    Local,
}

impl Reading {
    pub(super) fn is_valid(&self) -> bool {
        matches!(self.extent, Extent::Full { valid: true, .. })
    }

    pub(super) fn is_local(&self) -> bool {
        self.extent == Extent::Local
    }

    /// The number to dial and to show.
    pub(super) fn dialable(&self) -> Option<&Number> {
        match &self.extent {
            Extent::Full { dialable, .. } => dialable.as_ref(),
            Extent::Local => None,
        }
    }
}

/// The readings of a text that holds one number, the likeliest first; empty when it holds none.
pub(super) fn readings(text: &str, region: Region) -> Vec<Reading> {
    let note = text::before_note(text);
    if text::count_digits(text) < MIN_NUMBER_DIGITS && note.is_none() {
        return Vec::new();
    }
    let mut whole = readings_of_all(text, region);
    let Some((head, note)) = note else { return whole };
    if text::count_digits(text) < MIN_NUMBER_DIGITS {
        // Too few digits for a number, unless letters stand for the others: 1-800-FLOWERS.
        whole.retain(Reading::is_valid);
    }
    if text::count_digits(head) < MIN_DIGITS_BEFORE_NOTE {
        // Letters inside the number: +55 (0xx11) 98123-4567.
        return whole;
    }
    let mut before_note = readings_of_all(head, region);
    match (before_note.first(), whole.first()) {
        (None, _) => whole,
        // The whole also knows the extension.
        (Some(head), Some(all)) if head.key == all.key => whole,
        (Some(head), Some(all)) if all.is_valid() && !head.is_valid() => whole,
        _ => {
            let extension = text::extension_in(note);
            before_note.iter_mut().for_each(|reading| reading.extension.clone_from(&extension));
            before_note
        }
    }
}

fn readings_of_all(text: &str, region: Region) -> Vec<Reading> {
    if text::count_digits(text) > MAX_DIGITS {
        return Vec::new();
    }
    let international = |digits: &str| read(&format!("+{digits}"), region).filter(Reading::is_valid);
    if let Some(reading) = text::after_double_zero(text).and_then(international) {
        return vec![reading];
    }
    let here = read(text, region);
    if text::starts_with_plus(text)
        || text::count_digits(text) < MIN_BARE_INTERNATIONAL_DIGITS
        || here.as_ref().is_some_and(|here| here.is_local() || (here.country_in_text && here.is_valid()))
    {
        return here.into_iter().collect();
    }
    let from_digit = text.find(|c: char| c.is_ascii_digit()).map_or("", |at| &text[at..]);
    let abroad = international(from_digit);
    match (here, abroad) {
        (Some(here), Some(abroad)) if here.is_valid() => vec![here, abroad],
        (Some(here), Some(abroad)) if here.dialable().is_some() => vec![abroad, here],
        (_, Some(abroad)) => vec![abroad],
        (here, None) => here.into_iter().collect(),
    }
}

fn read(text: &str, region: Region) -> Option<Reading> {
    let parsed = parse::parse(text, region)?;
    if parsed.number.nsn.bytes().all(|digit| digit == b'0') {
        return None;
    }
    let country_in_text = parsed.country != Country::Assumed;
    if is_local(&parsed) {
        let digits = fold_local(parsed.number.calling_code, &parsed.number.nsn);
        let key = Number::new(parsed.number.calling_code, digits);
        return Some(Reading { key, extent: Extent::Local, extension: parsed.extension, country_in_text });
    }
    let folded = fold(&parsed.number);
    let valid = parsed.valid || folded.is_valid();
    if !valid && parsed.number.nsn.len() < MIN_NUMBER_DIGITS {
        // Four and five digits are whole numbers in Niue, Tonga or the Falkland Islands only.
        return None;
    }
    let extent = Extent::Full { dialable: dialable(&parsed, &folded, region), valid };
    Some(Reading { key: folded, extent, extension: parsed.extension, country_in_text })
}

/// Whether the area code is missing. A number whose country is written is local only where that country
/// has local numbers of such a length.
fn is_local(parsed: &Parsed) -> bool {
    let digits = parsed.number.nsn.len();
    if parsed.valid || digits < MIN_NUMBER_DIGITS {
        return false;
    }
    match parsed.length {
        Length::LocalOnly => true,
        // Six digits are an extension unless the country says that they are a local number.
        Length::TooShort => {
            parsed.country == Country::Assumed && (MIN_NUMBER_DIGITS + 1..=MAX_LOCAL_DIGITS).contains(&digits)
        }
        _ => lacks_area(&parsed.number),
    }
}

/// The number as typed where it can be dialled so, as folded where only that can.
fn dialable(parsed: &Parsed, folded: &Number, region: Region) -> Option<Number> {
    let fits = |number: &Number| number.digits() <= MAX_E164_DIGITS;
    if parsed.valid {
        return Some(parsed.number.clone()).filter(fits);
    }
    let folded = as_dialled(&parsed.number, folded);
    if folded.is_valid() {
        return Some(folded).filter(fits);
    }
    [&parsed.number, &folded].into_iter().find(|number| fits(number) && is_plausible(number, region)).cloned()
}

/// Whether a number that the metadata does not know may still be one: new area codes come before new
/// metadata. It has to have a length that its country uses, and to mean itself when it is dialled.
fn is_plausible(number: &Number, region: Region) -> bool {
    number.length() == Length::Possible
        && parse::parse(&number.e164(), region).is_some_and(|again| again.number == *number)
}
