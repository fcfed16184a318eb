//! Counts of calls (P15): the same from rollups as from the calls, by every period, for whoever may ask.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::worker::rollups::count_all;

/// Asks with a zone of the tenant's own, which rollups are of, and with another that tells the same time.
async fn counts(world: &World, who: &Someone, query: &str) -> Value {
    world.ask(who, "GET", &format!("/reports/calls?{query}"), None).await.is(200).body["calls"].clone()
}

async fn some_calls(world: &World) -> String {
    let ana = world.sign_in(HERE, "ana").await;
    let mut started = String::new();
    for notes in ["one", "two"] {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await.remove(0);
        let body = entry(0, &first_code(&wrapup), notes);
        let logged = world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200).body;
        started = logged["activity"]["started_at"].as_str().expect("a time")[..10].to_owned();
    }
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = json!({ "revision": 0, "reason": null });
    world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    world.play(HERE, Scenario::ClickToDialNotPickedUp, CALLER).await;
    started
}

#[tokio::test]
async fn p15_calls_are_counted_by_what_was_logged_type_group_and_agent() {
    let world = World::new().await;
    let day = some_calls(&world).await;
    let sam = world.sign_in(HERE, "sam").await;
    let days = format!("from={day}&until={day}");
    let counted = counts(&world, &sam, &days).await;
    let kinds: Vec<&Value> =
        counted["columns"].as_array().expect("columns").iter().map(|column| &column["kind"]).collect();
    assert_eq!(kinds, vec!["code", "not_logged", "no_wrapup"]);
    assert_eq!((&counted["whole"]["total"], &counted["whole"]["counts"]), (&json!(4), &json!([2, 1, 1])));
    assert_eq!(counted["whole"]["kinds"], json!({ "inbound": 3, "abandoned": 1 }));
    assert_eq!(counted["periods"][0]["from"], *day);
    assert_eq!(counted["whole"]["times"]["talk"]["calls"], 3);
    assert_eq!(counted["whole"]["times"]["wait_lost"]["calls"], 1);
    let of_hours = counted["hours"].as_array().expect("days of a week");
    let sum: i64 =
        of_hours.iter().flat_map(|day| day.as_array().expect("hours")).filter_map(Value::as_i64).sum();
    assert_eq!((of_hours.len(), sum), (7, 4));
    let by_agent = counts(&world, &sam, &format!("{days}&by=agent")).await;
    let names: Vec<&Value> =
        by_agent["segments"].as_array().expect("agents").iter().map(|agent| &agent["name"]).collect();
    assert_eq!(names, vec![&json!("ANA"), &Value::Null]);
    let none = counts(&world, &sam, &format!("{days}&kinds=outbound,missed")).await;
    assert_eq!((&none["whole"]["total"], &none["columns"]), (&json!(0), &json!([])));
    let of_nobody = counts(&world, &sam, &format!("{days}&agent=nobody")).await;
    assert_eq!(of_nobody["whole"]["total"], 0);
}

#[tokio::test]
async fn rollups_and_the_calls_themselves_say_the_same() {
    let world = World::new().await;
    let day = some_calls(&world).await;
    let sam = world.sign_in(HERE, "sam").await;
    count_all(&world.app, world.tenant(HERE)).await.expect("all is counted");
    let month = format!("from={}-01&until={day}", &day[..7]);
    for asked in
        ["per=day", "per=week&by=ring_group", "per=month&by=agent", "per=year&kinds=inbound", "per=quarter"]
    {
        let from_rollups = counts(&world, &sam, &format!("{month}&{asked}")).await;
        assert_eq!(from_rollups["counted_from"], "rollups", "{asked}");
        // Told by the same clock under another name: no rollup is of that.
        let mut from_calls = counts(&world, &sam, &format!("{month}&{asked}&zone=Africa/Ceuta")).await;
        assert_eq!(from_calls["counted_from"], "calls_meanwhile", "{asked}");
        for field in ["zone", "counted_from"] {
            from_calls[field] = from_rollups[field].clone();
        }
        assert_eq!(from_calls, from_rollups, "{asked}");
    }
    let days = format!("from={day}&until={day}");
    let groups = counts(&world, &sam, &format!("{days}&by=ring_group")).await;
    let of_group =
        groups["segments"].as_array().expect("ring groups").iter().find_map(|group| group["key"].as_str());
    let of_group = format!("ring_group={}&by=agent", of_group.expect("a ring group"));
    for (asked, from) in [
        ("per=hour", "calls_by_hour"),
        ("column=not_logged", "calls_of_column"),
        ("with=notes", "calls_of_traits"),
        (&of_group, "calls_of_agents_by_day"),
    ] {
        assert_eq!(counts(&world, &sam, &format!("{days}&{asked}")).await["counted_from"], from);
    }
    let noted = counts(&world, &sam, &format!("from={day}&until={day}&with=notes,party")).await;
    assert_eq!(noted["whole"]["counts"], json!([2]));
}

#[tokio::test]
async fn counts_are_for_supervisors_of_the_tenant_and_of_days_that_exist() {
    let world = World::new().await;
    let day = some_calls(&world).await;
    let days = format!("from={day}&until={day}");
    let ana = world.sign_in(HERE, "ana").await;
    world.ask(&ana, "GET", &format!("/reports/calls?{days}"), None).await.is(403);
    let tess = world.sign_in(THERE, "sam").await;
    assert_eq!(counts(&world, &tess, &days).await["whole"]["total"], 0);
    let sam = world.sign_in(HERE, "sam").await;
    for bad in [
        "from=2026-11-01".to_owned(),
        "from=2026-11-02&until=2026-11-01".to_owned(),
        "from=2020-01-01&until=2026-11-01".to_owned(),
        "from=2026-10-01&until=2026-11-01&per=hour".to_owned(),
        "from=2010-01-01&until=2026-11-01&per=year".to_owned(),
        format!("{days}&per=century"),
        format!("{days}&by=code"),
        format!("{days}&kinds=inbound,none"),
        format!("{days}&with=luck"),
        format!("{days}&zone=Europe/Madird"),
        format!("{days}&column=logged"),
    ] {
        world.ask(&sam, "GET", &format!("/reports/calls?{bad}"), None).await.is(422);
    }
}
