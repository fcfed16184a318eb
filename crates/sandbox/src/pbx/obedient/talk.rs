//! Two who talk: how they are connected, hold each other and part, and how a call is over.

use super::ObedientPbx;
use super::call::{CallId, LegId, Talk, Unanswered};
use super::legs::Cause;
use domain::call::{CallType, HungUpBy, OfferResult, Via};
use domain::id::At;

impl ObedientPbx {
    /// Connects a leg that answered and the one that called it. `answered` is when it did.
    pub(super) fn connect_legs(&mut self, id: CallId, called: LegId, by: LegId, answered: At) {
        self.connect_lines(by, called);
        let (bridge, at) = self.bridge_legs(called, by);
        let Some(call) = self.calls.get_mut(&id) else { return };
        let (agent, other) = if call.customer == Some(called) { (by, called) } else { (called, by) };
        call.talk = Some(Talk { bridge, agent, other, held: None });
        let with_customer = call.customer.is_some();
        for leg in [agent, other] {
            if let Some(part) = call.past.part(leg) {
                part.result = OfferResult::Answered;
                part.answered_at = Some(if with_customer { at } else { answered });
                part.sums_up = with_customer;
            }
        }
        call.past.kind = match call.past.kind {
            CallType::Missed | CallType::Abandoned => CallType::Inbound,
            CallType::OutboundMissed => CallType::Outbound,
            kind => kind,
        };
        self.make_plan(id);
    }

    /// The agent puts the other side on hold; nothing happens where they are already.
    pub(super) fn hold(&mut self, id: CallId) {
        let Some(talk) = self.talk_held(id, false) else { return };
        let at = self.tell_leg("Hold", talk.agent, &[("MusicClass", &"default")]);
        self.tell_leg("MusicOnHoldStart", talk.other, &[("Class", &"default")]);
        self.set_held(id, Some(at));
    }

    /// The agent takes the other side back; nothing happens where they are not on hold.
    pub(super) fn unhold(&mut self, id: CallId) {
        let Some(talk) = self.talk_held(id, true) else { return };
        self.tell_leg("Unhold", talk.agent, &[]);
        self.end_music(id);
    }

    /// The other side no longer hears music, if they did.
    pub(super) fn end_music(&mut self, id: CallId) {
        let Some(talk) = self.talk_held(id, true) else { return };
        let at = self.tell_leg("MusicOnHoldStop", talk.other, &[]);
        self.set_held(id, None);
        let Some(since) = talk.held else { return };
        let part = self.calls.get_mut(&id).and_then(|call| call.past.part(talk.agent));
        if let Some(part) = part.filter(|part| part.via != Via::Internal) {
            part.hold_ms += at.millis_since(since);
        }
    }

    /// Hold, or back from it. False where the leg does not talk.
    pub(super) fn toggle_hold(&mut self, leg: LegId) -> bool {
        let Some(id) = self.legs.get(&leg).map(|leg| leg.call) else { return false };
        let Some(call) = self.calls.get(&id) else { return false };
        let Some(talk) = call.talk.filter(|talk| talk.agent == leg && call.consult.is_none()) else {
            return false;
        };
        if talk.held.is_some() {
            self.unhold(id)
        } else {
            self.hold(id)
        }
        true
    }

    fn talk_held(&self, id: CallId, held: bool) -> Option<Talk> {
        self.calls.get(&id)?.talk.filter(|talk| talk.held.is_some() == held)
    }

    fn set_held(&mut self, id: CallId, held: Option<At>) {
        if let Some(talk) = self.calls.get_mut(&id).and_then(|call| call.talk.as_mut()) {
            talk.held = held;
        }
    }

    /// One of two who talk hangs up; where nobody `asked`, a command did it for them.
    pub(super) fn hang_up(&mut self, id: CallId, first: LegId, asked: bool) {
        let Some(talk) = self.calls.get(&id).and_then(|call| call.talk) else { return };
        let second = if first == talk.agent { talk.other } else { talk.agent };
        if asked {
            self.tell_leg("HangupRequest", first, &[("Cause", &Cause::NormalClearing.code())]);
            self.note_hung_up(id, first);
        }
        self.end_music(id);
        // As Asterisk has it: a command counts as the caller.
        let by_agent = asked && first == talk.agent;
        self.complete(id, if by_agent { "agent" } else { "caller" });
        let parted = self.leave(first);
        self.leave(second);
        let origin = self.calls.get(&id).map(|call| call.origin);
        if let Some(origin) = origin {
            self.soft_hangup(origin);
        }
        self.destroy(talk.bridge);
        self.end_parts(id, [first, second], parted);
        self.let_consult_go(id);
        let own_end = self.end_leg(first, Cause::NormalClearing);
        self.end_internal_part(id, first, own_end);
        self.finish(id, second, Cause::NormalClearing);
    }

    fn note_hung_up(&mut self, id: CallId, leg: LegId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let customer = call.customer == Some(leg);
        call.past.hung_up_by = if customer { HungUpBy::Customer } else { HungUpBy::Agent };
    }

    /// The parts of agents in a talk that ended at `at`.
    pub(super) fn end_parts(&mut self, id: CallId, legs: [LegId; 2], at: At) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        for leg in legs {
            if let Some(part) = call.past.part(leg) {
                part.ended_at = at;
            }
        }
    }

    /// Somebody who talked to a colleague is done when their phone is.
    fn end_internal_part(&mut self, id: CallId, leg: LegId, at: At) {
        let part = self.calls.get_mut(&id).and_then(|call| call.past.part(leg));
        if let Some(part) = part.filter(|part| part.via == Via::Internal) {
            part.ended_at = at;
        }
    }

    /// Ends the last leg of a call, and the call with it.
    pub(super) fn finish(&mut self, id: CallId, last: LegId, cause: Cause) {
        let part_open = self.legs.contains_key(&last);
        let at = if part_open { self.end_leg(last, cause) } else { self.now };
        let Some(mut call) = self.calls.remove(&id) else { return };
        // Whoever dialled in vain is done when their own leg is, whoever talked when they parted.
        if let Some(part) = call.past.part(last).filter(|part| !part.sums_up || part.answered_at.is_none()) {
            part.ended_at = at;
        }
        call.past.ended_at = at;
        self.ledger.keep_call(call.past);
    }

    /// A leg is ended, by whoever is behind it or by a command: whatever that means where it is in its call.
    /// False where there is no such leg.
    pub(super) fn end_by(&mut self, leg: LegId, asked: bool) -> bool {
        let Some(id) = self.legs.get(&leg).map(|leg| leg.call) else { return false };
        let Some(call) = self.calls.get(&id) else { return false };
        if let Some(ring) = call.ringing.filter(|ring| ring.leg == leg) {
            // Hanging up a phone that rings is no rejection where a command does it.
            let reject = asked && ring.by.is_some();
            let how = if reject { Unanswered::Rejected } else { Unanswered::NoAnswer };
            self.unanswered(id, how);
        } else if call.waiting.is_some() {
            self.abandon(id, asked);
        } else if call.talk.is_some() {
            self.hang_up(id, leg, asked);
        } else if call.ringing.is_some() {
            self.unanswered(id, if asked { Unanswered::CalledOff } else { Unanswered::CutOff });
        } else {
            self.leave_mailbox(id, false, asked);
        }
        true
    }
}
