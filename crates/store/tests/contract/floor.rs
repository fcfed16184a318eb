//! What is now, of a whole tenant.

use crate::fixture::World;
use crate::sample::*;
use domain::call::CallRecord;
use domain::commit::Change;
use domain::id::CallKey;
use domain::wrapup::{Released, Wrapup};
use store::FloorRows;

for_each_store! {
    the_floor_holds_the_calls_that_live_with_their_parts_and_no_others,
    the_floor_names_whom_a_call_is_filed_on,
    the_floor_holds_the_wrapups_that_keep_agents_from_calls,
    the_floor_holds_what_agents_say_and_so_many_rows_of_each_kind,
}

async fn floor(world: &World<'_>, limit: usize) -> FloorRows {
    world.store.snapshot(world.tenant).await.unwrap().floor(limit).await.unwrap()
}

fn keys(floor: &FloorRows) -> Vec<CallKey> {
    floor.calls.iter().map(|call| call.key).collect()
}

async fn the_floor_holds_the_calls_that_live_with_their_parts_and_no_others(world: &World<'_>) {
    let one = live_call(1, "A", vec![engagement(1, 1)]);
    assert_eq!(floor(world, 9).await.calls, vec![one.clone()]);
    // Heard of later, though it began earlier; nobody was offered it yet.
    let waiting = CallRecord { started_at: at(0), ..live_call(4, "A", vec![]) };
    let several = live_call(5, "A", vec![engagement(6, 2), ended_engagement(7, 1)]);
    world.write(vec![call(waiting.clone()), call(several.clone())]).await;
    assert_eq!(floor(world, 9).await.calls, [one, waiting.clone(), several]);
    let served = CallRecord { waiting_since: None, ..waiting };
    world.write(vec![call(served.clone()), call(ended_call(1, "A", vec![]))]).await;
    let now = floor(world, 9).await;
    assert_eq!((keys(&now), &now.calls[0]), (vec![call_key(4), call_key(5)], &served));
}

async fn the_floor_names_whom_a_call_is_filed_on(world: &World<'_>) {
    assert!(floor(world, 9).await.parties.is_empty(), "nobody is settled");
    let settled = domain::activity::Activity { party: Some(filed_on(1)), ..open_activity(1, &[1, 2]) };
    world.write(vec![Change::Activity(Box::new(settled))]).await;
    let named: Vec<(CallKey, String)> = floor(world, 9).await.parties.into_iter().collect();
    assert_eq!(named, [(call_key(1), "Ana A".to_owned())]);
    world.write(vec![Change::PersonDeleted(person_id(1))]).await;
    assert!(floor(world, 9).await.parties.is_empty());
}

async fn the_floor_holds_the_wrapups_that_keep_agents_from_calls(world: &World<'_>) {
    let works = async || -> Vec<_> { floor(world, 9).await.working.into_iter().map(|w| w.key).collect() };
    assert_eq!(works().await, [engagement_key(2)]);
    let released = Released { at: at(9), by: None, reason: None };
    let freed = Wrapup { released: Some(released), ..open_wrapup(2, 2, 1) };
    let older = Wrapup { opened_at: Some(at(-5)), ..open_wrapup(8, 2, 2) };
    world
        .write(vec![
            Change::Wrapup(Box::new(older)),
            Change::Wrapup(Box::new(open_wrapup(9, 2, 2))),
            Change::Wrapup(Box::new(undispositioned_wrapup(5, 2, 1))),
        ])
        .await;
    assert_eq!(works().await, [engagement_key(8), engagement_key(2), engagement_key(9)]);
    let waits = async || -> Vec<_> { floor(world, 9).await.waiting.into_iter().map(|w| w.key).collect() };
    assert!(waits().await.is_empty());
    world.write(vec![Change::Wrapup(Box::new(freed))]).await;
    assert_eq!(works().await, [engagement_key(8), engagement_key(9)]);
    assert_eq!(waits().await, [engagement_key(2)]);
}

async fn the_floor_holds_what_agents_say_and_so_many_rows_of_each_kind(world: &World<'_>) {
    world.write(vec![Change::Mode(Box::new(away(2, "Meeting A", 1)))]).await;
    world
        .write(vec![call(live_call(4, "A", vec![])), Change::WrapupOpened(Box::new(open_wrapup(9, 2, 2)))])
        .await;
    let all = floor(world, 9).await;
    assert_eq!(all.modes, [away(1, "Lunch A", 1), away(2, "Meeting A", 1)]);
    assert_eq!((all.calls.len(), all.working.len()), (2, 2));
    let one = floor(world, 1).await;
    assert_eq!((keys(&one), one.working.len(), one.modes.len()), (vec![call_key(1)], 1, 1));
    assert_eq!(one.calls[0].engagements.len(), 1);
}
