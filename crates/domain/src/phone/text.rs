//! Texts as people and systems write them: labels, notes, several numbers in one field, addresses.

use std::ops::Range;

use super::parse;

/// A piece of a field that may hold several numbers, with what stands between it and the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it lies in the text of the field.
    pub(super) range: Range<usize>,
    pub(super) after: Mark,
}

/// What separates two pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Two numbers for certain.
    Firm,
    /// Also written inside one number: `030/123456`, `600,123,456`.
    Loose,
}

/// Words between two numbers in Spanish, Portuguese and English.
const JOINING_WORDS: [&str; 7] = ["o", "u", "y", "e", "ou", "or", "and"];

/// Words that introduce an extension and that libphonenumber does not know or does not always take.
const EXTENSION_WORDS: [&str; 9] =
    ["ext", "extension", "extensión", "extensão", "x", "anexo", "interno", "int", "ramal"];

/// Longest extension that libphonenumber takes after an ambiguous word.
const MAX_EXTENSION_DIGITS: usize = 9;

/// The text with every digit and plus sign in ASCII, whatever the script it was typed in.
pub(super) fn ascii_digits(text: &str) -> String {
    text.trim().chars().map(|c| if c == '＋' { '+' } else { parse::digit(c).unwrap_or(c) }).collect()
}

/// The ASCII digits of a text.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

pub(super) fn count_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Cuts a field into the pieces that may each be a number.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        match separator(text, at, character) {
            Some((length, mark)) => {
                pieces.push(Piece { range: start..at, after: mark });
                at += length;
                start = at;
            }
            None => at += character.len_utf8(),
        }
    }
    pieces.push(Piece { range: start..text.len(), after: Mark::Firm });
    pieces
}

/// The separator that starts at a position: its length in bytes and how surely it separates.
fn separator(text: &str, at: usize, character: char) -> Option<(usize, Mark)> {
    let (before, from) = text.split_at(at);
    let after = &from[character.len_utf8()..];
    match character {
        '/' => Some((1, Mark::Loose)),
        '|' | '\n' | '\r' => Some((1, Mark::Firm)),
        ';' => (!is_parameter(after)).then_some((1, Mark::Firm)),
        // Two commas are the pause that a dialler makes before an extension.
        ',' if after.starts_with(',') || before.ends_with(',') => None,
        ',' => {
            let tight = before.ends_with(|c: char| c.is_ascii_digit())
                && after.starts_with(|c: char| c.is_ascii_digit());
            Some((1, if tight { Mark::Loose } else { Mark::Firm }))
        }
        _ if before.ends_with(char::is_whitespace) => {
            let end = from.find(char::is_whitespace)?;
            let word = &from[..end];
            JOINING_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)).then_some((end, Mark::Firm))
        }
        _ => None,
    }
}

/// `;ext=`, `;phone-context=`: a parameter of a tel: address, RFC 3966.
fn is_parameter(after_semicolon: &str) -> bool {
    let name = after_semicolon.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    name.len() < after_semicolon.len() && name.starts_with('=')
}

/// The extension that a note is about, alone or after a number: `ramal 12`, `int. 7`, `#12`.
pub(super) fn extension_in(note: &str) -> Option<String> {
    let note = note.trim().to_lowercase();
    let after_word = note.trim_start_matches(char::is_alphabetic);
    let word = &note[..note.len() - after_word.len()];
    let marked = if word.is_empty() { note.starts_with('#') } else { EXTENSION_WORDS.contains(&word) };
    if !marked {
        return None;
    }
    let number = after_word.trim_start_matches([' ', '.', ':', '=', '#', '\u{a0}']);
    let length = number.bytes().take_while(u8::is_ascii_digit).count();
    (1..=MAX_EXTENSION_DIGITS).contains(&length).then(|| number[..length].to_owned())
}

/// Cuts a text at its first letter after a digit: `600 123 456 (casa)`, `600123456 ext 12`.
pub(super) fn before_note(text: &str) -> Option<(&str, &str)> {
    let first_digit = text.find(|c: char| c.is_ascii_digit())?;
    let letter = first_digit + text[first_digit..].find(char::is_alphabetic)?;
    Some(text.split_at(letter))
}

/// The text after a leading `00`, which people dial for `+` in most of the world.
///
/// Labels and brackets before it do not count: `Tel. (0034) 600…`. Neither does a plus that was
/// written as well: `+0034…`.
pub(super) fn after_double_zero(text: &str) -> Option<&str> {
    let first_digit = text.find(|c: char| c.is_ascii_digit())?;
    text[first_digit..].strip_prefix("00")
}

/// Whether the first sign of a number in the text is a plus.
pub(super) fn starts_with_plus(text: &str) -> bool {
    text.find(|c: char| c == '+' || c.is_ascii_digit()).is_some_and(|at| text[at..].starts_with('+'))
}

/// Who a phone system's address names: the user part of a SIP address, the text itself otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub(super) user: &'a str,
    pub(super) host: Option<&'a str>,
}

/// `"Ana" <sip:+34600123456@pbx;user=phone>` names `+34600123456` at `pbx`.
pub(super) fn address(text: &str) -> Address<'_> {
    let text = text.trim();
    let bracketed = text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inner, _)| inner);
    let inner = bracketed.filter(|inner| inner.contains([':', '@'])).unwrap_or(text);
    let without_scheme = ["sip:", "sips:"].iter().find_map(|scheme| {
        let (head, rest) = inner.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let address = without_scheme.unwrap_or(inner);
    match address.split_once('@') {
        Some((user, host)) => {
            let user = user.split_once(';').map_or(user, |(user, _)| user);
            let host = host.split_once([';', ':', '?']).map_or(host, |(host, _)| host);
            Address { user, host: Some(host) }
        }
        None if without_scheme.is_some() => Address { user: "", host: Some(address) },
        None => Address { user: address, host: None },
    }
}
