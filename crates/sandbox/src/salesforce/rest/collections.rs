//! Up to 200 records with one request, each of them by itself or all or none.

use super::records::{desk, not_allowed};
use super::{Ask, Replied, Reply};
use crate::salesforce::data::Mark;
use crate::salesforce::delete::delete;
use crate::salesforce::ids;
use crate::salesforce::org::Org;
use crate::salesforce::refusal::{Code, Refusal};
use crate::salesforce::schema::{FieldKind, ObjectType};
use crate::salesforce::write::{Upserted, Writer};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Most records of a request.
const MAX_RECORDS: usize = 200;
/// Most records that one request reads.
const MAX_READ: usize = 2_000;

/// Answers `composite/sobjects…`.
pub(crate) fn handle(org: &mut Org, ask: &Ask, path: &[&str], by: &mut Writer) -> Replied {
    match (ask.method.as_str(), path) {
        ("POST", []) => each(org, ask, by, |org, record, by| {
            let object = kind(record)?;
            desk(org).create(&object, record, by).map(|id| json!({ "id": id, "success": true, "errors": [] }))
        }),
        ("PATCH", []) => each(org, ask, by, |org, record, by| {
            let object = kind(record)?;
            let id = id_of(record).ok_or_else(|| {
                Refusal::of(Code::MissingArgument, "Id not specified in an update call", &[] as &[&str])
            })?;
            desk(org).update(&object, &id, record, by).map_err(as_reference)?;
            Ok(json!({ "id": ids::full(&id).unwrap_or(id), "success": true, "errors": [] }))
        }),
        ("PATCH", [object, field]) => {
            each(org, ask, by, |org, record, by| upsert(org, object, field, record, by))
        }
        ("DELETE", []) => delete_all(org, ask, by),
        ("GET" | "POST", [object]) => retrieve(org, ask, object),
        _ => Err(not_allowed(ask)),
    }
}

fn kind(record: &Map<String, Value>) -> Result<String, Refusal> {
    let kind = record.get("attributes").and_then(|attributes| attributes.get("type")).and_then(Value::as_str);
    kind.map(str::to_owned)
        .ok_or_else(|| Refusal::of(Code::InvalidType, "Must send a valid type", &[] as &[&str]))
}

fn id_of(record: &Map<String, Value>) -> Option<String> {
    let (_, id) = record.iter().find(|(key, _)| key.eq_ignore_ascii_case("id"))?;
    id.as_str().map(str::to_owned)
}

/// A record that is not there is a wrong reference here.
fn as_reference(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::NotFound => {
            Refusal::of(Code::InvalidCrossReference, "invalid cross reference id", &[] as &[&str])
        }
        _ => refusal,
    }
}

fn upsert(
    org: &mut Org,
    object: &str,
    field: &str,
    record: &Map<String, Value>,
    by: &mut Writer,
) -> Result<Value, Refusal> {
    let mut said = record.clone();
    let key = said.keys().find(|key| key.eq_ignore_ascii_case(field)).cloned();
    let value = match key.and_then(|key| said.remove(&key)) {
        Some(Value::String(text)) => text,
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let by_id = field.eq_ignore_ascii_case("Id");
    if value.is_empty() {
        return match by_id {
            true => desk(org).create(object, &said, by).map(|id| done(&id, true)),
            false => {
                let message = format!("{field} not specified");
                Err(Refusal::of(Code::MissingArgument, message, &[] as &[&str]))
            }
        };
    }
    match desk(org).upsert(object, field, &value, &said, by).map_err(as_reference)? {
        Upserted::Created(id) => Ok(done(&id, true)),
        Upserted::Updated(id) => Ok(done(&id, false)),
        Upserted::Several(ids) => {
            let message =
                format!("{field}: more than one record found for external id field: [{}]", ids.join(", "));
            Err(Refusal::of(Code::DuplicateExternalId, message, &[] as &[&str]))
        }
    }
}

fn done(id: &str, created: bool) -> Value {
    json!({ "id": id, "success": true, "errors": [], "created": created })
}

/// Does one thing with each record; with `allOrNone` one refusal takes back all of it.
fn each(
    org: &mut Org,
    ask: &Ask,
    by: &mut Writer,
    act: impl Fn(&mut Org, &Map<String, Value>, &mut Writer) -> Result<Value, Refusal>,
) -> Replied {
    let body = ask.object()?;
    let all_or_none = body.get("allOrNone") == Some(&Value::Bool(true));
    let Some(Value::Array(records)) = body.get("records") else {
        return Err(vec![Refusal::new(Code::JsonParser, "records: an array is expected")]);
    };
    too_many(records.len())?;
    let mark = org.data.mark();
    let results = records
        .iter()
        .map(|record| match record {
            Value::Object(record) => act(org, record, by),
            _ => Err(Refusal::of(Code::JsonParser, "a record is expected", &[] as &[&str])),
        })
        .collect();
    Ok(Reply::json(200, settled(org, mark, results, all_or_none)))
}

fn too_many(count: usize) -> Result<(), Vec<Refusal>> {
    if count <= MAX_RECORDS {
        return Ok(());
    }
    let message = "record limit reached. cannot submit more than 200 records into this call";
    Err(vec![Refusal::new(Code::ExceededIdLimit, message)])
}

/// The results as they are told; where one was refused and all or none was asked, nothing of it is left.
fn settled(org: &mut Org, mark: Mark, results: Vec<Result<Value, Refusal>>, all_or_none: bool) -> Value {
    let halted = all_or_none && results.iter().any(Result::is_err);
    match halted {
        true => org.data.take_back(mark),
        false => org.data.keep(mark),
    }
    let told = results.into_iter().map(|result| match result {
        Ok(done) if !halted => done,
        Ok(_) => {
            let message =
                "Record rolled back because not all records were valid and the request was using AllOrNone header";
            failed(&Refusal::of(Code::AllOrNoneRolledBack, message, &[] as &[&str]))
        }
        Err(refusal) => failed(&refusal),
    });
    Value::Array(told.collect())
}

fn failed(refusal: &Refusal) -> Value {
    json!({ "success": false, "errors": [refusal.in_collection()] })
}

fn delete_all(org: &mut Org, ask: &Ask, by: &mut Writer) -> Replied {
    let all_or_none = ask.value("allOrNone") == Some("true");
    let wanted: Vec<String> =
        ask.value("ids").unwrap_or_default().split(',').map(|id| id.trim().to_owned()).collect();
    too_many(wanted.len())?;
    let mark = org.data.mark();
    let schema = Arc::clone(&org.data.schema);
    let mut results = Vec::new();
    for id in &wanted {
        let object = ids::full(id).and_then(|id| schema.of_id(&id));
        let deleted = match object {
            Some(object) => delete(&mut org.data, &object.name, id, by).map_err(as_reference),
            None => Err(Refusal::of(Code::MalformedId, format!("malformed id {id}"), &[] as &[&str])),
        };
        let id = ids::full(id).unwrap_or_default();
        results.push(deleted.map(|()| json!({ "id": id, "success": true, "errors": [] })));
    }
    Ok(Reply::json(200, settled(org, mark, results, all_or_none)))
}

/// `composite/sobjects/X?ids&fields`, or both in a body: records in the order of the ids, null for those not there.
fn retrieve(org: &Org, ask: &Ask, object: &str) -> Replied {
    let schema = Arc::clone(&org.data.schema);
    let object = schema.object(object).ok_or_else(|| vec![Refusal::not_found()])?;
    let (wanted, names) = match ask.method.as_str() {
        "GET" => {
            let listed = |key: &str| {
                let parts = ask.value(key).unwrap_or_default().split(',').map(|part| part.trim().to_owned());
                parts.filter(|part| !part.is_empty()).collect::<Vec<_>>()
            };
            (listed("ids"), listed("fields"))
        }
        _ => {
            let body = ask.object()?;
            let listed = |key: &str| {
                let list = body.get(key).and_then(Value::as_array).into_iter().flatten();
                list.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
            };
            (listed("ids"), listed("fields"))
        }
    };
    if wanted.len() > MAX_READ {
        return Err(vec![Refusal::new(Code::ExceededIdLimit, "record limit reached")]);
    }
    let unknown = names.iter().find(|name| object.field(name).is_none());
    if let Some(name) = unknown {
        let message = format!("No such column '{name}' on sobject of type {}", object.name);
        return Err(vec![Refusal::new(Code::InvalidField, message)]);
    }
    let shown = wanted.iter().map(|id| record(org, ask, object, id, &names)).collect();
    Ok(Reply::json(200, Value::Array(shown)))
}

fn record(org: &Org, ask: &Ask, object: &ObjectType, id: &str, names: &[String]) -> Value {
    let row = ids::full(id).and_then(|id| org.data.row(&object.name, &id));
    let Some(row) = row.filter(|row| row.deleted_at.is_none()) else {
        return Value::Null;
    };
    let url = format!("{}/sobjects/{}/{}", ask.root, object.name, row.id());
    let mut shown = Map::new();
    shown.insert("attributes".into(), json!({ "type": object.name, "url": url }));
    for field in &object.fields {
        let is_asked = names.iter().any(|name| name.eq_ignore_ascii_case(&field.name));
        if is_asked || field.kind == FieldKind::Id {
            shown.insert(field.name.clone(), org.data.read(object, row, &field.name));
        }
    }
    Value::Object(shown)
}
