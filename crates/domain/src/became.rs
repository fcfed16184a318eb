//! What of other rows changes when a record became part of another: merged into it, or converted. Pure replacements; which
//! rows hold the record is the store's.

use crate::activity::Activity;
use crate::case::Case;
use crate::id::PersonId;
use crate::wrapup::{PartyChoice, Wrapup};

/// What something is once every mention of `from` means `into`.
pub trait Became {
    /// It, after that.
    fn after(&self, from: PersonId, into: PersonId) -> Self;
}

fn replaced(id: PersonId, from: PersonId, into: PersonId) -> PersonId {
    if id == from { into } else { id }
}

impl Became for Activity {
    fn after(&self, from: PersonId, into: PersonId) -> Self {
        let mut after = self.clone();
        if let Some(party) = &mut after.party {
            party.person = party.person.map(|person| replaced(person, from, into));
        }
        for candidate in &mut after.candidates {
            candidate.person = replaced(candidate.person, from, into);
        }
        // Both may have had the number: the surer of the two came first.
        let mut seen = std::collections::BTreeSet::new();
        after.candidates.retain(|candidate| seen.insert(candidate.person));
        after
    }
}

impl Became for Wrapup {
    fn after(&self, from: PersonId, into: PersonId) -> Self {
        let mut after = self.clone();
        if let Some(party) = &mut after.party {
            party.person = party.person.map(|person| replaced(person, from, into));
        }
        match &mut after.draft.party {
            Some(PartyChoice::Existing { person }) => *person = replaced(*person, from, into),
            Some(PartyChoice::Create { despite, .. }) => {
                despite.iter_mut().for_each(|person| *person = replaced(*person, from, into));
            }
            Some(PartyChoice::None) | None => {}
        }
        after
    }
}

impl Became for Case {
    fn after(&self, from: PersonId, into: PersonId) -> Self {
        let replaced = |id: PersonId| replaced(id, from, into);
        let (contact, account) = (self.contact.map(replaced), self.account.map(replaced));
        Case { contact, account, version: self.version + 1, ..self.clone() }
    }
}
