//! A call turned out to be part of another after it was carried out: its record and its Task are two of one call there. They
//! are deleted, if the other call says all of it and nobody but us has had a hand on them; else they stay, and say which call they
//! are part of.

use super::super::Salesforce;
use super::super::api::Ask;
use super::super::config::{Language, Login};
use super::super::filing::{CALL_ACTIVITY, Fields, PART_OF, Shapes, TASK};
use super::super::governor::Purpose;
use super::super::refused;
use super::super::wrote::{Marks, Wrote, marks};
use super::look::{There, Wanted, look};
use super::{Outcome, judged};
use crate::contract::{Withdrawal, Withdrawn};
use crate::error::{CrmError, CrmErrorKind};
use domain::outbox::{Refusal, RefusalKind};
use serde_json::{Value, json};

/// What came of asking for a change of both records.
enum Did {
    It,
    /// Neither, because of this.
    Not(Refusal),
}

/// What is done to one record.
struct Change {
    object: &'static str,
    id: String,
    /// What is written; none: it is deleted.
    fields: Option<Fields>,
}

/// The records of a call that are there.
struct Records {
    call: Option<There>,
    task: Option<There>,
}

impl Salesforce {
    /// Takes a call away that is part of another.
    pub(in super::super) async fn take_away(&self, gone: &Withdrawal) -> Result<Withdrawn, CrmError> {
        let shapes = self.shapes().await?;
        let key = gone.call.to_string();
        let task = gone.filed.as_ref().and_then(|filed| filed.task.as_ref()).map(|task| task.0.as_str());
        let looked = look(&self.api, &shapes, &[Wanted { key: &key, task, has_task: true }]).await?;
        let found = looked.into_iter().next().unwrap_or_default();
        let living = |there: &There| !there.deleted;
        let there = Records { call: found.call.filter(living), task: found.task.filter(living) };
        if there.call.is_none() && there.task.is_none() {
            return Ok(Withdrawn::Gone);
        }
        let ours = self.api.session().await?.user.clone();
        let wrote = gone.filed.as_ref().and_then(|filed| Wrote::of_text(&filed.wrote)).unwrap_or_default();
        // By an admin's consent we are that admin, whose own hand looks like ours.
        let may_delete = gone.may_delete && !matches!(self.config.login, Login::Refresh { .. });
        if may_delete && there.is_as_we_left_it(&wrote, ours.as_deref()) {
            match self.on_both(there.deletions()).await? {
                Did::It => return Ok(Withdrawn::Gone),
                // Somebody was faster. What is left of it is found when it is tried again.
                Did::Not(refusal) if refusal.kind == RefusalKind::Reference => {
                    return Ok(Withdrawn::Refused(refusal));
                }
                // We may not delete, or something of theirs says no: it is marked then.
                Did::Not(_) => {}
            }
        }
        let marks = there.marks(gone, &wrote, &shapes, self.config.language);
        if marks.is_empty() {
            return Ok(there.marked_already(gone));
        }
        Ok(match self.on_both(marks).await? {
            Did::It => Withdrawn::Marked,
            Did::Not(refusal) => Withdrawn::Refused(refusal),
        })
    }

    /// Does this to the records, all of it or nothing.
    async fn on_both(&self, parts: Vec<Change>) -> Result<Did, CrmError> {
        let root = self.api.root().await?;
        let objects: Vec<&str> = parts.iter().map(|part| part.object).collect();
        let requests: Vec<Value> = parts
            .iter()
            .map(|Change { object, id, fields }| {
                let method = if fields.is_some() { "PATCH" } else { "DELETE" };
                let url = format!("{root}/sobjects/{object}/{id}");
                let mut part = json!({ "method": method, "url": url, "referenceId": object.to_lowercase() });
                if let Some(fields) = fields {
                    part["body"] = Value::Object(fields.clone());
                }
                part
            })
            .collect();
        let body = json!({ "allOrNone": true, "collateSubrequests": false, "compositeRequest": requests });
        let answer = self.api.ask(&Ask::post("composite", body, Purpose::Logging, true)).await;
        let answer = answer.map_err(|trouble| self.api.unexpected(trouble))?;
        let responses = answer.get("compositeResponse").and_then(Value::as_array);
        let unreadable =
            || self.api.error(CrmErrorKind::NotUnderstood, true, "a composite without responses");
        let responses =
            responses.filter(|responses| responses.len() == objects.len()).ok_or_else(unreadable)?;
        let mut all_done = true;
        for (response, object) in responses.iter().zip(objects) {
            let status = response.get("httpStatusCode").and_then(Value::as_u64).unwrap_or_default();
            if (200..300).contains(&status) {
                continue;
            }
            all_done = false;
            let said = response.get("body").map(refused::of_body).unwrap_or_default();
            match judged(&self.api, u16::try_from(status).unwrap_or_default(), said, object) {
                Some(Outcome::Refused(refusal)) => return Ok(Did::Not(refusal)),
                Some(Outcome::Failed(error)) => return Err(error),
                Some(Outcome::Done(_) | Outcome::Exists) | None => {}
            }
        }
        if all_done { Ok(Did::It) } else { Err(unreadable()) }
    }
}

impl Records {
    /// Whether nobody but us has had a hand on either, and they say what we wrote last.
    fn is_as_we_left_it(&self, wrote: &Wrote, ours: Option<&str>) -> bool {
        let is_so = |there: &Option<There>, wrote: &Marks| {
            there.as_ref().is_none_or(|there| {
                let says = |(name, mark): (&String, &String)| now(there, name).is_none_or(|is| is == *mark);
                ours == Some(there.changed_by.as_str()) && wrote.iter().all(says)
            })
        };
        is_so(&self.call, &wrote.call) && is_so(&self.task, &wrote.task)
    }

    fn deletions(&self) -> Vec<Change> {
        let of = |there: &Option<There>, object| {
            there.as_ref().map(|there| Change { object, id: there.id.clone(), fields: None })
        };
        of(&self.task, TASK).into_iter().chain(of(&self.call, CALL_ACTIVITY)).collect()
    }

    /// What is written so that they say what they are part of. A subject that somebody changed stays theirs.
    fn marks(&self, gone: &Withdrawal, wrote: &Wrote, shapes: &Shapes, language: Language) -> Vec<Change> {
        let mut parts = Vec::new();
        let into = gone.into.to_string();
        let may = shapes.call.field(PART_OF).is_some_and(|field| field.updateable);
        if let Some(call) = self.call.as_ref().filter(|call| may && call.text(PART_OF) != Some(&into)) {
            let fields = Fields::from_iter([(PART_OF.to_owned(), json!(into))]);
            parts.push(Change { object: CALL_ACTIVITY, id: call.id.clone(), fields: Some(fields) });
        }
        let begins = match language {
            Language::Spanish => "Parte de otra llamada: ",
            Language::English => "Part of another call: ",
        };
        if let Some(task) = &self.task
            && let Some(subject) = task.text(SUBJECT).filter(|subject| !subject.starts_with(begins))
            && wrote.task.get(SUBJECT).is_some_and(|mark| now(task, SUBJECT).as_ref() == Some(mark))
        {
            let fields = Fields::from_iter([(SUBJECT.to_owned(), json!(format!("{begins}{subject}")))]);
            parts.push(Change { object: TASK, id: task.id.clone(), fields: Some(fields) });
        }
        parts
    }

    /// Nothing is to be written: they say it already, or cannot.
    fn marked_already(&self, gone: &Withdrawal) -> Withdrawn {
        let into = gone.into.to_string();
        match &self.call {
            Some(call) if call.text(PART_OF) != Some(&into) => Withdrawn::Refused(Refusal {
                kind: RefusalKind::Access,
                code: "INVALID_FIELD".to_owned(),
                object: CALL_ACTIVITY.to_owned(),
                fields: vec![PART_OF.to_owned()],
                said: "The field is not there, or our user may not write it.".to_owned(),
                duplicates: Vec::new(),
            }),
            _ => Withdrawn::Marked,
        }
    }
}

/// What a Task is called.
pub(super) const SUBJECT: &str = "Subject";

/// The mark of a field as it is now; `None`: it was not read.
pub(super) fn now(there: &There, name: &str) -> Option<String> {
    let value = there.fields.get(name)?.clone();
    marks(&Fields::from_iter([(name.to_owned(), value)])).remove(name)
}
