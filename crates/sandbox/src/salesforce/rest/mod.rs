//! `/services/data/…`: who asks, what is asked, and in which shape it is answered.

mod about;
mod changes;
mod collections;
mod composite;
mod query;
mod records;
#[cfg(test)]
mod taken_back;

use super::bulk;
use super::calls::Kind;
use super::faults;
use super::org::{Answer, Org, Request};
use super::refusal::{self, Code, Refusal};
use super::write::Writer;
use domain::id::At;
use serde_json::{Map, Value};

/// Versions that the org speaks; the last is the newest.
pub(crate) const VERSIONS: std::ops::RangeInclusive<u32> = 45..=67;

/// A body, by its kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Json(Value),
    Csv(String),
    Empty,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Body,
    pub(crate) headers: Vec<(String, String)>,
}

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Reply {
        Reply { status, body: Body::Json(body), headers: Vec::new() }
    }

    pub(crate) fn empty(status: u16) -> Reply {
        Reply { status, body: Body::Empty, headers: Vec::new() }
    }
}

/// A reply, or all that was refused.
pub(crate) type Replied = Result<Reply, Vec<Refusal>>;

/// A request for a resource of a version: one that came, or one within a composite.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: String,
    /// The parts of the path behind the version, as they are meant.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// `/services/data/v66.0`.
    pub(crate) root: String,
    pub(crate) version: u32,
}

impl Ask {
    /// A request by its method and address; `None` where that names no version.
    pub(crate) fn read(
        method: &str,
        target: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Option<Ask> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let rest = path.strip_prefix("/services/data/v")?;
        let (version, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let number: u32 = version.strip_suffix(".0")?.parse().ok()?;
        VERSIONS.contains(&number).then_some(())?;
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let overridden = query.iter().find(|(key, _)| key == "_HttpMethod").map(|(_, method)| method.clone());
        Some(Ask {
            method: overridden.filter(|_| method == "POST").unwrap_or_else(|| method.to_owned()),
            path: rest.split('/').filter(|part| !part.is_empty()).map(meant).collect(),
            query,
            headers,
            body,
            root: format!("/services/data/v{number}.0"),
            version: number,
        })
    }

    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Vec<Refusal>> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(unreadable("Unexpected value: an object is expected")),
            Err(error) => Err(unreadable(&error.to_string())),
        }
    }

    /// Whether a header such as `Sforce-Duplicate-Rule-Header: allowSave=true` says so.
    fn says(&self, header: &str, key: &str) -> bool {
        let parts = self.header(header).into_iter().flat_map(|value| value.split([';', ',']));
        parts.filter_map(|part| part.split_once('=')).any(|(known, value)| {
            known.trim().eq_ignore_ascii_case(key) && value.trim().eq_ignore_ascii_case("true")
        })
    }
}

fn unreadable(why: &str) -> Vec<Refusal> {
    vec![Refusal::new(Code::JsonParser, why)]
}

/// A part of a path without its escapes.
fn meant(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match escaped.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Answers a request for `/services/data…`.
pub(crate) fn answer(org: &mut Org, request: &Request, lock: bool, now: At) -> Answer {
    let path = request.path().trim_end_matches('/');
    if path == "/services/data" {
        org.calls.count(Kind::Versions);
        return Answer::json(200, &about::versions());
    }
    let body = request.body.clone();
    let Some(ask) = Ask::read(&request.method, &request.target, request.headers.clone(), body) else {
        return shaped(org, Err(vec![Refusal::not_found()]));
    };
    let token = request.bearer().unwrap_or_default();
    let Some(user) = org.access.session(&token, now).map(|session| session.user.clone()) else {
        return shaped(org, Err(vec![faults::expired()]));
    };
    org.calls.count(kind(&ask));
    if org.calls.limited() > org.daily_calls {
        return shaped(org, Err(vec![faults::limit()]));
    }
    let mut writer = Writer {
        user,
        now,
        allow_save: ask.says("Sforce-Duplicate-Rule-Header", "allowSave"),
        record_details: ask.says("Sforce-Duplicate-Rule-Header", "includeRecordDetails"),
        lock,
    };
    let replied = handle(org, &ask, &mut writer);
    shaped(org, replied)
}

/// What a request counts as.
fn kind(ask: &Ask) -> Kind {
    let part = |nth: usize| ask.path.get(nth).map(String::as_str).unwrap_or_default();
    match (part(0), part(1)) {
        ("sobjects", "") => Kind::Describe,
        ("sobjects", _) => match part(2) {
            "describe" => Kind::Describe,
            "updated" | "deleted" => Kind::Changes,
            _ => Kind::Record,
        },
        ("query" | "queryAll", _) => Kind::Query,
        ("search" | "parameterizedSearch", _) => Kind::Search,
        ("composite", "sobjects" | "tree") => Kind::Collection,
        ("composite", _) => Kind::Composite,
        ("limits", _) => Kind::Limits,
        ("jobs", _) => Kind::Bulk,
        _ => Kind::Other,
    }
}

/// Answers a resource; a composite comes through here once more for each of its parts.
pub(crate) fn handle(org: &mut Org, ask: &Ask, by: &mut Writer) -> Replied {
    let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => Ok(Reply::json(200, about::resources(&ask.root))),
        ["limits"] => Ok(Reply::json(200, about::limits(org))),
        ["limits", "recordCount"] => Ok(about::record_count(org, ask)),
        ["recent"] => Ok(Reply::json(200, Value::Array(Vec::new()))),
        ["query" | "queryAll", rest @ ..] => query::handle(org, ask, rest, by.now),
        ["search" | "parameterizedSearch"] => query::search(org, ask, by.now),
        ["composite", "sobjects", rest @ ..] => collections::handle(org, ask, rest, by),
        ["composite", rest @ ..] => composite::handle(org, ask, rest, by),
        ["jobs", rest @ ..] => bulk::handle(org, ask, rest, by),
        ["sobjects", rest @ ..] => records::handle(org, ask, rest, by),
        _ => Err(vec![Refusal::not_found()]),
    }
}

/// A reply as it is sent: its type, and how much of the day's calls is used.
fn shaped(org: &Org, replied: Replied) -> Answer {
    let reply = replied.unwrap_or_else(refused);
    let mut answer = match reply.body {
        Body::Json(body) => Answer::json(reply.status, &body),
        Body::Csv(text) => Answer {
            status: reply.status,
            headers: vec![("Content-Type".into(), "text/csv".into())],
            body: text.into_bytes(),
            ..Answer::default()
        },
        Body::Empty => Answer { status: reply.status, ..Answer::default() },
    };
    let used = format!("api-usage={}/{}", org.calls.limited(), org.daily_calls);
    answer.headers.push(("Sforce-Limit-Info".into(), used));
    answer.headers.extend(reply.headers);
    answer
}

/// What a request that was refused is answered.
pub(crate) fn refused(refusals: Vec<Refusal>) -> Reply {
    let status = refusals.first().map_or(400, |refusal| refusal.code.status());
    Reply::json(status, refusal::body(&refusals))
}
