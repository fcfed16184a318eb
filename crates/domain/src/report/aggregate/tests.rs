use super::*;
use crate::id::At;
use crate::report::calendar::Shift;
use crate::report::fact::{Times, Traits};
use crate::report::tally::Tally;
use proptest::prelude::*;

fn calendar() -> Calendar {
    Calendar::new("Here", vec![Shift { from: At(0), ahead_s: 3_600 }])
}

fn some_kind() -> impl Strategy<Value = CallType> {
    (0..7_u64).prop_map(|number| CallType::unpack(number).unwrap())
}

fn some_column() -> impl Strategy<Value = ReportColumn<Word>> {
    (0..400_u64).prop_map(|number| ReportColumn::unpack(number).unwrap())
}

fn some_fact() -> impl Strategy<Value = Fact> {
    let millis = || proptest::option::of(0..40_000_000_i64);
    (0..90_000_000_000_000_i64, some_kind(), some_column(), millis(), millis(), millis(), millis()).prop_map(
        |(at, kind, column, wait, talk, hold, after_call_work)| Fact {
            started_at: At(at),
            kind,
            column,
            agent: None,
            ring_group: None,
            times: Times { wait, talk, hold, after_call_work },
            caller: None,
            traits: Traits::default(),
        },
    )
}

fn counted(facts: &[Fact]) -> Aggregate {
    let mut aggregate = Aggregate::default();
    facts.iter().for_each(|fact| aggregate.count(fact, &calendar(), 1));
    aggregate
}

proptest! {
    #[test]
    fn any_two_parts_make_the_whole_in_either_order(
        facts in proptest::collection::vec(some_fact(), 0..40), at in 0..40_usize,
    ) {
        let (first, second) = facts.split_at(at.min(facts.len()));
        let whole = counted(&facts);
        let (mut one, mut other) = (counted(first), counted(second));
        one.merge(&counted(second));
        other.merge(&counted(first));
        prop_assert_eq!(&one, &whole);
        prop_assert_eq!(&other, &whole);
        prop_assert_eq!(whole.calls(), facts.len() as i64);
        prop_assert_eq!(whole.hours.total(), facts.len() as i64);
    }

    #[test]
    fn what_is_taken_away_leaves_no_trace(
        facts in proptest::collection::vec(some_fact(), 1..40), gone in 0..40_usize,
    ) {
        let gone = gone % facts.len();
        let mut aggregate = counted(&facts);
        aggregate.count(&facts[gone], &calendar(), -1);
        let mut rest = facts.clone();
        rest.remove(gone);
        prop_assert_eq!(&aggregate, &counted(&rest));
        for fact in &rest {
            aggregate.count(fact, &calendar(), -1);
        }
        prop_assert!(aggregate.is_empty());
    }

    #[test]
    fn a_change_waits_as_what_it_takes_away_and_what_it_adds(was in some_fact(), is in some_fact()) {
        let mut change = Aggregate::default();
        change.count(&was, &calendar(), -1);
        change.count(&is, &calendar(), 1);
        let mut all = counted(std::slice::from_ref(&was));
        all.merge(&Aggregate::from_bytes(&change.to_bytes()).unwrap());
        prop_assert_eq!(all, counted(&[is]));
    }

    #[test]
    fn what_is_stored_is_read_again(facts in proptest::collection::vec(some_fact(), 0..40)) {
        let whole = counted(&facts);
        prop_assert_eq!(Aggregate::from_bytes(&whole.to_bytes()), Ok(whole));
    }

    #[test]
    fn bytes_cut_or_changed_are_refused_or_read_and_never_panic(
        facts in proptest::collection::vec(some_fact(), 1..9), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = counted(&facts).to_bytes();
        let at = at.index(bytes.len());
        prop_assert_eq!(Aggregate::from_bytes(&bytes[..at]), Err(NoCounts));
        bytes[at] = byte;
        let added = Tally::default().add(&PackedAggregate::new(bytes.clone()), 1, &Kinds::those(|_| true));
        prop_assert_eq!(added, Aggregate::from_bytes(&bytes).map(drop), "both read the same");
        if let Ok(read) = Aggregate::from_bytes(&bytes) {
            prop_assert_eq!(Aggregate::from_bytes(&read.to_bytes()), Ok(read));
        }
    }

    #[test]
    fn a_mean_is_exact(facts in proptest::collection::vec(some_fact(), 1..40)) {
        let all: Vec<i64> = facts.iter().filter_map(|fact| fact.times.talk).collect();
        let spread = counted(&facts).spread(Measure::Talk, |_| true);
        prop_assert_eq!(spread.calls, all.len() as i64);
        prop_assert_eq!(spread.mean(), (!all.is_empty()).then(|| all.iter().sum::<i64>() / all.len() as i64));
    }

    #[test]
    fn of_some_types_is_what_their_calls_alone_make(
        facts in proptest::collection::vec(some_fact(), 0..40), kind in some_kind(),
    ) {
        let of_kind: Vec<Fact> = facts.iter().filter(|fact| fact.kind == kind).cloned().collect();
        let mut tally = Tally::default();
        let packed = PackedAggregate::new(counted(&facts).to_bytes());
        tally.add(&packed, 1, &Kinds::those(|one| one == kind)).unwrap();
        prop_assert_eq!(tally.total(), counted(&of_kind));
        let mut twice = tally.clone();
        twice.add_all(&tally);
        let mut both = counted(&of_kind);
        both.merge(&counted(&of_kind));
        prop_assert_eq!(twice.total(), both);
        twice.add(&packed, -2, &Kinds::those(|one| one == kind)).unwrap();
        prop_assert!(twice.total().is_empty(), "what is taken away leaves no trace");
        tally.clear();
        prop_assert!(tally.total().is_empty());
        prop_assert_eq!(counted(&facts).of_kind(kind), of_kind.len() as i64);
    }
}
