//! Agents who close what they owe, through the API, as soon as their panel shows it.

use super::Told;
use super::panels::Card;
use crate::agents::bearer;
use crate::http::Client;
use crate::{Outcome, failure};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Connections that log.
const CONNECTIONS: usize = 8;

/// A wrap-up to be logged.
pub(crate) struct Due {
    pub(crate) agent: usize,
    pub(crate) card: Card,
}

/// Starts to log what is sent to the answered channel.
pub(crate) fn start(
    address: SocketAddr,
    tokens: Arc<Vec<String>>,
    told: UnboundedSender<Told>,
) -> UnboundedSender<Due> {
    let (send, queue) = unbounded_channel();
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..CONNECTIONS {
        let (queue, tokens, told) = (Arc::clone(&queue), Arc::clone(&tokens), told.clone());
        tokio::spawn(async move {
            if let Err(error) = log_all(address, &queue, &tokens, &told).await {
                // Without anybody to log them the panels cannot hand on theirs, which ends the run.
                crate::progress(format!("a wrap-up could not be logged: {error}"));
                queue.lock().await.close();
            }
        });
    }
    send
}

async fn log_all(
    address: SocketAddr,
    queue: &Mutex<UnboundedReceiver<Due>>,
    tokens: &[String],
    told: &UnboundedSender<Told>,
) -> Outcome {
    let mut client = Client::connect(address).await?;
    loop {
        let Some(Due { agent, card }) = queue.lock().await.recv().await else { return Ok(()) };
        let code = card.codes.iter().find(|code| !code.requires_notes).ok_or("a card without codes")?;
        // Where several have the number somebody must choose (P4).
        let party = match card.matched.candidates.first() {
            Some(first) if card.matched.kind == "many" => {
                json!({ "choice": "existing", "person": first.person.id })
            }
            _ => Value::Null,
        };
        let entry = json!({ "revision": 0, "code": code.id, "notes": "", "party": party }).to_string();
        let path = format!("/api/v1/wrapups/{}/log", card.id);
        let answer: Value = client.ask("POST", &path, &bearer(&tokens[agent]), &entry).await?;
        if answer["activity"]["outcome"] != "logged" {
            return failure(format!("a Log was answered with {answer}"));
        }
        if told.send(Told::Logged).is_err() {
            return Ok(());
        }
    }
}
