//! What a client asks for is done, and answered as Asterisk answers it.

use crate::line::{Line, SOURCE, START, TENANT, log_in, quiet, settings};
use domain::call::{CallRecord, CallState, CallType, HungUpBy, NoActivity, OfferResult, Via};
use domain::dial::Dial;
use domain::id::{At, DialId};
use sandbox::pbx::obedient::{Habits, Handset, ObedientPbx, PbxSettings};
use telephony::ami::{Frame, frames, id_time};
use uuid::Uuid;

/// Everybody answers, and nobody does anything of their own beside talking.
fn plain(seed: u64) -> PbxSettings {
    PbxSettings { habits: Habits::PLAIN, ..quiet(seed) }
}

fn event(name: &str) -> impl Fn(&Frame) -> bool {
    move |frame| frame.event() == Some(name)
}

fn only(line: &mut Line) -> CallRecord {
    let calls = line.settled();
    assert_eq!(calls.len(), 1, "{calls:#?}");
    calls.into_values().next().expect("one call")
}

/// The id of a click in millisecond `nth` after the start.
fn click(nth: u64) -> DialId {
    let millis = START.0 as u128 / 1_000 + u128::from(nth);
    DialId(Uuid::from_u128((millis << 80) | (0x7 << 76) | (0x8 << 60) | u128::from(nth)))
}

fn originate(line: &mut Line, id: DialId, extension: &str, number: &str) -> Vec<Frame> {
    line.send(&[
        ("Action", "Originate"),
        ("ActionID", &id.to_string()),
        ("Channel", &format!("PJSIP/{extension}")),
        ("ChannelId", &Dial::leg(id)),
        ("Context", "agents"),
        ("Exten", number),
        ("Priority", "1"),
        ("Async", "true"),
        ("Timeout", "20000"),
        ("CallerID", &format!("\"Bitacora\" <{number}>")),
        ("Variable", "__CTI_REQUEST_ID=click-1"),
    ])
}

fn over(line: &mut Line) {
    while line.pbx.living() > 0 {
        line.step();
    }
}

#[test]
fn click_to_dial_makes_the_call_that_was_foretold() {
    for nth in 0..20 {
        let mut line = Line::logged_in(plain(nth));
        let id = click(nth);
        let answers = originate(&mut line, id, "1003", "0034911223344");
        assert_eq!(answers[0].response(), Some("Success"));
        assert_eq!(answers[0].get("Message"), Some("Originate successfully queued"));
        assert_eq!(answers[0].get("ActionID"), Some(id.to_string().as_str()));
        let told = line.until(event("OriginateResponse"));
        assert_eq!((told.get("Response"), told.get("Reason")), (Some("Success"), Some("4")));
        assert_eq!(told.get("ActionID"), Some(id.to_string().as_str()));
        assert_eq!(told.get("Uniqueid"), Some(Dial::leg(id).as_str()));
        over(&mut line);
        let call = only(&mut line);
        let leg = Dial::leg(id);
        let key = Dial::engagement_of(TENANT, SOURCE, id, id_time(&leg));
        assert_eq!((call.kind, call.to.as_deref()), (Some(CallType::Outbound), Some("0034911223344")));
        assert_eq!(call.engagements.len(), 1);
        let part = call.engagement(key).expect("the part that follows from the click");
        assert_eq!((part.agent.0.as_str(), part.via, part.wrapup), ("1003", Via::Outbound, true));
        assert_eq!(part.result, Some(OfferResult::Answered));
        assert!(call.recording.as_deref().is_some_and(|path| path.contains(&leg)));
        assert!(part.offered_at < part.answered_at.expect("answered"));
    }
}

#[test]
fn click_to_dial_that_reaches_nobody_says_why() {
    let nobody = |habits: Habits| {
        let mut line = Line::logged_in(PbxSettings { habits, ..quiet(11) });
        originate(&mut line, click(1), "1001", "600111222");
        over(&mut line);
        only(&mut line)
    };
    let call = nobody(Habits { click_missed: 100, ..Habits::PLAIN });
    assert_eq!(call.no_activity, Some(NoActivity::AgentDidNotPickUp));
    assert_eq!(call.to.as_deref(), Some("600111222"));
    for habits in
        [Habits { customer_busy: 100, ..Habits::PLAIN }, Habits { customer_absent: 100, ..Habits::PLAIN }]
    {
        let call = nobody(habits);
        assert_eq!((call.kind, call.no_activity), (Some(CallType::OutboundMissed), None));
        assert_eq!(call.engagements[0].result, Some(OfferResult::Unreachable));
        assert!(call.engagements[0].wrapup);
    }
}

#[test]
fn an_id_that_lives_and_a_phone_that_is_not_there_are_refused_in_the_event() {
    let mut line = Line::logged_in(plain(12));
    originate(&mut line, click(1), "1001", "600111222");
    line.pass(3_000);
    let answers = originate(&mut line, click(1), "1002", "600111222");
    assert_eq!(answers[0].response(), Some("Success"));
    assert_eq!((answers[1].get("Response"), answers[1].get("Reason")), (Some("Failure"), Some("0")));
    assert_eq!(answers[1].get("Uniqueid"), Some(Dial::leg(click(1)).as_str()));
    let answers = originate(&mut line, click(2), "7777", "600111222");
    assert_eq!(answers[1].get("Response"), Some("Failure"));
    // The phone of 1001 is in the first call.
    let answers = originate(&mut line, click(3), "1001", "600111222");
    let told = answers.iter().find(|frame| frame.event() == Some("OriginateResponse"));
    assert_eq!(told.and_then(|frame| frame.get("Reason")), Some("5"));
    over(&mut line);
    let answers = originate(&mut line, click(1), "1002", "600111222");
    assert!(answers.iter().any(event("Newchannel")), "an id may be used again");
}

#[test]
fn only_who_knows_the_secret_gets_in() {
    let mut pbx = ObedientPbx::new(settings(1), START);
    assert_eq!(pbx.receive(START, b"Action: Ping\r\n\r\n"), b"");
    assert_eq!(pbx.connect(START), b"Asterisk Call Manager/11.0.0\r\n");
    let first = |bytes: Vec<u8>| frames(&bytes).next().expect("a frame");
    let refused = first(pbx.receive(START, b"Action: CoreShowChannels\r\nActionID: 1\r\n\r\n"));
    assert_eq!((refused.get("Message"), refused.get("ActionID")), (Some("Permission denied"), Some("1")));
    let wrong =
        b"Action: Login\r\nActionID: 2\r\nUsername: bitacora\r\nSecret: wrong\r\n\r\nAction: Ping\r\n\r\n";
    let bytes = pbx.receive(START, wrong);
    assert_eq!(frames(&bytes).count(), 1);
    let refused = first(bytes);
    assert_eq!((refused.response(), refused.get("Message")), (Some("Error"), Some("Authentication failed")));
    assert!(!pbx.connected());
    assert!(pbx.advance(START.plus_millis(600_000)).is_empty(), "nobody listens");
    let bytes = log_in(&mut pbx, START.plus_millis(600_000));
    assert_eq!(frames(&bytes).filter(|frame| frame.event() == Some("FullyBooted")).count(), 1);
    assert!(pbx.connected() && !pbx.advance(START.plus_millis(900_000)).is_empty());
    let bye = first(pbx.receive(START.plus_millis(900_000), b"Action: Logoff\r\n\r\n"));
    assert_eq!(bye.response(), Some("Goodbye"));
    assert!(!pbx.connected());
}

#[test]
fn actions_may_be_cut_anywhere_and_unknown_ones_are_told_so() {
    let actions: &[u8] = b"Action: Ping\r\nActionID: a\r\n\r\naction: Dance\r\nactionid: b\r\n\r\n\
        Action: QueuePause\r\nActionID: c\r\nInterface: PJSIP/1002\r\nPaused: true\r\nReason: x\r\n\r\n\
        ActionID: d\r\n\r\n";
    let whole = {
        let mut pbx = ObedientPbx::new(quiet(2), START);
        log_in(&mut pbx, START);
        pbx.receive(START, actions)
    };
    for cut in 0..=actions.len() {
        let mut pbx = ObedientPbx::new(quiet(2), START);
        log_in(&mut pbx, START);
        let mut bytes = pbx.receive(START, &actions[..cut]);
        bytes.extend(pbx.receive(START, &actions[cut..]));
        assert!(bytes == whole, "cut at {cut}");
    }
    let read: Vec<Frame> = frames(&whole).collect();
    let answers: Vec<_> =
        read.iter().filter(|frame| frame.response().is_some()).map(|frame| frame.get("ActionID")).collect();
    assert_eq!(answers, [Some("a"), Some("b"), Some("c"), Some("d")]);
    assert_eq!((read[0].get("Ping"), read[0].get("Timestamp")), (Some("Pong"), Some("1900000000.000000")));
    assert!(read[1].get("Message").is_some_and(|text| text.starts_with("Invalid/unknown command")));
    assert_eq!(read.iter().filter(|frame| event("QueueMemberPause")(frame)).count(), 2);
}

#[test]
fn living_channels_are_listed() {
    let mut line = Line::logged_in(plain(13));
    line.call_in("600111222", 0);
    line.until(event("AgentConnect"));
    let listed = line.send(&[("Action", "CoreShowChannels"), ("ActionID", "9")]);
    assert_eq!(listed[0].get("EventList"), Some("start"));
    let channels: Vec<&Frame> = listed.iter().filter(|frame| event("CoreShowChannel")(frame)).collect();
    assert_eq!(channels.len(), 2);
    assert!(channels.iter().all(|frame| frame.get("ActionID") == Some("9")));
    assert_eq!(channels[0].get("BridgeId"), channels[1].get("BridgeId"));
    let last = listed.last().expect("an end");
    assert_eq!((last.event(), last.get("ListItems")), (Some("CoreShowChannelsComplete"), Some("2")));
    // The reader that took the list for what lives goes on as before.
    over(&mut line);
    assert!(!only(&mut line).inferred);
}

#[test]
fn a_channel_is_hung_up_by_command() {
    let mut line = Line::logged_in(plain(14));
    line.call_in("600111222", 0);
    let channel = line.until(event("AgentConnect")).get("DestChannel").expect("a channel").to_owned();
    let answers = line.send(&[("Action", "Hangup"), ("Channel", &channel)]);
    assert_eq!(answers[0].get("Message"), Some("Channel Hungup"));
    assert!(!answers.iter().any(event("HangupRequest")), "nobody asked by hand");
    assert_eq!(answers.iter().filter(|frame| event("Hangup")(frame)).count(), 2);
    let again = line.send(&[("Action", "Hangup"), ("Channel", &channel)]);
    assert_eq!(again[0].get("Message"), Some("No such channel"));
    let call = only(&mut line);
    assert_eq!((call.kind, call.hung_up_by), (Some(CallType::Inbound), Some(HungUpBy::System)));
    assert_eq!(line.pbx.ledger().calls[0].hung_up_by, HungUpBy::System);
}

#[test]
fn legs_may_be_hung_up_at_any_moment() {
    for (seed, steps) in (0..3).flat_map(|seed| (0..16).map(move |steps| (seed, steps))) {
        let busy = PbxSettings { calls_per_minute: 40.0, ..settings(100 + seed) };
        let mut line = Line::logged_in(busy);
        for _ in 0..40 + steps * 7 {
            line.step();
        }
        line.pbx.close();
        let listed = line.send(&[("Action", "CoreShowChannels")]);
        for channel in listed.iter().filter_map(|frame| frame.get("Channel")) {
            line.send(&[("Action", "Hangup"), ("Channel", channel)]);
        }
        over(&mut line);
        let calls = line.settled();
        assert!(calls.values().all(|call| call.state == CallState::Ended && !call.inferred));
        crate::derived::compare(&calls, line.pbx.ledger());
    }
}

#[test]
fn a_client_hands_customers_over() {
    for (action, seed) in [("BlindTransfer", 15), ("Atxfer", 16)] {
        let mut line = Line::logged_in(plain(seed));
        line.call_in("600111222", 1);
        let connected = line.until(event("AgentConnect"));
        let (channel, agent) = (connected.get("DestChannel"), connected.get("Interface"));
        let (channel, agent) = (channel.expect("a channel").to_owned(), agent.expect("an agent").to_owned());
        let target = if agent == "PJSIP/1009" { "1008" } else { "1009" };
        let wrong =
            line.send(&[("Action", action), ("Channel", &channel), ("Exten", "77"), ("Context", "agents")]);
        assert_eq!(wrong[0].response(), Some("Error"));
        let answers =
            line.send(&[("Action", action), ("Channel", &channel), ("Exten", target), ("Context", "agents")]);
        assert_eq!(answers[0].response(), Some("Success"), "{answers:#?}");
        // Handed over, the colleague's leg is linked to the customer's, whatever it was linked to before.
        let joined =
            line.until(|frame| event("BridgeEnter")(frame) && frame.get("CallerIDNum") == Some(target));
        let joined = match action {
            "Atxfer" => line.until(|frame| frame.get("SwapUniqueid").is_some()),
            _ => joined,
        };
        assert_eq!(joined.get("Linkedid"), connected.get("Linkedid"));
        over(&mut line);
        let call = only(&mut line);
        let parts: Vec<_> =
            call.engagements.iter().map(|part| (part.via, part.result, part.wrapup)).collect();
        let answered = Some(OfferResult::Answered);
        assert_eq!(parts, [(Via::Queue, answered, true), (Via::Transfer, answered, true)], "{call:#?}");
        assert_eq!(call.engagements[1].agent.0, target);
        assert!(line.pbx.ledger().calls[0].parts[0].leg != line.pbx.ledger().calls[0].parts[1].leg);
    }
}

#[test]
fn a_transfer_that_is_called_off_leaves_the_customer_where_they_were() {
    let mut line = Line::logged_in(plain(17));
    line.call_in("600111222", 1);
    let channel = line.until(event("AgentConnect")).get("DestChannel").expect("a channel").to_owned();
    line.send(&[("Action", "Atxfer"), ("Channel", &channel), ("Exten", "1010"), ("Context", "agents")]);
    line.until(|frame| event("DialEnd")(frame) && frame.get("DestCallerIDNum") == Some("1010"));
    let answers = line.send(&[("Action", "CancelAtxfer"), ("Channel", &channel)]);
    assert!(answers.iter().any(event("Unhold")));
    over(&mut line);
    let mut kinds: Vec<_> =
        line.settled().into_values().map(|call| (call.kind, call.engagements.len())).collect();
    kinds.sort();
    assert_eq!(kinds, [(Some(CallType::Inbound), 1), (Some(CallType::Internal), 2)]);
}

#[test]
fn a_phone_is_used_by_hand_and_by_notify() {
    let mut line = Line::logged_in(PbxSettings { agents_act: false, ..plain(18) });
    line.call_in("600111222", 0);
    let offer = line.pbx.ledger().offers[0].agent.clone();
    let press = |line: &mut Line, press: &Handset| {
        let bytes = line.pbx.handset(line.now, &offer, press);
        bytes.map(|bytes| line.read(&bytes)).unwrap_or_default()
    };
    assert!(press(&mut line, &Handset::ToggleHold).is_empty());
    line.pass(2_000);
    assert!(press(&mut line, &Handset::Answer).iter().any(event("AgentConnect")));
    line.pass(2_000);
    assert!(press(&mut line, &Handset::ToggleHold).iter().any(event("Hold")));
    line.pass(5_000);
    let listed = line.send(&[("Action", "CoreShowChannels")]);
    let mut channels = listed.iter().filter_map(|frame| frame.get("Channel"));
    let channel = channels.find(|name| name.contains(&offer)).expect("a leg").to_owned();
    let answers = line.send(&[("Action", "PJSIPNotify"), ("Channel", &channel), ("Variable", "Event=hold")]);
    assert!(!answers.iter().any(event("Hold")), "they wait already");
    let answers = line.send(&[("Action", "PJSIPNotify"), ("Channel", &channel), ("Variable", "Event=talk")]);
    assert!(answers.iter().any(event("Unhold")));
    line.pass(1_000);
    assert!(press(&mut line, &Handset::HangUp).iter().any(event("HangupRequest")));
    assert!(press(&mut line, &Handset::Dial("600999888".to_owned())).iter().any(event("DialBegin")));
    over(&mut line);
    let calls: Vec<CallRecord> = line.settled().into_values().collect();
    assert_eq!(calls.len(), 2);
    let part = &calls[0].engagements[0];
    assert!((4_990..5_010).contains(&part.hold_ms), "{}", part.hold_ms);
    assert_eq!(calls[0].hung_up_by, Some(HungUpBy::Agent));
    assert_eq!((calls[1].kind, calls[1].to.as_deref()), (Some(CallType::Outbound), Some("600999888")));
}

#[test]
fn the_digit_for_an_outside_line_is_no_part_of_the_number() {
    let mut line = Line::logged_in(PbxSettings { outside_prefix: "9".to_owned(), ..plain(19) });
    originate(&mut line, click(5), "1001", "95550200");
    over(&mut line);
    assert_eq!(only(&mut line).to.as_deref(), Some("5550200"));
    assert_eq!(line.pbx.next_due(), At(i64::MAX));
}
