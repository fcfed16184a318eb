//! Which recorded sessions are played, and what in each of them is a name that a play gives anew.
//! What happens in them is told in `captures/*/HOW.md`.

/// What happens in a call, as one recorded session has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scenario {
    /// Queue, answered, the caller hangs up.
    Answered,
    /// Queue, answered, the agent hangs up.
    AgentHungUp,
    /// Queue, one agent lets it ring, the next answers.
    MissedThenAnswered,
    /// Queue, one agent rejects, the next answers.
    RejectedThenAnswered,
    /// Queue, the caller gives up while an agent's phone rings.
    AbandonedRinging,
    /// Queue, no agent is free, the caller gives up.
    AbandonedWaiting,
    /// Queue, nobody answers, the caller leaves a message.
    Voicemail,
    /// Queue, answered, handed over unannounced.
    BlindTransfer,
    /// Queue, answered, held, handed over after a word with the other agent.
    AttendedTransfer,
    /// Queue, answered, held and taken up again.
    Hold,
    /// Click-to-dial, the customer answers.
    ClickToDial,
    /// Click-to-dial, the agent does not pick up their own phone.
    ClickToDialNotPickedUp,
    /// The agent's own number is called and nobody answers.
    DirectMissed,
    /// The agent's own number is called and they answer.
    DirectAnswered,
    /// Queue, two phones ring at once.
    RingAll,
    /// The agent dials by hand, the customer answers.
    DialledByHand,
}

/// A recorded session and the names in it.
pub(super) struct Capture {
    /// Bytes of the connection.
    pub(super) bytes: &'static [u8],
    /// The queue that the call is in.
    pub(super) queue: Option<&'static str>,
    /// The number of ours that was dialled.
    pub(super) did: Option<&'static str>,
    /// Whether it is the number of an agent, not of a queue.
    pub(super) direct: bool,
}

/// Caller of every session.
pub(super) const CALLER: &str = "5550100";
/// Name of that caller.
pub(super) const CALLER_NAME: &str = "Ana Customer";
/// Customer of every outgoing call.
pub(super) const DIALLED: &str = "5550200";
/// The same as agents dial it, with the digit for an outside line.
pub(super) const DIALLED_WITH_PREFIX: &str = "95550200";
/// System name of the recorded PBX; every id begins with it.
pub(super) const SYSTEM: &str = "pbx1";
/// Agents of the sessions.
pub(super) const AGENTS: [&str; 3] = ["1001", "1002", "1003"];
/// The mailbox that messages are left in.
pub(super) const MAILBOX: &str = "600";

macro_rules! session {
    ($folder:literal) => {
        include_bytes!(concat!("../../../../captures/", $folder, "/ami.raw"))
    };
}

impl Scenario {
    /// All of them.
    pub const ALL: [Scenario; 16] = [
        Scenario::Answered,
        Scenario::AgentHungUp,
        Scenario::MissedThenAnswered,
        Scenario::RejectedThenAnswered,
        Scenario::AbandonedRinging,
        Scenario::AbandonedWaiting,
        Scenario::Voicemail,
        Scenario::BlindTransfer,
        Scenario::AttendedTransfer,
        Scenario::Hold,
        Scenario::ClickToDial,
        Scenario::ClickToDialNotPickedUp,
        Scenario::DirectMissed,
        Scenario::DirectAnswered,
        Scenario::RingAll,
        Scenario::DialledByHand,
    ];

    /// The bytes of the session it is taken from, as they were recorded.
    pub fn recorded(self) -> &'static [u8] {
        self.capture().bytes
    }

    pub(super) fn capture(self) -> Capture {
        let support = |bytes| Capture { bytes, queue: Some("support"), did: Some("600"), direct: false };
        let direct = |bytes| Capture { bytes, queue: None, did: Some("602"), direct: true };
        let outgoing = |bytes| Capture { bytes, queue: None, did: None, direct: false };
        match self {
            Scenario::Answered => support(session!("s01_answered")),
            Scenario::AgentHungUp => support(session!("s02_answered_agent_hangup")),
            Scenario::MissedThenAnswered => support(session!("s03_missed_rna")),
            Scenario::RejectedThenAnswered => support(session!("s04_rejected")),
            Scenario::AbandonedRinging => support(session!("s05_abandoned_ringing")),
            Scenario::AbandonedWaiting => support(session!("s06_abandoned_waiting")),
            Scenario::Voicemail => {
                Capture { queue: Some("short"), did: Some("601"), ..support(session!("s07_voicemail")) }
            }
            Scenario::BlindTransfer => support(session!("s08_blind_transfer_refer")),
            Scenario::AttendedTransfer => support(session!("s09_attended_transfer_refer")),
            Scenario::Hold => support(session!("s10_hold_reinvite")),
            Scenario::ClickToDial => outgoing(session!("s11_click_to_dial")),
            Scenario::ClickToDialNotPickedUp => outgoing(session!("s11b_click_to_dial_agent_noanswer")),
            Scenario::DirectMissed => direct(session!("s18_direct_missed")),
            Scenario::DirectAnswered => direct(session!("s18b_direct_answered")),
            Scenario::RingAll => {
                Capture { queue: Some("all"), did: Some("605"), ..support(session!("s32_ringall_one_wins")) }
            }
            Scenario::DialledByHand => outgoing(session!("s34_outbound_manual")),
        }
    }
}
