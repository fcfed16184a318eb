//! Numbers that nobody here has and that a CRM is searched for: each once in a while, several together. What is done with what
//! it finds is in [`crate::ops::crm::search_number`].

use domain::id::At;
use domain::phone::{CallerNumber, spellings};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// How long a number is not searched for again: whoever is made there meanwhile comes by the mirror.
const AGAIN_MS: i64 = 10 * 60_000;
/// Most numbers that are remembered.
const MAX_NUMBERS: usize = 10_000;
/// Most numbers of one search: what is searched for has to fit into one text.
const NUMBERS_A_SEARCH: usize = 10;

/// Which numbers were searched for, and which are to be.
#[derive(Default)]
pub struct NumberSearch {
    numbers: Mutex<Numbers>,
    /// Some number is to be searched for.
    pub asked: Notify,
}

#[derive(Default)]
struct Numbers {
    /// Since when it is searched for, and whether that is done.
    searched: HashMap<String, (At, bool)>,
    wanted: BTreeMap<String, Vec<String>>,
}

impl NumberSearch {
    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the number was searched for lately, and the answer taken over.
    pub fn is_done(&self, number: &CallerNumber, now: At) -> bool {
        let lately = |(at, done): &(At, bool)| *done && now.millis_since(*at) < AGAIN_MS;
        self.numbers().searched.get(&key(number)).is_some_and(lately)
    }

    /// Has the number searched for, if it was not lately and nobody does.
    pub fn want(&self, number: &CallerNumber, now: At) {
        let mut numbers = self.numbers();
        let key = key(number);
        if numbers.searched.get(&key).is_some_and(|(at, _)| now.millis_since(*at) < AGAIN_MS) {
            return;
        }
        if numbers.searched.len() >= MAX_NUMBERS {
            numbers.searched.retain(|_, (at, _)| now.millis_since(*at) < AGAIN_MS);
        }
        if numbers.searched.len() < MAX_NUMBERS {
            numbers.searched.insert(key.clone(), (now, false));
            numbers.wanted.insert(key, spellings(number));
            self.asked.notify_one();
        }
    }

    /// Takes some of what is wanted, and tells whether that was all.
    pub fn take(&self) -> (BTreeMap<String, Vec<String>>, bool) {
        let mut numbers = self.numbers();
        let mut taken = BTreeMap::new();
        while taken.len() < NUMBERS_A_SEARCH
            && let Some((key, spellings)) = numbers.wanted.pop_first()
        {
            taken.insert(key, spellings);
        }
        (taken, numbers.wanted.is_empty())
    }

    /// These were searched for, and what was found is here.
    pub fn done<'a>(&self, keys: impl IntoIterator<Item = &'a String>, now: At) {
        let mut numbers = self.numbers();
        for key in keys {
            numbers.searched.insert(key.clone(), (now, true));
        }
    }

    /// These were not searched for after all.
    pub fn not_done<'a>(&self, keys: impl IntoIterator<Item = &'a String>) {
        let mut numbers = self.numbers();
        for key in keys {
            numbers.searched.remove(key);
        }
    }
}

/// What tells numbers apart.
pub fn key(number: &CallerNumber) -> String {
    number.e164.clone().unwrap_or_else(|| number.raw.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::phone::{NumberPolicy, OtherParty, Region, other_party};

    fn number(text: &str) -> CallerNumber {
        let region: Region = "ES".parse().expect("a region");
        match other_party(text, &NumberPolicy::new(region)) {
            OtherParty::Number(number) => number,
            other => panic!("{other:?}"),
        }
    }

    fn at(minutes: i64) -> At {
        At(minutes * 60_000_000)
    }

    #[test]
    fn a_number_is_searched_for_once_in_a_while_whatever_its_spelling() {
        let search = NumberSearch::default();
        search.want(&number("+34600123456"), at(0));
        search.want(&number("600123456"), at(9));
        assert_eq!(search.take().0.len(), 1);
        search.want(&number("600123456"), at(9));
        assert_eq!(search.take().0.len(), 0);
        search.want(&number("600123456"), at(10));
        assert_eq!(search.take().0.len(), 1);
    }

    #[test]
    fn a_search_that_failed_is_made_again_by_whoever_looks_again() {
        let search = NumberSearch::default();
        search.want(&number("600123456"), at(0));
        let (taken, _) = search.take();
        search.not_done(taken.keys());
        search.want(&number("600123456"), at(1));
        assert_eq!(search.take().0, taken);
    }

    #[test]
    fn many_numbers_are_several_searches() {
        let search = NumberSearch::default();
        for nth in 0..12 {
            search.want(&number(&format!("6001234{nth:02}")), at(0));
        }
        let sizes: Vec<(usize, bool)> =
            (0..2).map(|_| search.take()).map(|(some, all)| (some.len(), all)).collect();
        assert_eq!(sizes, [(10, false), (2, true)]);
    }
}
