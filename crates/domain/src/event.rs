//! What a phone system tells, in provider-neutral words: facts about legs, each with the source's own time.
//! Adapters translate their frames into these and nothing downstream sees a frame. The facts are kept small
//! on purpose: what they add up to is decided in one place, [`crate::call`].

use crate::id::{AgentKey, At};

/// Who is behind a leg, as the configured endpoint map says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Somebody outside: the leg goes over a trunk.
    Customer,
    /// An agent.
    Agent(AgentKey),
    /// A leg nobody talks on (half of a local pair, a recorder, a spy).
    Helper,
}

/// A leg as one event mentions it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegRef {
    /// The source's id of the leg.
    pub leg: String,
    /// The source's id of what the leg is part of at that moment.
    pub link: String,
    /// The source's name of the leg; the two halves of a local pair differ in what follows the last `;`.
    pub name: String,
    /// Who is behind it.
    pub role: Role,
    /// The number it shows as its own.
    pub number: Option<String>,
}

/// How dialling a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DialResult {
    /// It was answered.
    Answered,
    /// It rang and nobody answered.
    NoAnswer,
    /// It was engaged or refused.
    Busy,
    /// Dialling was called off.
    Cancelled,
    /// It could not be reached.
    Unreachable,
}

/// One thing that happened to a leg.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// The leg began; `dialled` is the number it asked for.
    Started {
        /// Number it asked for, if it did.
        dialled: Option<String>,
    },
    /// The leg is part of the call, of which a source tells that names calls and not legs. It may say so often: unlike
    /// [`Fact::Started`] this begins no new life of the leg's id.
    Joined {
        /// Whether the call began with it.
        place: Place,
        /// Number it asked for, if it did.
        dialled: Option<String>,
    },
    /// The leg is being called, by the other leg if one is named. `target` is the number that is called.
    DialBegan {
        /// The number called, where it is one.
        target: Option<String>,
    },
    /// The caller is no longer in a ring group: somebody has them, or they went on.
    QueueLeft,
    /// The caller joined a ring group.
    QueueJoined {
        /// The ring group.
        queue: String,
    },
    /// A ring group offers the call of the other leg to this leg's agent.
    Offered {
        /// The ring group.
        queue: String,
        /// The agent, from the queue member and not from the leg.
        agent: AgentKey,
    },
    /// It rings.
    Ringing,
    /// Its end was answered.
    Up,
    /// Calling it ended.
    DialEnded {
        /// How.
        result: DialResult,
    },
    /// Its end answered what may ring at others as well: whoever else it rings at need not answer any more.
    Taken,
    /// It entered a bridge: legs in one bridge hear each other.
    BridgeEntered {
        /// The bridge.
        bridge: String,
        /// Whether being in it together makes one conversation (not so for parking lots).
        shared: bool,
    },
    /// It joined a conference room, whose bridge joins calls.
    ConferenceJoined {
        /// The bridge.
        bridge: String,
    },
    /// Its end put the other side on hold.
    HoldBegan,
    /// Its end took the other side back.
    HoldEnded,
    /// It hears music.
    MusicBegan,
    /// It no longer hears music.
    MusicEnded,
    /// It is recorded.
    Recorded {
        /// The phone system's path, where it said one.
        path: Option<String>,
    },
    /// Nothing of it is recorded for a while.
    RecordingPaused,
    /// It is recorded again.
    RecordingResumed,
    /// It hears another leg, which does not hear of it.
    ListenBegan {
        /// The source's id of the other leg.
        to: String,
        /// The agent behind that.
        agent: Option<AgentKey>,
    },
    /// It left a message.
    VoicemailLeft {
        /// The mailbox.
        mailbox: String,
    },
    /// The path of the message it left.
    VoicemailFile {
        /// The phone system's path.
        path: String,
    },
    /// An attempt to dial for an agent failed before anybody outside was called.
    OriginateFailed {
        /// The number that was to be dialled.
        dialled: Option<String>,
    },
    /// Its end asked to hang up.
    HangupRequested,
    /// It left a bridge.
    BridgeLeft {
        /// The bridge.
        bridge: String,
    },
    /// Whether its end asked that nobody is shown its number, which the source tells all the same.
    Presented {
        /// It did.
        withheld: bool,
    },
    /// It ended.
    Ended {
        /// Q.850 cause.
        cause: u16,
    },
    /// The whole call ended, and with it every leg that it has.
    CallEnded {
        /// Q.850 cause.
        cause: u16,
    },
    /// It must have ended while nobody listened.
    Vanished,
    /// What is told of the call carries no time of its own, nor hold, transfer or waiting: times are those of its
    /// arrival here.
    Reduced,
}

/// Whether a call began with a leg. What it began with comes first in the order of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// It did.
    Origin,
    /// The leg came in later, or was called by the first.
    Called,
}

/// A fact, when it happened, and on which legs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallEvent {
    /// When, by the source's clock.
    pub at: At,
    /// What. Facts of the same microsecond are taken in the order of [`Fact`]'s variants.
    pub fact: Fact,
    /// The leg it happened to.
    pub on: LegRef,
    /// The other leg it names (the caller of a dialled leg).
    pub with: Option<LegRef>,
}

/// Whatever a source tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceEvent {
    /// Something happened to a leg.
    Call(Box<CallEvent>),
    /// Nothing was heard from the source for a while up to `at`: what happened then is not known.
    Gap {
        /// The first moment heard again.
        at: At,
    },
    /// These legs, and no others, lived at `at`.
    Alive {
        /// The moment.
        at: At,
        /// The source's ids of the legs.
        legs: Vec<String>,
    },
    /// A ring group has this member, or no longer.
    Member(QueueMember),
    /// It answers what it was told.
    Answered(CommandAnswer),
}

/// What a source says to something that it was told: that it does it, or why not. Whether it comes to anything shows
/// in what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandAnswer {
    /// The id that the command had.
    pub command: String,
    /// Why it does not do it, in its own words.
    pub refused: Option<String>,
    /// What its clock says, where the answer tells.
    pub at: Option<At>,
    /// What was asked for, where something was.
    pub value: Option<String>,
}

/// An agent as a member of a ring group, as the phone system has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueMember {
    /// The queue's own name, which it is told by.
    pub queue: String,
    /// The interface it calls.
    pub interface: String,
    /// The agent behind it.
    pub agent: AgentKey,
    /// What the queue does with them.
    pub standing: Standing,
}

/// That an agent is in a ring group, whatever it does with them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueuePlace {
    /// The queue's own name.
    pub queue: String,
    /// The interface it calls, of which a queue has each once.
    pub interface: String,
    /// The agent behind it.
    pub agent: AgentKey,
}

/// What a queue does with a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Offers calls.
    Offered,
    /// Leaves them alone; the reason is what whoever paused them gave.
    Paused {
        /// The reason.
        reason: String,
    },
    /// They are no member any more.
    Gone,
}
