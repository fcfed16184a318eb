//! Nothing that opens an org stands in what the server says, however much it is asked to say.

use crate::emulate::Emulator;
use crate::process::configured;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, yield_now};

const BINARY: &str = env!("CARGO_BIN_EXE_bitacora");
/// The secret of the emulated app, and one that it does not take.
const SECRETS: [&str; 2] = ["bitacora-secret", "no-secret-of-theirs-4711"];

/// All that a server says which logs everything, until it said or the org was asked what `enough` waits for.
fn said(org: &Emulator, secret: &str, enough: impl Fn(&str, &Value) -> bool) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    let id = org.ask("GET", "/emulator", &Value::Null).expect("an answer")["organization"].clone();
    let settings = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"trace\"\n[[tenants]]\nslug = \"main\"\n\
         [tenants.salesforce]\norganisation = {id}\nlogin_url = \"http://{}\"\nflow = \"client_credentials\"\n\
         client_id = \"bitacora\"\nclient_secret = \"{secret}\"\npoll_s = 1\nquiet_poll_s = 1",
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
    let text = Arc::new(Mutex::new(String::new()));
    let readers = [
        read_on(process.stdout.take().expect("its output"), &text),
        read_on(process.stderr.take().expect("its log"), &text),
    ];
    loop {
        let calls = org.ask("GET", "/emulator/calls", &Value::Null).expect("an answer")["by_kind"].clone();
        if enough(&text.lock().expect("text"), &calls) {
            break;
        }
        assert_eq!(process.try_wait().expect("a process"), None, "it ended by itself");
        yield_now();
    }
    process.kill().expect("killed");
    process.wait().expect("ended");
    readers.into_iter().for_each(|reader| reader.join().expect("read"));
    text.lock().expect("text").clone()
}

fn read_on(from: impl Read + Send + 'static, text: &Arc<Mutex<String>>) -> JoinHandle<()> {
    let text = Arc::clone(text);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            *text.lock().expect("text") += &(line.expect("a line") + "\n");
        }
    })
}

#[test]
fn neither_secrets_nor_tokens_stand_in_the_log() {
    let org = Emulator::start();
    let refused = said(&org, SECRETS[1], |text, _| text.contains("the CRM does not answer"));
    let taken = said(&org, SECRETS[0], |_, calls| calls["query"].as_u64() >= Some(10));
    // Every token of an org begins with its id.
    let (begins, _) = org.token.split_once('!').expect("a token of an org");
    for text in [refused, taken] {
        assert!(text.contains("\"level\":\"TRACE\""), "it says everything: {text}");
        for secret in SECRETS.iter().map(|secret| (*secret).to_owned()).chain([format!("{begins}!")]) {
            assert!(!text.contains(&secret), "{secret}: {text}");
        }
    }
}
