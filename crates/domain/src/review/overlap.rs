//! Codes that overlap. Three things say so: the same callers have both, the same words set both apart from the rest, and
//! one is put in place of the other right after Log. Each alone has other reasons (a caller's second call is about the same
//! matter; two codes are neighbours; a list is easy to miss by a line), so two of them have to agree.

use super::gather::{ReviewCalls, Row};
use super::statistics::poisson_at_least;
use super::words::distinguishing;
use super::{Change, Evidence, Finding, FindingKind, Measured, Severity};
use crate::history::Caller;
use std::collections::HashMap;

/// Most calls of one caller that are compared with each other: a switchboard's say nothing.
const CALLS_OF_A_CALLER: usize = 8;
/// How likely chance may be where a kind of evidence speaks.
const CHANCE: f64 = 0.002;
/// How many times more than chance makes, at least.
const TIMES: f64 = 1.8;
/// Callers who have both speak where their calls are mixed as if the two were one, at least to this part.
const MIXED: f64 = 0.65;
/// Fewest swaps that speak.
const FEWEST_SWAPS: u64 = 3;
/// How alike words must be; and where both have so many calls with notes, words that are less alike speak against it.
const ALIKE: f64 = 0.5;
const NOT_ALIKE: f64 = 0.35;
const NOTED_TO_SPEAK_AGAINST: usize = 50;
/// Fewest calls with notes that words are compared of.
const FEWEST_NOTED: usize = 12;

/// How often each pair of codes was met, and how many pairs there were.
struct Pairs {
    met: HashMap<(usize, usize), u64>,
    all: u64,
}

pub(super) fn findings(calls: &ReviewCalls) -> Vec<Finding> {
    let counts = calls.counted();
    let total = calls.total() as f64;
    let (callers, swaps) = (callers(calls), swaps(calls));
    let alike = alike(calls);
    let offered: Vec<usize> = calls.offered().filter(|place| counts[*place] > 0).collect();
    let mut found = Vec::new();
    for (nth, one) in offered.iter().enumerate() {
        for other in &offered[nth + 1..] {
            let pair = (*one.min(other), *one.max(other));
            let by_chance = 2.0 * (counts[*one] as f64 / total) * (counts[*other] as f64 / total);
            let (both, expected) = (met(&callers, pair), callers.all as f64 * by_chance);
            let same_callers = speaks(both, expected) && mixed(&callers, pair, &counts) >= MIXED;
            // No swap leaves a code for itself, so chance spreads them over the others.
            let even = 1.0 - counts.iter().map(|count| (*count as f64 / total).powi(2)).sum::<f64>();
            let (swapped, chance) = (met(&swaps, pair), swaps.all as f64 * by_chance / even.max(0.01));
            let slips = swapped >= FEWEST_SWAPS && speaks(swapped, chance);
            let words = alike.get(&pair).map(|(alike, _)| *alike);
            let same_words = words.is_some_and(|alike| alike >= ALIKE);
            let other_words = alike
                .get(&pair)
                .is_some_and(|(alike, noted)| *alike < NOT_ALIKE && *noted >= NOTED_TO_SPEAK_AGAINST);
            let agree = [same_callers, slips, same_words].into_iter().filter(|speaks| *speaks).count();
            if agree >= 2 && !other_words {
                let evidence = [
                    Some(Evidence {
                        what: Measured::CallersWithBoth,
                        seen: both as f64,
                        beside: Some(expected),
                    }),
                    words.map(|seen| Evidence { what: Measured::WordsAlike, seen, beside: Some(ALIKE) }),
                    Some(Evidence { what: Measured::Swapped, seen: swapped as f64, beside: Some(chance) }),
                ];
                let (from, into) =
                    if counts[*one] <= counts[*other] { (*one, *other) } else { (*other, *one) };
                found.push(finding(calls, from, into, agree, evidence.into_iter().flatten().collect()));
            }
        }
    }
    found
}

fn speaks(seen: u64, expected: f64) -> bool {
    seen as f64 >= TIMES * expected && poisson_at_least(seen, expected) < CHANCE
}

fn met(pairs: &Pairs, pair: (usize, usize)) -> u64 {
    pairs.met.get(&pair).copied().unwrap_or(0)
}

/// How many pairs of calls of one caller have one of the codes each, of those that would where both codes mean the same:
/// callers who come back about one matter make pairs of the same code, unless there are two codes for it.
fn mixed(callers: &Pairs, pair: (usize, usize), counts: &[u64]) -> f64 {
    let within = met(callers, (pair.0, pair.0)) + met(callers, pair) + met(callers, (pair.1, pair.1));
    let part = counts[pair.0] as f64 / (counts[pair.0] + counts[pair.1]).max(1) as f64;
    let expected = within as f64 * 2.0 * part * (1.0 - part);
    if expected > 0.0 { met(callers, pair) as f64 / expected } else { 0.0 }
}

/// Pairs of calls of one caller, whatever their codes.
fn callers(calls: &ReviewCalls) -> Pairs {
    let mut of_callers: HashMap<Caller, Vec<usize>> = HashMap::new();
    for row in &calls.rows {
        let Some(caller) = row.caller else { continue };
        let codes = of_callers.entry(caller).or_default();
        if codes.len() < CALLS_OF_A_CALLER {
            codes.push(row.code);
        }
    }
    let mut pairs = Pairs { met: HashMap::new(), all: 0 };
    for codes in of_callers.values() {
        for (nth, one) in codes.iter().enumerate() {
            for other in &codes[nth + 1..] {
                pairs.all += 1;
                *pairs.met.entry((*one.min(other), *one.max(other))).or_default() += 1;
            }
        }
    }
    pairs
}

/// Codes that were replaced by others right after Log.
fn swaps(calls: &ReviewCalls) -> Pairs {
    let mut pairs = Pairs { met: HashMap::new(), all: calls.slips.len() as u64 };
    for (from, to) in &calls.slips {
        *pairs.met.entry((*from.min(to), *from.max(to))).or_default() += 1;
    }
    pairs
}

/// The cosine of the words that set each pair of codes apart from the rest, where both have notes enough, and of how many
/// calls with notes the one with fewer has.
fn alike(calls: &ReviewCalls) -> HashMap<(usize, usize), (f64, usize)> {
    let weighed = distinguishing(calls);
    let mut counts = vec![0_usize; calls.codes.len()];
    calls.rows.iter().filter(|row| !row.words.is_empty()).for_each(|row| counts[row.code] += 1);
    let noted = |place: usize| counts[place];
    let codes: Vec<usize> = (0..calls.codes.len()).filter(|place| noted(*place) >= FEWEST_NOTED).collect();
    // Words that are rarer than elsewhere say little of what a code is about, and less than one standard deviation nothing.
    let about = |place: usize| -> HashMap<u32, f64> {
        weighed[place].iter().filter(|(_, z)| **z > 1.0).map(|(word, z)| (*word, *z)).collect()
    };
    let about: HashMap<usize, HashMap<u32, f64>> =
        codes.iter().map(|place| (*place, about(*place))).collect();
    let mut found = HashMap::new();
    for (nth, one) in codes.iter().enumerate() {
        for other in &codes[nth + 1..] {
            let least = noted(*one).min(noted(*other));
            found.insert((*one, *other), (cosine(&about[one], &about[other]), least));
        }
    }
    found
}

fn cosine(one: &HashMap<u32, f64>, other: &HashMap<u32, f64>) -> f64 {
    // Summed in the order of the words: a sum must not depend on how a map lies in memory.
    let mut words: Vec<&u32> = one.keys().collect();
    words.sort();
    let dot: f64 = words.iter().filter_map(|word| Some(one[*word] * other.get(*word)?)).sum();
    let length = |of: &HashMap<u32, f64>| {
        let mut squares: Vec<f64> = of.values().map(|z| z * z).collect();
        squares.sort_by(f64::total_cmp);
        squares.iter().sum::<f64>().sqrt()
    };
    let lengths = length(one) * length(other);
    if lengths > 0.0 { dot / lengths } else { 0.0 }
}

fn finding(calls: &ReviewCalls, from: usize, into: usize, agree: usize, evidence: Vec<Evidence>) -> Finding {
    let code = |place: usize| calls.codes[place].id;
    let is_one = |row: &Row| row.code == from;
    Finding {
        kind: FindingKind::Overlap,
        severity: if agree == 3 { Severity::High } else { Severity::Medium },
        codes: vec![code(from), code(into)],
        agent: None,
        words: Vec::new(),
        evidence,
        parts: Vec::new(),
        examples: calls.examples(is_one),
        change: Change::Merge { from: code(from), into: code(into) },
    }
}
