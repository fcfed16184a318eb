//! Members of ring groups who are called through the dialplan (`Local/1001@from-internal`), as the distributions of
//! Asterisk with pages of their own set them up.

use crate::centre::{AGENTS, Centre, talk};

/// A member of that kind.
fn through_dialplan(agent: &str, ending: &str) -> String {
    format!("Local/{agent}@from-internal{ending}")
}

async fn answered(ending: &str) {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    centre.system.add_to("behind", &through_dialplan("1001", ending), "1001").await;
    let call = centre.system.caller_calls("610");
    centre.system.phone("1001").incoming(0).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 610, did 610, group behind, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_whose_local_leg_stays_is_one_agent_with_one_part() {
    answered("/n").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_whose_local_leg_vanishes_is_one_agent_with_one_part() {
    answered("").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_a_member_behind_a_local_leg_is_left_alone_by_the_name_the_ring_group_has_for_them() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let member = through_dialplan("1001", "/n");
    centre.system.add_to("behind", &member, "1001").await;
    let call = centre.system.caller_calls("610");
    centre.system.phone("1001").incoming(0).await.answer();
    let told =
        || centre.system.onlooker.pauses(&member).get("behind").map(String::as_str) == Some("bitacora:acw");
    centre.until("the ring group leaves them alone", told).await;
    call.hang_up().await;
    centre.until_owing("1001", 1).await;
    assert!(told());
    centre.stored(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_behind_a_local_leg_who_lets_it_ring_has_missed_it_once() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    for agent in AGENTS {
        centre.system.add_to("behind", &through_dialplan(agent, "/n"), agent).await;
    }
    let call = centre.system.caller_calls("610");
    centre.system.phone("1001").incoming(0).await.ended().await;
    centre.system.phone("1002").incoming(0).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 610, did 610, group behind, talked, ended by customer",
        "  1001 queue missed",
        "  1002 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_gives_up_while_it_rings_behind_a_local_leg() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    centre.system.add_to("behind", &through_dialplan("1001", "/n"), "1001").await;
    let call = centre.system.caller_calls("610");
    let agent = centre.system.phone("1001").incoming(0).await;
    call.hang_up().await;
    agent.ended().await;
    let expected = [
        "abandoned +34600111222 > 610, did 610, group behind, ended by customer",
        "  1001 queue cancelled_by_caller",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_behind_a_local_leg_who_turns_it_down_has_rejected_it() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    for agent in AGENTS {
        centre.system.add_to("behind", &through_dialplan(agent, "/n"), agent).await;
    }
    let call = centre.system.caller_calls("610");
    let first = centre.system.phone("1001").incoming(0).await;
    centre.system.until_told("it rings", |frame| frame.get("DialStatus") == Some("RINGING")).await;
    first.reject();
    centre.system.phone("1002").incoming(0).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 610, did 610, group behind, talked, ended by customer",
        "  1001 queue rejected",
        "  1002 queue answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}
