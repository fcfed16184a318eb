//! Has the CRM hold what was settled here, and the directory what changed there. What is to be done is in the store, so a
//! restart goes on with it; how it is done is [`crate::ops::crm`]'s.

use super::source::told;
use crate::app::{App, Tenant};
use crate::crms::{CrmLink, Traffic};
use crate::ops::crm::carry_out::carry_out;
use crate::ops::crm::mirror::{MirrorError, mirror};
use crm::Retry;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How often the outbox is looked into.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long to wait after the store failed.
const AFTER_STORE: Duration = Duration::from_secs(1);
/// Shortest and longest time to wait before the CRM is tried again.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Carries out until `stop`.
pub async fn carry(app: Arc<App>, tenant: Arc<Tenant>, link: Arc<CrmLink>, mut stop: watch::Receiver<bool>) {
    let mut failures = 0;
    loop {
        let round = tokio::select! {
            round = carry_out(&app, &tenant, &link) => round,
            // Whatever was sent is known to the CRM, and asked about after the next start.
            () = told(&mut stop) => return,
        };
        let wait = match round {
            Ok(round) => match round.wait {
                Some(asked) => {
                    failures += 1;
                    asked.max(backoff(failures)).min(LONGEST_WAIT)
                }
                None => {
                    failures = 0;
                    // Behind what was settled may be more.
                    if round.settled > 0 { Duration::ZERO } else { LOOK_EVERY }
                }
            },
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be looked after; it is again");
                AFTER_STORE
            }
        };
        tokio::select! {
            () = told(&mut stop) => return,
            () = link.woken() => failures = 0,
            () = sleep_until(Instant::now() + wait) => {}
        }
    }
}

/// Mirrors until `stop`.
pub async fn reflect(
    app: Arc<App>,
    tenant: Arc<Tenant>,
    link: Arc<CrmLink>,
    every: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let mut failures = 0;
    loop {
        let read = tokio::select! {
            read = mirror(&app, &tenant, &link) => read,
            () = told(&mut stop) => return,
        };
        let wait = match read {
            Ok(_) => {
                failures = 0;
                every
            }
            Err(MirrorError::Crm(error)) => {
                failures += 1;
                link.failed(Traffic::In, app.around.now(), &error);
                let asked = match error.retry {
                    Retry::After(wait) | Retry::InDoubt(wait) => wait,
                    Retry::No => LONGEST_WAIT,
                };
                asked.max(backoff(failures)).min(LONGEST_WAIT)
            }
            Err(MirrorError::Op(error)) => {
                tracing::warn!(%error, "what changed in the CRM could not be taken over; it is again");
                AFTER_STORE
            }
        };
        tokio::select! {
            () = told(&mut stop) => return,
            () = link.woken() => failures = 0,
            () = sleep_until(Instant::now() + wait) => {}
        }
    }
}

/// Twice as long each time.
fn backoff(failures: u32) -> Duration {
    SHORTEST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(6)).min(LONGEST_WAIT)
}
