//! `release`: a supervisor frees an agent from a wrap-up, or the agent puts it aside; it stays owed. The phone system's pauses follow from what
//! is stored ([`crate::worker::duty`]).

use super::submit_scene::Submitter;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use domain::commit::Commit;
use domain::id::{AuditId, EngagementKey, UserId};
use domain::wrapup::Wrapup;
use domain::wrapup::release::{self, PutAsideRefused, Release, ReleaseRefused};
use domain::wrapup::submit::SubmitRefused;
use store::CommitError;

/// How often it is tried when the agent saved their draft, or took more time, in between.
const MAX_DECISIONS: usize = 8;

/// Releases; answers the wrap-up as it then is. One that was released before stays as it is.
///
/// # Errors
/// The wrap-up is not there or keeps no calls away, the reason cannot be taken, or the store cannot write.
pub async fn release(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    key: EngagementKey,
    reason: &str,
) -> Result<Wrapup, OpError> {
    for _ in 0..MAX_DECISIONS {
        let before = app.store.wrapup(tenant.id, key).await?.ok_or(OpError::NotFound)?;
        let wanted = Release { by, reason, at: app.around.now(), entry: AuditId(app.around.new_id()) };
        let decided = release::release(&before, &wanted).map_err(|refused| match refused {
            ReleaseRefused::ReasonEmpty => OpError::invalid("reason", FieldFault::Empty),
            ReleaseRefused::ReasonTooLong => OpError::invalid("reason", FieldFault::TooLong),
            ReleaseRefused::NotDue => OpError::Refused(SubmitRefused::NotDue),
            ReleaseRefused::NothingToRelease => OpError::NothingToRelease,
        })?;
        let Some((after, preconditions, changes)) = decided else { return Ok(before) };
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(number) => {
                app.hub.changed(tenant.id, [&after.agent], number);
                return Ok(after);
            }
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the wrap-up changes faster than it can be released".to_owned()))
}

/// Leaves a wrap-up for later, where the settings let its agent; answers it as it then is. What waits already stays as it is.
///
/// # Errors
/// It is not there, another agent's, not due or closed; agents put nothing aside; as many wait as may; or the store cannot
/// write.
pub async fn put_aside(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
) -> Result<Wrapup, OpError> {
    for _ in 0..MAX_DECISIONS {
        let (before, owed) = {
            let mut moment = app.store.snapshot(tenant.id).await?;
            let before = moment.wrapup(key).await?.ok_or(OpError::NotFound)?;
            (before, moment.open_wrapups(&by.agent).await?)
        };
        if before.agent != by.agent {
            return Err(OpError::Forbidden);
        }
        let (policy, now) = (&tenant.rules().centre.inbox, app.around.now());
        let decided =
            release::put_aside(&before, &owed, policy, (by.user, now)).map_err(|refused| match refused {
                PutAsideRefused::NotAllowed => OpError::Forbidden,
                PutAsideRefused::InboxFull => OpError::InboxFull,
                PutAsideRefused::NotDue => OpError::Refused(SubmitRefused::NotDue),
                PutAsideRefused::NothingToRelease => OpError::NothingToRelease,
            })?;
        let Some((after, preconditions, changes)) = decided else { return Ok(before) };
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(number) => {
                app.hub.changed(tenant.id, [&after.agent], number);
                return Ok(after);
            }
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the wrap-up changes faster than it can be put aside".to_owned()))
}
