//! Has the CRM hold what was settled here, and the directory what changed there. What is to be done is in the store, so a
//! restart goes on with it; how it is done is [`crate::ops::crm`]'s.

use super::source::told;
use crate::app::{App, Tenant};
use crate::crms::{CrmLink, Traffic};
use crate::ops::completeness::crm_night::check_day_before;
use crate::ops::crm::carry_out::carry_out;
use crate::ops::crm::mirror::{MirrorError, mirror};
use crate::ops::crm::pace::Pace;
use crate::ops::crm::search_number::search_wanted;
use crate::ops::crm::sharing::ask_wanted;
use crm::Retry;
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

/// How often it is looked whether the day before is to be compared.
const DAY_LOOKED_AT_EVERY: Duration = Duration::from_secs(15 * 60);
/// The longest time until a comparison that fails is tried again.
const DAY_TRIED_AT_LEAST_EVERY: Duration = Duration::from_secs(4 * 3_600);
/// How often the outbox is looked into.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long questions that panels have are gathered.
const ASK_TOGETHER: Duration = Duration::from_millis(30);
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
    pace: Pace,
    mut stop: watch::Receiver<bool>,
) {
    let mut failures = 0;
    loop {
        let looked_at = app.around.now();
        let read = tokio::select! {
            read = mirror(&app, &tenant, &link) => read,
            () = told(&mut stop) => return,
        };
        let wait = match read {
            Ok(_) => {
                failures = 0;
                tokio::select! {
                    () = until_due(&app, &link, pace, looked_at) => continue,
                    () = link.woken() => continue,
                    () = told(&mut stop) => return,
                }
            }
            Err(MirrorError::Crm(error)) => {
                failures += 1;
                link.failed(Traffic::In, app.around.now(), &error);
                let asked = match error.retry {
                    Retry::After(wait) | Retry::InDoubt(wait) => wait,
                    // Somebody has to change something first, and each try costs calls.
                    Retry::No => pace.quiet,
                };
                asked.max(backoff(failures)).min(LONGEST_WAIT.max(pace.quiet))
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

/// Compares each day with the CRM once it is over, until `stop`.
pub async fn check_days(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let mut wait = DAY_LOOKED_AT_EVERY;
    loop {
        if timeout(wait, told(&mut stop)).await.is_ok() {
            return;
        }
        tokio::select! {
            checked = check_day_before(&app, &tenant) => match checked {
                Ok(_) => wait = DAY_LOOKED_AT_EVERY,
                Err(error) => {
                    // Each try reads the day from its beginning, and costs calls of the API.
                    wait = (wait * 2).min(DAY_TRIED_AT_LEAST_EVERY);
                    tracing::warn!(%error, "the day before could not be compared with the CRM; it is tried again");
                }
            },
            () = told(&mut stop) => return,
        }
    }
}

/// Asks what panels wait to be told they may show, until `stop`. While the CRM does not answer panels show what was known.
pub async fn share(app: Arc<App>, tenant: Arc<Tenant>, link: Arc<CrmLink>, mut stop: watch::Receiver<bool>) {
    let mut failures = 0;
    loop {
        tokio::select! {
            () = link.sharing.asked.notified() => {}
            () = told(&mut stop) => return,
        }
        // Panels of one call are read together: so are their questions asked.
        if timeout(ASK_TOGETHER, told(&mut stop)).await.is_ok() {
            return;
        }
        let asked = tokio::select! {
            asked = ask_wanted(&app, &tenant, &link) => asked,
            () = told(&mut stop) => return,
        };
        match asked {
            Ok(()) => failures = 0,
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, "the CRM could not be asked what it shows users");
                if timeout(backoff(failures), told(&mut stop)).await.is_ok() {
                    return;
                }
                // What was wanted is wanted again.
                link.sharing.asked.notify_one();
            }
        }
    }
}

/// Searches for numbers that panels show and nobody here has, until `stop`.
pub async fn search(app: Arc<App>, tenant: Arc<Tenant>, link: Arc<CrmLink>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = link.numbers.asked.notified() => {}
            () = told(&mut stop) => return,
        }
        if timeout(ASK_TOGETHER, told(&mut stop)).await.is_ok() {
            return;
        }
        tokio::select! {
            searched = search_wanted(&app, &tenant, &link) => if let Err(error) = searched {
                // Whoever looks at the call again has it searched for again.
                tracing::warn!(%error, "the CRM could not be searched for a number");
            },
            () = told(&mut stop) => return,
        }
    }
}

/// Returns when the next look is due, by time or because calls have paid for it.
async fn until_due(app: &App, link: &CrmLink, pace: Pace, looked_at: At) {
    loop {
        let wait = pace.wait(looked_at, link.paid(), app.around.now());
        if wait.is_zero() {
            return;
        }
        // Paid or not, it is looked at anew.
        let _ = timeout(wait, link.until_paid()).await;
    }
}

/// Twice as long each time.
fn backoff(failures: u32) -> Duration {
    SHORTEST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(6)).min(LONGEST_WAIT)
}
