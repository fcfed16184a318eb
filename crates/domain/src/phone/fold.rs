//! Folds: one form for the forms that people and networks give the same number.
//!
//! libphonenumber keeps them apart (`+52 1 55…`, Argentina without its 9, Brazil before the ninth
//! digit), so equality of E.164 misses between a tenth and four tenths of the numbers of a CRM
//! of the region. Folds apply to the key, on the stored side and on the caller's side alike. Every
//! change here makes stored keys stale: raise [`KEY_SCHEME`](super::KEY_SCHEME).

use super::parse::Number;

const SPAIN: u16 = 34;
const ITALY: u16 = 39;
const MEXICO: u16 = 52;
const ARGENTINA: u16 = 54;
const BRAZIL: u16 = 55;
const CHILE: u16 = 56;
const COLOMBIA: u16 = 57;

/// The form of a number that its keys are made of. Folding twice is folding once.
pub(super) fn fold(number: &Number) -> Number {
    let nsn = number.nsn.as_str();
    let folded = match number.calling_code {
        MEXICO => mexico(nsn),
        ARGENTINA => argentina(nsn),
        BRAZIL => brazil(nsn),
        COLOMBIA => colombia(nsn),
        SPAIN | CHILE => without_zeros(nsn),
        ITALY => italy(number),
        _ => foreign_trunk_zero(number),
    };
    folded.map_or_else(|| number.clone(), |nsn| Number::new(number.calling_code, nsn))
}

/// The folded number as it is dialled: an Argentine mobile that was written with its 9 needs it.
pub(super) fn as_dialled(typed: &Number, folded: &Number) -> Number {
    if typed.calling_code == ARGENTINA && typed.nsn.starts_with('9') && folded.nsn.len() == 10 {
        return Number::new(ARGENTINA, format!("9{}", folded.nsn));
    }
    folded.clone()
}

/// Digits that can be dialled only inside an area, in the form that ends the full number.
pub(super) fn fold_local(calling_code: u16, digits: &str) -> String {
    match calling_code {
        ARGENTINA => local_argentine_mobile(digits).unwrap_or(digits).to_owned(),
        BRAZIL if digits.len() == 8 && is_brazilian_mobile(digits) => format!("9{digits}"),
        _ => digits.to_owned(),
    }
}

/// Whether a number that libphonenumber takes for a full one lacks its area code.
pub(super) fn lacks_area(number: &Number) -> bool {
    let nsn = number.nsn.as_str();
    match number.calling_code {
        ARGENTINA => local_argentine_mobile(nsn).is_some(),
        // Eight digits are a length of its own there (4004 1234), nine come after the area only.
        BRAZIL => matches!(nsn.len(), 8 | 9) && !number.is_valid(),
        _ => false,
    }
}

/// Mobile 1 and the old prefixes 044, 045, 01, which the metadata stopped stripping in June 2024.
fn mexico(nsn: &str) -> Option<String> {
    ["044", "045", "01", "1"]
        .iter()
        .find_map(|prefix| nsn.strip_prefix(prefix).filter(|rest| rest.len() == 10))
        .map(str::to_owned)
}

/// The mobile 9 is written from abroad and left out at home: out of the key, never out of what is
/// dialled. With both the 9 and the domestic 15, the 15 goes too.
fn argentina(nsn: &str) -> Option<String> {
    let rest = nsn.strip_prefix('9')?;
    match rest.len() {
        10 => Some(rest.to_owned()),
        12 => (2..=4).find_map(|area| {
            let local = rest.get(area..)?.strip_prefix("15")?;
            let national = format!("{}{local}", rest.get(..area)?);
            Number::new(ARGENTINA, format!("9{national}")).is_valid().then_some(national)
        }),
        _ => None,
    }
}

/// `15 5555-1234`: a mobile as dialled inside its area. No Argentine area code begins with 15.
fn local_argentine_mobile(digits: &str) -> Option<&str> {
    digits.strip_prefix("15").filter(|rest| (6..=8).contains(&rest.len()))
}

/// Mobiles got a ninth digit between 2012 and 2016; 2 to 5 begins a landline.
fn brazil(nsn: &str) -> Option<String> {
    let (area, local) = nsn.split_at_checked(2)?;
    (local.len() == 8 && is_brazilian_mobile(local)).then(|| format!("{area}9{local}"))
}

fn is_brazilian_mobile(local: &str) -> bool {
    matches!(local.as_bytes().first(), Some(b'6'..=b'9'))
}

/// Landlines had one digit of area before September 2021, which became 60 and that digit.
fn colombia(nsn: &str) -> Option<String> {
    let area = nsn.as_bytes().first()?;
    (nsn.len() == 8 && matches!(area, b'1' | b'2' | b'4'..=b'8')).then(|| format!("60{nsn}"))
}

/// `+34 (0) 600…`, `+56 09…`: countries where no number begins with zero.
fn without_zeros(nsn: &str) -> Option<String> {
    nsn.starts_with('0').then(|| nsn.trim_start_matches('0').to_owned()).filter(|rest| !rest.is_empty())
}

/// Landlines begin with zero also from abroad, and foreigners drop it.
fn italy(number: &Number) -> Option<String> {
    if number.is_valid() {
        return None;
    }
    let with_zero = format!("0{}", number.nsn);
    Number::new(ITALY, with_zero.as_str()).is_valid().then_some(with_zero)
}

/// `+351 (0) 912…`: a zero that the country does not have, where the number is one without it.
fn foreign_trunk_zero(number: &Number) -> Option<String> {
    let rest = without_zeros(&number.nsn)?;
    (!number.is_valid() && Number::new(number.calling_code, rest.as_str()).is_valid()).then_some(rest)
}
