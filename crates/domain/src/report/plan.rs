//! What a report is asked for, and which rollups answer it: the fewest that hold what is wanted and nothing else. Where
//! none do, [`NoRollup`] says why and the calls themselves are counted. Both ways end in the same [`Counted`].

use super::ReportColumn;
use super::calendar::{Day, HourOfWeek};
use super::fact::{Fact, Traits, Word};
use super::rollup::{Grain, RollupKey, Segment};
use crate::call::CallType;
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

    /// The period in which this hour of this day is.
    pub(super) fn of_hour(self, day: Day, hour: HourOfWeek) -> Period {
        if self == Per::Hour { (day, hour.hour()) } else { self.of_day(day) }
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
    /// Ring groups, and agents as well: each for itself.
    Each,
}

impl By {
    /// Whether it is broken down by ring groups.
    pub fn ring_groups(self) -> bool {
        matches!(self, By::RingGroup | By::Each)
    }

    /// Whether it is broken down by agents.
    pub fn agents(self) -> bool {
        matches!(self, By::Agent | By::Each)
    }
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
    /// Those of ring groups.
    pub ring_groups: Vec<Pull>,
    /// Those of agents.
    pub agents: Vec<Pull>,
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
        // Where one is asked for, there is one only.
        let each = |of: Wanted| if of == Wanted::One(Segment::All) { Wanted::Each } else { of };
        let mut plan = Plan { periods, ..Plan::default() };
        if self.by.ring_groups() {
            plan.ring_groups = self.pulls(true, each(group), agent)?;
        }
        if self.by.agents() {
            plan.agents = self.pulls(true, group, each(agent))?;
        }
        Ok(plan)
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

#[cfg(test)]
mod tests;
