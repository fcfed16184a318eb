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

/// Whom the clients speak to.
pub(crate) enum Against {
    /// The server: each of these agents logs a wrap-up, the first that of this call.
    Server { tokens: Vec<String>, first: usize },
    /// Something that answers so many of them alike and does nothing.
    Echo { wrapups: usize },
}

impl Against {
    fn count(&self) -> usize {
        match self {
            Against::Server { tokens, .. } => tokens.len(),
            Against::Echo { wrapups } => *wrapups,
        }
    }
}

/// The answers to the three requests of a wrap-up, as they were.
pub(crate) type Answers = [String; 3];

/// What a run was.
pub(crate) struct Ran {
    pub(crate) wall: Duration,
    pub(crate) whole: Times,
    pub(crate) log: Times,
    /// The answers to one of them.
    pub(crate) answers: Option<Answers>,
}

/// Has so many clients log wrap-ups, and checks every answer of a server.
pub(crate) async fn run(address: SocketAddr, against: Against, clients: usize) -> Outcome<Ran> {
    let code = rows::code().ok_or("no code to log with")?.id.0;
    let mut connected = Vec::new();
    for _ in 0..clients {
        connected.push(Client::connect(address).await?);
    }
    let (against, next) = (Arc::new(against), Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let mut running = JoinSet::new();
    for mut client in connected {
        let (against, next) = (Arc::clone(&against), Arc::clone(&next));
        running.spawn(async move {
            let (mut whole, mut logs, mut answers) = (Times::default(), Times::default(), None);
            loop {
                let nth = next.fetch_add(1, Relaxed);
                if nth >= against.count() {
                    return Ok::<_, Failure>((whole, logs, answers));
                }
                let start = Instant::now();
                let (log, answered) = match against.as_ref() {
                    Against::Server { tokens, first } => {
                        one(&mut client, &tokens[nth], first + nth, code).await?
                    }
                    Against::Echo { .. } => {
                        ask(&mut client, "none", rows::engagement_key(nth).0, code).await?
                    }
                };
                whole.push(start.elapsed());
                logs.push(log);
                answers = Some(answered);
            }
        });
    }
    let mut ran = Ran { wall: Duration::ZERO, whole: Times::default(), log: Times::default(), answers: None };
    while let Some(part) = running.join_next().await {
        let (part, log, answers) = part??;
        ran.whole.extend(part);
        ran.log.extend(log);
        ran.answers = ran.answers.or(answers);
    }
    ran.wall = began.elapsed();
    Ok(ran)
}

/// One wrap-up: the match, the draft, the Log; answers how long the Log took.
async fn one(client: &mut Client, token: &str, n: usize, code: Uuid) -> Outcome<(Duration, Answers)> {
    let id = rows::engagement_key(n).0;
    let (took, answers) = ask(client, token, id, code).await?;
    let panel: Panel = serde_json::from_str(&answers[0])?;
    let [card] = panel.wrapups.as_slice() else {
        return failure(format!("agent {n} owes {} wrap-ups", panel.wrapups.len()));
    };
    let one = card.matched.candidates.as_slice();
    let matches = card.matched.kind == "one" && one.len() == 1 && one[0].person.id == rows::person_id(n).0;
    let offered = card.codes.iter().any(|offered| offered.id == code && !offered.requires_notes);
    if card.id != id || !matches || card.draft.revision != 0 || !offered {
        return failure(format!("the panel of agent {n} is not what it should be"));
    }
    let saved: Draft = serde_json::from_str(&answers[1])?;
    if saved.revision != 1 {
        return failure(format!("the first draft of {id} has revision {}", saved.revision));
    }
    let logged: Logged = serde_json::from_str(&answers[2])?;
    let Activity { id, outcome, notes, code: with, party } = logged.activity;
    let filed = party.is_some_and(|party| party.id == rows::person_id(n).0);
    let right = id == rows::call_key(n).0 && outcome == "logged" && notes.as_deref() == Some(NOTES);
    if !right || !filed || with.is_none_or(|with| with.id != code) {
        return failure(format!("what was logged of call {n} is not what was entered"));
    }
    Ok((took, answers))
}

/// The three requests of a wrap-up, and what is answered; how long the last took.
async fn ask(client: &mut Client, token: &str, id: Uuid, code: Uuid) -> Outcome<(Duration, Answers)> {
    let who = bearer(token);
    let entry = |revision: u64| {
        json!({ "revision": revision, "code": code, "notes": NOTES, "party": null }).to_string()
    };
    let panel = client.text("GET", "/api/v1/me/panel", &who, "").await?;
    let draft = client.text("PUT", &format!("/api/v1/wrapups/{id}/draft"), &who, &entry(0)).await?;
    let start = Instant::now();
    let logged = client.text("POST", &format!("/api/v1/wrapups/{id}/log"), &who, &entry(1)).await?;
    Ok((start.elapsed(), [panel, draft, logged]))
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
