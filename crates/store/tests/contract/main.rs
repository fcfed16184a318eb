//! What every store must do, run against each of them. A store of its own kind adds a [`fixture::Fixture`];
//! the tests stay the same. Each runs on a tenant beside which another one holds rows of the same ids:
//! whatever the test does, the other's answers must not change (ARCHITECTURE.md, invariant 13).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// Runs each test against each store.
macro_rules! for_each_store {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $test() {
                crate::fixture::run(crate::fixture::InMemory::open(), super::$test).await;
            })+
        }

        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                crate::fixture::run(crate::fixture::OnSqlite::open(), super::$test).await;
            })+
        }
    };
}

mod accounts;
mod activities;
mod agents;
mod bulks;
mod calls;
mod cases;
mod commits;
mod completeness;
mod copies;
mod crm;
mod crm_ledger;
mod dispositions;
mod fixture;
mod floor;
mod follow_ups;
mod frames;
mod history;
mod imports;
mod listing;
mod messages;
mod notices;
mod numbers;
mod observed;
mod outbox;
mod people;
mod random;
mod random_crm;
mod random_notices;
mod reports;
mod sample;
mod sample_crm;
mod sample_messages;
mod sample_notices;
mod saved_reports;
mod settings;
mod snapshots;
mod sqlite_file;
mod views;
mod whole;
mod wrapups;
