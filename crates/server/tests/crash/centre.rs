//! The call centre that is crashed: its folder, settings, agents, users, and the phone system that goes on calling.

use crate::told::{Listener, SETTINGS};
use domain::account::{Role, User};
use domain::commit::{Change, Commit};
use domain::id::{AgentKey, UserId};
use sandbox::centre::{endpoints, many_agents, own_numbers};
use sandbox::pbx::{Floor, FloorSettings};
use sandbox::people::Callers;
use server::ops::session::hash;
use server::settings::TenantSettings;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{OpenOptions, SqliteStore, Store};
use telephony::endpoints::EndpointSettings;
use tempfile::TempDir;
use testkit::asterisk::{Asterisk, SECRET, USERNAME};
use testkit::time;
use uuid::Uuid;

/// How many agents work at once.
pub(crate) const AGENTS: usize = 64;
/// Calls that begin in a second.
const CALLS_PER_SECOND: f64 = 12.0;
/// How much faster than recorded calls go: some of them are whole within a round, others are not.
const SPEED: f64 = 8.0;
/// Numbers that nobody has at first and that call again and again.
const STRANGERS: usize = 150;
/// The password of all agents.
pub(crate) const PASSWORD: &str = "correct horse";
/// Name of the phone system in the settings.
pub(crate) const SOURCE: &str = "pbx";
/// The tenant.
const TENANT: &str = "main";
/// So few that some crash finds the log half moved into the file.
const CHECKPOINT_PAGES: u32 = 40;
/// Name of the database in the data folder.
pub(crate) const DATABASE: &str = "bitacora.db";

/// A call centre.
pub(crate) struct Centre {
    pub(crate) asterisk: Arc<Asterisk>,
    pub(crate) config: PathBuf,
    pub(crate) data: PathBuf,
    /// The program that is told of its calls.
    pub(crate) listener: Listener,
    dir: TempDir,
}

impl Centre {
    /// A centre whose database has users and nothing else.
    pub(crate) async fn open(seed: u64, synchronous: bool) -> Centre {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().canonicalize().expect("a folder");
        let data = root.join("data");
        std::fs::create_dir(&data).expect("a folder");
        hire(&data.join(DATABASE), extensions()).await;
        let listener = Listener::open().await;
        tell(&data.join(DATABASE), &listener).await;
        let floor = FloorSettings {
            speed: SPEED,
            ..FloorSettings::load(seed, Callers::of_strangers(seed, STRANGERS), AGENTS, CALLS_PER_SECOND)
        };
        let asterisk = Asterisk::begin(Floor::new(floor, time::now())).await.expect("a phone system");
        let config = root.join("bitacora.toml");
        let phones = Phones {
            address: asterisk.address(),
            username: USERNAME,
            secret: SECRET,
            endpoints: endpoints(&many_agents(AGENTS)),
            own_numbers: own_numbers(&many_agents(AGENTS)),
        };
        let settings = format!("{SETTINGS}{}", settings(&data, &phones, synchronous));
        std::fs::write(&config, settings).expect("settings");
        Centre { asterisk: Arc::new(asterisk), config, data, listener, dir }
    }

    /// A place for what is not data.
    pub(crate) fn aside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The database itself.
    pub(crate) fn database(&self) -> PathBuf {
        self.data.join(DATABASE)
    }

    /// A copy of the database as a restart would find it, to look into.
    pub(crate) fn copy(&self) -> PathBuf {
        let aside = self.aside("copy");
        if aside.exists() {
            std::fs::remove_dir_all(&aside).expect("the last copy");
        }
        std::fs::create_dir(&aside).expect("a folder");
        for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
            let from = self.data.join(&name);
            if from.exists() {
                std::fs::copy(from, aside.join(&name)).expect("a copy");
            }
        }
        aside.join(DATABASE)
    }
}

/// The login of an agent.
pub(crate) fn login(agent: &str) -> String {
    format!("agent{agent}")
}

/// The agents' extensions.
pub(crate) fn extensions() -> Vec<String> {
    many_agents(AGENTS).into_iter().map(|agent| agent.extension).collect()
}

/// The tenant's settings as far as they decide what calls become.
pub(crate) fn tenant_settings() -> TenantSettings {
    TenantSettings {
        slug: TENANT.to_owned(),
        own_numbers: own_numbers(&many_agents(AGENTS)),
        ..TenantSettings::default()
    }
}

/// Has a program told of its calls.
async fn tell(database: &Path, listener: &Listener) {
    let store = SqliteStore::open(database, &OpenOptions::default()).expect("a database");
    let tenant = store.tenant(TENANT).await.expect("a tenant");
    store.commit(Commit::of(tenant, vec![listener.registration()])).await.expect("an endpoint");
    store.close().await;
}

/// Makes the users, and leaves a database that was closed in order.
pub(crate) async fn hire(database: &Path, agents: Vec<String>) {
    let store = SqliteStore::open(database, &OpenOptions::default()).expect("a database");
    let tenant = store.tenant(TENANT).await.expect("a tenant");
    // One hash for all: hashing takes its time on purpose.
    let password_hash = Some(hash(PASSWORD).await.expect("a hash"));
    let users = agents.into_iter().zip(1u128..).map(|(agent, nth)| {
        Change::User(Box::new(User {
            id: UserId(Uuid::from_u128(nth)),
            login: login(&agent),
            name: format!("Agent {agent}"),
            role: Role::Agent,
            agent: Some(AgentKey(agent)),
            email: None,
            active: true,
            password_hash: password_hash.clone(),
            version: 1,
        }))
    });
    store.commit(Commit::of(tenant, users.collect())).await.expect("users");
    store.close().await;
}

/// What the settings say of a phone system.
pub(crate) struct Phones<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) username: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) endpoints: EndpointSettings,
    pub(crate) own_numbers: Vec<String>,
}

/// The text of a settings file.
pub(crate) fn settings(data: &Path, phones: &Phones<'_>, synchronous: bool) -> String {
    let map = &phones.endpoints;
    let mut out = format!(
        "[server]\nlisten = '127.0.0.1:0'\n[data]\ndir = '{}'\nsynchronous = {synchronous}\ncheckpoint_pages = {CHECKPOINT_PAGES}\n\
         [log]\nlevel = 'warn'\nformat = 'text'\n\
         [[tenants]]\nslug = '{TENANT}'\nown_numbers = {:?}\n\
         [[tenants.sources]]\nname = '{SOURCE}'\nkind = 'ami'\naddress = '{}'\nusername = '{}'\n\
         secret = '{}'\n[tenants.sources.endpoints]\ntrunks = {:?}\n",
        data.display(),
        phones.own_numbers,
        phones.address,
        phones.username,
        phones.secret,
        map.trunks,
    );
    out.push_str("[tenants.sources.endpoints.agents]\n");
    for (agent, endpoints) in &map.agents {
        let _ = writeln!(out, "{agent:?} = {endpoints:?}");
    }
    out.push_str("[tenants.sources.endpoints.queues]\n");
    for (queue, label) in &map.queues {
        let _ = writeln!(out, "{queue:?} = {label:?}");
    }
    out
}
