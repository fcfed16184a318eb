//! From the events of one call to what the call is. A call is a pure function of the *set* of its events:
//! it is folded anew whenever an event is added, in the order of the source's clock, so that late, repeated
//! and reordered events cannot lead anywhere else than the same events in order (invariant 4). Which events
//! belong to one call is decided in [`super::book`].

mod outcome;
mod parts;
mod switchboard;

use super::policy::{CallPolicy, SETTLE_MS};
use super::record::{CallRecord, CallState, Direction, NoActivity, Voicemail};
use crate::event::{CallEvent, Fact, LegRef, Role};
use crate::id::{At, CallKey, TenantId};
use parts::{Parts, Scene};
use std::collections::BTreeSet;
use switchboard::{LegIndex, Switchboard};

/// What a fold needs beside the events.
#[derive(Clone, Copy, Debug)]
pub struct FoldContext<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// Name of the source.
    pub source: &'a str,
    /// The id of the call.
    pub key: CallKey,
    /// Reads the time out of the source's ids, where they carry one.
    pub id_time: fn(&str) -> Option<At>,
    /// The settings.
    pub policy: &'a CallPolicy,
    /// Whether a gap lies within the call.
    pub gap: bool,
    /// When the call ended, if that was told before: it never lives again (invariant 5).
    pub ended_before: Option<At>,
    /// The source's clock now.
    pub now: At,
}

/// A call, and when it would look different without any further event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The call.
    pub record: CallRecord,
    /// When to fold again, if no event comes before.
    pub due: Option<At>,
}

#[derive(Default)]
struct Running {
    board: Switchboard,
    parts: Parts,
    /// The leg the call began with, and where it stands once it is on the board.
    begins_with: String,
    origin: Option<LegIndex>,
    queue: Option<String>,
    /// Whether the caller is in a ring group, and since when they have waited for an agent.
    in_queue: bool,
    waits: Option<At>,
    recording: Option<String>,
    mailbox: Option<String>,
    message: Option<String>,
    talk_us: i64,
    hold_us: i64,
    vanished: bool,
    reduced: bool,
}

/// Folds the events of one call; `None` where nobody talks on any of its legs (recorders, spies).
pub fn fold(events: &BTreeSet<CallEvent>, context: &FoldContext<'_>) -> Option<Folded> {
    let mut run = Running { begins_with: begins_with(events)?, ..Running::default() };
    let mut before: Option<At> = None;
    for event in events {
        run.step(event, before.unwrap_or(event.at));
        before = Some(event.at);
    }
    let origin = run.origin?;
    Some(run.finish(origin, context))
}

/// The leg the call began with: the first that somebody talks on, or the one that this was linked to from its
/// own beginning, where that was heard of only later (an agent whom a queue offers a caller did not dial them,
/// even if nobody listened when the caller came).
fn begins_with(events: &BTreeSet<CallEvent>) -> Option<String> {
    let legs = || events.iter().flat_map(|event| event.with.iter().chain([&event.on]));
    let talked_on = |leg: &&LegRef| leg.role != Role::Helper;
    let first = legs().find(talked_on)?;
    let linked = legs().filter(talked_on).find(|leg| leg.leg == first.link);
    Some(linked.unwrap_or(first).leg.clone())
}

impl Running {
    fn step(&mut self, event: &CallEvent, before: At) {
        let customers = self.customers();
        let (talks, holds) = self.parts.talking(&self.board, &customers);
        let passed = event.at.0 - before.0;
        self.talk_us += if talks { passed } else { 0 };
        self.hold_us += if holds { passed } else { 0 };
        self.parts.add_hold(before, event.at, &self.board, &customers);

        let on = self.board.apply(event);
        self.find_origin(event.at);
        match &event.fact {
            Fact::QueueJoined { queue } => {
                self.queue = Some(queue.clone());
                self.in_queue = true;
                // Who goes on from one ring group into the next has waited since the first.
                self.waits.get_or_insert(event.at);
            }
            Fact::QueueLeft => self.in_queue = false,
            Fact::Offered { queue, agent } => {
                self.queue.get_or_insert_with(|| queue.clone());
                self.parts.offered(on, agent, event.at);
            }
            Fact::DialBegan { .. } => self.parts.called(on, event.at, &self.board, self.origin),
            Fact::Recorded { path } => {
                let known = self.recording.get_or_insert_default();
                if let Some(path) = path.as_ref().filter(|_| known.is_empty()) {
                    known.clone_from(path);
                }
            }
            Fact::VoicemailLeft { mailbox } => self.mailbox = Some(mailbox.clone()),
            Fact::VoicemailFile { path } => self.message = Some(path.clone()),
            Fact::Vanished => self.vanished = true,
            Fact::Reduced => self.reduced = true,
            _ => {}
        }
        let customers = self.customers();
        self.parts.reconnect(event.at, &self.board, &customers);
        if self.waits.is_some() && self.parts.talking(&self.board, &customers).0 {
            (self.in_queue, self.waits) = (false, None);
        }
    }

    fn find_origin(&mut self, at: At) {
        if self.origin.is_some() {
            return;
        }
        self.origin = self.board.legs.iter().position(|leg| leg.id == self.begins_with);
        if let Some(origin) = self.origin {
            self.parts.originated(origin, at, &self.board);
        }
    }

    /// The legs of the one outside party the call is with; other outside legs are third parties.
    fn customers(&self) -> Vec<LegIndex> {
        let legs = &self.board.legs;
        let outside = |index: &LegIndex| legs[*index].role == Role::Customer;
        match self.origin {
            None => Vec::new(),
            Some(origin) if outside(&origin) => vec![origin],
            Some(_) => {
                let Some(first) = (0..legs.len()).find(outside) else { return Vec::new() };
                let caller = self.board.caller(first);
                let retried = |index: &LegIndex| {
                    *index == first || (caller.is_some() && self.board.caller(*index) == caller)
                };
                (0..legs.len()).filter(outside).filter(retried).collect()
            }
        }
    }

    fn direction(&self, origin: LegIndex, customers: &[LegIndex]) -> (Direction, Option<NoActivity>) {
        let leg = &self.board.legs[origin];
        if leg.role == Role::Customer {
            return (Direction::Inbound, None);
        }
        if !customers.is_empty() {
            return (Direction::Outbound, None);
        }
        if leg.is_ear() {
            return (Direction::Internal, Some(NoActivity::ListeningIn));
        }
        let asked_to_call_out = leg.refused || leg.called.is_some_and(|(_, by)| by.is_none());
        let alone = self.board.legs.iter().filter(|leg| leg.role != Role::Helper).count() == 1;
        match (asked_to_call_out, alone) {
            (true, true) if !leg.up => (Direction::Outbound, Some(NoActivity::AgentDidNotPickUp)),
            (_, true) => (Direction::Internal, Some(NoActivity::NoCustomer)),
            (_, false) => (Direction::Internal, Some(NoActivity::InternalCall)),
        }
    }

    fn finish(mut self, origin: LegIndex, context: &FoldContext<'_>) -> Folded {
        let inferred = context.gap || self.vanished || self.beginning_unseen();
        if inferred {
            self.parts.adopt_unheard(&self.board);
        }
        let customers = self.customers();
        let (direction, no_activity) = self.direction(origin, &customers);
        let over_at = self.over_at().or(context.ended_before);
        let settles_at = over_at.map(|at| at.plus_millis(SETTLE_MS));
        let ended = context.ended_before.is_some() || settles_at.is_some_and(|at| context.now >= at);
        let scene = Scene {
            tenant: context.tenant,
            source: context.source,
            id_time: context.id_time,
            policy: context.policy,
            board: &self.board,
            customers: &customers,
            direction,
            now: context.now,
        };
        let engagements = self.parts.engagements(&scene);
        let due = match settles_at {
            Some(_) if ended => None,
            Some(at) => Some(at),
            None => self.parts.next_due(&self.board, context.now),
        };
        let mut record = CallRecord {
            key: context.key,
            source: context.source.to_owned(),
            state: if ended { CallState::Ended } else { CallState::Live },
            kind: None,
            direction,
            from: self.from(origin),
            to: self.to(origin, direction, &customers),
            did: None,
            ring_group: self.queue.clone(),
            started_at: self.board.legs[origin].first_seen,
            answered_at: self.parts.first_connected(),
            ended_at: over_at.map(|at| self.customer_end(&customers).unwrap_or(at)),
            waiting_since: self.waiting_since(direction, &customers).filter(|_| !ended),
            wait_ms: None,
            talk_ms: self.talk_us / 1000,
            hold_ms: self.hold_us / 1000,
            recording: self.recording.clone(),
            voicemail: self.mailbox.clone().map(|mailbox| Voicemail { mailbox, path: self.message.clone() }),
            hung_up_by: None,
            no_activity: no_activity.filter(|_| ended),
            inferred,
            explanation: Vec::new(),
            engagements,
        };
        if direction == Direction::Inbound {
            record.did.clone_from(&record.to);
        }
        self.conclude(&mut record, &customers, context, ended);
        Folded { record, due }
    }

    /// Whether a leg that somebody talks on was first heard of in mid-life.
    fn beginning_unseen(&self) -> bool {
        self.board.legs.iter().any(|leg| leg.role != Role::Helper && !leg.started && !leg.refused)
    }

    /// When the last leg that somebody talks on ended, if all have. Where each is first heard of under a name behind which
    /// nobody is, all of them count: such a call must end as well.
    fn over_at(&self) -> Option<At> {
        let legs = || self.board.legs.iter();
        let nobody = legs().all(|leg| leg.role == Role::Helper);
        let talked_on = legs().filter(|leg| nobody || leg.role != Role::Helper);
        let ends: Option<Vec<At>> = talked_on.map(|leg| Some(leg.ended?.0)).collect();
        ends?.into_iter().max()
    }

    fn waiting_since(&self, direction: Direction, customers: &[LegIndex]) -> Option<At> {
        let there = customers.iter().any(|&leg| self.board.legs[leg].ended.is_none());
        self.waits.filter(|_| self.in_queue && there && direction == Direction::Inbound)
    }

    fn customer_end(&self, customers: &[LegIndex]) -> Option<At> {
        customers.iter().filter_map(|&leg| self.board.legs[leg].ended).map(|(at, _)| at).max()
    }

    /// The number of whoever called. A caller's own is told with the beginning of their leg, whether they asked that
    /// nobody is shown it only with what comes after: until then there is none.
    fn from(&self, origin: LegIndex) -> Option<String> {
        let leg = &self.board.legs[origin];
        if leg.role == Role::Customer && (leg.only_began || leg.withheld == Some(true)) {
            return None;
        }
        match (&leg.number, &leg.role) {
            (Some(number), _) => Some(number.clone()),
            (None, Role::Agent(agent)) => Some(agent.0.clone()),
            (None, _) => None,
        }
    }

    fn to(&self, origin: LegIndex, direction: Direction, customers: &[LegIndex]) -> Option<String> {
        let leg = &self.board.legs[origin];
        let own = || leg.target.clone().or_else(|| leg.dialled.clone());
        match direction {
            Direction::Inbound => leg.dialled.clone(),
            Direction::Outbound => {
                let customer = customers.first().map(|&first| &self.board.legs[first]);
                customer.and_then(|leg| leg.target.clone()).or_else(own)
            }
            Direction::Internal => {
                let listened_to = leg.listens.as_ref().and_then(|(_, agent)| agent.as_ref());
                listened_to.map(|agent| agent.0.clone()).or_else(|| leg.dialled.clone())
            }
        }
    }
}
