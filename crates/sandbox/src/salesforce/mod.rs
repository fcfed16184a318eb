//! A Salesforce org to test and to try things out against. It keeps state as an org does: what was written is found again, what
//! was refused left nothing behind, what was deleted is remembered. Pure: bytes of a request and the time in, bytes of an answer
//! out; ids, tokens and faults follow from a seed. docs/salesforce-emulator.md says what it does and which of it is assumed.

mod access;
mod bulk;
mod calls;
mod control;
mod csv;
mod data;
mod delete;
mod derive;
mod describe;
mod faults;
mod ids;
mod key;
mod metadata;
mod oauth;
mod org;
mod people;
mod refusal;
mod rest;
mod rules;
mod sample;
mod schema;
mod sharing;
mod soap;
mod soql;
mod sosl;
mod stamp;
mod table;
mod values;
mod write;

pub use calls::{Calls, Kind};
pub use org::{Answer, OPENING_PASSWORD, Org, Request};
