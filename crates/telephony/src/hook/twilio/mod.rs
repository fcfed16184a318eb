//! Twilio: status and recording callbacks of Programmable Voice ([`voice`]) and events of TaskRouter ([`task`]). Both
//! are HTML forms; what is signed and by whom is the server's.

pub mod task;
pub mod voice;
