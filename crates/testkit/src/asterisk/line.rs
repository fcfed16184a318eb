//! The manager interface: greeting, login, and the one list that a reader asks for.

use super::exchange::{Exchange, timestamp};
use super::{SECRET, USERNAME};
use std::io;
use std::sync::Arc;
use telephony::ami::{Frame, Splitter, frames};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

/// Most bytes read at once.
const MAX_READ_BYTES: usize = 4 * 1024;

pub(super) async fn serve(listener: TcpListener, exchange: Arc<Exchange>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, Arc::clone(&exchange)));
    }
}

async fn connection(stream: TcpStream, exchange: Arc<Exchange>) {
    // A reader that is not there any more is the usual end of a connection.
    let _ = stream.set_nodelay(true);
    let (input, output) = stream.into_split();
    let (tell, told) = unbounded_channel();
    let _ = tell.send(b"Asterisk Call Manager/11.0.0\r\n".to_vec());
    tokio::select! {
        _ = write(output, told) => {}
        _ = read(input, &tell, &exchange) => {}
    }
}

async fn write(mut output: OwnedWriteHalf, mut told: UnboundedReceiver<Vec<u8>>) -> io::Result<()> {
    while let Some(mut bytes) = told.recv().await {
        while let Ok(more) = told.try_recv() {
            bytes.extend_from_slice(&more);
        }
        output.write_all(&bytes).await?;
    }
    Ok(())
}

async fn read(
    mut input: OwnedReadHalf,
    tell: &UnboundedSender<Vec<u8>>,
    exchange: &Exchange,
) -> io::Result<()> {
    let mut splitter = Splitter::default();
    let mut bytes = vec![0; MAX_READ_BYTES];
    let mut known = false;
    loop {
        let count = input.read(&mut bytes).await?;
        if count == 0 {
            return Ok(());
        }
        for action in splitter.push(&bytes[..count]).iter().flat_map(|piece| frames(piece)) {
            known = obey(&action, known, tell, exchange);
        }
    }
}

/// Does what a reader begins with; answers whether it is logged in.
fn obey(action: &Frame, known: bool, tell: &UnboundedSender<Vec<u8>>, exchange: &Exchange) -> bool {
    let id = action.get("ActionID").unwrap_or_default();
    let refuse = |why: &str| {
        let answer = format!("Response: Error\r\nActionID: {id}\r\nMessage: {why}\r\n\r\n");
        let _ = tell.send(answer.into_bytes());
        known
    };
    match action.get("Action") {
        Some("Login") if [action.get("Username"), action.get("Secret")] != [Some(USERNAME), Some(SECRET)] => {
            refuse("Authentication failed")
        }
        Some("Login") => {
            let stamp = timestamp();
            let answer = format!(
                "Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n\
                 Event: FullyBooted\r\nPrivilege: system,all\r\nTimestamp: {stamp}\r\n\
                 Status: Fully Booted\r\n\r\n"
            );
            exchange.logged_in(tell, answer);
            true
        }
        _ if !known => refuse("Permission denied"),
        Some("CoreShowChannels") => {
            exchange.list_channels(tell, id);
            true
        }
        _ => refuse("Invalid/unknown command"),
    }
}
