//! A day that was compared with the CRM: what is there of its calls beside what we know to be there. How the CRM is asked is
//! its adapter's, and what is marked or sent again because of it is no part of this.

use crate::id::{At, CallKey, UserId};
use crate::mirror::RemoteId;
use serde::{Deserialize, Serialize};

/// Most days whose comparison a tenant keeps; those that were compared first go first.
pub const MAX_CHECKS: usize = 400;
/// Most days of a tenant of which it is kept that they could not be compared; the oldest days go first.
pub const MAX_FAILURES: usize = 31;
/// Most calls or records of a kind that are named; how many there are is told of all.
pub const MAX_NAMED: usize = 200;

/// What a day was found to be like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmCheck {
    /// When the day began, which it is known by.
    pub begin: At,
    /// When it was over.
    pub end: At,
    /// Whose day it is; an IANA name.
    pub zone: String,
    /// When it was compared.
    pub at: At,
    /// Who asked for that; nobody, where it is done by itself.
    pub by: Option<UserId>,
    /// What was found.
    pub found: CrmFound,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmFound {
    /// Records that are there.
    pub there: u64,
    /// Activities that are there as we know them to be.
    pub agree: u64,
    /// Records of Activities of which something waits, or is refused.
    pub waiting: u64,
    /// Records of calls that are known and have nothing to be there for: they became part of others, came of an import, or
    /// need no Activity.
    pub beside: u64,
    /// Activities that we knew to be there and that are not.
    pub gone: Named<CallKey>,
    /// Activities that we knew to be there and that our user does not find there, so many of a day that it may be that they are
    /// hidden: nothing is said of them.
    #[serde(default)]
    pub unseen: u64,
    /// Activities that are there, and we did not know.
    pub unlinked: Named<CallKey>,
    /// Records with an id that no call of ours has.
    pub strangers: Named<Stranger>,
}

/// A day that is compared by itself and could not be. It is kept until all of the day is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmCheckFailure {
    /// When the day began, which it is known by.
    pub begin: At,
    /// When it was over.
    pub end: At,
    /// Whose day it is; an IANA name.
    pub zone: String,
    /// When it was tried first.
    pub since: At,
    /// When it was tried last.
    pub at: At,
    /// How often it was tried.
    pub tries: u32,
    /// What went wrong the last time.
    pub fault: CrmCheckFault,
    /// The CRM's own code for that, where it gave one.
    pub code: Option<String>,
}

/// Why a day could not be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrmCheckFault {
    /// The CRM cannot be reached, or does not answer in time.
    Unreachable,
    /// It is there and cannot serve now.
    Unavailable,
    /// The calls of its API that are left are kept for logging.
    LimitReached,
    /// It does not take our credentials.
    Credentials,
    /// Our user may not read that.
    Forbidden,
    /// Somebody else holds a record.
    Locked,
    /// It answered with what no documentation says.
    NotUnderstood,
    /// The day has more records there than are compared.
    TooMany,
    /// The fault is ours: what is known here could not be read or written.
    Here,
}

impl CrmCheckFailure {
    /// A try that failed, after those before it.
    pub fn after(self, before: Option<&CrmCheckFailure>) -> CrmCheckFailure {
        let (since, tries) = before.map_or((self.at, 0), |before| (before.since, before.tries));
        CrmCheckFailure { since, tries: tries.saturating_add(1), ..self }
    }
}

/// A record that is of no call of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stranger {
    /// The record.
    pub record: RemoteId,
    /// The id of a call that it says, where it says any.
    pub call: Option<String>,
}

/// How many there are of something, and the first of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<T> {
    /// How many.
    pub count: u64,
    /// The first [`MAX_NAMED`].
    pub first: Vec<T>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named { count: 0, first: Vec::new() }
    }
}

impl<T> Named<T> {
    /// One more.
    pub fn add(&mut self, one: T) {
        self.count += 1;
        if self.first.len() < MAX_NAMED {
            self.first.push(one);
        }
    }

    /// Those that are named and are none after all are counted no more.
    pub fn keep(&mut self, is_one: impl Fn(&T) -> bool) {
        let named = self.first.len();
        self.first.retain(is_one);
        self.count = self.count.saturating_sub((named - self.first.len()) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_fails_again_is_counted_and_keeps_when_it_failed_first() {
        let fault = CrmCheckFault::Unreachable;
        let failed = |at| CrmCheckFailure {
            begin: At(1),
            end: At(2),
            zone: "UTC".to_owned(),
            since: At(at),
            at: At(at),
            tries: 0,
            fault,
            code: None,
        };
        let first = failed(7).after(None);
        assert_eq!((first.since, first.at, first.tries), (At(7), At(7), 1));
        let second = failed(9).after(Some(&first));
        assert_eq!((second.since, second.at, second.tries), (At(7), At(9), 2));
    }

    #[test]
    fn all_are_counted_and_the_first_are_named() {
        let mut named = Named::default();
        (0..MAX_NAMED + 3).for_each(|one| named.add(one));
        assert_eq!((named.count, named.first.len(), named.first[0]), (203, MAX_NAMED, 0));
        named.keep(|one| one % 2 == 0);
        assert_eq!((named.count, named.first.len()), (103, MAX_NAMED / 2));
    }
}
