//! What an Asterisk may be told about calls, as its settings say. What a phone system cannot do, or does not allow, is
//! not set, and the panel shows no button for it.

use domain::id::AgentKey;
use serde::Deserialize;
use std::collections::BTreeSet;

/// In `notify_phones`: every agent's.
const EVERYBODY: &str = "*";

/// Something that can be asked of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// To hand the other party over unannounced.
    Transfer,
    /// To ask somebody before handing over: needs `atxfer` in features.conf, and `t`/`T` in Queue and Dial.
    AttendedTransfer,
    /// To keep back what the agent says.
    Mute,
    /// To put silence into the recording while card data is said.
    PauseRecording,
    /// To listen in on calls of others: needs `app_chanspy.so`.
    Listen,
}

/// When an agent's queues are told to leave them alone (P12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseFrom {
    /// As soon as they talk to a customer: no queue can be faster than the end of the call.
    #[default]
    Connect,
    /// Once the call is over: `wrapuptime` of queues.conf must keep calls away until then.
    End,
}

/// The phones that take NOTIFY requests to answer and to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct NotifyPhones(pub BTreeSet<String>);

impl Control {
    /// All that there are.
    pub const ALL: [Control; 5] = [
        Control::Transfer,
        Control::AttendedTransfer,
        Control::Mute,
        Control::PauseRecording,
        Control::Listen,
    ];
}

impl Control {
    /// The manager action that does it.
    pub fn action(self) -> &'static str {
        match self {
            Control::Transfer => "BlindTransfer",
            Control::AttendedTransfer => "Atxfer",
            Control::Mute => "MuteAudio",
            Control::PauseRecording => "MixMonitorMute",
            Control::Listen => "Originate",
        }
    }
}

impl NotifyPhones {
    /// Every agent's.
    pub fn everybody() -> Self {
        NotifyPhones(BTreeSet::from([EVERYBODY.to_owned()]))
    }

    /// Whether the phone of this agent does.
    pub fn has(&self, agent: &AgentKey) -> bool {
        self.0.contains(EVERYBODY) || self.0.contains(&agent.0)
    }

    /// A name in it that is no agent's.
    pub(super) fn stranger(&self, known: impl Fn(&str) -> bool) -> Option<&str> {
        self.0.iter().map(String::as_str).find(|name| *name != EVERYBODY && !known(name))
    }
}

/// What is asked of calls where nothing is set: what every Asterisk can do with the rights that logging needs.
pub(super) fn default_controls() -> BTreeSet<Control> {
    BTreeSet::from([Control::Transfer])
}
