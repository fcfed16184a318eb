//! Has the sounds of messages copied. What is to be copied is in the store, so a restart goes on with it.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::keep_sounds::{Seen, keep_sounds};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often sounds are looked for. One is copied that was the same at two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// At how many looks those that are no news are looked for once.
const LOOKS_A_ROUND: u32 = 30;

/// Works until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let mut due = interval(LOOK_EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut seen, mut looks) = (Seen::default(), 0_u32);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = told(&mut stop) => return,
        }
        // Two looks in a row, as one alone copies nothing.
        let all = looks % LOOKS_A_ROUND < 2;
        looks = looks.wrapping_add(1);
        tokio::select! {
            kept = keep_sounds(&app, &tenant, &mut seen, all) => if let Err(error) = kept {
                tracing::warn!(%error, "sounds of messages could not be looked after; they are again");
            },
            // Whatever is half done is done again after the next start.
            () = told(&mut stop) => return,
        }
    }
}
