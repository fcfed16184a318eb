//! Callers whom nobody answers, and who may leave a message.

use crate::centre::{Centre, talk};
use std::time::Duration;

/// Longer than the shortest message that is kept (`minsecs`), after the tone before it.
const MESSAGE: Duration = Duration::from_secs(4);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_leaves_a_message() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let call = centre.system.caller_calls("606");
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.ended().await;
    call.speak(MESSAGE).await;
    call.hang_up().await;
    let expected =
        ["voicemail +34600111222 > 606, did 606, group support, ended by customer", "  1001 queue missed"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_hangs_up_while_they_are_told_that_nobody_is_there() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let call = centre.system.caller_calls("607");
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.ended().await;
    talk().await;
    call.hang_up().await;
    let expected =
        ["abandoned +34600111222 > 607, did 607, group support, ended by customer", "  1001 queue missed"];
    assert_eq!(centre.stored(1).await, expected);
}
