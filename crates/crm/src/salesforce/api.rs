//! A request to the org with all that every request needs: a session, a place among those under way, a look at the calls
//! that are left, and an answer that is either what was asked for or says what to do next.

use super::governor::{Governor, Purpose};
use super::refused::{self, Meaning, Said};
use super::session::{Sessions, Token};
use super::transport::{Method, Request, Response, Surroundings, Transport, TransportError};
use crate::error::{CrmError, CrmErrorKind};
use serde_json::Value;
use std::sync::Arc;

/// Most pages of one query that are followed: a query that asks for no more than 2,000 rows has few.
const MAX_PAGES: usize = 50;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// Behind `/services/data/v66.0/`, or from the host on where it begins with a stroke.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) purpose: Purpose,
    /// Whether it changes something, so that an answer that is lost leaves a doubt.
    pub(crate) changes: bool,
}

impl Ask {
    /// Reads something.
    pub(crate) fn get(path: impl Into<String>, purpose: Purpose) -> Ask {
        Ask {
            method: Method::Get,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            purpose,
            changes: false,
        }
    }

    /// Sends something.
    pub(crate) fn post(path: impl Into<String>, body: Value, purpose: Purpose, changes: bool) -> Ask {
        Ask {
            method: Method::Post,
            path: path.into(),
            headers: Vec::new(),
            body: Some(body),
            purpose,
            changes,
        }
    }
}

/// Why there is no answer to go on with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// Nothing, or nobody knows what, was done.
    Crm(CrmError),
    /// It is refused as it is, or is there already.
    Refused(Vec<Said>),
}

impl From<CrmError> for Trouble {
    fn from(error: CrmError) -> Trouble {
        Trouble::Crm(error)
    }
}

/// The org, as far as requests go.
pub(crate) struct Api {
    transport: Arc<dyn Transport>,
    surroundings: Arc<dyn Surroundings>,
    sessions: Sessions,
    pub(crate) governor: Governor,
}

impl Api {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        surroundings: Arc<dyn Surroundings>,
        sessions: Sessions,
        governor: Governor,
    ) -> Api {
        Api { transport, surroundings, sessions, governor }
    }

    /// What time it is, and chance.
    pub(crate) fn surroundings(&self) -> &dyn Surroundings {
        self.surroundings.as_ref()
    }

    /// Who gets tokens.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The session, which names the version and the user we are.
    pub(crate) async fn session(&self) -> Result<Arc<Token>, CrmError> {
        self.sessions.current().await
    }

    /// Scheme, host and port of the org, as far as is known without asking.
    pub(crate) fn instance(&self) -> Option<String> {
        self.sessions.instance()
    }

    /// What stands before the resources of the version: `/services/data/v66.0`.
    pub(crate) async fn root(&self) -> Result<String, CrmError> {
        Ok(format!("/services/data/v{}.0", self.session().await?.version))
    }

    /// Asks, and once more where the session was over.
    pub(crate) async fn call(&self, ask: &Ask) -> Result<Response, CrmError> {
        if !self.governor.allows(ask.purpose, self.surroundings.now()) {
            let detail = "the calls of the day that are left are kept for logging";
            return Err(self.error(CrmErrorKind::LimitReached, false, detail));
        }
        let token = self.session().await?;
        let response = self.send(&token, ask).await?;
        if response.status != 401 {
            return Ok(response);
        }
        self.sessions.over(&token).await;
        let token = self.session().await?;
        let response = self.send(&token, ask).await?;
        if response.status == 401 {
            self.sessions.over(&token).await;
            let detail = "a session that was just begun is not taken";
            return Err(self.error(CrmErrorKind::Credentials, false, detail));
        }
        Ok(response)
    }

    async fn send(&self, token: &Token, ask: &Ask) -> Result<Response, CrmError> {
        let url = match ask.path.starts_with('/') {
            true => format!("{}{}", token.instance, ask.path),
            false => format!("{}/services/data/v{}.0/{}", token.instance, token.version, ask.path),
        };
        let mut headers = vec![("Authorization", format!("Bearer {}", token.access.reveal()))];
        if !ask.headers.iter().any(|(name, _)| *name == "Accept") {
            headers.push(("Accept", "application/json".to_owned()));
        }
        headers.extend(ask.headers.iter().cloned());
        let body = ask.body.as_ref().map(Value::to_string).unwrap_or_default().into_bytes();
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json; charset=UTF-8".to_owned()));
        }
        let request = Request { method: ask.method, url, headers, body };
        let sent = {
            let _place = self.governor.place().await;
            self.transport.send(request).await
        };
        let response = sent.map_err(|error| self.unanswered(&error, ask.changes))?;
        if let Some(told) = response.header("Sforce-Limit-Info") {
            self.governor.note(told, self.surroundings.now());
        }
        Ok(response)
    }

    fn unanswered(&self, error: &TransportError, changes: bool) -> CrmError {
        let (kind, doubt) = match error {
            TransportError::NotSent(_) => (CrmErrorKind::Unreachable, false),
            TransportError::NothingBack(_) => (CrmErrorKind::Unreachable, changes),
            TransportError::TooLarge => (CrmErrorKind::NotUnderstood, changes),
        };
        self.error(kind, doubt, &error.to_string())
    }

    /// An error of ours, with chance in how long to wait.
    pub(crate) fn error(&self, kind: CrmErrorKind, doubt: bool, detail: &str) -> CrmError {
        refused::error(kind, doubt, "", detail, self.surroundings.jitter())
    }

    /// Asks, and reads the answer.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Value, Trouble> {
        let response = self.call(ask).await?;
        self.read(&response, ask.changes)
    }

    /// What an answer says, if it is one to go on with.
    pub(crate) fn read(&self, response: &Response, changes: bool) -> Result<Value, Trouble> {
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        match (response.status, body) {
            (204, _) => Ok(Value::Null),
            (200..=299, Some(body)) => Ok(body),
            (200..=399, _) => {
                let detail = format!("an answer of status {} that is none of the API's", response.status);
                Err(self.error(CrmErrorKind::NotUnderstood, changes, &detail).into())
            }
            (status, body) => {
                let said = refused::of_body(&body.unwrap_or_default());
                Err(self.judge(status, said, changes))
            }
        }
    }

    /// What to do about what was refused: the first that can be tried again decides.
    pub(crate) fn judge(&self, status: u16, said: Vec<Said>, changes: bool) -> Trouble {
        let unsaid = [Said::default()];
        let all = if said.is_empty() { &unsaid } else { said.as_slice() };
        for one in all {
            let (kind, doubt) = match refused::meaning(status, &one.code) {
                Meaning::Later(kind) => (kind, false),
                Meaning::Doubt(kind) => (kind, changes),
                _ if one.code.is_empty() => (CrmErrorKind::NotUnderstood, changes),
                _ => continue,
            };
            let detail = format!("refused with status {status}");
            return Trouble::Crm(refused::error(kind, doubt, &one.code, &detail, self.surroundings.jitter()));
        }
        Trouble::Refused(said)
    }

    /// A page of what a query finds.
    pub(crate) async fn page(&self, path: String, purpose: Purpose) -> Result<Page, Trouble> {
        let mut page = self.ask(&Ask::get(path, purpose)).await?;
        let records = match page.get_mut("records").map(Value::take) {
            Some(Value::Array(found)) => found,
            _ => Vec::new(),
        };
        let next = page.get("nextRecordsUrl").and_then(Value::as_str).map(str::to_owned);
        Ok(Page { records, total: page.get("totalSize").and_then(Value::as_u64).unwrap_or_default(), next })
    }

    /// The records that a query finds. `deleted`: those in the recycle bin as well.
    pub(crate) async fn query(
        &self,
        soql: &str,
        deleted: bool,
        purpose: Purpose,
    ) -> Result<Vec<Value>, Trouble> {
        let mut path = first_page(soql, deleted);
        let mut records = Vec::new();
        for _ in 0..MAX_PAGES {
            let page = self.page(path, purpose).await?;
            records.extend(page.records);
            match page.next {
                Some(next) => path = next,
                None => return Ok(records),
            }
        }
        Err(self.error(CrmErrorKind::NotUnderstood, false, "a query has too many pages").into())
    }

    /// What stands in the way of something that no record can be blamed for: it is an error of ours then.
    pub(crate) fn unexpected(&self, trouble: Trouble) -> CrmError {
        match trouble {
            Trouble::Crm(error) => error,
            Trouble::Refused(said) => {
                let first = said.into_iter().next().unwrap_or_default();
                let kind = match refused::meaning(400, &first.code) {
                    Meaning::Refused(domain::outbox::RefusalKind::Access) => CrmErrorKind::Forbidden,
                    _ => CrmErrorKind::NotUnderstood,
                };
                let detail = "a request that should always be taken was refused";
                refused::error(kind, false, &first.code, detail, self.surroundings.jitter())
            }
        }
    }
}

/// A page of what a query finds.
pub(crate) struct Page {
    pub(crate) records: Vec<Value>,
    /// How many there are on all pages.
    pub(crate) total: u64,
    /// Where the next one is.
    pub(crate) next: Option<String>,
}

/// Where the first page of a query is. `deleted`: with what is in the recycle bin.
pub(crate) fn first_page(soql: &str, deleted: bool) -> String {
    let resource = if deleted { "queryAll" } else { "query" };
    format!("{resource}?q={}", escaped(soql))
}

/// A text as part of an address.
pub(crate) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A text between quotes in a query.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        match c {
            '\'' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

/// Texts as the list of an `IN`.
pub(crate) fn listed<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(quoted).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("O'Neill \\' OR Id != null"), "'O\\'Neill \\\\\\' OR Id != null'");
        assert_eq!(listed(["a", "b'"]), "'a','b\\''");
    }
}
