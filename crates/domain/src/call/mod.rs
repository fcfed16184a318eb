//! Calls: which events make one ([`CallBook`]), what they add up to ([`fold`]), and how it is kept
//! ([`CallRecord`]). Nothing here waits, reads a clock or stores.

mod book;
mod fold;
mod incarnation;
pub mod policy;
mod record;

pub use book::{CallBook, Chunk, Finding};
pub use fold::{FoldContext, Folded, fold};
pub use policy::CallPolicy;
pub use record::{
    CallRecord, CallState, CallType, Direction, Engagement, Explained, HungUpBy, NoActivity, OfferResult,
    Via, Voicemail,
};
