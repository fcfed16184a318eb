//! A word that was never seen, by one that was: it is still being typed, or one letter is wrong.

use super::history::ByCode;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Fewest letters of a word that is still being typed.
const MIN_FRAGMENT_CHARS: usize = 3;
/// Fewest letters of a word in which a letter may be wrong.
const MIN_TYPO_CHARS: usize = 5;
/// Most words that are compared with one.
const MAX_COMPARED: usize = 4_000;

/// What is known of the known word that `word` most probably means: of those that begin with it, else of those one
/// letter away, the one that was written most; of two that were written alike, the first.
pub(super) fn nearest<'h>(words: &'h BTreeMap<String, ByCode>, word: &str) -> Option<&'h ByCode> {
    let length = word.chars().count();
    if length < MIN_FRAGMENT_CHARS {
        return None;
    }
    let begun = most_written(from(words, word).take_while(|(known, _)| known.starts_with(word)));
    if begun.is_some() || length < MIN_TYPO_CHARS {
        return begun;
    }
    // A first letter is seldom wrong, and without it all words would have to be compared.
    let first = &word[..word.chars().next().map_or(0, char::len_utf8)];
    let alike = from(words, first).take_while(|(known, _)| known.starts_with(first));
    most_written(alike.filter(|(known, _)| one_letter_away(known, word)))
}

fn from<'h>(
    words: &'h BTreeMap<String, ByCode>,
    start: &str,
) -> impl Iterator<Item = (&'h String, &'h ByCode)> {
    let range = (Bound::Included(start), Bound::Unbounded);
    words.range::<str, _>(range).take(MAX_COMPARED)
}

fn most_written<'h>(known: impl Iterator<Item = (&'h String, &'h ByCode)>) -> Option<&'h ByCode> {
    let mut best: Option<(u64, &ByCode)> = None;
    for (_, by_code) in known {
        let written = by_code.values().sum();
        if best.is_none_or(|(most, _)| written > most) {
            best = Some((written, by_code));
        }
    }
    best.map(|(_, by_code)| by_code)
}

/// Whether one letter more, one less, another one, or two that changed places make one word of the other.
fn one_letter_away(one: &str, other: &str) -> bool {
    let alike = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let same: usize = alike.map(|(letter, _)| letter.len_utf8()).sum();
    let (one, other) = (&one[same..], &other[same..]);
    let (mut letters, mut other_letters) = (one.chars(), other.chars());
    let (Some(a), Some(b)) = (letters.next(), other_letters.next()) else {
        return one.chars().count() + other.chars().count() <= 1;
    };
    let (rest, other_rest) = (letters.as_str(), other_letters.as_str());
    rest == other_rest || rest == other || one == other_rest
        // Two changed places.
        || (letters.next() == Some(b)
            && other_letters.next() == Some(a)
            && letters.as_str() == other_letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_makes_the_difference_or_it_is_another_word() {
        for (one, other, away) in [
            ("factur", "factura", true),
            ("factur", "fatur", true),
            ("factur", "facutr", true),
            ("factur", "fectur", true),
            ("factur", "factur", true),
            ("factur", "fatcru", false),
            ("factur", "fact", false),
            ("factur", "fecturo", false),
        ] {
            assert_eq!(
                (one_letter_away(one, other), one_letter_away(other, one)),
                (away, away),
                "{one} {other}"
            );
        }
    }
}
