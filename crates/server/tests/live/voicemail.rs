//! Callers whom nobody answers, and who may leave a message.

use crate::centre::{Centre, log, talk};
use crate::stored::count;
use crate::system::CALLER;
use serde_json::json;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_heard_after_its_mailbox_was_emptied_and_logging_the_call_back_ends_it() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let call = centre.system.caller_calls("606");
    centre.system.phone("1001").incoming(0).await.ended().await;
    call.speak(MESSAGE).await;
    call.hang_up().await;
    let stands = |state: &str, settled: u32| {
        let query = format!(
            "SELECT count(*) FROM message WHERE ring_group = 'support' AND state = '{state}' AND sound_settled = {settled}"
        );
        count(&centre.database, &query) == 1
    };
    centre.until("the message is there, and its sound copied", || stands("open", 1)).await;
    std::fs::remove_dir_all(centre.system.pbx.spool().join("voicemail/default/600/INBOX")).expect("emptied");

    let mut desk = centre.desk("1001").await;
    let left = desk.ask("GET", "/api/v1/messages", None).await.expect("messages").body;
    let id = left["messages"][0]["id"].as_str().expect("a message").to_owned();
    let path = format!("/api/v1/activities/{id}/voicemail");
    assert_eq!(desk.ask("GET", &path, None).await.expect("a sound").status, 200);

    let body = json!({ "number": CALLER, "from": { "from": "message", "call": id } });
    assert_eq!(desk.ask("POST", "/api/v1/me/dial", Some(&body)).await.expect("an answer").status, 202);
    assert!(stands("taken", 1));
    let agent = centre.system.phone("1001").incoming(1).await;
    agent.answer();
    let customer = centre.system.outside.incoming(0).await;
    customer.ringing().await;
    customer.answer();
    centre
        .system
        .until_told("the customer answers", |frame| {
            frame.event() == Some("DialEnd")
                && frame.get("DestChannel").is_some_and(|leg| leg.contains("trunk"))
        })
        .await;
    talk().await;
    agent.hang_up().await;
    customer.ended().await;
    centre.until_owing("1001", 1).await;
    log(&mut desk).await;
    assert!(stands("done", 1));
    let expected = [
        "voicemail +34600111222 > 606, did 606, group support, ended by customer",
        "  1001 queue missed",
        "outbound 1001 > +34600111222, talked, ended by agent",
        "  1001 outbound answered, connected, wrap-up logged",
    ];
    assert_eq!(centre.stored(2).await, expected);
}
