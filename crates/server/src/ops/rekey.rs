//! `rekey`: records whose phone keys were made by another scheme or for another region are found under today's, before
//! any call is taken. Meanwhile nobody looks anything up: a look-up among keys of two kinds would find some callers
//! and not others, and Log would make people who are there already. What a key is, is `domain::phone`'s.

use super::OpError;
use crate::app::{App, Tenant};
use domain::commit::{Change, Commit};
use domain::directory::{Person, RecordKeys};
use domain::phone::{KeyBasis, Region};

/// Most records whose keys are made anew in one Commit. A kill loses the work on so many, and no more.
pub const REKEY_BATCH: usize = 200;
/// After so many records the log says how far it is.
const SAY_EVERY: usize = 50_000;

/// Makes the keys of the tenant's records anew where they are of another scheme or region; answers of how many. What
/// is done stays done, whenever this ends: the next start goes on with the others. The records themselves, their
/// versions and the change log stay as they are, because nobody changed anything.
///
/// # Errors
/// The store cannot read or write.
pub async fn rekey(app: &App, tenant: &Tenant) -> Result<usize, OpError> {
    let region = tenant.settings.region;
    let basis = KeyBasis::of(region);
    let mut done = 0;
    loop {
        let people = app.store.people_to_rekey(tenant.id, &basis, REKEY_BATCH).await?;
        if people.is_empty() {
            break;
        }
        if done == 0 {
            tracing::info!(tenant = tenant.settings.slug, %region, "phone numbers are read anew; calls are taken afterwards");
        }
        let before = done;
        done += people.len();
        // Reading hundreds of numbers takes milliseconds, which a worker thread must not.
        let changes = tokio::task::spawn_blocking(move || changes(&people, region)).await;
        let changes = changes.map_err(|error| OpError::Internal(error.to_string()))?;
        app.store.commit(Commit::of(tenant.id, changes)).await?;
        if before / SAY_EVERY != done / SAY_EVERY {
            tracing::info!(tenant = tenant.settings.slug, people = done, "phone numbers are read anew");
        }
    }
    if done > 0 {
        tracing::info!(tenant = tenant.settings.slug, people = done, "phone numbers were read anew");
    }
    Ok(done)
}

fn changes(people: &[Person], region: Region) -> Vec<Change> {
    let change = |person: &Person| Change::PersonRekeyed {
        id: person.id,
        version: person.version,
        keys: RecordKeys::of(person, region),
    };
    people.iter().map(change).collect()
}
