//! Calls: which events make one ([`CallBook`]), what they add up to ([`fold`]), and how it is kept
//! ([`CallRecord`]). Nothing here waits, reads a clock or stores.

mod book;
mod fold;
mod incarnation;
mod living;
mod names;
pub mod policy;
mod record;
#[cfg(test)]
pub(crate) mod sample;

pub use book::{CallBook, Chunk, Finding, Held};
pub use fold::{FoldContext, Folded, fold};
pub use policy::{
    CallPolicy, LATE_WINDOW_MS, MAX_CALLS_HELD, MAX_EVENTS_AND_ENDS_PER_CALL, MAX_EVENTS_PER_CALL,
    MAX_LIVES_PER_LEG, MAX_NAMES_PER_CALL, SETTLE_MS,
};
pub use record::{
    CallRecord, CallState, CallType, Direction, Engagement, Explained, HungUpBy, NoActivity, OfferResult,
    Via, Voicemail,
};
