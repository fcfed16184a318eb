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
/// Most events kept of one call; a source that sends more is told apart as faulty and the rest is ignored, but for the
/// ends of legs.
pub const MAX_EVENTS_PER_CALL: usize = 5_000;
/// Most events kept of one call with the ends of legs that came after it was full: each event names two legs at most.
/// Two calls that would have more together stay two.
pub const MAX_EVENTS_AND_ENDS_PER_CALL: usize = 3 * MAX_EVENTS_PER_CALL;
/// Most legs, links and bridges that one call is known by; what a source says of others is ignored. A leg that is offered a
/// call and lets it ring has eight events, so this comes to as much as [`MAX_EVENTS_PER_CALL`]; folding a call takes time
/// by the square of its legs.
pub const MAX_NAMES_PER_CALL: usize = 700;
/// Most calls of one source that are held because they can still change. A source that has more sends beginnings and no
/// ends: what it says of further ones is ignored until some are over.
pub const MAX_CALLS_HELD: usize = 100_000;
/// Most lives that are told apart of one leg id.
pub const MAX_LIVES_PER_LEG: usize = 100;
