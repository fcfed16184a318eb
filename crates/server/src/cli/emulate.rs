//! `bitacora emulate` (docs/salesforce-emulator.md): serves a system of others to test and to try things out against. What it
//! answers is the sandbox's; here are the socket, the clock, and connections that end when they are meant to.

use super::refuse;
use super::serve::End;
use crate::clock::{Machine, Surroundings};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use clap::{Args, Subcommand};
use sandbox::DEMO_SEED;
use sandbox::salesforce::{Answer, OPENING_PASSWORD, Org, Request};
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::{Instant, sleep_until};
use tower::make::Shared;
use tower::util::MapResult;

/// Largest body that is taken, in bytes: that of a bulk job.
const MAX_BODY_BYTES: usize = 150 * 1024 * 1024;

/// How long before now its people were made, in milliseconds: an hour.
const MADE_BEFORE_MS: i64 = 3_600 * 1_000;

/// What is emulated.
#[derive(Debug, Subcommand)]
pub(super) enum EmulateVerb {
    /// A Salesforce org that keeps state (docs/salesforce-emulator.md).
    Salesforce(SalesforceArgs),
}

/// The org, and where it is served.
#[derive(Debug, Args)]
pub(super) struct SalesforceArgs {
    /// Where it is reached; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8651")]
    listen: SocketAddr,
    /// What everything follows from: the same seed gives the same org.
    #[arg(long, default_value_t = DEMO_SEED)]
    seed: u64,
    /// How many people of the sample directory it holds.
    #[arg(long, value_name = "PEOPLE", default_value_t = 200)]
    people: usize,
    /// Public key or certificate, PEM, with which assertions of the app `bitacora` are checked.
    #[arg(long, value_name = "FILE")]
    client_key: Option<PathBuf>,
    /// Certificate chain, PEM, to serve HTTPS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Its key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
}

/// The org, and how it is reached.
struct Door {
    org: Mutex<Org>,
    scheme: &'static str,
    address: SocketAddr,
}

/// Marks an answer that is not to be sent, and ends its connection.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the answer is lost on purpose")]
struct Lost;

impl From<Infallible> for Lost {
    fn from(never: Infallible) -> Lost {
        match never {}
    }
}

pub(super) fn run(verb: &EmulateVerb) -> ExitCode {
    let EmulateVerb::Salesforce(args) = verb;
    let served =
        Runtime::new().map_err(|error| error.to_string()).and_then(|runtime| runtime.block_on(serve(args)));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(error),
    }
}

async fn serve(args: &SalesforceArgs) -> Result<(), String> {
    let mut end = End::listen()?;
    let org = org(args)?;
    let listening = |error: std::io::Error| format!("--listen {}: {error}", args.listen);
    let listener = TcpListener::bind(args.listen).map_err(listening)?;
    listener.set_nonblocking(true).map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    let tls = match (&args.tls_certificate, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(
            RustlsConfig::from_pem_file(certificate, key)
                .await
                .map_err(|error| format!("--tls-certificate or --tls-key: {error}"))?,
        ),
        _ => None,
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    let handle = Handle::new();
    let stops = handle.clone();
    let ends = tokio::spawn(async move {
        end.told().await;
        stops.shutdown();
    });
    println!("The Salesforce org listens on {scheme}://{address}; app bitacora, user admin@emulator.example");
    println!("password {OPENING_PASSWORD}, and what tests do to it at {scheme}://{address}/emulator");
    let served = serve_org(org, listener, address, tls, handle).await;
    ends.abort();
    served.map_err(|error| error.to_string())
}

/// Serves an org until `handle` says to stop.
pub(in crate::cli) async fn serve_org(
    org: Org,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<RustlsConfig>,
    handle: Handle,
) -> std::io::Result<()> {
    let scheme = if tls.is_some() { "https" } else { "http" };
    let door = Arc::new(Door { org: Mutex::new(org), scheme, address });
    let router = Router::new().fallback(pass).with_state(door);
    let service = Shared::new(MapResult::new(router, cut_what_is_lost));
    match tls {
        Some(tls) => axum_server::from_tcp_rustls(listener, tls).handle(handle).serve(service).await,
        None => axum_server::from_tcp(listener).handle(handle).serve(service).await,
    }
}

/// The org as the arguments want it.
fn org(args: &SalesforceArgs) -> Result<Org, String> {
    let now = Machine.now();
    let mut org = Org::new(args.seed, now);
    // As in an org that is in use for a while: what was there before is no news.
    org.add_people(args.seed, args.people, now.plus_millis(-MADE_BEFORE_MS));
    if let Some(file) = &args.client_key {
        let pem = std::fs::read_to_string(file);
        let pem = pem.map_err(|error| format!("--client-key {}: {error}", file.display()))?;
        if !org.trust(&pem) {
            return Err(format!(
                "--client-key {}: no PEM of an RSA public key or certificate",
                file.display()
            ));
        }
    }
    Ok(org)
}

/// An answer that is lost is an error of its connection, which ends by it.
fn cut_what_is_lost(answered: Result<Response, Infallible>) -> Result<Response, Lost> {
    match answered {
        Ok(response) if response.extensions().get::<Lost>().is_some() => Err(Lost),
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// Hands a request to the org, and its answer back when it is due.
async fn pass(State(door): State<Arc<Door>>, request: HttpRequest) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let headers = head.headers.iter();
    let headers: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let request = Request {
        method: head.method.to_string(),
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        origin: format!("{}://{}", door.scheme, host.unwrap_or_else(|| door.address.to_string())),
        headers,
        body: body.to_vec(),
    };
    let answer = {
        let mut org = door.org.lock().unwrap_or_else(PoisonError::into_inner);
        org.answer(&request, Machine.now())
    };
    if answer.delay_ms > 0 {
        sleep_until(Instant::now() + Duration::from_millis(answer.delay_ms)).await;
    }
    response(answer)
}

fn response(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    if answer.lost {
        response.extensions_mut().insert(Lost);
    }
    response
}
