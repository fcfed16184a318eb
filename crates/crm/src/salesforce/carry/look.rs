//! What of some calls is there already. Asked by the id of the call, which is unique there, deleted ones as well; so many
//! calls with one request as a composite has room for queries.

use super::super::api::{Api, listed};
use super::super::filing::{CALL_ACTIVITY, CALL_FIELDS, INTERACTION_ID, Shapes, TASK, TASK_FIELDS, TASK_ID};
use super::super::governor::Purpose;
use super::super::stamp;
use crate::error::CrmError;
use domain::id::At;
use serde_json::Value;
use std::collections::BTreeMap;

/// Most ids of calls in one query: what stands behind `WHERE` may be 4,000 characters.
const CALLS_A_QUERY: usize = 90;
/// Most ids of Tasks in one query, which are half as long.
const TASKS_A_QUERY: usize = 170;
/// How far from its call a Task may have been made that was made with it, in milliseconds.
pub(super) const APART_MS: i64 = 5 * 60 * 1000;

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
    pub(super) fn read(record: Value) -> Option<There> {
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
    let mut found = Found::default();
    let keys: Vec<&str> = wanted.iter().map(|one| one.key).collect();
    let known: Vec<&str> = wanted.iter().filter_map(|one| one.task).collect();
    let calls = keys.chunks(CALLS_A_QUERY).map(|keys| calls_query(shapes, keys));
    let tasks = known.chunks(TASKS_A_QUERY).map(|ids| tasks_query(shapes, "Id", ids, ""));
    found.take(ask_all(api, &calls.chain(tasks).collect::<Vec<_>>()).await?);
    // Tasks that only their records name, and those that none names.
    let with_task = || wanted.iter().filter(|one| one.has_task && one.task.is_none());
    let named: Vec<&str> = with_task().filter_map(|one| found.task_id(one)).collect();
    let unnamed: Vec<&There> = with_task()
        .filter(|one| found.task_id(one).is_none())
        .filter_map(|one| found.calls.get(one.key))
        .collect();
    let by_id = named.chunks(TASKS_A_QUERY).map(|ids| tasks_query(shapes, "Id", ids, ""));
    let by_call = unnamed.chunks(CALLS_A_QUERY).map(|calls| {
        let keys: Vec<&str> = calls.iter().filter_map(|call| call.text(INTERACTION_ID)).collect();
        tasks_query(shapes, "CallObject", &keys, &near(calls.iter().filter_map(|call| call.created_at)))
    });
    let queries: Vec<String> = by_id.chain(by_call).collect();
    found.take(ask_all(api, &queries).await?);
    Ok(wanted.iter().map(|one| found.of(one)).collect())
}

/// The records that were found.
#[derive(Default)]
struct Found {
    /// By the ids that the calls have here.
    calls: BTreeMap<String, There>,
    /// By their own ids.
    tasks: BTreeMap<String, There>,
    /// By the ids that their calls have here.
    tasks_of: BTreeMap<String, There>,
}

impl Found {
    fn take(&mut self, records: Vec<Value>) {
        for there in records.into_iter().filter_map(There::read) {
            if let Some(key) = there.text(INTERACTION_ID).map(str::to_owned) {
                keep(&mut self.calls, key, there);
                continue;
            }
            if let Some(key) = there.text("CallObject").map(str::to_owned) {
                keep(&mut self.tasks_of, key, there.clone());
            }
            keep(&mut self.tasks, there.id.clone(), there);
        }
    }

    /// The Task that we know of, or that the record names.
    fn task_id<'a>(&'a self, one: &Wanted<'a>) -> Option<&'a str> {
        one.task.or_else(|| self.calls.get(one.key).and_then(|call| call.text(TASK_ID)))
    }

    fn of(&self, one: &Wanted<'_>) -> Looked {
        let task = match self.task_id(one) {
            Some(id) => self.tasks.get(id),
            None => self.tasks_of.get(one.key),
        };
        Looked { call: self.calls.get(one.key).cloned(), task: task.cloned() }
    }
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

pub(super) const SYSTEM: &str = "Id,IsDeleted,CreatedDate,LastModifiedById";

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

/// The records that these queries find, all together: without one of them what is there would look missing.
async fn ask_all(api: &Api, queries: &[String]) -> Result<Vec<Value>, CrmError> {
    let found = api.query_together(queries, true, Purpose::Logging).await?;
    Ok(found.into_iter().collect::<Result<Vec<_>, CrmError>>()?.concat())
}
