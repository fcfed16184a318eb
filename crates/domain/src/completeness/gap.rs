//! A call that is over and has neither an Activity nor a reason: what it lacks, by the rules that all calls follow. No rule of ours
//! leaves such a call; one that is there all the same need not stay so.

use crate::activity::{Activity, ActivityStanding};
use crate::call::{CallRecord, CallState, NoActivity};
use crate::commit::{Change, Precondition};
use crate::id::At;
use crate::message;
use crate::wrapup::{Wrapup, WrapupState};

/// What gives a call what it lacks, and what that rests on: that nobody gave it that since. `opened` is its Activity as it is
/// opened: whose it may be is known. Agents are asked nothing anew: what they would have owed and nothing is kept of is in their
/// inboxes as what nobody summed up in time. `None`: it lives, or lacks nothing.
pub fn mend(
    call: &CallRecord,
    opened: &Activity,
    wrapups: &[Wrapup],
    now: At,
) -> Option<(Vec<Precondition>, Vec<Change>)> {
    if call.state != CallState::Ended || call.no_activity.is_some() {
        return None;
    }
    let rests_on = Precondition::Activity { key: call.key, standing: ActivityStanding::NEW };
    if !call.has_customer() {
        let reason = Some(NoActivity::InternalCall);
        let with_reason = CallRecord { no_activity: reason, ..call.clone() };
        let as_read = Precondition::Call(Box::new(call.clone()));
        return Some((vec![rests_on, as_read], vec![Change::Call(Box::new(with_reason))]));
    }
    Some((vec![rests_on], activity_of(call, opened, wrapups, now)))
}

/// What makes the Activity of a call that is over, with these of its wrap-ups being kept.
pub(super) fn activity_of(call: &CallRecord, opened: &Activity, kept: &[Wrapup], now: At) -> Vec<Change> {
    let key = call.key;
    let due = call.engagements.iter().filter(|part| part.wrapup_due());
    let mut all: Vec<Wrapup> = kept.iter().filter(|one| one.state != WrapupState::Early).cloned().collect();
    let late: Vec<Wrapup> = due
        .filter(|part| all.iter().all(|one| one.key != part.key))
        .map(|part| Wrapup {
            state: WrapupState::Undispositioned,
            opened_at: part.ended_at,
            closed_at: Some(now),
            ..Wrapup::new(part.key, key, part.agent.clone())
        })
        .collect();
    let mut changes = vec![Change::ActivityOpened(Box::new(opened.clone()))];
    changes.extend(late.iter().map(|wrapup| Change::Wrapup(Box::new(wrapup.clone()))));
    all.extend(late);
    changes.push(Change::ActivityArchived { key, owes_wrapup: !all.is_empty() });
    if !all.is_empty() {
        let archived = Activity { archived: true, ..opened.clone() };
        changes.push(Change::Activity(Box::new(archived.after_wrapups(call, &all))));
    }
    changes.extend(message::settled(call));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Outcome;
    use crate::call::sample::{ended_call, part, talked_part};

    fn mended(call: &CallRecord, wrapups: &[Wrapup]) -> Vec<Change> {
        let opened = Activity::open(call.key, Vec::new());
        let (preconditions, changes) = mend(call, &opened, wrapups, At(90)).expect("a gap");
        let rests_on = Precondition::Activity { key: call.key, standing: ActivityStanding::NEW };
        assert_eq!(preconditions[0], rests_on);
        // A reason is written with the whole call, which must be as it was read.
        let as_read = Precondition::Call(Box::new(call.clone()));
        assert_eq!(preconditions[1..], if call.has_customer() { vec![] } else { vec![as_read] });
        changes
    }

    fn outcome(changes: &[Change]) -> Option<Outcome> {
        changes.iter().find_map(|change| match change {
            Change::Activity(activity) => Some(activity.outcome),
            _ => None,
        })
    }

    #[test]
    fn a_call_with_a_customer_gets_its_activity_and_what_agents_would_have_owed() {
        let changes = mended(&ended_call(vec![talked_part(1, "ana"), part(2, "bob")]), &[]);
        assert_eq!(outcome(&changes), Some(Outcome::Undispositioned));
        let wrapups = changes.iter().filter(|change| matches!(change, Change::Wrapup(_))).count();
        assert_eq!(wrapups, 1, "of whom was connected");
        let abandoned = mended(&ended_call(vec![]), &[]);
        assert_eq!(outcome(&abandoned), None);
        let archived = Change::ActivityArchived { key: ended_call(vec![]).key, owes_wrapup: false };
        assert!(abandoned.contains(&archived));
    }

    #[test]
    fn what_an_agent_submitted_of_it_is_what_it_says() {
        let call = ended_call(vec![talked_part(1, "ana")]);
        let talked = &call.engagements[0];
        let state = WrapupState::NotLogged;
        let wrapup = Wrapup { state, ..Wrapup::new(talked.key, call.key, talked.agent.clone()) };
        let changes = mended(&call, &[wrapup]);
        assert_eq!(outcome(&changes), Some(Outcome::NotLogged));
        assert!(!changes.iter().any(|change| matches!(change, Change::Wrapup(_))));
    }

    #[test]
    fn one_without_a_customer_gets_its_reason_and_one_that_lives_or_has_one_nothing() {
        use crate::call::Direction;
        let internal = CallRecord { direction: Direction::Internal, ..ended_call(vec![]) };
        let changes = mended(&internal, &[]);
        let reason = Some(NoActivity::InternalCall);
        let expected = CallRecord { no_activity: reason, ..internal };
        assert_eq!(changes, [Change::Call(Box::new(expected.clone()))]);
        let opened = Activity::open(expected.key, Vec::new());
        assert_eq!(mend(&expected, &opened, &[], At(90)), None);
        let lives = CallRecord { state: CallState::Live, ..ended_call(vec![]) };
        assert_eq!(mend(&lives, &opened, &[], At(90)), None);
    }
}
