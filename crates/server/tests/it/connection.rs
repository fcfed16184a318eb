//! The connection to a manager interface, against one that is scripted: what it may do wrong, and that nothing of what
//! it says is lost.

use crate::process::{certificate, configured, run as run_binary};
use crate::world::{HERE, World};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sandbox::centre;
use server::settings::{AmiSettings, SourceKind, SourceSettings, TenantSettings};
use server::worker::connection::{Connection, LineError};
use server::worker::line::Line;
use server::worker::source::{Patience, Source, run};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use telephony::ami::actions::hang_up;
use telephony::ami::frames;
use telephony::endpoints::EndpointMap;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::{interval, timeout};
use tokio_rustls::TlsAcceptor;

const GREETING: &str = "Asterisk Call Manager/11.0.0\r\n";
const SECRET: &str = "s3cret-of-the-pbx";
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether something has been taken in.
const LOOK_EVERY: Duration = Duration::from_millis(5);

fn ami(address: String) -> AmiSettings {
    AmiSettings::at(address, "bitacora", SECRET)
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, format!("localhost:{}", address.port()))
}

/// Greets, answers each action, and tells what it was asked, until the other side is gone.
async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: impl Fn(&str, &str) -> String,
    heard: mpsc::UnboundedSender<String>,
) {
    stream.write_all(GREETING.as_bytes()).await.expect("greeted");
    let (mut pending, mut bytes) = (Vec::new(), [0; 4_096]);
    while let Ok(count @ 1..) = stream.read(&mut bytes).await {
        pending.extend_from_slice(&bytes[..count]);
        while let Some(end) = pending.windows(4).position(|four| four == b"\r\n\r\n") {
            let whole: Vec<u8> = pending.drain(..end + 4).collect();
            let frame = frames(&whole).next().expect("an action");
            let (action, id) =
                (frame.get("Action").expect("its name"), frame.get("ActionID").expect("its id"));
            // Whoever made the test may have heard enough.
            let _ = heard.send(action.to_owned());
            if stream.write_all(answer(action, id).as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

fn success(id: &str, more: &str) -> String {
    format!("Response: Success\r\nActionID: {id}\r\n{more}\r\n")
}

fn refusal(id: &str, why: &str) -> String {
    format!("Response: Error\r\nActionID: {id}\r\nMessage: {why}\r\n\r\n")
}

#[tokio::test]
async fn a_wrong_secret_is_said_as_such_and_not_tried_again_soon() {
    let (listener, address) = listener().await;
    let (heard, _) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        serve(stream, |_, id| refusal(id, "Authentication failed"), heard).await;
    });
    let error = Connection::open(&ami(address)).await.err().expect("refused");
    assert!(matches!(&error, LineError::Refused(why) if why == "Authentication failed"), "{error:?}");
    assert!(error.waits() && error.to_string().contains("manager.conf"));
    assert!(!format!("{error} {error:?}").contains(SECRET));
}

#[tokio::test]
async fn what_is_no_manager_interface_is_told_apart() {
    for banner in
        ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "Asterisk Call Mangler/1\r\n"]
    {
        let (listener, address) = listener().await;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            stream.write_all(banner.as_bytes()).await.expect("said");
            // Held open: it is by what it says that it is known, not by its end.
            let _ = stream.read(&mut [0; 1_024]).await;
            let _ = stream.read(&mut [0; 1_024]).await;
        });
        let error = Connection::open(&ami(address)).await.err().expect("refused");
        assert!(matches!(error, LineError::NotAsterisk), "{banner:?}: {error:?}");
    }
}

#[tokio::test]
async fn nothing_that_is_said_around_the_login_is_lost() {
    let (listener, address) = listener().await;
    let said = format!(
        "{GREETING}Event: Early\r\n\r\n{}Event: FullyBooted\r\n\r\nEvent: Cut",
        success("login", "Message: Authentication accepted\r\n")
    );
    let all = said.clone() + " off\r\n\r\n";
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        // One byte at a time at first: whatever is read in pieces is put together.
        for byte in said.as_bytes() {
            stream.write_all(&[*byte]).await.expect("said");
            stream.flush().await.expect("said");
        }
        stream.write_all(b" off\r\n\r\n").await.expect("said");
        // What is closed with something unread forgets what it said.
        let _ = stream.read(&mut [0; 1_024]).await;
    });
    let mut connection = Connection::open(&ami(address)).await.expect("let in");
    let mut read = Vec::new();
    while let Ok(bytes) = timeout(PATIENCE, connection.next()).await.expect("in time") {
        read.extend(bytes);
    }
    assert_eq!(String::from_utf8_lossy(&read), all);
}

pub(crate) fn acceptor(certificate: &Path, key: &Path) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(certificate).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth().with_single_cert(chain, key);
    TlsAcceptor::from(Arc::new(config.expect("a configuration")))
}

#[tokio::test]
async fn with_a_certificate_of_its_own_it_is_known_by_it_and_nobody_else_is_told_the_secret() {
    let (ours, others) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (certificate_file, key) = certificate(ours.path());
    let (other_certificate, _) = certificate(others.path());
    for (trusted, lets_in) in [(&certificate_file, true), (&other_certificate, false)] {
        let (listener, address) = listener().await;
        let (heard, mut told) = mpsc::unbounded_channel();
        let acceptor = acceptor(&certificate_file, &key);
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, |_, id| success(id, ""), heard).await;
            }
        });
        let settings = AmiSettings { tls_ca: Some(trusted.clone()), ..ami(address) };
        let opened = Connection::open(&settings).await;
        assert_eq!(opened.is_ok(), lets_in, "{:?}", opened.err());
        drop(opened);
        let said = timeout(PATIENCE, told.recv()).await.expect("in time");
        assert_eq!(said.as_deref(), lets_in.then_some("Login"));
    }
}

fn with_pbx(tenant: &mut TenantSettings) {
    tenant.sources = vec![SourceSettings::new(
        "pbx",
        SourceKind::Ami(ami("127.0.0.1:1".to_owned())),
        centre::endpoints(&centre::agents()),
    )];
}

/// Looks again and again, until it is so.
async fn until(is_so: impl Fn() -> bool) {
    let mut look = interval(LOOK_EVERY);
    let waits = async {
        while !is_so() {
            look.tick().await;
        }
    };
    timeout(PATIENCE, waits).await.expect("in time");
}

/// The product reading a scripted manager interface, until it is dropped.
fn read(world: &World, address: String, patience: Patience) -> watch::Sender<bool> {
    let (stop, stopping) = watch::channel(false);
    let source = Source {
        tenant: Arc::clone(world.tenant(HERE)),
        name: "pbx".to_owned(),
        endpoints: EndpointMap::try_from(&centre::endpoints(&centre::agents())).expect("endpoints"),
        patience,
    };
    tokio::spawn(run(Arc::clone(&world.app), source, Line::ami(ami(address)), stopping));
    stop
}

#[tokio::test]
async fn a_line_that_falls_silent_is_asked_and_then_taken_up_anew() {
    let world = World::with(with_pbx).await;
    let (listener, address) = listener().await;
    let patience =
        Patience { ask_every: Duration::from_millis(20), silent_after: Duration::from_millis(100) };
    let _reading = read(&world, address, patience);
    for _ in 0..2 {
        let (heard, mut told) = mpsc::unbounded_channel();
        let (stream, _) = timeout(PATIENCE, listener.accept()).await.expect("in time").expect("a connection");
        let mute = |action: &str, id: &str| if action == "Login" { success(id, "") } else { String::new() };
        timeout(PATIENCE, serve(stream, mute, heard)).await.expect("it is given up");
        let mut asked = Vec::new();
        while let Some(action) = told.recv().await {
            asked.push(action);
        }
        assert_eq!(asked[..3], ["Login", "CoreShowChannels", "QueueStatus"]);
        assert!(asked[3..].iter().any(|action| action == "Ping"), "{asked:?}");
    }
}

#[tokio::test]
async fn one_that_is_still_starting_is_asked_again_who_is_in_its_queues_once_it_is_up() {
    let world = World::with(with_pbx).await;
    let (listener, address) = listener().await;
    let (heard, mut told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let up = AtomicBool::new(false);
        // As a real one answers that has not loaded its queues yet.
        let answer = move |action: &str, id: &str| match action {
            "QueueStatus" if !up.swap(true, Ordering::Relaxed) => {
                refusal(id, "Invalid/unknown command: QueueStatus.") + "Event: FullyBooted\r\n\r\n"
            }
            "QueueStatus" => {
                let member =
                    "Event: QueueMember\r\nQueue: sales\r\nLocation: PJSIP/1001\r\nPaused: 0\r\n\r\n";
                success(id, "") + member
            }
            _ => success(id, ""),
        };
        serve(stream, answer, heard).await;
    });
    let patience = Patience { ask_every: Duration::from_millis(20), ..Patience::default() };
    let _reading = read(&world, address, patience);
    let mut asked = Vec::new();
    while asked.iter().filter(|action| *action == "QueueStatus").count() < 2 {
        asked.push(timeout(PATIENCE, told.recv()).await.expect("in time").expect("asked"));
    }
    let tenant = world.tenant(HERE).id;
    until(|| world.app.phones.memberships(tenant, "pbx").len() == 1).await;
}

#[tokio::test]
async fn what_it_answers_is_seen_by_monitors_its_clock_and_its_refusals() {
    let world = World::with(with_pbx).await;
    let (listener, address) = listener().await;
    let (heard, mut told) = mpsc::unbounded_channel();
    let hour_ahead = (world.app.around.now().0 + 3_600_000_000).div_euclid(1_000_000);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let answer = move |action: &str, id: &str| match action {
            "Ping" => success(id, &format!("Ping: Pong\r\nTimestamp: {hour_ahead}.000000\r\n")),
            "Hangup" => refusal(id, "No such channel"),
            _ => success(id, ""),
        };
        serve(stream, answer, heard).await;
    });
    let patience = Patience { ask_every: Duration::from_millis(20), ..Patience::default() };
    let _reading = read(&world, address, patience);
    while timeout(PATIENCE, told.recv()).await.expect("in time").expect("asked") != "Ping" {}
    let tenant = world.tenant(HERE).id;
    world.app.phones.tell(tenant, "pbx", hang_up("PJSIP/1001-1").expect("an action")).expect("told");
    while timeout(PATIENCE, told.recv()).await.expect("in time").expect("asked") != "Hangup" {}
    let seen = || world.app.source_health.of(tenant, "pbx");
    until(|| seen().refused == 1 && seen().ahead_ms.is_some()).await;
    let seen = seen();
    assert_eq!((seen.connected, seen.refused, seen.unanswered), (true, 1, 0));
    assert!(seen.ahead_ms.is_some_and(|ahead_ms| (3_590_000..=3_600_000).contains(&ahead_ms)), "{seen:?}");
}

/// What a scripted interface answers to an action with an id.
type Answers = fn(&str, &str) -> String;

/// Settings of one phone system there, but for its endpoints.
fn settings(address: &str) -> String {
    format!(
        "[[tenants]]\nslug = 'main'\n[[tenants.sources]]\nname = 'pbx'\nkind = 'ami'\naddress = '{address}'\n\
         username = 'bitacora'\nsecret = '{SECRET}'\n"
    )
}

/// `bitacora check` with these words and settings.
async fn check(words: &'static [&'static str], settings: String) -> std::process::Output {
    let dir = tempfile::tempdir().expect("a folder");
    // The data folder comes last, so it must not be taken for a part of what stands above.
    let config = configured(dir.path(), &settings);
    let config = config.to_str().expect("a path").to_owned();
    let checking = move || run_binary(&[&["check", "--config", config.as_str()], words].concat());
    timeout(PATIENCE, tokio::task::spawn_blocking(checking)).await.expect("in time").expect("it ends")
}

/// A scripted interface for one connection; what it is asked is not looked at.
async fn scripted(answer: Answers) -> (String, tokio::task::JoinHandle<()>) {
    let (listener, address) = listener().await;
    let (heard, _) = mpsc::unbounded_channel();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        serve(stream, answer, heard).await;
    });
    (address, serving)
}

#[tokio::test]
async fn check_asterisk_says_that_it_is_not_let_in_and_what_it_may_not_do() {
    let cases: [(Answers, &str); 2] = [
        (
            |_, id| refusal(id, "Authentication failed"),
            "check username, secret, permit and deny in its manager.conf",
        ),
        (
            |action, id| match action {
                "ListCommands" => success(id, "Hangup: Hangup channel.  (Priv: system,call,all)\r\n"),
                "QueueStatus" => success(id, "") + "Event: QueueStatusComplete\r\n\r\n",
                _ => success(id, ""),
            },
            "needed: manager.conf: write lacks originate: Originate is not allowed",
        ),
    ];
    for (answer, expected) in cases {
        let (address, serving) = scripted(answer).await;
        let output = check(&["asterisk"], settings(&address)).await;
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(expected) && !said.contains(SECRET), "{said}");
        assert!(!output.status.success());
        serving.await.expect("the line ends with the check");
    }
}

#[tokio::test]
async fn endpoints_that_are_proposed_can_be_put_into_the_settings_as_they_are() {
    let answer: Answers = |action, id| match action {
        "QueueStatus" => {
            success(id, "")
                + "Event: QueueParams\r\nQueue: soporte técnico\r\n\r\n"
                + "Event: QueueMember\r\nQueue: soporte técnico\r\nName: Ana\r\nLocation: Local/1001@from-queue/n\r\n"
                + "StateInterface: PJSIP/1001\r\nPenalty: 0\r\n\r\nEvent: QueueStatusComplete\r\n\r\n"
        }
        "DeviceStateList" => {
            let device =
                |name| format!("Event: DeviceStateChange\r\nDevice: {name}\r\nState: NOT_INUSE\r\n\r\n");
            let devices = [
                "PJSIP/1002",
                "PJSIP/trunk-a",
                "Queue:all_pause_PJSIP/1002",
                "Local/bitacora@bitacora-check",
            ];
            success(id, "") + &devices.map(device).concat() + "Event: DeviceStateListComplete\r\n\r\n"
        }
        _ => success(id, ""),
    };
    let (address, serving) = scripted(answer).await;
    let output = check(&["asterisk", "--propose-endpoints"], settings(&address)).await;
    serving.await.expect("the line ends with the check");
    let said = String::from_utf8_lossy(&output.stdout);
    let (_, proposal) = said.split_once("# A proposal").expect("a proposal");
    let (_, proposal) = proposal.split_once('\n').expect("its lines");
    for line in [
        "trunks = [\"PJSIP/trunk-a\"]",
        "1001 = [\"Local/1001@from-queue\", \"PJSIP/1001\"]",
        "1002 = [\"PJSIP/1002\"]",
        "\"soporte técnico\" = \"soporte técnico\"",
    ] {
        assert!(proposal.lines().any(|said| said.trim() == line), "{line} is not in {proposal}");
    }
    let taken = check(&[], settings(&address) + proposal).await;
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
}
