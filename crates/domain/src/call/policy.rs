//! The settings that decide what a call turns out to be.

/// Settings of call types and wrap-up owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPolicy {
    /// An abandoned caller who waited no longer than this is `short_abandoned`; `None`: never.
    pub short_abandon_ms: Option<i64>,
    /// Whether an agent who dialled out and reached nobody owes a wrap-up.
    pub wrapup_unreached: bool,
}

impl Default for CallPolicy {
    fn default() -> Self {
        CallPolicy { short_abandon_ms: None, wrapup_unreached: true }
    }
}

/// An agent who is back with the customer within this time never left (milliseconds).
pub const REENTRY_GRACE_MS: i64 = 1_000;
/// A call is over this long after its last leg ended, so that late facts find it open (milliseconds).
pub const SETTLE_MS: i64 = 1_000;
/// A call that is over still takes late facts for this long (milliseconds).
pub const LATE_WINDOW_MS: i64 = 60_000;
/// Most events kept of one call; a source that sends more is told apart as faulty and the rest is ignored.
pub const MAX_EVENTS_PER_CALL: usize = 5_000;
