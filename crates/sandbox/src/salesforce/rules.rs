//! What an org refuses beside what its fields refuse: what is unique, what rules of the admins forbid, what somebody else holds.

use super::data::{Data, Row};
use super::refusal::{Code, Refusal};
use super::schema::{Field, ObjectType};
use super::write::{Writer, find};
use serde_json::{Value, json};

/// A rule that an admin wrote: a record of this object is refused while `field` is so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Validation {
    pub(crate) object: String,
    /// The field that it looks at.
    pub(crate) field: String,
    /// What it must not hold; null: it must not be empty.
    pub(crate) forbidden: Value,
    /// What the admin wrote for whom it stops.
    pub(crate) message: String,
    /// Beside which field that is shown; empty: at the top of the page, and no field is named.
    pub(crate) at: String,
}

/// What a duplicate rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DuplicateAction {
    /// It refuses, whatever was asked.
    Block,
    /// It refuses unless saving was asked for.
    Alert,
}

/// Two records of an object are one where these fields are equal and not empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DuplicateRule {
    pub(crate) object: String,
    pub(crate) fields: Vec<String>,
    pub(crate) action: DuplicateAction,
}

/// The rules that are switched on. None are in a new org.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules {
    pub(crate) validations: Vec<Validation>,
    pub(crate) duplicates: Vec<DuplicateRule>,
}

/// The row is held by somebody else.
pub(crate) fn locked() -> Refusal {
    let message = "unable to obtain exclusive access to this record or 1 records";
    Refusal::of(Code::UnableToLockRow, message, &[] as &[&str])
}

/// No record, or no field, is found by this external id.
pub(crate) fn no_external_id(value: &str) -> Refusal {
    let message = format!("Provided external ID field does not exist or is not accessible: {value}");
    Refusal::new(Code::NotFound, message)
}

/// Looks whether a record may be written as it is now.
///
/// # Errors
/// The first rule that refuses it.
pub(crate) fn check(
    data: &Data,
    rules: &Rules,
    object: &ObjectType,
    row: &Row,
    before: Option<&Row>,
    by: &Writer,
) -> Result<(), Refusal> {
    held(data, object, row, before)?;
    if object.name == "Task" {
        task(data, row)?;
    }
    for validation in rules.validations.iter().filter(|rule| rule.object.eq_ignore_ascii_case(&object.name)) {
        let field = object.field(&validation.field).map(|field| field.name.as_str()).unwrap_or_default();
        if *row.get(field) == validation.forbidden {
            let at: Vec<&str> = [validation.at.as_str()].into_iter().filter(|at| !at.is_empty()).collect();
            return Err(Refusal::of(Code::ValidationRule, validation.message.clone(), &at));
        }
    }
    for field in object.fields.iter().filter(|field| field.unique) {
        unique(data, object, field, row)?;
    }
    for rule in rules.duplicates.iter().filter(|rule| rule.object.eq_ignore_ascii_case(&object.name)) {
        let is_saved = by.allow_save && rule.action == DuplicateAction::Alert;
        let found = same(data, object, rule, row);
        if !found.is_empty() && !is_saved && (before.is_none() || changes(rule, row, before)) {
            return Err(duplicates(object, rule, &found, by));
        }
    }
    Ok(())
}

/// A record, or what it hangs on, is locked. Who writes a Task holds its Account, Who and What, unless it is done already.
fn held(data: &Data, object: &ObjectType, row: &Row, before: Option<&Row>) -> Result<(), Refusal> {
    if data.locked.is_empty() {
        return Ok(());
    }
    let mut needed = vec![row.id()];
    let done_task = object.name == "Task" && before.is_none() && row.text("Status") == "Completed";
    if !done_task {
        needed.extend(["AccountId", "WhoId", "WhatId", "ContactId"].iter().map(|field| row.text(field)));
    }
    match needed.into_iter().any(|id| data.locked.contains(id)) {
        true => Err(locked()),
        false => Ok(()),
    }
}

/// A Lead has no other records than itself: a Task of a Lead is about nothing else.
fn task(data: &Data, row: &Row) -> Result<(), Refusal> {
    let is_lead = data.schema.of_id(row.text("WhoId")).is_some_and(|object| object.name == "Lead");
    if is_lead && !row.get("WhatId").is_null() {
        let message = "cannot specify a related to (WhatId) for a task whose name (WhoId) is a lead";
        return Err(Refusal::of(Code::FieldIntegrity, message, &["WhatId", "WhoId"]));
    }
    Ok(())
}

fn unique(data: &Data, object: &ObjectType, field: &Field, row: &Row) -> Result<(), Refusal> {
    let value = match row.get(&field.name) {
        Value::String(text) => text.clone(),
        Value::Null => return Ok(()),
        other => other.to_string(),
    };
    let others = find(data, object, field, &value).into_iter().find(|id| id != row.id());
    match others {
        None => Ok(()),
        Some(id) => {
            let message =
                format!("duplicate value found: {} duplicates value on record with id: {id}", field.name);
            Err(Refusal::of(Code::DuplicateValue, message, &[] as &[&str]))
        }
    }
}

fn changes(rule: &DuplicateRule, row: &Row, before: Option<&Row>) -> bool {
    before.is_some_and(|before| rule.fields.iter().any(|field| before.get(field) != row.get(field)))
}

/// Records that a rule takes for the same as `row`.
fn same<'a>(data: &'a Data, object: &'a ObjectType, rule: &'a DuplicateRule, row: &'a Row) -> Vec<&'a Row> {
    let agree = |other: &&Row| {
        other.id() != row.id()
            && rule.fields.iter().all(|field| {
                let (one, two) = (row.text(field), other.text(field));
                !one.is_empty() && one.to_lowercase() == two.to_lowercase()
            })
    };
    data.living(&object.name).filter(agree).collect()
}

fn duplicates(object: &ObjectType, rule: &DuplicateRule, found: &[&Row], by: &Writer) -> Refusal {
    let matches: Vec<Value> = found
        .iter()
        .map(|row| {
            let mut record = json!({ "attributes": {
                "type": object.name,
                "url": format!("/services/data/v66.0/sobjects/{}/{}", object.name, row.id()),
            }, "Id": row.id() });
            if by.record_details {
                record["Name"] = row.get(object.name_field()).clone();
            }
            json!({ "additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record })
        })
        .collect();
    let name = format!("Standard_{}_Duplicate_Rule", object.name);
    let message = "Use one of these records?";
    let mut refusal = Refusal::new(Code::DuplicatesDetected, message);
    refusal.duplicates = Some(json!({
        "allowSave": rule.action == DuplicateAction::Alert,
        "duplicateRule": name,
        "duplicateRuleEntityType": object.name,
        "errorMessage": message,
        "matchResults": [{
            "entityType": object.name,
            "errors": [],
            "matchEngine": "FuzzyMatchEngine",
            "matchRecords": matches,
            "rule": format!("Standard_{}_Match_Rule_v1_1", object.name),
            "size": found.len(),
            "success": true,
        }],
    }));
    refusal
}
