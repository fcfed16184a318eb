use super::*;
use crate::id::At;
use crate::report::aggregate::{Aggregate, PackedAggregate};
use crate::report::calendar::{Calendar, Month, Shift};
use crate::report::counted::{Counted, Gathered, Recount};
use crate::report::counts::Packed;
use crate::report::fact::Times;
use crate::report::rollup::Rollup;
use proptest::prelude::*;
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000_000;
const PERS: [Per; 6] = [Per::Hour, Per::Day, Per::Week, Per::Month, Per::Quarter, Per::Year];

/// Clocks go forward on day 40 and back on day 200.
fn calendar() -> Calendar {
    let shifts = [(0, 3_600), (40 * DAY + 3_600_000_000, 7_200), (200 * DAY + 3_600_000_000, 3_600)];
    Calendar::new(
        "Here",
        shifts.into_iter().map(|(from, ahead_s)| Shift { from: At(from), ahead_s }).collect(),
    )
}

fn word() -> impl Strategy<Value = Option<Word>> {
    proptest::option::of((1..4_u32).prop_map(Word))
}

fn some_fact() -> impl Strategy<Value = Fact> {
    let when = 0..400 * DAY;
    let what = (0..7_u64, 0..9_u64, 0..4_u16);
    (when, what, word(), word(), proptest::option::of(0..900_000_i64)).prop_map(
        |(at, (kind, column, traits), agent, ring_group, talk)| Fact {
            started_at: At(at),
            kind: CallType::unpack(kind).unwrap(),
            column: ReportColumn::unpack(column).unwrap(),
            agent,
            ring_group,
            times: Times { talk, ..Times::default() },
            caller: None,
            traits: Traits(traits),
        },
    )
}

fn some_question() -> impl Strategy<Value = Question> {
    let by = prop_oneof![Just(By::Nothing), Just(By::RingGroup), Just(By::Agent), Just(By::Each)];
    let kinds = prop_oneof![2 => Just(vec![]), 1 => Just(vec![CallType::Inbound, CallType::Missed])];
    let one = || proptest::option::weighted(0.3, word());
    let column = (0..9_u64).prop_map(|n| ReportColumn::unpack(n).unwrap());
    let columns = prop_oneof![9 => Just(vec![]), 1 => proptest::collection::vec(column, 1..3)];
    let traits = prop_oneof![9 => Just(Traits(0)), 1 => Just(Traits(1))];
    // Often whole months.
    let day =
        prop_oneof![0..400_i32, (0..13_i32).prop_map(|n| Month(Month::of(1970, 1).0 + n).first_day().0)];
    ((day.clone(), day), 0..PERS.len(), by, (kinds, columns, one(), one(), traits)).prop_map(
        |((one, other), per, by, (kinds, columns, ring_group, agent, traits))| Question {
            days: Day(one.min(other))..Day(one.max(other) + 1),
            per: PERS[per],
            by,
            filter: FactFilter { kinds, columns, ring_group, agent, traits },
        },
    )
}

fn rollups(facts: &[Fact]) -> Vec<Rollup> {
    let mut all = BTreeMap::<RollupKey, Aggregate>::new();
    for fact in facts {
        for key in RollupKey::of(fact, &calendar()) {
            all.entry(key).or_default().count(fact, &calendar(), 1);
        }
    }
    let packed = |counts: Aggregate| PackedAggregate::new(counts.to_bytes());
    all.into_iter().map(|(key, counts)| Rollup { key, counts: packed(counts) }).collect()
}

fn recounted(question: &Question, facts: &[Fact]) -> Counted {
    let calendar = calendar();
    let mut recount = Recount::new(question.clone(), &calendar);
    facts.iter().for_each(|fact| recount.add(fact));
    recount.end()
}

proptest! {
    #[test]
    fn what_rollups_answer_equals_a_recount_of_the_calls(
        facts in proptest::collection::vec(some_fact(), 0..60), question in some_question(),
    ) {
        if let Ok(plan) = question.plan() {
            let all = rollups(&facts);
            let of = |pull: &Pull| {
                let pull = pull.clone();
                let held: Vec<Rollup> = all.iter().filter(|one| pull.holds(&one.key)).cloned().collect();
                held.into_iter().map(move |rollup| (rollup, pull.clone()))
            };
            let mut counted = Gathered::new(question.clone());
            plan.periods.iter().flat_map(of).for_each(|(rollup, pull)| counted.add_period(rollup, &pull));
            plan.ring_groups.iter().flat_map(of).for_each(|(rollup, pull)| counted.add_ring_group(rollup, &pull));
            plan.agents.iter().flat_map(of).for_each(|(rollup, pull)| counted.add_agent(rollup, &pull));
            prop_assert_eq!(counted.end(), Ok(recounted(&question, &facts)));
        }
    }

    #[test]
    fn parts_that_were_counted_apart_make_the_report(
        facts in proptest::collection::vec(some_fact(), 0..60), question in some_question(), at in 0..60_usize,
    ) {
        let (one, other) = facts.split_at(at.min(facts.len()));
        let mut counted = recounted(&question, one);
        counted.merge(&recounted(&question, other));
        prop_assert_eq!(counted, recounted(&question, &facts));
    }

    #[test]
    fn every_call_of_the_days_is_in_one_period_and_one_group(
        facts in proptest::collection::vec(some_fact(), 0..60), question in some_question(),
    ) {
        let counted = recounted(&question, &facts);
        let sum = |parts: Vec<&Aggregate>| parts.into_iter().map(Aggregate::calls).sum::<i64>();
        prop_assert_eq!(sum(counted.periods.values().collect()), counted.whole.calls());
        for (wanted, groups) in [(question.by.ring_groups(), &counted.ring_groups), (question.by.agents(), &counted.agents)] {
            let all = if wanted { counted.whole.calls() } else { 0 };
            prop_assert_eq!(sum(groups.values().collect()), all);
        }
    }
}

#[test]
fn a_year_by_month_is_twelve_rollups() {
    let days = Month::of(2026, 1).first_day()..Month::of(2027, 1).first_day();
    let filter = FactFilter::default();
    let question = Question { days, per: Per::Month, by: By::Nothing, filter };
    let all = Wanted::One(Segment::All);
    let months = Month::of(2026, 1).0..Month::of(2027, 1).0;
    let pull =
        Pull { grain: Grain::Month, buckets: months, ring_group: all, agent: all, is_taken_away: false };
    assert_eq!(question.plan(), Ok(Plan { periods: vec![pull], ..Plan::default() }));
}

#[test]
fn most_of_a_month_is_the_month_without_its_other_days() {
    let day = |year, month, day| Day(Month::of(year, month).first_day().0 + day - 1);
    let plan = |days: Range<Day>| {
        let filter = FactFilter::default();
        let plan = Question { days, per: Per::Day, by: By::Agent, filter }.plan().unwrap();
        let read = plan.agents.into_iter().map(|pull| (pull.grain, pull.buckets, pull.is_taken_away));
        read.collect::<Vec<_>>()
    };
    let months =
        |from: (i32, i32), until: (i32, i32)| Month::of(from.0, from.1).0..Month::of(until.0, until.1).0;
    let (tenth, third) = (day(2025, 12, 21), day(2025, 1, 4));
    let whole = (Grain::Month, months((2025, 1), (2026, 1)), false);
    assert_eq!(
        plan(day(2025, 1, 1)..tenth),
        vec![whole.clone(), (Grain::Day, tenth.0..day(2026, 1, 1).0, true)]
    );
    assert_eq!(
        plan(third..day(2025, 12, 9)),
        vec![
            (Grain::Day, day(2025, 1, 1).0..third.0, true),
            (Grain::Month, months((2025, 1), (2025, 12)), false),
            (Grain::Day, day(2025, 12, 1).0..day(2025, 12, 9).0, false),
        ]
    );
    let few = day(2025, 5, 10)..day(2025, 5, 22);
    assert_eq!(plan(few.clone()), vec![(Grain::Day, few.start.0..few.end.0, false)]);
}

#[test]
fn what_no_rollup_holds_is_said() {
    let days = Day(3)..Day(9);
    let ask = |per, by, filter| Question { days: days.clone(), per, by, filter }.plan().err();
    let none = FactFilter::default;
    assert_eq!(ask(Per::Hour, By::Nothing, none()), Some(NoRollup::Hours));
    let of_column = FactFilter { columns: vec![ReportColumn::NoCode], ..none() };
    assert_eq!(ask(Per::Day, By::Nothing, of_column), Some(NoRollup::Column));
    let with_case = FactFilter { traits: Traits::CASE, ..none() };
    assert_eq!(ask(Per::Day, By::Nothing, with_case), Some(NoRollup::Traits));
    let of_group = FactFilter { ring_group: Some(None), ..none() };
    assert_eq!(ask(Per::Day, By::Agent, of_group), Some(NoRollup::AgentsOfGroupByDay));
    assert_eq!(ask(Per::Day, By::Agent, none()), None);
}
