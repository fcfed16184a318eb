//! Rows of a tenant that mirrors a CRM.

use crate::sample::*;
use domain::commit::Change;
use domain::directory::Person;
use domain::id::At;
use domain::mirror::{CrmUser, Joined, Local, Mirrored, MirroredUpTo, RemoteId, RemoteUser};
use domain::outbox::{
    Attempt, Filed, FiledState, FollowUpFiled, FollowUpThere, Refusal, RefusalKind, Subject, TaskFiled,
};
use domain::phone::PhoneKey;

pub(crate) fn remote(n: u32) -> RemoteId {
    RemoteId(format!("003{n:015}"))
}

pub(crate) fn followed() -> Change {
    Change::CrmFollowed { organisation: "00D000000000001EAA".to_owned() }
}

pub(crate) fn mirrored(person: Person, keys: &[PhoneKey], of: u32, awaited: bool) -> Change {
    let keys = made_by(spain(), keys);
    Change::PersonMirrored { person: Box::new(person), keys, remote: remote(of), twin: None, awaited }
}

pub(crate) fn joined_person(n: u32, of: u32) -> Joined {
    Joined { local: Local::Person(person_id(n)), remote: remote(of), twin: None }
}

pub(crate) fn crm_user(n: u32, user: Option<u32>) -> CrmUser {
    let remote = RemoteUser {
        id: RemoteId(format!("005{n:015}")),
        username: format!("user{n}@example.org"),
        name: format!("User {n}"),
        email: None,
        active: true,
        modified: At(0),
    };
    CrmUser { remote, user: user.map(user_id), chosen: user.is_some() }
}

pub(crate) fn up_to(of: Mirrored, place: &str, loading: Option<(u64, u64)>) -> MirroredUpTo {
    MirroredUpTo { of, place: place.to_owned(), loading, at: at(1) }
}

pub(crate) fn filed(n: u32) -> FiledState {
    let (record, task) = (RemoteId(format!("a00{n:015}")), Some(RemoteId(format!("00T{n:015}"))));
    FiledState::There(Filed { record, task, linked: true, wrote: "{}".to_owned() })
}

/// A follow-up that is this Task there, or none any more.
pub(crate) fn follow_up_filed(task: Option<u32>) -> FollowUpFiled {
    let there = |n: u32| TaskFiled { task: RemoteId(format!("00T{n:015}")), wrote: "{}".to_owned() };
    FollowUpFiled { round: 1, state: task.map_or(FollowUpThere::Gone, |n| FollowUpThere::There(there(n))) }
}

pub(crate) fn refusal(kind: RefusalKind) -> Refusal {
    Refusal {
        kind,
        code: "FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned(),
        object: "Task".to_owned(),
        fields: vec!["Description".to_owned()],
        said: "no".to_owned(),
        duplicates: vec![],
    }
}

pub(crate) fn attempt(subject: Subject, version: u64, tries: u32) -> Attempt {
    Attempt { subject, version, tries, not_before: at(i64::from(tries)), in_doubt: false, refusal: None }
}

pub(crate) fn tried(attempt: Attempt) -> Change {
    Change::OutboxTried(Box::new(attempt))
}
