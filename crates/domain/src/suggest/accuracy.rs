//! How good suggestions would have been: each week that is held out is ranked by what was logged before it, and only then
//! learnt. What the notes said at the end is known here, which an agent who still types does not: it is the best case.

use super::{CallFacts, Example, History};
use crate::id::{At, CodeId, SetId};
use std::collections::BTreeMap;

const WEEK_US: i64 = 7 * 86_400_000_000;

/// What is held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldOut {
    /// When the first week that is held out begins.
    pub from: At,
    /// How many weeks.
    pub weeks: u32,
}

/// What came of one week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeekAccuracy {
    /// Calls that were logged with a code that is on offer today.
    pub calls: u64,
    /// Of these, calls for which something was suggested.
    pub suggested: u64,
    /// Calls whose code was the first suggestion.
    pub first: u64,
    /// Calls whose code was among the suggestions.
    pub among: u64,
    /// Calls whose code was that which had been logged most until then.
    pub usual_first: u64,
    /// Calls whose code was among as many of those that had been logged most.
    pub usual_among: u64,
}

/// What came of the weeks, by set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAccuracy {
    /// The set.
    pub set: SetId,
    /// Its weeks, the earliest first.
    pub weeks: Vec<WeekAccuracy>,
}

impl SetAccuracy {
    /// All weeks together.
    pub fn total(&self) -> WeekAccuracy {
        let mut total = WeekAccuracy::default();
        for week in &self.weeks {
            total.calls += week.calls;
            total.suggested += week.suggested;
            total.first += week.first;
            total.among += week.among;
            total.usual_first += week.usual_first;
            total.usual_among += week.usual_among;
        }
        total
    }
}

/// Ranks each week by what came before it. `sets` are the codes of each set that are on offer today.
pub fn held_out(examples: &[Example], sets: &[(SetId, Vec<CodeId>)], what: HeldOut) -> Vec<SetAccuracy> {
    let mut by_time: Vec<&Example> = examples.iter().collect();
    by_time.sort_by_key(|example| example.at);
    let set_of: BTreeMap<CodeId, usize> = sets
        .iter()
        .enumerate()
        .flat_map(|(nth, (_, codes))| codes.iter().map(move |code| (*code, nth)))
        .collect();
    let empty = |(set, _): &(SetId, Vec<CodeId>)| SetAccuracy { set: *set, weeks: Vec::new() };
    let mut found: Vec<SetAccuracy> = sets.iter().map(empty).collect();
    let mut history = History::new(what.from);
    let (before, mut rest) = by_time.split_at(by_time.partition_point(|example| example.at < what.from));
    before.iter().for_each(|example| history.add(example));
    for nth in 1..=what.weeks {
        let end = At(what.from.0 + i64::from(nth) * WEEK_US);
        let (week, later) = rest.split_at(rest.partition_point(|example| example.at < end));
        let mut counts = vec![WeekAccuracy::default(); sets.len()];
        for example in week {
            if let Some(place) = set_of.get(&example.code) {
                counts[*place].count(&history, &sets[*place].1, example);
            }
        }
        found.iter_mut().zip(counts).for_each(|(set, week)| set.weeks.push(week));
        week.iter().for_each(|example| history.add(example));
        rest = later;
    }
    found
}

impl WeekAccuracy {
    fn count(&mut self, history: &History, offered: &[CodeId], example: &Example) {
        self.calls += 1;
        let codes = |notes: &str, facts: &CallFacts| -> Vec<CodeId> {
            history.suggest(offered, notes, facts).into_iter().map(|one| one.code).collect()
        };
        let suggested = codes(&example.notes, &example.facts);
        self.suggested += u64::from(!suggested.is_empty());
        self.first += u64::from(suggested.first() == Some(&example.code));
        self.among += u64::from(suggested.contains(&example.code));
        let usual = history.most_logged(offered);
        self.usual_first += u64::from(usual.first() == Some(&example.code));
        self.usual_among += u64::from(usual.contains(&example.code));
    }
}
