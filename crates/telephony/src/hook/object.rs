//! A JSON object of which only what is known is taken. What is wrong is named by its path, so that whoever writes the
//! sender finds the place.

use serde_json::{Map, Value};

/// Longest text in a field, in characters, unless the field says otherwise.
pub(super) const MAX_TEXT_CHARS: usize = 200;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// It must be there.
    #[error("missing")]
    Missing,
    /// It is of another type than it must be.
    #[error("wrong type")]
    WrongType,
    /// Nothing is in it.
    #[error("empty")]
    Empty,
    /// More than fits.
    #[error("too long")]
    TooLong,
    /// It says nothing that is known here.
    #[error("unknown")]
    Unknown,
    /// It is no time of RFC 3339.
    #[error("not a time")]
    NotATime,
    /// It is a time that has not come yet.
    #[error("ahead")]
    Ahead,
}

impl FaultKind {
    /// Its code in answers (docs/webhooks.md).
    pub fn code(self) -> &'static str {
        match self {
            FaultKind::Missing => "missing",
            FaultKind::WrongType => "wrong_type",
            FaultKind::Empty => "empty",
            FaultKind::TooLong => "too_long",
            FaultKind::Unknown => "unknown",
            FaultKind::NotATime => "not_a_time",
            FaultKind::Ahead => "ahead",
        }
    }
}

/// A field that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct Fault {
    /// Where it is, like `data.agent`; empty for the body as a whole.
    pub path: String,
    /// What is wrong with it.
    pub kind: FaultKind,
}

impl Fault {
    pub(super) fn at(path: impl Into<String>, kind: FaultKind) -> Fault {
        Fault { path: path.into(), kind }
    }
}

/// An object and where it stands.
pub(super) struct Object<'a> {
    fields: &'a Map<String, Value>,
    path: &'a str,
}

impl<'a> Object<'a> {
    /// The value at `path` as an object.
    pub(super) fn of(value: &'a Value, path: &'a str) -> Result<Self, Fault> {
        let fields = value.as_object().ok_or_else(|| Fault::at(path, FaultKind::WrongType))?;
        Ok(Object { fields, path })
    }

    /// Something is wrong with this field.
    pub(super) fn fault(&self, name: &str, kind: FaultKind) -> Fault {
        let name = as_named(name);
        Fault::at(if self.path.is_empty() { name } else { format!("{}.{name}", self.path) }, kind)
    }

    /// The value of a field; one that is null is not there.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A text that must be there and say something.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Fault> {
        self.optional(name)?.ok_or_else(|| self.fault(name, FaultKind::Missing))
    }

    /// A text that says something, where it is there.
    pub(super) fn optional(&self, name: &str) -> Result<Option<&'a str>, Fault> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.fault(name, FaultKind::WrongType))?;
        match check(text) {
            Ok(()) => Ok(Some(text)),
            Err(kind) => Err(self.fault(name, kind)),
        }
    }

    /// Refuses what is not among these: a field that was mistyped would be lost otherwise.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Fault> {
        let other = self.fields.keys().find(|name| !known.contains(&name.as_str()));
        other.map_or(Ok(()), |name| Err(self.fault(name, FaultKind::Unknown)))
    }
}

/// A name that a sender gave a field, as it may be repeated in an answer and in the log.
pub(super) fn as_named(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(MAX_TEXT_CHARS).collect()
}

/// Whether a text can be taken: it says something, fits, and breaks no line of whatever it is written into later.
pub(super) fn check(text: &str) -> Result<(), FaultKind> {
    if text.trim().is_empty() {
        return Err(FaultKind::Empty);
    }
    if text.chars().nth(MAX_TEXT_CHARS).is_some() {
        return Err(FaultKind::TooLong);
    }
    if text.chars().any(char::is_control) { Err(FaultKind::Unknown) } else { Ok(()) }
}
