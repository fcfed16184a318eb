//! The clients that log wrap-ups over HTTP, and check every answer.

use super::rows::{self, NOTES};
use crate::agents::bearer;
use crate::http::Client;
use crate::report::Times;
use crate::{Failure, Outcome, failure};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;

/// What of a panel an agent needs to log the call.
#[derive(Deserialize)]
struct Panel {
    wrapups: Vec<Card>,
}

#[derive(Deserialize)]
struct Card {
    id: Uuid,
    #[serde(rename = "match")]
    matched: Match,
    draft: Draft,
    codes: Vec<Code>,
}

#[derive(Deserialize)]
struct Match {
    kind: String,
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    person: Named,
}

#[derive(Deserialize)]
struct Named {
    id: Uuid,
}

#[derive(Deserialize)]
struct Draft {
    revision: u64,
}

#[derive(Deserialize)]
struct Code {
    id: Uuid,
    requires_notes: bool,
}

#[derive(Deserialize)]
struct Logged {
    activity: Activity,
}

#[derive(Deserialize)]
struct Activity {
    id: Uuid,
    outcome: String,
    notes: Option<String>,
    code: Option<Named>,
    party: Option<Named>,
}

/// Has so many clients log the wrap-up of each of these agents; answers how long all took, each, and the
/// Log of each.
pub(crate) async fn run(
    address: SocketAddr,
    tokens: Vec<String>,
    first: usize,
    clients: usize,
) -> Outcome<(Duration, Times, Times)> {
    let code = rows::code().ok_or("no code to log with")?.id.0;
    let mut connected = Vec::new();
    for _ in 0..clients {
        connected.push(Client::connect(address).await?);
    }
    let (tokens, next) = (Arc::new(tokens), Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let mut running = JoinSet::new();
    for mut client in connected {
        let (tokens, next) = (Arc::clone(&tokens), Arc::clone(&next));
        running.spawn(async move {
            let (mut whole, mut logs) = (Times::default(), Times::default());
            loop {
                let nth = next.fetch_add(1, Relaxed);
                let Some(token) = tokens.get(nth) else { return Ok::<_, Failure>((whole, logs)) };
                let start = Instant::now();
                let log = one(&mut client, token, first + nth, code).await?;
                whole.push(start.elapsed());
                logs.push(log);
            }
        });
    }
    let (mut whole, mut logs) = (Times::default(), Times::default());
    while let Some(part) = running.join_next().await {
        let (part, log) = part??;
        whole.extend(part);
        logs.extend(log);
    }
    Ok((began.elapsed(), whole, logs))
}

/// One wrap-up: the match, the draft, the Log; answers how long the Log took.
async fn one(client: &mut Client, token: &str, n: usize, code: Uuid) -> Outcome<Duration> {
    let who = bearer(token);
    let panel: Panel = client.ask("GET", "/api/v1/me/panel", &who, "").await?;
    let id = rows::engagement_key(n).0;
    let [card] = panel.wrapups.as_slice() else {
        return failure(format!("agent {n} owes {} wrap-ups", panel.wrapups.len()));
    };
    let one = card.matched.candidates.as_slice();
    let matches = card.matched.kind == "one" && one.len() == 1 && one[0].person.id == rows::person_id(n).0;
    let offered = card.codes.iter().any(|offered| offered.id == code && !offered.requires_notes);
    if card.id != id || !matches || card.draft.revision != 0 || !offered {
        return failure(format!("the panel of agent {n} is not what it should be"));
    }
    let entry = |revision: u64| {
        json!({ "revision": revision, "code": code, "notes": NOTES, "party": null }).to_string()
    };
    let saved: Draft = client.ask("PUT", &format!("/api/v1/wrapups/{id}/draft"), &who, &entry(0)).await?;
    if saved.revision != 1 {
        return failure(format!("the first draft of {id} has revision {}", saved.revision));
    }
    let start = Instant::now();
    let logged: Logged = client.ask("POST", &format!("/api/v1/wrapups/{id}/log"), &who, &entry(1)).await?;
    let took = start.elapsed();
    let Activity { id, outcome, notes, code: with, party } = logged.activity;
    let filed = party.is_some_and(|party| party.id == rows::person_id(n).0);
    let right = id == rows::call_key(n).0 && outcome == "logged" && notes.as_deref() == Some(NOTES);
    if !right || !filed || with.is_none_or(|with| with.id != code) {
        return failure(format!("what was logged of call {n} is not what was entered"));
    }
    Ok(took)
}

/// What the server's writer counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) batches: u64,
    pub(crate) commits: u64,
}

/// Reads them from the server's metrics.
pub(crate) async fn counts(address: SocketAddr) -> Outcome<Counts> {
    let text = Client::connect(address).await?.text("GET", "/metrics", "", "").await?;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse::<u64>().ok()).ok_or(format!("no {name} among the metrics"))
    };
    Ok(Counts {
        batches: value("bitacora_store_batches_total")?,
        commits: value("bitacora_store_commits_total")?,
    })
}
