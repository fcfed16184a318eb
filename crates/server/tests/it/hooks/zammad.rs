//! The generic CTI: JSON and forms, by the token in the path.

use super::{CONNECTOR, Pushing, TOKENS};
use crate::world::{CALLER, HERE, THERE};
use axum::body::Body;
use axum::http::{Request, header};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

fn request(host: &str, token: &str, media_type: &str, body: String) -> Request<Body> {
    Request::post(format!("/hooks/zammad/{token}"))
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, media_type)
        .body(Body::from(body))
        .expect("a request")
}

fn json(event: &str, call: &str, more: &str) -> String {
    format!(
        "{{\"event\":\"{event}\",\"callId\":\"{call}\",\"from\":\"{CALLER}\",\"to\":\"+34911000001\",\
         \"direction\":\"in\"{more}}}"
    )
}

async fn tell(pushing: &Pushing, host: &str, media_type: &str, body: String) -> super::Said {
    let said = pushing.answer(request(host, TOKENS[super::place(host)], media_type, body)).await;
    pushing.world.clock.advance(5);
    said
}

#[tokio::test]
async fn p01_who_answered_owes_a_wrapup_and_the_times_are_ours() {
    let mut pushing = Pushing::new().await;
    tell(&pushing, HERE, JSON, json("newCall", "z-1", ",\"queue\":\"ventas\"")).await.is(200);
    let form = "event=answer&callId=z-1&from=%2B34600111222&to=%2B34911000001&direction=in&user=ana";
    assert_eq!(tell(&pushing, HERE, FORM, form.to_owned()).await.is(200).body, serde_json::json!({}));
    tell(&pushing, HERE, JSON, json("hangup", "z-1", ",\"cause\":\"normalClearing\"")).await.is(200);
    pushing.settle().await;
    let ana = pushing.world.sign_in(HERE, "ana").await;
    assert_eq!(pushing.world.owed(&ana).await.len(), 1);
    let stored = "SELECT count(*) FROM call WHERE kind = 'inbound' AND talk_ms = 5000 AND wait_ms = 5000";
    assert_eq!(pushing.world.count(stored), 1);
    let flagged = "SELECT count(*) FROM call WHERE explanation LIKE '%source.reduced%'";
    assert_eq!(pushing.world.count(flagged), 1);
    assert_eq!(pushing.world.census(THERE).await.ended, 0);
}

#[tokio::test]
async fn p11_a_call_that_nobody_answered_is_missed_or_abandoned_by_what_ended_it() {
    let mut pushing = Pushing::new().await;
    for (call, ring, cause) in [
        ("z-1", ",\"queue\":\"ventas\"", "cancel"),
        ("z-2", ",\"queue\":\"ventas\"", "noAnswer"),
        ("z-3", ",\"user\":[\"ana\",\"ben\"]", "cancel"),
    ] {
        tell(&pushing, HERE, JSON, json("newCall", call, ring)).await.is(200);
        tell(&pushing, HERE, JSON, json("hangup", call, &format!(",\"cause\":\"{cause}\""))).await.is(200);
    }
    pushing.settle().await;
    let kinds = |kind: &str| pushing.world.count(&format!("SELECT count(*) FROM call WHERE kind = '{kind}'"));
    assert_eq!((kinds("abandoned"), kinds("missed")), (1, 2));
    assert_eq!(pushing.world.count("SELECT count(*) FROM wrapup"), 0);
    assert_eq!(pushing.world.census(HERE).await.activities, 3);
}

#[tokio::test]
async fn the_same_event_again_changes_nothing_also_after_a_restart() {
    let mut pushing = Pushing::new().await;
    let bodies =
        [json("newCall", "z-1", ""), json("answer", "z-1", ",\"user\":\"ana\""), json("hangup", "z-1", "")];
    for body in &bodies {
        tell(&pushing, HERE, JSON, body.clone()).await.is(200);
    }
    let stored = pushing.chunks();
    for _ in 0..2 {
        for body in &bodies {
            tell(&pushing, HERE, JSON, body.clone()).await.is(200);
        }
        pushing.settle().await;
    }
    assert_eq!(pushing.chunks(), stored);
    assert_eq!(pushing.world.count("SELECT count(*) FROM wrapup"), 1);
}

#[tokio::test]
async fn another_token_another_tenants_and_what_is_not_understood_are_refused() {
    let pushing = Pushing::new().await;
    let body = || json("newCall", "z-1", "");
    for token in ["wrong", TOKENS[1], "%00", "..%2f"] {
        let said = pushing.answer(request(HERE, token, JSON, body())).await.is(401);
        assert_eq!(said.refusal(), ("signature_refused", "forged"), "{token}");
    }
    for (body, field, reason) in [
        (json("exploded", "z-1", ""), "event", "unknown"),
        (json("newCall", "", ""), "callId", "missing"),
        (json("newCall", "z-1", ",\"queue\":{}"), "queue", "wrong_type"),
        (json("newCall", "z-1", ",\"queue\":\"a\\r\\nb\""), "queue", "unknown"),
        (json("newCall", &"z".repeat(201), ""), "callId", "too_long"),
    ] {
        let said = tell(&pushing, HERE, JSON, body).await.is(422);
        assert_eq!((said.refusal(), &said.body["error"]["field"]), (("invalid", reason), &field.into()));
    }
    tell(&pushing, HERE, JSON, "{".to_owned()).await.is(400);
    tell(&pushing, HERE, "text/xml", body()).await.is(415);
    assert_eq!(pushing.chunks(), 0);
    let counted = |source| pushing.world.app.hooks.counted(pushing.world.tenant(HERE).id, source);
    assert_eq!(counted(None), [("forged", 4)]);
    assert_eq!(counted(Some(CONNECTOR)), [("media_type", 1), ("not_understood", 6)]);
}
