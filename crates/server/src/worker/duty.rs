//! What follows for agents from what was committed: their history, the phone system's pauses (P12) and the end of
//! a wrap-up's time. It looks at what is stored and does what is missing, so a restart or a lost connection is
//! made good by looking again; there is nothing to be repeated.

use super::source::told;
use crate::app::{App, Tenant};
use crate::ops::panel::state_of;
use crate::settings::{PauseFrom, SourceKind};
use domain::commit::{AgentStateEntry, Change, Commit};
use domain::duty::Duty;
use domain::id::AgentKey;
use domain::wrapup::timer::{expire, is_late};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use store::{CommitError, ReadError};
use telephony::ami::actions::queue_pause;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often every agent is looked at though nobody told of a change: time alone changes things, and an action
/// that the phone system did not take is told again.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// In how many parts: looking at hundreds of agents at one go would hold up the panels for as long.
const PARTS: usize = 20;

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Works until `stop`.
pub async fn run(app: Arc<App>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let changed = app.hub.agents_changed(tenant.id);
    let mut due = interval(LOOK_EVERY / PARTS as u32);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let parts = parts_of(&tenant);
    let mut turn = parts.iter().cycle();
    loop {
        let agents = tokio::select! {
            _ = due.tick() => turn.next().cloned().unwrap_or_default(),
            agents = changed.take() => agents,
            () = told(&mut stop) => return,
        };
        if let Err(error) = look_at(&app, &tenant, &agents).await {
            tracing::warn!(%error, "agents could not be looked at; they are again");
        }
    }
}

/// Every agent that a phone system of the tenant knows, in [`PARTS`] parts.
fn parts_of(tenant: &Tenant) -> Vec<BTreeSet<AgentKey>> {
    let sources = tenant.settings.sources.iter();
    let all: BTreeSet<AgentKey> =
        sources.flat_map(|source| source.endpoints.agents.keys().cloned().map(AgentKey)).collect();
    let mut parts = vec![BTreeSet::new(); PARTS];
    for (nth, agent) in all.into_iter().enumerate() {
        parts[nth % PARTS].insert(agent);
    }
    parts
}

/// Queues are told of every agent before anything is written: a caller may be looking for one of them right now.
async fn look_at(app: &App, tenant: &Arc<Tenant>, agents: &BTreeSet<AgentKey>) -> Result<(), Failed> {
    let mut duties = Vec::new();
    for agent in agents {
        let duty = state_of(app, tenant, agent).await?;
        tell_phones(app, tenant, agent, &duty);
        app.hub.remind_of_dial(tenant.id, agent, app.around.now());
        duties.push((agent, duty));
        // None of these reads waits for anything: without this, whoever shares the thread would.
        tokio::task::yield_now().await;
    }
    record(app, tenant, &duties).await?;
    for agent in agents {
        expire_due(app, tenant, agent).await?;
    }
    Ok(())
}

fn tell_phones(app: &App, tenant: &Tenant, agent: &AgentKey, duty: &Duty) {
    for source in &tenant.settings.sources {
        let wanted = match &source.kind {
            SourceKind::Ami(ami) if ami.pause_from == PauseFrom::End => duty.paused_once_over,
            _ => duty.paused,
        };
        for telling in app.phones.tellings(tenant.id, &source.name, agent, wanted) {
            let reason = telling.pause.map_or("", |pause| pause.code());
            let action = queue_pause(&telling.queue, &telling.interface, telling.pause.is_some(), reason);
            let told = action.map(|action| app.phones.tell(tenant.id, &source.name, action));
            if !matches!(told, Ok(Ok(()))) {
                tracing::warn!(%agent, source = source.name, "a queue could not be told; it is tried again");
            }
        }
    }
}

/// What they are doing now goes into their histories, where it is not there already.
async fn record(app: &App, tenant: &Tenant, duties: &[(&AgentKey, Duty)]) -> Result<(), Failed> {
    let state = |duty: &Duty| (duty.state, duty.reason.clone());
    let news: Vec<&(&AgentKey, Duty)> = duties
        .iter()
        .filter(|(agent, duty)| app.hub.last_recorded(tenant.id, agent).as_ref() != Some(&state(duty)))
        .collect();
    if news.is_empty() {
        return Ok(());
    }
    let now = app.around.now();
    let entry = |(agent, duty): &&(&AgentKey, Duty)| {
        Change::AgentState(Box::new(AgentStateEntry {
            agent: (*agent).clone(),
            state: duty.state,
            reason: duty.reason.clone(),
            since: duty.since.unwrap_or(now),
        }))
    };
    app.store.commit(Commit::of(tenant.id, news.iter().map(entry).collect())).await?;
    for (agent, duty) in news {
        if duty.since.is_none() {
            // After a start they may have been free for long: what is stored says since when.
            let history = app.store.agent_history(tenant.id, agent, now, now.plus_millis(1)).await?;
            app.hub.free_since(tenant.id, agent, history.last().map_or(now, |entry| entry.since));
        }
        app.hub.recorded(tenant.id, agent, state(duty));
        app.hub.floors.changed(tenant.id);
    }
    Ok(())
}

/// Ends the time of the agent's wrap-ups whose time is up, as the settings say.
async fn expire_due(app: &App, tenant: &Tenant, agent: &AgentKey) -> Result<(), Failed> {
    let policy = tenant.rules().centre.acw.clone();
    if policy.seconds.is_none() {
        return Ok(());
    }
    for wrapup in app.store.open_wrapups(tenant.id, agent).await? {
        let now = app.around.now();
        if !is_late(&wrapup, &policy, now) {
            continue;
        }
        let Some(row) = app.store.activity(tenant.id, wrapup.call).await? else { continue };
        let wrapups = app.store.wrapups_of_call(tenant.id, wrapup.call).await?;
        let (preconditions, changes) = expire(&wrapup, &row.call, &wrapups, &row.activity, &policy, now);
        if changes.is_empty() {
            continue;
        }
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(number) => app.hub.changed(tenant.id, [agent], number),
            // The agent was faster: there is nothing to end any more, or it is looked at again.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
