//! A call centre: the real server, and what it is connected to.

use crate::stored;
use crate::system::System;
use domain::account::{Role, User};
use domain::commit::{Change, Commit};
use domain::id::{AgentKey, At, CallKey, EngagementKey, TenantId, UserId};
use serde_json::json;
use server::clock::Machine;
use server::ops::session::hash;
use server::running::{Running, start};
use server::settings::{
    AmiSettings, Control, FolderSettings, NotifyPhones, ServerSettings, Settings, SourceKind, SourceSettings,
    TenantSettings, WebPhoneAccount, WebPhoneSettings,
};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{OpenOptions, SqliteStore, Store};
use telephony::endpoints::EndpointSettings;
use testkit::browser;
use testkit::http::Client;
use testkit::pbx::{COMMANDER, SECRET, USERNAME, WEB_PASSWORD, found};
use testkit::sip::{PhoneCall, WITHIN};
use testkit::{tier, time};
use tokio::time::{interval, timeout};
use uuid::Uuid;

/// Every extension that an agent may have a phone at.
pub(crate) const EXTENSIONS: [&str; 5] = ["1001", "1002", "1003", "1004", "1005"];
/// The extension of the agent whose phone is in a browser.
pub(crate) const AT_BROWSER: &str = "1006";
/// Extensions of the agents who are in both ring groups from the start.
pub(crate) const AGENTS: [&str; 2] = ["1001", "1002"];
/// The extension of a supervisor, who is in no ring group.
pub(crate) const SUPERVISOR: &str = "1003";
/// How many places in ring groups that makes.
const PLACES: usize = 4;
/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse";
/// How long people talk, in microseconds.
const TALK_US: i64 = 300_000;
/// How often it is looked whether the server is as far as the phone system.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A call centre that works.
pub(crate) struct Centre {
    pub(crate) running: Running,
    pub(crate) database: PathBuf,
    pub(crate) system: System,
    store: Arc<SqliteStore>,
    _dir: tempfile::TempDir,
}

/// A phone system as the settings say it.
pub(crate) struct Line<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Where its manager interface is reached.
    pub(crate) ami: SocketAddr,
    /// What comes before an extension where the agent is meant.
    pub(crate) agents: &'a str,
    /// Whether agents may ask whatever there is of their calls.
    pub(crate) obeys: bool,
}

impl Centre {
    /// Opens one in which these agents have a phone; none where there is no Asterisk.
    pub(crate) async fn open(agents: &[&str]) -> Option<Centre> {
        let system = System::start(&found()?, agents).await;
        let ami = system.pbx.ami();
        Some(Centre::with(system, &[Line { name: "pbx", ami, agents: "", obeys: false }]).await)
    }

    /// The same where agents may ask whatever there is of their calls.
    pub(crate) async fn open_to_command(agents: &[&str]) -> Option<Centre> {
        let system = System::start(&found()?, agents).await;
        let ami = system.pbx.ami();
        Some(Centre::with(system, &[Line { name: "pbx", ami, agents: "", obeys: true }]).await)
    }

    /// The same where the long runs are wanted: what a commit would wait too long for.
    pub(crate) async fn open_for_long(agents: &[&str]) -> Option<Centre> {
        if tier::full() { Centre::open(agents).await } else { None }
    }

    /// The same with an agent whose phone is in a browser; none where there is no browser either.
    pub(crate) async fn open_to_browser() -> Option<Centre> {
        let tree = found()?;
        if !browser::found() {
            return None;
        }
        let system = System::start(&tree, &[]).await;
        let line = Line { name: "pbx", ami: system.pbx.ami(), agents: "", obeys: false };
        let mut settings = settings(&[line]);
        if let SourceKind::Ami(ami) = &mut settings.tenants[0].sources[0].kind {
            ami.web_phone = Some(Box::new(web_phone(system.pbx.web())));
        }
        Some(Centre::set(system, settings).await)
    }

    /// Opens one with these settings.
    pub(crate) async fn with(system: System, lines: &[Line<'_>]) -> Centre {
        Centre::set(system, settings(lines)).await
    }

    async fn set(system: System, mut settings: Settings) -> Centre {
        let sources: Vec<String> =
            settings.tenants[0].sources.iter().map(|source| source.name.clone()).collect();
        let dir = tempfile::tempdir().expect("a folder");
        let database = dir.path().join("bitacora.db");
        let store = Arc::new(SqliteStore::open(&database, &OpenOptions::default()).expect("a database"));
        let shared: Arc<dyn Store> = Arc::clone(&store) as _;
        settings.data.dir = dir.path().to_owned();
        let mailboxes = FolderSettings { folder: system.pbx.spool().join("voicemail"), told_as: None };
        for source in &mut settings.tenants[0].sources {
            source.voicemails = Some(mailboxes.clone());
        }
        let running = start(shared, Arc::new(Machine), settings, Vec::new()).await;
        let running = running.expect("a server");
        hire(&running).await;
        let centre = Centre { running, database, system, store, _dir: dir };
        for source in &sources {
            centre.until_connected(source).await;
        }
        centre
    }

    fn tenant(&self) -> TenantId {
        self.running.app.tenants[0].id
    }

    /// Waits until the server is connected and was told who is in which queue.
    pub(crate) async fn until_connected(&self, source: &str) {
        self.until(&format!("the server is connected to {source}"), || {
            let phones = &self.running.app.phones;
            phones.reachable(self.tenant(), source)
                && phones.memberships(self.tenant(), source).len() == PLACES
        })
        .await;
    }

    /// Waits until the server has lost a connection.
    pub(crate) async fn until_disconnected(&self, source: &str) {
        self.until("the server is not connected", || {
            !self.running.app.phones.reachable(self.tenant(), source)
        })
        .await;
    }

    /// Looks again and again, until it is so.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let mut look = interval(LOOK_EVERY);
        let waits = async {
            while !is_so() {
                look.tick().await;
            }
        };
        if timeout(WITHIN, waits).await.is_err() {
            let stored = stored::calls(&self.database);
            panic!("not in time: {what}; stored is {stored:#?}\n{}", self.system.told());
        }
    }

    /// Whether it is stored that an agent's phone rings.
    pub(crate) fn rings(&self, agent: &str) -> bool {
        self.has_part(agent, "answered_at IS NULL")
    }

    /// Whether it is stored that an agent talks.
    pub(crate) fn talks(&self, agent: &str) -> bool {
        self.has_part(agent, "answered_at IS NOT NULL")
    }

    fn has_part(&self, agent: &str, how: &str) -> bool {
        let query =
            format!("SELECT count(*) FROM engagement WHERE agent = '{agent}' AND ended_at IS NULL AND {how}");
        stored::count(&self.database, &query) > 0
    }

    /// Whether an agent who has a call asks nobody before handing it over.
    pub(crate) fn asks_nobody(&self, agent: &str) -> bool {
        let (channels, agent) = (&self.running.app.channels, AgentKey(agent.to_owned()));
        let talks_on = channels.of_part(
            self.tenant(),
            "pbx",
            &agent,
            (CallKey(Uuid::nil()), EngagementKey(Uuid::nil())),
        );
        talks_on.is_some_and(|channel| channel.asks.is_none())
    }

    /// Waits until an agent owes this many wrap-ups.
    pub(crate) async fn until_owing(&self, agent: &str, count: u32) {
        let owed = format!("SELECT count(*) FROM wrapup WHERE state = 'open' AND agent = '{agent}'");
        self.until(&format!("{agent} owes {count}"), || stored::count(&self.database, &owed) == count).await;
    }

    /// Waits until both ring groups leave an agent alone because of us, or neither leaves them alone.
    pub(crate) async fn until_left_alone(&self, agent: &str, alone: bool) {
        let wanted = |pauses: &BTreeMap<_, _>| if alone { left_alone(pauses) } else { pauses.is_empty() };
        let member = format!("PJSIP/{agent}");
        if timeout(WITHIN, self.system.onlooker.until_pauses(&member, wanted)).await.is_err() {
            let pauses = self.system.onlooker.pauses(&member);
            panic!("{agent}: left alone should be {alone}: {pauses:?}\n{}", self.system.told());
        }
    }

    /// Whether both ring groups leave an agent alone because of us.
    pub(crate) fn left_alone(&self, agent: &str) -> bool {
        left_alone(&self.system.onlooker.pauses(&format!("PJSIP/{agent}")))
    }

    /// A caller talks to 1001 of the first ring group; answers both ends.
    pub(crate) async fn talking(&self) -> (PhoneCall, PhoneCall) {
        let call = self.system.caller_calls("600");
        let agent = self.system.phone("1001").incoming(0).await;
        agent.answer();
        self.system.until_connected().await;
        talk().await;
        (call, agent)
    }

    /// What is stored once so many calls are over, at the phone system and here.
    pub(crate) async fn stored(self, calls: u32) -> Vec<String> {
        self.until("all legs are over", || self.system.living_legs() == 0).await;
        self.until(&format!("{calls} calls are over"), || {
            let (living, ended) = stored::census(&self.database);
            living == 0 && ended >= calls
        })
        .await;
        assert_eq!(self.system.faults(), Vec::<String>::new());
        let lines = stored::calls(&self.database);
        self.close().await;
        lines
    }

    /// Stops the server and the phone system.
    pub(crate) async fn close(self) {
        self.running.stop().await;
        self.store.close().await;
    }

    /// Signs an agent in.
    pub(crate) async fn desk(&self, agent: &str) -> Client {
        let mut client = Client::connect(self.running.address).await.expect("a connection");
        let credentials = json!({ "login": agent, "password": PASSWORD });
        let answer = client.ask("POST", "/api/v1/session", Some(&credentials)).await.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text);
        client.token = answer.body["access_token"].as_str().map(str::to_owned);
        client
    }
}

/// Logs what somebody owes, as the panel does.
pub(crate) async fn log(desk: &mut Client) {
    let panel = desk.ask("GET", "/api/v1/me/panel", None).await.expect("a panel").body;
    let owed = &panel["wrapups"][0];
    let (id, code) = (owed["id"].as_str().expect("an id"), &owed["codes"][0]["id"]);
    let body = json!({ "revision": 0, "code": code, "notes": "", "party": { "choice": "none" } });
    let answer = desk.ask("POST", &format!("/api/v1/wrapups/{id}/log"), Some(&body)).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// People talk for a while.
pub(crate) async fn talk() {
    time::until(At(time::now().0 + TALK_US)).await;
}

fn left_alone(pauses: &BTreeMap<String, String>) -> bool {
    pauses.len() == 2 && pauses.values().all(|reason| reason == "bitacora:acw")
}

fn settings(lines: &[Line<'_>]) -> Settings {
    let source = |line: &Line<'_>| {
        let fewest = AmiSettings::at(line.ami.to_string(), USERNAME, SECRET);
        let ami = if line.obeys {
            let (controls, notify_phones) = (Control::ALL.into(), NotifyPhones::everybody());
            AmiSettings { username: COMMANDER.to_owned(), controls, notify_phones, ..fewest }
        } else {
            fewest
        };
        let named = |extension| {
            let reached_by = [format!("PJSIP/{extension}"), format!("Local/{extension}@from-internal")];
            (format!("{}{extension}", line.agents), reached_by.to_vec())
        };
        let endpoints = EndpointSettings {
            trunks: vec!["PJSIP/trunk".to_owned()],
            agents: EXTENSIONS.into_iter().chain([AT_BROWSER]).map(named).collect(),
            ..EndpointSettings::default()
        };
        SourceSettings::new(line.name, SourceKind::Ami(ami), endpoints)
    };
    let sources = lines.iter().map(source).collect();
    let tenant = TenantSettings { sources, ..TenantSettings::default() };
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = ServerSettings { listen, ..ServerSettings::default() };
    Settings { server, tenants: vec![tenant], ..Settings::default() }
}

/// The phone of an agent in a browser.
fn web_phone(at: SocketAddr) -> WebPhoneSettings {
    let account = WebPhoneAccount { username: AT_BROWSER.to_owned(), password: WEB_PASSWORD.to_owned() };
    WebPhoneSettings {
        url: format!("ws://{at}/ws"),
        domain: None,
        stun: Vec::new(),
        turn: None,
        agents: [(AT_BROWSER.to_owned(), account)].into(),
    }
}

async fn hire(running: &Running) {
    let password_hash = Some(hash(PASSWORD).await.expect("a hash"));
    let users = AGENTS.into_iter().chain([AT_BROWSER, SUPERVISOR]).zip(1u128..).map(|(agent, nth)| User {
        id: UserId(Uuid::from_u128(nth)),
        login: agent.to_owned(),
        name: format!("Agent {agent}"),
        role: if agent == SUPERVISOR { Role::Supervisor } else { Role::Agent },
        agent: Some(AgentKey(agent.to_owned())),
        email: None,
        active: true,
        password_hash: password_hash.clone(),
        version: 1,
    });
    let changes = users.map(|user| Change::User(Box::new(user))).collect();
    let app = &running.app;
    app.store.commit(Commit::of(app.tenants[0].id, changes)).await.expect("users");
}
