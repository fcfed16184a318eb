//! The records of one object, found by their ids, and by what a field holds where records are looked up by that field.

use super::data::Row;
use super::schema::{Field, FieldKind, ObjectType};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

/// The field by which what changed is found.
pub(crate) const STAMP: &str = "SystemModstamp";
/// What so many records lead to that a list of them helps nobody.
const LED_TO_BY_MOST: [&str; 4] = ["User", "Group", "RecordType", "Profile"];

/// Whether records are found by a field without walking through all of them.
pub(crate) fn is_indexed(field: &Field) -> bool {
    match field.kind {
        FieldKind::Id => false,
        FieldKind::Reference => !field.refers_to.iter().any(|to| LED_TO_BY_MOST.contains(&to.as_str())),
        kind => field.name == STAMP || (kind.is_text() && (field.finds_records() || field.unique)),
    }
}

/// Under what a value is listed: in no case, since most fields are compared so.
fn key(value: &Value) -> Option<String> {
    value.as_str().map(str::to_lowercase)
}

/// The records that have the same in a field, by what they have.
type Index = BTreeMap<String, BTreeSet<String>>;

/// Records by their ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    rows: BTreeMap<String, Arc<Row>>,
    /// By the name of the field.
    indexes: BTreeMap<String, Index>,
}

impl Table {
    /// Puts a record in the place of the one of its id, or takes that away; answers what was there.
    pub(crate) fn replace(
        &mut self,
        object: &ObjectType,
        id: &str,
        row: Option<Arc<Row>>,
    ) -> Option<Arc<Row>> {
        let before = self.rows.get(id).cloned();
        for field in object.fields.iter().filter(|field| is_indexed(field)) {
            let key_of = |row: &Option<Arc<Row>>| row.as_ref().and_then(|row| key(row.get(&field.name)));
            let (old, new) = (key_of(&before), key_of(&row));
            if old != new {
                self.list(&field.name, id, old, new);
            }
        }
        match row {
            Some(row) => self.rows.insert(id.to_owned(), row),
            None => self.rows.remove(id),
        };
        before
    }

    /// Lists a record under another key of a field. What nothing is listed under is not kept.
    fn list(&mut self, field: &str, id: &str, old: Option<String>, new: Option<String>) {
        let index = self.indexes.entry(field.to_owned()).or_default();
        if let Some(old) = old
            && let Some(ids) = index.get_mut(&old)
        {
            ids.remove(id);
            if ids.is_empty() {
                index.remove(&old);
            }
        }
        if let Some(new) = new {
            index.entry(new).or_default().insert(id.to_owned());
        }
        if index.is_empty() {
            self.indexes.remove(field);
        }
    }

    /// Lists every record anew, after fields came to the object.
    pub(crate) fn index(&mut self, object: &ObjectType) {
        let rows = std::mem::take(self).rows;
        for (id, row) in rows {
            self.replace(object, &id, Some(row));
        }
    }

    /// A record.
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Row>> {
        self.rows.get(id)
    }

    /// All records, in the order of their ids.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().map(Arc::as_ref)
    }

    /// Those whose id is `from` or behind it, in the order of their ids.
    pub(crate) fn rows_from(&self, from: &str) -> impl Iterator<Item = &Row> + use<'_> {
        let bounds = (Bound::Included(from), Bound::Unbounded);
        self.rows.range::<str, _>(bounds).map(|(_, row)| row.as_ref())
    }

    /// Those that have `value` in an indexed field, in whatever case, in the order of their ids.
    pub(crate) fn having(&self, field: &str, value: &str) -> impl Iterator<Item = &Row> + use<'_> {
        let ids = self.indexes.get(field).and_then(|index| index.get(&value.to_lowercase()));
        ids.into_iter().flatten().filter_map(|id| self.rows.get(id)).map(Arc::as_ref)
    }

    /// Those that were stamped at `from` or later, in the order of stamps and ids.
    pub(crate) fn stamped_from(&self, from: &str) -> impl Iterator<Item = &Row> + use<'_> {
        let bounds = (Bound::Included(from.to_lowercase()), Bound::Unbounded);
        let listed = self.indexes.get(STAMP).map(|index| index.range(bounds));
        let ids = listed.into_iter().flatten().flat_map(|(_, ids)| ids);
        ids.filter_map(|id| self.rows.get(id)).map(Arc::as_ref)
    }
}
