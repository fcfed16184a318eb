//! What holds of suggestions, whatever was logged.

use super::*;
use crate::id::SetId;
use proptest::prelude::*;
use uuid::Uuid;

const NOW: At = At(1_790_000_000_000_000);
const DAY_US: i64 = 86_400_000_000;

fn code(n: u128) -> CodeId {
    CodeId(Uuid::from_u128(n))
}

fn facts(talk_s: i64) -> CallFacts {
    CallFacts {
        direction: Direction::Inbound,
        kind: Some(CallType::Inbound),
        talk_ms: Some(talk_s * 1000),
        ring_group: Some("sales".to_owned()),
        hour: 10,
        from_case: false,
    }
}

fn example(n: u128, notes: &str, days_ago: i64) -> Example {
    Example { at: At(NOW.0 - days_ago * DAY_US), code: code(n), notes: notes.to_owned(), facts: facts(90) }
}

/// Payments, addresses and complaints, thirty of each.
fn centre() -> History {
    let mut history = History::new(NOW);
    for day in 0..30 {
        history.add(&example(1, "Pagó con tarjeta la factura pendiente", day));
        history.add(&example(2, "Cambio de dirección, nueva calle", day));
        history.add(&example(3, "Queja por la demora del pedido", day));
    }
    history
}

fn ranked(history: &History, offered: &[u128], notes: &str) -> Vec<CodeId> {
    let offered: Vec<CodeId> = offered.iter().map(|n| code(*n)).collect();
    history.suggest(&offered, notes, &facts(90)).into_iter().map(|one| one.code).collect()
}

#[test]
fn notes_find_the_code_that_such_notes_had_also_half_typed_and_mistyped() {
    let history = centre();
    for (notes, first) in [
        ("quiere pagar con la tarjeta", 1),
        ("PAGOS: TARJETA", 1),
        ("tarj", 1),
        ("tarejta", 1),
        ("cambio direccion", 2),
        ("direcc", 2),
        ("se queja de demoras", 3),
        ("demroa", 3),
    ] {
        assert_eq!(ranked(&history, &[1, 2, 3], notes)[0], code(first), "{notes}");
    }
}

#[test]
fn p14_only_codes_that_are_asked_about_are_suggested_whatever_was_learnt_of_others() {
    let history = centre();
    assert_eq!(ranked(&history, &[2, 3], "pagó con tarjeta").len(), 2);
    assert!(!ranked(&history, &[2, 3], "pagó con tarjeta").contains(&code(1)), "1 was retired since");
    assert_eq!(ranked(&history, &[1, 2, 3, 9], "x").len(), MAX_SUGGESTIONS, "nothing is known of 9");
}

#[test]
fn of_too_little_history_nothing_follows() {
    let mut history = History::new(NOW);
    for day in 1..i64::try_from(MIN_EXAMPLES).unwrap() {
        history.add(&example(1, "pagó", day));
    }
    assert!(ranked(&history, &[1], "pagó").is_empty());
    history.add(&example(2, "queja", 0));
    assert!(ranked(&history, &[1], "pagó").is_empty(), "what other codes had says nothing of these");
    history.add(&example(1, "pagó", 0));
    assert_eq!(ranked(&history, &[1], "pagó"), [code(1)]);
}

#[test]
fn reasons_are_words_of_these_notes_as_they_were_typed() {
    let found = centre().suggest(&[code(1), code(2), code(3)], "PAGOS trajeta", &facts(90));
    let told = |words: &[&str]| words.iter().map(|word| Reason::Word((*word).to_owned())).collect::<Vec<_>>();
    assert_eq!(found[0].reasons, told(&["PAGOS", "trajeta"]));
    assert_eq!(found[1].reasons, [Reason::Usual]);
}

#[test]
fn facts_tell_codes_apart_where_notes_do_not() {
    let mut history = History::new(NOW);
    for day in 0..30 {
        history.add(&Example { facts: facts(0), ..example(1, "llamada", day) });
        history.add(&Example { facts: facts(400), ..example(2, "llamada", day) });
    }
    let first = |talk| history.suggest(&[code(1), code(2)], "", &facts(talk))[0].clone();
    assert_eq!((first(0).code, first(0).reasons), (code(1), vec![Reason::Fact(Fact::Talk(TalkBand::None))]));
    assert_eq!(
        (first(500).code, first(500).reasons),
        (code(2), vec![Reason::Fact(Fact::Talk(TalkBand::Long))])
    );
}

#[test]
fn what_was_logged_lately_counts_more() {
    let mut history = History::new(NOW);
    for day in 0..40 {
        history.add(&example(1, "renovación", 2 * HALF_LIFE_DAYS + day));
        history.add(&example(2, "renovación", day));
    }
    assert_eq!(ranked(&history, &[1, 2], "renovación"), [code(2), code(1)]);
}

#[test]
fn each_held_out_week_is_judged_by_what_came_before_it() {
    let mut examples: Vec<Example> = Vec::new();
    for day in 0..60 {
        examples.push(example(1, "pagó con tarjeta", day));
        examples.push(example(2, "queja", day));
        // A code that came a week ago, with a word of its own.
        examples.extend((day < 7).then(|| example(3, "portabilidad", day)));
    }
    let set = SetId(Uuid::from_u128(7));
    let from = At(NOW.0 - 14 * DAY_US + 1);
    let found = held_out(&examples, &[(set, vec![code(1), code(2), code(3)])], HeldOut { from, weeks: 2 });
    let weeks = &found[0].weeks;
    assert_eq!((weeks[0].calls, weeks[0].first, weeks[0].usual_first), (14, 14, 7));
    assert_eq!((weeks[1].calls, weeks[1].first), (21, 14), "nobody had logged the new code before that week");
    let total = found[0].total();
    assert_eq!((total.calls, total.suggested, total.first, total.among), (35, 35, 28, 28));
}

const WORDS: [&str; 12] = [
    "pago",
    "Pagó",
    "tarjeta",
    "queja",
    "demora",
    "no",
    "contesta",
    "qu",
    "x",
    "·7",
    "tarjetas",
    "\u{301}e a",
];

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..8).prop_map(|words| words.join(" "))
}

prop_compose! {
    fn examples()(of in prop::collection::vec((1u128..5, words(), -3i64..900, 0i64..500, 0u8..24, any::<bool>()), 1..20))
        -> Vec<Example> {
        of.into_iter().map(|(n, notes, days, talk, hour, from_case)| Example {
            facts: CallFacts { hour, from_case, ..facts(talk) },
            ..example(n, &notes, days)
        }).collect()
    }
}

fn learnt<'e>(examples: impl IntoIterator<Item = &'e Example>) -> History {
    let mut history = History::new(NOW);
    examples.into_iter().for_each(|example| history.add(example));
    history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_examples_makes_no_difference(examples in examples(), notes in words()) {
        let (one, other) = (learnt(&examples), learnt(examples.iter().rev()));
        prop_assert_eq!(&one, &other);
        let offered: Vec<CodeId> = (0..6).map(code).collect();
        prop_assert_eq!(one.suggest(&offered, &notes, &facts(9)), other.suggest(&offered, &notes, &facts(9)));
    }

    #[test]
    fn what_is_taken_away_leaves_no_trace(examples in examples(), extra in examples()) {
        let before = learnt(&examples);
        let mut history = before.clone();
        extra.iter().for_each(|example| history.add(example));
        prop_assert_eq!(history.examples(), (examples.len() + extra.len()) as u64);
        for example in &extra {
            prop_assert!(history.take_away(example));
        }
        prop_assert_eq!(history, before);
    }

    #[test]
    fn what_was_never_learnt_is_not_taken_away(examples in examples()) {
        let before = learnt(&examples);
        let mut history = before.clone();
        prop_assert!(!history.take_away(&example(9, "pago", 3)));
        prop_assert!(!history.take_away(&example(1, "portabilidad zzzz", 3)));
        prop_assert_eq!(history, before);
    }

    #[test]
    fn suggestions_are_few_asked_for_each_once_and_say_words_of_the_notes(examples in examples(), notes in words()) {
        let history = learnt(&examples);
        let offered = [code(1), code(3), code(3), code(8)];
        let found = history.suggest(&offered, &notes, &facts(9));
        prop_assert!(found.len() <= MAX_SUGGESTIONS);
        for (nth, one) in found.iter().enumerate() {
            prop_assert!(offered.contains(&one.code) && found[..nth].iter().all(|other| other.code != one.code));
            prop_assert!((1..=MAX_REASONS).contains(&one.reasons.len()));
            for reason in &one.reasons {
                if let Reason::Word(words) = reason {
                    prop_assert!(words.split(' ').all(|word| notes.contains(word)), "{words} in {notes}");
                }
            }
        }
    }
}
