//! An HTTP client that costs next to nothing: it shares the cores with the server it measures. One
//! connection, kept; one request at a time; no redirects, no chunks, none of which the API has.

use crate::{Outcome, failure};
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest answer taken, in bytes.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// A connection to the server.
pub(crate) struct Client {
    stream: TcpStream,
    address: SocketAddr,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Outcome<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, address, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Asks, and reads the answer, which must be a good one. `headers` are whole lines.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Outcome<T> {
        Ok(serde_json::from_str(&self.text(method, path, headers, body).await?)?)
    }

    /// The same, and the answer as it is.
    pub(crate) async fn text(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Outcome<String> {
        let (host, length) = (self.address, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.split(' ').nth(1).unwrap_or_default().to_owned();
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let end = head + length.unwrap_or_default();
        while self.buffer.len() < end {
            self.more().await?;
        }
        let answer = String::from_utf8(self.buffer[head..end].to_vec())?;
        if !status.starts_with('2') {
            return failure(format!("{method} {path} was answered with {status}: {answer}"));
        }
        Ok(answer)
    }

    async fn more(&mut self) -> Outcome {
        if self.stream.read_buf(&mut self.buffer).await? == 0 || self.buffer.len() > MAX_ANSWER_BYTES {
            return failure("the server broke off an answer, or would not end it");
        }
        Ok(())
    }
}
