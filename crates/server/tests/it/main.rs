//! End to end: the real router over a real store.

mod agent_times;
mod backup;
mod bad_input;
mod centre;
mod connection;
mod corrections;
mod disposition_sets;
mod drafts;
mod duty;
mod inbox;
mod late;
mod late_owners;
mod listing;
mod live;
mod pauses;
mod process;
mod region;
mod relate;
mod report;
mod rules;
mod sessions;
mod simulate;
mod tidy;
mod unknown_callers;
mod world;
