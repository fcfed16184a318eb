//! What files may be, and what of them is refused.

use super::{compared, missing, recorded, says, upload, world_of};
use crate::world::{HERE, THERE, World};
use serde_json::json;

async fn one_phone_system() -> World {
    world_of(&["pbx".to_owned()]).await
}

#[tokio::test]
async fn a_bad_file_is_refused_by_its_line() {
    let world = one_phone_system().await;
    let sam = world.sign_in(HERE, "sam").await;
    let good = recorded("s01_answered", "cdr.csv");
    let cut = good.replace(",\"did:600\"", "");
    let late = good.replace("12:31:35", "12:31:20");
    let table = [
        ("cdr", "not,a,cdr\n1,2,3\n".to_owned(), 1, "not_cdr"),
        ("cdr", format!("{good}{cut}"), 2, "columns"),
        ("cdr", format!("{good}\n{good}{late}"), 4, "ends_before"),
        ("cdr", good.replace("2026-11-22 12:31:35", "soon"), 1, "time"),
        ("queue_log", format!("1795350689|NONE|NONE|NONE|QUEUESTART|\n{good}"), 2, "not_queue_log"),
    ];
    for (kind, text, line, reason) in table {
        let refused = upload(&world, &sam, &format!("name=a&source=pbx&kind={kind}"), text).await.is(422);
        assert_eq!(refused.code(), "bad_line", "{reason}");
        assert_eq!(refused.body["error"]["detail"], json!({ "line": line, "reason": reason }));
    }
    for (query, field) in [
        ("name=&source=pbx&kind=cdr", "name"),
        ("name=a&source=other&kind=cdr", "source"),
        ("name=a&source=pbx&kind=cel", "kind"),
        ("name=a&source=pbx&kind=cdr&zone=Mars", "zone"),
    ] {
        let refused = upload(&world, &sam, query, good.clone()).await.is(422);
        assert_eq!(refused.body["error"]["field"], field);
    }
    upload(&world, &sam, "name=a&source=pbx&kind=cdr", "").await.is(422);
    upload(&world, &sam, "name=a&source=pbx&kind=cdr", vec![b'a', 0xff]).await.is(422);
    let files = world.ask(&sam, "GET", "/completeness/files", None).await.is(200);
    assert_eq!(files.body["files"], json!([]), "nothing of them is kept");
}

#[tokio::test]
async fn the_same_file_is_one_comparison_however_often_it_comes() {
    let world = one_phone_system().await;
    let sam = world.sign_in(HERE, "sam").await;
    let file = recorded("s01_answered", "cdr.csv");
    let first = compared(&world, &sam, "pbx", "cdr", file.clone()).await;
    let again = compared(&world, &sam, "pbx", "cdr", file).await;
    assert_eq!((&first["id"], &again["uploads"], &again["missing"]), (&again["id"], &json!(2), &json!(1)));
    assert_eq!(missing(&world, &sam, "pbx").await.len(), 1);
    let other = world.sign_in(THERE, "sam").await;
    let files = world.ask(&other, "GET", "/completeness/files", None).await.is(200);
    assert_eq!(files.body["files"], json!([]));
}

#[tokio::test]
async fn a_table_with_headings_is_read_as_well() {
    let world = one_phone_system().await;
    let sam = world.sign_in(HERE, "sam").await;
    // As FreePBX exports it: no end, the time of an office one hour ahead, and the link in place of a user field.
    let table = "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,\
        amaflags,accountcode,uniqueid,userfield,did,linkedid\n\
        2026-11-22 13:31:30,Ana,5550100,600,ext-queues,PJSIP/trunk-00000002,PJSIP/1001-00000003,Queue,\"support,t\",5,\
        3,ANSWERED,3,,pbx1-1795350690.3,,600,pbx1-1795350690.3\n";
    compared(&world, &sam, "pbx", "cdr", table.replace("        ", "")).await;
    let found = missing(&world, &sam, "pbx").await;
    let call = &found[0]["call"];
    assert_eq!((&call["type"], &call["number"]), (&json!("inbound"), &json!("5550100")), "{call}");
    assert!(call["started_at"].to_string().contains("2026-11-22T12:31:30"), "{call}");
    says(&world, "pbx", recorded("s01_answered", "ami.raw").as_bytes()).await;
    assert!(missing(&world, &sam, "pbx").await.is_empty(), "it was heard of after all");
}

#[tokio::test]
async fn calls_that_the_file_does_not_tell_are_told_as_well() {
    let world = one_phone_system().await;
    let sam = world.sign_in(HERE, "sam").await;
    says(&world, "pbx", recorded("s24b_pause_race_latency", "ami.raw").as_bytes()).await;
    let file = recorded("s24b_pause_race_latency", "cdr.csv");
    let lines: Vec<&str> = file.lines().collect();
    let without = [&lines[..2], &lines[3..]].concat().join("\n");
    let found = compared(&world, &sam, "pbx", "cdr", without).await;
    assert_eq!((&found["missing"], &found["only_ours"]), (&json!(0), &json!(1)), "{found}");
    assert_eq!(found["only_ours_calls"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn files_and_calls_that_are_missing_are_no_agents_business() {
    let world = one_phone_system().await;
    let ana = world.sign_in(HERE, "ana").await;
    let days = super::DAYS;
    for path in [
        format!("/completeness?{days}"),
        format!("/completeness/missing?{days}"),
        "/completeness/files".into(),
    ] {
        assert_eq!(world.ask(&ana, "GET", &path, None).await.is(403).code(), "forbidden", "{path}");
    }
    upload(&world, &ana, "name=a&source=pbx&kind=cdr", "x").await.is(403);
    let body = json!({ "calls": [uuid::Uuid::nil()] });
    world.ask(&ana, "POST", "/completeness/missing/make", Some(body)).await.is(403);
}
