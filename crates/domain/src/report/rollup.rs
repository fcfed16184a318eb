//! Which rollups there are, and which of them a call is counted in. A rollup holds the [aggregate](super::aggregate) of
//! a day or a month for one segment of calls; there are few enough of them that a year is read at once (docs/measurements.md
//! says how fast). Which of them answer a question is [`super::plan`]'s.

use super::aggregate::PackedAggregate;
use super::calendar::{Calendar, Day};
use super::fact::{Fact, Word};

/// How much time a rollup is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A day of the tenant's calendar.
    Day,
    /// A month of it.
    Month,
}

/// Which calls of one dimension a rollup is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// All.
    All,
    /// Those of this one; `None`: of none.
    Of(Option<Word>),
}

/// Names a rollup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RollupKey {
    /// How much time.
    pub grain: Grain,
    /// Which day or month, by its number.
    pub bucket: i32,
    /// Of which ring group.
    pub ring_group: Segment,
    /// Of which agent.
    pub agent: Segment,
}

impl RollupKey {
    /// The rollups that count this call. Agents by ring group are there by month only: by day there would be as many of
    /// them as a fifth of all calls.
    pub fn of(fact: &Fact, calendar: &Calendar) -> [RollupKey; 7] {
        let day = calendar.day(fact.started_at);
        let (group, agent) = (Segment::Of(fact.ring_group), Segment::Of(fact.agent));
        let by_day = |ring_group, agent| RollupKey { grain: Grain::Day, bucket: day.0, ring_group, agent };
        let month = day.month().0;
        let by_month =
            |ring_group, agent| RollupKey { grain: Grain::Month, bucket: month, ring_group, agent };
        [
            by_day(Segment::All, Segment::All),
            by_day(group, Segment::All),
            by_day(Segment::All, agent),
            by_month(Segment::All, Segment::All),
            by_month(group, Segment::All),
            by_month(Segment::All, agent),
            by_month(group, agent),
        ]
    }

    /// The first day it is of.
    pub fn first_day(&self) -> Day {
        match self.grain {
            Grain::Day => Day(self.bucket),
            Grain::Month => super::calendar::Month(self.bucket).first_day(),
        }
    }
}

/// A rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollup {
    /// Which.
    pub key: RollupKey,
    /// What it counts.
    pub counts: PackedAggregate,
}
