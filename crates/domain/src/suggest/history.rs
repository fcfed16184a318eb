//! What was learnt: how often each code had each term and fact, by weight. Whole numbers, so that the order of examples
//! does not matter and one that was added can be taken away without a trace.

use super::words::{Term, terms};
use super::{Example, Fact, HALF_LIFE_DAYS, MAX_SUGGESTIONS};
use crate::id::{At, CodeId};
use std::collections::BTreeMap;

/// The weight of an example of the day on which it is learnt.
pub(super) const UNIT: u64 = 1024;
/// Most doublings of a weight, for calls that are later than the day on which it is learnt.
const MAX_DOUBLINGS: f64 = 10.0;
const DAY_US: i64 = 86_400_000_000;

/// What was learnt of one code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CodeTotals {
    pub(super) examples: u64,
    pub(super) weight: u64,
    /// Of all terms of all its notes.
    pub(super) terms: u64,
}

/// How often a term or fact came with each code, by weight.
pub(super) type ByCode = BTreeMap<CodeId, u64>;

/// What a centre logged, as the model counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    learnt_at: At,
    pub(super) codes: BTreeMap<CodeId, CodeTotals>,
    /// Words and pairs of them are kept apart: what a word that was never seen may mean is looked for among words alone.
    pub(super) words: BTreeMap<String, ByCode>,
    pairs: BTreeMap<String, ByCode>,
    pub(super) facts: BTreeMap<Fact, ByCode>,
}

impl History {
    /// Nothing yet. Examples of `learnt_at` weigh full, those before it less by their age.
    pub fn new(learnt_at: At) -> History {
        History {
            learnt_at,
            codes: BTreeMap::new(),
            words: BTreeMap::new(),
            pairs: BTreeMap::new(),
            facts: BTreeMap::new(),
        }
    }

    /// How many examples there are.
    pub fn examples(&self) -> u64 {
        self.codes.values().map(|totals| totals.examples).sum()
    }

    /// Those of `offered` that were logged most, by weight, the first of them first.
    pub fn most_logged(&self, offered: &[CodeId]) -> Vec<CodeId> {
        let mut known: Vec<(u64, CodeId)> =
            offered.iter().filter_map(|code| Some((self.codes.get(code)?.weight, *code))).collect();
        known.sort_by_key(|(weight, code)| (std::cmp::Reverse(*weight), *code));
        known.into_iter().take(MAX_SUGGESTIONS).map(|(_, code)| code).collect()
    }

    /// How many different terms and facts are kept.
    pub fn size(&self) -> usize {
        self.words.len() + self.pairs.len() + self.facts.len()
    }

    /// Learns an example.
    pub fn add(&mut self, example: &Example) {
        let weight = self.weight(example.at);
        let found = terms(&example.notes);
        let totals = self.codes.entry(example.code).or_default();
        totals.examples += 1;
        totals.weight += weight;
        totals.terms += weight * found.len() as u64;
        for term in found {
            let by_code = self.alike_mut(&term).entry(term.key).or_default();
            *by_code.entry(example.code).or_default() += weight;
        }
        for fact in example.facts.counted() {
            *self.facts.entry(fact).or_default().entry(example.code).or_default() += weight;
        }
    }

    /// Unlearns an example that was added, such as one whose code or notes were corrected. One that was not is left alone,
    /// as far as that can be seen: it answers whether anything was taken away.
    pub fn take_away(&mut self, example: &Example) -> bool {
        let (code, weight) = (example.code, self.weight(example.at));
        let found = terms(&example.notes);
        let facts = example.facts.counted();
        let enough = |kept: Option<&ByCode>| kept.and_then(|by| by.get(&code)).is_some_and(|n| *n >= weight);
        let known = self.codes.get(&code).is_some_and(|totals| totals.weight >= weight)
            && found.iter().all(|term| enough(self.known(term)))
            && facts.iter().all(|fact| enough(self.facts.get(fact)));
        if !known {
            return false;
        }
        if let Some(totals) = self.codes.get_mut(&code) {
            totals.examples -= 1;
            totals.weight -= weight;
            totals.terms = totals.terms.saturating_sub(weight * found.len() as u64);
            if totals.examples == 0 {
                self.codes.remove(&code);
            }
        }
        found.iter().for_each(|term| lessen(self.alike_mut(term), &term.key, code, weight));
        facts.iter().for_each(|fact| lessen(&mut self.facts, fact, code, weight));
        true
    }

    /// How often a term came with each code; `None`: never.
    pub(super) fn known(&self, term: &Term) -> Option<&ByCode> {
        if term.single { self.words.get(&term.key) } else { self.pairs.get(&term.key) }
    }

    fn alike_mut(&mut self, term: &Term) -> &mut BTreeMap<String, ByCode> {
        if term.single { &mut self.words } else { &mut self.pairs }
    }

    /// The weight of an example of a call that began then.
    fn weight(&self, at: At) -> u64 {
        let days = (self.learnt_at.0 - at.0).div_euclid(DAY_US);
        let doublings = (-(days as f64) / HALF_LIFE_DAYS as f64).min(MAX_DOUBLINGS);
        // What is so old that nothing is left of it still is an example.
        ((UNIT as f64 * doublings.exp2()).round() as u64).max(1)
    }
}

fn lessen<K: Ord>(counts: &mut BTreeMap<K, ByCode>, key: &K, code: CodeId, weight: u64) {
    let Some(by_code) = counts.get_mut(key) else { return };
    if let Some(count) = by_code.get_mut(&code) {
        *count = count.saturating_sub(weight);
        if *count == 0 {
            by_code.remove(&code);
        }
    }
    if by_code.is_empty() {
        counts.remove(key);
    }
}
