//! Bodies that are too large, over a real socket: refused before they are read, so that memory stays bounded.

use super::{Pushing, SECRETS, SIGNED, TOKENS, sign};
use crate::world::HERE;
use serde_json::json;
use server::http::MAX_DELIVERY_BYTES;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a test waits for an answer.
const WITHIN: Duration = Duration::from_secs(20);
/// What a sender says that it will send.
const GIGABYTE: u64 = 1 << 30;
/// Most bytes that may be taken of a body without a length: what is read, and what sockets hold.
const MAX_TAKEN: usize = 32 * 1024 * 1024;

/// The paths with what each is known by.
fn heads(pushing: &Pushing) -> [String; 2] {
    let signature = sign(SECRETS[0][0], pushing.seconds(), "{}");
    [
        format!("POST /hooks/v1/{SIGNED} HTTP/1.1\r\nBitacora-Signature: {signature}\r\n"),
        format!("POST /hooks/zammad/{} HTTP/1.1\r\n", TOKENS[0]),
    ]
    .map(|head| format!("{head}Host: {HERE}\r\nContent-Type: application/json\r\n"))
}

/// Reads until the status line is there.
async fn status(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    while !said.ends_with(b"\r\n") {
        said.push(timeout(WITHIN, stream.read_u8()).await.expect("in time").expect("an answer"));
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_before_it_comes() {
    let pushing = Pushing::new().await;
    let address = pushing.world.listen().await;
    for head in heads(&pushing) {
        for length in [GIGABYTE, MAX_DELIVERY_BYTES as u64 + 1] {
            let mut stream = TcpStream::connect(&address).await.expect("connected");
            let head = format!("{head}Content-Length: {length}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.expect("sent");
            assert!(status(&mut stream).await.contains(" 413 "), "{head}");
        }
    }
    assert_eq!(pushing.chunks(), 0);
}

#[tokio::test]
async fn a_body_without_a_length_is_given_up_where_it_is_too_large() {
    let pushing = Pushing::new().await;
    let address = pushing.world.listen().await;
    let piece =
        [format!("{:x}\r\n", 64 * 1024).into_bytes(), vec![b' '; 64 * 1024], b"\r\n".to_vec()].concat();
    for head in heads(&pushing) {
        let mut stream = TcpStream::connect(&address).await.expect("connected");
        stream.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).await.expect("sent");
        let (mut answers, mut bodies) = stream.split();
        let mut said = [0; 12];
        let answer = answers.read_exact(&mut said);
        let send = async {
            let mut sent = 0;
            while sent < GIGABYTE as usize && bodies.write_all(&piece).await.is_ok() {
                sent += piece.len();
            }
            sent
        };
        let both = async { tokio::join!(answer, send) };
        let (answered, sent) = timeout(WITHIN, both).await.expect("it is not read to its end");
        answered.expect("an answer");
        assert_eq!(&said, b"HTTP/1.1 413");
        assert!(sent < MAX_TAKEN, "{sent} bytes were taken");
    }
    assert_eq!(pushing.chunks(), 0);
}

#[tokio::test]
async fn headers_and_values_cannot_bring_headers_or_lines_of_their_own() {
    let pushing = Pushing::new().await;
    let address = pushing.world.listen().await;
    for line in
        ["Bitacora-Signature: t=1,v1=\u{0}", "Bitacora-Signature: t=1\n\n,v1=0", "Bitacora Signature: t=1"]
    {
        let mut stream = TcpStream::connect(&address).await.expect("connected");
        let head = format!(
            "POST /hooks/v1/{SIGNED} HTTP/1.1\r\nHost: {HERE}\r\n{line}\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let status = status(&mut stream).await;
        assert!(status.contains(" 400 ") || status.contains(" 401 "), "{line:?}: {status}");
    }
    // What people would read in a list later breaks no line either.
    for text in ["a\r\nBcc: x", "\u{1b}[31m", "a\u{0}"] {
        let event = pushing.event("1", text, "started", 0, json!({ "direction": "inbound" }));
        pushing.push(HERE, &event).await.is(422);
    }
    assert_eq!(pushing.chunks(), 0);
}
