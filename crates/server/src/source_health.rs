//! How each phone system stands, for whoever watches over the server. It is of this run and not stored.

use domain::id::TenantId;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// From so many milliseconds on, a phone system's clock is said to be wrong: what happened when is told by it, and
/// people compare that with what their own clocks say.
pub const CLOCK_OFF_MS: i64 = 2_000;

/// How a phone system stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether it is being read now.
    pub connected: bool,
    /// How often a connection to it began.
    pub connections: u64,
    /// By how much its clock is ahead of ours, in milliseconds; `None` while it has not said.
    pub ahead_ms: Option<i64>,
    /// How often it refused what it was told.
    pub refused: u64,
    /// How often it did not answer what it was told.
    pub unanswered: u64,
}

/// All phone systems.
#[derive(Debug, Default)]
pub struct SourceHealth {
    all: Mutex<BTreeMap<(TenantId, String), Health>>,
}

impl SourceHealth {
    /// It is being read from now on, or not any more.
    pub fn connected(&self, tenant: TenantId, source: &str, connected: bool) {
        self.change(tenant, source, |health| {
            health.connections += u64::from(connected);
            health.connected = connected;
            if !connected {
                health.ahead_ms = None;
            }
        });
    }

    /// It told the time; answers whether its clock is wrong or right since then and was not before.
    pub fn ahead(&self, tenant: TenantId, source: &str, ahead_ms: i64) -> Option<ClockNews> {
        let off = |ahead_ms: i64| ahead_ms.abs() >= CLOCK_OFF_MS;
        let before = self.change(tenant, source, |health| health.ahead_ms.replace(ahead_ms));
        match (before.is_some_and(off), off(ahead_ms)) {
            (false, true) => Some(ClockNews::Off),
            (true, false) => Some(ClockNews::Right),
            _ => None,
        }
    }

    /// It refused what it was told.
    pub fn refused(&self, tenant: TenantId, source: &str) {
        self.change(tenant, source, |health| health.refused += 1);
    }

    /// It did not answer so many things that it was told.
    pub fn unanswered(&self, tenant: TenantId, source: &str, count: usize) {
        self.change(tenant, source, |health| health.unanswered += count as u64);
    }

    /// How it stands.
    pub fn of(&self, tenant: TenantId, source: &str) -> Health {
        self.all().get(&(tenant, source.to_owned())).cloned().unwrap_or_default()
    }

    fn change<T>(&self, tenant: TenantId, source: &str, change: impl FnOnce(&mut Health) -> T) -> T {
        change(self.all().entry((tenant, source.to_owned())).or_default())
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<(TenantId, String), Health>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a phone system's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockNews {
    /// It is wrong.
    Off,
    /// It is right again.
    Right,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: TenantId = TenantId(1);

    #[test]
    fn a_wrong_clock_is_news_once_and_so_is_that_it_is_right_again() {
        let health = SourceHealth::default();
        let told = [0, 1_999, 2_000, 3_000, -2_500, -1_999, 5].map(|ahead| health.ahead(ONE, "pbx", ahead));
        let (off, right) = (Some(ClockNews::Off), Some(ClockNews::Right));
        assert_eq!(told, [None, None, off, None, None, right, None]);
    }

    #[test]
    fn what_a_connection_told_of_the_clock_goes_with_it() {
        let health = SourceHealth::default();
        health.connected(ONE, "pbx", true);
        health.ahead(ONE, "pbx", 40);
        assert_eq!(health.of(ONE, "pbx").ahead_ms, Some(40));
        health.connected(ONE, "pbx", false);
        health.connected(ONE, "pbx", true);
        let expected = Health { connected: true, connections: 2, ..Health::default() };
        assert_eq!(health.of(ONE, "pbx"), expected);
        assert_eq!(health.of(TenantId(2), "pbx"), Health::default(), "another tenant's is another");
    }
}
