//! Counting calls, one by one or many that were counted before, fast: every count has a place of its own in an array, where an
//! [`Aggregate`] looks for each among those that it has. What is counted is the aggregate's; a tally becomes one once the calls are through.

use super::aggregate::{Aggregate, Kinds, PackedAggregate, Part};
use super::calendar::HourOfWeek;
use super::counts::{Counts, NoCounts, Packed};
use super::durations::Step;
use super::fact::{Fact, Measure};

/// Calls that were counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By the number of type and column.
    columns: Places,
    /// By the number of type and hour.
    hours: Places,
    /// Milliseconds by the number of type and measure.
    sums: Places,
    /// By the number of type and measure, then by that of the step.
    steps: Vec<Places>,
}

/// Counts by place, as far as there are any.
#[derive(Clone, Debug, Default)]
struct Places(Vec<i64>);

impl Places {
    #[inline]
    fn add(&mut self, number: u64, by: i64) {
        // Of an array that fits the memory.
        let place = number as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        self.0[place] += by;
    }

    fn add_all(&mut self, others: &Places) {
        if self.0.len() < others.0.len() {
            self.0.resize(others.0.len(), 0);
        }
        self.0.iter_mut().zip(&others.0).for_each(|(ours, theirs)| *ours += theirs);
    }

    /// The counts that there are, each by its place behind `first`.
    fn put_into<K: Packed>(&self, counts: &mut Counts<K>, first: u64) {
        for (number, count) in (first..).zip(&self.0).filter(|(_, count)| **count != 0) {
            if let Some(key) = K::unpack(number) {
                counts.push(key, *count);
            }
        }
    }
}

/// The number of a type and measure whose steps are counted.
fn steps_of(measured: u64) -> u64 {
    measured << u16::BITS
}

impl Tally {
    /// One more call, which began in this hour.
    pub fn count(&mut self, fact: &Fact, hour: HourOfWeek) {
        self.columns.add((fact.kind, fact.column).pack(), 1);
        self.hours.add((fact.kind, hour).pack(), 1);
        for measure in Measure::ALL {
            if let Some(millis) = fact.times.of(measure) {
                let measured = (fact.kind, measure).pack();
                self.sums.add(measured, millis);
                self.add_step(measured, Step::of(millis).pack(), 1);
            }
        }
    }

    /// Calls that were counted elsewhere, those of the types that are kept, so many times each; -1 takes them away.
    ///
    /// # Errors
    /// They are in a form of another release, or damaged; some may be counted then.
    pub(super) fn add(&mut self, counts: &PackedAggregate, times: i64, kept: &Kinds) -> Result<(), NoCounts> {
        counts.each(kept, |part, number, count| match (part, count.wrapping_mul(times)) {
            (Part::Columns, count) => self.columns.add(number, count),
            (Part::Hours, count) => self.hours.add(number, count),
            (Part::Sums, count) => self.sums.add(number, count),
            (Part::Steps, count) => {
                self.add_step(number >> u16::BITS, number & u64::from(u16::MAX), count);
            }
        })
    }

    /// Calls that another tally counted.
    pub(super) fn add_all(&mut self, others: &Tally) {
        self.columns.add_all(&others.columns);
        self.hours.add_all(&others.hours);
        self.sums.add_all(&others.sums);
        if self.steps.len() < others.steps.len() {
            self.steps.resize_with(others.steps.len(), Places::default);
        }
        self.steps.iter_mut().zip(&others.steps).for_each(|(ours, theirs)| ours.add_all(theirs));
    }

    /// Nothing is counted any more; the room for it stays.
    pub fn clear(&mut self) {
        let all = [&mut self.columns, &mut self.hours, &mut self.sums].into_iter().chain(&mut self.steps);
        all.for_each(|places| places.0.fill(0));
    }

    #[inline]
    fn add_step(&mut self, measured: u64, step: u64, by: i64) {
        let place = measured as usize;
        if place >= self.steps.len() {
            self.steps.resize_with(place + 1, Places::default);
        }
        self.steps[place].add(step, by);
    }

    /// What was counted.
    pub fn total(&self) -> Aggregate {
        let mut total = Aggregate::default();
        self.columns.put_into(&mut total.columns, 0);
        self.hours.put_into(&mut total.hours, 0);
        self.sums.put_into(&mut total.sums, 0);
        for (measured, steps) in (0..).zip(&self.steps) {
            steps.put_into(&mut total.steps, steps_of(measured));
        }
        total
    }
}
