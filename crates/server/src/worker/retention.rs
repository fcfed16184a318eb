//! Forgetting: raw frames older than the settings say, unless a call that lives still needs them, copies of messages that
//! are older than the settings say, and sessions that expired.

use super::source::told;
use crate::app::{App, Tenant};
use crate::message_sound;
use crate::ops::OpError;
use domain::commit::{Change, Commit};
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::interval;

/// How often old frames are looked for.
const EVERY: Duration = Duration::from_secs(3600);
/// How many notices are forgotten in one Commit: some milliseconds of the thread that writes.
const NOTICES_AT_A_TIME: usize = 500;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Forgets until `stop`.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut due = interval(EVERY);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = told(&mut stop) => return,
        }
        let now = app.around.now();
        let kept_ms = i64::from(app.settings.data.frame_retention_days) * DAY_MS;
        let before = now.plus_millis(-kept_ms);
        let kept_ms = i64::from(app.settings.data.message_retention_days) * DAY_MS;
        let left_before = now.plus_millis(-kept_ms);
        for tenant in &app.tenants {
            let sessions = Change::ForgetSessions { expired_before: now };
            if let Err(error) = app.store.commit(Commit::of(tenant.id, vec![sessions])).await {
                tracing::warn!(%error, "sessions that expired could not be forgotten");
            }
            forget_sounds(&app, tenant, left_before).await;
            if let Err(error) = forget_notices(&app, tenant, now).await {
                tracing::warn!(%error, "what other programs were told could not be forgotten");
            }
            for source in &tenant.settings.sources {
                let change = Change::ForgetFrames { source: source.name.clone(), before };
                if let Err(error) = app.store.commit(Commit::of(tenant.id, vec![change])).await {
                    tracing::warn!(%error, source = source.name, "old frames could not be forgotten");
                }
            }
        }
    }
}

/// Forgets what other programs were told long ago, some of it in each Commit.
///
/// # Errors
/// The store cannot read or write.
pub async fn forget_notices(app: &App, tenant: &Tenant, now: At) -> Result<(), OpError> {
    let kept_ms = i64::from(app.settings.outgoing_webhooks.retention_days) * DAY_MS;
    let before = now.plus_millis(-kept_ms);
    while app.store.oldest_notice(tenant.id).await?.is_some_and(|oldest| oldest < before) {
        let forget = Change::ForgetNotices { before, most: NOTICES_AT_A_TIME };
        app.store.commit(Commit::of(tenant.id, vec![forget])).await?;
    }
    Ok(())
}

async fn forget_sounds(app: &App, tenant: &Tenant, left_before: At) {
    let folder = message_sound::folder(&app.settings, &tenant.settings.slug);
    let forgotten = tokio::task::spawn_blocking(move || message_sound::forget(&folder, left_before)).await;
    match forgotten {
        Ok(Ok(0)) => {}
        Ok(Ok(files)) => tracing::info!(files, "copies of old messages were forgotten"),
        Ok(Err(error)) => tracing::warn!(%error, "copies of old messages could not be forgotten"),
        Err(error) => tracing::warn!(%error, "copies of old messages could not be forgotten"),
    }
}
