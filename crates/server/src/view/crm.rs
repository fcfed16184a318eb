//! The CRM that is mirrored, as admins see it.

use crate::clock::rfc3339;
use crate::crm_token::ConsentStanding;
use crate::crms::Standing;
use crate::ops::crm::standing::CrmStanding;
use crate::ops::crm::stuck::Stuck;
use crate::view::word;
use crm::{CrmErrorKind, Finding, FindingState};
use domain::id::UserId;
use domain::mirror::CrmUser;
use domain::outbox::Subject;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// How it goes with the CRM.
#[derive(Serialize, ToSchema)]
pub struct CrmView {
    /// Id of the organisation that is mirrored.
    pub organisation: String,
    /// Whether it is set how it is reached.
    pub connected: bool,
    /// How what is carried out goes.
    pub out: TrafficView,
    /// How what is read goes.
    #[serde(rename = "in")]
    pub read: TrafficView,
    /// How many calls of the last 24 hours are used; null: it did not say yet.
    pub budget: Option<BudgetView>,
    /// How far each kind of records was read.
    pub mirrored: Vec<MirroredView>,
    /// What waits to be carried out.
    pub waiting: u64,
    /// What waits for a person.
    pub stuck: u64,
    /// Days that could not be compared with it by night, and were not since.
    pub not_compared: u64,
    /// How an admin's consent stands; null: we log in otherwise.
    pub consent: Option<ConsentView>,
}

/// How an admin's consent to our logging in stands.
#[derive(Serialize, ToSchema)]
pub struct ConsentView {
    /// `never`, `by_settings`, `consented`, `disconnected` or `unreadable`.
    pub state: String,
    /// As whom we log in there, where an admin consented.
    pub user: Option<String>,
    /// When an admin consented or took it back.
    pub at: Option<String>,
    /// Where the org sends admins back to: its app has to know this address.
    pub callback: String,
}

impl ConsentView {
    /// How it stands.
    pub fn of(standing: &ConsentStanding, callback: String) -> ConsentView {
        let (state, user, at) = match standing {
            ConsentStanding::Never => ("never", None, None),
            ConsentStanding::BySettings => ("by_settings", None, None),
            ConsentStanding::Consented { user, at } => ("consented", user.clone(), Some(*at)),
            ConsentStanding::Disconnected { at } => ("disconnected", None, Some(*at)),
            ConsentStanding::Unreadable => ("unreadable", None, None),
        };
        ConsentView { state: state.to_owned(), user, at: at.map(rfc3339), callback }
    }
}

/// How many of an agent's Activities are not in the CRM yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CrmCountView {
    /// Those that are on their way.
    pub waiting: u64,
    /// Those that wait for an admin.
    pub stuck: u64,
}

/// How one way goes.
#[derive(Serialize, ToSchema)]
pub struct TrafficView {
    /// When it last went well.
    pub well_at: Option<String>,
    /// Since when it does not.
    pub failing_since: Option<String>,
    /// Why: `unreachable`, `unavailable`, `limit_reached`, `credentials`, `forbidden`, `locked`, `not_understood`.
    pub why: Option<String>,
    /// The CRM's own code.
    pub code: Option<String>,
}

/// Calls of a day.
#[derive(Serialize, ToSchema)]
pub struct BudgetView {
    /// Answered, by all programs.
    pub used: u64,
    /// Most.
    pub most: u64,
    /// When this was told.
    pub told_at: String,
}

/// How far a kind was read.
#[derive(Serialize, ToSchema)]
pub struct MirroredView {
    /// `users`, `accounts`, `contacts`, `leads`, `cases`.
    pub of: String,
    /// With the first load: how many were read.
    pub loaded: Option<u64>,
    /// With the first load: how many there are.
    pub to_load: Option<u64>,
    /// When it was read.
    pub at: String,
}

/// Something that was refused for good.
#[derive(Serialize, ToSchema)]
pub struct StuckView {
    /// `person`, `case` or `activity`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: Option<String>,
    /// Why: `duplicates`, `field_missing`, `rule`, `value`, `access`, `owner`, `reference`, `automation`, `other`.
    pub why: String,
    /// The CRM's code.
    pub code: String,
    /// The object it is about.
    pub object: String,
    /// The fields it is about.
    pub fields: Vec<String>,
    /// What the CRM said.
    pub said: String,
    /// Records that are like it.
    pub duplicates: Vec<DuplicateView>,
}

/// A record that is like another.
#[derive(Serialize, ToSchema)]
pub struct DuplicateView {
    /// Its id there.
    pub id: String,
    /// Its kind there.
    pub object: String,
    /// Its name.
    pub name: Option<String>,
}

/// A user of the CRM and who that is here.
#[derive(Serialize, ToSchema)]
pub struct CrmUserView {
    /// Id there.
    pub id: String,
    /// What they sign in with there.
    pub username: String,
    /// Full name.
    pub name: String,
    /// Whether they may sign in there.
    pub active: bool,
    /// Who that is here.
    pub user: Option<Uuid>,
    /// Whether somebody chose that; else the logins say it.
    pub chosen: bool,
}

/// Something that was examined.
#[derive(Serialize, ToSchema)]
pub struct FindingView {
    /// What was examined.
    pub topic: String,
    /// `good`, `warning` or `bad`.
    pub state: String,
    /// Names and values for its wording.
    pub facts: BTreeMap<String, String>,
}

impl CrmView {
    /// How it goes; `callback`: where an admin's window comes back to.
    pub fn of(standing: &CrmStanding, callback: String) -> CrmView {
        let mirrored = standing.mirrored.iter().map(|place| MirroredView {
            of: word(&place.of),
            loaded: place.loading.map(|(loaded, _)| loaded),
            to_load: place.loading.map(|(_, all)| all),
            at: rfc3339(place.at),
        });
        CrmView {
            organisation: standing.organisation.clone(),
            connected: standing.connected,
            out: TrafficView::from(&standing.out),
            read: TrafficView::from(&standing.read),
            budget: standing.budget.map(|budget| BudgetView {
                used: budget.used,
                most: budget.most,
                told_at: rfc3339(budget.told_at),
            }),
            mirrored: mirrored.collect(),
            waiting: standing.outbox.waiting,
            stuck: standing.outbox.stuck,
            not_compared: standing.not_compared,
            consent: standing.consent.as_ref().map(|consent| ConsentView::of(consent, callback)),
        }
    }
}

impl From<&Standing> for TrafficView {
    fn from(standing: &Standing) -> Self {
        let failing = standing.failing.as_ref();
        TrafficView {
            well_at: standing.well_at.map(rfc3339),
            failing_since: failing.map(|(since, _)| rfc3339(*since)),
            why: failing.map(|(_, error)| crm_why(error.kind).to_owned()),
            code: failing.and_then(|(_, error)| error.code.clone()),
        }
    }
}

/// What went wrong with the CRM, as a code.
pub fn crm_why(kind: CrmErrorKind) -> &'static str {
    match kind {
        CrmErrorKind::Unreachable => "unreachable",
        CrmErrorKind::Unavailable => "unavailable",
        CrmErrorKind::LimitReached => "limit_reached",
        CrmErrorKind::Credentials => "credentials",
        CrmErrorKind::Forbidden => "forbidden",
        CrmErrorKind::Locked => "locked",
        CrmErrorKind::NotUnderstood => "not_understood",
    }
}

impl StuckView {
    /// What is shown of it; `None` where it is not stuck any more.
    pub fn of(stuck: &Stuck) -> Option<StuckView> {
        let refusal = stuck.entry.refusal.as_ref()?;
        let (kind, id) = match stuck.entry.subject {
            Subject::Person(id) => ("person", id.0),
            Subject::Case(id) => ("case", id.0),
            Subject::Activity(call) => ("activity", call.0),
            Subject::Vanished(call) => ("vanished", call.0),
            Subject::FollowUp(call) => ("follow_up", call.0),
        };
        let duplicates = refusal.duplicates.iter().map(|one| DuplicateView {
            id: one.id.0.clone(),
            object: one.object.clone(),
            name: one.name.clone(),
        });
        Some(StuckView {
            kind: kind.to_owned(),
            id,
            name: stuck.name.clone(),
            why: word(&refusal.kind),
            code: refusal.code.clone(),
            object: refusal.object.clone(),
            fields: refusal.fields.clone(),
            said: refusal.said.clone(),
            duplicates: duplicates.collect(),
        })
    }
}

impl CrmUserView {
    /// A user of theirs, and who that is here.
    pub fn of(theirs: &CrmUser, ours: Option<UserId>) -> CrmUserView {
        CrmUserView {
            id: theirs.remote.id.0.clone(),
            username: theirs.remote.username.clone(),
            name: theirs.remote.name.clone(),
            active: theirs.remote.active,
            user: ours.map(|user| user.0),
            chosen: theirs.chosen,
        }
    }
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        let state = match finding.state {
            FindingState::Good => "good",
            FindingState::Warning => "warning",
            FindingState::Bad => "bad",
        };
        let facts = finding.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        FindingView { topic: finding.topic.to_owned(), state: state.to_owned(), facts: facts.collect() }
    }
}
