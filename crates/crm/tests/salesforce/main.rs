//! The client against an org within this process: time is simulated, faults are the org's own, nothing depends on a seed that
//! the test does not say.

mod answers;
mod backlog;
mod calls_there;
mod given;
mod logging;
mod mirror;
mod org;
mod people;
mod picklists;
mod questions;
mod sharing;
mod sockets;
mod to_do;
mod together;
