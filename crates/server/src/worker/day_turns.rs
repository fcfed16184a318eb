//! Has panels show the codes of a day once it begins ([`crate::ops::day_turn`]).

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::day_turn::DayShown;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often it is looked at the clock. It reads nothing, and a clock that is set is followed as well.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Looks until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let mut shown = DayShown::today(&app, &tenant);
    let mut due = interval(LOOK_EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = told(&mut stop) => return,
        }
        if shown.look(&app, &tenant) {
            tracing::debug!("another day began: panels are read anew");
        }
    }
}
