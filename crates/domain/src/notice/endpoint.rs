//! Who is told: an address of somebody's program, the secret that what it is told is signed with, and how it fared. What
//! addresses may be connected to is not here.

use super::NoticeKind;
use crate::id::{At, EndpointId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Most endpoints of a tenant: each is looked after by itself.
pub const MAX_ENDPOINTS: usize = 20;
/// Longest name of an endpoint, in characters.
pub const MAX_NAME_CHARS: usize = 80;
/// Longest address of an endpoint, in bytes.
pub const MAX_URL_BYTES: usize = 2_000;
/// How long what is told is signed with the former secret as well, in milliseconds: a day.
pub const GRACE_MS: i64 = 24 * 60 * 60 * 1000;
/// An endpoint that took nothing for so long is told nothing any more, in milliseconds: five days, which is longer than
/// anything is tried.
pub const FAILING_MS: i64 = 5 * 24 * 60 * 60 * 1000;

/// A secret; it shows nothing of itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// A secret that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// The secret.
    pub secret: Secret,
    /// Until when it is signed with as well.
    pub until: At,
}

/// Why an endpoint is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffBecause {
    /// An admin says so.
    Admin,
    /// It answered that it is gone for good.
    Gone,
    /// It took nothing for days.
    Failing,
}

impl OffBecause {
    /// The state of an endpoint that is off for this, in the API and in the log of changes.
    pub const fn word(self) -> &'static str {
        match self {
            OffBecause::Admin => "off",
            OffBecause::Gone => "gone",
            OffBecause::Failing => "failing",
        }
    }
}

/// That an endpoint is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Off {
    /// Since when.
    pub at: At,
    /// Why.
    pub because: OffBecause,
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id; UUIDv7.
    pub id: EndpointId,
    /// What admins call it.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What it is told.
    pub kinds: BTreeSet<NoticeKind>,
    /// Whether it is told the notes of calls.
    pub with_notes: bool,
    /// What it is told is signed with.
    pub secret: Secret,
    /// What it was signed with before.
    pub former: Option<Former>,
    /// That it is told nothing; what was to be told waits then.
    pub off: Option<Off>,
    /// Since when it takes nothing.
    pub failing_since: Option<At>,
    /// When it was made.
    pub made_at: At,
    /// Counts its changes.
    pub version: u64,
}

/// How a delivery went, for the endpoint as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fared {
    /// It took it.
    Took,
    /// It did not.
    Failed,
    /// It says that it is gone for good.
    Gone,
}

impl Endpoint {
    /// Whether this is put into what it is to be told: also while it is off because of a fault of its own, so that nothing
    /// is missing once it is well again; not while an admin has switched it off.
    pub fn asks_for(&self, kind: NoticeKind) -> bool {
        self.off.is_none_or(|off| off.because == OffBecause::Failing) && self.kinds.contains(&kind)
    }

    /// The secrets that what it is told is signed with at `now`, the present one first.
    pub fn secrets(&self, now: At) -> Vec<&Secret> {
        let former = self.former.as_ref().filter(|former| now < former.until);
        std::iter::once(&self.secret).chain(former.map(|former| &former.secret)).collect()
    }

    /// What it is with another secret. Of two changes within the time of grace the first secret is given up: whoever
    /// changes it twice has lost it.
    pub fn rotated(self, secret: Secret, now: At) -> Endpoint {
        let former = Some(Former { secret: self.secret, until: now.plus_millis(GRACE_MS) });
        Endpoint { secret, former, version: self.version + 1, ..self }
    }

    /// What it is after a delivery. Nothing changes where an admin has switched it off meanwhile.
    pub fn fared(self, how: Fared, now: At) -> Endpoint {
        if self.off.is_some() {
            return self;
        }
        let off = |because| Some(Off { at: now, because });
        match how {
            Fared::Took => Endpoint { failing_since: None, ..self },
            Fared::Gone => Endpoint { off: off(OffBecause::Gone), version: self.version + 1, ..self },
            Fared::Failed => {
                let since = self.failing_since.unwrap_or(now);
                if now.millis_since(since) < FAILING_MS {
                    return Endpoint { failing_since: Some(since), ..self };
                }
                let version = self.version + 1;
                Endpoint { failing_since: Some(since), off: off(OffBecause::Failing), version, ..self }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn endpoint() -> Endpoint {
        Endpoint {
            id: EndpointId(Uuid::from_u128(1)),
            name: "Almacén".to_owned(),
            url: "https://example.org/hook".to_owned(),
            kinds: BTreeSet::from([NoticeKind::CallMissed]),
            with_notes: false,
            secret: Secret("whsec_one".to_owned()),
            former: None,
            off: None,
            failing_since: None,
            made_at: At(0),
            version: 1,
        }
    }

    fn days(days: i64) -> At {
        At(0).plus_millis(days * 24 * 60 * 60 * 1000)
    }

    #[test]
    fn a_secret_shows_nothing_of_itself() {
        assert!(!format!("{:?}", endpoint()).contains("whsec_"));
    }

    #[test]
    fn both_secrets_sign_for_a_day_after_a_change() {
        let rotated = endpoint().rotated(Secret("whsec_two".to_owned()), At(10));
        let at = |at: At| rotated.secrets(at).into_iter().map(|secret| secret.0.as_str()).collect::<Vec<_>>();
        let over = At(10).plus_millis(GRACE_MS);
        assert_eq!(at(At(over.0 - 1)), ["whsec_two", "whsec_one"]);
        assert_eq!(at(over), ["whsec_two"]);
        assert_eq!(rotated.version, 2);
    }

    #[test]
    fn one_that_fails_for_days_is_off_and_one_that_takes_something_begins_anew() {
        let failing = endpoint().fared(Fared::Failed, days(1));
        assert_eq!((failing.failing_since, failing.off), (Some(days(1)), None));
        assert_eq!(failing.clone().fared(Fared::Took, days(2)).failing_since, None);
        let still = failing.fared(Fared::Failed, days(5));
        assert_eq!((still.failing_since, still.off, still.version), (Some(days(1)), None, 1));
        let off = still.fared(Fared::Failed, days(6));
        assert_eq!(off.off, Some(Off { at: days(6), because: OffBecause::Failing }));
        assert_eq!(off.version, 2, "whoever changes it meanwhile is told");
    }

    #[test]
    fn one_that_is_gone_is_off_at_once() {
        let off = endpoint().fared(Fared::Gone, At(7)).off;
        assert_eq!(off, Some(Off { at: At(7), because: OffBecause::Gone }));
    }

    #[test]
    fn what_an_admin_switched_off_stays_as_it_was_said() {
        let off = Some(Off { at: At(1), because: OffBecause::Admin });
        for how in [Fared::Took, Fared::Failed, Fared::Gone] {
            assert_eq!(Endpoint { off, ..endpoint() }.fared(how, days(9)).off, off);
        }
    }

    #[test]
    fn one_that_fails_is_told_later_and_one_that_is_off_or_gone_is_not() {
        let asks = |because| {
            let off = Some(Off { at: At(1), because });
            Endpoint { off, ..endpoint() }.asks_for(NoticeKind::CallMissed)
        };
        assert!(endpoint().asks_for(NoticeKind::CallMissed));
        assert!(!endpoint().asks_for(NoticeKind::ActivityLogged));
        assert!(asks(OffBecause::Failing));
        assert!(!asks(OffBecause::Admin));
        assert!(!asks(OffBecause::Gone));
    }
}
