//! Requests over real sockets, against a server that a test plays.

use super::org::START;
use async_trait::async_trait;
use crm::salesforce::{
    Https, HttpsError, HttpsSettings, Method, Request, Response, Secret, Surroundings, Transport,
    TransportError,
};
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const CA: &[u8] = include_bytes!("keys/ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("keys/server.pem");
const KEY: &[u8] = include_bytes!("keys/server-key.pem");
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nSforce-Limit-Info: api-usage=1/2\r\nContent-Length: 2\r\n\r\n{}";

/// A clock that stands still, and a rest that ends at once or never.
struct Clock {
    rests: bool,
}

#[async_trait]
impl Surroundings for Clock {
    fn now(&self) -> At {
        START
    }

    async fn sleep(&self, _how_long: Duration) {
        if self.rests {
            std::future::pending::<()>().await;
        }
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}

fn https(settings: HttpsSettings, rests: bool) -> Https {
    Https::new(&settings, Arc::new(Clock { rests })).expect("a way out")
}

fn trusting() -> HttpsSettings {
    HttpsSettings { certificates: Some(CA.to_vec()), ..HttpsSettings::default() }
}

fn get(url: String) -> Request {
    let headers = vec![("Authorization", "Bearer secret".to_owned())];
    Request { method: Method::Post, url, headers, body: b"{\"a\":1}".to_vec() }
}

/// Reads a request to its end; its text.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let mut some = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.ends_with("{\"a\":1}") || (text.starts_with("CONNECT") && text.ends_with("\r\n\r\n")) {
            return text;
        }
        match stream.read(&mut some).await.expect("a request") {
            0 => return text,
            count => bytes.extend_from_slice(&some[..count]),
        }
    }
}

async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), with: &[u8]) -> String {
    let asked = read(stream).await;
    stream.write_all(with).await.expect("sent");
    stream.flush().await.expect("sent");
    asked
}

fn acceptor() -> TlsAcceptor {
    let certificates =
        CertificateDer::pem_slice_iter(CERTIFICATE).collect::<Result<Vec<_>, _>>().expect("one");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("a key");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions");
    TlsAcceptor::from(Arc::new(
        config.with_no_client_auth().with_single_cert(certificates, key).expect("a key"),
    ))
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

#[test]
fn a_request_goes_over_tls_to_whom_the_file_says_to_trust_and_to_nobody_else() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://localhost:{}/x", listener.local_addr().expect("an address").port());
        let server = async {
            let (stream, _) = listener.accept().await.expect("a client");
            let mut stream = acceptor().accept(stream).await.expect("TLS");
            let asked = answer(&mut stream, ANSWER).await;
            // The second client does not trust us and says so in the middle of the handshake.
            let (stream, _) = listener.accept().await.expect("a client");
            assert!(acceptor().accept(stream).await.is_err());
            asked
        };
        let client = async {
            let trusted = https(trusting(), true).send(get(url.clone())).await.expect("an answer");
            let other = https(HttpsSettings::default(), true).send(get(url.clone())).await;
            (trusted, other)
        };
        let (asked, (answered, other)) = tokio::join!(server, client);
        assert_eq!((answered.status, answered.body.as_slice()), (200, b"{}".as_slice()));
        assert_eq!(answered.header("sforce-limit-info"), Some("api-usage=1/2"));
        assert!(
            asked.starts_with("POST /x HTTP/1.1")
                && asked.to_lowercase().contains("authorization: bearer secret")
        );
        assert!(matches!(&other, Err(TransportError::NotSent(why)) if !why.contains("secret")), "{other:?}");
    });
}

#[test]
fn who_is_not_there_was_sent_nothing() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://127.0.0.1:{}/x", listener.local_addr().expect("an address").port());
        drop(listener);
        let answer = https(HttpsSettings::default(), true).send(get(url)).await;
        assert!(matches!(answer, Err(TransportError::NotSent(_))), "{answer:?}");
        for url in ["no address", "http://127.0.0.1:1/ x"] {
            let answer = https(HttpsSettings::default(), true).send(get(url.to_owned())).await;
            assert!(matches!(answer, Err(TransportError::NotSent(_))), "{answer:?}");
        }
    });
}

/// What the client makes of a server that answers this and hangs up.
async fn hung_up(with: &'static [u8]) -> Result<Response, TransportError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://127.0.0.1:{}/x", listener.local_addr().expect("an address").port());
    let server = async {
        let (mut stream, _) = listener.accept().await.expect("a client");
        answer(&mut stream, with).await;
    };
    let client = https(HttpsSettings::default(), true);
    let (_, answer) = tokio::join!(server, client.send(get(url)));
    answer
}

#[test]
fn an_answer_that_is_cut_off_leaves_a_doubt() {
    run(async {
        for with in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"] {
            let answer = hung_up(with.as_bytes()).await;
            assert!(matches!(answer, Err(TransportError::NothingBack(_))), "{with:?}: {answer:?}");
        }
    });
}

#[test]
fn an_answer_that_is_too_long_is_not_read() {
    run(async {
        let answer = hung_up(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n").await;
        assert_eq!(answer, Err(TransportError::TooLarge));
    });
}

#[test]
fn who_never_answers_is_not_waited_for_for_ever() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://127.0.0.1:{}/x", listener.local_addr().expect("an address").port());
        let answer = https(HttpsSettings::default(), false).send(get(url)).await;
        assert!(matches!(answer, Err(TransportError::NothingBack(_))), "{answer:?}");
    });
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_with_its_own_password_and_sees_nothing_else() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Some(Secret::new(format!("http://me:hush@127.0.0.1:{port}")));
        let client = https(HttpsSettings { proxy, ..trusting() }, true);
        let server = async {
            let (mut stream, _) = listener.accept().await.expect("a client");
            answer(&mut stream, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await
        };
        let (asked, answer) = tokio::join!(server, client.send(get("https://org.example/x".to_owned())));
        assert!(asked.starts_with("CONNECT org.example:443 HTTP/1.1"), "{asked}");
        assert!(asked.to_lowercase().contains("proxy-authorization: basic bwu6ahvzaa=="), "{asked}");
        assert!(!asked.contains("Bearer"));
        assert!(matches!(answer, Err(TransportError::NotSent(_))), "{answer:?}");
    });
}

#[test]
fn settings_that_lead_nowhere_are_said() {
    let new =
        |settings: &HttpsSettings| Https::new(settings, Arc::new(Clock { rests: true })).map(|_| ()).err();
    let proxy = |url: &str| HttpsSettings { proxy: Some(Secret::new(url)), ..trusting() };
    assert_eq!(new(&proxy("https://x:1")), Some(HttpsError::BadProxy));
    assert_eq!(new(&proxy("http://a b")), Some(HttpsError::BadProxy));
    let certificates = Some(b"no certificate".to_vec());
    assert_eq!(
        new(&HttpsSettings { certificates, ..HttpsSettings::default() }),
        Some(HttpsError::BadCertificates)
    );
}
