//! What is to be written so that a call is there as it is to be, given what is there. Pure.

use super::super::describe::Object;
use super::super::filing::{CALL_ACTIVITY, Fields, INTERACTION_ID, Shapes, Sheet, TASK, TASK_ID};
use super::super::wrote::{Before, Marks, Wrote, changes, marks};
use super::look::{Looked, There};
use crate::contract::{Carried, Filing};
use domain::mirror::RemoteId;
use domain::outbox::Filed;
use serde_json::{Value, json};

/// What is done about the Task of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TaskWrite {
    /// Nothing: it is to have none, or has one that stays as it is, or had one that somebody deleted.
    Keep(Option<String>),
    /// It is made.
    Create(Fields),
    /// It is changed.
    Change { id: String, fields: Fields },
}

/// What is written for one call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Write {
    /// The record; none: it is made.
    pub(super) record: Option<String>,
    /// Fields of the call. With a Task that is made, its id comes besides.
    pub(super) call: Fields,
    pub(super) task: TaskWrite,
    /// Whether the record names its Task already, or is to have none.
    pub(super) linked: bool,
    pub(super) wrote: Wrote,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plan {
    /// This is written.
    Write(Box<Write>),
    /// That is the answer already.
    Settled(Box<Carried>),
}

/// Everything is made: nothing of it is there.
pub(super) fn make(sheet: &Sheet, shapes: &Shapes) -> Plan {
    Plan::Write(Box::new(new(sheet, shapes)))
}

fn new(sheet: &Sheet, shapes: &Shapes) -> Write {
    let mut call = creatable(&sheet.call, &shapes.call);
    call.insert(INTERACTION_ID.to_owned(), json!(sheet.key));
    let task = sheet.task.as_ref().map(|task| creatable(task, &shapes.task));
    let wrote = Wrote { call: marks(&sheet.call), task: sheet.task.as_ref().map(marks).unwrap_or_default() };
    let linked = task.is_none() || shapes.call.field(TASK_ID).is_none();
    let task = task.map_or(TaskWrite::Keep(None), TaskWrite::Create);
    Write { record: None, call, task, linked, wrote }
}

/// The record is made once more. A Task of the one that is no more is its own, where that is left.
fn make_again(filing: &Filing, sheet: &Sheet, shapes: &Shapes, looked: &Looked, ours: Option<&str>) -> Plan {
    let mut write = new(sheet, shapes);
    let left = looked.task.as_ref().filter(|task| !task.deleted);
    if let (Some(left), Some(wanted)) = (left, &sheet.task) {
        if shapes.call.field(TASK_ID).is_some_and(|field| field.createable) {
            write.call.insert(TASK_ID.to_owned(), json!(left.id));
        }
        (write.task, write.wrote.task) = task(filing, wanted, shapes, looked, None, ours);
        write.linked = true;
    }
    Plan::Write(Box::new(write))
}

pub(super) fn creatable(fields: &Fields, object: &Object) -> Fields {
    let may = |name: &str| object.field(name).is_some_and(|field| field.createable);
    let said = fields.iter().filter(|(name, value)| !value.is_null() && may(name));
    said.map(|(name, value)| (name.clone(), value.clone())).collect()
}

pub(super) fn updatable(mut fields: Fields, object: &Object) -> Fields {
    fields.retain(|name, _| object.field(name).is_some_and(|field| field.updateable));
    fields
}

/// What is done about a call that was looked for. `ours`: the user we are there.
pub(super) fn amend(
    filing: &Filing,
    sheet: &Sheet,
    shapes: &Shapes,
    looked: &Looked,
    ours: Option<&str>,
) -> Plan {
    let Some(call) = looked.call.as_ref().filter(|call| !call.deleted) else {
        // What we know was there and is found no more was deleted for good.
        return match looked.call.is_some() || filing.before.is_some() {
            _ if filing.again => make_again(filing, sheet, shapes, looked, ours),
            true => Plan::Settled(Box::new(Carried::DeletedThere)),
            false => make(sheet, shapes),
        };
    };
    let known = filing.before.as_ref().and_then(|before| Wrote::of_text(&before.wrote));
    let of_call = before(known.as_ref().map(|wrote| &wrote.call), call, filing.in_doubt, ours);
    let (written, call_marks) = changes(&sheet.call, &call.fields, of_call);
    let mut fields = updatable(written, &shapes.call);
    let (task, task_marks) = match &sheet.task {
        Some(wanted) => task(filing, wanted, shapes, looked, known.as_ref(), ours),
        None => (TaskWrite::Keep(call.text(TASK_ID).map(str::to_owned)), Marks::new()),
    };
    let names = call.text(TASK_ID).is_some() || shapes.call.field(TASK_ID).is_none();
    let is_made = matches!(task, TaskWrite::Create(_));
    if let (false, Some(id)) = (names, task_id(&task)) {
        fields.insert(TASK_ID.to_owned(), json!(id));
    }
    let wrote = Wrote { call: call_marks, task: task_marks };
    let write = Write { record: Some(call.id.clone()), call: fields, task, linked: names || !is_made, wrote };
    let nothing = write.call.is_empty() && matches!(write.task, TaskWrite::Keep(_));
    match nothing {
        true => Plan::Settled(Box::new(Carried::Filed(write.filed(call.id.clone(), None, true)))),
        false => Plan::Write(Box::new(write)),
    }
}

/// Who wrote what is there.
pub(super) fn before<'a>(
    known: Option<&'a Marks>,
    there: &There,
    in_doubt: bool,
    ours: Option<&str>,
) -> Before<'a> {
    let by_us = ours.is_some_and(|ours| ours == there.changed_by);
    match (known, by_us) {
        (Some(marks), true) if in_doubt => Before::Doubt(marks),
        (Some(marks), _) => Before::Wrote(marks),
        (None, true) => Before::Ours,
        (None, false) => Before::Theirs,
    }
}

fn task(
    filing: &Filing,
    wanted: &Fields,
    shapes: &Shapes,
    looked: &Looked,
    known: Option<&Wrote>,
    ours: Option<&str>,
) -> (TaskWrite, Marks) {
    let named = looked.call.as_ref().and_then(|call| call.text(TASK_ID));
    let named =
        filing.before.as_ref().and_then(|before| before.task.as_ref().map(|id| id.0.as_str())).or(named);
    match (&looked.task, named) {
        (Some(task), _) if !task.deleted => {
            let marks = known.map(|wrote| &wrote.task).filter(|marks| !marks.is_empty());
            let of_task = before(marks, task, filing.in_doubt, ours);
            let (written, last) = changes(wanted, &task.fields, of_task);
            let fields = updatable(written, &shapes.task);
            match fields.is_empty() {
                true => (TaskWrite::Keep(Some(task.id.clone())), last),
                false => (TaskWrite::Change { id: task.id.clone(), fields }, last),
            }
        }
        // Somebody deleted the Task: it is not made again.
        (Some(task), _) => (TaskWrite::Keep(Some(task.id.clone())), Marks::new()),
        (None, Some(id)) => (TaskWrite::Keep(Some(id.to_owned())), Marks::new()),
        (None, None) => (TaskWrite::Create(creatable(wanted, &shapes.task)), marks(wanted)),
    }
}

fn task_id(task: &TaskWrite) -> Option<&str> {
    match task {
        TaskWrite::Keep(id) => id.as_deref(),
        TaskWrite::Change { id, .. } => Some(id),
        TaskWrite::Create(_) => None,
    }
}

impl Write {
    /// What is there once it was written. `made`: the id of the Task that was made.
    pub(super) fn filed(&self, record: String, made: Option<String>, linked: bool) -> Filed {
        let task = made.or_else(|| task_id(&self.task).map(str::to_owned)).map(RemoteId);
        Filed {
            record: RemoteId(record),
            linked: linked || task.is_none(),
            task,
            wrote: self.wrote.to_text(),
        }
    }

    /// The object that a part of it writes, for what is told of a refusal.
    pub(super) fn object(part: &str) -> &'static str {
        if part.starts_with("task") { TASK } else { CALL_ACTIVITY }
    }

    /// The fields of its Task, where one is made.
    pub(super) fn new_task(&self) -> Option<&Fields> {
        match &self.task {
            TaskWrite::Create(fields) => Some(fields),
            _ => None,
        }
    }

    /// The Task that is changed, and how.
    pub(super) fn changed_task(&self) -> Option<(&str, &Fields)> {
        match &self.task {
            TaskWrite::Change { id, fields } => Some((id, fields)),
            _ => None,
        }
    }
}

/// A record within a collection: its kind, its fields, and its id where it is there.
pub(super) fn record(object: &str, id: Option<&str>, fields: &Fields) -> Value {
    let mut record = fields.clone();
    record.insert("attributes".to_owned(), json!({ "type": object }));
    if let Some(id) = id {
        record.insert("id".to_owned(), json!(id));
    }
    Value::Object(record)
}
