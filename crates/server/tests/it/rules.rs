//! The page's rules over the API, on stored rows. In the browser they are tested again (web/tests/e2e).

use crate::world::{CALLER, HERE, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::settings::TenantSettings;
use testkit::tier::rounds;

#[tokio::test]
async fn p01_log_without_a_code_is_refused_and_the_wrapup_stays_owed() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let body = json!({ "revision": 0, "code": null, "notes": "hello", "party": null });
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(422);
    assert_eq!(answer.code(), "code_required");
    assert_eq!(world.owed(&ana).await.len(), 1);
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE outcome = 'logged'"), 0);
}

#[tokio::test]
async fn p02_log_files_the_call_on_the_record_with_that_number_and_nowhere_else() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let owner = world.person(&ana, "Olga Ruiz", "600 111 222").await;
    let other = world.person(&ana, "Pia Sanz", "600 111 223").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let body = entry(0, &first_code(wrapup), "asked about the bill");
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    assert_eq!(answer.body["activity"]["party"]["id"], owner.as_str());
    let of = |person: String| async move { person };
    let list = world.ask(&ana, "GET", &format!("/people/{}/activities", of(owner).await), None).await.is(200);
    assert_eq!(list.body["activities"][0]["notes"], "asked about the bill");
    let list = world.ask(&ana, "GET", &format!("/people/{other}/activities"), None).await.is(200);
    assert_eq!(list.body["activities"], json!([]));
}

#[tokio::test]
async fn p03_do_not_log_keeps_the_call_and_empties_code_and_notes() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let draft = entry(0, &first_code(wrapup), "none of your business");
    world.ask(&ana, "PUT", &path_of(wrapup, "draft"), Some(draft)).await.is(200);
    let body = json!({ "revision": 1, "reason": "personal" });
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "do-not-log"), Some(body)).await.is(200);
    assert_eq!(answer.body["activity"]["outcome"], "not_logged");
    let kept =
        "SELECT count(*) FROM activity WHERE outcome = 'not_logged' AND notes IS NULL AND code_id IS NULL";
    assert_eq!(world.count(kept), 1);
    assert_eq!(world.count("SELECT count(*) FROM person"), 0, "nobody is made");
    assert_eq!(world.count("SELECT count(*) FROM wrapup WHERE draft_notes LIKE '%business%'"), 0);
}

#[tokio::test]
async fn p04_with_several_records_log_waits_for_the_agents_choice() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.person(&ana, "Olga Ruiz", CALLER).await;
    let chosen = world.person(&ana, "Pia Sanz", CALLER).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    assert_eq!(wrapup["match"]["kind"], "many");
    assert!(
        wrapup["match"]["candidates"]
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one["preselected"] == false))
    );
    let mut body = entry(0, &first_code(wrapup), "");
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body.clone())).await.is(422);
    assert_eq!((answer.code(), answer.body["error"]["field"].as_str()), ("party_required", Some("party")));
    body["party"] = json!({ "choice": "existing", "person": chosen });
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    assert_eq!(answer.body["activity"]["party"]["name"], "Pia Sanz");
}

async fn created_by_log(change: impl FnOnce(&mut TenantSettings), number: &str) -> (World, Value) {
    let world = World::with(change).await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, number).await;
    let wrapup = &world.owed(&ana).await[0];
    let body = entry(0, &first_code(wrapup), "");
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    let activity = answer.body["activity"].clone();
    (world, activity)
}

#[tokio::test]
async fn p05_an_unknown_caller_becomes_what_the_settings_say() {
    use domain::matching::AutoCreate;
    let (_, activity) = created_by_log(|tenant| tenant.auto_create = AutoCreate::Contact, CALLER).await;
    assert_eq!(activity["party"]["kind"], "contact");
    let (_, activity) = created_by_log(|tenant| tenant.auto_create = AutoCreate::Lead, CALLER).await;
    assert_eq!(activity["party"]["kind"], "lead");
    let (world, activity) = created_by_log(|tenant| tenant.auto_create = AutoCreate::None, CALLER).await;
    assert_eq!((activity["party"].is_null(), world.count("SELECT count(*) FROM person")), (true, 0));
}

#[tokio::test]
async fn p05_a_withheld_number_makes_nobody() {
    let (world, activity) = created_by_log(|_| {}, "anonymous").await;
    assert!(activity["party"].is_null());
    assert_eq!(world.count("SELECT count(*) FROM person"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p05_two_agents_who_log_one_unknown_caller_at_once_make_one_person() {
    /// A round takes two minutes of the test's clock, an access token lasts fifteen.
    const ROUNDS_A_TOKEN: usize = 5;
    let world = World::new().await;
    let wanted = rounds(10, 1_000);
    let mut agents = Vec::new();
    for round in 0..wanted {
        if round % ROUNDS_A_TOKEN == 0 {
            agents = vec![world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await];
        }
        let (ana, ben) = (&agents[0], &agents[1]);
        let number = format!("+3460011{round:04}");
        // The same caller twice, each time with another agent.
        for agent in [0, 1] {
            world.read_bytes(HERE, &world.frames_to(agent, Scenario::Answered, &number).concat()).await;
        }
        let (mine, theirs) = (world.owed(ana).await, world.owed(ben).await);
        let (mine, theirs) = (&mine[0], &theirs[0]);
        let (a, b) = (path_of(mine, "log"), path_of(theirs, "log"));
        let (first, second) = tokio::join!(
            world.ask(ana, "POST", &a, Some(entry(0, &first_code(mine), "one"))),
            world.ask(ben, "POST", &b, Some(entry(0, &first_code(theirs), "two"))),
        );
        let (first, second) = (first.is(200), second.is(200));
        assert_eq!(first.body["activity"]["party"]["id"], second.body["activity"]["party"]["id"]);
    }
    assert_eq!(world.count("SELECT count(*) FROM person"), wanted as i64);
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE outcome = 'logged'"), 2 * wanted as i64);
}

#[tokio::test]
async fn log_that_would_write_something_else_than_was_shown_is_refused_and_writes_nothing() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let seen = world.person(&ana, "Olga Ruiz", "600 111 222").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let other = world.person(&ana, "Pia Sanz", "600 999 888").await;
    for shown in [json!({ "kind": "person", "person": other }), json!({ "kind": "nobody" })] {
        let mut body = entry(0, &first_code(wrapup), "");
        body["shown"] = shown;
        let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(409);
        assert_eq!(answer.code(), "match_changed");
        assert_eq!(answer.body["error"]["detail"]["match"]["candidates"][0]["person"]["id"], seen.as_str());
    }
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE outcome = 'logged'"), 0);
    let mut body = entry(0, &first_code(wrapup), "");
    body["shown"] = json!({ "kind": "person", "person": seen });
    world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
}

#[tokio::test]
async fn log_that_makes_another_kind_of_record_than_was_shown_is_refused() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let mut body = entry(0, &first_code(wrapup), "");
    body["shown"] = json!({ "kind": "create", "as": "lead" });
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body.clone())).await.is(409);
    assert_eq!((answer.code(), world.count("SELECT count(*) FROM person")), ("match_changed", 0));
    // Somebody else's Log made the record meanwhile: it is the one that this Log would have made.
    let made = world.person(&ana, "Olga Ruiz", CALLER).await;
    body["shown"] = json!({ "kind": "create", "as": "contact" });
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    assert_eq!(answer.body["activity"]["party"]["id"], made.as_str());
    assert_eq!(world.count("SELECT count(*) FROM person"), 1);
}

#[tokio::test]
async fn p11_a_person_sees_the_calls_that_nobody_answered() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let person = world.person(&ana, "Olga Ruiz", CALLER).await;
    for scenario in [Scenario::AbandonedWaiting, Scenario::DirectMissed, Scenario::Voicemail] {
        world.play(HERE, scenario, CALLER).await;
    }
    let list = world.ask(&ana, "GET", &format!("/people/{person}/activities"), None).await.is(200);
    let kinds: Vec<&str> = list.body["activities"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|activity| activity["type"].as_str())
        .collect();
    assert_eq!(kinds, ["voicemail", "missed", "abandoned"]);
    assert!(world.owed(&ana).await.is_empty(), "nobody owes a wrap-up for them");
}

#[tokio::test]
async fn p11_a_call_that_several_could_own_is_possible_on_each_until_settled() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let people =
        [world.person(&ana, "Olga Ruiz", CALLER).await, world.person(&ana, "Pia Sanz", CALLER).await];
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    for person in &people {
        let list = world.ask(&ana, "GET", &format!("/people/{person}/activities"), None).await.is(200);
        assert_eq!(list.body["activities"][0]["possible"], true);
    }
}

#[tokio::test]
async fn p13_with_codes_off_log_asks_for_notes_only() {
    let world = World::with(|tenant| tenant.codes_enabled = false).await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    assert_eq!(wrapup["codes"], json!([]));
    let body = json!({ "revision": 0, "code": null, "notes": "just notes", "party": null });
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    assert_eq!(
        (&answer.body["activity"]["code"], answer.body["activity"]["notes"].as_str()),
        (&Value::Null, Some("just notes"))
    );
}

#[tokio::test]
async fn p14_a_renamed_and_retired_code_stays_in_history_as_it_was() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let code = first_code(wrapup);
    let logged = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(entry(0, &code, ""))).await.is(200);
    let label = logged.body["activity"]["code"]["label"].clone();
    let change =
        json!({ "version": 1, "label": { "es": "Otro nombre", "en": "Another name" }, "retired": true });
    let changed = world.ask(&root, "PATCH", &format!("/codes/{code}"), Some(change)).await.is(200);
    assert_eq!((&changed.body["code"]["retired"], &changed.body["code"]["used"]), (&json!(true), &json!(1)));
    let id = logged.body["activity"]["id"].as_str().expect("an id");
    let again = world.ask(&ana, "GET", &format!("/activities/{id}"), None).await.is(200);
    assert_eq!(again.body["activity"]["code"]["label"], label);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let next = &world.owed(&ana).await[0];
    assert_ne!(first_code(next), code, "a retired code is not offered");
    let refused = world.ask(&ana, "POST", &path_of(next, "log"), Some(entry(0, &code, ""))).await.is(422);
    assert_eq!(refused.code(), "code_retired");
}

#[tokio::test]
async fn p14_only_admins_change_codes_and_the_second_of_two_is_told() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let sets = world.ask(&ana, "GET", "/dispositions", None).await.is(200);
    let code = sets.body["sets"][0]["codes"][0]["id"].as_str().expect("a code").to_owned();
    let change = json!({ "version": 1, "favourite": false });
    world.ask(&ana, "PATCH", &format!("/codes/{code}"), Some(change.clone())).await.is(403);
    world.ask(&root, "PATCH", &format!("/codes/{code}"), Some(change.clone())).await.is(200);
    let stale = world.ask(&root, "PATCH", &format!("/codes/{code}"), Some(change)).await.is(409);
    assert_eq!(
        (stale.code(), &stale.body["error"]["detail"]["current"]["version"]),
        ("stale_revision", &json!(2))
    );
    let label = sets.body["sets"][0]["codes"][1]["label"].clone();
    let twice = json!({ "version": 2, "label": label });
    let refused = world.ask(&root, "PATCH", &format!("/codes/{code}"), Some(twice)).await.is(422);
    assert_eq!(refused.body["error"]["detail"]["reason"], "taken");
}

#[tokio::test]
async fn every_ended_call_has_one_activity_or_a_reason() {
    let world = World::new().await;
    for scenario in [
        Scenario::Answered,
        Scenario::AttendedTransfer,
        Scenario::RingAll,
        Scenario::ClickToDialNotPickedUp,
        Scenario::DialledByHand,
        Scenario::AbandonedRinging,
        Scenario::Hold,
    ] {
        world.play(HERE, scenario, CALLER).await;
        world.play(THERE, scenario, CALLER).await;
    }
    for host in [HERE, THERE] {
        let census = world.census(host).await;
        assert_eq!((census.live, census.ended, census.activities, census.reasons), (0, 7, 6, 1));
    }
}
