//! The real program, killed while connectors push: what was answered is on disk, and is known after the restart.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use testkit::http::Client;
use testkit::server::ServerProcess;
use testkit::tier::rounds;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

const TOKEN: &str = "a-token-0123456789abcdef";
/// Connections that push at the same time, so that many deliveries go to a commit.
const SENDERS: usize = 16;
/// How long a test waits for so many answers.
const WITHIN: Duration = Duration::from_secs(300);

fn call(id: &str) -> Value {
    json!({ "event": "newCall", "callId": id, "direction": "in", "from": "34600111222", "to": "34911000001",
        "queue": "ventas" })
}

async fn start(dir: &Path) -> ServerProcess {
    let config = dir.join("bitacora.toml");
    let data = dir.join("data");
    let settings = format!(
        "[server]\nlisten = '127.0.0.1:0'\n[data]\ndir = '{}'\n[[tenants]]\n[[tenants.sources]]\nname = 'cti'\n\
         kind = 'zammad'\ntoken = '{TOKEN}'\n",
        data.display()
    );
    std::fs::write(&config, settings).expect("written");
    ServerProcess::start(Path::new(env!("CARGO_BIN_EXE_bitacora")), &config, &[]).await.expect("it serves")
}

async fn push(client: &mut Client, id: &str) -> Option<u16> {
    let answer = client.ask("POST", &format!("/hooks/zammad/{TOKEN}"), Some(&call(id))).await;
    answer.ok().map(|answer| answer.status)
}

/// The bodies that are stored, in the order they came.
fn stored(dir: &Path) -> Vec<String> {
    let file = rusqlite::Connection::open(dir.join("data/bitacora.db")).expect("the database");
    let mut query = file.prepare("SELECT bytes FROM frame_chunk ORDER BY chunk").expect("a query");
    let chunks = query.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("rows");
    let read = |chunk: Vec<u8>| telephony::hook::deliveries(&chunk).map(|one| one.body).collect::<Vec<_>>();
    let bodies = chunks.flat_map(|chunk| read(chunk.expect("a row")));
    bodies.map(|body| String::from_utf8(body).expect("text")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_kill_and_is_known_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut server = start(dir.path()).await;
    let (answered, mut answers) = mpsc::unbounded_channel();
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let (address, answered) = (server.address(), answered.clone());
        senders.spawn(async move {
            let mut client = Client::connect(address).await.expect("connected");
            for nth in 0.. {
                let id = format!("k-{sender}-{nth}");
                loop {
                    match push(&mut client, &id).await {
                        None => return,
                        Some(200) => break,
                        // A busy disk: a connector comes again with the same.
                        other => assert_eq!(other, Some(503)),
                    }
                }
                if answered.send(id).is_err() {
                    return;
                }
            }
        });
    }
    drop(answered);
    let mut told = BTreeSet::new();
    let enough = async {
        while told.len() < rounds(400, 20_000) {
            told.insert(answers.recv().await.expect("an answer"));
        }
    };
    timeout(WITHIN, enough).await.expect("so many answers in time");
    server.kill();
    while let Some(ended) = senders.join_next().await {
        ended.expect("a sender ends with its connection");
    }
    // Some were answered before the kill and counted after it.
    while let Some(id) = answers.recv().await {
        told.insert(id);
    }
    let before = stored(dir.path());
    let different: BTreeSet<&String> = before.iter().collect();
    assert_eq!(different.len(), before.len(), "each once");
    let lost: Vec<&String> = told.iter().filter(|id| !different.contains(&call(id).to_string())).collect();
    assert!(lost.is_empty(), "answered and not on disk: {lost:?}");

    let again = start(dir.path()).await;
    let mut client = Client::connect(again.address()).await.expect("connected");
    for id in &told {
        assert_eq!(push(&mut client, id).await, Some(200));
    }
    assert_eq!(stored(dir.path()), before, "what was known is not stored again");
}
