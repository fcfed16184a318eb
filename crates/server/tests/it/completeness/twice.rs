//! Calls of which two files tell in different words: each is one call, whichever file comes first and whenever it is made.

use super::{compared, make, missing, recorded, says, upload, world_of};
use crate::world::{HERE, World};
use domain::call::CallRecord;
use domain::commit::{Change, Commit};
use domain::id::{At, CallKey};
use serde_json::json;
use server::worker::imports::work;

/// A call detail record without ids: who called, by which channel, and when it began and ended.
fn record(from: &str, channel: &str, (began, ended): (&str, &str)) -> String {
    format!(
        "\"\",\"{from}\",\"600\",\"from-trunk\",\"\",\"PJSIP/trunk-{channel}\",\"\",\"Queue\",\"support,tT,,,20\",\
         \"{began}\",\"{began}\",\"{ended}\",60,60,\"NO ANSWER\",\"DOCUMENTATION\"\n"
    )
}

/// Lines of a caller who waited in a queue and gave up.
fn waited(from: &str, id: &str, (entered, left): (u64, u64)) -> String {
    format!("{entered}|{id}|support|NONE|ENTERQUEUE||{from}|1\n{left}|{id}|support|NONE|ABANDON|1|1|9\n")
}

/// 12:31:30 on 22 November 2026.
const BEGAN: u64 = 1_795_350_690;

/// A caller who heard a menu for a minute and a half before they were in the queue.
fn with_menu() -> [(&'static str, String); 2] {
    let cdr = record("5550100", "00000002", ("2026-11-22 12:31:30", "2026-11-22 12:35:00"));
    [("cdr", cdr), ("queue_log", waited("5550100", "pbx1-1795350690.3", (BEGAN + 90, BEGAN + 210)))]
}

fn calls(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM call WHERE source = 'pbx'")
}

#[tokio::test]
async fn a_caller_who_hears_a_menu_before_the_queue_is_one_call_whichever_file_is_made_first() {
    for order in [[0, 1], [1, 0]] {
        let world = world_of(&["pbx".to_owned()]).await;
        let sam = world.sign_in(HERE, "sam").await;
        let files = with_menu();
        for nth in order {
            let (kind, text) = &files[nth];
            let found = compared(&world, &sam, "pbx", kind, text.clone()).await;
            let open = missing(&world, &sam, "pbx").await;
            let first = nth == order[0];
            assert_eq!(open.len(), usize::from(first), "{kind} of {order:?}: {found}");
            if first {
                assert_eq!(make(&world, &sam, &open).await, ["made"]);
            } else {
                assert_eq!(
                    (&found["known"], &found["missing"]),
                    (&json!({ "time_and_customer": 1 }), &json!(0))
                );
            }
        }
        let all = "/completeness/missing?from=2026-11-22&until=2026-11-22&zone=UTC&open=false";
        let told = world.ask(&sam, "GET", all, None).await.is(200).body["calls"].clone();
        assert_eq!((&told[0]["cdr_lines"], &told[0]["queue_log_lines"]), (&json!([1]), &json!([1, 2])));
        for (kind, text) in files {
            let again = compared(&world, &sam, "pbx", kind, text).await;
            assert_eq!((&again["missing"], &again["only_ours"]), (&json!(0), &json!(0)), "{kind}: {again}");
        }
        assert_eq!(calls(&world), 1);
    }
}

#[tokio::test]
async fn callers_who_withhold_their_numbers_are_told_apart() {
    let world = world_of(&["pbx".to_owned()]).await;
    let sam = world.sign_in(HERE, "sam").await;
    let cdr = record("", "00000002", ("2026-11-22 12:31:30", "2026-11-22 12:35:00"))
        + &record("", "00000004", ("2026-11-22 12:32:00", "2026-11-22 12:36:00"))
        + &record("", "00000006", ("2026-11-22 12:50:00", "2026-11-22 12:55:00"));
    compared(&world, &sam, "pbx", "cdr", cdr).await;
    // Ten seconds of a menu each; and a third of whom no record tells.
    let log = waited("", "pbx1-1795350690.3", (BEGAN + 10, BEGAN + 210))
        + &waited("", "pbx1-1795350720.5", (BEGAN + 40, BEGAN + 270))
        + &waited("", "pbx1-1795350725.7", (BEGAN + 45, BEGAN + 100));
    compared(&world, &sam, "pbx", "queue_log", log.clone()).await;
    let lines = async || {
        let open = missing(&world, &sam, "pbx").await;
        let mut lines: Vec<String> =
            open.iter().map(|one| format!("{} {}", one["cdr_lines"], one["queue_log_lines"])).collect();
        lines.sort();
        lines
    };
    let each = ["[1] [1,2]", "[2] [3,4]", "[3] []", "[] [5,6]"];
    assert_eq!(lines().await, each);
    // The same with another comparison.
    compared(&world, &sam, "pbx", "queue_log", format!("{log}1795350999|NONE|NONE|NONE|RELOAD|\n")).await;
    assert_eq!(lines().await, each);
    // Two queues are two calls, too.
    let other = waited("", "pbx1-1795350730.9", (BEGAN + 1_120, BEGAN + 1_180)).replace("support", "sales");
    compared(&world, &sam, "pbx", "queue_log", other).await;
    assert_eq!(lines().await, ["[1] [1,2]", "[2] [3,4]", "[3] []", "[] [1,2]", "[] [5,6]"]);
}

#[tokio::test]
async fn a_call_of_the_hour_that_the_clock_shows_twice_is_known_in_either() {
    let world = world_of(&["pbx".to_owned()]).await;
    let sam = world.sign_in(HERE, "sam").await;
    says(&world, "pbx", recorded("s05_abandoned_ringing", "ami.raw").as_bytes()).await;
    // One more like it, while the clocks of Madrid showed half past two for the second time.
    let tenant = world.tenant(HERE).id;
    let all = world.app.store.calls_began(tenant, "pbx", (At(0), None), At(i64::MAX), 9).await.expect("read");
    let call = world.app.store.call(tenant, all[0].key).await.expect("read").expect("a call");
    let began = At(1_792_891_800_000_000);
    let call = CallRecord {
        key: CallKey(uuid::Uuid::from_u128(7)),
        started_at: began,
        ended_at: Some(began.plus_millis(60_000)),
        engagements: vec![],
        ..call
    };
    let changes = vec![Change::Call(Box::new(call))];
    world.app.store.commit(Commit::of(tenant, changes)).await.expect("written");
    let cdr = record("5550100", "0000000c", ("2026-10-25 02:30:00", "2026-10-25 02:31:00"))
        + &record("5550199", "0000000e", ("2026-10-25 03:30:00", "2026-10-25 03:31:00"));
    let path = "name=a&source=pbx&kind=cdr&zone=Europe/Madrid";
    upload(&world, &sam, path, cdr).await.is(201);
    work(&world.app, world.tenant(HERE)).await.expect("compared");
    let files = world.ask(&sam, "GET", "/completeness/files", None).await.is(200).body["files"].clone();
    let file = &files[0];
    assert_eq!((&file["missing"], &file["only_ours"]), (&json!(1), &json!(0)), "{file}");
    assert_eq!(file["known"], json!({ "time_and_numbers": 1 }));
}
