//! How callers were served (P15): answered in time, lost, and whether they had to call again.

use crate::world::{CALLER, HERE, Someone, THERE, World};
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState, CallType, Direction};
use domain::commit::{Change, Commit};
use domain::id::{At, CallKey};
use serde_json::{Value, json};
use uuid::Uuid;

/// A call that came in: when, what became of it, whose number, and how many seconds it waited.
type Came<'t> = (&'t str, CallType, Option<&'t str>, i64);

async fn calls(world: &World, ring_group: &str, calls: &[Came<'_>]) {
    let mut changes = Vec::new();
    for (time, kind, from, wait_s) in calls {
        let at = At(time.parse::<jiff::Timestamp>().expect("a time").as_microsecond());
        let key = CallKey(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{time} {ring_group}").as_bytes()));
        let answered_at = (*kind == CallType::Inbound).then(|| at.plus_millis(wait_s * 1_000));
        changes.push(Change::Call(Box::new(CallRecord {
            key,
            source: "pbx".to_owned(),
            state: CallState::Ended,
            kind: Some(*kind),
            direction: Direction::Inbound,
            from: from.map(str::to_owned),
            to: None,
            did: None,
            ring_group: Some(ring_group.to_owned()),
            started_at: at,
            answered_at,
            ended_at: Some(at.plus_millis(wait_s * 1_000)),
            waiting_since: None,
            wait_ms: Some(wait_s * 1_000),
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
    world.app.store.commit(Commit::of(world.tenant(HERE).id, changes)).await.expect("calls");
}

async fn service(world: &World, who: &Someone, query: &str) -> Value {
    world.ask(who, "GET", &format!("/reports/service?{query}"), None).await.is(200).body["service"].clone()
}

#[tokio::test]
async fn p15_callers_are_counted_by_whether_they_were_answered_in_time_and_had_to_call_again() {
    use CallType::{Abandoned, Inbound, ShortAbandoned, Voicemail};
    let world = World::new().await;
    let (sam, root) = (world.sign_in(HERE, "sam").await, world.sign_in(HERE, "root").await);
    let other = Some("+34600999888");
    let sales = [
        ("2025-03-03T10:00:00Z", Inbound, Some(CALLER), 20),
        ("2025-03-03T10:10:00Z", ShortAbandoned, Some("+34600000001"), 2),
        ("2025-03-04T10:00:00Z", Inbound, other, 21),
        ("2025-03-05T10:00:00Z", Voicemail, None, 5),
        ("2025-03-05T11:00:00Z", Inbound, None, 1),
        // The days after a call go beyond those that are asked for.
        ("2025-03-09T10:00:00Z", Abandoned, Some(CALLER), 40),
    ];
    calls(&world, "Ventas", &sales).await;
    calls(&world, "Citas", &[("2025-03-06T10:00:00Z", Inbound, other, 9)]).await;
    let asked = "from=2025-03-03&until=2025-03-07&zone=UTC";
    let counted = service(&world, &sam, asked).await;
    let first = json!({ "settled": 2, "repeated": 1, "too_new": 0, "withheld": 1 });
    let whole = json!({
        "offered": 5, "answered": 4, "in_time": 3, "lost": 0, "voicemail": 1, "short_abandoned": 1,
        "first_call": first,
    });
    assert_eq!(counted["whole"], whole);
    assert_eq!((&counted["answer_within_s"], &counted["repeat_days"]), (&json!(20), &json!(7)));
    let group = |counted: &Value, nth: usize| {
        let group = &counted["ring_groups"][nth];
        (group["key"].clone(), group["answer_within_s"].clone(), group["in_time"].clone())
    };
    assert_eq!(group(&counted, 0), (json!("Ventas"), json!(20), json!(2)));
    assert_eq!(group(&counted, 1), (json!("Citas"), json!(20), json!(1)));
    assert_eq!(counted["periods"].as_array().expect("days").len(), 4);
    // A ring group may have a time of its own; whoever watches calls for fewer days finds fewer that come again.
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    centre["ring_groups"] = json!([{ "key": "Citas", "name": "Visits", "answer_within_s": 8 }]);
    centre["service"] = json!({ "answer_within_s": 21, "repeat_days": 5 });
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
    let again = service(&world, &sam, asked).await;
    assert_eq!(again["whole"]["in_time"], 3);
    assert_eq!(group(&again, 1), (json!("Citas"), json!(8), json!(0)));
    assert_eq!(again["whole"]["first_call"]["repeated"], 0);
    let sales = service(&world, &sam, &format!("{asked}&ring_group=Ventas&per=month")).await;
    assert_eq!((&sales["whole"]["in_time"], &sales["periods"][0]["from"]), (&json!(3), &json!("2025-03-03")));
    let nobody = service(&world, &sam, &format!("{asked}&ring_group=none")).await;
    assert_eq!(nobody["whole"]["offered"], 0);
    // Another tenant has none of these, and agents may not ask.
    let stranger = world.sign_in(THERE, "root").await;
    assert_eq!(service(&world, &stranger, asked).await["whole"]["offered"], 0);
    let ana = world.sign_in(HERE, "ana").await;
    world.ask(&ana, "GET", &format!("/reports/service?{asked}"), None).await.is(403);
    world.ask(&sam, "GET", &format!("/reports/service?{asked}&by=agent"), None).await.is(422);
}
