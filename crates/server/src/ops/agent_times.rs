//! `agent_times`: how long each agent was in each state over some days, from the history that is kept of them. It is read
//! a page at a time, and between two pages whoever else waits for the same connection is served.

use super::OpError;
use super::report::ReportDays;
use crate::app::{App, Tenant};
use domain::commit::AgentStateEntry;
use domain::id::{AgentKey, At};
use domain::state_time::{StateClock, StateTimes};

/// Most days over which times are summed up: a history has hundreds of entries a day and agent.
pub const MAX_TIME_DAYS: i32 = 31;

/// The times of some agents.
#[derive(Debug)]
pub struct AgentTimes {
    /// Until when they are summed up: the end of the days, or now.
    pub as_of: At,
    /// By the agent's name.
    pub agents: Vec<TimesOfAgent>,
}

/// The times of an agent.
#[derive(Debug)]
pub struct TimesOfAgent {
    /// The agent.
    pub agent: AgentKey,
    /// What they are called.
    pub name: String,
    /// How long they were in each state.
    pub times: StateTimes,
    /// What they do now; `None`: the days are over, or nothing is known of them.
    pub now: Option<AgentStateEntry>,
}

/// Sums up, over days that are no more than [`MAX_TIME_DAYS`], the times of all agents or of one.
///
/// # Errors
/// The store cannot read.
pub async fn agent_times(
    app: &App,
    tenant: &Tenant,
    days: &ReportDays,
    only: Option<&AgentKey>,
) -> Result<AgentTimes, OpError> {
    let now = app.around.now();
    let (from, as_of) = (days.begin, days.end.min(now));
    let names = app.store.agent_names(tenant.id).await?;
    let mut agents = Vec::new();
    for (agent, name) in names.iter() {
        if only.is_some_and(|only| only != agent) {
            continue;
        }
        let (times, last) = times_of(app, tenant, agent, from, as_of).await?;
        let now = last.filter(|_| as_of == now);
        agents.push(TimesOfAgent { agent: agent.clone(), name: name.clone(), times, now });
    }
    agents.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.agent.cmp(&b.agent)));
    Ok(AgentTimes { as_of, agents })
}

/// The times of an agent, and what they did last.
async fn times_of(
    app: &App,
    tenant: &Tenant,
    agent: &AgentKey,
    from: At,
    until: At,
) -> Result<(StateTimes, Option<AgentStateEntry>), OpError> {
    let mut clock = StateClock::new(from, until);
    let mut next = from;
    loop {
        // A page begins with what they did at its beginning: of all pages but the first that is known.
        let page = app.store.agent_history(tenant.id, agent, next, until).await?;
        let known = clock.last().cloned();
        let new: Vec<AgentStateEntry> = page
            .into_iter()
            .filter(|entry| known.as_ref().is_none_or(|last| entry.since > last.since))
            .collect();
        let Some(last) = new.last().map(|entry| entry.since) else {
            return Ok((clock.end(), known));
        };
        new.into_iter().for_each(|entry| clock.add(entry));
        next = last.max(from);
    }
}
