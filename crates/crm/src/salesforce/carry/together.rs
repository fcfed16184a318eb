//! Many calls by one request, as a backlog drains: a composite of collections, all of it or nothing, and one request more
//! that writes the ids of the Tasks into the records. A record that is refused takes back all of them: it is taken out and
//! answers for itself, and the rest is sent again.
//!
//! That ids are not written by a reference into a collection, as `alone.rs` does it for one, is because the documentation
//! shows none.

use super::super::api::{Api, Ask, Trouble};
use super::super::filing::{CALL_ACTIVITY, Fields, TASK, TASK_ID};
use super::super::governor::Purpose;
use super::super::refused;
use super::plan::{Write, record};
use super::{Outcome, judged};
use crate::error::{CrmError, CrmErrorKind};
use domain::outbox::Filed;
use serde_json::{Value, json};

/// How often the rest is sent again before it is halved. Two rounds find everything that is refused: one in the calls, one
/// in the Tasks.
const MAX_ROUNDS: usize = 4;

/// One collection of the request: which of the calls each of its records is of.
struct Part {
    name: &'static str,
    method: &'static str,
    of: Vec<usize>,
    records: Vec<Value>,
}

/// What came of one round.
enum Round {
    /// All of it is there; the ids of records and of Tasks that were made, by call.
    Done(Vec<Option<String>>, Vec<Option<String>>),
    /// Nothing is: these are to blame.
    Blamed(Vec<(usize, Outcome)>),
    /// Nothing is, and no record in particular is to blame.
    Unclear(Outcome),
}

/// Writes these calls; what came of each, in their order.
pub(super) async fn write(api: &Api, writes: &[Write]) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = writes.iter().map(|_| None).collect();
    // Groups that are still to be sent. Halves of one are pushed back where nobody is to blame for the whole.
    let mut groups: Vec<Vec<usize>> = vec![(0..writes.len()).collect()];
    while let Some(mut group) = groups.pop() {
        for round in 0..=MAX_ROUNDS {
            if group.is_empty() {
                break;
            }
            match send(api, writes, &group).await {
                Ok(Round::Done(records, tasks)) => {
                    settle(api, writes, &group, records, tasks, &mut outcomes).await;
                    break;
                }
                Ok(Round::Blamed(blamed)) if round < MAX_ROUNDS => {
                    group.retain(|nth| blamed.iter().all(|(who, _)| who != nth));
                    blamed.into_iter().for_each(|(nth, outcome)| outcomes[nth] = Some(outcome));
                }
                Ok(Round::Unclear(Outcome::Failed(error))) | Err(error) => {
                    fail(&mut outcomes, &group, &error);
                    break;
                }
                Ok(Round::Blamed(_) | Round::Unclear(_)) if group.len() > 1 => {
                    let half = group.split_off(group.len() / 2);
                    groups.extend([half, group]);
                    break;
                }
                Ok(Round::Blamed(blamed)) => {
                    blamed.into_iter().for_each(|(nth, outcome)| outcomes[nth] = Some(outcome));
                    break;
                }
                Ok(Round::Unclear(outcome)) => {
                    outcomes[group[0]] = Some(outcome);
                    break;
                }
            }
        }
    }
    let unsaid = || api.error(CrmErrorKind::NotUnderstood, true, "an answer that says nothing of a record");
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Outcome::Failed(unsaid()))).collect()
}

fn fail(outcomes: &mut [Option<Outcome>], group: &[usize], error: &CrmError) {
    group.iter().for_each(|nth| outcomes[*nth] = Some(Outcome::Failed(error.clone())));
}

async fn send(api: &Api, writes: &[Write], group: &[usize]) -> Result<Round, CrmError> {
    let parts = parts(writes, group);
    let root = api.root().await?;
    let requests: Vec<Value> = parts
        .iter()
        .map(|part| {
            json!({
                "method": part.method, "url": format!("{root}/composite/sobjects"), "referenceId": part.name,
                "body": { "allOrNone": true, "records": part.records },
            })
        })
        .collect();
    let body = json!({ "allOrNone": true, "collateSubrequests": false, "compositeRequest": requests });
    let answer = match api.ask(&Ask::post("composite", body, Purpose::Logging, true)).await {
        Ok(answer) => answer,
        Err(Trouble::Crm(error)) => return Err(error),
        Err(Trouble::Refused(said)) => {
            let outcome = judged(api, 400, said, CALL_ACTIVITY);
            let unread =
                || Outcome::Failed(api.error(CrmErrorKind::NotUnderstood, true, "refused without a reason"));
            return Ok(Round::Unclear(outcome.unwrap_or_else(unread)));
        }
    };
    let responses = answer.get("compositeResponse").and_then(Value::as_array);
    let responses = responses.filter(|responses| responses.len() == parts.len());
    let unreadable = || api.error(CrmErrorKind::NotUnderstood, true, "a composite without responses");
    Ok(read(api, writes.len(), &parts, responses.ok_or_else(unreadable)?))
}

/// The collections of a request.
fn parts(writes: &[Write], group: &[usize]) -> Vec<Part> {
    let mut parts = [
        Part { name: "calls", method: "POST", of: Vec::new(), records: Vec::new() },
        Part { name: "tasks", method: "POST", of: Vec::new(), records: Vec::new() },
        Part { name: "calls_changed", method: "PATCH", of: Vec::new(), records: Vec::new() },
        Part { name: "tasks_changed", method: "PATCH", of: Vec::new(), records: Vec::new() },
    ];
    let mut add = |part: usize, nth: usize, record: Value| {
        parts[part].of.push(nth);
        parts[part].records.push(record);
    };
    for &nth in group {
        let write = &writes[nth];
        match &write.record {
            None => add(0, nth, record(CALL_ACTIVITY, None, &write.call)),
            Some(_) if write.call.is_empty() => {}
            Some(id) => add(2, nth, record(CALL_ACTIVITY, Some(id), &write.call)),
        }
        if let Some(task) = write.new_task() {
            add(1, nth, record(TASK, None, task));
        }
        if let Some((id, task)) = write.changed_task() {
            add(3, nth, record(TASK, Some(id), task));
        }
    }
    parts.into_iter().filter(|part| !part.records.is_empty()).collect()
}

fn read(api: &Api, count: usize, parts: &[Part], responses: &[Value]) -> Round {
    let (mut records, mut tasks) = (vec![None; count], vec![None; count]);
    let mut blamed: Vec<(usize, Outcome)> = Vec::new();
    let (mut unclear, mut failed) = (None, false);
    for (part, response) in parts.iter().zip(responses) {
        let status = response.get("httpStatusCode").and_then(Value::as_u64).unwrap_or_default();
        let status = u16::try_from(status).unwrap_or_default();
        let body = response.get("body").unwrap_or(&Value::Null);
        let results = body.as_array().filter(|results| {
            results.len() == part.of.len() && results.iter().all(|result| result.get("success").is_some())
        });
        let object = Write::object(part.name);
        let Some(results) = results else {
            failed = true;
            unclear = unclear.or(judged(api, status, refused::of_body(body), object));
            continue;
        };
        for (&nth, result) in part.of.iter().zip(results) {
            if result.get("success") == Some(&Value::Bool(true)) {
                let id = result.get("id").and_then(Value::as_str).map(str::to_owned);
                match part.name {
                    "calls" => records[nth] = id,
                    "tasks" => tasks[nth] = id,
                    _ => {}
                }
                continue;
            }
            failed = true;
            if let Some(outcome) = judged(api, 400, refused::of_result(result), object)
                && blamed.iter().all(|(who, _)| *who != nth)
            {
                blamed.push((nth, outcome));
            }
        }
    }
    match (failed, unclear) {
        (false, _) => Round::Done(records, tasks),
        (true, _) if !blamed.is_empty() => Round::Blamed(blamed),
        (true, Some(outcome)) => Round::Unclear(outcome),
        (true, None) => {
            let detail = "all of it was taken back and no reason was given";
            Round::Unclear(Outcome::Failed(api.error(CrmErrorKind::NotUnderstood, true, detail)))
        }
    }
}

/// All of a group is there: the Tasks that were made are named in their records, and each call has its answer.
async fn settle(
    api: &Api,
    writes: &[Write],
    group: &[usize],
    records: Vec<Option<String>>,
    tasks: Vec<Option<String>>,
    outcomes: &mut [Option<Outcome>],
) {
    let mut filed: Vec<(usize, Filed)> = Vec::new();
    for &nth in group {
        let write = &writes[nth];
        if let Some(record) = records[nth].clone().or_else(|| write.record.clone()) {
            filed.push((nth, write.filed(record, tasks[nth].clone(), write.linked)));
        }
    }
    link(api, filed.iter_mut().map(|(_, filed)| filed).filter(|filed| !filed.linked).collect()).await;
    filed.into_iter().for_each(|(nth, filed)| outcomes[nth] = Some(Outcome::Done(filed)));
}

/// Writes the ids of Tasks into their records. What is not written now is written when the call is carried out once more.
async fn link(api: &Api, filed: Vec<&mut Filed>) {
    if filed.is_empty() {
        return;
    }
    let records: Vec<Value> = filed
        .iter()
        .map(|filed| {
            let fields = Fields::from_iter([(TASK_ID.to_owned(), json!(filed.task))]);
            record(CALL_ACTIVITY, Some(&filed.record.0), &fields)
        })
        .collect();
    let ask = Ask {
        method: super::super::transport::Method::Patch,
        ..Ask::post(
            "composite/sobjects",
            json!({ "allOrNone": false, "records": records }),
            Purpose::Logging,
            true,
        )
    };
    if let Ok(Value::Array(results)) = api.ask(&ask).await {
        for (filed, result) in filed.into_iter().zip(results) {
            filed.linked = result.get("success") == Some(&Value::Bool(true));
        }
    }
}
