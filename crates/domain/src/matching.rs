//! Matching: which records of the directory may be the other party (P2, P4, P5). Keeps every
//! candidate and why; never picks silently (invariant 6), never creates (invariant 7).

use crate::directory::{PersonKind, PersonLine, PhoneField};
use crate::id::PersonId;
use crate::phone::Tier;
use serde::{Deserialize, Serialize};

/// Most candidates kept for a call; more means a shared number, and the agent searches.
pub const MAX_CANDIDATES: usize = 20;

/// A record that has the number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The record.
    pub person: PersonId,
    /// How surely it is the same number.
    pub tier: Tier,
    /// The field that matched.
    pub field: PhoneField,
    /// The text in that field.
    pub stored_as: String,
}

/// One hit of the number index, with what is needed to show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneHit {
    /// The record.
    pub person: PersonLine,
    /// How surely it is the same number.
    pub tier: Tier,
    /// The field that matched.
    pub field: PhoneField,
    /// The text in that field.
    pub stored_as: String,
}

impl From<&PhoneHit> for Candidate {
    fn from(hit: &PhoneHit) -> Self {
        Candidate {
            person: hit.person.id,
            tier: hit.tier,
            field: hit.field,
            stored_as: hit.stored_as.clone(),
        }
    }
}

/// What Log makes where nobody matches (P5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoCreate {
    /// Nobody.
    None,
    /// A Contact.
    Contact,
    /// A Lead.
    Lead,
}

impl AutoCreate {
    /// The kind of record made, if one is.
    pub fn kind(self) -> Option<PersonKind> {
        match self {
            AutoCreate::None => None,
            AutoCreate::Contact => Some(PersonKind::Contact),
            AutoCreate::Lead => Some(PersonKind::Lead),
        }
    }
}
