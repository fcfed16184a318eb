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

/// What changes when the time of a wrap-up is up, and what that rests on; nothing where the settings let it stay or
/// it happened already. `wrapups` are all of the call.
pub fn expire(
    wrapup: &Wrapup,
    call: &CallRecord,
    wrapups: &[Wrapup],
    activity: &Activity,
    policy: &AcwPolicy,
    now: At,
) -> (Vec<Precondition>, Vec<Change>) {
    if !is_late(wrapup, policy, now) {
        return (Vec::new(), Vec::new());
    }
    let precondition = Precondition::wrapup(wrapup);
    match policy.on_expiry {
        OnExpiry::Release if wrapup.released.is_none() => {
            let released = Some(Released { at: now, by: None, reason: None });
            let after = Wrapup { released, ..wrapup.clone() };
            (vec![precondition], vec![Change::Wrapup(Box::new(after))])
        }
        OnExpiry::Close => {
            // The draft stays: what was typed is there for whoever sums the call up later.
            let after =
                Wrapup { state: WrapupState::Undispositioned, closed_at: Some(now), ..wrapup.clone() };
            let mut all: Vec<Wrapup> =
                wrapups.iter().filter(|other| other.key != wrapup.key).cloned().collect();
            all.push(after.clone());
            let read = Precondition::activity(activity);
            let activity = activity.after_wrapups(call, &all);
            let count = |of: fn(&Wrapup) -> bool| wrapups.iter().filter(|wrapup| of(wrapup)).count();
            let (closed, submitted) = (count(Wrapup::closed), count(Wrapup::submitted));
            let same = Precondition::ClosedWrapups { call: call.key, closed, submitted };
            let changes = vec![Change::Wrapup(Box::new(after)), Change::Activity(Box::new(activity))];
            (vec![precondition, same, read], changes)
        }
        OnExpiry::Release | OnExpiry::Stay => (Vec::new(), Vec::new()),
    }
}
