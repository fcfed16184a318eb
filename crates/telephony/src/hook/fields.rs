//! Names and values of a body that is an HTML form, or a JSON object that stands for one.

use super::object::{Fault, FaultKind, as_named, check};
use serde_json::Value;

/// Most fields read of a body.
const MAX_FIELDS: usize = 100;

/// The fields, in the order they came; a name may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Of either: a form begins with a name.
    pub(super) fn of(body: &[u8]) -> Result<Fields, Fault> {
        if body.first() == Some(&b'{') { Fields::from_json(body) } else { Fields::from_form(body) }
    }

    /// Of a JSON object; a list is its values under one name.
    pub(super) fn from_json(body: &[u8]) -> Result<Fields, Fault> {
        let wrong = || Fault::at("", FaultKind::WrongType);
        let value: Value = serde_json::from_slice(body).map_err(|_| wrong())?;
        let mut fields = Fields::default();
        for (name, value) in value.as_object().ok_or_else(wrong)? {
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values {
                fields.add(name.clone(), scalar(name, value)?)?;
            }
        }
        Ok(fields)
    }

    /// Of an HTML form.
    pub(super) fn from_form(body: &[u8]) -> Result<Fields, Fault> {
        let mut fields = Fields::default();
        for (name, value) in form_urlencoded::parse(body) {
            fields.add(name.into_owned(), value.into_owned())?;
        }
        Ok(fields)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), Fault> {
        if self.0.len() >= MAX_FIELDS {
            return Err(Fault::at("", FaultKind::TooLong));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// The first value of a field that says something.
    pub(super) fn optional(&self, name: &str) -> Result<Option<String>, Fault> {
        self.raw(name).map(|value| taken(name, value)).transpose()
    }

    /// The same, as it came, however long.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(found, value)| found == name && !value.trim().is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// The same of a field that must be there.
    pub(super) fn text(&self, name: &str) -> Result<String, Fault> {
        self.optional(name)?.ok_or_else(|| Fault::at(name, FaultKind::Missing))
    }

    /// All values of these fields that say something.
    pub(super) fn all(&self, names: &[&str]) -> Result<Vec<String>, Fault> {
        let found =
            self.0.iter().filter(|(name, value)| names.contains(&name.as_str()) && !value.trim().is_empty());
        found.map(|(name, value)| taken(name, value)).collect()
    }
}

fn scalar(name: &str, value: &Value) -> Result<String, Fault> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(yes) => Ok(yes.to_string()),
        Value::Null => Ok(String::new()),
        Value::Array(_) | Value::Object(_) => Err(wrong(name, FaultKind::WrongType)),
    }
}

fn taken(name: &str, value: &str) -> Result<String, Fault> {
    check(value).map_err(|kind| wrong(name, kind))?;
    Ok(value.trim().to_owned())
}

fn wrong(name: &str, kind: FaultKind) -> Fault {
    Fault::at(as_named(name), kind)
}
