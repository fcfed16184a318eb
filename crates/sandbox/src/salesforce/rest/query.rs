//! Queries, page by page, and searches.

use super::{Ask, Replied, Reply};
use crate::salesforce::org::{Cursor, Org};
use crate::salesforce::refusal::{Code, Refusal};
use crate::salesforce::schema::{FieldKind, ObjectType, Writable};
use crate::salesforce::soql::{Column, Query, parse, run};
use crate::salesforce::sosl;
use domain::id::At;
use serde_json::{Value, json};
use std::sync::Arc;

/// Records of a page, unless a header asks for fewer.
const PAGE: usize = 2_000;
/// Fewest that a header may ask for.
const SMALLEST_PAGE: usize = 200;
/// Longest query, in characters.
const MAX_QUERY: usize = 100_000;
/// Most answers of which pages are kept; the oldest is forgotten.
const MAX_CURSORS: usize = 50;

/// Answers `query`, `queryAll` and the pages that follow.
pub(crate) fn handle(org: &mut Org, ask: &Ask, path: &[&str], now: At) -> Replied {
    if let [locator] = path {
        return page(org, ask, locator);
    }
    let text = ask.value("q").filter(|text| !text.trim().is_empty());
    let text =
        text.ok_or_else(|| vec![Refusal::new(Code::MalformedQuery, "A query string has to be specified")])?;
    if text.chars().count() > MAX_QUERY {
        return Err(vec![Refusal::new(Code::MalformedQuery, "SOQL query is longer than 100,000 characters")]);
    }
    let query = parse(text).map_err(|refusal| vec![refusal])?;
    if ask.value("columns") == Some("true") {
        return columns(org, &query).map_err(|refusal| vec![refusal]);
    }
    let deleted = ask.path.first().is_some_and(|first| first == "queryAll");
    let found = run(&org.data, &query, deleted, now, &ask.root).map_err(|refusal| vec![refusal])?;
    let batch = batch(ask);
    if found.records.len() <= batch {
        let body = json!({ "totalSize": found.total, "done": true, "records": found.records });
        return Ok(Reply::json(200, body));
    }
    let locator = format!("01gE{:014}", org.throw() % 100_000_000_000_000);
    if org.cursors.len() >= MAX_CURSORS {
        org.cursors.pop_first();
    }
    org.cursors.insert(locator.clone(), Cursor { records: found.records, batch });
    page(org, ask, &format!("{locator}-0"))
}

fn batch(ask: &Ask) -> usize {
    let asked = ask.header("Sforce-Query-Options").and_then(|options| options.split_once("batchSize="));
    let asked = asked.and_then(|(_, size)| size.split([';', ',']).next()?.trim().parse().ok());
    asked.unwrap_or(PAGE).clamp(SMALLEST_PAGE, PAGE)
}

/// A page of an answer, from the record that its locator names.
fn page(org: &Org, ask: &Ask, locator: &str) -> Replied {
    let known = locator.rsplit_once('-').and_then(|(name, from)| {
        let from: usize = from.parse().ok()?;
        Some((name, org.cursors.get(name)?, from))
    });
    let Some((name, cursor, from)) = known.filter(|(_, cursor, from)| *from < cursor.records.len()) else {
        return Err(vec![Refusal::new(Code::InvalidQueryLocator, "invalid query locator")]);
    };
    let until = (from + cursor.batch).min(cursor.records.len());
    let mut body = json!({
        "totalSize": cursor.records.len(), "done": until == cursor.records.len(),
        "records": cursor.records[from..until],
    });
    if until < cursor.records.len() {
        body["nextRecordsUrl"] = json!(format!("{}/query/{name}-{until}", ask.root));
    }
    Ok(Reply::json(200, body))
}

/// What the columns of a query are, for clients that print tables.
fn columns(org: &Org, query: &Query) -> Result<Reply, Refusal> {
    let schema = Arc::clone(&org.data.schema);
    let object = schema.object(&query.from).ok_or_else(|| {
        Refusal::new(Code::InvalidType, format!("sObject type '{}' is not supported.", query.from))
    })?;
    let metadata: Vec<Value> =
        query.columns.iter().enumerate().map(|(nth, column)| column_metadata(object, nth, column)).collect();
    let is_id = |column: &Column| matches!(column, Column::Field { path, .. } if path.len() == 1 && path[0].eq_ignore_ascii_case("Id"));
    Ok(Reply::json(
        200,
        json!({
            "columnMetadata": metadata, "entityName": object.name, "groupBy": !query.groups.is_empty(),
            "idSelected": query.columns.iter().any(is_id), "keyPrefix": object.prefix,
        }),
    ))
}

fn column_metadata(object: &ObjectType, nth: usize, column: &Column) -> Value {
    let (name, field, aggregate) = match column {
        Column::Field { path, alias } => {
            let field = match path.as_slice() {
                [name] => object.field(name),
                _ => None,
            };
            (alias.clone().unwrap_or_else(|| path.join(".")), field, false)
        }
        Column::Aggregate { alias, .. } => {
            (alias.clone().unwrap_or_else(|| format!("expr{nth}")), None, true)
        }
        Column::Fields(which) => (which.clone(), None, false),
        Column::Children(query) => (query.from.clone(), None, true),
    };
    let kind = field.map_or(FieldKind::Text, |field| field.kind);
    let number = matches!(kind, FieldKind::Int | FieldKind::Double | FieldKind::Currency) || aggregate;
    let writable = |once: bool| {
        field.is_some_and(|field| {
            field.writable == Writable::Always || (once && field.writable == Writable::Once)
        })
    };
    json!({
        "aggregate": aggregate, "apexType": if kind == FieldKind::Id { "Id" } else { "String" },
        "booleanType": kind == FieldKind::Boolean, "columnName": name, "custom": name.ends_with("__c"),
        "displayName": name, "foreignKeyName": field.and_then(|field| field.relationship.clone()),
        "insertable": writable(true), "joinColumns": [], "numberType": number,
        "textType": kind.is_text() && !number, "updatable": writable(false),
    })
}

/// Answers `search` and `parameterizedSearch`.
pub(crate) fn search(org: &mut Org, ask: &Ask, now: At) -> Replied {
    let plain = ask.path.first().is_some_and(|first| first == "search");
    let wanted = if plain {
        let text = ask.value("q").unwrap_or_default();
        sosl::parse(text)
    } else if ask.method == "POST" {
        sosl::of_parameters(&ask.object()?)
    } else {
        let pair = |(key, value): &(String, String)| (key.clone(), Value::from(value.as_str()));
        sosl::of_parameters(&ask.query.iter().map(pair).collect())
    };
    let wanted = wanted.map_err(|refusal| vec![refusal])?;
    let found = sosl::run(&org.data, &wanted, org.search_lag_ms, now, &ask.root);
    found
        .map(|records| Reply::json(200, json!({ "searchRecords": records })))
        .map_err(|refusal| vec![refusal])
}
