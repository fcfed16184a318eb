//! Calls, their legs and bridges as the simulated phone system keeps them. What happens to them is in the
//! modules beside this one, what is remembered of them in [`super::ledger`].

use super::frame::Frame;
use super::ledger::PastCall;
use crate::dice::Dice;
use crate::people::Line;
use domain::id::At;
use std::collections::VecDeque;

/// A call of this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallId(pub(super) u64);

/// A leg of this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LegId(pub(super) u64);

/// A bridge of this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BridgeId(pub(super) u64);

/// An agent, by their place in the settings.
pub(super) type DeskIndex = usize;
/// A ring group, by its place in the settings.
pub(super) type QueueIndex = usize;

/// How somebody reacts to a phone that rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// Picks up.
    Answer,
    /// Presses reject; a customer who is engaged.
    Reject,
    /// Whoever calls gives up.
    CallOff,
}

/// What people do in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// The agent puts the customer on hold.
    Hold,
    /// The agent takes the customer back.
    Unhold,
    /// The customer hangs up.
    CustomerHangsUp,
    /// The agent hangs up.
    AgentHangsUp,
    /// The agent hands the customer over unannounced.
    BlindTransfer,
    /// The agent asks a colleague.
    Consult,
    /// The consulting agent hands the customer over.
    CompleteTransfer,
    /// The consulting agent goes back to the customer.
    TakeBack,
    /// The caller hangs up in the mailbox's greeting.
    LeaveMailbox,
    /// The caller has left a message.
    LeaveMessage,
}

/// The state of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LegState {
    Down,
    Ring,
    Ringing,
    Up,
}

impl LegState {
    fn shown(self) -> (u8, &'static str) {
        match self {
            LegState::Down => (0, "Down"),
            LegState::Ring => (4, "Ring"),
            LegState::Ringing => (5, "Ringing"),
            LegState::Up => (6, "Up"),
        }
    }
}

/// The channel variables that ride on events, as `channelvars` lists them.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    pub(super) request_id: String,
    pub(super) recording: String,
    pub(super) queue_status: &'static str,
    pub(super) message_file: String,
    pub(super) voicemail_status: &'static str,
}

/// A channel.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) name: String,
    pub(super) uniqueid: String,
    pub(super) linkedid: String,
    pub(super) state: LegState,
    pub(super) caller: Line,
    pub(super) connected: Line,
    pub(super) context: &'static str,
    pub(super) exten: String,
    pub(super) priority: u8,
    pub(super) variables: Variables,
    /// Whose phone it is, where it is an agent's.
    pub(super) desk: Option<DeskIndex>,
    pub(super) call: CallId,
    pub(super) bridge: Option<BridgeId>,
    pub(super) began: At,
}

/// Dialplan context of legs that come from or go outside.
pub(super) const OUTSIDE: &str = "from-trunk";
/// Dialplan context of agents' legs.
pub(super) const INSIDE: &str = "agents";

impl Leg {
    /// Adds the channel to a frame; `prefix` tells several in one frame apart.
    pub(super) fn write(&self, prefix: &str, frame: Frame) -> Frame {
        let (state, shown) = self.state.shown();
        let frame = frame
            .put_prefixed(prefix, "Channel", &self.name)
            .put_prefixed(prefix, "ChannelState", &state)
            .put_prefixed(prefix, "ChannelStateDesc", &shown)
            .put_prefixed(prefix, "CallerIDNum", &self.caller.number)
            .put_prefixed(prefix, "CallerIDName", &self.caller.name)
            .put_prefixed(prefix, "ConnectedLineNum", &self.connected.number)
            .put_prefixed(prefix, "ConnectedLineName", &self.connected.name)
            .put_prefixed(prefix, "Language", &"en")
            .put_prefixed(prefix, "AccountCode", &"")
            .put_prefixed(prefix, "Context", &self.context)
            .put_prefixed(prefix, "Exten", &self.exten)
            .put_prefixed(prefix, "Priority", &self.priority)
            .put_prefixed(prefix, "Uniqueid", &self.uniqueid)
            .put_prefixed(prefix, "Linkedid", &self.linkedid);
        self.write_variables(&format!("{prefix}ChanVariable"), frame)
    }

    /// Adds the channel's variables, each under `header`.
    pub(super) fn write_variables(&self, header: &str, frame: Frame) -> Frame {
        let variables = [
            ("CTI_REQUEST_ID", self.variables.request_id.as_str()),
            ("MIXMONITOR_FILENAME", &self.variables.recording),
            ("QUEUESTATUS", self.variables.queue_status),
            ("VM_MESSAGEFILE", &self.variables.message_file),
            ("VMSTATUS", self.variables.voicemail_status),
        ];
        variables
            .iter()
            .fold(frame, |frame, (name, value)| frame.put(header, &format_args!("{name}={value}")))
    }
}

/// Legs that hear each other.
#[derive(Clone, Debug)]
pub(super) struct Bridge {
    pub(super) id: String,
    pub(super) legs: Vec<LegId>,
}

impl Bridge {
    /// Adds the bridge to a frame.
    pub(super) fn write(&self, prefix: &str, frame: Frame) -> Frame {
        frame
            .put_prefixed(prefix, "BridgeUniqueid", &self.id)
            .put_prefixed(prefix, "BridgeType", &"basic")
            .put_prefixed(prefix, "BridgeTechnology", &"simple_bridge")
            .put_prefixed(prefix, "BridgeCreator", &"<unknown>")
            .put_prefixed(prefix, "BridgeName", &"<unknown>")
            .put_prefixed(prefix, "BridgeNumChannels", &self.legs.len())
            .put_prefixed(prefix, "BridgeVideoSourceMode", &"none")
    }
}

/// A caller's stay in a ring group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) queue: QueueIndex,
    pub(super) joined: At,
    pub(super) position: usize,
}

/// Why a phone rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// A ring group offers a caller.
    Offer,
    /// Another leg dials it.
    Dial,
    /// It was asked to call out.
    PickUp,
}

/// A phone that rings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ring {
    pub(super) leg: LegId,
    pub(super) by: Option<LegId>,
    pub(super) why: Why,
    pub(super) since: At,
}

/// How ringing ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// It rang long enough.
    NoAnswer,
    /// Somebody pressed reject, or the line was engaged.
    Rejected,
    /// The calling side gave up.
    CalledOff,
    /// A command ended the calling side.
    CutOff,
    /// The ring group gave up.
    QueueTimeout,
}

/// Two legs in a bridge. Of a customer and an agent, `agent` is the agent; of two agents, the one who was
/// called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Talk {
    pub(super) bridge: BridgeId,
    pub(super) agent: LegId,
    pub(super) other: LegId,
    /// Since when `other` is on hold.
    pub(super) held: Option<At>,
}

/// The agent whom a ring group connected, until `AgentComplete`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    pub(super) queue: QueueIndex,
    pub(super) desk: DeskIndex,
    pub(super) leg: LegId,
    pub(super) waited_s: i64,
    pub(super) since: At,
}

/// A click-to-dial until its agent has picked up.
#[derive(Clone, Debug)]
pub(super) struct Originate {
    pub(super) action_id: Option<String>,
    pub(super) number: String,
    pub(super) context: String,
}

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) dice: Dice,
    /// Changes whenever what people were about to do no longer fits.
    pub(super) turn: u32,
    /// The leg that began it and whose dialplan it follows.
    pub(super) origin: LegId,
    pub(super) customer: Option<LegId>,
    pub(super) waiting: Option<Visit>,
    pub(super) ringing: Option<Ring>,
    pub(super) talk: Option<Talk>,
    pub(super) served: Option<Served>,
    /// The call in which this call's agent asks a colleague.
    pub(super) consult: Option<CallId>,
    /// The call whose agent asks a colleague in this one.
    pub(super) consult_for: Option<CallId>,
    pub(super) originate: Option<Originate>,
    /// What people still do, each with how long after the one before.
    pub(super) plan: VecDeque<(i64, Deed)>,
    pub(super) transfers: u8,
    pub(super) past: PastCall,
}
