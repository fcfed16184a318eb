//! Calls that end while the caller is on hold.

use crate::centre::{Centre, talk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_hangs_up_while_on_hold() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let (call, agent) = centre.talking().await;
    agent.hold().await;
    talk().await;
    call.hang_up().await;
    agent.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_hangs_up_while_the_caller_is_on_hold() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let (call, agent) = centre.talking().await;
    agent.hold().await;
    talk().await;
    agent.hang_up().await;
    call.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by agent",
        "  1001 queue answered, connected, held, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}
