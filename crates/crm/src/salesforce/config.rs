//! What an installation says of its org. Where it is read from is the server's.

use super::assertion::SigningKey;
use super::secret::Secret;
use domain::id::At;
use domain::mirror::{PhoneChoice, RemoteId};
use std::fmt;
use std::sync::Arc;

/// Requests that are under way at one time, unless a setting says otherwise. Salesforce refuses more than 25 that take
/// 20 seconds or longer, those of all programs together.
pub const DEFAULT_CONCURRENCY: usize = 10;
/// The part of a day's calls that is kept for logging, in hundredths, unless a setting says otherwise.
pub const DEFAULT_RESERVE_PERCENT: u8 = 5;
/// How long ago a Case may have been changed to be mirrored though it is closed, in days, unless a setting says otherwise.
pub const DEFAULT_CASE_DAYS: u16 = 90;
/// From how many records of a kind on the first load is done by the Bulk API.
pub const DEFAULT_BULK_FROM: u64 = 50_000;

/// How we log in.
#[derive(Debug)]
pub enum Login {
    /// By an assertion that our key signs, for a user who was authorised beforehand.
    Assertion {
        /// The consumer key of the app.
        client_id: String,
        /// The user who writes.
        username: String,
        /// What signs.
        key: SigningKey,
    },
    /// By a secret; the user who writes is the one that the app names.
    ClientCredentials {
        /// The consumer key of the app.
        client_id: String,
        /// The consumer secret of the app.
        client_secret: Secret,
    },
    /// By a token that an admin's consent left (see [`super::consent`]).
    Refresh {
        /// The consumer key of the app.
        client_id: String,
        /// The consumer secret, where the app asks for one.
        client_secret: Option<Secret>,
        /// The token as settings say it; where somebody keeps it, what is kept counts.
        refresh_token: Option<Secret>,
    },
}

/// In which language the CRM's readers are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Spanish.
    Spanish,
    /// English.
    English,
}

/// Minutes east of Greenwich at a moment, where the centre is.
#[derive(Clone)]
pub struct Offset(pub Arc<dyn Fn(At) -> i32 + Send + Sync>);

impl fmt::Debug for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Offset(…)")
    }
}

/// All of it.
#[derive(Debug)]
pub struct Config {
    /// Where we log in: `https://login.salesforce.com`, `https://test.salesforce.com`, or the org's own domain.
    pub login_url: String,
    /// The org that is meant: another one that the credentials open is refused. Any, where none is said.
    pub organisation: Option<RemoteId>,
    /// How we log in.
    pub login: Login,
    /// In which language labels and subjects are written.
    pub language: Language,
    /// What time it is where the centre is: the day of a call is a day there.
    pub offset: Offset,
    /// The company of a Lead that has none, which Salesforce does not allow.
    pub unknown_company: String,
    /// Most requests under way at one time.
    pub concurrency: usize,
    /// The part of a day's calls that is kept for logging, in hundredths.
    pub reserve_percent: u8,
    /// How long ago a closed Case may have been changed to be mirrored, in days.
    pub case_days: u16,
    /// From how many records of a kind on the first load is done by the Bulk API.
    pub bulk_from: u64,
    /// Which phone fields are mirrored, in this order, until somebody chooses others; none said of an object: every one that
    /// its describe shows, without fax.
    pub phones: Vec<PhoneChoice>,
    /// Whether calls are related to Opportunities.
    pub relate_opportunities: bool,
}
