//! Forgetting: raw frames older than the settings say, unless a call that lives still needs them, copies of messages that
//! are older than the settings say, and sessions that expired.

use super::source::told;
use crate::app::{App, Tenant};
use crate::message_sound;
use domain::commit::{Change, Commit};
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::interval;

/// How often old frames are looked for.
const EVERY: Duration = Duration::from_secs(3600);
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
            for source in &tenant.settings.sources {
                let change = Change::ForgetFrames { source: source.name.clone(), before };
                if let Err(error) = app.store.commit(Commit::of(tenant.id, vec![change])).await {
                    tracing::warn!(%error, source = source.name, "old frames could not be forgotten");
                }
            }
        }
    }
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
