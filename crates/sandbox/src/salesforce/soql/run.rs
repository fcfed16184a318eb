//! A query answered from the records as they are.

use super::filter::{check, field, matches, names_object, value};
use super::parse::{Column, Filter, Literal, Path, Query};
use super::plan::{Candidates, candidates};
use crate::salesforce::data::{Data, Row};
use crate::salesforce::delete::KEPT;
use crate::salesforce::ids;
use crate::salesforce::refusal::{Code, Refusal};
use crate::salesforce::schema::{FieldKind, ObjectType};
use crate::salesforce::sharing::{self, Level};
use domain::id::At;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most rows that an offset skips.
const MAX_OFFSET: usize = 2_000;
/// Most records that one question for access names.
const MAX_ACCESS_IDS: usize = 200;
/// What is asked of a user's access, and the least of it that says so.
const ACCESS: [(&str, Level); 5] = [
    ("HasReadAccess", Level::Read),
    ("HasEditAccess", Level::Edit),
    ("HasDeleteAccess", Level::Delete),
    ("HasTransferAccess", Level::Transfer),
    ("HasAllAccess", Level::All),
];

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) records: Vec<Value>,
    /// How many there are; more than `records` where only the number was asked for.
    pub(crate) total: usize,
}

/// Answers a query. `deleted`: records in the recycle bin are found too. `root` stands before the addresses of records.
///
/// # Errors
/// What the query asks for is not there.
pub(crate) fn run(data: &Data, query: &Query, deleted: bool, now: At, root: &str) -> Result<Found, Refusal> {
    let object = data.schema.object(&query.from).ok_or_else(|| {
        let message = format!(
            "\nsObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append the \
             '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
            query.from
        );
        Refusal::new(Code::InvalidType, message)
    })?;
    let reader = Reader { data, now, root, deleted: deleted || query.all_rows };
    if object.name == "UserRecordAccess" {
        return reader.access(object, query);
    }
    let filter = query.filter.as_ref().map(|filter| reader.answered(filter)).transpose()?;
    if let Some(filter) = &filter {
        check(data, object, filter)?;
    }
    let passes = |row: &&Row| {
        reader.shows(row) && filter.as_ref().is_none_or(|filter| matches(data, object, row, filter, now))
    };
    let Candidates { rows, in_order } = candidates(data, object, filter.as_ref(), &query.order);
    let enough = match query.limit {
        Some(limit) if in_order && query.counts_nothing() => limit.saturating_add(query.offset),
        _ => usize::MAX,
    };
    reader.answer(object, query, rows.filter(passes).take(enough).collect())
}

struct Reader<'a> {
    data: &'a Data,
    now: At,
    root: &'a str,
    deleted: bool,
}

impl<'a> Reader<'a> {
    /// Whether a record is found at all, deleted as it may be. What has left the recycle bin is gone for good.
    fn shows(&self, row: &Row) -> bool {
        row.deleted_at.is_none_or(|at| self.deleted && self.now.0 - at.0 <= KEPT)
    }

    /// A filter whose inner queries are replaced by what they found.
    fn answered(&self, filter: &Filter) -> Result<Filter, Refusal> {
        let all = |filters: &[Filter]| -> Result<Vec<Filter>, Refusal> {
            filters.iter().map(|filter| self.answered(filter)).collect()
        };
        Ok(match filter {
            Filter::All(filters) => Filter::All(all(filters)?),
            Filter::Any(filters) => Filter::Any(all(filters)?),
            Filter::Not(filter) => Filter::Not(Box::new(self.answered(filter)?)),
            Filter::InQuery { path, query, negated } => {
                let found = run(self.data, query, self.deleted, self.now, self.root)?;
                let first = |record: &Value| {
                    let fields = record.as_object()?.iter().find(|(key, _)| *key != "attributes");
                    fields.and_then(|(_, value)| value.as_str()).map(|text| Literal::Text(text.to_owned()))
                };
                let values = found.records.iter().filter_map(first).collect();
                Filter::In { path: path.clone(), values, negated: *negated }
            }
            other => other.clone(),
        })
    }

    fn answer(&self, object: &ObjectType, query: &Query, mut rows: Vec<&Row>) -> Result<Found, Refusal> {
        if query.offset > MAX_OFFSET {
            return Err(Refusal::new(Code::NumberOutsideRange, "Maximum SOQL offset allowed is 2000"));
        }
        let columns = self.columns(object, query)?;
        let is_count = |column: &Column| matches!(column, Column::Aggregate { .. });
        if !query.groups.is_empty() || columns.iter().any(is_count) {
            return self.grouped(object, query, &columns, &rows);
        }
        if !query.order.is_empty() {
            rows = self.ordered(object, query, rows)?;
        }
        let taken = rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX));
        let records =
            taken.map(|row| self.record(object, row, &columns)).collect::<Result<Vec<Value>, Refusal>>()?;
        Ok(Found { total: records.len(), records })
    }

    /// The columns as they are meant, and each of them there.
    fn columns(&self, object: &ObjectType, query: &Query) -> Result<Vec<Column>, Refusal> {
        let mut columns = Vec::new();
        for column in &query.columns {
            match column {
                Column::Fields(which) => {
                    let wanted = object.fields.iter().filter(|field| match which.as_str() {
                        "STANDARD" => !field.is_custom(),
                        "CUSTOM" => field.is_custom(),
                        _ => true,
                    });
                    columns.extend(
                        wanted.map(|field| Column::Field { path: vec![field.name.clone()], alias: None }),
                    );
                }
                Column::Field { path, .. } | Column::Aggregate { path: Some(path), .. } => {
                    field(self.data, object, path)?;
                    columns.push(column.clone());
                }
                other => columns.push(other.clone()),
            }
        }
        Ok(columns)
    }

    /// Rows in the order that a query asks for; those that agree in all of it in the order of their ids.
    fn ordered<'r>(
        &self,
        object: &ObjectType,
        query: &Query,
        rows: Vec<&'r Row>,
    ) -> Result<Vec<&'r Row>, Refusal> {
        let mut ways = Vec::new();
        for order in &query.order {
            let field = field(self.data, object, &order.path)?;
            let exact = field.is_some_and(|f| matches!(f.kind, FieldKind::Id | FieldKind::Reference));
            ways.push((order, exact));
        }
        let keys = |row: &Row| -> Vec<Value> {
            query.order.iter().map(|order| value(self.data, object, row, &order.path)).collect()
        };
        let mut keyed: Vec<(Vec<Value>, &Row)> = rows.into_iter().map(|row| (keys(row), row)).collect();
        keyed.sort_by(|(one, _), (two, _)| {
            let each = ways.iter().zip(one.iter().zip(two)).map(|((order, exact), (one, two))| {
                let nulls = if order.nulls_last { Ordering::Greater } else { Ordering::Less };
                let way = match (one, two) {
                    (Value::Null, Value::Null) => return Ordering::Equal,
                    (Value::Null, _) => return nulls,
                    (_, Value::Null) => return nulls.reverse(),
                    (Value::String(one), Value::String(two)) if *exact => one.cmp(two),
                    _ => compared(one, two),
                };
                if order.descending { way.reverse() } else { way }
            });
            each.into_iter().find(|way| way.is_ne()).unwrap_or(Ordering::Equal)
        });
        Ok(keyed.into_iter().map(|(_, row)| row).collect())
    }

    /// A record as an answer shows it.
    fn record(&self, object: &ObjectType, row: &Row, columns: &[Column]) -> Result<Value, Refusal> {
        let mut shown = self.begun(object, row);
        for column in columns {
            match column {
                Column::Field { path, .. } => self.show(&mut shown, object, row, path),
                Column::Children(query) => {
                    let (name, children) = self.children(object, row, query)?;
                    shown.insert(name, children);
                }
                _ => {}
            }
        }
        Ok(Value::Object(shown))
    }

    fn begun(&self, object: &ObjectType, row: &Row) -> Map<String, Value> {
        let url = format!("{}/sobjects/{}/{}", self.root, object.name, row.id());
        let mut shown = Map::new();
        shown.insert("attributes".into(), json!({ "type": object.name, "url": url }));
        shown
    }

    fn show(&self, shown: &mut Map<String, Value>, object: &ObjectType, row: &Row, path: &[String]) {
        match path {
            [] => {}
            [name] => {
                let key = object.field(name).map_or(name, |field| &field.name);
                shown.insert(key.clone(), self.data.read(object, row, name));
            }
            [relationship, rest @ ..] => {
                let Some(reference) = object.relationship(relationship) else {
                    return;
                };
                let key = reference.relationship.clone().unwrap_or_default();
                let Some((to, found)) = self.data.any(row.text(&reference.name)) else {
                    shown.insert(key, Value::Null);
                    return;
                };
                let inner = shown.entry(key).or_insert_with(|| Value::Object(self.begun(to, found)));
                match inner {
                    Value::Object(inner) if names_object(reference, rest) => {
                        inner.insert("Type".into(), Value::from(to.name.as_str()));
                    }
                    Value::Object(inner) => self.show(inner, to, found, rest),
                    _ => {}
                }
            }
        }
    }

    /// The records that hang on one, by the name of their relationship.
    fn children(&self, object: &ObjectType, row: &Row, query: &Query) -> Result<(String, Value), Refusal> {
        let named = |name: &Option<String>| {
            name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&query.from))
        };
        let schema = &self.data.schema;
        let mut references = schema.references_to(&object.name).filter(|(_, field)| named(&field.children));
        let (owner, reference) = references.next().ok_or_else(|| {
            let message =
                format!("Didn't understand relationship '{}' in FROM part of query call.", query.from);
            Refusal::new(Code::InvalidType, message)
        })?;
        let filter = query.filter.as_ref().map(|filter| self.answered(filter)).transpose()?;
        if let Some(filter) = &filter {
            check(self.data, owner, filter)?;
        }
        let hangs = |child: &&Row| {
            child.text(&reference.name) == row.id()
                && self.shows(child)
                && filter.as_ref().is_none_or(|filter| matches(self.data, owner, child, filter, self.now))
        };
        let rows: Vec<&Row> = self.data.near(owner, reference, row.id()).filter(hangs).collect();
        let found = self.answer(owner, query, rows)?;
        let shown = match found.records.is_empty() {
            true => Value::Null,
            false => json!({ "totalSize": found.total, "done": true, "records": found.records }),
        };
        Ok((reference.children.clone().unwrap_or_default(), shown))
    }

    fn grouped(
        &self,
        object: &ObjectType,
        query: &Query,
        columns: &[Column],
        rows: &[&Row],
    ) -> Result<Found, Refusal> {
        if let [Column::Aggregate { function, path: None, .. }] = columns
            && function == "COUNT"
            && query.groups.is_empty()
        {
            return Ok(Found { records: Vec::new(), total: rows.len() });
        }
        for path in &query.groups {
            field(self.data, object, path)?;
        }
        let key = |row: &Row| -> Vec<Value> {
            query.groups.iter().map(|path| value(self.data, object, row, path)).collect()
        };
        let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        rows.iter().for_each(|row| groups.entry(json!(key(row)).to_string()).or_default().push(row));
        if query.groups.is_empty() && groups.is_empty() {
            groups.insert(String::new(), Vec::new());
        }
        let mut records = Vec::new();
        for rows in groups.values() {
            records.push(self.group(object, query, columns, rows)?);
        }
        let records: Vec<Value> = records.into_iter().take(query.limit.unwrap_or(usize::MAX)).collect();
        Ok(Found { total: records.len(), records })
    }

    fn group(
        &self,
        object: &ObjectType,
        query: &Query,
        columns: &[Column],
        rows: &[&Row],
    ) -> Result<Value, Refusal> {
        let mut shown = Map::new();
        shown.insert("attributes".into(), json!({ "type": "AggregateResult" }));
        let mut unnamed = 0;
        for column in columns {
            let (name, found) = match column {
                Column::Field { path, alias } => {
                    let same = |group: &Path| {
                        group.len() == path.len()
                            && group.iter().zip(path).all(|(a, b)| a.eq_ignore_ascii_case(b))
                    };
                    if !query.groups.iter().any(same) {
                        let message = format!("Field must be grouped or aggregated: {}", path.join("."));
                        return Err(Refusal::new(Code::MalformedQuery, message));
                    }
                    let found = rows.first().map(|row| value(self.data, object, row, path));
                    (alias.clone().or(path.last().cloned()).unwrap_or_default(), found.unwrap_or_default())
                }
                Column::Aggregate { function, path, alias } => {
                    let name = alias.clone().unwrap_or_else(|| format!("expr{unnamed}"));
                    unnamed += usize::from(alias.is_none());
                    (name, self.aggregate(object, function, path.as_ref(), rows))
                }
                _ => continue,
            };
            shown.insert(name, found);
        }
        Ok(Value::Object(shown))
    }

    fn aggregate(&self, object: &ObjectType, function: &str, path: Option<&Path>, rows: &[&Row]) -> Value {
        let Some(path) = path else {
            return json!(rows.len());
        };
        let mut values: Vec<Value> = rows
            .iter()
            .map(|row| value(self.data, object, row, path))
            .filter(|value| !value.is_null())
            .collect();
        values.sort_by(compared);
        let sum: f64 = values.iter().filter_map(Value::as_f64).sum();
        match function {
            "COUNT" => json!(values.len()),
            "COUNT_DISTINCT" => {
                values.dedup();
                json!(values.len())
            }
            "MIN" => values.first().cloned().unwrap_or_default(),
            "MAX" => values.last().cloned().unwrap_or_default(),
            "SUM" if !values.is_empty() => json!(sum),
            "AVG" if !values.is_empty() => json!(sum / values.len() as f64),
            _ => Value::Null,
        }
    }

    /// Who may do what with which record: computed, not stored, and asked of one user and of records by their ids.
    fn access(&self, object: &ObjectType, query: &Query) -> Result<Found, Refusal> {
        let (mut user, mut records) = (None, Vec::new());
        let filters = match &query.filter {
            Some(Filter::All(filters)) => filters.as_slice(),
            Some(filter) => std::slice::from_ref(filter),
            None => &[],
        };
        let text = |literal: &Literal| match literal {
            Literal::Text(text) => ids::full(text),
            _ => None,
        };
        for filter in filters {
            match filter {
                Filter::Is { path, value, .. } if is_name(path, "UserId") => user = text(value),
                Filter::Is { path, value, .. } if is_name(path, "RecordId") => records.extend(text(value)),
                Filter::In { path, values, negated: false } if is_name(path, "RecordId") => {
                    records.extend(values.iter().filter_map(text));
                }
                _ => {}
            }
        }
        let (Some(user), 1..=MAX_ACCESS_IDS) = (user, records.len()) else {
            let message =
                "UserRecordAccess queries must filter on a single UserId and on at most 200 RecordIds";
            return Err(Refusal::new(Code::MalformedQuery, message));
        };
        let rows: Vec<Arc<Row>> = records.iter().map(|record| self.accessible(&user, record)).collect();
        self.answer(object, query, rows.iter().map(Arc::as_ref).collect())
    }

    fn accessible(&self, user: &str, record: &str) -> Arc<Row> {
        let level = sharing::level(self.data, user, record);
        let mut row = Row::default();
        row.set("UserId", user);
        row.set("RecordId", record);
        for (field, least) in ACCESS {
            row.set(field, level >= least);
        }
        row.set("MaxAccessLevel", level.name());
        Arc::new(row)
    }
}

fn is_name(path: &[String], name: &str) -> bool {
    path.len() == 1 && path[0].eq_ignore_ascii_case(name)
}

fn compared(one: &Value, two: &Value) -> Ordering {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => {
            one.as_f64().partial_cmp(&two.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Value::String(one), Value::String(two)) => one.to_lowercase().cmp(&two.to_lowercase()),
        (Value::Bool(one), Value::Bool(two)) => one.cmp(two),
        _ => Ordering::Equal,
    }
}
