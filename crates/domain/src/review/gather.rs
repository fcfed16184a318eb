//! What of a quarter's calls a review keeps: small rows, with words, agents and ring groups as numbers. Calls are added one
//! after the other, so that nobody has to hold them all as they are stored.

use super::PARTS;
use crate::disposition::{DispositionCode, DispositionSet};
use crate::history::{Caller, HistoryCall};
use crate::id::{AgentKey, At, CallKey, CodeId};
use std::collections::{BTreeSet, HashMap};

/// Most calls that a review looks at; those that began first. Some hundred bytes each.
pub const MAX_REVIEW_CALLS: usize = 250_000;
/// Most different words that are told apart; further ones are not looked at.
pub const MAX_VOCABULARY: usize = 50_000;
/// Most different words of one call's notes that are looked at, the first of them.
pub const MAX_WORDS_A_NOTE: usize = 60;
/// Longest word, in characters; what is longer is no word.
const MAX_WORD_CHARS: usize = 30;
/// Shortest word, in characters.
const MIN_WORD_CHARS: usize = 3;
/// How long after Log another code says that the first one was a slip.
pub(super) const SLIP_MS: i64 = 10 * 60 * 1000;

/// A call as the review looks at it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) key: CallKey,
    pub(super) at: At,
    /// Place of the code in the set.
    pub(super) code: usize,
    pub(super) agent: Option<u32>,
    pub(super) group: u32,
    pub(super) talk_ms: i64,
    pub(super) caller: Option<Caller>,
    /// Different words of the notes, sorted.
    pub(super) words: Box<[u32]>,
}

/// Numbers for things, by the order in which they were met.
#[derive(Clone, Debug)]
struct Numbers<T>(HashMap<T, u32>, Vec<T>);

impl<T: Clone + Eq + std::hash::Hash> Numbers<T> {
    fn new() -> Self {
        Numbers(HashMap::new(), Vec::new())
    }

    fn of(&mut self, thing: &T, most: usize) -> Option<u32> {
        if let Some(number) = self.0.get(thing) {
            return Some(*number);
        }
        let number = u32::try_from(self.1.len()).ok().filter(|_| self.1.len() < most)?;
        self.0.insert(thing.clone(), number);
        self.1.push(thing.clone());
        Some(number)
    }
}

/// The calls of a review.
#[derive(Clone, Debug)]
pub struct ReviewCalls {
    pub(super) codes: Vec<DispositionCode>,
    pub(super) from: At,
    pub(super) until: At,
    pub(super) rows: Vec<Row>,
    pub(super) vocabulary: Vec<String>,
    pub(super) agents: Vec<AgentKey>,
    /// Places of two codes, the first of which was replaced by the second soon after Log.
    pub(super) slips: Vec<(usize, usize)>,
    left_out: u64,
}

/// Takes in the calls of a time.
#[derive(Debug)]
pub struct Gatherer {
    places: HashMap<CodeId, usize>,
    words: Numbers<String>,
    agents: Numbers<AgentKey>,
    groups: Numbers<Option<String>>,
    calls: ReviewCalls,
}

impl Gatherer {
    /// None yet. The review is of this set and the time from `from` until before `until`.
    pub fn new(set: &DispositionSet, from: At, until: At) -> Self {
        let offered = |code: &DispositionCode| !set.is_retired(code) && !set.is_heading(code.id);
        let codes: Vec<DispositionCode> = set
            .codes
            .iter()
            .map(|code| DispositionCode { retired: !offered(code), ..code.clone() })
            .collect();
        Gatherer {
            places: codes.iter().enumerate().map(|(place, code)| (code.id, place)).collect(),
            words: Numbers::new(),
            agents: Numbers::new(),
            groups: Numbers::new(),
            calls: ReviewCalls {
                codes,
                from,
                until,
                rows: Vec::new(),
                vocabulary: Vec::new(),
                agents: Vec::new(),
                slips: Vec::new(),
                left_out: 0,
            },
        }
    }

    /// Takes in a call, where it has a code of the set and began in the time.
    pub fn add(&mut self, call: &HistoryCall) {
        let Some(code) = call.code.and_then(|code| self.places.get(&code)).copied() else { return };
        if call.started_at < self.calls.from || call.started_at >= self.calls.until {
            return;
        }
        if self.calls.rows.len() >= MAX_REVIEW_CALLS {
            self.calls.left_out += 1;
            return;
        }
        for slip in call.swapped_within(SLIP_MS) {
            let places = self.places.get(&slip.from).zip(self.places.get(&slip.to));
            self.calls.slips.extend(places.map(|(from, to)| (*from, *to)));
        }
        let words = self.words_of(call.notes.as_deref().unwrap_or_default());
        let agent = call.agent.as_ref().and_then(|agent| self.agents.of(agent, MAX_REVIEW_CALLS));
        let group = self.groups.of(&call.ring_group, MAX_REVIEW_CALLS).unwrap_or_default();
        let (key, at, talk_ms, caller) = (call.key, call.started_at, call.talk_ms, call.caller);
        self.calls.rows.push(Row { key, at, code, agent, group, talk_ms, caller, words });
    }

    fn words_of(&mut self, notes: &str) -> Box<[u32]> {
        let mut numbers = BTreeSet::new();
        for word in words(notes) {
            if numbers.len() >= MAX_WORDS_A_NOTE {
                break;
            }
            numbers.extend(self.words.of(&word, MAX_VOCABULARY));
        }
        numbers.into_iter().collect()
    }

    /// The calls that were taken in.
    pub fn gathered(self) -> ReviewCalls {
        ReviewCalls { vocabulary: self.words.1, agents: self.agents.1, ..self.calls }
    }
}

impl ReviewCalls {
    /// How many calls are looked at.
    pub fn total(&self) -> u64 {
        self.rows.len() as u64
    }

    /// How many more there were than [`MAX_REVIEW_CALLS`].
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How many calls each code had, in the order of the set, retired ones included.
    pub fn counts(&self) -> Vec<(CodeId, u64)> {
        self.codes.iter().map(|code| code.id).zip(self.counted()).collect()
    }

    pub(super) fn counted(&self) -> Vec<u64> {
        let mut counts = vec![0; self.codes.len()];
        self.rows.iter().for_each(|row| counts[row.code] += 1);
        counts
    }

    /// Places of the codes that can be chosen.
    pub(super) fn offered(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.codes.len()).filter(|place| !self.codes[*place].retired)
    }

    /// Which part of the time this moment is in.
    pub(super) fn part(&self, at: At) -> usize {
        let (past, whole) = (at.0 - self.from.0, (self.until.0 - self.from.0).max(1));
        let part = i128::from(past) * PARTS as i128 / i128::from(whole);
        usize::try_from(part).unwrap_or(0).min(PARTS - 1)
    }

    /// Hits and all calls of each part.
    pub(super) fn parts(&self, hit: impl Fn(&Row) -> bool) -> Vec<(u64, u64)> {
        let mut parts = vec![(0, 0); PARTS];
        for row in &self.rows {
            let part = &mut parts[self.part(row.at)];
            part.0 += u64::from(hit(row));
            part.1 += 1;
        }
        parts
    }

    /// The latest calls that are examples.
    pub(super) fn examples(&self, of: impl Fn(&Row) -> bool) -> Vec<CallKey> {
        self.rows.iter().rev().filter(|row| of(row)).take(super::MAX_EXAMPLES).map(|row| row.key).collect()
    }
}

/// The words of a text: lower case, without accents but ñ, no numbers.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let pieces = text.split(|letter: char| !letter.is_alphabetic());
    let folded =
        pieces.map(|piece| piece.chars().flat_map(char::to_lowercase).map(plain).collect::<String>());
    folded.filter(|word| (MIN_WORD_CHARS..=MAX_WORD_CHARS).contains(&word.chars().count()))
}

fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_what_is_none_is_left_out() {
        let of = |text| words(text).collect::<Vec<_>>();
        assert_eq!(of("Devolución; la DEVOLUCION, 600111222 año"), ["devolucion", "devolucion", "año"]);
        assert!(of(&"x".repeat(31)).is_empty());
    }
}
