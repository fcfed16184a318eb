//! Callers who do not say who they are.

use crate::centre::{Centre, log, talk};
use crate::stored::count;
use crate::system::CALLER;
use serde_json::json;
use testkit::sip::Caller;

/// Records of people.
const PEOPLE: &str = "SELECT count(*) FROM person";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_whose_number_the_carrier_withholds_is_nobody() {
    let Some(centre) = Centre::open_for_long(&["1001"]).await else { return };
    let call = centre.system.outside.call("600", &Caller::Shown("anonymous"));
    centre.system.phone("1001").incoming(0).await.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    centre.until_owing("1001", 1).await;
    log(&mut centre.desk("1001").await).await;
    assert_eq!(count(&centre.database, PEOPLE), 0);
    let expected = [
        "inbound anonymous > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up logged",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

/// The carrier tells the number all the same; the agent is told nothing, though somebody has it.
#[tokio::test]
async fn a_caller_who_asks_that_their_number_is_not_shown_is_nobody() {
    let Some(centre) = Centre::open(&["1001"]).await else { return };
    let mut desk = centre.desk("1001").await;
    let phones = [json!({ "field": "mobile", "raw": CALLER })];
    let person = json!({ "kind": "contact", "name": "Olga Ruiz", "phones": phones });
    assert_eq!(desk.ask("POST", "/api/v1/people", Some(&person)).await.expect("an answer").status, 201);
    let call = centre.system.outside.call("600", &Caller::Withheld(CALLER));
    let ringing = centre.system.phone("1001").incoming(0).await;
    centre.until("it is stored that it rings", || centre.rings("1001")).await;
    let panel = desk.ask("GET", "/api/v1/me/panel", None).await.expect("a panel").body;
    assert_eq!(panel["calls"][0]["match"]["why"], "withheld", "{panel}");
    assert!(!panel.to_string().contains("600111222") && !panel.to_string().contains("Olga"), "{panel}");
    ringing.answer();
    centre.system.until_connected().await;
    talk().await;
    call.hang_up().await;
    centre.until_owing("1001", 1).await;
    log(&mut desk).await;
    // As the call is archived: why its caller is nobody is part of why it is what it is.
    let why = "SELECT count(*) FROM call WHERE from_number IS NULL AND explanation LIKE '%caller.withheld%'";
    centre.until("the call is archived", || count(&centre.database, why) == 1).await;
    let somebodys = "SELECT count(*) FROM activity WHERE party_person IS NOT NULL OR candidates <> '[]'";
    assert_eq!(count(&centre.database, somebodys), 0);
    let expected = [
        "inbound ? > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up logged",
    ];
    assert_eq!(centre.stored(1).await, expected);
}
