//! SIGKILL of a server whose agents are in After Call Work, at a phone system that obeys (P12): whoever owes a
//! wrap-up is left alone again after the next start, nobody else is, and what others paused stays paused.

use crate::centre::{DATABASE, Phones, hire, settings};
use crate::kills::ONE_AT_A_TIME;
use crate::ledger::{Entry, Ledger, Press, cards, uuid};
use crate::rounds::PATIENCE;
use crate::session::sign_in;
use domain::id::At;
use sandbox::centre::{self, RING_GROUPS};
use sandbox::pbx::obedient::{ObedientPbx, PbxSettings};
use sandbox::people::Callers;
use serde_json::json;
use server::cli::demo::phone_system::{PhoneSystem, Working};
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::acw::offered_during_acw;
use testkit::dice::Dice;
use testkit::http::Client;
use testkit::server::ServerProcess;
use testkit::tier::{Seeded, rounds, seed};
use testkit::time;
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};
use uuid::Uuid;

const PURPOSE: u64 = 4;
/// So many agents owe a wrap-up at any time: a kill finds them so.
const OWING: usize = 3;
/// How often agents look at their panels, and the test at the phone system.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Latest kill after somebody pressed Log: its answer may be under way, or the end of the pause that follows.
const LATEST_KILL_MS: u64 = 30;
/// Why somebody was paused by hand.
const TRAINING: &str = "training, by hand";

struct Floor {
    pbx: Working,
    phones: JoinHandle<()>,
    config: PathBuf,
    database: PathBuf,
    /// Extensions of all agents but the one who is paused by hand.
    agents: Vec<String>,
    away: String,
    ledger: Ledger,
    _dir: tempfile::TempDir,
}

/// What somebody owes.
struct Owed {
    desk: usize,
    id: Uuid,
    press: Press,
}

/// A server and its agents at their panels.
struct Shift<'f> {
    floor: &'f Floor,
    server: ServerProcess,
    desks: Vec<Client>,
    owed: VecDeque<Owed>,
    since: At,
}

impl Floor {
    async fn open(seed: u64) -> Floor {
        let dir = tempfile::tempdir().expect("a folder");
        let (data, config) = (dir.path().join("data"), dir.path().join("bitacora.toml"));
        std::fs::create_dir(&data).expect("a folder");
        let mut agents: Vec<String> = centre::agents().into_iter().map(|agent| agent.extension).collect();
        hire(&data.join(DATABASE), agents.clone()).await;
        let busy = PbxSettings::busy(seed, Callers::of_sample(seed, 50));
        let phones = PhoneSystem::open().await.expect("a port");
        let said = Phones {
            address: phones.address().expect("an address"),
            username: &busy.username,
            secret: &busy.secret,
            endpoints: centre::endpoints(&centre::agents()),
            own_numbers: centre::own_numbers(&centre::agents()),
        };
        std::fs::write(&config, settings(&data, &said, true)).expect("settings");
        let (pbx, works) = phones.work(|at| ObedientPbx::new(busy, at), time::now());
        let away = agents.remove(0);
        pbx.look().0.pause_by_hand(time::now(), &away, TRAINING);
        let (database, phones) = (data.join(DATABASE), tokio::spawn(works));
        Floor { pbx, phones, config, database, agents, away, ledger: Ledger::new(seed), _dir: dir }
    }

    async fn serve(&self) -> Shift<'_> {
        let program = Path::new(env!("CARGO_BIN_EXE_bitacora"));
        let starting = ServerProcess::start(program, &self.config, &[]);
        let server = timeout(PATIENCE, starting).await.expect("it starts in time").expect("it starts");
        let mut desks = Vec::new();
        for agent in &self.agents {
            let mut client = Client::connect(server.address()).await.expect("a connection");
            sign_in(&mut client, &self.ledger, agent).await.expect("signed in");
            desks.push(client);
        }
        Shift { floor: self, server, desks, owed: VecDeque::new(), since: self.pbx.look().1 }
    }

    /// Agents whom every ring group leaves alone because of us.
    fn left_alone(&self) -> BTreeSet<String> {
        let pauses = self.pbx.look().0.pauses();
        let everywhere = |agent: &&String| {
            pauses.iter().filter(|(paused, ..)| paused == *agent).count() == RING_GROUPS.len()
        };
        self.agents.iter().filter(everywhere).cloned().collect()
    }

    /// Waits until the phone system leaves the agent alone in every ring group.
    async fn until_left_alone(&self, agent: &str) {
        let mut look = interval(LOOK_EVERY);
        while !self.left_alone().contains(agent) {
            look.tick().await;
        }
    }
}

impl Shift<'_> {
    /// Agents take calls and sum them up, each as late as leaves [`OWING`] of them with something to do, until each
    /// has been offered a caller: whoever was left paused never would be.
    async fn until_all_are_offered_callers(&mut self) {
        let mut look = interval(LOOK_EVERY);
        while !self.all_are_offered_callers() || self.owed.len() < OWING {
            look.tick().await;
            self.find_owed().await;
            while self.owed.len() > OWING {
                let Some(owed) = self.owed.pop_front() else { break };
                let answer = self.press(&owed).await;
                assert_eq!(answer.as_ref().map(|answer| answer.status).ok(), Some(200), "{answer:?}");
            }
        }
    }

    fn all_are_offered_callers(&self) -> bool {
        let (pbx, _) = self.floor.pbx.look();
        let offers = pbx.ledger().offers.iter().filter(|offer| offer.at > self.since);
        let offered: BTreeSet<&String> = offers.map(|offer| &offer.agent).collect();
        self.floor.agents.iter().all(|agent| offered.contains(agent))
    }

    async fn find_owed(&mut self) {
        for (desk, client) in self.desks.iter_mut().enumerate() {
            let panel = client.ask("GET", "/api/v1/me/panel", None).await.expect("a panel").body;
            for card in cards(&panel, "wrapups") {
                let Some(id) = uuid(&card["id"]).filter(|id| self.owed.iter().all(|owed| owed.id != *id))
                else {
                    continue;
                };
                let code = cards(card, "codes").find_map(|code| uuid(&code["id"]));
                let party = json!({ "choice": "none" });
                let press = Press::Log(Entry { revision: 0, code, notes: String::new(), party });
                self.owed.push_back(Owed { desk, id, press });
            }
        }
    }

    async fn press(&mut self, owed: &Owed) -> Result<testkit::http::Answer, testkit::http::NoAnswer> {
        let (verb, body) = owed.press.request();
        self.desks[owed.desk].ask("POST", &format!("/api/v1/wrapups/{}/{verb}", owed.id), Some(&body)).await
    }

    /// Kills the server just after somebody pressed Log. Answers who owes a wrap-up for certain.
    async fn killed_while_one_logs(mut self, dice: &mut Dice) -> BTreeSet<String> {
        let Some(owed) = self.owed.pop_front() else { return BTreeSet::new() };
        let moment = Duration::from_millis(dice.below(LATEST_KILL_MS));
        // Answered or not.
        let _ = timeout(moment, self.press(&owed)).await;
        self.server.kill();
        let others = self.owed.iter().filter(|other| other.desk != owed.desk);
        others.map(|other| self.floor.agents[other.desk].clone()).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_after_a_kill_who_owes_is_left_alone_again_and_nobody_else() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let seeded = Seeded(seed());
    let mut dice = Dice::new(seeded.0, PURPOSE);
    let floor = Floor::open(seeded.0).await;
    // While nobody is connected, and until what was undone meanwhile is set again, a ring group calls whom it likes.
    let mut unguarded: Vec<(At, At)> = Vec::new();
    let mut owing: BTreeSet<String> = BTreeSet::new();
    for round in 1..=rounds(4, 40) {
        let killed = floor.pbx.look().1;
        // As if the phone system had been started anew, or somebody had taken the pause back.
        for agent in &owing {
            floor.pbx.look().0.resume_by_hand(killed, agent);
        }
        let mut shift = floor.serve().await;
        for agent in &owing {
            let waits = timeout(PATIENCE, floor.until_left_alone(agent)).await;
            assert!(waits.is_ok(), "round {round}: {agent} owes a wrap-up, and ring groups call them");
        }
        unguarded.push((killed, floor.pbx.look().1));
        let works = timeout(PATIENCE, shift.until_all_are_offered_callers()).await;
        assert!(works.is_ok(), "round {round}: somebody is stuck: {:?}", floor.pbx.look().0.pauses());
        owing = shift.killed_while_one_logs(&mut dice).await;
        assert!(!owing.is_empty(), "round {round}: a kill finds somebody who owes");
    }
    floor.phones.abort();
    let (pbx, _) = floor.pbx.look();
    let guarded = |at: At| unguarded.iter().all(|(from, to)| at < *from || at > *to);
    let offers = pbx.ledger().offers.iter().filter(|offer| guarded(offer.at));
    let offers: Vec<_> = offers.map(|offer| (offer.agent.clone(), offer.at)).collect();
    assert!(offers.len() > floor.agents.len());
    assert_eq!(offered_during_acw(&floor.database, offers).expect("the database"), []);
    let by_hand: Vec<_> = pbx.pauses().into_iter().filter(|(agent, ..)| *agent == floor.away).collect();
    assert_eq!(by_hand.len(), RING_GROUPS.len(), "what others paused stays paused");
    assert!(by_hand.iter().all(|(_, _, reason)| reason == TRAINING), "{by_hand:?}");
    assert_eq!(floor.ledger.known().faults, Vec::<String>::new());
}
