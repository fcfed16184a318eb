//! How many requests are under way at one time, and for what the last calls of a day are kept. Salesforce tells with each
//! answer how many were used, by all programs together.

use crate::contract::Budget;
use domain::id::At;
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long what was told of the calls is believed, in milliseconds. Calls of the last 24 hours count, so that what was
/// full an hour ago may have room again: one call is let through to be told anew.
const BELIEVED_MS: i64 = 15 * 60 * 1000;

/// What a request is for, as far as the last calls of a day are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Logging: goes on until Salesforce itself says no.
    Logging,
    /// All else: stops where the reserve of logging begins.
    Rest,
}

/// Looks after both.
#[derive(Debug)]
pub(crate) struct Governor {
    places: Semaphore,
    reserve_percent: u8,
    told: Mutex<Option<Budget>>,
}

impl Governor {
    pub(crate) fn new(concurrency: usize, reserve_percent: u8) -> Governor {
        let places = Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS));
        Governor { places, reserve_percent, told: Mutex::new(None) }
    }

    /// What was told last.
    pub(crate) fn budget(&self) -> Option<Budget> {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request for this may use a call now.
    pub(crate) fn allows(&self, purpose: Purpose, now: At) -> bool {
        let Some(budget) = self.budget().filter(|_| purpose == Purpose::Rest) else {
            return true;
        };
        let reserve = budget.most.saturating_mul(u64::from(self.reserve_percent)) / 100;
        let left = budget.most.saturating_sub(budget.used);
        left > reserve || now.millis_since(budget.told_at) >= BELIEVED_MS
    }

    /// A place among those under way. It is given back when dropped.
    pub(crate) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it.
        self.places.acquire().await.ok()
    }

    /// Notes what an answer tells: `api-usage=18/5000`, and others behind it.
    pub(crate) fn note(&self, header: &str, now: At) {
        let said = header.split([';', ',']).find_map(|part| part.trim().strip_prefix("api-usage="));
        let pair = said.and_then(|said| said.split_once('/'));
        let pair = pair.and_then(|(used, most)| Some((used.parse().ok()?, most.parse().ok()?)));
        if let Some((used, most)) = pair {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            *told = Some(Budget { used, most, told_at: now });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: At = At(1_795_687_200_000_000);

    #[test]
    fn the_last_calls_of_a_day_are_kept_for_logging() {
        let governor = Governor::new(10, 5);
        assert!(governor.allows(Purpose::Rest, NOON), "nothing was told yet");
        for (used, rest) in [(18, true), (949, true), (950, false), (1_000, false)] {
            governor.note(&format!("api-usage={used}/1000; per-app-api-usage=1/2(appName=x)"), NOON);
            assert_eq!(governor.allows(Purpose::Rest, NOON), rest, "{used}");
            assert!(governor.allows(Purpose::Logging, NOON), "{used}");
        }
        assert!(governor.allows(Purpose::Rest, NOON.plus_millis(BELIEVED_MS)), "what was told is old");
    }

    #[test]
    fn what_does_not_tell_it_changes_nothing() {
        let governor = Governor::new(10, 5);
        governor.note("api-usage=7/10", NOON);
        for other in ["", "api-usage=", "api-usage=x/y", "per-app-api-usage=1/2"] {
            governor.note(other, NOON);
            assert_eq!(governor.budget().map(|budget| (budget.used, budget.most)), Some((7, 10)), "{other}");
        }
    }
}
