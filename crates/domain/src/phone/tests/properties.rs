//! What holds for every number and every text, not only for those somebody thought of.

use proptest::prelude::*;

use crate::phone::fold::fold;
use crate::phone::parse::{Number, calling_code, parse};
use crate::phone::{
    MAX_LOOKUP_KEYS, MAX_NUMBERS_PER_TEXT, MAX_TEXT_CHARS, NumberPolicy, OtherParty, PhoneKey, Region, Tier,
    display, other_party, stored_numbers,
};

/// Countries with folds and some without, among them two that share a calling code.
const REGIONS: [&str; 16] =
    ["ES", "MX", "AR", "BR", "CO", "CL", "PE", "US", "CA", "GB", "DE", "IT", "FR", "PT", "UY", "JP"];

fn regions() -> impl Strategy<Value = Region> {
    prop::sample::select(REGIONS.as_slice()).prop_map(|code| code.parse().unwrap())
}

/// Shapes of numbers that exist, so that random digits often make a valid one.
fn nsn_shape(region: &str) -> &'static str {
    match region {
        "ES" => "[6789][0-9]{8}",
        "MX" => "(55|33|81|222|998|664)[2-9][0-9]{6,7}",
        "AR" => "9?(11[2-7][0-9]{7}|351[2-7][0-9]{6}|2966[2-7][0-9]{5})",
        "BR" => "[1-9][1-9](9[6-9][0-9]{7}|[2-5][0-9]{7}|[6-9][0-9]{7})",
        "CO" => "(3[0-2][0-9]{8}|60[124-8][2-8][0-9]{6})",
        "CL" => "(9[3-9][0-9]{7}|2[23][0-9]{7}|[3-7][1-5]2[0-9]{6})",
        "IT" => "(3[2-9][0-9]{7,8}|0[26][0-9]{6,9})",
        "US" | "CA" => "[2-9][0-8][0-9][2-9][0-9]{6}",
        _ => "[1-9][0-9]{7,9}",
    }
}

/// A valid number and its region.
fn valid_numbers() -> impl Strategy<Value = (Region, Number)> {
    prop::sample::select(REGIONS.as_slice())
        .prop_flat_map(|code| (Just(code), nsn_shape(code)))
        .prop_map(|(code, nsn)| {
            let region: Region = code.parse().unwrap();
            (region, Number::new(region.calling_code(), nsn))
        })
        .prop_filter("valid numbers only", |(_, number)| number.is_valid())
}

/// What to type before the national digits at home: nothing where the country has no such prefix.
fn trunk_prefix(region: Region) -> &'static str {
    match region.to_string().as_str() {
        "GB" | "DE" | "FR" | "JP" => "0",
        _ => "",
    }
}

/// The digits with something between them every few.
fn grouped(digits: &str, every: usize, mark: &str) -> String {
    let digits: Vec<_> = digits.chars().collect();
    let groups: Vec<String> = digits.chunks(every).map(|group| group.iter().collect()).collect();
    groups.join(mark)
}

/// One of the ways to write the number that keep its country, or its region where that is assumed.
fn spelling(region: Region, number: &Number, way: usize, every: usize, mark: &str) -> String {
    let code = number.calling_code;
    let local = grouped(&number.nsn, every, mark);
    match way {
        0 => number.e164(),
        1 => format!("+{code} {local}"),
        2 => format!("00{code}{}", number.nsn),
        3 => format!("00 {code} {local}"),
        4 => format!("(+{code}) {local}"),
        5 => format!("+{code} {local} ext. 12"),
        6 => format!("+{code}{};ext=7", number.nsn),
        7 => format!("{}{local}", trunk_prefix(region)),
        _ => format!("Tel. {}{local} x42", trunk_prefix(region)),
    }
}

const WAYS: usize = 9;

const MIN_CASES: u32 = 1000;

fn spellings() -> impl Strategy<Value = (usize, usize, &'static str)> {
    (0..WAYS, 2..5usize, prop::sample::select([" ", ".", "-", "", "\u{a0}", "–", " - "].as_slice()))
}

/// Text of the characters that phone fields are made of, and of any others.
fn messy_texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9+ ().,;/*#-]{0,60}",
        "[0-9+ ()/;,|oyxe\u{661}\u{ff11}\u{ff0b}ñº]{0,60}",
        "(\\+|00)?[0-9]{1,20}( (ext|x|o|y|/|anexo|ramal) [0-9]{1,12}){0,6}",
        "[a-z]{0,4}:?[0-9+;=@<>.-]{0,40}",
        any::<String>(),
        "\\PC{0,300}",
    ]
}

fn plan_of(other: OtherParty) -> Vec<PhoneKey> {
    match other {
        OtherParty::Number(number) => number.plan,
        _ => Vec::new(),
    }
}

/// `PROPTEST_CASES` raises the number of cases for a long run.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = default.cases.max(MIN_CASES);
    // Random digits are a valid number every second or third time.
    let (max_local_rejects, max_global_rejects) = (cases.saturating_mul(100), cases);
    ProptestConfig { cases, max_local_rejects, max_global_rejects, failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn folding_twice_is_folding_once(region in regions(), nsn in "[0-9]{1,17}", shaped in valid_numbers()) {
        for number in [Number::new(calling_code(region).unwrap(), nsn), shaped.1] {
            let once = fold(&number);
            prop_assert_eq!(fold(&once), once);
        }
    }

    #[test]
    fn fold_of_a_valid_number_is_a_possible_number_of_its_country((_, number) in valid_numbers()) {
        let folded = fold(&number);
        prop_assert_eq!(folded.calling_code, number.calling_code);
        prop_assert_eq!(folded.length(), crate::phone::parse::Length::Possible);
    }

    #[test]
    fn same_number_in_any_two_spellings_meets(
        (region, number) in valid_numbers(), stored in spellings(), caller in spellings(),
    ) {
        let write = |(way, every, mark)| spelling(region, &number, way, every, mark);
        let (stored, caller) = (write(stored), write(caller));
        let keys: Vec<_> = stored_numbers(&stored, region).into_iter().flat_map(|number| number.keys).collect();
        let plan = plan_of(other_party(&caller, &NumberPolicy::new(region)));
        let exact = plan.iter().find(|key| key.tier == Tier::E);
        prop_assert!(
            exact.is_some_and(|key| keys.contains(key)),
            "{:?} {:?} not found by {:?} {:?}", stored, keys, caller, plan
        );
    }

    #[test]
    fn national_spelling_stored_under_a_wrong_region_is_found_or_hidden_by_no_exact_key(
        (_, number) in valid_numbers(), wrong in regions(),
    ) {
        let keys: Vec<_> = stored_numbers(&number.nsn, wrong).into_iter().flat_map(|number| number.keys).collect();
        let plan = plan_of(other_party(&number.e164(), &NumberPolicy::new(wrong)));
        let exact = &plan[0];
        if keys.contains(exact) {
            // Only a number that is complete as international digits, or of the same calling code.
            let bare = parse(&format!("+{}", number.nsn), wrong).map(|parsed| fold(&parsed.number).e164());
            let same_code = calling_code(wrong) == Some(number.calling_code);
            prop_assert!(same_code || bare.as_deref() == Some(exact.key.as_str()));
        }
    }

    #[test]
    fn valid_numbers_of_different_countries_share_no_exact_key(
        (_, one) in valid_numbers(), (_, other) in valid_numbers(), region in regions(),
        one_way in 0..7usize, other_way in 0..7usize,
    ) {
        prop_assume!(one.calling_code != other.calling_code);
        let exact = |number: &Number, way| -> Vec<PhoneKey> {
            stored_numbers(&spelling(region, number, way, 3, " "), region)
                .into_iter()
                .flat_map(|number| number.keys)
                .filter(|key| key.tier == Tier::E)
                .collect()
        };
        let others = exact(&other, other_way);
        prop_assert!(exact(&one, one_way).iter().all(|key| !others.contains(key)));
    }

    #[test]
    fn two_valid_numbers_in_one_field_are_both_found(
        (region, one) in valid_numbers(), (_, other) in valid_numbers(),
        joint in prop::sample::select([" / ", "; ", ", ", " o ", " y ", " or ", "/", ";", ","].as_slice()),
    ) {
        let text = format!("{}{joint}{}", one.e164(), other.e164());
        let keys: Vec<_> = stored_numbers(&text, region).into_iter().flat_map(|number| number.keys).collect();
        for number in [&one, &other] {
            let plan = plan_of(other_party(&number.e164(), &NumberPolicy::new(region)));
            prop_assert!(keys.contains(&plan[0]), "{:?} not in {:?} of {:?}", plan[0], keys, text);
        }
    }

    #[test]
    fn any_text_is_read_without_panic_and_within_the_limits(text in messy_texts(), region in regions()) {
        let numbers = stored_numbers(&text, region);
        prop_assert!(numbers.len() <= MAX_NUMBERS_PER_TEXT);
        for number in &numbers {
            prop_assert!(!number.keys.is_empty());
            prop_assert!(number.keys.is_sorted());
            prop_assert!(text.contains(&number.raw));
            prop_assert!(number.e164.as_ref().is_none_or(|e164| e164.len() <= 16), "{:?}", number);
        }
        let mut keys: Vec<_> = numbers.iter().flat_map(|number| &number.keys).collect();
        let total = keys.len();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), total, "a key twice in one field");

        match other_party(&text, &NumberPolicy::new(region)) {
            OtherParty::Number(number) => {
                prop_assert!((1..=MAX_LOOKUP_KEYS).contains(&number.plan.len()));
                prop_assert!(number.plan.is_sorted_by_key(|key| key.tier));
                prop_assert_eq!(number.can_create, number.e164.is_some());
            }
            OtherParty::Unusable { raw } => prop_assert!(raw.chars().count() <= MAX_TEXT_CHARS),
            _ => {}
        }
        display(&text);
    }

    #[test]
    fn what_is_found_can_be_stored_again_and_still_meets(text in messy_texts(), region in regions()) {
        for number in stored_numbers(&text, region) {
            let Some(e164) = number.e164 else { continue };
            let again: Vec<_> = stored_numbers(&e164, region).into_iter().flat_map(|number| number.keys).collect();
            prop_assert!(again.iter().any(|key| number.keys.contains(key)) || again.is_empty(), "{} {:?}", e164, again);
        }
    }
}

#[test]
fn texts_of_a_hundred_thousand_characters_are_refused_at_once() {
    let region: Region = "ES".parse().unwrap();
    for unit in ["6", "+", "/", " o ", "a", "٦", "６", "\u{1f4de}", "600123456;", "ext ", "((((", "\0"] {
        let text = unit.repeat(100_000);
        assert!(stored_numbers(&text, region).is_empty());
        assert!(matches!(other_party(&text, &NumberPolicy::new(region)), OtherParty::Unusable { .. }));
        assert_eq!(display(&text), text);
    }
}
