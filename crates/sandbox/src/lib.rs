//! What the demo and the tests play with: a replayed PBX and sample data. Everything follows from a seed:
//! there is no clock, no randomness, no socket and no storage here, and nothing that a real centre needs.

pub mod centre;
pub mod day;
mod dice;
pub mod habits;
pub mod pbx;
pub mod people;
pub mod quarter;
pub mod salesforce;

/// The seed of what `cargo xtask run` shows.
pub const DEMO_SEED: u64 = 2_026;
