//! The terms of notes: words without case, accents and common endings of Spanish and English, and pairs of neighbours.
//! It is no grammar: what matters is that "pagó", "pagos" and "pagar" meet, not what they are.

use std::collections::BTreeSet;

/// Most terms of notes that are looked at; what comes after them is left out.
pub const MAX_NOTE_TERMS: usize = 120;
/// Most letters of a word that are compared.
const MAX_WORD_CHARS: usize = 24;
/// Fewest letters that an ending leaves of a word.
const MIN_STEM_CHARS: usize = 3;
/// Endings, longest first. Of a word only one is taken off, then a last vowel.
const ENDINGS: [&str; 31] = [
    "aciones", "amiento", "imiento", "acion", "iones", "mente", "iendo", "ieron", "aron", "ando", "ados",
    "adas", "idos", "idas", "aban", "ing", "ion", "ado", "ada", "ido", "ida", "aba", "ara", "ed", "es", "ar",
    "er", "ir", "an", "en", "s",
];

/// A term of notes, and the word or words it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// What is compared.
    pub(super) key: String,
    /// As it was typed.
    pub(super) typed: String,
    /// Whether it is one word, not two.
    pub(super) single: bool,
}

/// A text without case and accents.
pub fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter_map(plain).collect()
}

/// A lower-case letter without its accent; `None`: it is an accent by itself.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        '\u{300}'..='\u{36f}' => return None,
        'á' | 'à' | 'ä' | 'â' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    })
}

/// A folded word without its ending.
fn stem(word: &str) -> &str {
    let leaves_enough = |rest: &str| rest.chars().count() >= MIN_STEM_CHARS;
    let rest = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(|rest| leaves_enough(rest)));
    let rest = rest.unwrap_or(word);
    rest.strip_suffix(['a', 'e', 'i', 'o', 'y']).filter(|rest| leaves_enough(rest)).unwrap_or(rest)
}

/// The terms of notes in the order they come, each once.
pub(super) fn terms(notes: &str) -> Vec<Term> {
    let (mut seen, mut found, mut before) = (BTreeSet::new(), Vec::new(), None::<(String, String)>);
    for word in notes.split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter)) {
        let typed: String = word.chars().take(MAX_WORD_CHARS).collect();
        let plain = folded(&typed);
        // Numbers are of one call and say nothing of the next; single letters say nothing.
        if plain.chars().count() < 2 || plain.chars().any(|letter| letter.is_ascii_digit()) {
            continue;
        }
        let key = stem(&plain).to_owned();
        let pair = before.take().map(|(key_before, typed_before)| Term {
            key: format!("{key_before} {key}"),
            typed: format!("{typed_before} {typed}"),
            single: false,
        });
        before = Some((key.clone(), typed.clone()));
        for term in [Some(Term { key, typed, single: true }), pair].into_iter().flatten() {
            if found.len() == MAX_NOTE_TERMS {
                return found;
            }
            if seen.insert(term.key.clone()) {
                found.push(term);
            }
        }
    }
    found
}

fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_kind_meet_in_either_language() {
        for words in [
            &["pago", "pagos", "PAGÓ", "pagar", "pagado", "pagando"][..],
            &["factura", "facturas", "facturación", "facturado"],
            &["cancel", "cancels", "cancelled", "cancelling", "cancelar", "canceló"],
            &["señal", "senal", "SEÑAL", "sen\u{303}al"],
            &["call", "called", "calls", "calling"],
        ] {
            let mut stems: Vec<String> = words.iter().map(|word| stem(&folded(word)).to_owned()).collect();
            stems.iter_mut().for_each(|stem| *stem = stem.replace("ll", "l"));
            stems.dedup();
            assert_eq!(stems.len(), 1, "{words:?}: {stems:?}");
        }
        assert_ne!(stem("caso"), stem("cama"));
    }

    #[test]
    fn terms_are_words_and_their_pairs_as_they_were_typed_without_numbers() {
        let found = terms("No  contestó, 3ª vez: NO contestó 600123456");
        let typed: Vec<&str> = found.iter().map(|term| term.typed.as_str()).collect();
        assert_eq!(typed, ["No", "contestó", "No contestó", "vez", "contestó vez", "vez NO"]);
        assert!(terms("").is_empty() && terms("· 7 a — 600 123").is_empty());
        let many: String = (0..900u32).map(|n| format!("{} ", word(n))).collect();
        assert_eq!(terms(&many).len(), MAX_NOTE_TERMS);
    }

    fn word(mut n: u32) -> String {
        let mut word = String::from("x");
        for _ in 0..4 {
            word.push(char::from(b'b' + u8::try_from(n % 8).unwrap()));
            n /= 8;
        }
        word
    }
}
