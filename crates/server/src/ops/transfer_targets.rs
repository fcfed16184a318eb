//! `transfer_targets`: whom an agent may hand a call to without knowing a number: colleagues, with what they are doing, and
//! the ring groups that have a number. Anybody else is dialled.

use super::{OpError, users};
use crate::app::{App, Tenant};
use crate::view::{TargetAgentView, TargetGroupView, TransferTargetsView, word};
use domain::id::AgentKey;

/// Most colleagues that are listed, by name; whoever is not is dialled.
const MAX_LISTED: usize = 1_000;

/// The targets for an agent.
///
/// # Errors
/// The store cannot read.
pub async fn transfer_targets(
    app: &App,
    tenant: &Tenant,
    asker: &AgentKey,
) -> Result<TransferTargetsView, OpError> {
    let colleagues = users::colleagues(app, tenant).await?;
    let agents = colleagues.into_iter().filter_map(|user| Some((AgentKey(user.agent?), user.name)));
    let agents = agents.filter(|(agent, _)| agent != asker).take(MAX_LISTED);
    let agents = agents.map(|(agent, name)| {
        let state = app.hub.last_recorded(tenant.id, &agent).map(|(state, _)| word(&state));
        TargetAgentView { agent: agent.0, name, state }
    });
    let rules = tenant.rules();
    let groups = rules.centre.ring_groups.iter().filter_map(|group| {
        let number = group.numbers.first()?.clone();
        Some(TargetGroupView { key: group.key.clone(), name: group.name.clone(), number })
    });
    Ok(TransferTargetsView { agents: agents.collect(), ring_groups: groups.collect() })
}
