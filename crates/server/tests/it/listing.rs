//! The list of Activities over the API: who sees what, what a filter may be, and pages.

use crate::export::{cell, lines};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};

/// Every line that a query lists, over all pages.
async fn listed(world: &World, who: &Someone, query: &str) -> Vec<Value> {
    let (mut lines, mut after) = (Vec::new(), String::new());
    loop {
        let page = world.ask(who, "GET", &format!("/activities?{query}{after}"), None).await.is(200);
        let found = page.body["activities"].as_array().cloned().unwrap_or_default();
        assert!(found.len() <= 25);
        lines.extend(found);
        assert_eq!(page.body["next"].is_null(), page.body["searched_to"].is_null());
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return lines,
        }
    }
}

async fn count(world: &World, who: &Someone, query: &str) -> usize {
    listed(world, who, query).await.len()
}

/// A call that Ana logged with notes, one that nobody answered, and one of another number.
async fn with_calls() -> World {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.person(&ana, "Olga Ruiz", CALLER).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = entry(0, &first_code(&wrapup), "Preguntó por la señal");
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    world.play(HERE, Scenario::Answered, "+34600333444").await;
    world
}

#[tokio::test]
async fn p11_everything_is_on_the_list_and_each_filter_leaves_what_it_says() {
    let world = with_calls().await;
    let sam = world.sign_in(HERE, "sam").await;
    let all = listed(&world, &sam, "").await;
    let outcomes: Vec<&str> = all.iter().filter_map(|line| line["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["open", "no_wrapup", "logged"], "the newest first");
    let logged = &all[2];
    let (person, code) = (logged["party"]["id"].as_str().expect("a party"), &logged["code"]["id"]);
    let began = logged["started_at"].as_str().expect("a time");
    for (query, expected) in [
        ("type=abandoned".to_owned(), 1),
        ("type=abandoned,inbound".to_owned(), 3),
        ("direction=outbound".to_owned(), 0),
        ("outcome=logged,open".to_owned(), 2),
        (format!("code={}", code.as_str().expect("a code")), 1),
        ("agent=1001".to_owned(), 2),
        (format!("party={person}"), 2),
        (format!("party={person}&outcome=logged"), 1),
        ("number=600%20111%20222".to_owned(), 2),
        ("number=%2B34600333444".to_owned(), 1),
        ("number=1222".to_owned(), 2),
        ("matched=false".to_owned(), 1),
        ("possible=true".to_owned(), 0),
        ("notes=senal%20pregun".to_owned(), 1),
        ("notes=nada".to_owned(), 0),
        (format!("from={began}"), 3),
        (format!("until={began}"), 0),
        ("talk_max_s=0".to_owned(), 1),
        (format!("code={},{person}", code.as_str().expect("a code")), 1),
        ("coded=false".to_owned(), 2),
        ("party_name=olg".to_owned(), 2),
        ("party_name=ruiz%20olga&coded=true".to_owned(), 1),
        ("party_name=nadie".to_owned(), 0),
        ("acw_min_s=0".to_owned(), 1),
        ("acw_min_s=3600".to_owned(), 0),
        ("hold_max_s=0".to_owned(), 3),
        ("wait_min_s=3600".to_owned(), 0),
        ("reason=test".to_owned(), 0),
        ("settled_by=one_match".to_owned(), 2),
        ("settled_by=created,late".to_owned(), 0),
        (format!("logged_from={}", logged["logged_at"].as_str().expect("a time")), 1),
        (format!("logged_until={}", logged["logged_at"].as_str().expect("a time")), 0),
        ("handed_over=false".to_owned(), 3),
        ("corrected=true".to_owned(), 0),
        ("crm=never".to_owned(), 3),
        ("crm=waiting,refused".to_owned(), 0),
        (format!("case={person}"), 0),
    ] {
        assert_eq!(count(&world, &sam, &query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn an_agent_sees_their_own_calls_and_nobody_elses() {
    let world = with_calls().await;
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    assert_eq!(count(&world, &ana, "").await, 2, "those of 1001");
    assert_eq!(count(&world, &ana, "agent=1001&outcome=logged").await, 1);
    assert_eq!(count(&world, &ben, "notes=senal").await, 0);
    assert_eq!(world.ask(&ben, "GET", "/activities?agent=1001", None).await.is(403).code(), "forbidden");
    let root = world.sign_in(HERE, "root").await;
    assert_eq!(count(&world, &root, "").await, 3);
    let elsewhere = world.sign_in(THERE, "sam").await;
    assert_eq!(count(&world, &elsewhere, "").await, 0);
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_refused_by_its_name() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let many_words = (0..9).map(|n| format!("w{n}")).collect::<Vec<_>>().join("%20");
    for (query, field, reason) in [
        ("colour=red".to_owned(), "colour", "unknown"),
        ("type=inbound&type=missed".to_owned(), "type", "unknown"),
        ("type=inbund".to_owned(), "type", "unknown"),
        ("type=".to_owned(), "type", "unknown"),
        ("direction=up".to_owned(), "direction", "unknown"),
        ("outcome=logged,".to_owned(), "outcome", "unknown"),
        ("code=7".to_owned(), "code", "unknown"),
        ("party=olga".to_owned(), "party", "unknown"),
        ("from=yesterday".to_owned(), "from", "unknown"),
        ("from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z".to_owned(), "until", "unknown"),
        ("talk_min_s=-1".to_owned(), "talk_min_s", "unknown"),
        ("talk_min_s=9&talk_max_s=8".to_owned(), "talk_max_s", "unknown"),
        ("hold_min_s=9&hold_max_s=8".to_owned(), "hold_max_s", "unknown"),
        ("recording=yes".to_owned(), "recording", "unknown"),
        ("crm=gone".to_owned(), "crm", "unknown"),
        ("hung_up_by=me".to_owned(), "hung_up_by", "unknown"),
        ("settled_by=me".to_owned(), "settled_by", "unknown"),
        (
            "logged_from=2026-01-02T00:00:00Z&logged_until=2026-01-01T00:00:00Z".to_owned(),
            "logged_until",
            "unknown",
        ),
        ("reason=,".to_owned(), "reason", "unknown"),
        ("party_name=%20".to_owned(), "party_name", "empty"),
        ("number=123".to_owned(), "number", "too_short"),
        (format!("number={}", "1".repeat(21)), "number", "too_long"),
        ("notes=%20".to_owned(), "notes", "empty"),
        (format!("notes={many_words}"), "notes", "too_long"),
        ("agent=".to_owned(), "agent", "empty"),
        (format!("did={}", "1".repeat(101)), "did", "too_long"),
        ("after=7".to_owned(), "after", "unknown"),
    ] {
        let refused = world.ask(&sam, "GET", &format!("/activities?{query}"), None).await.is(422);
        assert_eq!(refused.code(), "invalid", "{query}");
        let error = &refused.body["error"];
        assert_eq!(
            (error["field"].as_str(), error["detail"]["reason"].as_str()),
            (Some(field), Some(reason)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_go_back_without_a_gap() {
    let world = World::new().await;
    for _ in 0..27 {
        world.play(HERE, Scenario::AbandonedRinging, CALLER).await;
    }
    let sam = world.sign_in(HERE, "sam").await;
    let lines = listed(&world, &sam, "").await;
    let began: Vec<&str> = lines.iter().filter_map(|line| line["started_at"].as_str()).collect();
    assert_eq!(began.len(), 27);
    assert!(began.is_sorted_by(|later, earlier| later > earlier), "{began:?}");
}

#[tokio::test]
async fn the_list_says_how_long_it_was_summed_up_why_not_and_whose_it_is_and_so_does_its_file() {
    let world = with_calls().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let wrapup = world.owed(&ana).await.remove(0);
    world.clock.advance(12);
    let body = json!({ "revision": 0, "reason": "wrong_number" });
    world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    let all = listed(&world, &sam, "").await;
    let outcomes: Vec<&str> = all.iter().filter_map(|line| line["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["not_logged", "no_wrapup", "logged"]);
    assert_eq!(all[0]["reason"]["id"], "wrong_number");
    assert!(all[0]["acw_ms"].as_i64().is_some_and(|ms| ms >= 12_000), "{}", all[0]);
    assert_eq!((&all[1]["acw_ms"], &all[1]["reason"]), (&Value::Null, &Value::Null));
    assert_eq!(all[2]["settled_by"], "one_match");
    assert!(all.iter().all(|line| line["crm"].is_null()), "there is none");
    let file = lines(&world, &sam, "/activities.csv").await;
    for (line, row) in all.iter().zip(&file) {
        assert_eq!(line["acw_ms"].as_i64().map(|ms| ms.to_string()).unwrap_or_default(), cell(row, "acw_ms"));
        assert_eq!(line["settled_by"].as_str().unwrap_or_default(), cell(row, "settled_by"));
        assert_eq!(line["reason"]["en"].as_str().unwrap_or_default(), cell(row, "reason_en"));
    }
}
