//! What really happened, written down where it is decided and not where frames are written: tests compare it
//! with what was derived from the frames.

use super::call::LegId;
use domain::call::{CallType, HungUpBy, OfferResult, Via};
use domain::id::At;
use std::collections::VecDeque;

/// Most calls and most offers that are kept; the oldest are forgotten.
const MAX_KEPT: usize = 20_000;

/// A call that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCall {
    /// Id of the leg it began with.
    pub leg: String,
    /// What it turned out to be.
    pub kind: CallType,
    /// The calling number, as the phone system shows it.
    pub from: String,
    /// The number that was dialled, as it was sent on.
    pub to: String,
    /// The queue it was in.
    pub queue: Option<&'static str>,
    /// When it began.
    pub started_at: At,
    /// When its last leg ended.
    pub ended_at: At,
    /// Who hung up first; [`HungUpBy::System`] where nobody did.
    pub hung_up_by: HungUpBy,
    /// Whether a message was left.
    pub message_left: bool,
    /// The agents' parts, as they began.
    pub parts: Vec<PastPart>,
}

/// An agent's part of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPart {
    /// Extension of the agent.
    pub agent: String,
    /// Id of their leg.
    pub leg: String,
    /// How they came to be part of it.
    pub via: Via,
    /// How it ended for them; of somebody who dialled a colleague, whether they were answered.
    pub result: OfferResult,
    /// When their phone began to be called, or they began to dial.
    pub offered_at: At,
    /// When they and the other side were connected.
    pub answered_at: Option<At>,
    /// When their part ended.
    pub ended_at: At,
    /// How long they kept the other side on hold, in milliseconds.
    pub hold_ms: i64,
    /// Whether they talked to a customer, or dialled one in vain: then there is something to sum up.
    pub sums_up: bool,
    pub(super) own_leg: LegId,
}

impl PastCall {
    /// A call that begins now and of which nothing is known yet.
    pub(super) fn begun(leg: &str, kind: CallType, from: &str, to: &str, at: At) -> PastCall {
        PastCall {
            leg: leg.to_owned(),
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
            queue: None,
            started_at: at,
            ended_at: at,
            hung_up_by: HungUpBy::System,
            message_left: false,
            parts: Vec::new(),
        }
    }

    pub(super) fn part(&mut self, leg: LegId) -> Option<&mut PastPart> {
        self.parts.iter_mut().find(|part| part.own_leg == leg)
    }

    /// Whether an agent and a customer talked.
    pub fn connected(&self) -> bool {
        self.parts.iter().any(|part| part.answered_at.is_some() && part.via != Via::Internal)
    }
}

/// A caller whom a ring group offered to an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// When.
    pub at: At,
    /// Name of the queue.
    pub queue: &'static str,
    /// Extension of the agent.
    pub agent: String,
    /// Whether the agent was paused in it. Never.
    pub paused: bool,
    /// Whether the agent had another call. Never.
    pub engaged: bool,
}

/// What happened since the start, as far back as is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Calls that are over, as they ended.
    pub calls: VecDeque<PastCall>,
    /// Offers of ring groups, as they were made.
    pub offers: VecDeque<Offer>,
}

impl Ledger {
    pub(super) fn keep_call(&mut self, call: PastCall) {
        if self.calls.len() >= MAX_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    pub(super) fn keep_offer(&mut self, offer: Offer) {
        if self.offers.len() >= MAX_KEPT {
            self.offers.pop_front();
        }
        self.offers.push_back(offer);
    }
}
