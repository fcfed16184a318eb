//! Where calls stand, and what making a call of a file leaves behind.

use super::ledger::{LedgerClass, LedgerEntry, SLOT_US, begin_of, slot_of};
use super::missing::{FROM_FILE, Making, MissingCall};
use super::told::{CdrRecord, Told};
use crate::activity::{Activity, Outcome};
use crate::call::sample::{ended_call, part, talked_part};
use crate::call::{CallRecord, CallState, NoActivity};
use crate::commit::{Change, Precondition};
use crate::id::{At, ReconciliationId, UserId};
use crate::wrapup::WrapupState;
use uuid::Uuid;

fn missing(call: CallRecord) -> MissingCall {
    MissingCall {
        key: call.key,
        version: 3,
        named: true,
        run: ReconciliationId(Uuid::nil()),
        file: "Master.csv".to_owned(),
        told: Told::default(),
        call,
        made: None,
    }
}

fn made(call: CallRecord) -> (Vec<Precondition>, Vec<Change>) {
    let missing = missing(call);
    let opened = Activity::open(missing.key, Vec::new());
    let by = UserId(Uuid::nil());
    Making { missing: &missing, opened, by, by_name: "Sam", now: At(90) }.decide()
}

#[test]
fn every_call_that_is_over_stands_somewhere_and_one_that_lives_nowhere() {
    let call = ended_call(vec![]);
    let stands = |call: &CallRecord, outcome| LedgerEntry::of(call, outcome, false).map(|entry| entry.class);
    assert_eq!(stands(&call, None), Some(LedgerClass::Gap));
    for (outcome, class) in [
        (Outcome::Open, LedgerClass::Open),
        (Outcome::Logged, LedgerClass::Logged),
        (Outcome::NotLogged, LedgerClass::NotLogged),
        (Outcome::Undispositioned, LedgerClass::Undispositioned),
        (Outcome::NoWrapup, LedgerClass::NoWrapup),
    ] {
        assert_eq!(stands(&call, Some(outcome)), Some(class));
        assert!(class.has_activity());
    }
    let internal = CallRecord { no_activity: Some(NoActivity::InternalCall), ..call.clone() };
    assert_eq!(stands(&internal, None), Some(LedgerClass::InternalCall));
    let lives = CallRecord { state: CallState::Live, ..call.clone() };
    assert_eq!(stands(&lives, None), None);
    let imported = CallRecord { source: "import:talkdesk".to_owned(), ..call };
    assert_eq!(stands(&imported, None), None, "no phone system of ours knows it");
}

#[test]
fn a_slot_begins_with_a_quarter_of_an_hour() {
    for (at, slot) in [(0, 0), (SLOT_US - 1, 0), (SLOT_US, 1), (-1, -1)] {
        assert_eq!(slot_of(At(at)), slot);
        assert!(begin_of(slot) <= At(at) && At(at) < begin_of(slot + 1));
    }
}

#[test]
fn a_call_of_a_file_asks_nothing_of_its_agents_and_is_summed_up_by_nobody() {
    let (preconditions, changes) = made(ended_call(vec![talked_part(1, "1001"), part(2, "1002")]));
    assert!(matches!(
        preconditions[..],
        [Precondition::MissingVersion { version: 3, .. }, Precondition::CallUnknown { .. }]
    ));
    assert!(!changes.iter().any(|change| matches!(change, Change::WrapupOpened(_))));
    let wrapups: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Wrapup(wrapup) => Some((wrapup.agent.0.as_str(), wrapup.state, wrapup.closed_at)),
            _ => None,
        })
        .collect();
    assert_eq!(wrapups, [("1001", WrapupState::Undispositioned, Some(At(90)))]);
    let last = changes.iter().rev().find_map(|change| match change {
        Change::Activity(activity) => Some((activity.outcome, activity.archived)),
        _ => None,
    });
    assert_eq!(last, Some((Outcome::Undispositioned, true)));
    let Some(Change::Call(call)) = changes.first() else { panic!("the call comes first") };
    assert_eq!(call.explanation.last().map(|why| why.rule.as_str()), Some(FROM_FILE));
}

#[test]
fn a_call_that_nobody_answered_has_an_activity_and_owes_nothing() {
    let (_, changes) = made(ended_call(vec![part(2, "1002")]));
    assert!(changes.iter().any(|change| matches!(change, Change::ActivityOpened(_))));
    assert!(
        changes.iter().any(|change| matches!(change, Change::ActivityArchived { owes_wrapup: false, .. }))
    );
    assert!(!changes.iter().any(|change| matches!(change, Change::Wrapup(_) | Change::Activity(_))));
}

#[test]
fn a_call_with_a_reason_has_no_activity() {
    let internal = CallRecord { no_activity: Some(NoActivity::InternalCall), ..ended_call(vec![]) };
    let (_, changes) = made(internal);
    assert!(matches!(changes[..], [Change::Call(_), Change::MissingCall(_)]));
}

#[test]
fn what_two_files_say_alike_is_kept_once() {
    let record =
        |line, channel: &str| CdrRecord { line, channel: channel.to_owned(), ..CdrRecord::default() };
    let one = Told { records: vec![record(1, "a"), record(2, "b")], queue: vec![] };
    let again = Told { records: vec![record(7, "b"), record(8, "c")], queue: vec![] };
    let both = one.clone().with(again.clone());
    assert_eq!(
        both.records.iter().map(|record| record.channel.as_str()).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    assert_eq!(both.clone().with(again), both);
    assert_eq!(both.clone().with(one), both);
}
