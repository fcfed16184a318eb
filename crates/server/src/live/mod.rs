//! Who is told of changes. A panel shows one snapshot of its agent's state; when something of it was
//! committed its version grows, and whoever listens reads the snapshot anew from the store: a client that
//! missed changes needs nothing but the last one, and nothing uncommitted can be shown.

mod floor;
mod floor_socket;
mod panels;
mod socket;

pub use floor::Floors;
pub use panels::{Connection, Instance, Panels};
pub use socket::{MAX_CLIENT_MESSAGE_BYTES, serve};

use domain::dial::SILENT_MS;
use domain::duty::AgentState;
use domain::id::{AgentKey, At, EngagementKey, TenantId};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, watch};

/// One agent's state.
type Subject = (TenantId, AgentKey);

/// Versions of every agent's state that somebody listens to.
#[derive(Default)]
pub struct Hub {
    subjects: Mutex<HashMap<Subject, watch::Sender<u64>>>,
    /// When each agent who is free was first seen free; busy ones are not listed.
    idle: Mutex<HashMap<Subject, At>>,
    /// Agents of each tenant that something changed for, until somebody has looked.
    touched: Mutex<HashMap<TenantId, Arc<Touched>>>,
    /// What was last written into each agent's history.
    recorded: Mutex<HashMap<Subject, (AgentState, Option<String>)>>,
    /// Since when agents are free who are, as their histories say.
    free: Mutex<HashMap<Subject, At>>,
    /// The last click of each agent, until they gave it up.
    dials: Mutex<HashMap<Subject, LastDial>>,
    /// The panels that agents have open.
    pub panels: Panels,
    /// The floors that supervisors look at.
    pub floors: Floors,
    stop: watch::Sender<bool>,
}

/// A click that a phone system was told of.
struct LastDial {
    engagement: EngagementKey,
    at: At,
    /// Whether panels were told that the phone system said nothing of it.
    reminded: bool,
}

/// Agents that something changed for.
#[derive(Default)]
pub struct Touched {
    agents: Mutex<BTreeSet<AgentKey>>,
    told: Notify,
}

impl Touched {
    /// Waits for some, and takes them.
    pub async fn take(&self) -> BTreeSet<AgentKey> {
        loop {
            let taken = std::mem::take(&mut *self.agents.lock().unwrap_or_else(PoisonError::into_inner));
            if !taken.is_empty() {
                return taken;
            }
            self.told.notified().await;
        }
    }
}

impl Hub {
    /// Listens to an agent's state; the value is the number of the commit that changed it last.
    pub fn listen(&self, tenant: TenantId, agent: &AgentKey) -> watch::Receiver<u64> {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        subjects.retain(|_, sender| sender.receiver_count() > 0);
        subjects.entry((tenant, agent.clone())).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Tells that a commit changed the state of these agents.
    pub fn changed<'a>(&self, tenant: TenantId, agents: impl IntoIterator<Item = &'a AgentKey>, commit: u64) {
        let mut told = Vec::new();
        for agent in agents {
            self.shown(tenant, agent, commit);
            told.push(agent.clone());
        }
        self.touch(tenant, told);
        self.floors.changed(tenant);
    }

    /// Tells that a commit changed what the agent's panels show, but not what the agent is doing.
    pub fn shown(&self, tenant: TenantId, agent: &AgentKey, commit: u64) {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = subjects.get(&(tenant, agent.clone())) {
            sender.send_modify(|version| *version = commit.max(*version));
        }
    }

    /// Whoever looks after the tenant's agents hears of those that something changed for.
    pub fn agents_changed(&self, tenant: TenantId) -> Arc<Touched> {
        Arc::clone(self.touched.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default())
    }

    /// Something changed for these agents that no panel shows.
    pub fn touch(&self, tenant: TenantId, agents: Vec<AgentKey>) {
        let touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned();
        if let Some(touched) = touched {
            touched.agents.lock().unwrap_or_else(PoisonError::into_inner).extend(agents);
            touched.told.notify_one();
        }
    }

    /// Lets the agent's own panels read anew, though nothing was committed: what they have on screen changed.
    pub fn seen(&self, tenant: TenantId, agent: &AgentKey) {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = subjects.get(&(tenant, agent.clone())) {
            sender.send_modify(|_| {});
        }
    }

    /// What this run last wrote into the agent's history.
    pub fn last_recorded(&self, tenant: TenantId, agent: &AgentKey) -> Option<(AgentState, Option<String>)> {
        let recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.get(&(tenant, agent.clone())).cloned()
    }

    /// This was written into the agent's history.
    pub fn recorded(&self, tenant: TenantId, agent: &AgentKey, state: (AgentState, Option<String>)) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.insert((tenant, agent.clone()), state);
    }

    /// By the agent's history they have been free since then.
    pub fn free_since(&self, tenant: TenantId, agent: &AgentKey, since: At) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).insert((tenant, agent.clone()), since);
    }

    /// Since when an agent who is free has been, as far as their history was read or written in this run.
    pub fn free(&self, tenant: TenantId, agent: &AgentKey) -> Option<At> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).get(&(tenant, agent.clone())).copied()
    }

    /// Tells everybody of the tenant: what changed concerns all panels (codes, people).
    pub fn changed_for_all(&self, tenant: TenantId, commit: u64) {
        self.floors.changed(tenant);
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        for ((of, _), sender) in subjects.iter() {
            if *of == tenant {
                sender.send_modify(|version| *version = commit.max(*version));
            }
        }
    }

    /// Lets every panel of the tenant read anew, though nothing was committed: what they show follows from the day as well.
    pub fn seen_by_all(&self, tenant: TenantId) {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        subjects
            .iter()
            .filter(|((of, _), _)| *of == tenant)
            .for_each(|(_, sender)| sender.send_modify(|_| {}));
    }

    /// Since when this agent has been free, who is so at `now`.
    pub fn idle_since(&self, tenant: TenantId, agent: &AgentKey, now: At) -> At {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        *idle.entry((tenant, agent.clone())).or_insert(now)
    }

    /// Tells that these agents are at work.
    pub fn busy<'a>(&self, tenant: TenantId, agents: impl IntoIterator<Item = &'a AgentKey>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        for agent in agents {
            idle.remove(&(tenant, agent.clone()));
        }
    }

    /// The agent clicked to dial.
    pub fn dialled(&self, tenant: TenantId, agent: &AgentKey, engagement: EngagementKey, at: At) {
        let dial = LastDial { engagement, at, reminded: false };
        self.dials.lock().unwrap_or_else(PoisonError::into_inner).insert((tenant, agent.clone()), dial);
        self.seen(tenant, agent);
        self.touch(tenant, vec![agent.clone()]);
    }

    /// The agent gave up what they had clicked: it did not fail.
    pub fn dial_given_up(&self, tenant: TenantId, agent: &AgentKey, engagement: EngagementKey) {
        let mut dials = self.dials.lock().unwrap_or_else(PoisonError::into_inner);
        let subject = (tenant, agent.clone());
        if dials.get(&subject).is_some_and(|dial| dial.engagement == engagement) {
            dials.remove(&subject);
        }
    }

    /// The part of a call that the agent's last click makes, as far as this run knows.
    pub fn last_dial(&self, tenant: TenantId, agent: &AgentKey) -> Option<EngagementKey> {
        let dials = self.dials.lock().unwrap_or_else(PoisonError::into_inner);
        dials.get(&(tenant, agent.clone())).map(|dial| dial.engagement)
    }

    /// Lets panels read anew once the phone system has been silent for too long after a click; answers whether that is
    /// awaited still.
    pub fn remind_of_dial(&self, tenant: TenantId, agent: &AgentKey, now: At) -> bool {
        let mut dials = self.dials.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(dial) = dials.get_mut(&(tenant, agent.clone())) else { return false };
        if dial.reminded || now.millis_since(dial.at) < SILENT_MS {
            return !dial.reminded;
        }
        dial.reminded = true;
        drop(dials);
        self.seen(tenant, agent);
        false
    }

    /// Lets every listener go.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until listeners are let go.
    pub async fn stopping(&self) {
        let mut stop = self.stop.subscribe();
        // The sender lives as long as this hub: waiting for it cannot fail.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    /// Whether a panel of this agent listens.
    pub fn listens(&self, tenant: TenantId, agent: &AgentKey) -> bool {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        subjects.get(&(tenant, agent.clone())).is_some_and(|sender| sender.receiver_count() > 0)
    }

    /// How many panels listen.
    pub fn listeners(&self) -> usize {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        subjects.values().map(watch::Sender::receiver_count).sum()
    }
}
