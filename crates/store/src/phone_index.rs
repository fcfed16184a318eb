//! How a phone key is packed into one integer, so that the number index stays small and its look-ups
//! compare integers. What a key means is `domain::phone`'s.
//!
//! ```text
//! bit 63      62..61   60..0
//! 0           tier     value: at most 18 decimal digits (10^18 < 2^61)
//!
//! E  +<cc><nsn>      the digits; they never begin with zero
//! N  <nsn>           the digits; they never begin with zero
//! L  <cc>:<digits>   cc in front of 13 places, which hold a 1 and the digits: leading zeros count
//! ```

use domain::phone::{PhoneKey, Tier};

const TIER_SHIFT: u32 = 61;
const MAX_DIGITS: usize = 18;
/// Digits of a local number; none is as long.
const MAX_LOCAL_DIGITS: usize = 12;
const MAX_CALLING_CODE_DIGITS: usize = 3;
const LOCAL_PLACES: i64 = 10_i64.pow(MAX_LOCAL_DIGITS as u32 + 1);

/// The key as one integer that no other key has. `None` for one that does not fit: longer than any number
/// can be (E.164 ends at 15 digits), or not of the form its tier promises. Such a key is left out of the
/// index and finds nothing.
pub(crate) fn packed(key: &PhoneKey) -> Option<i64> {
    let (tier, value) = match key.tier {
        Tier::E => (0, without_leading_zero(key.key.strip_prefix('+')?)?),
        Tier::N => (1, without_leading_zero(&key.key)?),
        Tier::L => (2, local(&key.key)?),
    };
    Some(tier << TIER_SHIFT | value)
}

fn without_leading_zero(text: &str) -> Option<i64> {
    (!text.starts_with('0')).then(|| digits(text, MAX_DIGITS)).flatten()
}

fn local(key: &str) -> Option<i64> {
    let (calling_code, rest) = key.split_once(':')?;
    if calling_code.starts_with('0') {
        return None;
    }
    let calling_code = digits(calling_code, MAX_CALLING_CODE_DIGITS)?;
    let value = digits(rest, MAX_LOCAL_DIGITS)?;
    Some(calling_code * LOCAL_PLACES + 10_i64.pow(rest.len() as u32) + value)
}

fn digits(text: &str, most: usize) -> Option<i64> {
    let fits = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn pack(tier: Tier, key: &str) -> Option<i64> {
        packed(&PhoneKey { tier, key: key.to_owned() })
    }

    #[test]
    fn keys_that_differ_are_packed_differently() {
        let keys = [
            (Tier::E, "+34600123456"),
            (Tier::E, "+3460012345"),
            (Tier::E, "+999999999999999999"),
            (Tier::N, "34600123456"),
            (Tier::N, "600123456"),
            (Tier::N, "999999999999999999"),
            (Tier::L, "34:600123456"),
            (Tier::L, "346:00123456"),
            (Tier::L, "3:4600123456"),
            (Tier::L, "34:0600123456"),
            (Tier::L, "34:00600123456"),
            (Tier::L, "34:0"),
            (Tier::L, "34:00"),
            (Tier::L, "34:000000000000"),
            (Tier::L, "999:999999999999"),
            (Tier::L, "1:1"),
        ];
        let packed: BTreeSet<i64> = keys.iter().filter_map(|(tier, key)| pack(*tier, key)).collect();
        assert_eq!(packed.len(), keys.len());
        assert!(packed.iter().all(|key| *key >= 0));
    }

    #[test]
    fn a_key_that_does_not_fit_is_no_key() {
        let misfits = [
            (Tier::E, ""),
            (Tier::E, "+"),
            (Tier::E, "34600123456"),
            (Tier::E, "+034600"),
            (Tier::E, "+34600x"),
            (Tier::E, "+1234567890123456789"),
            (Tier::N, ""),
            (Tier::N, "0600123456"),
            (Tier::N, "1234567890123456789"),
            (Tier::N, "\u{0663}4"),
            (Tier::L, "600123456"),
            (Tier::L, "34:"),
            (Tier::L, ":600"),
            (Tier::L, "034:600"),
            (Tier::L, "3456:600"),
            (Tier::L, "34:1234567890123"),
        ];
        for (tier, key) in misfits {
            assert_eq!(pack(tier, key), None, "{tier:?} {key}");
        }
    }
}
