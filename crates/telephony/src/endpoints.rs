//! The endpoint map: which endpoints of a phone system lead outside, which belong to agents, and what its
//! queues are called. It is configured, not read from dialplan contexts, which every site names its own way;
//! [`infer`] guesses one from frames for a first look.

use crate::ami::Frame;
use domain::event::Role;
use domain::id::AgentKey;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The map as it is written down (docs/replay.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointSettings {
    /// Endpoints that lead outside, e.g. `PJSIP/trunk`.
    #[serde(default)]
    pub trunks: Vec<String>,
    /// Endpoints of each agent, e.g. `"1001" = ["PJSIP/1001"]`.
    #[serde(default)]
    pub agents: BTreeMap<String, Vec<String>>,
    /// Ring group of each queue; a queue that is not listed is its own ring group.
    #[serde(default)]
    pub queues: BTreeMap<String, String>,
}

impl EndpointSettings {
    /// The ring group that a queue is.
    pub fn ring_group(&self, queue: &str) -> String {
        self.queues.get(queue).map_or_else(|| queue.to_owned(), Clone::clone)
    }
}

/// An endpoint that two entries claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("endpoint {endpoint} is listed twice: for {first} and for {second}")]
pub struct ListedTwice {
    /// The endpoint.
    pub endpoint: String,
    /// Who has it.
    pub first: String,
    /// Who claims it as well.
    pub second: String,
}

/// The map as it is looked up.
#[derive(Clone, Debug, Default)]
pub struct EndpointMap {
    roles: HashMap<String, Role>,
    queues: BTreeMap<String, String>,
}

impl TryFrom<&EndpointSettings> for EndpointMap {
    type Error = ListedTwice;

    fn try_from(settings: &EndpointSettings) -> Result<Self, ListedTwice> {
        let mut roles: HashMap<String, Role> = HashMap::new();
        let trunks = settings.trunks.iter().map(|endpoint| (endpoint, Role::Customer));
        let agents = settings.agents.iter().flat_map(|(agent, endpoints)| {
            endpoints.iter().map(|endpoint| (endpoint, Role::Agent(AgentKey(agent.clone()))))
        });
        for (endpoint, role) in trunks.chain(agents) {
            if let Some(before) = roles.insert(endpoint.clone(), role.clone())
                && before != role
            {
                let (first, second) = (owner(&before), owner(&role));
                return Err(ListedTwice { endpoint: endpoint.clone(), first, second });
            }
        }
        Ok(EndpointMap { roles, queues: settings.queues.clone() })
    }
}

fn owner(role: &Role) -> String {
    match role {
        Role::Customer => "the trunks".to_owned(),
        Role::Agent(agent) => format!("agent {agent}"),
        Role::Helper => "nobody".to_owned(),
    }
}

impl EndpointMap {
    /// Who is behind a channel, by its name (`PJSIP/1001-0000000a`, `Local/1001@agents-00000003;1`).
    pub fn role(&self, channel: &str) -> Role {
        // The second half of a local pair executes the dialplan; nobody is behind it.
        if channel.ends_with(";2") {
            return Role::Helper;
        }
        self.roles.get(endpoint_of(channel)).cloned().unwrap_or(Role::Helper)
    }

    /// The agent whose interface a queue names; an unlisted interface stands for itself.
    pub fn agent(&self, interface: &str) -> AgentKey {
        let listed = self
            .roles
            .get(interface)
            .or_else(|| self.roles.get(interface.strip_suffix("/n").unwrap_or(interface)));
        match listed {
            Some(Role::Agent(agent)) => agent.clone(),
            _ => AgentKey(interface.to_owned()),
        }
    }

    /// The agent who is listed under this very name, if one is.
    pub fn listed_agent(&self, name: &str) -> Option<AgentKey> {
        match self.roles.get(name) {
            Some(Role::Agent(agent)) => Some(agent.clone()),
            _ => None,
        }
    }

    /// The only agent whose key is a word of this name, such as `Agent 1001`.
    pub fn agent_named(&self, name: &str) -> Option<AgentKey> {
        let is_word =
            |key: &AgentKey| name.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == key.0);
        let mut keys: Vec<&AgentKey> = self
            .roles
            .values()
            .filter_map(|role| match role {
                Role::Agent(agent) if is_word(agent) => Some(agent),
                _ => None,
            })
            .collect();
        keys.sort();
        keys.dedup();
        match keys.as_slice() {
            [one] => Some((*one).clone()),
            _ => None,
        }
    }

    /// The ring group that a queue is.
    pub fn ring_group(&self, queue: &str) -> String {
        self.queues.get(queue).map_or_else(|| queue.to_owned(), Clone::clone)
    }
}

/// The endpoint of a channel: its name without the counter that Asterisk appends.
pub fn endpoint_of(channel: &str) -> &str {
    let name = channel.split(';').next().unwrap_or(channel);
    match name.rsplit_once('-') {
        Some((endpoint, counter)) if counter.chars().all(|digit| digit.is_ascii_hexdigit()) => endpoint,
        _ => name,
    }
}

/// Technologies whose channels nobody talks on.
const HELPER_TECHNOLOGIES: [&str; 9] =
    ["Snoop", "Recorder", "CBAnn", "CBRec", "Announcer", "Message", "Surrogate", "AsyncGoto", "Bridge"];

/// Guesses a map: interfaces that queues name, and endpoints that look like extensions, are agents; other
/// endpoints that have a leg, or are in a list of devices, are trunks.
pub fn infer<'a>(frames: impl Iterator<Item = &'a Frame>) -> EndpointSettings {
    let mut interfaces = BTreeSet::new();
    let mut endpoints = BTreeSet::new();
    let mut queues = BTreeMap::new();
    for frame in frames {
        // A list of members calls the interface a location.
        for header in ["Interface", "Location", "StateInterface"] {
            interfaces.extend(frame.get(header).map(|interface| interface.trim_end_matches("/n").to_owned()));
        }
        if let Some(queue) = frame.get("Queue").filter(|queue| !queue.is_empty()) {
            queues.insert(queue.to_owned(), queue.to_owned());
        }
        match frame.event() {
            Some("Newchannel") => {
                endpoints.extend(frame.get("Channel").map(|channel| endpoint_of(channel).to_owned()));
            }
            // Queues, hints and the like are devices of a kind as well: `Queue:support_avail`.
            Some("DeviceStateChange") => {
                let device = frame.get("Device").filter(|device| !device.contains(':'));
                endpoints.extend(device.map(str::to_owned));
            }
            _ => {}
        }
    }
    let mut settings = EndpointSettings { queues, ..EndpointSettings::default() };
    for endpoint in interfaces.iter().chain(&endpoints) {
        let Some((technology, name)) = endpoint.split_once('/') else { continue };
        let name = name.split('@').next().unwrap_or(name);
        let extension = (2..=6).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit());
        if HELPER_TECHNOLOGIES.contains(&technology) {
            continue;
        }
        if interfaces.contains(endpoint) || extension {
            let known = settings.agents.entry(name.to_owned()).or_default();
            if !known.contains(endpoint) {
                known.push(endpoint.clone());
            }
        } else if technology != "Local" {
            settings.trunks.push(endpoint.clone());
        }
    }
    settings
}
