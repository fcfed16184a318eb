//! What a picklist does to a set: which values are codes of it already, what stays, and what only happens where it is asked.

use super::*;
use crate::call::Direction;
use crate::code_file::{LineDoes, LineFault, plan};
use crate::id::SetId;

fn set() -> DispositionSet {
    let id = SetId(Uuid::from_u128(1));
    let code = |n: u128, parent: Option<u128>, es: &str, en: &str, retired: bool| DispositionCode {
        id: CodeId(Uuid::from_u128(n)),
        set: id,
        label: Label { es: es.to_owned(), en: en.to_owned() },
        position: n as u32,
        favourite: n == 11,
        requires_notes: false,
        retired,
        traits: CodeTraits { parent: parent.map(|n| CodeId(Uuid::from_u128(n))), ..CodeTraits::default() },
        version: 3,
    };
    DispositionSet {
        id,
        name: "General".to_owned(),
        direction: Direction::Inbound,
        ring_groups: Vec::new(),
        retired: false,
        version: 1,
        codes: vec![
            code(10, None, "Ventas", "Sales", false),
            code(11, Some(10), "Vendido", "Sold", false),
            code(12, Some(10), "Perdido", "Lost", false),
            code(13, None, "Por fax", "Fax", true),
        ],
    }
}

fn value(value: &str, label: &str) -> PicklistValue {
    PicklistValue { value: value.to_owned(), label: label.to_owned(), below: Vec::new() }
}

fn under(heading: PicklistValue, below: &[PicklistValue]) -> PicklistValue {
    PicklistValue { below: below.to_vec(), ..heading }
}

const SPANISH: PicklistWish =
    PicklistWish { language: Some(LabelLanguage::Spanish), retire: false, bring_back: false };

/// What each line does, by its Spanish label; and the set as it would be.
fn read(values: &[PicklistValue], wish: PicklistWish) -> (Vec<(String, LineDoes)>, DispositionSet) {
    let rows: Vec<(u64, Vec<String>)> = (2..).zip(of_picklist(&set(), values, wish)).collect();
    let mut next = 1_000;
    let plan = plan(&[set()], &BTreeSet::new(), &COLUMNS.map(str::to_owned), &rows, || {
        next += 1;
        Uuid::from_u128(next)
    });
    let does = plan.lines.iter().map(|line| (line.label.es.clone(), line.does)).collect();
    (does, plan.after[0].clone())
}

fn said(lines: &[(&str, LineDoes)]) -> Vec<(String, LineDoes)> {
    lines.iter().map(|(label, does)| ((*label).to_owned(), *does)).collect()
}

#[test]
fn values_that_are_codes_change_nothing_and_others_are_added_at_the_end() {
    let values = [
        under(value("Sales", "Ventas"), &[value("Sold", "Vendido"), value("Lost", "Perdido")]),
        value("NoAnswer", "No contesta"),
        value("Busy", "Comunica"),
    ];
    let (lines, after) = read(&values, SPANISH);
    let nothing = LineDoes::Nothing;
    assert_eq!(
        lines,
        said(&[
            ("Ventas", nothing),
            ("Vendido", nothing),
            ("Perdido", nothing),
            ("No contesta", LineDoes::Adds),
            ("Comunica", LineDoes::Adds)
        ])
    );
    let added: Vec<_> = after.codes[4..].iter().map(|code| (code.position, code.label.en.as_str())).collect();
    assert_eq!(added, [(14, "No contesta"), (15, "Comunica")], "its label stands for both languages");
    assert_eq!(after.codes[..4], set().codes[..], "whatever it does not offer stays");
}

#[test]
fn values_below_others_become_codes_under_a_heading() {
    let support = under(value("Support", "Soporte"), &[value("Sold", "Vendido"), value("Open", "Abierto")]);
    let sales = under(value("Sales", "Ventas"), &[value("Quote", "Presupuesto")]);
    let (lines, after) = read(&[support, sales], SPANISH);
    assert!(lines.iter().filter(|line| line.1 == LineDoes::Adds).count() == 4, "{lines:?}");
    let path = |label: &str| {
        let codes = after.codes.iter().filter(|code| code.label.es == label);
        codes.map(|code| after.path(code).es).collect::<Vec<_>>()
    };
    assert_eq!(path("Vendido"), ["Ventas › Vendido", "Soporte › Vendido"]);
    assert_eq!(path("Presupuesto"), ["Ventas › Presupuesto"]);
}

#[test]
fn a_value_that_is_found_by_its_name_gets_the_label_of_its_language_alone() {
    let (lines, after) = read(&[value("sales", "Comercial")], SPANISH);
    assert_eq!(lines, said(&[("Comercial", LineDoes::Renames)]));
    assert_eq!(after.codes[0].label, Label { es: "Comercial".to_owned(), en: "Sales".to_owned() });
    // An org that is not translated tells English labels to a Spanish user: ours stay.
    let (lines, _) = read(&[value("sales", "Sales")], SPANISH);
    assert_eq!(lines, said(&[("Ventas", LineDoes::Nothing)]));
    let (lines, _) = read(&[value("Ventas", "Vendas")], PicklistWish { language: None, ..SPANISH });
    assert_eq!(lines, said(&[("Ventas", LineDoes::Nothing)]), "a third language is nobody's label");
}

#[test]
fn a_value_of_another_label_does_not_take_the_code_that_another_value_is_called() {
    let renamed = value("Ventas", "Comercial");
    let takes_over = value("V2", "Ventas");
    for values in [[renamed.clone(), takes_over.clone()], [takes_over, renamed]] {
        let (mut lines, _) = read(&values, SPANISH);
        lines.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(lines, said(&[("Comercial", LineDoes::Adds), ("Ventas", LineDoes::Nothing)]));
    }
}

#[test]
fn retired_codes_and_those_that_are_not_offered_change_only_where_that_is_asked() {
    let values = [value("Fax", "Por fax"), value("Sales", "Ventas")];
    let (lines, _) = read(&values, SPANISH);
    assert_eq!(lines, said(&[("Por fax", LineDoes::Nothing), ("Ventas", LineDoes::Nothing)]));
    let (lines, after) = read(&values, PicklistWish { bring_back: true, retire: true, ..SPANISH });
    assert_eq!(
        lines,
        said(&[
            ("Por fax", LineDoes::BringsBack),
            ("Ventas", LineDoes::Nothing),
            ("Vendido", LineDoes::Retires),
            ("Perdido", LineDoes::Retires)
        ])
    );
    assert_eq!(after.codes.iter().filter(|code| code.retired).count(), 2);
}

#[test]
fn under_a_heading_that_stays_retired_nothing_is_added() {
    let fax = under(value("Fax", "Por fax"), &[value("Sent", "Enviado")]);
    assert_eq!(read(std::slice::from_ref(&fax), SPANISH).0, said(&[("Por fax", LineDoes::Nothing)]));
    let (lines, _) = read(&[fax], PicklistWish { bring_back: true, ..SPANISH });
    assert_eq!(lines, said(&[("Por fax", LineDoes::BringsBack), ("Enviado", LineDoes::Adds)]));
}

#[test]
fn two_values_of_one_label_and_labels_that_are_too_long_are_refused_as_in_a_file() {
    let long = "x".repeat(81);
    let (lines, _) = read(&[value("a", "Otro"), value("b", "otro"), value("c", &long)], SPANISH);
    let refused: Vec<LineDoes> = lines.into_iter().map(|line| line.1).collect();
    let taken = LineDoes::Refused(LineFault::LabelTaken);
    assert_eq!(refused, [taken, taken, LineDoes::Refused(LineFault::Label)]);
}

#[test]
fn the_same_picklist_again_changes_nothing() {
    let values = [under(value("Support", "Soporte"), &[value("Open", "Abierto")]), value("Busy", "Comunica")];
    let (_, after) = read(&values, SPANISH);
    let rows: Vec<(u64, Vec<String>)> = (2..).zip(of_picklist(&after, &values, SPANISH)).collect();
    let again = plan(&[after], &BTreeSet::new(), &COLUMNS.map(str::to_owned), &rows, Uuid::nil);
    assert_eq!((again.changes(), again.is_refused()), (0, false), "{:?}", again.lines);
}

#[test]
fn the_language_of_a_locale_is_spanish_english_or_neither() {
    for (locale, expected) in [
        ("es", Some(LabelLanguage::Spanish)),
        ("es_MX", Some(LabelLanguage::Spanish)),
        ("en_US", Some(LabelLanguage::English)),
        ("en-GB", Some(LabelLanguage::English)),
        ("pt_BR", None),
        ("", None),
    ] {
        assert_eq!(LabelLanguage::of_locale(locale), expected, "{locale}");
    }
}
