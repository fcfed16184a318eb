//! The forms of a number that libphonenumber keeps apart, country by country.

use super::check::{check_caller, check_different, check_same, check_stored, region};
use crate::phone::{NumberPolicy, OtherParty, other_party, stored_numbers};

#[test]
fn mexico_one_044_045_and_01_before_ten_digits_are_the_number_without() {
    check_same(
        "mobile 1",
        "MX",
        &[
            "+52 1 55 1234 5678",
            "+52 55 1234 5678",
            "55 1234 5678",
            "044 55 1234 5678",
            "045 55 1234 5678",
            "01 55 1234 5678",
            "5215512345678",
            "+52 044 55 1234 5678",
            "0052 1 55 1234 5678",
            "00525512345678",
        ],
    );
    check_same("seen from abroad", "ES", &["+52 1 55 1234 5678", "+52 55 1234 5678", "5215512345678"]);
    check_stored(&[("dialled without the 1", "+52 1 55 1234 5678", "ES", "+525512345678 [E +525512345678]")]);
}

#[test]
fn argentina_mobile_nine_and_fifteen_are_out_of_the_key_but_stay_in_what_is_dialled() {
    check_same(
        "mobile",
        "AR",
        &[
            "011 15 5555-1234",
            "+54 9 11 5555 1234",
            "+54 11 5555 1234",
            "+54 11 15 5555 1234",
            "+54 9 11 15 5555 1234",
            "11 5555 1234",
            "0054 9 11 5555 1234",
            "5491155551234",
        ],
    );
    check_same(
        "area of three digits",
        "AR",
        &["0351 15 555 1234", "+54 9 351 555 1234", "+54 9 351 15 555 1234"],
    );
    check_stored(&[
        ("9 kept", "+54 9 11 5555 1234", "AR", "+5491155551234 [E +541155551234]"),
        ("no 9 invented", "+54 11 5555 1234", "AR", "+541155551234 [E +541155551234]"),
        ("9 put in by 15", "011 15 5555-1234", "AR", "+5491155551234 [E +541155551234, N 1155551234]"),
        ("two prefixes make one", "+54 9 11 15 5555 1234", "AR", "+5491155551234 [E +541155551234]"),
    ]);
}

#[test]
fn argentina_fifteen_without_area_is_local() {
    check_stored(&[
        ("15 + 8", "15 5555-1234", "AR", "- [N 55551234, L 54:55551234]"),
        ("8", "5555-1234", "AR", "- [N 55551234, L 54:55551234]"),
        ("15 + 6", "15 551234", "AR", "- [L 54:551234]"),
    ]);
    check_caller(&[(
        "the caller's last eight digits find it",
        "+54 9 11 5555 1234",
        "AR",
        "+5491155551234 may create [E +541155551234, N 1155551234, L 54:155551234, L 54:55551234, \
         L 54:5551234, L 54:551234]",
    )]);
}

#[test]
fn brazil_ninth_digit_is_put_in_before_six_to_nine_only() {
    check_same(
        "mobile",
        "BR",
        &[
            "(11) 8123-4567",
            "(11) 98123-4567",
            "+55 11 8123 4567",
            "0 21 11 98123-4567",
            "+55 (0xx11) 98123-4567",
            "0055 11 98123-4567",
            "5511981234567",
        ],
    );
    check_same(
        "area 55 is not the country",
        "BR",
        &["(55) 98123-4567", "(55) 8123-4567", "+55 55 98123 4567"],
    );
    check_stored(&[
        ("landline", "(11) 3123-4567", "BR", "+551131234567 [E +551131234567, N 1131234567]"),
        ("dialled with the 9", "(11) 8123-4567", "BR", "+5511981234567 [E +5511981234567, N 11981234567]"),
        ("free", "0800 123 4567", "BR", "+558001234567 [E +558001234567, N 8001234567]"),
        ("short national", "4004-1234", "BR", "+5540041234 [E +5540041234, N 40041234]"),
        ("no area", "98123-4567", "BR", "- [N 981234567, L 55:981234567]"),
        ("no area, no ninth digit", "8123-4567", "BR", "- [N 981234567, L 55:981234567]"),
        ("no area, landline", "3123-4567", "BR", "- [N 31234567, L 55:31234567]"),
    ]);
}

#[test]
fn colombia_landline_of_eight_digits_gets_sixty() {
    check_same(
        "Bogotá",
        "CO",
        &[
            "(1) 345 6789",
            "+57 1 345 6789",
            "601 345 6789",
            "+57 601 345 6789",
            "0057 601 345 6789",
            "0057 1 345 6789",
        ],
    );
    check_stored(&[
        ("dialled with 60", "(1) 345 6789", "CO", "+576013456789 [E +576013456789, N 6013456789]"),
        ("mobile untouched", "310 123 4567", "CO", "+573101234567 [E +573101234567, N 3101234567]"),
        ("no area", "345 6789", "CO", "- [L 57:3456789]"),
    ]);
}

#[test]
fn chile_and_spain_have_no_number_that_begins_with_zero() {
    check_same("Chile", "CL", &["09 8765 4321", "+56 09 8765 4321", "9 8765 4321", "+56 9 8765 4321"]);
    check_same("Spain", "ES", &["+34 (0) 600 123 456", "600 123 456", "+34 600 123 456", "0600123456"]);
    check_same("newer than the metadata", "CL", &["+56 0 1 1234 5678", "+56 1 1234 5678"]);
    check_same("newer than the metadata", "ES", &["+34 (0) 400 123 456", "+34 400 123 456"]);
    check_stored(&[
        ("Chile", "09 8765 4321", "CL", "+56987654321 [E +56987654321, N 987654321]"),
        ("Spain", "+34 (0) 600 123 456", "MX", "+34600123456 [E +34600123456]"),
        ("Chile, no area", "8765 4321", "CL", "- [N 87654321, L 56:87654321]"),
    ]);
}

#[test]
fn italy_lost_zero_is_put_back_and_no_zero_is_ever_taken() {
    check_same("Rome", "IT", &["+39 6 12345678", "+39 06 12345678", "06 12345678", "6 12345678"]);
    check_stored(&[
        ("put back", "+39 6 12345678", "ES", "+390612345678 [E +390612345678]"),
        ("N without zeros", "06 12345678", "IT", "+390612345678 [E +390612345678, N 612345678]"),
        ("a free number is not one of Bari", "+39 803 123", "ES", "+39803123 [E +39803123]"),
        ("mobile", "+39 335 123 4567", "IT", "+393351234567 [E +393351234567]"),
        ("kept", "+39 0335 123 4567", "IT", "+3903351234567 [E +3903351234567]"),
    ]);
}

#[test]
fn trunk_zero_in_brackets_after_the_country_does_not_count() {
    check_same("United Kingdom", "ES", &["+44 (0)20 7946 0018", "+44 20 7946 0018"]);
    check_same("Germany", "ES", &["+49 (0)30 123456", "+49 30 123456"]);
    check_same("Portugal, which has none", "ES", &["+351 (0) 912 345 678", "+351 912 345 678"]);
}

#[test]
fn leading_double_zero_is_plus_wherever_it_is_dialled_from() {
    for code in ["ES", "CO", "BR", "US", "MX", "AU"] {
        check_same(
            "00",
            code,
            &["0034 600 123 456", "+34 600 123 456", "+0034 600 123 456", "(0034) 600123456"],
        );
        check_same("00", code, &["0057 601 345 6789", "+57 601 345 6789"]);
    }
    check_same("own prefix still works", "AU", &["0011 34 600 123 456", "+34 600 123 456"]);
    check_same("own prefix still works", "US", &["011 34 600 123 456", "+34 600 123 456"]);
}

#[test]
fn digits_without_plus_that_read_as_international_get_that_key_too() {
    check_stored(&[
        ("own country", "34600123456", "ES", "+34600123456 [E +34600123456]"),
        ("other country", "34600123456", "MX", "+34600123456 [E +34600123456]"),
        (
            "valid both ways",
            "34600123456",
            "DE",
            "+4934600123456 [E +34600123456, E +4934600123456, N 34600123456]",
        ),
        (
            "possible at home, valid abroad",
            "4930123456",
            "CO",
            "+4930123456 [E +4930123456, E +574930123456, N 4930123456]",
        ),
        ("too few digits for a country", "683 4123", "US", "- [L 1:6834123]"),
        ("too few digits for a country", "6762-1234", "PA", "+50767621234 [E +50767621234, N 67621234]"),
        ("few digits with their country", "+676 21234", "PA", "+67621234 [E +67621234]"),
        ("too few digits for a country", "683 4123", "DE", "+496834123 [E +496834123]"),
    ]);
}

#[test]
fn number_stored_without_country_is_found_by_a_caller_with_another() {
    check_stored(&[("wrong region assumed", "600123456", "MX", "- [N 600123456, L 52:600123456]")]);
    check_caller(&[(
        "N comes after E and before L",
        "+34600123456",
        "MX",
        "+34600123456 may create [E +34600123456, N 600123456, L 34:00123456, L 34:0123456, L 34:123456]",
    )]);
}

#[test]
fn equal_endings_of_different_known_countries_are_different_numbers() {
    check_different("Spain and Mexico", "ES", "+34 600 123 456", "+52 600 123 4560");
    check_different("same national digits", "ES", "+52 55 1234 5678", "+1 551 234 5678");
    let stored = stored_numbers("+52 55 1234 5678", region("MX"));
    let OtherParty::Number(caller) = other_party("+1 551 234 5678", &NumberPolicy::new(region("MX"))) else {
        panic!("a number");
    };
    assert!(caller.plan.iter().all(|key| !stored[0].keys.contains(key)), "not even in a lower tier");
}
