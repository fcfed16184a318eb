//! Asterisk's Manager Interface, versions 16 and later: what it tells, and what it can be told.

pub mod actions;
mod codec;
mod derive;
pub mod trial;

pub use codec::{Frame, MAX_FRAME_BYTES, Splitter, frames};
pub(crate) use derive::dialled_number;
pub use derive::{Deriver, id_time};
