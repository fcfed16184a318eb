//! Which of the codes that a call may get suit its notes and facts best, and what weighed.

use super::history::{ByCode, CodeTotals, History, UNIT};
use super::nearest::nearest;
use super::words::{Term, terms};
use super::{CallFacts, MAX_REASONS, MAX_SUGGESTIONS, MIN_EXAMPLES, Reason, Suggestion};
use crate::id::CodeId;
use std::cmp::Ordering;

/// How many terms' worth the belief weighs that a code's notes are like everybody's (docs/measurements.md).
const TERM_PRIOR: f64 = 60.0;
/// The same of facts: how many calls' worth.
const FACT_PRIOR: f64 = 8.0;
/// How much a fact weighs beside a word.
const FACT_WEIGHT: f64 = 0.6;
/// How much a pair of words weighs: its words were counted already.
const PAIR_WEIGHT: f64 = 0.6;
/// How much a word weighs that was never seen, by the one that it may mean.
const NEAR_WEIGHT: f64 = 0.5;
/// From what on something is told as a reason: it makes the code half as likely again as others make it.
const TELLING: f64 = 0.4;

/// One of the codes in question.
struct Contender {
    code: CodeId,
    totals: CodeTotals,
    score: f64,
    /// What spoke for it and how much.
    reasons: Vec<(f64, Reason)>,
}

impl History {
    /// The best of `offered`, the best first; none where too little was learnt of them. Whoever asks names only codes that
    /// the call may get: a retired one is not among them.
    pub fn suggest(&self, offered: &[CodeId], notes: &str, facts: &CallFacts) -> Vec<Suggestion> {
        let mut contenders = self.contenders(offered);
        if contenders.iter().map(|one| one.totals.examples).sum::<u64>() < MIN_EXAMPLES {
            return Vec::new();
        }
        self.weigh_terms(&mut contenders, &terms(notes));
        self.weigh_facts(&mut contenders, facts);
        contenders.sort_by(|a, b| {
            b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal).then(a.code.cmp(&b.code))
        });
        contenders.into_iter().take(MAX_SUGGESTIONS).map(Contender::suggestion).collect()
    }

    fn contenders(&self, offered: &[CodeId]) -> Vec<Contender> {
        let mut codes: Vec<CodeId> = offered.to_vec();
        codes.sort_unstable();
        codes.dedup();
        let known = codes.into_iter().filter_map(|code| Some((code, *self.codes.get(&code)?)));
        let contender = |(code, totals): (CodeId, CodeTotals)| Contender {
            code,
            totals,
            score: (totals.weight as f64).ln(),
            reasons: Vec::new(),
        };
        known.map(contender).collect()
    }

    fn weigh_terms(&self, contenders: &mut [Contender], terms: &[Term]) {
        let all: u64 = contenders.iter().map(|one| one.totals.terms).sum();
        let prior = TERM_PRIOR * UNIT as f64;
        for term in terms {
            let (found, weight) = match self.known(term) {
                Some(found) if term.single => (found, 1.0),
                Some(found) => (found, PAIR_WEIGHT),
                None if term.single => match nearest(&self.words, &term.key) {
                    Some(found) => (found, NEAR_WEIGHT),
                    None => continue,
                },
                None => continue,
            };
            let reason = || Reason::Word(term.typed.clone());
            weigh(contenders, found, Family { all, prior, weight, of: |totals| totals.terms }, reason);
        }
    }

    fn weigh_facts(&self, contenders: &mut [Contender], facts: &CallFacts) {
        let all: u64 = contenders.iter().map(|one| one.totals.weight).sum();
        let prior = FACT_PRIOR * UNIT as f64;
        for fact in facts.counted() {
            let Some(found) = self.facts.get(&fact) else { continue };
            let family = Family { all, prior, weight: FACT_WEIGHT, of: |totals| totals.weight };
            weigh(contenders, found, family, || Reason::Fact(fact.clone()));
        }
    }
}

/// What counts are compared with.
struct Family {
    /// Of all contenders together.
    all: u64,
    /// The weight of the belief that all are alike.
    prior: f64,
    /// How much it counts.
    weight: f64,
    /// Of one contender.
    of: fn(&CodeTotals) -> u64,
}

/// Adds to each score by how much likelier this is with its code than with any of them.
fn weigh(contenders: &mut [Contender], found: &ByCode, family: Family, reason: impl Fn() -> Reason) {
    let seen: u64 = contenders.iter().filter_map(|one| found.get(&one.code)).sum();
    if seen == 0 {
        return;
    }
    let usual = seen as f64 / family.all.max(1) as f64;
    for one in contenders {
        let count = found.get(&one.code).copied().unwrap_or(0) as f64;
        let total = (family.of)(&one.totals) as f64;
        let likelier = (count / usual + family.prior).ln() - (total + family.prior).ln();
        let said = family.weight * likelier;
        one.score += said;
        if likelier >= TELLING {
            one.reasons.push((said, reason()));
        }
    }
}

impl Contender {
    fn suggestion(mut self) -> Suggestion {
        self.reasons.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal));
        // A pair of words says what each of them says: they are told once.
        let mut reasons: Vec<Reason> = Vec::new();
        for (_, reason) in self.reasons {
            if reasons.len() < MAX_REASONS && !reasons.iter().any(|told| overlap(told, &reason)) {
                reasons.push(reason);
            }
        }
        if reasons.is_empty() {
            reasons.push(Reason::Usual);
        }
        Suggestion { code: self.code, reasons }
    }
}

fn overlap(one: &Reason, other: &Reason) -> bool {
    let (Reason::Word(one), Reason::Word(other)) = (one, other) else { return false };
    one.split(' ').any(|word| other.split(' ').any(|same| same == word))
}
