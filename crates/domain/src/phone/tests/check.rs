//! Tables of texts and what is made of them, written so that a row reads at a glance.

use crate::phone::{
    CallerNumber, NumberPolicy, OtherParty, PhoneKey, Region, Tier, other_party, stored_numbers,
};

pub(super) fn region(code: &str) -> Region {
    code.parse().unwrap()
}

fn show_keys(keys: &[PhoneKey]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| format!("{:?} {}", key.tier, key.key)).collect();
    keys.join(", ")
}

/// `e164 xEXT [keys]` of every number in the field.
fn show_stored(text: &str, code: &str) -> String {
    let numbers: Vec<_> = stored_numbers(text, region(code))
        .iter()
        .map(|number| {
            let e164 = number.e164.as_deref().unwrap_or("-");
            let extension = number.extension.as_ref().map(|digits| format!(" x{digits}")).unwrap_or_default();
            format!("{e164}{extension} [{}]", show_keys(&number.keys))
        })
        .collect();
    numbers.join(" & ")
}

pub(super) fn show_other(other: &OtherParty) -> String {
    match other {
        OtherParty::Withheld => "withheld".to_owned(),
        OtherParty::Internal { digits } => format!("internal {digits}"),
        OtherParty::Own { e164 } => format!("own {}", e164.as_deref().unwrap_or("-")),
        OtherParty::Unusable { .. } => "unusable".to_owned(),
        OtherParty::Number(CallerNumber { e164, plan, can_create, .. }) => {
            let e164 = e164.as_deref().unwrap_or("-");
            let create = if *can_create { "may create" } else { "never creates" };
            format!("{e164} {create} [{}]", show_keys(plan))
        }
    }
}

pub(super) fn check_stored(rows: &[(&str, &str, &str, &str)]) {
    for (rule, text, code, expected) in rows {
        assert_eq!(show_stored(text, code), *expected, "{rule}: {text:?} in {code}");
    }
}

pub(super) fn check_caller(rows: &[(&str, &str, &str, &str)]) {
    for (rule, text, code, expected) in rows {
        let other = other_party(text, &NumberPolicy::new(region(code)));
        assert_eq!(show_other(&other), *expected, "{rule}: {text:?} in {code}");
    }
}

/// The texts are one number: a call from any of them finds a record that holds any other.
pub(super) fn check_same(rule: &str, code: &str, texts: &[&str]) {
    for stored in texts {
        for caller in texts {
            assert!(meets(stored, caller, code), "{rule}: {caller:?} does not find {stored:?} in {code}");
        }
    }
}

pub(super) fn check_different(rule: &str, code: &str, stored: &str, caller: &str) {
    assert!(!meets(stored, caller, code), "{rule}: {caller:?} finds {stored:?} in {code}");
}

/// Whether the call finds the record by the first tier, the one that may preselect.
fn meets(stored: &str, caller: &str, code: &str) -> bool {
    let OtherParty::Number(caller) = other_party(caller, &NumberPolicy::new(region(code))) else {
        return false;
    };
    let exact = caller.plan.iter().find(|key| key.tier == Tier::E);
    stored_numbers(stored, region(code))
        .iter()
        .any(|number| exact.is_some_and(|key| number.keys.contains(key)))
}
