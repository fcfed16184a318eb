//! A call for tests of rules that look at one or two of its fields: the rest is as little as can be.

use super::{CallRecord, CallState, Direction, Engagement, Via};
use crate::id::{AgentKey, At, CallKey, EngagementKey};
use uuid::Uuid;

/// The part of an agent whom a ring group offered the call, and who owes nothing.
pub(crate) fn part(n: u128, agent: &str) -> Engagement {
    Engagement {
        key: EngagementKey(Uuid::from_u128(n)),
        agent: AgentKey(agent.to_owned()),
        via: Via::Queue,
        result: None,
        offered_at: At(0),
        answered_at: None,
        ended_at: Some(At(2)),
        hold_ms: 0,
        on_hold: false,
        wrapup: false,
    }
}

/// The part of an agent who talked to the customer and owes a wrap-up.
pub(crate) fn talked_part(n: u128, agent: &str) -> Engagement {
    Engagement { answered_at: Some(At(1)), wrapup: true, ..part(n, agent) }
}

/// A call that came in and is over; its id is 100.
pub(crate) fn ended_call(engagements: Vec<Engagement>) -> CallRecord {
    CallRecord {
        key: CallKey(Uuid::from_u128(100)),
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: None,
        direction: Direction::Inbound,
        from: None,
        to: None,
        did: None,
        ring_group: None,
        started_at: At(0),
        answered_at: None,
        ended_at: Some(At(2)),
        waiting_since: None,
        wait_ms: None,
        talk_ms: 0,
        hold_ms: 0,
        recording: None,
        voicemail: None,
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: Vec::new(),
        engagements,
    }
}
