//! Numbers that look random and follow from a seed. Not for secrets.

use std::ops::RangeInclusive;

/// SplitMix64 (Steele, Lea, Flood 2014): one addition and three mixing steps a number.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

/// 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection that spreads neighbouring numbers apart.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Dice {
    /// `purpose` keeps apart what is thrown with one seed for different ends.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Dice(mix(seed).wrapping_add(mix(purpose.wrapping_mul(STEP))))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// From 0 to `end - 1`; 0 where `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    pub(crate) fn within(&mut self, range: &RangeInclusive<i64>) -> i64 {
        let span = range.end().saturating_sub(*range.start()).max(0) as usize;
        range.start().saturating_add(self.below(span.saturating_add(1)) as i64)
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, or the default where there is none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.below(items.len())).copied().unwrap_or_default()
    }

    /// The index of one of `weights`, as often as its weight says; `None` where all are zero.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> Option<usize> {
        let total: usize = weights.clone().map(|weight| weight as usize).sum();
        let mut at = self.below(total);
        weights.enumerate().find_map(|(index, weight)| {
            let found = at < weight as usize;
            at = at.saturating_sub(weight as usize);
            found.then_some(index)
        })
    }

    /// So many decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_numbers_and_another_purpose_does_not() {
        let throw = |seed, purpose| Dice::new(seed, purpose).next();
        assert_eq!(throw(7, 1), throw(7, 1));
        assert_ne!(throw(7, 1), throw(7, 2));
        assert_ne!(throw(7, 1), throw(8, 1));
    }

    #[test]
    fn weights_are_kept_and_zero_is_never_drawn() {
        let mut dice = Dice::new(1, 1);
        let mut drawn = [0usize; 3];
        for _ in 0..10_000 {
            drawn[dice.weighted([1, 0, 3].into_iter()).expect("a weight above zero")] += 1;
        }
        assert_eq!(drawn[1], 0);
        assert!((2_200..2_800).contains(&drawn[0]), "{drawn:?}");
        assert_eq!(dice.weighted([0, 0].into_iter()), None);
    }

    #[test]
    fn ranges_reach_both_ends() {
        let mut dice = Dice::new(3, 1);
        let seen: std::collections::BTreeSet<i64> = (0..200).map(|_| dice.within(&(-1..=1))).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-1, 0, 1]);
    }
}
