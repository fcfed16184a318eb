//! What runs beside requests: the reading of phone systems, and the forgetting of old frames.

pub mod duty;
pub mod feed;
pub mod line;
pub mod retention;
pub mod source;
