//! What of some calls is there already. Asked by the id of the call, which is unique there, deleted ones as well; so many
//! calls with one request as a composite has room for queries.

use super::super::api::{Api, Ask, Trouble, escaped, listed};
use super::super::filing::{CALL_ACTIVITY, CALL_FIELDS, INTERACTION_ID, Shapes, TASK, TASK_FIELDS, TASK_ID};
use super::super::governor::Purpose;
use super::super::refused;
use super::super::stamp;
use crate::error::{CrmError, CrmErrorKind};
use domain::id::At;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most ids of calls in one query: what stands behind `WHERE` may be 4,000 characters.
const CALLS_A_QUERY: usize = 90;
/// Most ids of Tasks in one query, which are half as long.
const TASKS_A_QUERY: usize = 170;
/// Most queries of a composite.
const QUERIES_A_REQUEST: usize = 5;
/// How far from its call a Task may have been made that was made with it, in milliseconds.
const APART_MS: i64 = 5 * 60 * 1000;

/// A record that is, or was, there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct There {
    pub(super) id: String,
    pub(super) deleted: bool,
    /// The user who changed it last.
    pub(super) changed_by: String,
    pub(super) created_at: Option<At>,
    /// Its fields as they are.
    pub(super) fields: Value,
}

impl There {
    fn read(record: Value) -> Option<There> {
        let text = |key: &str| record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(There {
            id: record.get("Id")?.as_str()?.to_owned(),
            deleted: record.get("IsDeleted") == Some(&Value::Bool(true)),
            changed_by: text("LastModifiedById"),
            created_at: stamp::read(&text("CreatedDate")),
            fields: record,
        })
    }

    /// What a field of it says.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }
}

/// Which call is looked for, and the Task that is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) key: &'a str,
    pub(super) task: Option<&'a str>,
    /// Whether it is to have a Task.
    pub(super) has_task: bool,
}

/// What was found of one call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Looked {
    pub(super) call: Option<There>,
    pub(super) task: Option<There>,
}

/// What of these calls is there, in their order.
pub(super) async fn look(api: &Api, shapes: &Shapes, wanted: &[Wanted<'_>]) -> Result<Vec<Looked>, CrmError> {
    let keys: Vec<&str> = wanted.iter().map(|one| one.key).collect();
    let known: Vec<&str> = wanted.iter().filter_map(|one| one.task).collect();
    let calls_by = keys.chunks(CALLS_A_QUERY).map(|keys| calls_query(shapes, keys));
    let tasks_by = known.chunks(TASKS_A_QUERY).map(|ids| tasks_query(shapes, "Id", ids, ""));
    let records = ask_all(api, &calls_by.chain(tasks_by).collect::<Vec<_>>()).await?;
    let mut calls: BTreeMap<String, There> = BTreeMap::new();
    let mut tasks: BTreeMap<String, There> = BTreeMap::new();
    for there in records.into_iter().filter_map(There::read) {
        match there.text(INTERACTION_ID).map(str::to_owned) {
            Some(key) => keep(&mut calls, key, there),
            None => keep(&mut tasks, there.id.clone(), there),
        }
    }
    let told = |one: &Wanted<'_>, calls: &BTreeMap<String, There>| {
        let of_call = calls.get(one.key).and_then(|call| call.text(TASK_ID)).map(str::to_owned);
        one.task.map(str::to_owned).or(of_call)
    };
    let more: Vec<String> = wanted
        .iter()
        .filter(|one| one.has_task)
        .filter_map(|one| told(one, &calls))
        .filter(|id| !tasks.contains_key(id) && !known.contains(&id.as_str()))
        .collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let by_id = more.chunks(TASKS_A_QUERY).map(|ids| tasks_query(shapes, "Id", ids, ""));
    let unnamed: Vec<&Wanted<'_>> = wanted
        .iter()
        .filter(|one| one.has_task && told(one, &calls).is_none() && calls.contains_key(one.key))
        .collect();
    let by_call = unnamed.chunks(CALLS_A_QUERY).map(|some| {
        let made = some.iter().filter_map(|one| calls.get(one.key)?.created_at);
        let keys: Vec<&str> = some.iter().map(|one| one.key).collect();
        tasks_query(shapes, "CallObject", &keys, &near(made))
    });
    let records = ask_all(api, &by_id.chain(by_call).collect::<Vec<_>>()).await?;
    let mut by_call: BTreeMap<String, There> = BTreeMap::new();
    for there in records.into_iter().filter_map(There::read) {
        if let Some(key) = there.text("CallObject").map(str::to_owned) {
            keep(&mut by_call, key, there.clone());
        }
        keep(&mut tasks, there.id.clone(), there);
    }
    Ok(wanted
        .iter()
        .map(|one| {
            let task = match told(one, &calls) {
                Some(id) => tasks.get(&id).cloned(),
                None => by_call.get(one.key).cloned(),
            };
            Looked { task, call: calls.get(one.key).cloned() }
        })
        .collect())
}

/// Of several with one key a living one is it.
fn keep(found: &mut BTreeMap<String, There>, key: String, there: There) {
    if found.get(&key).is_none_or(|known| known.deleted) {
        found.insert(key, there);
    }
}

/// Tasks are not indexed by what we know them by; by when they were made they are.
fn near(made: impl Iterator<Item = At> + Clone) -> String {
    match (made.clone().min(), made.max()) {
        (Some(first), Some(last)) => format!(
            " AND CreatedDate >= {} AND CreatedDate <= {}",
            stamp::moment(first.plus_millis(-APART_MS)),
            stamp::moment(last.plus_millis(APART_MS))
        ),
        _ => String::new(),
    }
}

const SYSTEM: &str = "Id,IsDeleted,CreatedDate,LastModifiedById";

fn calls_query(shapes: &Shapes, keys: &[&str]) -> String {
    let fields = shapes.call.among(&CALL_FIELDS).into_iter().chain(shapes.call.among(&[TASK_ID]));
    let fields: String = fields.map(|field| format!(",{field}")).collect();
    let keys = listed(keys.iter().copied());
    format!(
        "SELECT {SYSTEM},{INTERACTION_ID}{fields} FROM {CALL_ACTIVITY} WHERE {INTERACTION_ID} IN ({keys})"
    )
}

fn tasks_query(shapes: &Shapes, by: &str, values: &[&str], more: &str) -> String {
    let fields: String = shapes.task.among(&TASK_FIELDS).iter().map(|field| format!(",{field}")).collect();
    let values = listed(values.iter().copied());
    format!("SELECT {SYSTEM}{fields} FROM {TASK} WHERE {by} IN ({values}){more}")
}

/// The records that these queries find, all together.
async fn ask_all(api: &Api, queries: &[String]) -> Result<Vec<Value>, CrmError> {
    let root = api.root().await?;
    let mut found = Vec::new();
    for some in queries.chunks(QUERIES_A_REQUEST) {
        let parts: Vec<Value> = some
            .iter()
            .enumerate()
            .map(|(nth, soql)| {
                let url = format!("{root}/queryAll/?q={}", escaped(soql));
                json!({ "method": "GET", "url": url, "referenceId": format!("q{nth}") })
            })
            .collect();
        let body = json!({ "allOrNone": false, "collateSubrequests": false, "compositeRequest": parts });
        let answer = api.ask(&Ask::post("composite", body, Purpose::Logging, false)).await;
        let mut answer = answer.map_err(|trouble| api.unexpected(trouble))?;
        let Some(Value::Array(responses)) = answer.get_mut("compositeResponse").map(Value::take) else {
            return Err(api.error(CrmErrorKind::NotUnderstood, false, "a composite without responses"));
        };
        for mut response in responses {
            match response.pointer_mut("/body/records").map(Value::take) {
                Some(Value::Array(records)) => found.extend(records),
                _ => return Err(refused_part(api, &response)),
            }
        }
    }
    Ok(found)
}

fn refused_part(api: &Api, response: &Value) -> CrmError {
    let status = response.get("httpStatusCode").and_then(Value::as_u64).unwrap_or_default();
    let said = response.get("body").map(refused::of_body).unwrap_or_default();
    match api.judge(u16::try_from(status).unwrap_or_default(), said, false) {
        Trouble::Crm(error) => error,
        refused => api.unexpected(refused),
    }
}
