//! One call by one request: its record, its Task and the name of the Task in the record, all of it or nothing. The unique id
//! of the call makes the whole of it happen once, whatever answers are lost and whoever else sends it.

use super::super::api::{Api, Ask};
use super::super::filing::{CALL_ACTIVITY, Fields, TASK, TASK_ID};
use super::super::governor::Purpose;
use super::super::refused;
use super::plan::Write;
use super::{Outcome, judged};
use crate::error::{CrmError, CrmErrorKind};
use serde_json::{Value, json};

/// Writes one call.
pub(super) async fn write(api: &Api, write: &Write) -> Outcome {
    match send(api, write).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Failed(error),
    }
}

async fn send(api: &Api, write: &Write) -> Result<Outcome, CrmError> {
    let root = api.root().await?;
    let body = json!({
        "allOrNone": true, "collateSubrequests": false, "compositeRequest": parts(write, &root),
    });
    let answer = api.ask(&Ask::post("composite", body, Purpose::Logging, true)).await;
    let answer = answer.map_err(|trouble| api.unexpected(trouble))?;
    let responses = answer.get("compositeResponse").and_then(Value::as_array);
    let unreadable = || api.error(CrmErrorKind::NotUnderstood, true, "a composite without responses");
    let responses = responses.ok_or_else(unreadable)?;
    let (mut record, mut task, mut failed) = (write.record.clone(), None, false);
    for response in responses {
        let part = response.get("referenceId").and_then(Value::as_str).unwrap_or_default();
        let status = response.get("httpStatusCode").and_then(Value::as_u64).unwrap_or_default();
        if !(200..300).contains(&status) {
            failed = true;
            let said = response.get("body").map(refused::of_body).unwrap_or_default();
            let status = u16::try_from(status).unwrap_or_default();
            if let Some(outcome) = judged(api, status, said, Write::object(part)) {
                return Ok(outcome);
            }
            continue;
        }
        let id = response.pointer("/body/id").and_then(Value::as_str).map(str::to_owned);
        match part {
            "call" if record.is_none() => record = id,
            "task" => task = id,
            _ => {}
        }
    }
    match record {
        Some(record) if !failed => Ok(Outcome::Done(write.filed(record, task, true))),
        _ => Err(unreadable()),
    }
}

fn parts(write: &Write, root: &str) -> Vec<Value> {
    let part = |name: &str, method: &str, path: &str, body: &Fields| json!({ "method": method, "url": format!("{root}/sobjects/{path}"), "referenceId": name, "body": body });
    let link = |record: &Fields| {
        let mut fields = record.clone();
        fields.insert(TASK_ID.to_owned(), json!("@{task.id}"));
        fields
    };
    let links = !write.linked && write.new_task().is_some();
    let mut parts = Vec::new();
    match &write.record {
        None => {
            parts.push(part("call", "POST", CALL_ACTIVITY, &write.call));
            parts.extend(write.new_task().map(|task| part("task", "POST", TASK, task)));
            if links {
                let path = format!("{CALL_ACTIVITY}/@{{call.id}}");
                parts.push(part("link", "PATCH", &path, &link(&Fields::new())));
            }
        }
        Some(id) => {
            parts.extend(write.new_task().map(|task| part("task", "POST", TASK, task)));
            let fields = if links { link(&write.call) } else { write.call.clone() };
            if !fields.is_empty() {
                parts.push(part("call", "PATCH", &format!("{CALL_ACTIVITY}/{id}"), &fields));
            }
        }
    }
    let changed = write.changed_task();
    parts.extend(changed.map(|(id, task)| part("task_change", "PATCH", &format!("{TASK}/{id}"), task)));
    parts
}
