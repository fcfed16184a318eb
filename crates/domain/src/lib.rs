//! The rules of Bitácora, as pure functions over plain data. There is no clock, no randomness, no I/O and
//! no async here, and nothing that knows a wire format, a table or a language.

pub mod account;
pub mod activity;
pub mod alert;
pub mod audit;
pub mod auto_create;
pub mod became;
pub mod call;
pub mod case;
pub mod centre;
pub mod commit;
pub mod correction;
pub mod dial;
pub mod directory;
pub mod disposition;
pub mod duty;
pub mod ear;
pub mod event;
pub mod id;
pub mod import;
pub mod late;
pub mod listen;
pub mod matching;
pub mod merged;
pub mod message;
pub mod mirror;
pub mod outbox;
pub mod phone;
pub mod reflect;
pub mod relate;
pub mod report;
pub mod ring_group;
pub mod state_time;
pub mod suggest;
pub mod wrapup;
