//! A follow-up as a Task that is to be done. A Task has no field that is unique, so one that is not known is looked for every time
//! before it is made, deleted ones as well: by `CallObject`, which holds a key of ours, among those made since the call began. So it is
//! one, whatever answers were lost and whichever process was killed after it had asked. What somebody changed there stays, as
//! with calls; that a Task was done there is not read.

use super::super::Salesforce;
use super::super::api::{Ask, Trouble, quoted};
use super::super::config::{Config, Language, Login};
use super::super::describe::Object;
use super::super::filing::{Fields, TASK, TaskStatuses, fitted, who_and_what};
use super::super::governor::Purpose;
use super::super::refused::{self, Meaning};
use super::super::stamp;
use super::super::transport::Method;
use super::super::wrote::{Marks, Wrote, changes, marks};
use super::look::{APART_MS, SYSTEM, There};
use super::plan::{before, creatable, updatable};
use super::withdraw::{SUBJECT, now};
use crate::contract::{FollowUpCarried, FollowUpFiling, FollowUpWanted};
use crate::error::{CrmError, CrmErrorKind, Retry};
use domain::mirror::RemoteId;
use domain::outbox::{Refusal, RefusalKind, TaskFiled};
use serde_json::{Value, json};

/// The field that says which follow-up a Task is.
const KEY: &str = "CallObject";
/// What such a key begins with; that of a call's own Task is the id of the call alone.
const KEY_BEGINS: &str = "follow-up:";
const STATUS: &str = "Status";
/// Fields of a Task that is to be done.
const FIELDS: [&str; 7] = ["WhoId", "WhatId", "OwnerId", SUBJECT, STATUS, "ActivityDate", KEY];

/// A follow-up, and all that is needed to write it.
struct ToDo<'a> {
    filing: &'a FollowUpFiling,
    task: &'a Object,
    statuses: &'a TaskStatuses,
    /// The user we are there.
    ours: Option<&'a str>,
    /// What we wrote last, as far as is known.
    known: Option<Marks>,
}

impl Salesforce {
    /// Has a follow-up be a Task, or none.
    pub(in super::super) async fn to_do(&self, filing: &FollowUpFiling) -> Result<FollowUpCarried, CrmError> {
        self.to_do_now(filing).await.map_err(|error| match error.retry {
            // What was in doubt before still is.
            Retry::After(after) if filing.in_doubt => CrmError { retry: Retry::InDoubt(after), ..error },
            _ => error,
        })
    }

    async fn to_do_now(&self, filing: &FollowUpFiling) -> Result<FollowUpCarried, CrmError> {
        let task = self.describes.get(&self.api, TASK, Purpose::Logging).await?;
        let statuses = self.task_statuses().await?;
        let session = self.api.session().await?;
        let wrote = filing.before.as_ref().and_then(|before| Wrote::of_text(&before.wrote));
        let (ours, known) = (session.user.as_deref(), wrote.map(|wrote| wrote.task));
        let to_do = ToDo { filing, task: &task, statuses: &statuses, ours, known };
        if task.field(KEY).is_none() {
            return Ok(FollowUpCarried::Refused(no_key()));
        }
        let wanted = filing.wanted.as_ref().map(|wanted| (wanted, to_do.fields(wanted, &self.config)));
        if let (Some((_, fields)), Some(there)) = (&wanted, &filing.before)
            && !filing.in_doubt
            && to_do.known.as_ref() == Some(&marks(fields))
        {
            return Ok(FollowUpCarried::There(there.clone()));
        }
        let there = self.task_there(&to_do).await?;
        match (there, wanted) {
            (None, Some((wanted, fields))) if !wanted.done && filing.before.is_none() => {
                self.make_to_do(&to_do, &fields).await
            }
            (Some(there), Some((wanted, fields))) if !there.deleted => {
                self.amend_to_do(&to_do, &there, (wanted, &fields)).await
            }
            (Some(there), None) if !there.deleted => self.end_to_do(&to_do, &there).await,
            // Of what was done before it was there nothing is made.
            (None, Some(_)) if filing.before.is_none() => Ok(FollowUpCarried::Gone),
            // The answer to a deletion of ours was lost, and since then it is to be done again.
            (Some(_), Some((wanted, fields))) if filing.in_doubt => {
                let other = self.task_with_key(&to_do).await?;
                match other.filter(|other| !other.deleted) {
                    Some(other) => self.amend_to_do(&to_do, &other, (wanted, &fields)).await,
                    None if wanted.done => Ok(FollowUpCarried::Gone),
                    None => self.make_to_do(&to_do, &fields).await,
                }
            }
            (_, Some(_)) => Ok(FollowUpCarried::DeletedThere),
            (_, None) => Ok(FollowUpCarried::Gone),
        }
    }

    /// The Task of a follow-up: the one that is known, or the one with its key. Of several a living one is it.
    async fn task_there(&self, to_do: &ToDo<'_>) -> Result<Option<There>, CrmError> {
        match &to_do.filing.before {
            Some(before) => self.task_where(to_do, &format!("Id = {}", quoted(&before.task.0))).await,
            None => self.task_with_key(to_do).await,
        }
    }

    async fn task_with_key(&self, to_do: &ToDo<'_>) -> Result<Option<There>, CrmError> {
        // Tasks are not indexed by what we know them by; by when they were made they are.
        let since = to_do.filing.began_at.map(|at| stamp::moment(at.plus_millis(-APART_MS)));
        let since = since.map(|since| format!(" AND CreatedDate >= {since}")).unwrap_or_default();
        self.task_where(to_do, &format!("{KEY} = {}{since}", quoted(&to_do.key()))).await
    }

    async fn task_where(&self, to_do: &ToDo<'_>, which: &str) -> Result<Option<There>, CrmError> {
        let fields: String = to_do.task.among(&FIELDS).iter().map(|field| format!(",{field}")).collect();
        let soql = format!("SELECT {SYSTEM},IsClosed{fields} FROM {TASK} WHERE {which}");
        let found = self.api.query(&soql, true, Purpose::Logging).await;
        let found = found.map_err(|trouble| self.api.unexpected(trouble));
        if let Err(error) = &found {
            self.describes.doubt(error).await;
        }
        let mut found: Vec<There> = found?.into_iter().filter_map(There::read).collect();
        found.sort_by_key(|there| there.deleted);
        Ok(found.into_iter().next())
    }

    async fn make_to_do(&self, to_do: &ToDo<'_>, fields: &Fields) -> Result<FollowUpCarried, CrmError> {
        let body = Value::Object(creatable(fields, to_do.task));
        let ask = Ask::post(format!("sobjects/{TASK}"), body, Purpose::Logging, true);
        let body = match self.sent(&ask).await? {
            Ok(body) => body,
            Err(refusal) => return Ok(FollowUpCarried::Refused(refusal)),
        };
        let id = body.get("id").and_then(Value::as_str);
        let unreadable =
            || self.api.error(CrmErrorKind::NotUnderstood, true, "a Task was made and not named");
        Ok(there(id.ok_or_else(unreadable)?, marks(fields)))
    }

    async fn amend_to_do(
        &self,
        to_do: &ToDo<'_>,
        is: &There,
        (wanted, fields): (&FollowUpWanted, &Fields),
    ) -> Result<FollowUpCarried, CrmError> {
        let by = before(to_do.known.as_ref(), is, to_do.filing.in_doubt, to_do.ours);
        let (written, mut last) = changes(fields, &is.fields, by);
        let mut written = updatable(written, to_do.task);
        if let (true, false, Some(done)) = (wanted.done, is_closed(is), fields.get(STATUS)) {
            // What is done is done, however far somebody said there that it was.
            written.insert(STATUS.to_owned(), done.clone());
            last.extend(marks(&Fields::from_iter([(STATUS.to_owned(), done.clone())])));
        }
        if written.is_empty() {
            return Ok(there(&is.id, last));
        }
        Ok(match self.sent(&patch(&is.id, written)).await? {
            Ok(_) => there(&is.id, last),
            Err(refusal) => FollowUpCarried::Refused(refusal),
        })
    }

    /// It is not to be done any more. One that nobody but us had a hand on is deleted; where we may not, it is closed and says why.
    /// One that somebody changed stays open, and its subject says so if that is still ours.
    async fn end_to_do(&self, to_do: &ToDo<'_>, is: &There) -> Result<FollowUpCarried, CrmError> {
        if is_closed(is) {
            return Ok(FollowUpCarried::Gone);
        }
        let nothing = Marks::new();
        let known = to_do.known.as_ref().unwrap_or(&nothing);
        let says = |(name, mark): (&String, &String)| now(is, name).is_none_or(|now| now == *mark);
        let is_as_we_left_it = to_do.ours == Some(is.changed_by.as_str()) && known.iter().all(says);
        // By an admin's consent we are that admin, whose own hand looks like ours.
        if is_as_we_left_it && !matches!(self.config.login, Login::Refresh { .. }) {
            let delete = Ask { method: Method::Delete, body: None, ..patch(&is.id, Fields::new()) };
            match self.sent(&delete).await? {
                Ok(_) => return Ok(FollowUpCarried::Gone),
                // Somebody was faster.
                Err(refusal) if refusal.kind == RefusalKind::Reference => return Ok(FollowUpCarried::Gone),
                // We may not delete, or something of theirs says no: it is closed then.
                Err(_) => {}
            }
        }
        let mut fields = Fields::new();
        let begins = match self.config.language {
            Language::Spanish => "Ya no procede: ",
            Language::English => "No longer needed: ",
        };
        let is_ours = is_as_we_left_it
            || known.get(SUBJECT).is_some_and(|mark| now(is, SUBJECT).as_ref() == Some(mark));
        if let Some(subject) = is.text(SUBJECT).filter(|subject| is_ours && !subject.starts_with(begins)) {
            fields.insert(SUBJECT.to_owned(), json!(format!("{begins}{subject}")));
        }
        if is_as_we_left_it {
            fields.insert(STATUS.to_owned(), json!(to_do.statuses.done));
        }
        let fields = updatable(fitted(fields, to_do.task), to_do.task);
        if fields.is_empty() {
            return Ok(FollowUpCarried::Gone);
        }
        Ok(match self.sent(&patch(&is.id, fields)).await? {
            Ok(_) => FollowUpCarried::Gone,
            Err(refusal) => FollowUpCarried::Refused(refusal),
        })
    }

    /// Asks for a change of a Task; what is refused for good is an answer too.
    async fn sent(&self, ask: &Ask) -> Result<Result<Value, Refusal>, CrmError> {
        let said = match self.api.ask(ask).await {
            Ok(body) => return Ok(Ok(body)),
            Err(Trouble::Crm(error)) => return Err(error),
            Err(Trouble::Refused(said)) => said,
        };
        let first = said.into_iter().next().unwrap_or_default();
        let kind = match refused::meaning(400, &first.code) {
            Meaning::Refused(kind) => kind,
            _ => RefusalKind::Other,
        };
        if kind == RefusalKind::Access {
            self.describes.forget().await;
        }
        Ok(Err(first.refusal(kind, TASK)))
    }
}

impl ToDo<'_> {
    fn key(&self) -> String {
        let FollowUpFiling { call, round, .. } = self.filing;
        if *round == 0 { format!("{KEY_BEGINS}{call}") } else { format!("{KEY_BEGINS}{call}:{round}") }
    }

    fn fields(&self, wanted: &FollowUpWanted, config: &Config) -> Fields {
        let about = wanted.case.as_ref().or(wanted.opportunity.as_ref());
        let (who, what) = who_and_what(wanted.party.as_ref(), about);
        let subject = match config.language {
            Language::Spanish => format!("Seguimiento: {}", wanted.label.es),
            Language::English => format!("Follow-up: {}", wanted.label.en),
        };
        let TaskStatuses { open, done } = self.statuses;
        let mut values = vec![
            ("WhoId", json!(who)),
            ("WhatId", json!(what)),
            (SUBJECT, json!(subject)),
            (STATUS, json!(if wanted.done { done } else { open })),
            ("ActivityDate", json!(wanted.due.to_string())),
            (KEY, json!(self.key())),
        ];
        // An agent who is no user there has no Tasks: it is ours, also where it was another's before.
        let owner = wanted.agent.as_ref().map(|agent| agent.0.as_str()).or(self.ours);
        values.extend(owner.map(|owner| ("OwnerId", json!(owner))));
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value));
        fitted(values.collect(), self.task)
    }
}

fn there(id: &str, task: Marks) -> FollowUpCarried {
    let wrote = Wrote { call: Marks::new(), task }.to_text();
    FollowUpCarried::There(TaskFiled { task: RemoteId(id.to_owned()), wrote })
}

fn is_closed(there: &There) -> bool {
    there.fields.get("IsClosed") == Some(&Value::Bool(true))
}

fn patch(id: &str, fields: Fields) -> Ask {
    let path = format!("sobjects/{TASK}/{id}");
    Ask { method: Method::Patch, ..Ask::post(path, Value::Object(fields), Purpose::Logging, true) }
}

fn no_key() -> Refusal {
    Refusal {
        kind: RefusalKind::Access,
        code: "INVALID_FIELD".to_owned(),
        object: TASK.to_owned(),
        fields: vec![KEY.to_owned()],
        said: "The field is not there, or our user may not read it.".to_owned(),
        duplicates: Vec::new(),
    }
}
