//! The one binary: HTTP, live feed, workers, command line. The only crate that serves, and that reads
//! configuration, the clock, the environment and randomness. Rules are not here, they are `domain`'s.

pub mod app;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod crm_token;
pub mod crms;
pub mod hooks;
pub mod http;
pub mod imports;
pub mod live;
pub mod mail;
pub mod message_sound;
pub mod number_search;
pub mod ops;
pub mod outgoing;
pub mod phones;
pub mod recorded_file;
pub mod running;
pub mod settings;
pub mod sharing;
pub mod source_health;
pub mod suggestions;
pub mod table;
pub mod view;
pub mod webhooks;
pub mod worker;
