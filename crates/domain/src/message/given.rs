//! Calls and messages to test with.

use super::{Message, MessageState};
use crate::call::sample::{ended_call, part};
use crate::call::{CallRecord, CallType, Engagement, OfferResult, Via, Voicemail};
use crate::id::{At, UserId};
use uuid::Uuid;

/// A call that left a message, after it had rung these agents.
pub(crate) fn voicemail(ring_group: Option<&str>, agents: &[&str]) -> CallRecord {
    let via = if ring_group.is_some() { Via::Queue } else { Via::Direct };
    let parts = agents.iter().zip(1..).map(|(agent, n)| {
        let result = Some(OfferResult::Missed);
        Engagement { via, result, ended_at: Some(At(1)), ..part(n, agent) }
    });
    CallRecord {
        kind: Some(CallType::Voicemail),
        from: Some("+34600111222".to_owned()),
        ring_group: ring_group.map(str::to_owned),
        ended_at: Some(At(9)),
        voicemail: Some(Voicemail { mailbox: "600".to_owned(), path: None }),
        ..ended_call(parts.collect())
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
