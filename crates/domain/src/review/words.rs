//! Words of the notes: those that set a code apart from the rest, and those that no code is about.

use super::gather::{ReviewCalls, words};
use super::statistics::{poisson_at_least, share_at_least, trend_z};
use super::{Change, Evidence, Finding, FindingKind, Measured, PARTS, Severity, share};
use std::collections::{BTreeSet, HashMap};

/// Words that say nothing of a call by themselves.
const EMPTY: [&str; 84] = [
    "para", "con", "que", "los", "las", "del", "una", "uno", "por", "sin", "sobre", "muy", "mas", "pero",
    "como", "esta", "este", "esto", "ese", "eso", "hay", "fue", "ser", "son", "era", "tiene", "hace",
    "hasta", "desde", "entre", "cuando", "donde", "nos", "les", "sus", "quiere", "dice", "pide", "the",
    "and", "for", "with", "that", "this", "from", "was", "were", "has", "have", "had", "not", "but", "are",
    "about", "will", "would", "can", "could", "his", "her", "their", "our", "your", "its", "into", "than",
    "then", "they", "them", "she", "him", "who", "when", "what", "which", "there", "asks", "says", "wants",
    "call", "called", "llama", "llamada", "cliente",
];
/// Fewest calls whose notes hold a word that may become a code, and the share of those with notes that it surely has.
const FEWEST: u64 = 8;
const LEAST_SHARE: f64 = 0.02;
/// Standard deviations by which it has that share.
const SURE: f64 = 2.0;
/// The part of its calls that fit nowhere, at least, surely.
const IN_OTHER: f64 = 0.4;
/// How rare it must be that chance brings a word there, over all words.
const CHANCE: f64 = 0.01;
/// Standard deviations by which a word that is spread over codes becomes more frequent, and how many times more frequent it
/// is in the last third than in the first: matters have their seasons.
const NEW_WORD_TREND: f64 = 5.0;
const NEW_WORD_TIMES: f64 = 2.0;
/// The largest part of the calls of a word that is spread over codes which one of them has: at least three have it then.
const SPREAD: f64 = 0.33;
/// The largest part that one agent may have of them, and how many times their part of all calls: habits are no matters.
const OF_ONE_AGENT: f64 = 0.5;
const OF_ONE_AGENT_TIMES: f64 = 2.0;
/// The part of the calls of two words that both have where they are one topic.
const SAME_TOPIC: f64 = 0.5;
/// Standard deviations by which a word stands out of a code's notes.
const STANDS_OUT: f64 = 2.5;
/// Most words that are compared with each other, the most frequent ones.
const COMPARED: usize = 40;
/// How many letters at the beginning make two words forms of one.
const STEM: usize = 5;

/// How far each word is more, or less, frequent in the notes of each code than in all others: log odds over their
/// standard deviation, with the whole as what is expected (Monroe, Colaresi and Quinn 2008). Rare words are left out.
pub(super) fn distinguishing(calls: &ReviewCalls) -> Vec<HashMap<u32, f64>> {
    let mut all: HashMap<u32, f64> = HashMap::new();
    let mut of_codes: Vec<HashMap<u32, f64>> = vec![HashMap::new(); calls.codes.len()];
    for row in &calls.rows {
        for word in &row.words {
            *all.entry(*word).or_default() += 1.0;
            *of_codes[row.code].entry(*word).or_default() += 1.0;
        }
    }
    let total: f64 = all.values().sum();
    let sums: Vec<f64> = of_codes.iter().map(|words| words.values().sum()).collect();
    let mut weighed = vec![HashMap::new(); calls.codes.len()];
    for (word, whole) in all.iter().filter(|(_, whole)| **whole >= 3.0) {
        // The prior weighs as much as a tenth of what was seen.
        let (prior, prior_of_all) = (whole * 0.1, total * 0.1);
        for (code, words) in of_codes.iter().enumerate() {
            let (here, of) = (words.get(word).copied().unwrap_or_default(), sums[code]);
            let (there, of_there) = (whole - here, total - of);
            let odds = |count: f64, of: f64| {
                let (count, of) = (count + prior, of + prior_of_all);
                (count / (of - count).max(f64::MIN_POSITIVE)).ln()
            };
            let spread = (1.0 / (here + prior) + 1.0 / (there + prior)).sqrt();
            weighed[code].insert(*word, (odds(here, of) - odds(there, of_there)) / spread);
        }
    }
    weighed
}

/// The words that stand out of a code's notes, clearest first.
pub(super) fn standing_out(calls: &ReviewCalls, code: usize) -> Vec<String> {
    let weighed = distinguishing(calls);
    let mut found: Vec<(u32, f64)> = weighed[code]
        .iter()
        .map(|(word, z)| (*word, *z))
        .filter(|(word, z)| *z > STANDS_OUT && says_something(calls, *word))
        .collect();
    found.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    found.into_iter().map(|(word, _)| calls.vocabulary[word as usize].clone()).collect()
}

fn says_something(calls: &ReviewCalls, word: u32) -> bool {
    let text = calls.vocabulary[word as usize].as_str();
    !EMPTY.contains(&text)
}

/// Whether a label of the set is about the word.
fn is_covered(stems: &BTreeSet<String>, word: &str) -> bool {
    stems.contains(&stem(word))
}

fn stem(word: &str) -> String {
    word.chars().take(STEM).collect()
}

/// What was counted of a word.
struct Counted {
    word: u32,
    calls: u64,
    in_other: u64,
    parts: Vec<(u64, u64)>,
    /// Those of the code that has most of them.
    largest: u64,
    /// Whether one agent has too many of them.
    of_one_agent: bool,
}

impl Counted {
    /// Whether its calls have codes for whatever fits nowhere far more often than others.
    fn fits_nowhere(&self, base: f64, looks: f64) -> bool {
        let by_chance = poisson_at_least(self.in_other, self.calls as f64 * base);
        share_at_least(self.in_other, self.calls, 1.0) >= IN_OTHER && by_chance * looks < CHANCE
    }

    /// Whether it is new, and under several codes.
    fn comes_up(&self) -> bool {
        let third = PARTS / 3;
        let of = |parts: &[(u64, u64)]| {
            share(parts.iter().map(|part| part.0).sum(), parts.iter().map(|part| part.1).sum())
        };
        share(self.largest, self.calls) < SPREAD
            && trend_z(&self.parts) > NEW_WORD_TREND
            && of(&self.parts[PARTS - third..]) >= NEW_WORD_TIMES * of(&self.parts[..third])
    }
}

pub(super) fn findings(calls: &ReviewCalls) -> Vec<Finding> {
    let noted = calls.rows.iter().filter(|row| !row.words.is_empty()).count() as u64;
    let labels = calls.codes.iter().filter(|code| !code.retired).map(|code| &code.label);
    let stems: BTreeSet<String> =
        labels.flat_map(|label| words(&label.es).chain(words(&label.en))).map(|word| stem(&word)).collect();
    let catch_all: Vec<bool> = calls.codes.iter().map(|code| super::is_catch_all(&code.label)).collect();
    let others = calls.rows.iter().filter(|row| catch_all[row.code] && !row.words.is_empty()).count() as u64;
    let frequent =
        |word: &Counted| word.calls >= FEWEST && share_at_least(word.calls, noted, SURE) >= LEAST_SHARE;
    let counted: Vec<Counted> = count(calls, &catch_all, noted).into_iter().filter(frequent).collect();
    let looks = counted.len().max(1) as f64;
    let base = share(others, noted);
    let mut found: Vec<(u64, Counted)> = counted
        .into_iter()
        .filter(|word| says_something(calls, word.word))
        .filter(|word| !is_covered(&stems, &calls.vocabulary[word.word as usize]))
        .filter(|word| !word.of_one_agent && (word.fits_nowhere(base, looks) || word.comes_up()))
        .map(|word| (word.calls, word))
        .collect();
    found.sort_by_key(|(calls, word)| (std::cmp::Reverse(*calls), word.word));
    found.truncate(COMPARED);
    topics(calls, found.into_iter().map(|(_, word)| word).collect())
        .into_iter()
        .map(|topic| finding(calls, topic, noted, base))
        .collect()
}

fn count(calls: &ReviewCalls, catch_all: &[bool], noted: u64) -> Vec<Counted> {
    let mut often: HashMap<u32, u64> = HashMap::new();
    calls.rows.iter().flat_map(|row| &row.words).for_each(|word| *often.entry(*word).or_default() += 1);
    let least = FEWEST.max((noted as f64 * LEAST_SHARE) as u64);
    let mut in_parts = vec![0; PARTS];
    calls.rows.iter().filter(|row| !row.words.is_empty()).for_each(|row| in_parts[calls.part(row.at)] += 1);
    let mut tallies: HashMap<u32, Tally> = HashMap::new();
    let mut of_agents: HashMap<u32, u64> = HashMap::new();
    for row in calls.rows.iter().filter(|row| !row.words.is_empty()) {
        row.agent.into_iter().for_each(|agent| *of_agents.entry(agent).or_default() += 1);
        for word in row.words.iter().filter(|word| often[*word] >= least) {
            let none = || Tally::nothing_yet(calls.codes.len(), &in_parts);
            let tally = tallies.entry(*word).or_insert_with(none);
            tally.parts[calls.part(row.at)].0 += 1;
            tally.by_code[row.code] += 1;
            row.agent.into_iter().for_each(|agent| *tally.by_agent.entry(agent).or_default() += 1);
        }
    }
    let told = |(word, tally): (u32, Tally)| {
        let all: u64 = tally.by_code.iter().sum();
        let others = tally.by_code.iter().zip(catch_all).filter(|(_, catches)| **catches);
        let too_many = |(agent, count): (&u32, &u64)| {
            share(*count, all) > OF_ONE_AGENT.max(OF_ONE_AGENT_TIMES * share(of_agents[agent], noted))
        };
        Counted {
            word,
            calls: all,
            in_other: others.map(|(count, _)| count).sum(),
            largest: tally.by_code.iter().copied().max().unwrap_or(0),
            of_one_agent: tally.by_agent.iter().any(too_many),
            parts: tally.parts,
        }
    };
    tallies.into_iter().map(told).collect()
}

/// What is being counted of a word.
struct Tally {
    parts: Vec<(u64, u64)>,
    by_code: Vec<u64>,
    by_agent: HashMap<u32, u64>,
}

impl Tally {
    fn nothing_yet(codes: usize, in_parts: &[u64]) -> Self {
        let parts = in_parts.iter().map(|of| (0, *of)).collect();
        Tally { parts, by_code: vec![0; codes], by_agent: HashMap::new() }
    }
}

/// Words that the same calls hold are one topic, named by the most frequent.
fn topics(calls: &ReviewCalls, found: Vec<Counted>) -> Vec<(Counted, Vec<u32>)> {
    let mut topics: Vec<(Counted, Vec<u32>)> = Vec::new();
    for word in found {
        let both = |other: u32| {
            let has = |row: &&super::gather::Row, word: u32| row.words.binary_search(&word).is_ok();
            calls.rows.iter().filter(|row| has(row, word.word) && has(row, other)).count() as u64
        };
        let same = topics.iter().position(|(first, _)| {
            let both = both(first.word);
            share(both, first.calls + word.calls - both) >= SAME_TOPIC
        });
        match same {
            Some(place) => topics[place].1.push(word.word),
            None => topics.push((word, Vec::new())),
        }
    }
    topics
}

fn finding(calls: &ReviewCalls, (first, more): (Counted, Vec<u32>), noted: u64, base: f64) -> Finding {
    let words: Vec<String> =
        std::iter::once(first.word).chain(more).map(|word| calls.vocabulary[word as usize].clone()).collect();
    let in_other = Evidence {
        what: Measured::WordInOther,
        seen: share(first.in_other, first.calls),
        beside: Some(base),
    };
    Finding {
        kind: FindingKind::Uncovered,
        severity: if share(first.calls, noted) > 2.0 * LEAST_SHARE {
            Severity::Medium
        } else {
            Severity::Low
        },
        codes: Vec::new(),
        agent: None,
        words: words.clone(),
        evidence: vec![
            Evidence { what: Measured::WithWord, seen: first.calls as f64, beside: Some(noted as f64) },
            in_other,
        ],
        examples: calls.examples(|row| row.words.binary_search(&first.word).is_ok()),
        parts: first.parts,
        change: Change::NewCode { words },
    }
}
