//! The records of an org, and the notes by which everything that a request did is taken back: what each record was before.

use super::ids;
use super::schema::{Field, FieldKind, ObjectType, Schema};
use super::sharing::Rights;
use super::stamp;
use super::table::{Table, is_indexed};
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

/// What a record was before it was changed; `None`: it was not there.
#[derive(Clone, Debug, PartialEq)]
struct Before {
    object: String,
    id: String,
    row: Option<Arc<Row>>,
}

/// A moment that the records can be brought back to.
#[derive(Debug)]
pub(crate) struct Mark {
    noted: usize,
    given: BTreeMap<String, u64>,
}

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
    /// What is set of users by themselves.
    pub(crate) rights: Rights,
    /// What records were before, oldest first; kept while a mark stands.
    notes: Vec<Before>,
    /// How many marks stand.
    marks: usize,
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
            rights: Rights::default(),
            notes: Vec::new(),
            marks: 0,
        }
    }

    /// Begins something that can be taken back. It ends with [`Data::keep`] or [`Data::take_back`], the inner one first.
    pub(crate) fn mark(&mut self) -> Mark {
        self.marks += 1;
        Mark { noted: self.notes.len(), given: self.given.clone() }
    }

    /// What was done since the mark stays, unless an outer one is taken back.
    pub(crate) fn keep(&mut self, _mark: Mark) {
        self.marks = self.marks.saturating_sub(1);
        if self.marks == 0 {
            self.notes.clear();
        }
    }

    /// Every record and every id still to be given are as they were at the mark.
    pub(crate) fn take_back(&mut self, mark: Mark) {
        for before in self.notes.split_off(mark.noted).into_iter().rev() {
            self.replace(&before.object, &before.id, before.row);
        }
        self.tables.retain(|_, table| table.rows().next().is_some());
        self.given = mark.given;
        self.marks = self.marks.saturating_sub(1);
    }

    /// Another schema, by whose fields records are found from now on.
    pub(crate) fn set_schema(&mut self, schema: Schema) {
        self.schema = Arc::new(schema);
        for (name, table) in &mut self.tables {
            if let Some(object) = self.schema.object(name) {
                table.index(object);
            }
        }
    }

    /// An id of an object that was never given out.
    pub(crate) fn new_id(&mut self, object: &ObjectType) -> String {
        self.new_id_of(&object.prefix)
    }

    /// An id with this prefix that was never given out.
    pub(crate) fn new_id_of(&mut self, prefix: &str) -> String {
        let count = self.given.entry(prefix.to_owned()).or_default();
        *count += 1;
        ids::nth(prefix, &self.instance, *count)
    }

    /// How many records of an object were ever made.
    pub(crate) fn made(&self, object: &ObjectType) -> u64 {
        self.given.get(&object.prefix).copied().unwrap_or_default()
    }

    /// The records of an object, if there ever were any.
    pub(crate) fn table(&self, object: &str) -> Option<&Table> {
        self.tables.get(object)
    }

    /// The records of an object, deleted ones too.
    pub(crate) fn rows(&self, object: &str) -> impl Iterator<Item = &Row> {
        self.tables.get(object).into_iter().flat_map(Table::rows)
    }

    /// The records of an object that are not deleted.
    pub(crate) fn living(&self, object: &str) -> impl Iterator<Item = &Row> {
        self.rows(object).filter(|row| row.deleted_at.is_none())
    }

    /// The records that have `value` in a field in whatever case, deleted ones too; more than those where the field is not indexed.
    pub(crate) fn near<'a>(
        &'a self,
        object: &ObjectType,
        field: &Field,
        value: &str,
    ) -> Box<dyn Iterator<Item = &'a Row> + 'a> {
        match self.tables.get(&object.name) {
            None => Box::new(std::iter::empty()),
            Some(table) if is_indexed(field) => Box::new(table.having(&field.name, value)),
            Some(table) => Box::new(table.rows()),
        }
    }

    /// The ids of the living records whose reference leads to a record.
    pub(crate) fn leading_to(&self, object: &ObjectType, field: &Field, to: &str) -> Vec<String> {
        let near = self.near(object, field, to).filter(|row| row.deleted_at.is_none());
        near.filter(|row| row.text(&field.name) == to).map(|row| row.id().to_owned()).collect()
    }

    /// A record, deleted or not, by its id in 18 characters.
    pub(crate) fn row(&self, object: &str, id: &str) -> Option<&Row> {
        self.tables.get(object)?.get(id).map(Arc::as_ref)
    }

    /// Changes a record, if it is there.
    pub(crate) fn change(&mut self, object: &str, id: &str, change: impl FnOnce(&mut Row)) {
        if let Some(mut row) = self.tables.get(object).and_then(|table| table.get(id)).cloned() {
            change(Arc::make_mut(&mut row));
            self.write(object, id, Some(row));
        }
    }

    /// Puts a record in the place of another, and notes what that was if it may be taken back.
    fn write(&mut self, object: &str, id: &str, row: Option<Arc<Row>>) {
        let before = self.replace(object, id, row);
        if self.marks > 0 {
            self.notes.push(Before { object: object.to_owned(), id: id.to_owned(), row: before });
        }
    }

    fn replace(&mut self, object: &str, id: &str, row: Option<Arc<Row>>) -> Option<Arc<Row>> {
        let schema = Arc::clone(&self.schema);
        let kind = schema.object(object)?;
        self.tables.entry(object.to_owned()).or_default().replace(kind, id, row)
    }

    /// The record that an id leads to, whatever it is of.
    pub(crate) fn any(&self, id: &str) -> Option<(&ObjectType, &Row)> {
        let object = self.schema.of_id(id)?;
        Some((object, self.row(&object.name, id)?))
    }

    /// Stores a record under its id.
    pub(crate) fn put(&mut self, object: &str, row: Row) {
        let id = row.id().to_owned();
        self.write(object, &id, Some(Arc::new(row)));
    }

    /// Notes that a record was changed now, by whom.
    pub(crate) fn touch(&mut self, object: &str, id: &str, by: &str, now: At) {
        self.change(object, id, |row| {
            row.set("LastModifiedDate", stamp::moment(now));
            row.set("SystemModstamp", stamp::moment(now));
            row.set("LastModifiedById", by);
            row.changed_at = now;
        });
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
