//! What a CRM tells of its records, as plain data: the directory is a mirror of them where there is one. What is done with
//! it is decided elsewhere; how it is fetched is the adapter's.

use crate::directory::{PersonKind, PhoneField, PhoneText};
use crate::id::{At, CaseId, PersonId, UserId};
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

impl RemoteId {
    /// A Salesforce id as somebody wrote it: 15 characters, or 18 whose last three go with them. `None` where it can be
    /// none. What comes out has 18.
    pub fn salesforce(text: &str) -> Option<RemoteId> {
        let plain = text.get(..15).filter(|_| matches!(text.len(), 15 | 18))?;
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let full = format!("{plain}{}", case_suffix(plain));
        // Somebody may have changed the case of one with 18 characters: its suffix says what it was.
        (text.len() == 15 || text.eq_ignore_ascii_case(&full)).then_some(RemoteId(full))
    }
}

/// The three characters that tell the upper case of fifteen: five bits each, the first character lowest.
fn case_suffix(plain: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let bits = |five: &[u8]| {
        five.iter()
            .enumerate()
            .fold(0, |bits, (nth, byte)| bits | usize::from(byte.is_ascii_uppercase()) << nth)
    };
    plain.as_bytes().chunks(5).map(|five| char::from(ALPHABET[bits(five)])).collect()
}

/// Which record of ours a record of the CRM is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Local {
    /// A person or an organisation.
    Person(PersonId),
    /// A Case.
    Case(CaseId),
}

/// A record of ours and what it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The record.
    pub local: Local,
    /// Its id there.
    pub remote: RemoteId,
    /// The Contact of a person who is an account of their own.
    pub twin: Option<RemoteId>,
}

/// A user of the CRM and who that is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmUser {
    /// The user there.
    pub remote: RemoteUser,
    /// Our user, where one was chosen or has the same login.
    pub user: Option<UserId>,
    /// Whether somebody chose: then nothing is concluded from logins any more.
    pub chosen: bool,
}

/// A phone field of one of the CRM's objects that is mirrored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneChoice {
    /// The object, in the CRM's word, e.g. `Contact`.
    pub object: String,
    /// The field, in the CRM's word, e.g. `Second_Mobile__c`.
    pub field: String,
    /// What it is taken for here.
    #[serde(rename = "as")]
    pub as_field: PhoneField,
}

/// How far a kind of records was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirroredUpTo {
    /// The kind.
    pub of: Mirrored,
    /// Where to go on, in the adapter's own words.
    pub place: String,
    /// With the first load: how many were read, and how many there are; `None` once it is through.
    pub loading: Option<(u64, u64)>,
    /// When it was read.
    pub at: At,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_fifteen_characters_gets_the_suffix_that_salesforce_gives_it() {
        // From recorded describes and answers of real orgs.
        for (short, full) in
            [("001D000000IqhSL", "001D000000IqhSLIAZ"), ("001xx000003DIpc", "001xx000003DIpcAAG")]
        {
            assert_eq!(RemoteId::salesforce(short), Some(RemoteId(full.to_owned())));
            assert_eq!(RemoteId::salesforce(full), Some(RemoteId(full.to_owned())));
        }
    }

    #[test]
    fn what_can_be_no_id_is_none() {
        for text in
            ["", "001", "001D000000IqhSLIAA", "001D000000Iqh'L", "001D000000IqhSLIAZ0", "001D000000Iqhñ"]
        {
            assert_eq!(RemoteId::salesforce(text), None, "{text}");
        }
    }
}
