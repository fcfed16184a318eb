//! The directory mirrors an org of Salesforce, and what is settled here is there: once, as it stands.

mod backlog;
mod completeness;
mod consent;
mod first_load;
mod follow_ups;
mod logging;
mod mending;
mod merged;
mod opportunities;
mod org;
mod pace;
mod phones;
mod picklists;
mod records;
mod secrets;
mod sharing;
