//! Which events belong to one call, and when a call has to be looked at again. The book holds the calls of one
//! source that can still change; it knows no storage: what it finds is returned as [`Finding`]s.
//!
//! Legs belong together when the source links them, when one is called by another, or when they share a
//! bridge. That relation only ever grows and does not depend on the order in which events come, so neither
//! do the calls. A call that turns out to be part of an older one is merged into it and never seen again.

use super::fold::{FoldContext, fold};
use super::incarnation::Incarnations;
use super::living::living_legs;
use super::names::{Name, names_of, numbered, strip_incarnation, unmarked};
use super::policy::{
    CallPolicy, LATE_WINDOW_MS, MAX_CALLS_HELD, MAX_EVENTS_AND_ENDS_PER_CALL, MAX_EVENTS_PER_CALL,
    MAX_NAMES_PER_CALL,
};
use super::record::{CallRecord, CallState};
use crate::event::{CallEvent, Fact, LegRef, SourceEvent};
use crate::id::{At, CallKey, TenantId};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the book found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The call is now this.
    Changed(Box<CallRecord>),
    /// What was announced as a call is part of another.
    Merged {
        /// The call that is no more.
        from: CallKey,
        /// The call it is part of.
        into: CallKey,
    },
    /// The call was over for so long that it is held no more. Whatever still comes of it makes a call of a part
    /// of its events, which must not take the place of the whole.
    Forgotten(CallKey),
}

/// Where in the stored frames an event stands: the number of its chunk.
pub type Chunk = u64;

type GroupId = u64;

/// The calls of one source that can still change.
pub struct CallBook {
    tenant: TenantId,
    source: String,
    id_time: fn(&str) -> Option<At>,
    policy: CallPolicy,
    groups: BTreeMap<GroupId, Group>,
    /// The first chunk of each group, the oldest in front: it is asked for with every commit.
    first_chunks: BTreeSet<(Chunk, GroupId)>,
    next_group: GroupId,
    /// Group of each leg, link and shared bridge, under a name that tells the three apart.
    group_of: HashMap<Name, GroupId>,
    /// The lives that each leg id was seen to have; nearly all have one.
    incarnations: HashMap<String, Incarnations>,
    dirty: BTreeSet<GroupId>,
    due: BTreeSet<(At, GroupId)>,
    /// When calls ended whose events were sorted anew since: they do not live again.
    ended: BTreeMap<CallKey, At>,
    clock: At,
    max_calls: usize,
    ignored: u64,
}

/// How much a book holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Calls.
    pub calls: usize,
    /// Events of all of them.
    pub events: usize,
    /// Events of the call that has most.
    pub most_events: usize,
    /// Legs, links and bridges of all of them.
    pub names: usize,
    /// Leg ids whose lives are told apart.
    pub legs: usize,
}

#[derive(Default)]
struct Group {
    events: BTreeSet<CallEvent>,
    names: BTreeSet<Name>,
    /// First mention of each link; the oldest link names the call.
    links: BTreeMap<String, At>,
    announced: Option<CallRecord>,
    /// Announced under another id before an older link showed up.
    former: BTreeSet<CallKey>,
    first_chunk: Chunk,
    last_at: At,
    gap: bool,
    due: Option<At>,
}

impl CallBook {
    /// An empty book.
    pub fn new(tenant: TenantId, source: &str, id_time: fn(&str) -> Option<At>, policy: CallPolicy) -> Self {
        CallBook {
            tenant,
            source: source.to_owned(),
            id_time,
            policy,
            groups: BTreeMap::new(),
            first_chunks: BTreeSet::new(),
            next_group: 0,
            group_of: HashMap::new(),
            incarnations: HashMap::new(),
            dirty: BTreeSet::new(),
            due: BTreeSet::new(),
            ended: BTreeMap::new(),
            clock: At(0),
            max_calls: MAX_CALLS_HELD,
            ignored: 0,
        }
    }

    /// The same that holds fewer calls than [`MAX_CALLS_HELD`].
    #[must_use]
    pub fn holding_at_most(self, calls: usize) -> Self {
        CallBook { max_calls: calls.min(MAX_CALLS_HELD), ..self }
    }

    /// Takes in an event that came with the frames of `chunk`.
    pub fn take(&mut self, event: SourceEvent, chunk: Chunk) {
        match event {
            SourceEvent::Call(mut event) => {
                for leg in std::iter::once(&mut event.on).chain(&mut event.with) {
                    for id in [&mut leg.leg, &mut leg.link] {
                        if let Cow::Owned(kept) = unmarked(id) {
                            *id = kept;
                        }
                    }
                }
                self.take_call_event(*event, chunk);
            }
            SourceEvent::Gap { at } => self.gap(at),
            SourceEvent::Alive { at, legs } => self.close_all_but(at, &legs),
            // No part of any call.
            SourceEvent::Member(_) | SourceEvent::Answered(_) => {}
        }
    }

    /// What decides call types and wrap-up owners from now on.
    pub fn policy_is(&mut self, policy: CallPolicy) {
        self.policy = policy;
    }

    /// The source's clock as far as its events told.
    pub fn clock(&self) -> At {
        self.clock
    }

    /// What changed since the last call of this method, at `now` by the source's clock.
    pub fn settle(&mut self, now: At) -> Vec<Finding> {
        let now = now.max(self.clock);
        while let Some((at, group)) = self.due.first().copied().filter(|(at, _)| *at <= now) {
            self.due.remove(&(at, group));
            self.dirty.insert(group);
        }
        let mut findings = Vec::new();
        for id in std::mem::take(&mut self.dirty) {
            self.settle_group(id, now, &mut findings);
        }
        findings
    }

    /// The first chunk that is needed to have the present calls again after a restart.
    pub fn resume_from(&self, next_chunk: Chunk) -> Chunk {
        let first = self.first_chunks.first().map(|(chunk, _)| *chunk);
        debug_assert_eq!(first, self.groups.values().map(|group| group.first_chunk).min());
        first.unwrap_or(next_chunk)
    }

    /// How many calls can still change.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether no call can change.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How much is held.
    pub fn held(&self) -> Held {
        let events = || self.groups.values().map(|group| group.events.len());
        Held {
            calls: self.groups.len(),
            events: events().sum(),
            most_events: events().max().unwrap_or_default(),
            names: self.group_of.len(),
            legs: self.incarnations.len(),
        }
    }

    /// How many events were ignored since the begin, because a limit was reached.
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    fn take_call_event(&mut self, mut event: CallEvent, chunk: Chunk) {
        if self.groups.len() >= self.max_calls && self.is_of_none(&event) {
            self.ignored += 1;
            return;
        }
        self.note_incarnation(&event);
        self.name_incarnations(&mut event.on, event.at);
        if let Some(with) = &mut event.with {
            self.name_incarnations(with, event.at);
        }
        self.clock = self.clock.max(event.at);
        let names = names_of(&event);
        let id = self.group_for(&names, chunk);
        let Some(group) = self.groups.get_mut(&id) else { return };
        let own = |name: &&Name| self.group_of.get(name) == Some(&id);
        for name in names.iter().filter(own) {
            let Name::Link(link) = name else { continue };
            let first = group.links.entry(link.clone()).or_insert(event.at);
            *first = event.at.min(*first);
        }
        group.last_at = group.last_at.max(event.at);
        let limit = match event.fact {
            Fact::Ended { .. } | Fact::CallEnded { .. } => MAX_EVENTS_AND_ENDS_PER_CALL,
            _ => MAX_EVENTS_PER_CALL,
        };
        if group.events.len() >= limit || !names.first().is_some_and(|leg| own(&leg)) {
            self.ignored += 1;
            self.forget_lives(&event.on.leg);
        } else if group.events.insert(event) {
            self.dirty.insert(id);
        }
    }

    /// Whether an event is of no call that is held.
    fn is_of_none(&self, event: &CallEvent) -> bool {
        !self.incarnations.contains_key(&event.on.leg)
            && !names_of(event).iter().any(|name| self.group_of.contains_key(name))
    }

    /// A source may use a leg's id again once the leg is gone.
    fn note_incarnation(&mut self, event: &CallEvent) {
        let leg = event.on.leg.as_str();
        let changed = match event.fact {
            Fact::Started { .. } => self.incarnations.entry(leg.to_owned()).or_default().started(event.at),
            Fact::Ended { .. } => self.incarnations.entry(leg.to_owned()).or_default().ended(event.at),
            _ => return,
        };
        if changed && self.incarnations.get(leg).is_some_and(|lives| lives.count() > 1) {
            self.regroup(leg);
        }
    }

    /// Sorts the events anew that were taken for those of one incarnation of `leg`: some of the new one may
    /// have come before its beginning did.
    fn regroup(&mut self, leg: &str) {
        let lives = self.incarnations.get(leg).map_or(1, Incarnations::count);
        let names =
            (1..=lives).map(|nth| numbered(leg, nth)).flat_map(|id| [Name::Leg(id.clone()), Name::Link(id)]);
        let affected: BTreeSet<GroupId> =
            names.filter_map(|name| self.group_of.get(&name)).copied().collect();
        for id in affected {
            let Some(group) = self.take_out(id) else { continue };
            let over = group.announced.as_ref().filter(|record| record.state == CallState::Ended);
            self.ended.extend(over.and_then(|record| Some((record.key, record.ended_at?))));
            for name in &group.names {
                self.group_of.remove(name);
            }
            for mut event in group.events {
                strip_incarnation(&mut event.on);
                if let Some(with) = &mut event.with {
                    strip_incarnation(with);
                }
                self.take_call_event(event, group.first_chunk);
            }
            for name in &group.names {
                if let Some(again) = self.group_of.get(name).and_then(|id| self.groups.get_mut(id)) {
                    again.gap |= group.gap;
                }
            }
        }
    }

    fn name_incarnations(&self, leg: &mut LegRef, at: At) {
        for id in [&mut leg.leg, &mut leg.link] {
            let nth = self.incarnations.get(id.as_str()).map_or(1, |lives| lives.nth(at));
            if nth > 1 {
                *id = numbered(id, nth);
            }
        }
    }

    /// The group of all these names, merging groups where they name several.
    fn group_for(&mut self, names: &[Name], chunk: Chunk) -> GroupId {
        let found: BTreeSet<GroupId> =
            names.iter().filter_map(|name| self.group_of.get(name)).copied().collect();
        let mut found = found.into_iter();
        let id = found.next().unwrap_or_else(|| {
            self.next_group += 1;
            self.groups.insert(self.next_group, Group { first_chunk: chunk, ..Group::default() });
            self.first_chunks.insert((chunk, self.next_group));
            self.next_group
        });
        for other in found {
            self.absorb(id, other);
        }
        let Some(group) = self.groups.get_mut(&id) else { return id };
        for name in names {
            if group.names.len() < MAX_NAMES_PER_CALL && !self.group_of.contains_key(name) {
                group.names.insert(name.clone());
                self.group_of.insert(name.clone(), id);
            }
        }
        // Where two calls could not become one, it is of the call of its leg.
        let id = names.first().and_then(|leg| self.group_of.get(leg)).copied().unwrap_or(id);
        self.begins_by(id, chunk);
        id
    }

    /// The group has events of this chunk.
    fn begins_by(&mut self, id: GroupId, chunk: Chunk) {
        let Some(group) = self.groups.get_mut(&id).filter(|group| chunk < group.first_chunk) else { return };
        self.first_chunks.remove(&(group.first_chunk, id));
        self.first_chunks.insert((chunk, id));
        group.first_chunk = chunk;
    }

    /// Takes a group out of all but its names.
    fn take_out(&mut self, id: GroupId) -> Option<Group> {
        let group = self.groups.remove(&id)?;
        self.first_chunks.remove(&(group.first_chunk, id));
        self.dirty.remove(&id);
        if let Some(due) = group.due {
            self.due.remove(&(due, id));
        }
        Some(group)
    }

    /// Makes one group of two, unless it would hold too much.
    fn absorb(&mut self, into: GroupId, from: GroupId) {
        let size = |id: GroupId| {
            self.groups.get(&id).map_or((0, 0), |group| (group.events.len(), group.names.len()))
        };
        let ((events, names), (more_events, more_names)) = (size(into), size(from));
        if events + more_events > MAX_EVENTS_AND_ENDS_PER_CALL || names + more_names > MAX_NAMES_PER_CALL {
            return;
        }
        let Some(other) = self.take_out(from) else { return };
        for name in &other.names {
            self.group_of.insert(name.clone(), into);
        }
        let Some(group) = self.groups.get_mut(&into) else { return };
        group.events.extend(other.events);
        group.names.extend(other.names);
        for (link, at) in other.links {
            let first = group.links.entry(link).or_insert(at);
            *first = at.min(*first);
        }
        group.former.extend(other.former);
        group.former.extend(other.announced.map(|record| record.key));
        group.last_at = group.last_at.max(other.last_at);
        group.gap |= other.gap;
        self.dirty.insert(into);
        self.begins_by(into, other.first_chunk);
    }

    fn gap(&mut self, at: At) {
        self.clock = self.clock.max(at);
        for (id, group) in &mut self.groups {
            if group.announced.as_ref().is_none_or(|record| record.state == CallState::Live) {
                group.gap = true;
                self.dirty.insert(*id);
            }
        }
    }

    /// Ends every leg that a complete list of living legs does not name.
    fn close_all_but(&mut self, at: At, alive: &[String]) {
        let alive: BTreeSet<Cow<'_, str>> = alive.iter().map(|id| unmarked(id)).collect();
        self.clock = self.clock.max(at);
        for (id, group) in &mut self.groups {
            let gone: Vec<LegRef> = living_legs(&group.events)
                .into_iter()
                .filter(|leg| !alive.contains(leg.leg.split('#').next().unwrap_or(&leg.leg)))
                .collect();
            for leg in gone {
                group.last_at = group.last_at.max(at);
                group.events.insert(CallEvent { at, fact: Fact::Vanished, on: leg, with: None });
                self.dirty.insert(*id);
            }
        }
    }

    /// Ends the calls of which nothing was told for `limit_ms` before `now`, at the end of that time: by what is known
    /// of them, whenever it is looked.
    pub fn give_up_silent(&mut self, now: At, limit_ms: i64) {
        for (id, group) in &mut self.groups {
            let at = group.last_at.plus_millis(limit_ms);
            let over = group.announced.as_ref().is_some_and(|record| record.state == CallState::Ended);
            if over || at > now {
                continue;
            }
            for leg in living_legs(&group.events) {
                group.last_at = at;
                group.events.insert(CallEvent { at, fact: Fact::Vanished, on: leg, with: None });
                self.dirty.insert(*id);
            }
        }
    }

    fn settle_group(&mut self, id: GroupId, now: At, findings: &mut Vec<Finding>) {
        let Some(group) = self.groups.get_mut(&id) else { return };
        if let Some(due) = group.due.take() {
            self.due.remove(&(due, id));
        }
        let Some(oldest) = group.links.iter().map(|(link, at)| (*at, link)).min() else { return };
        let key = CallKey::derived(self.tenant, &self.source, oldest.1, (self.id_time)(oldest.1));
        let context = FoldContext {
            tenant: self.tenant,
            source: &self.source,
            key,
            id_time: self.id_time,
            policy: &self.policy,
            gap: group.gap,
            ended_before: group
                .announced
                .as_ref()
                .filter(|record| record.state == CallState::Ended)
                .and_then(|record| record.ended_at)
                .or_else(|| self.ended.get(&key).copied()),
            now,
        };
        let folded = fold(&group.events, &context);
        let over = folded.as_ref().is_none_or(|folded| folded.record.state == CallState::Ended);
        let mut next = folded.as_ref().and_then(|folded| folded.due);
        if let Some(folded) = folded {
            if let Some(old) = group.announced.as_ref().filter(|old| old.key != key) {
                group.former.insert(old.key);
            }
            for from in std::mem::take(&mut group.former) {
                if from != key {
                    findings.push(Finding::Merged { from, into: key });
                }
            }
            if group.announced.as_ref() != Some(&folded.record) {
                group.announced = Some(folded.record.clone());
                findings.push(Finding::Changed(Box::new(folded.record)));
            }
        }
        if over {
            let forget_at = group.last_at.plus_millis(LATE_WINDOW_MS);
            if now >= forget_at {
                findings.extend(self.forget(id).map(Finding::Forgotten));
                return;
            }
            next = Some(forget_at);
        }
        if let Some(at) = next {
            group.due = Some(at);
            self.due.insert((at, id));
        }
    }

    /// Answers what the call was announced as, if it was.
    fn forget(&mut self, id: GroupId) -> Option<CallKey> {
        let group = self.take_out(id)?;
        for name in &group.names {
            self.group_of.remove(name);
        }
        for name in &group.names {
            if let Name::Leg(leg) = name {
                self.forget_lives(leg);
            }
        }
        let key = group.announced.map(|record| record.key);
        key.map(|key| self.ended.remove(&key));
        if self.groups.is_empty() {
            self.ended.clear();
        }
        key
    }

    /// Forgets how often a leg id was used, if no call is known by it.
    fn forget_lives(&mut self, leg: &str) {
        let id = leg.split('#').next().unwrap_or(leg);
        let lives = self.incarnations.get(id).map_or(0, Incarnations::count);
        if !(1..=lives).any(|nth| self.group_of.contains_key(&Name::Leg(numbered(id, nth)))) {
            self.incarnations.remove(id);
        }
    }
}
