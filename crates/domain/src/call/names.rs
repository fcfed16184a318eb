//! What calls are known by: legs, links and bridges, each kind apart, and legs of one id by their lives. Which call has
//! which names is [`super::book`]'s.

use crate::event::{CallEvent, Fact, LegRef};
use std::borrow::Cow;

/// A leg, a link or a bridge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Name {
    Leg(String),
    Link(String),
    Bridge(String),
}

/// A source's id of a leg as it is kept: the mark of a life is ours.
pub(super) fn unmarked(id: &str) -> Cow<'_, str> {
    if id.contains('#') { Cow::Owned(id.replace('#', "_")) } else { Cow::Borrowed(id) }
}

/// What a leg id is called in its nth life.
pub(super) fn numbered(id: &str, nth: usize) -> String {
    if nth > 1 { format!("{id}#{nth}") } else { id.to_owned() }
}

/// Takes the number of its life off a leg.
pub(super) fn strip_incarnation(leg: &mut LegRef) {
    for id in [&mut leg.leg, &mut leg.link] {
        if let Some(end) = id.find('#') {
            id.truncate(end);
        }
    }
}

/// What an event names: its leg first.
pub(super) fn names_of(event: &CallEvent) -> Vec<Name> {
    let mut names = Vec::with_capacity(5);
    for leg in std::iter::once(&event.on).chain(&event.with) {
        names.push(Name::Leg(leg.leg.clone()));
        names.push(Name::Link(leg.link.clone()));
    }
    match &event.fact {
        Fact::BridgeEntered { bridge, shared: true } | Fact::ConferenceJoined { bridge } => {
            names.push(Name::Bridge(bridge.clone()));
        }
        _ => {}
    }
    names
}
