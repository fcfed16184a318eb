//! The replayed PBX: recorded sessions of a real Asterisk, rewritten frame by frame so that many play at
//! once, for ever and at any time. What it sends is read by the very code that reads a live connection.
//!
//! ```text
//! captures/*/ami.raw ─▶ Template (compiled once) ─▶ Play (one call) ─▶ Floor (many, in order of time)
//! ```
//!
//! It talks and does not listen: no action is answered. One that listens, whose calls are simulated and not
//! recorded, is in [`obedient`]. Waiting until a frame is due is the business of whoever owns a clock, and so
//! is the socket.

mod captures;
mod floor;
pub mod obedient;
mod past;
mod play;
mod stamp;
mod template;
mod tokens;

pub use captures::Scenario;
pub use floor::{Floor, FloorSettings, greeting};
pub use past::past_frames;
pub use play::{Cast, Stretch, play_once};
pub use template::Rights;
