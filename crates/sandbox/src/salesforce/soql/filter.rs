//! Whether a record is what a query asks for.

use super::days;
use super::parse::{Comparison, Filter, Literal};
use crate::salesforce::data::{Data, Row};
use crate::salesforce::ids;
use crate::salesforce::refusal::{Code, Refusal};
use crate::salesforce::schema::{Field, FieldKind, ObjectType};
use crate::salesforce::stamp;
use domain::id::At;
use serde_json::Value;
use std::cmp::Ordering;

/// The field at the end of a path; `None`: the word `Type`, which names the object that a reference leads to.
///
/// # Errors
/// `INVALID_FIELD`, as Salesforce words it.
pub(crate) fn field<'a>(
    data: &'a Data,
    object: &'a ObjectType,
    path: &[String],
) -> Result<Option<&'a Field>, Refusal> {
    match path {
        [] => Err(no_column("", &object.name)),
        [name] => object.field(name).map(Some).ok_or_else(|| no_column(name, &object.name)),
        [relationship, rest @ ..] => {
            let reference = object.relationship(relationship).ok_or_else(|| {
                let message = format!(
                    "Didn't understand relationship '{relationship}' in field path. If you are attempting to use a \
                     custom relationship, be sure to append the '__r' after the custom relationship name. Please \
                     reference your WSDL or the describe call for the appropriate names."
                );
                Refusal::new(Code::InvalidField, message)
            })?;
            if names_object(reference, rest) {
                return Ok(None);
            }
            let leads = reference.refers_to.iter().filter_map(|to| data.schema.object(to));
            let mut refused = no_column(&rest.join("."), relationship);
            for to in leads {
                match field(data, to, rest) {
                    Ok(found) => return Ok(found),
                    Err(refusal) => refused = refusal,
                }
            }
            Err(refused)
        }
    }
}

fn no_column(name: &str, entity: &str) -> Refusal {
    let message = format!(
        "\nNo such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append \
         the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
    );
    Refusal::new(Code::InvalidField, message)
}

/// Whether what follows a reference that leads to several objects asks which of them it is, whatever field of that name they have.
pub(crate) fn names_object(reference: &Field, rest: &[String]) -> bool {
    reference.is_polymorphic() && rest.len() == 1 && rest[0].eq_ignore_ascii_case("Type")
}

/// What is at the end of a path from a record.
pub(crate) fn value(data: &Data, object: &ObjectType, row: &Row, path: &[String]) -> Value {
    match path {
        [] => Value::Null,
        [name] => data.read(object, row, name),
        [relationship, rest @ ..] => {
            let Some(reference) = object.relationship(relationship) else {
                return Value::Null;
            };
            match data.any(row.text(&reference.name)) {
                Some((to, _)) if names_object(reference, rest) => Value::from(to.name.as_str()),
                Some((to, found)) => value(data, to, found, rest),
                None => Value::Null,
            }
        }
    }
}

/// Looks whether a filter can be asked of an object at all.
///
/// # Errors
/// A field that is not there, or a value of another kind than the field's.
pub(crate) fn check(data: &Data, object: &ObjectType, filter: &Filter) -> Result<(), Refusal> {
    match filter {
        Filter::All(filters) | Filter::Any(filters) => {
            filters.iter().try_for_each(|filter| check(data, object, filter))
        }
        Filter::Not(filter) => check(data, object, filter),
        Filter::Is { path, value, .. } => comparable(data, object, path, value),
        Filter::In { path, values, .. } => {
            values.iter().try_for_each(|value| comparable(data, object, path, value))
        }
        Filter::InQuery { path, .. } => field(data, object, path).map(|_| ()),
    }
}

fn comparable(data: &Data, object: &ObjectType, path: &[String], literal: &Literal) -> Result<(), Refusal> {
    let Some(field) = field(data, object, path)? else {
        return Ok(());
    };
    if field.kind == FieldKind::TextArea && field.length > 255 {
        let message = format!("field '{}' can not be filtered in a query call", field.name);
        return Err(Refusal::new(Code::InvalidField, message));
    }
    let kind = field.kind;
    let wanted = match literal {
        Literal::Null => return Ok(()),
        Literal::Text(text) if matches!(kind, FieldKind::Id | FieldKind::Reference) => {
            let known = text.is_empty() || ids::full(text).is_some();
            let message = || format!("invalid ID field: {text}");
            return if known { Ok(()) } else { Err(Refusal::new(Code::InvalidField, message())) };
        }
        Literal::Text(_) if kind.is_text() => return Ok(()),
        Literal::Number(_) if matches!(kind, FieldKind::Int | FieldKind::Double | FieldKind::Currency) => {
            return Ok(());
        }
        Literal::Boolean(_) if kind == FieldKind::Boolean => return Ok(()),
        Literal::Time(_) | Literal::Range(..) if matches!(kind, FieldKind::Date | FieldKind::DateTime) => {
            return Ok(());
        }
        Literal::Text(_) => "and should not be enclosed in quotes",
        _ if kind.is_text() || matches!(kind, FieldKind::Id | FieldKind::Reference) => {
            "and should be enclosed in quotes"
        }
        _ => "",
    };
    let kind = if kind == FieldKind::DateTime { "dateTime" } else { kind.word() };
    let message =
        format!("value of filter criterion for field '{}' must be of type {kind} {wanted}", field.name);
    Err(Refusal::new(Code::InvalidField, message.trim_end()))
}

/// Whether a record passes a filter that was checked. What asks another query was answered before.
pub(crate) fn matches(data: &Data, object: &ObjectType, row: &Row, filter: &Filter, now: At) -> bool {
    match filter {
        Filter::All(filters) => filters.iter().all(|filter| matches(data, object, row, filter, now)),
        Filter::Any(filters) => filters.iter().any(|filter| matches(data, object, row, filter, now)),
        Filter::Not(filter) => !matches(data, object, row, filter, now),
        Filter::Is { path, comparison, value: literal } => {
            let field = field(data, object, path).ok().flatten();
            is(&value(data, object, row, path), *comparison, literal, field, now)
        }
        Filter::In { path, values, negated } => {
            let field = field(data, object, path).ok().flatten();
            let found = value(data, object, row, path);
            // Most that are looked at are there as they are written: what an index led to.
            let exact = |literal: &Literal| matches!(literal, Literal::Text(said) if found == said.as_str());
            let any = values.iter().any(exact)
                || values.iter().any(|literal| is(&found, Comparison::Equal, literal, field, now));
            any != *negated
        }
        Filter::InQuery { .. } => false,
    }
}

fn is(found: &Value, comparison: Comparison, literal: &Literal, field: Option<&Field>, now: At) -> bool {
    if comparison == Comparison::Like {
        let (Value::String(text), Literal::Text(pattern)) = (found, literal) else {
            return false;
        };
        let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
        return like(&text.chars().collect::<Vec<_>>(), &pattern.chars().collect::<Vec<_>>());
    }
    let equal = comparison == Comparison::Equal;
    if found.is_null() || *literal == Literal::Null {
        let both = found.is_null() && (*literal == Literal::Null || *literal == Literal::Text(String::new()));
        return match comparison {
            Comparison::Equal => both,
            Comparison::Unequal => !both,
            _ => false,
        };
    }
    if let Literal::Range(name, count) = literal {
        let (first, after) = days::range(name, *count, now);
        let at = found.as_str().and_then(stamp::read_moment);
        let Some(at) = at else { return false };
        let (begin, end) = (stamp::begin_of_day(first), stamp::begin_of_day(after));
        return match comparison {
            Comparison::Less => at < begin,
            Comparison::LessOrEqual => at < end,
            Comparison::More => at >= end,
            Comparison::MoreOrEqual => at >= begin,
            _ => (begin <= at && at < end) == equal,
        };
    }
    match (order(found, literal, field), comparison) {
        (None, _) => comparison == Comparison::Unequal,
        (Some(order), Comparison::Equal) => order.is_eq(),
        (Some(order), Comparison::Unequal) => order.is_ne(),
        (Some(order), Comparison::Less) => order.is_lt(),
        (Some(order), Comparison::LessOrEqual) => order.is_le(),
        (Some(order), Comparison::More) => order.is_gt(),
        (Some(order), _) => order.is_ge(),
    }
}

fn order(found: &Value, literal: &Literal, field: Option<&Field>) -> Option<Ordering> {
    match (found, literal) {
        (Value::String(found), Literal::Text(said)) => {
            let kind = field.map(|field| field.kind);
            if matches!(kind, Some(FieldKind::Id | FieldKind::Reference))
                || field.is_some_and(|f| f.name == "RecordId")
            {
                return ids::full(said).map(|said| found.as_str().cmp(&said));
            }
            if field.is_some_and(|field| field.case_sensitive) {
                return Some(found.as_str().cmp(said));
            }
            Some(found.to_lowercase().cmp(&said.to_lowercase()))
        }
        (Value::String(found), Literal::Time(said)) => {
            stamp::read_moment(found)?.partial_cmp(&stamp::read_moment(said)?)
        }
        (Value::Number(found), Literal::Number(said)) => found.as_f64()?.partial_cmp(said),
        (Value::Bool(found), Literal::Boolean(said)) => Some(found.cmp(said)),
        _ => None,
    }
}

/// `%` stands for any text, `_` for any character; a stroke before them takes that from them.
fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|from| like(&text[from..], rest)),
        ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
        ['\\', c @ ('%' | '_'), rest @ ..] | [c, rest @ ..] => {
            text.first() == Some(c) && like(&text[1..], rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_takes_any_text_for_percent_and_any_character_for_underline() {
        for (text, pattern, expected) in [
            ("barcelona", "bar%", true),
            ("barcelona", "%lona", true),
            ("barcelona", "b_rcelona", true),
            ("barcelona", "barce", false),
            ("100%", "100\\%", true),
            ("1000", "100\\%", false),
            ("", "%", true),
        ] {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(like(&chars(text), &chars(pattern)), expected, "{text} {pattern}");
        }
    }
}
