//! Requests over HTTPS with the certificates that the machine trusts; over HTTP to this very machine, where an org is emulated.

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{HeaderValue, Request as HttpRequest};
use crm::salesforce::{MAX_ANSWER_BYTES, Method, Request, Response, Transport, TransportError};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Longest that an answer may take: a retrieval of many layouts is several megabytes.
const ANSWERED_WITHIN: Duration = Duration::from_secs(180);

/// Sends requests.
pub(super) struct Https {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Https {
    /// A way out there.
    ///
    /// # Errors
    /// TLS cannot be set up; why.
    pub(super) fn new() -> Result<Https, rustls::Error> {
        let mut roots = RootCertStore::empty();
        for certificate in rustls_native_certs::load_native_certs().certs {
            // One that is broken is not trusted; the others are.
            let _ = roots.add(certificate);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let tls = tls.with_root_certificates(roots).with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Https { client: Client::builder(TokioExecutor::new()).build(connector) })
    }
}

#[async_trait]
impl Transport for Https {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let late = || TransportError::NothingBack("it took too long".to_owned());
        timeout(ANSWERED_WITHIN, self.exchange(request)).await.map_err(|_| late())?
    }
}

impl Https {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let unwritable = || TransportError::NotSent("the address or a header cannot be written".to_owned());
        let method = match request.method {
            Method::Get => axum::http::Method::GET,
            Method::Post => axum::http::Method::POST,
            Method::Patch => axum::http::Method::PATCH,
            Method::Delete => axum::http::Method::DELETE,
        };
        let mut built = HttpRequest::builder().method(method).uri(&request.url);
        for (name, value) in request.headers {
            built = built.header(name, HeaderValue::from_str(&value).map_err(|_| unwritable())?);
        }
        let built = built.body(Full::new(Bytes::from(request.body))).map_err(|_| unwritable())?;
        let answer = self.client.request(built).await.map_err(|error| match error.is_connect() {
            true => TransportError::NotSent(error.to_string()),
            false => TransportError::NothingBack(error.to_string()),
        })?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), MAX_ANSWER_BYTES).collect().await;
        let body =
            body.map_err(|_| TransportError::NothingBack("the answer broke off or is too long".to_owned()))?;
        Ok(Response { status, headers: Vec::new(), body: body.to_bytes().to_vec() })
    }
}
