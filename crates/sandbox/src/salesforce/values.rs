//! What is written into a field: whether it is of its kind and fits, and how it is kept.

use super::data::Data;
use super::ids;
use super::refusal::{Code, Refusal};
use super::schema::{Field, FieldKind};
use super::stamp;
use serde_json::{Value, json};

/// How much of a text that is too long a refusal repeats.
const REPEATED: usize = 120;

/// What is kept of `value` in `field`.
///
/// # Errors
/// It is of another kind, too long, not offered, or leads to nothing.
pub(crate) fn keep(data: &Data, field: &Field, value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null => return Ok(Value::Null),
        Value::String(text) if text.trim().is_empty() && field.kind != FieldKind::Boolean => {
            return Ok(Value::Null);
        }
        Value::Array(_) | Value::Object(_) => {
            return Err(unreadable(field, "START_OBJECT", &value.to_string()));
        }
        _ => {}
    }
    match field.kind {
        FieldKind::Boolean => boolean(field, value),
        FieldKind::Int => number(field, value).map(|number| json!(number.round() as i64)),
        FieldKind::Double | FieldKind::Currency => number(field, value).map(|number| json!(number)),
        FieldKind::Date => date(field, value),
        FieldKind::DateTime => moment(field, value),
        FieldKind::Reference | FieldKind::Id => reference(data, field, &plain(value)),
        _ => text(field, &plain(value)),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn unreadable(field: &Field, found: &str, text: &str) -> Refusal {
    let message = format!(
        "Cannot deserialize instance of {} from {found} value {text} or request may be missing a required field at \
         [line:1, column:2]",
        field.kind.word()
    );
    Refusal::new(Code::JsonParser, message)
}

fn boolean(field: &Field, value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(json!(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") || text.is_empty() => Ok(json!(false)),
        _ => Err(unreadable(field, "VALUE_STRING", &plain(value))),
    }
}

fn number(field: &Field, value: &Value) -> Result<f64, Refusal> {
    let read = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    };
    let number = read.filter(|number| number.is_finite());
    let number = number.ok_or_else(|| unreadable(field, "VALUE_STRING", &plain(value)))?;
    if field.kind == FieldKind::Int && number.abs() > f64::from(i32::MAX) {
        let message = format!("{}: value outside of valid range on numeric field: {number}", field.label);
        return Err(Refusal::of(Code::NumberOutsideRange, message, &[&field.name]));
    }
    Ok(number)
}

fn date(field: &Field, value: &Value) -> Result<Value, Refusal> {
    let text = plain(value);
    let day = text.split('T').next().unwrap_or_default();
    match stamp::read_day(day) {
        Some(number) => Ok(json!(stamp::day_text(number))),
        None => Err(unreadable(field, "VALUE_STRING", &text)),
    }
}

fn moment(field: &Field, value: &Value) -> Result<Value, Refusal> {
    let text = plain(value);
    let read = stamp::read_moment(&text).ok_or_else(|| unreadable(field, "VALUE_STRING", &text))?;
    Ok(json!(stamp::moment(read)))
}

fn reference(data: &Data, field: &Field, text: &str) -> Result<Value, Refusal> {
    let wrong = |code| {
        Refusal::of(code, format!("{}: id value of incorrect type: {text}", field.label), &[&field.name])
    };
    let id = ids::full(text).ok_or_else(|| wrong(Code::MalformedId))?;
    let object = data.schema.of_id(&id).map(|object| object.name.as_str()).unwrap_or_default();
    if !field.refers_to.iter().any(|to| to == object) {
        return Err(wrong(Code::FieldIntegrity));
    }
    match data.row(object, &id) {
        None => Err(Refusal::of(Code::InvalidCrossReference, "invalid cross reference id", &[] as &[&str])),
        Some(row) if row.deleted_at.is_some() => {
            Err(Refusal::of(Code::EntityIsDeleted, "entity is deleted", &[] as &[&str]))
        }
        Some(row) if field.name == "OwnerId" && object == "User" && !row.is("IsActive") => {
            let message =
                "operation performed with inactive user [".to_owned() + &id + "] as owner of record";
            Err(Refusal::of(Code::InactiveOwner, message, &[&field.name]))
        }
        Some(_) => Ok(json!(id)),
    }
}

fn text(field: &Field, text: &str) -> Result<Value, Refusal> {
    let kept = if field.kind == FieldKind::TextArea { text } else { text.trim() };
    if kept.encode_utf16().count() > field.length {
        let repeated: String = kept.chars().take(REPEATED).collect();
        let message =
            format!("{}: data value too large: {repeated} (max length={})", field.label, field.length);
        return Err(Refusal::of(Code::StringTooLong, message, &[&field.name]));
    }
    if field.kind == FieldKind::Email && !looks_like_email(kept) {
        let message = format!("{}: invalid email address: {kept}", field.label);
        return Err(Refusal::of(Code::InvalidEmail, message, &[&field.name]));
    }
    if field.kind == FieldKind::Picklist && !field.values.is_empty() {
        let offered = field.values.iter().find(|choice| choice.value.eq_ignore_ascii_case(kept));
        return match offered {
            Some(choice) => Ok(json!(choice.value)),
            None if field.restricted => {
                let message = format!("{}: bad value for restricted picklist field: {kept}", field.label);
                Err(Refusal::of(Code::InvalidPicklist, message, &[&field.name]))
            }
            None => Ok(json!(kept)),
        };
    }
    Ok(json!(kept))
}

fn looks_like_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((name, host)) => {
            !name.is_empty()
                && !host.contains('@')
                && !text.contains(char::is_whitespace)
                && host.split('.').count() > 1
                && host.split('.').all(|part| !part.is_empty())
        }
        None => false,
    }
}
