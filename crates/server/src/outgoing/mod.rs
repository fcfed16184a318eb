//! Outgoing webhooks on their way out: which addresses are called, how what is told is signed and sent, and how many are told
//! how much at a time. What is told, and what becomes of it, is decided in [`domain::notice`].

pub mod address;
pub mod lanes;
pub mod send;
pub mod signature;
