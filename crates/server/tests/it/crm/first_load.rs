//! The first load of a directory, broken off again and again wherever it waits for something: as it ends, each record of the org
//! is one of ours, once. The same with a real process that is killed, and a million people: `bitacora-bench mirror`.

use super::org::Org;
use crate::world::{HERE, World};
use server::ops::crm::mirror::mirror;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// People of the sample directory in the org.
const PEOPLE: usize = 1_200;
/// Kinds with more records than this come by the Bulk API, the others page by page.
const BULK_FROM: u64 = 200;
/// How often it is broken off at one place, before it is let go a step further.
const ATTEMPTS_A_STEP: usize = 5;
/// More attempts than any load takes.
const MAX_ATTEMPTS: usize = 1_000;

/// Reads until it has waited so often, and is broken off then; whether it came to its end.
async fn read_until_it_waits(world: &World, times: usize) -> bool {
    let tenant = Arc::clone(world.tenant(HERE));
    let link = world.app.crms.of(tenant.id).expect("a CRM");
    let mut reading = pin!(mirror(&world.app, &tenant, &link));
    let mut left = times;
    poll_fn(|context| match reading.as_mut().poll(context) {
        Poll::Ready(read) => Poll::Ready(read.is_ok()),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_first_load_that_is_broken_off_again_and_again_ends_with_each_record_once() {
    let world = World::new().await;
    let org = Org::connect_where(&world, BULK_FROM).await;
    org.people(PEOPLE);
    let records = "SELECT (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM case_record)";
    let before = world.count(records);
    let mut attempts = 1;
    while !read_until_it_waits(&world, attempts / ATTEMPTS_A_STEP).await {
        assert!(attempts < MAX_ATTEMPTS, "it never ends");
        attempts += 1;
    }
    assert!(attempts > 10, "it was broken off: {attempts}");
    let there: usize = [
        "SELECT Id FROM Account",
        "SELECT Id FROM Contact WHERE IsPersonAccount = false",
        "SELECT Id FROM Lead WHERE IsConverted = false",
        "SELECT Id FROM Case",
    ]
    .map(|soql| org.query(soql).len())
    .iter()
    .sum();
    assert!(there > PEOPLE, "{there}");
    assert_eq!(world.count(records) - before, there as i64, "none twice and none missing");
    let main = "FROM crm_link WHERE part = 'main'";
    assert_eq!(world.count(&format!("SELECT COUNT(*) {main}")), there as i64);
    let ours = format!("SELECT COUNT(*) FROM (SELECT DISTINCT kind, local {main})");
    assert_eq!(world.count(&ours), there as i64);
}
