//! Follow-ups, and who asked not to be called: what follows from the code of an Activity.

use crate::fixture::World;
use crate::sample::*;
use domain::activity::{Activity, Outcome};
use domain::commit::{Change, Precondition};
use domain::disposition::{CodeEffects, LoggedCode};
use domain::follow_up::{FollowUp, FollowUpState};
use domain::id::{At, CallKey};
use domain::report::calendar::Day;
use domain::wrapup::{PartyLink, SettledBy};
use store::FollowUpFilter;

for_each_store! {
    a_code_makes_one_follow_up_in_the_commit_that_gives_it,
    what_was_given_to_another_stays_given_when_the_activity_is_written,
    follow_ups_are_listed_by_the_day_they_are_due,
    who_asked_not_to_be_called_is_known_as_long_as_a_call_says_so,
    the_follow_up_of_a_merged_call_goes_along_once,
}

fn with(call: u32, person: u32, effects: CodeEffects) -> Activity {
    Activity {
        outcome: Outcome::Logged,
        agent: Some(agent(1)),
        code: Some(LoggedCode { effects, ..logged(1, "sold") }),
        party: Some(PartyLink { person: Some(person_id(person)), by: SettledBy::Chosen }),
        logged_at: Some(at(60)),
        ..Activity::open(call_key(call), Vec::new())
    }
}

fn due(day: i32) -> CodeEffects {
    CodeEffects { follow_up: Some(Day(day)), ..CodeEffects::default() }
}

async fn write(world: &World<'_>, activity: Activity) {
    world.write(vec![Change::Activity(Box::new(activity))]).await;
}

async fn found(world: &World<'_>, call: u32) -> Option<FollowUp> {
    world.store.follow_up(world.tenant, call_key(call)).await.unwrap()
}

async fn a_code_makes_one_follow_up_in_the_commit_that_gives_it(world: &World<'_>) {
    assert_eq!(found(world, 1).await, None);
    let version = |version| Precondition::FollowUpVersion { call: call_key(1), version };
    assert!(world.holds(version(0)).await);
    for _ in 0..2 {
        write(world, with(1, 1, due(100))).await;
        let made = found(world, 1).await.unwrap();
        assert_eq!((made.due, made.state, made.version), (Day(100), FollowUpState::Open, 1));
        let read = world.store.activity(world.tenant, call_key(1)).await.unwrap().unwrap();
        assert_eq!(read.activity.code.unwrap().effects, due(100));
    }
    assert!(world.holds(version(1)).await && !world.holds(version(0)).await);
    write(world, with(1, 1, CodeEffects::default())).await;
    assert_eq!(found(world, 1).await.unwrap().state, FollowUpState::Withdrawn);
    write(world, with(1, 1, due(101))).await;
    let again = found(world, 1).await.unwrap();
    let done = FollowUp { state: FollowUpState::Done { by: user_id(1), at: At(7) }, version: 9, ..again };
    world.write(vec![Change::FollowUp(Box::new(done.clone()))]).await;
    write(world, with(1, 1, CodeEffects::default())).await;
    assert_eq!(found(world, 1).await, Some(done));
}

async fn what_was_given_to_another_stays_given_when_the_activity_is_written(world: &World<'_>) {
    write(world, with(1, 1, due(100))).await;
    let given = found(world, 1).await.unwrap().give(1, &agent(2)).unwrap().unwrap();
    world.write(vec![Change::FollowUp(Box::new(given.clone()))]).await;
    assert_eq!(found(world, 1).await, Some(given.clone()));
    write(world, with(1, 2, due(101))).await;
    let moved = FollowUp { due: Day(101), version: 3, ..given };
    assert_eq!(found(world, 1).await, Some(moved));
    let of = |n| FollowUpFilter { agent: Some(agent(n)), done: false };
    assert_eq!((listed(world, of(1), 9).await.len(), listed(world, of(2), 9).await.len()), (0, 1));
}

async fn listed(world: &World<'_>, filter: FollowUpFilter, limit: usize) -> Vec<CallKey> {
    let (mut calls, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = world.store.follow_ups(world.tenant, &filter, after.as_deref(), limit).await.unwrap();
        assert!(page.follow_ups.len() <= limit);
        calls.extend(page.follow_ups.iter().map(|one| one.call));
        after = page.next;
        if after.is_none() {
            return calls;
        }
    }
}

async fn follow_ups_are_listed_by_the_day_they_are_due(world: &World<'_>) {
    for n in 1..=3 {
        world.write(vec![call(live_call(n, "A", vec![]))]).await;
    }
    write(world, with(1, 1, due(100))).await;
    write(world, with(2, 1, due(99))).await;
    write(world, Activity { agent: Some(agent(2)), ..with(3, 1, due(100)) }).await;
    let keys = |calls: &[u32]| calls.iter().map(|n| call_key(*n)).collect::<Vec<_>>();
    for limit in [1, 2, 9] {
        assert_eq!(listed(world, FollowUpFilter::default(), limit).await, keys(&[2, 1, 3]));
        let mine = FollowUpFilter { agent: Some(agent(1)), done: false };
        assert_eq!(listed(world, mine, limit).await, keys(&[2, 1]));
    }
    for n in [1, 2] {
        let open = found(world, n).await.unwrap();
        let state = FollowUpState::Done { by: user_id(1), at: At(7) };
        world.write(vec![Change::FollowUp(Box::new(FollowUp { state, version: 2, ..open }))]).await;
    }
    write(world, Activity { agent: Some(agent(2)), ..with(3, 1, CodeEffects::default()) }).await;
    for limit in [1, 9] {
        assert_eq!(listed(world, FollowUpFilter::default(), limit).await, keys(&[]));
        let done = FollowUpFilter { agent: None, done: true };
        assert_eq!(listed(world, done, limit).await, keys(&[1, 2]));
        let others = FollowUpFilter { agent: Some(agent(2)), done: true };
        assert_eq!(listed(world, others, limit).await, keys(&[]));
    }
}

async fn who_asked_not_to_be_called_is_known_as_long_as_a_call_says_so(world: &World<'_>) {
    let asked = CodeEffects { do_not_call: true, ..CodeEffects::default() };
    let known = async || {
        let people = [person_id(1), person_id(2)];
        world.store.asked_not_to_be_called(world.tenant, &people).await.unwrap()
    };
    for n in [1, 2] {
        world.write(vec![call(live_call(n, "A", vec![]))]).await;
    }
    assert_eq!(known().await, [None, None]);
    write(world, with(1, 1, asked)).await;
    write(world, with(2, 1, asked)).await;
    assert_eq!(known().await, [Some(call_key(2)), None]);
    write(world, with(2, 1, CodeEffects::default())).await;
    assert_eq!(known().await, [Some(call_key(1)), None], "another call said so as well");
    write(world, with(1, 2, asked)).await;
    assert_eq!(known().await, [None, Some(call_key(1))]);
    write(world, with(1, 2, CodeEffects::default())).await;
    assert_eq!(known().await, [None, None]);
}

async fn the_follow_up_of_a_merged_call_goes_along_once(world: &World<'_>) {
    for n in [1, 2, 3, 4] {
        world.write(vec![call(live_call(n, "A", vec![]))]).await;
    }
    write(world, with(2, 1, due(100))).await;
    let merged = |from| Change::CallMerged { from: call_key(from), into: call_key(1) };
    world.write(vec![merged(2)]).await;
    assert_eq!((found(world, 2).await, found(world, 1).await.map(|one| one.due)), (None, Some(Day(100))));
    write(world, with(3, 1, due(99))).await;
    world.write(vec![merged(3)]).await;
    assert_eq!((found(world, 3).await, found(world, 1).await.map(|one| one.due)), (None, Some(Day(100))));
    write(world, with(4, 1, due(98))).await;
    let made = found(world, 4).await.expect("one");
    let state = FollowUpState::Done { by: user_id(1), at: at(90) };
    let done = FollowUp { state, version: made.version + 1, ..made };
    world.write(vec![Change::FollowUp(Box::new(done))]).await;
    world.write(vec![merged(4)]).await;
    assert_eq!(
        found(world, 1).await.map(|one| (one.due, one.state)),
        Some((Day(98), state)),
        "what is done stays done"
    );
}
