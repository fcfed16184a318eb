//! The public key of an app: out of a PEM file of a key or of a certificate, the part that checks signatures.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;

/// The RSA key in a PEM text of a public key or a certificate; `None` where there is none.
pub(crate) fn of_pem(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (kind, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let text: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let der = STANDARD.decode(text).ok()?;
    let (SEQUENCE, whole, _) = element(&der)? else {
        return None;
    };
    match kind {
        "PUBLIC KEY" => of_info(whole),
        "CERTIFICATE" => {
            let (SEQUENCE, mut signed, _) = element(whole)? else {
                return None;
            };
            while let Some((tag, inside, rest)) = element(signed) {
                if let Some(key) = (tag == SEQUENCE).then(|| of_info(inside)).flatten() {
                    return Some(key);
                }
                signed = rest;
            }
            None
        }
        _ => None,
    }
}

/// The key in a `SubjectPublicKeyInfo`: an algorithm, and a string of bits.
fn of_info(info: &[u8]) -> Option<Vec<u8>> {
    let (SEQUENCE, _, rest) = element(info)? else {
        return None;
    };
    let (BIT_STRING, bits, _) = element(rest)? else {
        return None;
    };
    match bits {
        [0, key @ ..] => Some(key.to_vec()),
        _ => None,
    }
}

/// The first element: its tag, what is in it, what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (inside, rest) = rest.split_at_checked(length)?;
    Some((tag, inside, rest))
}

/// Bytes of what a token says in base64url.
pub(crate) fn unpacked(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Bytes as base64url says them.
pub(crate) fn packed(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether `signature` is that of `key` under `said`, with RS256.
pub(crate) fn is_signed(key: &[u8], said: &str, signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(said.as_bytes(), signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_key_gives_none() {
        for text in [
            "",
            "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----",
            "-----BEGIN CERTIFICATE-----\nMAIwAA==\n-----END CERTIFICATE-----",
            "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----",
        ] {
            assert_eq!(of_pem(text), None, "{text}");
        }
    }
}
