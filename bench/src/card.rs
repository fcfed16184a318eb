//! From a real Asterisk saying that a phone rings to the card in the agent's panel: one call after the other, on a
//! server that has nothing else to do. How it does under load is measured by `ring`, by the same path with a phone
//! system that is made up. All times are the wall clock's, which is one for all who take part.

use crate::agents::{self, COOKIE, now, refresh_token};
use crate::http::Client;
use crate::process::{DATABASE, Pbx, Server, TENANT};
use crate::report::{Aim, Report, Times, rounded};
use crate::{Outcome, failure, machine, progress};
use domain::account::Role;
use domain::commit::Commit;
use domain::id::{AgentKey, At};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use store::{OpenOptions, SqliteStore, Store};
use telephony::ami::Frame;
use telephony::endpoints::EndpointSettings;
use testkit::live::Live;
use testkit::pbx::{Onlooker, SECRET, USERNAME, found};
use testkit::sip::{Caller, Phone};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

const AGENT: &str = "1001";
const CALLER: &str = "+34600111222";
/// A ring group that the agent is in.
const NUMBER: &str = "600";
/// Calls that do not count: the first ones find cold caches and a page that was never drawn.
const WARM_UP: usize = 5;
/// How long a step of one call may take.
const WITHIN: Duration = Duration::from_secs(30);
/// The page's side of it, beside the browser tests.
const WATCHER: &str = "tests/e2e/ringing-card.mjs";

pub(crate) fn measure(report: &mut Report, dir: &Path, binary: &Path, quick: bool) -> Outcome {
    let rounds = if quick { 20 } else { 200 };
    let Some(tree) = found() else {
        return failure("there is no Asterisk; `cargo xtask asterisk` fetches one");
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = SqliteStore::open(&dir.join(DATABASE), &OpenOptions::default())?;
        let tenant = store.tenant(TENANT).await?;
        store.commit(Commit::of(tenant, crate::wrapups::codes())).await?;
        agents::write(&store, tenant, &[AgentKey(AGENT.to_owned())], Role::Agent).await?;
        store.close().await;
        let asterisk = testkit::pbx::Pbx::start(&tree, "pbx1").await?;
        let pbx = Pbx {
            address: asterisk.ami(),
            username: USERNAME,
            secret: SECRET,
            endpoints: EndpointSettings {
                trunks: vec!["PJSIP/trunk".to_owned()],
                agents: [(AGENT.to_owned(), vec![format!("PJSIP/{AGENT}")])].into(),
                ..EndpointSettings::default()
            },
            own_numbers: Vec::new(),
        };
        let server = Server::start(binary, dir, Some(&pbx))?;
        let mut floor = Floor::open(&asterisk, &server).await?;
        let mut rings = Vec::new();
        for round in 0..WARM_UP + rounds {
            let ring =
                timeout(WITHIN, floor.ring(round)).await.map_err(|_| "a card did not come in time")??;
            if round >= WARM_UP {
                rings.push(ring);
            }
        }
        tell(report, &rings);
        Ok(())
    })
}

/// When one ring was seen where.
struct Ring {
    /// What Asterisk says of when it was.
    said: At,
    /// It arrived at somebody else at the manager interface.
    arrived: At,
    /// The panel's connection had the snapshot with it.
    told: At,
    /// The card was in the page.
    shown: At,
    /// The frame with it began to be drawn.
    drawn: At,
}

/// What the watcher says of a card.
#[derive(Deserialize)]
struct Card {
    shown_ms: f64,
    drawn_ms: f64,
}

/// Everybody who takes part.
struct Floor {
    onlooker: Onlooker,
    outside: Phone,
    agent: Phone,
    panel: Live,
    page: Lines<BufReader<ChildStdout>>,
    _browser: Child,
}

impl Floor {
    async fn open(asterisk: &testkit::pbx::Pbx, server: &Server) -> Outcome<Floor> {
        let (outside, agent) =
            (Phone::new(asterisk.sip(), "trunk").await?, Phone::new(asterisk.sip(), AGENT).await?);
        outside.register().await;
        agent.register().await;
        let cookie = format!("Cookie: {COOKIE}={}\r\n", refresh_token(0));
        let mut client = Client::connect(server.address).await?;
        let session: Value = client.ask("POST", "/api/v1/session/refresh", &cookie, "").await?;
        let token = session["access_token"].as_str().ok_or("nobody is signed in")?;
        let mut panel = Live::connect(server.address, token).await?;
        panel.panel().await?;
        let (browser, page) =
            watch(&format!("http://{}/panel.html?lang=en", server.address), &session).await?;
        progress("the panel is open in a browser");
        Ok(Floor { onlooker: asterisk.onlooker().await?, outside, agent, panel, page, _browser: browser })
    }

    /// One call, given up as soon as its card is there.
    async fn ring(&mut self, nth: usize) -> Outcome<Ring> {
        let rings = |frame: &Frame| frame.event() == Some("AgentCalled");
        let call = self.outside.call(NUMBER, &Caller::Shown(CALLER));
        let arrives = async {
            self.onlooker.saw_times(nth + 1, rings).await;
            now()
        };
        let (arrived, told) = tokio::join!(arrives, told(&mut self.panel));
        let told = told?;
        let frames = self.onlooker.frames();
        let said =
            frames.iter().filter(|frame| rings(frame)).nth(nth).and_then(|frame| frame.get("Timestamp"));
        let said = said.and_then(|text| text.parse::<f64>().ok()).ok_or("a ring without a time")?;
        let line = self.page.next_line().await?.ok_or("the browser went away")?;
        let card: Card = serde_json::from_str(&line)?;
        let phone = self.agent.incoming(nth).await;
        call.hang_up().await;
        phone.ended().await;
        while !self.panel.panel().await?["calls"].as_array().is_none_or(Vec::is_empty) {}
        Ok(Ring {
            said: At((said * 1e6) as i64),
            arrived,
            told,
            shown: At((card.shown_ms * 1e3) as i64),
            drawn: At((card.drawn_ms * 1e3) as i64),
        })
    }
}

/// Waits until the panel is told of a call that rings.
async fn told(panel: &mut Live) -> Outcome<At> {
    while panel.panel().await?["calls"][0]["state"] != "ringing" {}
    Ok(now())
}

/// Opens the panel in a browser that nobody sees, signed in with this session. It ends when its input does.
async fn watch(url: &str, session: &Value) -> Outcome<(Child, Lines<BufReader<ChildStdout>>)> {
    let web = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../web");
    let mut command = Command::new("node");
    command.arg(WATCHER).arg(url).current_dir(web).kill_on_drop(true);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let input = child.stdin.as_mut().ok_or("the watcher has no stdin")?;
    input.write_all(format!("{session}\n").as_bytes()).await?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("the watcher has no stdout")?).lines();
    match timeout(WITHIN, lines.next_line()).await?? {
        Some(line) if line == "open" => Ok((child, lines)),
        other => failure(format!("the browser shows no panel: {other:?}")),
    }
}

fn tell(report: &mut Report, rings: &[Ring]) {
    let between = |from: fn(&Ring) -> At, to: fn(&Ring) -> At| {
        let mut times = Times::default();
        for ring in rings {
            times.push(Duration::from_micros(u64::try_from(to(ring).0 - from(ring).0).unwrap_or_default()));
        }
        times.sorted()
    };
    let steps = [
        ("AMI event to whoever else listens", between(|ring| ring.said, |ring| ring.arrived)),
        ("AMI event to the panel's snapshot", between(|ring| ring.said, |ring| ring.told)),
        ("AMI event to the card in the page", between(|ring| ring.said, |ring| ring.shown)),
        ("AMI event to the frame that draws it", between(|ring| ring.said, |ring| ring.drawn)),
        ("its arrival elsewhere to the panel's snapshot", between(|ring| ring.arrived, |ring| ring.told)),
        ("its arrival elsewhere to the card in the page", between(|ring| ring.arrived, |ring| ring.shown)),
    ];
    let mut line = json!({ "rings": rings.len(), "load": machine::load() });
    for (what, times) in steps {
        let (p50, p99, worst) = (times.millis(0.5), times.millis(0.99), times.millis(1.0));
        line[what] = json!([rounded(p50, 2), rounded(p99, 2), rounded(worst, 2)]);
        report.row(format!("{what}, p50"), rounded(p50, 2), "ms", Aim::None);
        report.row(format!("{what}, p99"), rounded(p99, 2), "ms", Aim::None);
    }
    report.line("card", line);
}
