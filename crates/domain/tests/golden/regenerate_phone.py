#!/usr/bin/env python3
"""Writes phone.tsv: what Google's libphonenumber says about texts as people type them.

The reference is PyPI `phonenumbers`, a port that carries the same metadata as the Rust crate in
Cargo.lock (rlibphonenumber 2.2.15: metadata 9.0.42). Change both versions together, and look at the
rows that changed before committing them.

    python3 -m venv /tmp/phone-golden
    /tmp/phone-golden/bin/pip install phonenumbers==9.0.42
    /tmp/phone-golden/bin/python crates/domain/tests/golden/regenerate_phone.py

Nothing here is random: the same version writes the same file.
"""

import pathlib
import sys

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumberFormat, PhoneNumberType, ValidationResult

PINNED = "9.0.42"

# Where the product is used, or where its customers' customers call from: every type, many spellings.
HOME = ["ES", "MX", "AR", "BR", "CO", "CL", "PE", "US", "GB", "DE", "IT", "FR", "PT", "UY"]
# Numbering plans with something odd in them: shared codes, leading zeros, variable lengths, 8 as
# national prefix, own metadata inside another country's code.
SPREAD = [
    "AT", "AU", "AX", "BO", "CA", "CI", "CN", "CR", "DO", "EC", "FI", "GG", "GT", "HU", "IE", "IL",
    "IN", "JP", "KR", "KZ", "LT", "MA", "NG", "NL", "NO", "PA", "PR", "PY", "RU", "SE", "SG", "SM",
    "SV", "TR", "UA", "VA", "VE", "ZA",
]
TYPES = [
    PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.PAGER, PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
]

# One row a template: (text, default region). `<tab>` and line ends never appear in a text.
TEMPLATES = [
    ("+52 1 55 1234 5678", "MX"), ("+52 1 55 1234 5678", "ES"), ("5215512345678", "MX"),
    ("044 55 1234 5678", "MX"), ("045 55 1234 5678", "MX"), ("01 55 1234 5678", "MX"),
    ("+52 044 55 1234 5678", "MX"), ("+52 55 1234 5678", "MX"), ("55 1234 5678", "MX"),
    ("1234 5678", "MX"), ("011 15 5555-1234", "AR"), ("+54 11 5555 1234", "AR"),
    ("+54 9 11 5555 1234", "AR"), ("+54 11 15 5555 1234", "AR"), ("+54 9 11 15 5555 1234", "AR"),
    ("15 5555-1234", "AR"), ("5555-1234", "AR"), ("0351 15 555 1234", "AR"),
    ("(11) 8123-4567", "BR"), ("(11) 98123-4567", "BR"), ("(11) 3123-4567", "BR"),
    ("(11) 7812-3456", "BR"), ("0 21 11 98123-4567", "BR"), ("0 21 11 8123-4567", "BR"),
    ("+55 (0xx11) 98123-4567", "BR"), ("+55 (0xx11) 3123-4567", "BR"), ("(55) 98123-4567", "BR"),
    ("(55) 8123-4567", "BR"), ("98123-4567", "BR"), ("8123-4567", "BR"), ("0800 123 4567", "BR"),
    ("4004-1234", "BR"), ("(1) 345 6789", "CO"), ("+57 1 345 6789", "CO"), ("+57 601 345 6789", "CO"),
    ("601 345 6789", "CO"), ("345 6789", "CO"), ("0057 601 345 6789", "CO"), ("03 310 123 4567", "CO"),
    ("09 8765 4321", "CL"), ("+56 09 8765 4321", "CL"), ("9 8765 4321", "CL"), ("8765 4321", "CL"),
    ("(2) 2345 6789", "CL"), ("02 2345 6789", "CL"), ("+34 (0) 600 123 456", "ES"),
    ("+34 (0) 600 123 456", "MX"), ("600 123 456", "ES"), ("34600123456", "ES"), ("34600123456", "MX"),
    ("34600123456", "DE"), ("0034 600 123 456", "ES"), ("0034 600 123 456", "US"), ("4123456", "ES"),
    ("+0034 600 123 456", "ES"), ("+39 6 12345678", "IT"), ("+39 06 12345678", "IT"),
    ("06 12345678", "IT"), ("6 12345678", "IT"), ("0335 123 4567", "IT"), ("+44 (0)20 7946 0018", "ES"),
    ("+49 (0)30 123456", "ES"), ("0055 11 98123-4567", "BR"), ("0055 11 98123-4567", "US"),
    ("0011 34 600 123 456", "AU"), ("011 34 600 123 456", "US"), ("+34 600 111 222 / 600 333 444", "ES"),
    ("600 111 222 o 600 333 444", "ES"), ("93 412 34 56/57", "ES"), ("030/123456", "DE"),
    ("600123456 ext 12", "ES"), ("600123456 ext. 12", "ES"), ("600123456 x42", "ES"),
    ("22123456 anexo 12", "CL"), ("600123456 extensión 77", "ES"), ("600123456 extensio\u0301n 77", "ES"),
    ("600123456 interno 12", "AR"), ("600123456 ramal 12", "BR"), ("600123456#12", "ES"),
    ("600123456,,12#", "ES"), ("600123456;ext=12", "ES"), ("tel:+34-600-123-456;ext=7", "US"),
    ("tel:600-123-456;phone-context=+34", "US"), ("tel:600123456;isub=1", "ES"), ("12 ext 3", "ES"),
    ("112", "ES"), ("1004", "ES"), ("*111", "MX"), ("911", "US"), ("016", "ES"), ("12", "ES"), ("1", "ES"),
    ("anonymous", "ES"), ("Private", "US"), ("oculto", "ES"), ("266696687", "ES"), ("7378742833", "US"),
    ("7378742833", "MX"), ("86282452253", "US"), ("2562533", "US"), ("8656696", "US"), ("7748283", "US"),
    ("0000000000", "US"), ("0000000000", "ES"), ("+1", "US"), ("", "ES"), ("sip:anonymous@anonymous.invalid", "ES"),
    ("Tel. 600 123 456", "ES"), ("600 123 456 (casa)", "ES"), ("600123456 yo", "ES"), ("1-800-FLOWERS", "US"),
    ("+1 (800) MY-APPLE", "ES"), ("６００１２３４５６", "ES"), ("＋３４ ６００ １２３ ４５６", "MX"),
    ("٦٠٠١٢٣٤٥٦", "ES"), ("६००१२३४५६", "ES"), ("600\u2013123\u2013456", "ES"), ("600\u00a0123\u00a0456", "ES"),
    ("600\u200b123456", "ES"), ("(600) [123] ~456", "ES"), ("600~123~456", "ES"), ("+34+600123456", "ES"),
    ("++34600123456", "ES"), ("+0 600 123 456", "ES"), ("+999 600 123 456", "ES"), ("+210 123 456", "ES"),
    ("+800 1234 5678", "US"), ("+870 773 111 632", "ES"), ("+882 16 4210 0000", "ES"), ("+979 1 2345 6789", "ES"),
    ("12345678901234567", "ES"), ("123456789012345678", "ES"), ("+34" + "6" * 40, "ES"), ("9" * 250, "ES"),
    ("hola", "ES"), ("---", "ES"), ("600", "ES"), ("6 0 0", "ES"), ("600,123,456", "ES"), ("600.123.456", "ES"),
    ("600123456 600123457", "ES"), ("(600) 123-456 x 9 y 3", "ES"), ("\U0001f4de 600 123 456", "ES"),
    ("+390298617662", "AR"), ("+80012345678", "US"), ("+51 1 4822284", "US"), ("8 (495) 123-45-67", "RU"),
    ("+7 8 495 123 45 67", "RU"), ("0549 886377", "SM"), ("+378 886377", "SM"), ("+39 0549 886377", "IT"),
]


def spellings(number):
    """The same number in the ways that people and systems write it."""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    nsn = phonenumbers.national_significant_number(number)
    groups = [nsn[i:i + 3] for i in range(0, len(nsn), 3)]
    return [
        e164,
        national,
        international,
        nsn,
        "00" + e164[1:],
        e164[1:],
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        ".".join(groups),
        "-".join(groups) + " ext. 45",
        "(" + e164[:3] + ") " + e164[3:],
        national + " x9",
        national.translate({ord(d): 0xFF10 + int(d) for d in "0123456789"}),
        nsn[:-1],
        nsn + "1",
        nsn[2:],
        international.replace(" ", "\u00a0"),
    ]


def example_rows():
    for region in HOME:
        for kind, number_type in enumerate(TYPES):
            number = phonenumbers.example_number_for_type(region, number_type)
            if number is None:
                continue
            written = spellings(number)
            # Fixed line and mobile in every spelling, the rare types in a rotating few.
            chosen = written if kind < 2 else [written[(kind + 5 * i) % len(written)] for i in range(3)]
            for i, text in enumerate(chosen):
                other = HOME[(HOME.index(region) + 1 + i) % len(HOME)]
                yield text, region if i % 3 else other
    for region in SPREAD:
        for number_type in TYPES[:2]:
            number = phonenumbers.example_number_for_type(region, number_type)
            if number is None:
                continue
            written = spellings(number)
            start = SPREAD.index(region)
            for i in range(4):
                yield written[(start + 3 * i) % len(written)], region if i else "ES"
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        number = phonenumbers.example_number_for_non_geo_entity(code)
        yield phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL), "ES"


SOURCES = {
    CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN: "plus",
    CountryCodeSource.FROM_NUMBER_WITH_IDD: "idd",
    CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN: "digits",
    CountryCodeSource.FROM_DEFAULT_COUNTRY: "assumed",
}
LENGTHS = {
    ValidationResult.IS_POSSIBLE: "possible",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "local",
    ValidationResult.INVALID_COUNTRY_CODE: "bad-country",
    ValidationResult.TOO_SHORT: "short",
    ValidationResult.INVALID_LENGTH: "bad-length",
    ValidationResult.TOO_LONG: "long",
}


def reference(text, region):
    try:
        number = phonenumbers.parse(text, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return ["-"] * 6
    return [
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        "valid" if phonenumbers.is_valid_number(number) else "invalid",
        LENGTHS[phonenumbers.is_possible_number_with_reason(number)],
        phonenumbers.national_significant_number(number),
        number.extension or "-",
        SOURCES[number.country_code_source],
    ]


def main():
    if phonenumbers.__version__ != PINNED:
        sys.exit(f"phonenumbers {PINNED} is wanted, this is {phonenumbers.__version__}")
    rows = {}
    for text, region in TEMPLATES + list(example_rows()):
        assert not set(text) & set("\t\r\n"), text
        rows.setdefault((text, region), reference(text, region))
    out = pathlib.Path(__file__).with_name("phone.tsv")
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# Written by regenerate_phone.py: phonenumbers {PINNED}, libphonenumber metadata {PINNED},\n")
        file.write("# the metadata of rlibphonenumber 2.2.15. A dash: not a number, or no extension.\n")
        file.write("# input\tregion\te164\tvalid\tlength\tnsn\textension\tcountry\n")
        for (text, region), said in rows.items():
            file.write("\t".join([text, region, *said]) + "\n")
    print(f"{len(rows)} rows in {out}")


if __name__ == "__main__":
    main()
