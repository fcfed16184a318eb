//! Callers who are taken into a conference room.

use crate::centre::{AGENTS, Centre, talk};
use testkit::sip::Habit;

/// The room.
const ROOM: &str = "800";
const CONTEXT: &str = "from-internal";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_of_a_conference_everybody_who_had_the_caller_owes_a_wrapup() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    centre.system.phone("1002").when_called(Habit::Answers);
    let (caller, agent) = (centre.system.leg("trunk"), centre.system.leg("1001"));
    let redirect = [
        ("Channel", caller.as_str()),
        ("ExtraChannel", agent.as_str()),
        ("Context", CONTEXT),
        ("ExtraContext", CONTEXT),
        ("Exten", ROOM),
        ("ExtraExten", ROOM),
        ("Priority", "1"),
        ("ExtraPriority", "1"),
    ];
    centre.system.tell("Redirect", &redirect).await;
    let joins = |frame: &telephony::ami::Frame| frame.event() == Some("ConfbridgeJoin");
    centre.system.until_told_times(2, "both are in the room", joins).await;
    let third = [
        ("Channel", "PJSIP/1002"),
        ("Context", CONTEXT),
        ("Exten", ROOM),
        ("Priority", "1"),
        ("Async", "true"),
    ];
    centre.system.tell("Originate", &third).await;
    let second = centre.system.phone("1002").incoming(0).await;
    centre.system.until_told_times(3, "all are in the room", joins).await;
    talk().await;
    first.hang_up().await;
    talk().await;
    call.hang_up().await;
    second.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
        "  1002 conference answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}
