//! Requests over real sockets: HTTP/1.1 over TLS (rustls, ring), straight or through a proxy that tunnels, with the
//! certificates that the machine trusts and those that a file adds.

use super::transport::{
    MAX_ANSWER_BYTES, Method, Request, Response, Surroundings, Transport, TransportError,
};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::HeaderValue;
use http::uri::{Authority, Scheme, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Body as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;

/// Longest that a host may take to take a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest that a request may take from the first byte to the last. Two hundred calls with the automation of an org take
/// a minute; Salesforce itself gives up after ten.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(180);
/// How long a connection is kept that nobody uses.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Most connections that are kept though nobody uses them.
const MAX_IDLE: usize = 10;

/// Why there is no way to send anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpsError {
    /// The machine trusts nobody, and no file says whom to trust.
    #[error("no trusted certificates were found on this machine")]
    NoRoots,
    /// The file of certificates to trust cannot be read as PEM.
    #[error("the file of certificates to trust holds no certificate in PEM")]
    BadCertificates,
    /// The address of the proxy is none.
    #[error("the proxy's address is not of the form http://name:password@host:port")]
    BadProxy,
    /// The TLS library refuses its settings.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// How far out there it is.
#[derive(Clone, Debug, Default)]
pub struct HttpsSettings {
    /// Certificates to trust besides those of the machine, as text in PEM.
    pub certificates: Option<Vec<u8>>,
    /// A proxy that tunnels, e.g. `http://name:password@proxy:3128`. What is on this very machine does not go through it.
    pub proxy: Option<super::Secret>,
    /// Longest that a request may take; [`ANSWER_TIMEOUT`] unless said.
    pub answer_timeout: Option<Duration>,
}

type Body = Full<Bytes>;

/// Sends requests over real sockets.
pub struct Https {
    direct: Client<HttpsConnector<HttpConnector>, Body>,
    tunnelled: Option<Client<HttpsConnector<Tunnel<HttpConnector>>, Body>>,
    surroundings: Arc<dyn Surroundings>,
    answer_timeout: Duration,
}

impl Https {
    /// A way out there.
    ///
    /// # Errors
    /// The settings lead nowhere.
    pub fn new(settings: &HttpsSettings, surroundings: Arc<dyn Surroundings>) -> Result<Https, HttpsError> {
        let tls = tls(settings.certificates.as_deref())?;
        let mut socket = HttpConnector::new();
        socket.enforce_http(false);
        socket.set_nodelay(true);
        socket.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let https =
            || HttpsConnectorBuilder::new().with_tls_config(tls.clone()).https_or_http().enable_http1();
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(MAX_IDLE)
            .pool_timer(TokioTimer::new());
        let tunnelled =
            settings.proxy.as_ref().map(|proxy| tunnel(proxy.reveal(), socket.clone())).transpose()?;
        Ok(Https {
            tunnelled: tunnelled.map(|tunnel| builder.build(https().wrap_connector(tunnel))),
            direct: builder.build(https().wrap_connector(socket)),
            surroundings,
            answer_timeout: settings.answer_timeout.unwrap_or(ANSWER_TIMEOUT),
        })
    }
}

fn tls(certificates: Option<&[u8]>) -> Result<ClientConfig, HttpsError> {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // One that is broken is not trusted; the others are.
        let _ = roots.add(certificate);
    }
    if let Some(pem) = certificates {
        let mut added = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| HttpsError::BadCertificates)?;
            roots.add(certificate).map_err(|_| HttpsError::BadCertificates)?;
            added += 1;
        }
        if added == 0 {
            return Err(HttpsError::BadCertificates);
        }
    }
    if roots.is_empty() {
        return Err(HttpsError::NoRoots);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| HttpsError::Tls(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn tunnel(proxy: &str, socket: HttpConnector) -> Result<Tunnel<HttpConnector>, HttpsError> {
    let rest = proxy.strip_prefix("http://").ok_or(HttpsError::BadProxy)?.trim_end_matches('/');
    let (user, host) = rest.rsplit_once('@').map_or((None, rest), |(user, host)| (Some(user), host));
    let authority: Authority = host.parse().map_err(|_| HttpsError::BadProxy)?;
    let uri = Uri::builder().scheme(Scheme::HTTP).authority(authority).path_and_query("/").build();
    let tunnel = Tunnel::new(uri.map_err(|_| HttpsError::BadProxy)?, socket);
    let Some(user) = user else {
        return Ok(tunnel);
    };
    let said = format!("Basic {}", STANDARD.encode(user));
    Ok(tunnel.with_auth(HeaderValue::from_str(&said).map_err(|_| HttpsError::BadProxy)?))
}

/// Whether something is on this very machine.
fn is_here(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[async_trait]
impl Transport for Https {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        tokio::select! {
            answer = self.exchange(request) => answer,
            () = self.surroundings.sleep(self.answer_timeout) => {
                Err(TransportError::NothingBack("it took too long".to_owned()))
            }
        }
    }
}

impl Https {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let unwritable = || TransportError::NotSent("the address or a header cannot be written".to_owned());
        let uri: Uri = request.url.parse().map_err(|_| unwritable())?;
        let tunnelled =
            self.tunnelled.as_ref().filter(|_| uri.scheme() == Some(&Scheme::HTTPS) && !is_here(&uri));
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        };
        let mut built = http::Request::builder().method(method).uri(uri);
        for (name, value) in request.headers {
            let mut value = HeaderValue::from_str(&value).map_err(|_| unwritable())?;
            value.set_sensitive(name == "Authorization");
            built = built.header(name, value);
        }
        let built = built.body(Full::new(Bytes::from(request.body))).map_err(|_| unwritable())?;
        let sent = match tunnelled {
            Some(client) => client.request(built).await,
            None => self.direct.request(built).await,
        };
        let answer = sent.map_err(|error| match error.is_connect() {
            true => TransportError::NotSent(causes(&error)),
            false => TransportError::NothingBack(causes(&error)),
        })?;
        let status = answer.status().as_u16();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let headers = headers.collect();
        if answer.body().size_hint().lower() > MAX_ANSWER_BYTES as u64 {
            return Err(TransportError::TooLarge);
        }
        let body = Limited::new(answer.into_body(), MAX_ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => TransportError::TooLarge,
            None => TransportError::NothingBack("the answer broke off".to_owned()),
        })?;
        Ok(Response { status, headers, body: body.to_bytes().to_vec() })
    }
}

/// What an error says and what it says it came from. Neither hyper nor rustls repeats what was sent.
fn causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        said = format!("{said}: {inner}");
        source = inner.source();
    }
    said
}
