//! Callers who do not say who they are.

use crate::centre::{Centre, log, talk};
use crate::stored::count;
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
