//! What the limits of the inbox make of wrap-ups that were: one of which its agent was freed waits until it is submitted, and with
//! more than may wait, or one that waits too long, the agent gets no calls all the same. Who frees whom by hand is taken as it
//! was, putting aside as far as the settings of a side let agents. Not here: what waited of calls that are not replayed.

use super::{Acw, AcwTold, PastCall, Told};
use crate::centre::{Centre, InboxPolicy, MAX_WAITING};
use crate::id::{AgentKey, At};
use crate::wrapup::Wrapup;
use std::collections::BTreeMap;

/// A wrap-up of which its agent is freed.
struct Freed<'a> {
    wrapup: &'a Wrapup,
    acw: &'a mut Acw,
    /// When, by this side.
    at: At,
    /// Whether its agent put it aside, which the settings may not allow.
    put_aside: bool,
}

/// Has what a side says of wrap-ups follow its limits of the inbox.
pub(super) fn limit<'a>(
    calls: &'a [PastCall],
    told: impl Iterator<Item = &'a mut Told>,
    centre: &Centre,
    now: At,
) {
    let mut by_agent = BTreeMap::<&AgentKey, Vec<Freed<'a>>>::new();
    for (past, told) in calls.iter().zip(told) {
        for acw in &mut told.acw {
            let wrapup = past.wrapups.iter().find(|wrapup| wrapup.key == acw.key);
            let Some((wrapup, (at, put_aside))) = wrapup.and_then(|one| Some((one, freed(one, acw)?))) else {
                continue;
            };
            by_agent.entry(&wrapup.agent).or_default().push(Freed { wrapup, acw, at, put_aside });
        }
    }
    for mut freed in by_agent.into_values() {
        freed.sort_by_key(|one| (one.at, one.wrapup.key));
        go_through(freed, &centre.inbox, now);
    }
}

/// When its agent is freed of a wrap-up that is still owed then, and whether they did that themselves.
fn freed(wrapup: &Wrapup, acw: &Acw) -> Option<(At, bool)> {
    let (at, put_aside) = match acw.told {
        AcwTold::Released => (wrapup.opened_at?.plus_millis(acw.kept_ms?), false),
        AcwTold::InTime | AcwTold::Late | AcwTold::Unknown => {
            let released = wrapup.released.as_ref().filter(|released| released.by.is_some())?;
            (released.at, released.reason.is_none())
        }
        AcwTold::Full | AcwTold::Closed | AcwTold::Owed | AcwTold::NotOwed => return None,
    };
    wrapup.closed_at.is_none_or(|closed| at < closed).then_some((at, put_aside))
}

/// Those of one agent, in the order in which they are freed of them.
fn go_through(freed: Vec<Freed<'_>>, policy: &InboxPolicy, now: At) {
    // Until when each that waits does; none: it still does.
    let mut waiting: Vec<Option<At>> = Vec::new();
    for Freed { wrapup, acw, at, put_aside } in freed {
        waiting.retain(|until| until.is_none_or(|until| until > at));
        let has_room = waiting.len() < policy.most.unwrap_or(MAX_WAITING) as usize;
        if put_aside && !(policy.put_aside && has_room) {
            continue;
        }
        waiting.push(wrapup.closed_at);
        let opened = wrapup.opened_at.unwrap_or(at);
        let kept_ms = at.millis_since(opened);
        let (told, kept_ms) = match over(policy, &waiting, (opened, at, wrapup.closed_at), now) {
            None => (AcwTold::Released, Some(kept_ms)),
            Some(Some((from, until))) => (AcwTold::Full, Some(kept_ms + until.millis_since(from))),
            Some(None) => (AcwTold::Full, None),
        };
        (acw.told, acw.kept_ms) = (told, kept_ms);
    }
}

/// From when until when the one that was put there last keeps its agent from calls all the same; the inner none: nobody knows until
/// when, as what waits is still owed.
fn over(
    policy: &InboxPolicy,
    waiting: &[Option<At>],
    (opened, at, closed): (At, At, Option<At>),
    now: At,
) -> Option<Option<(At, At)>> {
    let too_many = policy.most.and_then(|most| waiting.len().checked_sub(most as usize + 1));
    if let Some(nth) = too_many {
        let mut ends: Vec<At> = waiting.iter().map(|until| until.unwrap_or(At(i64::MAX))).collect();
        ends.sort_unstable();
        // It is over once so many of them are submitted that the rest may wait.
        let until = ends.get(nth).copied().filter(|until| *until < At(i64::MAX));
        return Some(until.map(|until| (at, until)));
    }
    let oldest = policy.oldest_s.map(|seconds| opened.plus_millis(i64::from(seconds) * 1000).max(at));
    let from = oldest.filter(|from| *from < closed.unwrap_or(now))?;
    Some(closed.map(|closed| (from, closed)))
}
