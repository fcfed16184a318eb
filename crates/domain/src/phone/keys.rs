//! Keys: what two numbers have in common exactly when they are the same number.

use serde::{Deserialize, Serialize};

use super::parse::Number;
use super::read::Reading;
use super::region::Region;

/// Version of the keys: of the folds, of the tiers and of libphonenumber's metadata.
///
/// It is stored beside the keys, in their [`KeyBasis`]. Keys of another version are rebuilt from the raw text,
/// which is why that is stored too. Raise it whenever the same text would give other keys than before.
pub const KEY_SCHEME: u32 = 1;

/// What keys were made by. The same text gives the same keys exactly where this is the same, so keys of another
/// basis find nobody for certain: a server makes them anew before it takes calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyBasis {
    /// The [`KEY_SCHEME`] of the program that made them.
    pub scheme: u32,
    /// The country that was assumed for a number that names none.
    pub region: Region,
}

impl KeyBasis {
    /// What this program makes keys by, in this region.
    pub fn of(region: Region) -> Self {
        KeyBasis { scheme: KEY_SCHEME, region }
    }
}

/// Most keys that one look-up reads.
pub const MAX_LOOKUP_KEYS: usize = 6;

/// Lengths of the endings that a caller's number is looked up by among local numbers.
const LOCAL_LENGTHS: [usize; 4] = [9, 8, 7, 6];

/// Fewest digits that mean something without a country.
const MIN_NATIONAL_DIGITS: usize = 8;

/// How much of the number a key holds, and so how much a hit is worth. Look-up goes from `E` to `L`
/// and stops at the first tier with hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// Everything, the country included. One record: it can be preselected.
    E,
    /// No country was stored, the default region was assumed. Hits are listed and marked so; nobody
    /// is preselected, and nobody is created beside them.
    N,
    /// Not even an area code was stored. A suggestion that an agent has to choose.
    L,
}

/// An entry of the number index, compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PhoneKey {
    /// How much of the number the key holds.
    pub tier: Tier,
    /// `E`: `+` calling code and digits. `N`: the national digits without leading zeros.
    /// `L`: calling code, colon, the digits without area code.
    pub key: String,
}

impl PhoneKey {
    pub(super) fn exact(number: &Number) -> Self {
        Self { tier: Tier::E, key: number.e164() }
    }

    fn national(number: &Number) -> Option<Self> {
        let digits = number.nsn.trim_start_matches('0');
        (digits.len() >= MIN_NATIONAL_DIGITS).then(|| Self { tier: Tier::N, key: digits.to_owned() })
    }

    fn local(calling_code: u16, digits: &str) -> Self {
        Self { tier: Tier::L, key: format!("{calling_code}:{digits}") }
    }

    /// The key that tells this very number from all others: none of a shorter ending.
    pub(super) fn identity(reading: &Reading) -> Self {
        if reading.is_local() {
            Self::local(reading.key.calling_code, &reading.key.nsn)
        } else {
            Self::exact(&reading.key)
        }
    }
}

/// The keys under which a stored number is found.
pub(super) fn stored(readings: &[Reading]) -> Vec<PhoneKey> {
    let mut keys = Vec::new();
    for reading in readings {
        keys.push(PhoneKey::identity(reading));
        if !reading.country_in_text {
            keys.extend(PhoneKey::national(&reading.key));
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

/// The keys to look a caller up by, in order.
pub(super) fn plan(reading: &Reading) -> Vec<PhoneKey> {
    if reading.is_local() {
        return vec![PhoneKey::identity(reading)];
    }
    let number = &reading.key;
    let endings = LOCAL_LENGTHS
        .iter()
        .filter(|length| **length < number.nsn.len())
        .map(|length| PhoneKey::local(number.calling_code, &number.nsn[number.nsn.len() - length..]));
    let mut plan = vec![PhoneKey::exact(number)];
    plan.extend(PhoneKey::national(number));
    plan.extend(endings);
    plan
}
