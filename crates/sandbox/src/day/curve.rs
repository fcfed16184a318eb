//! How many people call at which time of the day: weights, each of which holds from its time until the next. How many
//! calls there are in all is not here.

use crate::dice::Dice;

/// Minutes in a day.
pub const DAY_MIN: u32 = 24 * 60;
const MINUTE_MS: f64 = 60_000.0;
/// Most steps of a curve: one for each minute.
pub const MAX_STEPS: usize = DAY_MIN as usize;

/// A call centre whose peaks are before noon and in the afternoon.
const DEFAULT: [(u32, f64); 17] = [
    (0, 0.2),
    (6 * 60, 0.5),
    (7 * 60, 1.5),
    (8 * 60, 4.0),
    (9 * 60, 8.0),
    (10 * 60, 12.0),
    (11 * 60, 13.0),
    (12 * 60, 10.5),
    (13 * 60, 7.0),
    (14 * 60, 5.5),
    (15 * 60, 7.5),
    (16 * 60, 10.5),
    (17 * 60, 9.5),
    (18 * 60, 6.5),
    (19 * 60, 4.0),
    (20 * 60, 2.0),
    (22 * 60, 0.5),
];

/// Why a curve cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CurveError {
    /// There is nothing in it.
    #[error("no step is given; each is a time of the day and how many call from then on")]
    Empty,
    /// There is more in it than minutes in a day.
    #[error("{0} steps; at most {MAX_STEPS} are taken")]
    TooLong(usize),
    /// A time is not after the one before it.
    #[error("step {0}: its time is not later than the one before it")]
    NotAscending(usize),
    /// A time is past midnight.
    #[error("step {0}: its time is not before 24:00")]
    PastMidnight(usize),
    /// A weight is below zero or no number.
    #[error("step {0}: its weight is no number from 0 on")]
    NoWeight(usize),
}

/// An arrival curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    steps: Vec<(u32, f64)>,
}

impl Default for Curve {
    fn default() -> Curve {
        Curve { steps: DEFAULT.to_vec() }
    }
}

impl Curve {
    /// A curve of steps: minutes after midnight, ascending, and how many call from then on in comparison to other times.
    /// Before the first step nobody calls.
    ///
    /// # Errors
    /// See [`CurveError`]; steps are counted from 1.
    pub fn of_steps(steps: Vec<(u32, f64)>) -> Result<Curve, CurveError> {
        if steps.is_empty() {
            return Err(CurveError::Empty);
        }
        if steps.len() > MAX_STEPS {
            return Err(CurveError::TooLong(steps.len()));
        }
        let mut before = None;
        for (place, (minute, weight)) in steps.iter().enumerate() {
            if before.is_some_and(|before| *minute <= before) {
                return Err(CurveError::NotAscending(place + 1));
            }
            if *minute >= DAY_MIN {
                return Err(CurveError::PastMidnight(place + 1));
            }
            if !weight.is_finite() || *weight < 0.0 {
                return Err(CurveError::NoWeight(place + 1));
            }
            before = Some(*minute);
        }
        Ok(Curve { steps })
    }

    /// How many call between two times of the day, in minutes, in comparison to others.
    pub fn weight(&self, from_min: u32, to_min: u32) -> f64 {
        self.pieces(from_min, to_min).map(|(_, _, weight)| weight).sum()
    }

    /// The pieces of a part of the day: from, to, and weight times length.
    fn pieces(&self, from: u32, to: u32) -> impl Iterator<Item = (u32, u32, f64)> {
        let ends = self.steps.iter().skip(1).map(|step| step.0).chain([DAY_MIN]);
        self.steps.iter().zip(ends).filter_map(move |((begin, weight), end)| {
            let (begin, end) = ((*begin).max(from), end.min(to));
            (begin < end).then(|| (begin, end, weight * f64::from(end - begin)))
        })
    }

    /// When somebody calls who calls between two times of the day: milliseconds after midnight. `None` where nobody does.
    pub(super) fn throw(&self, from_min: u32, to_min: u32, dice: &mut Dice) -> Option<i64> {
        const STEPS: usize = 1 << 48;
        let all = self.weight(from_min, to_min);
        let mut at = dice.below(STEPS) as f64 / STEPS as f64 * all;
        let mut last = None;
        for (begin, end, weight) in self.pieces(from_min, to_min).filter(|(.., weight)| *weight > 0.0) {
            let length = f64::from(end - begin);
            let millis = (f64::from(begin) + length * (at / weight).clamp(0.0, 1.0)) * MINUTE_MS;
            last = Some((millis as i64).min(i64::from(end) * 60_000 - 1));
            if at < weight {
                break;
            }
            at -= weight;
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_come_as_the_curve_says_and_only_within_the_part_of_the_day() {
        let curve = Curve::of_steps(vec![(600, 1.0), (660, 3.0), (720, 0.0)]).expect("a curve");
        let mut dice = Dice::new(1, 1);
        let mut hours = [0usize; 24];
        for _ in 0..8_000 {
            let minute = curve.throw(630, 1_000, &mut dice).expect("somebody calls") / 60_000;
            assert!((630..720).contains(&minute), "{minute}");
            hours[(minute / 60) as usize] += 1;
        }
        // Half an hour of weight 1 against an hour of weight 3.
        assert!((900..1_400).contains(&hours[10]), "{hours:?}");
        assert_eq!(curve.throw(0, 600, &mut dice), None);
        assert_eq!(curve.throw(720, DAY_MIN, &mut dice), None);
    }

    #[test]
    fn the_default_has_a_peak_in_the_morning_and_one_in_the_afternoon() {
        let curve = Curve::default();
        let hour = |hour: u32| curve.weight(hour * 60, (hour + 1) * 60);
        assert!(hour(11) > hour(9) && hour(11) > hour(14) && hour(16) > hour(14) && hour(16) > hour(19));
    }

    #[test]
    fn a_curve_that_says_nothing_is_refused_with_the_step() {
        let steps = Curve::of_steps;
        assert_eq!(steps(Vec::new()), Err(CurveError::Empty));
        assert_eq!(steps(vec![(60, 1.0), (60, 2.0)]), Err(CurveError::NotAscending(2)));
        assert_eq!(steps(vec![(DAY_MIN, 1.0)]), Err(CurveError::PastMidnight(1)));
        assert_eq!(steps(vec![(0, 1.0), (60, -1.0)]), Err(CurveError::NoWeight(2)));
        assert_eq!(steps(vec![(0, f64::NAN)]), Err(CurveError::NoWeight(1)));
        let long = (0..=MAX_STEPS as u32).map(|minute| (minute, 1.0)).collect();
        assert_eq!(steps(long), Err(CurveError::TooLong(MAX_STEPS + 1)));
    }
}
