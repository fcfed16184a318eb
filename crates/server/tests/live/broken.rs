//! Lines that are cut, and phone systems that die, while people talk.

use crate::centre::{AGENTS, Centre, Line, log, talk};
use crate::stored::count;
use crate::system::System;
use domain::id::At;
use testkit::pbx::found;
use testkit::relay::Relay;
use testkit::sip::PhoneCall;
use testkit::{tier, time};

/// Name of the phone system.
const SOURCE: &str = "pbx";

/// A centre whose line to its phone system can be cut.
async fn with_a_line() -> Option<(Centre, Relay)> {
    let system = System::start(&found()?, &AGENTS).await;
    let relay = Relay::to(system.pbx.ami()).await.expect("a line");
    let line = Line { name: SOURCE, ami: relay.address(), agents: "", obeys: false };
    Some((Centre::with(system, &[line]).await, relay))
}

/// A caller talks to 1001, and the server knows; answers both ends.
async fn connected(centre: &Centre) -> (PhoneCall, PhoneCall) {
    let call = centre.system.caller_calls("600");
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.answer();
    centre.until_left_alone("1001", true).await;
    (call, agent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_ends_while_the_line_is_cut_is_closed_and_owed() {
    let Some((centre, relay)) = with_a_line().await else { return };
    let (call, agent) = connected(&centre).await;
    relay.cut();
    centre.until_disconnected(SOURCE).await;
    call.hang_up().await;
    agent.ended().await;
    centre.until("all legs are over", || centre.system.living_legs() == 0).await;
    relay.mend();
    centre.until_connected(SOURCE).await;
    centre.until_owing("1001", 1).await;
    // They were left alone all the while, and are until they logged it.
    assert!(centre.left_alone("1001"));
    log(&mut centre.desk("1001").await).await;
    centre.until_left_alone("1001", false).await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by system, inferred",
        "  1001 queue answered, connected, wrap-up logged",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_outlives_a_cut_of_the_line_is_the_same_call() {
    let Some((centre, relay)) = with_a_line().await else { return };
    let (call, agent) = connected(&centre).await;
    relay.cut();
    centre.until_disconnected(SOURCE).await;
    talk().await;
    relay.mend();
    centre.until_connected(SOURCE).await;
    assert_eq!(count(&centre.database, "SELECT count(*) FROM wrapup WHERE state = 'open'"), 0);
    talk().await;
    agent.hang_up().await;
    call.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by agent, inferred",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_after_the_phone_system_died_its_calls_are_closed_and_its_pauses_set_again() {
    let Some(mut centre) = Centre::open(&AGENTS).await else { return };
    let (_call, _agent) = connected(&centre).await;
    centre.system.kill();
    centre.until_disconnected(SOURCE).await;
    // The server may be let in while it starts, when it does not know its own queues yet.
    centre.system.start_again().await;
    centre.until_connected(SOURCE).await;
    centre.until_owing("1001", 1).await;
    // The phone system knows of no pause after its start: it is told again.
    centre.until_left_alone("1001", true).await;
    let next = centre.system.caller_calls("600");
    let agent = centre.system.phone("1002").incoming(0).await;
    agent.answer();
    centre.system.until_connected().await;
    talk().await;
    next.hang_up().await;
    agent.ended().await;
    assert_eq!(centre.system.phone("1001").offers().len(), 1, "called during After Call Work");
    log(&mut centre.desk("1001").await).await;
    centre.until_left_alone("1001", false).await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by system, inferred",
        "  1001 queue answered, connected, wrap-up logged",
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1002 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(2).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_calls_during_a_cut_of_five_seconds_one_ends_and_one_goes_on() {
    const CUT_US: i64 = 5_000_000;
    if !tier::full() {
        return;
    }
    let Some((centre, relay)) = with_a_line().await else { return };
    let (call, agent) = connected(&centre).await;
    let other_call = centre.system.caller_calls("600");
    let other_agent = centre.system.phone("1002").incoming(0).await;
    other_agent.answer();
    centre.until_left_alone("1002", true).await;
    relay.cut();
    centre.until_disconnected(SOURCE).await;
    let mended_at = At(time::now().0 + CUT_US);
    call.hang_up().await;
    agent.ended().await;
    time::until(mended_at).await;
    relay.mend();
    centre.until_connected(SOURCE).await;
    centre.until_owing("1001", 1).await;
    centre.until_owing("1002", 0).await;
    talk().await;
    other_agent.hang_up().await;
    other_call.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by system, inferred",
        "  1001 queue answered, connected, wrap-up open",
        "inbound +34600111222 > 600, did 600, group support, talked, ended by agent, inferred",
        "  1002 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(2).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_after_the_phone_system_was_stopped_in_mid_call_the_call_is_closed_and_the_agent_left_alone() {
    let Some(mut centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (_call, _agent) = connected(&centre).await;
    centre.system.stop().await;
    centre.until_disconnected(SOURCE).await;
    centre.system.start_again().await;
    centre.until_connected(SOURCE).await;
    centre.until_owing("1001", 1).await;
    centre.until_left_alone("1001", true).await;
    log(&mut centre.desk("1001").await).await;
    centre.until_left_alone("1001", false).await;
    let mut stored = centre.stored(1).await;
    // Its last words may be lost.
    stored[0] = stored[0].trim_end_matches(", inferred").to_owned();
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by system",
        "  1001 queue answered, connected, wrap-up logged",
    ];
    assert_eq!(stored, expected);
}

/// The first leg that a phone system told of.
async fn first_leg(system: &System) -> String {
    let began = system.onlooker.saw(|frame| frame.event() == Some("Newchannel")).await;
    began.get("Uniqueid").expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn legs_of_two_phone_systems_with_one_id_are_two_calls() {
    const SECOND_US: i64 = 1_000_000;
    const LAG_US: i64 = 100_000;
    let Some(tree) = found() else { return };
    let (one, other) = (System::start(&tree, &["1001"]).await, System::start(&tree, &["1001"]).await);
    let lines = [
        Line { name: "here", ami: one.pbx.ami(), agents: "", obeys: false },
        Line { name: "there", ami: other.pbx.ami(), agents: "2", obeys: false },
    ];
    let centre = Centre::with(one, &lines).await;
    // An id is the second in which the leg began, by a clock that lags a little, and its number since the start.
    time::until(At((time::now().0 / SECOND_US + 1) * SECOND_US + LAG_US)).await;
    let calls = [centre.system.caller_calls("602"), other.caller_calls("602")];
    assert_eq!(first_leg(&centre.system).await, first_leg(&other).await, "the ground of this test");
    for system in [&centre.system, &other] {
        system.phone("1001").incoming(0).await.answer();
    }
    for call in &calls {
        call.answered().await;
    }
    talk().await;
    for call in &calls {
        call.hang_up().await;
    }
    centre.until("the other's legs are over", || other.living_legs() == 0).await;
    let mut stored = centre.stored(2).await;
    stored.sort();
    let expected = [
        "  1001 direct answered, connected, wrap-up open",
        "  21001 direct answered, connected, wrap-up open",
        "inbound +34600111222 > 602, did 602, talked, ended by customer",
        "inbound +34600111222 > 602, did 602, talked, ended by customer",
    ];
    assert_eq!(stored, expected);
}
