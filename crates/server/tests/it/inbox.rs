//! The inbox of wrap-ups, and what takes one off an agent's shoulders: a supervisor, or its time (P12).

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use domain::commit::{Change, Commit};
use domain::id::{AgentKey, EngagementKey};
use domain::wrapup::{MAX_RELEASE_CHARS, Wrapup};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::panel::state_of;
use server::worker::duty;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

/// How long the worker may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
const RELEASED: &str = "SELECT count(*) FROM wrapup WHERE released_at IS NOT NULL";
const RELEASES_IN_THE_LOG: &str = "SELECT count(*) FROM audit WHERE subject = 'wrapup'";

fn key(agent: &str) -> AgentKey {
    AgentKey(agent.to_owned())
}

async fn release(world: &World, who: &Someone, wrapup: &Value, reason: &str) -> crate::world::Answer {
    world.ask(who, "POST", &path_of(wrapup, "release"), Some(json!({ "reason": reason }))).await
}

/// Every line of an inbox, and how many pages they came on.
async fn inbox(world: &World, who: &Someone, query: &str) -> (Vec<Value>, usize) {
    let (mut lines, mut pages, mut after) = (Vec::new(), 0, String::new());
    loop {
        let page = world.ask(who, "GET", &format!("/wrapups?{query}{after}"), None).await.is(200);
        lines.extend(page.body["wrapups"].as_array().cloned().unwrap_or_default());
        pages += 1;
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return (lines, pages),
        }
    }
}

/// Sets what After Call Work comes to.
pub(crate) async fn acw(world: &World, acw: Value) {
    let root = world.sign_in(HERE, "root").await;
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["acw"] = acw;
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
}

/// Lets the worker that looks after agents look at these, until it has changed something of `until`.
pub(crate) async fn worker_looks(world: &World, agents: &[&str], until: &str) {
    let tenant = Arc::clone(world.tenant(HERE));
    let (stop, stopping) = watch::channel(false);
    // Somebody looks after them from now on: what is touched before the worker begins waits for it.
    world.app.hub.agents_changed(tenant.id);
    world.app.hub.touch(tenant.id, agents.iter().copied().map(key).collect());
    let mut changed = world.app.hub.listen(tenant.id, &key(until));
    let works = tokio::spawn(duty::run(Arc::clone(&world.app), tenant, stopping));
    timeout(PATIENCE, changed.changed()).await.expect("something of theirs changes").expect("a hub");
    stop.send_replace(true);
    timeout(PATIENCE, works).await.expect("it ends").expect("well");
}

async fn state(world: &World, who: &Someone) -> Value {
    world.ask(who, "GET", "/me/panel", None).await.is(200).body["agent"]["state"].clone()
}

#[tokio::test]
async fn p12_a_released_agent_takes_calls_again_and_owes_the_wrapup_all_the_same() {
    let world = World::new().await;
    let (ana, sam, root) = (
        world.sign_in(HERE, "ana").await,
        world.sign_in(HERE, "sam").await,
        world.sign_in(HERE, "root").await,
    );
    world.play(HERE, Scenario::Answered, CALLER).await;
    let tenant = world.tenant(HERE);
    let paused = async || state_of(&world.app, tenant, &key("1001")).await.expect("a duty").paused;
    assert!(paused().await.is_some());
    let wrapup = world.owed(&ana).await[0].clone();
    let answer = release(&world, &sam, &wrapup, "  her browser died ").await.is(200);
    let line = &answer.body["wrapup"];
    assert_eq!(
        (&line["state"], &line["agent"], &line["agent_name"]),
        (&json!("released"), &json!("1001"), &json!("ANA"))
    );
    assert_eq!(
        (&line["released"]["by"]["name"], &line["released"]["reason"]),
        (&json!("SAM"), &json!("her browser died"))
    );
    assert_eq!(
        (paused().await, state(&world, &ana).await),
        (None, json!("available")),
        "queues call her again"
    );
    let owed = world.owed(&ana).await;
    assert_eq!((owed.len(), &owed[0]["released"]), (1, &json!(true)), "and it is still hers");
    assert_eq!(inbox(&world, &ana, "").await.0, std::slice::from_ref(line));
    let log = world.ask(&root, "GET", "/audit", None).await.is(200);
    let said = &log.body["entries"][0];
    assert_eq!((&said["action"], &said["by"]["name"]), (&json!("released"), &json!("SAM")));
    assert_eq!(said["subject"], json!({ "kind": "wrapup", "id": wrapup["id"], "name": null }));
    assert_eq!(said["fields"][1]["after"], "her browser died");
    world
        .ask(&ana, "POST", &path_of(&wrapup, "log"), Some(entry(0, &first_code(&wrapup), "late")))
        .await
        .is(200);
    assert_eq!(inbox(&world, &sam, "").await.0, [] as [Value; 0]);
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE outcome = 'logged' AND notes = 'late'"), 1);
}

#[tokio::test]
async fn only_a_supervisor_of_the_tenant_releases_and_says_why() {
    let world = World::new().await;
    let (ana, ben, sam) = (
        world.sign_in(HERE, "ana").await,
        world.sign_in(HERE, "ben").await,
        world.sign_in(HERE, "sam").await,
    );
    let stranger = world.sign_in(THERE, "sam").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await[0].clone();
    for agent in [&ana, &ben] {
        assert_eq!(release(&world, agent, &wrapup, "I want to").await.is(403).code(), "forbidden");
    }
    release(&world, &stranger, &wrapup, "not mine").await.is(404);
    release(&world, &sam, &json!({ "id": Uuid::nil().to_string() }), "nobody's").await.is(404);
    for (reason, fault) in
        [("", "empty"), (" \t ", "empty"), (&"x".repeat(MAX_RELEASE_CHARS + 1), "too_long")]
    {
        let refused = release(&world, &sam, &wrapup, reason).await.is(422);
        let error = &refused.body["error"];
        assert_eq!((&error["field"], &error["detail"]["reason"]), (&json!("reason"), &json!(fault)));
    }
    world.ask(&sam, "POST", &path_of(&wrapup, "release"), Some(json!({}))).await.is(400);
    assert_eq!((world.count(RELEASED), world.count(RELEASES_IN_THE_LOG)), (0, 0));
    release(&world, &sam, &wrapup, &"x".repeat(MAX_RELEASE_CHARS)).await.is(200);
    assert_eq!((world.count(RELEASED), world.count(RELEASES_IN_THE_LOG)), (1, 1));
}

#[tokio::test]
async fn what_is_submitted_or_not_due_is_not_released() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await[0].clone();
    world
        .ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(json!({ "revision": 0, "reason": null })))
        .await
        .is(200);
    let refused = release(&world, &sam, &wrapup, "too late").await.is(409);
    assert_eq!(refused.code(), "nothing_to_release");
    // As it is while she is on a call.
    let tenant = world.tenant(HERE).id;
    let call =
        world.app.store.wrapup(tenant, EngagementKey(id(&wrapup))).await.expect("read").expect("there").call;
    let early = Wrapup::new(EngagementKey(Uuid::from_u128(1)), call, key("1001"));
    let early = Change::Wrapup(Box::new(early));
    world.app.store.commit(Commit::of(tenant, vec![early])).await.expect("written");
    let refused =
        release(&world, &sam, &json!({ "id": Uuid::from_u128(1).to_string() }), "too early").await.is(409);
    assert_eq!(refused.code(), "wrapup_not_due");
    assert_eq!((world.count(RELEASED), world.count(RELEASES_IN_THE_LOG)), (0, 0));
}

fn id(wrapup: &Value) -> Uuid {
    wrapup["id"].as_str().and_then(|text| text.parse().ok()).expect("an id")
}

#[tokio::test]
async fn the_first_release_stands_whoever_presses_again() {
    let world = World::new().await;
    let (ana, sam, root) = (
        world.sign_in(HERE, "ana").await,
        world.sign_in(HERE, "sam").await,
        world.sign_in(HERE, "root").await,
    );
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await[0].clone();
    let (one, two) =
        tokio::join!(release(&world, &sam, &wrapup, "one"), release(&world, &root, &wrapup, "two"));
    let released = one.is(200).body["wrapup"]["released"].clone();
    assert_eq!(two.is(200).body["wrapup"]["released"], released, "both are told of the same");
    assert_eq!(world.count(RELEASES_IN_THE_LOG), 1);
}

#[tokio::test]
async fn a_draft_that_is_saved_at_that_moment_loses_neither_itself_nor_the_release() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    for round in 0..8 {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await[round].clone();
        let draft = json!({ "revision": 0, "code": null, "notes": "typed", "party": null });
        let path = path_of(&wrapup, "draft");
        let saving = world.ask(&ana, "PUT", &path, Some(draft));
        let releasing = release(&world, &sam, &wrapup, "queue is long");
        // Whichever is asked first reads first and is written first: each must notice the other.
        let (saved, released) = if round % 2 == 0 {
            tokio::join!(saving, releasing)
        } else {
            let (released, saved) = tokio::join!(releasing, saving);
            (saved, released)
        };
        saved.is(200);
        released.is(200);
    }
    let both =
        "SELECT count(*) FROM wrapup WHERE draft_notes = 'typed' AND released_reason = 'queue is long'";
    assert_eq!(world.count(both), 8);
}

#[tokio::test]
async fn an_agent_sees_their_own_and_a_supervisor_everybodys_a_page_at_a_time() {
    let world = World::new().await;
    // Handed over: both agents owe one of each call.
    for _ in 0..13 {
        world.play(HERE, Scenario::BlindTransfer, CALLER).await;
    }
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let stranger = world.sign_in(THERE, "sam").await;
    let (all, pages) = inbox(&world, &sam, "").await;
    assert_eq!((all.len(), pages), (26, 2));
    let opened: Vec<&str> = all.iter().filter_map(|line| line["opened_at"].as_str()).collect();
    assert!(opened.is_sorted(), "oldest first");
    let of = |agent: &str| all.iter().filter(|line| line["agent"] == agent).cloned().collect::<Vec<_>>();
    assert_eq!(inbox(&world, &ana, "").await.0, of("1001"));
    assert_eq!(inbox(&world, &ana, "agent=1001").await.0, of("1001"));
    assert_eq!(inbox(&world, &sam, "agent=1002").await.0, of("1002"));
    assert_eq!(inbox(&world, &sam, "agent=1009").await.0, [] as [Value; 0]);
    assert_eq!(inbox(&world, &stranger, "").await.0, [] as [Value; 0], "another tenant's");
    world.ask(&ana, "GET", "/wrapups?agent=1002", None).await.is(403);
    for wrong in ["state=logged", "after=nowhere"] {
        world.ask(&sam, "GET", &format!("/wrapups?{wrong}"), None).await.is(422);
    }
    // One alone, as its agent's panel shows it.
    let (mine, theirs) = (path_of(&of("1001")[12], ""), path_of(&of("1002")[0], ""));
    let (mine, theirs) = (mine.trim_end_matches('/'), theirs.trim_end_matches('/'));
    let one = world.ask(&ana, "GET", mine, None).await.is(200);
    assert_eq!(
        (&one.body["wrapup"]["id"], &one.body["wrapup"]["state"]),
        (&of("1001")[12]["id"], &json!("open"))
    );
    world.ask(&ana, "GET", theirs, None).await.is(403);
    world.ask(&sam, "GET", theirs, None).await.is(403);
    world.ask(&world.sign_in(THERE, "ana").await, "GET", mine, None).await.is(404);
}

#[tokio::test]
async fn a_line_says_whom_it_would_be_logged_on_and_whether_anything_was_entered() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let line = async || inbox(&world, &sam, "").await.0.remove(0);
    let before = line().await;
    assert_eq!((&before["party"], &before["has_draft"]), (&Value::Null, &json!(false)));
    assert_eq!(
        (&before["call"]["direction"], &before["call"]["type"]),
        (&json!("inbound"), &json!("inbound"))
    );
    assert_eq!(before["call"]["number"], CALLER);
    let olga = world.person(&ana, "Olga Ruiz", CALLER).await;
    let matched = line().await;
    assert_eq!((&matched["party"]["id"], &matched["party_by"]), (&json!(olga), &json!("matched")));
    let zoe = world.person(&ana, "Zoe Paz", "+34600999888").await;
    let wrapup = world.owed(&ana).await[0].clone();
    let draft =
        json!({ "revision": 0, "code": null, "notes": "", "party": { "choice": "existing", "person": zoe } });
    world.ask(&ana, "PUT", &path_of(&wrapup, "draft"), Some(draft)).await.is(200);
    let chosen = line().await;
    assert_eq!((&chosen["party"]["name"], &chosen["party_by"]), (&json!("Zoe Paz"), &json!("chosen")));
    assert_eq!(chosen["has_draft"], true);
}

#[tokio::test]
async fn each_state_is_listed_by_itself_and_one_alone_names_it() {
    let world = World::new().await;
    acw(&world, json!({ "seconds": 300, "on_expiry": "stay" })).await;
    let (ana, ben, sam) = (
        world.sign_in(HERE, "ana").await,
        world.sign_in(HERE, "ben").await,
        world.sign_in(HERE, "sam").await,
    );
    world.play(HERE, Scenario::BlindTransfer, CALLER).await;
    release(&world, &sam, &world.owed(&ben).await[0], "queue is long").await.is(200);
    let states = async |query: &str| {
        let lines = inbox(&world, &sam, query).await.0;
        lines.iter().map(|line| line["state"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let sorted = async |query: &str| {
        let mut states = states(query).await;
        states.sort();
        states
    };
    assert_eq!(sorted("").await, ["open", "released"]);
    world.clock.advance(300);
    assert_eq!(sorted("").await, ["late", "released"], "nobody waits for what is released");
    for state in ["late", "released"] {
        assert_eq!(states(&format!("state={state}")).await, [state]);
    }
    assert_eq!(states("state=open").await, [""; 0]);
    acw(&world, json!({ "seconds": 300, "on_expiry": "close" })).await;
    worker_looks(&world, &["1001"], "1001").await;
    assert_eq!(states("state=undispositioned").await, ["undispositioned"]);
    let line = inbox(&world, &ana, "state=undispositioned").await.0.remove(0);
    assert!(line["closed_at"].is_string() && line["deadline"].is_null());
}

/// What the server counts, and the same counted from every line there is.
async fn both_counts(world: &World, who: &Someone, query: &str) -> (Value, Value) {
    let counts =
        world.ask(who, "GET", &format!("/wrapups?{query}"), None).await.is(200).body["counts"].clone();
    let agent = query.split('&').find(|part| part.starts_with("agent=")).unwrap_or_default();
    let mut counted = json!({ "open": 0, "late": 0, "released": 0, "undispositioned": 0 });
    for line in inbox(world, who, agent).await.0 {
        let count = &mut counted[line["state"].as_str().unwrap_or_default()];
        *count = json!(count.as_u64().unwrap_or_default() + 1);
    }
    (counts, counted)
}

#[tokio::test]
async fn each_state_is_counted_whole_whatever_page_and_state_are_asked_for() {
    let world = World::new().await;
    acw(&world, json!({ "seconds": 30, "on_expiry": "close" })).await;
    // A minute passes with each.
    for _ in 0..27 {
        world.play(HERE, Scenario::Answered, CALLER).await;
    }
    worker_looks(&world, &["1001"], "1001").await;
    acw(&world, json!({ "seconds": 300, "extension_s": 600, "max_extensions": 1, "on_expiry": "stay" }))
        .await;
    // Of each call one of Ana's and one of Ben's: one of hers gets more time, one of his is released.
    for _ in 0..2 {
        world.play(HERE, Scenario::BlindTransfer, CALLER).await;
    }
    let (ana, ben, sam) = (
        world.sign_in(HERE, "ana").await,
        world.sign_in(HERE, "ben").await,
        world.sign_in(HERE, "sam").await,
    );
    let stranger = world.sign_in(THERE, "sam").await;
    world.ask(&ana, "POST", &path_of(&world.owed(&ana).await[0], "extend"), None).await.is(200);
    release(&world, &sam, &world.owed(&ben).await[0], "queue is long").await.is(200);
    let states = |open: u64, late: u64, released: u64, undispositioned: u64| json!({ "open": open, "late": late, "released": released, "undispositioned": undispositioned });
    let same = async |who: &Someone, query: &str, wanted: Value| {
        assert_eq!(both_counts(&world, who, query).await, (wanted.clone(), wanted), "{query}");
    };
    same(&sam, "", states(3, 0, 1, 27)).await;
    world.clock.advance(300);
    same(&sam, "", states(1, 2, 1, 27)).await;
    same(&sam, "state=late", states(1, 2, 1, 27)).await;
    let next = world.ask(&sam, "GET", "/wrapups", None).await.is(200).body["next"].clone();
    same(&sam, &format!("after={}", next.as_str().unwrap_or_default()), states(1, 2, 1, 27)).await;
    same(&sam, "agent=1002&state=open", states(0, 1, 1, 0)).await;
    same(&ana, "", states(1, 1, 0, 27)).await;
    same(&sam, "agent=1009", states(0, 0, 0, 0)).await;
    same(&stranger, "", states(0, 0, 0, 0)).await;
    // Submitted ones are counted nowhere.
    let wrapup = world.owed(&ben).await[0].clone();
    world
        .ask(&ben, "POST", &path_of(&wrapup, "log"), Some(entry(0, &first_code(&wrapup), "x")))
        .await
        .is(200);
    same(&ben, "", states(0, 1, 0, 0)).await;
}

#[tokio::test]
async fn p12_when_its_time_is_up_the_worker_frees_the_agent_who_owes_it_all_the_same() {
    let world = World::new().await;
    acw(&world, json!({ "seconds": 90, "extension_s": 600, "max_extensions": 1, "on_expiry": "release" }))
        .await;
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    world.play(HERE, Scenario::BlindTransfer, CALLER).await;
    world.ask(&ana, "POST", &path_of(&world.owed(&ana).await[0], "extend"), None).await.is(200);
    assert_eq!(state(&world, &ben).await, "after_call_work");
    world.clock.advance(90);
    // Ana is looked at before Ben, whose time alone is up.
    worker_looks(&world, &["1001", "1002"], "1002").await;
    assert_eq!(
        (state(&world, &ben).await, state(&world, &ana).await),
        (json!("available"), json!("after_call_work"))
    );
    let owed = world.owed(&ben).await;
    assert_eq!((&owed[0]["released"], &owed[0]["state"]), (&json!(true), &json!("open")));
    let line = inbox(&world, &ben, "state=released").await.0.remove(0);
    assert_eq!(
        (&line["released"]["by"], &line["released"]["reason"]),
        (&Value::Null, &Value::Null),
        "nobody did it"
    );
    assert_eq!(world.count(RELEASES_IN_THE_LOG), 0);
    assert_eq!(world.count(RELEASED), 1);
}

#[tokio::test]
async fn p12_whose_browser_died_is_not_kept_from_calls_for_longer_than_the_longest() {
    let world = World::new().await;
    acw(&world, json!({ "seconds": null, "longest_s": 600, "on_expiry": "stay" })).await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    world.clock.advance(599);
    assert_eq!(state(&world, &ana).await, "after_call_work");
    world.clock.advance(1);
    worker_looks(&world, &["1001"], "1001").await;
    assert_eq!(state(&world, &ana).await, "available");
    let owed = world.owed(&ana).await;
    assert_eq!((&owed[0]["released"], &owed[0]["state"]), (&json!(true), &json!("open")));
    assert_eq!(world.count(RELEASED), 1);
}

#[tokio::test]
async fn when_its_time_is_up_a_wrapup_is_closed_as_undispositioned_and_can_be_logged_later() {
    let world = World::new().await;
    acw(&world, json!({ "seconds": 90, "on_expiry": "close" })).await;
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    let sam = world.sign_in(HERE, "sam").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await[0].clone();
    let draft = json!({ "revision": 0, "code": null, "notes": "so far", "party": null });
    world.ask(&ana, "PUT", &path_of(&wrapup, "draft"), Some(draft)).await.is(200);
    world.clock.advance(90);
    worker_looks(&world, &["1001"], "1001").await;
    assert_eq!(state(&world, &ana).await, "available");
    assert_eq!(
        world.count("SELECT count(*) FROM wrapup WHERE state = 'undispositioned' AND code_id IS NULL"),
        1
    );
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE outcome = 'undispositioned'"), 1);
    assert_eq!(release(&world, &sam, &wrapup, "free").await.is(409).code(), "nothing_to_release");
    // It is on her panel still, with what she had typed, and hers alone.
    let owed = world.owed(&ana).await;
    assert_eq!(
        (&owed[0]["state"], &owed[0]["draft"]["notes"]),
        (&json!("undispositioned"), &json!("so far"))
    );
    let log = path_of(&wrapup, "log");
    for other in [&ben, &sam] {
        world.ask(other, "POST", &log, Some(entry(1, &first_code(&wrapup), "mine"))).await.is(403);
    }
    let submit = Some(entry(1, &first_code(&wrapup), "summed up late"));
    let logged = world.ask(&ana, "POST", &log, submit.clone()).await.is(200);
    assert_eq!(logged.body["activity"]["outcome"], "logged");
    world.ask(&ana, "POST", &log, submit).await.is(200);
    assert_eq!((world.owed(&ana).await.len(), inbox(&world, &sam, "").await.0.len()), (0, 0));
    let filed = "SELECT count(*) FROM activity WHERE outcome = 'logged' AND notes = 'summed up late' AND code_id IS NOT NULL";
    assert_eq!(world.count(filed), 1);
}

#[tokio::test]
async fn the_panel_shows_what_is_owed_first_and_the_newest_that_the_timer_closed() {
    let world = World::new().await;
    acw(&world, json!({ "seconds": 30, "on_expiry": "close" })).await;
    for _ in 0..11 {
        // A minute passes with each.
        world.play(HERE, Scenario::Answered, CALLER).await;
    }
    worker_looks(&world, &["1001"], "1001").await;
    acw(&world, json!({ "seconds": null })).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let ana = world.sign_in(HERE, "ana").await;
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200).body;
    let wrapups = panel["wrapups"].as_array().cloned().unwrap_or_default();
    assert_eq!((wrapups.len(), &panel["more_wrapups"]), (11, &json!(true)));
    assert_eq!(wrapups[0]["state"], "open");
    let closed: Vec<&str> = wrapups[1..].iter().filter_map(|wrapup| wrapup["opened_at"].as_str()).collect();
    assert!(closed.is_sorted_by(|newer, older| newer > older), "{closed:?}");
    let oldest = inbox(&world, &ana, "").await.0.remove(0);
    assert!(wrapups.iter().all(|wrapup| wrapup["id"] != oldest["id"]), "the oldest is in the inbox only");
}

#[tokio::test]
async fn whoever_was_released_is_not_held_by_submitting_later() {
    let world = World::new().await;
    acw(&world, json!({ "after_submit": "hold" })).await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await[0].clone();
    release(&world, &sam, &wrapup, "queue is long").await.is(200);
    world
        .ask(&ana, "POST", &path_of(&wrapup, "log"), Some(entry(0, &first_code(&wrapup), "x")))
        .await
        .is(200);
    assert_eq!(state(&world, &ana).await, "available");
}
