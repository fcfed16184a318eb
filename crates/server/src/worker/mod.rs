//! What runs beside requests: the reading of phone systems, what follows for agents, the filing of calls whose owner
//! appeared later, the counting of what reports are made of, the mailing of reports, the copying of what callers left, the learning of what
//! codes are suggested by, the turning of days, and the forgetting of what is old.

pub mod answers;
pub mod connection;
pub mod crm;
pub mod day_turns;
pub mod deliveries;
pub mod duty;
pub mod feed;
pub mod imports;
pub mod late;
pub mod line;
pub mod report_mails;
pub mod retention;
pub mod rollups;
pub mod sounds;
pub mod source;
pub mod suggestions;
pub mod unknown_callers;
pub mod webhooks;
