//! What an org fills in by itself: names, what is closed, whose Account a Task is of, and the two halves of a Person Account.

use super::data::{Data, Row};
use super::refusal::{Code, Refusal};
use super::schema::{FieldKind, ObjectType};
use super::stamp;
use super::write::Writer;
use serde_json::{Value, json};

/// Fields of a Person Account, and where its Contact has them.
const PERSON_FIELDS: [(&str, &str); 12] = [
    ("FirstName", "FirstName"),
    ("LastName", "LastName"),
    ("Salutation", "Salutation"),
    ("Phone", "Phone"),
    ("Fax", "Fax"),
    ("PersonMobilePhone", "MobilePhone"),
    ("PersonHomePhone", "HomePhone"),
    ("PersonOtherPhone", "OtherPhone"),
    ("PersonAssistantPhone", "AssistantPhone"),
    ("PersonEmail", "Email"),
    ("PersonTitle", "Title"),
    ("OwnerId", "OwnerId"),
];

/// What follows from what a record says, before it is looked at whether it may be written.
///
/// # Errors
/// An Account is half a person.
pub(crate) fn prepare(data: &Data, object: &ObjectType, row: &mut Row) -> Result<(), Refusal> {
    match object.name.as_str() {
        "Contact" | "Lead" | "User" => row.set("Name", full_name(row)),
        "Account" => account(data, row)?,
        "Task" => task(data, row),
        "Case" => case(data, row),
        "Opportunity" => {
            row.set("IsClosed", row.text("StageName").starts_with("Closed"));
            row.set("IsWon", row.text("StageName") == "Closed Won");
        }
        _ => {}
    }
    Ok(())
}

fn full_name(row: &Row) -> Value {
    let name = [row.text("FirstName"), row.text("LastName")].join(" ");
    json!(name.trim())
}

fn account(data: &Data, row: &mut Row) -> Result<(), Refusal> {
    let by_type =
        data.row("RecordType", row.text("RecordTypeId")).is_some_and(|kind| kind.is("IsPersonType"));
    let is_person = row.is("IsPersonAccount") || by_type || !row.get("LastName").is_null();
    row.set("IsPersonAccount", is_person);
    if !is_person && row.get("Name").is_null() {
        let message = "Required fields are missing: [Name]";
        return Err(Refusal::of(Code::RequiredFieldMissing, message, &["Name"]));
    }
    if !is_person {
        let person = row.fields.keys().find(|field| field.starts_with("Person") || *field == "FirstName");
        return match person.filter(|field| *field != "PersonContactId") {
            None => Ok(()),
            Some(field) => {
                let message =
                    format!("Unable to create/update fields: {field}. Business accounts have no such field.");
                Err(Refusal::of(Code::InvalidFieldForWrite, message, &[field]))
            }
        };
    }
    if row.get("LastName").is_null() {
        let message = "Required fields are missing: [LastName]";
        return Err(Refusal::of(Code::RequiredFieldMissing, message, &["LastName"]));
    }
    let written = row.text("Name").to_owned();
    let name = full_name(row);
    if !written.is_empty() && name != json!(written) && row.get("Id").is_null() {
        let message = "Unable to create/update fields: Name. It is made of the names of the person.";
        return Err(Refusal::of(Code::InvalidFieldForWrite, message, &["Name"]));
    }
    row.set("Name", name);
    if row.get("RecordTypeId").is_null() {
        let kind = data.living("RecordType").find(|kind| kind.is("IsPersonType"));
        row.set("RecordTypeId", kind.map_or(Value::Null, |kind| json!(kind.id())));
    }
    Ok(())
}

fn task(data: &Data, row: &mut Row) {
    let who = data.any(row.text("WhoId")).map(|(_, who)| who.text("AccountId").to_owned());
    let what = data.any(row.text("WhatId")).map(|(object, what)| match object.name.as_str() {
        "Account" => what.id().to_owned(),
        _ => what.text("AccountId").to_owned(),
    });
    let account = what.filter(|id| !id.is_empty()).or(who).filter(|id| !id.is_empty());
    row.set("AccountId", account.map_or(Value::Null, Value::String));
    let status = row.text("Status");
    let closed =
        data.living("TaskStatus").any(|known| known.is("IsClosed") && known.text("ApiName") == status);
    row.set("IsClosed", closed);
    row.set("IsHighPriority", row.text("Priority") == "High");
    row.set("WhoCount", i64::from(!row.get("WhoId").is_null()));
    row.set("WhatCount", i64::from(!row.get("WhatId").is_null()));
}

fn case(data: &Data, row: &mut Row) {
    row.set("IsClosed", row.text("Status") == "Closed");
    if row.get("AccountId").is_null() {
        let account =
            data.row("Contact", row.text("ContactId")).map(|contact| contact.get("AccountId").clone());
        row.set("AccountId", account.unwrap_or_default());
    }
}

/// What follows once a record is written: numbers that count up, times of closing, the other half of a person.
pub(crate) fn settle(data: &mut Data, object: &ObjectType, id: &str, by: &Writer) {
    let count = data.made(object);
    let Some(row) = data.row(&object.name, id) else {
        return;
    };
    match object.name.as_str() {
        "Case" if row.get("CaseNumber").is_null() => {
            data.change("Case", id, |row| row.set("CaseNumber", format!("{:08}", 1000 + count)));
        }
        "Account" if row.is("IsPersonAccount") => person(data, id, by),
        name if object.is_custom() && row.get("Name").is_null() => {
            let letters: String = name.chars().filter(char::is_ascii_uppercase).collect();
            data.change(name, id, |row| row.set("Name", format!("{letters}-{count:06}")));
        }
        _ => {}
    }
    let closing = match object.name.as_str() {
        "Case" => "ClosedDate",
        "Task" => "CompletedDateTime",
        _ => return,
    };
    data.change(&object.name, id, |row| match row.is("IsClosed") {
        true if row.get(closing).is_null() => row.set(closing, stamp::moment(by.now)),
        true => {}
        false => row.set(closing, Value::Null),
    });
}

/// Makes or changes the Contact that a Person Account also is.
fn person(data: &mut Data, id: &str, by: &Writer) {
    let Some(account) = data.row("Account", id).cloned() else {
        return;
    };
    let schema = std::sync::Arc::clone(&data.schema);
    let Some(contact_type) = schema.object("Contact") else {
        return;
    };
    let known = account.text("PersonContactId").to_owned();
    let mut contact = data.row("Contact", &known).cloned().unwrap_or_default();
    if contact.id().is_empty() {
        contact.set("Id", data.new_id(contact_type));
        contact.set("CreatedDate", stamp::moment(by.now));
        contact.set("CreatedById", by.user.as_str());
        contact.set("AccountId", id);
        contact.set("IsPersonAccount", true);
        let booleans = contact_type.fields.iter().filter(|field| field.kind == FieldKind::Boolean);
        booleans
            .filter(|field| field.name != "IsPersonAccount")
            .for_each(|field| contact.set(&field.name, false));
    }
    for (here, there) in PERSON_FIELDS {
        contact.set(there, account.get(here).clone());
    }
    contact.set("Name", account.get("Name").clone());
    let contact_id = contact.id().to_owned();
    data.put("Contact", contact);
    data.touch("Contact", &contact_id, &by.user, by.now);
    data.change("Account", id, |account| account.set("PersonContactId", contact_id));
}
