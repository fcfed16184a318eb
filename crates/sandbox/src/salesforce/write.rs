//! Records are made and changed: one way for REST, collections, composite, bulk and the control routes.

use super::data::{Data, Fields, Row};
use super::derive;
use super::ids;
use super::refusal::{Code, Refusal};
use super::rules::{self, Rules};
use super::schema::{Field, FieldKind, ObjectType, Writable};
use super::{stamp, values};
use domain::id::At;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Who writes, when, and what they asked for beside it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    pub(crate) user: String,
    pub(crate) now: At,
    /// Whether what a duplicate rule only warns of is saved.
    pub(crate) allow_save: bool,
    /// Whether a refusal of a duplicate rule shows the records it found.
    pub(crate) record_details: bool,
    /// Whether the next row to be written is locked by somebody else; a fault.
    pub(crate) lock: bool,
}

impl Writer {
    /// Refuses once where a fault says so.
    pub(crate) fn take_lock(&mut self) -> Result<(), Refusal> {
        match std::mem::take(&mut self.lock) {
            true => Err(rules::locked()),
            false => Ok(()),
        }
    }
}

/// What an upsert did, or what it found.
pub(crate) enum Upserted {
    Created(String),
    Updated(String),
    /// Several records have that value.
    Several(Vec<String>),
}

/// Where records are written, and what is looked after meanwhile.
pub(crate) struct Desk<'a> {
    pub(crate) data: &'a mut Data,
    pub(crate) rules: &'a Rules,
}

impl Desk<'_> {
    /// Makes a record; answers its id.
    ///
    /// # Errors
    /// Why it was not made; nothing of it is left.
    pub(crate) fn create(
        &mut self,
        object: &str,
        said: &Map<String, Value>,
        by: &mut Writer,
    ) -> Result<String, Refusal> {
        let schema = Arc::clone(&self.data.schema);
        let object = schema.object(object).filter(|object| object.writable).ok_or_else(Refusal::not_found)?;
        by.take_lock()?;
        let mut row = Row { fields: self.fields(object, said, false)?, ..Row::default() };
        derive::prepare(self.data, object, &mut row)?;
        for field in &object.fields {
            if let Some(default) = field.default.as_deref().filter(|_| !row.fields.contains_key(&field.name))
            {
                let kept = match field.kind {
                    FieldKind::Boolean => json!(default == "true"),
                    FieldKind::Id => continue,
                    _ => json!(default),
                };
                row.set(&field.name, kept);
            }
        }
        if object.field("OwnerId").is_some() && row.get("OwnerId").is_null() {
            row.set("OwnerId", by.user.as_str());
        }
        let missing: Vec<&str> =
            object.fields.iter().filter(|field| is_missing(field, &row)).map(name).collect();
        if !missing.is_empty() {
            let message = format!("Required fields are missing: [{}]", missing.join(", "));
            return Err(Refusal::of(Code::RequiredFieldMissing, message, &missing));
        }
        rules::check(self.data, self.rules, object, &row, None, by)?;
        let id = self.data.new_id(object);
        row.set("Id", id.as_str());
        for (field, value) in [("CreatedDate", stamp::moment(by.now)), ("CreatedById", by.user.clone())] {
            row.set(field, value);
        }
        self.data.put(&object.name, row);
        self.data.touch(&object.name, &id, &by.user, by.now);
        derive::settle(self.data, object, &id, by);
        Ok(id)
    }

    /// Changes a record.
    ///
    /// # Errors
    /// Why it was not changed; it is as it was.
    pub(crate) fn update(
        &mut self,
        object: &str,
        id: &str,
        said: &Map<String, Value>,
        by: &mut Writer,
    ) -> Result<(), Refusal> {
        let schema = Arc::clone(&self.data.schema);
        let object = schema.object(object).filter(|object| object.writable).ok_or_else(Refusal::not_found)?;
        by.take_lock()?;
        let before = self.living(object, id)?.clone();
        if object.name == "Lead" && before.is("IsConverted") {
            return Err(Refusal::of(Code::ConvertedLead, "cannot reference converted lead", &[] as &[&str]));
        }
        let mut row = before.clone();
        for (field, value) in self.fields(object, said, true)? {
            row.set(&field, value);
        }
        derive::prepare(self.data, object, &mut row)?;
        let emptied: Vec<&str> =
            object.fields.iter().filter(|field| is_missing(field, &row)).map(name).collect();
        if !emptied.is_empty() {
            let message = format!("Required fields are missing: [{}]", emptied.join(", "));
            return Err(Refusal::of(Code::RequiredFieldMissing, message, &emptied));
        }
        rules::check(self.data, self.rules, object, &row, Some(&before), by)?;
        let id = row.id().to_owned();
        self.data.put(&object.name, row);
        self.data.touch(&object.name, &id, &by.user, by.now);
        derive::settle(self.data, object, &id, by);
        Ok(())
    }

    /// Changes the record that has `value` in `field`, or makes it.
    ///
    /// # Errors
    /// Why nothing was written.
    pub(crate) fn upsert(
        &mut self,
        object: &str,
        field: &str,
        value: &str,
        said: &Map<String, Value>,
        by: &mut Writer,
    ) -> Result<Upserted, Refusal> {
        let schema = Arc::clone(&self.data.schema);
        let object = schema.object(object).filter(|object| object.writable).ok_or_else(Refusal::not_found)?;
        let field = object.field(field).filter(|field| field.finds_records());
        let field = field.ok_or_else(|| rules::no_external_id(value))?;
        if let Some(twice) = said.keys().find(|key| key.eq_ignore_ascii_case(&field.name)) {
            let message = format!("The {twice} field should not be specified in the sobject data.");
            return Err(Refusal::new(Code::InvalidField, message));
        }
        let mut found = find(self.data, object, field, value);
        match (found.len(), field.kind) {
            (0, FieldKind::Id) => {
                Err(Refusal::of(Code::InvalidCrossReference, "invalid cross reference id", &[] as &[&str]))
            }
            (0, _) => {
                let mut said = said.clone();
                said.insert(field.name.clone(), json!(value));
                self.create(&object.name, &said, by).map(Upserted::Created)
            }
            (1, _) => {
                let id = found.remove(0);
                self.update(&object.name, &id, said, by).map(|()| Upserted::Updated(id))
            }
            _ => Ok(Upserted::Several(found)),
        }
    }

    /// A record that is not deleted, by an id of any spelling.
    pub(crate) fn living(&self, object: &ObjectType, id: &str) -> Result<&Row, Refusal> {
        let malformed = || Refusal::of(Code::MalformedId, format!("malformed id {id}"), &["Id"]);
        let row = self.data.row(&object.name, &ids::full(id).ok_or_else(malformed)?);
        match row {
            None => Err(Refusal::not_found()),
            Some(row) if row.deleted_at.is_some() => {
                Err(Refusal::of(Code::EntityIsDeleted, "entity is deleted", &[] as &[&str]))
            }
            Some(row) => Ok(row),
        }
    }

    /// What is kept of the fields that a request says. Emptied ones are null.
    fn fields(
        &self,
        object: &ObjectType,
        said: &Map<String, Value>,
        is_update: bool,
    ) -> Result<Fields, Refusal> {
        let mut fields = Fields::new();
        for (key, value) in said.iter().filter(|(key, _)| *key != "attributes") {
            if is_update && key.eq_ignore_ascii_case("Id") {
                continue;
            }
            if let (Some(field), Value::Object(named)) = (object.relationship(key), value) {
                fields.insert(field.name.clone(), json!(self.named(field, named)?));
                continue;
            }
            let field = object.field(key).ok_or_else(|| {
                let message = format!("No such column '{key}' on sobject of type {}", object.name);
                Refusal::new(Code::InvalidField, message)
            })?;
            let writable = match field.writable {
                Writable::Always => true,
                Writable::Once => !is_update,
                Writable::Never => false,
            };
            if !writable {
                let message = format!(
                    "Unable to create/update fields: {}. Please check the security settings of this field and \
                     verify that it is read/write for your profile or permission set.",
                    field.name
                );
                return Err(Refusal::of(Code::InvalidFieldForWrite, message, &[&field.name]));
            }
            fields.insert(field.name.clone(), values::keep(self.data, field, value)?);
        }
        Ok(fields)
    }

    /// The id of the record that a reference names by an external id: `"Account": {"Ext__c": "7"}`.
    fn named(&self, field: &Field, named: &Map<String, Value>) -> Result<String, Refusal> {
        let (key, value) =
            named.iter().find(|(key, _)| *key != "attributes").ok_or_else(Refusal::not_found)?;
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for object in &field.refers_to {
            let object = self.data.schema.object(object).ok_or_else(Refusal::not_found)?;
            if let Some(by) = object.field(key).filter(|by| by.finds_records())
                && let [found] = find(self.data, object, by, &value).as_slice()
            {
                return Ok(found.clone());
            }
        }
        let message = format!("Foreign key external ID: {value} not found for field {key} in entity {}", {
            field.refers_to.first().map(String::as_str).unwrap_or_default()
        });
        Err(Refusal::of(Code::InvalidField, message, &[] as &[&str]))
    }
}

fn name(field: &Field) -> &str {
    &field.name
}

/// Whether a field that must be written is empty. What the org itself fills is not asked for.
fn is_missing(field: &Field, row: &Row) -> bool {
    field.required && field.writable != Writable::Never && row.get(&field.name).is_null()
}

/// The living records that have `value` in `field`.
pub(crate) fn find(data: &Data, object: &ObjectType, field: &Field, value: &str) -> Vec<String> {
    let as_id = (field.kind == FieldKind::Id).then(|| ids::full(value)).flatten();
    let is_it = |row: &&Row| match (&as_id, row.get(&field.name)) {
        (Some(id), kept) => kept == id,
        (None, Value::String(kept)) if field.case_sensitive => kept == value,
        (None, Value::String(kept)) => kept.to_lowercase() == value.to_lowercase(),
        (None, Value::Number(kept)) => kept.as_f64() == value.parse().ok(),
        _ => false,
    };
    let near: Box<dyn Iterator<Item = &Row>> = match &as_id {
        Some(id) => Box::new(data.row(&object.name, id).into_iter()),
        None => data.near(object, field, value),
    };
    near.filter(|row| row.deleted_at.is_none()).filter(is_it).map(|row| row.id().to_owned()).collect()
}
