//! What time does to a wrap-up: extending it, and what happens when its time is up. The clock is the server's.

use super::{Released, Wrapup, WrapupState};
use crate::activity::Activity;
use crate::call::CallRecord;
use crate::centre::{AcwPolicy, OnExpiry};
use crate::commit::{Change, Precondition};
use crate::id::At;

/// Why the time of a wrap-up is not extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionRefused {
    /// It is not open.
    #[error("the wrap-up is not open")]
    NotOpen,
    /// It has no end, or was extended as often as the settings allow.
    #[error("the wrap-up cannot be extended any more")]
    NoMore,
}

/// The wrap-up with its time extended once more.
///
/// # Errors
/// See [`ExtensionRefused`].
pub fn extend(wrapup: &Wrapup, policy: &AcwPolicy) -> Result<Wrapup, ExtensionRefused> {
    if wrapup.state != WrapupState::Open || wrapup.released.is_some() {
        return Err(ExtensionRefused::NotOpen);
    }
    if policy.seconds.is_none() || wrapup.extensions >= policy.max_extensions {
        return Err(ExtensionRefused::NoMore);
    }
    Ok(Wrapup { extensions: wrapup.extensions + 1, ..wrapup.clone() })
}

/// Whether its time is up.
pub fn is_late(wrapup: &Wrapup, policy: &AcwPolicy, now: At) -> bool {
    wrapup.state == WrapupState::Open && policy.is_up(wrapup.opened_at, wrapup.extensions, now)
}

/// Whether time changes it at `now` ([`expire`] says how): its time is up, or it keeps its agent from calls for longer
/// than any wrap-up may.
pub fn time_is_up(wrapup: &Wrapup, policy: &AcwPolicy, now: At) -> bool {
    let ends = match policy.on_expiry {
        OnExpiry::Stay => false,
        OnExpiry::Release => wrapup.released.is_none() && is_late(wrapup, policy, now),
        OnExpiry::Close => is_late(wrapup, policy, now),
    };
    ends || keeps_too_long(wrapup, policy, now)
}

/// The watchdog: a browser that is no more must not keep an agent from calls for ever, whatever else is set.
fn keeps_too_long(wrapup: &Wrapup, policy: &AcwPolicy, now: At) -> bool {
    let keeps = wrapup.state == WrapupState::Open && wrapup.released.is_none();
    let Some((opened_at, longest_s)) = wrapup.opened_at.zip(policy.longest_s) else { return false };
    keeps && opened_at.plus_millis(i64::from(longest_s) * 1000) <= now
}

/// What changes when the time of a wrap-up is up, and what that rests on; nothing where the settings let it stay or
/// it happened already. One that has kept its agent from calls for longer than any may is released at least. `wrapups`
/// are all of the call.
pub fn expire(
    wrapup: &Wrapup,
    call: &CallRecord,
    wrapups: &[Wrapup],
    activity: &Activity,
    policy: &AcwPolicy,
    now: At,
) -> (Vec<Precondition>, Vec<Change>) {
    if !time_is_up(wrapup, policy, now) {
        return (Vec::new(), Vec::new());
    }
    match policy.on_expiry {
        OnExpiry::Close if is_late(wrapup, policy, now) => {
            // The draft stays: what was typed is there for whoever sums the call up later.
            let after =
                Wrapup { state: WrapupState::Undispositioned, closed_at: Some(now), ..wrapup.clone() };
            let mut all: Vec<Wrapup> =
                wrapups.iter().filter(|other| other.key != wrapup.key).cloned().collect();
            all.push(after.clone());
            let (precondition, read) = (Precondition::wrapup(wrapup), Precondition::activity(activity));
            let activity = activity.after_wrapups(call, &all);
            let count = |of: fn(&Wrapup) -> bool| wrapups.iter().filter(|wrapup| of(wrapup)).count();
            let (closed, submitted) = (count(Wrapup::closed), count(Wrapup::submitted));
            let same = Precondition::ClosedWrapups { call: call.key, closed, submitted };
            let changes = vec![Change::Wrapup(Box::new(after)), Change::Activity(Box::new(activity))];
            (vec![precondition, same, read], changes)
        }
        OnExpiry::Stay | OnExpiry::Release | OnExpiry::Close => {
            // Calls are offered again, and the wrap-up is owed all the same.
            let released = Some(Released { at: now, by: None, reason: None });
            let after = Wrapup { released, ..wrapup.clone() };
            (vec![Precondition::wrapup(wrapup)], vec![Change::Wrapup(Box::new(after))])
        }
    }
}
