//! Calls and messages to test with.

use super::{Message, MessageState};
use crate::call::{CallRecord, CallState, CallType, Direction, Engagement, OfferResult, Via, Voicemail};
use crate::id::{AgentKey, At, CallKey, EngagementKey, TenantId, UserId};
use uuid::Uuid;

/// A call that left a message, after it had rung these agents.
pub(crate) fn voicemail(ring_group: Option<&str>, agents: &[&str]) -> CallRecord {
    let part = |agent: &&str| Engagement {
        key: EngagementKey::derived(TenantId(1), "pbx", agent, 0, None),
        agent: AgentKey((*agent).to_owned()),
        via: if ring_group.is_some() { Via::Queue } else { Via::Direct },
        result: Some(OfferResult::Missed),
        offered_at: At(0),
        answered_at: None,
        ended_at: Some(At(1)),
        hold_ms: 0,
        on_hold: false,
        wrapup: false,
    };
    CallRecord {
        key: CallKey::derived(TenantId(1), "pbx", "1.1", None),
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: Some(CallType::Voicemail),
        direction: Direction::Inbound,
        from: Some("+34600111222".to_owned()),
        to: None,
        did: None,
        ring_group: ring_group.map(str::to_owned),
        started_at: At(0),
        answered_at: None,
        ended_at: Some(At(9)),
        wait_ms: None,
        talk_ms: 0,
        hold_ms: 0,
        recording: None,
        voicemail: Some(Voicemail { mailbox: "600".to_owned(), path: None }),
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: Vec::new(),
        engagements: agents.iter().map(part).collect(),
    }
}

pub(crate) fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// A message in this state that people did two things with.
pub(crate) fn message(state: MessageState) -> Message {
    let left = Message::left_by(&voicemail(Some("support"), &[])).expect("a message");
    Message { state, revision: 2, ..left }
}
