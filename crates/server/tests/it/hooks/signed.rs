//! Our own form: what becomes of events that are signed, of those said twice, and of those that are not ours.

use super::{Pushing, SECRETS, SIGNED, sign, signed_request};
use crate::world::{HERE, THERE, entry, first_code, path_of};
use axum::body::Body;
use axum::http::{Request, header};
use domain::id::AgentKey;
use serde_json::{Value, json};
use server::hooks::MAX_WAITING_DELIVERIES;
use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;
use tokio::time::timeout;

/// How long a test waits for what must happen.
const WITHIN: Duration = Duration::from_secs(20);

#[tokio::test]
async fn p01_a_call_that_was_pushed_leaves_its_agent_a_wrapup_and_nobody_of_another_tenant() {
    let mut pushing = Pushing::new().await;
    for event in pushing.answered_call("c-1") {
        let said = pushing.push(HERE, &event).await.is(200);
        assert_eq!(said.body["status"], "stored");
    }
    assert_eq!(pushing.chunks(), 5, "each was on disk before it was answered");
    pushing.settle().await;
    let (ana, other) = (pushing.world.sign_in(HERE, "ana").await, pushing.world.sign_in(THERE, "ana").await);
    let owed = pushing.world.owed(&ana).await;
    assert_eq!(owed.len(), 1);
    assert_eq!(owed[0]["call"]["ring_group"], "Sales");
    let log = entry(0, &first_code(&owed[0]), "pushed");
    pushing.world.ask(&ana, "POST", &path_of(&owed[0], "log"), Some(log)).await.is(200);
    let stored = "SELECT count(*) FROM call WHERE kind = 'inbound' AND talk_ms = 6000 AND NOT inferred";
    assert_eq!(pushing.world.count(stored), 1);
    let census = pushing.world.census(HERE).await;
    assert_eq!((census.ended, census.activities, census.live), (1, 1, 0));
    assert!(pushing.world.owed(&other).await.is_empty());
    assert_eq!(pushing.world.census(THERE).await.ended, 0);
}

#[tokio::test]
async fn the_same_ids_in_another_tenant_are_other_calls() {
    let mut pushing = Pushing::new().await;
    for event in pushing.answered_call("c-1") {
        pushing.push(HERE, &event).await.is(200);
        let there = pushing.push(THERE, &event).await.is(200);
        assert_eq!(there.body["status"], "stored");
    }
    pushing.settle().await;
    assert_eq!((pushing.world.census(HERE).await.ended, pushing.world.census(THERE).await.ended), (1, 1));
    assert_eq!(pushing.world.count("SELECT count(DISTINCT tenant_id) FROM call"), 2);
}

#[tokio::test]
async fn an_event_said_again_is_known_and_changes_nothing_also_after_a_restart() {
    let mut pushing = Pushing::new().await;
    let events = pushing.answered_call("c-1");
    for event in &events {
        pushing.push(HERE, event).await.is(200);
    }
    let stored = pushing.chunks();
    for _ in 0..2 {
        for event in events.iter().rev() {
            let said = pushing.push(HERE, event).await.is(200);
            assert_eq!(said.body["status"], "known");
        }
        pushing.settle().await;
    }
    assert_eq!(pushing.chunks(), stored);
    assert_eq!(pushing.world.count("SELECT count(*) FROM call"), 1);
    assert_eq!(pushing.world.count("SELECT count(*) FROM wrapup"), 1);
    // The same id of another source of events is another event.
    let mut other = events[0].clone();
    other["source"] = json!("/pbx2");
    assert_eq!(pushing.push(HERE, &other).await.is(200).body["status"], "stored");
}

#[tokio::test]
async fn events_in_another_order_and_a_restart_between_them_make_the_same_call() {
    let mut rows = Vec::new();
    for order in [[0, 1, 2, 3, 4], [3, 0, 2, 4, 1]] {
        let mut pushing = Pushing::new().await;
        let events = pushing.answered_call("c-1");
        for (nth, place) in order.into_iter().enumerate() {
            pushing.push(HERE, &events[place]).await.is(200);
            if nth == 2 {
                pushing.stop.send_replace(true);
                while pushing.readers.join_next().await.is_some() {}
                pushing.begin();
            }
        }
        pushing.settle().await;
        let tenant = pushing.world.tenant(HERE).id;
        let ana = pushing.world.sign_in(HERE, "ana").await;
        let key = pushing.world.owed(&ana).await[0]["call"]["id"].as_str().expect("an id").to_owned();
        let key = domain::id::CallKey(uuid::Uuid::parse_str(&key).expect("a UUID"));
        rows.push(pushing.world.app.store.call(tenant, key).await.expect("read").expect("the call"));
    }
    assert_eq!(rows[0], rows[1]);
}

#[tokio::test]
async fn a_call_settles_though_nothing_more_is_pushed() {
    let pushing = Pushing::new().await;
    let ana = AgentKey("1001".to_owned());
    let mut changes = pushing.world.app.hub.listen(pushing.world.tenant(HERE).id, &ana);
    for event in pushing.answered_call("c-1") {
        pushing.push(HERE, &event).await.is(200);
    }
    pushing.world.clock.advance(30);
    let settled = async {
        while pushing.world.census(HERE).await.ended == 0 {
            changes.changed().await.expect("the hub is there");
        }
    };
    timeout(WITHIN, settled).await.expect("the call ends by itself");
}

#[tokio::test]
async fn what_is_forged_expired_or_not_signed_is_refused_and_not_kept() {
    let pushing = Pushing::new().await;
    let body = pushing.answered_call("c-1")[0].to_string();
    let now = pushing.seconds();
    let [old, new] = [0, 1].map(|nth| SECRETS[0][nth]);
    let ask =
        |source: &str, signature: &str| pushing.answer(signed_request(HERE, source, signature, body.clone()));
    for (source, signature, reason) in [
        (SIGNED, sign("no secret of ours, but long", now, &body), "forged"),
        (SIGNED, sign(SECRETS[1][0], now, &body), "forged"),
        (SIGNED, sign(new, now, &body.replace("c-1", "c-2")), "forged"),
        (SIGNED, "t=1".to_owned(), "forged"),
        ("nowhere", sign(new, now, &body), "forged"),
        ("cti", sign(new, now, &body), "forged"),
        (SIGNED, sign(new, now - 301, &body), "expired"),
        (SIGNED, sign(new, now + 301, &body), "expired"),
    ] {
        let said = ask(source, &signature).await.is(401);
        assert_eq!(said.refusal(), ("signature_refused", reason), "{source} {signature}");
    }
    let unsigned = Request::post("/hooks/v1/pbx").header(header::HOST, HERE);
    let said = pushing.answer(unsigned.body(Body::from(body.clone())).expect("a request")).await.is(401);
    assert_eq!(said.refusal(), ("signature_refused", "missing"));
    assert_eq!(pushing.chunks(), 0);
    let counted = pushing.world.app.hooks.counted(pushing.world.tenant(HERE).id, Some(SIGNED));
    assert_eq!(counted, [("expired", 2), ("forged", 4), ("missing", 1)]);
    // While a secret is changed, both are good.
    assert_eq!(ask(SIGNED, &sign(old, now, &body)).await.is(200).body["status"], "stored");
    assert_eq!(ask(SIGNED, &sign(new, now - 300, &body)).await.is(200).body["status"], "known");
}

#[tokio::test]
async fn what_is_not_understood_is_refused_by_its_place_and_not_kept() {
    let pushing = Pushing::new().await;
    let good = pushing.answered_call("c-1")[3].clone();
    let with = |path: &[&str], value: Value| {
        let mut event = good.clone();
        *path.iter().fold(&mut event, |place, name| &mut place[*name]) = value;
        event
    };
    for (event, field, reason) in [
        (with(&["type"], json!("call.exploded.v1")), "type", "unknown"),
        (with(&["data", "agent"], Value::Null), "data.agent", "missing"),
        (with(&["data", "agnet"], json!("ana")), "data.agnet", "unknown"),
        (with(&["subject"], json!("a\u{0}b")), "subject", "unknown"),
        (with(&["time"], json!(pushing.time(301))), "time", "ahead"),
    ] {
        let said = pushing.push(HERE, &event).await.is(422);
        assert_eq!(said.refusal(), ("invalid", reason));
        assert_eq!(said.body["error"]["field"], field);
    }
    let now = pushing.seconds();
    for body in ["", "{", "[]", "\u{feff}{}", &"[".repeat(50_000)] {
        let signature = sign(SECRETS[0][0], now, body);
        let said = pushing.answer(signed_request(HERE, SIGNED, &signature, body.to_owned())).await.is(400);
        assert_eq!(said.refusal(), ("malformed", "body"));
    }
    let body = good.to_string();
    let request = Request::post("/hooks/v1/pbx")
        .header(header::HOST, HERE)
        .header(header::CONTENT_TYPE, "text/plain")
        .header("Bitacora-Signature", sign(SECRETS[0][0], now, &body));
    pushing.answer(request.body(Body::from(body)).expect("a request")).await.is(415);
    assert_eq!(pushing.chunks(), 0);
}

#[tokio::test]
async fn more_than_can_wait_is_told_to_come_again() {
    let pushing = Pushing::unread().await;
    let event = &pushing.answered_call("c-1")[0];
    let said = pushing.push(HERE, event).await.is(503);
    assert_eq!((said.refusal().0, said.retry_after.as_deref()), ("unavailable", Some("2")));
    let tenant = pushing.world.tenant(HERE).id;
    let _nobody_reads = pushing.world.app.hooks.open(tenant, SIGNED);
    let waiting = (0..MAX_WAITING_DELIVERIES).map(|_| pushing.push(HERE, event));
    let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
    let handed = poll_fn(|context| {
        for each in &mut waiting {
            assert!(each.as_mut().poll(context).is_pending());
        }
        Poll::Ready(())
    });
    handed.await;
    let said = pushing.push(HERE, event).await.is(503);
    assert_eq!((said.refusal().0, said.retry_after.as_deref()), ("unavailable", Some("2")));
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_taken_and_is_taken_when_it_comes_again() {
    let pushing = Pushing::new().await;
    let events = pushing.answered_call("c-1");
    pushing.push(HERE, &events[0]).await.is(200);
    let file = rusqlite::Connection::open(&pushing.world.database).expect("the database");
    // The place of the next delivery is taken.
    let in_the_way = "INSERT INTO frame_chunk (source_id, chunk, connection, first_frame, received_at, bytes) \
        SELECT source_id, 2, connection, 0, received_at, x'00' FROM frame_chunk";
    assert_eq!(file.execute(in_the_way, []).expect("a row"), 1);
    let said = pushing.push(HERE, &events[1]).await.is(503);
    assert_eq!((said.refusal().0, said.retry_after.as_deref()), ("unavailable", Some("2")));
    file.execute("DELETE FROM frame_chunk WHERE chunk = 2", []).expect("gone");
    assert_eq!(pushing.push(HERE, &events[1]).await.is(200).body["status"], "stored");
    assert_eq!(pushing.push(HERE, &events[1]).await.is(200).body["status"], "known");
    assert_eq!(pushing.chunks(), 2);
}

#[tokio::test]
async fn monitors_see_what_became_of_deliveries_and_no_name() {
    let pushing = Pushing::new().await;
    pushing.push(HERE, &pushing.answered_call("c-1")[0]).await.is(200);
    pushing.answer(signed_request(HERE, SIGNED, "t=1", "{}")).await.is(401);
    let request = Request::get("/metrics").body(Body::empty()).expect("a request");
    let response = pushing.world.answer(request).await;
    let bytes = axum::body::to_bytes(response.into_body(), super::MAX_ANSWER).await.expect("a body");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for line in ["result=\"stored\"} 1", "result=\"forged\"} 1"] {
        let line = format!("bitacora_hook_deliveries_total{{tenant=\"0\",source=\"0\",{line}");
        assert!(text.contains(&line), "{line} in {text}");
    }
    assert!(!text.contains("pbx"));
}
