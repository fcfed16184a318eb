//! Wrap-ups: drafts, what opening leaves alone, and what an agent owes.

use crate::fixture::World;
use crate::sample::*;
use domain::commit::{Change, Precondition};
use domain::disposition::Label;
use domain::relate::{CaseChoice, NotRelated, RelateDecision};
use domain::wrapup::reason::DoNotLogReason;
use domain::wrapup::{Draft, PartyLink, Released, SettledBy, Standing, Wrapup, WrapupState};
use store::{CommitError, MAX_PAGE, ReadError, WaitingSince, WrapupTally};

for_each_store! {
    a_wrapup_is_what_was_last_said_of_it,
    opening_keeps_what_was_entered_early,
    opening_what_is_owed_or_closed_changes_nothing,
    an_agent_owes_the_open_ones_oldest_first,
    a_wrapup_of_an_unknown_call_is_inconsistent,
    the_wrapup_precondition_compares_state_and_revision,
    the_wrapup_precondition_notices_a_release_and_an_extension,
    the_closed_wrapups_precondition_tells_agents_from_the_timer,
    the_inbox_holds_what_is_owed_and_what_the_timer_closed,
    the_inbox_goes_on_where_the_page_before_ended_whatever_happened_since,
    what_the_timer_closed_of_an_agent_comes_newest_first,
    a_released_wrapup_is_still_owed,
    what_is_there_to_submit_is_counted_whole,
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
        reason: Some(DoNotLogReason {
            id: "wrong_number".to_owned(),
            label: Label { es: "Se equivocó".to_owned(), en: "Mistaken".to_owned() },
        }),
        ..open_wrapup(4, 1, 1)
    };
    let steps = [
        wrapup(4, 1, 1),
        Wrapup { draft: draft(1, "hola"), ..wrapup(4, 1, 1) },
        Wrapup { draft: draft(2, "hola, ¿qué tal? 📞"), ..wrapup(4, 1, 1) },
        open_wrapup(4, 1, 1),
        logged_wrapup(4, 1, 1),
        not_logged,
        undispositioned_wrapup(4, 1, 1),
        Wrapup {
            draft: Draft { case: CaseChoice::None, ..draft(1, "hola") },
            related: Some(RelateDecision::NotRelated { why: NotRelated::SaidNone, offer: Some(case_id(1)) }),
            extensions: 10,
            ..logged_wrapup(4, 1, 1)
        },
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
    world.write(vec![saved(undispositioned_wrapup(4, 2, 1))]).await;
    world.write(vec![opened(again(2)), opened(again(3)), opened(again(4))]).await;
    assert_eq!((read(world, 2).await, read(world, 3).await), (owed, closed));
    assert_eq!(read(world, 4).await, Some(undispositioned_wrapup(4, 2, 1)), "nor what the timer closed");
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
    let on = |n, state, revision| Precondition::Wrapup {
        key: engagement_key(n),
        standing: Standing { state, revision, ..Standing::NEW },
    };
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

async fn the_wrapup_precondition_notices_a_release_and_an_extension(world: &World<'_>) {
    let seen = open_wrapup(2, 2, 1);
    let extended = Wrapup { extensions: 1, ..seen.clone() };
    let by_timer = Released { at: at(1), by: None, reason: None };
    let released = Wrapup { released: Some(by_timer), ..seen.clone() };
    for now in [extended, released] {
        assert!(world.holds(Precondition::wrapup(&seen)).await);
        world.write(vec![saved(now.clone())]).await;
        assert!(!world.holds(Precondition::wrapup(&seen)).await);
        assert!(world.holds(Precondition::wrapup(&now)).await);
        world.write(vec![saved(seen.clone())]).await;
    }
}

async fn the_closed_wrapups_precondition_tells_agents_from_the_timer(world: &World<'_>) {
    let on =
        |call, closed, submitted| Precondition::ClosedWrapups { call: call_key(call), closed, submitted };
    let cases = [
        (on(1, 0, 0), true),
        (on(1, 1, 1), false),
        (on(2, 1, 1), true),
        (on(2, 0, 0), false),
        (on(2, 1, 0), false),
        (on(5, 0, 0), true),
        (on(5, 1, 0), false),
    ];
    for (on, holds) in cases {
        assert_eq!(world.holds(on.clone()).await, holds, "{on:?}");
    }
    let not_logged = Wrapup { state: WrapupState::NotLogged, ..open_wrapup(2, 2, 1) };
    world.write(vec![saved(not_logged), saved(wrapup(4, 2, 1)), saved(open_wrapup(5, 2, 1))]).await;
    assert!(world.holds(on(2, 2, 2)).await && !world.holds(on(2, 1, 1)).await);
    world.write(vec![saved(undispositioned_wrapup(5, 2, 1))]).await;
    assert!(world.holds(on(2, 3, 2)).await);
    assert!(!world.holds(on(2, 3, 3)).await && !world.holds(on(2, 2, 2)).await);
    // The agent submits what the timer closed.
    world.write(vec![saved(logged_wrapup(5, 2, 1))]).await;
    assert!(world.holds(on(2, 3, 3)).await && !world.holds(on(2, 3, 2)).await);
}

async fn the_inbox_holds_what_is_owed_and_what_the_timer_closed(world: &World<'_>) {
    let expired = Wrapup { opened_at: Some(at(1)), ..undispositioned_wrapup(4, 2, 1) };
    let of_another = undispositioned_wrapup(5, 2, 2);
    let unknown = Wrapup { opened_at: None, ..open_wrapup(6, 1, 1) };
    let rows =
        [expired.clone(), of_another.clone(), unknown.clone(), wrapup(7, 1, 1), logged_wrapup(8, 2, 1)];
    world.write(rows.map(saved).to_vec()).await;
    let inbox = async |agent: Option<u32>, limit| {
        let agent = agent.map(crate::sample::agent);
        world.store.wrapup_inbox(world.tenant, agent.as_ref(), None, limit).await.unwrap().wrapups
    };
    let owed = open_wrapup(2, 2, 1);
    assert_eq!(inbox(Some(1), 9).await, [unknown.clone(), expired.clone(), owed.clone()]);
    assert_eq!(inbox(Some(2), 9).await, std::slice::from_ref(&of_another));
    assert_eq!(inbox(Some(3), 9).await, []);
    assert_eq!(inbox(None, 9).await, [unknown.clone(), expired.clone(), owed.clone(), of_another]);
    assert_eq!(inbox(Some(1), 2).await, [unknown.clone(), expired.clone()]);
    assert_eq!(inbox(None, 1).await, std::slice::from_ref(&unknown));
    assert_eq!(world.store.open_wrapups(world.tenant, &agent(1)).await.unwrap(), [unknown, owed.clone()]);
    // Submitted late, by whoever it was given to, it is gone; what is closed is not opened again.
    world.write(vec![saved(Wrapup { agent: agent(3), ..logged_wrapup(4, 2, 1) }), opened(expired)]).await;
    world.write(vec![saved(logged_wrapup(6, 1, 1))]).await;
    assert_eq!(inbox(Some(1), 9).await, [owed]);
    assert_eq!(inbox(Some(3), 9).await, []);
    assert_eq!(world.store.census(world.tenant).await.unwrap().open_wrapups, 1);
}

async fn a_released_wrapup_is_still_owed(world: &World<'_>) {
    let by = [None, Some(user_id(1))];
    for (by, reason) in by.into_iter().zip([None, Some("queue is long".to_owned())]) {
        let released = Wrapup { released: Some(Released { at: at(50), by, reason }), ..open_wrapup(2, 2, 1) };
        world.write(vec![saved(released.clone())]).await;
        assert_eq!(read(world, 2).await, Some(released.clone()));
        let released = [released];
        assert_eq!(world.store.open_wrapups(world.tenant, &agent(1)).await.unwrap(), released);
        assert_eq!(world.store.wrapup_inbox(world.tenant, None, None, 9).await.unwrap().wrapups, released);
        assert_eq!(world.store.census(world.tenant).await.unwrap().open_wrapups, 1);
    }
}

async fn what_is_there_to_submit_is_counted_whole(world: &World<'_>) {
    let tally = async |agent: Option<u32>| {
        let agent = agent.map(crate::sample::agent);
        world.store.wrapup_tally(world.tenant, agent.as_ref()).await.unwrap()
    };
    let since = |wrapup: &Wrapup| WaitingSince { opened_at: wrapup.opened_at, extensions: wrapup.extensions };
    let there = open_wrapup(2, 2, 1);
    assert_eq!(tally(None).await, WrapupTally { waiting: vec![since(&there)], ..WrapupTally::default() });
    let released = Some(Released { at: at(50), by: None, reason: None });
    let untimed = Wrapup { opened_at: None, extensions: 2, ..open_wrapup(5, 1, 2) };
    let freed = Wrapup { released: released.clone(), ..open_wrapup(6, 1, 1) };
    // Whoever was freed before the timer closed it owes it as one that the timer closed.
    let freed_and_closed = Wrapup { released, ..undispositioned_wrapup(7, 2, 1) };
    let rows = [untimed.clone(), freed, freed_and_closed, wrapup(8, 1, 1), logged_wrapup(9, 2, 1)];
    world.write(rows.map(saved).to_vec()).await;
    // More than any page holds.
    let many = MAX_PAGE as u32 + 7;
    world.write((100..100 + many).map(|n| saved(undispositioned_wrapup(n, 2, 2))).collect()).await;
    let of_one = WrapupTally { undispositioned: 1, released: 1, waiting: vec![since(&there)] };
    assert_eq!(tally(Some(1)).await, of_one);
    let (many, both) = (u64::from(many), vec![since(&untimed), since(&there)]);
    let of_another = WrapupTally { undispositioned: many, released: 0, waiting: vec![since(&untimed)] };
    assert_eq!(tally(Some(2)).await, of_another);
    assert_eq!(tally(None).await, WrapupTally { undispositioned: many + 1, released: 1, waiting: both });
    assert_eq!(tally(Some(3)).await, WrapupTally::default());
    world.write(vec![saved(logged_wrapup(100, 2, 2)), saved(logged_wrapup(5, 1, 2))]).await;
    let less = WrapupTally { undispositioned: many - 1, ..WrapupTally::default() };
    assert_eq!(tally(Some(2)).await, less);
}

async fn the_inbox_goes_on_where_the_page_before_ended_whatever_happened_since(world: &World<'_>) {
    let untimed = |n| Wrapup { opened_at: None, ..open_wrapup(n, 1, 1) };
    let closed = |n| undispositioned_wrapup(n, 2, 1);
    // Number 2 is there already; 30 and 31 became owed at the same time.
    let same_time = |n| Wrapup { opened_at: Some(at(30)), ..open_wrapup(n, 2, 1) };
    let rows =
        [untimed(5), untimed(6), untimed(7), closed(8), open_wrapup(9, 2, 1), same_time(30), same_time(31)];
    world.write(rows.map(saved).to_vec()).await;
    for agent in [None, Some(agent(1))] {
        let (mut keys, mut after) = (vec![], None);
        loop {
            let page =
                world.store.wrapup_inbox(world.tenant, agent.as_ref(), after.as_deref(), 2).await.unwrap();
            assert!(page.wrapups.len() <= 2);
            keys.extend(page.wrapups.iter().map(|wrapup| wrapup.key));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(keys, [5, 6, 7, 2, 8, 9, 30, 31].map(engagement_key));
    }
    let first = world.store.wrapup_inbox(world.tenant, None, None, 4).await.unwrap();
    // The last of the page is submitted, and an older one becomes owed.
    world.write(vec![saved(logged_wrapup(2, 2, 1)), saved(untimed(4))]).await;
    let second = world.store.wrapup_inbox(world.tenant, None, first.next.as_deref(), 9).await.unwrap();
    assert_eq!(
        second.wrapups.iter().map(|wrapup| wrapup.key).collect::<Vec<_>>(),
        [8, 9, 30, 31].map(engagement_key)
    );
    let nowhere = world.store.wrapup_inbox(world.tenant, None, Some("nowhere"), 9).await;
    assert_eq!(nowhere, Err(ReadError::BadCursor));
}

async fn what_the_timer_closed_of_an_agent_comes_newest_first(world: &World<'_>) {
    let closed = |n, agent| undispositioned_wrapup(n, 2, agent);
    world.write([closed(4, 1), closed(5, 1), closed(6, 2), closed(7, 1)].map(saved).to_vec()).await;
    let of =
        async |n, limit| world.store.undispositioned_wrapups(world.tenant, &agent(n), limit).await.unwrap();
    assert_eq!(of(1, 2).await, [closed(7, 1), closed(5, 1)]);
    assert_eq!(of(2, 9).await, [closed(6, 2)]);
    world.write(vec![saved(logged_wrapup(7, 2, 1))]).await;
    assert_eq!(of(1, 9).await, [closed(5, 1), closed(4, 1)]);
    assert_eq!(of(3, 9).await, []);
}
