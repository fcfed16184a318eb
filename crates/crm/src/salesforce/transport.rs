//! What the client needs of the world: somebody who carries a request, a clock, a rest, a throw of the dice. Which bytes
//! go over which socket is in `https.rs`; tests hand in an org within their own process.

use async_trait::async_trait;
use domain::id::At;
use std::fmt;
use std::time::Duration;

/// Longest answer that is taken, in bytes. A page of 2,000 records with every field that is asked for is 3 MB.
pub const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads it.
    Get,
    /// Makes one.
    Post,
    /// Changes it.
    Patch,
    /// Takes it away.
    Delete,
}

impl Method {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// A request. What it shows of itself in a log is its method and its length: its address may hold a number, its headers
/// hold a token, its body holds records.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// The whole address, escaped.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({}, {} bytes)", self.method.name(), self.body.len())
    }
}

/// An answer, whatever it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Not a byte of it got there; why, in words that name no secret.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It was sent, at least in part, and nothing came back in time or in one piece.
    #[error("sent, and no answer came back: {0}")]
    NothingBack(String),
    /// The answer is longer than [`MAX_ANSWER_BYTES`].
    #[error("the answer is too long")]
    TooLarge,
}

/// Carries requests.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request once and waits for its answer; never for ever, and never twice.
    ///
    /// # Errors
    /// There is no answer.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

/// What of time and chance the client uses.
#[async_trait]
pub trait Surroundings: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> At;

    /// Comes back after a while.
    async fn sleep(&self, how_long: Duration);

    /// A number from 0 up to 1 that nobody foresees: so that those who failed together do not come back together.
    fn jitter(&self) -> f64;
}
