//! Phone systems: bytes in, domain events out. Each provider has a folder: its wire format apart from the
//! translation into [`domain::event`], both pure. Sockets, clocks and storage are not here; the loop that
//! feeds a live connection is the server's.

pub mod ami;
pub mod endpoints;
pub mod files;
pub mod hook;
pub mod reader;
pub mod replay;
