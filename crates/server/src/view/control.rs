//! What can be asked of a call, as the API shows it.

use crate::channels::Recording;
use crate::ops::control::Controls;
use serde::Serialize;
use utoipa::ToSchema;

/// What can be asked of a call now (`POST /me/control`), and how what was asked stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ControlsView {
    /// `answer`.
    pub answer: bool,
    /// `hold` and `resume`.
    pub hold: bool,
    /// `mute` and `unmute`.
    pub mute: bool,
    /// `transfer`.
    pub transfer: bool,
    /// `ask_first`.
    pub ask_first: bool,
    /// `pause_recording` and `resume_recording`.
    pub pause_recording: bool,
    /// Whether what the agent says is kept back.
    pub muted: bool,
    /// `on` or `paused`; null: it is not recorded.
    pub recording: Option<String>,
    /// What was dialled to ask somebody, while the other party waits; `take_back` ends that, hanging up hands over.
    pub asks: Option<String>,
}

impl From<Controls> for ControlsView {
    fn from(can: Controls) -> Self {
        let recording = can.recording.map(|recording| match recording {
            Recording::On => "on",
            Recording::Paused => "paused",
        });
        ControlsView {
            answer: can.answer,
            hold: can.hold,
            mute: can.mute,
            transfer: can.transfer,
            ask_first: can.ask_first,
            pause_recording: can.pause_recording,
            muted: can.muted,
            recording: recording.map(str::to_owned),
            asks: can.asks,
        }
    }
}

/// Whom a call can be handed to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TransferTargetsView {
    /// Colleagues who are agents, by name.
    pub agents: Vec<TargetAgentView>,
    /// Ring groups that have a number.
    pub ring_groups: Vec<TargetGroupView>,
}

/// A colleague.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TargetAgentView {
    /// Their key, which is dialled.
    pub agent: String,
    /// Their name.
    pub name: String,
    /// What they are doing, as `AgentState`; null where it is not known.
    pub state: Option<String>,
}

/// A ring group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TargetGroupView {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The number that is dialled.
    pub number: String,
}
