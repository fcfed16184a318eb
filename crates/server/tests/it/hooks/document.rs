//! The examples of docs/webhooks.md, run as they stand there: by curl and openssl, against the real program. Nothing
//! secret is in what it logs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use testkit::server::ServerProcess;
use tokio::time::timeout;

/// How long the examples of a chapter may take.
const WITHIN: Duration = Duration::from_secs(60);

/// The shell blocks of a chapter, behind one another.
fn examples(document: &str, chapter: &str) -> String {
    let chapter = document.split("\n## ").find(|text| text.starts_with(chapter)).expect("the chapter");
    let blocks = chapter.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let script: String = blocks.collect();
    assert!(script.contains("curl"), "{chapter}");
    script
}

/// The settings block of the document.
fn settings(document: &str) -> &str {
    document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("settings")
}

/// Runs a script and answers what it printed.
async fn run(script: String, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new("bash");
    command.args(["-eu", "-o", "pipefail", "-c", &script]).envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ran = tokio::task::spawn_blocking(move || command.output());
    let output = timeout(WITHIN, ran).await.expect("in time").expect("not cancelled").expect("bash runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[tokio::test]
async fn the_examples_of_the_document_do_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = fs::read_to_string(root.join("docs/webhooks.md")).expect("the document");
    let dir = tempfile::tempdir().expect("a folder");
    let config = dir.path().join("bitacora.toml");
    let data = dir.path().join("data");
    let head = format!(
        "[server]\nlisten = '127.0.0.1:0'\n[log]\nlevel = 'debug'\n[data]\ndir = '{}'\n",
        data.display()
    );
    fs::write(&config, head + settings(&document)).expect("written");
    let program = Path::new(env!("CARGO_BIN_EXE_bitacora"));
    let mut server = ServerProcess::start(program, &config, &[]).await.expect("it serves");
    let url = format!("http://{}", server.address());
    let parsed: toml::Table = settings(&document).parse().expect("TOML");
    let sources = parsed["tenants"][0]["sources"].as_array().expect("sources");
    let secret = sources[0]["secrets"][0].as_str().expect("a secret");
    let token = sources[1]["token"].as_str().expect("a token");
    let said = run(examples(&document, "Signed events"), &[("BITACORA", &url), ("SECRET", secret)]).await;
    assert_eq!(said.matches("{\"status\":\"stored\"}").count(), 5, "{said}");
    assert_eq!(said.matches("{\"status\":\"known\"}").count(), 1, "{said}");
    let said = run(examples(&document, "The generic CTI"), &[("BITACORA", &url), ("TOKEN", token)]).await;
    assert_eq!(said.matches("{}").count(), 3, "{said}");
    let wrong = format!("curl --silent -X POST {url}/hooks/zammad/a-token-that-is-wrong-0123456789");
    run(wrong, &[]).await;
    let file = rusqlite::Connection::open(data.join("bitacora.db")).expect("the database");
    let stored: i64 =
        file.query_row("SELECT count(*) FROM frame_chunk", [], |row| row.get(0)).expect("a count");
    assert_eq!(stored, 8);
    server.kill();
    let log = server.output();
    assert!(log.contains("a delivery was refused"), "{log}");
    for hidden in [secret, token, "a-token-that-is-wrong", "+34600111222"] {
        assert!(!log.contains(hidden), "{hidden} is in the log");
    }
}
