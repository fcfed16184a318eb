//! Disposition sets and codes (P1, P14): what a call can be labelled with. A code is retired, never
//! deleted, and what was logged keeps the label it had. Which set a ring group gets is not here yet:
//! a set belongs to a direction.

use crate::call::Direction;
use crate::id::{CodeId, SetId};
use serde::{Deserialize, Serialize};

/// The text of a code in each language the product speaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Label {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

/// Longest label taken, in characters (Salesforce's `Task.CallDisposition` holds 255).
pub const MAX_LABEL_CHARS: usize = 80;
/// Most codes a set may hold, retired ones included.
pub const MAX_CODES_PER_SET: usize = 500;

/// One disposition code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionCode {
    /// Its id, which never changes and is never given to another code.
    pub id: CodeId,
    /// The set it belongs to.
    pub set: SetId,
    /// Its text now.
    pub label: Label,
    /// Place in the list, from 0.
    pub position: u32,
    /// Whether a digit key picks it.
    pub favourite: bool,
    /// Whether Log demands notes with it.
    pub requires_notes: bool,
    /// Whether it can no longer be picked.
    pub retired: bool,
    /// Counts changes, from 1.
    pub version: u64,
}

/// A list of codes for calls of one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionSet {
    /// Its id.
    pub id: SetId,
    /// Its name, for admins.
    pub name: String,
    /// The calls it is for.
    pub direction: Direction,
    /// Counts changes of the set's own row and order, from 1.
    pub version: u64,
    /// Its codes by position, retired ones included.
    pub codes: Vec<DispositionCode>,
}

/// A code as it was when a call was labelled with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedCode {
    /// The code.
    pub id: CodeId,
    /// The label it had then (invariant 9).
    pub label: Label,
}

/// Why a code cannot be given to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// No set has this code.
    #[error("unknown disposition code")]
    Unknown,
    /// The code is of a set for other calls.
    #[error("the disposition code belongs to another set")]
    OtherSet,
    /// The code was retired.
    #[error("the disposition code was retired")]
    Retired,
}

/// The set whose codes a call of `direction` is labelled with.
pub fn set_for(sets: &[DispositionSet], direction: Direction) -> Option<&DispositionSet> {
    sets.iter().find(|set| set.direction == direction)
}

/// The code `id` as a call of `direction` may be labelled with it now.
///
/// # Errors
/// The code is unknown, retired, or of a set for other calls.
pub fn pick(
    sets: &[DispositionSet],
    direction: Direction,
    id: CodeId,
) -> Result<&DispositionCode, CodeRefused> {
    let (set, code) = sets
        .iter()
        .find_map(|set| set.codes.iter().find(|code| code.id == id).map(|code| (set, code)))
        .ok_or(CodeRefused::Unknown)?;
    if set.direction != direction {
        return Err(CodeRefused::OtherSet);
    }
    if code.retired {
        return Err(CodeRefused::Retired);
    }
    Ok(code)
}
