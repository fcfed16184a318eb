//! The report of calls by disposition (P15): which call counts where. A call counts once, on the day it began, with what
//! its Activity says today. Where days begin is handed in: zones and their changes of the hour are the server's.

pub mod aggregate;
pub mod calendar;
pub mod counts;
pub mod durations;
pub mod fact;
pub mod plan;
pub mod rollup;

use crate::activity::Outcome;
use crate::call::Direction;
use crate::id::{AgentKey, At, CodeId};
use std::collections::BTreeMap;

/// What a report looks at of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportCall {
    /// When it began.
    pub started_at: At,
    /// Which way it went.
    pub direction: Direction,
    /// What became of its wrap-ups.
    pub outcome: Outcome,
    /// The code.
    pub code: Option<CodeId>,
    /// The agent whose it is; `None`: nobody had the customer.
    pub agent: Option<AgentKey>,
    /// The ring group.
    pub ring_group: Option<String>,
    /// Milliseconds of talk.
    pub talk_ms: i64,
}

/// What a call is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportColumn<Code = CodeId> {
    /// Logged with this code.
    Code(Code),
    /// Logged while codes were off (P13).
    NoCode,
    /// Do not log (P3).
    NotLogged,
    /// Nobody summed it up in time.
    Undispositioned,
    /// A wrap-up is owed, or the call lives.
    Open,
    /// Nobody owed one.
    NoWrapup,
}

impl<Code> ReportColumn<Code> {
    /// What a call of this outcome and code is counted as.
    pub fn of(outcome: Outcome, code: Option<Code>) -> Self {
        match (outcome, code) {
            (Outcome::Logged, Some(code)) => ReportColumn::Code(code),
            (Outcome::Logged, None) => ReportColumn::NoCode,
            (Outcome::NotLogged, _) => ReportColumn::NotLogged,
            (Outcome::Undispositioned, _) => ReportColumn::Undispositioned,
            (Outcome::Open, _) => ReportColumn::Open,
            (Outcome::NoWrapup, _) => ReportColumn::NoWrapup,
        }
    }

    /// The same with another name of the code.
    pub fn named<Other>(self, name: impl FnOnce(Code) -> Other) -> ReportColumn<Other> {
        match self {
            ReportColumn::Code(code) => ReportColumn::Code(name(code)),
            ReportColumn::NoCode => ReportColumn::NoCode,
            ReportColumn::NotLogged => ReportColumn::NotLogged,
            ReportColumn::Undispositioned => ReportColumn::Undispositioned,
            ReportColumn::Open => ReportColumn::Open,
            ReportColumn::NoWrapup => ReportColumn::NoWrapup,
        }
    }
}

/// Which calls a report is about; what is `None` leaves all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Which way they went.
    pub direction: Option<Direction>,
    /// Their ring group.
    pub ring_group: Option<String>,
    /// Their agent.
    pub agent: Option<AgentKey>,
}

impl ReportFilter {
    /// Whether this call is one of them.
    pub fn keeps(&self, call: &ReportCall) -> bool {
        self.direction.is_none_or(|direction| direction == call.direction)
            && (self.ring_group.is_none() || self.ring_group == call.ring_group)
            && (self.agent.is_none() || self.agent == call.agent)
    }
}

/// Calls counted by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many, where there are any.
    pub counts: BTreeMap<ReportColumn, u64>,
    /// All of them.
    pub total: u64,
    /// Milliseconds of talk in all of them.
    pub talk_ms: i64,
}

impl Tally {
    /// How many are in this column.
    pub fn count(&self, column: ReportColumn) -> u64 {
        self.counts.get(&column).copied().unwrap_or(0)
    }

    fn add(&mut self, column: ReportColumn, talk_ms: i64) {
        *self.counts.entry(column).or_default() += 1;
        self.total += 1;
        self.talk_ms += talk_ms;
    }
}

/// The days of a report: when each begins, and when the last one is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    starts: Vec<At>,
    end: At,
}

impl Days {
    /// Days that begin then, in order, the last of them over at `end`.
    pub fn new(starts: Vec<At>, end: At) -> Self {
        Days { starts, end }
    }

    /// When the first begins; where there is none, the end.
    pub fn begin(&self) -> At {
        self.starts.first().copied().unwrap_or(self.end)
    }

    /// When the last is over.
    pub fn end(&self) -> At {
        self.end
    }

    /// Which day, from 0, this moment is on.
    pub fn on(&self, at: At) -> Option<usize> {
        if at >= self.end {
            return None;
        }
        self.starts.partition_point(|start| *start <= at).checked_sub(1)
    }
}

/// A report being counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispositionTally {
    days: Days,
    filter: ReportFilter,
    /// By the place of the day.
    pub by_day: Vec<Tally>,
    /// By ring group; `None`: none.
    pub by_ring_group: BTreeMap<Option<String>, Tally>,
    /// By agent; `None`: nobody.
    pub by_agent: BTreeMap<Option<AgentKey>, Tally>,
    /// Everything.
    pub whole: Tally,
}

impl DispositionTally {
    /// Nothing counted yet.
    pub fn new(days: Days, filter: ReportFilter) -> Self {
        let by_day = vec![Tally::default(); days.starts.len()];
        DispositionTally {
            days,
            filter,
            by_day,
            by_ring_group: BTreeMap::new(),
            by_agent: BTreeMap::new(),
            whole: Tally::default(),
        }
    }

    /// Counts a call, where it is one of the report's.
    pub fn add(&mut self, call: &ReportCall) {
        let Some(day) = self.days.on(call.started_at).filter(|_| self.filter.keeps(call)) else { return };
        let column = ReportColumn::of(call.outcome, call.code);
        if let Some(tally) = self.by_day.get_mut(day) {
            tally.add(column, call.talk_ms);
        }
        of(&mut self.by_ring_group, &call.ring_group).add(column, call.talk_ms);
        of(&mut self.by_agent, &call.agent).add(column, call.talk_ms);
        self.whole.add(column, call.talk_ms);
    }

    /// The columns that hold anything: codes by use, most first, then what has no code.
    pub fn columns(&self) -> Vec<ReportColumn> {
        let mut columns: Vec<(ReportColumn, u64)> =
            self.whole.counts.iter().map(|(column, count)| (*column, *count)).collect();
        columns.sort_by_key(|(column, count)| {
            let is_code = matches!(column, ReportColumn::Code(_));
            (!is_code, if is_code { u64::MAX - count } else { 0 }, *column)
        });
        columns.into_iter().map(|(column, _)| column).collect()
    }
}

/// Most calls are of a group and an agent that were met before.
fn of<'t, K: Ord + Clone>(tallies: &'t mut BTreeMap<K, Tally>, key: &K) -> &'t mut Tally {
    if !tallies.contains_key(key) {
        tallies.insert(key.clone(), Tally::default());
    }
    tallies.entry(key.clone()).or_default()
}

/// One number of the report's file: so many calls of a day, a ring group, an agent and a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The ring group.
    pub ring_group: Option<String>,
    /// The agent.
    pub agent: Option<AgentKey>,
    /// The column.
    pub column: ReportColumn,
}

/// The cells of one day after the other. Calls come in the order they began, so a day is over when one of a later day
/// comes, and no more than one day is held.
#[derive(Debug)]
pub struct CellsByDay {
    days: Days,
    filter: ReportFilter,
    day: usize,
    cells: BTreeMap<Cell, (u64, i64)>,
}

/// The cells of a day, each with its calls and their milliseconds of talk.
pub type DayCells = (usize, BTreeMap<Cell, (u64, i64)>);

impl CellsByDay {
    /// Nothing counted yet.
    pub fn new(days: Days, filter: ReportFilter) -> Self {
        CellsByDay { days, filter, day: 0, cells: BTreeMap::new() }
    }

    /// Counts a call that began no earlier than those before; answers the day that is over by that.
    pub fn add(&mut self, call: &ReportCall) -> Option<DayCells> {
        let day = self.days.on(call.started_at).filter(|_| self.filter.keeps(call))?;
        let over = if day == self.day { None } else { self.take() };
        self.day = day;
        let cell = Cell {
            ring_group: call.ring_group.clone(),
            agent: call.agent.clone(),
            column: ReportColumn::of(call.outcome, call.code),
        };
        let (count, talk_ms) = self.cells.entry(cell).or_default();
        *count += 1;
        *talk_ms += call.talk_ms;
        over
    }

    /// The day that was counted last, where it has any calls.
    pub fn take(&mut self) -> Option<DayCells> {
        let cells = std::mem::take(&mut self.cells);
        (!cells.is_empty()).then_some((self.day, cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn code(n: u128) -> CodeId {
        CodeId(Uuid::from_u128(n))
    }

    fn call(at: i64, outcome: Outcome, of: Option<u128>) -> ReportCall {
        ReportCall {
            started_at: At(at),
            direction: Direction::Inbound,
            outcome,
            code: of.map(code),
            agent: Some(AgentKey("1001".to_owned())),
            ring_group: Some("sales".to_owned()),
            talk_ms: 1_000,
        }
    }

    fn days() -> Days {
        Days::new(vec![At(0), At(100), At(150)], At(200))
    }

    #[test]
    fn a_moment_is_on_the_day_that_began_last() {
        let on = [-1, 0, 99, 100, 149, 150, 199, 200].map(|at| days().on(At(at)));
        assert_eq!(on, [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2), None]);
        assert_eq!(Days::new(Vec::new(), At(5)).on(At(4)), None);
    }

    #[test]
    fn p15_each_call_counts_once_under_its_code_or_what_it_has_instead() {
        let mut tally = DispositionTally::new(days(), ReportFilter::default());
        for (at, outcome, of) in [
            (0, Outcome::Logged, Some(1)),
            (10, Outcome::Logged, Some(2)),
            (120, Outcome::Logged, Some(2)),
            (130, Outcome::Logged, None),
            (140, Outcome::NotLogged, None),
            (199, Outcome::Open, None),
            (200, Outcome::Open, None),
            (-1, Outcome::Open, None),
        ] {
            tally.add(&call(at, outcome, of));
        }
        let expected = [
            ReportColumn::Code(code(2)),
            ReportColumn::Code(code(1)),
            ReportColumn::NoCode,
            ReportColumn::NotLogged,
            ReportColumn::Open,
        ];
        assert_eq!(tally.columns(), expected);
        assert_eq!(tally.by_day.iter().map(|day| day.total).collect::<Vec<_>>(), [2, 3, 1]);
        assert_eq!((tally.whole.total, tally.whole.talk_ms), (6, 6_000));
        assert_eq!(tally.by_day[1].count(ReportColumn::Code(code(2))), 1);
        let sums = [&tally.by_agent.values().next().expect("an agent").total, &tally.whole.total];
        assert_eq!(sums, [&6, &6]);
    }

    #[test]
    fn only_the_calls_that_are_asked_for_count() {
        let other = ReportCall {
            direction: Direction::Outbound,
            ring_group: None,
            agent: None,
            ..call(1, Outcome::NoWrapup, None)
        };
        let count = |filter: ReportFilter| {
            let mut tally = DispositionTally::new(days(), filter);
            tally.add(&call(0, Outcome::Open, None));
            tally.add(&other);
            tally.whole.total
        };
        assert_eq!(count(ReportFilter::default()), 2);
        assert_eq!(
            count(ReportFilter { direction: Some(Direction::Outbound), ..ReportFilter::default() }),
            1
        );
        assert_eq!(
            count(ReportFilter { ring_group: Some("sales".to_owned()), ..ReportFilter::default() }),
            1
        );
        assert_eq!(
            count(ReportFilter { agent: Some(AgentKey("1002".to_owned())), ..ReportFilter::default() }),
            0
        );
    }

    #[test]
    fn cells_come_a_day_at_a_time_and_sum_up_to_the_report() {
        let mut cells = CellsByDay::new(days(), ReportFilter::default());
        let mut all = Vec::new();
        for (at, of) in [(0, Some(1)), (1, Some(1)), (2, None), (160, Some(1))] {
            all.extend(cells.add(&call(at, Outcome::Logged, of)));
        }
        all.extend(cells.take());
        let counts: Vec<(usize, Vec<u64>)> = all
            .iter()
            .map(|(day, cells)| (*day, cells.values().map(|(count, _)| *count).collect()))
            .collect();
        assert_eq!(counts, [(0, vec![2, 1]), (2, vec![1])]);
        assert_eq!(cells.take(), None);
    }
}
