//! Calls to the outside: by a click that leads nowhere, and by hand at the agent's phone.

use crate::centre::{Centre, talk};
use crate::clicks::click;
use testkit::sip::{Caller, Habit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_nobody_has_was_not_reached() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    centre.system.phone("1001").when_called(Habit::Answers);
    centre.system.outside.when_called(Habit::Unknown);
    click(&centre).await;
    centre.system.phone("1001").incoming(0).await.ended().await;
    let expected =
        ["outbound_missed 1001 > +34911222333, ended by system", "  1001 outbound unreachable, wrap-up open"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_lets_it_ring_was_not_reached() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    centre.system.phone("1001").when_called(Habit::Answers);
    click(&centre).await;
    let customer = centre.system.outside.incoming(0).await;
    customer.ended().await;
    let expected =
        ["outbound_missed 1001 > +34911222333, ended by system", "  1001 outbound unreachable, wrap-up open"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_gives_up_while_it_rings_at_the_customer() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    centre.system.phone("1001").when_called(Habit::Answers);
    click(&centre).await;
    let customer = centre.system.outside.incoming(0).await;
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.hang_up().await;
    customer.ended().await;
    let expected =
        ["outbound_missed 1001 > +34911222333, ended by agent", "  1001 outbound unreachable, wrap-up open"];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_whose_phone_is_off_has_called_nobody() {
    let Some(centre) = Centre::open_for_long(&[]).await else { return };
    click(&centre).await;
    let expected = [
        "outbound_missed 1001 > +34911222333, ended by system, no activity: agent_did_not_pick_up",
        "  1001 outbound unreachable",
    ];
    centre.until("the call is stored", || crate::stored::census(&centre.database) != (0, 0)).await;
    assert_eq!(centre.system.outside.offers(), []);
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_dialled_by_hand_and_that_the_customer_ends() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let agent = centre.system.phone("1001").call("+34911222333", &Caller::Unsaid);
    let customer = centre.system.outside.incoming(0).await;
    customer.answer();
    agent.answered().await;
    centre.system.until_joined("trunk", 1).await;
    talk().await;
    customer.hang_up().await;
    agent.ended().await;
    let expected = [
        "outbound 1001 > +34911222333, talked, ended by customer",
        "  1001 outbound answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_dialled_by_hand_to_somebody_who_is_engaged() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    centre.system.outside.when_called(Habit::Rejects);
    let agent = centre.system.phone("1001").call("+34911222333", &Caller::Unsaid);
    agent.ended().await;
    let expected = [
        "outbound_missed 1001 > +34911222333, ended by customer",
        "  1001 outbound unreachable, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}
