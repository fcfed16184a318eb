//! Click-to-dial, by the API that the panel uses.

use crate::centre::{Centre, talk};
use serde_json::json;
use testkit::sip::Habit;
use testkit::tier;

const CUSTOMER: &str = "+34911222333";

/// Agent 1001 clicks the number.
pub(crate) async fn click(centre: &Centre) {
    let mut desk = centre.desk("1001").await;
    let body = json!({ "number": CUSTOMER, "from": { "from": "typed" } });
    let answer = desk.ask("POST", "/api/v1/me/dial", Some(&body)).await.expect("an answer");
    assert_eq!(answer.status, 202, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_is_clicked_rings_the_agent_and_then_the_customer() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    click(&centre).await;
    let agent = centre.system.phone("1001").incoming(0).await;
    assert_eq!(centre.system.outside.offers(), [], "nobody is called before the agent picked up");
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
    let expected = [
        "outbound 1001 > +34911222333, talked, ended by agent",
        "  1001 outbound answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_does_not_want_to_talk_was_not_reached() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    centre.system.phone("1001").when_called(Habit::Answers);
    centre.system.outside.when_called(Habit::Rejects);
    click(&centre).await;
    let agent = centre.system.phone("1001").incoming(0).await;
    agent.ended().await;
    let expected = [
        "outbound_missed 1001 > +34911222333, ended by customer",
        "  1001 outbound unreachable, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_does_not_pick_up_has_called_nobody() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    // The long run waits for as long as a phone rings; an agent who turns it down does not pick up either.
    let lets_it_ring = tier::full();
    click(&centre).await;
    let agent = centre.system.phone("1001").incoming(0).await;
    if !lets_it_ring {
        agent.reject();
    }
    agent.ended().await;
    assert_eq!(centre.system.outside.offers(), []);
    let (by, result) = if lets_it_ring { ("system", "missed") } else { ("agent", "rejected") };
    let expected = [
        format!("outbound_missed 1001 > +34911222333, ended by {by}, no activity: agent_did_not_pick_up"),
        format!("  1001 outbound {result}"),
    ];
    assert_eq!(centre.stored(1).await, expected);
}
