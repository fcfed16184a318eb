//! From the phone system saying that a phone rings to that agent's panel showing it: through the real socket,
//! the disk and a WebSocket each, with 500 panels open, calls beginning and ending all the while and every
//! wrap-up logged as soon as it is owed.

mod closing;
mod panels;
mod pbx;

use crate::process::{DATABASE, Pbx, SOURCE, Server, TENANT};
use crate::report::{Aim, Report, Sorted, Times, rounded};
use crate::{Outcome, agents, failure, machine, progress};
use domain::account::Role;
use domain::commit::{Change, Commit};
use domain::directory::RecordKeys;
use domain::id::{AgentKey, EngagementKey};
use domain::phone::Region;
use sandbox::centre::{Agent, endpoints, many_agents, own_numbers};
use sandbox::people::people;
use sandbox::{DEMO_SEED, centre};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{OpenOptions, SqliteStore, Store};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Panels that are open, each of an agent of its own. Calls last five seconds and more, so that as many
/// agents are needed for the calls.
const PANELS: usize = 500;
const CALLS_PER_SECOND: f64 = 50.0;
const PEOPLE: usize = 5_000;
const PEOPLE_PER_COMMIT: usize = 500;
/// The bound, in milliseconds.
const AIM_MS: f64 = 15.0;
/// How long the last rings may take to show.
const AFTERMATH: Duration = Duration::from_secs(10);

/// A phone rings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rang {
    engagement: EngagementKey,
    /// When its frame was handed to the socket.
    at: Instant,
}

/// A panel shows a call it did not show before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    engagement: EngagementKey,
    at: Instant,
    /// Whether it was shown as ringing: a panel that comes too late shows it as connected.
    ringing: bool,
}

/// What the parts of a run tell.
pub(crate) enum Told {
    Rang(Rang),
    Shown(Shown),
    /// How many calls the phone system has played, how many it could not, and how late its worst frame was.
    Played {
        calls: u64,
        turned_away: u64,
        late: Duration,
    },
    Logged,
}

pub(crate) fn measure(report: &mut Report, dir: &Path, binary: &Path, quick: bool) -> Outcome {
    let (warm_up, long) = if quick { (3, 10) } else { (20, 90) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let centre = many_agents(PANELS);
    runtime.block_on(async {
        prepare(&dir.join(DATABASE), &centre).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let pbx = Pbx {
            address: listener.local_addr()?,
            username: "bench",
            secret: "not-a-secret",
            endpoints: endpoints(&centre),
            own_numbers: own_numbers(&centre),
        };
        let server = Server::start(binary, dir, Some(&pbx))?;
        let run = Run {
            server,
            centre,
            listener,
            warm_up: Duration::from_secs(warm_up),
            long: Duration::from_secs(long),
        };
        run.measure(report).await
    })
}

/// A database with people, codes and agents.
async fn prepare(path: &Path, centre: &[Agent]) -> Outcome {
    let store = SqliteStore::open(path, &OpenOptions::default())?;
    let tenant = store.tenant(TENANT).await?;
    let region: Region = centre::REGION.parse()?;
    for part in people(DEMO_SEED, PEOPLE).chunks(PEOPLE_PER_COMMIT) {
        let changes = part.iter().flat_map(|person| {
            // They have been there for long: no call waits for them.
            let done = Change::LateOwnerDone { person: person.id, version: person.version };
            let keys = RecordKeys::of(person, region);
            [Change::Person { person: Box::new(person.clone()), keys }, done]
        });
        store.commit(Commit::of(tenant, changes.collect())).await?;
    }
    store.commit(Commit::of(tenant, crate::wrapups::codes())).await?;
    let keys: Vec<AgentKey> = centre.iter().map(|agent| AgentKey(agent.extension.clone())).collect();
    agents::write(&store, tenant, &keys, Role::Agent).await?;
    store.close().await;
    Ok(())
}

struct Run {
    server: Server,
    centre: Vec<Agent>,
    listener: TcpListener,
    warm_up: Duration,
    long: Duration,
}

/// Everything that was told of a run.
#[derive(Default)]
struct Heard {
    rang: Vec<Rang>,
    shown: HashMap<EngagementKey, Shown>,
    calls: u64,
    turned_away: u64,
    late: Duration,
    logged: u64,
}

impl Run {
    async fn measure(self, report: &mut Report) -> Outcome {
        let tokens = Arc::new(agents::sign_in(self.server.address, self.centre.len()).await?);
        let (told, hear) = mpsc::unbounded_channel();
        let closer = closing::start(self.server.address, Arc::clone(&tokens), told.clone());
        let mut parts = panels::open(self.server.address, &tokens, closer, &told).await?;
        progress(format!("{} panels are open", tokens.len()));
        let began = Instant::now();
        let last = self.warm_up + self.long;
        let mut playing = tokio::spawn(pbx::play(self.listener, self.centre, began, last, told));
        let used_before = {
            tokio::time::sleep(self.warm_up).await;
            self.server.usage()?
        };
        // A panel or a Log that fails ends the run at once; they do not end before by themselves.
        let played = tokio::select! {
            played = &mut playing => played?,
            failed = parts.join_next() => match failed { Some(failed) => failed?, None => Ok(()) },
        };
        played?;
        let used = self.server.usage()?;
        tokio::time::sleep(AFTERMATH).await;
        parts.abort_all();
        while parts.join_next().await.is_some() {}
        let heard = gather(hear).await;
        let (from, until) = (began + self.warm_up, began + last);
        let cpu_s = used.cpu_s - used_before.cpu_s;
        let calls_per_s = heard.calls as f64 / last.as_secs_f64();
        let mut times = Times::default();
        let (mut missed, mut early) = (0, 0);
        let mut thirds: [Times; 3] = Default::default();
        for rang in heard.rang.iter().filter(|rang| rang.at >= from && rang.at < until) {
            match heard.shown.get(&rang.engagement) {
                Some(shown) if shown.ringing => {
                    let took = shown.at.saturating_duration_since(rang.at);
                    early += u64::from(took.is_zero());
                    let third = (rang.at - from).as_secs_f64() / self.long.as_secs_f64() * 3.0;
                    thirds[(third as usize).min(2)].push(took);
                    times.push(took);
                }
                _ => missed += 1,
            }
        }
        let rings = times.count();
        let times = times.sorted();
        let thirds = thirds.map(Times::sorted);
        report.line(
            "ring",
            json!({
                "panels": tokens.len(), "seconds": self.long.as_secs(), "calls": heard.calls,
                "calls_per_s": rounded(calls_per_s, 1), "turned_away": heard.turned_away,
                "rings": rings, "missed": missed, "shown_before_written": early,
                "p50_ms": rounded(times.millis(0.5), 2), "p99_ms": rounded(times.millis(0.99), 2),
                "max_ms": rounded(times.millis(1.0), 2), "thirds_ms": thirds.each_ref().map(both),
                "frames_late_ms": rounded(heard.late.as_secs_f64() * 1e3, 1), "logged": heard.logged,
                "server_cpu_share": rounded(cpu_s / self.long.as_secs_f64(), 2),
                "server_rss_mb": rounded(used.rss_mb, 0),
                "server_anonymous_mb": rounded(used.anonymous_mb, 0),
            }),
        );
        if rings == 0 || missed > 0 || heard.logged == 0 {
            return failure(format!(
                "{rings} rings were shown and {missed} were not; load {}",
                machine::load()
            ));
        }
        report.row("ring to panel p50", rounded(times.millis(0.5), 2), "ms", Aim::None);
        report.row("ring to panel p99", rounded(times.millis(0.99), 2), "ms", Aim::Below(AIM_MS));
        report.row("ring to panel, worst", rounded(times.millis(1.0), 2), "ms", Aim::None);
        report.row(
            "server's CPU meanwhile, cores",
            rounded(cpu_s / self.long.as_secs_f64(), 2),
            "",
            Aim::None,
        );
        report.row("server's memory meanwhile", rounded(used.rss_mb, 0), "MB", Aim::None);
        Ok(())
    }
}

fn both(times: &Sorted) -> [f64; 2] {
    [rounded(times.millis(0.5), 2), rounded(times.millis(0.99), 2)]
}

async fn gather(mut hear: mpsc::UnboundedReceiver<Told>) -> Heard {
    let mut heard = Heard::default();
    while let Some(told) = hear.recv().await {
        match told {
            Told::Rang(rang) => heard.rang.push(rang),
            Told::Shown(shown) => {
                heard.shown.entry(shown.engagement).or_insert(shown);
            }
            Told::Played { calls, turned_away, late } => {
                (heard.calls, heard.turned_away, heard.late) = (calls, turned_away, late);
            }
            Told::Logged => heard.logged += 1,
        }
    }
    heard
}

/// The key of the agent's part that the phone system calls by this leg.
pub(crate) fn engagement_of(leg: &str) -> EngagementKey {
    use domain::id::TenantId;
    EngagementKey::derived(TenantId(1), SOURCE, leg, 0, telephony::ami::id_time(leg))
}
