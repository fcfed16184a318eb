//! Activities: the lists of people and agents, pages, and what archiving leaves alone.

use crate::fixture::World;
use crate::observed::pages;
use crate::sample::*;
use domain::activity::{Activity, ActivityStanding, Outcome};
use domain::call::CallRecord;
use domain::commit::{Change, Commit, Precondition};
use domain::correction::Correction;
use domain::dial::DialledFrom;
use domain::relate::{NotRelated, RelateDecision};
use domain::wrapup::{PartyLink, SettledBy};
use store::{CommitError, ReadError};

for_each_store! {
    an_activity_is_what_was_last_said_of_it,
    what_is_archived_stays_so_whatever_was_decided_before,
    opening_again_changes_nothing,
    archiving_says_no_wrapup_only_where_none_was_owed,
    archiving_again_or_what_is_not_there_changes_nothing,
    an_activity_of_an_unknown_call_is_inconsistent,
    while_unsettled_it_stands_on_every_candidates_list,
    once_settled_it_stands_on_one_list_or_none,
    the_list_outlives_the_record,
    pages_hold_every_row_once_whatever_begins_meanwhile,
    a_place_that_was_not_given_out_is_refused,
    agents_see_what_they_were_part_of,
    a_code_is_used_by_the_activities_that_carry_it,
    a_decision_rests_on_how_an_activity_stands,
    corrections_are_kept_newest_first_and_follow_their_call,
}

fn saved(activity: Activity) -> Change {
    Change::Activity(Box::new(activity))
}

fn opened(activity: Activity) -> Change {
    Change::ActivityOpened(Box::new(activity))
}

async fn read(world: &World<'_>, call: u32) -> Option<Activity> {
    world.store.activity(world.tenant, call_key(call)).await.unwrap().map(|row| row.activity)
}

/// The calls on a person's list.
async fn list(world: &World<'_>, person: u32) -> Vec<u32> {
    let rows = pages(world.store, world.tenant, person_id(person)).await.concat();
    rows.iter().map(|row| (1..100).find(|n| call_key(*n) == row.call.key).unwrap()).collect()
}

async fn an_activity_is_what_was_last_said_of_it(world: &World<'_>) {
    let record = live_call(3, "A", vec![engagement(4, 1)]);
    world.write(vec![call(record.clone())]).await;
    assert_eq!(read(world, 3).await, None);
    let settled = |party| Activity { party: Some(party), ..open_activity(3, &[1, 2]) };
    let steps = [
        open_activity(3, &[1]),
        settled(PartyLink { person: None, by: SettledBy::NobodyMatches }),
        settled(PartyLink { person: Some(person_id(4)), by: SettledBy::Created }),
        logged_activity(3, &[2, 1], 2),
        open_activity(3, &[2]),
        Activity {
            dialled_from: Some(DialledFrom::Typed),
            related: Some(related_to(1)),
            opportunity: Some(opportunity(1)),
            party: Some(PartyLink { person: Some(person_id(1)), by: SettledBy::Clicked }),
            ..logged_activity(3, &[], 1)
        },
        Activity {
            outcome: Outcome::Undispositioned,
            dialled_from: Some(DialledFrom::Case { case: case_id(1), contact: None }),
            related: Some(RelateDecision::NotRelated { why: NotRelated::CodesOff, offer: None }),
            ..open_activity(3, &[])
        },
        Activity { revision: 3, ..logged_activity(3, &[1], 2) },
        Activity { archived: true, outcome: Outcome::NotLogged, ..open_activity(3, &[]) },
    ];
    for step in steps {
        world.write(vec![saved(step.clone())]).await;
        let row = world.store.activity(world.tenant, call_key(3)).await.unwrap().unwrap();
        assert_eq!((row.activity, row.call), (step, record.clone()));
    }
}

async fn what_is_archived_stays_so_whatever_was_decided_before(world: &World<'_>) {
    world.write(vec![call(ended_call(3, "A", vec![])), opened(open_activity(3, &[]))]).await;
    let decided = logged_activity(3, &[], 1);
    assert!(!decided.archived);
    world.write(vec![Change::ActivityArchived { key: call_key(3), owes_wrapup: true }]).await;
    let before = world.store.census(world.tenant).await.unwrap();
    world.write(vec![saved(decided.clone())]).await;
    assert_eq!(read(world, 3).await, Some(Activity { archived: true, ..decided }));
    assert_eq!(world.store.census(world.tenant).await.unwrap(), before);
}

async fn opening_again_changes_nothing(world: &World<'_>) {
    let (first, second) = (read(world, 1).await, read(world, 2).await);
    world.write(vec![opened(open_activity(1, &[3])), opened(open_activity(2, &[3]))]).await;
    assert_eq!((read(world, 1).await, read(world, 2).await), (first, second));
    assert!(list(world, 3).await.is_empty());
}

async fn archiving_says_no_wrapup_only_where_none_was_owed(world: &World<'_>) {
    let archive = |call, owes_wrapup| Change::ActivityArchived { key: call_key(call), owes_wrapup };
    for n in 3..=7 {
        world.write(vec![call(ended_call(n, "A", vec![])), opened(open_activity(n, &[]))]).await;
    }
    world.write(vec![Change::WrapupOpened(Box::new(open_wrapup(5, 5, 1)))]).await;
    world.write(vec![Change::Wrapup(Box::new(undispositioned_wrapup(7, 7, 1)))]).await;
    let not_logged = Activity { outcome: Outcome::NotLogged, ..open_activity(6, &[]) };
    world.write(vec![saved(not_logged.clone())]).await;
    world.write(vec![archive(3, false), archive(4, true), archive(5, false), archive(6, false)]).await;
    world.write(vec![archive(7, false)]).await;
    let archived = |outcome, call| Activity { outcome, archived: true, ..open_activity(call, &[]) };
    assert_eq!(read(world, 3).await, Some(archived(Outcome::NoWrapup, 3)));
    assert_eq!(read(world, 4).await, Some(archived(Outcome::Open, 4)));
    assert_eq!(read(world, 5).await, Some(archived(Outcome::Open, 5)), "a wrap-up is owed");
    assert_eq!(read(world, 6).await, Some(Activity { archived: true, ..not_logged }));
    assert_eq!(read(world, 7).await, Some(archived(Outcome::Open, 7)), "a wrap-up was owed");
    assert_eq!(world.store.census(world.tenant).await.unwrap().activities, 6);
}

async fn archiving_again_or_what_is_not_there_changes_nothing(world: &World<'_>) {
    world.write(vec![call(ended_call(3, "A", vec![]))]).await;
    let before = crate::observed::observe(world.store, world.tenant).await;
    for call in [2, 2, 3, 4] {
        world.write(vec![Change::ActivityArchived { key: call_key(call), owes_wrapup: false }]).await;
    }
    assert_eq!(crate::observed::observe(world.store, world.tenant).await, before);
}

async fn an_activity_of_an_unknown_call_is_inconsistent(world: &World<'_>) {
    for change in [saved(open_activity(5, &[1])), opened(open_activity(5, &[1]))] {
        let refused = world.store.commit(Commit::of(world.tenant, vec![change])).await;
        assert!(matches!(refused, Err(CommitError::Inconsistent(_))));
    }
    assert_eq!(list(world, 1).await, vec![2, 1]);
}

async fn while_unsettled_it_stands_on_every_candidates_list(world: &World<'_>) {
    assert_eq!(list(world, 2).await, vec![1]);
    world.write(vec![call(live_call(3, "A", vec![])), opened(open_activity(3, &[2, 3, 2]))]).await;
    assert_eq!(list(world, 2).await, vec![3, 1]);
    assert_eq!(list(world, 3).await, vec![3]);
    world.write(vec![saved(open_activity(3, &[1]))]).await;
    assert_eq!(
        (list(world, 1).await, list(world, 2).await, list(world, 3).await),
        (vec![3, 2, 1], vec![1], vec![])
    );
}

async fn once_settled_it_stands_on_one_list_or_none(world: &World<'_>) {
    let settle = async |party| {
        world.write(vec![saved(Activity { party, ..open_activity(1, &[1, 2]) })]).await;
        (list(world, 1).await, list(world, 2).await, list(world, 4).await)
    };
    let filed = |person: u32| Some(PartyLink { person: Some(person_id(person)), by: SettledBy::Chosen });
    assert_eq!(settle(filed(2)).await, (vec![2], vec![1], vec![]));
    assert_eq!(settle(filed(4)).await, (vec![2], vec![], vec![1]));
    let nobody = Some(PartyLink { person: None, by: SettledBy::Chosen });
    assert_eq!(settle(nobody).await, (vec![2], vec![], vec![]));
    assert_eq!(settle(None).await, (vec![2, 1], vec![1], vec![]));
}

async fn the_list_outlives_the_record(world: &World<'_>) {
    world.write(vec![Change::PersonDeleted(person_id(1))]).await;
    assert_eq!(list(world, 1).await, vec![2, 1]);
    assert_eq!(read(world, 2).await.unwrap().party, Some(filed_on(1)));
}

async fn pages_hold_every_row_once_whatever_begins_meanwhile(world: &World<'_>) {
    let begin = async |n| {
        world.write(vec![call(live_call(n, "A", vec![])), opened(open_activity(n, &[3]))]).await;
    };
    for n in 10..17 {
        begin(n).await;
    }
    let page = async |after: Option<&str>| {
        world.store.activities_of_person(world.tenant, person_id(3), after, 3).await.unwrap()
    };
    let mut read = vec![];
    let mut after = None;
    let mut begun = 20;
    loop {
        let page = page(after.as_deref()).await;
        read.extend(page.rows.iter().map(|row| row.call.key));
        assert!(page.rows.len() <= 3);
        begin(begun).await;
        begun += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(read, (10..17).rev().map(call_key).collect::<Vec<_>>());
    let newest = page(None).await;
    assert_eq!(newest.rows[0].call.key, call_key(begun - 1));
    assert_eq!(
        world.store.activities_of_person(world.tenant, person_id(3), None, 0).await.unwrap().rows.len(),
        1
    );
}

async fn a_place_that_was_not_given_out_is_refused(world: &World<'_>) {
    for after in ["", "x", "1;", "١"] {
        let page = world.store.activities_of_person(world.tenant, person_id(1), Some(after), 3).await;
        assert_eq!(page, Err(ReadError::BadCursor), "{after:?}");
    }
}

async fn agents_see_what_they_were_part_of(world: &World<'_>) {
    let parts = vec![engagement(4, 2), engagement(5, 2)];
    world.write(vec![call(live_call(3, "A", parts)), opened(open_activity(3, &[]))]).await;
    world.write(vec![call(live_call(4, "A", vec![engagement(6, 2)]))]).await;
    let calls = async |number, limit| {
        let rows = world.store.activities_of_agent(world.tenant, &agent(number), limit).await.unwrap();
        rows.into_iter().map(|row| row.call.key).collect::<Vec<_>>()
    };
    assert_eq!(calls(1, 9).await, vec![call_key(2), call_key(1)]);
    assert_eq!(calls(2, 9).await, vec![call_key(3), call_key(2)], "each once; call 4 has no Activity");
    assert_eq!(calls(2, 1).await, vec![call_key(3)]);
    assert_eq!(calls(5, 9).await, vec![]);
    // Heard of last, but of long ago.
    let past = CallRecord { started_at: at(0), ..live_call(5, "A", vec![engagement(7, 2)]) };
    world.write(vec![call(past), opened(open_activity(5, &[]))]).await;
    assert_eq!(calls(2, 9).await, vec![call_key(3), call_key(2), call_key(5)]);
}

async fn a_code_is_used_by_the_activities_that_carry_it(world: &World<'_>) {
    let uses = async |n| world.store.code_uses(world.tenant, code_id(n)).await.unwrap();
    assert_eq!((uses(1).await, uses(2).await), (1, 0));
    world.write(vec![saved(logged_activity(1, &[], 1))]).await;
    assert_eq!((uses(1).await, uses(2).await), (2, 0));
    let corrected = Activity { code: Some(logged(2, "lost")), ..logged_activity(1, &[], 1) };
    world.write(vec![saved(corrected), saved(open_activity(2, &[]))]).await;
    assert_eq!((uses(1).await, uses(2).await), (0, 1));
}

async fn a_decision_rests_on_how_an_activity_stands(world: &World<'_>) {
    let now = read(world, 2).await.unwrap();
    let holds = async |change: &dyn Fn(&mut Activity)| {
        let mut read = now.clone();
        change(&mut read);
        world.holds(Precondition::activity(&read)).await
    };
    assert!(holds(&|_| {}).await);
    assert!(
        holds(&|read| (read.notes, read.archived) = (None, false)).await,
        "follows from the rest, or from the call"
    );
    assert!(!holds(&|read| read.revision = 1).await);
    assert!(!holds(&|read| read.outcome = Outcome::NotLogged).await);
    assert!(!holds(&|read| read.party = None).await);
    assert!(!holds(&|read| read.party = Some(PartyLink { by: SettledBy::OneMatch, ..filed_on(1) })).await);
    assert!(!holds(&|read| read.logged_at = Some(at(101))).await);
    let absent = Precondition::Activity { key: call_key(4), standing: ActivityStanding::NEW };
    assert!(world.holds(absent).await);
    world.write(vec![saved(Activity { revision: 1, ..now.clone() })]).await;
    assert!(!holds(&|_| {}).await && holds(&|read| read.revision = 1).await);
}

async fn corrections_are_kept_newest_first_and_follow_their_call(world: &World<'_>) {
    let made = async |call| {
        let all = world.store.corrections(world.tenant, call_key(call)).await.unwrap();
        all.into_iter().map(|correction| correction.id).collect::<Vec<_>>()
    };
    assert!(made(1).await.is_empty());
    let first = correction(3, 1, Some(1));
    world
        .write(vec![
            Change::Correction(Box::new(first.clone())),
            Change::Correction(Box::new(correction(2, 1, None))),
        ])
        .await;
    assert_eq!(made(1).await, [audit_id(2), audit_id(3)]);
    assert_eq!(world.store.corrections(world.tenant, call_key(1)).await.unwrap()[1], first);
    let again = Correction { reason: None, ..first };
    world.write(vec![Change::Correction(Box::new(again))]).await;
    assert_eq!(
        world.store.corrections(world.tenant, call_key(1)).await.unwrap()[1].reason.as_deref(),
        Some("sorry")
    );
    world.write(vec![Change::CallMerged { from: call_key(1), into: call_key(2) }]).await;
    assert_eq!((made(1).await, made(2).await), (vec![], vec![audit_id(2), audit_id(3)]));
    let of_none = Change::Correction(Box::new(correction(4, 5, None)));
    let refused = world.store.commit(Commit::of(world.tenant, vec![of_none])).await;
    assert!(matches!(refused, Err(CommitError::Inconsistent(_))));
}
