//! The ledger as it is read, and what a call leaves behind that was made from a file.

use super::{DAYS, compared, counts, make, missing, recorded, says, world_of};
use crate::world::HERE;
use serde_json::{Value, json};

#[tokio::test]
async fn each_call_is_counted_on_its_day_where_it_stands() {
    let world = world_of(&["pbx".to_owned()]).await;
    let sam = world.sign_in(HERE, "sam").await;
    for session in ["s01_answered", "s05_abandoned_ringing", "s11b_click_to_dial_agent_noanswer"] {
        says(&world, "pbx", recorded(session, "ami.raw").as_bytes()).await;
        world.clock.advance(30);
    }
    let answer = world.ask(&sam, "GET", &format!("/completeness?{DAYS}"), None).await.is(200).body;
    let ledger = &answer["completeness"];
    let all = &ledger["counts"];
    assert_eq!((&all["known"], &all["accounted"], &all["share"]), (&json!(3), &json!(3), &json!(1.0)));
    assert_eq!((&all["outcomes"]["open"], &all["outcomes"]["no_wrapup"]), (&json!(1), &json!(1)));
    assert_eq!((&all["reasons"]["agent_did_not_pick_up"], &all["gaps"]), (&json!(1), &json!(0)));
    assert_eq!(&ledger["days"][0]["counts"], all);
    // Where the day ends half an hour before they began there are none.
    let path = "/completeness?from=2026-11-22&until=2026-11-22&zone=Pacific/Kiritimati";
    let elsewhere = world.ask(&sam, "GET", path, None).await.is(200).body;
    assert_eq!(elsewhere["completeness"]["counts"]["share"], Value::Null);
    // They were read the day after.
    let path = "/completeness?from=2026-11-23&until=2026-11-23&zone=UTC";
    let read = world.ask(&sam, "GET", path, None).await.is(200).body;
    let deaf = read["completeness"]["deaf"].as_array().expect("spans").clone();
    assert_eq!(deaf.len(), 2, "between three connections: {deaf:?}");
    for wrong in ["from=2026-11-22", "from=2026-11-22&until=2026-11-21", "from=2020-01-01&until=2026-11-22"] {
        world.ask(&sam, "GET", &format!("/completeness?{wrong}"), None).await.is(422);
    }
}

#[tokio::test]
async fn a_gap_is_told_and_named() {
    let world = world_of(&["pbx".to_owned()]).await;
    let sam = world.sign_in(HERE, "sam").await;
    says(&world, "pbx", recorded("s05_abandoned_ringing", "ami.raw").as_bytes()).await;
    let tenant = world.tenant(HERE).id;
    let key = world.app.store.ring_groups(tenant).await.expect("read");
    assert_eq!(key, ["support"]);
    // A call whose Activity was lost, which no rule of ours ever does.
    let stored = missing_activity(&world).await;
    let answer = world.ask(&sam, "GET", &format!("/completeness?{DAYS}"), None).await.is(200).body;
    let ledger = &answer["completeness"];
    assert_eq!((&ledger["counts"]["gaps"], &ledger["counts"]["known"]), (&json!(1), &json!(2)), "{ledger}");
    assert_eq!(ledger["gaps"][0]["call"]["id"], json!(stored));
    assert_eq!(ledger["counts"]["share"], 0.5);
    // What it lacks it is given, by the rules that all calls follow.
    let body = json!({ "calls": [stored, "01930000-0000-8000-8000-000100000001"] });
    let ana = world.sign_in(HERE, "ana").await;
    world.ask(&ana, "POST", "/completeness/gaps/mend", Some(body.clone())).await.is(403);
    let mended = world.ask(&sam, "POST", "/completeness/gaps/mend", Some(body.clone())).await.is(200).body;
    let became: Vec<_> =
        mended["calls"].as_array().expect("calls").iter().map(|one| &one["became"]).collect();
    assert_eq!(became, ["mended", "unknown"]);
    let answer = world.ask(&sam, "GET", &format!("/completeness?{DAYS}"), None).await.is(200).body;
    let counts = &answer["completeness"]["counts"];
    assert_eq!((&counts["gaps"], &counts["outcomes"]["no_wrapup"]), (&json!(0), &json!(2)));
    world.ask(&sam, "GET", &format!("/activities/{stored}"), None).await.is(200);
    let again = world.ask(&sam, "POST", "/completeness/gaps/mend", Some(body)).await.is(200).body;
    assert_eq!(again["calls"][0]["became"], "no_gap");
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE action = 'gap_mended'"), 1);
    world.ask(&sam, "POST", "/completeness/gaps/mend", Some(json!({ "calls": [] }))).await.is(422);
}

/// A call that is over, without anything else.
async fn missing_activity(world: &crate::world::World) -> uuid::Uuid {
    use domain::commit::{Change, Commit};
    let tenant = world.tenant(HERE).id;
    let calls =
        world.app.store.calls_began(tenant, "pbx", (domain::id::At(0), None), domain::id::At(i64::MAX), 9);
    let known = calls.await.expect("read").first().expect("a call").key;
    let call = world.app.store.call(tenant, known).await.expect("read").expect("a call");
    let key = domain::id::CallKey(uuid::Uuid::from_u128(7));
    let other = domain::call::CallRecord { key, engagements: vec![], ..call };
    let changes = vec![Change::Call(Box::new(other))];
    world.app.store.commit(Commit::of(tenant, changes)).await.expect("written");
    key.0
}

#[tokio::test]
async fn a_call_of_a_file_is_on_its_record_in_the_inbox_and_in_the_change_log_and_pops_up_nowhere() {
    let world = world_of(&["pbx".to_owned()]).await;
    let (sam, ana) = (world.sign_in(HERE, "sam").await, world.sign_in(HERE, "ana").await);
    let body = json!({ "kind": "contact", "name": "Ana Customer", "phones": [{ "field": "phone", "raw": "5550100" }] });
    world.ask(&sam, "POST", "/people", Some(body)).await.is(201);
    compared(&world, &sam, "pbx", "cdr", recorded("s01_answered", "cdr.csv")).await;
    compared(&world, &sam, "pbx", "queue_log", recorded("s01_answered", "queue_log")).await;
    let open = missing(&world, &sam, "pbx").await;
    assert_eq!((&open[0]["agents"], &open[0]["cdr_lines"]), (&json!(["ANA"]), &json!([1])));
    assert_eq!((&open[0]["call"]["wait_ms"], &open[0]["call"]["talk_ms"]), (&json!(2_000), &json!(3_000)));
    make(&world, &sam, &open).await;
    let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200).body;
    assert_eq!(panel["agent"]["state"], "available", "nothing is asked of the agent now: {panel}");
    let states: Vec<_> = world.owed(&ana).await.iter().map(|wrapup| wrapup["state"].clone()).collect();
    assert_eq!(states, [json!("undispositioned")], "it is what nobody summed up in time");
    let id = open[0]["call"]["id"].as_str().expect("an id");
    let activity =
        world.ask(&sam, "GET", &format!("/activities/{id}"), None).await.is(200).body["activity"].clone();
    assert_eq!(activity["outcome"], "undispositioned", "{activity}");
    let why = activity["explanation"].to_string();
    assert!(why.contains("source.from_file") && why.contains("SAM"), "{why}");
    let inbox = world.ask(&ana, "GET", "/wrapups", None).await.is(200).body;
    assert_eq!(inbox["counts"]["undispositioned"], 1, "{inbox}");
    let log = world.ask(&world.sign_in(HERE, "root").await, "GET", "/audit", None).await.is(200).body;
    let entry = &log["entries"][0];
    assert_eq!((&entry["action"], &entry["subject"]["id"]), (&json!("created"), &json!(id)), "{entry}");
    let counts = counts(&world, &sam, "pbx").await;
    assert_eq!((&counts["from_file"], &counts["outcomes"]["undispositioned"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn all_missing_calls_of_some_days_are_made_at_once() {
    let world = world_of(&["pbx".to_owned()]).await;
    let sam = world.sign_in(HERE, "sam").await;
    compared(&world, &sam, "pbx", "cdr", recorded("s24b_pause_race_latency", "cdr.csv")).await;
    let body = json!({ "days": { "from": "2026-11-22", "until": "2026-11-22", "zone": "UTC" } });
    let made = world.ask(&sam, "POST", "/completeness/missing/make", Some(body.clone())).await.is(200).body;
    assert_eq!((made["calls"].as_array().map(Vec::len), &made["more"]), (Some(8), &json!(false)));
    let again = world.ask(&sam, "POST", "/completeness/missing/make", Some(body)).await.is(200).body;
    assert_eq!(again["calls"], json!([]));
    for wrong in
        [json!({}), json!({ "calls": [] }), json!({ "days": { "from": "x", "until": "2026-11-22" } })]
    {
        world.ask(&sam, "POST", "/completeness/missing/make", Some(wrong)).await.is(422);
    }
}
