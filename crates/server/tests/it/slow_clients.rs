//! Clients that send next to nothing, or far too much: they are ended by a limit, and nobody else is disturbed.

use server::clock::Machine;
use server::http::MAX_BODY_BYTES;
use server::running::{Running, start};
use server::settings::{ServerSettings, Settings};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::MemoryStore;
use testkit::http::Client;
use testkit::time;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

/// How long a request may take here.
const LIMIT_S: u64 = 2;
/// When a connection must have been ended at the latest: the limit of the head, then that of the body, and a machine
/// that does other things as well.
const ENDED_WITHIN: Duration = Duration::from_secs(30);
/// How often a slow client sends a byte.
const EACH: Duration = Duration::from_millis(100);
/// How many slow clients there are.
const SLOW: usize = 200;
/// How many requests of others are timed.
const REQUESTS: usize = 100;
/// A body that nobody may send, in bytes.
const GIGABYTE: usize = 1 << 30;
/// The most of it that is taken: what is on the way in the buffers of both ends of a connection.
const TAKEN_BYTES: usize = 32 << 20;

async fn serve() -> Running {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = ServerSettings { listen, request_timeout_s: LIMIT_S, ..ServerSettings::default() };
    let settings = Settings { server, ..Settings::default() };
    let store = Arc::new(MemoryStore::default());
    start(store, Arc::new(Machine), settings, Vec::new()).await.expect("a server")
}

/// Sends `begins`, then a byte now and then, until the server ends it; answers what it said.
async fn slow(address: SocketAddr, begins: &'static str, then: &'static [u8]) -> String {
    let (mut input, mut output) = TcpStream::connect(address).await.expect("a connection").into_split();
    let sends = async {
        let mut pace = interval(EACH);
        // It may end at any time, which is what is waited for.
        let _ = output.write_all(begins.as_bytes()).await;
        if then.is_empty() {
            std::future::pending::<()>().await;
        }
        for byte in then.iter().cycle() {
            pace.tick().await;
            if output.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    };
    let mut said = Vec::new();
    let ended = async {
        tokio::select! {
            _ = input.read_to_end(&mut said) => {}
            () = sends => {}
        }
    };
    timeout(ENDED_WITHIN, ended).await.expect("it is ended");
    String::from_utf8_lossy(&said).into_owned()
}

/// The times of some requests, in microseconds, the shortest first.
async fn times_of_others(address: SocketAddr) -> Vec<i64> {
    let mut client = Client::connect(address).await.expect("a connection");
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        let began = time::now();
        assert_eq!(client.ask("GET", "/readyz", None).await.expect("an answer").status, 200);
        times.push(time::now().0 - began.0);
    }
    times.sort_unstable();
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_send_a_byte_now_and_then_are_ended_and_disturb_nobody() {
    /// More than anybody's requests differ by themselves on a machine that does other things.
    const SLOWER_US: i64 = 50_000;
    let running = serve().await;
    let address = running.address;
    let before = times_of_others(address).await[REQUESTS / 2];
    let kinds: [(&'static str, &'static [u8]); 4] = [
        // Nothing at all; what may still become HTTP/2; a head without an end; a body that does not come.
        ("", b""),
        ("P", b""),
        ("GET /readyz HTTP/1.1\r\nHost: here\r\n", b"X: y\r\n"),
        (
            "POST /api/v1/session HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
            b" ",
        ),
    ];
    let mut clients = Vec::new();
    for nth in 0..SLOW {
        let (begins, then) = kinds[nth % kinds.len()];
        clients.push(tokio::spawn(slow(address, begins, then)));
    }
    let meanwhile = times_of_others(address).await[REQUESTS / 2];
    assert!(meanwhile < before + SLOWER_US, "{before} us before, {meanwhile} us beside slow clients");
    for (nth, client) in clients.into_iter().enumerate() {
        let said = client.await.expect("it is ended");
        let (begins, _) = kinds[nth % kinds.len()];
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 4") || said.starts_with("HTTP/1.1 5"),
            "{begins:?}: {said}"
        );
    }
    times_of_others(address).await;
    running.stop().await;
}

/// Sends a body of a gigabyte; answers the status, and how many bytes of it were taken.
async fn flood(address: SocketAddr, path: &str, chunked: bool) -> (String, usize) {
    let piece = vec![b' '; 64 * 1024];
    let length =
        if chunked { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {GIGABYTE}") };
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n{length}\r\n\r\n");
    let (mut input, mut output) = TcpStream::connect(address).await.expect("a connection").into_split();
    output.write_all(head.as_bytes()).await.expect("a head is taken");
    let mut taken = 0;
    let sends = async {
        while taken < GIGABYTE {
            let size = format!("{:x}\r\n", piece.len());
            let framed = if chunked { [size.as_bytes(), &piece, b"\r\n"].concat() } else { piece.clone() };
            if output.write_all(&framed).await.is_err() {
                break;
            }
            taken += piece.len();
        }
    };
    let mut said = [0; 12];
    let hears = async {
        // Where the connection is reset at once the answer may be lost.
        if input.read_exact(&mut said).await.is_err() {
            said.fill(b'?');
        }
        let _ = input.read_to_end(&mut Vec::new()).await;
    };
    timeout(ENDED_WITHIN, async { tokio::join!(sends, hears) }).await.expect("it is refused in time");
    (String::from_utf8_lossy(&said).into_owned(), taken)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_a_gigabyte_is_refused_before_it_is_taken() {
    let running = serve().await;
    for path in ["/api/v1/session", "/readyz", "/api/v1/nothing"] {
        for chunked in [false, true] {
            let (status, taken) = flood(running.address, path, chunked).await;
            assert!(
                taken < TAKEN_BYTES,
                "{path}, chunked {chunked}: {taken} bytes were taken, more than {MAX_BODY_BYTES}"
            );
            assert!(status.starts_with("HTTP/1.1 4") || status.starts_with('?'), "{path}: {status}");
        }
    }
    times_of_others(running.address).await;
    running.stop().await;
}
