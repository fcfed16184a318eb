//! How many Activities stand in the CRM as they do: what is kept is what a recount gives, whatever happened before; and what a
//! comparison with the CRM leaves behind.

use crate::fixture::{OnSqlite, World};
use crate::random::{Step, commit, some_step, wait};
use crate::sample::*;
use crate::sample_crm::*;
use domain::activity::Activity;
use domain::call::CallRecord;
use domain::commit::Change;
use domain::completeness::crm_check::{
    CrmCheck, CrmCheckFailure, CrmCheckFault, CrmFound, MAX_CHECKS, MAX_FAILURES,
};
use domain::completeness::ledger::LedgerEntry;
use domain::id::{At, CallKey, TenantId};
use domain::mirror::RemoteId;
use domain::outbox::{FiledState, RefusalKind, Subject};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use store::{Carried, CrmCount, CrmStanding, Store};

for_each_store! {
    an_activity_is_counted_as_it_stands_in_the_crm,
    what_changed_meanwhile_is_not_gone,
    an_activity_is_filed_again_unless_it_is_there_or_waits,
    what_is_none_of_ours_to_carry_out_is_never_filed_again,
    activities_are_told_in_pages_as_they_stand,
    a_day_is_kept_as_it_was_found_last,
    of_many_days_those_compared_first_are_forgotten,
    a_day_that_could_not_be_compared_is_kept_until_it_is,
    of_many_days_that_could_not_be_compared_the_oldest_are_forgotten,
}

/// Random histories tried in each test, unless the environment asks for more (`PROPTEST_CASES`).
const CASES: u32 = 48;
const FOREVER: (i64, i64) = (-9_000_000_000, 9_000_000_000);
const LATE: At = At(i64::MAX);

/// What a store says of the CRM's side of the ledger.
#[derive(Debug, PartialEq)]
pub(crate) struct CrmLedger {
    counts: Vec<CrmCount>,
    standings: Vec<CrmStanding>,
    checks: Vec<CrmCheck>,
    failures: Vec<CrmCheckFailure>,
}

/// Asks everything about it.
pub(crate) async fn crm_ledger(store: &dyn Store, t: TenantId) -> CrmLedger {
    CrmLedger {
        counts: store.crm_ledger(t, FOREVER.0, FOREVER.1).await.unwrap(),
        standings: store.crm_standings(t, (At(0), None), LATE, 99).await.unwrap(),
        checks: store.crm_checks(t, At(0), LATE).await.unwrap(),
        failures: store.crm_check_failures(t).await.unwrap(),
    }
}

pub(crate) fn check_of(n: u32) -> CrmCheck {
    let begin = at(i64::from(n));
    CrmCheck {
        begin,
        end: begin.plus_millis(86_400_000),
        zone: "UTC".to_owned(),
        at: at(i64::from(n)),
        by: Some(user_id(n)),
        found: CrmFound::default(),
    }
}

pub(crate) fn failure_of(n: u32) -> CrmCheckFailure {
    let begin = at(i64::from(n));
    CrmCheckFailure {
        begin,
        end: begin.plus_millis(86_400_000),
        zone: "UTC".to_owned(),
        since: at(i64::from(n)),
        at: at(i64::from(n)),
        tries: n,
        fault: CrmCheckFault::Unreachable,
        code: None,
    }
}

pub(crate) fn record_of(n: u32) -> RemoteId {
    match filed(n) {
        FiledState::There(filed) => filed.record,
        FiledState::DeletedThere => unreachable!("a sample is there"),
    }
}

/// How an Activity stands, by what the store says of it.
async fn standing(store: &dyn Store, t: TenantId, n: u32) -> Carried {
    let noted = store.outbox_entry(t, Subject::Activity(call_key(n))).await.unwrap();
    match (noted.map(|entry| entry.stuck()), store.filed(t, call_key(n)).await.unwrap()) {
        (Some(true), _) => Carried::Refused,
        (Some(false), _) => Carried::Waiting,
        (None, Some(FiledState::There(_))) => Carried::Sent,
        (None, Some(FiledState::DeletedThere)) => Carried::DeletedThere,
        (None, None) => Carried::Never,
    }
}

/// How many Activities stand how, by looking at each.
async fn recounted(store: &dyn Store, t: TenantId) -> Vec<CrmCount> {
    let mut counts = BTreeMap::<(i64, Carried), u64>::new();
    let all: Vec<CallKey> = (1..=crate::observed::IDS).map(call_key).collect();
    let together = store.snapshot(t).await.unwrap().carried(&all).await.unwrap();
    for n in 1..=crate::observed::IDS {
        let Some(call) = store.call(t, call_key(n)).await.unwrap() else { continue };
        let outcome = store.activity(t, call.key).await.unwrap().map(|row| row.activity.outcome);
        let Some(entry) = LedgerEntry::of(&call, outcome, false) else { continue };
        let carried = standing(store, t, n).await;
        assert_eq!(together[n as usize - 1], carried, "{n}");
        if entry.class.has_activity() && carried != Carried::Never {
            *counts.entry((entry.slot, carried)).or_default() += 1;
        }
    }
    counts.into_iter().map(|((slot, state), calls)| CrmCount { slot, state, calls }).collect()
}

async fn counts(world: &World<'_>) -> Vec<(Carried, u64)> {
    let counts = world.store.crm_ledger(world.tenant, FOREVER.0, FOREVER.1).await.unwrap();
    counts.into_iter().map(|count| (count.state, count.calls)).collect()
}

fn settled(n: u32) -> Change {
    Change::Activity(Box::new(Activity { archived: true, ..logged_activity(n, &[], 1) }))
}

/// A call ends, and its Activity is settled.
async fn noted(world: &World<'_>, n: u32) {
    world.write(vec![followed(), call(ended_call(n, "A", vec![])), settled(n)]).await;
}

fn carried(n: u32, filed: FiledState) -> Change {
    Change::CarriedOut { subject: Subject::Activity(call_key(n)), version: 1, filed: Some(filed) }
}

fn refused(n: u32) -> Change {
    let attempt = attempt(Subject::Activity(call_key(n)), 1, 1);
    tried(domain::outbox::Attempt { refusal: Some(refusal(RefusalKind::Rule)), ..attempt })
}

fn gone(n: u32, of: u32) -> Change {
    Change::GoneThere { call: call_key(n), record: record_of(of) }
}

async fn an_activity_is_counted_as_it_stands_in_the_crm(world: &World<'_>) {
    world.write(vec![call(ended_call(3, "A", vec![])), settled(3)]).await;
    assert_eq!(counts(world).await, [], "a tenant without a CRM");
    noted(world, 4).await;
    assert_eq!(counts(world).await, [(Carried::Waiting, 1)]);
    world.write(vec![refused(4)]).await;
    assert_eq!(counts(world).await, [(Carried::Refused, 1)]);
    world.write(vec![carried(4, filed(1))]).await;
    assert_eq!(counts(world).await, [(Carried::Sent, 1)]);
    noted(world, 5).await;
    assert_eq!(counts(world).await, [(Carried::Sent, 1), (Carried::Waiting, 1)]);
    world.write(vec![carried(5, filed(2)), gone(4, 1)]).await;
    assert_eq!(counts(world).await, [(Carried::Sent, 1), (Carried::DeletedThere, 1)]);
    world.write(vec![Change::CallMerged { from: call_key(5), into: call_key(4) }]).await;
    assert_eq!(counts(world).await, [(Carried::DeletedThere, 1)]);
    assert_eq!(world.store.crm_ledger(world.other, FOREVER.0, FOREVER.1).await.unwrap(), []);
}

async fn what_changed_meanwhile_is_not_gone(world: &World<'_>) {
    noted(world, 3).await;
    world.write(vec![gone(3, 1)]).await;
    assert_eq!(counts(world).await, [(Carried::Waiting, 1)], "it is on its way");
    world.write(vec![carried(3, filed(1)), gone(3, 2), gone(9, 1)]).await;
    assert_eq!(counts(world).await, [(Carried::Sent, 1)], "it is another record");
    let corrected = Activity { archived: true, notes: Some("more".to_owned()), ..logged_activity(3, &[], 1) };
    world.write(vec![Change::Activity(Box::new(corrected)), gone(3, 1)]).await;
    assert_eq!(world.store.filed(world.tenant, call_key(3)).await.unwrap(), Some(filed(1)), "it waits again");
    world.write(vec![carried(3, filed(1)), gone(3, 1)]).await;
    let known = world.store.filed(world.tenant, call_key(3)).await.unwrap();
    assert_eq!(
        (known, counts(world).await),
        (Some(FiledState::DeletedThere), vec![(Carried::DeletedThere, 1)])
    );
}

async fn an_activity_is_filed_again_unless_it_is_there_or_waits(world: &World<'_>) {
    noted(world, 3).await;
    let again = || vec![Change::FileAgain(call_key(3))];
    let entry = async || {
        let entry = world.store.outbox_entry(world.tenant, Subject::Activity(call_key(3))).await.unwrap();
        entry.map(|entry| (entry.version, entry.despite_duplicates))
    };
    world.write(again()).await;
    assert_eq!(entry().await, Some((1, false)), "it is on its way");
    world.write(vec![refused(3)]).await;
    world.write(again()).await;
    assert_eq!(counts(world).await, [(Carried::Refused, 1)], "a person has to look");
    world.write(vec![carried(3, filed(1))]).await;
    world.write(again()).await;
    assert_eq!(entry().await, None, "it is there");
    world.write(vec![gone(3, 1)]).await;
    world.write(again()).await;
    assert_eq!(entry().await, Some((1, true)));
    assert_eq!(world.store.filed(world.tenant, call_key(3)).await.unwrap(), None);
    assert_eq!(counts(world).await, [(Carried::Waiting, 1)]);
    world.write(vec![Change::OutboxLeft(Subject::Activity(call_key(3)))]).await;
    assert_eq!(counts(world).await, []);
    world.write(again()).await;
    assert_eq!(entry().await, Some((1, true)), "nothing is known of it");
}

async fn what_is_none_of_ours_to_carry_out_is_never_filed_again(world: &World<'_>) {
    let again = |n| Change::FileAgain(call_key(n));
    world.write(vec![call(ended_call(3, "A", vec![])), settled(3), again(3)]).await;
    assert_eq!(counts(world).await, [], "no CRM is mirrored");
    let open = Change::Activity(Box::new(open_activity(4, &[])));
    world.write(vec![followed(), call(ended_call(4, "A", vec![])), open, again(4), again(99)]).await;
    world.write(vec![crate::imports::past(5, "Sold long ago"), again(5)]).await;
    assert_eq!(counts(world).await, [], "it is not settled, there is no such call, it came of an import");
    assert_eq!(world.store.outbox_due(world.tenant, LATE, 9).await.unwrap(), []);
    world.write(vec![again(3)]).await;
    assert_eq!(counts(world).await, [(Carried::Waiting, 1)], "of before the CRM was mirrored");
}

async fn activities_are_told_in_pages_as_they_stand(world: &World<'_>) {
    let began = |n, second| call(CallRecord { started_at: at(second), ..ended_call(n, "A", vec![]) });
    world.write(vec![began(3, 70), settled(3), followed()]).await;
    world.write(vec![began(4, 70), settled(4), began(5, 71), settled(5), began(6, 80), settled(6)]).await;
    world.write(vec![carried(5, filed(1)), began(7, 72)]).await;
    let mut after = (at(70), None);
    let mut told = vec![];
    loop {
        let page = world.store.crm_standings(world.tenant, after, at(80), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = (last.started_at, Some(last.key));
        told.extend(page);
    }
    let states: Vec<_> =
        told.iter().map(|one| (one.key, one.carried, one.record.clone(), one.settled)).collect();
    assert_eq!(
        states,
        [
            (call_key(3), Carried::Never, None, true),
            (call_key(4), Carried::Waiting, None, true),
            (call_key(5), Carried::Sent, Some(record_of(1)), true),
        ]
    );
    assert_eq!(world.store.crm_standing(world.tenant, call_key(5)).await.unwrap(), Some(told.remove(2)));
    assert_eq!(world.store.crm_standing(world.tenant, call_key(7)).await.unwrap(), None, "no Activity");
    assert_eq!(world.store.crm_standing(world.other, call_key(5)).await.unwrap(), None);
}

async fn a_day_is_kept_as_it_was_found_last(world: &World<'_>) {
    let again = CrmCheck { at: at(99), found: CrmFound { there: 7, ..CrmFound::default() }, ..check_of(2) };
    let saved = [check_of(2), check_of(1), again.clone()].map(|check| Change::CrmCheck(Box::new(check)));
    world.write(saved.to_vec()).await;
    let checks = world.store.crm_checks(world.tenant, at(0), at(3)).await.unwrap();
    assert_eq!(checks, [check_of(1), again]);
    assert_eq!(world.store.crm_checks(world.tenant, at(0), at(1)).await.unwrap(), []);
    assert_eq!(world.store.crm_checks(world.other, at(0), at(3)).await.unwrap(), []);
}

async fn of_many_days_those_compared_first_are_forgotten(world: &World<'_>) {
    let last = u32::try_from(MAX_CHECKS).unwrap() + 3;
    // The first day was compared last.
    let first = CrmCheck { at: LATE, ..check_of(1) };
    let days = (2..=last).map(|n| Change::CrmCheck(Box::new(check_of(n))));
    world.write(std::iter::once(Change::CrmCheck(Box::new(first))).chain(days).collect()).await;
    let kept = world.store.crm_checks(world.tenant, At(0), LATE).await.unwrap();
    let begins: Vec<At> = kept.iter().map(|check| check.begin).collect();
    assert_eq!(begins.len(), MAX_CHECKS);
    assert_eq!(begins[..2], [at(1), at(5)]);
}

async fn a_day_that_could_not_be_compared_is_kept_until_it_is(world: &World<'_>) {
    let failed = |failure| Change::CrmCheckFailed(Box::new(failure));
    let again = CrmCheckFailure { tries: 9, fault: CrmCheckFault::TooMany, ..failure_of(1) };
    let days = 86_400;
    let later = CrmCheckFailure { begin: at(days + 1), end: at(2 * days + 1), ..failure_of(2) };
    world.write(vec![failed(failure_of(1)), failed(later.clone()), failed(again.clone())]).await;
    let failures = async |tenant| world.store.crm_check_failures(tenant).await.unwrap();
    assert_eq!(failures(world.tenant).await, [later.clone(), again], "the last first");
    assert_eq!(failures(world.other).await, []);
    // By another zone the day is another: hours of this one were not compared, and none of the later one.
    world.write(vec![Change::CrmCheck(Box::new(check_of(0))), Change::CrmCheck(Box::new(check_of(2)))]).await;
    assert_eq!(failures(world.tenant).await.len(), 2);
    world.write(vec![Change::CrmCheck(Box::new(check_of(1)))]).await;
    assert_eq!(failures(world.tenant).await, [later]);
}

async fn of_many_days_that_could_not_be_compared_the_oldest_are_forgotten(world: &World<'_>) {
    let last = u32::try_from(MAX_FAILURES).unwrap() + 2;
    let days = (1..=last).rev().map(|n| Change::CrmCheckFailed(Box::new(failure_of(n))));
    world.write(days.collect()).await;
    let kept = world.store.crm_check_failures(world.tenant).await.unwrap();
    let begins: Vec<At> = kept.iter().map(|failure| failure.begin).collect();
    assert_eq!((begins.len(), begins[0], begins[MAX_FAILURES - 1]), (MAX_FAILURES, at(last.into()), at(3)));
}

async fn kept_counts_are_a_recount(steps: Vec<Step>) {
    let (model, sqlite) = (store::MemoryStore::new(), OnSqlite::open());
    for store in [&model as &dyn Store, &sqlite.store] {
        let world = World::new(store).await;
        for step in &steps {
            // Whether it was written matters to another test.
            let _ = store.commit(commit(&world, step.clone())).await;
            for tenant in [world.tenant, world.other] {
                let kept = store.crm_ledger(tenant, FOREVER.0, FOREVER.1).await.unwrap();
                assert_eq!(kept, recounted(store, tenant).await);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn what_is_kept_of_activities_in_the_crm_is_a_recount(steps in vec(some_step(), 1..25)) {
        wait(kept_counts_are_a_recount(steps));
    }
}
