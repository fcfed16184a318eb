//! What the limits of the inbox make of wrap-ups that were: one of which its agent was freed waits until it is submitted, and with
//! more than may wait, or one that waits too long, the agent gets no calls all the same, as [`InboxPolicy::full_since`] has it.
//! Each is charged with what it adds to the time for which its agent is kept. Who frees whom by hand is taken as it was, putting
//! aside as far as the settings of a side let agents. Not here: what waited of calls that are not replayed.

use super::{Acw, AcwTold, PastCall, Told};
use crate::centre::{AcwPolicy, Centre, InboxPolicy, MAX_WAITING, OnExpiry};
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
        go_through(freed, centre, now);
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

/// When one that waits leaves the inbox, by this side; none: it still waits, or waited when the timer of then closed it, which told
/// nobody when its agent would have submitted it.
fn leaves(wrapup: &Wrapup, policy: &AcwPolicy) -> Option<At> {
    let submitted = wrapup.closed_at.filter(|_| wrapup.submitted());
    let extensions = wrapup.extensions.min(policy.max_extensions);
    let closes = policy.on_expiry == OnExpiry::Close;
    let closed = wrapup.opened_at.filter(|_| closes).and_then(|opened| policy.deadline(opened, extensions));
    submitted.into_iter().chain(closed).min()
}

/// Those of one agent, in the order in which they are freed of them.
fn go_through(freed: Vec<Freed<'_>>, centre: &Centre, now: At) {
    let policy = &centre.inbox;
    // Until when each that waits does; none: it still does.
    let mut waiting: Vec<Option<At>> = Vec::new();
    // What was charged already: the agent is kept from calls once, however many of what waits keeps them.
    let mut charged: Vec<Span> = Vec::new();
    for Freed { wrapup, acw, at, put_aside } in freed {
        waiting.retain(|until| until.is_none_or(|until| until > at));
        charged.retain(|(_, until)| *until > at);
        let has_room = waiting.len() < policy.most.unwrap_or(MAX_WAITING) as usize;
        if put_aside && !(policy.put_aside && has_room) {
            continue;
        }
        let leaves = leaves(wrapup, &centre.acw);
        waiting.push(leaves);
        let opened = wrapup.opened_at.unwrap_or(at);
        let by_number = too_many(policy, &waiting, at);
        let by_age = too_old(policy, (opened, at, leaves), now);
        let keeps: Vec<(At, Option<At>)> = by_number.into_iter().chain(by_age).collect();
        acw.told = if keeps.is_empty() { AcwTold::Released } else { AcwTold::Full };
        let known: Option<Vec<Span>> = keeps.iter().map(|(from, until)| Some((*from, (*until)?))).collect();
        acw.kept_ms = known.map(|spans| {
            let more: i64 = spans.into_iter().map(|span| charge(&mut charged, span)).sum();
            at.millis_since(opened) + more / 1000
        });
    }
}

/// From when until when.
type Span = (At, At);

/// From when until when too many wait, once the last of these does since `at`; the inner none: nobody knows until when.
fn too_many(policy: &InboxPolicy, waiting: &[Option<At>], at: At) -> Option<(At, Option<At>)> {
    let nth = waiting.len().checked_sub(policy.most? as usize + 1)?;
    let mut ends: Vec<At> = waiting.iter().map(|until| until.unwrap_or(At(i64::MAX))).collect();
    ends.sort_unstable();
    // It is over once so many of them are submitted that the rest may wait.
    Some((at, ends.get(nth).copied().filter(|until| *until < At(i64::MAX))))
}

/// From when until when this one waits for too long; the inner none: nobody knows until when.
fn too_old(
    policy: &InboxPolicy,
    (opened, at, leaves): (At, At, Option<At>),
    now: At,
) -> Option<(At, Option<At>)> {
    let from = opened.plus_millis(i64::from(policy.oldest_s?) * 1000).max(at);
    (from < leaves.unwrap_or(now)).then_some((from, leaves))
}

/// How much of a span is not among those that were charged, where it is from then on; in microseconds.
fn charge(charged: &mut Vec<Span>, (from, until): Span) -> i64 {
    let (meets, apart): (Vec<Span>, Vec<Span>) =
        charged.iter().partition(|(begin, end)| *begin <= until && from <= *end);
    let already: i64 = meets.iter().map(|(begin, end)| (*end).min(until).0 - (*begin).max(from).0).sum();
    let begin = meets.iter().map(|(begin, _)| *begin).fold(from, At::min);
    let end = meets.iter().map(|(_, end)| *end).fold(until, At::max);
    *charged = apart;
    charged.push((begin, end));
    until.0 - from.0 - already
}
