//! The living legs of one phone system, found by agent and by what they are part of as well as by their id: a panel asks
//! for its own leg among thousands.

use super::{Channel, MAX_LEGS};
use domain::event::LegRef;
use domain::id::AgentKey;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What legs are found by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Agent(AgentKey),
    Link(String),
    Bridge(String),
    ListensTo(String),
}

/// The legs.
#[derive(Debug, Default)]
pub(super) struct Legs {
    all: HashMap<String, Channel>,
    by: HashMap<Key, BTreeSet<String>>,
}

impl Legs {
    /// Takes in a leg as an event names it, and changes it; `None` where there are too many.
    pub(super) fn change<T>(&mut self, named: &LegRef, change: impl FnOnce(&mut Channel) -> T) -> Option<T> {
        if !self.all.contains_key(&named.leg) {
            if self.all.len() >= MAX_LEGS {
                return None;
            }
            self.all.insert(named.leg.clone(), Channel::begun(named));
        }
        let channel = self.all.get_mut(&named.leg)?;
        let before = keys(channel);
        channel.is_named(named);
        let changed = change(channel);
        let after = keys(channel);
        for key in before.iter().filter(|key| !after.contains(key)) {
            self.unlist(key, &named.leg);
        }
        for key in after {
            let listed = self.by.entry(key).or_default();
            if !listed.contains(&named.leg) {
                listed.insert(named.leg.clone());
            }
        }
        Some(changed)
    }

    /// A leg is over.
    pub(super) fn remove(&mut self, leg: &str) -> Option<Channel> {
        let channel = self.all.remove(leg)?;
        for key in keys(&channel) {
            self.unlist(&key, leg);
        }
        Some(channel)
    }

    /// Those that are not named are over.
    pub(super) fn retain(&mut self, alive: &HashSet<&str>) {
        let gone = self.all.keys().filter(|leg| !alive.contains(leg.as_str()));
        for leg in gone.cloned().collect::<Vec<_>>() {
            let _ = self.remove(&leg);
        }
    }

    /// A leg that lives, to change what was asked of it; what it is found by stays.
    pub(super) fn get_mut(&mut self, leg: &str) -> Option<&mut Channel> {
        self.all.get_mut(leg)
    }

    /// Every leg.
    pub(super) fn into_all(self) -> impl Iterator<Item = Channel> {
        self.all.into_values()
    }

    /// The legs of an agent.
    pub(super) fn of_agent<'l>(&'l self, agent: &AgentKey) -> impl Iterator<Item = &'l Channel> + use<'l> {
        self.listed(&Key::Agent(agent.clone()))
    }

    /// The legs of the same conversation, this one included: linked with it, or in its bridge.
    pub(super) fn together<'l>(&'l self, channel: &Channel) -> impl Iterator<Item = &'l Channel> + use<'l> {
        let bridged = channel.bridge.clone().map(Key::Bridge);
        let linked = self.listed(&Key::Link(channel.link.clone()));
        linked.chain(bridged.into_iter().flat_map(|key| self.listed(&key)))
    }

    /// The legs that listen in on this one.
    pub(super) fn listening_to<'l>(&'l self, leg: &str) -> impl Iterator<Item = &'l Channel> + use<'l> {
        self.listed(&Key::ListensTo(leg.to_owned()))
    }

    fn listed<'l>(&'l self, key: &Key) -> impl Iterator<Item = &'l Channel> + use<'l> {
        self.by.get(key).into_iter().flatten().filter_map(|leg| self.all.get(leg))
    }

    fn unlist(&mut self, key: &Key, leg: &str) {
        if let Some(listed) = self.by.get_mut(key) {
            listed.remove(leg);
            if listed.is_empty() {
                self.by.remove(key);
            }
        }
    }
}

fn keys(channel: &Channel) -> Vec<Key> {
    let agent = channel.agent().map(Key::Agent);
    let bridge = channel.bridge.clone().map(Key::Bridge);
    let listens = channel.listens_to.clone().map(Key::ListensTo);
    agent.into_iter().chain([Key::Link(channel.link.clone())]).chain(bridge).chain(listens).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::Role;

    fn named(leg: &str, link: &str, agent: Option<&str>) -> LegRef {
        LegRef {
            leg: leg.to_owned(),
            link: link.to_owned(),
            name: format!("PJSIP/{leg}"),
            role: agent.map_or(Role::Customer, |agent| Role::Agent(AgentKey(agent.to_owned()))),
            number: None,
        }
    }

    fn ids<'l>(legs: impl Iterator<Item = &'l Channel>) -> BTreeSet<&'l str> {
        legs.map(|channel| channel.leg.as_str()).collect()
    }

    #[test]
    fn a_leg_is_found_by_what_it_is_part_of_now_and_by_nothing_once_it_is_over() {
        let mut legs = Legs::default();
        legs.change(&named("c1", "one", None), |channel| channel.bridge = Some("b1".to_owned()));
        legs.change(&named("a1", "one", Some("1001")), |channel| channel.bridge = Some("b1".to_owned()));
        legs.change(&named("a2", "two", Some("1002")), |_| ());
        let ana = AgentKey("1001".to_owned());
        let first = |legs: &Legs| legs.of_agent(&ana).next().cloned().expect("a leg");
        assert_eq!(ids(legs.together(&first(&legs))), BTreeSet::from(["c1", "a1"]));
        // A conference takes somebody in who keeps a link of their own.
        legs.change(&named("a2", "two", Some("1002")), |channel| channel.bridge = Some("b1".to_owned()));
        assert_eq!(ids(legs.together(&first(&legs))), BTreeSet::from(["c1", "a1", "a2"]));
        // Its link changes with a transfer, and it leaves the bridge.
        legs.change(&named("a1", "two", Some("1001")), |channel| channel.bridge = None);
        assert_eq!(ids(legs.together(&first(&legs))), BTreeSet::from(["a1", "a2"]));
        for leg in ["c1", "a1", "a2"] {
            legs.remove(leg);
        }
        assert!(legs.all.is_empty() && legs.by.is_empty(), "{legs:?}");
    }
}
