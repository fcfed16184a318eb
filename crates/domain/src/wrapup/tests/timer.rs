//! What time does to a wrap-up (P12).

use super::super::timer::{ExtensionRefused, expire, extend, is_late, time_is_up};
use super::super::*;
use super::given::{Given, wrapup};
use crate::activity::Outcome;
use crate::centre::{AcwPolicy, OnExpiry};
use crate::commit::{Change, Precondition};

/// A minute, two extensions of thirty seconds.
fn policy(on_expiry: OnExpiry) -> AcwPolicy {
    AcwPolicy { seconds: Some(60), extension_s: 30, max_extensions: 2, on_expiry, ..AcwPolicy::default() }
}

/// So long after the wrap-up was opened.
fn after(seconds: i64) -> At {
    At(2 + seconds * 1_000_000)
}

#[test]
fn p12_a_wrapup_is_late_from_its_deadline_on_and_each_extension_moves_that() {
    let policy = policy(OnExpiry::Stay);
    let mut owed = wrapup(51, "1001");
    for (extensions, deadline) in [(0, 60), (1, 90), (2, 120)] {
        owed.extensions = extensions;
        assert!(!is_late(&owed, &policy, At(after(deadline).0 - 1)));
        assert!(is_late(&owed, &policy, after(deadline)));
    }
    assert!(!is_late(&owed, &AcwPolicy { seconds: None, ..policy.clone() }, after(9_999)));
    for state in
        [WrapupState::Early, WrapupState::Logged, WrapupState::NotLogged, WrapupState::Undispositioned]
    {
        let closed = Wrapup { state, ..owed.clone() };
        assert!(!is_late(&closed, &policy, after(9_999)), "{state:?}");
    }
}

#[test]
fn p12_an_agent_extends_as_often_as_the_settings_allow() {
    let policy = policy(OnExpiry::Stay);
    let once = extend(&wrapup(51, "1001"), &policy).expect("extended");
    let twice = extend(&once, &policy).expect("extended");
    assert_eq!((once.extensions, twice.extensions), (1, 2));
    assert_eq!(extend(&twice, &policy), Err(ExtensionRefused::NoMore));
    let endless = AcwPolicy { seconds: None, ..policy.clone() };
    assert_eq!(extend(&once, &endless), Err(ExtensionRefused::NoMore));
    let released = Some(Released { at: At(3), by: None, reason: None });
    assert_eq!(extend(&Wrapup { released, ..once.clone() }, &policy), Err(ExtensionRefused::NotOpen));
    for state in [WrapupState::Early, WrapupState::Logged, WrapupState::Undispositioned] {
        assert_eq!(extend(&Wrapup { state, ..once.clone() }, &policy), Err(ExtensionRefused::NotOpen));
    }
}

fn expired(given: &Given, on_expiry: OnExpiry, now: At) -> (Vec<Precondition>, Vec<Change>) {
    let mut all = given.others.clone();
    all.push(given.wrapup.clone());
    expire(&given.wrapup, &given.call, &all, &given.activity, &policy(on_expiry), now)
}

#[test]
fn p12_before_its_time_and_where_it_may_stay_nothing_happens() {
    let given = Given::new();
    for on_expiry in [OnExpiry::Stay, OnExpiry::Release, OnExpiry::Close] {
        assert_eq!(expired(&given, on_expiry, after(59)), (Vec::new(), Vec::new()));
    }
    assert_eq!(expired(&given, OnExpiry::Stay, after(60)), (Vec::new(), Vec::new()));
}

#[test]
fn p12_released_by_the_timer_an_agent_owes_it_all_the_same_and_once() {
    let given = Given::new();
    let (on, changes) = expired(&given, OnExpiry::Release, after(60));
    assert_eq!(on, [Precondition::wrapup(&given.wrapup)]);
    let [Change::Wrapup(wrapup)] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(
        (wrapup.state, &wrapup.released),
        (WrapupState::Open, &Some(Released { at: after(60), by: None, reason: None }))
    );
    let again = given.with(|given| given.wrapup = wrapup.as_ref().clone());
    assert_eq!(expired(&again, OnExpiry::Release, after(61)), (Vec::new(), Vec::new()));
}

#[test]
fn p12_closed_by_the_timer_a_call_is_undispositioned_and_what_was_typed_is_kept() {
    let given = Given::new().with(|given| given.wrapup.draft.notes = "typed".to_owned());
    let (on, changes) = expired(&given, OnExpiry::Close, after(60));
    let counted = |closed, submitted| Precondition::ClosedWrapups { call: given.call.key, closed, submitted };
    let rests_on =
        [Precondition::wrapup(&given.wrapup), counted(0, 0), Precondition::activity(&given.activity)];
    assert_eq!(on, rests_on);
    let [Change::Wrapup(wrapup), Change::Activity(activity)] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!((wrapup.state, wrapup.closed_at), (WrapupState::Undispositioned, Some(after(60))));
    assert_eq!((wrapup.draft.notes.as_str(), wrapup.closed_by), ("typed", None));
    assert_eq!(activity.outcome, Outcome::Undispositioned);
}

#[test]
fn what_another_agent_logged_stands_when_the_timer_closes_the_rest() {
    let given = Given::new().transferred().with(|given| given.others[0].state = WrapupState::Logged);
    let (on, changes) = expired(&given, OnExpiry::Close, after(60));
    assert!(on.contains(&Precondition::ClosedWrapups { call: given.call.key, closed: 1, submitted: 1 }));
    let [_, Change::Activity(activity)] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(activity.outcome, Outcome::Logged);
    // A wrap-up that was closed by the timer before is closed, and not submitted.
    let both = Given::new().transferred().with(|given| given.others[0].state = WrapupState::Undispositioned);
    let (on, _) = expired(&both, OnExpiry::Close, after(60));
    assert!(on.contains(&Precondition::ClosedWrapups { call: both.call.key, closed: 1, submitted: 0 }));
}

/// Released after so many seconds, whatever else is set; the inbox has it.
fn watched(given: &Given, on_expiry: OnExpiry, seconds: Option<u32>, now: At) -> Vec<Change> {
    let policy = AcwPolicy { seconds, longest_s: Some(600), ..policy(on_expiry) };
    expire(&given.wrapup, &given.call, std::slice::from_ref(&given.wrapup), &given.activity, &policy, now).1
}

#[test]
fn p12_no_wrapup_keeps_its_agent_from_calls_for_longer_than_the_longest() {
    let given = Given::new();
    for (on_expiry, seconds) in [(OnExpiry::Stay, None), (OnExpiry::Stay, Some(60)), (OnExpiry::Close, None)]
    {
        assert_eq!(watched(&given, on_expiry, seconds, At(after(600).0 - 1)), [], "{on_expiry:?}");
        let changes = watched(&given, on_expiry, seconds, after(600));
        let [Change::Wrapup(wrapup)] = changes.as_slice() else { panic!("{on_expiry:?}: {changes:?}") };
        assert_eq!((wrapup.state, wrapup.released.is_some()), (WrapupState::Open, true), "{on_expiry:?}");
        let again = Given::new().with(|given| given.wrapup = wrapup.as_ref().clone());
        assert_eq!(watched(&again, on_expiry, seconds, after(9_999)), [], "{on_expiry:?}: once");
    }
    let policy = AcwPolicy { longest_s: None, ..AcwPolicy::default() };
    assert!(!time_is_up(&given.wrapup, &policy, after(99_999_999)), "none is set");
}

#[test]
fn p12_one_that_would_be_closed_by_then_is_closed() {
    let changes = watched(&Given::new(), OnExpiry::Close, Some(60), after(600));
    let [Change::Wrapup(wrapup), _] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(wrapup.state, WrapupState::Undispositioned);
}
