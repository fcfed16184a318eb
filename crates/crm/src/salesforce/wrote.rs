//! What we wrote last, so that what somebody changed there since is told from what we are about to change. Kept as one mark
//! a field: the value as Salesforce keeps it, or a digest of it where it is long. Three sides are compared: what we wrote,
//! what is there, what is to be there.

use super::filing::Fields;
use super::stamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest value that is its own mark, in bytes.
const MAX_MARK: usize = 80;
/// Bytes of a digest that are kept: two texts of one call with the same 128 bits do not happen.
const DIGEST_BYTES: usize = 16;

/// Marks of one record's fields.
pub(crate) type Marks = BTreeMap<String, String>;

/// Marks of both records of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wrote {
    pub(crate) call: Marks,
    pub(crate) task: Marks,
}

impl Wrote {
    /// As it is kept.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As it was kept; `None`: by nobody we know.
    pub(crate) fn of_text(text: &str) -> Option<Wrote> {
        serde_json::from_str(text).ok()
    }
}

/// The mark of a value: the same for all spellings that Salesforce keeps as one.
fn mark(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string())
        }
        Value::String(text) => match stamp::read(text) {
            Some(at) => stamp::second(at),
            None => text.trim().replace("\r\n", "\n"),
        },
        other => other.to_string(),
    };
    if text.len() <= MAX_MARK {
        return text;
    }
    let whole = digest(&SHA256, text.as_bytes());
    format!("#{}", STANDARD_NO_PAD.encode(&whole.as_ref()[..DIGEST_BYTES]))
}

/// The marks of all of these.
pub(crate) fn marks(fields: &Fields) -> Marks {
    fields.iter().map(|(name, value)| (name.clone(), mark(value))).collect()
}

/// Who wrote what is there, as far as is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Before<'a> {
    /// We did, and this.
    Wrote(&'a Marks),
    /// We did, this, and perhaps something newer after it: the last hand on the record is ours, and an answer was lost.
    Doubt(&'a Marks),
    /// We did last, and what is not known.
    Ours,
    /// Somebody else did last.
    Theirs,
}

impl Before<'_> {
    /// Whether a field that holds `is` may be made to hold `wants`; and else what we wrote into it last, if anything.
    fn allows(&self, name: &str, is: &str, wants: &str, leads: bool) -> Result<(), Option<String>> {
        let wrote = match self {
            Before::Wrote(marks) | Before::Doubt(marks) => marks.get(name),
            Before::Ours => return Ok(()),
            Before::Theirs => None,
        };
        let is_free = match (wrote, self) {
            // Never written by us, as far as is known: theirs, if it says anything.
            (None, Before::Wrote(_) | Before::Theirs) => is.is_empty(),
            (None, _) => true,
            (Some(wrote), _) if wrote == wants => false,
            (Some(_), Before::Doubt(_)) => true,
            (Some(wrote), _) => wrote == is || (leads && is.is_empty()),
        };
        if is_free { Ok(()) } else { Err(wrote.cloned()) }
    }
}

/// What is to be written into a record, and what is then our last word on each of its fields.
///
/// A field is written where it is to be something else than we wrote, and nobody changed it since. A reference that is
/// empty there although we wrote one was emptied by Salesforce, when what it led to was deleted: a new one may be written.
pub(crate) fn changes(wanted: &Fields, there: &Value, before: Before<'_>) -> (Fields, Marks) {
    let (mut written, mut last) = (Fields::new(), Marks::new());
    for (name, value) in wanted {
        let wants = mark(value);
        let Some(is) = there.get(name).map(mark) else {
            continue;
        };
        if is == wants {
            last.insert(name.clone(), wants);
            continue;
        }
        match before.allows(name, &is, &wants, looks_like_id(value)) {
            Ok(()) => {
                written.insert(name.clone(), value.clone());
                last.insert(name.clone(), wants);
            }
            Err(Some(wrote)) => drop(last.insert(name.clone(), wrote)),
            Err(None) => {}
        }
    }
    (written, last)
}

fn looks_like_id(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn what_salesforce_keeps_as_one_has_one_mark() {
        for (one, two) in [
            (json!(null), json!("")),
            (json!(" a "), json!("a")),
            (json!("a\nb"), json!("a\r\nb")),
            (json!(5), json!(5.0)),
            (json!("2026-11-26T10:00:00.000Z"), json!("2026-11-26T10:00:00.000+0000")),
            (json!("x".repeat(500)), json!("x".repeat(500))),
        ] {
            assert_eq!(mark(&one), mark(&two), "{one} {two}");
        }
        assert_ne!(mark(&json!("x".repeat(500))), mark(&json!("x".repeat(501))));
        assert!(mark(&json!("x".repeat(32_000))).len() <= MAX_MARK);
    }

    #[test]
    fn what_somebody_changed_there_stays_and_the_rest_is_written() {
        let wrote = marks(&fields(json!({ "Notes": "a", "Label": "x", "Case": null, "Number": "1" })));
        let there = json!({ "Notes": "theirs", "Label": "x", "Case": null, "Number": "1" });
        let wanted = fields(json!({ "Notes": "b", "Label": "y", "Case": "5", "Number": "1" }));
        let (written, last) = changes(&wanted, &there, Before::Wrote(&wrote));
        assert_eq!(Value::Object(written), json!({ "Label": "y", "Case": "5" }));
        // A later correction finds the same: the notes are still not what we wrote.
        let (again, _) = changes(&fields(json!({ "Notes": "c" })), &there, Before::Wrote(&last));
        assert_eq!(Value::Object(again), json!({}));
    }

    #[test]
    fn what_we_do_not_change_is_not_written_back_over_theirs() {
        let wrote = marks(&fields(json!({ "Notes": "a" })));
        let (written, _) =
            changes(&fields(json!({ "Notes": "a" })), &json!({ "Notes": null }), Before::Wrote(&wrote));
        assert_eq!(Value::Object(written), json!({}));
    }

    #[test]
    fn a_reference_that_a_deletion_emptied_may_be_written_anew_and_not_as_it_was() {
        let (old, new) = ("003EMU000000001AAA", "003EMU000000002AAA");
        let wrote = marks(&fields(json!({ "Contact": old })));
        let there = json!({ "Contact": null });
        let of = |id: &str| changes(&fields(json!({ "Contact": id })), &there, Before::Wrote(&wrote)).0;
        assert_eq!(Value::Object(of(new)), json!({ "Contact": new }));
        assert_eq!(Value::Object(of(old)), json!({}));
    }

    #[test]
    fn where_the_answer_was_lost_the_last_hand_on_the_record_decides() {
        let wanted = fields(json!({ "Notes": "b", "Empty": "c" }));
        let there = json!({ "Notes": "a", "Empty": null });
        let (ours, _) = changes(&wanted, &there, Before::Ours);
        assert_eq!(Value::Object(ours), json!({ "Notes": "b", "Empty": "c" }));
        let (theirs, _) = changes(&wanted, &there, Before::Theirs);
        assert_eq!(Value::Object(theirs), json!({ "Empty": "c" }));
        // What is not corrected is theirs also then.
        let wrote = marks(&fields(json!({ "Notes": "b", "Empty": "x" })));
        let (doubt, _) = changes(&wanted, &there, Before::Doubt(&wrote));
        assert_eq!(Value::Object(doubt), json!({ "Empty": "c" }));
    }

    #[test]
    fn marks_are_kept_and_read_again() {
        let wrote = Wrote { call: marks(&fields(json!({ "Notes": "a" }))), task: Marks::new() };
        assert_eq!(Wrote::of_text(&wrote.to_text()), Some(wrote));
        assert_eq!(Wrote::of_text("{"), None);
    }
}
