//! Calls to ring groups.

use crate::centre::{AGENTS, Centre, talk};
use testkit::sip::Habit;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_call_that_the_caller_ends() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("600");
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.ringing().await;
    agent.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    agent.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_call_that_the_agent_ends() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("600");
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.answer();
    centre.system.until_connected().await;
    talk().await;
    agent.hang_up().await;
    call.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by agent",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_lets_it_ring_has_missed_it_and_the_next_one_takes_it() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    centre.system.phone("1002").when_called(Habit::Answers);
    let call = centre.system.caller_calls("600");
    centre.system.phone("1001").incoming(0).await.ended().await;
    centre.system.phone("1002").incoming(0).await.answered().await;
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue missed",
        "  1002 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_turns_it_down_has_rejected_it_and_the_next_one_takes_it() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    centre.system.phone("1001").when_called(Habit::Rejects);
    centre.system.phone("1002").when_called(Habit::Answers);
    let call = centre.system.caller_calls("600");
    centre.system.phone("1002").incoming(0).await.answered().await;
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue rejected",
        "  1002 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_gives_up_while_it_rings() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("600");
    let agent = centre.system.phone("1001").incoming(0).await;
    call.hang_up().await;
    agent.ended().await;
    let expected = [
        "abandoned +34600111222 > 600, did 600, group support, ended by customer",
        "  1001 queue cancelled_by_caller",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_gives_up_while_nobody_is_there() {
    let Some(centre) = Centre::open(&[]).await else { return };
    let call = centre.system.caller_calls("600");
    centre.system.until_told("they wait", |frame| frame.event() == Some("QueueCallerJoin")).await;
    talk().await;
    call.hang_up().await;
    let expected = ["abandoned +34600111222 > 600, did 600, group support, ended by customer"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ring_group_that_gives_up_has_missed_the_call() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("601");
    let agent = centre.system.phone("1001").incoming(0).await;
    call.ended().await;
    agent.ended().await;
    let expected =
        ["missed +34600111222 > 601, did 601, group support, ended by system", "  1001 queue missed"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_all_who_are_rung_at_once_one_wins_and_the_others_missed_nothing() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    let call = centre.system.caller_calls("605");
    let loser = centre.system.phone("1001").incoming(0).await;
    centre.system.phone("1002").incoming(0).await.answer();
    centre.system.until_connected().await;
    loser.ended().await;
    talk().await;
    call.hang_up().await;
    let mut stored = centre.stored(1).await;
    // Which of them is called first is the phone system's choice.
    stored.sort();
    let expected = [
        "  1001 queue answered_elsewhere",
        "  1002 queue answered, connected, wrap-up open",
        "inbound +34600111222 > 605, did 605, group all, talked, ended by customer",
    ];
    assert_eq!(stored, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_is_put_on_hold_and_taken_back() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("600");
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.answer();
    centre.system.until_connected().await;
    talk().await;
    agent.hold().await;
    centre.system.until_told("hold", |frame| frame.event() == Some("Hold")).await;
    talk().await;
    agent.unhold().await;
    centre.system.until_told("no hold any more", |frame| frame.event() == Some("Unhold")).await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}
