//! The report's file: so many calls of each day, ring group, agent and column. No rollup holds that much, so it is counted
//! from the calls, of which no more than a day's are held. Names and lines are the server's.

use super::ReportColumn;
use super::calendar::{Calendar, Day};
use super::fact::{Fact, Word};
use super::plan::FactFilter;
use std::collections::BTreeMap;

/// What one number of the file is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The ring group.
    pub ring_group: Option<Word>,
    /// The agent.
    pub agent: Option<Word>,
    /// The column.
    pub column: ReportColumn<Word>,
}

/// How much is in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellCount {
    /// Calls.
    pub calls: u64,
    /// Their milliseconds of talk.
    pub talk_ms: i64,
}

/// The cells of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCells {
    /// The day.
    pub day: Day,
    /// Its cells; never none.
    pub cells: BTreeMap<Cell, CellCount>,
}

impl DayCells {
    /// The same calls counted in other columns: each in what its own becomes.
    #[must_use]
    pub fn recounted(self, becomes: impl Fn(ReportColumn<Word>) -> ReportColumn<Word>) -> DayCells {
        let mut cells: BTreeMap<Cell, CellCount> = BTreeMap::new();
        for (cell, count) in self.cells {
            let sum = cells.entry(Cell { column: becomes(cell.column), ..cell }).or_default();
            sum.calls += count.calls;
            sum.talk_ms += count.talk_ms;
        }
        DayCells { cells, ..self }
    }
}

/// The cells of one day after the other. Calls come in the order they began, so a day is over when one of a later day
/// comes.
#[derive(Debug)]
pub struct CellsByDay {
    calendar: Calendar,
    filter: FactFilter,
    day: Day,
    cells: BTreeMap<Cell, CellCount>,
}

impl CellsByDay {
    /// Nothing counted yet.
    pub fn new(calendar: Calendar, filter: FactFilter) -> Self {
        CellsByDay { calendar, filter, day: Day(i32::MIN), cells: BTreeMap::new() }
    }

    /// Counts a call that began no earlier than those before; answers the day that is over by that.
    pub fn add(&mut self, fact: &Fact) -> Option<DayCells> {
        if !self.filter.keeps(fact) {
            return None;
        }
        let day = self.calendar.day(fact.started_at);
        let over = if day == self.day { None } else { self.take() };
        self.day = day;
        let cell = Cell { ring_group: fact.ring_group, agent: fact.agent, column: fact.column };
        let count = self.cells.entry(cell).or_default();
        count.calls += 1;
        count.talk_ms += fact.times.talk.unwrap_or(0);
        over
    }

    /// The day that was counted last, where it has any calls.
    pub fn take(&mut self) -> Option<DayCells> {
        let cells = std::mem::take(&mut self.cells);
        (!cells.is_empty()).then_some(DayCells { day: self.day, cells })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::CallType;
    use crate::id::At;
    use crate::report::calendar::Shift;
    use crate::report::fact::{Times, Traits};

    const HOUR: i64 = 3_600_000_000;

    fn fact(at: i64, code: u32, agent: u32) -> Fact {
        Fact {
            started_at: At(at),
            kind: CallType::Inbound,
            column: ReportColumn::Code(Word(code)),
            agent: Some(Word(agent)),
            ring_group: None,
            times: Times { talk: Some(1_000), ..Times::default() },
            caller: None,
            traits: Traits::default(),
        }
    }

    /// Its days begin two hours before those of UTC.
    fn calendar() -> Calendar {
        Calendar::new("Here", vec![Shift { from: At(0), ahead_s: 7_200 }])
    }

    #[test]
    fn cells_come_a_day_at_a_time_and_sum_up_to_the_calls() {
        let mut cells = CellsByDay::new(calendar(), FactFilter::default());
        let mut all = Vec::new();
        for (hour, code) in [(0, 1), (1, 1), (21, 2), (22, 1), (80, 1)] {
            all.extend(cells.add(&fact(hour * HOUR, code, 7)));
        }
        all.extend(cells.take());
        let days: Vec<(i32, Vec<u64>)> = all
            .iter()
            .map(|day| (day.day.0, day.cells.values().map(|count| count.calls).collect()))
            .collect();
        assert_eq!(days, [(0, vec![2, 1]), (1, vec![1]), (3, vec![1])]);
        let talk: i64 = all.iter().flat_map(|day| day.cells.values()).map(|count| count.talk_ms).sum();
        assert_eq!(talk, 5_000);
        assert_eq!(cells.take(), None);
    }

    #[test]
    fn cells_that_become_one_are_added() {
        let mut cells = CellsByDay::new(calendar(), FactFilter::default());
        for (code, agent) in [(1, 7), (2, 7), (2, 8), (3, 7)] {
            assert_eq!(cells.add(&fact(0, code, agent)), None);
        }
        let becomes = |column| match column {
            ReportColumn::Code(Word(1)) => ReportColumn::Code(Word(2)),
            other => other,
        };
        let day = cells.take().expect("a day").recounted(becomes);
        let counts: Vec<(Option<Word>, u64, i64)> =
            day.cells.iter().map(|(cell, count)| (cell.agent, count.calls, count.talk_ms)).collect();
        let (seven, eight) = (Some(Word(7)), Some(Word(8)));
        assert_eq!(counts, [(seven, 2, 2_000), (seven, 1, 1_000), (eight, 1, 1_000)]);
    }

    #[test]
    fn only_the_calls_that_are_asked_for_are_in_it() {
        let filter = FactFilter { agent: Some(Some(Word(8))), ..FactFilter::default() };
        let mut cells = CellsByDay::new(calendar(), filter);
        assert_eq!([cells.add(&fact(0, 1, 7)), cells.add(&fact(30 * HOUR, 1, 8))], [None, None]);
        let counts: Vec<u64> =
            cells.take().into_iter().flat_map(|day| day.cells.into_values()).map(|one| one.calls).collect();
        assert_eq!(counts, [1]);
    }
}
