//! Asterisk's Manager Interface, versions 16 and later. Commands are not here yet.

mod codec;
mod derive;

pub use codec::{Frame, MAX_FRAME_BYTES, Splitter, frames};
pub use derive::{Deriver, id_time};
