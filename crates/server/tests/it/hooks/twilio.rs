//! Twilio: callbacks of calls and events of TaskRouter, signed as Twilio signs them, by the address that it called.

use super::{CARRIER, Pushing, ROUTED, Said, TWILIO_TOKENS, TWILIO_URL, place};
use crate::world::{CALLER, HERE, THERE};
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac};
use std::process::Command;
use testkit::tier::full;

const OURS: &str = "+34911000001";

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// As Twilio signs, written down anew from its documentation.
fn sign(token: &str, url: &str, pairs: &[(&str, &str)]) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let behind: String = sorted.iter().map(|(name, value)| format!("{name}{value}")).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    STANDARD.encode(hmac::sign(&key, format!("{url}{behind}").as_bytes()))
}

fn request(host: &str, path: &str, signature: &str, media_type: &str, body: String) -> Request<Body> {
    Request::post(path)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, media_type)
        .header("X-Twilio-Signature", signature)
        .body(Body::from(body))
        .expect("a request")
}

async fn tell(pushing: &Pushing, host: &str, path: &str, pairs: &[(&str, &str)]) -> Said {
    let signature = sign(TWILIO_TOKENS[place(host)], &format!("{TWILIO_URL}{path}"), pairs);
    let body = form(pairs);
    pushing.answer(request(host, path, &signature, "application/x-www-form-urlencoded", body)).await
}

fn voice(source: &str) -> String {
    format!("/hooks/twilio/{source}/voice")
}

/// A callback of the customer's leg.
fn customer<'a>(status: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let leg = [
        ("CallSid", "CA1"),
        ("CallStatus", status),
        ("Direction", "inbound"),
        ("From", CALLER),
        ("To", OURS),
    ];
    leg.iter().chain(more).copied().collect()
}

/// A callback of the leg of an agent.
fn agent<'a>(status: &'a str, sequence: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let leg = [
        ("CallSid", "CA2"),
        ("ParentCallSid", "CA1"),
        ("CallStatus", status),
        ("Direction", "outbound-dial"),
        ("From", CALLER),
        ("To", "client:ana"),
        ("SequenceNumber", sequence),
    ];
    leg.iter().chain(more).copied().collect()
}

/// A time of the frozen clock's day.
fn at(clock: &str) -> String {
    format!("Mon, 23 Nov 2026 {clock} +0000")
}

#[tokio::test]
async fn p01_the_leg_of_an_agent_leaves_a_wrapup_in_any_order_and_said_again() {
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1]] {
        let mut pushing = Pushing::new().await;
        let times = ["02:13:20", "02:13:21", "02:13:25", "02:13:35", "02:13:36"].map(at);
        let told = [
            agent("initiated", "0", &[("Timestamp", &times[0])]),
            agent("ringing", "1", &[("Timestamp", &times[1])]),
            agent("in-progress", "2", &[("Timestamp", &times[2])]),
            agent("completed", "3", &[("Timestamp", &times[3]), ("CallDuration", "10")]),
            // Of the number that was called, Twilio tells the end alone.
            customer("completed", &[("Timestamp", &times[4]), ("CallDuration", "17")]),
        ];
        for nth in order.into_iter().chain(order) {
            tell(&pushing, HERE, &voice(CARRIER), &told[nth]).await.is(204);
        }
        assert_eq!(pushing.chunks(), 5, "{order:?}");
        pushing.settle().await;
        let stored = "SELECT count(*) FROM call WHERE kind = 'inbound' AND talk_ms = 10000 AND wait_ms = 6000 \
            AND NOT inferred";
        assert_eq!(pushing.world.count(stored), 1, "{order:?}");
        let ana = pushing.world.sign_in(HERE, "ana").await;
        assert_eq!(pushing.world.owed(&ana).await.len(), 1);
        assert_eq!(pushing.world.census(THERE).await.ended, 0);
    }
}

#[tokio::test]
async fn who_never_answered_missed_it_and_a_recording_is_found_on_its_call() {
    let mut pushing = Pushing::new().await;
    tell(&pushing, HERE, &voice(CARRIER), &agent("no-answer", "2", &[])).await.is(204);
    tell(&pushing, HERE, &voice(CARRIER), &customer("completed", &[("CallDuration", "3")])).await.is(204);
    let recording = [
        ("CallSid", "CA1"),
        ("RecordingSid", "RE1"),
        ("RecordingStatus", "completed"),
        ("RecordingUrl", "https://api.twilio.example/RE1"),
    ];
    tell(&pushing, HERE, &voice(CARRIER), &recording).await.is(204);
    pushing.settle().await;
    let stored =
        "SELECT count(*) FROM call WHERE kind = 'missed' AND recording = 'https://api.twilio.example/RE1'";
    assert_eq!(pushing.world.count(stored), 1);
    assert_eq!(pushing.world.count("SELECT count(*) FROM engagement WHERE result = 'missed'"), 1);
    assert_eq!(pushing.world.count("SELECT count(*) FROM wrapup"), 0);
}

#[tokio::test]
async fn p01_a_reservation_is_an_agents_part_and_wrap_up_begins_with_its_own() {
    let mut pushing = Pushing::new().await;
    let attributes = format!("{{\"call_sid\":\"CA1\",\"from\":\"{CALLER}\",\"to\":\"{OURS}\"}}");
    let event = |nth: &'static str,
                 kind: &'static str,
                 reservation: &'static str,
                 worker: &'static str,
                 ms: &'static str| {
        vec![
            ("Sid", nth),
            ("EventType", kind),
            ("ReservationSid", reservation),
            ("WorkerName", worker),
            ("TaskQueueName", "ventas"),
            ("TaskAttributes", &attributes),
            ("TimestampMs", ms),
        ]
    };
    let routed = format!("/hooks/twilio/{ROUTED}/taskrouter");
    for told in [
        event("EV1", "task-queue.entered", "", "", "1795400001000"),
        event("EV2", "reservation.created", "WR1", "ben", "1795400002000"),
        event("EV3", "reservation.timeout", "WR1", "ben", "1795400012000"),
        event("EV4", "reservation.created", "WR2", "ana", "1795400013000"),
        event("EV5", "reservation.accepted", "WR2", "ana", "1795400015000"),
        event("EV6", "reservation.wrapup", "WR2", "ana", "1795400025000"),
        event("EV7", "reservation.completed", "WR2", "ana", "1795400085000"),
        event("EV6", "reservation.wrapup", "WR2", "ana", "1795400025000"),
        event("EV8", "task.updated", "WR2", "ana", "1795400085000"),
    ] {
        tell(&pushing, HERE, &routed, &told).await.is(204);
    }
    // The agent's leg tells the same part a second time: it is passed over.
    tell(&pushing, HERE, &voice(ROUTED), &agent("completed", "3", &[("CallDuration", "10")])).await.is(204);
    let ended = at("02:13:46");
    let ended = customer("completed", &[("Timestamp", &ended), ("CallDuration", "26")]);
    tell(&pushing, HERE, &voice(ROUTED), &ended).await.is(204);
    pushing.settle().await;
    let stored =
        "SELECT count(*) FROM call WHERE kind = 'inbound' AND talk_ms = 10000 AND ring_group = 'Sales'";
    assert_eq!(pushing.world.count(stored), 1);
    assert_eq!(pushing.world.count("SELECT count(*) FROM engagement"), 2);
    assert_eq!(pushing.world.count("SELECT count(*) FROM engagement WHERE result = 'missed'"), 1);
    assert_eq!(pushing.world.count("SELECT count(*) FROM wrapup"), 1);
}

#[tokio::test]
async fn what_twilio_did_not_sign_for_this_address_is_refused_and_not_kept() {
    let pushing = Pushing::new().await;
    let (path, pairs) = (voice(CARRIER), customer("ringing", &[]));
    let url = format!("{TWILIO_URL}{path}");
    let good = sign(TWILIO_TOKENS[0], &url, &pairs);
    let form_type = "application/x-www-form-urlencoded";
    for (path, signature, body) in [
        (path.clone(), sign(TWILIO_TOKENS[1], &url, &pairs), form(&pairs)),
        (path.clone(), sign(TWILIO_TOKENS[0], &format!("http://{HERE}{path}"), &pairs), form(&pairs)),
        (path.clone(), good.clone(), form(&customer("completed", &[]))),
        (format!("{path}?more=1"), good.clone(), form(&pairs)),
        (voice(ROUTED), good.clone(), form(&pairs)),
        (voice("nowhere"), good.clone(), form(&pairs)),
        // Reservations tell of agents only where the settings say so.
        (format!("/hooks/twilio/{CARRIER}/taskrouter"), good.clone(), form(&pairs)),
        (path.clone(), "no base64!".to_owned(), form(&pairs)),
    ] {
        let said = pushing.answer(request(HERE, &path, &signature, form_type, body)).await.is(401);
        assert_eq!(said.refusal(), ("signature_refused", "forged"), "{path}");
    }
    let there = pushing.answer(request(THERE, &path, &good, form_type, form(&pairs))).await.is(401);
    assert_eq!(there.refusal().1, "forged");
    let wrong = customer("exploded", &[]);
    let said = tell(&pushing, HERE, &path, &wrong).await.is(422);
    assert_eq!(said.body["error"]["field"], "CallStatus");
    assert_eq!(pushing.chunks(), 0);
    // A body that is no form is signed by its digest in the address.
    let body = "{\"CallSid\":\"CA1\",\"CallStatus\":\"ringing\",\"Direction\":\"inbound\",\"From\":\"+34600111222\"}";
    let hex: String = digest::digest(&digest::SHA256, body.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let digested = format!("{path}?bodySHA256={hex}");
    let signature = sign(TWILIO_TOKENS[0], &format!("{TWILIO_URL}{digested}"), &[]);
    let json = |body: &str| request(HERE, &digested, &signature, "application/json", body.to_owned());
    pushing.answer(json(&body.replace("CA1", "CA2"))).await.is(401);
    pushing.answer(json(body)).await.is(204);
    pushing.answer(request(HERE, &path, &good, "application/json", body.to_owned())).await.is(415);
    assert_eq!(pushing.chunks(), 1);
}

/// What asks Twilio's own library.
const ASK_TWILIO: &str = "import sys\n\
    from twilio.request_validator import RequestValidator\n\
    from urllib.parse import parse_qsl\n\
    token, url, form, signature = sys.argv[1:]\n\
    params = dict(parse_qsl(form, keep_blank_values=True))\n\
    assert RequestValidator(token).validate(url, params, signature), 'refused'\n\
    assert not RequestValidator(token + 'x').validate(url, params, signature), 'taken'\n";

#[test]
fn twilios_own_library_finds_the_same_signatures_right() {
    let documented = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ];
    let signature = sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", &documented);
    assert_eq!(signature, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    if !full() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let ran = |program: &std::path::Path, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let venv = dir.path().join("venv");
    ran("python3".as_ref(), &["-m", "venv", &venv.to_string_lossy()]);
    let python = venv.join("bin/python");
    ran(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "twilio"]);
    let url = format!("{TWILIO_URL}{}", voice(CARRIER));
    for pairs in
        [customer("completed", &[("CallDuration", "26")]), agent("ringing", "1", &[("Odd", "ñ &=+%")])]
    {
        let signature = sign(TWILIO_TOKENS[0], &url, &pairs);
        ran(&python, &["-c", ASK_TWILIO, TWILIO_TOKENS[0], &url, &form(&pairs), &signature]);
    }
}
