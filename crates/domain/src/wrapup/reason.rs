//! Why a call is not logged: the optional reason of Do not log. It stays on our side, with the words it had then.

use crate::disposition::Label;
use serde::{Deserialize, Serialize};

/// Most reasons of Do not log, retired ones included.
pub const MAX_REASONS: usize = 50;
/// Longest id of a reason, in characters.
pub const MAX_REASON_ID_CHARS: usize = 40;

/// The reasons that every centre begins with: id, Spanish, English.
const FIRST: [(&str, &str, &str); 4] = [
    ("personal", "Llamada personal", "Personal call"),
    ("wrong_number", "Número equivocado", "Wrong number"),
    ("test", "Prueba", "Test"),
    ("other", "Otro motivo", "Other reason"),
];

/// A reason as it was worded when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoNotLogReason {
    /// Which of the centre's reasons.
    pub id: String,
    /// The words it had then.
    #[serde(flatten)]
    pub label: Label,
}

/// A reason that can be given, or could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonChoice {
    /// Its id: 1 to [`MAX_REASON_ID_CHARS`] of `a-z0-9_`, never changed once saved.
    pub id: String,
    /// Its words now.
    #[serde(flatten)]
    pub label: Label,
    /// Whether it can no longer be given.
    #[serde(default)]
    pub retired: bool,
}

/// What a centre begins with.
pub fn first_reasons() -> Vec<ReasonChoice> {
    let choice = |(id, es, en): (&str, &str, &str)| ReasonChoice {
        id: id.to_owned(),
        label: Label { es: es.to_owned(), en: en.to_owned() },
        retired: false,
    };
    FIRST.map(choice).to_vec()
}

impl DoNotLogReason {
    /// The reason as a centre begins with it: what was stored before reasons had words of their own.
    pub fn as_first_worded(id: String) -> Self {
        let first = first_reasons().into_iter().find(|reason| reason.id == id);
        let label = first.map_or_else(|| Label { es: id.clone(), en: id.clone() }, |reason| reason.label);
        DoNotLogReason { id, label }
    }

    /// The reason `id`, if it can be given now.
    pub fn given(choices: &[ReasonChoice], id: &str) -> Option<Self> {
        let choice = choices.iter().find(|choice| choice.id == id && !choice.retired)?;
        Some(DoNotLogReason { id: choice.id.clone(), label: choice.label.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_given_with_its_words_and_not_once_it_is_retired() {
        let mut choices = first_reasons();
        let given = DoNotLogReason::given(&choices, "test").expect("a reason");
        assert_eq!((given.label.es.as_str(), given.label.en.as_str()), ("Prueba", "Test"));
        choices[2].retired = true;
        assert_eq!(DoNotLogReason::given(&choices, "test"), None);
        assert_eq!(DoNotLogReason::given(&choices, "nonsense"), None);
    }

    #[test]
    fn what_was_stored_without_words_reads_as_a_centre_begins() {
        for (id, en) in [("wrong_number", "Wrong number"), ("older", "older")] {
            let reason = DoNotLogReason::as_first_worded(id.to_owned());
            assert_eq!((reason.id.as_str(), reason.label.en.as_str()), (id, en));
        }
    }
}
