//! Cases: what a customer wants settled, over as many calls as it takes. Which Case a call is related to is
//! decided in [`crate::relate`].

use crate::id::{At, CallKey, CaseId, PersonId, UserId};
use serde::{Deserialize, Serialize};

/// Longest subject taken, in characters (Salesforce's `Case.Subject` holds 255).
pub const MAX_SUBJECT_CHARS: usize = 255;
/// Longest description taken, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 32_000;

/// Where a Case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// Nobody works on it yet.
    New,
    /// Somebody works on it.
    Working,
    /// Somebody above works on it.
    Escalated,
    /// Settled.
    Closed,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CasePriority {
    /// It can wait.
    Low,
    /// As most do.
    Medium,
    /// Before the others.
    High,
}

/// A Case. It belongs to a Contact, an Account or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id; UUIDv7.
    pub id: CaseId,
    /// The number people say on the phone, counted by tenant from 1; 0 until the store gave it.
    pub number: u64,
    /// What it is about.
    pub subject: String,
    /// The long of it.
    pub description: Option<String>,
    /// Where it stands.
    pub status: CaseStatus,
    /// How much it matters.
    pub priority: CasePriority,
    /// The Contact (or Lead, or Person Account) whose it is.
    pub contact: Option<PersonId>,
    /// The Account whose it is.
    pub account: Option<PersonId>,
    /// Who works on it.
    pub owner: Option<UserId>,
    /// The call during which it was made, where there was one.
    pub created_by_call: Option<CallKey>,
    /// When it was made.
    pub opened_at: At,
    /// When it was closed last; `None` while it is open.
    pub closed_at: Option<At>,
    /// Counts changes, from 1; a change names the version it was made on.
    pub version: u64,
}

/// Whom a call is filed on, as far as a Case asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseParty {
    /// A record of the directory, and the Account it belongs to.
    Person {
        /// The record.
        person: PersonId,
        /// Its Account.
        account: Option<PersonId>,
    },
    /// A record that Log is about to make.
    New,
    /// Nobody.
    Nobody,
}

impl Case {
    /// Whether the Case was open at some moment from `from` to `to`.
    pub fn open_within(&self, from: At, to: At) -> bool {
        self.opened_at <= to && self.closed_at.is_none_or(|closed| closed >= from)
    }

    /// Whether a call with `party` may be about this Case without anybody saying so. A call with nobody in
    /// particular contradicts no Case; one of an Account without a Contact is that of each of its Contacts.
    pub fn belongs_to(&self, party: CaseParty) -> bool {
        match party {
            CaseParty::Nobody => true,
            CaseParty::New => self.contact.is_none() && self.account.is_none(),
            CaseParty::Person { person, account } => {
                let of_their_account =
                    self.contact.is_none() && self.account.is_some() && self.account == account;
                self.contact == Some(person) || self.account == Some(person) || of_their_account
            }
        }
    }
}
