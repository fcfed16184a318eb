//! Random changes that have to do with a CRM.

use crate::crm_ledger::{check_of, failure_of, record_of};
use crate::random::{id, some_key};
use crate::sample::*;
use crate::sample_crm::*;
use domain::case::Case;
use domain::commit::Change;
use domain::mirror::{Joined, Mirrored};
use domain::outbox::{Attempt, RefusalKind, Subject};
use proptest::option;
use proptest::prelude::*;

fn some_subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        3 => id().prop_map(|n| Subject::Activity(call_key(n))),
        1 => id().prop_map(|n| Subject::Vanished(call_key(n))),
        1 => id().prop_map(|n| Subject::FollowUp(call_key(n))),
        1 => id().prop_map(|n| Subject::Person(person_id(n))),
        1 => id().prop_map(|n| Subject::Case(case_id(n))),
    ]
}

pub(crate) fn some_crm_change() -> impl Strategy<Value = Change> {
    let carried = (some_subject(), 1..3_u64, option::of(id()));
    let attempts = (some_subject(), 1..3_u64, 1..4_u32, any::<bool>(), any::<bool>());
    prop_oneof![
        3 => Just(followed()),
        2 => (id(), 1..6_u32, any::<bool>(), some_key()).prop_map(|(n, of, awaited, key)| {
            mirrored(person(n, "Mía", &["one"]), &[key], of, awaited)
        }),
        1 => (id(), 6..9_u32, 0..6_u64).prop_map(|(n, of, number)| {
            let case = Box::new(Case { number, ..case(n, "Mía", Some(n)) });
            Change::CaseMirrored { case, remote: remote(of) }
        }),
        1 => (id(), 1..9_u32, option::of(1..9_u32)).prop_map(|(n, of, twin)| {
            let twin = twin.filter(|twin| *twin != of).map(remote);
            Change::Joined(Joined { twin, ..joined_person(n, of) })
        }),
        1 => (id(), id()).prop_map(|(from, into)| {
            Change::PersonBecame { from: person_id(from), into: person_id(into) }
        }),
        1 => (id(), option::of(id())).prop_map(|(n, user)| Change::CrmUser(Box::new(crm_user(n, user)))),
        1 => id().prop_map(|n| Change::MirroredUpTo(up_to(Mirrored::Cases, &format!("{n}"), None))),
        2 => carried.prop_map(|(subject, version, of)| {
            Change::CarriedOut { subject, version, filed: of.map(filed) }
        }),
        1 => (id(), 1..3_u64, option::of(id())).prop_map(|(n, version, task)| {
            Change::FollowUpCarried { call: call_key(n), version, filed: Box::new(follow_up_filed(task)) }
        }),
        2 => attempts.prop_map(|(subject, version, tries, in_doubt, refused)| {
            let refusal = refused.then(|| refusal(RefusalKind::Rule));
            tried(Attempt { in_doubt, refusal, ..attempt(subject, version, tries) })
        }),
        1 => (some_subject(), any::<bool>()).prop_map(|(subject, despite_duplicates)| {
            Change::OutboxAgain { subject, despite_duplicates }
        }),
        1 => some_subject().prop_map(Change::OutboxLeft),
        1 => (id(), id()).prop_map(|(n, of)| Change::GoneThere { call: call_key(n), record: record_of(of) }),
        1 => id().prop_map(|n| Change::FileAgain(call_key(n))),
        1 => id().prop_map(|n| Change::CrmCheck(Box::new(check_of(n)))),
        1 => id().prop_map(|n| Change::CrmCheckFailed(Box::new(failure_of(n)))),
    ]
}
