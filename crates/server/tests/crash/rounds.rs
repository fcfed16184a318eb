//! A round: the binary starts on what the last one left, all agents come to work, and it ends in the way that the
//! test chose. The phone system goes on all the while.

use crate::again::read_once;
use crate::agent::{Desk, work};
use crate::centre::{Centre, extensions};
use crate::check::{Ended, check, key_of};
use crate::contents::Contents;
use crate::ledger::{Ledger, Press};
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use testkit::asterisk::PlayedCall;
use testkit::http::{Client, NoAnswer};
use testkit::server::{NotServing, ServerProcess};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

/// How often monitoring asks.
const MONITOR_EVERY: Duration = Duration::from_millis(100);
/// So many wrap-ups are closed in the last round before the calls end.
const LAST_CLOSED: usize = 50;
/// Longest that anything that is waited for may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A centre and all that its clients were told.
pub(crate) struct Story {
    pub(crate) centre: Centre,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) ended: Ended,
    round: u64,
}

/// A server and its agents.
pub(crate) struct Working {
    pub(crate) server: ServerProcess,
    agents: JoinSet<Result<(), NoAnswer>>,
    home: watch::Sender<bool>,
}

impl Story {
    pub(crate) async fn begin(seed: u64, synchronous: bool) -> Story {
        let centre = Centre::open(seed, synchronous).await;
        Story { centre, ledger: Arc::new(Ledger::new(seed)), ended: Ended::new(), round: 0 }
    }

    /// Starts the server and sends everybody to work.
    pub(crate) async fn start(
        &mut self,
        variables: &[(&str, OsString)],
        last: bool,
    ) -> Result<Working, NotServing> {
        self.round += 1;
        let program = Path::new(env!("CARGO_BIN_EXE_bitacora"));
        let starting = ServerProcess::start(program, &self.centre.config, variables);
        let server = timeout(PATIENCE, starting).await.expect("it starts in time")?;
        let (home, told) = watch::channel(false);
        let mut agents = JoinSet::new();
        for agent in extensions() {
            let (address, ledger) = (server.address(), Arc::clone(&self.ledger));
            agents.spawn(work(Desk { agent, address, ledger, round: self.round, last, home: told.clone() }));
        }
        agents.spawn(monitor(server.address(), Arc::clone(&self.ledger), told));
        Ok(Working { server, agents, home })
    }

    /// Prints what there was.
    pub(crate) fn tell(&self, what: &str, contents: &Contents) {
        let known = self.ledger.known();
        let parts = || known.parts.values();
        let closed = |logs: bool| {
            let presses = parts().filter_map(|part| part.closed.as_ref());
            presses.filter(|(press, _)| matches!(press, Press::Log(_)) == logs).count()
        };
        let inferred = contents.calls.values().filter(|call| call.inferred).count();
        println!(
            "{what}: {} rounds, {} calls played, {} stored ({inferred} inferred), {} with a draft, {} logged, {} not \
             logged, {} people made, {} chunks of frames",
            self.round,
            self.centre.asterisk.played().len(),
            contents.calls.len(),
            parts().filter(|part| part.draft.is_some()).count(),
            closed(true),
            closed(false),
            contents.people.len(),
            contents.chunks[1],
        );
    }

    /// All that is wrong with what a restart would find now.
    pub(crate) fn check(&mut self) -> (Contents, Vec<String>) {
        let contents = Contents::read(&self.centre.copy());
        let played = self.centre.asterisk.played();
        let mut wrong = check(&contents, &self.ledger.known(), &played, &mut self.ended);
        wrong.extend(self.centre.listener.wrong(&contents));
        (contents, wrong)
    }

    /// Lets everybody work for a while with nothing in the way, and finish; afterwards all that was told on this
    /// last connection must be there as it was played.
    pub(crate) async fn settle(&mut self) -> Contents {
        let mut working = self.start(&[], true).await.expect("it starts");
        timeout(PATIENCE, self.ledger.until_more_are_closed(LAST_CLOSED)).await.expect("agents work");
        self.centre.asterisk.close();
        timeout(PATIENCE, self.centre.asterisk.silent()).await.expect("the calls end");
        timeout(PATIENCE, self.all_is_closed()).await.expect("everything is closed in the end");
        working.home.send_replace(true);
        while let Some(done) = working.agents.join_next().await {
            done.expect("no panic").expect("answers to the end");
        }
        working.server.kill();
        let (contents, mut wrong) = self.check();
        let whole = self.told_whole();
        assert!(!whole.is_empty(), "the last connection had calls of its own");
        for call in whole {
            let found = contents.calls.get(&key_of(&contents, &call));
            if found.is_none_or(|found| found.inferred || found.kind.as_deref() != Some("inbound")) {
                wrong.push(format!("{call:?} was told whole, and is {found:?}"));
            }
        }
        wrong.extend(read_once(&self.centre.copy(), &contents).await);
        assert_eq!(wrong, Vec::<String>::new());
        contents
    }

    /// No event tells a client that nothing more will come: the database is looked at until it says so.
    async fn all_is_closed(&self) {
        let mut look = interval(MONITOR_EVERY);
        loop {
            look.tick().await;
            let contents = Contents::read(&self.centre.database());
            let [live, .., open] = contents.census;
            let there = |call: &PlayedCall| contents.calls.contains_key(&key_of(&contents, call));
            let told = self.centre.listener.knows_all(&contents);
            if (live, open) == (0, 0) && told && self.told_whole().iter().all(there) {
                return;
            }
        }
    }

    /// The calls of which everything was told on the present connection.
    fn told_whole(&self) -> Vec<PlayedCall> {
        let connection = self.centre.asterisk.connection();
        let mut played = self.centre.asterisk.played();
        played.retain(|call| call.told == [connection].into());
        played
    }
}

impl Working {
    /// Waits until nobody is served any more.
    pub(crate) async fn all_left(&mut self) {
        while let Some(left) = timeout(PATIENCE, self.agents.join_next()).await.expect("they leave") {
            assert!(left.expect("no panic").is_err(), "nobody was sent home");
        }
    }

    /// Waits until the server has ended by itself.
    pub(crate) async fn ended(&mut self) {
        timeout(PATIENCE, self.server.ended()).await.expect("it ends where it should");
    }
}

/// Reads the counts again and again, as monitoring does.
async fn monitor(
    address: std::net::SocketAddr,
    ledger: Arc<Ledger>,
    mut home: watch::Receiver<bool>,
) -> Result<(), NoAnswer> {
    let mut client = Client::connect(address).await?;
    let mut due = interval(MONITOR_EVERY);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            _ = home.wait_for(|home| *home) => return Ok(()),
        }
        let answer = client.ask("GET", "/metrics", None).await?;
        let count = |name: &str| {
            let line = answer.text.lines().find_map(|line| line.strip_prefix(name))?;
            line.rsplit(' ').next()?.parse::<u64>().ok()
        };
        let (live, ended) = (count("bitacora_calls_live{"), count("bitacora_calls_ended{"));
        let mut known = ledger.known();
        let (Some(live), Some(ended)) = (live, ended) else {
            known.faults.push(format!("metrics: {} {}", answer.status, answer.text));
            continue;
        };
        known.calls = known.calls.max(live + ended);
        known.ended = known.ended.max(ended);
    }
}
