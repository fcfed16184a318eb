//! Which step of a ladder a duration is on, so that how durations are spread is kept in few numbers. The steps are as
//! narrow as a quantile is to be exact.

/// Milliseconds of the narrowest step.
const UNIT_MS: i64 = 100;
/// Steps from a duration to its double. A duration in the middle of its step is within a 32nd, which is 3 %, of any other
/// on it.
const STEPS_A_DOUBLING: i64 = 16;
/// A duration of more units than this is on the last step: 97 days.
const MOST_UNITS: i64 = 1 << 26;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(u16);

impl Step {
    /// How many there are.
    pub const COUNT: usize = 369;

    /// The step of a duration.
    pub fn of(millis: i64) -> Step {
        let units = (millis.max(0) / UNIT_MS).min(MOST_UNITS);
        if units < STEPS_A_DOUBLING {
            return Step(units as u16);
        }
        let doublings = i64::from(units.ilog2() - STEPS_A_DOUBLING.ilog2());
        let within = (units >> doublings) - STEPS_A_DOUBLING;
        Step((STEPS_A_DOUBLING * (doublings + 1) + within) as u16)
    }

    /// The step of this number; `None` where there is none.
    pub fn new(number: u16) -> Option<Step> {
        (number <= Step::of(i64::MAX).0).then_some(Step(number))
    }

    /// Its number, from 0.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The shortest duration on it, in milliseconds.
    pub fn shortest(self) -> i64 {
        let number = i64::from(self.0);
        let doublings = (number / STEPS_A_DOUBLING - 1).max(0);
        let base = number - STEPS_A_DOUBLING * doublings;
        (base << doublings) * UNIT_MS
    }

    /// The duration in its middle, in milliseconds: what durations on it are told as.
    pub fn middle(self) -> i64 {
        i64::midpoint(self.shortest(), Step(self.0 + 1).shortest())
    }
}

/// What a share of all durations does not exceed, in milliseconds, where so many are on each step, the steps in order;
/// `None` where there are none. It is within 3 % of the duration itself, or within 50 ms where that is more.
pub fn quantile(steps: &[(Step, i64)], share: f64) -> Option<i64> {
    let all: i64 = steps.iter().map(|(_, count)| count).sum();
    // Counts are far below 2^53.
    let rank = ((share * all as f64).ceil() as i64).clamp(1, all.max(1));
    let mut passed = 0;
    for (step, count) in steps {
        passed += count;
        if passed >= rank {
            return Some(step.middle());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn steps_follow_one_another_without_a_gap() {
        for number in 0..Step::of(i64::MAX).number() {
            let (step, next) = (Step(number), Step(number + 1));
            assert!(step.shortest() < next.shortest(), "{number}");
            assert_eq!(Step::of(step.shortest()), step);
            assert_eq!(Step::of(next.shortest() - 1), step);
        }
        assert_eq!(Step::new(Step::of(i64::MAX).number() + 1), None);
        assert_eq!(usize::from(Step::of(i64::MAX).number()) + 1, Step::COUNT);
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(quantile(&[], 0.5), None);
    }

    proptest! {
        #[test]
        fn a_quantile_is_within_three_percent_of_the_duration_itself(
            mut all in proptest::collection::vec(0_i64..20_000_000, 1..200), share in 0.01_f64..1.0,
        ) {
            all.sort_unstable();
            let rank = ((share * all.len() as f64).ceil() as usize).clamp(1, all.len());
            let true_one = all[rank - 1];
            let mut steps = std::collections::BTreeMap::<Step, i64>::new();
            for millis in &all {
                *steps.entry(Step::of(*millis)).or_default() += 1;
            }
            let steps: Vec<(Step, i64)> = steps.into_iter().collect();
            let told = quantile(&steps, share).unwrap();
            let off = (told - true_one).abs();
            prop_assert!(off <= 50 || off as f64 <= 0.0313 * true_one as f64, "{told} for {true_one}");
        }
    }
}
