//! One attempt to tell an endpoint something: a connection of its own to an address that was looked at, one POST over it,
//! and the head of the answer. The body of an answer is not read, a redirect is not followed, nothing is tried twice.

use super::address::{Network, Target, may_call};
use crate::settings::OutgoingWebhooks;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use domain::notice::delivery::{Answer, NoAnswer};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Longest that an attempt may take, from the name to the head of the answer.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Longest that one address may take to take a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Most addresses of a name that are tried.
const MAX_ADDRESSES: usize = 4;
/// Longest head of an answer, in bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// What is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The endpoint's address.
    pub url: String,
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub seconds: i64,
    /// `webhook-signature`.
    pub signatures: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Sends messages.
pub struct Sender {
    allow_http: bool,
    networks: Vec<Network>,
    within: Duration,
    tls: TlsConnector,
}

impl Sender {
    /// One that works as the settings say.
    ///
    /// # Errors
    /// The file of certificates cannot be used, in words.
    pub fn new(settings: &OutgoingWebhooks) -> Result<Sender, String> {
        let tls = TlsConnector::from(Arc::new(tls(settings.certificates.as_deref())?));
        let (allow_http, networks) = (settings.allow_http, settings.networks.clone());
        Ok(Sender { allow_http, networks, within: ANSWER_WITHIN, tls })
    }

    /// One that waits for an answer no longer than this.
    pub fn within(self, within: Duration) -> Sender {
        Sender { within, ..self }
    }

    /// Sends a message once.
    pub async fn send(&self, message: Message) -> Answer {
        match timeout(self.within, self.attempt(message)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => Answer::None(why),
            Err(_) => Answer::None(NoAnswer::TimedOut),
        }
    }

    async fn attempt(&self, message: Message) -> Result<Answer, NoAnswer> {
        let target = Target::read(&message.url, self.allow_http, &self.networks);
        let target = target.map_err(|bad| match bad {
            super::address::BadTarget::Forbidden => NoAnswer::ForbiddenNetwork,
            _ => NoAnswer::BadAddress,
        })?;
        let socket = self.connect(&target).await?;
        let said_at = message.seconds;
        let request = request(&target, message).ok_or(NoAnswer::BadAddress)?;
        let (status, headers) = if target.encrypted {
            let name = ServerName::try_from(target.host.clone()).map_err(|_| NoAnswer::BadAddress)?;
            let socket = self.tls.connect(name, socket).await.map_err(|_| NoAnswer::NotTrusted)?;
            exchange(socket, request).await?
        } else {
            exchange(socket, request).await?
        };
        Ok(Answer::Status { status, retry_after_s: retry_after(&headers, said_at) })
    }

    /// A connection to one of the addresses that the name has now, of those that are called.
    async fn connect(&self, target: &Target) -> Result<TcpStream, NoAnswer> {
        let found = lookup_host((target.host.as_str(), target.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| NoAnswer::Unresolved)?.collect();
        if found.is_empty() {
            return Err(NoAnswer::Unresolved);
        }
        let called = found.into_iter().filter(|address| may_call(address.ip(), &self.networks));
        let called: Vec<SocketAddr> = called.take(MAX_ADDRESSES).collect();
        if called.is_empty() {
            return Err(NoAnswer::ForbiddenNetwork);
        }
        for address in called {
            if let Ok(Ok(socket)) = timeout(CONNECT_WITHIN, TcpStream::connect(address)).await {
                return Ok(socket);
            }
        }
        Err(NoAnswer::Unreachable)
    }
}

fn request(target: &Target, message: Message) -> Option<Request<Body>> {
    let request = Request::post(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, concat!("Bitacora/", env!("CARGO_PKG_VERSION")))
        .header(header::CONNECTION, "close")
        .header("webhook-id", message.id)
        .header("webhook-timestamp", message.seconds)
        .header("webhook-signature", message.signatures);
    request.body(Body::from(message.body)).ok()
}

async fn exchange<S>(socket: S, request: Request<Body>) -> Result<(u16, HeaderMap), NoAnswer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broke = |_| NoAnswer::BrokenOff;
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MAX_HEAD_BYTES);
    let (mut sends, connection) = builder.handshake(TokioIo::new(socket)).await.map_err(broke)?;
    let answer = sends.send_request(request);
    tokio::pin!(connection, answer);
    let answered = tokio::select! {
        answered = &mut answer => answered,
        // One that ends with its answer has handed it over; one that ends before it says so there.
        _ = &mut connection => answer.await,
    };
    let answered = answered.map_err(broke)?;
    // Whatever its body is, it is let go of with the connection.
    Ok((answered.status().as_u16(), answered.into_parts().0.headers))
}

/// For how many seconds it asks to be left alone: it says so many, or a date, which is reckoned from when it was told.
fn retry_after(headers: &HeaderMap, told_at: i64) -> Option<i64> {
    let said = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = said.parse::<u32>() {
        return Some(i64::from(seconds));
    }
    let until = httpdate::parse_http_date(said).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(until.as_secs()).ok()?.checked_sub(told_at)?;
    (seconds > 0).then_some(seconds)
}

/// Whom an encrypted connection trusts: the machine's own list, and the certificates that a file adds.
fn tls(added: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // One that is broken is not trusted; the others are.
        let _ = roots.add(certificate);
    }
    if let Some(file) = added {
        let unusable = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))? {
            let certificate = certificate.map_err(|error| unusable(&error))?;
            roots.add(certificate).map_err(|error| unusable(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
