//! Who calls and who is called: numbers of the sample people and of strangers, as a trunk sends them.

use super::numbers::{Country, Number};
use super::sample;
use crate::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};

/// The other end of a call, as the phone system names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number as it is sent or dialled; a word where it is withheld.
    pub number: String,
    /// Name that comes with it.
    pub name: String,
}

/// What a phone system writes where it knows no number or name.
const UNKNOWN: &str = "<unknown>";
const STRANGERS_PURPOSE: u64 = 4;
/// Most numbers of each sort that are kept.
const MAX_NUMBERS: usize = 200_000;

/// The numbers that a replayed PBX draws from.
#[derive(Clone, Debug, Default)]
pub struct Callers {
    /// Exactly one of the people has it.
    known: Vec<Entry>,
    /// Several have it.
    shared: Vec<Entry>,
    /// All of the above, in E.164: a stranger has none of them.
    taken: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Entry {
    number: Number,
    name: String,
}

impl Callers {
    /// Numbers of the first `count` people that `seed` gives, the very ones of
    /// [`people`](super::people).
    pub fn of_sample(seed: u64, count: usize) -> Callers {
        let mut owners: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for sampled in sample(seed, count) {
            for number in sampled.numbers {
                let entry = Entry { name: sampled.person.name.clone(), number };
                owners.entry(entry.number.e164()).or_default().push(entry);
            }
        }
        let mut callers = Callers { taken: owners.keys().cloned().collect(), ..Callers::default() };
        for entries in owners.into_values() {
            let several = entries.len() > 1;
            let list = if several { &mut callers.shared } else { &mut callers.known };
            if list.len() < MAX_NUMBERS {
                list.extend(entries.into_iter().next());
            }
        }
        callers
    }

    /// So many numbers that none of the people has, each of which calls again and again, at times twice at once.
    pub fn of_strangers(seed: u64, count: usize) -> Callers {
        let mut dice = Dice::new(seed, STRANGERS_PURPOSE);
        let nobody = Callers::default();
        let strangers: Vec<Entry> = (0..count).map(|_| nobody.stranger(&mut dice)).collect();
        let taken = strangers.iter().map(|entry| entry.number.e164()).collect();
        Callers { known: strangers.clone(), shared: strangers, taken }
    }

    /// A caller: mostly somebody known, at times a shared number, a stranger or nobody who says who they are.
    pub(crate) fn caller(&self, dice: &mut Dice) -> Line {
        let entry = match dice.below(100) {
            0..60 => one_of(&self.known, dice),
            60..78 => one_of(&self.shared, dice),
            78..94 => None,
            94..97 => return Line { number: "anonymous".to_owned(), name: "Anonymous".to_owned() },
            _ => return Line { number: UNKNOWN.to_owned(), name: UNKNOWN.to_owned() },
        };
        let entry = entry.cloned().unwrap_or_else(|| self.stranger(dice));
        let number = entry.number.on_the_wire(dice);
        // Few carriers send a name; most phone systems put the number in its place, or nothing.
        let name = match dice.below(10) {
            0..2 => entry.name,
            2..6 => number.clone(),
            _ => UNKNOWN.to_owned(),
        };
        Line { number, name }
    }

    /// Somebody to call: mostly known, never withheld.
    pub(crate) fn customer(&self, dice: &mut Dice) -> Line {
        let entry = match dice.below(100) {
            0..72 => one_of(&self.known, dice),
            72..87 => one_of(&self.shared, dice),
            _ => None,
        };
        let entry = entry.cloned().unwrap_or_else(|| self.stranger(dice));
        Line { number: entry.number.as_dialled(), name: UNKNOWN.to_owned() }
    }

    /// A number that none of the people has. Tries end, so that no list of people can make it hang.
    fn stranger(&self, dice: &mut Dice) -> Entry {
        let mut number = Number::mobile(dice, Country::Spain);
        for _ in 0..16 {
            if !self.taken.contains(&number.e164()) {
                break;
            }
            number = Number::mobile(dice, Country::Spain);
        }
        Entry { number, name: UNKNOWN.to_owned() }
    }
}

fn one_of<'a>(entries: &'a [Entry], dice: &mut Dice) -> Option<&'a Entry> {
    entries.get(dice.below(entries.len()))
}
