//! Agents who choose otherwise than the others on calls of the same ring groups. What is expected of an agent is what the
//! others chose, ring group by ring group, for as many calls: who has other calls is not held to have other habits.

use super::gather::{ReviewCalls, Row};
use super::statistics::{chi_squared_tail, discoveries, normal_tail, poisson_at_least};
use super::{Change, Evidence, Finding, FindingKind, Measured, Severity};
use std::collections::HashMap;

/// Fewest calls of an agent, and of the others of their ring groups.
const FEWEST: u64 = 20;
const FEWEST_OTHERS: f64 = 40.0;
/// Fewest others that are a team, counted by their parts of the calls: of two who differ, nobody knows which one does.
const FEWEST_IN_TEAM: f64 = 1.8;
/// Fewest calls of a code that are expected where it counts by itself.
const FEWEST_EXPECTED: f64 = 5.0;
/// The part of those that are named which may be chance.
const FALSE_ONES: f64 = 0.01;
/// The part of an agent's calls that would have to have another code, at least, beyond what chance moves.
const MATTERS: f64 = 0.15;
/// The part of an agent's calls that have one code beyond what is expected, at least and surely.
const ONE_CODE_MATTERS: f64 = 0.08;
/// Standard deviations by which that is sure.
const SURE: f64 = 2.0;
/// By what part of what is expected agents differ where nothing is wrong: their shifts and callers are not the same.
const OWN_WAYS: f64 = 0.25;
/// How many calls the mix of all ring groups weighs in that of one, which may have few.
const OF_ALL_GROUPS: f64 = 5.0;

/// An agent beside what their team makes expected.
pub(super) struct Beside {
    pub(super) agent: u32,
    pub(super) total: u64,
    /// By the place of the code.
    pub(super) seen: Vec<u64>,
    pub(super) expected: Vec<f64>,
    /// How far what is seen is from what is expected by chance, squared: few calls, few calls of others, own ways.
    variance: Vec<f64>,
    /// Calls of the others that this rests on, in how many teams of what size, by the agent's calls.
    others: f64,
    in_team: f64,
}

impl Beside {
    fn nothing_yet(agent: u32, codes: usize) -> Self {
        let none = || vec![0.0; codes];
        Beside {
            agent,
            total: 0,
            seen: vec![0; codes],
            expected: none(),
            variance: none(),
            others: 0.0,
            in_team: 0.0,
        }
    }

    /// Takes in the agent's calls of a ring group beside those of the others.
    fn add(&mut self, own: &[u64], others: &[u64], in_team: f64, overall: &[f64]) {
        let total = own.iter().sum::<u64>() as f64;
        let of_others = others.iter().sum::<u64>() as f64;
        let weight = of_others + OF_ALL_GROUPS;
        self.total += own.iter().sum::<u64>();
        self.others += of_others;
        self.in_team += total * in_team;
        for (code, usual) in overall.iter().enumerate() {
            let expected = total * (others[code] as f64 + OF_ALL_GROUPS * usual) / weight;
            self.seen[code] += own[code];
            self.expected[code] += expected;
            self.variance[code] += expected * (1.0 + total / weight);
        }
    }
}

/// Calls by code of each ring group, without those of agents who were named already, and of each agent in each.
type Counts = (HashMap<u32, Vec<u64>>, HashMap<(u32, u32), Vec<u64>>);

fn counts(calls: &ReviewCalls, named: &[u32]) -> Counts {
    let none = || vec![0; calls.codes.len()];
    let (mut of_groups, mut of_agents): Counts = (HashMap::new(), HashMap::new());
    for row in &calls.rows {
        let Some(agent) = row.agent.filter(|agent| !named.contains(agent)) else { continue };
        of_groups.entry(row.group).or_insert_with(none)[row.code] += 1;
        of_agents.entry((agent, row.group)).or_insert_with(none)[row.code] += 1;
    }
    (of_groups, of_agents)
}

/// How many others have the calls of a ring group, as many as there would be of equal parts.
fn in_team(of_agents: &HashMap<(u32, u32), Vec<u64>>, agent: u32, group: u32) -> f64 {
    let others = of_agents.iter().filter(|((other, of), _)| *of == group && *other != agent);
    let (mut sum, mut squares) = (0, 0);
    for calls in others.map(|(_, counts)| counts.iter().sum::<u64>()) {
        sum += calls;
        squares += calls * calls;
    }
    if squares == 0 { 0.0 } else { (sum * sum) as f64 / squares as f64 }
}

/// Every agent with calls enough beside their team, in which those who were named already do not count.
fn beside_team(calls: &ReviewCalls, named: &[u32]) -> Vec<Beside> {
    let (of_groups, of_agents) = counts(calls, named);
    let total = calls.total().max(1) as f64;
    let overall: Vec<f64> = calls.counted().iter().map(|count| *count as f64 / total).collect();
    let mut keys: Vec<(u32, u32)> = of_agents.keys().copied().collect();
    keys.sort_unstable();
    let mut found: Vec<Beside> = Vec::new();
    for (agent, group) in keys {
        let (own, all) = (&of_agents[&(agent, group)], &of_groups[&group]);
        let others: Vec<u64> = all.iter().zip(own).map(|(all, own)| all - own).collect();
        // Where nobody else had calls there is no team.
        if others.iter().all(|count| *count == 0) {
            continue;
        }
        if found.last().is_none_or(|last| last.agent != agent) {
            found.push(Beside::nothing_yet(agent, calls.codes.len()));
        }
        if let Some(beside) = found.last_mut() {
            beside.add(own, &others, in_team(&of_agents, agent, group), &overall);
        }
    }
    let is_team = |beside: &Beside| beside.in_team >= FEWEST_IN_TEAM * beside.total as f64;
    found.retain(|beside| beside.total >= FEWEST && beside.others >= FEWEST_OTHERS && is_team(beside));
    for beside in &mut found {
        let own_ways = beside.expected.iter().map(|expected| (OWN_WAYS * expected).powi(2));
        beside.variance.iter_mut().zip(own_ways).for_each(|(variance, more)| *variance += more);
    }
    found
}

impl Beside {
    /// How likely so large a difference is by chance: over all codes, or of the one that is taken too often.
    fn chance(&self) -> f64 {
        let looks = self.seen.len() as f64 + 1.0;
        let one = (0..self.seen.len()).map(|code| self.chance_of(code)).fold(1.0, f64::min);
        self.chance_of_all().min(one * looks).min(1.0)
    }

    /// How likely it is that a code is taken so often.
    fn chance_of(&self, code: usize) -> f64 {
        let (seen, expected) = (self.seen[code], self.expected[code]);
        let apart = (seen as f64 - expected) / self.variance[code].max(1.0).sqrt();
        // A few calls are no bell, and what is expected of them is not known better than it varies.
        let doubt = (self.variance[code] - expected).max(0.0).sqrt();
        normal_tail(apart).max(poisson_at_least(seen, expected + doubt))
    }

    /// Codes that are hardly expected count as one.
    fn chance_of_all(&self) -> f64 {
        let (mut value, mut cells) = (0.0, 0.0);
        let mut rare = (0.0, 0.0, 0.0);
        for ((seen, expected), variance) in self.seen.iter().zip(&self.expected).zip(&self.variance) {
            if *expected >= FEWEST_EXPECTED {
                value += (*seen as f64 - expected).powi(2) / variance;
                cells += 1.0;
            } else {
                rare = (rare.0 + *seen as f64, rare.1 + expected, rare.2 + variance);
            }
        }
        if rare.1 > 0.0 {
            value += (rare.0 - rare.1).powi(2) / rare.2.max(1.0);
            cells += 1.0;
        }
        chi_squared_tail(value, cells - 1.0)
    }

    /// The part of the calls that would have to have another code.
    fn moved(&self) -> f64 {
        let apart =
            self.seen.iter().zip(&self.expected).map(|(seen, expected)| (*seen as f64 - expected).abs());
        apart.sum::<f64>() / 2.0 / self.total.max(1) as f64
    }

    /// The part that chance moves in the middle: of a normal distribution, the distance from its mean.
    fn moved_by_chance(&self) -> f64 {
        let apart = self.variance.iter().map(|variance| (variance * 2.0 / std::f64::consts::PI).sqrt());
        apart.sum::<f64>() / 2.0 / self.total.max(1) as f64
    }

    fn matters(&self) -> bool {
        let surely_beyond = |code: usize| {
            let beyond = self.seen[code] as f64 - self.expected[code] - SURE * self.variance[code].sqrt();
            beyond / self.total.max(1) as f64
        };
        self.moved() - self.moved_by_chance() >= MATTERS
            || (0..self.seen.len()).any(|code| surely_beyond(code) >= ONE_CODE_MATTERS)
    }

    /// The code that is furthest from what is expected.
    fn furthest(&self) -> usize {
        let far = |code: usize| {
            let (seen, expected) = (self.seen[code] as f64, self.expected[code]);
            (seen - expected).abs() / self.variance[code].max(1.0).sqrt()
        };
        (0..self.seen.len()).max_by(|one, other| far(*one).total_cmp(&far(*other))).unwrap_or(0)
    }
}

/// Those who differ, one after the other: one who differs much makes everybody else of the team look different, so they are
/// taken out of it before the next one is looked for.
pub(super) fn differing(calls: &ReviewCalls) -> Vec<Beside> {
    let (mut found, mut named): (Vec<Beside>, Vec<u32>) = (Vec::new(), Vec::new());
    while found.len() < super::MAX_FINDINGS_OF_KIND {
        let beside = beside_team(calls, &named);
        let chances: Vec<f64> = beside.iter().map(Beside::chance).collect();
        let stands = discoveries(&chances, FALSE_ONES);
        let differs = beside.into_iter().zip(stands).filter(|(one, stands)| *stands && one.matters());
        let Some((next, _)) = differs.max_by(|one, other| one.0.moved().total_cmp(&other.0.moved())) else {
            break;
        };
        named.push(next.agent);
        found.push(next);
    }
    found
}

pub(super) fn findings(calls: &ReviewCalls) -> Vec<Finding> {
    differing(calls).iter().map(|one| finding(calls, one)).collect()
}

fn finding(calls: &ReviewCalls, beside: &Beside) -> Finding {
    let place = beside.furthest();
    let (agent, code) = (calls.agents[beside.agent as usize].clone(), calls.codes[place].id);
    let of_agent = |row: &Row| row.agent == Some(beside.agent) && row.code == place;
    let total = beside.total.max(1) as f64;
    let evidence = vec![
        Evidence {
            what: Measured::AgentAndTeam,
            seen: beside.seen[place] as f64 / total,
            beside: Some(beside.expected[place] / total),
        },
        Evidence { what: Measured::Moved, seen: beside.moved(), beside: Some(beside.moved_by_chance()) },
    ];
    Finding {
        kind: FindingKind::AgentDiffers,
        severity: if beside.moved() - beside.moved_by_chance() > 2.0 * MATTERS {
            Severity::High
        } else {
            Severity::Medium
        },
        codes: vec![code],
        agent: Some(agent.clone()),
        words: Vec::new(),
        evidence,
        parts: Vec::new(),
        examples: calls.examples(of_agent),
        change: Change::Coach { agent, code },
    }
}
