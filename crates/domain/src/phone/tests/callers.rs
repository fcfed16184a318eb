//! What phone systems give for the other side of a call.

use super::check::{check_caller, region, show_other};
use crate::phone::{MAX_LOOKUP_KEYS, MAX_TEXT_CHARS, NumberPolicy, OtherParty, display, other_party};

#[test]
fn no_number_is_withheld_whatever_stands_in_its_place() {
    for text in [
        "",
        "   ",
        "-",
        "+",
        "+1",
        "+34",
        "?",
        "anonymous",
        "Anonymous",
        "ANONYMOUS",
        "anónimo",
        "anônimo",
        "Private",
        "private number",
        "número privado",
        "oculto",
        "Número oculto",
        "desconocido",
        "Desconhecido",
        "unknown",
        "<unknown>",
        "Unknown Caller",
        "restricted",
        "withheld",
        "unavailable",
        "no disponible",
        "not available",
        "blocked",
        "sin número",
        "no caller ID",
        "sip:anonymous@anonymous.invalid",
        "\"Anonymous\" <sip:anonymous@anonymous.invalid>",
        "sip:unavailable@unknown.invalid",
        "sip:+34600123456@anonymous.invalid",
        "anonymous@sip.example.com",
        "sips:anonymous@10.0.0.1:5061;transport=tls",
        "sip:anonymous.invalid",
        "0000000000",
        "000000000",
        "+0000000000",
        "000-000-0000",
    ] {
        check_caller(&[("no number", text, "ES", "withheld"), ("no number", text, "US", "withheld")]);
    }
}

#[test]
fn keypad_spellings_are_withheld_although_some_are_valid_numbers() {
    for text in ["266696687", "7378742833", "86282452253", "2562533", "8656696", "7748283"] {
        for code in ["US", "MX", "ES"] {
            check_caller(&[
                ("bare", text, code, "withheld"),
                ("plus", &format!("+{text}"), code, "withheld"),
            ]);
        }
    }
    check_caller(&[(
        "a real number of Texas",
        "+17378742833",
        "US",
        "+17378742833 may create [E +17378742833, N 7378742833, L 1:378742833, L 1:78742833, L 1:8742833, L 1:742833]",
    )]);
}

#[test]
fn short_numbers_and_service_codes_are_internal() {
    check_caller(&[
        ("emergency", "112", "ES", "internal 112"),
        ("operator", "0", "ES", "internal 0"),
        ("service", "1004", "ES", "internal 1004"),
        ("leading zero", "016", "ES", "internal 016"),
        ("star", "*111", "MX", "internal *111"),
        ("star and hash", "*21*600123456#", "ES", "internal *21*600123456#"),
        ("six digits", "123456", "AR", "internal 123456"),
        ("extension of a SIP address", "sip:1004@pbx.local", "ES", "internal 1004"),
        ("named extension", "ext 1004", "ES", "internal 1004"),
        ("plus does not make a number", "+1004", "ES", "internal 1004"),
        ("seven digits are a number", "5550100", "US", "- never creates [L 1:5550100]"),
    ]);
    let mut policy = NumberPolicy::new(region("US"));
    policy.internal_max_digits = 7;
    assert_eq!(show_other(&other_party("5550100", &policy)), "internal 5550100");
}

#[test]
fn prefix_that_hides_the_number_is_not_part_of_it() {
    for text in ["#31#600123456", "*31#600123456", "*67600123456", "*31*600123456"] {
        assert_eq!(
            show_other(&other_party(text, &NumberPolicy::new(region("ES")))),
            show_other(&other_party("600123456", &NumberPolicy::new(region("ES")))),
            "{text}"
        );
    }
    check_caller(&[("code of its own", "*31#", "ES", "internal *31#")]);
}

#[test]
fn own_numbers_are_own_in_any_spelling_and_nobody_elses() {
    let policy = NumberPolicy::new(region("ES")).with_own([
        "91 234 56 78 / +34 900 123 456",
        "+52 1 55 1234 5678",
        "",
        "hola",
    ]);
    let say = |text: &str| show_other(&other_party(text, &policy));
    assert_eq!(say("+34912345678"), "own +34912345678");
    assert_eq!(say("912 345 678"), "own +34912345678");
    assert_eq!(say("0034912345678"), "own +34912345678");
    assert_eq!(say("34912345678"), "own +34912345678");
    assert_eq!(say("sip:+34912345678@trunk;user=phone"), "own +34912345678");
    assert_eq!(say("900123456"), "own +34900123456");
    assert_eq!(say("+525512345678"), "own +525512345678");
    assert!(say("+34912345679").starts_with("+34912345679 may create"));
    assert!(say("+52912345678").contains("N 912345678"), "another country with our digits is a stranger");
    assert_eq!(policy.own().count(), 3);
}

#[test]
fn customer_whose_number_ends_like_a_local_number_of_ours_is_not_us() {
    let policy = NumberPolicy::new(region("AR")).with_own(["5555-1234"]);
    assert_eq!(show_other(&other_party("5555-1234", &policy)), "own -");
    assert!(show_other(&other_party("+54 351 555 1234", &policy)).contains("may create"));
    assert!(show_other(&other_party("+54 11 5555 1234", &policy)).contains("may create"));
}

#[test]
fn only_a_full_number_of_a_possible_length_may_create() {
    check_caller(&[
        ("local only", "5555-1234", "AR", "- never creates [L 54:55551234]"),
        ("too short for Spain", "4123456", "ES", "- never creates [L 34:4123456]"),
        (
            "too long for Spain",
            "+34 600 123 456 789",
            "ES",
            "- never creates [E +34600123456789, N 600123456789, L 34:123456789, L 34:23456789, L 34:3456789, L 34:456789]",
        ),
        (
            "means another number when dialled",
            "00000000010",
            "BR",
            "- never creates [E +550000000010, L 55:000000010, L 55:00000010, L 55:0000010, L 55:000010]",
        ),
        ("whole number of five digits", "+500 51234", "ES", "+50051234 may create [E +50051234]"),
        (
            "possible though no such area is known",
            "+52 100 123 4567",
            "MX",
            "+521001234567 may create [E +521001234567, N 1001234567, L 52:001234567, L 52:01234567, L 52:1234567, \
             L 52:234567]",
        ),
        (
            "repaired",
            "+5215512345678",
            "ES",
            "+525512345678 may create [E +525512345678, N 5512345678, L 52:512345678, L 52:12345678, L 52:2345678, \
             L 52:345678]",
        ),
    ]);
}

#[test]
fn text_that_is_no_number_matches_nobody() {
    for text in [
        "hola",
        "sipp",
        "agent1004",
        "Private Bank Ltd",
        "sip:alice@pbx.local",
        "123456789012345678901",
        "999999999999999999 x",
        "1234567 1234567 1234567 1234567 1234567 1234567 1234567",
    ] {
        check_caller(&[("not a number", text, "ES", "unusable")]);
    }
    let long = "6".repeat(100_000);
    let OtherParty::Unusable { raw } = other_party(&long, &NumberPolicy::new(region("ES"))) else {
        panic!("too long to be a number");
    };
    assert_eq!(raw.len(), MAX_TEXT_CHARS);
}

#[test]
fn addresses_of_phone_systems_name_the_same_number() {
    let expected =
        "+34600123456 may create [E +34600123456, N 600123456, L 34:00123456, L 34:0123456, L 34:123456]";
    for text in [
        "+34600123456",
        "600123456",
        "tel:+34600123456",
        "tel:+34-600-123-456;ext=7",
        "sip:+34600123456@10.0.0.1",
        "sip:+34600123456;npdi@trunk.example;user=phone",
        "\"Ana\" <sip:600123456@trunk.example:5060>",
        "+34600123456@trunk.example",
        "<tel:+34600123456>",
    ] {
        check_caller(&[("address", text, "ES", expected)]);
    }
}

#[test]
fn number_is_shown_in_international_format_and_anything_else_as_given() {
    let shown = |text: &str| match other_party(text, &NumberPolicy::new(region("ES"))) {
        OtherParty::Number(number) => number.display,
        other => panic!("{other:?}"),
    };
    assert_eq!(shown("600123456"), "+34 600 12 34 56");
    assert_eq!(shown(" 412 34 56 "), "412 34 56");
    assert_eq!(display("+525512345678"), "+52 55 1234 5678");
    assert_eq!(display("hola"), "hola");
    assert_eq!(display(&"9".repeat(1000)), "9".repeat(1000));
}

#[test]
fn look_up_never_reads_more_keys_than_its_limit_and_the_exact_one_first() {
    let OtherParty::Number(caller) = other_party("+4915123456789", &NumberPolicy::new(region("ES"))) else {
        panic!("a number");
    };
    assert_eq!(caller.plan.len(), MAX_LOOKUP_KEYS);
    assert!(caller.plan.is_sorted_by_key(|key| key.tier));
    assert_eq!(caller.plan[0].key, "+4915123456789");
}
