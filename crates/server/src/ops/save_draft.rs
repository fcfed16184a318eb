//! `save_draft`: what the agent has entered so far, kept by the server. It may begin while the call rings or
//! is on (P1).

use super::submit_scene::{Submitter, json};
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::DraftView;
use domain::commit::{Change, Commit, Precondition};
use domain::id::{CallKey, CodeId, EngagementKey};
use domain::relate::CaseChoice;
use domain::wrapup::{Draft, MAX_NOTES_CHARS, PartyChoice, Wrapup};
use store::CommitError;

/// How often saving is tried when the call or another tab moved in between.
const MAX_DECISIONS: usize = 4;

/// What is entered.
#[derive(Clone, Debug)]
pub struct DraftRequest {
    /// The revision it was entered on.
    pub revision: u64,
    /// The code.
    pub code: Option<CodeId>,
    /// The notes.
    pub notes: String,
    /// The person.
    pub party: Option<PartyChoice>,
    /// What was said about the Case.
    pub case: CaseChoice,
}

/// Saves; answers the new revision.
///
/// # Errors
/// The wrap-up is not there, another agent's or closed; the draft was changed meanwhile; the notes are too long.
pub async fn save_draft(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    request: DraftRequest,
) -> Result<u64, OpError> {
    if request.notes.chars().count() > MAX_NOTES_CHARS {
        return Err(OpError::invalid("notes", FieldFault::TooLong));
    }
    for _ in 0..MAX_DECISIONS {
        let before = current(app, tenant, by, key).await?;
        let unchanged = before.draft.code == request.code
            && before.draft.notes == request.notes
            && before.draft.party == request.party
            && before.draft.case == request.case;
        if unchanged && !before.submitted() {
            return Ok(before.draft.revision);
        }
        if before.submitted() || before.draft.revision != request.revision {
            return Err(OpError::Stale { current: json(&DraftView::from(&before.draft)) });
        }
        let revision = request.revision + 1;
        let draft = Draft {
            revision,
            code: request.code,
            notes: request.notes.clone(),
            party: request.party.clone(),
            case: request.case,
        };
        let commit = Commit {
            tenant: tenant.id,
            preconditions: vec![Precondition::wrapup(&before)],
            changes: vec![Change::Wrapup(Box::new(Wrapup { draft, ..before }))],
        };
        match app.store.commit(commit).await {
            Ok(number) => {
                app.hub.shown(tenant.id, &by.agent, number);
                return Ok(revision);
            }
            // The call ended in between, or another tab saved: look again which of the two.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the draft changes faster than it can be saved".to_owned()))
}

/// The wrap-up as it is, or as it would begin for an engagement that still lives. Both are looked for at one
/// moment: between two reads the call may end, and then it is in neither.
async fn current(app: &App, tenant: &Tenant, by: &Submitter, key: EngagementKey) -> Result<Wrapup, OpError> {
    let mut moment = app.store.snapshot(tenant.id).await?;
    if let Some(wrapup) = moment.wrapup(key).await? {
        return if wrapup.agent == by.agent { Ok(wrapup) } else { Err(OpError::Forbidden) };
    }
    let live = moment.live_calls(&by.agent).await?;
    let call: CallKey = live
        .iter()
        .find(|call| call.engagement(key).is_some_and(|part| part.agent == by.agent))
        .map(|call| call.key)
        .ok_or(OpError::NotFound)?;
    Ok(Wrapup::new(key, call, by.agent.clone()))
}
