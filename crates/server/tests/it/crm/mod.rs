//! The directory mirrors an org of Salesforce, and what is settled here is there: once, as it stands.

mod backlog;
mod logging;
mod merged;
mod opportunities;
mod org;
mod records;
mod secrets;
