//! What a report is asked for, and which rollups answer it: the fewest that hold what is wanted and nothing else. Where
//! none do, [`NoRollup`] says why and the calls themselves are counted. Both ways end in the same [`Counted`].

use super::ReportColumn;
use super::aggregate::Aggregate;
use super::calendar::{Calendar, Day};
use super::fact::{Fact, Traits, Word};
use super::rollup::{Grain, Rollup, RollupKey, Segment};
use crate::call::CallType;
use std::collections::BTreeMap;
use std::ops::Range;

/// Into how much time each a report is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// Three months, from January on.
    Quarter,
    /// A year.
    Year,
}

/// A period: the first day of it and the hour of that, which is 0 unless it is an hour.
pub type Period = (Day, u8);

impl Per {
    /// The period in which this day is.
    pub fn of_day(self, day: Day) -> Period {
        let first = match self {
            Per::Hour | Per::Day => day,
            Per::Week => day.monday(),
            Per::Month => day.month().first_day(),
            Per::Quarter => day.month().quarter().first_day(),
            Per::Year => day.month().year().first_day(),
        };
        (first, 0)
    }

    fn of_call(self, fact: &Fact, calendar: &Calendar) -> Period {
        let day = calendar.day(fact.started_at);
        match self {
            Per::Hour => (day, calendar.hour_of_week(fact.started_at).hour()),
            _ => self.of_day(day),
        }
    }

    /// Whether each period begins and ends with a month.
    fn is_months(self) -> bool {
        matches!(self, Per::Month | Per::Quarter | Per::Year)
    }
}

/// By what a report is broken down, apart from time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Nothing.
    Nothing,
    /// Ring groups.
    RingGroup,
    /// Agents.
    Agent,
}

/// Which calls a report is about; what is empty leaves all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactFilter {
    /// Their types.
    pub kinds: Vec<CallType>,
    /// What they are counted as.
    pub column: Option<ReportColumn<Word>>,
    /// Their ring group.
    pub ring_group: Option<Option<Word>>,
    /// Their agent.
    pub agent: Option<Option<Word>>,
    /// What is the case with them.
    pub traits: Traits,
}

impl FactFilter {
    /// Whether calls of this type are among them.
    pub fn keeps_kind(&self, kind: CallType) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether this call is one of them.
    pub fn keeps(&self, fact: &Fact) -> bool {
        self.keeps_kind(fact.kind)
            && self.column.is_none_or(|column| column == fact.column)
            && self.ring_group.is_none_or(|group| group == fact.ring_group)
            && self.agent.is_none_or(|agent| agent == fact.agent)
            && fact.traits.has(self.traits)
    }
}

/// What a report is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its days; the end is not one of them.
    pub days: Range<Day>,
    /// Into how much time each it is divided.
    pub per: Per,
    /// By what it is broken down besides.
    pub by: By,
    /// Which calls.
    pub filter: FactFilter,
}

/// Why no rollup answers a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRollup {
    /// It is by the hour.
    Hours,
    /// It is about one column: how long things took is not kept for each.
    Column,
    /// It is about what is the case with calls.
    Traits,
    /// It is about agents of a ring group on single days.
    AgentsOfGroupByDay,
}

/// Rollups to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// Of how much time each.
    pub grain: Grain,
    /// Which days or months, by their numbers.
    pub buckets: Range<i32>,
    /// Of which ring group.
    pub ring_group: Wanted,
    /// Of which agent.
    pub agent: Wanted,
}

/// Which segments of a dimension are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This one.
    One(Segment),
    /// Each one.
    Each,
}

impl Pull {
    /// Whether this rollup is among them.
    pub fn holds(&self, key: &RollupKey) -> bool {
        let is = |wanted: Wanted, segment: Segment| match wanted {
            Wanted::One(one) => one == segment,
            Wanted::Each => segment != Segment::All,
        };
        key.grain == self.grain
            && self.buckets.contains(&key.bucket)
            && is(self.ring_group, key.ring_group)
            && is(self.agent, key.agent)
    }
}

/// The rollups that answer a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Those of its periods.
    pub periods: Vec<Pull>,
    /// Those of what it is broken down by.
    pub groups: Vec<Pull>,
}

impl Question {
    /// The rollups that answer it.
    ///
    /// # Errors
    /// None do.
    pub fn plan(&self) -> Result<Plan, NoRollup> {
        if self.per == Per::Hour {
            return Err(NoRollup::Hours);
        }
        if self.filter.column.is_some() {
            return Err(NoRollup::Column);
        }
        if self.filter.traits != Traits::default() {
            return Err(NoRollup::Traits);
        }
        let segment = |of: Option<Option<Word>>| Wanted::One(of.map_or(Segment::All, Segment::Of));
        let (group, agent) = (segment(self.filter.ring_group), segment(self.filter.agent));
        let periods = self.pulls(self.per.is_months(), group, agent)?;
        let groups = match self.by {
            By::Nothing => Vec::new(),
            By::RingGroup if self.filter.ring_group.is_none() => self.pulls(true, Wanted::Each, agent)?,
            By::Agent if self.filter.agent.is_none() => self.pulls(true, group, Wanted::Each)?,
            // There is one only, which is the whole.
            By::RingGroup | By::Agent => self.pulls(true, group, agent)?,
        };
        Ok(Plan { periods, groups })
    }

    /// The days as whole months, where these will do, and what is left as days.
    fn pulls(&self, months: bool, ring_group: Wanted, agent: Wanted) -> Result<Vec<Pull>, NoRollup> {
        let Range { start, end } = self.days;
        let first = if start.month().first_day() == start { start.month() } else { start.month().next() };
        let last = end.month();
        let mut pulls = Vec::new();
        let mut pull = |grain, buckets: Range<i32>| {
            if !buckets.is_empty() {
                pulls.push(Pull { grain, buckets, ring_group, agent });
            }
        };
        if months && first < last {
            pull(Grain::Day, start.0..first.first_day().0);
            pull(Grain::Month, first.0..last.0);
            pull(Grain::Day, last.first_day().0..end.0);
        } else {
            pull(Grain::Day, start.0..end.0);
        }
        let all = Wanted::One(Segment::All);
        let both = ring_group != all && agent != all;
        if both && pulls.iter().any(|pull| pull.grain == Grain::Day) {
            return Err(NoRollup::AgentsOfGroupByDay);
        }
        Ok(pulls)
    }
}

/// A report as it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    question: Question,
    /// By period; those without any call are not there.
    pub periods: BTreeMap<Period, Aggregate>,
    /// By what it is broken down by.
    pub groups: BTreeMap<Option<Word>, Aggregate>,
    /// Everything.
    pub whole: Aggregate,
}

impl Counted {
    /// Nothing yet.
    pub fn new(question: Question) -> Self {
        let (periods, groups) = (BTreeMap::new(), BTreeMap::new());
        Counted { question, periods, groups, whole: Aggregate::default() }
    }

    /// A rollup of its periods.
    pub fn add_period(&mut self, rollup: Rollup) {
        let period = self.question.per.of_day(rollup.key.first_day());
        let counts = rollup.counts.of_kinds(|kind| self.question.filter.keeps_kind(kind));
        if !counts.is_empty() {
            self.whole.merge(&counts);
            self.periods.entry(period).or_default().merge(&counts);
        }
    }

    /// A rollup of what it is broken down by.
    pub fn add_group(&mut self, rollup: Rollup) {
        let segment = match self.question.by {
            By::Nothing => return,
            By::RingGroup => rollup.key.ring_group,
            By::Agent => rollup.key.agent,
        };
        let Segment::Of(group) = segment else { return };
        let counts = rollup.counts.of_kinds(|kind| self.question.filter.keeps_kind(kind));
        if !counts.is_empty() {
            self.groups.entry(group).or_default().merge(&counts);
        }
    }

    /// A call, where it is one of its calls.
    pub fn add_call(&mut self, fact: &Fact, calendar: &Calendar) {
        let day = calendar.day(fact.started_at);
        if !self.question.days.contains(&day) || !self.question.filter.keeps(fact) {
            return;
        }
        let period = self.question.per.of_call(fact, calendar);
        self.whole.count(fact, calendar, 1);
        self.periods.entry(period).or_default().count(fact, calendar, 1);
        let group = match self.question.by {
            By::Nothing => return,
            By::RingGroup => fact.ring_group,
            By::Agent => fact.agent,
        };
        self.groups.entry(group).or_default().count(fact, calendar, 1);
    }

    /// What another part of the same report counted.
    pub fn merge(&mut self, other: &Counted) {
        self.whole.merge(&other.whole);
        for (period, counts) in &other.periods {
            self.periods.entry(*period).or_default().merge(counts);
        }
        for (group, counts) in &other.groups {
            self.groups.entry(*group).or_default().merge(counts);
        }
    }
}

#[cfg(test)]
mod tests;
