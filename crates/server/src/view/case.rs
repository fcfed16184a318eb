//! Cases, and what would be related, as the API shows them.

use super::{People, PersonLineView, PhoneView, word};
use crate::clock::rfc3339;
use domain::case::Case;
use domain::directory::Person;
use domain::id::{CaseId, PersonId};
use domain::phone::Region;
use domain::relate::RelateDecision;
use domain::relate::opportunity::{OpportunityId, RelatedOpportunity};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A Case in one line.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CaseLineView {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: u64,
    /// What it is about.
    pub subject: String,
    /// `new`, `working`, `escalated` or `closed`.
    pub status: String,
    /// `low`, `medium` or `high`.
    pub priority: String,
    /// Its Contact.
    pub contact: Option<PersonLineView>,
    /// Its Account.
    pub account: Option<PersonLineView>,
    /// When it was made.
    pub opened_at: String,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// What the CRM calls it; only the panel's snapshot and the Case's own answer say so, and only of what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crm_id: Option<String>,
    /// `not_shared`: the CRM does not show it to whoever asks; `asking`: it has not said yet. Then nothing else of it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
}

impl CaseLineView {
    /// The line of `case`, whose people are among `people`.
    pub fn of(case: &Case, people: &People) -> Self {
        let line = |id: Option<PersonId>| id.and_then(|id| people.get(&id)).map(PersonLineView::from);
        CaseLineView {
            id: case.id.0,
            number: case.number,
            subject: case.subject.clone(),
            status: word(&case.status),
            priority: word(&case.priority),
            contact: line(case.contact),
            account: line(case.account),
            opened_at: rfc3339(case.opened_at),
            closed_at: case.closed_at.map(rfc3339),
            crm_id: None,
            hidden: None,
        }
    }
}

/// A Case with all there is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CaseView {
    /// The line.
    #[serde(flatten)]
    pub line: CaseLineView,
    /// The long of it.
    pub description: Option<String>,
    /// Counts changes.
    pub version: u64,
    /// The call during which it was made.
    pub created_by_call: Option<Uuid>,
    /// Where people open it in the CRM, where it is there and that is known: it is changed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crm_url: Option<String>,
    /// The numbers of its Contact, each a Contact Phone that can be dialled (P6).
    pub contact_phones: Vec<PhoneView>,
}

impl CaseView {
    /// The Case, with the numbers of its Contact.
    pub fn of(case: &Case, people: &People, contact: Option<&Person>, region: Region) -> Self {
        CaseView {
            line: CaseLineView::of(case, people),
            description: case.description.clone(),
            version: case.version,
            created_by_call: case.created_by_call.map(|call| call.0),
            crm_url: None,
            contact_phones: contact.map(|contact| PhoneView::all(contact, region)).unwrap_or_default(),
        }
    }
}

/// Cases by id, as far as a view needs them, each as its line.
pub type Cases = BTreeMap<CaseId, CaseLineView>;

/// Names of Opportunities by id, as far as they are known.
pub type Opportunities = BTreeMap<OpportunityId, String>;

/// The Opportunity that would be related besides, or is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OpportunityView {
    /// Its id in the CRM.
    pub id: String,
    /// What it is called there; null where that is not known here.
    pub name: Option<String>,
    /// By which rule: `dialled` or `in_view`.
    pub rule: String,
}

impl OpportunityView {
    /// The Opportunity, whose name may be among `names`.
    pub fn of(related: &RelatedOpportunity, names: &Opportunities) -> Self {
        let (id, name) = (related.id.to_string(), names.get(&related.id).cloned());
        OpportunityView { id, name, rule: word(&related.rule) }
    }
}

/// What would be related, or is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RelateView {
    /// `related` or `not_related`.
    pub decision: String,
    /// The Case that is related.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseLineView>,
    /// By which rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Why none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The Case that is offered.
    pub offer: Option<CaseLineView>,
}

impl RelateView {
    /// The decision, whose Cases are among `cases`.
    pub fn of(decision: &RelateDecision, cases: &Cases) -> Self {
        let line = |id: CaseId| cases.get(&id).cloned();
        match decision {
            RelateDecision::Related { case, rule } => RelateView {
                decision: "related".to_owned(),
                case: line(*case),
                rule: Some(word(rule)),
                why: None,
                offer: None,
            },
            RelateDecision::NotRelated { why, offer } => RelateView {
                decision: "not_related".to_owned(),
                case: None,
                rule: None,
                why: Some(word(why)),
                offer: offer.and_then(line),
            },
        }
    }
}
