//! A client that keeps one connection and speaks JSON. It knows no pool, no redirect and no retry: what was not
//! answered was not answered.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// No answer came, and none will on this connection. Whether the request was done is not known.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub struct NoAnswer(String);

impl NoAnswer {
    pub(crate) fn because(error: impl std::fmt::Display) -> NoAnswer {
        NoAnswer(error.to_string())
    }
}

/// An answer that came whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// The first cookie it set, `name=value`.
    pub cookie: Option<String>,
    /// Its body, where that is JSON.
    pub body: Value,
    /// Its body as it came.
    pub text: String,
}

impl Answer {
    /// The code of an error.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

/// A connection.
pub struct Client {
    requests: SendRequest<Full<Bytes>>,
    host: String,
    /// Sent as `Authorization: Bearer`, where there is one.
    pub token: Option<String>,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn connect(address: SocketAddr) -> Result<Client, NoAnswer> {
        let stream = TcpStream::connect(address).await.map_err(NoAnswer::because)?;
        stream.set_nodelay(true).map_err(NoAnswer::because)?;
        let (requests, connection) = handshake(TokioIo::new(stream)).await.map_err(NoAnswer::because)?;
        // Ends with the client; that it broke shows in the request that was under way.
        tokio::spawn(connection);
        Ok(Client { requests, host: address.to_string(), token: None })
    }

    /// Asks, with JSON where there is a body.
    ///
    /// # Errors
    /// The connection broke before the answer was here whole.
    pub async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, NoAnswer> {
        self.ask_with(method, path, body, None).await
    }

    /// The same with a cookie.
    ///
    /// # Errors
    /// The connection broke before the answer was here whole.
    pub async fn ask_with(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        cookie: Option<&str>,
    ) -> Result<Answer, NoAnswer> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let bytes = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        self.send(request.body(Full::new(bytes)).map_err(NoAnswer::because)?).await
    }

    /// Sends a table.
    ///
    /// # Errors
    /// The connection broke before the answer was here whole.
    pub async fn upload(&mut self, path: &str, table: String) -> Result<Answer, NoAnswer> {
        let mut request = Request::builder().method("POST").uri(path).header(header::HOST, &self.host);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.header(header::CONTENT_TYPE, "text/csv").body(Full::new(Bytes::from(table)));
        self.send(request.map_err(NoAnswer::because)?).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, NoAnswer> {
        self.requests.ready().await.map_err(NoAnswer::because)?;
        let response = self.requests.send_request(request).await.map_err(NoAnswer::because)?;
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.map_err(NoAnswer::because)?.to_bytes();
        let cookie = head.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: head.status.as_u16(),
            cookie: cookie.and_then(|text| text.split(';').next()).map(str::to_owned),
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }
}
