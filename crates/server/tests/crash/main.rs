//! Crashes of the real binary under 64 agents: SIGKILL at random moments, and power cuts that drop what was not
//! synced. Whatever a client was told must be there afterwards, exactly. What was found is written in
//! docs/verification/crash.md.

mod again;
mod agent;
mod centre;
mod check;
mod contents;
mod ledger;
mod rounds;
mod session;
mod told;

mod first_start;
mod kills;
mod pauses;
mod power;
