//! Messages as the API shows them (docs/api-messages.md).

use super::{CallFactsView, PersonLineView, UserNameView};
use crate::clock::rfc3339;
use domain::call::CallRecord;
use domain::id::{AgentKey, UserId};
use domain::message::{CalledBack, How, Message, MessageState};
use domain::phone::OtherParty;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many messages wait in the box of a ring group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MessageCountView {
    /// The ring group's key; null: of no ring group.
    pub ring_group: Option<String>,
    /// Those that nobody took.
    pub open: u64,
    /// Those that somebody deals with.
    pub taken: u64,
}

/// A call back that was dialled from a message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CalledBackView {
    /// When.
    pub at: String,
    /// Who dialled.
    pub by: UserNameView,
    /// Whether the caller was reached; null while that is not known.
    pub reached: Option<bool>,
}

/// Somebody talked to the caller since.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SpokeView {
    /// The call.
    pub call: Uuid,
    /// `inbound` where they called again, `outbound` where they were called.
    pub direction: String,
    /// Since when they talked.
    pub at: String,
    /// The agent.
    pub agent: Option<String>,
    /// Their name; null where no user is that agent.
    pub agent_name: Option<String>,
}

/// What whoever asks may do with a message now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CanView {
    /// To take it, also from another one.
    pub take: bool,
    /// To give it back.
    pub give_back: bool,
    /// To be done with it.
    pub finish: bool,
    /// To have it dealt with again.
    pub reopen: bool,
    /// To call back; whether their phone can dial now is the panel's to say.
    pub call_back: bool,
}

/// A message as work.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MessageLineView {
    /// Its id, also that of its call and Activity.
    pub id: Uuid,
    /// Counts what people did with it.
    pub revision: u64,
    /// `open`, `taken` or `done`.
    pub state: String,
    /// The ring group whose work it is.
    pub ring_group: Option<String>,
    /// The agent whose work it is, where it is no ring group's.
    pub agent: Option<String>,
    /// Their name; null where no user is that agent.
    pub agent_name: Option<String>,
    /// When it was left.
    pub left_at: String,
    /// The call that left it.
    pub call: CallFactsView,
    /// Whom that call is filed on.
    pub party: Option<PersonLineView>,
    /// Who took it, or was done with it.
    pub by: Option<UserNameView>,
    /// When they did.
    pub at: Option<String>,
    /// `called_back`, `no_need` or `reached_otherwise`, where it is done.
    pub how: Option<String>,
    /// Why it needed nothing.
    pub reason: Option<String>,
    /// The call back that reached the caller.
    pub back_call: Option<Uuid>,
    /// The last call back that was dialled from it.
    pub called_back: Option<CalledBackView>,
    /// The last time somebody talked to the caller since, while it waits.
    pub spoke: Option<SpokeView>,
    /// Whether its sound can be listened to, with `GET /activities/{id}/voicemail`.
    pub sound: bool,
    /// Whether whoever asks has taken it.
    pub theirs: bool,
    /// What they may do.
    pub can: CanView,
}

/// What a line is made of.
pub struct MessageScene<'a> {
    /// The message.
    pub message: &'a Message,
    /// Its call.
    pub call: &'a CallRecord,
    /// The caller's number.
    pub number: &'a OtherParty,
    /// Whom the call is filed on.
    pub party: Option<PersonLineView>,
    /// The name of the agent whose work it is.
    pub agent_name: Option<String>,
    /// Names of users.
    pub users: &'a BTreeMap<UserId, String>,
    /// The last call back.
    pub called_back: Option<CalledBackView>,
    /// The last talk since.
    pub spoke: Option<SpokeView>,
    /// Whether it can be listened to.
    pub sound: bool,
    /// What may be done.
    pub can: CanView,
    /// Whether whoever asks has taken it.
    pub theirs: bool,
}

impl MessageLineView {
    /// The line.
    pub fn of(scene: &MessageScene<'_>) -> Self {
        let message = scene.message;
        let (state, by, at, how) = match &message.state {
            MessageState::Open => ("open", None, None, None),
            MessageState::Taken { by, at } => ("taken", Some(*by), Some(*at), None),
            MessageState::Done { by, at, how } => ("done", Some(*by), Some(*at), Some(how)),
        };
        let (reason, back_call) = match how {
            Some(How::NoNeed { reason }) => (reason.clone(), None),
            Some(How::CalledBack { call }) => (None, call.map(|call| call.0)),
            Some(How::ReachedOtherwise) | None => (None, None),
        };
        MessageLineView {
            id: message.call.0,
            revision: message.revision,
            state: state.to_owned(),
            ring_group: message.ring_group.clone(),
            agent: message.agent.as_ref().map(|agent| agent.0.clone()),
            agent_name: scene.agent_name.clone(),
            left_at: rfc3339(message.left_at),
            call: CallFactsView::of(scene.call, scene.number),
            party: scene.party.clone(),
            by: by.map(|user| named(user, scene.users)),
            at: at.map(rfc3339),
            how: how.map(|how| how.code().to_owned()),
            reason,
            back_call,
            called_back: scene.called_back.clone(),
            spoke: scene.spoke.clone(),
            sound: scene.sound,
            theirs: scene.theirs,
            can: scene.can,
        }
    }
}

impl CalledBackView {
    /// A call back, and whether it reached the caller.
    pub fn of(back: &CalledBack, reached: Option<bool>, users: &BTreeMap<UserId, String>) -> Self {
        CalledBackView { at: rfc3339(back.at), by: named(back.by, users), reached }
    }
}

impl SpokeView {
    /// A call in which an agent talked to the caller.
    pub fn of(call: &CallRecord, agent: Option<&AgentKey>, name: Option<&String>) -> Self {
        SpokeView {
            call: call.key.0,
            direction: super::word(&call.direction),
            at: rfc3339(call.answered_at.unwrap_or(call.started_at)),
            agent: agent.map(|agent| agent.0.clone()),
            agent_name: name.cloned(),
        }
    }
}

fn named(user: UserId, users: &BTreeMap<UserId, String>) -> UserNameView {
    UserNameView { id: user.0, name: users.get(&user).cloned().unwrap_or_default() }
}
