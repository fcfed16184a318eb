//! Matching: which records of the directory may be the other party (P2, P4, P5). Keeps every
//! candidate and why; never picks silently (invariant 6), never creates (invariant 7).

use crate::directory::{PersonKind, PersonLine, PhoneField};
use crate::id::PersonId;
use crate::phone::{OtherParty, Tier};
use crate::wrapup::{PartyLink, SettledBy};
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

/// Which records are matched, and by which of their phone fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MatchRule {
    /// The kinds of records that are matched, in the order they are shown. Order never picks (invariant 6).
    pub kinds: Vec<PersonKind>,
    /// The fields that are looked at.
    pub fields: Vec<PhoneField>,
}

impl Default for MatchRule {
    fn default() -> Self {
        MatchRule { kinds: PersonKind::ALL.to_vec(), fields: PhoneField::ALL.to_vec() }
    }
}

impl MatchRule {
    /// Whether every record is matched by every field: then nothing has to be looked at but the number.
    pub fn allows_all(&self) -> bool {
        PersonKind::ALL.iter().all(|kind| self.kinds.contains(kind))
            && PhoneField::ALL.iter().all(|field| self.fields.contains(field))
    }

    /// Where records of a kind stand among the others; `None`: they are not matched.
    pub fn place(&self, kind: PersonKind) -> Option<usize> {
        self.kinds.iter().position(|one| *one == kind)
    }

    /// Whether a field is looked at.
    pub fn looks_at(&self, field: PhoneField) -> bool {
        self.fields.contains(&field)
    }

    /// Whether a record with a number in one of its fields is matched by it.
    pub fn allows(&self, hit: &PhoneHit) -> bool {
        self.place(hit.person.kind).is_some() && self.looks_at(hit.field)
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

/// Why no record can have the number of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotMatchable {
    /// The caller withheld it.
    Withheld,
    /// It is an extension or a short code.
    Internal,
    /// It is one of our own.
    Own,
    /// No number can be made of it.
    Unusable,
}

/// What the directory says of the other party's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How many there are to choose from.
    pub kind: MatchKind,
    /// Why there can be none.
    pub why: Option<NotMatchable>,
    /// Every record that has the number.
    pub hits: Vec<PhoneHit>,
    /// Whether a record may be made for the number.
    pub can_create: bool,
}

/// What the agent has to do about the party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    /// No record has the number.
    None,
    /// Exactly one has, and its country is certain: it is pre-selected (P2).
    One,
    /// The agent must choose: several have it, or it is not certain that it is the same number (P4).
    Many,
}

impl Match {
    /// Judges what was found for `party`.
    pub fn of(party: &OtherParty, hits: Vec<PhoneHit>) -> Match {
        let why = match party {
            OtherParty::Number(_) => None,
            OtherParty::Withheld => Some(NotMatchable::Withheld),
            OtherParty::Internal { .. } => Some(NotMatchable::Internal),
            OtherParty::Own { .. } => Some(NotMatchable::Own),
            OtherParty::Unusable { .. } => Some(NotMatchable::Unusable),
        };
        let hits = if why.is_some() { Vec::new() } else { hits };
        let kind = match hits.as_slice() {
            [] => MatchKind::None,
            [only] if only.tier == Tier::E => MatchKind::One,
            _ => MatchKind::Many,
        };
        let can_create = match party {
            OtherParty::Number(number) => number.can_create,
            _ => false,
        };
        Match { kind, why, hits, can_create }
    }

    /// The kind of record that Log makes when nobody is chosen.
    pub fn will_create(&self, setting: AutoCreate) -> Option<PersonKind> {
        if self.kind == MatchKind::None && self.can_create { setting.kind() } else { None }
    }

    /// The party that follows without anybody choosing.
    pub fn by_itself(&self) -> Option<PartyLink> {
        match (self.kind, self.hits.first()) {
            (MatchKind::One, Some(hit)) => {
                Some(PartyLink { person: Some(hit.person.id), by: SettledBy::OneMatch })
            }
            _ => None,
        }
    }

    /// What is kept of it with the Activity.
    pub fn candidates(&self) -> Vec<Candidate> {
        self.hits.iter().map(Candidate::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{NumberPolicy, Region, other_party};
    use uuid::Uuid;

    fn hit(n: u128, tier: Tier) -> PhoneHit {
        let id = PersonId(Uuid::from_u128(n));
        let name = format!("Person {n}");
        let person = PersonLine { id, kind: PersonKind::Contact, name, company: None, phone: None };
        PhoneHit { person, tier, field: PhoneField::Phone, stored_as: "600 11 22 33".to_owned() }
    }

    fn caller(text: &str) -> OtherParty {
        let spain = "ES".parse::<Region>().expect("a region");
        other_party(text, &NumberPolicy::new(spain))
    }

    fn check(number: &str, hits: Vec<PhoneHit>, kind: MatchKind, settles: bool, creates: bool) {
        let found = Match::of(&caller(number), hits);
        assert_eq!(found.kind, kind, "{number}");
        assert_eq!(found.by_itself().is_some(), settles, "{number}");
        assert_eq!(found.will_create(AutoCreate::Lead).is_some(), creates, "{number}");
    }

    #[test]
    fn p02_one_record_with_that_very_number_is_the_party_by_itself() {
        check("+34600112233", vec![hit(1, Tier::E)], MatchKind::One, true, false);
    }

    #[test]
    fn p04_several_records_are_never_reduced_to_one() {
        check("+34600112233", vec![hit(1, Tier::E), hit(2, Tier::E)], MatchKind::Many, false, false);
    }

    #[test]
    fn p04_a_single_record_whose_country_is_not_certain_is_chosen_by_the_agent() {
        check("+34600112233", vec![hit(1, Tier::N)], MatchKind::Many, false, false);
        check("+34600112233", vec![hit(1, Tier::L)], MatchKind::Many, false, false);
    }

    #[test]
    fn p05_an_unknown_number_makes_what_the_setting_says() {
        check("+34600112233", vec![], MatchKind::None, false, true);
        let found = Match::of(&caller("+34600112233"), vec![]);
        assert_eq!(found.will_create(AutoCreate::None), None);
        assert_eq!(found.will_create(AutoCreate::Contact), Some(PersonKind::Contact));
    }

    #[test]
    fn invariant_7_withheld_and_short_numbers_never_match_and_never_create() {
        for number in ["", "anonymous", "1001", "*72"] {
            check(number, vec![hit(1, Tier::E)], MatchKind::None, false, false);
        }
    }

    #[test]
    fn p02_a_rule_matches_the_kinds_and_fields_that_it_names_in_its_order() {
        let all = MatchRule::default();
        assert!(all.allows_all());
        assert_eq!(PersonKind::ALL.map(|kind| all.place(kind)), [Some(0), Some(1), Some(2), Some(3)]);
        let hit = |kind, field| {
            let one = super::tests::hit(1, Tier::E);
            PhoneHit { field, person: PersonLine { kind, ..one.person }, ..one }
        };
        let leads_first = MatchRule {
            kinds: vec![PersonKind::Lead, PersonKind::Contact],
            fields: vec![PhoneField::Mobile],
        };
        assert!(!leads_first.allows_all());
        assert_eq!(leads_first.place(PersonKind::Lead), Some(0));
        assert_eq!(leads_first.place(PersonKind::Contact), Some(1));
        assert_eq!(leads_first.place(PersonKind::Account), None);
        assert!(leads_first.looks_at(PhoneField::Mobile) && !leads_first.looks_at(PhoneField::Phone));
        assert!(leads_first.allows(&hit(PersonKind::Lead, PhoneField::Mobile)));
        assert!(!leads_first.allows(&hit(PersonKind::Lead, PhoneField::Phone)));
        assert!(!leads_first.allows(&hit(PersonKind::Account, PhoneField::Mobile)));
        for one_missing in [
            MatchRule { kinds: leads_first.kinds.clone(), ..MatchRule::default() },
            MatchRule { fields: leads_first.fields.clone(), ..MatchRule::default() },
        ] {
            assert!(!one_missing.allows_all());
        }
    }

    #[test]
    fn p05_what_is_made_is_a_contact_a_lead_or_nobody() {
        let kinds = [AutoCreate::None, AutoCreate::Contact, AutoCreate::Lead].map(AutoCreate::kind);
        assert_eq!(kinds, [None, Some(PersonKind::Contact), Some(PersonKind::Lead)]);
    }
}
