//! Several wrap-ups submitted at once: those that pile up in an agent's inbox, by that agent. Each is submitted as if it were
//! alone, with what was entered in it; one that cannot be stays, and says why. Nobody sums up a call that they did not have (P1).

use super::progress::Progress;
use super::submit_scene::Submitter;
use super::{FieldFault, OpError, do_not_log, log};
use crate::app::{App, Tenant};
use crate::view::FinishedView;
use domain::id::{CodeId, EngagementKey};
use domain::relate::View;
use domain::wrapup::Wrapup;
use domain::wrapup::submit::LogRequest;
use std::collections::BTreeSet;

/// Most wrap-ups that are submitted at once.
pub const MAX_AT_ONCE: usize = 200;

/// How they are submitted.
#[derive(Clone, Debug)]
pub enum Finish {
    /// With this code where none was picked, and these notes where there are none.
    Log {
        /// The code.
        code: Option<CodeId>,
        /// The notes.
        notes: String,
    },
    /// Not logged, for this reason.
    DoNotLog {
        /// The id of one of the centre's.
        reason: Option<String>,
    },
}

/// Submits them, one after the other in the order given; answers what became of each.
///
/// # Errors
/// None or too many are named, or the store cannot read or write; what was submitted by then is.
pub async fn finish_many(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    (keys, finish): (&[EngagementKey], &Finish),
    progress: &Progress,
) -> Result<Vec<FinishedView>, OpError> {
    let mut seen = BTreeSet::new();
    let keys: Vec<EngagementKey> = keys.iter().copied().filter(|key| seen.insert(*key)).collect();
    if keys.is_empty() {
        return Err(OpError::invalid("wrapups", FieldFault::Empty));
    }
    if keys.len() > MAX_AT_ONCE {
        return Err(OpError::invalid("wrapups", FieldFault::TooLong));
    }
    let mut finished = Vec::new();
    for key in &keys {
        let refused = match one(app, tenant, by, *key, finish).await {
            Ok(()) => None,
            Err(error @ (OpError::Unavailable(_) | OpError::Internal(_))) => return Err(error),
            Err(error) => Some(error.code().0.to_owned()),
        };
        finished.push(FinishedView { id: key.0, refused });
        progress.counted(finished.len(), keys.len());
    }
    Ok(finished)
}

async fn one(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    finish: &Finish,
) -> Result<(), OpError> {
    let wrapup = app.store.wrapup(tenant.id, key).await?.ok_or(OpError::NotFound)?;
    if wrapup.agent != by.agent {
        return Err(OpError::Forbidden);
    }
    // Whoever asks again because an answer was lost has nothing left to do with what is done.
    if wrapup.submitted() {
        return Ok(());
    }
    match finish {
        Finish::Log { code, notes } => {
            log::log(app, tenant, by, key, &request(&wrapup, *code, notes)).await?;
        }
        Finish::DoNotLog { reason } => {
            let revision = wrapup.draft.revision;
            do_not_log::do_not_log(app, tenant, by, key, revision, reason.as_deref()).await?;
        }
    }
    Ok(())
}

fn request(wrapup: &Wrapup, code: Option<CodeId>, notes: &str) -> LogRequest {
    let draft = &wrapup.draft;
    let typed = draft.notes.trim();
    LogRequest {
        revision: draft.revision,
        code: draft.code.or(code),
        notes: if typed.is_empty() { notes.to_owned() } else { draft.notes.clone() },
        party: draft.party.clone(),
        shown: None,
        case: draft.case,
        // What is on the screen of who finishes many has to do with none of them.
        view: View::Other,
    }
}
