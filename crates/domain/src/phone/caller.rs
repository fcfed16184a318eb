//! The number that a phone system gives for the other side of a call.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::keys::{self, PhoneKey, Tier};
use super::parse;
use super::read::{Reading, readings};
use super::region::Region;
use super::stored::stored_numbers;
use super::text;
use super::{MAX_TEXT_CHARS, is_longer_than, withheld};

/// Longest number, in digits, that is an extension or a short code unless a tenant says otherwise.
pub const INTERNAL_MAX_DIGITS: u8 = 6;

/// What is dialled before a number to show or hide one's own: GSM, North America.
const PRESENTATION_PREFIXES: [&str; 5] = ["#31#", "*31#", "*31*", "*67", "*82"];

/// What a tenant says about numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPolicy {
    /// Country of a number that names none.
    pub region: Region,
    /// Longest number, in digits, that is an extension or a short code.
    pub internal_max_digits: u8,
    own: BTreeSet<PhoneKey>,
}

/// What the number of the other side is. Only [`OtherParty::Number`] is ever looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OtherParty {
    /// No number: nothing, a word for it, or a stand-in. A privacy flag of the phone system is the
    /// caller's to heed: Asterisk gives the number of a caller who withheld it.
    Withheld,
    /// An extension, a short code or a service code (`1004`, `112`, `*111`).
    Internal {
        /// The code as dialled: digits, star and hash.
        digits: String,
    },
    /// A number of the tenant itself.
    Own {
        /// In E.164, `None` where the text held no area code.
        e164: Option<String>,
    },
    /// A number of somebody else.
    Number(CallerNumber),
    /// A text from which no number can be made. It matches nobody and creates nobody.
    Unusable {
        /// The text, cut to [`MAX_TEXT_CHARS`].
        raw: String,
    },
}

/// A number of the other side and how to look it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerNumber {
    /// As the phone system gave it.
    pub raw: String,
    /// What to dial and to store, `None` where the area code is missing or no number of the country is
    /// that long.
    pub e164: Option<String>,
    /// What to show: international format where E.164 is known, else as given.
    pub display: String,
    /// The keys to look up, in order, at most [`MAX_LOOKUP_KEYS`](super::MAX_LOOKUP_KEYS). The look-up
    /// stops at the first tier with hits.
    pub plan: Vec<PhoneKey>,
    /// Whether a person may be created for the number when nobody has it: only for a full number of
    /// a length that its country uses, the country written or assumed. Anybody could be behind a local
    /// number, and a number of an odd length is a phone system's mistake.
    pub can_create: bool,
}

impl NumberPolicy {
    /// A tenant with no numbers of its own known yet.
    pub fn new(region: Region) -> Self {
        Self { region, internal_max_digits: INTERNAL_MAX_DIGITS, own: BTreeSet::new() }
    }

    /// Adds the tenant's own numbers, written as in any field. A text without a number adds nothing.
    #[must_use]
    pub fn with_own<T: AsRef<str>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        let keys = texts.into_iter().flat_map(|text| stored_numbers(text.as_ref(), self.region));
        self.own.extend(keys.flat_map(|number| number.keys).filter(|key| key.tier != Tier::N));
        self
    }

    /// The keys by which the tenant's own numbers are known.
    pub fn own(&self) -> impl Iterator<Item = &PhoneKey> {
        self.own.iter()
    }

    fn owns(&self, reading: &Reading) -> bool {
        // The very number only: the ending of a customer's number may be a local number of ours.
        self.own.contains(&PhoneKey::identity(reading))
    }
}

/// Says what the number of the other side is: `text` as the phone system gave it, a SIP or tel: address
/// included.
pub fn other_party(text: &str, policy: &NumberPolicy) -> OtherParty {
    if is_longer_than(text, MAX_TEXT_CHARS) {
        return OtherParty::Unusable { raw: text.chars().take(MAX_TEXT_CHARS).collect() };
    }
    let address = text::address(text);
    let user = text::ascii_digits(address.user);
    if address.host.is_some_and(withheld::is_nowhere) || withheld::is_no_number(&user) {
        return OtherParty::Withheld;
    }
    let user = without_presentation_prefix(&user, policy);
    if let Some(digits) = internal(user, policy) {
        return OtherParty::Internal { digits };
    }
    let raw = text.trim().to_owned();
    let Some(reading) = readings(user, policy.region).into_iter().next() else {
        return OtherParty::Unusable { raw };
    };
    let e164 = reading.dialable().map(parse::Number::e164);
    if policy.owns(&reading) {
        return OtherParty::Own { e164 };
    }
    OtherParty::Number(CallerNumber {
        display: e164.as_deref().map_or_else(|| raw.clone(), parse::display),
        plan: keys::plan(&reading),
        can_create: e164.is_some(),
        e164,
        raw,
    })
}

/// `#31#600123456` is a call to 600123456, not a service code.
fn without_presentation_prefix<'a>(user: &'a str, policy: &NumberPolicy) -> &'a str {
    PRESENTATION_PREFIXES
        .iter()
        .find_map(|prefix| user.strip_prefix(prefix))
        .filter(|rest| text::count_digits(rest) > usize::from(policy.internal_max_digits))
        .unwrap_or(user)
}

/// The code, where the text is an extension, a short code or a service code.
fn internal(user: &str, policy: &NumberPolicy) -> Option<String> {
    let most = usize::from(policy.internal_max_digits);
    if let Some(extension) = text::extension_in(user) {
        return Some(extension).filter(|digits| digits.len() <= most);
    }
    let digits = text::count_digits(user);
    let is_service_code = user.starts_with(['*', '#']);
    let is_short = digits <= most && !user.contains(char::is_alphabetic);
    (digits > 0 && (is_service_code || is_short))
        .then(|| user.chars().filter(|c| c.is_ascii_digit() || matches!(c, '*' | '#')).collect())
}
