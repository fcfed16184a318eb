//! Who is told of changes. A panel shows one snapshot of its agent's state; when something of it was
//! committed its version grows, and whoever listens reads the snapshot anew from the store: a client that
//! missed changes needs nothing but the last one, and nothing uncommitted can be shown.

mod socket;

pub use socket::{MAX_CLIENT_MESSAGE_BYTES, serve};

use domain::id::{AgentKey, At, TenantId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// One agent's state.
type Subject = (TenantId, AgentKey);

/// Versions of every agent's state that somebody listens to.
#[derive(Default)]
pub struct Hub {
    subjects: Mutex<HashMap<Subject, watch::Sender<u64>>>,
    /// When each agent who is free was first seen free; busy ones are not listed.
    idle: Mutex<HashMap<Subject, At>>,
    stop: watch::Sender<bool>,
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
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        for agent in agents {
            if let Some(sender) = subjects.get(&(tenant, agent.clone())) {
                sender.send_modify(|version| *version = commit.max(*version));
            }
        }
    }

    /// Tells everybody of the tenant: what changed concerns all panels (codes, people).
    pub fn changed_for_all(&self, tenant: TenantId, commit: u64) {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        for ((of, _), sender) in subjects.iter() {
            if *of == tenant {
                sender.send_modify(|version| *version = commit.max(*version));
            }
        }
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
