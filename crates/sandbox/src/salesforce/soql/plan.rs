//! Which records a query has to look at: those that an index leads to where its filter allows that, else all of the object.

use super::parse::{Comparison, Filter, Literal, Order};
use crate::salesforce::data::{Data, Row};
use crate::salesforce::ids;
use crate::salesforce::schema::{FieldKind, ObjectType};
use crate::salesforce::stamp;
use crate::salesforce::table::{STAMP, Table, is_indexed};
use domain::id::At;
use std::collections::BTreeSet;

/// Records among which are all that a filter lets through.
pub(crate) struct Candidates<'a> {
    pub(crate) rows: Box<dyn Iterator<Item = &'a Row> + 'a>,
    /// Whether they come in the order that was asked for, so that the first ones are enough.
    pub(crate) in_order: bool,
}

/// The records to look at for a filter whose inner queries were answered.
pub(crate) fn candidates<'a>(
    data: &'a Data,
    object: &'a ObjectType,
    filter: Option<&Filter>,
    order: &[Order],
) -> Candidates<'a> {
    let Some(table) = data.table(&object.name) else {
        return Candidates { rows: Box::new(std::iter::empty()), in_order: true };
    };
    let by_id = is_order(order, &["Id"]);
    if let Some(ids) = filter.and_then(|filter| named(table, object, filter)) {
        let rows = ids.into_iter().filter_map(|id| data.row(&object.name, &id));
        return Candidates { rows: Box::new(rows), in_order: by_id };
    }
    if let Some(from) = filter.and_then(stamped_from) {
        let rows = table.stamped_from(&stamp::moment(from));
        return Candidates { rows: Box::new(rows), in_order: is_order(order, &[STAMP, "Id"]) };
    }
    let from = filter.and_then(id_from).unwrap_or_default();
    Candidates { rows: Box::new(table.rows_from(&from)), in_order: by_id }
}

/// Whether the order is that of these fields upwards, or of the first of them, or any.
fn is_order(order: &[Order], fields: &[&str]) -> bool {
    order.len() <= fields.len()
        && order.iter().zip(fields).all(|(order, field)| is_field(&order.path, field) && !order.descending)
}

fn is_field(path: &[String], field: &str) -> bool {
    matches!(path, [name] if name.eq_ignore_ascii_case(field))
}

/// The ids of all records that a filter may let through, where it names them by ids or by indexed values.
fn named(table: &Table, object: &ObjectType, filter: &Filter) -> Option<BTreeSet<String>> {
    match filter {
        Filter::All(filters) => {
            filters.iter().filter_map(|filter| named(table, object, filter)).min_by_key(BTreeSet::len)
        }
        Filter::Any(filters) => {
            let each: Option<Vec<_>> = filters.iter().map(|filter| named(table, object, filter)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        Filter::Is { path, comparison: Comparison::Equal, value } => {
            having(table, object, path, std::slice::from_ref(value))
        }
        Filter::In { path, values, negated: false } => having(table, object, path, values),
        _ => None,
    }
}

fn having(
    table: &Table,
    object: &ObjectType,
    path: &[String],
    values: &[Literal],
) -> Option<BTreeSet<String>> {
    let [name] = path else { return None };
    let field = object.field(name)?;
    let by_id = field.kind == FieldKind::Id;
    if !by_id && !is_indexed(field) {
        return None;
    }
    let mut found = BTreeSet::new();
    for value in values {
        let text = match value {
            // An empty text is asked of what is not listed: records that have nothing there.
            Literal::Text(text) if !text.is_empty() => text,
            _ => return None,
        };
        match (by_id, field.kind) {
            (true, _) => found.extend(ids::full(text)),
            (_, FieldKind::Reference) => {
                let to = ids::full(text).unwrap_or_default();
                found.extend(table.having(&field.name, &to).map(|row| row.id().to_owned()));
            }
            _ => found.extend(table.having(&field.name, text).map(|row| row.id().to_owned())),
        }
    }
    Some(found)
}

/// The moment before which nothing that a filter lets through was stamped.
fn stamped_from(filter: &Filter) -> Option<At> {
    match filter {
        Filter::All(filters) => filters.iter().filter_map(stamped_from).max(),
        Filter::Any(filters) => {
            filters.iter().map(stamped_from).collect::<Option<Vec<_>>>()?.into_iter().min()
        }
        Filter::Is { path, comparison, value: Literal::Time(at) } if is_field(path, STAMP) => {
            is_from(*comparison).then(|| stamp::read_moment(at)).flatten()
        }
        _ => None,
    }
}

/// The id before which nothing is that a filter lets through.
fn id_from(filter: &Filter) -> Option<String> {
    match filter {
        Filter::All(filters) => filters.iter().filter_map(id_from).max(),
        Filter::Any(filters) => filters.iter().map(id_from).collect::<Option<Vec<_>>>()?.into_iter().min(),
        Filter::Is { path, comparison, value: Literal::Text(id) } if is_field(path, "Id") => {
            is_from(*comparison).then(|| ids::full(id)).flatten()
        }
        _ => None,
    }
}

fn is_from(comparison: Comparison) -> bool {
    matches!(comparison, Comparison::More | Comparison::MoreOrEqual | Comparison::Equal)
}
