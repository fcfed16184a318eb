//! One correction of many Activities at once: what it is to change, of which calls, and what became of each. Each call is
//! corrected by [`crate::correction`] as if somebody had corrected it alone; what is kept here says which of its
//! corrections came of which bulk, so that the whole can go on after a stop and can be put back.

use crate::correction::decide::{
    CaseCorrection, CorrectRefused, CorrectRequest, CorrectionScene, PartyCorrection,
};
use crate::correction::{Corrigible, MAX_REASON_CHARS};
use crate::id::{At, AuditId, BulkId, CallKey, CodeId, EngagementKey, UserId};
use crate::wrapup::{MAX_NOTES_CHARS, WrapupState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most Activities that are corrected at once.
pub const MAX_BULK: usize = 1_000;
/// Longest note that is added to notes, in characters.
pub const MAX_ADDED_NOTE_CHARS: usize = 2_000;

/// What is to be changed of each; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    /// The code.
    #[serde(default)]
    pub code: Option<CodeId>,
    /// The person.
    #[serde(default)]
    pub party: Option<PartyCorrection>,
    /// The Case.
    #[serde(default)]
    pub case: Option<CaseCorrection>,
    /// What is added to the notes, on a line of its own.
    #[serde(default)]
    pub note: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A correction of many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Its id; UUIDv7.
    pub id: BulkId,
    /// Who.
    pub by: UserId,
    /// When it was begun.
    pub at: At,
    /// What.
    pub change: BulkChange,
    /// The calls, each once.
    pub calls: Vec<CallKey>,
}

/// What became of one of its calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum Became {
    /// It was corrected.
    Corrected {
        /// By this correction.
        correction: AuditId,
    },
    /// It says what it is to say already.
    Unchanged,
    /// It was refused.
    Refused {
        /// Why, in the API's code.
        why: String,
    },
    /// It was corrected, and that was undone.
    Undone {
        /// The correction.
        correction: AuditId,
    },
    /// It was corrected, and that cannot be undone: somebody changed it since.
    Kept {
        /// The correction.
        correction: AuditId,
    },
}

/// The same, of which call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkItem {
    /// Of which bulk.
    pub bulk: BulkId,
    /// The call.
    pub call: CallKey,
    /// What became of it.
    pub became: Became,
}

/// What is wrong with a correction of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkFault {
    /// It changes nothing.
    ChangeEmpty,
    /// Of no call.
    CallsEmpty,
    /// Of more than [`MAX_BULK`] calls.
    CallsTooMany,
    /// The note is longer than [`MAX_ADDED_NOTE_CHARS`].
    NoteTooLong,
    /// The reason is longer than [`MAX_REASON_CHARS`].
    ReasonTooLong,
}

impl BulkChange {
    /// The change with its texts trimmed, if it can be made.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn checked(self) -> Result<Self, BulkFault> {
        let text =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let change = BulkChange { note: text(self.note), reason: text(self.reason), ..self };
        if change.code.is_none() && change.party.is_none() && change.case.is_none() && change.note.is_none() {
            return Err(BulkFault::ChangeEmpty);
        }
        let longer =
            |text: &Option<String>, most| text.as_ref().is_some_and(|text| text.chars().count() > most);
        if longer(&change.note, MAX_ADDED_NOTE_CHARS) {
            return Err(BulkFault::NoteTooLong);
        }
        if longer(&change.reason, MAX_REASON_CHARS) {
            return Err(BulkFault::ReasonTooLong);
        }
        Ok(change)
    }
}

/// The calls, each once, in the order they were named in.
///
/// # Errors
/// There are none, or too many.
pub fn distinct(calls: Vec<CallKey>) -> Result<Vec<CallKey>, BulkFault> {
    let mut seen = BTreeSet::new();
    let calls: Vec<CallKey> = calls.into_iter().filter(|call| seen.insert(*call)).collect();
    match calls.len() {
        0 => Err(BulkFault::CallsEmpty),
        count if count > MAX_BULK => Err(BulkFault::CallsTooMany),
        _ => Ok(calls),
    }
}

/// The part of a call whose sum is the Activity's: that of the last agent who had the customer and pressed Log. `None`:
/// nobody logged it, and the call itself is corrected.
pub fn part_of(of: &Corrigible<'_>) -> Option<EngagementKey> {
    let logged = |key: EngagementKey| {
        of.wrapups.iter().any(|wrapup| wrapup.key == key && wrapup.state == WrapupState::Logged)
    };
    of.call.engagements.iter().rev().map(|part| part.key).find(|key| logged(*key))
}

/// Whether somebody has put the call right since a correction of many was begun: their word is the later one.
pub fn moved_on(of: &Corrigible<'_>, since: At) -> bool {
    of.corrections.iter().any(|correction| correction.at > since)
}

/// What is asked of one call, as it stands now.
///
/// # Errors
/// The notes would be too long with what is added.
pub fn request(scene: &CorrectionScene<'_>, change: &BulkChange) -> Result<CorrectRequest, CorrectRefused> {
    let engagement = part_of(&scene.of);
    let notes = change.note.as_ref().map(|note| {
        let before = scene.of.filed(engagement).and_then(|filed| filed.notes);
        before.map_or_else(|| note.clone(), |before| format!("{before}\n{note}"))
    });
    if notes.as_ref().is_some_and(|notes| notes.chars().count() > MAX_NOTES_CHARS) {
        return Err(CorrectRefused::NotesTooLong);
    }
    Ok(CorrectRequest {
        revision: scene.of.activity.revision,
        engagement,
        party: change.party,
        case: change.case,
        opportunity: None,
        code: change.code,
        notes: notes.map(Some),
        reason: change.reason.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_change_changes_something_and_says_no_more_than_fits() {
        let note = |text: String| BulkChange { note: Some(text), ..BulkChange::default() };
        assert_eq!(BulkChange::default().checked(), Err(BulkFault::ChangeEmpty));
        assert_eq!(note("  ".to_owned()).checked(), Err(BulkFault::ChangeEmpty));
        assert_eq!(note(" x ".to_owned()).checked(), Ok(note("x".to_owned())));
        assert_eq!(note("x".repeat(MAX_ADDED_NOTE_CHARS + 1)).checked(), Err(BulkFault::NoteTooLong));
        let reason = Some("x".repeat(MAX_REASON_CHARS + 1));
        assert_eq!(BulkChange { reason, ..note("x".to_owned()) }.checked(), Err(BulkFault::ReasonTooLong));
    }

    #[test]
    fn each_call_is_corrected_once_and_not_more_than_may_be() {
        let call = |n: usize| CallKey(Uuid::from_u128(n as u128));
        assert_eq!(distinct(vec![call(2), call(1), call(2)]), Ok(vec![call(2), call(1)]));
        assert_eq!(distinct(vec![]), Err(BulkFault::CallsEmpty));
        assert_eq!(distinct((0..=MAX_BULK).map(call).collect()), Err(BulkFault::CallsTooMany));
        assert_eq!(distinct((0..MAX_BULK).map(call).collect()).map(|calls| calls.len()), Ok(MAX_BULK));
    }
}
