//! What an org holds from the beginning: itself, its users, what they may choose; and the sample people.

use super::access::Client;
use super::data::Row;
use super::org::Org;
use super::sharing;
use super::stamp;
use super::write::{Desk, Writer};
use crate::people::{cases, people as sample_people};
use domain::case::CaseStatus;
use domain::directory::{Person, PersonKind, PhoneField};
use domain::id::{At, PersonId};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The app that is there from the beginning.
pub(crate) const CLIENT: &str = "bitacora";
/// Its secret. It protects nothing.
const SECRET: &str = "bitacora-secret";
/// Users: the part of the name before the `@`, and the person.
const USERS: [(&str, &str, &str); 5] = [
    ("admin", "Alma", "Reyes"),
    ("integration", "Bitácora", "Integration"),
    ("ana", "Ana", "Ruiz"),
    ("luis", "Luis", "Paz"),
    ("marta", "Marta", "Gil"),
];
/// Statuses of Tasks; whether one is closed.
const TASK_STATUSES: [(&str, bool); 5] = [
    ("Not Started", false),
    ("In Progress", false),
    ("Completed", true),
    ("Waiting on someone else", false),
    ("Deferred", false),
];
/// One Case for so many people.
const PEOPLE_A_CASE: usize = 10;

/// Fills a new org.
pub(crate) fn settle(org: &mut Org, now: At) {
    org.id = put(
        org,
        "Organization",
        &[
            ("Name", json!("Bitácora")),
            ("InstanceName", json!("EMU1")),
            ("IsSandbox", json!(false)),
            ("OrganizationType", json!("Developer Edition")),
            ("DefaultLocaleSidKey", json!("es_ES")),
            ("LanguageLocaleKey", json!("es")),
            ("TimeZoneSidKey", json!("Europe/Madrid")),
            ("CreatedDate", json!(stamp::moment(now))),
            ("SystemModstamp", json!(stamp::moment(now))),
        ],
    );
    let (id, defaults) = (org.id.clone(), sharing::DEFAULTS);
    org.data.change("Organization", &id, |row| {
        defaults.iter().for_each(|(_, field, default)| row.set(field, *default));
    });
    let profile = put(org, "Profile", &[("Name", json!(sharing::ADMINISTRATOR))]);
    put(org, "Profile", &[("Name", json!(sharing::STANDARD))]);
    for (sort, (name, closed)) in TASK_STATUSES.iter().enumerate() {
        put(
            org,
            "TaskStatus",
            &[
                ("MasterLabel", json!(name)),
                ("ApiName", json!(name)),
                ("SortOrder", json!(sort + 1)),
                ("IsDefault", json!(sort == 0)),
                ("IsClosed", json!(closed)),
            ],
        );
    }
    put(
        org,
        "RecordType",
        &[
            ("Name", json!("Person Account")),
            ("DeveloperName", json!("PersonAccount")),
            ("SobjectType", json!("Account")),
            ("IsActive", json!(true)),
            ("IsPersonType", json!(true)),
        ],
    );
    put(
        org,
        "PermissionSet",
        &[("Name", json!("Bitacora_Integration")), ("Label", json!("Bitácora Integration"))],
    );
    for (name, first, last) in USERS {
        let said = object(&[
            ("Username", json!(format!("{name}@emulator.example"))),
            ("FirstName", json!(first)),
            ("LastName", json!(last)),
            ("Email", json!(format!("{name}@emulator.example"))),
            ("Alias", json!(&name[..name.len().min(8)])),
            ("ProfileId", json!(profile)),
        ]);
        let mut by = Writer { user: org.admin.clone(), now, ..Writer::default() };
        let made = Desk { data: &mut org.data, rules: &org.rules }.create("User", &said, &mut by);
        match made {
            Ok(id) if org.admin.is_empty() => org.admin = id,
            _ => {}
        }
    }
    let run_as = org.user_by_name("integration@emulator.example");
    let client = Client { secret: SECRET.to_owned(), run_as, ..Client::default() };
    org.access.clients.insert(CLIENT.to_owned(), client);
}

/// Stores a record that no client can make.
fn put(org: &mut Org, name: &str, fields: &[(&str, Value)]) -> String {
    let schema = Arc::clone(&org.data.schema);
    let Some(kind) = schema.object(name) else {
        return String::new();
    };
    let id = org.data.new_id(kind);
    let mut row = Row::default();
    row.set("Id", id.as_str());
    fields.iter().for_each(|(field, value)| row.set(field, value.clone()));
    org.data.put(&kind.name, row);
    id
}

fn object(fields: &[(&str, Value)]) -> Map<String, Value> {
    let said = fields.iter().filter(|(_, value)| !value.is_null());
    said.map(|(field, value)| ((*field).to_owned(), value.clone())).collect()
}

/// Adds the first `count` people of the sample directory, and some Cases of theirs.
pub(crate) fn people(org: &mut Org, seed: u64, count: usize, now: At) {
    let people = sample_people(seed, count);
    let mut ids: BTreeMap<PersonId, (String, PersonKind)> = BTreeMap::new();
    let mut by = org.writer(now);
    for person in &people {
        let account = person.account.and_then(|account| ids.get(&account)).map(|(id, _)| id.clone());
        let (object, said) = record(person, account);
        // What is too long for a field there stays away, as it would in life.
        if let Ok(id) = (Desk { data: &mut org.data, rules: &org.rules }).create(object, &said, &mut by) {
            ids.insert(person.id, (id, person.kind));
        }
    }
    for case in cases(seed, &people, count / PEOPLE_A_CASE, now) {
        let owner = case.contact.or(case.account).and_then(|id| ids.get(&id));
        let mut said = object(&[
            ("Subject", json!(case.subject)),
            ("Origin", json!("Phone")),
            ("Status", json!(if case.status == CaseStatus::Closed { "Closed" } else { "New" })),
        ]);
        match owner {
            Some((id, PersonKind::Contact)) => drop(said.insert("ContactId".into(), json!(id))),
            Some((id, PersonKind::Account)) => drop(said.insert("AccountId".into(), json!(id))),
            Some((id, PersonKind::PersonAccount)) => {
                let contact = org.data.row("Account", id).map(|row| row.get("PersonContactId").clone());
                said.insert("ContactId".into(), contact.unwrap_or_default());
            }
            _ => continue,
        }
        // A Case that is not taken is one fewer.
        let _ = Desk { data: &mut org.data, rules: &org.rules }.create("Case", &said, &mut by);
    }
}

/// The object that a person is in Salesforce, and what its record says.
fn record(person: &Person, account: Option<String>) -> (&'static str, Map<String, Value>) {
    let (first, last) = person.name.split_once(' ').unwrap_or(("", &person.name));
    let email = json!(person.email);
    let (object_name, mut said) = match person.kind {
        PersonKind::Account => ("Account", object(&[("Name", json!(person.name))])),
        PersonKind::PersonAccount => (
            "Account",
            object(&[("FirstName", json!(first)), ("LastName", json!(last)), ("PersonEmail", email)]),
        ),
        PersonKind::Contact => {
            let account = account.map_or(Value::Null, Value::String);
            let names = [("FirstName", json!(first)), ("LastName", json!(last)), ("Email", email)];
            let mut said = object(&names);
            if !account.is_null() {
                said.insert("AccountId".into(), account);
            }
            ("Contact", said)
        }
        PersonKind::Lead => {
            let company = person.company.clone().unwrap_or_else(|| person.name.clone());
            let names = [("FirstName", json!(first)), ("LastName", json!(last)), ("Email", email)];
            let mut said = object(&names);
            said.insert("Company".into(), json!(company));
            ("Lead", said)
        }
    };
    for phone in &person.phones {
        said.insert(phone_field(person.kind, phone.field).into(), json!(phone.raw));
    }
    (object_name, said)
}

fn phone_field(kind: PersonKind, field: PhoneField) -> &'static str {
    match (kind, field) {
        (PersonKind::PersonAccount, PhoneField::Mobile) => "PersonMobilePhone",
        (PersonKind::PersonAccount, PhoneField::Home) => "PersonHomePhone",
        (PersonKind::PersonAccount, PhoneField::Other) => "PersonOtherPhone",
        (PersonKind::Contact | PersonKind::Lead, PhoneField::Mobile) => "MobilePhone",
        (PersonKind::Contact, PhoneField::Home) => "HomePhone",
        (PersonKind::Contact, PhoneField::Other) => "OtherPhone",
        (PersonKind::Account | PersonKind::Lead, PhoneField::Other) => "Fax",
        _ => "Phone",
    }
}
