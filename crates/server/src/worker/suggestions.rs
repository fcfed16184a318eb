//! Has learnt what codes are suggested by: after a start, and every so often if anything was logged or corrected since.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::suggest_learn::learn;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How old what was learnt may be: a correction is followed within this time. No setting: learning reads at most 30,000 calls,
/// and only where something was logged or corrected since (docs/api-suggestions.md).
const LEARN_EVERY: Duration = Duration::from_secs(300);

/// Works until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let mut due = interval(LEARN_EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut learnt = false;
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = told(&mut stop) => return,
        }
        if !tenant.rules().centre.suggests_codes() || (learnt && !app.suggestions.take_touched(tenant.id)) {
            continue;
        }
        tokio::select! {
            done = learn(&app, &tenant) => match done {
                Ok(()) => learnt = true,
                Err(error) => {
                    app.suggestions.touch(tenant.id);
                    tracing::warn!(%error, "what codes are suggested by could not be learnt; it is tried again");
                }
            },
            () = told(&mut stop) => return,
        }
    }
}
