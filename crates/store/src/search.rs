//! The words a record is found by, and what a search text asks of them. Which rows hold the words, and
//! how they are read, is each store's.

use domain::directory::Person;
use domain::phone::{PhoneKey, Tier};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most words of a search text that count; the others are left out.
const MAX_QUERY_WORDS: usize = 8;
/// Fewest digits that are looked for among phone numbers: fewer would find half of the directory.
pub(crate) const MIN_NUMBER_DIGITS: usize = 4;
/// Most different words of notes that they are found by: those that come first. Each is a row of an index, written
/// when the call is logged.
const MAX_NOTE_WORDS: usize = 200;
/// Most letters of a word of notes that are compared.
const MAX_NOTE_WORD_CHARS: usize = 40;
/// Begins the words that are digits of a phone number. No word of a name can begin so.
const NUMBER_MARK: char = '#';

/// A search text, ready to be compared with stored words.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    /// A record is found when each of these has a prefix among its words…
    words: Vec<Vec<String>>,
    /// …or when one of these has.
    numbers: Vec<String>,
}

impl Query {
    pub(crate) fn new(text: &str) -> Self {
        let words = folded_words(text).into_iter().take(MAX_QUERY_WORDS).map(with_number_form).collect();
        Query { words, numbers: typed_numbers(text) }
    }

    /// For each word, the prefixes of which a record must have at least one.
    pub(crate) fn words(&self) -> &[Vec<String>] {
        &self.words
    }

    /// Prefixes of which one is enough.
    pub(crate) fn numbers(&self) -> &[String] {
        &self.numbers
    }

    /// Whether a record with these words is found.
    pub(crate) fn matches(&self, words: &BTreeSet<String>) -> bool {
        let begins = |prefix: &String| {
            words.range(prefix.clone()..).next().is_some_and(|word| word.starts_with(prefix.as_str()))
        };
        let by_words = !self.words.is_empty() && self.words.iter().all(|forms| forms.iter().any(begins));
        by_words || self.numbers.iter().any(begins)
    }
}

/// The words a record is found by: those of its name and company, and the digits of its numbers, both
/// with and without the country.
pub(crate) fn words_of<'k>(
    person: &Person,
    keys: impl IntoIterator<Item = &'k (PhoneKey, usize)>,
) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = folded_words(&person.name).into_iter().collect();
    words.extend(person.company.iter().flat_map(|company| folded_words(company)));
    words.extend(
        keys.into_iter().flat_map(|(key, _)| digits_of(key)).map(|digits| format!("{NUMBER_MARK}{digits}")),
    );
    words
}

/// The words a Case is found by: those of its subject.
pub(crate) fn subject_words(subject: &str) -> BTreeSet<String> {
    folded_words(subject).into_iter().collect()
}

/// The words that notes are found by.
pub(crate) fn note_words(notes: Option<&str>) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in notes.map(folded_words).unwrap_or_default() {
        if words.len() == MAX_NOTE_WORDS {
            break;
        }
        words.insert(shortened(word));
    }
    words
}

/// The words of a text that is looked for among notes, each once, as notes keep them.
pub fn note_query(text: &str) -> Vec<String> {
    let words: BTreeSet<String> = folded_words(text).into_iter().map(shortened).collect();
    words.into_iter().collect()
}

/// Whether each of the words that are looked for starts some word of the notes.
pub(crate) fn notes_hold(notes: &BTreeSet<String>, query: &[String]) -> bool {
    let begins =
        |prefix: &String| notes.range(prefix.clone()..).next().is_some_and(|word| word.starts_with(prefix));
    query.iter().all(begins)
}

fn shortened(word: String) -> String {
    match word.char_indices().nth(MAX_NOTE_WORD_CHARS) {
        Some((end, _)) => word[..end].to_owned(),
        None => word,
    }
}

/// The number of a Case that a search text is, if it is one.
pub(crate) fn case_number(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.strip_prefix('#').unwrap_or(text);
    let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
    number.filter(|number| *number > 0)
}

/// Words without case and accents. Letters that are no letter with an accent (`ñ` is one, `ø` is not) stay.
fn folded_words(text: &str) -> Vec<String> {
    let folded: String = text.to_lowercase().nfkd().filter(|letter| !is_combining_mark(*letter)).collect();
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn with_number_form(word: String) -> Vec<String> {
    let is_number = word.len() >= MIN_NUMBER_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| format!("{NUMBER_MARK}{word}"));
    number.into_iter().chain([word]).collect()
}

/// The whole text read as one number, with and without what is dialled before it.
fn typed_numbers(text: &str) -> Vec<String> {
    if !text.chars().all(|letter| letter.is_ascii_digit() || " +-./()\u{a0}".contains(letter)) {
        return Vec::new();
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let forms = BTreeSet::from([digits.as_str(), digits.trim_start_matches('0')]);
    let long_enough = forms.into_iter().filter(|form| form.len() >= MIN_NUMBER_DIGITS);
    long_enough.map(|form| format!("{NUMBER_MARK}{form}")).collect()
}

fn digits_of(key: &PhoneKey) -> Vec<String> {
    match key.tier {
        Tier::E => {
            let digits = key.key.trim_start_matches('+');
            let national = digits.get(calling_code_digits(digits)..).unwrap_or_default();
            [digits, national].into_iter().filter(|part| !part.is_empty()).map(str::to_owned).collect()
        }
        Tier::N => vec![key.key.clone()],
        Tier::L => key.key.split_once(':').map(|(_, digits)| digits.to_owned()).into_iter().collect(),
    }
}

/// How many digits of an international number are its country calling code. The plan (ITU-T E.164) is
/// free of prefixes: one digit for 1 and 7, three where these two say so, two elsewhere.
fn calling_code_digits(digits: &str) -> usize {
    let mut bytes = digits.bytes();
    match (bytes.next(), bytes.next()) {
        (Some(b'1' | b'7'), _) => 1,
        (Some(b'2'), Some(b'0' | b'7')) => 2,
        (Some(b'2'), _) | (Some(b'3'), Some(b'5' | b'7' | b'8')) | (Some(b'4'), Some(b'2')) => 3,
        (Some(b'5'), Some(b'0' | b'9')) | (Some(b'6'), Some(b'7'..=b'9')) => 3,
        (Some(b'8'), Some(b'0' | b'3' | b'5' | b'7' | b'8' | b'9'))
        | (Some(b'9'), Some(b'6' | b'7' | b'9')) => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::directory::PersonKind;
    use domain::id::PersonId;
    use uuid::Uuid;

    fn words(name: &str, company: Option<&str>, keys: &[(Tier, &str)]) -> BTreeSet<String> {
        let person = Person {
            id: PersonId(Uuid::nil()),
            kind: PersonKind::Contact,
            name: name.to_owned(),
            company: company.map(str::to_owned),
            account: None,
            email: None,
            phones: Vec::new(),
            version: 1,
            created_by_call: None,
            owner: None,
        };
        let key = |(tier, key): &(Tier, &str)| (PhoneKey { tier: *tier, key: (*key).to_owned() }, 0);
        words_of(&person, &keys.iter().map(key).collect::<Vec<_>>())
    }

    fn check(text: &str, words: &BTreeSet<String>, found: bool) {
        assert_eq!(Query::new(text).matches(words), found, "{text:?} in {words:?}");
    }

    #[test]
    fn each_word_typed_starts_some_word() {
        let ana = words("Ana María Ibáñez", Some("Peñas & Cía. 2000"), &[]);
        for text in ["ana", "AN", "mari iba", "ibanez ana", "Ibáñez", "penas", "ana pen", "2000", "20", "İb"]
        {
            check(text, &ana, text != "İb" || cfg!(test));
        }
        for text in ["", " ", "·", "na", "ana x", "ibanezz", "ana maria ibanez pérez"] {
            check(text, &ana, false);
        }
    }

    #[test]
    fn digits_of_a_number_are_found_with_and_without_the_country() {
        let ana = words("Ana", None, &[(Tier::E, "+34600123456")]);
        for text in
            ["6001", "600 12", "34600", "+34 600", "0034 600 12", "(+34) 600-12.34.56", "0600123", "ana 6001"]
        {
            check(text, &ana, true);
        }
        for text in ["600", "0012", "7600", "34 700", "6001234567", "ana 7001", "34 ana"] {
            check(text, &ana, false);
        }
        check("0612", &words("Bar", None, &[(Tier::E, "+390612345678")]), true);
        check("9112", &words("Bar", None, &[(Tier::N, "911234567")]), true);
        check("1234", &words("Bar", None, &[(Tier::L, "34:123456")]), true);
        check("3412", &words("Bar", None, &[(Tier::L, "34:123456")]), false);
    }

    #[test]
    fn notes_are_found_by_their_first_words_and_the_first_letters_of_long_ones() {
        let holds = |notes: &str, text: &str| notes_hold(&note_words(Some(notes)), &note_query(text));
        assert!(holds("Llamó por la señal; VOLVERÁ", "senal volv llamo"));
        assert!(!holds("Llamó por la señal", "señales") && holds("Llamó", " ·"));
        let long = "x".repeat(MAX_NOTE_WORD_CHARS + 9);
        assert!(holds(&long, &long) && holds(&long, &long[..9]));
        let many: Vec<String> = (0..MAX_NOTE_WORDS + 1).map(|n| format!("w{n:03} w000")).collect();
        assert!(holds(&many.join(" "), "w199") && !holds(&many.join(" "), "w200"));
    }

    #[test]
    fn the_number_of_a_case_is_read_as_people_write_it() {
        for text in ["42", " #42", "000042", "#0042 "] {
            assert_eq!(case_number(text), Some(42), "{text:?}");
        }
        for text in
            ["", "#", "0", "4 2", "##42", "+42", "-42", "42a", "\u{664}\u{662}", "99999999999999999999"]
        {
            assert_eq!(case_number(text), None, "{text:?}");
        }
    }

    #[test]
    fn calling_codes_have_the_length_of_the_plan() {
        let plan = [
            ("1", "+12125550100"),
            ("7", "+74951234567"),
            ("20", "+20212345678"),
            ("27", "+27111234567"),
            ("34", "+34911234567"),
            ("351", "+351211234567"),
            ("420", "+420212345678"),
            ("49", "+49301234567"),
            ("502", "+50222345678"),
            ("52", "+525512345678"),
            ("598", "+59821234567"),
            ("66", "+6621234567"),
            ("670", "+67071234567"),
            ("86", "+861012345678"),
            ("852", "+85221234567"),
            ("971", "+97141234567"),
            ("98", "+982112345678"),
            ("992", "+992372123456"),
        ];
        for (code, number) in plan {
            assert_eq!(calling_code_digits(&number[1..]), code.len(), "{number}");
        }
    }
}
