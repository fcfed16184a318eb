//! The ledger holds what a recount of the calls gives, whatever happened before, in whatever order; files that were compared
//! and calls that only they tell of are kept.

use crate::fixture::{OnSqlite, World};
use crate::random::{Step, commit, some_step, wait};
use crate::sample::*;
use domain::activity::Outcome;
use domain::call::{CallRecord, NoActivity};
use domain::commit::{Change, FrameChunk, Precondition};
use domain::completeness::ledger::{DeafSpan, LedgerClass, LedgerCount, LedgerEntry, slot_of};
use domain::completeness::missing::{Made, MissingCall};
use domain::completeness::run::{Found, Reconciliation, RunState};
use domain::completeness::told::{FileKind, Told};
use domain::id::{At, CallKey, ReconciliationId, TenantId};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use store::{CallBrief, MAX_DEAF_SPANS, MayBe, MissingCount, Store};
use uuid::Uuid;

for_each_store! {
    a_call_is_counted_where_it_stands_once_it_is_over,
    a_call_that_merges_is_counted_no_more,
    gaps_are_found_and_so_is_what_was_inferred,
    a_source_was_not_heard_between_two_connections,
    of_many_times_of_silence_the_newest_are_told_newest_first,
    a_call_is_known_by_its_id_and_by_its_agents_parts,
    calls_that_began_in_a_time_are_told_in_pages,
    a_missing_call_is_open_until_it_is_made_or_known,
    comparisons_are_kept_last_first,
}

/// Random histories tried in each test, unless the environment asks for more (`PROPTEST_CASES`).
const CASES: u32 = 48;
const FOREVER: (i64, i64) = (-9_000_000_000, 9_000_000_000);
const LATE: At = At(i64::MAX);

fn run_id(n: u32) -> ReconciliationId {
    ReconciliationId(Uuid::from_u128(0x0193_0000_0000_8000_8000_000d_0000_0000 | u128::from(n)))
}

fn missing(n: u32, made: bool) -> MissingCall {
    MissingCall {
        key: call_key(n),
        version: 1,
        named: n.is_multiple_of(2),
        run: run_id(1),
        file: "Master.csv".to_owned(),
        told: Told::default(),
        call: ended_call(n, "F", vec![]),
        made: made.then_some(Made { at: at(9), by: user_id(1) }),
    }
}

/// A random call that a file tells of.
pub(crate) fn some_missing() -> impl Strategy<Value = Change> {
    (id(), any::<bool>(), 0..4_u8).prop_map(|(n, made, which)| match which {
        0 => Change::MissingCallRemoved(call_key(n)),
        _ => Change::MissingCall(Box::new(missing(n, made))),
    })
}

fn id() -> std::ops::RangeInclusive<u32> {
    crate::random::id()
}

/// What a store says of completeness.
#[derive(Debug, PartialEq)]
pub(crate) struct Completeness {
    ledger: Vec<LedgerCount>,
    gaps: Vec<CallKey>,
    inferred: Vec<CallKey>,
    deaf: Vec<DeafSpan>,
    heard: Vec<(String, At)>,
    began: Vec<CallBrief>,
    missing: Vec<MissingCall>,
    open: Vec<MissingCall>,
    without_id: Vec<MissingCall>,
    counts: Vec<MissingCount>,
    runs: Vec<Reconciliation>,
}

/// Asks everything about completeness.
pub(crate) async fn completeness(store: &dyn Store, t: TenantId) -> Completeness {
    let (first, last) = FOREVER;
    let mut gaps = store.gaps(t, At(0), LATE, 99).await.unwrap();
    let mut inferred = store.inferred(t, At(0), LATE, 99).await.unwrap();
    // Of calls of the same moment, each store has its own order.
    gaps.sort_unstable();
    inferred.sort_unstable();
    let start = (At(0), None);
    Completeness {
        ledger: store.ledger(t, first, last).await.unwrap(),
        gaps,
        inferred,
        deaf: store.deaf(t, At(0), LATE).await.unwrap(),
        heard: store.heard(t).await.unwrap(),
        began: store.calls_began(t, "pbx A", start, LATE, 99).await.unwrap(),
        missing: store.missing_calls(t, false, start, LATE, 99).await.unwrap(),
        open: store.missing_calls(t, true, start, LATE, 99).await.unwrap(),
        without_id: store.made_without_id(t, "pbx F", At(0), LATE).await.unwrap(),
        counts: store.missing_counts(t, first, last).await.unwrap(),
        runs: store.reconciliations(t).await.unwrap(),
    }
}

/// How many calls stand where, by looking at each.
async fn recounted(store: &dyn Store, t: TenantId) -> Vec<LedgerCount> {
    let mut counts = BTreeMap::<LedgerEntry, u64>::new();
    for n in 1..=crate::observed::IDS {
        let Some(call) = store.call(t, call_key(n)).await.unwrap() else { continue };
        let outcome = store.activity(t, call.key).await.unwrap().map(|row| row.activity.outcome);
        let made = store.missing_call(t, call.key).await.unwrap().is_some_and(|one| one.made.is_some());
        if let Some(entry) = LedgerEntry::of(&call, outcome, made) {
            *counts.entry(entry).or_default() += 1;
        }
    }
    counts.into_iter().map(|(entry, calls)| LedgerCount { entry, calls }).collect()
}

async fn classes(world: &World<'_>) -> Vec<(LedgerClass, u64)> {
    let counts = world.store.ledger(world.tenant, FOREVER.0, FOREVER.1).await.unwrap();
    counts.into_iter().map(|count| (count.entry.class, count.calls)).collect()
}

fn of(outcome: Outcome, n: u32) -> Change {
    let activity = domain::activity::Activity { outcome, ..logged_activity(n, &[], 1) };
    Change::Activity(Box::new(activity))
}

async fn a_call_is_counted_where_it_stands_once_it_is_over(world: &World<'_>) {
    let before = classes(world).await;
    world.write(vec![call(live_call(3, "A", vec![]))]).await;
    assert_eq!(classes(world).await, before, "a call that lives");
    let plus = |class| {
        let mut all: BTreeMap<LedgerClass, u64> = before.iter().copied().collect();
        *all.entry(class).or_default() += 1;
        all.into_iter().collect::<Vec<_>>()
    };
    world.write(vec![call(ended_call(3, "A", vec![]))]).await;
    assert_eq!(classes(world).await, plus(LedgerClass::Gap));
    for (outcome, class) in [
        (Outcome::Open, LedgerClass::Open),
        (Outcome::Undispositioned, LedgerClass::Undispositioned),
        (Outcome::Logged, LedgerClass::Logged),
    ] {
        world.write(vec![of(outcome, 3), of(outcome, 3)]).await;
        assert_eq!(classes(world).await, plus(class));
    }
    let internal = CallRecord { no_activity: Some(NoActivity::InternalCall), ..ended_call(3, "A", vec![]) };
    world.write(vec![call(internal)]).await;
    assert_eq!(classes(world).await, plus(LedgerClass::InternalCall));
    // A refused Commit counts nothing.
    let refused = world.write_if(Precondition::NoUsers, vec![call(ended_call(4, "A", vec![]))]).await;
    assert!(refused.is_err());
    assert_eq!(classes(world).await, plus(LedgerClass::InternalCall));
}

async fn a_call_that_merges_is_counted_no_more(world: &World<'_>) {
    world.write(vec![call(ended_call(3, "A", vec![])), call(ended_call(4, "A", vec![]))]).await;
    let before = recounted(world.store, world.tenant).await;
    world.write(vec![Change::CallMerged { from: call_key(3), into: call_key(4) }]).await;
    let after = world.store.ledger(world.tenant, FOREVER.0, FOREVER.1).await.unwrap();
    assert_eq!(after, recounted(world.store, world.tenant).await);
    assert_ne!(after, before);
}

async fn gaps_are_found_and_so_is_what_was_inferred(world: &World<'_>) {
    let inferred = CallRecord { inferred: true, started_at: at(50), ..ended_call(4, "A", vec![]) };
    let gap = CallRecord { inferred: false, started_at: at(40), ..ended_call(3, "A", vec![]) };
    world.write(vec![call(gap), call(inferred), of(Outcome::NoWrapup, 4)]).await;
    let within = (at(39), at(51));
    assert_eq!(world.store.gaps(world.tenant, within.0, within.1, 9).await.unwrap(), [call_key(3)]);
    assert_eq!(world.store.gaps(world.tenant, at(41), at(51), 9).await.unwrap(), []);
    assert_eq!(world.store.inferred(world.tenant, within.0, within.1, 9).await.unwrap(), [call_key(4)]);
    assert_eq!(world.store.inferred(world.tenant, at(51), at(99), 9).await.unwrap(), []);
}

async fn a_source_was_not_heard_between_two_connections(world: &World<'_>) {
    let heard = |n: u64, connection, second| {
        let chunk = FrameChunk { connection, received_at: at(second), ..chunk("other", n, "x") };
        Change::Frames(chunk)
    };
    world.write(vec![heard(1, 1, 100), heard(2, 1, 130), heard(3, 2, 190), heard(4, 2, 200)]).await;
    let deaf = async |from, until| world.store.deaf(world.tenant, at(from), at(until)).await.unwrap();
    let span = DeafSpan { from: at(130), until: at(190), source: "other".to_owned() };
    assert_eq!(deaf(0, 999).await, std::slice::from_ref(&span));
    assert_eq!(deaf(150, 160).await, [span]);
    assert_eq!(deaf(0, 130).await, []);
    assert_eq!(deaf(190, 999).await, []);
    let heard = world.store.heard(world.tenant).await.unwrap();
    assert!(heard.contains(&("other".to_owned(), at(200))), "{heard:?}");
}

async fn of_many_times_of_silence_the_newest_are_told_newest_first(world: &World<'_>) {
    let connections = MAX_DEAF_SPANS as u64 + 3;
    let heard = |n: u64| {
        let received_at = at(10 * i64::try_from(n).unwrap());
        Change::Frames(FrameChunk { connection: n, received_at, ..chunk("other", n, "x") })
    };
    world.write((1..=connections).map(heard).collect()).await;
    let told = world.store.deaf(world.tenant, at(0), LATE).await.unwrap();
    let of_other: Vec<At> = told.iter().filter(|span| span.source == "other").map(|span| span.from).collect();
    let expected: Vec<At> =
        (1..connections).rev().map(|n| at(10 * i64::try_from(n).unwrap())).take(MAX_DEAF_SPANS).collect();
    assert_eq!(told.len(), MAX_DEAF_SPANS);
    assert!(expected.starts_with(&of_other), "{of_other:?}");
    assert!(told.is_sorted_by(|one, next| one.from >= next.from));
}

async fn a_call_is_known_by_its_id_and_by_its_agents_parts(world: &World<'_>) {
    world.write(vec![call(ended_call(3, "A", vec![ended_engagement(9, 1)]))]).await;
    let asked = [
        MayBe { calls: vec![call_key(99), call_key(3)], parts: vec![] },
        MayBe { calls: vec![call_key(99)], parts: vec![engagement_key(98), engagement_key(9)] },
        MayBe { calls: vec![call_key(99)], parts: vec![engagement_key(98)] },
        MayBe::default(),
    ];
    let known = world.store.known_as(world.tenant, &asked).await.unwrap();
    assert_eq!(known, [Some(call_key(3)), Some(call_key(3)), None, None]);
    assert_eq!(world.store.known_as(world.other, &asked[..2]).await.unwrap(), [None, None]);
}

async fn calls_that_began_in_a_time_are_told_in_pages(world: &World<'_>) {
    let began = |n, second| call(CallRecord { started_at: at(second), ..ended_call(n, "A", vec![]) });
    world.write(vec![began(3, 70), began(4, 70), began(5, 71), began(6, 80)]).await;
    let mut after = (at(70), None);
    let mut told = vec![];
    loop {
        let page = world.store.calls_began(world.tenant, "pbx A", after, at(80), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = (last.started_at, Some(last.key));
        told.extend(page.iter().map(|brief| brief.key));
    }
    assert_eq!(told, [3, 4, 5].map(call_key));
    let of_other = world.store.calls_began(world.tenant, "other", (at(0), None), LATE, 9).await.unwrap();
    assert_eq!(of_other, []);
}

async fn a_missing_call_is_open_until_it_is_made_or_known(world: &World<'_>) {
    let open = async || {
        let rows = world.store.missing_calls(world.tenant, true, (At(0), None), LATE, 9).await.unwrap();
        let counts = world.store.missing_counts(world.tenant, FOREVER.0, FOREVER.1).await.unwrap();
        let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
        assert_eq!(counts.iter().map(|count| count.calls).sum::<u64>(), keys.len() as u64);
        keys
    };
    let three = [missing(3, false), missing(4, false), missing(5, false)];
    world.write(three.iter().cloned().map(|one| Change::MissingCall(Box::new(one))).collect()).await;
    assert_eq!(open().await, [3, 4, 5].map(call_key));
    world.write(vec![call(ended_call(4, "A", vec![]))]).await;
    assert_eq!(open().await, [3, 5].map(call_key));
    let read = MissingCall { version: 2, ..missing(3, true) };
    let saved = Change::MissingCall(Box::new(read.clone()));
    let stale = Precondition::MissingVersion { key: call_key(3), version: 2 };
    assert!(world.write_if(stale, vec![saved.clone()]).await.is_err());
    let is_known = Precondition::CallUnknown { key: call_key(4) };
    assert!(world.write_if(is_known, vec![saved.clone()]).await.is_err());
    let right = Precondition::MissingVersion { key: call_key(3), version: 1 };
    world.write_if(right, vec![call(ended_call(3, "F", vec![])), saved]).await.unwrap();
    assert_eq!(open().await, [call_key(5)]);
    assert_eq!(world.store.missing_call(world.tenant, call_key(3)).await.unwrap(), Some(read));
    let all = world.store.missing_calls(world.tenant, false, (At(0), None), LATE, 9).await.unwrap();
    assert_eq!(all.len(), 3);
    let slot = slot_of(ended_call(3, "F", vec![]).started_at);
    let counts = world.store.ledger(world.tenant, slot, slot + 1).await.unwrap();
    assert!(counts.iter().any(|count| count.entry.from_file && count.calls == 1), "{counts:?}");
}

async fn comparisons_are_kept_last_first(world: &World<'_>) {
    let run = |n, state| Reconciliation {
        id: run_id(n),
        kind: FileKind::Cdr,
        source: "pbx".to_owned(),
        file: "Master.csv".to_owned(),
        bytes: 9,
        hash: "00".to_owned(),
        zone: "UTC".to_owned(),
        at: at(1),
        by: user_id(1),
        uploads: 1,
        state,
        byte: 0,
        found: Found::default(),
        ended_at: None,
    };
    let (first, last) = (run(1, RunState::Done), run(2, RunState::Running));
    world.write([&first, &last].map(|run| Change::Reconciliation(Box::new(run.clone()))).to_vec()).await;
    assert_eq!(world.store.reconciliations(world.tenant).await.unwrap(), [last.clone(), first]);
    assert_eq!(world.store.reconciliation(world.other, run_id(1)).await.unwrap(), None);
    world.write(vec![Change::ReconciliationRemoved(run_id(1))]).await;
    assert_eq!(world.store.reconciliations(world.tenant).await.unwrap(), [last]);
}

async fn ledger_is_a_recount(steps: Vec<Step>) {
    let (model, sqlite) = (store::MemoryStore::new(), OnSqlite::open());
    for store in [&model as &dyn Store, &sqlite.store] {
        let world = World::new(store).await;
        for step in &steps {
            // Whether it was written matters to another test.
            let _ = store.commit(commit(&world, step.clone())).await;
            for tenant in [world.tenant, world.other] {
                let ledger = store.ledger(tenant, FOREVER.0, FOREVER.1).await.unwrap();
                assert_eq!(ledger, recounted(store, tenant).await);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_ledger_is_a_recount_of_the_calls(steps in vec(some_step(), 1..25)) {
        wait(ledger_is_a_recount(steps));
    }
}
