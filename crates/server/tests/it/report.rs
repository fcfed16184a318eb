//! The report of calls by disposition (P15): what counts where, days of 23 and 25 hours, and the file.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState, CallType, Direction};
use domain::commit::{Change, Commit};
use domain::id::{At, CallKey};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use uuid::Uuid;

/// Largest file a test reads, in bytes.
const MAX_FILE: usize = 1024 * 1024;

async fn report(world: &World, who: &Someone, query: &str) -> Value {
    world.ask(who, "GET", &format!("/reports/dispositions?{query}"), None).await.is(200).body["report"]
        .clone()
}

/// A file as text, with its headers.
async fn file(world: &World, who: &Someone, query: &str) -> (String, String, String) {
    let request = Request::builder()
        .uri(format!("/api/v1/reports/dispositions.csv?{query}"))
        .header(header::HOST, who.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token));
    let answer = world.answer(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status().as_u16(), 200);
    let header = |name| answer.headers()[name].to_str().expect("text").to_owned();
    let (kind, disposition) = (header(header::CONTENT_TYPE), header(header::CONTENT_DISPOSITION));
    let bytes = to_bytes(answer.into_body(), MAX_FILE).await.expect("a body");
    (String::from_utf8(bytes.to_vec()).expect("UTF-8"), kind, disposition)
}

/// Calls that nobody answered, begun at these times.
async fn missed_at(world: &World, host: &str, times: &[&str], ring_group: &str) {
    let mut changes = Vec::new();
    for time in times {
        let at = At(time.parse::<jiff::Timestamp>().expect("a time").as_microsecond());
        let key =
            CallKey(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{host} {time} {ring_group}").as_bytes()));
        changes.push(Change::Call(Box::new(CallRecord {
            key,
            source: "pbx".to_owned(),
            state: CallState::Ended,
            kind: Some(CallType::Missed),
            direction: Direction::Inbound,
            from: Some(CALLER.to_owned()),
            to: None,
            did: None,
            ring_group: Some(ring_group.to_owned()),
            started_at: at,
            answered_at: None,
            ended_at: Some(at),
            waiting_since: None,
            wait_ms: None,
            talk_ms: 0,
            hold_ms: 0,
            recording: None,
            voicemail: None,
            hung_up_by: None,
            no_activity: None,
            inferred: false,
            explanation: Vec::new(),
            engagements: Vec::new(),
        })));
        let activity =
            Activity { outcome: Outcome::NoWrapup, archived: true, ..Activity::open(key, Vec::new()) };
        changes.push(Change::Activity(Box::new(activity)));
    }
    world.app.store.commit(Commit::of(world.tenant(host).id, changes)).await.expect("calls");
}

fn totals(report: &Value) -> Vec<(&str, u64)> {
    let days = report["days"].as_array().into_iter().flatten();
    days.map(|day| (day["day"].as_str().expect("a day"), day["total"].as_u64().expect("a total"))).collect()
}

#[tokio::test]
async fn p15_calls_are_counted_by_what_was_logged_on_their_day_group_and_agent() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let mut logged = None;
    for notes in ["one", "two"] {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await.remove(0);
        let body = entry(0, &first_code(&wrapup), notes);
        logged = Some(world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200).body);
    }
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = json!({ "revision": 0, "reason": null });
    world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    world.play(HERE, Scenario::ClickToDialNotPickedUp, CALLER).await;
    let logged = logged.expect("a call");
    let day = &logged["activity"]["started_at"].as_str().expect("a time")[..10];
    let sam = world.sign_in(HERE, "sam").await;
    let counted = report(&world, &sam, &format!("from={day}&until={day}&zone=UTC")).await;
    let code = &logged["activity"]["code"];
    let columns = json!([
        { "kind": "code", "id": code["id"], "label": code["label"], "retired": false },
        { "kind": "not_logged" },
        { "kind": "no_wrapup" },
    ]);
    assert_eq!(counted["columns"], columns);
    assert_eq!(counted["days"], json!([{ "day": day, "counts": [2, 1, 1], "total": 4 }]));
    assert_eq!(counted["total"], 4);
    let group = &counted["ring_groups"][0];
    assert_eq!((&group["counts"], &group["talk_ms"]), (&json!([2, 1, 1]), &counted["talk_ms"]));
    let agents = counted["agents"].as_array().expect("agents");
    let agent = |n: usize| (agents[n]["agent_name"].as_str(), agents[n]["counts"].clone());
    assert_eq!(agent(0), (Some("ANA"), json!([2, 1, 0])));
    assert_eq!((agent(1), agents.len()), ((None, json!([0, 0, 1])), 2));
    let hers = report(&world, &sam, &format!("from={day}&until={day}&zone=UTC&agent=1001")).await;
    assert_eq!(hers["total"], 3);
    let none = report(&world, &sam, &format!("from={day}&until={day}&zone=UTC&direction=outbound")).await;
    assert_eq!((&none["total"], &none["columns"]), (&json!(0), &json!([])));
    // A code that is renamed and retired is called as it is today.
    let root = world.sign_in(HERE, "root").await;
    let change =
        json!({ "version": 1, "label": { "es": "Nombre nuevo", "en": "New name" }, "retired": true });
    let path = format!("/codes/{}", code["id"].as_str().expect("an id"));
    world.ask(&root, "PATCH", &path, Some(change)).await.is(200);
    let again = report(&world, &sam, &format!("from={day}&until={day}&zone=UTC")).await;
    assert_eq!(
        (&again["columns"][0]["label"]["es"], &again["columns"][0]["retired"]),
        (&json!("Nombre nuevo"), &json!(true))
    );
    // The file says the same.
    let (text, kind, disposition) =
        file(&world, &sam, &format!("from={day}&until={day}&zone=UTC&lang=en")).await;
    assert_eq!(kind, "text/csv; charset=utf-8");
    assert_eq!(disposition, format!("attachment; filename=\"bitacora-dispositions-{day}-{day}.csv\""));
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}Day,Ring group,Agent,Agent name,Code,Calls,Seconds of talk");
    assert_eq!((lines.len(), lines[lines.len() - 1]), (5, ""));
    assert!(text.contains(",1001,ANA,New name,2,") && text.contains(",,,No wrap-up,1,"), "{text}");
}

#[tokio::test]
async fn p15_days_are_those_of_the_zone_also_where_the_clocks_change() {
    let world = World::new().await;
    // In Madrid 29 March has 23 hours and 25 October has 25.
    let spring =
        ["2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"];
    let autumn =
        ["2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"];
    missed_at(&world, HERE, &spring, "Ventas").await;
    missed_at(&world, HERE, &autumn, "Ventas").await;
    let sam = world.sign_in(HERE, "sam").await;
    for (query, zone, expected) in [
        (
            "from=2026-03-28&until=2026-03-30",
            "Europe/Madrid",
            [("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1)],
        ),
        (
            "from=2026-10-24&until=2026-10-26",
            "Europe/Madrid",
            [("2026-10-24", 1), ("2026-10-25", 2), ("2026-10-26", 1)],
        ),
        (
            "from=2026-03-28&until=2026-03-30&zone=UTC",
            "UTC",
            [("2026-03-28", 2), ("2026-03-29", 2), ("2026-03-30", 0)],
        ),
        (
            "from=2026-10-23&until=2026-10-25&zone=America/Mexico_City",
            "America/Mexico_City",
            [("2026-10-23", 0), ("2026-10-24", 2), ("2026-10-25", 2)],
        ),
    ] {
        let counted = report(&world, &sam, query).await;
        assert_eq!(totals(&counted), expected, "{query}");
        assert_eq!(counted["zone"], zone);
    }
    let (text, ..) = file(&world, &sam, "from=2026-10-25&until=2026-10-25").await;
    assert_eq!(text.lines().nth(1), Some("2026-10-25,Ventas,,,Sin resumen,2,0"));
    assert_eq!(text.lines().count(), 2);
    // In a file a ring group is called as the settings say.
    let root = world.sign_in(HERE, "root").await;
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["ring_groups"] = serde_json::json!([{ "key": "Ventas", "name": "Sales, north" }]);
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
    let (text, ..) = file(&world, &sam, "from=2026-10-25&until=2026-10-25").await;
    assert_eq!(text.lines().nth(1), Some("2026-10-25,\"Sales, north\",,,Sin resumen,2,0"));
}

#[tokio::test]
async fn days_without_calls_are_there_and_names_are_no_formulas() {
    let world = World::with(|tenant| tenant.time_zone = Some("Atlantic/Canary".to_owned())).await;
    missed_at(&world, HERE, &["2026-05-02T23:30:00Z"], "=cmd|' /C calc'!A0").await;
    let sam = world.sign_in(HERE, "sam").await;
    let counted = report(&world, &sam, "from=2026-05-01&until=2026-05-04").await;
    let expected = [("2026-05-01", 0), ("2026-05-02", 0), ("2026-05-03", 1), ("2026-05-04", 0)];
    assert_eq!((totals(&counted), counted["zone"].as_str()), (expected.to_vec(), Some("Atlantic/Canary")));
    let (text, ..) = file(&world, &sam, "from=2026-05-01&until=2026-05-04&lang=es").await;
    assert_eq!(text.lines().nth(1), Some("2026-05-03,'=cmd|' /C calc'!A0,,,Sin resumen,1,0"));
    let (empty, ..) = file(&world, &sam, "from=2025-05-01&until=2025-05-04").await;
    assert_eq!(empty.matches("\r\n").count(), 1, "the heading");
}

#[tokio::test]
async fn reports_are_supervisors_and_their_filters_are_read_strictly() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    missed_at(&world, THERE, &["2026-05-02T12:00:00Z"], "Ventas").await;
    assert_eq!(report(&world, &sam, "from=2026-05-01&until=2026-05-04").await["total"], 0);
    for path in ["/reports/dispositions", "/reports/dispositions.csv"] {
        world.ask(&ana, "GET", &format!("{path}?from=2026-05-01&until=2026-05-04"), None).await.is(403);
        for (query, field, reason) in [
            ("until=2026-05-04", "from", "empty"),
            ("from=2026-05-04", "until", "empty"),
            ("from=2026-05-04&until=2026-02-30", "until", "unknown"),
            ("from=2026-05-04T00:00:00&until=2026-05-04", "from", "unknown"),
            ("from=2026-05-04&until=2026-05-03", "until", "unknown"),
            ("from=2026-01-01&until=2027-02-05", "until", "too_long"),
            ("from=2026-05-01&until=2026-05-04&zone=Madrid", "zone", "unknown"),
            ("from=2026-05-01&until=2026-05-04&direction=up", "direction", "unknown"),
            ("from=2026-05-01&until=2026-05-04&group=x", "group", "unknown"),
        ] {
            let refused = world.ask(&sam, "GET", &format!("{path}?{query}"), None).await.is(422);
            let error = &refused.body["error"];
            let said = (error["field"].as_str(), error["detail"]["reason"].as_str());
            assert_eq!(said, (Some(field), Some(reason)), "{query}");
        }
    }
    world.ask(&sam, "GET", "/reports/dispositions?from=2026-01-01&until=2027-02-04", None).await.is(200);
    let lang = "/reports/dispositions.csv?from=2026-05-01&until=2026-05-04&lang=fr";
    world.ask(&sam, "GET", lang, None).await.is(422);
}
