//! Has reports mailed when they are due. What is due and what became of it is in the store, so a restart goes on with it;
//! what is done is [`crate::ops::report_mail`]'s.

use super::source::told;
use crate::app::{App, Tenant};
use crate::mail::Mailer;
use crate::ops::OpError;
use crate::ops::report_mail::{note_due, send_due};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How often it is looked for what is due: two reads, where nothing is.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Mails until `stop`. One that is under way then is sent again after the next start, by the same id.
pub async fn run(
    app: Arc<App>,
    tenant: Arc<Tenant>,
    mailer: Option<Mailer>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            () = told(&mut stop) => return,
            done = look(&app, &tenant, mailer.as_ref()) => if let Err(error) = done {
                tracing::warn!(%error, "reports that are due could not be looked for; it is tried again");
            },
        }
        tokio::select! {
            () = told(&mut stop) => return,
            () = app.report_mails.notified() => {}
            () = sleep_until(Instant::now() + LOOK_EVERY) => {}
        }
    }
}

async fn look(app: &App, tenant: &Tenant, mailer: Option<&Mailer>) -> Result<(), OpError> {
    note_due(app, tenant).await?;
    send_due(app, tenant, mailer).await
}
