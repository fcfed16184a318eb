//! Nothing that opens an org stands in what the server says, however much it is asked to say.

use crate::emulate::Emulator;
use crate::process::configured;
use serde_json::Value;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::yield_now;

const BINARY: &str = env!("CARGO_BIN_EXE_bitacora");
/// The secret of the emulated app, and one that it does not take.
const SECRETS: [&str; 2] = ["bitacora-secret", "no-secret-of-theirs-4711"];

/// All that a server says which logs everything, until the org was asked what `enough` waits for.
fn said(org: &Emulator, secret: &str, enough: impl Fn(&Value) -> bool) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    let id = org.ask("GET", "/emulator", &Value::Null).expect("an answer")["organization"].clone();
    let settings = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"trace\"\n[[tenants]]\nslug = \"main\"\n\
         [tenants.salesforce]\norganisation = {id}\nlogin_url = \"http://{}\"\nflow = \"client_credentials\"\n\
         client_id = \"bitacora\"\nclient_secret = \"{secret}\"\npoll_s = 1",
        org.address
    );
    let config = configured(dir.path(), &settings);
    let mut process = Command::new(BINARY)
        .args(["serve", "--config"])
        .arg(&config)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let readers = [
        read_on(process.stdout.take().expect("its output")),
        read_on(process.stderr.take().expect("its log")),
    ];
    while !enough(&org.ask("GET", "/emulator/calls", &Value::Null).expect("an answer")["by_kind"]) {
        assert_eq!(process.try_wait().expect("a process"), None, "it ended by itself");
        yield_now();
    }
    process.kill().expect("killed");
    process.wait().expect("ended");
    readers.map(|reader| reader.join().expect("read")).concat()
}

fn read_on(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).expect("text");
        text
    })
}

#[test]
fn neither_secrets_nor_tokens_stand_in_the_log() {
    let org = Emulator::start();
    let of = |calls: &Value, kind: &str| calls[kind].as_u64().unwrap_or_default();
    // The test's own log-in is one.
    let refused = said(&org, SECRETS[1], |calls| of(calls, "login") >= 3);
    let taken = said(&org, SECRETS[0], |calls| of(calls, "query") >= 10);
    // Every token of an org begins with its id.
    let (begins, _) = org.token.split_once('!').expect("a token of an org");
    for text in [refused, taken] {
        assert!(text.contains("\"level\":\"TRACE\"") || text.contains("TRACE"), "it says everything: {text}");
        for secret in SECRETS.iter().map(|secret| (*secret).to_owned()).chain([format!("{begins}!")]) {
            assert!(!text.contains(&secret), "{secret}: {text}");
        }
    }
}
