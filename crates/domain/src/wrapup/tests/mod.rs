//! What Log, Do not log and time leave behind, rule by rule, on plain data.

mod do_not_log;
mod given;
mod log;
mod party;
mod timer;
