//! `hang_up`: ends the agent's own part of a call. What becomes of the rest is the phone system's to say.

use super::submit_scene::Submitter;
use super::{OpError, dial};
use crate::app::{App, Tenant};
use domain::id::EngagementKey;
use telephony::ami::actions::hang_up as action;

/// Hangs up.
///
/// # Errors
/// The agent has no such call, or their phone system cannot be told.
pub async fn hang_up(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    engagement: EngagementKey,
) -> Result<(), OpError> {
    let live = app.store.live_calls(tenant.id, &by.agent).await?;
    let own = live.iter().filter_map(|call| call.engagement(engagement));
    let own = own.filter(|part| part.agent == by.agent && part.ended_at.is_none()).count();
    if own == 0 {
        return Err(OpError::NotFound);
    }
    let source = dial::phone_of(app, tenant, &by.agent)?.source;
    let channel = app.phones.channel(tenant.id, source, &by.agent).ok_or(OpError::NotFound)?;
    let action = action(&channel).map_err(|bad| OpError::Internal(bad.to_string()))?;
    app.phones.tell(tenant.id, source, action).map_err(|_| OpError::PhoneUnreachable)?;
    app.hub.dial_given_up(tenant.id, &by.agent, engagement);
    Ok(())
}
