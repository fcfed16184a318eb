//! Has the calls of a tenant counted for its reports: at a start after which its days begin elsewhere, with a file of a
//! release that did not count, or once the store found counts that it cannot read. How far that is is in the store, so a
//! restart goes on with it; calls that end meanwhile are not held up, and reports that find it undone count the calls
//! themselves. Days of the past are then packed, so that this takes less.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::OpError;
use domain::commit::{Change, Commit};
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How many calls are counted in one Commit: some ten milliseconds of the thread that writes.
const CALLS_AT_A_TIME: usize = 1_000;
/// How old a day is before it is packed: until then its calls change often.
const PACKED_AFTER_MS: i64 = 2 * 24 * 3_600 * 1_000;
/// How many calls are packed in one Commit, at least; some milliseconds' work.
const PACKED_AT_A_TIME: usize = 5_000;
/// How often it looks whether anything is left.
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// How long it waits after the store failed.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// Works until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    loop {
        let counted = tokio::select! {
            counted = count_and_pack(&app, &tenant) => counted,
            () = told(&mut stop) => return,
        };
        let wait = match counted {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(%error, "calls could not be counted for reports; it is tried again");
                AGAIN_AFTER
            }
        };
        if timeout_at(Instant::now() + wait, told(&mut stop)).await.is_ok() {
            return;
        }
    }
}

async fn count_and_pack(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    count_all(app, tenant).await?;
    pack_all(app, tenant).await
}

/// Packs the days that are old enough, so that reports which no rollup answers read them faster.
///
/// # Errors
/// The store cannot read or write.
pub async fn pack_all(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    let before = At(app.around.now().0.saturating_sub(PACKED_AFTER_MS * 1_000));
    while app.store.facts_to_pack(tenant.id, before).await? {
        let pack = Change::ReportPack { before, calls: PACKED_AT_A_TIME };
        app.store.commit(Commit::of(tenant.id, vec![pack])).await?;
    }
    Ok(())
}

/// Counts all that is left to be counted.
///
/// # Errors
/// The store cannot read or write.
pub async fn count_all(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    let calendar = Change::ReportCalendar(Box::new(tenant.settings.calendar()));
    app.store.commit(Commit::of(tenant.id, vec![calendar])).await?;
    let mut said = false;
    loop {
        let standing = app.store.rollup_standing(tenant.id).await?;
        if !standing.left {
            if said {
                tracing::info!("every call is counted for reports");
            }
            return Ok(());
        }
        if !said {
            tracing::info!(
                "calls are being counted for reports, which count them one by one until that is done"
            );
            said = true;
        }
        let fill = Change::ReportFill { calls: CALLS_AT_A_TIME };
        app.store.commit(Commit::of(tenant.id, vec![fill])).await?;
    }
}
