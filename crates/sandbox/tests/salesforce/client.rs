//! A client of an org, with a clock that the test moves.

use domain::id::At;
use sandbox::salesforce::{Answer, Org, Request};
use serde_json::{Value, json};

/// 2026-11-26T10:00:00Z.
pub(crate) const START: At = At(1_795_687_200_000_000);
/// What stands before every resource.
pub(crate) const ROOT: &str = "/services/data/v66.0";

/// A client who is logged in as the integration user.
pub(crate) struct Client {
    pub(crate) org: Org,
    pub(crate) now: At,
    token: String,
}

impl Client {
    pub(crate) fn new() -> Client {
        let mut client = Client { org: Org::new(7, START), now: START, token: String::new() };
        client.log_in();
        client
    }

    /// A session from now on.
    pub(crate) fn log_in(&mut self) {
        let form = "grant_type=client_credentials&client_id=bitacora&client_secret=bitacora-secret";
        let answer = self.org.answer(&form_of(form), self.now);
        self.token = read(&answer)["access_token"].as_str().expect("a token").to_owned();
    }

    /// A request for a resource of the version, as this client sends it.
    pub(crate) fn request(&self, method: &str, path: &str, body: &Value) -> Request {
        let target = if path.starts_with('/') { path.to_owned() } else { format!("{ROOT}/{path}") };
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        Request {
            method: method.to_owned(),
            target,
            origin: "https://org.example".to_owned(),
            headers: vec![("Authorization".to_owned(), format!("Bearer {}", self.token))],
            body,
        }
    }

    pub(crate) fn send(&mut self, request: &Request) -> Answer {
        self.org.answer(request, self.now)
    }

    /// Status and body of an answer.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(method, path, &body);
        let answer = self.send(&request);
        (answer.status, read(&answer))
    }

    pub(crate) fn create(&mut self, object: &str, body: Value) -> String {
        let (status, made) = self.ask("POST", &format!("sobjects/{object}"), body);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Status and code of a refusal.
    pub(crate) fn refused(&mut self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, said) = self.ask(method, path, body);
        (status, said[0]["errorCode"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned())
    }

    pub(crate) fn query(&mut self, soql: &str) -> Value {
        let (status, found) = self.ask("GET", &format!("query?q={}", escaped(soql)), Value::Null);
        assert_eq!(status, 200, "{soql}: {found}");
        found
    }

    pub(crate) fn count(&mut self, soql: &str) -> u64 {
        self.query(soql)["totalSize"].as_u64().expect("a number")
    }

    /// A control route that does what it is asked.
    pub(crate) fn control(&mut self, path: &str, body: Value) -> Value {
        let (status, said) = self.ask("POST", &format!("/emulator/{path}"), body);
        assert_eq!(status, 200, "{said}");
        said
    }

    pub(crate) fn later(&mut self, seconds: i64) {
        self.now = self.now.plus_millis(seconds * 1000);
    }
}

/// A form that is posted to the token endpoint.
pub(crate) fn form_of(form: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        target: "/services/oauth2/token".to_owned(),
        origin: "https://org.example".to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: form.as_bytes().to_vec(),
    }
}

pub(crate) fn read(answer: &Answer) -> Value {
    match answer.body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&answer.body)
            .unwrap_or_else(|_| json!(String::from_utf8_lossy(&answer.body))),
    }
}

/// A text as part of an address.
pub(crate) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
