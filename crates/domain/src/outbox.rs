//! The outbox: what is to be carried out to the CRM. It names subjects, not steps: "this Activity is to be there as it
//! stands". Whoever carries it out reads how it stands at that moment, so what waited is sent once and nothing old after
//! something new. The store notes a subject in the transaction that changes it; how it is carried is the adapter's.

use crate::id::{At, CallKey, CaseId, PersonId};
use crate::mirror::{Local, RemoteId};
use serde::{Deserialize, Serialize};

/// What is to be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A record that was made here.
    Person(PersonId),
    /// A Case that was made here.
    Case(CaseId),
    /// An Activity that is settled.
    Activity(CallKey),
    /// A call that turned out to be part of another: what is there of it is to go.
    Vanished(CallKey),
    /// The follow-up of a call: a task there while it is to be done, none where there is none.
    FollowUp(CallKey),
}

impl From<Local> for Subject {
    fn from(local: Local) -> Self {
        match local {
            Local::Person(id) => Subject::Person(id),
            Local::Case(id) => Subject::Case(id),
        }
    }
}

/// What of an Activity is in the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Its record there.
    pub record: RemoteId,
    /// The Task, where one was made.
    pub task: Option<RemoteId>,
    /// Whether the record names its Task.
    pub linked: bool,
    /// What was written last, in the adapter's own words: by it is known what somebody changed there since.
    pub wrote: String,
}

/// What became of an Activity in the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FiledState {
    /// It is there.
    There(Filed),
    /// It was there, and somebody deleted it there: it is not made again, unless a person says so.
    DeletedThere,
}

/// A task that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFiled {
    /// Its id there.
    pub task: RemoteId,
    /// What was written last, in the adapter's own words.
    pub wrote: String,
}

/// What became of a follow-up in the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpFiled {
    /// How often it was taken away there and came back: each time it is another task.
    pub round: u32,
    /// How it is there.
    #[serde(flatten)]
    pub state: FollowUpThere,
}

/// How a follow-up is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FollowUpThere {
    /// It is a task.
    There(TaskFiled),
    /// It was one, and somebody deleted it there: it is not made again.
    DeletedThere,
    /// It is none, or none of ours any more.
    Gone,
}

/// A call that turned out to be part of another after it may have been carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vanished {
    /// The call that it is part of.
    pub into: CallKey,
    /// What of it is there, as far as is known.
    pub filed: Option<Filed>,
}

/// A record that the CRM thinks is the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Its id there.
    pub id: RemoteId,
    /// What kind of record it is, in the CRM's word.
    pub object: String,
    /// Its name, where the CRM told it.
    pub name: Option<String>,
}

/// Why the CRM does not take something, however often it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// It thinks the record is there already.
    Duplicates,
    /// A field that it wants is empty.
    FieldMissing,
    /// A rule of theirs says no.
    Rule,
    /// A value is none that it takes: a list, a length, a form.
    Value,
    /// A field or an object is not there, or our user may not use it.
    Access,
    /// The agent's user may own nothing, being inactive or of another kind.
    Owner,
    /// What it refers to is no more, and nothing took its place.
    Reference,
    /// Something of theirs that runs on a change failed.
    Automation,
    /// What it said fits none of these.
    Other,
}

/// A refusal for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind it is: what a person can do about it.
    pub kind: RefusalKind,
    /// The CRM's code, e.g. `FIELD_CUSTOM_VALIDATION_EXCEPTION`.
    pub code: String,
    /// Which object it is about, e.g. `Task`.
    pub object: String,
    /// Which of its fields.
    pub fields: Vec<String>,
    /// What the CRM said. It may hold what customers typed: for admins, not for logs.
    pub said: String,
    /// With [`RefusalKind::Duplicates`]: the records.
    pub duplicates: Vec<Duplicate>,
}

/// How something in the outbox stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// What is to be carried out.
    pub subject: Subject,
    /// Counts the changes since it was last carried out; one that is carried out at another count stays.
    pub version: u64,
    /// How often it was tried.
    pub tries: u32,
    /// Not before this.
    pub not_before: At,
    /// Whether an attempt may have been carried out though nothing came back: ask before it is sent again.
    pub in_doubt: bool,
    /// Whether a person said: make it although there are others like it; with an Activity: although somebody deleted it there.
    pub despite_duplicates: bool,
    /// Why it was refused for good; it waits for a person then.
    pub refusal: Option<Refusal>,
}

/// What an attempt that did not carry it out left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What was to be carried out.
    pub subject: Subject,
    /// How it stood then: what changed since is tried anew, without waiting.
    pub version: u64,
    /// How often it was tried, this time included.
    pub tries: u32,
    /// Not before this.
    pub not_before: At,
    /// Whether it may have been carried out.
    pub in_doubt: bool,
    /// Why it was refused for good.
    pub refusal: Option<Refusal>,
}

impl OutboxEntry {
    /// What is new in the outbox.
    pub fn noted(subject: Subject) -> Self {
        OutboxEntry {
            subject,
            version: 1,
            tries: 0,
            not_before: At(0),
            in_doubt: false,
            despite_duplicates: false,
            refusal: None,
        }
    }

    /// What it is when its subject changed once more: what was refused may be taken now, and nothing is waited for.
    /// Whether an attempt is in doubt stays so.
    pub fn noted_again(self) -> Self {
        OutboxEntry { version: self.version + 1, tries: 0, not_before: At(0), refusal: None, ..self }
    }

    /// What it is after an attempt that did not carry it out.
    pub fn tried(self, attempt: &Attempt) -> Self {
        let in_doubt = attempt.in_doubt;
        if self.version != attempt.version {
            return OutboxEntry { in_doubt: self.in_doubt || in_doubt, ..self };
        }
        let (not_before, refusal) = (attempt.not_before, attempt.refusal.clone());
        OutboxEntry { tries: attempt.tries, not_before, in_doubt, refusal, ..self }
    }

    /// Whether it waits for a person.
    pub fn stuck(&self) -> bool {
        self.refusal.is_some()
    }
}
