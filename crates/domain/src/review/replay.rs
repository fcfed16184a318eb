//! How the same calls would have been counted, had a change been made before them. Where nobody can know what an agent
//! would have chosen instead, the calls are counted as unsettled.

use super::agents::differing;
use super::gather::{ReviewCalls, Row};
use super::{Change, CountedAs, Replayed};
use crate::id::CodeId;
use std::collections::BTreeMap;

/// The counts of the set's codes before and after a change: those that have any or are offered, in the order of the set,
/// then what is new. The calls are as many after as before.
pub fn replay(change: &Change, calls: &ReviewCalls) -> Vec<Replayed> {
    let mut after: BTreeMap<CountedAs, u64> = BTreeMap::new();
    match change {
        Change::Coach { agent, .. } => coached(calls, agent, &mut after),
        _ => {
            for row in &calls.rows {
                *after.entry(counted_as(change, calls, row)).or_default() += 1;
            }
        }
    }
    let listed = |(place, before): (usize, u64)| {
        let code = &calls.codes[place];
        let counted = after.remove(&CountedAs::Code(code.id)).unwrap_or(0);
        let shown = !code.retired || before > 0 || counted > 0;
        shown.then_some(Replayed { code: CountedAs::Code(code.id), before, after: counted })
    };
    let mut lines: Vec<Replayed> = calls.counted().into_iter().enumerate().filter_map(listed).collect();
    lines.extend(after.into_iter().map(|(code, after)| Replayed { code, before: 0, after }));
    lines
}

fn counted_as(change: &Change, calls: &ReviewCalls, row: &Row) -> CountedAs {
    let own = calls.codes[row.code].id;
    let is = |code: &CodeId| own == *code;
    let held = |words: &[String]| words.iter().find(|word| holds(calls, row, word)).cloned();
    match change {
        Change::Retire { code } if is(code) => CountedAs::Unsettled,
        Change::Merge { from, into } if is(from) => CountedAs::Code(*into),
        Change::Split { code, by } if is(code) => held(by).map_or(CountedAs::Code(own), CountedAs::NewCode),
        Change::Recheck { code, below_ms } if is(code) && row.talk_ms < *below_ms => CountedAs::Unsettled,
        // Who would have had the choice would not have taken it in every case that another code was found for.
        Change::NewCode { words }
            if super::is_catch_all(&calls.codes[row.code].label) || fits_nowhere(calls) =>
        {
            match (held(words), words.first()) {
                (Some(_), Some(name)) => CountedAs::NewCode(name.clone()),
                _ => CountedAs::Code(own),
            }
        }
        _ => CountedAs::Code(own),
    }
}

/// Whether the set has no code for whatever fits nowhere: then what a new code is about is in all of them.
fn fits_nowhere(calls: &ReviewCalls) -> bool {
    !calls.offered().any(|place| super::is_catch_all(&calls.codes[place].label))
}

fn holds(calls: &ReviewCalls, row: &Row, word: &str) -> bool {
    row.words.iter().any(|number| calls.vocabulary[*number as usize] == word)
}

/// The agent's calls as their team would have labelled them, whole calls by largest remainders.
fn coached(calls: &ReviewCalls, agent: &crate::id::AgentKey, after: &mut BTreeMap<CountedAs, u64>) {
    let mut counts = calls.counted();
    let found = differing(calls).into_iter().find(|one| calls.agents[one.agent as usize] == *agent);
    if let Some(beside) = found {
        let mut whole: Vec<u64> = beside.expected.iter().map(|expected| expected.floor() as u64).collect();
        let mut order: Vec<usize> = (0..whole.len()).collect();
        let rest = |place: &usize| beside.expected[*place] - beside.expected[*place].floor();
        order.sort_by(|one, other| rest(other).total_cmp(&rest(one)));
        let missing = beside.total.saturating_sub(whole.iter().sum()) as usize;
        order.iter().take(missing).for_each(|place| whole[*place] += 1);
        for (place, count) in counts.iter_mut().enumerate() {
            *count = *count - beside.seen[place] + whole[place];
        }
    }
    for (place, count) in counts.into_iter().enumerate() {
        after.insert(CountedAs::Code(calls.codes[place].id), count);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Gatherer;
    use super::*;
    use crate::activity::Outcome;
    use crate::call::{CallType, Direction};
    use crate::disposition::{CodeTraits, DispositionCode, DispositionSet, Label};
    use crate::history::HistoryCall;
    use crate::id::{AgentKey, At, CallKey, SetId};
    use uuid::Uuid;

    const LABELS: [&str; 4] = ["Sale", "Complaint", "Old", "Other"];

    fn id(place: usize) -> CodeId {
        CodeId(Uuid::from_u128(place as u128 + 1))
    }

    /// Of the labels above the third is retired.
    fn set() -> DispositionSet {
        let set = SetId(Uuid::from_u128(9));
        let code = |(place, label): (usize, &&str)| DispositionCode {
            id: id(place),
            set,
            label: Label { es: (*label).to_owned(), en: (*label).to_owned() },
            position: place as u32,
            favourite: false,
            requires_notes: false,
            retired: place == 2,
            traits: CodeTraits::default(),
            version: 1,
        };
        DispositionSet {
            id: set,
            name: "In".to_owned(),
            direction: Direction::Inbound,
            ring_groups: Vec::new(),
            retired: false,
            version: 1,
            codes: LABELS.iter().enumerate().map(code).collect(),
        }
    }

    /// Calls by agent, place of the code, seconds of talk and notes.
    fn gathered(calls: &[(&str, usize, i64, &str)]) -> ReviewCalls {
        let mut gatherer = Gatherer::new(&set(), At(0), At(1_000_000));
        for (nth, (agent, place, seconds, notes)) in calls.iter().enumerate() {
            gatherer.add(&HistoryCall {
                key: CallKey(Uuid::from_u128(nth as u128)),
                started_at: At(nth as i64),
                direction: Direction::Inbound,
                kind: Some(CallType::Inbound),
                ring_group: None,
                agent: Some(AgentKey((*agent).to_owned())),
                outcome: Outcome::Logged,
                code: Some(id(*place)),
                notes: Some((*notes).to_owned()),
                logged_at: None,
                wait_ms: None,
                talk_ms: seconds * 1000,
                caller: None,
                replaced: Vec::new(),
            });
        }
        gatherer.gathered()
    }

    /// What is counted as what after a change, where anything is; as many calls as before.
    fn after(change: &Change, calls: &ReviewCalls) -> Vec<(CountedAs, u64)> {
        let lines = replay(change, calls);
        let sum = |of: fn(&Replayed) -> u64| lines.iter().map(of).sum::<u64>();
        let total = (calls.total(), calls.total());
        assert_eq!((sum(|line| line.before), sum(|line| line.after)), total, "{change:?}");
        lines.into_iter().map(|line| (line.code, line.after)).filter(|(_, after)| *after > 0).collect()
    }

    #[test]
    fn each_change_is_counted_on_the_same_calls_and_none_is_lost() {
        let calls = gathered(&[
            ("1", 0, 200, "firma"),
            ("1", 0, 3, ""),
            ("1", 1, 100, "queja"),
            ("2", 3, 100, "Tarjeta bloqueada"),
            ("2", 3, 100, "vecino"),
            ("2", 2, 100, ""),
            ("2", 0, 90, "tarjeta"),
        ]);
        let code = |place| CountedAs::Code(id(place));
        let card = || CountedAs::NewCode("tarjeta".to_owned());
        let words = vec!["tarjeta".to_owned(), "bloqueada".to_owned()];
        let retired = after(&Change::Retire { code: id(1) }, &calls);
        assert_eq!(retired, [(code(0), 3), (code(2), 1), (code(3), 2), (CountedAs::Unsettled, 1)]);
        let merged = after(&Change::Merge { from: id(1), into: id(0) }, &calls);
        assert_eq!(merged, [(code(0), 4), (code(2), 1), (code(3), 2)]);
        let split = after(&Change::Split { code: id(3), by: words.clone() }, &calls);
        assert_eq!(split, [(code(0), 3), (code(1), 1), (code(2), 1), (code(3), 1), (card(), 1)]);
        let rechecked = after(&Change::Recheck { code: id(0), below_ms: 4_000 }, &calls);
        assert_eq!(
            rechecked,
            [(code(0), 2), (code(1), 1), (code(2), 1), (code(3), 2), (CountedAs::Unsettled, 1)]
        );
        // A sale that the word was said in stays a sale: it has a code that fits.
        let made = after(&Change::NewCode { words }, &calls);
        assert_eq!(made, [(code(0), 3), (code(1), 1), (code(2), 1), (code(3), 1), (card(), 1)]);
    }

    #[test]
    fn whoever_is_coached_would_have_chosen_as_their_team_did() {
        let of = |agent: &'static str, sales: usize, complaints: usize| {
            let call = move |place| (agent, place, 100, "");
            std::iter::repeat_n(call(0), sales).chain(std::iter::repeat_n(call(1), complaints))
        };
        let all: Vec<_> = of("1", 200, 200).chain(of("2", 200, 200)).chain(of("3", 10, 190)).collect();
        let calls = gathered(&all);
        let coach = Change::Coach { agent: AgentKey("3".to_owned()), code: id(0) };
        assert_eq!(
            after(&coach, &calls),
            [(CountedAs::Code(id(0)), 500), (CountedAs::Code(id(1)), 500)],
            "half and half, as the others"
        );
        // Who does not differ changes nothing.
        let other = Change::Coach { agent: AgentKey("1".to_owned()), code: id(0) };
        assert_eq!(after(&other, &calls), [(CountedAs::Code(id(0)), 410), (CountedAs::Code(id(1)), 590)]);
    }
}
