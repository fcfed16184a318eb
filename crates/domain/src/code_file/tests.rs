//! What a table does to the book, line by line; and that what was written changes nothing when it is read.

use super::*;
use crate::report::calendar::Day;
use proptest::prelude::*;

fn book() -> Vec<DispositionSet> {
    let id = SetId(Uuid::from_u128(1));
    let code = |n: u128, parent: Option<u128>, name: &str| DispositionCode {
        id: CodeId(Uuid::from_u128(n)),
        set: id,
        label: Label { es: format!("{name} (es)"), en: name.to_owned() },
        position: n as u32,
        favourite: false,
        requires_notes: false,
        retired: false,
        traits: CodeTraits { parent: parent.map(|n| CodeId(Uuid::from_u128(n))), ..CodeTraits::default() },
        version: 3,
    };
    vec![DispositionSet {
        id,
        name: "General".to_owned(),
        direction: Direction::Inbound,
        ring_groups: Vec::new(),
        retired: false,
        version: 1,
        codes: vec![code(10, None, "Sales"), code(11, Some(10), "Won"), code(12, Some(10), "Lost")],
    }]
}

fn headings() -> Vec<String> {
    COLUMNS.map(str::to_owned).to_vec()
}

fn read_again(sets: &[DispositionSet], rows: Vec<Vec<String>>) -> Plan {
    let groups = BTreeSet::from(["ventas".to_owned()]);
    let rows: Vec<(u64, Vec<String>)> = (2..).zip(rows).collect();
    let mut next = 1_000;
    plan(sets, &groups, &headings(), &rows, || {
        next += 1;
        Uuid::from_u128(next)
    })
}

fn set_cell(row: &mut [String], column: &str, text: &str) {
    let place = COLUMNS.iter().position(|one| *one == column).expect("a column");
    row[place] = text.to_owned();
}

#[track_caller]
fn check(nth: usize, cells: &[(&str, &str)], expected: LineDoes) {
    let mut rows = written(&book());
    for (column, text) in cells {
        set_cell(&mut rows[nth], column, text);
    }
    assert_eq!(read_again(&book(), rows).lines[nth].does, expected, "{cells:?}");
}

#[test]
fn a_line_says_what_it_does() {
    use LineDoes::{Adds, Changes, Nothing, Refused, Renames, Retires};
    check(1, &[], Nothing);
    check(1, &[("path_en", "for people")], Nothing);
    check(1, &[("label_en", "Gained")], Renames);
    check(1, &[("retired", "sí"), ("label_en", "Gained")], Retires);
    check(1, &[("follow_up_days", "3")], Changes);
    check(1, &[("valid_from", "2026-03-01"), ("valid_until", "2026-03-01")], Changes);
    check(1, &[("parent", "")], Changes);
    check(1, &[("id", "x"), ("label_es", "Otro"), ("label_en", "Other")], Adds);
    for (column, text, fault) in [
        ("set", "Other", LineFault::OtherSet),
        ("direction", "sideways", LineFault::SetUnknown),
        ("ring_groups", "ventas", LineFault::SetUnknown),
        ("parent", "nobody", LineFault::Path),
        ("parent", "00000000-0000-0000-0000-00000000000b", LineFault::Path),
        ("label_en", "", LineFault::Label),
        ("label_en", "LOST", LineFault::LabelTaken),
        ("favourite", "maybe", LineFault::Flag),
        ("follow_up_days", "367", LineFault::Days),
        ("valid_from", "2026-02-30", LineFault::Date),
        ("valid_from", "3/1/2026", LineFault::DateOrder),
        ("order", "first", LineFault::Order),
        ("id", "00000000-0000-0000-0000-00000000000a", LineFault::IdTwice),
    ] {
        check(1, &[(column, text)], Refused(fault));
    }
    check(1, &[("valid_from", "2026-03-02"), ("valid_until", "2026-03-01")], Refused(LineFault::Date));
}

#[test]
fn a_code_that_comes_back_is_told_apart_from_one_that_changes() {
    let mut retired = book();
    let into = retired[0].codes[2].id;
    retired[0].codes[1].retired = true;
    retired[0].codes[1].traits.merged_into = Some(into);
    let plan = read_again(&retired, written(&book()));
    assert_eq!(plan.lines[1].does, LineDoes::BringsBack);
    assert_eq!(plan.after[0].codes[1].traits.merged_into, None);
}

#[test]
fn lines_name_each_other_and_make_the_set_that_is_not_there() {
    let mut rows = written(&book());
    for (row, (id, parent)) in rows.iter_mut().zip([("a", ""), ("b", "a"), ("c", "b")]) {
        for (column, text) in [("id", id), ("parent", parent), ("set", "Ventas"), ("ring_groups", "ventas")] {
            set_cell(row, column, text);
        }
    }
    let plan = read_again(&book(), rows.clone());
    assert!(!plan.is_refused());
    assert_eq!((plan.changes(), plan.after.len()), (3, 2));
    let made = &plan.after[1];
    assert_eq!(made.ring_groups, ["ventas"]);
    assert_eq!(made.path(&made.codes[2]).en, "Sales › Won › Lost");
    assert!(made.codes.iter().all(|code| code.version == 1));
    set_cell(&mut rows[0], "ring_groups", "nobody's");
    assert_eq!(read_again(&book(), rows).lines[0].does, LineDoes::Refused(LineFault::SetUnknown));
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z;=+'\", -]{1,9}", "\\PC{1,9}"].prop_map(|text| text.trim().to_owned())
}

fn books() -> impl Strategy<Value = Vec<DispositionSet>> {
    let traits = (proptest::option::of(0..=MAX_FOLLOW_UP_DAYS), any::<bool>(), any::<bool>(), 0..9_000_i32);
    let code = (texts(), any::<[bool; 3]>(), traits, 0..4_usize, 0..9_u32);
    let groups = prop::collection::btree_set("[a-z;]{1,5}", 0..3);
    (groups, prop::collection::vec(code, 0..12)).prop_map(|(groups, codes)| {
        let id = SetId(Uuid::from_u128(1));
        let mut set = DispositionSet {
            ring_groups: groups.into_iter().collect(),
            codes: Vec::new(),
            ..book().remove(0)
        };
        for (n, (text, flags, (days, never, open, day), above, position)) in (100_u128..).zip(codes) {
            let own = CodeId(Uuid::from_u128(n));
            let code = DispositionCode {
                id: own,
                set: id,
                label: Label { es: format!("{n}{text}"), en: format!("{text}{n}") },
                position,
                favourite: flags[0],
                requires_notes: flags[1],
                retired: flags[2],
                traits: CodeTraits {
                    follow_up_days: days,
                    do_not_call: never,
                    not_final: open,
                    valid_from: Some(Day(day)),
                    valid_until: flags[0].then_some(Day(day + 5)),
                    ..CodeTraits::default()
                },
                version: 2,
            };
            set.codes.push(code);
            let parent = set.codes.get(above).map(|code| code.id);
            let parent = parent.filter(|parent| set.may_stand_under(own, *parent));
            if let Some(code) = set.codes.last_mut() {
                code.traits.parent = parent;
            }
        }
        vec![set]
    })
}

proptest! {
    #[test]
    fn what_was_written_changes_nothing_when_it_is_read(sets in books()) {
        let plan = read_again(&sets, written(&sets));
        prop_assert!(plan.lines.iter().all(|line| line.does == LineDoes::Nothing), "{:?}", plan.lines);
        prop_assert_eq!(plan.after, sets);
    }
}

#[test]
fn lines_that_stand_in_a_ring_or_too_deep_are_refused() {
    let codes = |parents: &[usize]| -> Vec<Vec<String>> {
        let row = |(nth, parent): (usize, &usize)| {
            let mut row = written(&book())[0].clone();
            let name = |n: usize| if n == usize::MAX { String::new() } else { format!("c{n}") };
            let cells = [
                ("id", name(nth)),
                ("parent", name(*parent)),
                ("label_es", format!("n{nth}")),
                ("label_en", format!("n{nth}")),
            ];
            cells.iter().for_each(|(column, text)| set_cell(&mut row, column, text));
            row
        };
        parents.iter().enumerate().map(row).collect()
    };
    let refused = |parents: &[usize]| {
        let plan = read_again(&book(), codes(parents));
        plan.lines.iter().filter(|line| matches!(line.does, LineDoes::Refused(_))).count()
    };
    assert!(refused(&[1, 2, 3, 0]) > 0, "a ring");
    let chain: Vec<usize> = std::iter::once(usize::MAX).chain(0..400).collect();
    assert!(refused(&chain) > 0, "four hundred levels");
    assert_eq!(refused(&[usize::MAX, 0, 1]), 0);
    assert!(refused(&vec![usize::MAX; 2 * MAX_CODES_PER_SET]) > MAX_CODES_PER_SET - 10, "too many of a set");
}
