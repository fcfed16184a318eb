//! What Log and Do not log rest on, read together; and the loop that decides again when something moved
//! between reading and writing.

use super::{OpError, lookup, read_activity};
use crate::app::{App, Tenant};
use crate::view::{DraftView, MatchView};
use domain::activity::Activity;
use domain::call::CallRecord;
use domain::commit::Precondition;
use domain::disposition::DispositionSet;
use domain::id::{AgentKey, EngagementKey, PersonId, UserId};
use domain::matching::Match;
use domain::phone::OtherParty;
use domain::wrapup::Wrapup;
use domain::wrapup::submit::{Scene, SubmitRefused, Submitted};
use std::sync::Arc;
use store::CommitError;

/// How often a decision is made anew when what it rested on moved under it. Each time somebody else got
/// ahead, so this many in a row are many.
const MAX_DECISIONS: usize = 8;

/// Who submits.
#[derive(Clone, Debug)]
pub struct Submitter {
    /// The user.
    pub user: UserId,
    /// The agent they are.
    pub agent: AgentKey,
}

/// What was read.
struct Read {
    wrapup: Wrapup,
    call: CallRecord,
    wrapups: Vec<Wrapup>,
    activity: Activity,
    number: OtherParty,
    matched: Match,
    sets: Arc<Vec<DispositionSet>>,
}

/// Decides by `decide` and commits, again where something moved; answers the Activity as it then is.
///
/// # Errors
/// The wrap-up is not there or another agent's, a rule refuses it, or the store cannot write.
pub async fn submit(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    decide: impl Fn(&Scene<'_>) -> Result<Submitted, SubmitRefused>,
) -> Result<crate::view::ActivityView, OpError> {
    for _ in 0..MAX_DECISIONS {
        let read = read(app, tenant, by, key).await?;
        let scene = Scene {
            tenant: tenant.id,
            wrapup: &read.wrapup,
            call: &read.call,
            wrapups: &read.wrapups,
            activity: &read.activity,
            number: &read.number,
            matched: &read.matched,
            region: tenant.settings.region,
            sets: &read.sets,
            codes_enabled: tenant.settings.codes_enabled,
            auto_create: tenant.settings.auto_create,
            user: by.user,
            now: app.around.now(),
            new_person: PersonId(app.around.new_id()),
        };
        let commit = match decide(&scene) {
            Ok(Submitted::Already) => return read_activity::read_activity(app, tenant, read.call.key).await,
            Ok(Submitted::Now(commit)) => commit,
            // Read in pieces: the same submit, a moment ago, may lie between them, and it answers the same.
            Err(_) if app.store.wrapup(tenant.id, key).await?.as_ref() != Some(&read.wrapup) => continue,
            Err(refused) => return Err(explain_refusal(app, tenant, &read, refused).await?),
        };
        let preconditions = commit.preconditions.clone();
        match app.store.commit(*commit).await {
            Ok(number) => {
                app.hub.changed(tenant.id, [&by.agent], number);
                return read_activity::read_activity(app, tenant, read.call.key).await;
            }
            Err(CommitError::Refused { index }) => {
                if let Some(Precondition::PersonExists { .. }) = preconditions.get(index) {
                    return Err(match_moved("party_gone", tenant, &read.matched));
                }
                // Somebody was faster with the wrap-up, the number or the call: see what is there now.
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the call changes faster than it can be logged".to_owned()))
}

async fn read(app: &App, tenant: &Tenant, by: &Submitter, key: EngagementKey) -> Result<Read, OpError> {
    let wrapup = app.store.wrapup(tenant.id, key).await?.ok_or(OpError::NotFound)?;
    if wrapup.agent != by.agent {
        return Err(OpError::Forbidden);
    }
    let row = app.store.activity(tenant.id, wrapup.call).await?;
    let row = row.ok_or_else(|| OpError::Internal(format!("wrap-up {key} has no Activity")))?;
    let several = row.call.engagements.iter().filter(|part| part.wrapup).count() > 1;
    let wrapups =
        if several { app.store.wrapups_of_call(tenant.id, wrapup.call).await? } else { vec![wrapup.clone()] };
    let (number, matched) = lookup::match_call(app.store.as_ref(), tenant, &row.call).await?;
    let sets = app.store.dispositions(tenant.id).await?;
    Ok(Read { wrapup, call: row.call, wrapups, activity: row.activity, number, matched, sets })
}

async fn explain_refusal(
    app: &App,
    tenant: &Tenant,
    read: &Read,
    refused: SubmitRefused,
) -> Result<OpError, OpError> {
    Ok(match refused {
        SubmitRefused::StaleRevision => {
            OpError::Stale { current: json(&DraftView::from(&read.wrapup.draft)) }
        }
        SubmitRefused::ClosedDifferently => {
            let activity = read_activity::read_activity(app, tenant, read.call.key).await?;
            OpError::ClosedDifferently { activity: json(&activity) }
        }
        SubmitRefused::MatchChanged => match_moved("match_changed", tenant, &read.matched),
        refused => OpError::Refused(refused),
    })
}

fn match_moved(code: &'static str, tenant: &Tenant, matched: &Match) -> OpError {
    OpError::MatchMoved { code, current: json(&MatchView::of(matched, tenant.settings.auto_create)) }
}

/// A view as a value; views are plain data and always become one.
pub(super) fn json<T: serde::Serialize>(view: &T) -> Box<serde_json::Value> {
    Box::new(serde_json::to_value(view).unwrap_or_default())
}
