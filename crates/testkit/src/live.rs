//! An agent's panel, as the server tells it over a WebSocket.

use crate::http::NoAnswer;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// A panel that listens.
pub struct Live {
    socket: WebSocketStream<TcpStream>,
}

impl Live {
    /// Connects with an access token.
    ///
    /// # Errors
    /// Nobody listens there, or it is no WebSocket.
    pub async fn connect(address: SocketAddr, token: &str) -> Result<Live, NoAnswer> {
        let stream = TcpStream::connect(address).await.map_err(NoAnswer::because)?;
        stream.set_nodelay(true).map_err(NoAnswer::because)?;
        let url = format!("ws://{address}/api/v1/live");
        let (mut socket, _) = client_async(url, stream).await.map_err(NoAnswer::because)?;
        let hello = json!({ "token": token, "version": null }).to_string();
        socket.send(Message::text(hello)).await.map_err(NoAnswer::because)?;
        Ok(Live { socket })
    }

    /// The next panel that is told.
    ///
    /// # Errors
    /// The connection ended, or the server wants no more of it.
    pub async fn panel(&mut self) -> Result<Value, NoAnswer> {
        loop {
            let message = self.socket.next().await.ok_or_else(|| NoAnswer::because("it ended"))?;
            let Message::Text(text) = message.map_err(NoAnswer::because)? else { continue };
            let mut told: Value = serde_json::from_str(&text).map_err(NoAnswer::because)?;
            if told["type"] != "panel" {
                return Err(NoAnswer::because(text));
            }
            return Ok(told["panel"].take());
        }
    }
}
