//! Calls that nobody outside is part of, and calls to numbers that there are not.

use crate::centre::{AGENTS, Centre, talk};
use testkit::sip::Caller;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_who_call_each_other_leave_no_activity_but_a_reason() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let call = centre.system.phone("1001").call("1002", &Caller::Unsaid);
    let second = centre.system.phone("1002").incoming(0).await;
    second.answer();
    call.answered().await;
    talk().await;
    second.hang_up().await;
    call.ended().await;
    let expected = [
        "internal 1001 > 1002, ended by agent, no activity: internal_call",
        "  1001 internal answered, connected",
        "  1002 internal answered, connected",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_does_not_answer_a_colleague() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let call = centre.system.phone("1001").call("2002", &Caller::Unsaid);
    centre.system.phone("1002").incoming(0).await.ended().await;
    call.ended().await;
    let expected = [
        "internal 1001 > 2002, ended by system, no activity: internal_call",
        "  1001 internal unreachable",
        "  1002 internal missed",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_calls_a_ring_group_called_no_customer() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let call = centre.system.phone("1001").call("600", &Caller::Unsaid);
    centre.system.phone("1002").incoming(0).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "internal 1001 > 600, group support, ended by agent, no activity: internal_call",
        "  1001 internal answered, connected",
        "  1002 queue answered, connected",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_to_a_number_that_there_is_not_is_no_call() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let from_outside = centre.system.caller_calls("699");
    let from_within = centre.system.phone("1001").call("77", &Caller::Unsaid);
    from_outside.ended().await;
    from_within.ended().await;
    assert_eq!(centre.stored(0).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_to_a_colleague_whose_phone_is_off() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let call = centre.system.phone("1001").call("1005", &Caller::Unsaid);
    call.ended().await;
    let expected =
        ["internal 1001 > 1005, ended by system, no activity: no_customer", "  1001 internal unreachable"];
    assert_eq!(centre.stored(1).await, expected);
}
