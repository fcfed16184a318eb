//! The panels: a WebSocket each, which reads every snapshot.

use super::closing::Due;
use super::{Shown, Told};
use crate::{Failure, Outcome, failure};
use domain::id::EngagementKey;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

/// What a server says to a panel.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "type")]
    kind: String,
    panel: Option<Panel>,
}

#[derive(Deserialize)]
struct Panel {
    calls: Vec<Call>,
    wrapups: Vec<Card>,
}

#[derive(Deserialize)]
struct Call {
    engagement: Uuid,
    state: String,
}

/// A wrap-up that is owed, as the panel shows it.
#[derive(Deserialize)]
pub(crate) struct Card {
    pub(crate) id: Uuid,
    pub(crate) codes: Vec<Code>,
    #[serde(rename = "match")]
    pub(crate) matched: Match,
}

#[derive(Deserialize)]
pub(crate) struct Code {
    pub(crate) id: Uuid,
    pub(crate) requires_notes: bool,
}

#[derive(Deserialize)]
pub(crate) struct Match {
    pub(crate) kind: String,
    pub(crate) candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
pub(crate) struct Candidate {
    pub(crate) person: Person,
}

#[derive(Deserialize)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
}

/// Opens a panel for each token; when this returns, each has shown its first snapshot.
pub(crate) async fn open(
    address: SocketAddr,
    tokens: &[String],
    closer: UnboundedSender<Due>,
    told: &UnboundedSender<Told>,
) -> Outcome<JoinSet<Outcome>> {
    let mut panels = JoinSet::new();
    for (agent, token) in tokens.iter().enumerate() {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (mut socket, _) = client_async(format!("ws://{address}/api/v1/live"), stream).await?;
        let hello = serde_json::json!({ "token": token, "version": null });
        socket.send(Message::text(hello.to_string())).await?;
        let mut panel = PanelTask { agent, socket, shown: HashSet::new(), asked: HashSet::new() };
        let first = panel.next().await?;
        if !first.calls.is_empty() || !first.wrapups.is_empty() {
            return failure("a panel is not empty at the start");
        }
        let (closer, told) = (closer.clone(), told.clone());
        panels.spawn(async move { panel.watch(&closer, &told).await });
    }
    Ok(panels)
}

struct PanelTask {
    agent: usize,
    socket: WebSocketStream<TcpStream>,
    shown: HashSet<Uuid>,
    /// Wrap-ups that were handed on to be logged.
    asked: HashSet<Uuid>,
}

impl PanelTask {
    /// The next snapshot.
    async fn next(&mut self) -> Outcome<Panel> {
        loop {
            match self.socket.next().await.ok_or("a panel was let go")?? {
                Message::Text(text) => {
                    let said: Said = serde_json::from_str(&text)?;
                    let other = || Failure::from(format!("a panel was told {:?}", said.kind));
                    return said.panel.ok_or_else(other);
                }
                // The library answers pings when it is next written to; a panel that only listens never is.
                Message::Ping(_) => self.socket.flush().await?,
                _ => {}
            }
        }
    }

    async fn watch(&mut self, closer: &UnboundedSender<Due>, told: &UnboundedSender<Told>) -> Outcome {
        loop {
            let panel = self.next().await?;
            let at = Instant::now();
            for call in panel.calls {
                if self.shown.insert(call.engagement) {
                    let ringing = call.state == "ringing";
                    let shown = Shown { engagement: EngagementKey(call.engagement), at, ringing };
                    told.send(Told::Shown(shown)).map_err(|_| "nobody counts what is shown")?;
                }
            }
            for card in panel.wrapups {
                if self.asked.insert(card.id) {
                    let due = Due { agent: self.agent, card };
                    closer.send(due).map_err(|_| "nobody logs the wrap-ups")?;
                }
            }
        }
    }
}
