//! The demo's other agents: while nobody has an agent's panel open, their wrap-ups are closed as they are in the
//! habit of, and messages that nobody touched for a while are dealt with, so that the floor around the person who tries it
//! out goes on.

use super::habit::{close, habit};
use super::messages::{LEFT_TO_DO, deal_with, speak};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::submit_scene::Submitter;
use domain::account::User;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::interval;

/// How often they look what they owe.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// For how long a message waits before somebody deals with it, in milliseconds of people's time.
const MESSAGE_WAITS_MS: f64 = 45.0 * 60_000.0;

/// Works until it is dropped, `speed` times faster than people do.
pub(super) async fn work(app: Arc<App>, users: Vec<User>, speed: f64) {
    let Some(tenant) = app.tenants.first().cloned() else { return };
    let mut look = interval(LOOK_EVERY);
    loop {
        look.tick().await;
        for user in &users {
            if let Err(error) = close_due(&app, &tenant, user, speed).await {
                tracing::debug!(%error, login = user.login, "a colleague could not close a wrap-up");
            }
        }
        let waits_ms = (MESSAGE_WAITS_MS / speed) as i64;
        let left_before = app.around.now().plus_millis(-waits_ms);
        if let Err(error) = deal_with(&app, &tenant, &users, left_before, LEFT_TO_DO).await {
            tracing::debug!(%error, "a colleague could not deal with a message");
        }
        let mailboxes = tenant.settings.sources.iter().find_map(|source| source.voicemails.as_ref());
        if let Some(folder) = mailboxes
            && let Err(error) = speak(&app, &tenant, folder).await
        {
            tracing::debug!(%error, "messages could not be given a sound");
        }
    }
}

async fn close_due(app: &App, tenant: &Arc<Tenant>, user: &User, speed: f64) -> Result<(), OpError> {
    let Some(agent) = user.agent.clone().filter(|agent| !app.hub.listens(tenant.id, agent)) else {
        return Ok(());
    };
    let by = Submitter { user: user.id, agent: agent.clone(), role: user.role };
    for wrapup in app.store.open_wrapups(tenant.id, &agent).await? {
        // Somebody began to write: it is theirs to finish.
        if wrapup.draft.revision > 0 {
            continue;
        }
        let habit = habit(app, tenant, &wrapup).await?;
        let due = wrapup.opened_at.map(|opened| opened.plus_millis((habit.after_ms as f64 / speed) as i64));
        if due.is_some_and(|due| due <= app.around.now()) {
            close(app, tenant, &by, &wrapup, habit).await?;
        }
    }
    Ok(())
}
