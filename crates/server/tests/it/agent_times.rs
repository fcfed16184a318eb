//! How long agents were in each state: summed up from the stored history, by days, and nobody else's.

use crate::world::{HERE, Someone, THERE, World};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use domain::commit::{AgentStateEntry, Change, Commit};
use domain::duty::AgentState;
use domain::id::{AgentKey, At};
use serde_json::{Value, json};

/// The day on which the world's clock stands, and the one before; it is 02:13:20 UTC.
const TODAY: &str = "from=2026-11-23&until=2026-11-23&zone=UTC";
const YESTERDAY: &str = "from=2026-11-22&until=2026-11-22&zone=UTC";
/// Largest file a test reads, in bytes.
const MAX_FILE: usize = 1024 * 1024;

/// Stores that the agent did this since so many seconds ago.
async fn did(world: &World, host: &str, agent: &str, entries: &[(AgentState, Option<&str>, i64)]) {
    let now = world.app.around.now();
    for (state, reason, ago) in entries {
        let entry = AgentStateEntry {
            agent: AgentKey(agent.to_owned()),
            state: *state,
            reason: reason.map(str::to_owned),
            since: At(now.0 - ago * 1_000_000),
        };
        let changes = vec![Change::AgentState(Box::new(entry))];
        world.app.store.commit(Commit::of(world.tenant(host).id, changes)).await.expect("an entry");
    }
}

async fn times(world: &World, who: &Someone, query: &str) -> Value {
    world.ask(who, "GET", &format!("/reports/agents?{query}"), None).await.is(200).body["report"].clone()
}

fn seconds(agent: &Value) -> [i64; 5] {
    ["available_ms", "ringing_ms", "on_call_ms", "after_call_work_ms", "away_ms"]
        .map(|name| agent[name].as_i64().expect("milliseconds") / 1000)
}

#[tokio::test]
async fn the_time_in_each_state_is_summed_up_by_day_and_what_an_agent_does_now_is_told() {
    use AgentState::{AfterCallWork, Available, Away, OnCall, Ringing};
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    did(
        &world,
        HERE,
        "1001",
        &[
            (Available, None, 3 * 3600),
            (Ringing, None, 1810),
            (OnCall, None, 1800),
            (AfterCallWork, None, 1200),
            (Away, Some("Break"), 600),
        ],
    )
    .await;
    did(&world, THERE, "1002", &[(OnCall, None, 500)]).await;
    let today = times(&world, &sam, TODAY).await;
    let [ana, ben] = today["agents"].as_array().expect("agents").as_slice() else {
        panic!("every agent is listed: {today}")
    };
    // The day began 8,000 s ago.
    assert_eq!((&ana["agent_name"], seconds(ana)), (&json!("ANA"), [8000 - 1810, 10, 600, 600, 600]));
    assert_eq!(ana["away"], json!([{ "reason": "Break", "ms": 600_000 }]));
    assert_eq!(
        ana["now"],
        json!({ "state": "away", "reason": "Break", "since": "2026-11-23T02:03:20.000000Z" })
    );
    assert_eq!((seconds(ben), &ben["now"]), ([0; 5], &Value::Null), "nothing is known of them here");
    assert_eq!(today["as_of"], "2026-11-23T02:13:20.000000Z");

    let yesterday = times(&world, &sam, YESTERDAY).await;
    assert_eq!(seconds(&yesterday["agents"][0]), [3 * 3600 - 8000, 0, 0, 0, 0]);
    assert_eq!(yesterday["agents"][0]["now"], Value::Null, "that day is over");
    let tomorrow = times(&world, &sam, "from=2026-11-24&until=2026-11-24&zone=UTC").await;
    assert_eq!(seconds(&tomorrow["agents"][0]), [0; 5]);
    let one = times(&world, &sam, &format!("{TODAY}&agent=1002")).await;
    assert_eq!(one["agents"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_history_of_many_pages_is_summed_up_whole() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let entries: Vec<_> = (0..500)
        .map(|n| {
            if n % 2 == 0 {
                (AgentState::Available, None, 1000 - n)
            } else {
                (AgentState::OnCall, None, 1000 - n)
            }
        })
        .collect();
    did(&world, HERE, "1001", &entries).await;
    let today = times(&world, &sam, TODAY).await;
    assert_eq!(seconds(&today["agents"][0]), [250, 0, 250 + 500, 0, 0]);
}

#[tokio::test]
async fn times_of_agents_are_supervisors_and_a_file_has_a_line_an_agent() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    did(&world, HERE, "1001", &[(AgentState::OnCall, None, 90)]).await;
    for path in ["/reports/agents", "/reports/agents.csv"] {
        world.ask(&ana, "GET", &format!("{path}?{TODAY}"), None).await.is(403);
        for (query, field, reason) in [
            ("until=2026-11-23", "from", "empty"),
            ("from=2026-11-23&until=2026-11-22", "until", "unknown"),
            ("from=2026-10-01&until=2026-11-01", "until", "too_long"),
            ("from=2026-11-23&until=2026-11-23&zone=Madrid", "zone", "unknown"),
            ("from=2026-11-23&until=2026-11-23&ring_group=x", "ring_group", "unknown"),
        ] {
            let refused = world.ask(&sam, "GET", &format!("{path}?{query}"), None).await.is(422);
            let error = &refused.body["error"];
            let said = (error["field"].as_str(), error["detail"]["reason"].as_str());
            assert_eq!(said, (Some(field), Some(reason)), "{query}");
        }
    }
    times(&world, &sam, "from=2026-10-01&until=2026-10-31").await;
    let request = Request::builder()
        .uri(format!("/api/v1/reports/agents.csv?{TODAY}&lang=en"))
        .header(header::HOST, sam.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", sam.token));
    let answer = world.answer(request.body(Body::empty()).expect("a request")).await;
    let named = answer.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").to_owned();
    assert_eq!(named, "attachment; filename=\"bitacora-agents-2026-11-23-2026-11-23.csv\"");
    let bytes = to_bytes(answer.into_body(), MAX_FILE).await.expect("a body");
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines,
        [
            "Agent,Agent name,Seconds available,Seconds ringing,Seconds on calls,Seconds in After Call Work,Seconds away",
            "1001,ANA,0,0,90,0,0",
            "1002,BEN,0,0,0,0,0",
        ]
    );
}
