//! Corrections of many Activities at once: kept newest first, and what became of each call beside them.

use crate::fixture::World;
use crate::sample::*;
use domain::bulk::{Became, Bulk, BulkChange, BulkItem};
use domain::commit::{Change, Precondition};
use domain::id::BulkId;
use uuid::Uuid;

for_each_store! {
    a_bulk_is_kept_and_listed_newest_first_in_its_own_tenant,
    what_became_of_a_call_is_said_once_and_a_decision_rests_on_it,
}

fn bulk_id(n: u32) -> BulkId {
    BulkId(Uuid::from_u128(0x0193_0000_0000_8000_8000_000c_0000_0000 | u128::from(n)))
}

fn bulk(n: u32) -> Bulk {
    let change = BulkChange { note: Some(format!("note {n}")), ..BulkChange::default() };
    Bulk { id: bulk_id(n), by: user_id(1), at: at(n.into()), change, calls: vec![call_key(2), call_key(1)] }
}

fn item(n: u32, call: u32, became: Became) -> BulkItem {
    BulkItem { bulk: bulk_id(n), call: call_key(call), became }
}

fn said(item: BulkItem) -> Change {
    Change::BulkItem(Box::new(item))
}

async fn a_bulk_is_kept_and_listed_newest_first_in_its_own_tenant(world: &World<'_>) {
    world.write((1..4).map(|n| Change::Bulk(Box::new(bulk(n)))).collect()).await;
    assert_eq!(world.store.bulks(world.tenant, 2).await.unwrap(), vec![bulk(3), bulk(2)]);
    assert_eq!(world.store.bulk(world.tenant, bulk_id(1)).await.unwrap(), Some(bulk(1)));
    assert_eq!(world.store.bulk(world.other, bulk_id(1)).await.unwrap(), None);
    assert_eq!(world.store.bulks(world.other, 2).await.unwrap(), vec![]);
}

async fn what_became_of_a_call_is_said_once_and_a_decision_rests_on_it(world: &World<'_>) {
    let corrected = || Became::Corrected { correction: audit_id(1) };
    let on = |became| Precondition::BulkItem { bulk: bulk_id(1), call: call_key(1), became };
    assert!(world.holds(on(None)).await);
    world.write(vec![said(item(1, 2, Became::Unchanged)), said(item(1, 1, corrected()))]).await;
    assert!(world.holds(on(Some(corrected()))).await);
    assert!(!world.holds(on(None)).await);
    let items = || world.store.bulk_items(world.tenant, bulk_id(1));
    assert_eq!(items().await.unwrap(), vec![item(1, 1, corrected()), item(1, 2, Became::Unchanged)]);
    let undone = Became::Undone { correction: audit_id(1) };
    world.write(vec![said(item(1, 1, undone.clone()))]).await;
    assert_eq!(items().await.unwrap(), vec![item(1, 1, undone), item(1, 2, Became::Unchanged)]);
    assert_eq!(world.store.bulk_items(world.tenant, bulk_id(2)).await.unwrap(), vec![]);
}
