//! Commits as a whole: all or nothing, one by one whoever they share a flush with, numbered in order.

use crate::fixture::World;
use crate::observed::observe;
use crate::sample::*;
use domain::activity::ActivityStanding;
use domain::audit::AuditSubject;
use domain::centre::Centre;
use domain::commit::{Change, Commit, Precondition};
use domain::duty::AgentState;
use domain::id::TenantId;
use domain::matching::MatchRule;
use std::collections::BTreeSet;
use store::CommitError;

for_each_store! {
    a_refused_commit_names_the_first_precondition_that_fails_and_writes_nothing,
    an_inconsistent_commit_takes_back_what_it_wrote,
    neighbours_of_a_refused_commit_are_written,
    what_is_acknowledged_can_be_read_at_once,
    numbers_grow_over_all_tenants,
    a_tenant_keeps_its_id,
    a_commit_for_an_unknown_tenant_is_inconsistent,
    the_same_ids_in_another_tenant_are_other_rows,
    preconditions_of_one_tenant_do_not_see_the_other,
    it_is_ready,
}

fn new_person(n: u32) -> Change {
    found_by(person(n, &format!("Person {n}"), &["1"]), &[number(n)])
}

fn exists(n: u32) -> Precondition {
    Precondition::PersonExists { id: person_id(n) }
}

async fn a_refused_commit_names_the_first_precondition_that_fails_and_writes_nothing(world: &World<'_>) {
    let before = observe(world.store, world.tenant).await;
    let preconditions = vec![exists(1), exists(4), exists(5)];
    let changes = [vec![new_person(3)], base("C")].concat();
    let refused = world.store.commit(Commit { tenant: world.tenant, preconditions, changes }).await;
    assert_eq!(refused, Err(CommitError::Refused { index: 1 }));
    assert_eq!(observe(world.store, world.tenant).await, before);
}

async fn an_inconsistent_commit_takes_back_what_it_wrote(world: &World<'_>) {
    let before = observe(world.store, world.tenant).await;
    let all_kinds = vec![
        new_person(3),
        Change::PersonDeleted(person_id(1)),
        call(ended_call(1, "C", vec![engagement(2, 5)])),
        call(live_call(3, "C", vec![engagement(4, 1)])),
        Change::CallMerged { from: call_key(2), into: call_key(3) },
        Change::WrapupOpened(Box::new(open_wrapup(1, 1, 1))),
        Change::Wrapup(Box::new(open_wrapup(4, 3, 1))),
        Change::ActivityOpened(Box::new(open_activity(3, &[1]))),
        Change::Activity(Box::new(logged_activity(1, &[2], 2))),
        Change::ActivityArchived { key: call_key(1), owes_wrapup: false },
        Change::CallerWanted(call_key(2)),
        Change::CallerLookedAfter(call_key(1)),
        Change::Case(Box::new(case(1, "C", Some(2)))),
        Change::Case(Box::new(case(2, "C", Some(1)))),
        Change::Dial(Box::new(dial(2, "C"))),
        Change::Mode(Box::new(away(1, "C", 2))),
        Change::AgentState(Box::new(does(1, AgentState::OnCall, 9))),
        Change::Centre(Box::new(Centre { version: 2, ..Centre::default() })),
        Change::Audit(Box::new(audited(3, AuditSubject::Centre, "C"))),
        Change::Set(Box::new(set(1, "C"))),
        Change::Code(Box::new(code(1, 1, 5, "C"))),
        Change::User(Box::new(user(1, "C"))),
        Change::Session(session(3, 1)),
        Change::SessionsEnded(user_id(1)),
        Change::LinkUsed(token(1)),
        Change::Link(link(3, None)),
        Change::Frames(chunk("pbx", 3, "C")),
        Change::Frames(chunk("other", 1, "C")),
        Change::ResumeFrom { source: "pbx".to_owned(), chunk: 3 },
        Change::ForgetFrames { source: "pbx".to_owned(), before: at(100) },
        in_queues("pbx", &[("visits", 1)]),
        Change::Frames(chunk("pbx", 9, "a gap")),
    ];
    let refused = world.store.commit(Commit::of(world.tenant, all_kinds)).await;
    assert!(matches!(refused, Err(CommitError::Inconsistent(_))), "{refused:?}");
    assert_eq!(observe(world.store, world.tenant).await, before);
}

async fn neighbours_of_a_refused_commit_are_written(world: &World<'_>) {
    let plain = |n| world.store.commit(Commit::of(world.tenant, vec![new_person(n)]));
    let on = |n, on| Commit { tenant: world.tenant, preconditions: vec![on], changes: vec![new_person(n)] };
    let broken =
        Commit::of(world.tenant, vec![new_person(14), Change::Wrapup(Box::new(open_wrapup(4, 5, 1)))]);
    let (a, b, c, d, e, f) = tokio::join!(
        plain(11),
        world.store.commit(on(12, exists(99))),
        plain(13),
        world.store.commit(broken),
        plain(15),
        // Rests on what a neighbour writes before it.
        world.store.commit(on(16, exists(15))),
    );
    assert!(a.is_ok() && c.is_ok() && e.is_ok() && f.is_ok());
    assert_eq!(b, Err(CommitError::Refused { index: 0 }));
    assert!(matches!(d, Err(CommitError::Inconsistent(_))));
    for (n, there) in [(11, true), (12, false), (13, true), (14, false), (15, true), (16, true)] {
        assert_eq!(world.store.person(world.tenant, person_id(n)).await.unwrap().is_some(), there, "{n}");
    }
}

async fn what_is_acknowledged_can_be_read_at_once(world: &World<'_>) {
    for n in 10..60 {
        world.write(vec![new_person(n)]).await;
        assert!(world.store.person(world.tenant, person_id(n)).await.unwrap().is_some());
        assert_eq!(world.store.match_number(world.tenant, &[number(n)]).await.unwrap().len(), 1);
        let found = world.store.search_people(world.tenant, &format!("person {n}"), 9).await.unwrap();
        assert_eq!(found.len(), 1);
    }
}

async fn numbers_grow_over_all_tenants(world: &World<'_>) {
    let mut last = world.write(vec![]).await;
    for tenant in [world.other, world.tenant, world.other] {
        let next = world.store.commit(Commit::of(tenant, vec![])).await.unwrap();
        assert!(next > last);
        last = next;
    }
    let all = futures(world, 50).await;
    assert_eq!(all.len(), 50, "each has its own");
    assert!(all.iter().all(|number| *number > last));
}

/// The numbers of so many Commits made at once.
async fn futures(world: &World<'_>, count: u32) -> BTreeSet<u64> {
    let mut waiting: Vec<_> =
        (0..count).map(|n| world.store.commit(Commit::of(world.tenant, vec![new_person(100 + n)]))).collect();
    let mut numbers = BTreeSet::new();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|commit| match commit.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                numbers.insert(answer.unwrap());
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    numbers
}

async fn a_tenant_keeps_its_id(world: &World<'_>) {
    assert_eq!(world.store.tenant("acme").await.unwrap(), world.tenant);
    assert_eq!(world.store.tenant("bolts").await.unwrap(), world.other);
    let third = world.store.tenant("Acme").await.unwrap();
    assert!(third != world.tenant && third != world.other);
    assert_eq!(world.store.users(third).await.unwrap(), vec![]);
    assert_eq!(world.store.tenant("Acme").await.unwrap(), third);
}

async fn a_commit_for_an_unknown_tenant_is_inconsistent(world: &World<'_>) {
    for changes in [vec![], vec![new_person(1)]] {
        let answer = world.store.commit(Commit::of(TenantId(99), changes)).await;
        assert!(matches!(answer, Err(CommitError::Inconsistent(_))));
    }
    assert_eq!(world.store.person(TenantId(99), person_id(1)).await.unwrap(), None);
}

async fn the_same_ids_in_another_tenant_are_other_rows(world: &World<'_>) {
    let (ours, theirs) = (observe(world.store, world.tenant).await, observe(world.store, world.other).await);
    assert_ne!(ours, theirs);
    let third = world.store.tenant("third").await.unwrap();
    world.store.commit(Commit::of(third, base("A"))).await.unwrap();
    assert_eq!(observe(world.store, third).await, ours);
    assert_eq!(observe(world.store, world.other).await, theirs);
}

async fn preconditions_of_one_tenant_do_not_see_the_other(world: &World<'_>) {
    let third = world.store.tenant("third").await.unwrap();
    let free = Commit {
        tenant: third,
        preconditions: vec![
            Precondition::NoUsers,
            Precondition::AgentFree { agent: agent(1), except: user_id(9) },
            unclaimed(&[number(1)], &MatchRule::default()),
            Precondition::LoginFree { login: "ana.a@example.org".to_owned(), except: None },
            Precondition::ClosedWrapups { call: call_key(2), closed: 0, submitted: 0 },
            Precondition::PersonVersion { id: person_id(1), version: 0 },
            Precondition::Activity { key: call_key(2), standing: ActivityStanding::NEW },
            Precondition::CaseVersion { id: case_id(1), version: 0 },
            Precondition::ModeVersion { agent: agent(1), version: 0 },
            Precondition::CentreVersion { version: 0 },
        ],
        changes: vec![],
    };
    world.store.commit(free).await.unwrap();
    let theirs = [
        exists(1),
        Precondition::LinkValid { hash: token(1), now: at(0) },
        Precondition::SessionAt { id: token(1), current: token(1) },
        Precondition::wrapup(&open_wrapup(2, 2, 1)),
        Precondition::activity(&logged_activity(2, &[], 1)),
        Precondition::UserVersion { id: user_id(1), version: 1 },
        Precondition::SetVersion { id: set_id(1), version: 1 },
        Precondition::CodeVersion { id: code_id(1), version: 1 },
        Precondition::CaseExists { id: case_id(1) },
        Precondition::CaseVersion { id: case_id(1), version: 1 },
        Precondition::ModeVersion { agent: agent(1), version: 1 },
        Precondition::CentreVersion { version: 1 },
    ];
    for on in theirs {
        let commit = Commit { tenant: third, preconditions: vec![on.clone()], changes: vec![] };
        assert_eq!(world.store.commit(commit).await, Err(CommitError::Refused { index: 0 }), "{on:?}");
    }
}

async fn it_is_ready(world: &World<'_>) {
    assert_eq!(world.store.ready().await, Ok(()));
}
