//! After Call Work against a phone system that obeys (P12): the real server over a real socket, with callers always
//! waiting. Times are the phone system's and the server's own, which here are one machine's.

use domain::account::{Role, User};
use domain::call::Direction;
use domain::commit::{Change, Commit};
use domain::id::{AgentKey, At, TenantId};
use domain::relate::{CaseChoice, View};
use domain::wrapup::submit::LogRequest;
use sandbox::pbx::obedient::{ObedientPbx, PbxSettings};
use sandbox::people::Callers;
use sandbox::{DEMO_SEED, centre};
use server::cli::demo::phone_system::{PhoneSystem, Working};
use server::clock::{Machine, Surroundings};
use server::ops::log::log;
use server::ops::release::release;
use server::ops::submit_scene::Submitter;
use server::running::{Running, start};
use server::settings::{AmiSettings, ServerSettings, Settings, SourceKind, SourceSettings, TenantSettings};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{OpenOptions, SqliteStore, Store};
use testkit::acw::offered_during_acw;
use testkit::tier::rounds;
use tokio::time::{interval, timeout};

/// How long anything here may take before the test gives up. Ten agents who talk for seconds close two wrap-ups a
/// second.
fn patience() -> Duration {
    Duration::from_secs(rounds(300, 1_800) as u64)
}

/// How often the agents look whether they owe something.
const LOOK_EVERY: Duration = Duration::from_millis(20);

struct Floor {
    path: PathBuf,
    settings: Settings,
    users: Vec<User>,
    /// The phone system, as who works at it sees it.
    pbx: Working,
    _dir: tempfile::TempDir,
}

impl Floor {
    async fn open() -> (Floor, tokio::task::JoinHandle<()>) {
        let dir = tempfile::tempdir().expect("a folder");
        let pbx = PbxSettings::busy(DEMO_SEED, Callers::of_sample(DEMO_SEED, 50));
        let (username, secret) = (pbx.username.clone(), pbx.secret.clone());
        let phones = PhoneSystem::open().await.expect("a port");
        let address = phones.address().expect("an address").to_string();
        let ami = AmiSettings::at(address, username, secret);
        let source = SourceSettings::new("pbx", SourceKind::Ami(ami), centre::endpoints(&centre::agents()));
        let tenant = TenantSettings { sources: vec![source], ..TenantSettings::default() };
        let server =
            ServerSettings { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ServerSettings::default() };
        let settings = Settings { server, tenants: vec![tenant], ..Settings::default() };
        let users = centre::users().into_iter().map(|demo| demo.user).filter(|user| user.role == Role::Agent);
        let (users, path) = (users.collect(), dir.path().join("bitacora.db"));
        let (pbx, works) = phones.work(|at| ObedientPbx::new(pbx, at), Machine.now());
        (Floor { path, settings, users, pbx, _dir: dir }, tokio::spawn(works))
    }

    async fn serve(&self) -> (Running, Arc<SqliteStore>) {
        let store = Arc::new(SqliteStore::open(&self.path, &OpenOptions::default()).expect("a database"));
        let shared: Arc<dyn Store> = Arc::clone(&store) as _;
        let running = start(shared, Arc::new(Machine), self.settings.clone(), Vec::new()).await;
        let running = running.expect("a server");
        let tenant = running.app.tenants[0].id;
        let changes = self.users.iter().map(|user| Change::User(Box::new(user.clone()))).collect();
        store.commit(Commit::of(tenant, changes)).await.expect("users");
        (running, store)
    }
}

/// Logs whatever agents owe, until `wanted` wrap-ups were logged by all.
async fn wrap_up(running: &Running, users: &[User], wanted: usize) {
    wrap_up_until(running, users, |logged| logged >= wanted).await;
}

async fn wrap_up_until(running: &Running, users: &[User], done: impl Fn(usize) -> bool) {
    let app = &running.app;
    let tenant = &app.tenants[0];
    let mut look = interval(LOOK_EVERY);
    let mut logged = 0;
    while !done(logged) {
        look.tick().await;
        for user in users {
            let agent = user.agent.clone().unwrap_or(AgentKey(String::new()));
            for wrapup in app.store.open_wrapups(tenant.id, &agent).await.expect("a list") {
                let sets = app.store.dispositions(tenant.id).await.expect("sets");
                let set = sets.iter().find(|set| set.direction == Direction::Inbound);
                let code = set.and_then(|set| set.codes.first()).map(|code| code.id);
                let request = LogRequest {
                    revision: wrapup.draft.revision,
                    code,
                    notes: String::new(),
                    party: Some(domain::wrapup::PartyChoice::None),
                    shown: None,
                    case: CaseChoice::ByItself,
                    view: View::NoConsole,
                };
                let by = Submitter { user: user.id, agent: agent.clone(), role: user.role };
                log(app, tenant, &by, wrapup.key, &request).await.expect("logged");
                logged += 1;
            }
        }
    }
}

/// By the phone system's own account, whether or not the product heard of it.
fn offered_while_they_owe(floor: &Floor) -> Vec<(String, At)> {
    let (pbx, _) = floor.pbx.look();
    let offers = pbx.ledger().offers.iter().map(|offer| (offer.agent.clone(), offer.at));
    offered_during_acw(&floor.path, offers).expect("the database")
}

fn count(path: &Path, sql: &str) -> i64 {
    rusqlite::Connection::open(path)
        .and_then(|file| file.query_row(sql, [], |row| row.get(0)))
        .expect("a count")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_no_queue_call_is_offered_during_after_call_work_with_callers_always_waiting() {
    let (floor, phones) = Floor::open().await;
    let (running, store) = floor.serve().await;
    let wanted = rounds(60, 1_000);
    timeout(patience(), wrap_up(&running, &floor.users, wanted)).await.expect("enough wrap-ups in time");
    running.stop().await;
    store.close().await;
    phones.abort();
    assert_eq!(offered_while_they_owe(&floor), []);
    assert!(floor.pbx.look().0.ledger().offers.len() > wanted);
    assert!(count(&floor.path, "SELECT count(*) FROM wrapup WHERE state = 'logged'") >= wanted as i64);
    assert!(count(&floor.path, "SELECT count(*) FROM engagement WHERE via = 'queue'") > wanted as i64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_after_a_restart_pauses_are_set_again_and_none_is_stuck() {
    const TRAINING: &str = "training, by hand";
    let (floor, phones) = Floor::open().await;
    let away = floor.users[0].agent.clone().expect("an agent").0;
    let others: BTreeSet<String> =
        floor.users.iter().skip(1).filter_map(|user| Some(user.agent.clone()?.0)).collect();
    floor.pbx.look().0.pause_by_hand(Machine.now(), &away, TRAINING);
    for _ in 0..rounds(3, 20) {
        let (running, store) = floor.serve().await;
        let since = floor.pbx.look().1;
        // Whoever was left paused by the run before would never be offered anybody.
        let all_are_offered_callers = |_| {
            let (pbx, _) = floor.pbx.look();
            let offers = pbx.ledger().offers.iter().filter(|offer| offer.at > since);
            let offered: BTreeSet<String> = offers.map(|offer| offer.agent.clone()).collect();
            others.is_subset(&offered)
        };
        let works = wrap_up_until(&running, &floor.users, all_are_offered_callers);
        timeout(patience(), works).await.expect("everybody takes calls");
        running.stop().await;
        store.close().await;
    }
    phones.abort();
    let (pbx, _) = floor.pbx.look();
    let by_hand: Vec<_> = pbx.pauses().into_iter().filter(|(agent, ..)| *agent == away).collect();
    assert_eq!(by_hand.len(), centre::RING_GROUPS.len(), "what others paused stays paused");
    assert!(by_hand.iter().all(|(_, _, reason)| reason == TRAINING), "{by_hand:?}");
    assert!(pbx.ledger().offers.iter().all(|offer| offer.agent != away));
}

/// How many queue calls were offered, to whom `agents` says, after the first release.
fn offered_since_release(path: &Path, agents: &str) -> i64 {
    let sql = "SELECT count(*) FROM engagement WHERE via = 'queue' AND offered_at > \
        (SELECT min(released_at) FROM wrapup WHERE released_at IS NOT NULL) AND agent ";
    count(path, &format!("{sql}{agents}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_a_queue_calls_a_released_agent_again_while_they_owe_and_nobody_else() {
    let (floor, phones) = Floor::open().await;
    let (running, store) = floor.serve().await;
    let (app, agent) = (&running.app, AgentKey("1001".to_owned()));
    let tenant = &app.tenants[0];
    let mut look = interval(LOOK_EVERY);
    // Nobody sums anything up: each agent takes one call, and the queues leave them alone from then on.
    let all_owe = async {
        while count(&floor.path, "SELECT count(DISTINCT agent) FROM wrapup WHERE state = 'open'")
            < floor.users.len() as i64
        {
            look.tick().await;
        }
    };
    timeout(patience(), all_owe).await.expect("everybody has had a call");
    for owed in app.store.open_wrapups(tenant.id, &agent).await.expect("a list") {
        release(app, tenant, floor.users[0].id, owed.key, "queue is long").await.expect("released");
    }
    let called_again = async {
        while offered_since_release(&floor.path, "= '1001'") == 0 {
            look.tick().await;
        }
    };
    timeout(patience(), called_again).await.expect("a queue calls them again");
    running.stop().await;
    store.close().await;
    phones.abort();
    assert_eq!(offered_since_release(&floor.path, "<> '1001'"), 0);
    assert_eq!(count(&floor.path, "SELECT count(*) FROM wrapup WHERE state NOT IN ('open', 'early')"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_agents_do_is_kept_as_their_history() {
    let (floor, phones) = Floor::open().await;
    let (running, store) = floor.serve().await;
    timeout(patience(), wrap_up(&running, &floor.users, 20)).await.expect("enough wrap-ups in time");
    let tenant = running.app.tenants[0].id;
    let mut histories = Vec::new();
    for agent in floor.users.iter().filter_map(|user| user.agent.as_ref()) {
        histories.push(history(&store, tenant, agent).await);
    }
    running.stop().await;
    store.close().await;
    phones.abort();
    for history in &histories {
        assert!(history.windows(2).all(|pair| pair[0].1 <= pair[1].1), "in order of time: {history:?}");
    }
    // Not everybody has to have had a call yet: who has was on it first, and then owed its wrap-up.
    let complete = |history: &[(String, i64)]| {
        let place = |state: &str| history.iter().position(|(known, _)| known == state);
        place("OnCall").is_some_and(|call| place("AfterCallWork").is_some_and(|work| call < work))
    };
    assert!(histories.iter().any(|history| complete(history)), "nobody's call and wrap-up: {histories:?}");
}

async fn history(store: &SqliteStore, tenant: TenantId, agent: &AgentKey) -> Vec<(String, i64)> {
    let (from, to) = (domain::id::At(0), domain::id::At(i64::MAX));
    let entries = store.agent_history(tenant, agent, from, to).await.expect("a history");
    entries.into_iter().map(|entry| (format!("{:?}", entry.state), entry.since.0)).collect()
}
