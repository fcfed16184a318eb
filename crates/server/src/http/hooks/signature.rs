//! Signatures of deliveries: `Bitacora-Signature: t=<seconds>,v1=<hex>`, where v1 is the HMAC-SHA256 of the seconds, a
//! full stop and the body as it came. Several v1 may stand there while a secret is changed for another. Everything that
//! could be guessed bit by bit is compared in constant time.

use super::refused::Refused;
use axum::http::HeaderMap;
use domain::id::At;
use ring::hmac;

/// The header.
pub(super) const HEADER: &str = "bitacora-signature";
/// Longest header read, in bytes, and most signatures in it.
const MAX_HEADER_BYTES: usize = 1_024;
const MAX_SIGNATURES: usize = 4;
/// Length of an HMAC-SHA256 in hexadecimal digits.
const HEX_DIGITS: usize = 64;

/// A signature as a header says it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature {
    seconds: i64,
    /// As it stood there: it was signed so.
    seconds_text: String,
    tags: Vec<[u8; HEX_DIGITS / 2]>,
}

impl Signature {
    /// Reads the header.
    ///
    /// # Errors
    /// There is none, or not one that can be right.
    pub(super) fn of(headers: &HeaderMap) -> Result<Signature, Refused> {
        let mut values = headers.get_all(HEADER).iter();
        let value = values.next().ok_or(Refused::Missing)?;
        if values.next().is_some() || value.len() > MAX_HEADER_BYTES {
            return Err(Refused::Forged);
        }
        value.to_str().ok().and_then(parse).ok_or(Refused::Forged)
    }

    /// Whether one of `secrets` signed this body, at a time that is not further than `window_s` from `now`.
    ///
    /// # Errors
    /// It did not, or it is not good any more.
    pub(super) fn check(
        &self,
        body: &[u8],
        secrets: &[String],
        window_s: u32,
        now: At,
    ) -> Result<(), Refused> {
        let mut signed = Vec::with_capacity(self.seconds_text.len() + 1 + body.len());
        signed.extend_from_slice(self.seconds_text.as_bytes());
        signed.push(b'.');
        signed.extend_from_slice(body);
        let by = |secret: &String| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            self.tags.iter().any(|tag| hmac::verify(&key, &signed, tag).is_ok())
        };
        if !secrets.iter().any(by) {
            return Err(Refused::Forged);
        }
        // Said only to whoever has the secret.
        let apart = (now.0 / 1_000_000).abs_diff(self.seconds);
        if apart > u64::from(window_s) { Err(Refused::Expired) } else { Ok(()) }
    }
}

fn parse(text: &str) -> Option<Signature> {
    let (mut seconds, mut tags) = (None, Vec::new());
    for part in text.split(',') {
        match part.trim().split_once('=')? {
            ("t", digits) if seconds.is_none() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                seconds = Some(digits.to_owned());
            }
            ("v1", hex) if tags.len() < MAX_SIGNATURES => tags.push(tag(hex)?),
            // A later version of signatures may stand beside.
            (name, _) if name != "t" && name != "v1" => {}
            _ => return None,
        }
    }
    let seconds_text = seconds?;
    if tags.is_empty() {
        None
    } else {
        Some(Signature { seconds: seconds_text.parse().ok()?, seconds_text, tags })
    }
}

fn tag(hex: &str) -> Option<[u8; HEX_DIGITS / 2]> {
    if hex.len() != HEX_DIGITS || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut tag = [0; HEX_DIGITS / 2];
    for (byte, pair) in tag.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(tag)
}

/// In hexadecimal digits.
pub(super) fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"compared");
    let tag = hmac::sign(&key, one.as_bytes());
    hmac::verify(&key, other.as_bytes(), tag.as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const SECRET: &str = "0123456789abcdef01234567";
    /// By `printf '1795400000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef01234567`.
    const SIGNED: &str = "4faec9586de2d9cb47350aac41a68dc8ffb2bffc147ec2e9cc2a977643215675";
    const NOW: At = At(1_795_400_000_000_000);

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_str(value).expect("a value"));
        }
        headers
    }

    fn checked(values: &[&str], secrets: &[&str], now: At) -> Result<(), Refused> {
        let secrets: Vec<String> = secrets.iter().map(|&secret| secret.to_owned()).collect();
        Signature::of(&headers(values))?.check(b"{}", &secrets, 300, now)
    }

    #[test]
    fn a_signature_by_any_of_the_secrets_is_good_within_the_window() {
        let good = format!("t=1795400000,v1={SIGNED}");
        for secrets in [&[SECRET][..], &["another secret of mine, new", SECRET]] {
            assert!(checked(&[&good], secrets, NOW).is_ok());
        }
        let rotated = format!("v1={},t=1795400000, v1={SIGNED},v2=later", "0".repeat(64));
        assert!(checked(&[&rotated], &[SECRET], NOW).is_ok());
        for (seconds, good_then) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let then = checked(&[&good], &[SECRET], NOW.plus_millis(seconds * 1_000));
            assert_eq!(then.is_ok(), good_then, "{seconds}");
            assert!(good_then || matches!(then, Err(Refused::Expired)));
        }
    }

    #[test]
    fn what_is_no_signature_or_not_by_us_is_refused() {
        assert!(matches!(checked(&[], &[SECRET], NOW), Err(Refused::Missing)));
        let good = format!("t=1795400000,v1={SIGNED}");
        assert!(matches!(checked(&[&good], &["another"], NOW), Err(Refused::Forged)));
        let bad = [
            String::new(),
            "t=1795400000".to_owned(),
            format!("v1={SIGNED}"),
            format!("t=1795400001,v1={SIGNED}"),
            format!("t=+1795400000,v1={SIGNED}"),
            format!("t=01795400000,v1={SIGNED}"),
            format!("t=99999999999999999999,v1={SIGNED}"),
            format!("t=1795400000,t=1795400000,v1={SIGNED}"),
            format!("t=1795400000,v1={}", &SIGNED[1..]),
            format!("t=1795400000,v1=+{}", &SIGNED[1..]),
            format!("t=1795400000{}", format!(",v1={}", "0".repeat(64)).repeat(5)),
            format!("t=1795400000,v1={SIGNED},{}", "x=".repeat(600)),
        ];
        for value in bad {
            assert!(matches!(checked(&[&value], &[SECRET], NOW), Err(Refused::Forged)), "{value}");
        }
        assert!(matches!(checked(&[&good, &good], &[SECRET], NOW), Err(Refused::Forged)), "two headers");
    }

    #[test]
    fn only_what_is_the_same_is_the_same() {
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab") && !same("", "a"));
    }
}
