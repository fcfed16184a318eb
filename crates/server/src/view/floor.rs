//! The floor, and who listens in on calls, as the API shows it (docs/api-floor.md).

use super::UserNameView;
use domain::centre::WhoListens;
use domain::ear::How;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What supervisors look at: who does what, who waits, and what is too long.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FloorView {
    /// The agents, by name.
    pub agents: Vec<FloorAgentView>,
    /// Callers who wait in ring groups, longest first.
    pub waiting: Vec<WaitingView>,
    /// The ring groups that are set up or have calls, by key.
    pub ring_groups: Vec<FloorGroupView>,
    /// What is or will be too long, by when it is.
    pub alerts: Vec<AlertView>,
    /// Who may listen in: `supervisors`, `admins` or `nobody`.
    #[schema(value_type = String)]
    pub who_listens: WhoListens,
    /// Whether there is more than can be shown.
    pub more: bool,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FloorAgentView {
    /// The key.
    pub agent: String,
    /// The name; null where no user is that agent.
    pub agent_name: Option<String>,
    /// `available`, `ringing`, `on_call`, `after_call_work` or `away`.
    pub state: String,
    /// Why they are away.
    pub reason: Option<String>,
    /// Since when.
    pub since: String,
    /// The calls that ring there or that they are on, oldest first.
    pub calls: Vec<FloorCallView>,
    /// Whose call they listen in on.
    pub listens_to: Option<ListensView>,
}

/// An agent's part of a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FloorCallView {
    /// The part.
    pub engagement: Uuid,
    /// The call.
    pub call: Uuid,
    /// `inbound`, `outbound` or `internal`.
    pub direction: String,
    /// `ringing`, `connected` or `held`.
    pub state: String,
    /// How it came to the agent.
    pub via: String,
    /// The other party's number.
    pub number_display: Option<String>,
    /// What the record is called that it is filed on.
    pub party: Option<String>,
    /// The ring group.
    pub ring_group: Option<String>,
    /// Since when it is as it is.
    pub since: String,
    /// Whether it can be listened to now.
    pub can_listen: bool,
    /// Who listens in.
    pub listeners: Vec<ListenerView>,
}

/// Somebody who listens in on a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ListenerView {
    /// The agent's key.
    pub agent: String,
    /// The name; null where no user is that agent.
    pub agent_name: Option<String>,
    /// `listen`, `whisper` or `barge`; null where it was not asked for here.
    #[schema(value_type = Option<String>)]
    pub how: Option<How>,
    /// Since when; null where that is not known.
    pub since: Option<String>,
}

/// Whose call somebody listens in on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ListensView {
    /// The part of a call of their own that this is; hanging that up ends it.
    pub engagement: Uuid,
    /// The agent who is listened to; null while the phone still rings.
    pub agent: Option<String>,
    /// Their name.
    pub agent_name: Option<String>,
    /// `listen`, `whisper` or `barge`; null where it was not asked for here.
    #[schema(value_type = Option<String>)]
    pub how: Option<How>,
    /// Since when; null while the phone still rings.
    pub since: Option<String>,
}

/// A caller who waits for an agent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WaitingView {
    /// The call.
    pub call: Uuid,
    /// Since when.
    pub since: String,
    /// Where.
    pub ring_group: Option<String>,
    /// The caller's number.
    pub number_display: Option<String>,
    /// What the record is called that the call is filed on.
    pub party: Option<String>,
    /// At how many agents it rings now.
    pub rings_at: usize,
}

/// A ring group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FloorGroupView {
    /// Its key.
    pub ring_group: String,
    /// How many callers wait.
    pub waiting: usize,
    /// Since when the one does who has waited longest.
    pub waiting_since: Option<String>,
    /// How many are talked to.
    pub talking: usize,
}

/// What is too long, or will be if nothing else happens.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlertView {
    /// `acw_overrun` or `long_wait`.
    pub kind: String,
    /// From when on it is.
    pub from: String,
    /// Since when the agent works, or the caller waits.
    pub since: String,
    /// Whose After Call Work it is.
    pub agent: Option<String>,
    /// Their name.
    pub agent_name: Option<String>,
    /// The wrap-up.
    pub wrapup: Option<Uuid>,
    /// The call that waits.
    pub call: Option<Uuid>,
    /// Where it waits.
    pub ring_group: Option<String>,
    /// The caller's number.
    pub number_display: Option<String>,
}

/// That somebody listened in on a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ListenedView {
    /// Who; null: nobody that is known.
    pub by: Option<UserNameView>,
    /// `listen`, `whisper` or `barge`.
    #[schema(value_type = String)]
    pub how: How,
    /// The agent whose part of the call it was.
    pub agent: Option<String>,
    /// Their name.
    pub agent_name: Option<String>,
    /// When it was asked for.
    pub asked_at: String,
    /// From when on they heard it; null: they did not pick up.
    pub from: Option<String>,
    /// Until when; null: they still do, or never did.
    pub until: Option<String>,
}
