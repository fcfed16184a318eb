//! The begin of a manager connection: anybody is let in.

use crate::{Outcome, failure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What stands before the id by which the answer is known.
const ACTION_ID: &str = "ActionID: ";

/// Greets and lets in whoever connected, and waits until they ask which channels live: they wait for the answer.
pub(crate) async fn let_in(socket: &mut TcpStream) -> Outcome {
    let login = read_until(socket, b"\r\n\r\n").await?;
    let login = String::from_utf8_lossy(&login);
    let id = login.lines().find_map(|line| line.strip_prefix(ACTION_ID)).ok_or("a login without an id")?;
    let answer = format!(
        "Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n{ACTION_ID}{id}\r\nMessage: Authentication accepted\r\n\r\n"
    );
    socket.write_all(answer.as_bytes()).await?;
    read_until(socket, b"CoreShowChannels").await?;
    Ok(())
}

async fn read_until(socket: &mut TcpStream, end: &[u8]) -> Outcome<Vec<u8>> {
    let mut read = Vec::new();
    while !read.windows(end.len()).any(|window| window == end) {
        if socket.read_buf(&mut read).await? == 0 {
            return failure("the server hung up before it logged in");
        }
    }
    Ok(read)
}
