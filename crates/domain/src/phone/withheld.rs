//! What stands in the place of a number when there is none.

use super::parse;
use super::text;

/// ANONYMOUS, RESTRICTED, UNAVAILABLE, BLOCKED, UNKNOWN, PRIVATE spelt on a keypad, which carriers send
/// where only digits fit. Some are valid numbers (737 874 2833 is one of Texas), so they are compared
/// before anything is parsed, and only in the very form that machines send.
const KEYPAD_SPELLINGS: [&str; 6] =
    ["266696687", "7378742833", "86282452253", "2562533", "8656696", "7748283"];

/// Fewest zeros that stand for no number; fewer are an operator's extension.
const MIN_ZEROS: usize = 7;

/// Host of an address that names nobody: `anonymous.invalid` (RFC 3323), `unknown.invalid` (3GPP).
const NOWHERE: &str = ".invalid";

/// Words of Spanish, Portuguese, English, Catalan and French, without accents.
const WITHHELD_WORDS: [&str; 44] = [
    "anonim",
    "anonima",
    "anonimo",
    "anonym",
    "anonyme",
    "anonymous",
    "anonymus",
    "available",
    "blocked",
    "bloqueada",
    "bloqueado",
    "desconegut",
    "desconhecida",
    "desconhecido",
    "desconocida",
    "desconocido",
    "disponible",
    "disponivel",
    "hidden",
    "identificado",
    "identificar",
    "inconnu",
    "indisponible",
    "indisponivel",
    "masque",
    "none",
    "null",
    "ocult",
    "oculta",
    "oculto",
    "privada",
    "privado",
    "private",
    "prive",
    "reservado",
    "restricted",
    "restringida",
    "restringido",
    "restrito",
    "suppressed",
    "suprimido",
    "unavailable",
    "unknown",
    "withheld",
];

/// Words that say by themselves that something is missing: `sin número`, `no caller ID`.
const MISSING_WORDS: [&str; 6] = ["no", "not", "nao", "sin", "sem", "without"];

/// Words that come with the others and say nothing alone.
const FILLER_WORDS: [&str; 14] = [
    "call",
    "caller",
    "id",
    "identidad",
    "llamada",
    "llamante",
    "number",
    "numero",
    "user",
    "usuario",
    "chamada",
    "identificacion",
    "name",
    "party",
];

/// Whether the host of a SIP address names nobody.
pub(super) fn is_nowhere(host: &str) -> bool {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    host.ends_with(NOWHERE)
}

/// Whether a text (digits in ASCII) says that there is no number, rather than being one.
pub(super) fn is_no_number(text: &str) -> bool {
    let text = text.trim();
    if !text.chars().any(char::is_alphanumeric) {
        return true;
    }
    let digits = text::digits(text);
    if digits.is_empty() {
        return says_withheld(text);
    }
    let bare = text.strip_prefix('+').unwrap_or(text);
    let only_digits = bare == digits;
    if only_digits && KEYPAD_SPELLINGS.contains(&bare) {
        return true;
    }
    if only_digits && bare.len() < text.len() && parse::is_calling_code(bare) {
        return true;
    }
    digits.len() >= MIN_ZEROS && digits.bytes().all(|digit| digit == b'0')
}

fn says_withheld(text: &str) -> bool {
    let plain: String = text.to_lowercase().chars().map(without_accent).collect();
    let mut says = false;
    for word in plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if WITHHELD_WORDS.contains(&word) || MISSING_WORDS.contains(&word) {
            says = true;
        } else if !FILLER_WORDS.contains(&word) {
            return false;
        }
    }
    says
}

fn without_accent(character: char) -> char {
    match character {
        'á' | 'à' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' => 'o',
        'ú' | 'ü' => 'u',
        other => other,
    }
}
