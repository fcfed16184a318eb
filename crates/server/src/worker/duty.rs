//! What follows for agents from what was committed: their history, the phone system's pauses (P12) and the end of
//! a wrap-up's time. It looks at what is stored and does what is missing, so a restart or a lost connection is
//! made good by looking again; there is nothing to be repeated.

use super::source::told;
use crate::app::{App, Tenant};
use crate::settings::{PauseFrom, SourceKind};
use domain::centre::AcwPolicy;
use domain::commit::{AgentStateEntry, Change, Commit};
use domain::duty::{Duty, duty};
use domain::id::AgentKey;
use domain::wrapup::Wrapup;
use domain::wrapup::timer::{expire, time_is_up};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use store::{CommitError, ReadError};
use telephony::ami::actions::queue_pause;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often agents are looked at of whom something is awaited though nobody told of a change: time alone changes things,
/// and an action that the phone system did not take is told again.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// In how many parts: looking at hundreds of agents at one go would hold up the panels for as long.
const PARTS: usize = 20;
/// Of whom nothing is awaited is looked at in one of so many rounds: nothing should have changed that was not told.
const QUIET_ROUNDS: usize = 10;
/// Longer than it takes until their next turn.
const QUIET_MS: i64 = 1_500 * QUIET_ROUNDS as i64;

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
    let mut rota = Rota::of(&tenant);
    loop {
        let agents = tokio::select! {
            _ = due.tick() => rota.next_turn(),
            agents = changed.take() => agents,
            () = told(&mut stop) => return,
        };
        match look_at(&app, &tenant, &agents).await {
            Ok(awaited) => rota.looked_at(&agents, awaited),
            Err(error) => {
                tracing::warn!(%error, "agents could not be looked at; they are again");
                rota.looked_at(&agents, agents.clone());
            }
        }
    }
}

/// Whose turn it is to be looked at.
struct Rota {
    /// Every agent that a phone system of the tenant knows, in [`PARTS`] parts.
    parts: Vec<BTreeSet<AgentKey>>,
    /// Agents of whom something is awaited.
    awaited: BTreeSet<AgentKey>,
    turn: usize,
}

impl Rota {
    /// Of everybody something is awaited at first: nobody was looked at yet.
    fn of(tenant: &Tenant) -> Rota {
        let sources = tenant.settings.sources.iter();
        let all: BTreeSet<AgentKey> =
            sources.flat_map(|source| source.endpoints.agents.keys().cloned().map(AgentKey)).collect();
        let mut parts = vec![BTreeSet::new(); PARTS];
        for (nth, agent) in all.iter().enumerate() {
            parts[nth % PARTS].insert(agent.clone());
        }
        Rota { parts, awaited: all, turn: 0 }
    }

    fn next_turn(&mut self) -> BTreeSet<AgentKey> {
        let part = &self.parts[self.turn % PARTS];
        let round = self.turn / PARTS;
        self.turn = (self.turn + 1) % (PARTS * QUIET_ROUNDS);
        let has_turn =
            |(nth, agent): &(usize, &AgentKey)| nth % QUIET_ROUNDS == round || self.awaited.contains(*agent);
        part.iter().enumerate().filter(has_turn).map(|(_, agent)| agent.clone()).collect()
    }

    fn looked_at(&mut self, agents: &BTreeSet<AgentKey>, awaited: BTreeSet<AgentKey>) {
        for agent in agents.difference(&awaited) {
            self.awaited.remove(agent);
        }
        self.awaited.extend(awaited);
    }
}

/// Looks at these agents and does what is missing; answers those of whom something is awaited still. Queues are told of
/// every agent before anything is written: a caller may be looking for one of them right now.
async fn look_at(
    app: &App,
    tenant: &Arc<Tenant>,
    agents: &BTreeSet<AgentKey>,
) -> Result<BTreeSet<AgentKey>, Failed> {
    let (mut duties, mut owing, mut awaited) = (Vec::new(), Vec::new(), BTreeSet::new());
    let policy = tenant.rules().centre.acw.clone();
    // Whose time is up before they have their turn among the quiet ones is not quiet.
    let next_turn = app.around.now().plus_millis(QUIET_MS);
    for agent in agents {
        let (duty, owed) = duty_of(app, tenant, agent).await?;
        let told = tell_phones(app, tenant, agent, &duty);
        let dials = app.hub.remind_of_dial(tenant.id, agent, app.around.now());
        let ending = owed.into_iter().filter(|wrapup| time_is_up(wrapup, &policy, next_turn));
        let before = owing.len();
        owing.extend(ending.map(|wrapup| (agent, wrapup)));
        if told || dials || owing.len() > before {
            awaited.insert(agent.clone());
        }
        duties.push((agent, duty));
        // None of these reads waits for anything: without this, whoever shares the thread would.
        tokio::task::yield_now().await;
    }
    record(app, tenant, &duties).await?;
    for (agent, wrapup) in owing {
        expire_due(app, tenant, agent, wrapup, &policy).await?;
    }
    Ok(awaited)
}

/// What an agent is doing, and the wrap-ups they owe.
async fn duty_of(app: &App, tenant: &Tenant, agent: &AgentKey) -> Result<(Duty, Vec<Wrapup>), ReadError> {
    let rules = tenant.rules();
    let mut moment = app.store.snapshot(tenant.id).await?;
    let live = moment.live_calls(agent).await?;
    let owed = moment.open_wrapups(agent).await?;
    let mode = moment.mode(agent).await?;
    Ok((duty(agent, &live, &owed, &mode, (&rules.centre.inbox, app.around.now())), owed))
}

/// Tells queues what they do not do yet; answers whether there was anything to tell.
fn tell_phones(app: &App, tenant: &Tenant, agent: &AgentKey, duty: &Duty) -> bool {
    let mut any = false;
    for source in &tenant.settings.sources {
        let wanted = match &source.kind {
            SourceKind::Ami(ami) if ami.pause_from == PauseFrom::End => duty.paused_once_over,
            _ => duty.paused,
        };
        for telling in app.phones.tellings(tenant.id, &source.name, agent, wanted) {
            any = true;
            let reason = telling.pause.map_or("", |pause| pause.code());
            let action = queue_pause(&telling.queue, &telling.interface, telling.pause.is_some(), reason);
            let told = action.map(|action| app.phones.tell(tenant.id, &source.name, action));
            if !matches!(told, Ok(Ok(()))) {
                tracing::warn!(%agent, source = source.name, "a queue could not be told; it is tried again");
            }
        }
    }
    any
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
        // Time alone filled their inbox: no Commit tells their panel.
        if duty.inbox_full {
            app.hub.seen(tenant.id, agent);
        }
        app.hub.floors.changed(tenant.id);
    }
    Ok(())
}

/// Ends the time of a wrap-up of the agent's, if it is up, as the settings say.
async fn expire_due(
    app: &App,
    tenant: &Tenant,
    agent: &AgentKey,
    wrapup: Wrapup,
    policy: &AcwPolicy,
) -> Result<(), Failed> {
    let now = app.around.now();
    if !time_is_up(&wrapup, policy, now) {
        return Ok(());
    }
    let Some(row) = app.store.activity(tenant.id, wrapup.call).await? else { return Ok(()) };
    let wrapups = app.store.wrapups_of_call(tenant.id, wrapup.call).await?;
    let (preconditions, changes) = expire(&wrapup, &row.call, &wrapups, &row.activity, policy, now);
    if changes.is_empty() {
        return Ok(());
    }
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(number) => app.hub.changed(tenant.id, [agent], number),
        // The agent was faster: there is nothing to end any more, or it is looked at again.
        Err(CommitError::Refused { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
