//! Closing a wrap-up of the demo as its agent is in the habit of, by the operations that a person would use.

use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::submit_scene::Submitter;
use crate::ops::{do_not_log, log, lookup};
use domain::matching::MatchKind;
use domain::relate::{CaseChoice, View};
use domain::wrapup::submit::LogRequest;
use domain::wrapup::{PartyChoice, Wrapup};
use sandbox::DEMO_SEED;
use sandbox::habits::{Closing, Press, closing};
use std::sync::Arc;

/// How the agent of this wrap-up closes it.
pub(super) async fn habit(app: &App, tenant: &Arc<Tenant>, wrapup: &Wrapup) -> Result<Closing, OpError> {
    let call = app.store.call(tenant.id, wrapup.call).await?.ok_or(OpError::NotFound)?;
    let sets = app.store.dispositions(tenant.id).await?;
    Ok(closing(DEMO_SEED, wrapup.key, &call, &sets))
}

/// Closes it so.
pub(super) async fn close(
    app: &App,
    tenant: &Arc<Tenant>,
    by: &Submitter,
    wrapup: &Wrapup,
    habit: Closing,
) -> Result<(), OpError> {
    let revision = wrapup.draft.revision;
    match habit.press {
        Press::Log { code, notes } => {
            let mut moment = app.store.snapshot(tenant.id).await?;
            let call = moment.call(wrapup.call).await?.ok_or(OpError::NotFound)?;
            let (_, matched) = lookup::match_call(&mut *moment, tenant, &call).await?;
            drop(moment);
            let candidate = matched.hits.get(habit.candidate % matched.hits.len().max(1));
            let party = candidate
                .filter(|_| matched.kind == MatchKind::Many)
                .map(|hit| PartyChoice::Existing { person: hit.person.id });
            let request = LogRequest {
                revision,
                code,
                notes,
                party,
                shown: None,
                case: CaseChoice::ByItself,
                view: View::NoConsole,
            };
            log::log(app, tenant, by, wrapup.key, &request).await?;
        }
        Press::DoNotLog(reason) => {
            do_not_log::do_not_log(app, tenant, by, wrapup.key, revision, reason).await?;
        }
    }
    Ok(())
}
