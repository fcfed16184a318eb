//! What a call turned out to be (mission section 2, "Call type"), with the facts it rests on.

use super::parts::cause::UNREACHABLE;
use super::switchboard::LegIndex;
use super::{FoldContext, Running};
use crate::call::record::{CallRecord, CallType, Direction, Explained, HungUpBy, NoActivity};
use crate::id::At;

impl Running {
    /// Fills in what follows from the rest of the record.
    pub(super) fn conclude(
        &self,
        record: &mut CallRecord,
        customers: &[LegIndex],
        context: &FoldContext<'_>,
        ended: bool,
    ) {
        let end = self.customer_end(customers).or(record.ended_at);
        record.wait_ms = self.waited(record, customers, end);
        record.hung_up_by = ended.then(|| self.hung_up_by(record.direction, customers));
        if !ended {
            return;
        }
        let (kind, rule) = self.kind(record, customers);
        let short =
            context.policy.short_abandon_ms.filter(|limit| record.wait_ms.is_some_and(|ms| ms <= *limit));
        let kind = match (kind, short) {
            (CallType::Abandoned, Some(_)) => CallType::ShortAbandoned,
            (kind, _) => kind,
        };
        let mut facts = Vec::new();
        if let Some(ms) = record.wait_ms {
            facts.push(("wait_ms", ms.to_string()));
        }
        if kind == CallType::ShortAbandoned
            && let Some(limit) = short
        {
            facts.push(("short_abandon_ms", limit.to_string()));
        }
        if let Some(queue) = &record.ring_group {
            facts.push(("ring_group", queue.clone()));
        }
        facts.push(("offers", record.engagements.len().to_string()));
        let facts: Vec<(&str, &str)> = facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        record.kind = Some(kind);
        record.explanation = vec![Explained::new(rule, &facts)];
        let withheld = record.direction == Direction::Inbound
            && customers.iter().any(|&leg| self.board.legs[leg].withheld == Some(true));
        record.explanation.extend(withheld.then(|| Explained::new("caller.withheld", &[])));
        record.explanation.extend(self.reduced.then(|| Explained::new("source.reduced", &[])));
    }

    fn kind(&self, record: &CallRecord, customers: &[LegIndex]) -> (CallType, &'static str) {
        let reached = record.answered_at.is_some();
        let asked_to_hang_up = customers.iter().any(|&leg| self.board.legs[leg].hangup_requested.is_some());
        match record.direction {
            Direction::Internal => (CallType::Internal, "type.internal"),
            Direction::Outbound if reached => (CallType::Outbound, "type.outbound_reached"),
            Direction::Outbound if record.no_activity == Some(NoActivity::AgentDidNotPickUp) => {
                (CallType::OutboundMissed, "type.agent_did_not_pick_up")
            }
            Direction::Outbound => (CallType::OutboundMissed, "type.outbound_unreached"),
            Direction::Inbound if reached => (CallType::Inbound, "type.inbound_answered"),
            Direction::Inbound if record.voicemail.is_some() => (CallType::Voicemail, "type.voicemail_left"),
            Direction::Inbound if record.ring_group.is_none() && self.parts.any_direct() => {
                (CallType::Missed, "type.direct_unanswered")
            }
            Direction::Inbound if asked_to_hang_up => (CallType::Abandoned, "type.caller_gave_up"),
            Direction::Inbound => (CallType::Missed, "type.system_gave_up"),
        }
    }

    fn waited(&self, record: &CallRecord, customers: &[LegIndex], end: Option<At>) -> Option<i64> {
        let until = record.answered_at.or(end)?;
        let from = match record.direction {
            Direction::Inbound => record.started_at,
            Direction::Outbound => self.board.legs[*customers.first()?].called?.0,
            Direction::Internal => return None,
        };
        Some(until.millis_since(from))
    }

    /// Whoever asked first among the customer and the last agent who had them; agents among themselves are all asked.
    fn hung_up_by(&self, direction: Direction, customers: &[LegIndex]) -> HungUpBy {
        let first = |legs: &[LegIndex]| legs.iter().filter_map(|&leg| self.asked_to_hang_up(leg)).min();
        let agent_legs: Vec<LegIndex> = match direction {
            Direction::Internal => self.parts.all.iter().flat_map(|part| part.legs.iter().copied()).collect(),
            _ => {
                let part = self.parts.last_connected().or(self.parts.all.first());
                part.map(|part| part.legs.clone()).unwrap_or_default()
            }
        };
        match (first(customers), first(&agent_legs)) {
            (Some(customer), Some(agent)) if agent < customer => HungUpBy::Agent,
            (Some(_), _) => HungUpBy::Customer,
            (None, Some(_)) => HungUpBy::Agent,
            (None, None) => HungUpBy::System,
        }
    }

    /// When the end of a leg asked to hang up. Where the network says of a leg that nobody is there, that is no
    /// wish of anybody's.
    fn asked_to_hang_up(&self, leg: LegIndex) -> Option<At> {
        let leg = &self.board.legs[leg];
        let nobody_there = !leg.up && leg.ended.is_some_and(|(_, cause)| UNREACHABLE.contains(&cause));
        leg.hangup_requested.filter(|_| !nobody_there)
    }
}
