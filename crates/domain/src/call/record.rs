//! A call as it is stored and shown: what came of folding its events. How it is folded is in
//! [`super::fold`]; what the agent adds is in [`crate::wrapup`] and [`crate::activity`].

use crate::id::{AgentKey, At, CallKey, EngagementKey};
use serde::{Deserialize, Serialize};

/// Which way a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A customer called.
    Inbound,
    /// An agent dialled out.
    Outbound,
    /// Nobody outside was part of it.
    Internal,
}

/// What a call turned out to be (mission section 2, "Call type").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallType {
    /// A customer called and an agent talked to them.
    Inbound,
    /// An agent dialled out and reached the customer.
    Outbound,
    /// An agent dialled out and did not reach the customer.
    OutboundMissed,
    /// A customer left a message.
    Voicemail,
    /// The caller gave up within the short-abandon threshold.
    ShortAbandoned,
    /// The caller gave up before any agent answered.
    Abandoned,
    /// The phone system gave up, or a direct call was not answered.
    Missed,
    /// Agent to agent.
    Internal,
}

impl CallType {
    /// Each of them.
    pub const ALL: [CallType; 8] = [
        CallType::Inbound,
        CallType::Outbound,
        CallType::OutboundMissed,
        CallType::Voicemail,
        CallType::ShortAbandoned,
        CallType::Abandoned,
        CallType::Missed,
        CallType::Internal,
    ];
}

/// How an agent came to be part of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A ring group offered it.
    Queue,
    /// The customer dialled the agent.
    Direct,
    /// Another agent handed the customer over.
    Transfer,
    /// Another agent asked this one, who never met the customer.
    Consult,
    /// This agent dialled the customer.
    Outbound,
    /// By joining a conference.
    Conference,
    /// A call among agents.
    Internal,
    /// This agent listens in on a call of another, in a call of their own.
    Listening,
}

/// How an offer to an agent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferResult {
    /// Agent and customer were connected.
    Answered,
    /// The agent let it ring.
    Missed,
    /// The agent pressed reject.
    Rejected,
    /// The agent's phone was engaged.
    Busy,
    /// The caller gave up while it rang.
    CancelledByCaller,
    /// Another agent was faster.
    AnsweredElsewhere,
    /// The phone could not be rung, or (outbound) the customer could not be reached.
    Unreachable,
}

/// Why a call has no Activity (invariant 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoActivity {
    /// Agent to agent.
    InternalCall,
    /// Click-to-dial whose agent never picked up: nobody was called.
    AgentDidNotPickUp,
    /// An agent's leg that never called anybody, such as a feature code.
    NoCustomer,
    /// Somebody listened in on another call.
    ListeningIn,
}

/// Whether a call can still change by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Some leg lives.
    Live,
    /// Over; only late facts amend it.
    Ended,
}

/// Who ended a call or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HungUpBy {
    /// The customer.
    Customer,
    /// The agent.
    Agent,
    /// Neither asked for it: a timeout, a transfer, the phone system.
    System,
}

/// A message that the caller left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voicemail {
    /// The mailbox, as the phone system names it.
    pub mailbox: String,
    /// The phone system's path, where it said one.
    pub path: Option<String>,
}

/// One rule that was applied and the facts it rested on, worded by whoever shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Code of the rule, e.g. `type.voicemail_left`.
    pub rule: String,
    /// Names and values of the facts.
    pub facts: Vec<(String, String)>,
}

impl Explained {
    /// A rule with its facts.
    pub fn new(rule: &str, facts: &[(&str, &str)]) -> Self {
        let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Explained { rule: rule.to_owned(), facts }
    }
}

/// One agent's part of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engagement {
    /// Its id, derived from the agent's leg.
    pub key: EngagementKey,
    /// The agent.
    pub agent: AgentKey,
    /// How they came to be part of it.
    pub via: Via,
    /// How the offer ended; `None` while it rings.
    pub result: Option<OfferResult>,
    /// When their phone began to be called, or they began to dial.
    pub offered_at: At,
    /// When they and the customer were connected.
    pub answered_at: Option<At>,
    /// When their part ended for good.
    pub ended_at: Option<At>,
    /// Milliseconds in which they kept the customer on hold.
    pub hold_ms: i64,
    /// Whether they keep the customer on hold now.
    pub on_hold: bool,
    /// Whether this part, once ended, owes a wrap-up.
    pub wrapup: bool,
}

impl Engagement {
    /// Whether the agent's wrap-up is due: their part is over and owes one.
    pub fn wrapup_due(&self) -> bool {
        self.wrapup && self.ended_at.is_some()
    }
}

/// A call: one interaction with one outside party, whatever its legs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// Its id, derived from its source.
    pub key: CallKey,
    /// Name of the source that knows it.
    pub source: String,
    /// Live or ended.
    pub state: CallState,
    /// What it turned out to be; `None` while it lives.
    pub kind: Option<CallType>,
    /// Which way it went.
    pub direction: Direction,
    /// Calling number as the source gave it.
    pub from: Option<String>,
    /// Dialled number.
    pub to: Option<String>,
    /// Inbound: the number of ours that was dialled.
    pub did: Option<String>,
    /// The last ring group it was in.
    pub ring_group: Option<String>,
    /// When it began.
    pub started_at: At,
    /// When an agent and the customer were first connected.
    pub answered_at: Option<At>,
    /// When the customer's last leg ended.
    pub ended_at: Option<At>,
    /// Since when the customer waits in a ring group for an agent; `None`: they do not wait now.
    pub waiting_since: Option<At>,
    /// How long the customer waited, in milliseconds (docs/replay.md, `wait_ms`).
    pub wait_ms: Option<i64>,
    /// Milliseconds with the customer and at least one agent connected.
    pub talk_ms: i64,
    /// The part of `talk_ms` on hold.
    pub hold_ms: i64,
    /// Path of the recording; empty where it was recorded and no path told.
    pub recording: Option<String>,
    /// The message that was left.
    pub voicemail: Option<Voicemail>,
    /// Who ended it.
    pub hung_up_by: Option<HungUpBy>,
    /// Why it has no Activity, once that is certain.
    pub no_activity: Option<NoActivity>,
    /// Whether a gap in the events made part of this a conclusion.
    pub inferred: bool,
    /// Why the type is what it is.
    pub explanation: Vec<Explained>,
    /// The agents' parts, by `offered_at`.
    pub engagements: Vec<Engagement>,
}

impl CallRecord {
    /// The customer's number as the source gave it, whichever way the call went.
    pub fn customer_number(&self) -> Option<&str> {
        match self.direction {
            Direction::Inbound => self.from.as_deref(),
            Direction::Outbound => self.to.as_deref(),
            Direction::Internal => None,
        }
    }

    /// Whether somebody outside is part of it: then it has an Activity (invariant 2).
    pub fn has_customer(&self) -> bool {
        self.direction != Direction::Internal && self.no_activity.is_none()
    }

    /// The engagement `key`, if it is of this call.
    pub fn engagement(&self, key: EngagementKey) -> Option<&Engagement> {
        self.engagements.iter().find(|engagement| engagement.key == key)
    }
}
