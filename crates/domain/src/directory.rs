//! The directory: the people calls belong to. Their Cases are in [`crate::case`], the number rules in
//! [`crate::phone`], the choice among several people in [`crate::matching`].

use crate::id::{CallKey, PersonId, UserId};
use crate::phone::{KeyBasis, PhoneKey, Region, stored_numbers};
use serde::{Deserialize, Serialize};

/// What kind of record a person is filed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// A person the business deals with.
    Contact,
    /// A person the business may come to deal with.
    Lead,
    /// An organisation.
    Account,
    /// A person who is an account of their own.
    PersonAccount,
}

impl PersonKind {
    /// All of them, in the order they are shown unless settings say otherwise.
    pub const ALL: [PersonKind; 4] =
        [PersonKind::Contact, PersonKind::Lead, PersonKind::Account, PersonKind::PersonAccount];
}

/// Which field of the record a number stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneField {
    /// The main number.
    Phone,
    /// The mobile number.
    Mobile,
    /// The number at home.
    Home,
    /// Any other number.
    Other,
}

impl PhoneField {
    /// All of them, in the order they are shown.
    pub const ALL: [PhoneField; 4] =
        [PhoneField::Phone, PhoneField::Mobile, PhoneField::Home, PhoneField::Other];
}

/// A phone field as somebody typed it: it may hold several numbers, extensions and remarks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneText {
    /// The field.
    pub field: PhoneField,
    /// The text in it, unchanged.
    pub raw: String,
}

/// A record of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Its id; UUIDv7, given by whoever created it.
    pub id: PersonId,
    /// Contact, Lead, Account or Person Account.
    pub kind: PersonKind,
    /// Full name as shown.
    pub name: String,
    /// The organisation, for Contacts and Leads.
    pub company: Option<String>,
    /// The Account a Contact belongs to.
    pub account: Option<PersonId>,
    /// E-mail address as typed.
    pub email: Option<String>,
    /// Phone fields as typed.
    pub phones: Vec<PhoneText>,
    /// Counts changes, from 1; a change names the version it was made on.
    pub version: u64,
    /// The call that this record was made for (P5).
    pub created_by_call: Option<CallKey>,
    /// The user whose record it is, where it is anybody's.
    pub owner: Option<UserId>,
}

/// A record in one line, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    /// Its id.
    pub id: PersonId,
    /// Contact, Lead, Account or Person Account.
    pub kind: PersonKind,
    /// Full name.
    pub name: String,
    /// The organisation.
    pub company: Option<String>,
    /// The first phone text, as typed.
    pub phone: Option<String>,
}

/// What a record is found under in the number index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKeys {
    /// What they were made by.
    pub basis: KeyBasis,
    /// Every key of the record's numbers, with the index into its `phones` that it came from.
    pub keys: Vec<(PhoneKey, usize)>,
}

impl RecordKeys {
    /// The keys of a record whose numbers are of this region where they name no country.
    pub fn of(person: &Person, region: Region) -> Self {
        let numbers = person.phones.iter().enumerate().flat_map(|(index, phone)| {
            stored_numbers(&phone.raw, region).into_iter().map(move |found| (found, index))
        });
        let mut keys: Vec<(PhoneKey, usize)> =
            numbers.flat_map(|(found, index)| found.keys.into_iter().map(move |key| (key, index))).collect();
        keys.sort();
        keys.dedup_by(|a, b| a.0 == b.0);
        RecordKeys { basis: KeyBasis::of(region), keys }
    }
}

/// Longest name, company or e-mail taken, in characters.
pub const MAX_NAME_CHARS: usize = 200;
/// Most phone fields a record may have.
pub const MAX_PHONE_FIELDS: usize = 8;
/// Longest phone text taken, in characters.
pub const MAX_PHONE_CHARS: usize = 200;

impl From<&Person> for PersonLine {
    fn from(person: &Person) -> Self {
        PersonLine {
            id: person.id,
            kind: person.kind,
            name: person.name.clone(),
            company: person.company.clone(),
            phone: person.phones.first().map(|phone| phone.raw.clone()),
        }
    }
}
