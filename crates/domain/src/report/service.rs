//! How well callers were served: how many were answered in time, how many gave up, and how many did not have to call again.
//! Each is counted call by call, in the order calls began: no rollup says which call came after which, nor how many seconds
//! each waited to the second.

use super::calendar::{Calendar, Watch};
use super::fact::{Fact, Word};
use super::plan::{Period, Question};
use crate::call::{CallType, Direction};
use crate::id::At;
use std::collections::{BTreeMap, HashMap, VecDeque};

const DAY_MS: i64 = 86_400_000;

/// By what is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceRules {
    /// Within how many milliseconds a call is answered in time.
    pub within_ms: i64,
    /// The same of ring groups that have a time of their own.
    pub of_groups: BTreeMap<Word, i64>,
    /// How many days after a call another of the same number says that it settled nothing.
    pub repeat_days: u32,
}

impl ServiceRules {
    fn within(&self, group: Option<Word>) -> i64 {
        group.and_then(|group| self.of_groups.get(&group).copied()).unwrap_or(self.within_ms)
    }

    /// Until when a call that began then is watched.
    pub fn watched_until(&self, began: At) -> At {
        began.plus_millis(i64::from(self.repeat_days) * DAY_MS)
    }
}

/// Incoming calls, by how callers were served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceCounts {
    /// All but short abandons.
    pub offered: u64,
    /// Of these, answered by an agent.
    pub answered: u64,
    /// Of these, within the time.
    pub in_time: u64,
    /// Of those offered, lost: nobody answered and nothing was left.
    pub lost: u64,
    /// Of those offered, left a message.
    pub voicemail: u64,
    /// Gave up at once; among none of the others.
    pub short_abandoned: u64,
    /// What became of the callers who were answered.
    pub first: FirstCounts,
}

/// Answered calls, by whether their number called again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstCounts {
    /// The number did not call the ring group again in the days after.
    pub settled: u64,
    /// It did.
    pub repeated: u64,
    /// The days are not over yet, whatever happened in those that are.
    pub too_new: u64,
    /// The number was withheld.
    pub withheld: u64,
}

impl ServiceCounts {
    fn add(&mut self, fact: &Fact, within_ms: i64) {
        if fact.kind == CallType::ShortAbandoned {
            self.short_abandoned += 1;
            return;
        }
        self.offered += 1;
        match fact.kind {
            CallType::Inbound => {
                self.answered += 1;
                self.in_time += u64::from(fact.times.wait.is_some_and(|wait| wait <= within_ms));
            }
            CallType::Voicemail => self.voicemail += 1,
            _ => self.lost += 1,
        }
    }
}

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Everything.
    pub whole: ServiceCounts,
    /// By period; those without any call are not there.
    pub periods: BTreeMap<Period, ServiceCounts>,
    /// By ring group.
    pub ring_groups: BTreeMap<Option<Word>, ServiceCounts>,
}

/// Who called whom.
type Caller = (Option<Word>, u64);

/// Being counted: handed every call from the first day of the question until the days after its last one are over, in the
/// order they began. It holds no more than the answered calls of so many days.
#[derive(Debug)]
pub struct ServiceCount<'c> {
    question: Question,
    watch: Watch<'c>,
    rules: ServiceRules,
    now: At,
    counted: Service,
    /// The last call of each, where that was answered and is the question's.
    last: HashMap<Caller, (At, Period)>,
    /// The same in their order, each until its days are over.
    order: VecDeque<(At, Caller)>,
}

impl<'c> ServiceCount<'c> {
    /// Nothing yet; `now` says which days are over. Of the question, its breakdown is not looked at.
    pub fn new(question: Question, calendar: &'c Calendar, rules: ServiceRules, now: At) -> Self {
        let (last, order) = (HashMap::new(), VecDeque::new());
        let watch = calendar.watch();
        ServiceCount { question, watch, rules, now, counted: Service::default(), last, order }
    }

    /// The next call.
    pub fn add(&mut self, fact: &Fact) {
        if fact.kind.direction() != Direction::Inbound {
            return;
        }
        self.pass(fact.started_at);
        let caller = fact.caller.map(|number| (fact.ring_group, number));
        // What is there still is within its days: what is older has passed.
        if let Some((_, period)) = caller.and_then(|caller| self.last.remove(&caller)) {
            self.put(period, fact.ring_group, |first| &mut first.repeated);
        }
        let (day, hour) = self.watch.day_and_hour(fact.started_at);
        if !self.question.days.contains(&day) || !self.question.filter.keeps(fact) {
            return;
        }
        let period = self.question.per.of_hour(day, hour);
        let within_ms = self.rules.within(fact.ring_group);
        self.each(period, fact.ring_group, |counts| counts.add(fact, within_ms));
        if fact.kind != CallType::Inbound {
            return;
        }
        match caller {
            None => self.put(period, fact.ring_group, |first| &mut first.withheld),
            Some(_) if self.rules.watched_until(fact.started_at) > self.now => {
                self.put(period, fact.ring_group, |first| &mut first.too_new);
            }
            Some(caller) => {
                self.last.insert(caller, (fact.started_at, period));
                self.order.push_back((fact.started_at, caller));
            }
        }
    }

    /// The count.
    pub fn end(mut self) -> Service {
        self.pass(At(i64::MAX));
        self.counted
    }

    /// Calls whose days are over before `at` were not followed by another.
    fn pass(&mut self, at: At) {
        while let Some((began, caller)) = self.order.front().copied() {
            if self.rules.watched_until(began) >= at {
                return;
            }
            self.order.pop_front();
            // Of two calls the later one is the last; the earlier was judged when it came.
            if self.last.get(&caller).is_some_and(|(last, _)| *last == began)
                && let Some((_, period)) = self.last.remove(&caller)
            {
                self.put(period, caller.0, |first| &mut first.settled);
            }
        }
    }

    fn put(&mut self, period: Period, group: Option<Word>, place: impl Fn(&mut FirstCounts) -> &mut u64) {
        self.each(period, group, |counts| *place(&mut counts.first) += 1);
    }

    fn each(&mut self, period: Period, group: Option<Word>, change: impl Fn(&mut ServiceCounts)) {
        change(&mut self.counted.whole);
        change(self.counted.periods.entry(period).or_default());
        change(self.counted.ring_groups.entry(group).or_default());
    }
}

#[cfg(test)]
mod tests;
