//! Query strings that are read strictly: a filter that was mistyped and taken for none would answer what nobody asked
//! for. A parameter that there is not, one that is said twice and a value that means nothing are each refused by name.

use crate::ops::people::MAX_SEARCH_CHARS;
use crate::ops::{FieldFault, OpError};
use domain::id::At;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

/// Longest name of a parameter that an error repeats, in characters.
const MAX_NAME_CHARS: usize = 40;
/// Most ids of a parameter.
const MAX_IDS: usize = 50;
/// Characters of a date. Longer texts that are read as dates as well name a time of the day.
const DATE_CHARS: usize = 10;

/// A query string of these parameters, each a text or absent.
macro_rules! strict_query {
    ($(#[$about:meta])* $query:ident { $($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Default, utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        pub(super) struct $query {
            $($(#[$doc])* #[param(rename = $word)] $name: Option<String>,)+
        }

        impl $query {
            /// Puts each parameter in its place.
            ///
            /// # Errors
            /// One that there is not, or that is said twice.
            pub(super) fn of(pairs: Vec<(String, String)>) -> Result<Self, $crate::ops::OpError> {
                let mut query = $query::default();
                for (name, value) in pairs {
                    let place = match name.as_str() {
                        $($word => &mut query.$name,)+
                        _ => return Err($crate::http::strict::unknown(name)),
                    };
                    if place.replace(value).is_some() {
                        return Err($crate::http::strict::unknown(name));
                    }
                }
                Ok(query)
            }
        }
    };
}

pub(super) use strict_query;

/// A parameter that means nothing here.
pub(super) fn unknown(name: String) -> OpError {
    OpError::invalid(name.chars().take(MAX_NAME_CHARS).collect::<String>(), FieldFault::Unknown)
}

/// A time, RFC 3339.
pub(super) fn time(field: &'static str, value: Option<&str>) -> Result<Option<At>, OpError> {
    let parse = |text: &str| text.parse::<jiff::Timestamp>().map(|time| At(time.as_microsecond()));
    value.map(parse).transpose().map_err(|_| OpError::invalid(field, FieldFault::Unknown))
}

/// Words of an enum, separated by commas.
pub(super) fn words<T: DeserializeOwned>(
    field: &'static str,
    value: Option<&str>,
) -> Result<Vec<T>, OpError> {
    let word = |text: &str| serde_json::from_value(Value::String(text.to_owned()));
    let all = value.map(|value| value.split(',').map(word).collect::<Result<Vec<T>, _>>());
    Ok(all.transpose().map_err(|_| OpError::invalid(field, FieldFault::Unknown))?.unwrap_or_default())
}

/// A word of an enum.
pub(super) fn word<T: DeserializeOwned>(
    field: &'static str,
    value: Option<&str>,
) -> Result<Option<T>, OpError> {
    let word = |text: &str| serde_json::from_value(Value::String(text.to_owned()));
    value.map(word).transpose().map_err(|_| OpError::invalid(field, FieldFault::Unknown))
}

/// A date, `2026-11-01`, that must be there.
pub(super) fn date(field: &'static str, value: Option<&str>) -> Result<Date, OpError> {
    let text = value.ok_or(OpError::invalid(field, FieldFault::Empty))?;
    let date = Some(text).filter(|text| text.len() == DATE_CHARS).and_then(|text| text.parse().ok());
    date.ok_or(OpError::invalid(field, FieldFault::Unknown))
}

/// An id.
pub(super) fn id(field: &'static str, value: Option<&str>) -> Result<Option<Uuid>, OpError> {
    value.map(Uuid::try_parse).transpose().map_err(|_| OpError::invalid(field, FieldFault::Unknown))
}

/// Ids, separated by commas, at most [`MAX_IDS`].
pub(super) fn ids(field: &'static str, value: Option<&str>) -> Result<Vec<Uuid>, OpError> {
    let all = value.map(|value| value.split(',').map(Uuid::try_parse).collect::<Result<Vec<_>, _>>());
    let all = all.transpose().map_err(|_| OpError::invalid(field, FieldFault::Unknown))?.unwrap_or_default();
    if all.len() > MAX_IDS {
        return Err(OpError::invalid(field, FieldFault::TooLong));
    }
    Ok(all)
}

/// The name of something, exactly.
pub(super) fn name(field: &'static str, value: Option<&str>) -> Result<Option<String>, OpError> {
    match value {
        Some("") => Err(OpError::invalid(field, FieldFault::Empty)),
        Some(value) if value.chars().count() > MAX_SEARCH_CHARS => {
            Err(OpError::invalid(field, FieldFault::TooLong))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

/// Whole seconds.
pub(super) fn seconds(field: &'static str, value: Option<&str>) -> Result<Option<i64>, OpError> {
    let parse = |text: &str| text.parse::<u32>().map(i64::from);
    value.map(parse).transpose().map_err(|_| OpError::invalid(field, FieldFault::Unknown))
}

/// `true` or `false`.
pub(super) fn flag(field: &'static str, value: Option<&str>) -> Result<Option<bool>, OpError> {
    value.map(str::parse).transpose().map_err(|_| OpError::invalid(field, FieldFault::Unknown))
}
