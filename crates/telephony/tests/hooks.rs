//! What phone systems that push tell, against what the calls must be; in order, out of order, and said twice.

use domain::call::{
    CallBook, CallPolicy, CallRecord, CallType, Direction, Finding, HungUpBy, OfferResult, Via,
};
use domain::id::{At, CallKey, TenantId};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use telephony::endpoints::{EndpointMap, EndpointSettings};
use telephony::hook::{Delivery, FaultKind, Form, SILENT_CALL_MS, Understood, id_time};
use telephony::reader::Reader;

/// When the first event of each story happens, and how far the next ones are apart.
const START: At = At(1_795_400_000_000_000);
const STEP_MS: i64 = 4_000;

fn endpoints() -> EndpointMap {
    let settings: EndpointSettings = toml::from_str(
        "[agents]\n1001 = ['ana', 'Ana Pérez', 'client:ana']\n1002 = ['ben', 'client:ben']\n[queues]\nventas = 'Sales'",
    )
    .expect("a map");
    EndpointMap::try_from(&settings).expect("no endpoint twice")
}

/// The deliveries of a story of our own form, a step apart.
fn story(events: &[(&str, Value)]) -> Vec<(At, Delivery)> {
    let each = events.iter().enumerate().map(|(nth, (kind, data))| {
        let second = nth as i64 * STEP_MS / 1_000;
        let event = json!({
            "specversion": "1.0", "id": format!("e{nth}"), "source": "/pbx", "type": format!("call.{kind}.v1"),
            "subject": "c-1", "time": format!("2026-11-23T02:13:{:02}Z", 20 + second), "data": data,
        });
        let delivery = Delivery { form: Form::Signed, body: event.to_string().into_bytes() };
        (START.plus_millis(nth as i64 * STEP_MS), delivery)
    });
    each.collect()
}

/// The deliveries of the generic CTI, a step apart.
fn cti(events: &[Value]) -> Vec<(At, Delivery)> {
    let each = events.iter().enumerate().map(|(nth, event)| {
        let delivery = Delivery { form: Form::ZammadJson, body: event.to_string().into_bytes() };
        (START.plus_millis(nth as i64 * STEP_MS), delivery)
    });
    each.collect()
}

fn read(deliveries: &[(At, Delivery)], until: At) -> Vec<CallRecord> {
    let (mut book, map) = (CallBook::new(TenantId(1), "pbx", id_time, CallPolicy::default()), endpoints());
    let mut calls: BTreeMap<CallKey, CallRecord> = BTreeMap::new();
    let mut reader = Reader::Hook;
    let mut take = |book: &mut CallBook, now: At| {
        for finding in book.settle(now) {
            match finding {
                Finding::Changed(call) => {
                    calls.insert(call.key, *call);
                }
                Finding::Merged { from, .. } => {
                    calls.remove(&from);
                }
                Finding::Forgotten(_) => {}
            }
        }
    };
    for (chunk, (at, delivery)) in deliveries.iter().enumerate() {
        let piece = reader.cut(&delivery.to_bytes()).expect("whole");
        let reading = reader.read(&piece, &map, *at);
        assert_eq!((reading.frames, reading.not_understood), (1, 0), "{}", String::from_utf8_lossy(&piece));
        for event in reading.events {
            book.take(event, chunk as u64 + 1);
        }
    }
    book.give_up_silent(until, reader.gives_calls_up_after_ms().expect("hooks give calls up"));
    take(&mut book, until);
    calls.into_values().collect()
}

#[track_caller]
fn one(deliveries: &[(At, Delivery)]) -> CallRecord {
    let mut calls = read(deliveries, START.plus_millis(200_000));
    assert_eq!(calls.len(), 1, "{calls:#?}");
    calls.remove(0)
}

/// Agent, result and whether a wrap-up is owed, of each part.
fn parts(call: &CallRecord) -> Vec<(&str, Option<OfferResult>, bool)> {
    let each = call.engagements.iter().map(|part| (part.agent.0.as_str(), part.result, part.wrapup));
    let mut parts: Vec<_> = each.collect();
    // At the same moment they come in the order of their ids.
    parts.sort_by_key(|(agent, ..)| agent.to_owned());
    parts
}

fn queue_call() -> Vec<(&'static str, Value)> {
    vec![
        ("started", json!({ "direction": "inbound", "from": "+34600111222", "to": "+34911000001" })),
        ("queued", json!({ "queue": "ventas" })),
        ("offered", json!({ "agent": "ana", "queue": "ventas" })),
        ("offered", json!({ "agent": "ben", "queue": "ventas" })),
        ("answered", json!({ "agent": "ana" })),
        ("held", json!({ "agent": "ana" })),
        ("retrieved", json!({ "agent": "ana" })),
        ("recorded", json!({ "recording": "https://pbx.example/r/1" })),
        ("ended", json!({ "by": "agent", "agent": "ana" })),
    ]
}

#[test]
fn a_queue_call_is_told_whole() {
    let call = one(&story(&queue_call()));
    assert_eq!(
        (call.kind, call.direction, call.inferred),
        (Some(CallType::Inbound), Direction::Inbound, false)
    );
    assert_eq!((call.from.as_deref(), call.did.as_deref()), (Some("+34600111222"), Some("+34911000001")));
    assert_eq!((call.ring_group.as_deref(), call.hung_up_by), (Some("Sales"), Some(HungUpBy::Agent)));
    assert_eq!((call.wait_ms, call.talk_ms, call.hold_ms), (Some(16_000), 16_000, 4_000));
    assert_eq!(call.recording.as_deref(), Some("https://pbx.example/r/1"));
    assert_eq!(
        parts(&call),
        [("1001", Some(OfferResult::Answered), true), ("1002", Some(OfferResult::AnsweredElsewhere), false)]
    );
    assert!(call.engagements.iter().all(|part| part.via == Via::Queue));
    // Ben's phone is left in peace when Ana answers, not when the call ends.
    assert_eq!(call.engagements[1].ended_at, call.answered_at);
}

#[test]
fn each_end_of_an_offer_is_told_apart() {
    for (said, result) in [
        ("missed", OfferResult::Missed),
        ("rejected", OfferResult::Rejected),
        ("busy", OfferResult::Busy),
        ("caller_gave_up", OfferResult::CancelledByCaller),
        ("answered_elsewhere", OfferResult::AnsweredElsewhere),
        ("unreachable", OfferResult::Unreachable),
    ] {
        let mut events = queue_call();
        events.truncate(3);
        events.push(("offer_ended", json!({ "agent": "ana", "result": said })));
        events.push(("ended", json!({})));
        let call = one(&story(&events));
        assert_eq!(parts(&call), [("1001", Some(result), false)], "{said}");
        let gave_up = said == "caller_gave_up";
        assert_eq!(call.kind, Some(if gave_up { CallType::Abandoned } else { CallType::Missed }), "{said}");
    }
}

#[test]
fn a_transfer_leaves_a_wrapup_with_each_agent() {
    let mut events = queue_call();
    events.truncate(5);
    events.extend([
        ("transferred", json!({ "agent": "ana" })),
        ("offered", json!({ "agent": "ben", "offer": "2" })),
        ("answered", json!({ "agent": "ben", "offer": "2" })),
        ("ended", json!({ "by": "customer" })),
    ]);
    let call = one(&story(&events));
    let answered = Some(OfferResult::Answered);
    assert_eq!(parts(&call)[0], ("1001", answered, true));
    assert_eq!(parts(&call).last(), Some(&("1002", answered, true)));
    assert_eq!(call.engagements.last().expect("ben").via, Via::Transfer);
    assert_eq!(call.engagements[0].ended_at, Some(START.plus_millis(5 * STEP_MS)));
    assert_eq!(call.hung_up_by, Some(HungUpBy::Customer));
}

#[test]
fn an_outbound_call_is_the_agents_who_dialled() {
    let dialled = ("started", json!({ "direction": "outbound", "agent": "ana", "to": "+34600111222" }));
    let reached =
        one(&story(&[dialled.clone(), ("answered", json!({ "agent": "ana" })), ("ended", json!({}))]));
    assert_eq!((reached.kind, reached.to.as_deref()), (Some(CallType::Outbound), Some("+34600111222")));
    assert_eq!(parts(&reached), [("1001", Some(OfferResult::Answered), true)]);
    let unreached = one(&story(&[dialled, ("ended", json!({}))]));
    assert_eq!(unreached.kind, Some(CallType::OutboundMissed));
    assert_eq!(parts(&unreached), [("1001", Some(OfferResult::Unreachable), true)]);
}

#[test]
fn a_message_that_was_left_makes_voicemail() {
    let mut events = queue_call();
    events.truncate(2);
    events.push(("voicemail_left", json!({ "mailbox": "600", "recording": "m1" })));
    events.push(("ended", json!({ "by": "customer" })));
    let call = one(&story(&events));
    assert_eq!(call.kind, Some(CallType::Voicemail));
    assert_eq!(call.voicemail.and_then(|message| message.path).as_deref(), Some("m1"));
}

#[test]
fn a_call_whose_end_was_lost_is_given_up_at_its_time() {
    let mut events = queue_call();
    events.truncate(5);
    let deliveries = story(&events);
    let last = START.plus_millis(4 * STEP_MS);
    let before = read(&deliveries, last.plus_millis(SILENT_CALL_MS - 1));
    assert_eq!(before[0].ended_at, None);
    for later in [SILENT_CALL_MS + 5_000, SILENT_CALL_MS * 3] {
        let after = read(&deliveries, last.plus_millis(later));
        assert_eq!(after[0].ended_at, Some(last.plus_millis(SILENT_CALL_MS)));
        assert!(after[0].inferred, "nobody told that it ended");
    }
}

#[test]
fn p01_the_generic_cti_leaves_a_wrapup_with_who_answered() {
    let call = |event: &str, more: Value| {
        let mut all = json!({ "event": event, "callId": "z-1", "from": "34600111222", "to": "34911000001", "direction": "in" });
        all.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        all
    };
    let answered = one(&cti(&[
        call("newCall", json!({ "user": ["Ana Pérez", "ben"], "queue": "ventas" })),
        call("answer", json!({ "user": "Ana Pérez" })),
        call("hangup", json!({ "cause": "normalClearing" })),
    ]));
    assert_eq!(answered.kind, Some(CallType::Inbound));
    assert_eq!(
        parts(&answered),
        [("1001", Some(OfferResult::Answered), true), ("1002", Some(OfferResult::AnsweredElsewhere), false)]
    );
    assert_eq!((answered.talk_ms, answered.hung_up_by), (STEP_MS, Some(HungUpBy::System)));
    assert!(answered.explanation.iter().any(|why| why.rule == "source.reduced"), "it is flagged");
    for (ring, cause, kind) in [
        (json!({ "queue": "ventas" }), "cancel", CallType::Abandoned),
        (json!({ "queue": "ventas" }), "noAnswer", CallType::Missed),
        (json!({ "user": "ben" }), "cancel", CallType::Missed),
    ] {
        let call = one(&cti(&[call("newCall", ring), call("hangup", json!({ "cause": cause }))]));
        assert_eq!((call.kind, call.answered_at), (Some(kind), None), "{cause}");
        assert!(call.engagements.iter().all(|part| !part.wrapup));
    }
    let mut dialled = call("newCall", json!({ "user": "ana" }));
    let mut over = call("hangup", json!({ "user": "ana", "cause": "busy" }));
    for event in [&mut dialled, &mut over] {
        (event["direction"], event["from"], event["to"]) =
            (json!("out"), json!("1001"), json!("34600111222"));
    }
    let outbound = one(&cti(&[dialled, over]));
    assert_eq!(outbound.kind, Some(CallType::OutboundMissed));
    assert_eq!(parts(&outbound), [("1001", Some(OfferResult::Unreachable), true)]);
}

#[test]
fn a_form_says_the_same_as_json() {
    let json = json!({ "event": "newCall", "callId": "z#1", "from": "34600111222", "to": "34911000001",
        "direction": "in", "user": ["Ana Pérez", "ben"], "more": null });
    let form = "event=newCall&callId=z%231&from=34600111222&to=34911000001&direction=in\
        &user%5B%5D=Ana+P%C3%A9rez&user%5B%5D=ben&unknown=x";
    let of = |form, body: &[u8]| Understood::of(&Delivery { form, body: body.to_vec() }).expect("understood");
    let (one, other) =
        (of(Form::ZammadJson, json.to_string().as_bytes()), of(Form::ZammadForm, form.as_bytes()));
    assert_eq!(one, other);
    assert_eq!(one.identity(), other.identity());
}

#[test]
fn a_field_that_cannot_be_taken_is_named() {
    let good = json!({ "specversion": "1.0", "id": "1", "source": "/pbx", "type": "call.offered.v1",
        "subject": "c", "time": "2026-11-23T02:13:20Z", "data": { "agent": "ana" }, "traceparent": "let pass" });
    let fault = |path: &[&str], value: Value| {
        let mut event = good.clone();
        let place = path.iter().fold(&mut event, |place, name| &mut place[*name]);
        *place = value;
        let fault = Understood::of(&Delivery { form: Form::Signed, body: event.to_string().into_bytes() });
        fault.err().map(|fault| (fault.path, fault.kind))
    };
    assert_eq!(fault(&["id"], json!("2")), None);
    for (path, value, said, kind) in [
        (&["specversion"][..], json!("0.3"), "specversion", FaultKind::Unknown),
        (&["id"], Value::Null, "id", FaultKind::Missing),
        (&["source"], json!(7), "source", FaultKind::WrongType),
        (&["subject"], json!(" "), "subject", FaultKind::Empty),
        (&["subject"], json!("a\r\nb"), "subject", FaultKind::Unknown),
        (&["type"], json!("call.exploded.v1"), "type", FaultKind::Unknown),
        (&["time"], json!("yesterday"), "time", FaultKind::NotATime),
        (&["datacontenttype"], json!("text/xml"), "datacontenttype", FaultKind::Unknown),
        (&["data"], json!([]), "data", FaultKind::WrongType),
        (&["data", "agent"], Value::Null, "data.agent", FaultKind::Missing),
        (&["data", "agent"], json!("a".repeat(201)), "data.agent", FaultKind::TooLong),
        (&["data", "qeue"], json!("ventas"), "data.qeue", FaultKind::Unknown),
    ] {
        assert_eq!(fault(path, value), Some((said.to_owned(), kind)), "{path:?}");
    }
}

/// The callbacks of a call that Ana answers and Ben does not, each leg with all it tells.
fn twilio_call() -> Vec<(At, Delivery)> {
    let leg = |sid: &str, parent: &str, far: &str, status: &str, sequence: usize, second: usize| {
        let body = format!(
            "CallSid={sid}{parent}&CallStatus={status}&Direction={}&SequenceNumber={sequence}\
             &Timestamp=Mon%2C+23+Nov+2026+02%3A13%3A{second}+%2B0000",
            if parent.is_empty() { "inbound&To=%2B34911000001" } else { "outbound-dial&From=%2B34600111222" },
        );
        Delivery { form: Form::TwilioVoice, body: format!("{body}&{far}").into_bytes() }
    };
    let customer = |status, sequence, second| leg("CA1", "", "From=%2B34600111222", status, sequence, second);
    let child =
        |sid, to, status, sequence, second| leg(sid, "&ParentCallSid=CA1", to, status, sequence, second);
    let (ana, ben) = ("To=client%3Aana", "To=client%3Aben");
    let told = [
        customer("in-progress", 0, 20),
        child("CA2", ana, "initiated", 0, 20),
        child("CA3", ben, "initiated", 0, 20),
        child("CA2", ana, "ringing", 1, 21),
        child("CA3", ben, "ringing", 1, 21),
        child("CA2", ana, "in-progress", 2, 25),
        child("CA3", ben, "canceled", 2, 25),
        child("CA2", ana, "completed", 3, 40),
        customer("completed", 1, 40),
    ];
    told.into_iter().map(|delivery| (START, delivery)).collect()
}

#[test]
fn callbacks_of_twilio_make_one_call_of_all_its_legs() {
    let call = one(&twilio_call());
    assert_eq!((call.kind, call.inferred), (Some(CallType::Inbound), false));
    assert_eq!((call.from.as_deref(), call.did.as_deref()), (Some("+34600111222"), Some("+34911000001")));
    assert_eq!((call.wait_ms, call.talk_ms), (Some(5_000), 15_000));
    assert_eq!(
        parts(&call),
        [("1001", Some(OfferResult::Answered), true), ("1002", Some(OfferResult::AnsweredElsewhere), false)]
    );
    assert!(call.engagements.iter().all(|part| part.via == Via::Direct));
}

#[test]
fn an_agent_who_dials_by_twilio_owes_a_wrapup() {
    let leg = |body: &str| {
        let body = format!("{body}&Timestamp=Mon%2C+23+Nov+2026+02%3A13%3A40+%2B0000");
        (START, Delivery { form: Form::TwilioVoice, body: body.into_bytes() })
    };
    let parent = "CallSid=CA1&Direction=inbound&From=client%3Aana&To=%2B34600111222";
    let child = "CallSid=CA2&ParentCallSid=CA1&Direction=outbound-dial&From=%2B34911000001&To=%2B34600111222";
    let over = |child_status: &str| {
        one(&[
            leg(&format!("{parent}&CallStatus=in-progress")),
            leg(&format!("{child}&CallStatus={child_status}")),
            leg(&format!("{parent}&CallStatus=completed&CallDuration=20")),
        ])
    };
    let reached = over("completed&CallDuration=10");
    assert_eq!((reached.kind, reached.to.as_deref()), (Some(CallType::Outbound), Some("+34600111222")));
    assert_eq!(
        (parts(&reached), reached.talk_ms),
        (vec![("1001", Some(OfferResult::Answered), true)], 10_000)
    );
    let unreached = over("no-answer");
    assert_eq!(unreached.kind, Some(CallType::OutboundMissed));
    assert_eq!(parts(&unreached), [("1001", Some(OfferResult::Unreachable), true)]);
}

proptest! {
    #[test]
    fn deliveries_in_any_order_and_said_again_give_the_same_call(
        order in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle(),
        again in prop::collection::vec(0..9_usize, 0..4),
    ) {
        let told = story(&queue_call());
        let expected = read(&told, START.plus_millis(200_000));
        let shuffled: Vec<(At, Delivery)> = order.iter().chain(&again).map(|&nth| told[nth].clone()).collect();
        prop_assert_eq!(read(&shuffled, START.plus_millis(200_000)), expected);
    }

    #[test]
    fn callbacks_of_twilio_in_any_order_and_said_again_give_the_same_call(
        order in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle(),
        again in prop::collection::vec(0..9_usize, 0..4),
    ) {
        let told = twilio_call();
        let expected = read(&told, START.plus_millis(200_000));
        let shuffled: Vec<(At, Delivery)> = order.iter().chain(&again).map(|&nth| told[nth].clone()).collect();
        prop_assert_eq!(read(&shuffled, START.plus_millis(200_000)), expected);
    }
}
