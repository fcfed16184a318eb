//! Activities as the API shows them.

use super::correction::{CorrectionView, UserNames};
use super::{
    CallFactsView, CandidateView, CaseLineView, Cases, LabelView, ListenedView, Opportunities,
    OpportunityView, PersonLineView, ReasonView, RelateView, word,
};
use crate::clock::rfc3339;
use crate::ops::listen::Audible;
use domain::activity::Activity;
use domain::call::{CallRecord, CallState, Explained};
use domain::correction::{Correction, Corrigible};
use domain::directory::PersonLine;
use domain::disposition::LoggedCode;
use domain::id::{AgentKey, PersonId};
use domain::mirror::Local;
use domain::phone::OtherParty;
use domain::relate::RelateDecision;
use domain::relate::opportunity::RelatedOpportunity;
use domain::wrapup::{Wrapup, WrapupState};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// A code as it was when it was given.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CodeRefView {
    /// Its id.
    pub id: Uuid,
    /// The label it had, with all that it stood under.
    pub label: LabelView,
    /// The day on which the agent was to follow up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<String>,
    /// Whether it said that the person asked not to be called.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub do_not_call: bool,
    /// Whether the matter was still open with it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_final: bool,
}

impl From<&LoggedCode> for CodeRefView {
    fn from(code: &LoggedCode) -> Self {
        CodeRefView {
            id: code.id.0,
            label: LabelView::from(&code.label),
            follow_up: code.effects.follow_up.map(|due| due.to_string()),
            do_not_call: code.effects.do_not_call,
            not_final: code.effects.not_final,
        }
    }
}

/// An Activity in one line.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ActivityLineView {
    /// Its id.
    pub id: Uuid,
    /// The call's type; null while it lives.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The call's direction.
    pub direction: String,
    /// The other party's number.
    pub number_display: Option<String>,
    /// The ring group.
    pub ring_group: Option<String>,
    /// When the call began.
    pub started_at: String,
    /// Milliseconds of talk.
    pub talk_ms: i64,
    /// The agent's key.
    pub agent: Option<String>,
    /// The agent's name, where a user is that agent.
    pub agent_name: Option<String>,
    /// The code.
    pub code: Option<CodeRefView>,
    /// The notes.
    pub notes: Option<String>,
    /// Whom it is filed on.
    pub party: Option<PersonLineView>,
    /// `open`, `logged`, `not_logged` or `no_wrapup`.
    pub outcome: String,
    /// Whether several records could own it and that is unsettled.
    pub possible: bool,
    /// The Case it is related to.
    pub case: Option<CaseLineView>,
    /// The number of ours that was called.
    pub did: Option<String>,
    /// Milliseconds the customer waited.
    pub wait_ms: Option<i64>,
    /// Milliseconds of talk on hold.
    pub hold_ms: i64,
    /// Who ended it: `customer`, `agent` or `system`.
    pub hung_up_by: Option<String>,
    /// Whether it was recorded.
    pub recorded: bool,
    /// Whether a message was left.
    pub voicemail: bool,
    /// Whether several agents had the customer.
    pub handed_over: bool,
    /// Counts corrections.
    pub revision: u64,
    /// When it was logged.
    pub logged_at: Option<String>,
}

/// What lines name: records, agents and Cases.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Records.
    pub people: People,
    /// Agents.
    pub agents: Arc<Agents>,
    /// Cases.
    pub cases: Cases,
    /// Opportunities.
    pub opportunities: Opportunities,
}

/// People by id, as far as a view needs them.
pub type People = BTreeMap<PersonId, PersonLine>;
/// Names of agents by key.
pub type Agents = BTreeMap<AgentKey, String>;

impl ActivityLineView {
    /// The line of `activity` and its call.
    pub fn of(activity: &Activity, call: &CallRecord, party: &OtherParty, named: &Named) -> Self {
        let facts = CallFactsView::of(call, party);
        let agent = activity.agent_in(call).cloned();
        let person = activity.party.and_then(|link| link.person);
        ActivityLineView {
            id: activity.key.0,
            kind: facts.kind,
            direction: facts.direction,
            number_display: facts.number_display,
            ring_group: facts.ring_group,
            started_at: facts.started_at,
            talk_ms: facts.talk_ms,
            agent_name: agent.as_ref().and_then(|agent| named.agents.get(agent).cloned()),
            agent: agent.map(|agent| agent.0),
            code: activity.code.as_ref().map(CodeRefView::from),
            notes: activity.notes.clone(),
            party: person.and_then(|id| named.people.get(&id)).map(PersonLineView::from),
            outcome: word(&activity.outcome),
            possible: activity.party.is_none() && !activity.candidates.is_empty(),
            case: activity.case().and_then(|case| named.cases.get(&case).cloned()),
            did: facts.did,
            wait_ms: facts.wait_ms,
            hold_ms: facts.hold_ms,
            hung_up_by: call.hung_up_by.as_ref().map(word),
            recorded: call.recording.is_some(),
            voicemail: call.voicemail.is_some(),
            handed_over: call.engagements.iter().filter(|part| part.answered_at.is_some()).count() > 1,
            revision: activity.revision,
            logged_at: activity.logged_at.map(rfc3339),
        }
    }
}

/// What one agent's wrap-up came to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WrapupSummaryView {
    /// `open`, `logged` or `not_logged`.
    pub state: String,
    /// The code.
    pub code: Option<CodeRefView>,
    /// The notes.
    pub notes: Option<String>,
    /// The person.
    pub party: Option<PersonLineView>,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// Why it was not logged.
    pub reason: Option<ReasonView>,
    /// What was related, and why.
    pub related: Option<RelateView>,
    /// The Opportunity that was related as well.
    pub opportunity: Option<OpportunityView>,
}

/// One agent's part of the call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EngagementView {
    /// Its id.
    pub id: Uuid,
    /// The agent's key.
    pub agent: String,
    /// The agent's name, where a user is that agent.
    pub agent_name: Option<String>,
    /// How they came to it.
    pub via: String,
    /// How the offer ended; null while it rings.
    pub result: Option<String>,
    /// When it began to ring.
    pub offered_at: String,
    /// When they had the customer.
    pub answered_at: Option<String>,
    /// When their part ended.
    pub ended_at: Option<String>,
    /// Their wrap-up, if they owe or owed one.
    pub wrapup: Option<WrapupSummaryView>,
}

/// One rule and the facts it rested on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ExplainedView {
    /// The rule's code.
    pub rule: String,
    /// The facts.
    pub facts: BTreeMap<String, String>,
}

impl From<&Explained> for ExplainedView {
    fn from(explained: &Explained) -> Self {
        ExplainedView { rule: explained.rule.clone(), facts: explained.facts.iter().cloned().collect() }
    }
}

/// An Activity with all there is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ActivityView {
    /// The line.
    #[serde(flatten)]
    pub line: ActivityLineView,
    /// The facts of the call.
    pub call: CallFactsView,
    /// The Opportunity of the CRM that it is related to besides its Case.
    pub opportunity: Option<OpportunityView>,
    /// Whether the call lives.
    pub live: bool,
    /// Whether it was recorded.
    pub recording: bool,
    /// Whether who asks can listen to the recording.
    pub can_hear_recording: bool,
    /// Whether who asks can listen to the message.
    pub can_hear_voicemail: bool,
    /// Whether a gap in the phone system's events made part of this a conclusion.
    pub inferred: bool,
    /// Why it was not logged, where an agent said so.
    pub reason: Option<ReasonView>,
    /// Every record that has the number.
    pub candidates: Vec<CandidateView>,
    /// The agents' parts.
    pub engagements: Vec<EngagementView>,
    /// Why the type and the party are what they are.
    pub explanation: Vec<ExplainedView>,
    /// Whether who asks may correct any part.
    pub can_correct: bool,
    /// What was corrected, newest first.
    pub corrections: Vec<CorrectionView>,
    /// Who listened in, newest first; for supervisors.
    pub listened: Vec<ListenedView>,
    /// The records that `corrections` name in words: nobody is told of them who may not see them.
    #[serde(skip)]
    pub named_in_corrections: Vec<Local>,
}

/// The records that a correction took the place of, and those that it filed.
fn records_of(correction: &Correction) -> impl Iterator<Item = Local> + '_ {
    [&correction.before, &correction.after].into_iter().flat_map(|filed| {
        let case = match filed.related {
            Some(RelateDecision::Related { case, .. }) => Some(Local::Case(case)),
            _ => None,
        };
        let person = filed.party.and_then(|party| party.person).map(Local::Person);
        person.into_iter().chain(case)
    })
}

/// What an Activity's page is made of.
pub struct ActivityScene<'a> {
    /// The Activity.
    pub activity: &'a Activity,
    /// Its call.
    pub call: &'a CallRecord,
    /// The other party's number.
    pub party: &'a OtherParty,
    /// The records, agents and Cases it names.
    pub named: &'a Named,
    /// Its wrap-ups.
    pub wrapups: &'a [Wrapup],
    /// Why it is what it is.
    pub explanation: Vec<Explained>,
    /// What may be corrected, and by whom.
    pub corrigible: Corrigible<'a>,
    /// Names of users.
    pub users: &'a UserNames,
    /// What can be listened to.
    pub audible: Audible,
    /// Who listened in, as far as whoever asks may know.
    pub listened: Vec<ListenedView>,
}

impl ActivityView {
    /// The page.
    pub fn of(scene: &ActivityScene<'_>) -> Self {
        let person = |id: PersonId| scene.named.people.get(&id).map(PersonLineView::from);
        let candidates = scene.activity.candidates.iter().filter_map(|candidate| {
            Some(CandidateView {
                person: person(candidate.person)?,
                tier: format!("{:?}", candidate.tier),
                field: word(&candidate.field),
                stored_as: candidate.stored_as.clone(),
                preselected: scene.activity.party.and_then(|link| link.person) == Some(candidate.person),
            })
        });
        let opportunity =
            |related: &RelatedOpportunity| OpportunityView::of(related, &scene.named.opportunities);
        let wrapup = |part: &domain::call::Engagement| {
            let found = scene.wrapups.iter().find(|wrapup| wrapup.key == part.key)?;
            part.wrapup.then(|| WrapupSummaryView {
                state: match found.state {
                    WrapupState::Early | WrapupState::Open => "open".to_owned(),
                    state => word(&state),
                },
                code: found.code.as_ref().map(CodeRefView::from),
                notes: found.notes.clone(),
                party: found.party.and_then(|link| link.person).and_then(person),
                closed_at: found.closed_at.map(rfc3339),
                reason: found.reason.as_ref().map(ReasonView::from),
                related: found.related.map(|decision| RelateView::of(&decision, &scene.named.cases)),
                opportunity: found.opportunity.as_ref().map(opportunity),
            })
        };
        let engagements = scene.call.engagements.iter().map(|part| EngagementView {
            id: part.key.0,
            agent: part.agent.0.clone(),
            agent_name: scene.named.agents.get(&part.agent).cloned(),
            via: word(&part.via),
            result: part.result.map(|result| word(&result)),
            offered_at: rfc3339(part.offered_at),
            answered_at: part.answered_at.map(rfc3339),
            ended_at: part.ended_at.map(rfc3339),
            wrapup: wrapup(part),
        });
        ActivityView {
            line: ActivityLineView::of(scene.activity, scene.call, scene.party, scene.named),
            call: CallFactsView::of(scene.call, scene.party),
            opportunity: scene.activity.opportunity.as_ref().map(opportunity),
            live: scene.call.state == CallState::Live,
            recording: scene.call.recording.is_some(),
            can_hear_recording: scene.audible.recording,
            can_hear_voicemail: scene.audible.voicemail,
            inferred: scene.call.inferred,
            reason: ReasonView::given(scene.wrapups),
            candidates: candidates.collect(),
            engagements: engagements.collect(),
            explanation: scene.explanation.iter().map(ExplainedView::from).collect(),
            can_correct: scene.corrigible.can_correct(),
            corrections: CorrectionView::all(&scene.corrigible, scene.users),
            listened: scene.listened.clone(),
            named_in_corrections: scene.corrigible.corrections.iter().flat_map(records_of).collect(),
        }
    }
}
