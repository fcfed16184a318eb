//! Calls too short for their code ("Sale" after three seconds). A code is held against its own calls: the middle of the
//! logarithms of talk and how far from it half of them lie, which a few wrong calls do not move.

use super::gather::{ReviewCalls, Row};
use super::statistics::{median, poisson_at_least};
use super::{Change, Evidence, Finding, FindingKind, Measured, Severity, share};

/// Fewest calls whose talk says what is usual.
const FEWEST: usize = 20;
/// Standard deviations below the middle from where on a call is too short.
const FAR: f64 = 3.0;
/// From a middle distance to a standard deviation.
const OF_MIDDLE_DISTANCE: f64 = 1.4826;
/// The least spread of logarithms: codes whose calls are all alike are not held to that.
const LEAST_SPREAD: f64 = 0.25;
/// Nothing longer is too short for anything, nor is what has this part of the middle call's talk.
const SHORT_MS: f64 = 15_000.0;
const OF_MIDDLE: f64 = 0.1;
/// The middle call of a code that says something of talk is longer.
const TALKED_MS: f64 = 30_000.0;
/// The part of calls that are that short anyway, at least: lines drop whatever a call is about.
const ANYWAY: f64 = 0.005;
/// The part of a code's calls that is too short where it matters, and how many times that of the other codes' calls.
const MATTERS: f64 = 0.03;
const TIMES: f64 = 2.5;
/// How likely it may be that chance brings one code of the set here.
const CHANCE: f64 = 0.005;
/// Fewest calls that are named.
const FEWEST_SHORT: u64 = 3;

pub(super) fn findings(calls: &ReviewCalls) -> Vec<Finding> {
    let mut found: Vec<Finding> = (0..calls.codes.len()).filter_map(|place| of_code(calls, place)).collect();
    found.sort_by_key(|finding| finding.severity);
    found
}

fn of_code(calls: &ReviewCalls, place: usize) -> Option<Finding> {
    let talks = calls.rows.iter().filter(|row| row.code == place).map(|row| row.talk_ms.max(0) as f64);
    let mut logs: Vec<f64> = talks.map(|talk| (talk + 1.0).ln()).collect();
    if logs.len() < FEWEST {
        return None;
    }
    let middle = median(&mut logs);
    let mut distances: Vec<f64> = logs.iter().map(|log| (log - middle).abs()).collect();
    let spread = (median(&mut distances) * OF_MIDDLE_DISTANCE).max(LEAST_SPREAD);
    let limit = (middle - FAR * spread).exp().min(middle.exp() * OF_MIDDLE).min(SHORT_MS);
    let (code, below_ms) = (calls.codes[place].id, limit as i64);
    let is_short = |row: &&Row| row.talk_ms < below_ms;
    let short = calls.rows.iter().filter(|row| row.code == place).filter(is_short).count() as u64;
    let elsewhere = calls.rows.iter().filter(|row| row.code != place).filter(is_short).count() as u64;
    let of = logs.len() as u64;
    // As short as other calls are, whatever their code, is no fault of this one.
    let anyway = share(elsewhere, calls.total() - of).max(ANYWAY);
    let by_chance = of as f64 * anyway;
    let looks = calls.codes.len() as f64;
    let matters = share(short, of) >= MATTERS.max(TIMES * anyway);
    let named = middle.exp() >= TALKED_MS
        && short >= FEWEST_SHORT
        && matters
        && poisson_at_least(short, by_chance) * looks < CHANCE;
    named.then(|| Finding {
        kind: FindingKind::Implausible,
        severity: if share(short, of) > 0.1 { Severity::High } else { Severity::Medium },
        codes: vec![code],
        agent: None,
        words: Vec::new(),
        evidence: vec![
            Evidence { what: Measured::TooShort, seen: short as f64, beside: Some(by_chance) },
            Evidence {
                what: Measured::TalkSeconds,
                seen: limit / 1000.0,
                beside: Some(middle.exp() / 1000.0),
            },
        ],
        parts: Vec::new(),
        examples: calls.examples(|row| row.code == place && row.talk_ms < below_ms),
        change: Change::Recheck { code, below_ms },
    })
}
