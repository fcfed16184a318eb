//! What Asterisk writes down of calls by itself: call detail records ([`cdr`]) and `queue_log` ([`queue_log`]). [`grouping`]
//! says which of it is of one call, [`facts`] what that call was, in the same facts about legs that a live connection
//! tells. Reading a file from disk, and comparing with what is known, is the server's.

pub mod cdr;
pub mod facts;
pub mod grouping;
pub mod queue_log;

pub use cdr::{CdrFault, Clock, Layout, Shifts, Zone};
pub use grouping::Grouping;
