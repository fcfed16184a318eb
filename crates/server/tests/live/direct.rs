//! Calls to an agent's own number.

use crate::centre::{Centre, talk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_call_that_is_answered() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("602");
    centre.system.phone("1001").incoming(0).await.answer();
    call.answered().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 602, did 602, talked, ended by customer",
        "  1001 direct answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_call_that_nobody_answers() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("602");
    centre.system.phone("1001").incoming(0).await.ended().await;
    call.ended().await;
    let expected = ["missed +34600111222 > 602, did 602, ended by system", "  1001 direct missed"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_gives_up_a_direct_call() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("602");
    let agent = centre.system.phone("1001").incoming(0).await;
    call.ringing().await;
    call.cancel();
    call.ended().await;
    agent.ended().await;
    let expected =
        ["missed +34600111222 > 602, did 602, ended by customer", "  1001 direct cancelled_by_caller"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_call_that_the_agent_turns_down() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let call = centre.system.caller_calls("602");
    centre.system.phone("1001").incoming(0).await.reject();
    call.ended().await;
    let expected = ["missed +34600111222 > 602, did 602, ended by agent", "  1001 direct rejected"];
    assert_eq!(centre.stored(1).await, expected);
}
