//! Who we are to Salesforce: one token for all that is asked, got once however many find it missing or expired.

use super::config::{Config, Login};
use super::refused::{self, Meaning, Said};
use super::secret::Secret;
use super::transport::{Method, Request, Response, Surroundings, Transport, TransportError};
use crate::error::{CrmError, CrmErrorKind, Retry};
use async_trait::async_trait;
use domain::mirror::RemoteId;
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Where tokens are asked for.
const TOKEN_PATH: &str = "/services/oauth2/token";
/// Newest version of the API that this client was written for.
pub(crate) const NEWEST: u32 = 67;
/// Oldest that has all it uses.
pub(crate) const OLDEST: u32 = 60;

/// The code of an error that no org said: no admin has consented.
const NOT_CONNECTED: &str = "NOT_CONNECTED";

/// Keeps the refresh token by which we log in.
#[async_trait]
pub trait KeepsRefreshToken: Send + Sync + 'static {
    /// The token as it is kept now; `None`: nobody has consented, or somebody took that back.
    async fn kept(&self) -> Option<Secret>;

    /// Stores a token that Salesforce gave instead of the one it was shown, which may not work again, where the next start
    /// finds it. Where another is kept than was shown, somebody connected anew or disconnected meanwhile, and that stays.
    async fn keep(&self, shown: &Secret, instead: &Secret);
}

/// A session with an org.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) access: Secret,
    /// Scheme, host and port of the org.
    pub(crate) instance: String,
    /// The user we are, where the answer named it.
    pub(crate) user: Option<String>,
    /// The org we are in, where the answer named it.
    pub(crate) organisation: Option<String>,
    /// Number of the version of the API that both sides speak.
    pub(crate) version: u32,
    number: u64,
}

#[derive(Debug, Default)]
struct Held {
    token: Option<Arc<Token>>,
    /// The refresh token that came instead of the one in the settings.
    refresh: Option<Secret>,
    failed: Option<CrmError>,
    given: u64,
}

/// Gets tokens.
pub(crate) struct Sessions(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    transport: Arc<dyn Transport>,
    surroundings: Arc<dyn Surroundings>,
    keeps: Option<Arc<dyn KeepsRefreshToken>>,
    held: Arc<Mutex<Held>>,
    /// How many log-ins came to an end, well or not.
    ended: AtomicU64,
    /// What the last log-in that went well named as the org's address.
    instance: RwLock<Option<String>>,
}

impl Sessions {
    pub(crate) fn new(
        config: Arc<Config>,
        transport: Arc<dyn Transport>,
        surroundings: Arc<dyn Surroundings>,
        keeps: Option<Arc<dyn KeepsRefreshToken>>,
    ) -> Sessions {
        let (held, ended, instance) = (Arc::default(), AtomicU64::new(0), RwLock::default());
        Sessions(Arc::new(Inner { config, transport, surroundings, keeps, held, ended, instance }))
    }

    /// The session there is, or a new one. Who waits while another logs in shares what comes of it, the failure as well.
    pub(crate) async fn current(&self) -> Result<Arc<Token>, CrmError> {
        let seen = self.0.ended.load(Ordering::Acquire);
        let held = Arc::clone(&self.0.held).lock_owned().await;
        if let Some(token) = &held.token {
            return Ok(Arc::clone(token));
        }
        if let Some(failed) = held.failed.as_ref().filter(|_| self.0.ended.load(Ordering::Acquire) != seen) {
            return Err(failed.clone());
        }
        // What the org gives may come instead of what it was shown: whoever waits for it may go away before it is kept.
        let logging_in = tokio::spawn(Arc::clone(&self.0).log_in_and_hold(held));
        logging_in.await.unwrap_or_else(|error| Err(self.0.ended_early(&error.to_string())))
    }

    /// Scheme, host and port of the org, as the last log-in that went well said; nobody is asked.
    pub(crate) fn instance(&self) -> Option<String> {
        self.0.instance.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that this session is over. Another that began since stays.
    pub(crate) async fn over(&self, token: &Token) {
        let mut held = self.0.held.lock().await;
        if held.token.as_ref().is_some_and(|current| current.number == token.number) {
            held.token = None;
        }
    }

    /// Ends whatever session there is: by whom we log in is another now, or nobody.
    pub(crate) async fn end(&self) {
        let mut held = self.0.held.lock().await;
        held.token = None;
        held.refresh = None;
    }
}

impl Inner {
    async fn log_in_and_hold(
        self: Arc<Self>,
        mut held: OwnedMutexGuard<Held>,
    ) -> Result<Arc<Token>, CrmError> {
        let result = self.log_in(&mut held).await;
        self.ended.fetch_add(1, Ordering::Release);
        held.failed = result.as_ref().err().cloned();
        held.token = result.as_ref().ok().cloned();
        result
    }

    async fn log_in(&self, held: &mut Held) -> Result<Arc<Token>, CrmError> {
        let shown = self.refresh_token(held).await;
        let form = self.form(shown.as_ref())?;
        let said = self.ask(&form).await?;
        let text = |key: &str| said.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (Some(access), Some(instance)) = (text("access_token"), text("instance_url")) else {
            return Err(self.not_understood("the answer to the log-in names no token or no instance"));
        };
        let instance = instance.trim_end_matches('/').to_owned();
        if !self.may_be_instance(&instance) {
            return Err(self.not_understood("the instance of the log-in is not reached by HTTPS"));
        }
        if let Some(rotated) = text("refresh_token") {
            let rotated = Secret::new(rotated);
            if let (Some(keeps), Some(shown)) = (&self.keeps, &shown) {
                keeps.keep(shown, &rotated).await;
            }
            held.refresh = Some(rotated);
        }
        // `https://login.salesforce.com/id/<org>/<user>`
        let mut id =
            text("id").unwrap_or_default().rsplit('/').filter(|part| !part.is_empty()).map(str::to_owned);
        let (user, organisation) = (id.next(), id.next());
        self.is_meant(organisation.as_deref())?;
        let access = Secret::new(access);
        let version = self.version(&instance).await?;
        held.given += 1;
        *self.instance.write().unwrap_or_else(PoisonError::into_inner) = Some(instance.clone());
        Ok(Arc::new(Token { access, instance, user, organisation, version, number: held.given }))
    }

    /// The refresh token that is shown: what is kept where somebody keeps it, else what came last.
    async fn refresh_token(&self, held: &Held) -> Option<Secret> {
        let Login::Refresh { refresh_token, .. } = &self.config.login else { return None };
        match &self.keeps {
            Some(keeps) => keeps.kept().await,
            None => held.refresh.clone().or_else(|| refresh_token.clone()),
        }
    }

    /// The form that asks for a token.
    fn form(&self, shown: Option<&Secret>) -> Result<String, CrmError> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        match &self.config.login {
            Login::Assertion { client_id, username, key } => {
                let now = self.surroundings.now();
                let signed = key.assertion(client_id, username, self.audience(), now);
                let signed = signed.map_err(|error| self.settings(&error.to_string()))?;
                form.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
                form.append_pair("assertion", signed.reveal());
            }
            Login::ClientCredentials { client_id, client_secret } => {
                form.append_pair("grant_type", "client_credentials");
                form.append_pair("client_id", client_id);
                form.append_pair("client_secret", client_secret.reveal());
            }
            Login::Refresh { client_id, client_secret, .. } => {
                let shown = shown.ok_or_else(|| self.not_connected())?;
                form.append_pair("grant_type", "refresh_token");
                form.append_pair("client_id", client_id);
                if let Some(secret) = client_secret {
                    form.append_pair("client_secret", secret.reveal());
                }
                form.append_pair("refresh_token", shown.reveal());
            }
        }
        Ok(form.finish())
    }

    /// Whom an assertion is for. Salesforce's own log-in hosts, and what stands in for them, are their own audience; an org's
    /// own domain is that of the log-in host behind it.
    fn audience(&self) -> &str {
        let host = host(&self.config.login_url);
        if host.contains(".sandbox.") || host == "test.salesforce.com" {
            "https://test.salesforce.com"
        } else if host.ends_with(".salesforce.com") {
            "https://login.salesforce.com"
        } else {
            self.config.login_url.trim_end_matches('/')
        }
    }

    /// Posts a form to the log-in host; the answer, if it grants.
    async fn ask(&self, form: &str) -> Result<Value, CrmError> {
        let url = format!("{}{TOKEN_PATH}", self.config.login_url.trim_end_matches('/'));
        let content = "application/x-www-form-urlencoded".to_owned();
        let headers = vec![("Content-Type", content), ("Accept", "application/json".to_owned())];
        let request = Request { method: Method::Post, url, headers, body: form.as_bytes().to_vec() };
        let response = self.send(request).await?;
        let body = serde_json::from_slice(&response.body).unwrap_or_default();
        match response.status {
            200 => Ok(body),
            status => Err(self.refused(status, &refused::of_body(&body))),
        }
    }

    /// A log-in does nothing that would matter twice: whatever came of it, it can be tried again.
    async fn send(&self, request: Request) -> Result<Response, CrmError> {
        self.transport.send(request).await.map_err(|error| {
            let kind = match error {
                TransportError::TooLarge => CrmErrorKind::NotUnderstood,
                TransportError::NotSent(_) | TransportError::NothingBack(_) => CrmErrorKind::Unreachable,
            };
            refused::error(kind, false, "", &error.to_string(), self.surroundings.jitter())
        })
    }

    fn refused(&self, status: u16, said: &[Said]) -> CrmError {
        let first = said.first().cloned().unwrap_or_default();
        let kind = match refused::meaning(status, &first.code) {
            Meaning::Later(kind) | Meaning::Doubt(kind) => kind,
            _ if status >= 500 => CrmErrorKind::Unavailable,
            _ => CrmErrorKind::Credentials,
        };
        // Salesforce's description names what is wrong with the app or the user, and nothing that was secret.
        let detail = format!("log-in refused with {status}: {}", first.message);
        refused::error(kind, false, &first.code, &detail, self.surroundings.jitter())
    }

    /// The newest version that both sides speak. No token is shown: this is told to anybody.
    async fn version(&self, instance: &str) -> Result<u32, CrmError> {
        let headers = vec![("Accept", "application/json".to_owned())];
        let url = format!("{instance}/services/data");
        let response = self.send(Request { method: Method::Get, url, headers, body: Vec::new() }).await?;
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        if response.status != 200 {
            return Err(self.refused(response.status, &refused::of_body(&body)));
        }
        let versions = body.as_array().into_iter().flatten().filter_map(|one| one.get("version")?.as_str());
        let numbers = versions.filter_map(|text| text.strip_suffix(".0")?.parse::<u32>().ok());
        let newest = numbers.filter(|number| (OLDEST..=NEWEST).contains(number)).max();
        newest.ok_or_else(|| {
            self.not_understood("the org speaks no version of the API that this client speaks")
        })
    }

    /// Nothing is read of, or written to, another org than the settings name: that of a test, or of another company.
    fn is_meant(&self, organisation: Option<&str>) -> Result<(), CrmError> {
        let Some(meant) = &self.config.organisation else { return Ok(()) };
        if organisation.and_then(RemoteId::salesforce).as_ref() == Some(meant) {
            return Ok(());
        }
        let detail = format!("the log-in opens another org than {meant}, which the settings name");
        Err(refused::error(
            CrmErrorKind::Credentials,
            false,
            "OTHER_ORGANISATION",
            &detail,
            self.surroundings.jitter(),
        ))
    }

    /// HTTPS, unless we log in without it on this very machine.
    fn may_be_instance(&self, instance: &str) -> bool {
        let login = &self.config.login_url;
        let is_local = login.starts_with("http://") && is_loopback(host(login));
        instance.starts_with("https://") || (is_local && is_loopback(host(instance)))
    }

    fn not_understood(&self, what: &str) -> CrmError {
        refused::error(CrmErrorKind::NotUnderstood, false, "", what, self.surroundings.jitter())
    }

    /// The process stops, or the log-in did.
    fn ended_early(&self, what: &str) -> CrmError {
        refused::error(CrmErrorKind::Unavailable, false, "", what, self.surroundings.jitter())
    }

    /// Nobody has consented to our logging in.
    fn not_connected(&self) -> CrmError {
        let detail = "nobody has consented yet";
        refused::error(CrmErrorKind::Credentials, false, NOT_CONNECTED, detail, self.surroundings.jitter())
    }

    fn settings(&self, what: &str) -> CrmError {
        CrmError { kind: CrmErrorKind::Credentials, code: None, detail: what.to_owned(), retry: Retry::No }
    }
}

/// The host of an address, without port and path.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

fn is_loopback(host: &str) -> bool {
    let is_own = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    host == "localhost" || is_own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_in_an_address() {
        for (url, expected) in [
            ("https://login.salesforce.com", "login.salesforce.com"),
            ("http://127.0.0.1:8651/x", "127.0.0.1"),
            ("http://[::1]:8651", "::1"),
        ] {
            assert_eq!(host(url), expected);
        }
        assert!(is_loopback("127.0.0.1") && is_loopback("::1") && is_loopback("localhost"));
        assert!(!is_loopback("127.0.0.1.example.org") && !is_loopback("10.0.0.1"));
    }
}
