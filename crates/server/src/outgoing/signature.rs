//! Signatures of what is told: those of the Standard Webhooks specification, version 1.0.0, symmetric.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::id::NoticeId;
use domain::notice::endpoint::Secret;
use ring::hmac;

/// What every secret begins with.
const PREFIX: &str = "whsec_";

/// A secret of these bytes.
pub fn secret_of(bytes: [u8; 32]) -> Secret {
    Secret(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// The id under which something is told, however often.
pub fn message_id(notice: NoticeId) -> String {
    format!("msg_{}", notice.0.simple())
}

/// The header that signs a body with each of these secrets.
pub fn signatures(secrets: &[&Secret], id: &str, seconds: i64, body: &[u8]) -> String {
    let sign = |secret: &&Secret| {
        let key = secret.0.strip_prefix(PREFIX).unwrap_or(&secret.0);
        // Whatever is stored was made by `secret_of`; what is not base64 signs as nothing would.
        let key = STANDARD.decode(key).unwrap_or_default();
        let mut signed = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
        signed.update(id.as_bytes());
        signed.update(format!(".{seconds}.").as_bytes());
        signed.update(body);
        format!("v1,{}", STANDARD.encode(signed.sign()))
    };
    secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key, message and signature that the tests of the specification's own libraries rest on.
    #[test]
    fn a_signature_is_that_of_the_specifications_own_libraries() {
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let body = br#"{"test": 2432232314}"#;
        let signed = signatures(&[&secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn both_secrets_sign_while_one_takes_the_others_place() {
        let (one, two) = (secret_of([1; 32]), secret_of([2; 32]));
        let signed = signatures(&[&two, &one], "msg_1", 5, b"{}");
        let alone = [signatures(&[&two], "msg_1", 5, b"{}"), signatures(&[&one], "msg_1", 5, b"{}")];
        assert_eq!(signed, alone.join(" "));
    }

    #[test]
    fn a_secret_is_of_the_form_and_the_length_that_is_wanted() {
        let secret = secret_of([7; 32]).0;
        let bytes = STANDARD.decode(secret.strip_prefix("whsec_").expect("the prefix")).expect("base64");
        assert!((24..=64).contains(&bytes.len()));
    }
}
