//! A planned day as it is carried out: who comes, goes and calls. The plan itself is made in [`crate::day`].

use super::ObedientPbx;
use super::agenda::Due;
use super::arrivals::MAX_CALLS;
use super::call::DeskIndex;
use super::queue::Member;
use super::settings::PbxSettings;
use crate::day::Planned;
use crate::people::Line;
use domain::id::At;
use std::collections::VecDeque;

/// Why ring groups leave an agent alone who is at lunch.
const LUNCH: &str = "Lunch";
/// How many callers are remembered, of whom somebody may call again.
const MAX_REMEMBERED: usize = 100;

/// How far the day has come, and who is at their desk.
#[derive(Debug, Default)]
pub(super) struct Floor {
    began: Option<At>,
    carried_out: usize,
    /// By desk.
    away: Vec<bool>,
    callers: VecDeque<Line>,
}

impl Floor {
    /// Nobody has come yet where a day is planned; else everybody is there.
    pub(super) fn new(settings: &PbxSettings) -> Floor {
        Floor { away: vec![settings.day.is_some(); settings.agents.len()], ..Floor::default() }
    }

    /// Whether an agent is at home or at lunch.
    pub(super) fn away(&self, desk: DeskIndex) -> bool {
        self.away.get(desk).copied().unwrap_or_default()
    }
}

impl ObedientPbx {
    /// When the planned day began, if it has.
    pub fn day_began(&self) -> Option<At> {
        self.floor.began
    }

    /// Whether everything planned was carried out and no call is left.
    pub fn day_is_over(&self) -> bool {
        let planned = self.settings.day.as_ref().map_or(0, |day| day.plan().len());
        self.floor.began.is_some() && self.floor.carried_out >= planned && self.calls.is_empty()
    }

    /// Begins the planned day, if there is one and it has not begun: now somebody listens.
    pub(super) fn begin_day(&mut self) {
        let now = self.now;
        let Some(day) = &self.settings.day else { return };
        if self.floor.began.is_some() {
            return;
        }
        let due: Vec<(usize, At)> =
            (0..day.plan().len()).filter_map(|index| Some((index, day.due(now, index)?))).collect();
        self.floor.began = Some(now);
        for (index, at) in due {
            self.agenda.add(at, Due::Planned(index));
        }
    }

    /// Whether an agent is there and neither in a call nor left alone.
    pub(super) fn free(&self, desk: DeskIndex) -> bool {
        self.idle(desk) && !self.floor.away(desk) && !self.paused_anywhere(desk)
    }

    /// How members are in queues.
    pub(super) fn membership(&self) -> &'static str {
        if self.settings.day.is_some() { "dynamic" } else { "static" }
    }

    pub(super) fn carry_out_planned(&mut self, index: usize) {
        self.floor.carried_out += 1;
        let planned = self.settings.day.as_ref().and_then(|day| day.plan().get(index));
        let Some((_, planned)) = planned.copied() else { return };
        match planned {
            Planned::LogsIn(desk) => {
                self.set_away(desk, false);
                self.set_present(desk, true);
            }
            Planned::LogsOut(desk) => {
                self.set_away(desk, true);
                self.set_present(desk, false);
            }
            Planned::Leaves(desk) => {
                self.set_away(desk, true);
                let changed = self.set_pause(desk, None, Some(LUNCH));
                self.tell_members("QueueMemberPause", changed);
            }
            Planned::Returns(desk) => self.return_to(desk),
            _ if self.calls.len() >= MAX_CALLS => {}
            Planned::CallsGroup(group) => {
                let caller = self.planned_caller();
                self.call_group(group, caller);
            }
            Planned::CallsAgent => {
                let there = (0..self.settings.agents.len()).filter(|desk| !self.floor.away(*desk));
                let there: Vec<DeskIndex> = there.collect();
                let caller = self.planned_caller();
                if let Some(desk) = there.get(self.dice.below(there.len())) {
                    self.call_agent(*desk, caller);
                }
            }
            Planned::DialsCustomer => self.dial_customer(),
            Planned::DialsColleague => self.dial_colleague(),
        }
    }

    fn dial_customer(&mut self) {
        let customer = self.settings.callers.customer(&mut self.dice);
        if let Some(desk) = self.somebody_idle() {
            let number = format!("{}{}", self.settings.outside_prefix, customer.number);
            self.dial_by_hand(desk, &number);
        }
    }

    fn dial_colleague(&mut self) {
        let Some(desk) = self.somebody_idle() else { return };
        let others: Vec<DeskIndex> = (0..self.settings.agents.len())
            .filter(|other| *other != desk && !self.floor.away(*other))
            .collect();
        let other = others.get(self.dice.below(others.len()));
        let agent = other.and_then(|other| self.settings.agents.get(*other));
        if let Some(extension) = agent.map(|agent| agent.extension.clone()) {
            self.dial_by_hand(desk, &extension);
        }
    }

    /// Somebody who calls: at times who has called before today.
    fn planned_caller(&mut self) -> Line {
        let repeats = self.settings.day.as_ref().map_or(0, |day| day.settings().repeats);
        let again = self.dice.percent(repeats);
        let place = self.dice.below(self.floor.callers.len());
        if let Some(caller) = self.floor.callers.get(place).filter(|_| again) {
            return caller.clone();
        }
        let caller = self.settings.callers.caller(&mut self.dice);
        if self.floor.callers.len() >= MAX_REMEMBERED {
            self.floor.callers.pop_front();
        }
        self.floor.callers.push_back(caller.clone());
        caller
    }

    fn set_away(&mut self, desk: DeskIndex, away: bool) {
        if let Some(place) = self.floor.away.get_mut(desk) {
            *place = away;
        }
    }

    /// Back from lunch. What a client paused meanwhile stays paused.
    fn return_to(&mut self, desk: DeskIndex) {
        self.set_away(desk, false);
        let lunch = |member: &Member| member.desk == desk && member.paused.as_deref() == Some(LUNCH);
        let paused = self.queues.iter().filter(|queue| queue.members.iter().any(lunch));
        let names: Vec<&'static str> = paused.map(|queue| queue.group.queue).collect();
        for name in names {
            let changed = self.set_pause(desk, Some(name), None);
            self.tell_members("QueueMemberPause", changed);
        }
    }

    /// An agent logs in to their queues, or out of them. A call that they have goes on; a pause goes with who is paused.
    fn set_present(&mut self, desk: DeskIndex, present: bool) {
        let mut changed = Vec::new();
        for (index, queue) in self.queues.iter_mut().enumerate() {
            for member in queue.members.iter_mut().filter(|member| member.desk == desk) {
                member.present = present;
                member.paused = None;
                changed.push((index, member.clone()));
            }
        }
        self.tell_members(if present { "QueueMemberAdded" } else { "QueueMemberRemoved" }, changed);
    }
}
