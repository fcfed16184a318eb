//! Counting calls, one by one or many that were counted before, fast: every count has a place of its own in an array, where an
//! [`Aggregate`] looks for each among those that it has. What is counted is the aggregate's; a tally becomes one once the calls are through.

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
struct Places(Vec<i64>);

impl Places {
    fn add(&mut self, number: u64, by: i64) {
        // Of an array that fits the memory.
        let place = number as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        self.0[place] += by;
    }

    fn put_into<K: Packed>(&self, counts: &mut Counts<K>, key: impl Fn(u64) -> Option<K>) {
        for (number, count) in (0..).zip(&self.0).filter(|(_, count)| **count != 0) {
            if let Some(key) = key(number) {
                counts.push(key, *count);
            }
        }
    }
}

impl Tally {
    /// One more call, which began in this hour.
    pub fn count(&mut self, fact: &Fact, hour: HourOfWeek) {
        self.columns.add((fact.kind, fact.column).pack(), 1);
        self.hours.add((fact.kind, hour).pack(), 1);
        for measure in Measure::ALL {
            if let Some(millis) = fact.times.of(measure) {
                let span = self.span(fact.kind, measure);
                span.sum_ms += millis;
                span.steps.add(Step::of(millis).pack(), 1);
            }
        }
    }

    /// Calls that were counted elsewhere, those of the types that are kept.
    pub fn merge(&mut self, counts: &Aggregate, keep: impl Fn(CallType) -> bool) {
        for (key, count) in counts.columns.iter().filter(|((kind, _), _)| keep(*kind)) {
            self.columns.add(key.pack(), count);
        }
        for (key, count) in counts.hours.iter().filter(|((kind, _), _)| keep(*kind)) {
            self.hours.add(key.pack(), count);
        }
        for ((kind, measure), millis) in counts.sums.iter().filter(|((kind, _), _)| keep(*kind)) {
            self.span(kind, measure).sum_ms += millis;
        }
        for (((kind, measure), step), count) in counts.steps.iter().filter(|(((kind, _), _), _)| keep(*kind))
        {
            self.span(kind, measure).steps.add(step.pack(), count);
        }
    }

    /// Nothing is counted any more; the room for it stays.
    pub fn clear(&mut self) {
        self.columns.0.fill(0);
        self.hours.0.fill(0);
        for span in self.spans.iter_mut().flatten() {
            span.sum_ms = 0;
            span.steps.0.fill(0);
        }
    }

    fn span(&mut self, kind: CallType, measure: Measure) -> &mut Span {
        let spans = &mut self.spans[measure.pack() as usize];
        let place = kind.pack() as usize;
        if place >= spans.len() {
            spans.resize_with(place + 1, Span::default);
        }
        &mut spans[place]
    }

    /// What was counted.
    pub fn total(&self) -> Aggregate {
        let mut total = Aggregate::default();
        self.columns.put_into(&mut total.columns, <(CallType, ReportColumn<Word>)>::unpack);
        self.hours.put_into(&mut total.hours, <(CallType, HourOfWeek)>::unpack);
        let kinds = self.spans.iter().map(Vec::len).max().unwrap_or_default();
        for (place, kind) in (0..kinds).filter_map(|place| Some((place, CallType::unpack(place as u64)?))) {
            for measure in Measure::ALL {
                let Some(span) = self.spans[measure.pack() as usize].get(place) else { continue };
                total.sums.push((kind, measure), span.sum_ms);
                span.steps.put_into(&mut total.steps, |step| Some(((kind, measure), Step::unpack(step)?)));
            }
        }
        total
    }
}
