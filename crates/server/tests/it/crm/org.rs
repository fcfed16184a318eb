//! A Salesforce org in this process, connected to the first tenant of a world: requests reach it as bytes, and what the world's
//! clock says is what time it is there.

use crate::world::{HERE, World};
use async_trait::async_trait;
use crm::Crm;
use crm::salesforce::{
    Config, DEFAULT_BULK_FROM, DEFAULT_CASE_DAYS, DEFAULT_CONCURRENCY, DEFAULT_RESERVE_PERCENT, Language,
    Login, Offset, Request, Response, Salesforce, Secret, Surroundings, Transport, TransportError,
};
use domain::id::At;
use domain::mirror::RemoteId;
use sandbox::salesforce::Org as Emulated;
use serde_json::{Value, json};
use server::app::App;
use server::crm_token::{Keeper, TokenFile};
use server::crms::{ConsentWay, CrmLink};
use server::ops::crm::carry_out::{Round, carry_out};
use server::ops::crm::mirror::{follow, mirror};
use server::sharing::SharingPolicy;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Its address.
pub(crate) const ORIGIN: &str = "https://org.example";
const ROOT: &str = "/services/data/v66.0";
/// Rounds that a test waits for the outbox to be empty, each a few seconds after the one before.
const MAX_ROUNDS: usize = 2_000;

/// The org, and the way to it.
pub(crate) struct Org {
    emulated: Mutex<Emulated>,
    app: Arc<App>,
    unreachable: AtomicBool,
    chance: AtomicU64,
}

impl Org {
    /// Connects an org with the package and without customers, which mirrors nothing yet.
    pub(crate) async fn connect(world: &World) -> Arc<Org> {
        Org::connect_where(world, DEFAULT_BULK_FROM).await
    }

    /// The same; so many records of a kind come by the Bulk API.
    pub(crate) async fn connect_where(world: &World, bulk_from: u64) -> Arc<Org> {
        let org = Org::new(world);
        let login = Login::ClientCredentials {
            client_id: "bitacora".to_owned(),
            client_secret: Secret::new("bitacora-secret"),
        };
        let salesforce = world.tenant(HERE).settings.salesforce.as_ref();
        let relate_opportunities = salesforce.is_some_and(|salesforce| salesforce.relate_opportunities);
        let config = Config { relate_opportunities, bulk_from, ..config(login) };
        let crm = Salesforce::new(config, org.way(), org.way(), None);
        org.linked(world, CrmLink::new(Arc::new(crm), org.organisation(), SharingPolicy::default())).await;
        org
    }

    /// Links an org that is logged in to by an admin's consent, whose token is kept in this folder.
    pub(crate) async fn link_by_consent(self: &Arc<Self>, world: &World, data: &Path) {
        let organisation = self.organisation();
        self.link_meaning(world, data, organisation).await;
    }

    /// The same where the settings mean this organisation.
    pub(crate) async fn link_meaning(self: &Arc<Self>, world: &World, data: &Path, meant: RemoteId) {
        let client_id = "bitacora".to_owned();
        let file = Arc::new(TokenFile::new(data, "here", &meant.0, &client_id, None));
        let login = Login::Refresh { client_id: client_id.clone(), client_secret: None, refresh_token: None };
        let keeper = Arc::new(Keeper(Arc::clone(&file)));
        let salesforce = Arc::new(Salesforce::new(config(login), self.way(), self.way(), Some(keeper)));
        let link = CrmLink::new(
            Arc::clone(&salesforce) as Arc<dyn Crm>,
            self.organisation(),
            SharingPolicy::default(),
        );
        let link = link.consented(ConsentWay {
            login_url: ORIGIN.to_owned(),
            organisation: meant.0,
            client_id,
            client_secret: None,
            transport: self.way(),
            file,
            salesforce,
        });
        self.linked(world, link).await;
    }

    /// An org that nothing is connected to yet.
    pub(crate) fn new(world: &World) -> Arc<Org> {
        let emulated = Emulated::new(7, world.app.around.now());
        let (app, chance) = (Arc::clone(&world.app), AtomicU64::new(0));
        Arc::new(Org { emulated: Mutex::new(emulated), app, unreachable: AtomicBool::new(false), chance })
    }

    fn way(self: &Arc<Self>) -> Arc<Way> {
        Arc::new(Way(Arc::clone(self)))
    }

    /// Which organisation it is.
    pub(crate) fn organisation(&self) -> RemoteId {
        let id = self.control("GET", "", Value::Null)["organization"].as_str().map(RemoteId::salesforce);
        id.flatten().expect("an id of an organisation")
    }

    async fn linked(&self, world: &World, link: CrmLink) {
        let tenant = world.tenant(HERE);
        let link = world.app.crms.connect(tenant.id, link);
        follow(&world.app, tenant, &link).await.expect("followed");
    }

    /// Where the org's page of consent sends a browser that goes there.
    pub(crate) fn asks_for_consent(&self, address: &str) -> String {
        let target = address.strip_prefix(ORIGIN).expect("an address of the org");
        let (method, target, origin) = ("GET".to_owned(), target.to_owned(), ORIGIN.to_owned());
        let request =
            sandbox::salesforce::Request { method, target, origin, headers: Vec::new(), body: Vec::new() };
        let answer = self.emulated.lock().expect("the org").answer(&request, self.app.around.now());
        let location = answer.headers.iter().find(|(name, _)| name == "Location");
        location.map(|(_, value)| value.clone()).expect("it sends the browser back")
    }

    /// Whether this refresh token still opens the org.
    pub(crate) fn takes(&self, refresh_token: &str) -> bool {
        let form = format!("grant_type=refresh_token&client_id=bitacora&refresh_token={refresh_token}");
        self.raw("POST", "/services/oauth2/token", Vec::new(), form.into_bytes()).0 == 200
    }

    fn raw(&self, method: &str, target: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> (u16, Value) {
        let (method, target, origin) = (method.to_owned(), target.to_owned(), ORIGIN.to_owned());
        let request = sandbox::salesforce::Request { method, target, origin, headers, body };
        let answer = self.emulated.lock().expect("the org").answer(&request, self.app.around.now());
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// What tests do to the org (docs/salesforce-emulator.md).
    pub(crate) fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let slash = if path.is_empty() { "" } else { "/" };
        let (status, said) = self.raw(method, &format!("/emulator{slash}{path}"), Vec::new(), body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {said}");
        said
    }

    /// Asks as somebody in the org who may everything.
    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let form = "grant_type=client_credentials&client_id=bitacora&client_secret=bitacora-secret";
        let (_, granted) = self.raw("POST", "/services/oauth2/token", Vec::new(), form.as_bytes().to_vec());
        let token = granted["access_token"].as_str().expect("a token");
        let headers = vec![("Authorization".to_owned(), format!("Bearer {token}"))];
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.raw(method, &format!("{ROOT}/{path}"), headers, body)
    }

    /// Adds people of the sample directory.
    pub(crate) fn people(&self, count: usize) {
        self.emulated.lock().expect("the org").add_people(7, count, self.app.around.now());
    }

    /// Makes a record; answers its id.
    pub(crate) fn create(&self, object: &str, body: Value) -> String {
        let (status, made) = self.ask("POST", &format!("sobjects/{object}"), &body);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Changes a record as somebody in the org does.
    pub(crate) fn change(&self, object: &str, id: &str, body: Value) {
        let (status, said) = self.ask("PATCH", &format!("sobjects/{object}/{id}"), &body);
        assert_eq!(status, 204, "{said}");
    }

    /// Takes a record away as somebody in the org does.
    pub(crate) fn delete(&self, object: &str, id: &str) {
        let (status, said) = self.ask("DELETE", &format!("sobjects/{object}/{id}"), &Value::Null);
        assert_eq!(status, 204, "{said}");
    }

    /// All that a query finds.
    pub(crate) fn query(&self, soql: &str) -> Vec<Value> {
        let query: String = soql.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let (status, mut page) = self.ask("GET", &format!("query?q={query}"), &Value::Null);
        assert_eq!(status, 200, "{soql}: {page}");
        let mut found = page["records"].as_array().cloned().unwrap_or_default();
        while let Some(next) = page["nextRecordsUrl"].as_str() {
            page = self.ask("GET", next.trim_start_matches(&format!("{ROOT}/")), &Value::Null).1;
            found.extend(page["records"].as_array().cloned().unwrap_or_default());
        }
        found
    }

    /// The one record that a query finds.
    pub(crate) fn one(&self, soql: &str) -> Value {
        let mut found = self.query(soql);
        assert_eq!(found.len(), 1, "{soql}: {found:?}");
        found.remove(0)
    }

    /// Whether nothing gets there.
    pub(crate) fn cut_off(&self, unreachable: bool) {
        self.unreachable.store(unreachable, Ordering::Relaxed);
    }

    /// How many calls of a day were answered since they were counted anew.
    pub(crate) fn calls(&self) -> u64 {
        self.control("GET", "calls", Value::Null)["limited"].as_u64().expect("a count")
    }

    /// Counts calls from now on.
    pub(crate) fn count_anew(&self) {
        self.control("DELETE", "calls", Value::Null);
    }
}

/// Reads what changed in the org.
pub(crate) async fn read(world: &World) -> usize {
    let tenant = world.tenant(HERE);
    let link = world.app.crms.of(tenant.id).expect("a CRM");
    mirror(&world.app, tenant, &link).await.expect("mirrored")
}

/// Carries out what is due now.
pub(crate) async fn round(world: &World) -> Round {
    let tenant = world.tenant(HERE);
    let link = world.app.crms.of(tenant.id).expect("a CRM");
    carry_out(&world.app, tenant, &link).await.expect("a store that works")
}

/// Carries out until nothing waits; what is stuck may stay.
pub(crate) async fn drain(world: &World) {
    for _ in 0..MAX_ROUNDS {
        let waiting = world.app.store.outbox_tally(world.tenant(HERE).id).await.expect("a tally").waiting;
        if waiting == 0 {
            return;
        }
        if round(world).await.settled == 0 {
            world.clock.advance(7);
        }
    }
    panic!("the outbox does not empty");
}

fn config(login: Login) -> Config {
    Config {
        login_url: ORIGIN.to_owned(),
        organisation: None,
        login,
        language: Language::English,
        offset: Offset(Arc::new(|_| 60)),
        unknown_company: "[unknown]".to_owned(),
        concurrency: DEFAULT_CONCURRENCY,
        reserve_percent: DEFAULT_RESERVE_PERCENT,
        case_days: DEFAULT_CASE_DAYS,
        bulk_from: DEFAULT_BULK_FROM,
        phones: Vec::new(),
        relate_opportunities: false,
    }
}

struct Way(Arc<Org>);

#[async_trait]
impl Transport for Way {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let target = request.url.strip_prefix(ORIGIN);
        let Some(target) = target.filter(|_| !self.0.unreachable.load(Ordering::Relaxed)) else {
            return Err(TransportError::NotSent("no route".to_owned()));
        };
        let headers = request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let asked = sandbox::salesforce::Request {
            method: request.method.name().to_owned(),
            target: target.to_owned(),
            origin: ORIGIN.to_owned(),
            headers: headers.collect(),
            body: request.body.clone(),
        };
        let answer = self.0.emulated.lock().expect("the org").answer(&asked, self.0.app.around.now());
        match answer.lost {
            true => Err(TransportError::NothingBack("the connection ended".to_owned())),
            false => Ok(Response { status: answer.status, headers: answer.headers, body: answer.body }),
        }
    }
}

#[async_trait]
impl Surroundings for Way {
    fn now(&self) -> At {
        self.0.app.around.now()
    }

    async fn sleep(&self, _how_long: Duration) {
        tokio::task::yield_now().await;
    }

    fn jitter(&self) -> f64 {
        f64::from((self.0.chance.fetch_add(617, Ordering::Relaxed) % 1_000) as u16) / 1_000.0
    }
}

/// A Contact in the org with this number; answers its id.
pub(crate) fn contact(org: &Org, name: &str, number: &str) -> String {
    org.create("Contact", json!({ "LastName": name, "MobilePhone": number }))
}
