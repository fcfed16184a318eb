//! The verbs of the product, one file each. An operation reads what it needs, lets `domain` decide, commits,
//! and only then tells anybody. Who may call is checked in `http`, whose wrap-up it is here.

pub mod agent_times;
pub mod cases;
pub mod centre;
pub mod change_log;
pub mod control;
pub mod correct;
pub mod crm;
pub mod dial;
pub mod disposition_sets;
pub mod dispositions;
pub mod do_not_log;
pub mod ear;
mod error;
pub mod extend;
pub mod floor;
pub mod inbox;
pub mod ingest;
pub mod keep_sounds;
pub mod late_owners;
pub mod list_activities;
pub mod listen;
pub mod log;
pub mod lookup;
pub mod messages;
pub mod mode;
pub mod panel;
pub mod people;
pub mod read_activity;
pub mod rekey;
pub mod relate_scene;
pub mod release;
pub mod report;
pub mod ring_groups;
pub mod save_draft;
pub mod session;
pub mod session_code;
pub mod session_of_host;
pub mod submit_scene;
pub mod suggest;
pub mod suggest_learn;
pub mod transfer_targets;
pub mod unknown_callers;
pub mod users;
pub mod web_phone;

pub use error::{FieldFault, OpError};
