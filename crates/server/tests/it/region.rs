//! The region that numbers without a country are read by: an operator changes it between two starts, and calls find
//! the people they found before, by their numbers as they are read now.

use domain::activity::Activity;
use domain::directory::{PersonKind, PhoneField, PhoneText};
use domain::id::{AgentKey, PersonId, UserId};
use domain::matching::{MatchKind, MatchRule};
use domain::phone::{KeyBasis, Region, Tier};
use sandbox::centre;
use sandbox::pbx::{Cast, Rights, Scenario, Stretch, play_once};
use sandbox::people::Line;
use server::app::App;
use server::clock::{Machine, Surroundings};
use server::ops::OpError;
use server::ops::ingest::Ingest;
use server::ops::lookup::match_number;
use server::ops::people::{NewPerson, PersonChange, change, create, read};
use server::ops::rekey::REKEY_BATCH;
use server::running::{Running, start};
use server::settings::{ServerSettings, Settings, TenantSettings};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use store::{OpenOptions, SqliteStore, Store};
use telephony::endpoints::EndpointMap;
use uuid::Uuid;

/// As people write it where it is at home; it is a number of each country in this test.
const NATIONAL: &str = "600 11 12 22";

fn region(code: &str) -> Region {
    code.parse().expect("a region")
}

async fn serve(dir: &Path, code: &str) -> (Running, Arc<SqliteStore>) {
    let store = SqliteStore::open(&dir.join("bitacora.db"), &OpenOptions::default()).expect("a database");
    let store = Arc::new(store);
    let server =
        ServerSettings { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ServerSettings::default() };
    let tenants = vec![TenantSettings { region: region(code), ..TenantSettings::default() }];
    let settings = Settings { server, tenants, ..Settings::default() };
    let shared: Arc<dyn Store> = Arc::clone(&store) as _;
    (start(shared, Arc::new(Machine), settings, Vec::new()).await.expect("a server"), store)
}

async fn stop((running, store): (Running, Arc<SqliteStore>)) {
    running.stop().await;
    store.close().await;
}

async fn contact(app: &App, number: usize, raw: &str) -> PersonId {
    let new = NewPerson {
        kind: PersonKind::Contact,
        name: format!("Contact {number}"),
        company: None,
        account: None,
        email: None,
        phones: vec![PhoneText { field: PhoneField::Phone, raw: raw.to_owned() }],
    };
    create(app, &app.tenants[0], new).await.expect("a Contact").id
}

/// Who a call from this number may be with, and how sure that is.
async fn found(app: &App, number: &str) -> Vec<(PersonId, Tier)> {
    let tenant = &app.tenants[0];
    let mut moment = app.store.snapshot(tenant.id).await.expect("a moment");
    let matched =
        match_number(&mut *moment, &tenant.rules().party(number), &MatchRule::default()).await.expect("read");
    matched.hits.iter().map(|hit| (hit.person.id, hit.tier)).collect()
}

/// The Activity of a call that comes from this number, when it is over.
async fn called(app: &Arc<App>, run: u64, number: &str) -> Activity {
    let tenant = Arc::clone(&app.tenants[0]);
    let line = Line { number: number.to_owned(), name: "Somebody".to_owned() };
    let cast = Cast { agents: centre::agents(), group: centre::RING_GROUPS[0], line };
    let now = Machine.now();
    let frames = play_once(Scenario::Answered, Rights::Calls, &cast, Stretch::NONE, now, run);
    let bytes: Vec<u8> = frames.into_iter().flat_map(|(_, frame)| frame).collect();
    let endpoints = EndpointMap::try_from(&centre::endpoints(&centre::agents())).expect("endpoints");
    let mut ingest =
        Ingest::resume(Arc::clone(app), Arc::clone(&tenant), "pbx", endpoints).await.expect("taken up");
    ingest.connected();
    ingest.take(&bytes, now).await.expect("taken in");
    let agent = AgentKey(centre::agents()[0].extension.clone());
    let last = app.store.activities_of_agent(tenant.id, &agent, 1).await.expect("a list").remove(0);
    last.activity
}

#[tokio::test]
async fn calls_match_by_the_region_of_today_after_every_change_of_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = serve(dir.path(), "ES").await;
    let ana = contact(&server.0.app, 0, NATIONAL).await;
    assert_eq!(found(&server.0.app, "+34600111222").await, [(ana, Tier::E)]);
    stop(server).await;
    for (run, code, own, foreign) in
        [(1, "FR", "+33600111222", "+34600111222"), (2, "ES", "+34600111222", "+33600111222")]
    {
        let server = serve(dir.path(), code).await;
        let app = &server.0.app;
        assert_eq!(found(app, own).await, [(ana, Tier::E)], "{code}: the number as it is read now");
        assert_eq!(found(app, foreign).await, [(ana, Tier::N)], "{code}: the country was not written");
        let activity = called(app, run, own).await;
        let candidates: Vec<_> = activity.candidates.iter().map(|one| (one.person, one.tier)).collect();
        assert_eq!(candidates, [(ana, Tier::E)], "{code}: the call");
        stop(server).await;
    }
}

#[tokio::test]
async fn reading_numbers_anew_is_no_change_of_the_record() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = serve(dir.path(), "ES").await;
    let ana = contact(&server.0.app, 0, NATIONAL).await;
    let before = read(&server.0.app, &server.0.app.tenants[0], ana).await.expect("a Contact");
    stop(server).await;
    let server = serve(dir.path(), "FR").await;
    let app = &server.0.app;
    let tenant = &app.tenants[0];
    assert_eq!(read(app, tenant, ana).await.expect("a Contact"), before);
    let log = app.store.audit(tenant.id, None, None, 9).await.expect("the change log");
    assert_eq!(log.entries, []);
    // A form that was opened before the restart is saved after it.
    let said =
        PersonChange { version: before.version, name: Some("Ana".to_owned()), ..PersonChange::default() };
    let saved: Result<_, OpError> = change(app, tenant, UserId(Uuid::nil()), ana, said).await;
    assert_eq!(saved.expect("no conflict").version, before.version + 1);
    assert_eq!(found(app, "+33600111222").await, [(ana, Tier::E)]);
    stop(server).await;
}

#[tokio::test]
async fn a_start_that_was_cut_short_is_finished_by_the_next_however_many_people_there_are() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = serve(dir.path(), "ES").await;
    let app = Arc::clone(&server.0.app);
    let people = 2 * REKEY_BATCH + 1;
    let number = |n: usize| format!("600 {n:06}");
    for n in 0..people {
        contact(&app, n, &number(n)).await;
    }
    stop(server).await;
    // As a start in another region leaves it that was killed after its first Commit.
    let half =
        SqliteStore::open(&dir.path().join("bitacora.db"), &OpenOptions::default()).expect("a database");
    let tenant = app.tenants[0].id;
    let done = half.people_to_rekey(tenant, &KeyBasis::of(region("FR")), REKEY_BATCH).await.expect("people");
    assert_eq!(done.len(), REKEY_BATCH);
    let rekeyed = done.iter().map(|person| domain::commit::Change::PersonRekeyed {
        id: person.id,
        version: person.version,
        keys: domain::directory::RecordKeys::of(person, region("FR")),
    });
    half.commit(domain::commit::Commit::of(tenant, rekeyed.collect())).await.expect("written");
    half.close().await;
    let server = serve(dir.path(), "FR").await;
    let app = &server.0.app;
    let rules = app.tenants[0].rules();
    for n in 0..people {
        let party = rules.party(&format!("+33600{n:06}"));
        let mut moment = app.store.snapshot(tenant).await.expect("a moment");
        let matched = match_number(&mut *moment, &party, &MatchRule::default()).await.expect("read");
        assert_eq!((matched.kind, matched.hits[0].tier), (MatchKind::One, Tier::E), "{n}");
    }
    let left = app.store.people_to_rekey(tenant, &KeyBasis::of(region("FR")), 9).await.expect("people");
    assert_eq!(left, []);
    stop(server).await;
}
