//! The obedient PBX does what it is asked, and what is derived from its frames is what really happened in it.

mod commands;
mod day;
mod derived;
mod line;
mod pauses;
mod recorded;
