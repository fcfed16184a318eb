//! How far long work is, for whoever waits for it. The work says so as it goes; nobody has to listen.

use domain::id::At;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What the whole is in the counters.
const WHOLE: u32 = 10_000;

/// How far work that is done in two halves beside one another is.
#[derive(Debug, Default)]
pub struct Progress {
    halves: [AtomicU32; 2],
}

impl Progress {
    /// How far it is, from 0 to 1.
    pub fn share(&self) -> f64 {
        let done: u32 = self.halves.iter().map(|half| half.load(Relaxed)).sum();
        f64::from(done) / f64::from(2 * WHOLE)
    }

    /// So many of these are done, where it is one after the other.
    pub fn counted(&self, done: usize, of: usize) {
        let share = done.saturating_mul(WHOLE as usize) / of.max(1);
        let share = u32::try_from(share).unwrap_or(WHOLE).min(WHOLE);
        self.halves.iter().for_each(|half| half.store(share, Relaxed));
    }

    /// The half of this number, which goes through the time from one moment to another, has come up to `at`.
    pub fn reached(&self, half: usize, (from, until): (At, At), at: At) {
        let (whole, done) = (until.0.saturating_sub(from.0).max(1), at.0.saturating_sub(from.0));
        // A share of 1 at most.
        let share = (done as f64 / whole as f64).clamp(0.0, 1.0);
        if let Some(counter) = self.halves.get(half) {
            counter.store((share * f64::from(WHOLE)) as u32, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_the_whole_when_all_of_it_is_done() {
        let progress = Progress::default();
        for (done, of, share) in [(1, 4, 0.25), (4, 4, 1.0), (9, 4, 1.0), (0, 0, 0.0)] {
            progress.counted(done, of);
            assert!((progress.share() - share).abs() < 1e-9, "{done} of {of}");
        }
    }

    #[test]
    fn both_halves_make_the_whole() {
        let progress = Progress::default();
        assert!(progress.share() < f64::EPSILON);
        progress.reached(0, (At(100), At(200)), At(150));
        assert!((progress.share() - 0.25).abs() < 1e-9);
        progress.reached(1, (At(200), At(300)), At(300));
        assert!((progress.share() - 0.75).abs() < 1e-9);
        // One that is beyond its end, or that there is none of, says no more than the whole.
        progress.reached(0, (At(100), At(200)), At(900));
        progress.reached(7, (At(0), At(1)), At(1));
        assert!((progress.share() - 1.0).abs() < 1e-9);
    }
}
