//! The records of an org. Cloning it is cheap, because a record is shared until it is changed: that is how everything a request
//! did is taken back.

use super::ids;
use super::schema::{FieldKind, ObjectType, Schema};
use super::stamp;
use domain::id::At;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the fields of a record hold; one that is not there is null.
pub(crate) type Fields = BTreeMap<String, Value>;

/// A record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) fields: Fields,
    /// When it was changed last, or deleted.
    pub(crate) changed_at: At,
    pub(crate) deleted_at: Option<At>,
}

impl Row {
    /// What a field holds.
    pub(crate) fn get(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }

    /// What a field says; empty where it says nothing.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.get(field).as_str().unwrap_or_default()
    }

    /// Whether a field says true.
    pub(crate) fn is(&self, field: &str) -> bool {
        self.get(field) == &Value::Bool(true)
    }

    /// Puts something into a field; null empties it.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        match value.into() {
            Value::Null => self.fields.remove(field),
            value => self.fields.insert(field.to_owned(), value),
        };
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        self.text("Id")
    }
}

/// The records of an object, by their ids.
pub(crate) type Table = BTreeMap<String, Arc<Row>>;

/// All that a request can change and a failed one leaves as it was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Data {
    pub(crate) schema: Arc<Schema>,
    tables: BTreeMap<String, Table>,
    /// How many ids were given out, by prefix.
    given: BTreeMap<String, u64>,
    /// Three characters that tell this org's ids from another's.
    instance: String,
    /// Records whose row is locked by somebody else.
    pub(crate) locked: BTreeSet<String>,
    /// Who may not read which record.
    pub(crate) hidden: BTreeSet<(String, String)>,
}

impl Data {
    /// An org without any record.
    pub(crate) fn new(instance: String) -> Data {
        Data {
            schema: Arc::new(Schema::new()),
            tables: BTreeMap::new(),
            given: BTreeMap::new(),
            instance,
            locked: BTreeSet::new(),
            hidden: BTreeSet::new(),
        }
    }

    /// An id that was never given out.
    pub(crate) fn new_id(&mut self, object: &ObjectType) -> String {
        let count = self.given.entry(object.prefix.clone()).or_default();
        *count += 1;
        ids::nth(&object.prefix, &self.instance, *count)
    }

    /// How many records of an object were ever made.
    pub(crate) fn made(&self, object: &ObjectType) -> u64 {
        self.given.get(&object.prefix).copied().unwrap_or_default()
    }

    /// The records of an object, deleted ones too.
    pub(crate) fn rows(&self, object: &str) -> impl Iterator<Item = &Row> {
        self.tables.get(object).into_iter().flat_map(|table| table.values().map(Arc::as_ref))
    }

    /// The records of an object that are not deleted.
    pub(crate) fn living(&self, object: &str) -> impl Iterator<Item = &Row> {
        self.rows(object).filter(|row| row.deleted_at.is_none())
    }

    /// A record, deleted or not, by its id in 18 characters.
    pub(crate) fn row(&self, object: &str, id: &str) -> Option<&Row> {
        self.tables.get(object)?.get(id).map(Arc::as_ref)
    }

    /// A record to change.
    pub(crate) fn row_mut(&mut self, object: &str, id: &str) -> Option<&mut Row> {
        self.tables.get_mut(object)?.get_mut(id).map(Arc::make_mut)
    }

    /// The record that an id leads to, whatever it is of.
    pub(crate) fn any(&self, id: &str) -> Option<(&ObjectType, &Row)> {
        let object = self.schema.of_id(id)?;
        Some((object, self.row(&object.name, id)?))
    }

    /// Stores a record under its id.
    pub(crate) fn put(&mut self, object: &str, row: Row) {
        let id = row.id().to_owned();
        self.tables.entry(object.to_owned()).or_default().insert(id, Arc::new(row));
    }

    /// Notes that a record was changed now, by whom.
    pub(crate) fn touch(&mut self, object: &str, id: &str, by: &str, now: At) {
        if let Some(row) = self.row_mut(object, id) {
            row.set("LastModifiedDate", stamp::moment(now));
            row.set("SystemModstamp", stamp::moment(now));
            row.set("LastModifiedById", by);
            row.changed_at = now;
        }
    }

    /// What a field of a record holds when it is read; what is computed is computed now.
    pub(crate) fn read(&self, object: &ObjectType, row: &Row, field: &str) -> Value {
        let Some(field) = object.field(field) else {
            return Value::Null;
        };
        if field.computed {
            return self.compute(row, &field.name);
        }
        match row.fields.get(&field.name) {
            Some(value) => value.clone(),
            None if field.kind == FieldKind::Boolean => json!(false),
            None => Value::Null,
        }
    }

    /// The numbers and the address of a Case are those of its Contact.
    fn compute(&self, row: &Row, field: &str) -> Value {
        let of_contact = match field {
            "ContactPhone" => "Phone",
            "ContactMobile" => "MobilePhone",
            "ContactFax" => "Fax",
            _ => "Email",
        };
        let contact = self.row("Contact", row.text("ContactId"));
        contact.map_or(Value::Null, |contact| contact.get(of_contact).clone())
    }
}
