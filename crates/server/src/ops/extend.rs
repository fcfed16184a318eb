//! `extend`: more time for a wrap-up, as often as the settings allow.

use super::OpError;
use super::submit_scene::Submitter;
use crate::app::{App, Tenant};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{At, EngagementKey};
use domain::wrapup::submit::SubmitRefused;
use domain::wrapup::timer::{self, ExtensionRefused};
use store::CommitError;

/// How often it is tried when the draft was saved in between.
const MAX_DECISIONS: usize = 4;

/// Extends; answers when the time is up now.
///
/// # Errors
/// The wrap-up is not there or another agent's, cannot be extended, or the store cannot write.
pub async fn extend(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
) -> Result<Option<At>, OpError> {
    for _ in 0..MAX_DECISIONS {
        let wrapup = app.store.wrapup(tenant.id, key).await?.ok_or(OpError::NotFound)?;
        if wrapup.agent != by.agent {
            return Err(OpError::Forbidden);
        }
        let policy = tenant.rules().centre.acw.clone();
        let after = timer::extend(&wrapup, &policy).map_err(|refused| match refused {
            ExtensionRefused::NotOpen => OpError::Refused(SubmitRefused::NotDue),
            ExtensionRefused::NoMore => OpError::NoMoreTime,
        })?;
        let deadline = policy.deadline_of(&after);
        let commit = Commit {
            tenant: tenant.id,
            preconditions: vec![Precondition::wrapup(&wrapup)],
            changes: vec![Change::Wrapup(Box::new(after))],
        };
        match app.store.commit(commit).await {
            Ok(number) => {
                app.hub.changed(tenant.id, [&by.agent], number);
                return Ok(deadline);
            }
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the wrap-up changes faster than it can be extended".to_owned()))
}
