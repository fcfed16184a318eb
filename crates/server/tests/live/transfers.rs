//! Callers who are handed over by the agent's own phone.

use crate::centre::{AGENTS, Centre, talk};
use testkit::sip::Caller;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_after_a_blind_transfer_each_agent_owes_their_own_wrapup() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.transfer_to("1002").await;
    let second = centre.system.phone("1002").incoming(0).await;
    second.answer();
    centre
        .system
        .until_told("the second one answers", |frame| {
            frame.event() == Some("DialEnd") && frame.get("DestCallerIDNum") == Some("1002")
        })
        .await;
    talk().await;
    call.hang_up().await;
    second.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
        "  1002 transfer answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_after_an_attended_transfer_each_agent_owes_their_own_wrapup() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.hold().await;
    let consult = centre.system.phone("1001").call("1002", &Caller::Unsaid);
    let second = centre.system.phone("1002").incoming(0).await;
    consult.ringing().await;
    second.answer();
    consult.answered().await;
    talk().await;
    first.join(&consult).await;
    consult.ended().await;
    centre.system.until_told("the transfer", |frame| frame.event() == Some("AttendedTransfer")).await;
    talk().await;
    call.hang_up().await;
    second.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
        "  1002 transfer answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_only_asked_owes_nothing() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.hold().await;
    let consult = centre.system.phone("1001").call("1002", &Caller::Unsaid);
    let second = centre.system.phone("1002").incoming(0).await;
    second.answer();
    consult.answered().await;
    talk().await;
    consult.hang_up().await;
    second.ended().await;
    first.unhold().await;
    talk().await;
    call.hang_up().await;
    first.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
        "internal 1001 > 1002, ended by agent, no activity: internal_call",
        "  1001 internal answered, connected",
        "  1002 internal answered, connected",
    ];
    assert_eq!(centre.stored(2).await, expected);
}
