//! Has records made for the numbers of calls that nobody sums up. What is to be done is in the store, so a restart goes on
//! with it.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::unknown_callers::{CALLERS_AT_A_TIME, look_after, wanted};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often calls that wait are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Works until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let mut due = interval(LOOK_EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = told(&mut stop) => return,
        }
        tokio::select! {
            looked = look(&app, &tenant) => if let Err(error) = looked {
                tracing::warn!(%error, "callers could not be looked after; they are again");
            },
            // Whatever is half done is done again after the next start.
            () = told(&mut stop) => return,
        }
    }
}

/// Looks after the calls that wait, until few are left or one cannot be.
async fn look(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    loop {
        let calls = wanted(app, tenant).await?;
        let mut all_done = true;
        for call in &calls {
            match look_after(app, tenant, *call).await {
                Ok(_) => {}
                Err(error) => {
                    all_done = false;
                    tracing::warn!(%error, %call, "no record could be made for a call; it is tried again");
                }
            }
        }
        // Behind a full page wait more.
        if calls.len() < CALLERS_AT_A_TIME || !all_done {
            return Ok(());
        }
    }
}
