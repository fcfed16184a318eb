//! What runs beside requests: the reading of phone systems, what follows for agents, the filing of calls whose owner
//! appeared later, and the forgetting of old frames.

pub mod answers;
pub mod connection;
pub mod deliveries;
pub mod duty;
pub mod feed;
pub mod late;
pub mod line;
pub mod retention;
pub mod source;
pub mod unknown_callers;
