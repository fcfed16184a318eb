//! A report as it is counted: from rollups, from the calls themselves, or in parts that are put together. All ways end in
//! the same. Which rollups there are to read is [`super::plan`]'s.

use super::ReportColumn;
use super::aggregate::{Aggregate, Kinds, PackedAggregate};
use super::calendar::{Calendar, Day, HourOfWeek, Watch};
use super::counts::NoCounts;
use super::fact::{Fact, Word};
use super::plan::{Per, Period, Pull, Question};
use super::rollup::{Rollup, Segment};
use super::tally::Tally;
use std::collections::BTreeMap;

/// A report as it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    question: Question,
    /// By period; those without any call are not there.
    pub periods: BTreeMap<Period, Aggregate>,
    /// By ring group, where it is broken down by them.
    pub ring_groups: BTreeMap<Option<Word>, Aggregate>,
    /// By agent, where it is broken down by them.
    pub agents: BTreeMap<Option<Word>, Aggregate>,
    /// Everything.
    pub whole: Aggregate,
}

impl Counted {
    /// Nothing yet.
    pub fn new(question: Question) -> Self {
        Counted {
            question,
            periods: BTreeMap::new(),
            ring_groups: BTreeMap::new(),
            agents: BTreeMap::new(),
            whole: Aggregate::default(),
        }
    }

    /// The same report, each call counted as what its column becomes.
    pub fn recounted(mut self, becomes: impl Fn(ReportColumn<Word>) -> ReportColumn<Word> + Copy) -> Counted {
        let parts = self.periods.values_mut().chain(self.ring_groups.values_mut());
        for part in parts.chain(self.agents.values_mut()).chain([&mut self.whole]) {
            *part = std::mem::take(part).recounted(becomes);
        }
        self
    }

    /// What another part of the same report counted.
    pub fn merge(&mut self, other: &Counted) {
        self.whole.merge(&other.whole);
        for (period, counts) in &other.periods {
            self.periods.entry(*period).or_default().merge(counts);
        }
        for (group, counts) in &other.ring_groups {
            self.ring_groups.entry(*group).or_default().merge(counts);
        }
        for (agent, counts) in &other.agents {
            self.agents.entry(*agent).or_default().merge(counts);
        }
    }
}

fn add<K: Ord>(to: &mut BTreeMap<K, Aggregate>, key: K, counts: Aggregate) {
    if !counts.is_empty() {
        to.entry(key).or_default().merge(&counts);
    }
}

/// A report being put together from rollups.
#[derive(Debug)]
pub struct Gathered {
    question: Question,
    periods: Vec<(Period, Part)>,
    ring_groups: Vec<(Option<Word>, Part)>,
    agents: Vec<(Option<Word>, Part)>,
}

/// Counts, and how often: once, or to be taken away once.
type Part = (PackedAggregate, i64);

fn part(rollup: Rollup, pull: &Pull) -> Part {
    (rollup.counts, if pull.is_taken_away { -1 } else { 1 })
}

impl Gathered {
    /// Nothing yet.
    pub fn new(question: Question) -> Self {
        Gathered { question, periods: Vec::new(), ring_groups: Vec::new(), agents: Vec::new() }
    }

    /// A rollup of its periods, which this pull asked for.
    pub fn add_period(&mut self, rollup: Rollup, pull: &Pull) {
        let period = self.question.per.of_day(rollup.key.first_day());
        self.periods.push((period, part(rollup, pull)));
    }

    /// A rollup of a ring group, which this pull asked for.
    pub fn add_ring_group(&mut self, rollup: Rollup, pull: &Pull) {
        if let Segment::Of(group) = rollup.key.ring_group {
            self.ring_groups.push((group, part(rollup, pull)));
        }
    }

    /// A rollup of an agent, which this pull asked for.
    pub fn add_agent(&mut self, rollup: Rollup, pull: &Pull) {
        if let Segment::Of(agent) = rollup.key.agent {
            self.agents.push((agent, part(rollup, pull)));
        }
    }

    /// What they come to: each count is added in a place of its own, so that it takes as long as they are, and not that
    /// many times over.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn end(self) -> Result<Counted, NoCounts> {
        let Gathered { question, periods, ring_groups, agents } = self;
        let kept = Kinds::those(|kind| question.filter.keeps_kind(kind));
        let mut whole = Tally::default();
        let periods = summed(periods, &kept, |period| whole.add_all(period))?;
        let ring_groups = summed(ring_groups, &kept, |_| ())?;
        let agents = summed(agents, &kept, |_| ())?;
        Ok(Counted { periods, ring_groups, agents, whole: whole.total(), question })
    }
}

/// The sum of each key's, which `also` is shown; those of which nothing is kept are left out.
fn summed<K: Ord + Copy>(
    mut parts: Vec<(K, Part)>,
    kept: &Kinds,
    mut also: impl FnMut(&Tally),
) -> Result<BTreeMap<K, Aggregate>, NoCounts> {
    parts.sort_by_key(|(key, _)| *key);
    let (mut scratch, mut sums) = (Tally::default(), BTreeMap::new());
    for of_key in parts.chunk_by(|(one, _), (other, _)| one == other) {
        scratch.clear();
        for (_, (counts, times)) in of_key {
            scratch.add(counts, *times, kept)?;
        }
        also(&scratch);
        let total = scratch.total();
        if let (Some((key, _)), false) = (of_key.first(), total.is_empty()) {
            sums.insert(*key, total);
        }
    }
    Ok(sums)
}

/// The period of a call: which week or month a day is in is reckoned once a day, and not with each of its calls.
fn of_hour(last: &mut Option<(Day, Period)>, per: Per, day: Day, hour: HourOfWeek) -> Period {
    match *last {
        Some((same, period)) if same == day && per != Per::Hour => period,
        _ => last.insert((day, per.of_hour(day, hour))).1,
    }
}

/// A report being counted from calls: the fastest way where these come in the order they began.
#[derive(Debug)]
pub struct Recount<'c> {
    watch: Watch<'c>,
    counted: Counted,
    /// The day of the last call, and the period it is in.
    day: Option<(Day, Period)>,
    /// The period of the last call.
    period: Option<(Period, Tally)>,
    ring_groups: ByWord,
    agents: ByWord,
}

impl<'c> Recount<'c> {
    /// Nothing yet.
    pub fn new(question: Question, calendar: &'c Calendar) -> Self {
        let (ring_groups, agents) = (ByWord::default(), ByWord::default());
        let (watch, counted) = (calendar.watch(), Counted::new(question));
        Recount { watch, counted, day: None, period: None, ring_groups, agents }
    }

    /// A call, where it is one of the report's.
    pub fn add(&mut self, fact: &Fact) {
        let (day, hour) = self.watch.day_and_hour(fact.started_at);
        let question = &self.counted.question;
        if !question.days.contains(&day) || !question.filter.keeps(fact) {
            return;
        }
        let period = of_hour(&mut self.day, question.per, day, hour);
        if question.by.ring_groups() {
            self.ring_groups.of(fact.ring_group).count(fact, hour);
        }
        if question.by.agents() {
            self.agents.of(fact.agent).count(fact, hour);
        }
        match &mut self.period {
            Some((same, tally)) if *same == period => tally.count(fact, hour),
            _ => {
                self.end_period();
                self.period.insert((period, Tally::default())).1.count(fact, hour);
            }
        }
    }

    /// The report.
    pub fn end(mut self) -> Counted {
        self.end_period();
        self.counted.ring_groups = self.ring_groups.total();
        self.counted.agents = self.agents.total();
        self.counted
    }

    fn end_period(&mut self) {
        if let Some((period, tally)) = self.period.take() {
            let total = tally.total();
            self.counted.whole.merge(&total);
            add(&mut self.counted.periods, period, total);
        }
    }
}

/// Tallies by the number of a name; the first is of no name.
#[derive(Debug, Default)]
struct ByWord(Vec<Option<Box<Tally>>>);

impl ByWord {
    fn of(&mut self, word: Option<Word>) -> &mut Tally {
        // Numbers are given one after the other, so that no more than there are names.
        let place = word.map_or(0, |word| word.0 as usize);
        if place >= self.0.len() {
            self.0.resize_with(place + 1, || None);
        }
        self.0[place].get_or_insert_default()
    }

    fn total(self) -> BTreeMap<Option<Word>, Aggregate> {
        let word = |place: u32| (place > 0).then_some(Word(place));
        (0..).zip(self.0).filter_map(|(place, tally)| Some((word(place), tally?.total()))).collect()
    }
}
