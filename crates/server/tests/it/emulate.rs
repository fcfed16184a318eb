//! `bitacora emulate salesforce` over its socket: what a client sends in pieces arrives whole, an answer that is lost was done, and
//! it ends when it is told to.

use crate::process::run;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::Instant;

const BINARY: &str = env!("CARGO_BIN_EXE_bitacora");
/// How long an answer may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that emulates; killed when the test ends.
pub(crate) struct Emulator {
    child: Child,
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Emulator {
    pub(crate) fn start() -> Emulator {
        let mut child = Command::new(BINARY)
            .args(["emulate", "salesforce", "--listen", "127.0.0.1:0", "--people", "20"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut said = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = said.next().expect("a line").expect("text");
        let address =
            line.split("http://").nth(1).and_then(|rest| rest.split(';').next()).expect("an address");
        // Read to the end, so that it is never held back by a full pipe.
        let address = address.to_owned();
        std::thread::spawn(move || said.map_while(Result::ok).for_each(drop));
        let mut emulator = Emulator { child, address, token: String::new() };
        let form = "grant_type=client_credentials&client_id=bitacora&client_secret=bitacora-secret";
        let head = "POST /services/oauth2/token HTTP/1.1\r\nTransfer-Encoding: chunked";
        // In two pieces, as some clients send it.
        let (one, two) = form.split_at(20);
        let body = format!("{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n", one.len(), two.len());
        let answer = emulator.exchange(head, &body).expect("an answer");
        emulator.token = answer["access_token"].as_str().expect("a token").to_owned();
        emulator
    }

    /// The body of the answer; `None` where the connection ended without one.
    fn exchange(&self, head: &str, body: &str) -> Option<Value> {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let head = format!("{head}\r\nHost: {}\r\nConnection: close\r\n", self.address);
        let session = format!("Authorization: Bearer {}\r\n\r\n", self.token);
        stream.write_all(format!("{head}{session}{body}").as_bytes()).expect("sent");
        let mut answer = String::new();
        // A connection that is cut is an end like any other here.
        let _ = stream.read_to_string(&mut answer);
        let (head, body) = answer.split_once("\r\n\r\n")?;
        assert!(head.starts_with("HTTP/1.1 2"), "{answer}");
        Some(serde_json::from_str(body).unwrap_or_default())
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Option<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.exchange(&format!("{method} {path} HTTP/1.1\r\nContent-Length: {}", body.len()), &body)
    }

    fn contacts(&self) -> u64 {
        let found = self.ask("GET", "/services/data/v66.0/query?q=SELECT+COUNT()+FROM+Contact", &Value::Null);
        found.and_then(|found| found["totalSize"].as_u64()).expect("a number")
    }
}

#[test]
fn an_answer_that_is_lost_was_done_and_a_request_that_is_dropped_was_not() {
    let emulator = Emulator::start();
    let contact = json!({ "LastName": "Ruiz" });
    let before = emulator.contacts();
    for (fault, made) in [("lost", 1), ("dropped", 1)] {
        emulator.ask("POST", "/emulator/faults", &json!({ "fault": fault, "times": 1 })).expect("an answer");
        assert_eq!(emulator.ask("POST", "/services/data/v66.0/sobjects/Contact", &contact), None, "{fault}");
        assert_eq!(emulator.contacts(), before + made, "{fault}");
    }
    let made = emulator.ask("POST", "/services/data/v66.0/sobjects/Contact", &contact).expect("an answer");
    assert_eq!((&made["success"], emulator.contacts()), (&json!(true), before + 2));
}

#[test]
fn a_slow_answer_comes_late_and_holds_up_nobody_else() {
    let emulator = Emulator::start();
    let slow = json!({ "fault": "slow", "times": 1, "delay_ms": 1_500, "path": "/limits" });
    emulator.ask("POST", "/emulator/faults", &slow).expect("an answer");
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let late = scope.spawn(|| {
            let answer = emulator.ask("GET", "/services/data/v66.0/limits", &Value::Null);
            (answer, begun.elapsed())
        });
        emulator.contacts();
        let (answer, took) = late.join().expect("it ends");
        assert!(answer.is_some() && took >= Duration::from_millis(1_500), "{took:?}");
    });
}

#[test]
fn what_cannot_be_served_is_refused_with_its_reason() {
    for (arguments, reason) in [
        (vec!["--client-key", "nowhere.pem"], "--client-key nowhere.pem"),
        (vec!["--tls-certificate", "nowhere.pem", "--tls-key", "nowhere.pem"], "--tls-certificate"),
        (vec!["--tls-certificate", "alone.pem"], "--tls-key"),
        (vec!["--listen", "nowhere"], "--listen"),
    ] {
        let mut all = vec!["emulate", "salesforce", "--people", "0"];
        if !arguments.contains(&"--listen") {
            all.extend(["--listen", "127.0.0.1:0"]);
        }
        all.extend(&arguments);
        let output = run(&all);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(reason), "{arguments:?}: {said}");
    }
}
