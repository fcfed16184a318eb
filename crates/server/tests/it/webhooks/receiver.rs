//! A program that is told of calls: it listens on a real port, remembers all that it was told, and answers as a test says.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use domain::notice::endpoint::Secret;
use futures_util::stream;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;
use server::outgoing::signature::signatures;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// How it answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reply {
    Status(u16),
    RetryAfter(u16, u32),
    /// Not before this moment, in seconds since 1970.
    RetryAt(u16, u64),
    /// To another path of its own.
    Redirect,
    /// 200, and a body without an end.
    Endless,
    /// Never.
    Never,
}

/// Something that it was told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
    pub(super) body: Value,
}

impl Told {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(super) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default()
    }

    /// Whether this secret signed it, among others.
    pub(super) fn signed_with(&self, secret: &str) -> bool {
        let seconds = self.header("webhook-timestamp").parse().expect("seconds");
        let secret = Secret(secret.to_owned());
        let expected = signatures(&[&secret], self.header("webhook-id"), seconds, &self.bytes);
        self.header("webhook-signature").split(' ').any(|one| one == expected)
    }
}

#[derive(Default)]
struct Inside {
    told: Mutex<Vec<Told>>,
    replies: Mutex<VecDeque<Reply>>,
    came: Notify,
}

/// The program.
pub(super) struct Receiver {
    inside: Arc<Inside>,
    port: u16,
}

impl Receiver {
    /// One that takes everything.
    pub(super) async fn open() -> Receiver {
        let (listener, port) = listener().await;
        let inside = Arc::new(Inside::default());
        let router = router(&inside);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Receiver { inside, port }
    }

    /// The same with this certificate, as [`Receiver::encrypted`] says where.
    pub(super) async fn open_encrypted(acceptor: TlsAcceptor) -> Receiver {
        let (listener, port) = listener().await;
        let inside = Arc::new(Inside::default());
        let router = router(&inside);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, service) = (acceptor.clone(), TowerToHyperService::new(router.clone()));
                tokio::spawn(async move {
                    // One that does not trust us goes away.
                    if let Ok(socket) = acceptor.accept(socket).await {
                        let serves = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
                        let _ = serves.await;
                    }
                });
            }
        });
        Receiver { inside, port }
    }

    pub(super) fn encrypted(&self) -> String {
        format!("https://localhost:{}/in?key=hidden", self.port)
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/in?key=hidden", self.port)
    }

    pub(super) fn by_name(&self) -> String {
        format!("http://localhost:{}/in", self.port)
    }

    /// The next answers; after them it takes everything.
    pub(super) fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inside.replies.lock().expect("replies").extend(replies);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Told>> {
        self.inside.told.lock().expect("what was told")
    }

    pub(super) fn told(&self) -> Vec<Told> {
        self.all().clone()
    }

    /// Waits until it was told so much.
    pub(super) async fn told_at_least(&self, count: usize) {
        loop {
            let came = self.inside.came.notified();
            if self.all().len() >= count {
                return;
            }
            came.await;
        }
    }
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

fn router(inside: &Arc<Inside>) -> Router {
    Router::new().fallback(any(take)).with_state(Arc::clone(inside))
}

async fn take(State(inside): State<Arc<Inside>>, uri: Uri, headers: HeaderMap, bytes: Bytes) -> Response {
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    let told = Told { path: uri.path().to_owned(), headers, bytes, body };
    inside.told.lock().expect("what was told").push(told);
    let reply = inside.replies.lock().expect("replies").pop_front().unwrap_or(Reply::Status(204));
    inside.came.notify_waiters();
    let answer = Response::builder();
    let answer = match reply {
        Reply::Status(status) => answer.status(status).body(Body::empty()),
        Reply::RetryAfter(status, seconds) => {
            answer.status(status).header("retry-after", seconds).body(Body::empty())
        }
        Reply::RetryAt(status, seconds) => {
            let at = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            answer.status(status).header("retry-after", at).body(Body::empty())
        }
        Reply::Redirect => answer.status(302).header("location", "/elsewhere").body(Body::empty()),
        Reply::Endless => {
            let piece = || Some((Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 65_536])), ()));
            answer.status(200).body(Body::from_stream(stream::unfold((), move |()| async move { piece() })))
        }
        Reply::Never => std::future::pending().await,
    };
    answer.expect("an answer").into_response()
}
