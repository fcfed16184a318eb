//! Phone numbers: what is the same number, and what is no number at all.
//!
//! A stored field gives numbers with keys ([`stored_numbers`]); the number of a call gives the keys to
//! look up ([`other_party`]). Both go through the same reading and the same folds, so equal numbers meet
//! whatever their spelling. Two numbers are the same when country code and folded national number are;
//! extensions count for ranking only, and equal endings with different known countries are different
//! numbers.
//!
//! ```text
//! text ─▶ text (split, labels, notes) ─▶ parse (libphonenumber) ─▶ fold ─▶ keys E, N, L
//! ```

mod caller;
mod fold;
mod keys;
mod parse;
mod read;
mod region;
mod spellings;
mod stored;
mod text;
mod withheld;
mod written;

#[cfg(test)]
mod tests;

pub use caller::{CallerNumber, INTERNAL_MAX_DIGITS, NumberPolicy, OtherParty, other_party};
pub use keys::{KEY_SCHEME, KeyBasis, MAX_LOOKUP_KEYS, PhoneKey, Tier};
pub use region::{Region, UnknownRegion};
pub use spellings::spellings;
pub use stored::{MAX_NUMBERS_PER_TEXT, StoredNumber, stored_numbers};
pub use written::{MAX_WRITTEN_DIGITS, MIN_WRITTEN_DIGITS, WrittenNumber, WrittenRefused};

/// Longest text, in characters, that is read as a phone number or a field of them. Salesforce's phone
/// fields hold 40.
pub const MAX_TEXT_CHARS: usize = 256;

/// An E.164 number in international format, e.g. `+34 600 12 34 56`. A text that is not E.164 comes back
/// unchanged.
pub fn display(e164: &str) -> String {
    if is_longer_than(e164, MAX_TEXT_CHARS) {
        return e164.to_owned();
    }
    parse::display(e164)
}

/// Counts no further than it must: texts of any length arrive here.
fn is_longer_than(text: &str, chars: usize) -> bool {
    text.chars().nth(chars).is_some()
}
