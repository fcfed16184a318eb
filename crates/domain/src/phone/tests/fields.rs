//! Fields of records as people fill them in.

use super::check::{check_same, check_stored, region};
use crate::phone::{MAX_NUMBERS_PER_TEXT, MAX_TEXT_CHARS, Region, stored_numbers};

#[test]
fn several_numbers_in_one_field_are_split_first() {
    let both = "+34600111222 [E +34600111222, N 600111222] & +34600333444 [E +34600333444, N 600333444]";
    for text in [
        "600 111 222 / 600 333 444",
        "600111222/600333444",
        "600 111 222; 600 333 444",
        "600111222;600333444",
        "600 111 222, 600 333 444",
        "600111222,600333444",
        "600 111 222 o 600 333 444",
        "600 111 222 or 600 333 444",
        "600 111 222 y 600 333 444",
        "600 111 222 Y 600 333 444",
        "600 111 222 ou 600 333 444",
        "600 111 222 | 600 333 444",
        "600 111 222\n600 333 444",
        "casa 600 111 222 / trabajo 600 333 444",
        " / 600 111 222 / / 600 333 444 ;",
    ] {
        check_stored(&[("two numbers", text, "ES", both)]);
    }
    check_stored(&[
        (
            "the ending of a second one is dropped",
            "93 412 34 56/57",
            "ES",
            "+34934123456 [E +34934123456, N 934123456]",
        ),
        (
            "two without area",
            "5555-1234/5555-4321",
            "AR",
            "- [N 55551234, L 54:55551234] & - [N 55554321, L 54:55554321]",
        ),
        (
            "one number twice is one",
            "600111222 / +34 600 111 222",
            "ES",
            "+34600111222 [E +34600111222, N 600111222]",
        ),
        (
            "a word inside a word is none",
            "Oyarzun 600111222",
            "ES",
            "+34600111222 [E +34600111222, N 600111222]",
        ),
    ]);
}

#[test]
fn separators_inside_one_number_do_not_split_it() {
    check_stored(&[
        ("slash after the area", "030/123456", "DE", "+4930123456 [E +4930123456, N 30123456]"),
        ("commas as dots", "600,123,456", "ES", "+34600123456 [E +34600123456, N 600123456]"),
        ("pause", "600123456,,12#", "ES", "+34600123456 x12 [E +34600123456, N 600123456]"),
        ("parameter", "600123456;ext=12", "ES", "+34600123456 x12 [E +34600123456, N 600123456]"),
        ("context", "tel:600-123-456;phone-context=+34", "US", "+34600123456 [E +34600123456]"),
    ]);
}

#[test]
fn extension_is_kept_aside_and_is_in_no_key() {
    for text in [
        "912345678 ext 12",
        "912345678 x12",
        "912345678 anexo 12",
        "912345678 extensión 12",
        "912345678 Ext. 12",
        "912345678 доб. 12",
        "912345678 interno 12",
        "912345678 ramal 12",
        "912345678 int. 12",
        "912345678, ext 12",
        "912345678#12",
    ] {
        check_stored(&[("extension", text, "ES", "+34912345678 x12 [E +34912345678, N 912345678]")]);
    }
    check_same(
        "with and without",
        "ES",
        &["912345678 ext 12", "912345678 x42", "912345678", "+34 912 345 678;ext=1"],
    );
}

#[test]
fn labels_notes_and_other_scripts_do_not_change_the_number() {
    for text in [
        "Tel. 600 123 456",
        "600 123 456 (casa)",
        "600123456 yo",
        "600123456 María del Carmen",
        "600 123 456 ext",
        "Móvil: 600-123-456",
        "600.123.456",
        "600\u{a0}123\u{a0}456",
        "600–123–456",
        "６００１２３４５６",
        "٦٠٠١٢٣٤٥٦",
        "६००१२३४५६",
        "📞 600 123 456",
    ] {
        check_stored(&[("the same", text, "ES", "+34600123456 [E +34600123456, N 600123456]")]);
    }
    check_stored(&[
        ("letters for digits", "1-800-FLOWERS", "US", "+18003569377 [E +18003569377]"),
        ("a note is not dialled", "030 123456 Ana", "DE", "+4930123456 [E +4930123456, N 30123456]"),
    ]);
}

#[test]
fn stored_text_without_a_usable_number_gives_no_key() {
    for text in [
        "",
        "   ",
        "-",
        "n/a",
        "hola",
        "112",
        "1004",
        "*111",
        "12 ext 3",
        "1004 Ana",
        "0000000000",
        "anonymous",
        "266696687",
    ] {
        check_stored(&[("nothing", text, "ES", "")]);
    }
    check_stored(&[
        ("seven zeros", "000-0000", "US", ""),
        ("only zeros", "+34 000 000 000", "ES", ""),
        ("keypad", "7378742833", "US", ""),
    ]);
}

#[test]
fn stored_text_that_is_too_long_or_holds_too_many_numbers_is_bounded() {
    let long = format!("600123456{}", " ".repeat(MAX_TEXT_CHARS));
    check_stored(&[("too long", &long, "ES", "")]);
    let many: Vec<_> = (0..20).map(|n| format!("6001234{n:02}")).collect();
    assert_eq!(stored_numbers(&many.join(";"), region("ES")).len(), MAX_NUMBERS_PER_TEXT);
}

#[test]
fn region_is_two_letters_that_libphonenumber_has_a_plan_for() {
    assert_eq!(region("es").to_string(), "ES");
    assert_eq!(region("MX").calling_code(), 52);
    for code in ["", "E", "ESP", "001", "ZZ", "XX", "ñ", "ÑÑ", "1", "E1"] {
        assert!(code.parse::<Region>().is_err(), "{code:?}");
    }
    assert_eq!(serde_json::to_string(&region("ES")).unwrap(), "\"ES\"");
    assert_eq!(serde_json::from_str::<Region>("\"AR\"").unwrap(), region("AR"));
    assert!(serde_json::from_str::<Region>("\"ZZ\"").is_err());
}
