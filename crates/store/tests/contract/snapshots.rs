//! Moments: what is read together is of one state, whatever is committed meanwhile.

use crate::fixture::World;
use crate::sample::*;
use domain::commit::Change;
use domain::wrapup::{Draft, Wrapup};

for_each_store! {
    a_moment_holds_what_was_acknowledged_before_it,
    a_moment_does_not_move_while_it_is_held,
    any_number_of_moments_may_be_held,
    a_moment_answers_as_the_lists_do,
    wrapups_of_many_calls_are_those_of_each,
}

/// More than any store keeps connections open for.
const MANY: u64 = 40;

async fn draft_is(world: &World<'_>, revision: u64) {
    let draft: Draft = draft(revision, "hola");
    world.write(vec![Change::Wrapup(Box::new(Wrapup { draft, ..open_wrapup(1, 1, 1) }))]).await;
}

async fn a_moment_holds_what_was_acknowledged_before_it(world: &World<'_>) {
    for revision in 1..5 {
        draft_is(world, revision).await;
        let mut moment = world.store.snapshot(world.tenant).await.unwrap();
        let wrapup = moment.wrapup(engagement_key(1)).await.unwrap().unwrap();
        assert_eq!(wrapup.draft.revision, revision);
    }
}

async fn a_moment_does_not_move_while_it_is_held(world: &World<'_>) {
    draft_is(world, 1).await;
    let mut moment = world.store.snapshot(world.tenant).await.unwrap();
    let before = moment.open_wrapups(&agent(1)).await.unwrap();
    draft_is(world, 2).await;
    world.write(vec![Change::Wrapup(Box::new(open_wrapup(9, 1, 1)))]).await;
    assert_eq!(moment.open_wrapups(&agent(1)).await.unwrap(), before);
    assert_eq!(moment.wrapup(engagement_key(1)).await.unwrap().unwrap().draft.revision, 1);
    assert_eq!(moment.wrapup(engagement_key(9)).await.unwrap(), None);
    drop(moment);
    let mut moment = world.store.snapshot(world.tenant).await.unwrap();
    assert_eq!(moment.wrapup(engagement_key(1)).await.unwrap().unwrap().draft.revision, 2);
    assert!(moment.wrapup(engagement_key(9)).await.unwrap().is_some());
}

/// Whoever holds one and asks for another is never kept waiting for themselves.
async fn any_number_of_moments_may_be_held(world: &World<'_>) {
    let mut held = Vec::new();
    for revision in 1..=MANY {
        draft_is(world, revision).await;
        let mut moment = world.store.snapshot(world.tenant).await.unwrap();
        assert!(moment.wrapup(engagement_key(1)).await.unwrap().is_some());
        held.push(moment);
    }
    for (moment, revision) in held.iter_mut().zip(1..) {
        assert_eq!(moment.wrapup(engagement_key(1)).await.unwrap().unwrap().draft.revision, revision);
    }
    drop(held);
    assert_eq!(
        world.store.wrapup(world.tenant, engagement_key(1)).await.unwrap().unwrap().draft.revision,
        MANY
    );
}

async fn a_moment_answers_as_the_lists_do(world: &World<'_>) {
    let mut moment = world.store.snapshot(world.tenant).await.unwrap();
    for n in 1..5 {
        let page = world.store.activities_of_person(world.tenant, person_id(n), None, 2).await.unwrap();
        assert_eq!(moment.last_activities(person_id(n), 2).await.unwrap(), page.rows, "{n}");
        let cases = world.store.cases_of_person(world.tenant, person_id(n), 3).await.unwrap();
        assert_eq!(moment.cases_of_person(person_id(n), 3).await.unwrap(), cases, "{n}");
    }
}

async fn wrapups_of_many_calls_are_those_of_each(world: &World<'_>) {
    world.write(vec![Change::Wrapup(Box::new(open_wrapup(9, 1, 1)))]).await;
    let mut moment = world.store.snapshot(world.tenant).await.unwrap();
    let mut each = vec![];
    for n in 1..=3 {
        each.extend(moment.wrapups_of_call(call_key(n)).await.unwrap());
    }
    each.sort_by_key(|wrapup| wrapup.key);
    assert!(each.len() > 1, "{each:?}");
    // Asked twice, and with a call that is not there.
    let asked = [3, 99, 1, 2, 1].map(call_key);
    assert_eq!(moment.wrapups_of_calls(&asked).await.unwrap(), each);
    assert_eq!(moment.wrapups_of_calls(&[]).await.unwrap(), []);
}
