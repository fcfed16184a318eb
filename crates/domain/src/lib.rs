//! The rules of Bitácora, as pure functions over plain data. There is no clock, no randomness, no I/O and
//! no async here, and nothing that knows a wire format, a table or a language.

pub mod account;
pub mod activity;
pub mod call;
pub mod commit;
pub mod directory;
pub mod disposition;
pub mod event;
pub mod id;
pub mod matching;
pub mod phone;
pub mod wrapup;
