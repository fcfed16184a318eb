//! Records are deleted, remembered with the time, and brought back.

use super::data::Data;
use super::ids;
use super::refusal::{Code, Refusal};
use super::rules::locked;
use super::stamp;
use super::write::Writer;
use serde_json::Value;
use std::sync::Arc;

/// What goes with a record: the object and the reference by which it hangs on it.
const CASCADES: [(&str, &str, &str); 5] = [
    ("Account", "Contact", "AccountId"),
    ("Account", "Opportunity", "AccountId"),
    ("Contact", "Task", "WhoId"),
    ("Lead", "Task", "WhoId"),
    ("Case", "Task", "WhatId"),
];
/// What keeps a record from being deleted.
const HOLDS: [(&str, &str, &str); 2] = [("Account", "Case", "AccountId"), ("Contact", "Case", "ContactId")];
/// How long what is deleted can be brought back, in microseconds: fifteen days.
pub(crate) const KEPT: i64 = 15 * 24 * 3600 * 1_000_000;

/// Deletes a record and what hangs on it.
///
/// # Errors
/// It is not there, is held by Cases, or is locked.
pub(crate) fn delete(data: &mut Data, object: &str, id: &str, by: &mut Writer) -> Result<(), Refusal> {
    by.take_lock()?;
    let schema = Arc::clone(&data.schema);
    let object = schema.object(object).filter(|object| object.writable).ok_or_else(Refusal::not_found)?;
    let malformed = || Refusal::of(Code::MalformedId, format!("malformed id {id}"), &["Id"]);
    let id = ids::full(id).ok_or_else(malformed)?;
    let row = data.row(&object.name, &id).ok_or_else(Refusal::not_found)?;
    if row.deleted_at.is_some() {
        return Err(Refusal::of(Code::EntityIsDeleted, "entity is deleted", &[] as &[&str]));
    }
    if data.locked.contains(&id) {
        return Err(locked());
    }
    for (of, holder, reference) in HOLDS {
        if of == object.name {
            let held = hanging(data, holder, reference, &id);
            if !held.is_empty() {
                let message = format!(
                    "Your attempt to delete {} could not be completed because it is associated with the following \
                     cases.: {}",
                    row.text(object.name_field()),
                    held.join(", ")
                );
                return Err(Refusal::of(Code::DeleteFailed, message, &[] as &[&str]));
            }
        }
    }
    let person = row.text("PersonContactId").to_owned();
    remove(data, &object.name, &id, None, by);
    if !person.is_empty() && object.name == "Account" {
        remove(data, "Contact", &person, None, by);
    }
    Ok(())
}

fn hanging(data: &Data, object: &str, reference: &str, on: &str) -> Vec<String> {
    let object = data.schema.object(object);
    let field = object.and_then(|object| Some((object, object.field(reference)?)));
    field.map_or_else(Vec::new, |(object, field)| data.leading_to(object, field, on))
}

/// Takes a record and what hangs on it away. `master` is the record that it was merged into.
pub(crate) fn remove(data: &mut Data, object: &str, id: &str, master: Option<&str>, by: &Writer) {
    if data.row(object, id).is_none_or(|row| row.deleted_at.is_some()) {
        return;
    }
    data.touch(object, id, &by.user, by.now);
    data.change(object, id, |row| {
        row.deleted_at = Some(by.now);
        row.set("IsDeleted", true);
        row.set("MasterRecordId", master.map_or(Value::Null, Value::from));
    });
    for (of, child, reference) in CASCADES {
        if of == object {
            let ids = hanging(data, child, reference, id);
            ids.iter().for_each(|child_id| remove(data, child, child_id, None, by));
        }
    }
    let schema = Arc::clone(&data.schema);
    for (owner, field) in schema.references_to(object) {
        if owner.is_custom() && field.is_custom() {
            for owner_id in data.leading_to(owner, field, id) {
                data.change(&owner.name, &owner_id, |row| row.set(&field.name, Value::Null));
                data.touch(&owner.name, &owner_id, &by.user, by.now);
            }
        }
    }
}

/// Brings a record back from the recycle bin; what was deleted with it stays there.
///
/// # Errors
/// It is not there, or not deleted, or too long ago.
pub(crate) fn undelete(data: &mut Data, id: &str, by: &Writer) -> Result<(), Refusal> {
    let id = ids::full(id).ok_or_else(Refusal::not_found)?;
    let (object, row) = data.any(&id).ok_or_else(Refusal::not_found)?;
    let object = object.name.clone();
    let fresh = row.deleted_at.is_some_and(|at| by.now.0 - at.0 <= KEPT);
    if !fresh || !row.get("MasterRecordId").is_null() {
        return Err(Refusal::new(Code::NotFound, "UNDELETE_FAILED: entity is not in the recycle bin"));
    }
    data.change(&object, &id, |row| {
        row.deleted_at = None;
        row.set("IsDeleted", false);
        row.set("SystemModstamp", stamp::moment(by.now));
        row.changed_at = by.now;
    });
    Ok(())
}
