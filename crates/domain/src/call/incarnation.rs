//! How often one leg id was used. A source may give the id of a leg that is gone to another one: Asterisk takes
//! the channel id of an earlier click-to-dial again once that leg is hung up. What is known depends on what was
//! heard, not on the order in which it was. Which events belong to which call is [`super::book`]'s.

use super::policy::MAX_LIVES_PER_LEG;
use crate::id::At;

/// The lives of one leg id.
#[derive(Default)]
pub(super) struct Incarnations {
    /// When each life began that was heard to begin, in order of time.
    starts: Vec<At>,
    /// The first end that was heard of.
    first_end: Option<At>,
}

impl Incarnations {
    /// A life began; says whether that was news.
    pub(super) fn started(&mut self, at: At) -> bool {
        let Err(place) = self.starts.binary_search(&at) else { return false };
        if self.starts.len() >= MAX_LIVES_PER_LEG {
            return false;
        }
        self.starts.insert(place, at);
        true
    }

    /// A life ended; says whether that was the first end, as far as known.
    pub(super) fn ended(&mut self, at: At) -> bool {
        let news = self.first_end.is_none_or(|known| at < known);
        if news {
            self.first_end = Some(at);
        }
        news
    }

    /// How many lives there were, at least one.
    pub(super) fn count(&self) -> usize {
        (self.starts.len() + usize::from(self.first_unheard())).max(1)
    }

    /// In which life, counted from one, something happened.
    pub(super) fn nth(&self, at: At) -> usize {
        let heard = self.starts.partition_point(|began| *began <= at);
        (heard + usize::from(self.first_unheard())).max(1)
    }

    /// Whether an end comes before any beginning: that life began before we listened, or in a gap.
    fn first_unheard(&self) -> bool {
        matches!((self.first_end, self.starts.first()), (Some(end), Some(start)) if end < *start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lives(starts: &[i64], ends: &[i64]) -> Incarnations {
        let mut lives = Incarnations::default();
        for at in ends {
            lives.ended(At(*at));
        }
        for at in starts {
            lives.started(At(*at));
        }
        lives
    }

    #[test]
    fn an_end_before_every_beginning_is_of_a_life_that_was_not_heard_to_begin() {
        let lives = lives(&[50], &[70, 40]);
        assert_eq!(lives.count(), 2);
        assert_eq!([10, 40, 49, 50, 70].map(|at| lives.nth(At(at))), [1, 1, 1, 2, 2]);
    }

    #[test]
    fn a_beginning_that_is_heard_late_explains_an_end() {
        let mut lives = lives(&[50], &[40, 70]);
        assert!(lives.started(At(10)));
        assert_eq!(lives.count(), 2);
        assert_eq!([10, 40, 50, 70].map(|at| lives.nth(At(at))), [1, 1, 2, 2]);
    }

    #[test]
    fn one_life_is_the_first_whatever_was_heard_of_it() {
        for lives in [lives(&[], &[]), lives(&[10], &[]), lives(&[10], &[20]), lives(&[], &[20])] {
            assert_eq!((lives.count(), lives.nth(At(15))), (1, 1));
        }
    }
}
