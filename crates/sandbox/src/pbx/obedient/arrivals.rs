//! Calls that people begin by themselves: who, when, and whom they call.

use super::ObedientPbx;
use super::agenda::Due;
use super::call::{Call, CallId, LegId, LegState, OUTSIDE};
use super::ledger::PastCall;
use super::legs::NewLeg;
use crate::dice::{Dice, mix};
use crate::people::Line;
use domain::call::{CallType, Via};
use domain::id::At;
use std::collections::VecDeque;

/// Keeps the dice of calls apart from each other and from those of the arrivals.
const PURPOSE: u64 = 7;
/// Most calls at a time; whoever else calls hears that all lines are engaged, and the phone system says
/// nothing.
pub(super) const MAX_CALLS: usize = 10_000;

impl ObedientPbx {
    /// Puts the next call that somebody begins on the agenda.
    pub(super) fn expect_arrival(&mut self) {
        const MINUTE_MS: f64 = 60_000.0;
        if self.settings.calls_per_minute > 0.0 {
            let mean = (MINUTE_MS / self.settings.calls_per_minute) as i64;
            // Even between none and two means: bursty enough, and the same on every machine.
            let after = self.dice.within(&(1..=mean.saturating_mul(2).max(1)));
            self.after(after, Due::Arrival);
        }
    }

    /// Somebody begins a call; nobody where no agent is free to.
    pub(super) fn arrive(&mut self) {
        self.expect_arrival();
        if self.settings.calls_per_minute <= 0.0 || self.calls.len() >= MAX_CALLS {
            return;
        }
        let begins = self.settings.begins;
        let agents = |weight: u32| if self.settings.agents_act { weight } else { 0 };
        let weights = [begins.queue, begins.direct, agents(begins.by_hand), agents(begins.internal)];
        match self.dice.weighted(weights.into_iter()) {
            Some(0) => {
                let group = self.dice.below(self.settings.groups.len());
                let caller = self.settings.callers.caller(&mut self.dice);
                self.call_group(group, caller);
            }
            Some(1) => {
                let desk = self.dice.below(self.settings.agents.len());
                let caller = self.settings.callers.caller(&mut self.dice);
                self.call_agent(desk, caller);
            }
            Some(2) => {
                let customer = self.settings.callers.customer(&mut self.dice);
                if let Some(desk) = self.somebody_idle() {
                    let number = format!("{}{}", self.settings.outside_prefix, customer.number);
                    self.dial_by_hand(desk, &number);
                }
            }
            Some(_) => {
                let other = self.dice.below(self.settings.agents.len());
                let extension = self.settings.agents.get(other).map(|agent| agent.extension.clone());
                let desk = self.somebody_idle().filter(|desk| *desk != other);
                if let (Some(desk), Some(extension)) = (desk, extension) {
                    self.dial_by_hand(desk, &extension);
                }
            }
            None => {}
        }
    }

    /// An agent who has no call and takes calls: who is paused sums up, or is away.
    pub(super) fn somebody_idle(&mut self) -> Option<usize> {
        let idle: Vec<usize> = (0..self.desks.len()).filter(|desk| self.free(*desk)).collect();
        idle.get(self.dice.below(idle.len())).copied()
    }

    /// A caller of a number of ours: a ring group's or an agent's. The frames, or `None` where the number is
    /// nobody's or all lines are engaged.
    pub fn call_in(&mut self, at: At, number: &str, did: &str) -> Option<Vec<u8>> {
        self.run(at);
        if self.calls.len() >= MAX_CALLS {
            return None;
        }
        let caller = Line { number: number.to_owned(), name: number.to_owned() };
        let group = self.settings.groups.iter().position(|group| group.did == did);
        let desk = self.settings.agents.iter().position(|agent| agent.direct == did);
        match (group, desk) {
            (Some(group), _) => self.call_group(group, caller),
            (None, Some(desk)) => self.call_agent(desk, caller),
            (None, None) => return None,
        }
        Some(self.wire.take_bytes())
    }

    pub(super) fn call_group(&mut self, group: usize, caller: Line) {
        let Some(did) = self.settings.groups.get(group).map(|group| group.did) else { return };
        let (id, leg) = self.begin_outside(caller, did);
        self.leg_up(leg);
        self.record(leg);
        self.join(id, group);
    }

    pub(super) fn call_agent(&mut self, desk: usize, caller: Line) {
        let Some(did) = self.settings.agents.get(desk).map(|agent| agent.direct.clone()) else { return };
        let (id, leg) = self.begin_outside(caller, &did);
        self.dial_agent(id, leg, desk, Via::Direct);
    }

    /// Begins a call with a customer's leg.
    fn begin_outside(&mut self, caller: Line, did: &str) -> (CallId, LegId) {
        let id = self.next_call();
        let new = NewLeg { call: id, state: LegState::Ring, exten: did, linked: None, uniqueid: None };
        let leg = self.outside_leg(caller, &new);
        self.begin_call(id, leg, CallType::Missed, did);
        (id, leg)
    }

    /// The id of a call that is about to begin.
    pub(super) fn next_call(&mut self) -> CallId {
        self.begun += 1;
        CallId(self.begun)
    }

    /// A call begins with its first leg. Its people have dice of their own: what happens in one call does not
    /// change what happens in another.
    pub(super) fn begin_call(&mut self, id: CallId, origin: LegId, kind: CallType, to: &str) {
        let Some(leg) = self.legs.get(&origin) else { return };
        let call = Call {
            dice: Dice::new(self.settings.seed ^ mix(id.0), PURPOSE),
            turn: 0,
            origin,
            customer: (leg.context == OUTSIDE).then_some(origin),
            waiting: None,
            ringing: None,
            talk: None,
            served: None,
            consult: None,
            consult_for: None,
            originate: None,
            plan: VecDeque::new(),
            transfers: 0,
            past: PastCall::begun(&leg.uniqueid, kind, &leg.caller.number, to, self.now),
        };
        self.calls.insert(id, call);
    }
}
