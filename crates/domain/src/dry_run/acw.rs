//! What settings of After Call Work make of wrap-ups that were. Agents who would have had more time might have used it: where
//! the timer ended a wrap-up, it is known only that it took at least so long.

use super::PastCall;
use crate::call::CallType;
use crate::centre::{Centre, OnExpiry};
use crate::id::{At, EngagementKey};
use crate::wrapup::Wrapup;

/// What becomes of a wrap-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AcwTold {
    /// It is submitted in its time, or there is no limit.
    InTime,
    /// The agent stays beyond their time.
    Late,
    /// The agent is offered calls again before it is submitted.
    Released,
    /// The agent is freed of it and gets no calls all the same: more wait than may, or it waits too long.
    Full,
    /// The timer closes it: nobody sums the call up.
    Closed,
    /// It was ended before this side would have ended it; how long it would have taken is not known.
    Unknown,
    /// It would be owed where none was: how long it would have taken is not known.
    Owed,
    /// It would not be owed.
    NotOwed,
}

/// One wrap-up on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acw {
    /// The engagement.
    pub key: EngagementKey,
    /// What becomes of it.
    pub told: AcwTold,
    /// How long it keeps its agent from calls, in milliseconds: of what the inbox keeps them, only what no earlier one does;
    /// `None`: not known.
    pub kept_ms: Option<i64>,
}

/// How long a wrap-up took.
#[derive(Clone, Copy)]
enum Took {
    Exactly(i64),
    AtLeast(i64),
}

/// What becomes of the wrap-ups of a call.
pub fn acw_of(past: &PastCall, kind: Option<CallType>, centre: &Centre, now: At) -> Vec<Acw> {
    let unreached = kind == Some(CallType::OutboundMissed);
    let none = |key, told| Acw { key, told, kept_ms: Some(0) };
    if unreached && !centre.wrapup_unreached {
        return past.wrapups.iter().map(|wrapup| none(wrapup.key, AcwTold::NotOwed)).collect();
    }
    let mut all: Vec<Acw> = past.wrapups.iter().filter_map(|wrapup| of(wrapup, centre, now)).collect();
    // Who dialled and reached nobody owed none, by the settings of then.
    if unreached && past.wrapups.is_empty() {
        let dialled = past.call.engagements.last().map(|part| part.key);
        all.extend(dialled.map(|key| Acw { key, told: AcwTold::Owed, kept_ms: None }));
    }
    all
}

fn of(wrapup: &Wrapup, centre: &Centre, now: At) -> Option<Acw> {
    let opened = wrapup.opened_at?;
    let took = took(wrapup, opened, now);
    let ms = match took {
        Took::Exactly(ms) | Took::AtLeast(ms) => ms,
    };
    let policy = &centre.acw;
    let extensions = wrapup.extensions.min(policy.max_extensions);
    let limit = policy.deadline(opened, extensions).map(|at| since(opened, at));
    let longest = policy.longest_s.map(|seconds| i64::from(seconds) * 1000);
    let within = |ms: i64| longest.map_or(ms, |longest| ms.min(longest));
    let told = |told, kept_ms| Some(Acw { key: wrapup.key, told, kept_ms });
    match limit.filter(|limit| ms > *limit) {
        Some(limit) => match policy.on_expiry {
            OnExpiry::Release => told(AcwTold::Released, Some(within(limit))),
            OnExpiry::Close => told(AcwTold::Closed, Some(within(limit))),
            OnExpiry::Stay => match longest.filter(|longest| ms > *longest) {
                Some(longest) => told(AcwTold::Released, Some(longest)),
                None => told(AcwTold::Late, if let Took::Exactly(ms) = took { Some(ms) } else { None }),
            },
        },
        None => match (took, longest.filter(|longest| ms > *longest)) {
            (_, Some(longest)) => told(AcwTold::Released, Some(longest)),
            (Took::Exactly(ms), None) => told(AcwTold::InTime, Some(ms)),
            (Took::AtLeast(_), None) => told(AcwTold::Unknown, None),
        },
    }
}

/// Who takes calls again before they submit no longer does it in one go.
fn took(wrapup: &Wrapup, opened: At, now: At) -> Took {
    let closed = wrapup.closed_at.unwrap_or(now);
    match &wrapup.released {
        Some(released) if released.at < closed => Took::AtLeast(since(opened, released.at)),
        _ if wrapup.submitted() => Took::Exactly(since(opened, closed)),
        _ => Took::AtLeast(since(opened, closed)),
    }
}

fn since(from: At, until: At) -> i64 {
    (until.0.saturating_sub(from.0) / 1000).max(0)
}
