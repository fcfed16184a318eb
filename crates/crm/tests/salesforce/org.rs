//! An org in this process, and the world around a client of it.

use async_trait::async_trait;
use crm::salesforce::{
    Config, DEFAULT_BULK_FROM, DEFAULT_CASE_DAYS, DEFAULT_CONCURRENCY, DEFAULT_RESERVE_PERCENT,
    KeepsRefreshToken, Language, Login, Offset, Request, Response, Salesforce, Secret, Surroundings,
    Transport, TransportError,
};
use domain::id::At;
use sandbox::salesforce::{Kind, Org};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::dice::Dice;

/// 2026-11-26T10:00:00Z.
pub(crate) const START: At = At(1_795_687_200_000_000);
/// Where the org is reached.
pub(crate) const ORIGIN: &str = "https://org.example";
/// How long a request takes, in milliseconds.
const REQUEST_MS: i64 = 40;

/// Somebody who says something.
type Saying = fn(&mut Dice) -> Response;

struct State {
    org: Org,
    now: At,
    dice: Dice,
    /// Whether nothing gets there at all.
    unreachable: bool,
    /// Requests that were sent, whatever became of them.
    sent: u64,
    /// Bytes of the largest of them.
    largest: usize,
    /// Headers of the last of them.
    headers: Vec<(&'static str, String)>,
    /// In how many of a hundred requests the answer is what somebody else says.
    babbles: Option<(Dice, u64, Saying)>,
    /// After how many more requests an answer is lost.
    loses_after: Option<u64>,
    /// What the last answers are replaced by, the next one last.
    instead: Vec<Result<Response, TransportError>>,
}

/// The world: an org, a clock, a throw of the dice. Clones are the same world.
#[derive(Clone)]
pub(crate) struct World(Arc<Mutex<State>>);

impl World {
    pub(crate) fn new(seed: u64) -> World {
        World(Arc::new(Mutex::new(State {
            org: Org::new(seed, START),
            now: START,
            dice: Dice::new(seed, 1),
            unreachable: false,
            sent: 0,
            largest: 0,
            headers: Vec::new(),
            loses_after: None,
            babbles: None,
            instead: Vec::new(),
        })))
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().expect("a test that failed before"))
    }

    pub(crate) fn later(&self, millis: i64) {
        self.with(|state| state.now = state.now.plus_millis(millis));
    }

    pub(crate) fn cut_off(&self, unreachable: bool) {
        self.with(|state| state.unreachable = unreachable);
    }

    /// Has the next request answered by this instead of the org.
    pub(crate) fn answer_instead(&self, answer: Result<Response, TransportError>) {
        self.with(|state| state.instead.insert(0, answer));
    }

    /// Has so many of a hundred requests be done, and answered by what `say` says; `None`: no more.
    pub(crate) fn babble(&self, how: Option<(Dice, u64)>, say: Saying) {
        self.with(|state| state.babbles = how.map(|(dice, percent)| (dice, percent, say)));
    }

    /// Lets so many requests be answered; what the one after them does is done, and its answer is lost.
    pub(crate) fn lose_answer_after(&self, requests: u64) {
        self.with(|state| state.loses_after = Some(requests));
    }

    /// How many requests were sent since the world began.
    pub(crate) fn sent(&self) -> u64 {
        self.with(|state| state.sent)
    }

    /// Bytes of the largest request that was sent.
    pub(crate) fn largest(&self) -> usize {
        self.with(|state| state.largest)
    }

    /// A header of the last request that was sent.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.with(|state| {
            state.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        })
    }

    /// How many calls of the day were answered since they were counted anew.
    pub(crate) fn limited(&self) -> u64 {
        self.with(|state| state.org.calls().limited())
    }

    /// How many calls of a kind.
    pub(crate) fn of(&self, kind: Kind) -> u64 {
        self.with(|state| state.org.calls().of(kind))
    }

    /// Counts calls from now on.
    pub(crate) fn count_anew(&self) {
        self.emulator("DELETE", "calls", Value::Null);
    }

    /// A control route of the emulator that does what it is asked.
    pub(crate) fn emulator(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, said) = self.raw(method, &format!("/emulator/{path}"), "", &body);
        assert_eq!(status, 200, "{path}: {said}");
        said
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Value {
        self.emulator("POST", path, body)
    }

    fn raw(&self, method: &str, target: &str, token: &str, body: &Value) -> (u16, Value) {
        self.with(|state| {
            let content = match body {
                Value::Null => Vec::new(),
                Value::String(form) => form.clone().into_bytes(),
                json => json.to_string().into_bytes(),
            };
            let request = sandbox::salesforce::Request {
                method: method.to_owned(),
                target: target.to_owned(),
                origin: ORIGIN.to_owned(),
                headers: vec![("Authorization".to_owned(), format!("Bearer {token}"))],
                body: content,
            };
            let answer = state.org.answer(&request, state.now);
            (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
        })
    }

    /// Where a browser is sent on from an address of the org.
    pub(crate) fn follow(&self, address: &str) -> String {
        self.with(|state| {
            let request = sandbox::salesforce::Request {
                method: "GET".to_owned(),
                target: address.strip_prefix(ORIGIN).expect("an address of the org").to_owned(),
                origin: ORIGIN.to_owned(),
                ..Default::default()
            };
            let answer = state.org.answer(&request, state.now);
            answer.headers.into_iter().find(|(name, _)| name == "Location").expect("sent on").1
        })
    }

    /// A person in the org, who writes and reads as this user.
    pub(crate) fn person(&self, user: &str) -> Person {
        let location = self.follow(&format!(
            "{ORIGIN}/services/oauth2/authorize?response_type=code&client_id=bitacora\
             &redirect_uri=https%3A%2F%2Fx&login_hint={user}"
        ));
        let code = location.split_once("code=").expect("a code").1;
        let form = format!(
            "grant_type=authorization_code&client_id=bitacora&client_secret=bitacora-secret&code={code}&redirect_uri=https%3A%2F%2Fx"
        );
        let (_, granted) = self.raw("POST", "/services/oauth2/token", "", &json!(form));
        let token = granted["access_token"].as_str().expect("a token").to_owned();
        Person { world: self.clone(), token }
    }
}

/// Somebody who works in the org.
pub(crate) struct Person {
    world: World,
    token: String,
}

impl Person {
    pub(crate) fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.world.raw(method, &format!("/services/data/v66.0/{path}"), &self.token, &body)
    }

    /// What their session is known by.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn create(&self, object: &str, body: Value) -> String {
        let (status, made) = self.ask("POST", &format!("sobjects/{object}"), body);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn change(&self, object: &str, id: &str, body: Value) {
        let (status, said) = self.ask("PATCH", &format!("sobjects/{object}/{id}"), body);
        assert_eq!(status, 204, "{said}");
    }

    pub(crate) fn delete(&self, object: &str, id: &str) {
        let (status, said) = self.ask("DELETE", &format!("sobjects/{object}/{id}"), Value::Null);
        assert_eq!(status, 204, "{said}");
    }

    /// All records that a query finds.
    pub(crate) fn query(&self, soql: &str) -> Vec<Value> {
        let query: String = soql.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let (status, mut page) = self.ask("GET", &format!("query?q={query}"), Value::Null);
        assert_eq!(status, 200, "{soql}: {page}");
        let mut found = page["records"].as_array().cloned().unwrap_or_default();
        while let Some(next) = page["nextRecordsUrl"].as_str() {
            page = self.ask("GET", next.trim_start_matches("/services/data/v66.0/"), Value::Null).1;
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

    /// The id of a user by the part of the name before the `@`.
    pub(crate) fn user(&self, name: &str) -> String {
        let found = self.one(&format!("SELECT Id FROM User WHERE Username = '{name}@emulator.example'"));
        found["Id"].as_str().expect("an id").to_owned()
    }
}

#[async_trait]
impl Transport for World {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // Others get their turn here, as they would while an answer is awaited.
        tokio::task::yield_now().await;
        self.with(|state| {
            state.now = state.now.plus_millis(REQUEST_MS);
            state.sent += 1;
            state.largest = state.largest.max(request.body.len());
            state.headers.clone_from(&request.headers);
            if let Some(answer) = state.instead.pop() {
                return answer;
            }
            let target = request.url.strip_prefix(ORIGIN);
            let Some(target) = target.filter(|_| !state.unreachable) else {
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
            let answer = state.org.answer(&asked, state.now);
            state.now = state.now.plus_millis(answer.delay_ms as i64);
            if let Some((dice, percent, say)) = &mut state.babbles
                && dice.percent(*percent)
            {
                return Ok(say(dice));
            }
            let loses = state.loses_after == Some(0);
            state.loses_after = state.loses_after.and_then(|more| more.checked_sub(1));
            match answer.lost || loses {
                true => Err(TransportError::NothingBack("the connection ended".to_owned())),
                false => Ok(Response { status: answer.status, headers: answer.headers, body: answer.body }),
            }
        })
    }
}

#[async_trait]
impl Surroundings for World {
    fn now(&self) -> At {
        self.with(|state| state.now)
    }

    async fn sleep(&self, how_long: Duration) {
        self.later(how_long.as_millis() as i64);
        tokio::task::yield_now().await;
    }

    fn jitter(&self) -> f64 {
        self.with(|state| state.dice.below(1_000) as f64 / 1_000.0)
    }
}

/// Settings of a client of the org.
pub(crate) fn config() -> Config {
    Config {
        login_url: ORIGIN.to_owned(),
        organisation: None,
        login: Login::ClientCredentials {
            client_id: "bitacora".to_owned(),
            client_secret: Secret::new("bitacora-secret"),
        },
        language: Language::Spanish,
        offset: Offset(Arc::new(|_| 60)),
        unknown_company: "[desconocida]".to_owned(),
        concurrency: DEFAULT_CONCURRENCY,
        reserve_percent: DEFAULT_RESERVE_PERCENT,
        case_days: DEFAULT_CASE_DAYS,
        bulk_from: DEFAULT_BULK_FROM,
        phones: Vec::new(),
        relate_opportunities: false,
    }
}

pub(crate) fn client_with(world: &World, config: Config) -> Salesforce {
    let transport = Arc::new(world.clone());
    Salesforce::new(config, transport, Arc::new(world.clone()), None::<Arc<dyn KeepsRefreshToken>>)
}

pub(crate) fn client(world: &World) -> Salesforce {
    client_with(world, config())
}

/// Runs something to its end.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(work)
}
