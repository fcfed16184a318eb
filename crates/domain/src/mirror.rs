//! What a CRM tells of its records, as plain data: the directory is a mirror of them where there is one. What is done with
//! it is decided elsewhere; how it is fetched is the adapter's.

use crate::directory::{PersonKind, PhoneText};
use crate::id::At;
use serde::{Deserialize, Serialize};

/// Id of a record in the CRM, as it writes it. Salesforce's are taken in their form of 18 characters, which can be compared
/// in any case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemoteId(pub String);

impl std::fmt::Display for RemoteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is mirrored, each with a place of its own up to which it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mirrored {
    /// The CRM's users: who may be an agent, and who owns records.
    Users,
    /// Organisations, and people who are an account of their own.
    Accounts,
    /// People of organisations.
    Contacts,
    /// People who may come to be dealt with.
    Leads,
    /// Cases.
    Cases,
}

impl Mirrored {
    /// All of them, in the order they are read: what others refer to comes first.
    pub const ALL: [Mirrored; 5] =
        [Mirrored::Users, Mirrored::Accounts, Mirrored::Contacts, Mirrored::Leads, Mirrored::Cases];
}

/// A record of a person or an organisation, as the CRM has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemotePerson {
    /// Its id. That of a person who is an account of their own is the account's.
    pub id: RemoteId,
    /// What kind of record it is.
    pub kind: PersonKind,
    /// Full name.
    pub name: String,
    /// The organisation as text, for Leads.
    pub company: Option<String>,
    /// The Account a Contact belongs to.
    pub account: Option<RemoteId>,
    /// The Contact of a person who is an account of their own: the same person twice, shown once.
    pub twin: Option<RemoteId>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone fields that are looked at, in the order they are shown.
    pub phones: Vec<PhoneText>,
    /// The CRM's user whose record it is.
    pub owner: Option<RemoteId>,
    /// The id that we gave it, where we made it: by that it is known again before its own id is known here.
    pub ours: Option<String>,
    /// When it was changed last, by the CRM's clock.
    pub modified: At,
}

/// A Case, as the CRM has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteCase {
    /// Its id.
    pub id: RemoteId,
    /// Its number, as people say it.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// Whether it is closed.
    pub closed: bool,
    /// How it stands, in the CRM's word.
    pub status: String,
    /// How much it matters, in the CRM's word.
    pub priority: Option<String>,
    /// Whose it is.
    pub contact: Option<RemoteId>,
    /// The Account whose it is.
    pub account: Option<RemoteId>,
    /// The CRM's user who works on it.
    pub owner: Option<RemoteId>,
    /// When it was made.
    pub opened_at: At,
    /// When it was closed.
    pub closed_at: Option<At>,
    /// The id that we gave it, where we made it.
    pub ours: Option<String>,
    /// When it was changed last, by the CRM's clock.
    pub modified: At,
}

/// A user of the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteUser {
    /// Their id.
    pub id: RemoteId,
    /// What they sign in with there.
    pub username: String,
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether they may sign in there.
    pub active: bool,
    /// When it was changed last, by the CRM's clock.
    pub modified: At,
}

/// What became of a record that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// It was deleted.
    Deleted,
    /// It was merged into another of its kind.
    Merged {
        /// The one that stayed.
        into: RemoteId,
    },
    /// A Lead became these.
    Converted {
        /// The Contact, where there is one (a person who is an account of their own has none).
        contact: Option<RemoteId>,
        /// The Account.
        account: Option<RemoteId>,
    },
}

/// One piece of news of the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// A person or an organisation is now this.
    Person(Box<RemotePerson>),
    /// A Case is now this.
    Case(Box<RemoteCase>),
    /// A user is now this.
    User(Box<RemoteUser>),
    /// A record is no more.
    Gone {
        /// Of what kind it was.
        of: Mirrored,
        /// Which.
        id: RemoteId,
        /// What became of it.
        fate: Fate,
    },
}
