//! Records one by one, and what the org says of its objects.

use super::changes;
use super::{Ask, Replied, Reply};
use crate::salesforce::data::Row;
use crate::salesforce::delete::delete;
use crate::salesforce::describe;
use crate::salesforce::org::Org;
use crate::salesforce::refusal::{Code, Refusal};
use crate::salesforce::rules::no_external_id;
use crate::salesforce::schema::{FieldKind, ObjectType};
use crate::salesforce::write::{Desk, Upserted, Writer, find};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// From which version an upsert that changed a record says so instead of nothing.
const UPSERT_SAYS_SO: u32 = 46;

/// Answers `sobjects/…`.
pub(crate) fn handle(org: &mut Org, ask: &Ask, path: &[&str], by: &mut Writer) -> Replied {
    let schema = Arc::clone(&org.data.schema);
    let [name, rest @ ..] = path else {
        return match ask.method.as_str() {
            "GET" => Ok(Reply::json(200, describe::global(&schema, &ask.root))),
            _ => Err(not_allowed(ask)),
        };
    };
    let object = schema.object(name).ok_or_else(|| vec![Refusal::not_found()])?;
    match (ask.method.as_str(), rest) {
        ("GET", []) => {
            let summary = describe::summary(object, &ask.root);
            Ok(Reply::json(200, json!({ "objectDescribe": summary, "recentItems": [] })))
        }
        ("GET", ["describe"]) => Ok(Reply::json(200, describe::object(&schema, object, &ask.root))),
        ("GET", ["updated"]) => changes::updated(org, ask, object, by.now),
        ("GET", ["deleted"]) => changes::deleted(org, ask, object, by.now),
        ("POST", []) => {
            let id = desk(org).create(&object.name, &ask.object()?, by).map_err(one)?;
            let mut reply = Reply::json(201, json!({ "id": id, "success": true, "errors": [] }));
            reply.headers.push(("Location".into(), format!("{}/sobjects/{}/{id}", ask.root, object.name)));
            Ok(reply)
        }
        ("GET" | "HEAD", [id]) => {
            let row = desk(org).living(object, id).map_err(one)?.clone();
            show(org, ask, object, &row)
        }
        ("PATCH", [id]) => {
            desk(org).update(&object.name, id, &ask.object()?, by).map_err(one)?;
            Ok(Reply::empty(204))
        }
        ("DELETE", [id]) => {
            delete(&mut org.data, &object.name, id, by).map_err(one).map(|()| Reply::empty(204))
        }
        (_, [field, value @ ..]) if !value.is_empty() => {
            by_external(org, ask, object, field, &value.join("/"), by)
        }
        _ => Err(not_allowed(ask)),
    }
}

fn one(refusal: Refusal) -> Vec<Refusal> {
    vec![refusal]
}

/// Where the records of an org are written.
pub(crate) fn desk(org: &mut Org) -> Desk<'_> {
    Desk { data: &mut org.data, rules: &org.rules }
}

/// A method that a resource does not know.
pub(crate) fn not_allowed(ask: &Ask) -> Vec<Refusal> {
    let message = format!("HTTP Method '{}' not allowed. Allowed are GET,POST,PATCH,DELETE", ask.method);
    vec![Refusal::new(Code::MethodNotAllowed, message)]
}

/// `sobjects/X/Field__c/value`.
fn by_external(
    org: &mut Org,
    ask: &Ask,
    object: &ObjectType,
    field: &str,
    value: &str,
    by: &mut Writer,
) -> Replied {
    if ask.method == "PATCH" {
        let done = desk(org).upsert(&object.name, field, value, &ask.object()?, by).map_err(one)?;
        let said =
            |id: &str, created: bool| json!({ "id": id, "success": true, "errors": [], "created": created });
        return Ok(match done {
            Upserted::Created(id) => Reply::json(201, said(&id, true)),
            Upserted::Updated(id) if ask.version >= UPSERT_SAYS_SO => Reply::json(200, said(&id, false)),
            Upserted::Updated(_) => Reply::empty(204),
            Upserted::Several(ids) => several(ask, object, &ids),
        });
    }
    let known = object.field(field).filter(|field| field.finds_records());
    let known = known.ok_or_else(|| vec![no_external_id(value)])?;
    let ids = find(&org.data, object, known, value);
    let id = match ids.as_slice() {
        [] => return Err(vec![no_external_id(value)]),
        [id] => id,
        _ => return Ok(several(ask, object, &ids)),
    };
    match ask.method.as_str() {
        "GET" => {
            let row = desk(org).living(object, id).map_err(one)?.clone();
            show(org, ask, object, &row)
        }
        "DELETE" => delete(&mut org.data, &object.name, id, by).map_err(one).map(|()| Reply::empty(204)),
        _ => Err(not_allowed(ask)),
    }
}

/// Several records have the same external id: their addresses.
fn several(ask: &Ask, object: &ObjectType, ids: &[String]) -> Reply {
    let urls: Vec<String> =
        ids.iter().map(|id| format!("{}/sobjects/{}/{id}", ask.root, object.name)).collect();
    Reply::json(300, json!(urls))
}

/// A record: the fields that `fields=` names, or all.
fn show(org: &Org, ask: &Ask, object: &ObjectType, row: &Row) -> Replied {
    let mut names = Vec::new();
    for name in
        ask.value("fields").unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty())
    {
        names.push(object.field(name).ok_or_else(|| {
            let message = format!("No such column '{name}' on sobject of type {}", object.name);
            vec![Refusal::new(Code::InvalidField, message)]
        })?);
    }
    if !names.is_empty() && !names.iter().any(|field| field.kind == FieldKind::Id) {
        names.extend(object.field("Id"));
    }
    if names.is_empty() {
        names = object.fields.iter().collect();
    }
    let url = format!("{}/sobjects/{}/{}", ask.root, object.name, row.id());
    let mut shown = Map::new();
    shown.insert("attributes".into(), json!({ "type": object.name, "url": url }));
    for field in names {
        shown.insert(field.name.clone(), org.data.read(object, row, &field.name));
    }
    Ok(Reply::json(200, Value::Object(shown)))
}
