//! Calls: what replaces what, what moves, and what a merge leaves.

use crate::fixture::World;
use crate::sample::*;
use domain::call::{CallRecord, NoActivity};
use domain::commit::Change;
use domain::wrapup::{Wrapup, WrapupState};
use store::{CommitError, MAX_PAGE};

for_each_store! {
    a_call_is_what_was_last_said_of_it,
    engagements_no_longer_said_are_gone_and_their_order_is_kept,
    an_engagement_belongs_to_the_call_that_named_it_last,
    the_same_engagement_twice_is_inconsistent,
    live_calls_of_an_agent_are_those_whose_part_goes_on,
    a_merged_call_is_no_more,
    wrapups_of_a_merged_call_belong_to_the_other,
    a_merge_is_the_same_before_and_after_the_other_call_is_written,
    merging_again_changes_nothing,
    merging_into_an_unknown_call_is_inconsistent,
    the_census_counts_calls_as_they_are,
    ring_groups_are_those_that_any_call_came_through,
    calls_wait_for_a_record_until_somebody_looked,
}

async fn a_call_is_what_was_last_said_of_it(world: &World<'_>) {
    let read = async || world.store.call(world.tenant, call_key(3)).await.unwrap();
    assert_eq!(read().await, None);
    let steps = [
        live_call(3, "A", vec![]),
        live_call(3, "A", vec![engagement(4, 1), engagement(5, 2)]),
        ended_call(3, "A", vec![ended_engagement(4, 1), ended_engagement(5, 3)]),
        // A late fact can take things back.
        live_call(3, "A", vec![engagement(5, 2), engagement(4, 1)]),
        CallRecord { no_activity: Some(NoActivity::InternalCall), ..ended_call(3, "A", vec![]) },
    ];
    for step in steps {
        world.write(vec![call(step.clone())]).await;
        assert_eq!(read().await, Some(step));
    }
}

async fn engagements_no_longer_said_are_gone_and_their_order_is_kept(world: &World<'_>) {
    let parts = vec![engagement(5, 3), engagement(4, 2), engagement(1, 1)];
    world.write(vec![call(live_call(1, "A", parts.clone()))]).await;
    let read = world.store.call(world.tenant, call_key(1)).await.unwrap().unwrap();
    assert_eq!(read.engagements, parts);
    let parts = vec![engagement(1, 1), engagement(5, 3)];
    world.write(vec![call(live_call(1, "A", parts.clone()))]).await;
    let read = world.store.call(world.tenant, call_key(1)).await.unwrap().unwrap();
    assert_eq!(read.engagements, parts);
    assert_eq!(world.store.live_calls(world.tenant, &agent(2)).await.unwrap(), vec![]);
}

async fn an_engagement_belongs_to_the_call_that_named_it_last(world: &World<'_>) {
    let taken = live_call(3, "A", vec![engagement(1, 2)]);
    world.write(vec![call(taken.clone())]).await;
    assert_eq!(world.store.call(world.tenant, call_key(1)).await.unwrap(), Some(live_call(1, "A", vec![])));
    assert_eq!(world.store.live_calls(world.tenant, &agent(1)).await.unwrap(), vec![]);
    assert_eq!(world.store.live_calls(world.tenant, &agent(2)).await.unwrap(), vec![taken]);
}

async fn the_same_engagement_twice_is_inconsistent(world: &World<'_>) {
    let twice = live_call(3, "A", vec![engagement(4, 1), engagement(4, 2)]);
    let commit = domain::commit::Commit::of(world.tenant, vec![call(twice)]);
    assert!(matches!(world.store.commit(commit).await, Err(CommitError::Inconsistent(_))));
    assert_eq!(world.store.call(world.tenant, call_key(3)).await.unwrap(), None);
}

async fn live_calls_of_an_agent_are_those_whose_part_goes_on(world: &World<'_>) {
    let third = live_call(3, "A", vec![ended_engagement(4, 1), engagement(5, 1)]);
    let fourth = live_call(4, "A", vec![ended_engagement(6, 1), engagement(7, 2)]);
    world.write(vec![call(third.clone()), call(fourth)]).await;
    let first = live_call(1, "A", vec![engagement(1, 1)]);
    assert_eq!(world.store.live_calls(world.tenant, &agent(1)).await.unwrap(), vec![first, third]);
    let many = (0..=MAX_PAGE as u32).map(|n| call(live_call(10 + n, "A", vec![engagement(10 + n, 9)])));
    world.write(many.collect()).await;
    let live = world.store.live_calls(world.tenant, &agent(9)).await.unwrap();
    assert_eq!(live.len(), MAX_PAGE);
    assert_eq!(live[0].key, call_key(10));
}

async fn a_merged_call_is_no_more(world: &World<'_>) {
    world.write(vec![Change::CallMerged { from: call_key(2), into: call_key(1) }]).await;
    assert_eq!(world.store.call(world.tenant, call_key(2)).await.unwrap(), None);
    assert_eq!(world.store.activity(world.tenant, call_key(2)).await.unwrap(), None);
    assert_eq!(world.store.code_uses(world.tenant, code_id(1)).await.unwrap(), 0);
    for person in [1, 2] {
        let list = world.store.activities_of_person(world.tenant, person_id(person), None, 9).await.unwrap();
        assert_eq!(list.rows.len(), 1);
        assert_eq!(list.rows[0].call.key, call_key(1));
    }
    assert_eq!(world.store.activities_of_agent(world.tenant, &agent(2), 9).await.unwrap(), vec![]);
    let census = world.store.census(world.tenant).await.unwrap();
    assert_eq!((census.live, census.ended, census.activities, census.open_wrapups), (1, 0, 0, 1));
    // Its engagements can be said of the other one now.
    let whole = live_call(1, "A", vec![engagement(1, 1), ended_engagement(2, 1), ended_engagement(3, 2)]);
    world.write(vec![call(whole.clone())]).await;
    assert_eq!(world.store.call(world.tenant, call_key(1)).await.unwrap(), Some(whole));
}

async fn wrapups_of_a_merged_call_belong_to_the_other(world: &World<'_>) {
    world.write(vec![Change::CallMerged { from: call_key(2), into: call_key(1) }]).await;
    assert_eq!(world.store.wrapups_of_call(world.tenant, call_key(2)).await.unwrap(), vec![]);
    let wrapups = world.store.wrapups_of_call(world.tenant, call_key(1)).await.unwrap();
    let keys: Vec<_> = wrapups.iter().map(|wrapup| (wrapup.key, wrapup.call)).collect();
    assert_eq!(keys, [1, 2, 3].map(|n| (engagement_key(n), call_key(1))));
    assert_eq!(wrapups[2], Wrapup { call: call_key(1), ..logged_wrapup(3, 2, 2) });
}

async fn a_merge_is_the_same_before_and_after_the_other_call_is_written(world: &World<'_>) {
    let whole =
        ended_call(1, "A", vec![ended_engagement(1, 1), ended_engagement(2, 1), ended_engagement(3, 2)]);
    let moved = Wrapup { state: WrapupState::Open, ..wrapup(2, 1, 1) };
    let merge = Change::CallMerged { from: call_key(2), into: call_key(1) };
    world.write(vec![call(whole.clone()), Change::Wrapup(Box::new(moved.clone())), merge.clone()]).await;
    let read = async |n| world.store.call(world.tenant, call_key(n)).await.unwrap();
    assert_eq!((read(1).await, read(2).await), (Some(whole.clone()), None));
    // And the other way round, from where it was.
    let parts = vec![ended_engagement(2, 1), ended_engagement(3, 2)];
    world.write(vec![call(live_call(1, "A", vec![engagement(1, 1)])), call(ended_call(2, "A", parts))]).await;
    world.write(vec![merge, call(whole.clone()), Change::Wrapup(Box::new(moved.clone()))]).await;
    assert_eq!((read(1).await, read(2).await), (Some(whole), None));
    assert_eq!(world.store.wrapup(world.tenant, engagement_key(2)).await.unwrap(), Some(moved));
}

async fn merging_again_changes_nothing(world: &World<'_>) {
    let merge = Change::CallMerged { from: call_key(2), into: call_key(1) };
    world.write(vec![merge.clone()]).await;
    let before = crate::observed::observe(world.store, world.tenant).await;
    world.write(vec![merge.clone(), merge]).await;
    world.write(vec![Change::CallMerged { from: call_key(1), into: call_key(1) }]).await;
    world.write(vec![Change::CallMerged { from: call_key(4), into: call_key(5) }]).await;
    assert_eq!(crate::observed::observe(world.store, world.tenant).await, before);
}

async fn merging_into_an_unknown_call_is_inconsistent(world: &World<'_>) {
    let merge = Change::CallMerged { from: call_key(2), into: call_key(5) };
    let commit = domain::commit::Commit::of(world.tenant, vec![merge]);
    assert!(matches!(world.store.commit(commit).await, Err(CommitError::Inconsistent(_))));
    assert!(world.store.call(world.tenant, call_key(2)).await.unwrap().is_some());
}

async fn the_census_counts_calls_as_they_are(world: &World<'_>) {
    let census = async || {
        let census = world.store.census(world.tenant).await.unwrap();
        (census.live, census.ended, census.activities, census.reasons, census.open_wrapups)
    };
    assert_eq!(census().await, (1, 1, 1, 0, 1));
    world.write(vec![call(live_call(3, "A", vec![]))]).await;
    assert_eq!(census().await, (2, 1, 1, 0, 1));
    let internal = CallRecord { no_activity: Some(NoActivity::InternalCall), ..ended_call(3, "A", vec![]) };
    world.write(vec![call(internal.clone()), call(internal)]).await;
    assert_eq!(census().await, (1, 2, 1, 1, 1));
    world.write(vec![call(ended_call(3, "A", vec![]))]).await;
    assert_eq!(census().await, (1, 2, 1, 0, 1));
    world.write(vec![Change::Wrapup(Box::new(logged_wrapup(2, 2, 1)))]).await;
    assert_eq!(census().await, (1, 2, 1, 0, 0));
    let nobody = domain::id::TenantId(99);
    assert_eq!(world.store.census(nobody).await.unwrap(), store::Census::default());
}

async fn ring_groups_are_those_that_any_call_came_through(world: &World<'_>) {
    let named = async || world.store.ring_groups(world.tenant).await.unwrap();
    assert_eq!(named().await, ["sales A"]);
    let through = |n, group: Option<&str>| {
        let ring_group = group.map(str::to_owned);
        call(CallRecord { ring_group, ..live_call(n, "A", vec![]) })
    };
    world.write(vec![through(3, None)]).await;
    world.write(vec![through(3, Some("visits"))]).await;
    world.write(vec![through(3, Some("help")), through(4, Some("help"))]).await;
    assert_eq!(named().await, ["help", "sales A", "visits"], "those it left as well");
    world.write(vec![Change::CallMerged { from: call_key(3), into: call_key(4) }]).await;
    assert_eq!(named().await.len(), 3);
}

async fn calls_wait_for_a_record_until_somebody_looked(world: &World<'_>) {
    let waiting = async |limit| world.store.callers_wanted(world.tenant, limit).await.unwrap();
    assert_eq!(waiting(9).await, []);
    let want = |n| Change::CallerWanted(call_key(n));
    world.write(vec![want(2), want(1), want(2)]).await;
    assert_eq!((waiting(9).await, waiting(1).await), (vec![call_key(1), call_key(2)], vec![call_key(1)]));
    world.write(vec![Change::CallerLookedAfter(call_key(1)), Change::CallerLookedAfter(call_key(5))]).await;
    assert_eq!(waiting(9).await, [call_key(2)]);
    world.write(vec![Change::CallerLookedAfter(call_key(2)), want(2)]).await;
    assert_eq!(waiting(9).await, [call_key(2)]);
}
