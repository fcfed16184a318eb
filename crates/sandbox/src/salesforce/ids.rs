//! Ids as Salesforce writes them: three characters of the object, twelve that count, and three more that say which of
//! the fifteen are capitals, so that an id survives what ignores case.

/// Characters of an id without its check.
const SHORT: usize = 15;
/// Characters of an id with its check.
const LONG: usize = 18;
/// What five bits are written as.
const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/// The digits that count, in the order of their bytes: later ids sort behind earlier ones.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How many of the characters count.
const COUNTING: usize = 9;

/// The id in 18 characters; `None` where `text` is no id. One of 18 characters may come in any case.
pub(crate) fn full(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    match text.len() {
        SHORT => Some(format!("{text}{}", check(text))),
        LONG => {
            let (core, suffix) = text.split_at(SHORT);
            let restored = with_case(core, &suffix.to_ascii_uppercase())?;
            Some(format!("{restored}{}", check(&restored)))
        }
        _ => None,
    }
}

/// The three characters that say which of 15 are capitals.
fn check(core: &str) -> String {
    core.as_bytes()
        .chunks(5)
        .map(|five| {
            let capitals = five.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
            char::from(CHECK[capitals.map(|(bit, _)| 1usize << bit).sum::<usize>()])
        })
        .collect()
}

/// `core` in the case that its check says; `None` where that check fits no such id.
fn with_case(core: &str, suffix: &str) -> Option<String> {
    let mut restored = String::with_capacity(SHORT);
    for (five, said) in core.as_bytes().chunks(5).zip(suffix.bytes()) {
        let bits = CHECK.iter().position(|byte| *byte == said)?;
        for (bit, byte) in five.iter().enumerate() {
            let capital = bits & (1 << bit) != 0;
            if capital && !byte.is_ascii_alphabetic() {
                return None;
            }
            let byte = if capital { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
            restored.push(char::from(byte));
        }
    }
    Some(restored)
}

/// The `count`th id of the object with this prefix, in an org that `instance` (three characters) tells from others.
pub(crate) fn nth(prefix: &str, instance: &str, count: u64) -> String {
    let mut digits = [b'0'; COUNTING];
    let mut rest = count;
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    let core = format!("{prefix}{instance}{}", String::from_utf8_lossy(&digits));
    format!("{core}{}", check(&core))
}

/// The part of an id that says which object it is of.
pub(crate) fn prefix(id: &str) -> &str {
    id.get(..3).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_15_characters_get_the_check_that_real_orgs_gave_them() {
        // Ids that recorded answers of real orgs show.
        for id in ["0015500001QdQWaAAN", "0035500001H9cakAAB", "0035500001H9casAAB", "0015500001QdQWfAAN"] {
            assert_eq!(full(&id[..15]).as_deref(), Some(id));
            assert_eq!(full(id).as_deref(), Some(id));
        }
    }

    #[test]
    fn an_id_of_18_characters_survives_what_ignores_case() {
        let id = "0015500001QdQWaAAN";
        assert_eq!(full(&id.to_lowercase()).as_deref(), Some(id));
        assert_eq!(full(&id.to_uppercase()).as_deref(), Some(id));
    }

    #[test]
    fn what_is_no_id_is_none() {
        for text in
            ["", "003", "0035500001H9cak!AB", "0035500001H9cakAA", "0035500001H9cakZZ9", "003550000105555ZZZ"]
        {
            assert_eq!(full(text), None, "{text}");
        }
    }

    #[test]
    fn later_ids_sort_behind_earlier_ones_and_name_their_object() {
        let ids: Vec<String> = (0..5_000).map(|count| nth("003", "EM0", count)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| full(id).as_ref() == Some(id) && prefix(id) == "003"));
    }
}
