//! Follow-ups as the API shows them (docs/api-codes.md).

use super::{CallFactsView, LabelView, PersonLineView, UserNameView};
use crate::clock::rfc3339;
use domain::call::CallRecord;
use domain::directory::PersonLine;
use domain::follow_up::{FollowUp, FollowUpState};
use domain::id::UserId;
use domain::phone::OtherParty;
use domain::report::calendar::Day;
use serde::Serialize;
use std::collections::BTreeMap;
use store::AgentNames;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is still to be done after a call, or was.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FollowUpView {
    /// Its id, also that of its call and Activity.
    pub id: Uuid,
    /// Counts changes.
    pub version: u64,
    /// `open`, `done` or `withdrawn`.
    pub state: String,
    /// The day it is due.
    pub due: String,
    /// Whether that day is over, where it is open.
    pub overdue: bool,
    /// The label of the code that asked for it.
    pub label: LabelView,
    /// Whose it is.
    pub agent: String,
    /// Their name; null where no user is that agent.
    pub agent_name: Option<String>,
    /// The call.
    pub call: CallFactsView,
    /// Whom the call is filed on.
    pub party: Option<PersonLineView>,
    /// Who did it.
    pub done_by: Option<UserNameView>,
    /// When.
    pub done_at: Option<String>,
}

/// What a line is made of.
pub struct FollowUpScene<'a> {
    /// The follow-up.
    pub follow_up: &'a FollowUp,
    /// Its call.
    pub call: &'a CallRecord,
    /// The other party's number.
    pub number: &'a OtherParty,
    /// Whom the call is filed on.
    pub party: Option<&'a PersonLine>,
    /// The names of agents.
    pub agents: &'a AgentNames,
    /// The names of users.
    pub users: &'a BTreeMap<UserId, String>,
    /// The date where the centre is.
    pub today: Day,
}

impl FollowUpView {
    /// The line.
    pub fn of(scene: &FollowUpScene<'_>) -> Self {
        let one = scene.follow_up;
        let (state, done) = match one.state {
            FollowUpState::Open => ("open", None),
            FollowUpState::Withdrawn => ("withdrawn", None),
            FollowUpState::Done { by, at } => ("done", Some((by, at))),
        };
        let name =
            |id: UserId| UserNameView { id: id.0, name: scene.users.get(&id).cloned().unwrap_or_default() };
        FollowUpView {
            id: one.call.0,
            version: one.version,
            state: state.to_owned(),
            due: one.due.to_string(),
            overdue: one.overdue(scene.today),
            label: LabelView::from(&one.label),
            agent: one.agent.0.clone(),
            agent_name: scene.agents.get(&one.agent).cloned(),
            call: CallFactsView::of(scene.call, scene.number),
            party: scene.party.map(PersonLineView::from),
            done_by: done.map(|(by, _)| name(by)),
            done_at: done.map(|(_, at)| rfc3339(at)),
        }
    }
}
