//! What simulated people do, thrown with the dice of the call they are in. How it is carried out is
//! elsewhere.

use super::ObedientPbx;
use super::agenda::Due;
use super::call::{Call, CallId, Deed, LegId, Reaction, Talk, Unanswered, Why};
use super::settings::PbxSettings;
use crate::dice::Dice;
use domain::id::At;
use std::collections::VecDeque;

/// What a person does with an agent's phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handset {
    /// Picks up.
    Answer,
    /// Refuses what rings.
    Reject,
    /// Puts the other side on hold, or takes them back.
    ToggleHold,
    /// Hangs up.
    HangUp,
    /// Dials a number or an extension.
    Dial(String),
}

/// Most times a call is handed over by people's own doing.
const MAX_TRANSFERS: u8 = 2;

impl Call {
    /// How somebody reacts to a phone that rings, and after how many milliseconds; none: they let it ring.
    fn reaction(&mut self, settings: &PbxSettings, why: Why, agent: bool) -> Option<(i64, Reaction)> {
        let (habits, times) = (&settings.habits, &settings.times);
        if agent && !settings.agents_act {
            return None;
        }
        let (misses, rejects) = match (why, agent) {
            (Why::PickUp, _) => (habits.click_missed, 0),
            (_, true) => (habits.misses, habits.rejects),
            (_, false) => (habits.customer_absent, habits.customer_busy),
        };
        let thrown = self.dice.below(100);
        if thrown < misses {
            // Who calls: the customer, or the agent who dials one. Colleagues wait for each other.
            let acts = self.customer == Some(self.origin) || settings.agents_act;
            let calls_off = why == Why::Dial && acts && self.customer.is_some();
            let after = self.dice.within(&times.call_off);
            return calls_off.then_some((after, Reaction::CallOff));
        }
        if thrown < misses + rejects {
            return Some((self.dice.within(&times.reject), Reaction::Reject));
        }
        let until = if why == Why::PickUp { &times.pick_up } else { &times.answer };
        Some((self.dice.within(until), Reaction::Answer))
    }

    /// What the two who were just connected are going to do.
    fn make_plan(&mut self, settings: &PbxSettings) {
        let (habits, times) = (&settings.habits, &settings.times);
        let dice = &mut self.dice;
        let mut plan = VecDeque::new();
        if self.consult_for.is_some() {
            let back = dice.percent(habits.taken_back);
            let deed = if back { Deed::TakeBack } else { Deed::CompleteTransfer };
            plan.push_back((dice.within(&times.consult), deed));
            self.plan = plan;
            return;
        }
        if self.customer.is_none() && !settings.agents_act {
            self.plan = plan;
            return;
        }
        let talk = settings.talk_ms(self.past.queue, dice);
        let with_customer = self.customer.is_some() && settings.agents_act;
        let mut rest = talk;
        if with_customer && dice.percent(habits.holds) {
            plan.push_back((talk / 3, Deed::Hold));
            plan.push_back((dice.within(&times.hold), Deed::Unhold));
            rest = talk - talk / 3;
        }
        let thrown = dice.below(100);
        let hands_over = with_customer && self.transfers < MAX_TRANSFERS;
        if hands_over && thrown < habits.blind {
            plan.push_back((rest / 2, Deed::BlindTransfer));
        } else if hands_over && thrown < habits.blind + habits.attended {
            plan.push_back((rest / 2, Deed::Consult));
            rest /= 2;
        }
        plan.push_back((rest, hangs_up(dice, settings)));
        self.plan = plan;
    }
}

fn hangs_up(dice: &mut Dice, settings: &PbxSettings) -> Deed {
    match settings.agents_act && dice.percent(settings.habits.agent_hangs_up) {
        true => Deed::AgentHangsUp,
        false => Deed::CustomerHangsUp,
    }
}

impl ObedientPbx {
    /// Puts on the agenda how somebody reacts to the phone that rings in a call.
    pub(super) fn expect_reaction(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Some(ring) = call.ringing else { return };
        let agent = self.legs.get(&ring.leg).is_some_and(|leg| leg.desk.is_some());
        let away =
            self.legs.get(&ring.leg).and_then(|leg| leg.desk).is_some_and(|desk| self.floor.away(desk));
        let reaction = call.reaction(&self.settings, ring.why, agent);
        // A phone whose user is away rings until whoever calls has had enough.
        let reaction = reaction.filter(|(_, reaction)| !away || *reaction == Reaction::CallOff);
        if let Some((after, reaction)) = reaction {
            self.after(after, Due::React(id, ring.leg, reaction));
        }
    }

    /// Carries out a reaction, if that phone still rings.
    pub(super) fn react(&mut self, id: CallId, leg: LegId, reaction: Reaction) {
        if !self.rings(id, leg) {
            return;
        }
        match reaction {
            Reaction::Answer => self.answer(id),
            Reaction::Reject => self.unanswered(id, Unanswered::Rejected),
            Reaction::CallOff => self.unanswered(id, Unanswered::CalledOff),
        }
    }

    /// Decides what the two who were just connected do, and begins it.
    pub(super) fn make_plan(&mut self, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.turn += 1;
            call.make_plan(&self.settings);
        }
        self.next_deed(id);
    }

    /// Puts the next thing that people do in a call on the agenda.
    pub(super) fn next_deed(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let turn = call.turn;
        if let Some((after, deed)) = call.plan.pop_front() {
            self.after(after, Due::Do(id, turn, deed));
        }
    }

    pub(super) fn carry_out_deed(&mut self, id: CallId, deed: Deed) {
        let talk = self.calls.get(&id).and_then(|call| call.talk);
        match (deed, talk) {
            (Deed::Hold, _) => {
                self.hold(id);
                self.next_deed(id);
            }
            (Deed::Unhold, _) => {
                self.unhold(id);
                self.next_deed(id);
            }
            (Deed::CustomerHangsUp, Some(talk)) => self.hang_up(id, talk.other, true),
            (Deed::AgentHangsUp, Some(talk)) => self.hang_up(id, talk.agent, true),
            (Deed::BlindTransfer | Deed::Consult, Some(talk)) => self.hand_over(id, talk, deed),
            (Deed::CompleteTransfer, _) => self.complete_transfer(id),
            (Deed::TakeBack, _) => self.take_back(id),
            (Deed::LeaveMailbox, _) => self.leave_mailbox(id, false, true),
            (Deed::LeaveMessage, _) => self.leave_mailbox(id, true, true),
            (_, None) => {}
        }
    }

    /// An agent hands the customer to a colleague who is free; where there is none, they go on talking.
    fn hand_over(&mut self, id: CallId, talk: Talk, deed: Deed) {
        let own = self.legs.get(&talk.agent).and_then(|leg| leg.desk);
        let free: Vec<usize> =
            (0..self.desks.len()).filter(|desk| Some(*desk) != own && self.free(*desk)).collect();
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Some(&target) = free.get(call.dice.below(free.len())) else {
            return self.next_deed(id);
        };
        match deed {
            Deed::BlindTransfer => drop(self.blind_transfer(id, target)),
            _ => drop(self.consult(id, target)),
        }
    }

    /// A person uses the phone of `extension`. The frames of what happened, or `None` where the phone cannot
    /// do that now.
    pub fn handset(&mut self, at: At, extension: &str, press: &Handset) -> Option<Vec<u8>> {
        self.run(at);
        let desk = self.desk_of(extension)?;
        let legs = self.desks.get(desk)?.clone();
        // The newest leg is the one at the ear.
        let done = match press {
            Handset::Dial(number) => legs.is_empty() && self.dial_by_hand(desk, number),
            Handset::Answer => legs.iter().rev().any(|leg| self.pick_up(*leg)),
            Handset::Reject => legs.iter().rev().any(|leg| self.refuse(*leg)),
            Handset::ToggleHold => legs.iter().rev().any(|leg| self.toggle_hold(*leg)),
            Handset::HangUp => legs.last().is_some_and(|leg| self.end_by(*leg, true)),
        };
        done.then(|| self.wire.take_bytes())
    }

    /// Answers a phone that rings.
    pub(super) fn pick_up(&mut self, leg: LegId) -> bool {
        let Some(call) = self.legs.get(&leg).map(|leg| leg.call) else { return false };
        let rings = self.rings(call, leg);
        if rings {
            self.answer(call);
        }
        rings
    }

    fn refuse(&mut self, leg: LegId) -> bool {
        let Some(call) = self.legs.get(&leg).map(|leg| leg.call) else { return false };
        let rings = self.rings(call, leg);
        if rings {
            self.unanswered(call, Unanswered::Rejected);
        }
        rings
    }
}
