//! Several requests in one: composite, whose parts may name what earlier ones made; batch, whose parts know nothing of one
//! another; trees of new records.

use super::records::{desk, not_allowed};
use super::{Ask, Body, Replied, Reply, handle as handle_part, refused};
use crate::salesforce::org::Org;
use crate::salesforce::refusal::{Code, Refusal};
use crate::salesforce::write::Writer;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Most parts.
const MAX_PARTS: usize = 25;
/// Most of them that query or write collections.
const MAX_LARGE_PARTS: usize = 5;
/// Most records of a tree.
const MAX_TREE: usize = 200;
/// Headers that a part may not say.
const FORBIDDEN: [&str; 3] = ["accept", "authorization", "content-type"];

/// Answers `composite`, `composite/batch` and `composite/tree/X`.
pub(crate) fn handle(org: &mut Org, ask: &Ask, path: &[&str], by: &mut Writer) -> Replied {
    match (ask.method.as_str(), path) {
        ("GET", []) => {
            let parts = ["batch", "sobjects", "tree"];
            let urls = parts
                .iter()
                .map(|part| ((*part).to_owned(), json!(format!("{}/composite/{part}", ask.root))));
            Ok(Reply::json(200, Value::Object(urls.collect())))
        }
        ("POST", []) => composite(org, ask, by),
        ("POST", ["batch"]) => batch(org, ask, by),
        ("POST", ["tree", object]) => tree(org, ask, object, by),
        _ => Err(not_allowed(ask)),
    }
}

/// A part of a composite.
struct Part {
    reference: String,
    request: Map<String, Value>,
}

fn composite(org: &mut Org, ask: &Ask, by: &mut Writer) -> Replied {
    let body = ask.object()?;
    let all_or_none = body.get("allOrNone") == Some(&Value::Bool(true));
    let parts = parts(&body)?;
    let mark = org.data.mark();
    let mut made: BTreeMap<String, Value> = BTreeMap::new();
    let mut replies: Vec<(Part, Reply)> = Vec::new();
    let mut halted = None;
    for part in parts {
        let reply = match (halted, all_or_none) {
            (Some(_), true) => Reply::empty(400),
            _ => one(org, &part, &made, by),
        };
        let failed = reply.status >= 300 || (all_or_none && holds_failure(&reply));
        if failed && halted.is_none() {
            halted = Some(replies.len());
        }
        if let (false, Body::Json(body)) = (failed, &reply.body) {
            made.insert(part.reference.clone(), body.clone());
        }
        replies.push((part, reply));
    }
    let rolled_back = halted.filter(|_| all_or_none);
    match rolled_back {
        Some(_) => org.data.take_back(mark),
        None => org.data.keep(mark),
    }
    let told = replies.into_iter().enumerate().map(|(nth, (part, reply))| {
        let reply = match rolled_back {
            Some(cause) if cause != nth => refused(vec![rolled()]),
            Some(_) => taken_back(reply),
            None => reply,
        };
        told(&part.reference, reply)
    });
    Ok(Reply::json(200, json!({ "compositeResponse": told.collect::<Vec<_>>() })))
}

/// Whether a collection within it has a record that was refused.
fn holds_failure(reply: &Reply) -> bool {
    match &reply.body {
        Body::Json(Value::Array(results)) => {
            results.iter().any(|result| result.get("success") == Some(&json!(false)))
        }
        _ => false,
    }
}

/// What a collection that was taken back with everything else says of the records that were good.
fn taken_back(mut reply: Reply) -> Reply {
    if let Body::Json(Value::Array(results)) = &mut reply.body {
        for result in results.iter_mut().filter(|result| result.get("success") == Some(&json!(true))) {
            let message = "Record rolled back because not all records were valid and the request was using AllOrNone \
                           header";
            let refusal = Refusal::of(Code::AllOrNoneRolledBack, message, &[] as &[&str]);
            *result = json!({ "success": false, "errors": [refusal.in_collection()] });
        }
    }
    reply
}

fn rolled() -> Refusal {
    let message = "The transaction was rolled back since another operation in the same transaction failed.";
    Refusal::new(Code::ProcessingHalted, message)
}

fn told(reference: &str, reply: Reply) -> Value {
    let body = match reply.body {
        Body::Json(body) => body,
        Body::Csv(text) => json!(text),
        Body::Empty => Value::Null,
    };
    let headers: Map<String, Value> =
        reply.headers.into_iter().map(|(name, value)| (name, json!(value))).collect();
    json!({ "body": body, "httpHeaders": headers, "httpStatusCode": reply.status, "referenceId": reference })
}

/// The parts, if there are not too many and each has a name of its own.
fn parts(body: &Map<String, Value>) -> Result<Vec<Part>, Vec<Refusal>> {
    let wrong = |code, message: String| vec![Refusal::new(code, message)];
    let Some(Value::Array(requests)) = body.get("compositeRequest") else {
        return Err(wrong(Code::JsonParser, "compositeRequest: an array is expected".into()));
    };
    if requests.len() > MAX_PARTS {
        return Err(wrong(Code::LimitExceeded, format!("Limit exceeded: at most {MAX_PARTS} subrequests")));
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut large = 0;
    for request in requests {
        let said = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or_default();
        let reference = said("referenceId").to_owned();
        let named = reference.starts_with(|c: char| c.is_ascii_alphanumeric())
            && reference.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !named {
            return Err(wrong(
                Code::JsonParser,
                format!(
                    "Provided referenceId ('{reference}') must start with a letter \
                 or a number, and it can contain only letters, numbers and underscores ('_')."
                ),
            ));
        }
        if parts.iter().any(|part| part.reference == reference) {
            return Err(wrong(Code::JsonParser, format!("Duplicate referenceId: {reference}")));
        }
        let path = said("url").split('?').next().unwrap_or_default();
        large += usize::from(path.contains("/query") || path.contains("/composite/sobjects"));
        let Value::Object(request) = request.clone() else {
            return Err(wrong(Code::JsonParser, "a subrequest is expected".into()));
        };
        parts.push(Part { reference, request });
    }
    if large > MAX_LARGE_PARTS {
        let message = format!("Limit exceeded: at most {MAX_LARGE_PARTS} queries and sObject collections");
        return Err(wrong(Code::LimitExceeded, message));
    }
    Ok(parts)
}

/// Does one part; what it names of earlier ones is put in first.
fn one(org: &mut Org, part: &Part, made: &BTreeMap<String, Value>, by: &mut Writer) -> Reply {
    let said = |key: &str| part.request.get(key).and_then(Value::as_str).unwrap_or_default();
    let url = match filled(said("url"), made) {
        Ok(url) => url,
        Err(refusal) => return refused(vec![refusal]),
    };
    let mut content = part.request.get("body").cloned().unwrap_or_default();
    if let Err(refusal) = fill(&mut content, made) {
        return refused(vec![refusal]);
    }
    let headers: Vec<(String, String)> = match part.request.get("httpHeaders") {
        Some(Value::Object(headers)) => headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        _ => Vec::new(),
    };
    if let Some((name, _)) =
        headers.iter().find(|(name, _)| FORBIDDEN.contains(&name.to_lowercase().as_str()))
    {
        return refused(vec![Refusal::new(Code::JsonParser, format!("HTTP header '{name}' is not allowed"))]);
    }
    // A query may come with spaces as they are.
    let url = url.replace(' ', "%20");
    let inner = Ask::read(said("method"), &url, headers, content.to_string().into_bytes());
    let Some(inner) =
        inner.filter(|inner| inner.path.first().is_some_and(|first| may_be_part(first, &inner.path)))
    else {
        return refused(vec![Refusal::not_found()]);
    };
    let mut own = Writer {
        allow_save: by.allow_save || inner.says("Sforce-Duplicate-Rule-Header", "allowSave"),
        record_details: by.record_details
            || inner.says("Sforce-Duplicate-Rule-Header", "includeRecordDetails"),
        lock: std::mem::take(&mut by.lock),
        ..by.clone()
    };
    let reply = handle_part(org, &inner, &mut own).unwrap_or_else(refused);
    // What nothing was written under still waits for the next part.
    by.lock = own.lock;
    reply
}

fn may_be_part(first: &str, path: &[String]) -> bool {
    match first {
        "composite" => path.get(1).is_some_and(|second| second == "sobjects"),
        first => ["sobjects", "query", "queryAll", "limits"].contains(&first),
    }
}

/// Puts what earlier parts made into every text of a body.
fn fill(value: &mut Value, made: &BTreeMap<String, Value>) -> Result<(), Refusal> {
    match value {
        Value::String(text) if text.contains("@{") => {
            // A reference that is the whole text keeps the kind of what it names.
            if let Some(path) = text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}'))
                && !path.contains('}')
            {
                *value = referred(path, made)?;
                return Ok(());
            }
            *value = Value::String(filled(text, made)?);
            Ok(())
        }
        Value::Array(values) => values.iter_mut().try_for_each(|value| fill(value, made)),
        Value::Object(fields) => fields.values_mut().try_for_each(|value| fill(value, made)),
        _ => Ok(()),
    }
}

fn filled(text: &str, made: &BTreeMap<String, Value>) -> Result<String, Refusal> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let Some((path, behind)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        match referred(path, made)? {
            Value::String(text) => filled.push_str(&text),
            other => filled.push_str(&other.to_string()),
        }
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// What `ref.id` or `ref.records[0].Id` names. Names are those of the answer, capitals and all.
fn referred(path: &str, made: &BTreeMap<String, Value>) -> Result<Value, Refusal> {
    let (reference, steps) = path.split_once('.').unwrap_or((path, ""));
    let (reference, first_index) = reference.split_once('[').unwrap_or((reference, ""));
    let missing = || {
        let message = format!("Invalid reference specified. No value for {path} found in {reference}");
        Refusal::new(Code::ProcessingHalted, message)
    };
    let mut at = made.get(reference).ok_or_else(missing)?;
    if let Some(index) = first_index.strip_suffix(']') {
        at = index.parse::<usize>().ok().and_then(|index| at.get(index)).ok_or_else(missing)?;
    }
    for step in steps.split('.').filter(|step| !step.is_empty()) {
        let (name, index) = step.split_once('[').unwrap_or((step, ""));
        at = at.get(name).ok_or_else(missing)?;
        if let Some(index) = index.strip_suffix(']') {
            at = index.parse::<usize>().ok().and_then(|index| at.get(index)).ok_or_else(missing)?;
        }
    }
    if at.is_object() || at.is_array() || at.is_null() { Err(missing()) } else { Ok(at.clone()) }
}

/// `composite/batch`: addresses are without `/services/data/`, and one part's failure is nothing to another.
fn batch(org: &mut Org, ask: &Ask, by: &mut Writer) -> Replied {
    let body = ask.object()?;
    let Some(Value::Array(requests)) = body.get("batchRequests") else {
        return Err(vec![Refusal::new(Code::JsonParser, "batchRequests: an array is expected")]);
    };
    if requests.len() > MAX_PARTS {
        return Err(vec![Refusal::new(Code::LimitExceeded, "Limit exceeded: at most 25 subrequests")]);
    }
    let mut has_errors = false;
    let mut results = Vec::new();
    for request in requests {
        let said = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or_default();
        let url = said("url").trim_start_matches('/');
        let url = format!("/services/data/{}", url.strip_prefix("services/data/").unwrap_or(url))
            .replace(' ', "%20");
        let content = request.get("richInput").cloned().unwrap_or_default().to_string().into_bytes();
        let reply = match Ask::read(said("method"), &url, Vec::new(), content) {
            Some(inner) if inner.path.first().is_some_and(|first| first != "composite") => {
                handle_part(org, &inner, by).unwrap_or_else(refused)
            }
            _ => refused(vec![Refusal::not_found()]),
        };
        has_errors |= reply.status >= 300;
        let result = match reply.body {
            Body::Json(body) => body,
            _ => Value::Null,
        };
        results.push(json!({ "result": result, "statusCode": reply.status }));
    }
    Ok(Reply::json(200, json!({ "hasErrors": has_errors, "results": results })))
}

/// `composite/tree/X`: new records, and new ones that hang on them; all or none.
fn tree(org: &mut Org, ask: &Ask, object: &str, by: &mut Writer) -> Replied {
    let body = ask.object()?;
    let Some(Value::Array(records)) = body.get("records") else {
        return Err(vec![Refusal::new(Code::JsonParser, "records: an array is expected")]);
    };
    let mark = org.data.mark();
    let (mut made, mut failed) = (Vec::new(), Vec::new());
    for record in records {
        plant(org, object, record, None, by, &mut made, &mut failed);
    }
    if failed.is_empty() && made.len() <= MAX_TREE {
        org.data.keep(mark);
        return Ok(Reply::json(201, json!({ "hasErrors": false, "results": made })));
    }
    org.data.take_back(mark);
    Ok(Reply::json(400, json!({ "hasErrors": true, "results": failed })))
}

/// Makes a record of a tree and what hangs on it. `parent`: the field that leads to the record above, and its id.
fn plant(
    org: &mut Org,
    object: &str,
    record: &Value,
    parent: Option<(&str, &str)>,
    by: &mut Writer,
    made: &mut Vec<Value>,
    failed: &mut Vec<Value>,
) {
    let Value::Object(fields) = record else {
        return;
    };
    let said = record.get("attributes").and_then(|attributes| attributes.get("referenceId"));
    let reference = said.and_then(Value::as_str).unwrap_or_default().to_owned();
    let (children, mut own): (Map<String, Value>, Map<String, Value>) = fields
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .partition(|(_, value)| value.get("records").is_some());
    if let Some((field, id)) = parent {
        own.insert(field.to_owned(), json!(id));
    }
    let id = match desk(org).create(object, &own, by) {
        Ok(id) => id,
        Err(refusal) => {
            failed.push(json!({ "referenceId": reference, "errors": [refusal.in_collection()] }));
            return;
        }
    };
    made.push(json!({ "referenceId": reference, "id": id }));
    for (name, inner) in children {
        let schema = std::sync::Arc::clone(&org.data.schema);
        let named = |children: &Option<String>| {
            children.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(&name))
        };
        let mut references = schema.references_to(object).filter(|(_, field)| named(&field.children));
        let Some((owner, field)) = references.next() else {
            continue;
        };
        for child in inner.get("records").and_then(Value::as_array).into_iter().flatten() {
            plant(org, &owner.name, child, Some((&field.name, &id)), by, made, failed);
        }
    }
}
