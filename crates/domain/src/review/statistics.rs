//! The few tests that findings rest on. Each answers a probability: how likely what was seen, or anything further from
//! what is usual, is where nothing is wrong.

/// How likely a standard normal value is to be over `z`.
pub(super) fn normal_tail(z: f64) -> f64 {
    // Abramowitz and Stegun 26.2.17, good to 1e-7; no decision here rests on less.
    if z < 0.0 {
        return 1.0 - normal_tail(-z);
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = ((((1.330_274_429 * t - 1.821_255_978) * t + 1.781_477_937) * t - 0.356_563_782) * t
        + 0.319_381_530)
        * t;
    (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * series
}

/// The largest mean that is summed up; above it a normal distribution says the same.
const SUMMED_UP_TO: f64 = 200.0;

/// How likely at most `count` of a Poisson mean are.
pub(super) fn poisson_at_most(count: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    if mean > SUMMED_UP_TO {
        return normal_tail((mean - count as f64 - 0.5) / mean.sqrt());
    }
    let mut term = (-mean).exp();
    let mut sum = term;
    for n in 1..=count {
        term *= mean / n as f64;
        sum += term;
        if n as f64 > mean && term < 1e-18 {
            break;
        }
    }
    sum.min(1.0)
}

/// How likely at least `count` of a Poisson mean are.
pub(super) fn poisson_at_least(count: u64, mean: f64) -> f64 {
    match count.checked_sub(1) {
        None => 1.0,
        Some(less) => (1.0 - poisson_at_most(less, mean)).max(0.0),
    }
}

/// How likely a chi-squared value of so many degrees of freedom is to be over `value` (Wilson and Hilferty).
pub(super) fn chi_squared_tail(value: f64, freedom: f64) -> f64 {
    if freedom < 1.0 || value <= 0.0 {
        return 1.0;
    }
    let spread = 2.0 / (9.0 * freedom);
    normal_tail(((value / freedom).cbrt() - 1.0 + spread) / spread.sqrt())
}

/// How likely a share is to rise, or fall, as steadily over the parts as it does, by Cochran and Armitage: parts with
/// more of everything weigh more. Positive `z` rises.
pub(super) fn trend_z(parts: &[(u64, u64)]) -> f64 {
    let total: f64 = parts.iter().map(|(_, of)| *of as f64).sum();
    let hits: f64 = parts.iter().map(|(hits, _)| *hits as f64).sum();
    let share = hits / total;
    if total <= 0.0 || share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    let weighed = |by: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        parts.iter().enumerate().map(|(place, (hits, of))| by(place as f64, *hits as f64, *of as f64)).sum()
    };
    let moved = weighed(&|place, hits, of| place * (hits - of * share));
    let (first, second) = (weighed(&|place, _, of| place * of), weighed(&|place, _, of| place * place * of));
    let variance = share * (1.0 - share) * (second - first * first / total);
    if variance <= 0.0 { 0.0 } else { moved / variance.sqrt() }
}

/// The same by the order of the shares alone, by Mann and Kendall: one strange part says little.
pub(super) fn order_z(parts: &[(u64, u64)]) -> f64 {
    let shares: Vec<f64> =
        parts.iter().filter(|(_, of)| *of > 0).map(|(hits, of)| *hits as f64 / *of as f64).collect();
    let mut sum = 0.0;
    for (place, earlier) in shares.iter().enumerate() {
        for later in shares.iter().skip(place + 1) {
            sum += match later.total_cmp(earlier) {
                std::cmp::Ordering::Less => -1.0,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => 1.0,
            };
        }
    }
    let n = shares.len() as f64;
    let variance: f64 = n * (n - 1.0) * (2.0 * n + 5.0) / 18.0;
    if variance <= 0.0 { 0.0 } else { (sum - f64::signum(sum)) / variance.sqrt() }
}

/// The least a share may be, seen `hits` of `of`, at so many standard deviations (Wilson).
pub(super) fn share_at_least(hits: u64, of: u64, z: f64) -> f64 {
    if of == 0 {
        return 0.0;
    }
    let (n, share) = (of as f64, hits as f64 / of as f64);
    let middle = share + z * z / (2.0 * n);
    let spread = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - spread) / (1.0 + z * z / n)).max(0.0)
}

/// Which of these stand where no more than `rate` of those that do may be chance (Benjamini and Hochberg).
pub(super) fn discoveries(chances: &[f64], rate: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|one, other| chances[*one].total_cmp(&chances[*other]));
    let stands = |place: usize| chances[order[place]] <= rate * (place + 1) as f64 / chances.len() as f64;
    let until = (0..order.len()).rev().find(|place| stands(*place)).map_or(0, |place| place + 1);
    let mut found = vec![false; chances.len()];
    order[..until].iter().for_each(|place| found[*place] = true);
    found
}

/// The middle of these values; 0 of none. They are sorted.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        len if len % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, known: f64) {
        assert!((found - known).abs() < 2e-3 * known.max(0.05), "{found} is not {known}");
    }

    #[test]
    fn tails_are_those_of_the_tables() {
        near(normal_tail(0.0), 0.5);
        near(normal_tail(1.96), 0.025);
        near(normal_tail(-1.96), 0.975);
        near(poisson_at_most(0, 3.0), 0.049_787);
        near(poisson_at_most(2, 3.0), 0.423_19);
        near(poisson_at_least(3, 3.0), 1.0 - 0.423_19);
        assert!((poisson_at_most(500, 500.0) - 0.511_9).abs() < 0.005);
        // This one is an approximation, good to a fiftieth; rarer chances are told too large, which is the safe side.
        for (value, freedom, known) in [(11.070, 5.0, 0.05), (23.209, 10.0, 0.01)] {
            let found = chi_squared_tail(value, freedom);
            assert!((found - known).abs() < 0.02 * known, "{found} is not {known}");
        }
    }

    #[test]
    fn a_share_that_rises_has_a_trend_and_one_strange_week_has_none_in_order() {
        let rising: Vec<(u64, u64)> = (0..13).map(|week| (5 + week, 100)).collect();
        assert!(trend_z(&rising) > 3.0 && order_z(&rising) > 3.0);
        let falling: Vec<(u64, u64)> = rising.iter().rev().copied().collect();
        assert!(trend_z(&falling) < -3.0 && order_z(&falling) < -3.0);
        let mut strange = vec![(5, 100); 13];
        strange[12] = (60, 100);
        assert!(trend_z(&strange) > 3.0 && order_z(&strange) < 2.0);
        assert_eq!((trend_z(&[]), order_z(&[])), (0.0, 0.0));
        assert_eq!(trend_z(&[(0, 10), (0, 10)]), 0.0);
    }

    #[test]
    fn many_looks_need_better_evidence() {
        assert_eq!(discoveries(&[0.004, 0.6, 0.02, 0.9], 0.05), [true, false, true, false]);
        assert_eq!(discoveries(&[0.04; 1], 0.05), [true]);
        assert_eq!(discoveries(&[0.04, 0.9, 0.9, 0.9], 0.05), [false; 4]);
        assert!(discoveries(&[], 0.05).is_empty());
    }

    #[test]
    fn the_least_a_share_may_be_grows_with_what_was_seen() {
        assert!(share_at_least(3, 10, 2.0) < share_at_least(30, 100, 2.0));
        assert!(share_at_least(30, 100, 2.0) < 0.3 && share_at_least(0, 0, 2.0) == 0.0);
        assert_eq!((median(&mut [3.0, 1.0, 2.0]), median(&mut [4.0, 2.0]), median(&mut [])), (2.0, 3.0, 0.0));
    }
}
