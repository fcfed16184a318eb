//! The sample centre: its agents, ring groups, numbers, users and disposition codes. Settings of a real
//! centre are not here; they come from its own database.

mod codes;

pub use codes::disposition_sets;

use crate::people::SAMPLE_SPACE;
use domain::account::{Role, User};
use domain::id::{AgentKey, UserId};
use domain::phone::Region;
use std::collections::BTreeMap;
use telephony::endpoints::EndpointSettings;
use uuid::Uuid;

/// An agent as the phone system knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Extension; also the agent's key.
    pub extension: String,
    /// Full name.
    pub name: String,
    /// The number of ours by which they are called directly, as the trunk sends it.
    pub direct: String,
}

/// A ring group as the phone system knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingGroup {
    /// Name of its queue.
    pub queue: &'static str,
    /// The ring group that the queue is.
    pub label: &'static str,
    /// Name that people read.
    pub name: &'static str,
    /// The number of ours that leads to it, as the trunk sends it.
    pub did: &'static str,
    /// Its mailbox.
    pub mailbox: &'static str,
}

/// A user of the demo and the password that everybody may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoUser {
    /// The user, without a password hash: hashing is the server's.
    pub user: User,
    /// The password in clear.
    pub password: &'static str,
}

/// Country of a number that names none.
pub const REGION: &str = "ES";
/// Password of every demo user: no secret, shown on the sign-in page.
pub const DEMO_PASSWORD: &str = "not-a-secret-demo";
/// Trunk of the replayed PBX.
const TRUNK: &str = "PJSIP/trunk";
/// First extension.
const FIRST_EXTENSION: u32 = 1001;

/// The ring groups.
pub const RING_GROUPS: [RingGroup; 4] = [
    RingGroup { queue: "ventas", label: "Ventas", name: "Ventas", did: "911000001", mailbox: "8001" },
    RingGroup {
        queue: "soporte",
        label: "Soporte",
        name: "Soporte técnico",
        did: "911000002",
        mailbox: "8002",
    },
    RingGroup {
        queue: "facturacion",
        label: "Facturación",
        name: "Facturación",
        did: "911000003",
        mailbox: "8003",
    },
    RingGroup { queue: "citas", label: "Citas", name: "Citas y visitas", did: "911000004", mailbox: "8004" },
];

/// Login and name of each demo agent, by extension.
const DEMO_AGENTS: [(&str, &str); 10] = [
    ("lucia", "Lucía Romero"),
    ("mateo", "Mateo Vidal"),
    ("carmen", "Carmen Ortega"),
    ("hugo", "Hugo Navarro"),
    ("elena", "Elena Prieto"),
    ("diego", "Diego Salas"),
    ("nuria", "Nuria Campos"),
    ("pablo", "Pablo Iriarte"),
    ("rocio", "Rocío Duarte"),
    ("samuel", "Samuel Vega"),
];

/// The demo's agents, 1001 to 1010.
pub fn agents() -> Vec<Agent> {
    let names = DEMO_AGENTS.iter().map(|(_, name)| (*name).to_owned());
    names.enumerate().map(|(nth, name)| agent(nth, name)).collect()
}

/// So many agents from extension 1001 on, without names of their own: for load.
pub fn many_agents(count: usize) -> Vec<Agent> {
    (0..count).map(|nth| agent(nth, format!("Agent {}", extension(nth)))).collect()
}

fn agent(nth: usize, name: String) -> Agent {
    Agent { extension: extension(nth), name, direct: format!("9110{:05}", 1_000 + nth) }
}

fn extension(nth: usize) -> String {
    (FIRST_EXTENSION as usize + nth).to_string()
}

/// The demo's users: ten agents, a supervisor and an admin.
pub fn users() -> Vec<DemoUser> {
    let agents = DEMO_AGENTS.iter().enumerate();
    let agents = agents.map(|(nth, (login, name))| user(login, name, Role::Agent, Some(extension(nth))));
    let others = [
        user("supervisor", "Alicia Montero", Role::Supervisor, None),
        user("admin", "Tomás Aguirre", Role::Admin, None),
    ];
    agents.chain(others).collect()
}

/// The id is UUID version 5 of `user/<login>`.
fn user(login: &str, name: &str, role: Role, agent: Option<String>) -> DemoUser {
    let user = User {
        id: UserId(Uuid::new_v5(&SAMPLE_SPACE, format!("user/{login}").as_bytes())),
        login: login.to_owned(),
        name: name.to_owned(),
        role,
        agent: agent.map(AgentKey),
        email: None,
        active: true,
        password_hash: None,
        version: 1,
    };
    DemoUser { user, password: DEMO_PASSWORD }
}

/// The endpoint map of a replayed PBX that has these agents.
pub fn endpoints(agents: &[Agent]) -> EndpointSettings {
    let agents = agents.iter();
    let queues = RING_GROUPS.iter();
    EndpointSettings {
        trunks: vec![TRUNK.to_owned()],
        agents: agents
            .map(|agent| (agent.extension.clone(), vec![format!("PJSIP/{}", agent.extension)]))
            .collect(),
        queues: queues
            .map(|group| (group.queue.to_owned(), group.label.to_owned()))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// What settings say of the ring groups: their names and numbers. Who is in them the phone system says.
pub fn ring_groups() -> Vec<domain::ring_group::RingGroup> {
    let group = |group: &RingGroup| domain::ring_group::RingGroup {
        key: group.label.to_owned(),
        name: group.name.to_owned(),
        numbers: vec![group.did.to_owned()],
        agents: Vec::new(),
        answer_within_s: None,
    };
    RING_GROUPS.iter().map(group).collect()
}

/// The numbers of the centre itself, as a setting takes them.
pub fn own_numbers(agents: &[Agent]) -> Vec<String> {
    let groups = RING_GROUPS.iter().map(|group| group.did.to_owned());
    groups.chain(agents.iter().map(|agent| agent.direct.clone())).collect()
}

/// The centre's region; `None` if the phone library should ever drop Spain.
pub fn region() -> Option<Region> {
    REGION.parse().ok()
}
