use super::*;
use crate::report::ReportColumn;
use crate::report::calendar::{Day, Shift};
use crate::report::fact::{Times, Traits};
use crate::report::plan::{By, FactFilter, Per};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000_000;
const DAYS: std::ops::Range<Day> = Day(10)..Day(20);

fn calendar() -> Calendar {
    Calendar::new("Here", vec![Shift { from: At(0), ahead_s: 7_200 }])
}

fn question(filter: FactFilter) -> Question {
    Question { days: DAYS, per: Per::Day, by: By::Nothing, filter }
}

fn rules() -> ServiceRules {
    ServiceRules { within_ms: 20_000, of_groups: BTreeMap::from([(Word(2), 5_000)]), repeat_days: 3 }
}

fn fact(hour: i64, kind: CallType, group: u32, caller: Option<u64>, wait_s: i64) -> Fact {
    Fact {
        started_at: At(hour * HOUR),
        kind,
        column: ReportColumn::NoCode,
        agent: None,
        ring_group: Some(Word(group)),
        times: Times { wait: Some(wait_s * 1_000), ..Times::default() },
        caller,
        traits: Traits::default(),
    }
}

fn counted(filter: FactFilter, now: i64, facts: &[Fact]) -> Service {
    let calendar = calendar();
    let mut count = ServiceCount::new(question(filter), &calendar, rules(), At(now * HOUR));
    facts.iter().for_each(|fact| count.add(fact));
    count.end()
}

/// Noon of a day of the question.
const NOON: i64 = 12 * 24 + 10;

#[test]
fn callers_who_were_answered_to_the_second_count_as_in_time_and_each_ring_group_has_its_own_time() {
    use CallType::{Abandoned, Inbound, Missed, Outbound, ShortAbandoned, Voicemail};
    let facts = [
        fact(NOON, Inbound, 1, None, 20),
        fact(NOON, Inbound, 1, None, 21),
        fact(NOON, Inbound, 2, None, 5),
        fact(NOON, Inbound, 2, None, 6),
        fact(NOON, Abandoned, 1, None, 3),
        fact(NOON, Missed, 1, None, 60),
        fact(NOON, Voicemail, 1, None, 1),
        fact(NOON, ShortAbandoned, 1, None, 1),
        fact(NOON, Outbound, 1, None, 1),
    ];
    let service = counted(FactFilter::default(), 9_999, &facts);
    let first = FirstCounts { withheld: 4, ..FirstCounts::default() };
    let whole = ServiceCounts {
        offered: 7,
        answered: 4,
        in_time: 2,
        lost: 2,
        voicemail: 1,
        short_abandoned: 1,
        first,
    };
    assert_eq!(service.whole, whole);
    assert_eq!(service.ring_groups[&Some(Word(2))].in_time, 1);
    assert_eq!(service.periods, BTreeMap::from([((Day(12), 0), whole)]));
}

#[test]
fn a_call_is_followed_by_one_of_the_same_number_to_the_same_ring_group_within_the_days() {
    use CallType::{Abandoned, Inbound, Outbound};
    let first = |facts: &[Fact], now| counted(FactFilter::default(), now, facts).whole.first;
    let (call, later) = (|| fact(NOON, Inbound, 1, Some(7), 1), 9_999);
    let settled = FirstCounts { settled: 1, ..FirstCounts::default() };
    let after = |hours, kind, group, caller| fact(NOON + hours, kind, group, Some(caller), 1);
    assert_eq!(first(&[call()], later), settled);
    // To the hour; also a call that nobody answered; beyond the last day of the question.
    let repeated = FirstCounts { repeated: 1, ..FirstCounts::default() };
    assert_eq!(first(&[call(), after(72, Abandoned, 1, 7)], later), repeated);
    for other in [
        after(73, Abandoned, 1, 7),
        after(1, Abandoned, 2, 7),
        after(1, Abandoned, 1, 8),
        after(1, Outbound, 1, 7),
    ] {
        assert_eq!(first(&[call(), other.clone()], later), settled, "{other:?}");
    }
    let last = fact(19 * 24, Inbound, 1, Some(7), 1);
    assert_eq!(first(&[last, fact(21 * 24, Inbound, 1, Some(7), 1)], later), repeated);
    // Until its days are over, nothing is said of a call, also where it was followed already.
    let too_new = FirstCounts { too_new: 1, ..FirstCounts::default() };
    assert_eq!(first(&[call(), after(1, Abandoned, 1, 7)], NOON + 71), too_new);
    assert_eq!(first(&[call()], NOON + 72), settled);
}

/// The same, by looking at every pair of calls.
fn naive(filter: &FactFilter, now: At, facts: &[Fact]) -> FirstCounts {
    let mut first = FirstCounts::default();
    for (nth, call) in facts.iter().enumerate() {
        let asked = DAYS.contains(&calendar().day(call.started_at)) && filter.keeps(call);
        if call.kind != CallType::Inbound || !asked {
            continue;
        }
        let end = At(call.started_at.0 + 3 * 24 * HOUR);
        let again = facts[nth + 1..].iter().any(|other| {
            other.kind.direction() == Direction::Inbound
                && (other.caller, other.ring_group) == (call.caller, call.ring_group)
                && other.started_at <= end
        });
        let place = match call.caller {
            None => &mut first.withheld,
            Some(_) if end > now => &mut first.too_new,
            Some(_) if again => &mut first.repeated,
            Some(_) => &mut first.settled,
        };
        *place += 1;
    }
    first
}

proptest! {
    #[test]
    fn what_is_counted_in_one_pass_is_what_every_pair_of_calls_says(
        mut calls in proptest::collection::vec((200_i64..620, 0_u8..4, 1_u32..3, 0_u64..4), 0..60),
        now in 300_i64..700,
        group in proptest::option::of(1_u32..3),
    ) {
        calls.sort_by_key(|call| call.0);
        let kinds = [CallType::Inbound, CallType::Inbound, CallType::Missed, CallType::Outbound];
        let facts: Vec<Fact> = calls
            .iter()
            .map(|(hour, kind, group, caller)| {
                fact(*hour, kinds[usize::from(*kind)], *group, (*caller > 0).then_some(*caller), 1)
            })
            .collect();
        let filter = FactFilter { ring_group: group.map(|group| Some(Word(group))), ..FactFilter::default() };
        let service = counted(filter.clone(), now, &facts);
        prop_assert_eq!(service.whole.first, naive(&filter, At(now * HOUR), &facts));
        let sum = |all: Vec<&ServiceCounts>| all.iter().map(|one| one.first.repeated + one.offered).sum::<u64>();
        let whole = service.whole.first.repeated + service.whole.offered;
        prop_assert_eq!(sum(service.periods.values().collect()), whole);
        prop_assert_eq!(sum(service.ring_groups.values().collect()), whole);
    }
}
