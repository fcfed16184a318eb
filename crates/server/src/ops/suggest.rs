//! `suggest`: which codes the notes and the call speak for, among those that its wrap-up may get. Nothing is chosen or
//! written by it, and what it says of why are words of the very notes that were sent.

use super::ring_groups::CodeGround;
use super::suggest_learn::facts;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use domain::activity::Activity;
use domain::call::CallRecord;
use domain::disposition::on_offer;
use domain::id::{AgentKey, CodeId, EngagementKey};
use domain::suggest::Suggestion;
use domain::wrapup::MAX_NOTES_CHARS;

/// The codes for a wrap-up that the agent owes or will owe, the best first; none where they are off or little was learnt, nor
/// for one that is submitted: another of the agent's windows may ask while it is.
///
/// # Errors
/// It is not there or another agent's; the notes are too long; the store cannot read.
pub async fn suggest(
    app: &App,
    tenant: &Tenant,
    agent: &AgentKey,
    key: EngagementKey,
    notes: &str,
) -> Result<Vec<Suggestion>, OpError> {
    if notes.chars().count() > MAX_NOTES_CHARS {
        return Err(OpError::invalid("notes", FieldFault::TooLong));
    }
    let Some((call, activity)) = call_of(app, tenant, agent, key).await? else { return Ok(Vec::new()) };
    let rules = tenant.rules();
    let Some(learnt) = app.suggestions.of(tenant.id).filter(|_| rules.centre.suggests_codes()) else {
        return Ok(Vec::new());
    };
    let sets = app.store.dispositions(tenant.id).await?;
    let ground = CodeGround::of(app, tenant, &rules, &sets, &call, Some(agent));
    let Some(offer) = on_offer(&sets, &ground.scope()) else { return Ok(Vec::new()) };
    let codes = offer.sets.iter().flat_map(|set| set.open_codes(ground.today));
    let codes: Vec<CodeId> = codes.map(|code| code.id).collect();
    let facts = facts(&call, activity.as_ref(), &tenant.settings.zone());
    Ok(learnt.history.suggest(&codes, notes, &facts))
}

/// The call that a wrap-up is of, or will be; `None`: it is submitted.
async fn call_of(
    app: &App,
    tenant: &Tenant,
    agent: &AgentKey,
    key: EngagementKey,
) -> Result<Option<(CallRecord, Option<Activity>)>, OpError> {
    let mut moment = app.store.snapshot(tenant.id).await?;
    if let Some(wrapup) = moment.wrapup(key).await? {
        if wrapup.agent != *agent {
            return Err(OpError::Forbidden);
        }
        if wrapup.submitted() {
            return Ok(None);
        }
        let row = moment.activity(wrapup.call).await?.ok_or(OpError::NotFound)?;
        return Ok(Some((row.call, Some(row.activity))));
    }
    let live = moment.live_calls(agent).await?;
    let own = |call: &CallRecord| call.engagement(key).is_some_and(|part| part.agent == *agent);
    let call = live.into_iter().find(own).ok_or(OpError::NotFound)?;
    let activity = moment.activity(call.key).await?.map(|row| row.activity);
    Ok(Some((call, activity)))
}
