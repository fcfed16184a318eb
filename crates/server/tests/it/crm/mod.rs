//! The directory mirrors an org of Salesforce, and what is settled here is there: once, as it stands.

mod backlog;
mod first_load;
mod logging;
mod org;
mod pace;
mod records;
mod secrets;
