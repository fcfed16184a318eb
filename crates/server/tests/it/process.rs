//! The binary as an operator meets it: refused settings, the first start, TLS, and a clean stop.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Arc;

const BINARY: &str = env!("CARGO_BIN_EXE_bitacora");

/// A serving process; killed when the test ends.
pub(crate) struct Serving {
    process: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    pub(crate) address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Serving {
    pub(crate) fn start(dir: &Path, settings: &str) -> Serving {
        let config = configured(dir, settings);
        let mut process = Command::new(BINARY)
            .args(["serve", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let first = lines.next().expect("a line").expect("text");
        let address = first.rsplit("://").next().expect("an address").to_owned();
        Serving { process, lines, address }
    }

    pub(crate) fn terminate(mut self) -> std::process::ExitStatus {
        let pid = self.process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(told.success());
        self.process.wait().expect("it ends")
    }
}

pub(crate) fn get(mut stream: impl Read + Write, path: &str) -> String {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = Vec::new();
    // A TLS peer that closes without saying so ends the answer all the same.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Writes settings whose data is beside them.
pub(crate) fn configured(dir: &Path, settings: &str) -> PathBuf {
    let config = dir.join("bitacora.toml");
    let text = format!("{settings}\n[data]\ndir = {:?}\n", dir.join("data"));
    std::fs::write(&config, text).expect("settings written");
    config
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().expect("the binary runs")
}

#[test]
fn a_wrong_setting_is_refused_at_start_with_place_and_reason() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = dir.path().join("wrong.toml");
    std::fs::write(&config, "[server]\nlisten = \"127.0.0.1:0\"\nlissten = 3\n").expect("written");
    for verb in ["serve", "check"] {
        let output = run(&[verb, "--config", config.to_str().expect("a path")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(said.contains("wrong.toml") && said.contains("line 3") && said.contains("lissten"), "{said}");
    }
}

#[test]
fn a_demo_at_no_speed_is_refused_with_the_place_and_the_reason() {
    for speed in ["0", "-1", "nan", "inf", "fast"] {
        let output = run(&["demo", &format!("--speed={speed}")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(said.contains("--speed") && said.contains("a number above 0 is needed"), "{said}");
    }
}

#[test]
fn a_demo_is_framed_by_origins_and_nothing_else() {
    for origin in ["*", "acme.lightning.force.com", "https://acme.lightning.force.com/"] {
        let output = run(&["demo", "--crm=salesforce-emulator", &format!("--lightning-origin={origin}")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(said.contains("--lightning-origin") && said.contains("an origin like"), "{said}");
    }
}

#[test]
fn the_first_start_prints_a_link_for_the_first_admin_and_a_later_one_does_so_until_it_is_used() {
    let dir = tempfile::tempdir().expect("a folder");
    for _ in 0..2 {
        let mut serving = Serving::start(dir.path(), "[server]\nlisten = \"127.0.0.1:0\"");
        let link =
            serving.lines.by_ref().map_while(Result::ok).find(|line| line.contains("/#/first-admin?token="));
        assert!(link.is_some_and(|link| link.contains(&serving.address)));
        assert!(serving.terminate().success());
    }
}

#[test]
fn a_server_that_is_told_to_stop_stops_cleanly_and_can_be_started_again() {
    let dir = tempfile::tempdir().expect("a folder");
    for _ in 0..2 {
        let serving = Serving::start(dir.path(), "[server]\nlisten = \"127.0.0.1:0\"");
        let stream = TcpStream::connect(&serving.address).expect("connected");
        assert!(get(stream, "/readyz").starts_with("HTTP/1.1 200"));
        // A connection that stays open does not keep the server from stopping.
        let idle = TcpStream::connect(&serving.address).expect("connected");
        assert!(serving.terminate().success());
        drop(idle);
    }
    let wal = dir.path().join("data/bitacora.db-wal");
    assert!(wal.metadata().map_or(0, |file| file.len()) == 0, "the database was closed, not left");
}

/// A certificate for `localhost` that is signed by itself, and its key.
pub(crate) fn certificate(dir: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (dir.join("cert.pem"), dir.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl runs; install the package openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

#[test]
fn with_a_certificate_the_server_speaks_https_and_says_so_in_its_links() {
    let dir = tempfile::tempdir().expect("a folder");
    let (certificate, key) = certificate(dir.path());
    let settings =
        format!("[server]\nlisten = \"127.0.0.1:0\"\ntls_certificate = {certificate:?}\ntls_key = {key:?}");
    let serving = Serving::start(dir.path(), &settings);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&certificate).expect("a certificate")).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let mut tls = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut tcp = TcpStream::connect(&serving.address).expect("connected");
    assert!(get(Stream::new(&mut tls, &mut tcp), "/healthz").starts_with("HTTP/1.1 200"));
}

/// The fields that docs/replay.md lists in its first or second table.
fn documented(table: usize) -> Vec<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/replay.md"))
        .expect("the page");
    let tables: Vec<&str> = text.split("| field | type | meaning |").skip(1).collect();
    let rows = tables[table].lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut fields: Vec<String> = rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect();
    fields.sort();
    fields
}

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
    keys.sort();
    keys
}

#[test]
fn replay_prints_one_object_a_call_with_the_documented_fields() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../captures/s12_acw_pause/ami.raw");
    let endpoints = concat!(env!("CARGO_MANIFEST_DIR"), "/../../captures/endpoints.toml");
    let given = run(&["replay", capture, "--format", "json", "--endpoints", endpoints]);
    let lines: Vec<Value> = String::from_utf8_lossy(&given.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert_eq!(keys(line), documented(0));
        assert_eq!(keys(&line["engagements"][0]), documented(1));
    }
    let guessed = run(&["replay", capture, "--explain"]);
    assert!(String::from_utf8_lossy(&guessed.stderr).contains("PJSIP/1001"), "the guessed map is shown");
    let explained: Value =
        serde_json::from_slice(guessed.stdout.split(|byte| *byte == b'\n').next().unwrap_or_default())
            .expect("an object");
    assert_eq!(
        (&explained["id"], explained["explanation"][0]["rule"].as_str()),
        (&lines[0]["id"], Some("type.inbound_answered"))
    );
    let missing = run(&["replay", "no-such-file"]);
    assert!(!missing.status.success() && String::from_utf8_lossy(&missing.stderr).contains("no-such-file"));
}
