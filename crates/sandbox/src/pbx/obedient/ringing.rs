//! Phones that ring: how ringing begins, and what follows when it is answered or not.

use super::ObedientPbx;
use super::agenda::Due;
use super::call::{CallId, DeskIndex, LegId, LegState, QueueIndex, Ring, Unanswered, Why};
use super::ledger::PastPart;
use super::legs::{Cause, NewLeg};
use domain::call::{HungUpBy, OfferResult, Via};
use domain::id::At;

/// What a phone answers that is engaged or whose user rejects.
const SIP_BUSY: u16 = 486;

impl ObedientPbx {
    /// Whether a leg is the one that rings in a call.
    pub(super) fn rings(&self, id: CallId, leg: LegId) -> bool {
        self.calls.get(&id).and_then(|call| call.ringing).is_some_and(|ring| ring.leg == leg)
    }

    /// A ring group offers its caller to an agent.
    pub(super) fn ring_for_queue(&mut self, id: CallId, queue: QueueIndex, desk: DeskIndex) {
        let Some(customer) = self.calls.get(&id).map(|call| call.origin) else { return };
        let new =
            NewLeg { call: id, state: LegState::Down, exten: "s", linked: Some(customer), uniqueid: None };
        let leg = self.agent_leg(desk, &new);
        self.show_exten_of(customer, leg);
        let (queue, interface, member) = self.member_names(queue, desk);
        let at = self.tell_dial(
            "AgentCalled",
            Some(customer),
            leg,
            &[("Queue", &queue), ("Interface", &interface), ("MemberName", &member)],
        );
        self.begin_part(id, desk, leg, Via::Queue, at);
        self.ring(id, Some(customer), leg, Why::Offer, &interface, self.settings.times.ring);
    }

    /// A leg dials an agent's extension. A phone that is in another call is engaged.
    pub(super) fn dial_agent(&mut self, id: CallId, by: LegId, desk: DeskIndex, via: Via) {
        let engaged = !self.idle(desk);
        let new = NewLeg { call: id, state: LegState::Down, exten: "s", linked: Some(by), uniqueid: None };
        let leg = self.agent_leg(desk, &new);
        self.show_exten_of(by, leg);
        let extension =
            self.settings.agents.get(desk).map_or_else(String::new, |agent| agent.extension.clone());
        if !engaged {
            let at = self.ring(id, Some(by), leg, Why::Dial, &extension, self.settings.times.direct_ring);
            self.begin_part(id, desk, leg, via, at);
            return;
        }
        let at = self.tell_dial("DialBegin", Some(by), leg, &[("DialString", &extension)]);
        self.begin_part(id, desk, leg, via, at);
        if let Some(call) = self.calls.get_mut(&id) {
            call.ringing = Some(Ring { leg, by: Some(by), why: Why::Dial, since: self.now });
            if let Some(part) = call.past.part(leg) {
                part.result = OfferResult::Busy;
            }
        }
        self.unanswered(id, Unanswered::Rejected);
    }

    /// A called leg shows the extension that the calling one asked for.
    fn show_exten_of(&mut self, by: LegId, leg: LegId) {
        let exten = self.legs.get(&by).map(|by| by.exten.clone()).unwrap_or_default();
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.exten = exten;
        }
        self.connect_lines(by, leg);
    }

    /// A phone begins to ring. Answers when it began to be called.
    pub(super) fn ring(
        &mut self,
        id: CallId,
        by: Option<LegId>,
        leg: LegId,
        why: Why,
        dial_string: &str,
        limit: i64,
    ) -> At {
        let at = self.tell_dial("DialBegin", by, leg, &[("DialString", &dial_string)]);
        self.leg_state(leg, LegState::Ringing);
        self.tell_dial("DialState", by, leg, &[("DialStatus", &"RINGING")]);
        if let Some(call) = self.calls.get_mut(&id) {
            call.ringing = Some(Ring { leg, by, why, since: self.now });
        }
        self.after(limit, Due::RingOver(id, leg));
        self.expect_reaction(id);
        at
    }

    /// A phone has rung long enough.
    pub(super) fn ring_over(&mut self, id: CallId, leg: LegId) {
        if self.rings(id, leg) {
            self.unanswered(id, Unanswered::NoAnswer);
        }
    }

    /// The phone that rings in a call is answered.
    pub(super) fn answer(&mut self, id: CallId) {
        let Some(ring) = self.calls.get_mut(&id).and_then(|call| call.ringing.take()) else { return };
        self.leg_up(ring.leg);
        let at = self.tell_dial("DialEnd", ring.by, ring.leg, &[("DialStatus", &"ANSWER")]);
        match (ring.why, ring.by) {
            (Why::PickUp, _) => self.picked_up(id, ring.leg),
            (Why::Offer, Some(by)) => {
                self.leave_for_agent(id, ring.leg, ring.since);
                self.connect_legs(id, ring.leg, by, at);
            }
            (_, Some(by)) => {
                if let Some(leg) = self.legs.get_mut(&ring.leg) {
                    // The extension of a dialled leg is gone once it is up.
                    leg.exten.clear();
                }
                self.leg_up(by);
                self.connect_legs(id, ring.leg, by, at);
            }
            (_, None) => {}
        }
    }

    /// The phone that rings in a call is not answered, and what follows from it.
    pub(super) fn unanswered(&mut self, id: CallId, how: Unanswered) {
        let Some(ring) = self.calls.get(&id).and_then(|call| call.ringing) else { return };
        let cause = if how == Unanswered::Rejected { Cause::UserBusy } else { Cause::Unknown };
        if how == Unanswered::Rejected {
            self.tell_leg("HangupRequest", ring.leg, &[("Cause", &cause.code()), ("TechCause", &SIP_BUSY)]);
        }
        match ring.why {
            Why::PickUp => return self.not_picked_up(id, ring.leg, how),
            Why::Offer => self.tell_offer_unanswered(id, ring, how),
            Why::Dial => {
                if how == Unanswered::CalledOff
                    && let Some(by) = ring.by
                {
                    self.tell_leg("HangupRequest", by, &[("Cause", &Cause::NormalClearing.code())]);
                }
                let status = match how {
                    Unanswered::Rejected => "BUSY",
                    Unanswered::CalledOff | Unanswered::CutOff => "CANCEL",
                    Unanswered::NoAnswer | Unanswered::QueueTimeout => "NOANSWER",
                };
                self.tell_dial("DialEnd", ring.by, ring.leg, &[("DialStatus", &status)]);
            }
        }
        self.note_unanswered(id, ring.leg, how);
        let desk = self.legs.get(&ring.leg).and_then(|leg| leg.desk);
        self.end_unanswered_leg(id, ring.leg, cause);
        match (ring.why, how) {
            (Why::Offer, Unanswered::Rejected) => self.poll(id, desk),
            (Why::Offer, Unanswered::NoAnswer) => self.after(self.settings.times.retry, Due::Poll(id)),
            (Why::Dial, _) => self.dial_failed(id, ring.by, how),
            _ => {}
        }
    }

    /// Ends the offer of a caller who is gone, of their own doing or not; answers the leg, which is still to
    /// be ended.
    pub(super) fn call_off_offer(&mut self, id: CallId, asked: bool) -> Option<LegId> {
        let ring = self.calls.get(&id)?.ringing?;
        for _ in 0..2 {
            self.tell_dial("DialEnd", ring.by, ring.leg, &[("DialStatus", &"CANCEL")]);
        }
        self.note_unanswered(id, ring.leg, if asked { Unanswered::CalledOff } else { Unanswered::CutOff });
        Some(ring.leg)
    }

    fn tell_offer_unanswered(&mut self, id: CallId, ring: Ring, how: Unanswered) {
        let rang_ms = self.now.millis_since(ring.since);
        let queue = self.calls.get(&id).and_then(|call| call.waiting).map(|visit| visit.queue);
        let desk = self.legs.get(&ring.leg).and_then(|leg| leg.desk);
        let (Some(queue), Some(desk)) = (queue, desk) else { return };
        let (queue, interface, member) = self.member_names(queue, desk);
        let rejected = how == Unanswered::Rejected;
        if rejected {
            self.tell_dial("DialEnd", ring.by, ring.leg, &[("DialStatus", &"NOANSWER")]);
        }
        self.tell_dial(
            "AgentRingNoAnswer",
            ring.by,
            ring.leg,
            &[("Queue", &queue), ("Interface", &interface), ("MemberName", &member), ("RingTime", &rang_ms)],
        );
        if !rejected {
            for status in ["NOANSWER", "CANCEL"] {
                self.tell_dial("DialEnd", ring.by, ring.leg, &[("DialStatus", &status)]);
            }
        }
    }

    /// Ends a leg that rang in vain.
    pub(super) fn end_unanswered_leg(&mut self, id: CallId, leg: LegId, cause: Cause) {
        let at = self.end_leg(leg, cause);
        if let Some(call) = self.calls.get_mut(&id) {
            call.ringing = None;
            if let Some(part) = call.past.part(leg) {
                part.ended_at = at;
            }
        }
    }

    /// Writes down how an offer ended, for the agent who was called and for one who called.
    fn note_unanswered(&mut self, id: CallId, leg: LegId, how: Unanswered) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let by_customer = call.ringing.is_some_and(|ring| ring.by.is_some() && ring.by == call.customer);
        if how == Unanswered::CalledOff && by_customer {
            call.past.hung_up_by = HungUpBy::Customer;
        }
        if let Some(part) = call.past.part(leg)
            && part.result != OfferResult::Busy
        {
            part.result = match how {
                Unanswered::Rejected => OfferResult::Rejected,
                Unanswered::CalledOff => OfferResult::CancelledByCaller,
                // There is no word for a call that a command ended: it rang and was not answered.
                Unanswered::NoAnswer | Unanswered::CutOff | Unanswered::QueueTimeout => OfferResult::Missed,
            };
        }
    }

    /// Writes down that an agent is part of a call from `at` on. Until more is known, they missed it.
    pub(super) fn begin_part(&mut self, id: CallId, desk: DeskIndex, leg: LegId, via: Via, at: At) {
        let agent = self.settings.agents.get(desk).map(|agent| agent.extension.clone());
        let uniqueid = self.legs.get(&leg).map(|leg| leg.uniqueid.clone());
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.past.parts.push(PastPart {
            agent: agent.unwrap_or_default(),
            leg: uniqueid.unwrap_or_default(),
            via,
            result: OfferResult::Missed,
            offered_at: at,
            answered_at: None,
            ended_at: at,
            hold_ms: 0,
            sums_up: false,
            own_leg: leg,
        });
    }
}
