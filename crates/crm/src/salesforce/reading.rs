//! A record as the org shows it, as news of ours: which fields are asked for and what they mean. Pure.

use super::describe::{Field, Object};
use super::make::OWN_ID;
use super::stamp;
use domain::directory::{MAX_PHONE_FIELDS, PersonKind, PhoneField, PhoneText};
use domain::id::At;
use domain::mirror::{Fate, Mirrored, News, PhoneChoice, RemoteCase, RemoteId, RemotePerson, RemoteUser};
use serde_json::Value;

/// Salesforce's word for fields that hold a number.
pub(crate) const PHONE: &str = "phone";

/// What is read of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) of: Mirrored,
    /// All fields, as a query lists them.
    pub(crate) fields: Vec<String>,
    /// Which of them are numbers, in the order they are shown, and what each is taken for.
    phones: Vec<(String, PhoneField)>,
    /// Which phone fields were chosen, those that are not there included: who reads by another choice begins anew. Empty:
    /// nobody chose.
    pub(crate) choice: String,
}

/// The object behind what is mirrored.
pub(crate) fn object_name(of: Mirrored) -> &'static str {
    match of {
        Mirrored::Users => "User",
        Mirrored::Accounts => "Account",
        Mirrored::Contacts => "Contact",
        Mirrored::Leads => "Lead",
        Mirrored::Cases => "Case",
    }
}

/// What a record is that has this id, by its first three characters.
pub(crate) fn of_id(id: &str) -> Option<Mirrored> {
    Some(match id.get(..3)? {
        "001" => Mirrored::Accounts,
        "003" => Mirrored::Contacts,
        "005" => Mirrored::Users,
        "00Q" => Mirrored::Leads,
        "500" => Mirrored::Cases,
        _ => return None,
    })
}

fn own_fields(of: Mirrored) -> Vec<&'static str> {
    let own = match of {
        Mirrored::Users => "Username Name Email IsActive",
        Mirrored::Accounts => {
            "Name OwnerId IsPersonAccount PersonContactId PersonEmail IsDeleted MasterRecordId"
        }
        Mirrored::Contacts => "Name AccountId Email OwnerId IsPersonAccount IsDeleted MasterRecordId",
        Mirrored::Leads => {
            "Name Company Email OwnerId IsConverted ConvertedContactId ConvertedAccountId IsDeleted MasterRecordId"
        }
        Mirrored::Cases => {
            "CaseNumber Subject IsClosed Status Priority ContactId AccountId OwnerId CreatedDate ClosedDate \
             IsDeleted MasterRecordId"
        }
    };
    ["Id", "SystemModstamp", OWN_ID].into_iter().chain(own.split_whitespace()).collect()
}

/// What is taken of an object that the org describes so.
pub(crate) fn selection(of: Mirrored, object: &Object, chosen: &[PhoneChoice]) -> Selection {
    let phones = match of {
        Mirrored::Users | Mirrored::Cases => Vec::new(),
        _ => phones(object, chosen),
    };
    let named = chosen.iter().filter(|choice| choice.object == object_name(of));
    let named = named.map(|choice| format!("{}:{:?}", choice.field, choice.as_field));
    let choice = named.collect::<Vec<_>>().join(",");
    let own = object.among(&own_fields(of)).into_iter().map(str::to_owned);
    let fields = own.chain(phones.iter().map(|(name, _)| name.clone())).collect();
    Selection { of, fields, phones, choice }
}

/// The phone fields of an object: those that were chosen, or all of that type but those of fax machines.
fn phones(object: &Object, chosen: &[PhoneChoice]) -> Vec<(String, PhoneField)> {
    let chosen = chosen.iter().filter(|choice| choice.object == object.name);
    let mut chosen: Vec<(String, PhoneField)> = chosen
        .filter(|choice| object.field(&choice.field).is_some())
        .map(|choice| (choice.field.clone(), choice.as_field))
        .collect();
    if chosen.is_empty() {
        let all = object.fields().filter(|field| is_usual(field));
        chosen = all.map(|field| (field.name.clone(), taken_for(&field.name))).collect();
        chosen.sort_by_key(|(_, field)| *field);
    }
    chosen.truncate(MAX_PHONE_FIELDS);
    chosen
}

/// Whether a field is mirrored where nobody chose.
pub(crate) fn is_usual(field: &Field) -> bool {
    field.kind == PHONE && !field.name.contains("Fax")
}

/// What a field is taken for where nobody said.
pub(crate) fn taken_for(field: &str) -> PhoneField {
    match field {
        "Phone" => PhoneField::Phone,
        "MobilePhone" | "PersonMobilePhone" => PhoneField::Mobile,
        "HomePhone" | "PersonHomePhone" => PhoneField::Home,
        _ => PhoneField::Other,
    }
}

/// A record: JSON of an answer, or a row of a table whose values are all texts.
#[derive(Clone, Copy)]
struct Record<'a>(&'a Value);

impl Record<'_> {
    fn text(&self, field: &str) -> Option<String> {
        self.0.get(field).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn id(&self, field: &str) -> Option<RemoteId> {
        self.text(field).map(RemoteId)
    }

    fn is(&self, field: &str) -> bool {
        match self.0.get(field) {
            Some(Value::Bool(is)) => *is,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }

    fn at(&self, field: &str) -> Option<At> {
        stamp::read(&self.text(field)?)
    }

    /// A user; a queue is nobody.
    fn user(&self, field: &str) -> Option<RemoteId> {
        self.id(field).filter(|id| of_id(&id.0) == Some(Mirrored::Users))
    }
}

/// Id and stamp of a record, by which it is told whether it was told before.
pub(crate) fn stamped(record: &Value) -> Option<(String, At)> {
    let record = Record(record);
    Some((record.text("Id")?, record.at("SystemModstamp")?))
}

/// A record as news; `None`: it is none of ours, being the Contact half of a person who is an account.
pub(crate) fn news(selection: &Selection, record: &Value) -> Option<News> {
    let (of, record) = (selection.of, Record(record));
    let id = record.id("Id")?;
    if let Some(fate) = fate(of, &record) {
        return Some(News::Gone { of, id, fate });
    }
    let modified = record.at("SystemModstamp")?;
    match of {
        Mirrored::Users => Some(News::User(Box::new(RemoteUser {
            id,
            username: record.text("Username")?,
            name: record.text("Name").unwrap_or_default(),
            email: record.text("Email"),
            active: record.is("IsActive"),
            modified,
        }))),
        Mirrored::Cases => Some(News::Case(Box::new(RemoteCase {
            id,
            number: record.text("CaseNumber").unwrap_or_default(),
            subject: record.text("Subject").unwrap_or_default(),
            closed: record.is("IsClosed"),
            status: record.text("Status").unwrap_or_default(),
            priority: record.text("Priority"),
            contact: record.id("ContactId"),
            account: record.id("AccountId"),
            owner: record.user("OwnerId"),
            opened_at: record.at("CreatedDate").unwrap_or(modified),
            closed_at: record.at("ClosedDate"),
            ours: record.text(OWN_ID),
            modified,
        }))),
        Mirrored::Contacts if record.is("IsPersonAccount") => None,
        Mirrored::Accounts | Mirrored::Contacts | Mirrored::Leads => {
            let is_person = record.is("IsPersonAccount");
            let kind = match of {
                Mirrored::Contacts => PersonKind::Contact,
                Mirrored::Leads => PersonKind::Lead,
                _ if is_person => PersonKind::PersonAccount,
                _ => PersonKind::Account,
            };
            Some(News::Person(Box::new(RemotePerson {
                id,
                kind,
                name: record.text("Name").unwrap_or_default(),
                company: record.text("Company"),
                account: record.id("AccountId"),
                twin: record.id("PersonContactId").filter(|_| is_person),
                email: record.text(if is_person { "PersonEmail" } else { "Email" }),
                phones: read_phones(selection, &record),
                owner: record.user("OwnerId"),
                ours: record.text(OWN_ID),
                modified,
            })))
        }
    }
}

fn read_phones(selection: &Selection, record: &Record<'_>) -> Vec<PhoneText> {
    let said = selection.phones.iter().filter_map(|(name, field)| Some((*field, record.text(name)?)));
    said.map(|(field, raw)| PhoneText { field, raw }).collect()
}

fn fate(of: Mirrored, record: &Record<'_>) -> Option<Fate> {
    if let Some(into) = record.id("MasterRecordId") {
        return Some(Fate::Merged { into });
    }
    if record.is("IsDeleted") {
        return Some(Fate::Deleted);
    }
    (of == Mirrored::Leads && record.is("IsConverted")).then(|| Fate::Converted {
        contact: record.id("ConvertedContactId"),
        account: record.id("ConvertedAccountId"),
    })
}
