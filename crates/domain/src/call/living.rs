//! Which legs of a call live, by its events.

use crate::event::{CallEvent, Fact, LegRef};
use std::collections::{BTreeMap, BTreeSet};

/// The legs that were named and of which no end was told, each as it was named first.
pub(super) fn living_legs(events: &BTreeSet<CallEvent>) -> Vec<LegRef> {
    let mut living: BTreeMap<&str, &LegRef> = BTreeMap::new();
    for event in events {
        for leg in std::iter::once(&event.on).chain(&event.with) {
            living.entry(&leg.leg).or_insert(leg);
        }
        match event.fact {
            Fact::Ended { .. } | Fact::Vanished => {
                living.remove(event.on.leg.as_str());
            }
            Fact::CallEnded { .. } => living.clear(),
            _ => {}
        }
    }
    living.into_values().cloned().collect()
}
