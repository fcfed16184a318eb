//! How long something takes, thrown from a distribution with a given mean. Which things take how long is in
//! [`super`].

use crate::dice::Dice;

/// What is thrown is at most so many times the mean: one caller in a thousand must not wait for days.
const MAX_OF_MEAN: f64 = 12.0;
/// Widest lognormal that is taken: beyond it the mean says nothing of what is thrown.
pub const MAX_SIGMA: f64 = 2.0;

/// The shape of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Always the mean.
    Fixed,
    /// Without memory: who has waited long is as likely to wait on as who has just come.
    Exponential,
    /// Most are below the mean, and a few far above it.
    Lognormal {
        /// Standard deviation of the logarithm, from 0 to [`MAX_SIGMA`].
        sigma: f64,
    },
}

/// A distribution of times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Its shape.
    pub shape: Shape,
    /// Its mean, in milliseconds.
    pub mean_ms: f64,
}

impl Spread {
    /// Most times are below the mean of so many seconds, a few far above.
    pub const fn lognormal(mean_s: f64, sigma: f64) -> Spread {
        Spread { shape: Shape::Lognormal { sigma }, mean_ms: mean_s * 1_000.0 }
    }

    /// Without memory, with a mean of so many seconds.
    pub const fn exponential(mean_s: f64) -> Spread {
        Spread { shape: Shape::Exponential, mean_ms: mean_s * 1_000.0 }
    }

    /// A time in milliseconds, at least 0.
    pub(crate) fn throw(&self, dice: &mut Dice) -> f64 {
        let of_mean = match self.shape {
            Shape::Fixed => 1.0,
            Shape::Exponential => -part(dice).ln(),
            // The mean of a lognormal is exp(mu + sigma²/2).
            Shape::Lognormal { sigma } => (sigma * normal(dice) - sigma * sigma / 2.0).exp(),
        };
        self.mean_ms * of_mean.min(MAX_OF_MEAN)
    }
}

/// A number above 0 and at most 1.
fn part(dice: &mut Dice) -> f64 {
    const STEPS: u64 = 1 << 53;
    ((dice.next() % STEPS) + 1) as f64 / STEPS as f64
}

/// A standard normal number (Box and Muller 1958).
fn normal(dice: &mut Dice) -> f64 {
    let (radius, angle) = ((-2.0 * part(dice).ln()).sqrt(), std::f64::consts::TAU * part(dice));
    radius * angle.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_thrown_has_the_mean_and_the_shape_that_were_asked_for() {
        const THROWN: usize = 40_000;
        for (spread, median) in [
            (Spread::lognormal(100.0, 0.8), 100.0 * (-0.32_f64).exp()),
            (Spread::exponential(100.0), 100.0 * 2.0_f64.ln()),
            (Spread { shape: Shape::Fixed, mean_ms: 100_000.0 }, 100.0),
        ] {
            let mut dice = Dice::new(1, 1);
            let mut thrown: Vec<f64> = (0..THROWN).map(|_| spread.throw(&mut dice) / 1_000.0).collect();
            thrown.sort_by(f64::total_cmp);
            let mean = thrown.iter().sum::<f64>() / THROWN as f64;
            assert!((95.0..105.0).contains(&mean), "{spread:?}: mean {mean}");
            let found = thrown[THROWN / 2];
            assert!((found / median - 1.0).abs() < 0.05, "{spread:?}: median {found} and not {median}");
            assert!(thrown[0] >= 0.0 && thrown[THROWN - 1] <= 100.0 * MAX_OF_MEAN);
        }
    }
}
