//! What people do in the org while calls are logged: they merge records and convert Leads.

use super::data::Data;
use super::delete;
use super::derive;
use super::ids;
use super::refusal::{Code, Refusal};
use super::stamp;
use super::write::{Desk, Writer};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Most records that one merge takes in, besides the one that stays.
const MAX_MERGED: usize = 2;

/// Merges records of one object into `master`: what hung on them hangs on it, and they are deleted.
///
/// # Errors
/// One of them is not there, or they are too many or of several objects.
pub(crate) fn merge(
    data: &mut Data,
    master: &str,
    losers: &[String],
    by: &mut Writer,
) -> Result<(), Refusal> {
    by.take_lock()?;
    let master = ids::full(master).ok_or_else(Refusal::not_found)?;
    let object = data.schema.of_id(&master).ok_or_else(Refusal::not_found)?.name.clone();
    if !["Contact", "Lead", "Account", "Case"].contains(&object.as_str()) || losers.len() > MAX_MERGED {
        return Err(Refusal::new(Code::InvalidType, "such records cannot be merged"));
    }
    let losers: Vec<String> = losers.iter().filter_map(|id| ids::full(id)).collect();
    for id in losers.iter().chain([&master]) {
        let row = data.row(&object, id).ok_or_else(Refusal::not_found)?;
        if row.deleted_at.is_some() || (losers.contains(id) && *id == master) {
            return Err(Refusal::of(Code::EntityIsDeleted, "entity is deleted", &[] as &[&str]));
        }
    }
    for loser in &losers {
        hang_on(data, &object, loser, &master, by);
        delete::remove(data, &object, loser, Some(&master), by);
    }
    data.touch(&object, &master, &by.user, by.now);
    Ok(())
}

/// What leads to `from` leads to `to`.
fn hang_on(data: &mut Data, object: &str, from: &str, to: &str, by: &Writer) {
    let schema = Arc::clone(&data.schema);
    for (owner, field) in schema.references_to(object).filter(|(_, field)| field.name != "MasterRecordId") {
        for id in data.leading_to(owner, field, from) {
            data.change(&owner.name, &id, |row| row.set(&field.name, to));
            data.touch(&owner.name, &id, &by.user, by.now);
        }
    }
}

/// Which records a converted Lead became.
pub(crate) struct Converted {
    pub(crate) account: String,
    /// The Contact; that of the Person Account where there was no company to become an Account.
    pub(crate) contact: String,
}

/// Converts a Lead into an Account and a Contact: those that are named, or new ones.
///
/// # Errors
/// It is not there or was converted before, or a record that is named is not there.
pub(crate) fn convert(
    desk: &mut Desk<'_>,
    lead: &str,
    account: Option<&str>,
    contact: Option<&str>,
    by: &mut Writer,
) -> Result<Converted, Refusal> {
    let schema = Arc::clone(&desk.data.schema);
    let kind = schema.object("Lead").ok_or_else(Refusal::not_found)?;
    let row = desk.living(kind, lead)?.clone();
    if row.is("IsConverted") {
        return Err(Refusal::of(Code::ConvertedLead, "cannot reference converted lead", &[] as &[&str]));
    }
    let account = match account {
        Some(id) => ids::full(id).ok_or_else(Refusal::not_found)?,
        None => {
            desk.create("Account", &said(&[("Name", row.get("Company")), ("Phone", row.get("Phone"))]), by)?
        }
    };
    let contact = match contact {
        Some(id) => ids::full(id).ok_or_else(Refusal::not_found)?,
        None => {
            let taken =
                ["FirstName", "LastName", "Salutation", "Title", "Phone", "MobilePhone", "Fax", "Email"];
            let mut fields = said(&taken.map(|field| (field, row.get(field))));
            fields.insert("AccountId".into(), json!(account));
            fields.insert("OwnerId".into(), row.get("OwnerId").clone());
            desk.create("Contact", &fields, by)?
        }
    };
    settle(desk.data, row.id(), &account, &contact, by);
    Ok(Converted { account, contact })
}

fn said(fields: &[(&str, &Value)]) -> Map<String, Value> {
    fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).clone())).collect()
}

/// The Lead says what became of it, and its Tasks are those of the Contact.
fn settle(data: &mut Data, lead: &str, account: &str, contact: &str, by: &Writer) {
    data.change("Lead", lead, |row| {
        row.set("IsConverted", true);
        row.set("Status", "Closed - Converted");
        row.set("ConvertedAccountId", account);
        row.set("ConvertedContactId", contact);
        row.set("ConvertedDate", stamp::day(by.now));
    });
    data.touch("Lead", lead, &by.user, by.now);
    let tasks = data.living("Task").filter(|task| task.text("WhoId") == lead);
    let tasks: Vec<String> = tasks.map(|task| task.id().to_owned()).collect();
    let schema = Arc::clone(&data.schema);
    for id in tasks {
        let Some(mut task) = data.row("Task", &id).cloned() else {
            continue;
        };
        task.set("WhoId", contact);
        if let Some(object) = schema.object("Task") {
            // A Task that was written once is not refused for its new Contact.
            let _ = derive::prepare(data, object, &mut task);
        }
        data.put("Task", task);
        data.touch("Task", &id, &by.user, by.now);
    }
}
