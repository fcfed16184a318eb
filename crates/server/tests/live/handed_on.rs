//! Callers who are handed on: more than once, to whom does not answer, outside, back into a ring group, by the manager
//! interface, or by way of a parking place. The two plain ways are in `transfers`.

use crate::centre::{AGENTS, Centre, talk};
use testkit::sip::{Caller, Habit, WITHIN};

const TALKED: &str = "inbound +34600111222 > 600, did 600, group support, talked, ended by customer";
const FIRST: &str = "  1001 queue answered, connected, wrap-up open";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_an_agent_who_gets_the_caller_back_owes_two_wrapups() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.transfer_to("1002").await;
    let second = centre.system.phone("1002").incoming(0).await;
    second.answer();
    centre.system.until_joined("1002", 1).await;
    talk().await;
    second.transfer_to("1001").await;
    centre.system.phone("1001").incoming(1).await.answer();
    centre.system.until_joined("1001", 2).await;
    talk().await;
    call.hang_up().await;
    let expected = [
        TALKED,
        FIRST,
        "  1002 transfer answered, connected, wrap-up open",
        "  1001 transfer answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consult_that_is_called_off_while_it_rings_is_no_part_of_the_call() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.hold().await;
    let consult = centre.system.phone("1001").call("1002", &Caller::Unsaid);
    let second = centre.system.phone("1002").incoming(0).await;
    consult.ringing().await;
    consult.cancel();
    consult.ended().await;
    second.ended().await;
    first.unhold().await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
        "internal 1001 > 1002, ended by agent, no activity: internal_call",
        "  1001 internal unreachable",
        "  1002 internal cancelled_by_caller",
    ];
    assert_eq!(centre.stored(2).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_handed_to_one_who_does_not_answer_was_talked_to_all_the_same() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.transfer_to("2002").await;
    let second = centre.system.phone("1002").incoming(0).await;
    second.ended().await;
    call.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by system",
        FIRST,
        "  1002 transfer missed",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_gives_up_while_it_rings_at_the_next_one() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.transfer_to("1002").await;
    let second = centre.system.phone("1002").incoming(0).await;
    call.hang_up().await;
    second.ended().await;
    let expected = [TALKED, FIRST, "  1002 transfer cancelled_by_caller"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_handed_to_a_number_outside_owes_nobody_there_anything() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let (call, first) = centre.talking().await;
    first.transfer_to("+34911222333").await;
    let outside = centre.system.outside.incoming(0).await;
    outside.answer();
    // The caller, the caller once more, and whom they were handed to.
    centre.system.until_joined("trunk", 3).await;
    talk().await;
    call.hang_up().await;
    outside.ended().await;
    assert_eq!(centre.stored(1).await, [TALKED, FIRST]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_a_caller_handed_back_to_a_ring_group_gets_the_next_one_of_it() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    centre.until_left_alone("1001", true).await;
    first.transfer_to("600").await;
    centre.system.phone("1002").incoming(0).await.answer();
    centre.system.until_joined("1002", 1).await;
    talk().await;
    call.hang_up().await;
    let expected = [TALKED, FIRST, "  1002 queue answered, connected, wrap-up open"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_a_caller_who_is_parked_is_who_picks_them_up_s_next() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    first.transfer_to("700").await;
    centre.system.until_told("they are parked", |frame| frame.event() == Some("ParkedCall")).await;
    talk().await;
    let fetched = centre.system.phone("1002").call("701", &Caller::Unsaid);
    fetched.answered().await;
    centre.system.until_joined("1002", 1).await;
    talk().await;
    call.hang_up().await;
    fetched.ended().await;
    let expected = [TALKED, FIRST, "  1002 transfer answered, connected, wrap-up open"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_is_parked_and_gives_up() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let (call, first) = centre.talking().await;
    first.transfer_to("700").await;
    centre.system.until_told("they are parked", |frame| frame.event() == Some("ParkedCall")).await;
    talk().await;
    call.hang_up().await;
    assert_eq!(centre.stored(1).await, [TALKED, FIRST]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_a_caller_handed_on_by_the_manager_interface() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    let leg = centre.system.leg("1001");
    let headers = [("Channel", leg.as_str()), ("Context", "from-internal"), ("Exten", "1002")];
    centre.system.tell("BlindTransfer", &headers).await;
    first.ended().await;
    centre.system.phone("1002").incoming(0).await.answer();
    centre.system.until_joined("1002", 1).await;
    talk().await;
    call.hang_up().await;
    let expected = [TALKED, FIRST, "  1002 transfer answered, connected, wrap-up open"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_a_caller_handed_on_after_asking_by_the_manager_interface() {
    let Some(centre) = Centre::open_for_long(&AGENTS).await else { return };
    let (call, first) = centre.talking().await;
    centre.system.phone("1002").when_called(Habit::Answers);
    let leg = centre.system.leg("1001");
    let headers = [("Channel", leg.as_str()), ("Context", "from-internal"), ("Exten", "1002")];
    // It presses keys for the agent, and keys are heard where there is a voice between them.
    tokio::select! {
        () = first.speak(WITHIN) => panic!("1002 was not asked"),
        () = async {
            centre.system.tell("Atxfer", &headers).await;
            centre.system.until_joined("1002", 1).await;
        } => {}
    }
    talk().await;
    first.hang_up().await;
    centre.system.until_told("the transfer", |frame| frame.event() == Some("AttendedTransfer")).await;
    talk().await;
    call.hang_up().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
        "  1002 transfer answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}
