//! The only place that reads the clock and makes random values; everything else is handed them.

use domain::id::At;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::{Builder, Uuid};

/// Tells the time and makes ids and secrets. Tests give their own.
pub trait Surroundings: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> At;
    /// Bytes that nobody can guess.
    fn random(&self) -> [u8; 32];

    /// An id for what a person creates (UUIDv7).
    fn new_id(&self) -> Uuid {
        let random = self.random();
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[..10]);
        let millis = u64::try_from(self.now().0 / 1000).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    /// A secret to hand out, in letters and digits, 256 bits.
    fn new_secret(&self) -> String {
        self.random().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The machine's clock and randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine;

impl Surroundings for Machine {
    #[expect(clippy::disallowed_methods, reason = "the one clock of the product")]
    fn now(&self) -> At {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        At(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // Without randomness no secret is safe: better no service than a guessable one.
        #[expect(
            clippy::expect_used,
            reason = "the operating system's generator does not fail once it is up"
        )]
        OsRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}

/// What is stored of a secret.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A time as the API writes it: RFC 3339, UTC, microseconds.
pub fn rfc3339(at: At) -> String {
    match jiff::Timestamp::from_microsecond(at.0) {
        Ok(time) => format!("{time:.6}"),
        Err(_) => String::new(),
    }
}
