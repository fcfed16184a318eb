//! The Salesforce emulator, asked as a client asks it: requests in, answers out, and what is there afterwards by a query.

mod access;
mod client;
mod collections;
mod composite;
mod describes;
mod failures;
mod jobs;
mod metadata;
mod people;
mod queries;
mod records;
mod searches;
mod sharing;
mod upserts;
