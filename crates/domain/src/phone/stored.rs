//! Numbers in the fields of a record.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::keys::{self, PhoneKey};
use super::read::{Reading, readings};
use super::region::Region;
use super::text::{self, Mark};
use super::{MAX_TEXT_CHARS, is_longer_than, withheld};

/// Most numbers that one field gives; those after them are left out.
pub const MAX_NUMBERS_PER_TEXT: usize = 10;

/// Most pieces that are tried as one number (`600,123,456`).
const MAX_JOINED_PIECES: usize = 4;

/// One number found in a stored field as people type it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredNumber {
    /// The part of the field that holds the number, as it was typed.
    pub raw: String,
    /// What to dial and to show. `None` for a number without area code, or of a length that no
    /// number of its country has: such a number can be found, but not dialled as it stands.
    pub e164: Option<String>,
    /// Extension, for ranking only: it is in no key.
    pub extension: Option<String>,
    /// What the number is found by; never empty, sorted.
    pub keys: Vec<PhoneKey>,
}

/// The numbers in a stored field: several where it holds `A / B`, `A; B`, `A o B`; none where it holds
/// nothing usable.
///
/// `region` is the country of the record, else of its owner, else of the organisation. No key occurs
/// twice in the answer. A field of more than [`MAX_TEXT_CHARS`] characters is no phone field and gives
/// nothing: half of it could give half of a number.
pub fn stored_numbers(text: &str, region: Region) -> Vec<StoredNumber> {
    if is_longer_than(text, MAX_TEXT_CHARS) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (range, extension) in number_ranges(text, region) {
        let raw = text[range].trim();
        let readings = readings_of(raw, region);
        let Some(first) = readings.first() else { continue };
        let keys: Vec<_> =
            keys::stored(&readings).into_iter().filter(|key| seen.insert(key.clone())).collect();
        if keys.is_empty() {
            continue;
        }
        found.push(StoredNumber {
            raw: raw.to_owned(),
            e164: first.dialable().map(super::parse::Number::e164),
            extension: first.extension.clone().or(extension),
            keys,
        });
        if found.len() == MAX_NUMBERS_PER_TEXT {
            break;
        }
    }
    found
}

/// Where the numbers of a field lie, with the extension that a piece of its own gives.
fn number_ranges(text: &str, region: Region) -> Vec<(Range<usize>, Option<String>)> {
    let pieces = text::pieces(text);
    let mut ranges: Vec<(Range<usize>, Option<String>)> = Vec::new();
    let mut next = 0;
    while let Some(piece) = pieces.get(next) {
        let joined = joined_pieces(text, &pieces[next..], region);
        let range = piece.range.start..pieces[next + joined - 1].range.end;
        next += joined;
        let extension = text::extension_in(&text::ascii_digits(&text[range.clone()]));
        match (extension, ranges.last_mut()) {
            (Some(extension), Some((_, of_number))) => *of_number = Some(extension),
            _ => ranges.push((range, None)),
        }
    }
    ranges
}

/// How many pieces make the first number: more than one only where the first is no number by itself
/// and they are one together.
fn joined_pieces(text: &str, pieces: &[text::Piece], region: Region) -> usize {
    let Some(first) = pieces.first() else { return 1 };
    let is_number =
        |range: Range<usize>| readings_of(&text[range], region).first().is_some_and(Reading::is_valid);
    if first.after == Mark::Firm
        || text[first.range.clone()].trim().is_empty()
        || is_number(first.range.clone())
    {
        return 1;
    }
    let loose = pieces.iter().take_while(|piece| piece.after == Mark::Loose).count();
    let most = (loose + 1).min(pieces.len()).min(MAX_JOINED_PIECES);
    (2..=most).find(|count| is_number(first.range.start..pieces[count - 1].range.end)).unwrap_or(1)
}

fn readings_of(raw: &str, region: Region) -> Vec<Reading> {
    let number = text::ascii_digits(raw);
    if withheld::is_no_number(&number) {
        // Systems that log a withheld call as a person leave its stand-in behind.
        return Vec::new();
    }
    let without_pause = !number.contains(",,") && number.contains(',');
    readings(&if without_pause { number.replace(',', " ") } else { number }, region)
}
