//! Several agents, ring groups or calls at once, or one after the other.

use crate::centre::{AGENTS, Centre, EXTENSIONS, log, talk};
use testkit::sip::{Caller, Habit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_rings_five_at_once_is_one_call_with_five_attempts_and_no_miss() {
    let Some(centre) = Centre::open(&EXTENSIONS).await else { return };
    for agent in EXTENSIONS {
        centre.system.add_to("everybody", &format!("PJSIP/{agent}"), agent).await;
    }
    let call = centre.system.caller_calls("609");
    for agent in EXTENSIONS {
        centre.system.phone(agent).incoming(0).await.ringing().await;
    }
    centre.system.phone("1003").incoming(0).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let mut stored = centre.stored(1).await;
    stored.sort();
    let expected = [
        "  1001 queue answered_elsewhere",
        "  1002 queue answered_elsewhere",
        "  1003 queue answered, connected, wrap-up open",
        "  1004 queue answered_elsewhere",
        "  1005 queue answered_elsewhere",
        "inbound +34600111222 > 609, did 609, group everybody, talked, ended by customer",
    ];
    assert_eq!(stored, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_waits_in_one_ring_group_and_then_in_another_is_of_the_second() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let call = centre.system.caller_calls("603");
    centre.system.phone("1001").incoming(0).await.ended().await;
    centre.system.phone("1001").incoming(1).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 603, did 603, group all, talked, ended by customer",
        "  1001 queue missed",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_comes_to_one_ring_group_twice_is_one_call() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let call = centre.system.caller_calls("604");
    centre.system.phone("1001").incoming(0).await.ended().await;
    centre.system.phone("1001").incoming(1).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 604, did 604, group support, talked, ended by customer",
        "  1001 queue missed",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_gives_up_and_calls_again_has_called_twice() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let first = centre.system.caller_calls("600");
    let agent = centre.system.phone("1001").incoming(0).await;
    first.hang_up().await;
    agent.ended().await;
    let second = centre.system.caller_calls("600");
    centre.system.phone("1001").incoming(1).await.answer();
    centre.system.until_connected().await;
    talk().await;
    second.hang_up().await;
    let expected = [
        "abandoned +34600111222 > 600, did 600, group support, ended by customer",
        "  1001 queue cancelled_by_caller",
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(2).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_engaged_is_not_called_and_the_next_one_takes_it() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    centre.system.outside.when_called(Habit::Answers);
    let own = centre.system.phone("1001").call("+34911222333", &Caller::Unsaid);
    own.answered().await;
    let call = centre.system.caller_calls("600");
    centre.system.phone("1002").incoming(0).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    own.hang_up().await;
    assert_eq!(centre.system.phone("1001").offers(), []);
    let expected = [
        "outbound 1001 > +34911222333, talked, ended by agent",
        "  1001 outbound answered, connected, wrap-up open",
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1002 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(2).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_an_agent_of_two_ring_groups_is_left_alone_by_both_until_they_logged_the_call() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let (first, _) = centre.talking().await;
    centre.until_left_alone("1001", true).await;
    let second = centre.system.caller_calls("605");
    second.answered().await;
    first.hang_up().await;
    centre.until_owing("1001", 1).await;
    // Longer than a ring group waits before it tries again.
    for _ in 0..5 {
        talk().await;
    }
    assert_eq!(centre.system.phone("1001").offers().len(), 1, "called during After Call Work");
    log(&mut centre.desk("1001").await).await;
    centre.system.phone("1001").incoming(1).await.answer();
    centre.system.until_told_times(2, "the second one", |frame| frame.event() == Some("AgentConnect")).await;
    talk().await;
    second.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up logged",
        "inbound +34600111222 > 605, did 605, group all, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(2).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_with_two_calls_at_once_owes_a_wrapup_for_each() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let (first, first_here) = centre.talking().await;
    first_here.hold().await;
    let second = centre.system.caller_calls("602");
    let second_here = centre.system.phone("1001").incoming(1).await;
    second_here.answer();
    centre.system.until_joined("1001", 2).await;
    talk().await;
    second_here.hang_up().await;
    second.ended().await;
    first_here.unhold().await;
    talk().await;
    first.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
        "inbound +34600111222 > 602, did 602, talked, ended by agent",
        "  1001 direct answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(2).await, expected);
}
