//! Ring groups: which there are, who is in them, and which of them say what codes a call gets (P14).

use super::{OpError, report};
use crate::app::{App, Rules, Tenant};
use crate::view::word;
use domain::call::{CallRecord, Direction};
use domain::disposition::{CodeScope, DispositionSet};
use domain::id::AgentKey;
use domain::report::calendar::Day;
use domain::ring_group::groups_of;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// What says which codes a call gets.
#[derive(Clone, Debug)]
pub struct CodeGround {
    direction: Direction,
    ring_group: Option<String>,
    of_agent: Vec<String>,
    /// The date where the centre is.
    pub today: Day,
}

impl CodeGround {
    /// Of a call and the agent who labels it. Where no set is for ring groups nobody asks who is in which.
    pub fn of(
        app: &App,
        tenant: &Tenant,
        rules: &Rules,
        sets: &[DispositionSet],
        call: &CallRecord,
        agent: Option<&AgentKey>,
    ) -> CodeGround {
        let asked = sets.iter().any(|set| !set.retired && !set.ring_groups.is_empty());
        let shown_from = || rules.ring_group_of(call.from.as_deref()?);
        CodeGround {
            direction: call.direction,
            ring_group: match call.direction {
                Direction::Outbound => shown_from().filter(|_| asked),
                _ => call.ring_group.clone(),
            },
            of_agent: agent
                .filter(|_| asked)
                .map_or_else(Vec::new, |agent| of_agent(app, tenant, rules, agent)),
            today: report::today(app, tenant),
        }
    }

    /// The same, as rules ask it.
    pub fn scope(&self) -> CodeScope<'_> {
        CodeScope {
            direction: self.direction,
            ring_group: self.ring_group.as_deref(),
            of_agent: &self.of_agent,
            today: self.today,
        }
    }
}

/// The ring groups that an agent is in, as the phone systems and the settings say.
pub fn of_agent(app: &App, tenant: &Tenant, rules: &Rules, agent: &AgentKey) -> Vec<String> {
    let mut told = BTreeSet::new();
    for source in &tenant.settings.sources {
        let queues = app.phones.queues_of(tenant.id, &source.name, agent);
        told.extend(queues.iter().map(|queue| source.endpoints.ring_group(queue)));
    }
    groups_of(&rules.centre.ring_groups, agent, told)
}

/// The agents that are in a ring group, as the phone systems and the settings say.
pub fn agents_of(app: &App, tenant: &Tenant, group: &str) -> BTreeSet<AgentKey> {
    let mut agents = told(app, tenant).remove(group).unwrap_or_default();
    let rules = tenant.rules();
    let set_up = rules.centre.ring_groups.iter().filter(|known| known.key == group);
    agents.extend(set_up.flat_map(|known| known.agents.iter().cloned()));
    agents
}

/// A ring group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RingGroupView {
    /// The name by which the phone system's calls come.
    pub key: String,
    /// What people read.
    pub name: String,
    /// Whether the settings say anything of it.
    pub set_up: bool,
    /// Who is in it.
    pub agents: Vec<GroupAgentView>,
    /// The sets that are for it and not retired.
    pub sets: Vec<GroupSetView>,
}

/// An agent in a ring group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct GroupAgentView {
    /// The agent's key.
    pub key: String,
    /// The agent's name, where a user is that agent.
    pub name: Option<String>,
    /// Who says so: `phone_system`, or `settings` where only they do.
    pub from: String,
}

/// A set of disposition codes that is for a ring group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GroupSetView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The calls it is for.
    pub direction: String,
}

/// Every ring group that is set up, or that calls, sets or the phone systems name, by name.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant) -> Result<Vec<RingGroupView>, OpError> {
    let rules = tenant.rules();
    let sets = app.store.dispositions(tenant.id).await?;
    let mut in_use: Vec<&DispositionSet> = sets.iter().filter(|set| !set.retired).collect();
    in_use.sort_by_cached_key(|set| (set.direction, set.name.to_lowercase(), set.id));
    let names = app.store.agent_names(tenant.id).await?;
    let told = told(app, tenant);
    let mut groups = Vec::new();
    for key in known(app, tenant).await? {
        let set_up = rules.centre.ring_groups.iter().find(|group| group.key == key);
        let of_phones = told.get(&key).into_iter().flatten().map(|agent| (agent, "phone_system"));
        let of_settings = set_up.into_iter().flat_map(|group| &group.agents).map(|agent| (agent, "settings"));
        let mut agents: BTreeMap<&AgentKey, &str> = of_settings.collect();
        agents.extend(of_phones);
        let agent = |(agent, from): (&AgentKey, &str)| GroupAgentView {
            key: agent.0.clone(),
            name: names.get(agent).cloned(),
            from: from.to_owned(),
        };
        let of_group = in_use.iter().copied().filter(|set| set.ring_groups.contains(&key));
        let set = |set: &DispositionSet| GroupSetView {
            id: set.id.0,
            name: set.name.clone(),
            direction: word(&set.direction),
        };
        groups.push(RingGroupView {
            name: set_up.map_or_else(|| key.clone(), |group| group.name.clone()),
            set_up: set_up.is_some(),
            agents: agents.into_iter().map(agent).collect(),
            sets: of_group.map(set).collect(),
            key,
        });
    }
    groups.sort_by_cached_key(|group| (group.name.to_lowercase(), group.key.clone()));
    Ok(groups)
}

/// The keys of every ring group that anything names.
///
/// # Errors
/// The store cannot read.
pub async fn known(app: &App, tenant: &Tenant) -> Result<BTreeSet<String>, OpError> {
    let mut keys: BTreeSet<String> = app.store.ring_groups(tenant.id).await?.into_iter().collect();
    keys.extend(tenant.rules().centre.ring_groups.iter().map(|group| group.key.clone()));
    keys.extend(told(app, tenant).into_keys());
    keys.extend(tenant.settings.sources.iter().flat_map(|source| source.endpoints.queues.values().cloned()));
    let sets = app.store.dispositions(tenant.id).await?;
    keys.extend(sets.iter().flat_map(|set| set.ring_groups.iter().cloned()));
    Ok(keys)
}

/// Who is in which ring group, as the phone systems say.
fn told(app: &App, tenant: &Tenant) -> BTreeMap<String, BTreeSet<AgentKey>> {
    let mut told: BTreeMap<String, BTreeSet<AgentKey>> = BTreeMap::new();
    for source in &tenant.settings.sources {
        for (queue, agent) in app.phones.memberships(tenant.id, &source.name) {
            told.entry(source.endpoints.ring_group(&queue)).or_default().insert(agent);
        }
    }
    told
}
