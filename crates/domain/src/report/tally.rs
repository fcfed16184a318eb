//! Counting calls one by one, fast: every count has a place of its own in an array, where an [`Aggregate`] looks for each
//! among those that it has. What is counted is the aggregate's; a tally becomes one once the calls are through.

use super::ReportColumn;
use super::aggregate::Aggregate;
use super::calendar::HourOfWeek;
use super::counts::{Counts, Packed};
use super::durations::Step;
use super::fact::{Fact, Measure, Word};
use crate::call::CallType;

/// Calls that were counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By the number of type and column.
    columns: Places,
    /// By the number of type and hour.
    hours: Places,
    /// By measure, by type and by step.
    spans: [Vec<Span>; Measure::ALL.len()],
}

/// How long a measure took, of one type.
#[derive(Clone, Debug, Default)]
struct Span {
    sum_ms: i64,
    steps: Places,
}

/// Counts by place, as far as there are any.
#[derive(Clone, Debug, Default)]
struct Places(Vec<u32>);

impl Places {
    fn add(&mut self, number: u64) {
        // Of an array that fits the memory.
        let place = number as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        self.0[place] += 1;
    }

    fn put_into<K: Packed>(&self, counts: &mut Counts<K>, key: impl Fn(u64) -> Option<K>) {
        for (number, count) in (0..).zip(&self.0).filter(|(_, count)| **count > 0) {
            if let Some(key) = key(number) {
                counts.add(key, i64::from(*count));
            }
        }
    }
}

impl Tally {
    /// One more call, which began in this hour.
    pub fn count(&mut self, fact: &Fact, hour: HourOfWeek) {
        self.columns.add((fact.kind, fact.column).pack());
        self.hours.add((fact.kind, hour).pack());
        for (measure, spans) in Measure::ALL.into_iter().zip(&mut self.spans) {
            let Some(millis) = fact.times.of(measure) else { continue };
            let place = fact.kind.pack() as usize;
            if place >= spans.len() {
                spans.resize_with(place + 1, Span::default);
            }
            spans[place].sum_ms += millis;
            spans[place].steps.add(Step::of(millis).pack());
        }
    }

    /// What was counted.
    pub fn total(&self) -> Aggregate {
        let mut total = Aggregate::default();
        self.columns.put_into(&mut total.columns, <(CallType, ReportColumn<Word>)>::unpack);
        self.hours.put_into(&mut total.hours, <(CallType, HourOfWeek)>::unpack);
        for (measure, spans) in Measure::ALL.into_iter().zip(&self.spans) {
            for (number, span) in (0..).zip(spans) {
                let Some(kind) = CallType::unpack(number) else { continue };
                total.sums.add((kind, measure), span.sum_ms);
                span.steps.put_into(&mut total.steps, |step| Some(((kind, measure), Step::unpack(step)?)));
            }
        }
        total
    }
}
