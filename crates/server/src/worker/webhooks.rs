//! Has other programs told of the calls of a tenant. What is to be told is in the store, so a restart goes on with it; how it
//! is told is [`crate::ops::webhooks`]'s. Each endpoint is told by itself: no other and no call waits for one that is slow.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::webhooks::tell::{begin, tell_late};
use crate::outgoing::lanes::Lanes;
use crate::outgoing::send::Sender;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// How often it is looked for what is due: two reads, where nothing is.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often it is looked for wrap-ups that became late. One that is done before that is told nobody.
const LATE_EVERY: Duration = Duration::from_secs(5);

/// Tells until `stop`. What is under way then is told again after the next start.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, sender: Arc<Sender>, mut stop: watch::Receiver<bool>) {
    let (mut lanes, mut under_way) = (Lanes::default(), JoinSet::new());
    let mut late = interval(LATE_EVERY);
    late.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if let Err(error) = begin(&app, &tenant, &sender, &mut lanes, &mut under_way).await {
            tracing::warn!(%error, "what is to be told could not be read; it is looked for again");
        }
        tokio::select! {
            () = told(&mut stop) => return,
            Some(ended) = under_way.join_next(), if !under_way.is_empty() => match ended {
                Ok(ended) => lanes.ended(ended.endpoint, ended.notice, ended.answer.as_ref(), app.around.now()),
                Err(error) => tracing::error!(%error, "the telling of a webhook ended badly"),
            },
            _ = late.tick() => {
                if let Err(error) = tell_late(&app, &tenant).await {
                    tracing::warn!(%error, "wrap-ups that became late could not be told; they are again");
                }
            }
            () = app.webhooks.rings.notified() => {}
            () = sleep_until(Instant::now() + LOOK_EVERY) => {}
        }
    }
}
