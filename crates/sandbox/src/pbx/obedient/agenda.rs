//! What is going to happen by itself, in order of time. An entry may be about something that is over by then:
//! whoever carries it out looks first.

use super::call::{CallId, Deed, LegId, Reaction};
use domain::id::At;
use std::collections::BTreeMap;

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Somebody begins a call.
    Arrival,
    /// An entry of the day's plan.
    Planned(usize),
    /// The ring group looks for an agent for a waiting caller.
    Poll(CallId),
    /// A waiting caller loses patience.
    GiveUp(CallId),
    /// The ring group gives up.
    QueueTimeout(CallId),
    /// A phone has rung long enough.
    RingOver(CallId, LegId),
    /// Somebody reacts to a phone that rings.
    React(CallId, LegId, Reaction),
    /// Somebody does something in a call, unless its turn has changed meanwhile.
    Do(CallId, u32, Deed),
}

/// The entries. Those of one moment are carried out as they were made.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: BTreeMap<(At, u64), Due>,
    made: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, at: At, due: Due) {
        self.made += 1;
        self.entries.insert((at, self.made), due);
    }

    /// When the next entry is due, if there is one.
    pub(super) fn next(&self) -> Option<At> {
        self.entries.keys().next().map(|(at, _)| *at)
    }

    /// Takes out the next entry that is due by `to`.
    pub(super) fn take(&mut self, to: At) -> Option<(At, Due)> {
        let entry = self.entries.first_entry().filter(|entry| entry.key().0 <= to)?;
        let ((at, _), due) = entry.remove_entry();
        Some((at, due))
    }
}
