//! What a report is asked for, and which rollups answer it: the fewest that hold what is wanted and nothing else. Where
//! none do, [`NoRollup`] says why and the calls themselves are counted. Both ways end in the same [`Counted`].

use super::ReportColumn;
use super::calendar::{Day, HourOfWeek, Month};
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
    /// What they are counted as: one of these.
    pub columns: Vec<ReportColumn<Word>>,
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
            && (self.columns.is_empty() || self.columns.contains(&fact.column))
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
    /// Whether what they hold is taken away: days of a month of which most are wanted.
    pub is_taken_away: bool,
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
        if !self.filter.columns.is_empty() {
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

    /// The days as whole months, where these will do, and what is left as days: those that are wanted besides, or where that
    /// is less to read those of the month that are not.
    fn pulls(&self, months: bool, ring_group: Wanted, agent: Wanted) -> Result<Vec<Pull>, NoRollup> {
        let mut pulls = Vec::new();
        let mut pull = |grain, buckets: Range<i32>, is_taken_away| {
            if !buckets.is_empty() {
                pulls.push(Pull { grain, buckets, ring_group, agent, is_taken_away });
            }
        };
        match self.in_months().filter(|_| months) {
            Some(InMonths { head, months, tail }) => {
                pull(Grain::Day, head.days, head.is_taken_away);
                pull(Grain::Month, months, false);
                pull(Grain::Day, tail.days, tail.is_taken_away);
            }
            None => pull(Grain::Day, self.days.start.0..self.days.end.0, false),
        }
        let all = Wanted::One(Segment::All);
        let both = ring_group != all && agent != all;
        if both && pulls.iter().any(|pull| pull.grain == Grain::Day) {
            return Err(NoRollup::AgentsOfGroupByDay);
        }
        Ok(pulls)
    }

    /// Its days as months with days before and after them; `None` where the days themselves are as few.
    fn in_months(&self) -> Option<InMonths> {
        let Range { start, end } = self.days;
        let (first, last) = (start.month(), end.month());
        let begins = |month: Month| month.first_day().0;
        let (before, rest) = (start.0 - begins(first), begins(first.next()) - start.0);
        let (begun, after) = (end.0 - begins(last), begins(last.next()) - end.0);
        let head_away = before < rest;
        let head = if head_away { begins(first)..start.0 } else { start.0..begins(first.next()) };
        let tail_away = after < begun;
        let tail = if tail_away { end.0..begins(last.next()) } else { begins(last)..end.0 };
        let months =
            if head_away { first.0 } else { first.next().0 }..if tail_away { last.next().0 } else { last.0 };
        let fewer = head.len() + months.len() + tail.len() < (start.0..end.0).len();
        let days = |days, is_taken_away| Days { days, is_taken_away };
        (fewer && !months.is_empty()).then(|| InMonths {
            head: days(head, head_away),
            months,
            tail: days(tail, tail_away),
        })
    }
}

/// Days as months, and what is not as long.
struct InMonths {
    head: Days,
    months: Range<i32>,
    tail: Days,
}

/// Days that are wanted besides, or that are not wanted of a month.
struct Days {
    days: Range<i32>,
    is_taken_away: bool,
}

#[cfg(test)]
mod tests;
