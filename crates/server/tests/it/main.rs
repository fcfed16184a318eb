//! End to end: the real router over a real store.

mod bad_input;
mod live;
mod process;
mod rules;
mod sessions;
mod tidy;
mod world;
