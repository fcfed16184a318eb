//! Messages as work: what a caller left on the answering machine of a ring group is somebody's to listen to, to call back
//! and to be done with. Who does what of it is in [`work`]; the sound is not here.

mod boxes;
pub mod work;

pub use boxes::MessageBox;

use crate::call::{CallRecord, CallState, CallType};
use crate::commit::Change;
use crate::id::{AgentKey, At, CallKey, EngagementKey, UserId};
use serde::{Deserialize, Serialize};

/// Longest reason why a message needs nothing, in characters.
pub const MAX_REASON_CHARS: usize = 200;

/// How somebody was done with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum How {
    /// The caller was called back.
    CalledBack {
        /// The call back, where it was dialled from the message; else somebody said so.
        call: Option<CallKey>,
    },
    /// It needs nothing.
    NoNeed {
        /// Why.
        reason: Option<String>,
    },
    /// The caller was reached in another way.
    ReachedOtherwise,
}

impl How {
    /// Its word in the change log.
    pub fn code(&self) -> &'static str {
        match self {
            How::CalledBack { .. } => "called_back",
            How::NoNeed { .. } => "no_need",
            How::ReachedOtherwise => "reached_otherwise",
        }
    }
}

/// Where the work on a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// It waits for somebody.
    Open,
    /// Somebody deals with it.
    Taken {
        /// Who.
        by: UserId,
        /// Since when.
        at: At,
    },
    /// It is dealt with.
    Done {
        /// By whom.
        by: UserId,
        /// When.
        at: At,
        /// How.
        how: How,
    },
}

/// A call back that was dialled from a message. Whether it reached anybody is its call's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledBack {
    /// The part of a call that it makes.
    pub engagement: EngagementKey,
    /// Who dialled.
    pub by: UserId,
    /// When.
    pub at: At,
}

/// A message as work. Its call has the rest, and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The call that left it.
    pub call: CallKey,
    /// The ring group whose work it is; `None` where the call came through none.
    pub ring_group: Option<String>,
    /// The agent whose work it is: who was called, where no ring group was.
    pub agent: Option<AgentKey>,
    /// When it was left: the caller had hung up.
    pub left_at: At,
    /// Where the work stands.
    pub state: MessageState,
    /// The last call back.
    pub called_back: Option<CalledBack>,
    /// Counts what people did with it.
    pub revision: u64,
}

impl Message {
    /// The message that an ended call left, if it did.
    pub fn left_by(call: &CallRecord) -> Option<Message> {
        let left = call.state == CallState::Ended && call.kind == Some(CallType::Voicemail);
        let rung = || call.engagements.last().map(|part| part.agent.clone());
        left.then(|| Message {
            call: call.key,
            ring_group: call.ring_group.clone(),
            agent: if call.ring_group.is_some() { None } else { rung() },
            left_at: call.ended_at.unwrap_or(call.started_at),
            state: MessageState::Open,
            called_back: None,
            revision: 0,
        })
    }

    /// Whether nobody did anything with it yet.
    pub fn untouched(&self) -> bool {
        self.revision == 0
    }

    /// Whether somebody still has to deal with it.
    pub fn waits(&self) -> bool {
        !matches!(self.state, MessageState::Done { .. })
    }
}

/// What the end of a call, or a late fact of it, means for its message. Said again it changes nothing: the store makes one
/// message a call and leaves alone what somebody has touched.
pub fn settled(call: &CallRecord) -> Option<Change> {
    if call.state != CallState::Ended || call.voicemail.is_none() {
        return None;
    }
    Some(match Message::left_by(call) {
        Some(message) if call.has_customer() => Change::MessageLeft(Box::new(message)),
        _ => Change::MessageWithdrawn(call.key),
    })
}

#[cfg(test)]
pub(crate) mod given;

#[cfg(test)]
mod tests {
    use super::given::*;
    use super::*;
    use crate::call::NoActivity;

    fn said(call: &CallRecord) -> &'static str {
        match settled(call) {
            Some(Change::MessageLeft(_)) => "left",
            Some(Change::MessageWithdrawn(_)) => "withdrawn",
            _ => "nothing",
        }
    }

    #[test]
    fn p11_a_call_that_ended_as_voicemail_leaves_a_message_and_no_other_does() {
        let left = voicemail(Some("support"), &[]);
        let table = [
            (left.clone(), "left"),
            (CallRecord { state: CallState::Live, kind: None, ..left.clone() }, "nothing"),
            (CallRecord { kind: Some(CallType::Inbound), ..left.clone() }, "withdrawn"),
            (CallRecord { kind: Some(CallType::Missed), voicemail: None, ..left.clone() }, "nothing"),
            (CallRecord { no_activity: Some(NoActivity::NoCustomer), ..left }, "withdrawn"),
        ];
        for (call, expected) in table {
            assert_eq!(said(&call), expected, "{:?} {:?}", call.state, call.kind);
        }
    }

    #[test]
    fn a_message_is_the_ring_groups_or_the_agents_who_was_called() {
        let of = |group, agents: &[&str]| {
            let message = Message::left_by(&voicemail(group, agents)).expect("a message");
            (message.ring_group, message.agent.map(|agent| agent.0))
        };
        assert_eq!(of(Some("support"), &["1001"]), (Some("support".to_owned()), None));
        assert_eq!(of(None, &["1001", "1002"]), (None, Some("1002".to_owned())));
        assert_eq!(of(None, &[]), (None, None));
    }
}
