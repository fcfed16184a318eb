//! Has calls filed on records that appeared after them. What is to be done is in the store, so a restart goes on with it.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::late_owners::{OWNERS_AT_A_TIME, file_calls_of, waiting};
use std::sync::Arc;
use std::time::Duration;
use store::LateOwner;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often records that appeared are looked for. One is looked after once it was there at two looks: a call that was
/// being taken in when the record was saved, and did not find it, is in the store by then.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Works until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let mut due = interval(LOOK_EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = Vec::new();
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = told(&mut stop) => return,
        }
        tokio::select! {
            looked = look(&app, &tenant, &seen) => match looked {
                Ok(waiting) => seen = waiting,
                Err(error) => tracing::warn!(%error, "records that appeared could not be read; they are looked for again"),
            },
            // Whatever is half done is done again after the next start.
            () = told(&mut stop) => return,
        }
    }
}

/// Looks after the records that were seen before, as long as there are any, and answers those that are there now.
async fn look(app: &App, tenant: &Tenant, seen: &[LateOwner]) -> Result<Vec<LateOwner>, OpError> {
    let mut now = waiting(app, tenant).await?;
    let mut due: Vec<LateOwner> = now.iter().copied().filter(|owner| seen.contains(owner)).collect();
    while !due.is_empty() {
        let full = now.len() == OWNERS_AT_A_TIME;
        let mut all_done = true;
        for owner in due {
            match file_calls_of(app, tenant, owner).await {
                Ok(0) => {}
                Ok(filed) => {
                    tracing::info!(person = %owner.person, filed, "earlier calls of a record were filed")
                }
                Err(error) => {
                    all_done = false;
                    tracing::warn!(%error, person = %owner.person, "calls of a record could not be filed; it is tried again");
                }
            }
        }
        now = waiting(app, tenant).await?;
        // Behind a full page wait many: with a look between, those of a large import would wait for hours.
        due = if full && all_done { now.clone() } else { Vec::new() };
    }
    Ok(now)
}
