//! The real program, killed in the middle of an import: it goes on where it was, and each row is written once.

use domain::account::{Role, User};
use domain::commit::{Change, Commit};
use domain::id::UserId;
use serde_json::{Value, json};
use server::ops::session::hash;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use store::{OpenOptions, SqliteStore, Store};
use testkit::http::Client;
use testkit::server::ServerProcess;
use testkit::tier::rounds;
use tokio::time::timeout;
use uuid::Uuid;

/// How long a test waits for an import to get somewhere.
const WITHIN: Duration = Duration::from_secs(300);
const PASSWORD: &str = "not-a-secret-demo";

async fn start(dir: &Path) -> ServerProcess {
    let config = dir.join("bitacora.toml");
    let data = dir.join("data");
    let settings =
        format!("[server]\nlisten = '127.0.0.1:0'\n[data]\ndir = '{}'\n[[tenants]]\n", data.display());
    std::fs::write(&config, settings).expect("written");
    ServerProcess::start(Path::new(env!("CARGO_BIN_EXE_bitacora")), &config, &[]).await.expect("it serves")
}

/// Who may import, before the first start.
async fn an_admin(dir: &Path) {
    std::fs::create_dir_all(dir.join("data")).expect("a folder");
    let store =
        SqliteStore::open(&dir.join("data/bitacora.db"), &OpenOptions::default()).expect("a database");
    let tenant = store.tenant("main").await.expect("a tenant");
    let user = User {
        id: UserId(Uuid::from_u128(1)),
        login: "root".to_owned(),
        name: "Root".to_owned(),
        role: Role::Admin,
        agent: None,
        email: None,
        active: true,
        password_hash: Some(hash(PASSWORD).await.expect("a hash")),
        version: 1,
    };
    store.commit(Commit::of(tenant, vec![Change::User(Box::new(user))])).await.expect("written");
}

/// An admin's connection to a server.
struct Admin {
    client: Client,
}

impl Admin {
    async fn at(server: &ServerProcess) -> Admin {
        let mut client = Client::connect(server.address()).await.expect("connected");
        let login = json!({ "login": "root", "password": PASSWORD });
        let answer = client.ask("POST", "/api/v1/session", Some(&login)).await.expect("an answer");
        client.token = Some(answer.body["access_token"].as_str().expect("a token").to_owned());
        Admin { client }
    }

    async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer = self.client.ask(method, path, body).await.expect("an answer");
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.body);
        answer.body
    }

    async fn import(&mut self, id: &str) -> Value {
        self.ask("GET", &format!("/api/v1/imports/{id}"), None).await["import"].clone()
    }

    /// Takes a step and waits until it is there.
    async fn step(&mut self, import: &Value, step: &str, until: &str) -> Value {
        let id = import["id"].as_str().expect("an id");
        let body = json!({ "version": import["version"], "step": step });
        self.ask("POST", &format!("/api/v1/imports/{id}/step"), Some(&body)).await;
        self.when(id, |import| import["state"] == until).await
    }

    async fn when(&mut self, id: &str, is: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let import = self.import(id).await;
                if is(&import) {
                    return import;
                }
            }
        };
        timeout(WITHIN, waiting).await.expect("so far in time")
    }
}

fn count(dir: &Path, query: &str) -> i64 {
    let file = rusqlite::Connection::open(dir.join("data/bitacora.db")).expect("the database");
    file.query_row(query, [], |row| row.get(0)).expect("a count")
}

fn table(rows: usize) -> String {
    let mut text = "call_id,type,start_at,contact_phone_number,notes\n".to_owned();
    for nth in 0..rows {
        let (day, number) = (nth % 28 + 1, nth % 500);
        writeln!(text, "k{nth},missed,2026-02-{day:02}T10:00:00Z,+34600{number:06},\"one\ntwo {nth}\"")
            .expect("written");
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_after_a_kill_and_writes_each_row_once() {
    let rows = rounds(3_000, 60_000);
    let dir = tempfile::tempdir().expect("a folder");
    an_admin(dir.path()).await;
    let mut server = start(dir.path()).await;
    let mut root = Admin::at(&server).await;
    let uploaded =
        root.client.upload("/api/v1/imports?name=calls.csv", table(rows)).await.expect("an answer");
    let import = uploaded.body["import"].clone();
    let id = import["id"].as_str().expect("an id").to_owned();
    let checked = root.step(&import, "check", "checked").await;
    assert_eq!(checked["progress"]["new"], json!(rows));
    let body = json!({ "version": checked["version"], "step": "start" });
    root.ask("POST", &format!("/api/v1/imports/{id}/step"), Some(&body)).await;
    let mut kills = 0;
    loop {
        let begun = root.import(&id).await["progress"]["rows"].as_u64().expect("rows");
        let goes_on = |import: &Value| {
            import["progress"]["rows"].as_u64().is_some_and(|rows| rows > begun) || import["state"] == "done"
        };
        let so_far = root.when(&id, goes_on).await;
        if so_far["state"] == "done" {
            break;
        }
        server.kill();
        kills += 1;
        let told = so_far["progress"]["rows"].as_i64().expect("rows");
        let calls = count(dir.path(), "SELECT count(*) FROM call");
        assert!(calls >= told, "{calls} calls of {told} rows that were told");
        server = start(dir.path()).await;
        root = Admin::at(&server).await;
        if kills == 3 {
            root.when(&id, |import| import["state"] == "done").await;
            break;
        }
    }
    assert!(kills > 0, "it was done before it could be killed");
    let done = root.import(&id).await;
    assert_eq!((&done["progress"]["rows"], &done["progress"]["new"]), (&json!(rows), &json!(rows)));
    let counts = ["call", "activity", "imported", "report_fact"]
        .map(|table| count(dir.path(), &format!("SELECT count(*) FROM {table}")));
    assert_eq!(counts, [i64::try_from(rows).expect("a count"); 4]);
    assert_eq!(count(dir.path(), "SELECT count(DISTINCT notes) FROM activity"), counts[0]);
}
