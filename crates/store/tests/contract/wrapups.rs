//! Wrap-ups: drafts, what opening leaves alone, and what an agent owes.

use crate::fixture::World;
use crate::sample::*;
use domain::commit::{Change, Precondition};
use domain::wrapup::{DoNotLogReason, PartyLink, SettledBy, Wrapup, WrapupState};
use store::{CommitError, MAX_PAGE};

for_each_store! {
    a_wrapup_is_what_was_last_said_of_it,
    opening_keeps_what_was_entered_early,
    opening_what_is_owed_or_closed_changes_nothing,
    an_agent_owes_the_open_ones_oldest_first,
    a_wrapup_of_an_unknown_call_is_inconsistent,
    the_wrapup_precondition_compares_state_and_revision,
    the_closed_wrapups_precondition_counts_both_buttons,
}

fn opened(wrapup: Wrapup) -> Change {
    Change::WrapupOpened(Box::new(wrapup))
}

fn saved(wrapup: Wrapup) -> Change {
    Change::Wrapup(Box::new(wrapup))
}

async fn read(world: &World<'_>, n: u32) -> Option<Wrapup> {
    world.store.wrapup(world.tenant, engagement_key(n)).await.unwrap()
}

async fn a_wrapup_is_what_was_last_said_of_it(world: &World<'_>) {
    assert_eq!(read(world, 4).await, None);
    let not_logged = Wrapup {
        state: WrapupState::NotLogged,
        closed_at: Some(at(9)),
        closed_by: Some(user_id(2)),
        party: Some(PartyLink { person: None, by: SettledBy::NobodyMatches }),
        reason: Some(DoNotLogReason::WrongNumber),
        ..open_wrapup(4, 1, 1)
    };
    let steps = [
        wrapup(4, 1, 1),
        Wrapup { draft: draft(1, "hola"), ..wrapup(4, 1, 1) },
        Wrapup { draft: draft(2, "hola, ¿qué tal? 📞"), ..wrapup(4, 1, 1) },
        open_wrapup(4, 1, 1),
        logged_wrapup(4, 1, 1),
        not_logged,
        // Given to another agent, of another call.
        open_wrapup(4, 2, 2),
        Wrapup { draft: draft(7, ""), ..open_wrapup(4, 1, 2) },
    ];
    for step in steps {
        world.write(vec![saved(step.clone())]).await;
        assert_eq!(read(world, 4).await, Some(step.clone()));
        let of_call = world.store.wrapups_of_call(world.tenant, step.call).await.unwrap();
        assert!(of_call.contains(&step));
    }
    assert_eq!(world.store.open_wrapups(world.tenant, &agent(2)).await.unwrap().len(), 1);
}

async fn opening_keeps_what_was_entered_early(world: &World<'_>) {
    let early = read(world, 1).await.unwrap();
    assert_eq!(early.draft, draft(1, "early A"));
    world.write(vec![opened(open_wrapup(1, 1, 1))]).await;
    assert_eq!(read(world, 1).await, Some(Wrapup { draft: early.draft, ..open_wrapup(1, 1, 1) }));
    // Nothing was entered; and whatever state it is handed in with, it is owed now.
    world.write(vec![opened(Wrapup { opened_at: Some(at(4)), ..wrapup(4, 1, 1) })]).await;
    assert_eq!(read(world, 4).await, Some(open_wrapup(4, 1, 1)));
}

async fn opening_what_is_owed_or_closed_changes_nothing(world: &World<'_>) {
    let owed = read(world, 2).await;
    let closed = read(world, 3).await;
    let again = |n| Wrapup { opened_at: Some(at(77)), draft: draft(9, "other"), ..open_wrapup(n, 1, 2) };
    world.write(vec![opened(again(2)), opened(again(3))]).await;
    assert_eq!((read(world, 2).await, read(world, 3).await), (owed, closed));
}

async fn an_agent_owes_the_open_ones_oldest_first(world: &World<'_>) {
    let older = Wrapup { opened_at: Some(at(-5)), ..open_wrapup(5, 1, 1) };
    let unknown = Wrapup { opened_at: None, ..open_wrapup(6, 1, 1) };
    world.write(vec![saved(older.clone()), saved(unknown.clone()), saved(wrapup(7, 1, 1))]).await;
    let owed = world.store.open_wrapups(world.tenant, &agent(1)).await.unwrap();
    assert_eq!(owed, vec![unknown, older, open_wrapup(2, 2, 1)]);
    assert_eq!(world.store.open_wrapups(world.tenant, &agent(2)).await.unwrap(), vec![]);
    world.write((10..=10 + MAX_PAGE as u32).map(|n| opened(open_wrapup(n, 2, 5))).collect()).await;
    let owed = world.store.open_wrapups(world.tenant, &agent(5)).await.unwrap();
    assert_eq!((owed.len(), owed[0].key), (MAX_PAGE, engagement_key(10)));
}

async fn a_wrapup_of_an_unknown_call_is_inconsistent(world: &World<'_>) {
    for change in [saved(open_wrapup(4, 5, 1)), opened(open_wrapup(4, 5, 1))] {
        let commit = domain::commit::Commit::of(world.tenant, vec![change]);
        assert!(matches!(world.store.commit(commit).await, Err(CommitError::Inconsistent(_))));
    }
    assert_eq!(read(world, 4).await, None);
}

async fn the_wrapup_precondition_compares_state_and_revision(world: &World<'_>) {
    let on = |n, state, revision| Precondition::Wrapup { key: engagement_key(n), state, revision };
    let cases = [
        (on(1, WrapupState::Early, 1), true),
        (on(1, WrapupState::Early, 0), false),
        (on(1, WrapupState::Early, 2), false),
        (on(1, WrapupState::Open, 1), false),
        (on(2, WrapupState::Open, 0), true),
        (on(3, WrapupState::Logged, 3), true),
        (on(3, WrapupState::NotLogged, 3), false),
        (on(4, WrapupState::Early, 0), true),
        (on(4, WrapupState::Open, 0), false),
        (on(4, WrapupState::Early, 1), false),
    ];
    for (on, holds) in cases {
        assert_eq!(world.holds(on.clone()).await, holds, "{on:?}");
    }
}

async fn the_closed_wrapups_precondition_counts_both_buttons(world: &World<'_>) {
    let on = |call, closed| Precondition::ClosedWrapups { call: call_key(call), closed };
    for (on, holds) in [(on(1, 0), true), (on(1, 1), false), (on(2, 1), true), (on(2, 0), false)] {
        assert_eq!(world.holds(on.clone()).await, holds, "{on:?}");
    }
    assert!(world.holds(on(5, 0)).await && !world.holds(on(5, 1)).await);
    let not_logged = Wrapup { state: WrapupState::NotLogged, ..open_wrapup(2, 2, 1) };
    world.write(vec![saved(not_logged), saved(wrapup(4, 2, 1)), saved(open_wrapup(5, 2, 1))]).await;
    assert!(world.holds(on(2, 2)).await && !world.holds(on(2, 1)).await && !world.holds(on(2, 3)).await);
}
