//! Handing a customer over: unannounced, or after asking a colleague. The question is a call of its own, with
//! an id of its own, until the customer joins it.

use super::ObedientPbx;
use super::call::{CallId, DeskIndex, INSIDE, LegId, LegState, Talk, Unanswered};
use super::legs::{Cause, NewLeg};
use super::queue::seconds;
use domain::call::{CallType, OfferResult, Via};

/// What ends the consulting leg of a transfer, as Asterisk shows it.
const TRANSFERRED_AWAY: u8 = 1;

impl ObedientPbx {
    /// Whether an agent has a customer and nobody else in a call.
    fn has_customer(&self, id: CallId) -> Option<Talk> {
        let call = self.calls.get(&id)?;
        call.talk.filter(|talk| call.customer == Some(talk.other) && call.consult.is_none())
    }

    /// The agent hands the customer over unannounced. False where there is no customer to hand over.
    pub(super) fn blind_transfer(&mut self, id: CallId, target: DeskIndex) -> bool {
        let Some(talk) = self.has_customer(id) else { return false };
        let (agent, customer) = (talk.agent, talk.other);
        let extension =
            self.settings.agents.get(target).map_or_else(String::new, |agent| agent.extension.clone());
        // Sent at every transfer, whether or not somebody was on hold.
        self.tell_leg("Unhold", agent, &[]);
        self.end_music(id);
        self.tell("BlindTransfer", |pbx, frame| {
            let frame = frame.put("Result", &"Success");
            let frame = pbx.write_leg("Transferer", agent, frame);
            let frame = pbx.write_leg("Transferee", customer, frame);
            let frame = pbx.write_bridge("", talk.bridge, frame);
            frame.put("IsExternal", &"Yes").put("Context", &INSIDE).put("Extension", &extension)
        });
        if let Some(leg) = self.legs.get_mut(&customer) {
            leg.context = INSIDE;
            leg.exten.clone_from(&extension);
            leg.priority = 1;
        }
        let parted = self.leave(customer);
        self.complete(id, "transfer");
        self.leave(agent);
        self.destroy(talk.bridge);
        self.end_parts(id, [agent, customer], parted);
        self.end_leg(agent, Cause::NormalClearing);
        if let Some(call) = self.calls.get_mut(&id) {
            call.talk = None;
            call.turn += 1;
            call.plan.clear();
            call.transfers += 1;
        }
        self.dial_agent(id, customer, target, Via::Transfer);
        true
    }

    /// The agent keeps the customer on hold and asks a colleague. False where there is no customer.
    pub(super) fn consult(&mut self, id: CallId, target: DeskIndex) -> bool {
        let Some(talk) = self.has_customer(id) else { return false };
        let Some(desk) = self.legs.get(&talk.agent).and_then(|leg| leg.desk) else { return false };
        let extension =
            self.settings.agents.get(target).map_or_else(String::new, |agent| agent.extension.clone());
        self.hold(id);
        let (question, leg) = self.begin_inside(desk, &extension, CallType::Internal, Via::Internal);
        if let Some(call) = self.calls.get_mut(&question) {
            call.consult_for = Some(id);
        }
        if let Some(call) = self.calls.get_mut(&id) {
            call.consult = Some(question);
            call.transfers += 1;
        }
        self.dial_agent(question, leg, target, Via::Internal);
        true
    }

    /// The agent who asked a colleague hands the customer over to them.
    pub(super) fn complete_transfer(&mut self, question: CallId) {
        let Some(asked) = self.calls.get(&question) else { return };
        let (Some(consult), origin) = (asked.talk, asked.origin) else { return };
        let main = asked.consult_for.and_then(|main| Some((main, self.calls.get(&main)?.talk?)));
        let Some((main, talk)) = main else {
            // The customer is gone meanwhile.
            return self.hang_up(question, origin, true);
        };
        let (target, customer, agent) = (consult.agent, talk.other, talk.agent);
        self.tell_leg("Unhold", agent, &[]);
        self.tell_leg("Unhold", origin, &[]);
        self.end_music(main);
        self.leave(target);
        let parted = self.leave(agent);
        self.move_leg(target, main, customer);
        let joined = self.enter(talk.bridge, target, Some(agent));
        self.tell_leg("SoftHangupRequest", origin, &[("Cause", &TRANSFERRED_AWAY)]);
        self.tell_attended(talk, consult, origin);
        self.complete(main, "transfer");
        self.end_parts(main, [agent, customer], parted);
        self.leave(origin);
        self.destroy(consult.bridge);
        self.end_leg(origin, Cause::NormalClearing);
        self.end_leg(agent, Cause::NormalClearing);
        self.connect_lines(customer, target);
        // It turned out to be part of the customer's call.
        let asked = self.calls.remove(&question);
        let taken = asked.and_then(|call| call.past.parts.into_iter().find(|part| part.own_leg == target));
        let Some(call) = self.calls.get_mut(&main) else { return };
        if let Some(mut part) = taken {
            part.via = Via::Transfer;
            part.result = OfferResult::Answered;
            part.answered_at = Some(joined);
            part.sums_up = true;
            call.past.parts.push(part);
        }
        call.consult = None;
        call.talk = Some(Talk { agent: target, held: None, ..talk });
        self.make_plan(main);
    }

    fn move_leg(&mut self, leg: LegId, to: CallId, linked: LegId) {
        let linkedid = self.legs.get(&linked).map(|leg| leg.linkedid.clone());
        if let (Some(leg), Some(linkedid)) = (self.legs.get_mut(&leg), linkedid) {
            leg.call = to;
            leg.linkedid = linkedid;
        }
    }

    fn tell_attended(&mut self, talk: Talk, consult: Talk, second: LegId) {
        self.tell("AttendedTransfer", |pbx, frame| {
            let frame = frame.put("Result", &"Success");
            let frame = pbx.write_leg("OrigTransferer", talk.agent, frame);
            let frame = pbx.write_bridge("Orig", talk.bridge, frame);
            let frame = pbx.write_leg("SecondTransferer", second, frame);
            let frame = pbx.write_bridge("Second", consult.bridge, frame);
            let frame = pbx.write_leg("Transferee", talk.other, frame);
            let frame = pbx.write_leg("TransferTarget", consult.agent, frame);
            let bridge = pbx.bridges.get(&talk.bridge).map_or("", |bridge| &bridge.id);
            frame.put("IsExternal", &"No").put("DestType", &"Bridge").put("DestBridgeUniqueid", &bridge)
        });
    }

    /// The agent who asked a colleague goes back to the customer.
    pub(super) fn take_back(&mut self, question: CallId) {
        let Some(origin) = self.calls.get(&question).map(|call| call.origin) else { return };
        self.end_by(origin, true);
    }

    /// The call is over while its agent asks a colleague: what they ask is a call like any other now. The
    /// same where the question is over: the agent is back with the customer.
    pub(super) fn let_consult_go(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let (question, main) = (call.consult.take(), call.consult_for.take());
        if let Some(call) = question.and_then(|question| self.calls.get_mut(&question)) {
            call.consult_for = None;
        }
        if let Some(main) = main {
            if let Some(call) = self.calls.get_mut(&main) {
                call.consult = None;
            }
            self.unhold(main);
            // Where a client had the agent ask, nothing is left of what they were about to do.
            let unplanned = self.calls.get(&main).is_some_and(|call| call.plan.is_empty());
            if unplanned { self.make_plan(main) } else { self.next_deed(main) }
        }
    }

    /// A dialled phone was not answered: the leg that dialled it ends, and the call with it.
    pub(super) fn dial_failed(&mut self, id: CallId, by: Option<LegId>, how: Unanswered) {
        let Some(by) = by else { return };
        let outside =
            self.calls.get(&id).is_some_and(|call| call.customer.is_none_or(|leg| leg != call.origin));
        let agent = self.legs.get(&by).and_then(|leg| leg.desk).is_some();
        if let Some(call) = self.calls.get_mut(&id)
            && let Some(part) = call.past.part(by).filter(|part| part.via == Via::Internal)
        {
            part.result = OfferResult::Unreachable;
        }
        let busy = how == Unanswered::Rejected && outside && agent && self.dialled_outside(id);
        self.soft_hangup(by);
        self.let_consult_go(id);
        self.finish(id, by, if busy { Cause::UserBusy } else { Cause::NormalClearing });
    }

    /// How many seconds a leg has lived.
    pub(super) fn age_s(&self, leg: LegId) -> i64 {
        self.legs.get(&leg).map_or(0, |leg| seconds(leg.began, self.now))
    }

    /// Begins a call with an agent's leg that dials `exten`.
    pub(super) fn begin_inside(
        &mut self,
        desk: DeskIndex,
        exten: &str,
        kind: CallType,
        via: Via,
    ) -> (CallId, LegId) {
        let id = self.next_call();
        let new = NewLeg { call: id, state: LegState::Ring, exten, linked: None, uniqueid: None };
        let leg = self.agent_leg(desk, &new);
        self.begin_call(id, leg, kind, exten);
        self.begin_part(id, desk, leg, via, self.now);
        (id, leg)
    }
}
