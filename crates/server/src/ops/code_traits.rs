//! What a code says besides its label, as admins see and set it (P14). What follows from it is `domain::disposition`'s.

use super::dispositions::find_code;
use super::report::date_of;
use super::{FieldFault, OpError};
use domain::audit::{AuditEntry, FieldChange};
use domain::disposition::{CodeTraits, DispositionCode, DispositionSet, MAX_FOLLOW_UP_DAYS};
use domain::id::CodeId;
use domain::report::calendar::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a code says besides its label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct TraitsView {
    /// The code it stands under.
    pub parent: Option<Uuid>,
    /// After how many days the agent is to follow up; null: not at all.
    pub follow_up_days: Option<u16>,
    /// Whether the person asked not to be called.
    pub do_not_call: bool,
    /// Whether the matter is still open with it.
    pub not_final: bool,
    /// The first day on which it can be picked.
    pub valid_from: Option<String>,
    /// The last day on which it can be picked.
    pub valid_until: Option<String>,
}

impl From<&CodeTraits> for TraitsView {
    fn from(traits: &CodeTraits) -> Self {
        TraitsView {
            parent: traits.parent.map(|parent| parent.0),
            follow_up_days: traits.follow_up_days,
            do_not_call: traits.do_not_call,
            not_final: traits.not_final,
            valid_from: traits.valid_from.map(|day| day.to_string()),
            valid_until: traits.valid_until.map(|day| day.to_string()),
        }
    }
}

/// What was said, for the code `id` of a set, or for a new one; the code it was merged into stays.
///
/// # Errors
/// It may not stand there, there is no such day, the days are the wrong way round, or the follow-up is too late.
pub(super) fn traits(
    set: &DispositionSet,
    id: CodeId,
    view: &TraitsView,
    before: &CodeTraits,
) -> Result<CodeTraits, OpError> {
    let parent = view.parent.map(CodeId);
    if parent != before.parent && parent.is_some_and(|parent| !set.may_stand_under(id, parent)) {
        return Err(OpError::invalid("traits.parent", FieldFault::Unknown));
    }
    if view.follow_up_days.is_some_and(|days| days > MAX_FOLLOW_UP_DAYS) {
        return Err(OpError::invalid("traits.follow_up_days", FieldFault::TooLong));
    }
    let valid_from = day("traits.valid_from", view.valid_from.as_deref())?;
    let valid_until = day("traits.valid_until", view.valid_until.as_deref())?;
    if valid_from.zip(valid_until).is_some_and(|(from, until)| until < from) {
        return Err(OpError::invalid("traits.valid_until", FieldFault::Unknown));
    }
    Ok(CodeTraits {
        parent,
        follow_up_days: view.follow_up_days,
        do_not_call: view.do_not_call,
        not_final: view.not_final,
        valid_from,
        valid_until,
        merged_into: before.merged_into,
    })
}

fn day(field: &'static str, text: Option<&str>) -> Result<Option<Day>, OpError> {
    let Some(text) = text else { return Ok(None) };
    let read = Day::read(text).filter(|day| date_of(*day).is_some());
    read.map(Some).ok_or(OpError::invalid(field, FieldFault::Unknown))
}

/// A code as the change log tells it.
pub(super) type CodeFacts = [(&'static str, Option<String>); 12];

/// What of a code differs from what it was, as the change log tells it. `of` is its set, with those that it stands under; what it
/// was merged into may be of any of `sets`.
pub(super) fn differences(
    sets: &[DispositionSet],
    (was_of, before): (&DispositionSet, Option<&DispositionCode>),
    (of, after): (&DispositionSet, &DispositionCode),
) -> Vec<FieldChange> {
    let mut fields = AuditEntry::differences(&code_facts(was_of, before), &code_facts(of, Some(after)));
    let named = |id: &String| {
        let known = Uuid::parse_str(id).ok().map(CodeId);
        known.and_then(|id| find_code(sets, id)).map_or_else(|| id.clone(), |(set, code)| set.path(code).es)
    };
    for field in fields.iter_mut().filter(|field| field.field == "merged_into") {
        field.before = field.before.as_ref().map(named);
        field.after = field.after.as_ref().map(named);
    }
    fields
}

/// A code of a set as the change log tells it; empty where there is none yet.
pub(super) fn code_facts(set: &DispositionSet, code: Option<&DispositionCode>) -> CodeFacts {
    let said = |flag: fn(&CodeTraits) -> bool| {
        code.map(|code| flag(&code.traits)).filter(|flag| *flag).map(|flag| flag.to_string())
    };
    let of = |read: fn(&CodeTraits) -> Option<String>| code.and_then(|code| read(&code.traits));
    let path = |id: Option<CodeId>| id.and_then(|id| set.code(id)).map(|code| set.path(code).es);
    [
        ("label.es", code.map(|code| code.label.es.clone())),
        ("label.en", code.map(|code| code.label.en.clone())),
        ("favourite", code.map(|code| code.favourite.to_string())),
        ("requires_notes", code.map(|code| code.requires_notes.to_string())),
        ("retired", code.map(|code| code.retired.to_string())),
        ("parent", path(code.and_then(|code| code.traits.parent))),
        ("follow_up_days", of(|traits| traits.follow_up_days.map(|days| days.to_string()))),
        ("do_not_call", said(|traits| traits.do_not_call)),
        ("not_final", said(|traits| traits.not_final)),
        ("valid_from", of(|traits| traits.valid_from.map(|day| day.to_string()))),
        ("valid_until", of(|traits| traits.valid_until.map(|day| day.to_string()))),
        ("merged_into", of(|traits| traits.merged_into.map(|id| id.to_string()))),
    ]
}
