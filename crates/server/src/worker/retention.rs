//! Forgetting: raw frames older than the settings say, unless a call that lives still needs them, and sessions
//! that expired.

use super::source::told;
use crate::app::App;
use domain::commit::{Change, Commit};
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
        for tenant in &app.tenants {
            let sessions = Change::ForgetSessions { expired_before: now };
            if let Err(error) = app.store.commit(Commit::of(tenant.id, vec![sessions])).await {
                tracing::warn!(%error, "sessions that expired could not be forgotten");
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
