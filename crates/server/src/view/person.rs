//! People, candidates, codes and drafts as the API shows them.

use super::{LabelView, UserNameView, word};
use domain::directory::{Person, PersonLine};
use domain::disposition::{DispositionCode, DispositionSet, Offer};
use domain::matching::{Match, MatchKind, PhoneHit};
use domain::phone::{Region, Tier, display, stored_numbers};
use domain::relate::CaseChoice;
use domain::report::calendar::Day;
use domain::wrapup::{Draft, PartyChoice};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A record in one line.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PersonLineView {
    /// Its id.
    pub id: Uuid,
    /// `contact`, `lead`, `account` or `person_account`.
    pub kind: String,
    /// Full name.
    pub name: String,
    /// The organisation.
    pub company: Option<String>,
    /// The first phone text.
    pub phone: Option<String>,
    /// What the CRM calls it; only the panel's snapshot and the record's own answer say so, and only of what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crm_id: Option<String>,
    /// `not_shared`: the CRM does not show it to whoever asks; `asking`: it has not said yet. Then nothing else of it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
    /// Whether they asked not to be called; the panel's snapshot, the record's own answer and follow-ups say so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub do_not_call: bool,
}

impl From<&PersonLine> for PersonLineView {
    fn from(person: &PersonLine) -> Self {
        PersonLineView {
            id: person.id.0,
            kind: word(&person.kind),
            name: person.name.clone(),
            company: person.company.clone(),
            phone: person.phone.clone(),
            crm_id: None,
            hidden: None,
            do_not_call: false,
        }
    }
}

/// A phone field.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PhoneView {
    /// `phone`, `mobile`, `home` or `other`.
    pub field: String,
    /// As typed.
    pub raw: String,
    /// In international form, where it can be read.
    pub display: Option<String>,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PersonView {
    /// The line.
    #[serde(flatten)]
    pub line: PersonLineView,
    /// The Account it belongs to.
    pub account: Option<PersonLineView>,
    /// Its phone fields.
    pub phones: Vec<PhoneView>,
    /// The user whose it is.
    pub owner: Option<UserNameView>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Counts changes.
    pub version: u64,
    /// The call whose Log made it.
    pub created_by_call: Option<Uuid>,
    /// Where people open it in the CRM, where it is there and that is known: it is changed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crm_url: Option<String>,
}

impl PhoneView {
    /// The phone fields of a record, read by the plan of `region`.
    pub fn all(person: &Person, region: Region) -> Vec<Self> {
        let phone = |phone: &domain::directory::PhoneText| PhoneView {
            field: word(&phone.field),
            raw: phone.raw.clone(),
            display: stored_numbers(&phone.raw, region)
                .first()
                .and_then(|number| number.e164.as_deref())
                .map(display),
        };
        person.phones.iter().map(phone).collect()
    }
}

impl PersonView {
    /// The record, its numbers read by the plan of `region`, the Account it belongs to and the user whose it is.
    pub fn of(
        person: &Person,
        account: Option<&PersonLine>,
        owner: Option<UserNameView>,
        region: Region,
    ) -> Self {
        PersonView {
            line: PersonLineView::from(&PersonLine::from(person)),
            account: account.map(PersonLineView::from),
            phones: PhoneView::all(person, region),
            owner,
            email: person.email.clone(),
            version: person.version,
            created_by_call: person.created_by_call.map(|call| call.0),
            crm_url: None,
        }
    }
}

/// A record that has the number of a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CandidateView {
    /// The record.
    pub person: PersonLineView,
    /// `E` the very number, `N` the same without a country, `L` the same ending.
    pub tier: String,
    /// The field that matched.
    pub field: String,
    /// The text in it.
    pub stored_as: String,
    /// Whether it is the party unless the agent says otherwise.
    pub preselected: bool,
}

impl CandidateView {
    /// The hits of a match.
    pub fn of(found: &Match) -> Vec<Self> {
        found.hits.iter().map(|hit| CandidateView::hit(hit, found.kind == MatchKind::One)).collect()
    }

    /// One hit.
    pub fn hit(hit: &PhoneHit, preselected: bool) -> Self {
        CandidateView {
            person: PersonLineView::from(&hit.person),
            tier: tier_word(hit.tier),
            field: word(&hit.field),
            stored_as: hit.stored_as.clone(),
            preselected,
        }
    }
}

fn tier_word(tier: Tier) -> String {
    match tier {
        Tier::E => "E".to_owned(),
        Tier::N => "N".to_owned(),
        Tier::L => "L".to_owned(),
    }
}

/// A set of disposition codes, by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SetNameView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A code that can be picked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CodeChoiceView {
    /// Its id.
    pub id: Uuid,
    /// Its label.
    pub label: LabelView,
    /// Its label with all that it stands under.
    pub path: LabelView,
    /// Whether a digit picks it.
    pub favourite: bool,
    /// Whether it demands notes.
    pub requires_notes: bool,
    /// The day on which the agent is to follow up, where it asks for that and is picked today.
    pub follow_up: Option<String>,
    /// Whether it says that the person asked not to be called.
    pub do_not_call: bool,
    /// Whether the matter is still open with it.
    pub not_final: bool,
    /// Its set.
    pub set: SetNameView,
}

impl CodeChoiceView {
    /// Every code that can be picked today, set by set.
    pub fn all(offer: &Offer<'_>, today: Day) -> Vec<Self> {
        let of_set = |set: &&DispositionSet| -> Vec<Self> {
            set.open_codes(today).into_iter().map(|code| CodeChoiceView::of(code, set, today)).collect()
        };
        offer.sets.iter().flat_map(of_set).collect()
    }

    fn of(code: &DispositionCode, set: &DispositionSet, today: Day) -> Self {
        let effects = code.traits.effects(today);
        CodeChoiceView {
            id: code.id.0,
            label: LabelView::from(&code.label),
            path: LabelView::from(&set.path(code)),
            follow_up: effects.follow_up.map(|due| due.to_string()),
            do_not_call: effects.do_not_call,
            not_final: effects.not_final,
            favourite: code.favourite,
            requires_notes: code.requires_notes,
            set: SetNameView { id: set.id.0, name: set.name.clone() },
        }
    }
}

/// What was entered so far.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DraftView {
    /// Counts saves.
    pub revision: u64,
    /// The code.
    pub code: Option<Uuid>,
    /// The notes.
    pub notes: String,
    /// The person, where one was chosen.
    #[schema(value_type = Option<Object>)]
    pub party: Option<PartyChoice>,
    /// What was said about the Case.
    #[schema(value_type = Object)]
    pub case: CaseChoice,
}

impl From<&Draft> for DraftView {
    fn from(draft: &Draft) -> Self {
        DraftView {
            revision: draft.revision,
            code: draft.code.map(|code| code.0),
            notes: draft.notes.clone(),
            party: draft.party.clone(),
            case: draft.case,
        }
    }
}
