//! Which objects an org has and of which fields they are made. Names are found in any case, as Salesforce finds them.

mod call_activity;
mod notation;
mod standard;

use std::collections::{BTreeMap, BTreeSet};

/// What a field holds, by the word of a describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Boolean,
    Combobox,
    Currency,
    Date,
    DateTime,
    Double,
    Email,
    Id,
    Int,
    Phone,
    Picklist,
    Reference,
    Text,
    TextArea,
    Url,
}

impl FieldKind {
    /// All of them, with the word of a describe and the type of its SOAP binding.
    const WORDS: [(FieldKind, &str, &str); 15] = [
        (FieldKind::Boolean, "boolean", "xsd:boolean"),
        (FieldKind::Combobox, "combobox", "xsd:string"),
        (FieldKind::Currency, "currency", "xsd:double"),
        (FieldKind::Date, "date", "xsd:date"),
        (FieldKind::DateTime, "datetime", "xsd:dateTime"),
        (FieldKind::Double, "double", "xsd:double"),
        (FieldKind::Email, "email", "xsd:string"),
        (FieldKind::Id, "id", "tns:ID"),
        (FieldKind::Int, "int", "xsd:int"),
        (FieldKind::Phone, "phone", "xsd:string"),
        (FieldKind::Picklist, "picklist", "xsd:string"),
        (FieldKind::Reference, "reference", "tns:ID"),
        (FieldKind::Text, "string", "xsd:string"),
        (FieldKind::TextArea, "textarea", "xsd:string"),
        (FieldKind::Url, "url", "xsd:string"),
    ];

    /// The word of a describe.
    pub(crate) fn word(self) -> &'static str {
        self.entry().1
    }

    /// The type of its SOAP binding.
    pub(crate) fn soap_type(self) -> &'static str {
        self.entry().2
    }

    fn entry(self) -> (FieldKind, &'static str, &'static str) {
        Self::WORDS.into_iter().find(|(kind, ..)| *kind == self).unwrap_or(Self::WORDS[12])
    }

    fn of_word(word: &str) -> Option<FieldKind> {
        Self::WORDS.into_iter().find(|(_, known, _)| *known == word).map(|(kind, ..)| kind)
    }

    /// Whether it holds text that a query compares as text.
    pub(crate) fn is_text(self) -> bool {
        use FieldKind::{Combobox, Email, Phone, Picklist, Text, TextArea, Url};
        matches!(self, Combobox | Email | Phone | Picklist | Text | TextArea | Url)
    }
}

/// Who may write a field, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writable {
    /// With every write.
    Always,
    /// Only when the record is made.
    Once,
    /// By nobody.
    Never,
}

/// A value that a picklist offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    /// Whether it can be picked; one that cannot is kept for records that have it.
    pub(crate) active: bool,
    /// The values of the controlling field with which it can be picked.
    pub(crate) valid_for: Vec<String>,
}

impl Choice {
    /// One that is called as it is stored.
    pub(crate) fn plain(value: &str) -> Choice {
        let (value, label) = (value.to_owned(), value.to_owned());
        Choice { value, label, active: true, valid_for: Vec::new() }
    }
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: FieldKind,
    /// Most characters; 0 for what is no text.
    pub(crate) length: usize,
    /// Whether it must never be empty.
    pub(crate) required: bool,
    pub(crate) writable: Writable,
    /// Whether records can be found by it as by an external id, though it is none.
    pub(crate) id_lookup: bool,
    pub(crate) external_id: bool,
    pub(crate) unique: bool,
    pub(crate) case_sensitive: bool,
    /// Whether no other than the listed values are taken.
    pub(crate) restricted: bool,
    pub(crate) values: Vec<Choice>,
    /// The field that says which of them can be picked.
    pub(crate) controller: Option<String>,
    /// Objects a reference may lead to.
    pub(crate) refers_to: Vec<String>,
    /// The name by which a query follows it.
    pub(crate) relationship: Option<String>,
    /// The name by which a query of what it leads to finds these records.
    pub(crate) children: Option<String>,
    pub(crate) default: Option<String>,
    /// Whether it is computed when it is read.
    pub(crate) computed: bool,
}

impl Field {
    /// Whether an admin of the org made it.
    pub(crate) fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// Whether a reference may lead to several objects.
    pub(crate) fn is_polymorphic(&self) -> bool {
        self.refers_to.len() > 1
    }

    /// Whether an upsert may find records by it.
    pub(crate) fn finds_records(&self) -> bool {
        self.external_id || self.id_lookup
    }
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectType {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) plural: String,
    pub(crate) prefix: String,
    /// Whether records of it can be made by the API.
    pub(crate) writable: bool,
    pub(crate) fields: Vec<Field>,
}

impl ObjectType {
    /// A field, by its name in any case.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The reference that a query follows by this name.
    pub(crate) fn relationship(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| {
            field.relationship.as_deref().is_some_and(|relationship| relationship.eq_ignore_ascii_case(name))
        })
    }

    /// The field that names a record.
    pub(crate) fn name_field(&self) -> &'static str {
        match self.name.as_str() {
            "Case" => "CaseNumber",
            "Task" => "Subject",
            "TaskStatus" => "MasterLabel",
            _ => "Name",
        }
    }

    /// Whether an admin of the org made it.
    pub(crate) fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }
}

/// Objects in the notation of `notation.rs`.
pub(crate) fn of_notation(text: &str) -> Vec<ObjectType> {
    notation::objects(text)
}

/// All objects of an org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schema {
    objects: BTreeMap<String, ObjectType>,
}

impl Schema {
    /// That of a new org with Person Accounts and the package that logs calls.
    pub(crate) fn new() -> Schema {
        let mut schema = Schema { objects: BTreeMap::new() };
        for text in [standard::PEOPLE, standard::WORK, standard::SETUP, call_activity::CALL_ACTIVITY] {
            notation::objects(text).into_iter().for_each(|object| schema.add(object));
        }
        schema.add_noted(call_activity::OWN_IDS);
        schema
    }

    /// Adds an object, or puts it in the place of one of the same name.
    pub(crate) fn add(&mut self, object: ObjectType) {
        self.objects.insert(object.name.to_lowercase(), object);
    }

    /// Adds what the notation of `notation.rs` says: whole objects, or fields of those that are there.
    pub(crate) fn add_noted(&mut self, text: &str) {
        for object in notation::objects(text) {
            match self.objects.get_mut(&object.name.to_lowercase()) {
                Some(known) => {
                    for field in object.fields {
                        known.fields.retain(|old| !old.name.eq_ignore_ascii_case(&field.name));
                        known.fields.push(field);
                    }
                }
                None => self.add(object),
            }
        }
    }

    /// Takes an object away, or a field that is named with its object: `Case.Code__c`.
    pub(crate) fn remove(&mut self, name: &str) {
        match name.split_once('.') {
            None => {
                self.objects.remove(&name.to_lowercase());
            }
            Some((object, field)) => {
                if let Some(object) = self.objects.get_mut(&object.to_lowercase()) {
                    object.fields.retain(|known| !known.name.eq_ignore_ascii_case(field));
                }
            }
        }
    }

    /// A prefix for the ids of an object that no other has, of which the first two characters are given.
    pub(crate) fn free_prefix(&self, begin: &str) -> Option<String> {
        let taken: BTreeSet<&str> = self.objects.values().map(|object| object.prefix.as_str()).collect();
        let digits = ('0'..='9').chain('A'..='Z').chain('a'..='z');
        digits.map(|digit| format!("{begin}{digit}")).find(|prefix| !taken.contains(prefix.as_str()))
    }

    /// An object, by its name in any case.
    pub(crate) fn object(&self, name: &str) -> Option<&ObjectType> {
        self.objects.get(&name.to_lowercase())
    }

    /// The object that an id is of.
    pub(crate) fn of_id(&self, id: &str) -> Option<&ObjectType> {
        let prefix = super::ids::prefix(id);
        self.objects.values().find(|object| object.prefix == prefix)
    }

    /// All objects, by name.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &ObjectType> {
        self.objects.values()
    }

    /// The references that lead to `object`, each with the object that has it.
    pub(crate) fn references_to<'a>(
        &'a self,
        object: &'a str,
    ) -> impl Iterator<Item = (&'a ObjectType, &'a Field)> + 'a {
        self.objects.values().flat_map(move |owner| {
            let leads =
                move |field: &&Field| field.refers_to.iter().any(|to| to.eq_ignore_ascii_case(object));
            owner.fields.iter().filter(leads).map(move |field| (owner, field))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_and_fields_are_found_in_any_case() {
        let schema = Schema::new();
        let contact = schema.object("cOnTaCt").expect("it is there");
        assert_eq!(contact.field("LASTNAME").map(|field| field.name.as_str()), Some("LastName"));
        assert_eq!(schema.object("Nothing__c"), None);
    }

    #[test]
    fn references_lead_to_objects_that_are_there_and_prefixes_are_each_ones_own() {
        let schema = Schema::new();
        let mut prefixes = std::collections::BTreeSet::new();
        for object in schema.objects() {
            assert!(object.prefix.is_empty() || prefixes.insert(&object.prefix), "{}", object.name);
            for field in &object.fields {
                for to in &field.refers_to {
                    assert!(schema.object(to).is_some(), "{}.{} leads to {to}", object.name, field.name);
                }
            }
        }
    }

    #[test]
    fn lengths_are_those_of_recorded_orgs() {
        let schema = Schema::new();
        for (object, field, kind, length) in [
            ("Contact", "Phone", "phone", 40),
            ("Contact", "FirstName", "string", 40),
            ("Contact", "LastName", "string", 80),
            ("Contact", "Email", "email", 80),
            ("Lead", "Company", "string", 255),
            ("Lead", "MobilePhone", "phone", 40),
            ("Account", "Name", "string", 255),
            ("Account", "PersonMobilePhone", "phone", 40),
            ("Case", "Subject", "string", 255),
            ("Case", "CaseNumber", "string", 30),
            ("Case", "SuppliedPhone", "string", 40),
            ("Task", "CallObject", "string", 255),
            ("Task", "Description", "textarea", 32_000),
        ] {
            let found = schema.object(object).and_then(|object| object.field(field)).expect(field);
            assert_eq!((found.kind.word(), found.length), (kind, length), "{object}.{field}");
        }
    }
}
