//! What keeping up with an org costs: looks are paid for by calls, counted by the org itself over a simulated day.

use super::backlog::{call, settle};
use super::org::{Org, contact, drain, read, round};
use crate::world::{HERE, World};
use domain::id::At;
use serde_json::json;
use server::crms::CrmLink;
use server::ops::crm::mirror::mirror;
use server::ops::crm::pace::{CALLS_A_LOOK, Pace};
use std::sync::Arc;
use std::time::Duration;

/// As the settings have it where they say nothing.
const PACE: Pace = Pace { every: Duration::from_secs(30), quiet: Duration::from_secs(300) };
/// Ten agents with ten calls an hour each: one in so many seconds.
const SECONDS_A_CALL: i64 = 36;
/// What follows a call at once, in seconds.
const TICK: i64 = 12;
/// Working hours.
const HOURS: i64 = 8;

/// A mirror that looks when it is due.
struct Keeping<'a> {
    world: &'a World,
    org: Arc<Org>,
    link: Arc<CrmLink>,
    looked_at: At,
    looks: u64,
    /// API calls of its looks.
    spent: u64,
}

impl Keeping<'_> {
    async fn begin(world: &World) -> Keeping<'_> {
        let org = Org::connect(world).await;
        let link = world.app.crms.of(world.tenant(HERE).id).expect("a CRM");
        let looked_at = world.app.around.now();
        let mut keeping = Keeping { world, org, link, looked_at, looks: 0, spent: 0 };
        keeping.look().await;
        keeping
    }

    async fn look(&mut self) {
        let before = self.org.calls();
        self.looked_at = self.world.app.around.now();
        read(self.world).await;
        self.looks += 1;
        self.spent += self.org.calls() - before;
    }

    /// So many seconds go by.
    async fn later(&mut self, seconds: i64) {
        for _ in 0..seconds / TICK {
            self.world.clock.advance(TICK);
            if PACE.wait(self.looked_at, self.link.paid(), self.world.app.around.now()).is_zero() {
                self.look().await;
            }
        }
    }
}

#[tokio::test]
async fn a_day_of_ten_agents_costs_less_than_a_fifth_of_an_api_call_for_each_call_besides_logging() {
    let world = World::new().await;
    let mut keeping = Keeping::begin(&world).await;
    let calls = u32::try_from(HOURS * 3_600 / SECONDS_A_CALL).expect("a count");
    let (org, eva) = (Arc::clone(&keeping.org), contact(&keeping.org, "Ruiz", "600000001"));
    for nth in 0..calls {
        settle(&world, [call(nth, world.app.around.now())].into_iter()).await;
        drain(&world).await;
        if nth % 10 == 0 {
            org.change("Contact", &eva, json!({ "LastName": format!("Ruiz {nth}") }));
        }
        keeping.later(SECONDS_A_CALL).await;
    }
    let a_call = keeping.spent as f64 / f64::from(calls);
    println!("{calls} calls, {} looks, {} API calls: {a_call:.3} a call", keeping.looks, keeping.spent);
    assert!(a_call < 0.2, "{} API calls for {calls} calls", keeping.spent);
    assert!(keeping.looks >= 90, "and no more than five minutes behind: {}", keeping.looks);
    // Nobody calls by night.
    let (looks, spent) = (keeping.looks, keeping.spent);
    keeping.later(12 * 3_600).await;
    let (looks, spent) = (keeping.looks - looks, keeping.spent - spent);
    println!("a night of 12 hours: {looks} looks, {spent} API calls");
    assert!(looks <= 145 && spent <= looks + 30, "{looks} looks, {spent} API calls");
}

#[tokio::test]
async fn ten_calls_carried_out_pay_for_a_look_and_what_the_org_refused_pays_nothing() {
    let world = World::new().await;
    let keeping = Keeping::begin(&world).await;
    let some = u32::try_from(CALLS_A_LOOK).expect("a count");
    keeping.org.cut_off(true);
    settle(&world, (0..some).map(|nth| call(nth, world.app.around.now()))).await;
    round(&world).await;
    assert_eq!(keeping.link.paid(), 0);
    keeping.org.cut_off(false);
    world.clock.advance(60);
    drain(&world).await;
    assert_eq!(keeping.link.paid(), CALLS_A_LOOK);
    assert!(PACE.wait(keeping.looked_at, keeping.link.paid(), world.app.around.now()).is_zero());
    read(&world).await;
    assert_eq!(keeping.link.paid(), 0, "spent by the look");
}

#[tokio::test]
async fn a_kind_that_our_user_may_not_read_holds_up_no_other() {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    org.control("POST", "schema", json!({ "without": ["Lead"] }));
    let link = world.app.crms.of(world.tenant(HERE).id).expect("a CRM");
    contact(&org, "Ruiz", "600000001");
    org.create("Case", json!({ "Subject": "x" }));
    let tenant = world.tenant(HERE);
    assert!(mirror(&world.app, tenant, &link).await.is_err(), "and it is told");
    let places = world.app.store.mirrored(tenant.id).await.expect("places");
    let kept: Vec<_> = places.iter().filter(|place| place.loading.is_none()).map(|place| place.of).collect();
    assert_eq!(kept.len(), 4, "{kept:?}");
    world.clock.advance(600);
    contact(&org, "Gil", "600000002");
    assert!(mirror(&world.app, tenant, &link).await.is_err());
    let ana = world.sign_in(HERE, "ana").await;
    let found = world.ask(&ana, "GET", "/people?q=gil", None).await.is(200);
    assert_eq!(found.body["people"].as_array().map(Vec::len), Some(1), "{:?}", found.body);
}
