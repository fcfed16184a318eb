//! Does what imports are to do: looks at their rows, or writes their calls; and compares files of phone systems with what is known. How far each is, is in the store, so a restart goes on
//! with it.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::completeness::files;
use crate::ops::imports::{check::check, file, list, run};
use domain::import::ImportState;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How long it waits after the disk or the store failed.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// Works until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let mut bell = app.imports.hear();
    loop {
        bell.mark_unchanged();
        let worked = tokio::select! {
            worked = work(&app, &tenant) => worked,
            () = told(&mut stop) => return,
        };
        if let Err(error) = worked {
            tracing::warn!(%error, "an import does not go on now; it is tried again");
            if timeout_at(Instant::now() + AGAIN_AFTER, told(&mut stop)).await.is_ok() {
                return;
            }
            continue;
        }
        tokio::select! {
            rung = bell.changed() => if rung.is_err() { return },
            () = told(&mut stop) => return,
        }
    }
}

/// Takes away what was on its way here when the server ended. Nothing may be on its way yet.
///
/// # Errors
/// The disk or the store cannot be read.
pub async fn tidy(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    let kept: Vec<_> = list(app, tenant).await?.into_iter().map(|stored| stored.import.id).collect();
    let folder = file::folder(&app.settings, &tenant.settings.slug);
    let removed =
        file::tidy(&folder, &kept).await.map_err(|error| OpError::Unavailable(error.to_string()))?;
    if removed > 0 {
        tracing::info!(removed, "files that no import has were taken away");
    }
    files::tidy(app, tenant).await
}

/// Does all there is to do, one import after the other, the oldest first, and then compares files of phone systems.
///
/// # Errors
/// The disk or the store cannot read or write.
pub async fn work(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    loop {
        let at_work = list(app, tenant).await?.into_iter().rfind(|stored| stored.import.is_at_work());
        let Some(stored) = at_work else { return files::work(app, tenant).await };
        match stored.import.state {
            ImportState::Checking => check(app, tenant, stored).await?,
            _ => run::run(app, tenant, stored).await?,
        }
    }
}
