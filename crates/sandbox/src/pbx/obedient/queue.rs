//! Ring groups: callers wait in order, and every few seconds each looks for an agent who is free, not paused
//! and next in turn. One phone rings at a time. A look decides by what holds at its moment, so that a pause
//! which comes after a call may come too late, as with a real one (see `domain::duty`). Ringing itself is in
//! [`super::ringing`].

use super::ObedientPbx;
use super::agenda::Due;
use super::call::{CallId, DeskIndex, LegId, QueueIndex, Served, Unanswered, Visit};
use super::ledger::Offer;
use super::legs::Cause;
use super::settings::PbxSettings;
use crate::centre::RingGroup;
use domain::call::{CallType, HungUpBy};
use domain::id::At;

/// An agent in a ring group.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) desk: DeskIndex,
    /// Whether they are logged in to it.
    pub(super) present: bool,
    /// Why they are offered nothing; `None`: they are.
    pub(super) paused: Option<String>,
    pub(super) taken: u64,
    /// When they last had a call, and were last paused: seconds, 0 where never.
    pub(super) last_call: i64,
    pub(super) last_pause: i64,
}

/// A ring group.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    pub(super) group: RingGroup,
    pub(super) members: Vec<Member>,
    pub(super) waiting: Vec<CallId>,
    /// The member whose turn it is.
    turn: usize,
    pub(super) completed: u64,
    pub(super) abandoned: u64,
    pub(super) messages: u64,
}

/// The ring groups at the start, nobody paused.
pub(super) fn queues(settings: &PbxSettings) -> Vec<Queue> {
    let groups = settings.groups.len().max(1);
    let in_group =
        |desk: usize, queue: usize| (queue + groups - desk % groups) % groups < settings.groups_an_agent;
    let queue = |(queue, group): (usize, &RingGroup)| Queue {
        group: *group,
        members: (0..settings.agents.len())
            .filter(|desk| in_group(*desk, queue))
            .map(|desk| Member {
                desk,
                present: settings.day.is_none(),
                paused: None,
                taken: 0,
                last_call: 0,
                last_pause: 0,
            })
            .collect(),
        waiting: Vec::new(),
        turn: 0,
        completed: 0,
        abandoned: 0,
        messages: 0,
    };
    settings.groups.iter().enumerate().map(queue).collect()
}

impl ObedientPbx {
    /// A caller joins a ring group.
    pub(super) fn join(&mut self, id: CallId, index: QueueIndex) {
        let Some(queue) = self.queues.get_mut(index) else { return };
        queue.waiting.push(id);
        let (name, count) = (queue.group.queue, queue.waiting.len());
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.waiting = Some(Visit { queue: index, joined: self.now, position: count });
        call.past.queue = Some(name);
        let patience = self.settings.patience_ms(name, &mut call.dice);
        let leg = call.origin;
        self.tell_leg("QueueCallerJoin", leg, &[("Queue", &name), ("Position", &count), ("Count", &count)]);
        self.tell_leg("MusicOnHoldStart", leg, &[("Class", &"default")]);
        self.after(patience, Due::GiveUp(id));
        self.after(self.settings.times.queue_timeout, Due::QueueTimeout(id));
        self.poll(id, None);
    }

    /// Looks for an agent for a waiting caller. `except` has just rejected them.
    pub(super) fn poll(&mut self, id: CallId, except: Option<DeskIndex>) {
        let Some(visit) =
            self.calls.get(&id).filter(|call| call.ringing.is_none()).and_then(|call| call.waiting)
        else {
            return;
        };
        let Some(queue) = self.queues.get(visit.queue) else { return };
        let looks = |other: &&CallId| self.calls.get(other).is_some_and(|call| call.ringing.is_none());
        let ahead = queue.waiting.iter().take_while(|other| **other != id).filter(looks).count();
        let count = queue.members.len();
        let in_turn = (0..count).map(|nth| (queue.turn + nth) % count);
        let takes = |member: &Member| {
            member.present && member.paused.is_none() && self.idle(member.desk) && Some(member.desk) != except
        };
        let free: Vec<usize> = in_turn.filter(|place| queue.members.get(*place).is_some_and(takes)).collect();
        match free.first() {
            Some(&place) if ahead < free.len() => self.offer(id, visit.queue, place),
            _ => self.after(self.settings.times.retry, Due::Poll(id)),
        }
    }

    fn offer(&mut self, id: CallId, index: QueueIndex, place: usize) {
        let Some(queue) = self.queues.get_mut(index) else { return };
        queue.turn = place + 1;
        let Some(member) = queue.members.get(place) else { return };
        let (desk, paused, name) = (member.desk, member.paused.is_some(), queue.group.queue);
        let agent = self.settings.agents.get(desk).map(|agent| agent.extension.clone());
        let engaged = !self.idle(desk);
        let offer = Offer { at: self.now, queue: name, agent: agent.unwrap_or_default(), paused, engaged };
        self.ledger.keep_offer(offer);
        self.ring_for_queue(id, index, desk);
    }

    /// Takes a caller out of the ring group: what `QueueCallerLeave` says of it.
    fn step_out(&mut self, id: CallId) -> Option<(Visit, usize, usize)> {
        let visit = self.calls.get_mut(&id)?.waiting.take()?;
        let queue = self.queues.get_mut(visit.queue)?;
        let position = queue.waiting.iter().position(|other| *other == id)?;
        queue.waiting.remove(position);
        Some((visit, position + 1, queue.waiting.len()))
    }

    /// The ring group connects the caller to the agent who answered on `leg`.
    pub(super) fn leave_for_agent(&mut self, id: CallId, leg: LegId, ring_since: At) {
        let Some(call) = self.calls.get(&id) else { return };
        let customer = call.origin;
        self.tell_leg("MusicOnHoldStop", customer, &[]);
        let Some((visit, position, count)) = self.step_out(id) else { return };
        let Some(desk) = self.legs.get(&leg).and_then(|leg| leg.desk) else { return };
        let (queue, interface, member) = self.member_names(visit.queue, desk);
        let left: [(&str, &dyn std::fmt::Display); 3] =
            [("Queue", &queue), ("Position", &position), ("Count", &count)];
        self.tell_leg("QueueCallerLeave", customer, &left);
        let waited_s = seconds(visit.joined, self.now);
        let rang_s = seconds(ring_since, self.now);
        self.tell_dial(
            "AgentConnect",
            Some(customer),
            leg,
            &[
                ("Queue", &queue),
                ("Interface", &interface),
                ("MemberName", &member),
                ("HoldTime", &waited_s),
                ("RingTime", &rang_s),
            ],
        );
        if let Some(call) = self.calls.get_mut(&id) {
            call.served = Some(Served { queue: visit.queue, desk, leg, waited_s, since: self.now });
        }
    }

    /// The part of the agent whom the ring group connected is over, as the ring group sees it.
    pub(super) fn complete(&mut self, id: CallId, reason: &str) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Some(served) = call.served.take() else { return };
        let customer = call.origin;
        let second = self.now.0.div_euclid(1_000_000);
        if let Some(queue) = self.queues.get_mut(served.queue) {
            queue.completed += 1;
        }
        for member in self.queues.iter_mut().flat_map(|queue| &mut queue.members) {
            // All ring groups share it, as `shared_lastcall` has it.
            if member.desk == served.desk {
                member.taken += 1;
                member.last_call = second;
            }
        }
        let (queue, interface, member) = self.member_names(served.queue, served.desk);
        self.tell_dial(
            "AgentComplete",
            Some(customer),
            served.leg,
            &[
                ("Queue", &queue),
                ("Interface", &interface),
                ("MemberName", &member),
                ("HoldTime", &served.waited_s),
                ("TalkTime", &seconds(served.since, self.now)),
                ("Reason", &reason),
            ],
        );
    }

    /// A waiting caller hangs up.
    pub(super) fn give_up(&mut self, id: CallId) {
        self.abandon(id, true);
    }

    /// A waiting caller is gone: they hung up, or a command hung up for them.
    pub(super) fn abandon(&mut self, id: CallId, asked: bool) {
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.waiting.is_some()) else { return };
        let customer = call.origin;
        if asked {
            call.past.kind = CallType::Abandoned;
            call.past.hung_up_by = HungUpBy::Customer;
            self.tell_leg("HangupRequest", customer, &[]);
        }
        self.tell_leg("MusicOnHoldStop", customer, &[]);
        let rang = self.call_off_offer(id, asked);
        self.tell_abandon(id);
        self.soft_hangup(customer);
        if let Some(leg) = rang {
            self.end_unanswered_leg(id, leg, Cause::Unknown);
        }
        self.finish(id, customer, Cause::Unknown);
    }

    /// The ring group gives up: the mailbox answers.
    pub(super) fn queue_gives_up(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id).filter(|call| call.waiting.is_some()) else { return };
        let customer = call.origin;
        if call.ringing.is_some() {
            self.unanswered(id, Unanswered::QueueTimeout);
        }
        // A false friend: the caller is still there.
        self.tell_abandon(id);
        if let Some(leg) = self.legs.get_mut(&customer) {
            leg.variables.queue_status = "TIMEOUT";
        }
        self.tell_leg("MusicOnHoldStop", customer, &[]);
        self.answer_mailbox(id);
    }

    fn tell_abandon(&mut self, id: CallId) {
        let Some(customer) = self.calls.get(&id).map(|call| call.origin) else { return };
        let Some((visit, position, count)) = self.step_out(id) else { return };
        let Some(queue) = self.queues.get_mut(visit.queue) else { return };
        queue.abandoned += 1;
        let name = queue.group.queue;
        self.tell_leg(
            "QueueCallerAbandon",
            customer,
            &[
                ("Queue", &name),
                ("Position", &position),
                ("OriginalPosition", &visit.position),
                ("HoldTime", &seconds(visit.joined, self.now)),
            ],
        );
        let left: [(&str, &dyn std::fmt::Display); 3] =
            [("Queue", &name), ("Position", &position), ("Count", &count)];
        self.tell_leg("QueueCallerLeave", customer, &left);
    }

    /// Names of a queue and of a member of it: queue, interface, member name.
    pub(super) fn member_names(&self, queue: QueueIndex, desk: DeskIndex) -> (&'static str, String, String) {
        let queue = self.queues.get(queue).map_or("", |queue| queue.group.queue);
        let name = self.settings.agents.get(desk).map_or_else(String::new, |agent| agent.name.clone());
        (queue, self.interface(desk), name)
    }

    /// Whom ring groups leave alone, and why: extension, queue, reason.
    pub fn pauses(&self) -> Vec<(String, &'static str, String)> {
        let of_queue = |queue: &Queue| {
            let name = queue.group.queue;
            let paused =
                queue.members.iter().filter_map(|member| Some((member.desk, member.paused.clone()?)));
            paused.map(move |(desk, reason)| (desk, name, reason)).collect::<Vec<_>>()
        };
        let all = self.queues.iter().flat_map(of_queue);
        all.filter_map(|(desk, queue, reason)| {
            Some((self.settings.agents.get(desk)?.extension.clone(), queue, reason))
        })
        .collect()
    }

    /// Whether any ring group leaves the agent alone.
    pub(super) fn paused_anywhere(&self, desk: DeskIndex) -> bool {
        let members = self.queues.iter().flat_map(|queue| &queue.members);
        members.filter(|member| member.desk == desk).any(|member| member.paused.is_some())
    }
}

/// Whole seconds between two moments, as the phone system counts them.
pub(super) fn seconds(from: At, to: At) -> i64 {
    to.0.div_euclid(1_000_000) - from.0.div_euclid(1_000_000)
}
