//! What agents say of themselves: available, or away and why.

use super::submit_scene::Submitter;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use domain::commit::{Change, Commit, Precondition};
use domain::duty::{AgentMode, MAX_AWAY_CHARS, Mode};
use store::CommitError;

/// How often it is tried when another tab said something in between.
const MAX_DECISIONS: usize = 4;

/// Takes it down.
///
/// # Errors
/// The reason cannot be taken, or the store cannot write.
pub async fn set(app: &App, tenant: &Tenant, by: &Submitter, mode: Mode) -> Result<(), OpError> {
    if let Mode::Away { reason } = &mode {
        let known =
            tenant.rules().centre.away_reasons.iter().any(|one| one.es == *reason || one.en == *reason);
        let needed = !tenant.rules().centre.away_reasons.is_empty();
        if !known && (needed || !reason.is_empty()) {
            let long = reason.chars().count() > MAX_AWAY_CHARS;
            return Err(OpError::invalid(
                "reason",
                if long { FieldFault::TooLong } else { FieldFault::Unknown },
            ));
        }
    }
    for _ in 0..MAX_DECISIONS {
        let before = app.store.mode(tenant.id, &by.agent).await?;
        if before.mode == mode {
            return Ok(());
        }
        let after = AgentMode {
            agent: by.agent.clone(),
            mode: mode.clone(),
            since: app.around.now(),
            version: before.version + 1,
        };
        let commit = Commit {
            tenant: tenant.id,
            preconditions: vec![Precondition::ModeVersion {
                agent: by.agent.clone(),
                version: before.version,
            }],
            changes: vec![Change::Mode(Box::new(after))],
        };
        match app.store.commit(commit).await {
            Ok(number) => {
                app.hub.busy(tenant.id, [&by.agent]);
                app.hub.changed(tenant.id, [&by.agent], number);
                return Ok(());
            }
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("what the agent says changes faster than it can be stored".to_owned()))
}
