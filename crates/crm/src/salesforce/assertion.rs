//! The signed assertion by which a server logs in without a password (RFC 7523; Salesforce's JWT bearer flow): who asks,
//! for which user, of whom, and for how long.

use super::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::id::At;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;

/// How long an assertion is good for, in seconds: what Salesforce's documentation asks for, three minutes.
const LIFETIME_SECONDS: i64 = 180;

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is no text in PEM, or not of a private key.
    #[error("not the PEM text of an RSA private key (PKCS#8 or PKCS#1)")]
    NoKey,
    /// It is a key, and not one that can sign: of another kind, shorter than 2048 bits, or behind a password.
    #[error("the private key is no RSA key of 2048 to 4096 bits, or it is encrypted")]
    Unusable,
}

/// A private key that signs assertions.
pub struct SigningKey(RsaKeyPair);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// The key in a PEM text, as `openssl genrsa` or `openssl genpkey` writes it.
    ///
    /// # Errors
    /// It is no such text.
    pub fn of_pem(pem: &Secret) -> Result<SigningKey, KeyError> {
        let (_, rest) = pem.reveal().split_once("-----BEGIN ").ok_or(KeyError::NoKey)?;
        let (kind, rest) = rest.split_once("-----").ok_or(KeyError::NoKey)?;
        let (body, _) = rest.split_once("-----END ").ok_or(KeyError::NoKey)?;
        let text: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let read = |text: String| STANDARD.decode(text).map_err(|_| KeyError::NoKey);
        let pair = match kind {
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&read(text)?),
            "RSA PRIVATE KEY" if !body.contains("Proc-Type") => RsaKeyPair::from_der(&read(text)?),
            "ENCRYPTED PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => return Err(KeyError::Unusable),
            _ => return Err(KeyError::NoKey),
        };
        pair.map(SigningKey).map_err(|_| KeyError::Unusable)
    }

    /// An assertion that the app `client_id` asks for `username`, of `audience`, from now on.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        username: &str,
        audience: &str,
        now: At,
    ) -> Result<Secret, KeyError> {
        let expires = now.0.div_euclid(1_000_000) + LIFETIME_SECONDS;
        let claims = json!({ "iss": client_id, "sub": username, "aud": audience, "exp": expires });
        let packed = |text: String| URL_SAFE_NO_PAD.encode(text);
        let said =
            format!("{}.{}", packed(json!({ "alg": "RS256" }).to_string()), packed(claims.to_string()));
        let mut signature = vec![0; self.0.public().modulus_len()];
        // What a signature of this kind says does not depend on the randomness: that blinds how long it takes.
        let blinding = SystemRandom::new();
        self.0
            .sign(&RSA_PKCS1_SHA256, &blinding, said.as_bytes(), &mut signature)
            .map_err(|_| KeyError::Unusable)?;
        Ok(Secret::new(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}
