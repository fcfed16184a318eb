//! The directory mirrors an org of Salesforce, and what is settled here is there: once, as it stands.

mod backlog;
mod logging;
mod opportunities;
mod org;
mod pace;
mod records;
mod secrets;
mod sharing;
