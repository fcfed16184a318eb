//! Makes the calls of a quarter, one day after the other.

use super::topics::{FILLERS, NAMES, OTHER_TALK_S, OTHER_WORDS, TEMPLATE, TOPICS};
use super::{BEGINS, DAY_MS, DAYS, Fault, Planted, Strength, set_of};
use crate::dice::Dice;
use domain::activity::Outcome;
use domain::call::{CallType, Direction};
use domain::disposition::DispositionSet;
use domain::history::{Caller, HistoryCall, Replaced};
use domain::id::{AgentKey, CallKey, CodeId, UserId};
use uuid::Uuid;

const WEEKS: usize = 13;
const GROUPS: [&str; 3] = ["sales", "help", "billing"];
/// The opening hours of a day, after midnight.
const OPENS_MS: i64 = 8 * 3600 * 1000;
const OPEN_MS: i64 = 12 * 3600 * 1000;

/// How an agent works.
struct Agent {
    /// Their part of the work.
    weight: u32,
    group: usize,
    /// How often each code is taken by mistake, and how often each matter comes to them, in hundredths of what is usual.
    habits: Vec<u32>,
    skills: Vec<u32>,
    /// How often they write notes, in percent; whether always the same.
    writes: usize,
    template: bool,
    /// The day they began.
    since: usize,
}

pub(super) struct Maker {
    dice: Dice,
    seed: u64,
    fault: Option<Fault>,
    strength: Strength,
    pub(super) set: DispositionSet,
    pub(super) planted: Planted,
    total: usize,
    /// Which matters the codes are about, but for the last.
    matters: Vec<usize>,
    /// How often each comes up.
    shares: Vec<u32>,
    /// By ring group, and by week, in hundredths of what is usual.
    of_groups: Vec<Vec<u32>>,
    of_weeks: Vec<Vec<u32>>,
    agents: Vec<Agent>,
    /// Incidents: the day, and the matter that it brings.
    incidents: Vec<(usize, usize)>,
    /// What callers called about last.
    last: Vec<Option<usize>>,
    /// By how many points in a hundred "Other" grows.
    grows: usize,
}

/// Between so many hundredths below and above what is usual.
fn around(dice: &mut Dice, spread: i64) -> u32 {
    dice.within(&(100 - spread..=100 + spread)) as u32
}

impl Maker {
    pub(super) fn new(seed: u64, calls: usize, fault: Option<Fault>, strength: Strength) -> Self {
        let mut dice = Dice::new(seed, 77);
        let mut matters: Vec<usize> = (0..TOPICS.len()).collect();
        for _ in 0..dice.below(5) {
            matters.remove(dice.below(matters.len()));
        }
        let (other, codes) = (matters.len(), matters.len() + 1);
        let shares = shares(&mut dice, codes);
        let spread = |dice: &mut Dice, low, high| {
            (0..codes).map(|_| dice.within(&(low..=high)) as u32).collect::<Vec<u32>>()
        };
        let of_groups = GROUPS.iter().map(|_| spread(&mut dice, 50, 180)).collect();
        let of_weeks = weeks(&mut dice, codes);
        let groups = if calls < 1_000 { 2 } else { GROUPS.len() };
        let agents = agents(&mut dice, codes, calls, groups);
        let incidents = (0..3).map(|_| (dice.below(DAYS), dice.below(other))).collect();
        let planted = plant(&mut dice, &matters, &shares, agents.len());
        let (set, last) = (set_of(&matters), vec![None; calls / 2 + 1]);
        let grows = 12 + dice.below(13);
        Maker {
            dice,
            seed,
            fault,
            strength,
            set,
            planted,
            total: calls,
            matters,
            shares,
            of_groups,
            of_weeks,
            agents,
            incidents,
            last,
            grows,
        }
    }

    pub(super) fn calls(&mut self) -> Vec<HistoryCall> {
        let incidents: Vec<usize> = self.incidents.iter().map(|(day, _)| *day).collect();
        let mut of_day = |day: usize| {
            let usual = if day % 7 < 5 { 100 } else { 20 };
            let incident = if incidents.contains(&day) { 2 } else { 1 };
            usual * incident * around(&mut self.dice, 30)
        };
        let weights: Vec<u32> = (0..DAYS).map(&mut of_day).collect();
        let mut times: Vec<(usize, i64)> = (0..self.total)
            .map(|_| {
                let day = self.dice.weighted(weights.iter().copied()).unwrap_or(0);
                (day, OPENS_MS + self.dice.within(&(0..=OPEN_MS)))
            })
            .collect();
        times.sort_unstable();
        times.into_iter().enumerate().map(|(nth, (day, ms))| self.call(nth, day, ms)).collect()
    }

    fn call(&mut self, nth: usize, day: usize, ms: i64) -> HistoryCall {
        let started_at = BEGINS.plus_millis(day as i64 * DAY_MS + ms);
        let here = self.agents.iter().map(|agent| if agent.since <= day { agent.weight } else { 0 });
        let agent = self.dice.weighted(here.collect::<Vec<u32>>().into_iter()).unwrap_or(0);
        let helps_out = self.dice.percent(15);
        let group = if helps_out {
            self.agents[self.dice.below(self.agents.len())].group
        } else {
            self.agents[agent].group
        };
        // A few callers call very often.
        let caller = self.dice.below(self.last.len()).min(self.dice.below(self.last.len()));
        let matter = self.matter(caller, day, group, agent);
        let is_new = self.is(Fault::UncoveredWord) && self.happens(6);
        let code = match is_new && self.dice.percent(80) {
            true => self.other(),
            false => self.label(matter, agent, day / 7),
        };
        let ids: Vec<CodeId> = self.set.codes.iter().map(|code| code.id).collect();
        let logged_at = started_at.plus_millis(400_000);
        let slipped = self.slip(code).map(|from| Replaced {
            at: logged_at.plus_millis(120_000),
            by: UserId(Uuid::from_u128(agent as u128)),
            from: ids[from],
            to: ids[code],
        });
        let notes = self.notes(matter, agent, day / 7, is_new);
        HistoryCall {
            key: CallKey(Uuid::from_u128(u128::from(self.seed) << 64 | nth as u128)),
            started_at,
            direction: Direction::Inbound,
            kind: Some(CallType::Inbound),
            ring_group: Some(GROUPS[group].to_owned()),
            agent: Some(AgentKey(agent_key(agent))),
            outcome: Outcome::Logged,
            code: Some(ids[code]),
            notes,
            logged_at: Some(logged_at),
            wait_ms: Some(self.dice.within(&(1_000..=60_000))),
            talk_ms: self.talk_ms(code, matter),
            caller: Caller::of_digits(&format!("{caller:09}")),
            replaced: slipped.into_iter().collect(),
        }
    }

    fn other(&self) -> usize {
        self.matters.len()
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Whether it happens to this call, in so many of a hundred where the fault is plain.
    fn happens(&mut self, percent: usize) -> bool {
        let half = self.strength == Strength::Faint && self.dice.percent(50);
        self.dice.percent(percent) && !half
    }

    /// What the call is about: often what the caller called about before, or what comes after that.
    fn matter(&mut self, caller: usize, day: usize, group: usize, agent: usize) -> usize {
        let week = day / 7;
        let weight = |code: usize| {
            let incident = if self.incidents.contains(&(day, code)) { 5 } else { 1 };
            let of = |hundredths: &[u32]| f64::from(hundredths[code]) / 100.0;
            let mix = of(&self.of_groups[group]) * of(&self.of_weeks[week]) * of(&self.agents[agent].skills);
            (f64::from(self.shares[code] * incident) * mix * 10.0) as u32
        };
        let weights: Vec<u32> = (0..self.set.codes.len()).map(weight).collect();
        let drawn = self.dice.weighted(weights.into_iter()).unwrap_or(self.other());
        let matter = match (self.last[caller], self.dice.below(100)) {
            (Some(last), ..30) => last,
            (Some(last), 30..38) => (last + 1) % self.set.codes.len(),
            _ => drawn,
        };
        let gone = self.is(Fault::DeadCode) || self.is(Fault::DuplicatePair);
        let matter = if gone && matter == self.planted.stricken { self.planted.twin } else { matter };
        self.last[caller] = Some(matter);
        matter
    }

    /// The code that the agent gives it.
    fn label(&mut self, matter: usize, agent: usize, week: usize) -> usize {
        let Planted { stricken, twin, taken, deviant } = self.planted;
        if self.is(Fault::DuplicatePair) && matter == twin && self.happens(45) {
            return stricken;
        }
        if self.is(Fault::DriftingOther) && self.happens(self.grows * week / (WEEKS - 1)) {
            return self.other();
        }
        if self.is(Fault::DeviatingAgent) && agent == deviant && self.happens(50) {
            return taken;
        }
        // Now and then another code is taken: the next one, or after the agent's own habits.
        let code = match self.dice.below(100) {
            ..3 => (matter + 1) % self.set.codes.len(),
            3..7 => {
                let weights: Vec<u32> = (0..self.set.codes.len())
                    .map(|code| self.shares[code] * self.agents[agent].habits[code])
                    .collect();
                self.dice.weighted(weights.into_iter()).unwrap_or(matter)
            }
            _ => matter,
        };
        // A dead code is hit by mistake a few times; one that is nearly dead four times as often.
        let stays = if self.strength == Strength::Plain { 2 } else { 8 };
        let dead = self.is(Fault::DeadCode) && code == stricken;
        if dead && !self.dice.percent(stays) { matter } else { code }
    }

    /// The code that was there first, where it was put right after Log: often that of the line above or below.
    fn slip(&mut self, code: usize) -> Option<usize> {
        let Planted { stricken, twin, .. } = self.planted;
        let twins = self.is(Fault::DuplicatePair) && (code == twin || code == stricken);
        if twins && self.happens(6) {
            return Some(if code == twin { stricken } else { twin });
        }
        let from = match self.dice.percent(60) {
            true => code + 1,
            false => self.dice.below(self.set.codes.len()),
        };
        let dead = self.is(Fault::DeadCode) && from == stricken;
        let slips = self.dice.percent(2) && from != code && from < self.set.codes.len() && !dead;
        slips.then_some(from)
    }

    fn notes(&mut self, matter: usize, agent: usize, week: usize, is_new: bool) -> Option<String> {
        if !self.dice.percent(self.agents[agent].writes) {
            return None;
        }
        let mut words: Vec<String> = Vec::new();
        for _ in 0..2 + self.dice.below(4) {
            let often = self.dice.below(FILLERS.len()).min(self.dice.below(FILLERS.len()));
            words.push(FILLERS[often].to_owned());
        }
        if self.agents[agent].template {
            words.extend(TEMPLATE.map(str::to_owned));
        } else {
            for _ in 0..1 + self.dice.below(2) {
                words.push(self.word_of(matter));
            }
        }
        // People write of other things as well, of people, and of what everybody speaks about for some weeks.
        if self.dice.percent(20) {
            let other = self.dice.below(self.set.codes.len());
            words.push(self.word_of(other));
        }
        if self.dice.percent(25) {
            words.push(self.dice.pick(&NAMES).to_owned());
        }
        if (4..7).contains(&week) && self.dice.percent(8) {
            words.push("campeonato".to_owned());
        }
        if is_new {
            words.push("tarjeta".to_owned());
            words.push(self.dice.pick(&["bloqueada", "bloqueada", "extraviada"]).to_owned());
        }
        Some(words.join(" "))
    }

    /// A word of a matter, now and then with a letter missing.
    fn word_of(&mut self, matter: usize) -> String {
        let word = match self.matters.get(matter) {
            Some(topic) => self.dice.pick(&TOPICS[*topic].words),
            None => self.dice.pick(&OTHER_WORDS),
        };
        if self.dice.percent(4) { word.chars().skip(1).collect() } else { word.to_owned() }
    }

    fn talk_ms(&mut self, code: usize, matter: usize) -> i64 {
        if self.is(Fault::ImplausibleTalk) && code == self.planted.taken && self.happens(10) {
            return self.dice.within(&(2_000..=4_000));
        }
        // Lines drop, whatever the call is about.
        if self.dice.below(1_000) < 8 {
            return self.dice.within(&(2_000..=15_000));
        }
        // The sum of several throws is near a bell; its power of two is skewed as talk is, with some calls far out.
        let bell: i64 = (0..6).map(|_| self.dice.within(&(-100..=100))).sum();
        let far = [4.0, 0.3, 1.0][self.dice.weighted([4, 4, 92].into_iter()).unwrap_or(2)];
        let middle = self.matters.get(matter).map_or(OTHER_TALK_S, |topic| TOPICS[*topic].talk_s);
        (middle * far * 1000.0 * 2_f64.powf(bell as f64 / 190.0)) as i64
    }
}

/// How an agent is called.
pub(super) fn agent_key(agent: usize) -> String {
    format!("{}", 1001 + agent)
}

/// Some codes come up much more often than others; the last is for whatever fits nowhere.
fn shares(dice: &mut Dice, codes: usize) -> Vec<u32> {
    let mut ranks: Vec<usize> = (0..codes - 1).collect();
    for place in (1..ranks.len()).rev() {
        ranks.swap(place, dice.below(place + 1));
    }
    let mut shares: Vec<u32> =
        ranks.iter().map(|rank| 4_000 / (*rank as u32 + 3) * around(dice, 15) / 100).collect();
    let whole: u32 = shares.iter().sum();
    shares.push(whole * (4 + dice.below(5) as u32) / 100);
    shares
}

/// A week is as the one before, but for a part; one matter has its season, which comes or goes.
fn weeks(dice: &mut Dice, codes: usize) -> Vec<Vec<u32>> {
    let mut weeks = vec![vec![100; codes]; WEEKS];
    for code in 0..codes {
        let mut level = 0.0;
        for week in &mut weeks {
            level = 0.7 * level + dice.within(&(-12..=12)) as f64;
            week[code] = (100.0 + level) as u32;
        }
    }
    let (season, comes) = (dice.below(codes - 1), dice.percent(50));
    for (nth, week) in weeks.iter_mut().enumerate() {
        let part = if comes { nth } else { WEEKS - 1 - nth };
        week[season] = week[season] * (60 + 7 * part as u32) / 100;
    }
    weeks
}

fn agents(dice: &mut Dice, codes: usize, calls: usize, groups: usize) -> Vec<Agent> {
    let count = match calls {
        ..1_000 => 6,
        1_000..10_000 => 12,
        _ => 24,
    };
    let agent = |nth: usize| Agent {
        weight: 1_000 / (nth as u32 / 2 + 3),
        group: nth % groups,
        habits: (0..codes).map(|_| around(dice, 50)).collect(),
        skills: (0..codes).map(|_| around(dice, 25)).collect(),
        writes: 60 + dice.below(40),
        template: nth % 8 == 5,
        since: if nth % 6 == 4 { dice.below(60) } else { 0 },
    };
    (0..count).map(agent).collect()
}

fn plant(dice: &mut Dice, matters: &[usize], shares: &[u32], agents: usize) -> Planted {
    let codes = matters.len();
    let one = dice.below(codes);
    let other = (one + 1 + dice.below(codes - 1)) % codes;
    let (stricken, twin) = if shares[one] < shares[other] { (one, other) } else { (other, one) };
    // Whether three seconds are implausible shows only of a matter that takes its time.
    let long: Vec<usize> = (0..codes).filter(|code| TOPICS[matters[*code]].talk_s >= 90.0).collect();
    let drawn: Vec<usize> = (0..2).map(|_| dice.pick(&long)).collect();
    let taken = drawn.into_iter().max_by_key(|code| shares[*code]).unwrap_or(0);
    Planted { stricken, twin, taken, deviant: dice.below(agents / 2) }
}
