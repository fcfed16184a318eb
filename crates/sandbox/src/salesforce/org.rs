//! The org: its state, and the one door through which it is asked.

use super::access::Access;
use super::bulk::Job;
use super::calls::{Calls, Kind};
use super::data::{Data, Row};
use super::faults::{self, Drawn, Fault};
use super::metadata::{self, Metadata};
use super::refusal;
use super::rules::Rules;
use super::write::Writer;
use super::{control, key, oauth, rest, sample, soap};
use crate::dice::Dice;
use domain::id::At;
use serde_json::Value;
use std::collections::BTreeMap;

/// The password of every user of a new org. It protects nothing.
pub const OPENING_PASSWORD: &str = "emulator";
/// Calls that a new org answers in a day: those of a Developer Edition.
const DAILY_CALLS: u64 = 15_000;
/// What the faults are thrown with.
const FAULTS: u64 = 21;
/// What tokens are thrown with.
const TOKENS: u64 = 22;
/// What an org's own ids are told from another's by.
const INSTANCE: u64 = 23;

/// A request as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and query, as they were written.
    pub target: String,
    /// Scheme, host and port by which the client reaches the org: what its answers call themselves.
    pub origin: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first value of a header, by its name in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The pairs of the query.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// A value of the query.
    pub(crate) fn query_value(&self, key: &str) -> Option<String> {
        self.query().into_iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The token that the request shows.
    pub(crate) fn bearer(&self) -> Option<String> {
        let header = self.header("authorization")?;
        let token = header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("OAuth "))?;
        Some(token.trim().to_owned())
    }
}

/// An answer, and what becomes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names and values; the type of the body among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How much later it is to be sent, in milliseconds.
    pub delay_ms: u64,
    /// Whether the connection is to be cut instead of sending it. What it would have said has happened, unless a fault
    /// dropped the request.
    pub lost: bool,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Answer {
        let headers = vec![("Content-Type".to_owned(), "application/json;charset=UTF-8".to_owned())];
        Answer { status, headers, body: body.to_string().into_bytes(), ..Answer::default() }
    }

    pub(crate) fn text(status: u16, body: &str) -> Answer {
        let headers = vec![("Content-Type".to_owned(), "text/plain;charset=UTF-8".to_owned())];
        Answer { status, headers, body: body.as_bytes().to_vec(), ..Answer::default() }
    }

    pub(crate) fn without_body(mut self) -> Answer {
        self.body.clear();
        self
    }
}

/// What is left of a query's answer for the next page.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    pub(crate) records: Vec<Value>,
    pub(crate) batch: usize,
}

/// An org.
#[derive(Debug)]
pub struct Org {
    pub(crate) id: String,
    /// The first user, who may everything.
    pub(crate) admin: String,
    pub(crate) data: Data,
    pub(crate) rules: Rules,
    pub(crate) access: Access,
    pub(crate) faults: Vec<Fault>,
    pub(crate) calls: Calls,
    pub(crate) daily_calls: u64,
    /// How long a record that was written is not found by a search, in milliseconds.
    pub(crate) search_lag_ms: i64,
    pub(crate) cursors: BTreeMap<String, Cursor>,
    pub(crate) jobs: BTreeMap<String, Job>,
    pub(crate) metadata: Metadata,
    dice: Dice,
}

impl Org {
    /// A new org with its users and the package that logs calls, and without any record of a customer.
    pub fn new(seed: u64, now: At) -> Org {
        let instance = format!("E{:02}", Dice::new(seed, INSTANCE).below(100));
        let mut org = Org {
            id: String::new(),
            admin: String::new(),
            data: Data::new(instance),
            rules: Rules::default(),
            access: Access::new(Dice::new(seed, TOKENS)),
            faults: Vec::new(),
            calls: Calls::default(),
            daily_calls: DAILY_CALLS,
            search_lag_ms: 0,
            cursors: BTreeMap::new(),
            jobs: BTreeMap::new(),
            metadata: Metadata::default(),
            dice: Dice::new(seed, FAULTS),
        };
        sample::settle(&mut org, now);
        metadata::settle(&mut org, now);
        org
    }

    /// Adds the first `count` people of the sample directory and some Cases of theirs.
    pub fn add_people(&mut self, seed: u64, count: usize, now: At) {
        sample::people(self, seed, count, now);
    }

    /// Its id, of 18 characters.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Has assertions of the app `bitacora` checked with the RSA key in a PEM text of a public key or a certificate; false where
    /// there is none in it.
    pub fn trust(&mut self, pem: &str) -> bool {
        let (key, client) = (key::of_pem(pem), self.access.clients.get_mut(sample::CLIENT));
        match (key, client) {
            (Some(key), Some(client)) => {
                client.key = Some(key);
                true
            }
            _ => false,
        }
    }

    /// How many requests were answered.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Answers a request. Whatever it says, there is an answer.
    pub fn answer(&mut self, request: &Request, now: At) -> Answer {
        // A client that puts a stroke behind the address of its org asks for `//services`.
        if request.target.starts_with("//") {
            let target = format!("/{}", request.target.trim_start_matches('/'));
            return self.answer(&Request { target, ..request.clone() }, now);
        }
        let path = request.path();
        if path.starts_with("/emulator") {
            return control::answer(self, request, now);
        }
        let drawn = faults::draw(&mut self.faults, &mut self.dice, &request.method, &request.target);
        if drawn.dropped {
            return Answer { lost: true, ..Answer::default() };
        }
        let mut answer = self.undisturbed(request, path, &drawn, now);
        answer.delay_ms = drawn.delay_ms;
        answer.lost = drawn.lost;
        answer
    }

    fn undisturbed(&mut self, request: &Request, path: &str, drawn: &Drawn, now: At) -> Answer {
        if drawn.ends_session {
            self.access.end(&request.bearer().unwrap_or_default());
        }
        if let Some(refused) = &drawn.refused {
            return Answer::json(refused.code.status(), &refusal::body(std::slice::from_ref(refused)));
        }
        if path.starts_with("/services/oauth2/") || path.starts_with("/id/") {
            self.calls.count(Kind::Login);
            oauth::answer(self, request, now)
        } else if path.starts_with("/services/Soap/") {
            soap::answer(self, request, now)
        } else {
            rest::answer(self, request, drawn.lock, now)
        }
    }

    /// A user's record; an empty one where there is none.
    pub(crate) fn user(&self, id: &str) -> Row {
        self.data.row("User", id).cloned().unwrap_or_default()
    }

    /// The id of an active user, by the name they log in with.
    pub(crate) fn user_by_name(&self, name: &str) -> Option<String> {
        let mut users = self.data.living("User").filter(|user| user.is("IsActive"));
        users.find(|user| user.text("Username").eq_ignore_ascii_case(name)).map(|user| user.id().to_owned())
    }

    /// Somebody who writes by way of the control routes.
    pub(crate) fn writer(&self, now: At) -> Writer {
        Writer { user: self.admin.clone(), now, ..Writer::default() }
    }

    /// A number that was not thrown before.
    pub(crate) fn throw(&mut self) -> u64 {
        self.dice.next()
    }
}
