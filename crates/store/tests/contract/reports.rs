//! What reports read: facts are those of the calls as they stand, and rollups hold what a recount of the facts gives,
//! whatever happened before, in whatever order.

use crate::fixture::{OnSqlite, World};
use crate::random::{Step, commit, some_call, some_listed, some_step, some_wrapup, wait};
use crate::sample::*;
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallType};
use domain::commit::Change;
use domain::id::{At, TenantId};
use domain::report::ReportColumn;
use domain::report::aggregate::Aggregate;
use domain::report::calendar::{Calendar, Shift};
use domain::report::fact::{Fact, NamedFact, Word};
use domain::report::plan::{Pull, Wanted};
use domain::report::rollup::{Grain, Rollup, RollupKey, Segment};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use store::{MAX_FACTS, MemoryStore, ReportNames, ReportRecords, Store};

/// Random histories tried in each test, unless the environment asks for more (`PROPTEST_CASES`).
const CASES: u32 = 48;
/// After all that happens in these tests.
const LATER: At = At(1_900_000_000_000_000);

/// A calendar whose midnight is between calls of the samples, which begin seconds apart.
fn calendar(midnight: i64) -> Calendar {
    let second_of_day = at(midnight).0.div_euclid(1_000_000).rem_euclid(86_400);
    let ahead_s = i32::try_from(86_400 - second_of_day).unwrap();
    Calendar::new(&format!("Midnight{midnight}"), vec![Shift { from: at(0), ahead_s }])
}

/// Every rollup but those of all calls, which are looked up one by one.
fn every_segment() -> Vec<Pull> {
    let all = Wanted::One(Segment::All);
    let days = -1_000_000..1_000_000;
    let months = -100_000..100_000;
    let mut pulls = Vec::new();
    for (grain, buckets) in [(Grain::Day, days), (Grain::Month, months)] {
        for (ring_group, agent) in [(Wanted::Each, all), (all, Wanted::Each), (Wanted::Each, Wanted::Each)] {
            let buckets = buckets.clone();
            pulls.push(Pull { grain, buckets, ring_group, agent, is_taken_away: false });
        }
    }
    pulls
}

fn whole_days(calendar: &Calendar) -> Vec<Pull> {
    let all = Wanted::One(Segment::All);
    let (first, last) = (calendar.day(at(-86_400)), calendar.day(at(86_400)));
    let of = |grain, buckets| Pull { grain, buckets, ring_group: all, agent: all, is_taken_away: false };
    vec![of(Grain::Day, first.0..last.0 + 1), of(Grain::Month, first.month().0..last.month().0 + 1)]
}

/// Facts with the names of what they are segmented by.
fn named(names: &ReportNames, fact: &Fact) -> NamedFact {
    NamedFact {
        started_at: fact.started_at,
        kind: fact.kind,
        column: fact.column.named(|word| names.code(word).unwrap()),
        agent: fact.agent.map(|word| names.agent(word).unwrap().clone()),
        ring_group: fact.ring_group.map(|word| names.ring_group(word).unwrap().to_owned()),
        times: fact.times,
        caller: fact.caller,
        traits: fact.traits,
    }
}

async fn facts(store: &dyn Store, tenant: TenantId) -> Vec<Fact> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let slice = store.facts(tenant, at(-9), at(99_999), after.as_deref(), 2).await.unwrap();
        all.extend(slice.facts);
        after = slice.next;
        if after.is_none() {
            break;
        }
    }
    let at_once = store.facts(tenant, at(-9), at(99_999), None, MAX_FACTS).await.unwrap();
    assert_eq!(at_once.facts, all, "slices of two and one slice");
    all
}

async fn rollups(store: &dyn Store, tenant: TenantId, calendar: &Calendar) -> BTreeMap<RollupKey, Aggregate> {
    let mut pulls = every_segment();
    pulls.extend(whole_days(calendar));
    let read = store.rollups(tenant, calendar, &pulls).await.unwrap().expect("they answer");
    for (pull, found) in pulls.iter().zip(&read) {
        assert!(found.iter().all(|rollup| pull.holds(&rollup.key)), "{pull:?}");
    }
    read.into_iter().flatten().map(|Rollup { key, counts }| (key, counts.read().unwrap())).collect()
}

fn recounted(facts: &[Fact], calendar: &Calendar) -> BTreeMap<RollupKey, Aggregate> {
    let mut all = BTreeMap::<RollupKey, Aggregate>::new();
    for fact in facts {
        for key in RollupKey::of(fact, calendar) {
            all.entry(key).or_default().count(fact, calendar, 1);
        }
    }
    all
}

/// Has all counted that is left to be.
async fn fill(world: &World<'_>, tenant: TenantId, calls: usize) {
    while world.store.rollup_standing(tenant).await.unwrap().left {
        let fill = domain::commit::Commit::of(tenant, vec![Change::ReportFill { calls }]);
        world.store.commit(fill).await.unwrap();
    }
}

/// What happens to reports beside what happens to calls.
#[derive(Clone, Debug)]
enum Happens {
    Step(Box<Step>),
    Calendar(i64),
    Fill(usize),
    Pack(usize),
}

fn some_history() -> impl Strategy<Value = Vec<Happens>> {
    let calls = prop_oneof![
        4 => some_call(),
        4 => some_listed(),
        2 => some_wrapup().prop_map(|wrapup| Change::Wrapup(Box::new(wrapup))),
        2 => (1..=5_u32, any::<bool>())
            .prop_map(|(n, owes_wrapup)| Change::ActivityArchived { key: call_key(n), owes_wrapup }),
        1 => (1..=5_u32, 1..=5_u32)
            .prop_map(|(from, into)| Change::CallMerged { from: call_key(from), into: call_key(into) }),
    ];
    let about_calls = (any::<bool>(), vec(calls, 1..5)).prop_map(|(other, changes)| (other, vec![], changes));
    vec(
        prop_oneof![
            8 => about_calls.prop_map(|step| Happens::Step(Box::new(step))),
            2 => some_step().prop_map(|step| Happens::Step(Box::new(step))),
            1 => (1..4_i64).prop_map(Happens::Calendar),
            2 => (1..4_usize).prop_map(Happens::Fill),
            2 => (1..4_usize).prop_map(Happens::Pack),
        ],
        0..30,
    )
}

async fn happen(world: &World<'_>, history: &[Happens]) -> Vec<bool> {
    let mut done = Vec::new();
    for one in history {
        let (of_all, changes) = match one {
            Happens::Step(step) => {
                done.push(world.store.commit(commit(world, step.as_ref().clone())).await.is_ok());
                continue;
            }
            Happens::Calendar(midnight) => {
                ([world.tenant, world.other], vec![Change::ReportCalendar(Box::new(calendar(*midnight)))])
            }
            Happens::Fill(calls) => ([world.tenant, world.other], vec![Change::ReportFill { calls: *calls }]),
            Happens::Pack(calls) => {
                ([world.tenant, world.other], vec![Change::ReportPack { before: LATER, calls: *calls }])
            }
        };
        for tenant in of_all {
            let commit = domain::commit::Commit::of(tenant, changes.clone());
            done.push(world.store.commit(commit).await.is_ok());
        }
    }
    done
}

async fn reports_are_as_a_recount_says(history: Vec<Happens>) {
    let (model, sqlite) = (MemoryStore::new(), OnSqlite::open());
    let (model, sqlite) = (World::new(&model).await, World::new(&sqlite.store).await);
    assert_eq!(happen(&sqlite, &history).await, happen(&model, &history).await);
    for tenant in [model.tenant, model.other] {
        fill(&sqlite, tenant, 2).await;
        let expected = facts(model.store, tenant).await;
        let (of_model, of_sqlite) = (
            model.store.report_names(tenant).await.unwrap(),
            sqlite.store.report_names(tenant).await.unwrap(),
        );
        let found = facts(sqlite.store, tenant).await;
        let by_name = |names: &ReportNames, facts: &[Fact]| -> Vec<NamedFact> {
            facts.iter().map(|fact| named(names, fact)).collect()
        };
        assert_eq!(by_name(&of_sqlite, &found), by_name(&of_model, &expected));
        let standing = sqlite.store.rollup_standing(tenant).await.unwrap();
        assert_eq!(standing.calendar, model.store.rollup_standing(tenant).await.unwrap().calendar);
        let Some(calendar) = standing.calendar else { continue };
        assert!(standing.answers);
        assert_eq!(rollups(sqlite.store, tenant, &calendar).await, recounted(&found, &calendar));
        assert_eq!(rollups(model.store, tenant, &calendar).await, recounted(&expected, &calendar));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn rollups_equal_a_recount_after_any_history(history in some_history()) {
        wait(reports_are_as_a_recount_says(history));
    }
}

fn missed(n: u32, second: i64) -> Vec<Change> {
    let record = ended_call(n, "R", vec![]);
    let record = CallRecord { started_at: at(second), kind: Some(CallType::Missed), ..record };
    let archived = Activity { archived: true, outcome: Outcome::NoWrapup, ..open_activity(n, &[]) };
    vec![call(record), Change::Activity(Box::new(archived))]
}

#[tokio::test]
async fn rollups_answer_only_for_their_calendar_and_only_once_all_is_counted() {
    let sqlite = OnSqlite::open();
    let world = World::new(&sqlite.store).await;
    let calendar = calendar(2);
    let ask = async || sqlite.store.rollups(world.tenant, &calendar, &whole_days(&calendar)).await.unwrap();
    for n in 1..4 {
        world.write(missed(n, i64::from(n))).await;
    }
    assert_eq!(ask().await, None, "nobody named a calendar");
    world.write(vec![Change::ReportCalendar(Box::new(calendar.clone()))]).await;
    world.write(vec![Change::ReportFill { calls: 2 }]).await;
    assert_eq!(ask().await, None, "two of three are counted");
    let standing = sqlite.store.rollup_standing(world.tenant).await.unwrap();
    assert_eq!((standing.answers, standing.held_to, standing.left), (false, Some(at(2)), true));
    // What was counted changes, and what was not; what comes new is counted in its turn.
    world.write(missed(1, 3)).await;
    world.write(missed(3, 1)).await;
    world.write(missed(4, 9)).await;
    world.write(vec![Change::ReportFill { calls: 2 }]).await;
    world.write(vec![Change::ReportFill { calls: 2 }]).await;
    let days = ask().await.expect("all are counted").remove(0);
    let by_day: Vec<i64> =
        days.iter().map(|day| day.counts.read().unwrap().counted_as(ReportColumn::NoWrapup)).collect();
    assert_eq!(by_day, vec![1, 3]);
    let other = self::calendar(3);
    assert_eq!(sqlite.store.rollups(world.tenant, &other, &[]).await.unwrap(), None, "of another calendar");
    assert_eq!(sqlite.store.rollups(world.other, &calendar, &[]).await.unwrap(), None, "of another tenant");
}

/// Every fact between two moments, so many at a time.
async fn paged(world: &World<'_>, (from, until): (At, At), limit: usize) -> Vec<Fact> {
    let (mut facts, mut after) = (Vec::new(), None::<String>);
    loop {
        let slice = world.store.facts(world.tenant, from, until, after.as_deref(), limit).await.unwrap();
        assert!(slice.facts.len() <= limit);
        facts.extend(slice.facts);
        after = slice.next;
        if after.is_none() {
            return facts;
        }
    }
}

async fn pack_all(world: &World<'_>, before: At) {
    while world.store.facts_to_pack(world.tenant, before).await.unwrap() {
        world.write(vec![Change::ReportPack { before, calls: 1 }]).await;
    }
}

#[tokio::test]
async fn facts_are_the_same_whichever_days_are_packed() {
    const DAY_S: i64 = 86_400;
    let sqlite = OnSqlite::open();
    let world = World::new(&sqlite.store).await;
    for (n, second) in [(1, 5), (2, 5), (3, DAY_S), (4, 3 * DAY_S), (5, 3 * DAY_S + 1), (6, 5 * DAY_S)] {
        world.write(missed(n, second)).await;
    }
    let times = [0, 5, 6, DAY_S, DAY_S + 1, 3 * DAY_S, 3 * DAY_S + 1, 4 * DAY_S, 6 * DAY_S];
    let spans: Vec<(At, At)> =
        times.iter().flat_map(|from| times.iter().map(|until| (at(*from), at(*until)))).collect();
    let mut was = Vec::new();
    for span in &spans {
        was.push(paged(&world, *span, 50).await);
    }
    assert_eq!(was[times.len() - 1].len(), 6);
    for before in [at(2 * DAY_S), LATER] {
        pack_all(&world, before).await;
        for (span, expected) in spans.iter().zip(&was) {
            for limit in [1, 2, 50] {
                assert_eq!(paged(&world, *span, limit).await, *expected, "{span:?} by {limit}");
            }
        }
    }
    // A call of a packed day is another day's now, and one changes what it is.
    let moved = CallRecord { ring_group: Some("moved".to_owned()), ..ended_call(4, "R", vec![]) };
    world.write(missed(3, 4 * DAY_S)).await;
    world
        .write(vec![call(CallRecord { started_at: at(3 * DAY_S), kind: Some(CallType::Missed), ..moved })])
        .await;
    let unpacked = paged(&world, (at(0), LATER), 50).await;
    assert_eq!(unpacked.len(), 6);
    assert_ne!(unpacked, was[times.len() - 1]);
    let others = world.store.facts_to_pack(world.other, LATER).await.unwrap();
    pack_all(&world, LATER).await;
    assert!(others && world.store.facts_to_pack(world.other, LATER).await.unwrap());
    assert_eq!(paged(&world, (at(0), LATER), 2).await, unpacked);
}

#[tokio::test]
async fn a_name_keeps_its_number_and_is_its_tenants() {
    let sqlite = OnSqlite::open();
    let world = World::new(&sqlite.store).await;
    let of = |name: &str| {
        let record = CallRecord { ring_group: Some(name.to_owned()), ..ended_call(1, "R", vec![]) };
        let record = CallRecord { kind: Some(CallType::Missed), ..record };
        let archived = Activity { archived: true, outcome: Outcome::NoWrapup, ..open_activity(1, &[]) };
        vec![call(record), Change::Activity(Box::new(archived))]
    };
    let word = async |tenant, name: &str| {
        let names = sqlite.store.report_names(tenant).await.unwrap();
        names.word(&store::ReportName::RingGroup(name.to_owned()))
    };
    world.write(of("sales")).await;
    let sales = word(world.tenant, "sales").await;
    assert!(sales.is_some_and(|Word(number)| number > 0));
    world.write(of("support")).await;
    assert_eq!(word(world.tenant, "sales").await, sales);
    assert_eq!(word(world.other, "sales").await, None);
    let facts = sqlite.store.facts(world.tenant, at(-9), at(9), None, 9).await.unwrap().facts;
    let support = word(world.tenant, "support").await;
    let of = |group| facts.iter().filter(|fact| fact.ring_group == group).count();
    assert_eq!((of(sales), of(support)), (0, 1));
}

#[tokio::test]
async fn counts_that_cannot_be_read_hold_up_no_call_and_are_counted_anew() {
    let sqlite = OnSqlite::open();
    let world = World::new(&sqlite.store).await;
    let calendar = calendar(2);
    world.write(missed(1, 1)).await;
    world.write(vec![Change::ReportCalendar(Box::new(calendar.clone()))]).await;
    fill(&world, world.tenant, 9).await;
    let file = rusqlite::Connection::open(sqlite.path()).unwrap();
    file.execute("UPDATE report_rollup SET counts = x'ff' WHERE tenant_id = ?1", [world.tenant.0]).unwrap();
    world.write(missed(2, 1)).await;
    assert!(!sqlite.store.rollup_standing(world.tenant).await.unwrap().answers);
    fill(&world, world.tenant, 9).await;
    let found = facts(&sqlite.store, world.tenant).await;
    assert_eq!(rollups(&sqlite.store, world.tenant, &calendar).await, recounted(&found, &calendar));
}
