//! The world of a test: the real router over a real SQLite file, a clock that the test moves, and two tenants
//! that look alike, so that every test would notice if one saw the other's rows.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::account::{Role, User};
use domain::commit::{Change, Commit};
use domain::id::{AgentKey, At, UserId};
use sandbox::centre;
use sandbox::pbx::{Cast, Rights, Scenario, Stretch, play_once};
use sandbox::people::Line;
use serde_json::{Value, json};
use server::app::{App, Tenant};
use server::clock::Surroundings;
use server::http::router;
use server::ops::dispositions::ensure_sets;
use server::ops::ingest::Ingest;
use server::ops::session::hash;
use server::settings::{DataSettings, Settings, TenantSettings};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::{OpenOptions, SqliteStore};
use telephony::endpoints::EndpointMap;
use tower::ServiceExt;

/// The password of everybody in a test.
pub(crate) const PASSWORD: &str = "correct horse";
/// Host names of the two tenants.
pub(crate) const HERE: &str = "here.test";
pub(crate) const THERE: &str = "there.test";
/// A number that nobody has until a test says so.
pub(crate) const CALLER: &str = "+34600111222";
/// Largest answer a test reads, in bytes.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// A clock that stands still until it is moved, and secrets that count.
pub(crate) struct Frozen {
    now: AtomicI64,
    secrets: AtomicU64,
}

impl Frozen {
    fn new() -> Self {
        Frozen { now: AtomicI64::new(1_795_400_000_000_000), secrets: AtomicU64::new(1) }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
}

impl Surroundings for Frozen {
    fn now(&self) -> At {
        At(self.now.load(Ordering::Relaxed))
    }

    fn random(&self) -> [u8; 32] {
        let count = self.secrets.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&count.to_be_bytes());
        bytes
    }
}

/// The world.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<Frozen>,
    pub(crate) database: PathBuf,
    router: Router,
    runs: AtomicU64,
    _dir: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) cookie: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    /// The error's code.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// Asserts how it went.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

/// Somebody signed in at a tenant.
#[derive(Clone)]
pub(crate) struct Someone {
    pub(crate) host: &'static str,
    pub(crate) token: String,
}

impl World {
    /// A world with the default settings.
    pub(crate) async fn new() -> World {
        World::with(|_| {}).await
    }

    /// A world whose first tenant's settings are changed.
    pub(crate) async fn with(change: impl FnOnce(&mut TenantSettings)) -> World {
        World::with_both(change, |_| {}).await
    }

    /// A world with the settings of both tenants changed.
    pub(crate) async fn with_both(
        change_here: impl FnOnce(&mut TenantSettings),
        change_there: impl FnOnce(&mut TenantSettings),
    ) -> World {
        let dir = tempfile::tempdir().expect("a folder");
        let database = dir.path().join("bitacora.db");
        let store = SqliteStore::open(&database, &OpenOptions::default()).expect("a database");
        let mut here =
            TenantSettings { slug: "here".into(), hosts: vec![HERE.into()], ..TenantSettings::default() };
        change_here(&mut here);
        let mut there =
            TenantSettings { slug: "there".into(), hosts: vec![THERE.into()], ..TenantSettings::default() };
        change_there(&mut there);
        let data = DataSettings { dir: dir.path().to_owned(), ..DataSettings::default() };
        let outgoing_webhooks = crate::webhooks::settings();
        let settings =
            Settings { tenants: vec![here, there], data, outgoing_webhooks, ..Settings::default() };
        let clock = Arc::new(Frozen::new());
        let around: Arc<dyn Surroundings> = clock.clone();
        let app = App::new(Arc::new(store), around, settings, Vec::new()).await.expect("an app");
        let app = Arc::new(app);
        let password = hash(PASSWORD).await.expect("a hash");
        for tenant in &app.tenants {
            ensure_sets(&app, tenant).await.expect("sets");
            let users = [
                ("ana", Role::Agent, Some("1001")),
                ("ben", Role::Agent, Some("1002")),
                ("sam", Role::Supervisor, None),
                ("root", Role::Admin, None),
            ];
            let changes = users.map(|(login, role, agent)| {
                Change::User(Box::new(User {
                    id: UserId(app.around.new_id()),
                    login: login.to_owned(),
                    name: login.to_uppercase(),
                    role,
                    agent: agent.map(|agent| AgentKey(agent.to_owned())),
                    email: Some(format!("{login}@example.org")),
                    active: true,
                    password_hash: Some(password.clone()),
                    version: 1,
                }))
            });
            app.store.commit(Commit::of(tenant.id, changes.to_vec())).await.expect("users");
        }
        let router = router(Arc::clone(&app));
        World { app, clock, database, router, runs: AtomicU64::new(1), _dir: dir }
    }

    /// The tenant of a host.
    pub(crate) fn tenant(&self, host: &str) -> &Arc<Tenant> {
        self.app.tenant_at(Some(host))
    }

    /// Serves the world on a free port until the test ends; answers the address.
    pub(crate) async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// Sends a request as it is, and answers what comes as it comes.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.answer(request).await;
        let status = response.status();
        let cookie = response.headers().get(header::SET_COOKIE);
        let cookie = cookie.and_then(|value| value.to_str().ok()?.split(';').next().map(str::to_owned));
        let bytes = to_bytes(response.into_body(), MAX_ANSWER).await.expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        // That something cannot be reached is an answer; a fault of ours never is.
        assert!(!status.is_server_error() || status == StatusCode::SERVICE_UNAVAILABLE, "{status}: {body}");
        Answer { status, cookie, body }
    }

    /// Asks as somebody.
    pub(crate) async fn ask(&self, who: &Someone, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, who.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", who.token));
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a request")).await
    }

    /// Signs in.
    pub(crate) async fn sign_in(&self, host: &'static str, login: &str) -> Someone {
        let answer = self.sign_in_as(host, login, PASSWORD).await.is(200);
        let token = answer.body["access_token"].as_str().expect("a token").to_owned();
        Someone { host, token }
    }

    /// Tries to sign in.
    pub(crate) async fn sign_in_as(&self, host: &'static str, login: &str, password: &str) -> Answer {
        let nobody = Someone { host, token: String::new() };
        self.ask(&nobody, "POST", "/session", Some(json!({ "login": login, "password": password }))).await
    }

    /// Plays a whole recorded session with this caller to its end; agents are 1001, then 1002.
    pub(crate) async fn play(&self, host: &str, scenario: Scenario, number: &str) {
        let frames = self.frames_of(scenario, number);
        self.read_bytes(host, &frames.concat()).await;
    }

    /// The frames of a whole recorded session with this caller; agents are 1001, then 1002.
    pub(crate) fn frames_of(&self, scenario: Scenario, number: &str) -> Vec<Vec<u8>> {
        self.frames_to(0, scenario, number)
    }

    /// The frames of a whole recorded session with this caller; its first agent is the one in place `first`.
    pub(crate) fn frames_to(&self, first: usize, scenario: Scenario, number: &str) -> Vec<Vec<u8>> {
        let mut agents = centre::agents();
        agents.rotate_left(first);
        let cast = Cast {
            agents,
            group: centre::RING_GROUPS[0],
            line: Line { number: number.to_owned(), name: "Somebody".to_owned() },
        };
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let frames = play_once(scenario, Rights::Calls, &cast, Stretch::NONE, self.app.around.now(), run);
        frames.into_iter().map(|(_, frame)| frame).collect()
    }

    /// A connection to the tenant's phone system.
    pub(crate) async fn ingest(&self, host: &str) -> Ingest {
        let endpoints = EndpointMap::try_from(&centre::endpoints(&centre::agents())).expect("endpoints");
        let tenant = Arc::clone(self.tenant(host));
        let mut ingest =
            Ingest::resume(Arc::clone(&self.app), tenant, "pbx", endpoints).await.expect("taken up");
        ingest.connected();
        ingest
    }

    /// Has the tenant's phone system say this, then lets a minute pass.
    pub(crate) async fn read_bytes(&self, host: &str, bytes: &[u8]) {
        let mut ingest = self.ingest(host).await;
        ingest.take(bytes, self.app.around.now()).await.expect("taken in");
        self.clock.advance(60);
        ingest.tick(self.app.around.now()).await.expect("settled");
    }

    /// The wrap-ups somebody owes.
    pub(crate) async fn owed(&self, who: &Someone) -> Vec<Value> {
        let panel = self.ask(who, "GET", "/me/panel", None).await.is(200);
        panel.body["wrapups"].as_array().cloned().unwrap_or_default()
    }

    /// Makes a Contact with this number.
    pub(crate) async fn person(&self, who: &Someone, name: &str, number: &str) -> String {
        let body =
            json!({ "kind": "contact", "name": name, "phones": [{ "field": "phone", "raw": number }] });
        let answer = self.ask(who, "POST", "/people", Some(body)).await.is(201);
        answer.body["person"]["id"].as_str().expect("an id").to_owned()
    }

    /// Counts rows by a condition, in the file itself.
    pub(crate) fn count(&self, query: &str) -> i64 {
        let file = rusqlite::Connection::open(&self.database).expect("the database");
        file.query_row(query, [], |row| row.get(0)).expect("a count")
    }

    /// How many calls, Activities, reasons and open wrap-ups a tenant has.
    pub(crate) async fn census(&self, host: &str) -> store::Census {
        self.app.store.census(self.tenant(host).id).await.expect("a census")
    }
}

/// Id of the first code offered with a wrap-up.
pub(crate) fn first_code(wrapup: &Value) -> String {
    wrapup["codes"][0]["id"].as_str().expect("a code").to_owned()
}

/// What Log sends.
pub(crate) fn entry(revision: u64, code: &str, notes: &str) -> Value {
    json!({ "revision": revision, "code": code, "notes": notes, "party": null })
}

/// The path of a wrap-up.
pub(crate) fn path_of(wrapup: &Value, verb: &str) -> String {
    format!("/wrapups/{}/{verb}", wrapup["id"].as_str().expect("an id"))
}
