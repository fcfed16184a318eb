//! The agents' parts of a call: who was offered it, who had the customer, when, and who owes a wrap-up.
//! Every agent who was connected to the customer owes one, once for each time they were.

use super::switchboard::{LegIndex, Switchboard};
use crate::call::policy::{CallPolicy, REENTRY_GRACE_MS};
use crate::call::record::{Direction, Engagement, OfferResult, Via};
use crate::event::{DialResult, Role};
use crate::id::{AgentKey, At, EngagementKey, TenantId};

/// Q.850 causes that tell how an offered leg ended.
pub(super) mod cause {
    pub(super) const USER_BUSY: u16 = 17;
    pub(super) const CALL_REJECTED: u16 = 21;
    pub(super) const ANSWERED_ELSEWHERE: u16 = 26;
    /// No route, absent, out of order, and the like: the phone could not be rung.
    pub(in crate::call::fold) const UNREACHABLE: [u16; 6] = [1, 3, 20, 27, 38, 66];
}

/// A stretch of time in which an agent had the customer.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: At,
    to: Option<At>,
    hold_us: i64,
}

/// One agent's leg, or chain of legs, in the call.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) agent: AgentKey,
    pub(super) legs: Vec<LegIndex>,
    via: Via,
    offered_at: At,
    stretches: Vec<Stretch>,
}

/// All parts, in the order they began.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) all: Vec<Part>,
    ever_connected: bool,
}

impl Part {
    fn connected(&self) -> bool {
        self.stretches.last().is_some_and(|stretch| stretch.to.is_none())
    }

    fn over(&self, board: &Switchboard) -> bool {
        self.legs.iter().all(|&leg| board.legs[leg].ended.is_some())
    }
}

impl Parts {
    /// Takes in a leg that an agent of a ring group is called on.
    pub(super) fn offered(&mut self, leg: LegIndex, agent: &AgentKey, at: At) {
        if let Some(part) = self.all.iter_mut().find(|part| part.legs.contains(&leg)) {
            part.via = Via::Queue;
            part.agent.clone_from(agent);
            return;
        }
        self.begin(agent.clone(), leg, Via::Queue, at);
    }

    /// Takes in a leg that is being called.
    pub(super) fn called(&mut self, leg: LegIndex, at: At, board: &Switchboard, origin: Option<LegIndex>) {
        if self.all.iter().any(|part| part.legs.contains(&leg)) {
            return;
        }
        // The phone behind a queue member's local channel belongs to the offer that the channel carries.
        let by = board.legs[leg].called.and_then(|(_, by)| by);
        if let Some(first_half) = by.and_then(|by| board.pair(by))
            && let Some(part) = self.all.iter_mut().find(|part| part.legs.contains(&first_half))
        {
            part.legs.push(leg);
            return;
        }
        let Role::Agent(agent) = &board.legs[leg].role else { return };
        let via = match board.caller(leg).map(|caller| &board.legs[caller].role) {
            None if origin == Some(leg) => Via::Outbound,
            // Called by nobody's leg while an agent has the customer: that agent's command to consult.
            None if self.ever_connected => Via::Consult,
            None => Via::Direct,
            Some(Role::Customer) if self.ever_connected => Via::Transfer,
            Some(Role::Customer) => Via::Direct,
            Some(_) => Via::Consult,
        };
        self.begin(agent.clone(), leg, via, at);
    }

    /// Takes in the agent's leg that the call began with.
    pub(super) fn originated(&mut self, leg: LegIndex, at: At, board: &Switchboard) {
        if let Role::Agent(agent) = &board.legs[leg].role {
            self.begin(agent.clone(), leg, Via::Outbound, at);
        }
    }

    fn begin(&mut self, agent: AgentKey, leg: LegIndex, via: Via, at: At) {
        self.all.push(Part { agent, legs: vec![leg], via, offered_at: at, stretches: Vec::new() });
    }

    /// Adds the time since `since` to those who keep the customer on hold.
    pub(super) fn add_hold(&mut self, since: At, until: At, board: &Switchboard, customers: &[LegIndex]) {
        for part in self.all.iter_mut().filter(|part| part.connected()) {
            if holding(part, board, customers)
                && let Some(stretch) = part.stretches.last_mut()
            {
                stretch.hold_us += until.0 - since.0;
            }
        }
    }

    /// Whether anybody has the customer now, and whether they keep them on hold.
    pub(super) fn talking(&self, board: &Switchboard, customers: &[LegIndex]) -> (bool, bool) {
        let mut connected = self.all.iter().filter(|part| part.connected()).peekable();
        let talks = connected.peek().is_some();
        (talks, talks && connected.all(|part| holding(part, board, customers)))
    }

    /// Brings who has the customer up to date with the bridges.
    pub(super) fn reconnect(&mut self, at: At, board: &Switchboard, customers: &[LegIndex]) {
        self.adopt_strays(at, board, customers);
        for part in &mut self.all {
            let was = part.connected();
            let hears =
                part.legs.iter().any(|&leg| customers.iter().any(|&customer| board.connected(leg, customer)));
            // An agent who holds the customer has them, even where the phone system moved the agent to
            // another bridge to consult a colleague.
            let keeps = was
                && part.legs.iter().any(|&leg| board.legs[leg].holds)
                && customers.iter().any(|&customer| board.legs[customer].ended.is_none());
            match (was, hears || keeps) {
                (false, true) => {
                    self.ever_connected = true;
                    match part.stretches.last_mut() {
                        Some(last) if last.to.is_some_and(|to| at <= to.plus_millis(REENTRY_GRACE_MS)) => {
                            last.to = None;
                        }
                        _ => {
                            let meets_in_room = part.stretches.is_empty() && part.via == Via::Consult;
                            if meets_in_room && part.legs.iter().any(|&leg| board.in_conference(leg)) {
                                part.via = Via::Conference;
                            }
                            part.stretches.push(Stretch { from: at, to: None, hold_us: 0 });
                        }
                    }
                }
                (true, false) => {
                    if let Some(last) = part.stretches.last_mut() {
                        last.to = Some(at);
                    }
                }
                _ => {}
            }
        }
    }

    /// An agent's leg that reached the customer without being offered or dialled: a consulting leg that
    /// took the customer along, or one that walked into a conference.
    fn adopt_strays(&mut self, at: At, board: &Switchboard, customers: &[LegIndex]) {
        for (index, leg) in board.legs.iter().enumerate() {
            let Role::Agent(agent) = &leg.role else { continue };
            let known = self.all.iter().any(|part| part.legs.contains(&index));
            if known || !customers.iter().any(|&customer| board.connected(index, customer)) {
                continue;
            }
            // The same agent's other leg already has the customer: one person, one part.
            if let Some(own) = self
                .all
                .iter_mut()
                .find(|part| part.agent == *agent && (part.connected() || !part.over(board)))
            {
                own.legs.push(index);
                continue;
            }
            let via = if board.in_conference(index) { Via::Conference } else { Via::Transfer };
            self.begin(agent.clone(), index, via, at);
        }
    }

    /// An agent's leg of which nobody heard how it came in: where events are missing, the agent was part of the
    /// call all the same, and what they have typed stays theirs.
    pub(super) fn adopt_unheard(&mut self, board: &Switchboard) {
        for (index, leg) in board.legs.iter().enumerate() {
            let Role::Agent(agent) = &leg.role else { continue };
            let known = |part: &Part| part.agent == *agent || part.legs.contains(&index);
            if !self.all.iter().any(known) {
                self.begin(agent.clone(), index, Via::Direct, leg.first_seen);
            }
        }
    }

    /// When anybody first had the customer.
    pub(super) fn first_connected(&self) -> Option<At> {
        self.all.iter().filter_map(|part| part.stretches.first()).map(|stretch| stretch.from).min()
    }

    /// The part that had the customer last.
    pub(super) fn last_connected(&self) -> Option<&Part> {
        self.all.iter().filter(|part| !part.stretches.is_empty()).max_by_key(|part| {
            part.stretches.last().map(|stretch| (stretch.to.is_none(), stretch.to, stretch.from))
        })
    }

    /// Whether the customer dialled an agent.
    pub(super) fn any_direct(&self) -> bool {
        self.all.iter().any(|part| part.via == Via::Direct)
    }

    /// The next moment at which [`Parts::engagements`] says something else without another event.
    pub(super) fn next_due(&self, board: &Switchboard, now: At) -> Option<At> {
        let open = self.all.iter().filter(|part| !part.over(board));
        let graces =
            open.filter_map(|part| part.stretches.last()?.to).map(|to| to.plus_millis(REENTRY_GRACE_MS));
        graces.filter(|due| *due > now).min()
    }

    /// The engagements as they stand at `now`.
    pub(super) fn engagements(&self, scene: &Scene<'_>) -> Vec<Engagement> {
        let mut engagements: Vec<Engagement> =
            self.all.iter().flat_map(|part| part_engagements(part, self, scene)).collect();
        engagements.sort_by_key(|engagement| (engagement.offered_at, engagement.key));
        engagements
    }
}

/// What engagements are made from beside the parts themselves.
pub(super) struct Scene<'a> {
    pub(super) tenant: TenantId,
    pub(super) source: &'a str,
    pub(super) id_time: fn(&str) -> Option<At>,
    pub(super) policy: &'a CallPolicy,
    pub(super) board: &'a Switchboard,
    pub(super) customers: &'a [LegIndex],
    pub(super) direction: Direction,
    pub(super) now: At,
}

/// Whether an agent keeps the customer on hold. Music that began before they had the customer was put on by who had them
/// before: after a transfer it stops a moment after the next agent is there.
fn holding(part: &Part, board: &Switchboard, customers: &[LegIndex]) -> bool {
    let had_since = part.stretches.last().map(|stretch| stretch.from);
    let theirs = |music: At| had_since.is_some_and(|from| music >= from);
    part.legs.iter().any(|&leg| board.legs[leg].holds)
        || customers.iter().any(|&customer| board.legs[customer].music_since.is_some_and(theirs))
}

fn part_engagements(part: &Part, parts: &Parts, scene: &Scene<'_>) -> Vec<Engagement> {
    let leg = &scene.board.legs[part.legs[0]];
    if leg.is_ear() && scene.direction == Direction::Internal {
        return vec![listening(part, parts, scene)];
    }
    let key =
        |nth| EngagementKey::derived(scene.tenant, scene.source, &leg.id, nth, (scene.id_time)(&leg.id));
    let via = match (part.via, scene.direction) {
        (Via::Consult | Via::Direct | Via::Outbound, Direction::Internal) => Via::Internal,
        (Via::Consult, _) if !part.stretches.is_empty() => Via::Transfer,
        (via, _) => via,
    };
    if part.stretches.is_empty() {
        return vec![unconnected(part, parts, scene, key(0), via)];
    }
    let over = part.over(scene.board);
    let last = part.stretches.len() - 1;
    let each = part.stretches.iter().enumerate().map(|(nth, stretch)| {
        let settled =
            stretch.to.filter(|to| nth < last || over || scene.now >= to.plus_millis(REENTRY_GRACE_MS));
        Engagement {
            key: key(nth),
            agent: part.agent.clone(),
            via,
            result: Some(OfferResult::Answered),
            offered_at: if nth == 0 { part.offered_at } else { stretch.from },
            answered_at: Some(stretch.from),
            ended_at: settled,
            hold_ms: stretch.hold_us / 1000,
            on_hold: stretch.to.is_none() && holding(part, scene.board, scene.customers),
            wrapup: true,
        }
    });
    each.collect()
}

/// The engagement of one who listens in: it owes nothing, whatever it was answered by.
fn listening(part: &Part, parts: &Parts, scene: &Scene<'_>) -> Engagement {
    let leg = &scene.board.legs[part.legs[0]];
    let began = leg.listens.as_ref().map(|(at, _)| *at);
    let ended_at = ended_at(part, scene.board);
    let refused = ended_at.filter(|_| began.is_none()).map(|at| offer_result(part, parts, scene, at));
    Engagement {
        key: EngagementKey::derived(scene.tenant, scene.source, &leg.id, 0, (scene.id_time)(&leg.id)),
        agent: part.agent.clone(),
        via: Via::Listening,
        result: began.map(|_| OfferResult::Answered).or(refused),
        offered_at: part.offered_at,
        answered_at: began,
        ended_at,
        hold_ms: 0,
        on_hold: false,
        wrapup: false,
    }
}

/// The engagement of an agent who never had the customer.
fn unconnected(part: &Part, parts: &Parts, scene: &Scene<'_>, key: EngagementKey, via: Via) -> Engagement {
    let ended_at = ended_at(part, scene.board);
    let internal_talk = (scene.direction == Direction::Internal || via == Via::Consult)
        .then(|| internal_answer(part, parts, scene.board))
        .flatten();
    let dialled_out = via == Via::Outbound && scene.direction == Direction::Outbound;
    let picked_up =
        part.legs.iter().any(|&leg| scene.board.legs[leg].up || scene.board.legs[leg].called.is_none());
    let called_a_colleague = part.via == Via::Outbound && scene.direction == Direction::Internal;
    let result = ended_at.map(|at| match internal_talk {
        Some(_) => OfferResult::Answered,
        None if (dialled_out && picked_up) || called_a_colleague => OfferResult::Unreachable,
        None => offer_result(part, parts, scene, at),
    });
    Engagement {
        key,
        agent: part.agent.clone(),
        via,
        result: result.or(internal_talk.map(|_| OfferResult::Answered)),
        offered_at: part.offered_at,
        answered_at: internal_talk,
        ended_at,
        hold_ms: 0,
        on_hold: false,
        wrapup: dialled_out && picked_up && scene.policy.wrapup_unreached && !scene.customers.is_empty(),
    }
}

fn ended_at(part: &Part, board: &Switchboard) -> Option<At> {
    let ends: Option<Vec<At>> = part.legs.iter().map(|&leg| Some(board.legs[leg].ended?.0)).collect();
    ends?.into_iter().max()
}

/// When two agents were connected to each other.
fn internal_answer(part: &Part, parts: &Parts, board: &Switchboard) -> Option<At> {
    let answered = |part: &Part| {
        part.legs.iter().find_map(|&leg| {
            board.legs[leg].dial_end.filter(|(_, result)| *result == DialResult::Answered).map(|(at, _)| at)
        })
    };
    answered(part).or_else(|| {
        let called_by_us = |other: &&Part| {
            other.legs.iter().any(|&leg| board.caller(leg).is_some_and(|caller| part.legs.contains(&caller)))
        };
        parts.all.iter().filter(called_by_us).find_map(answered)
    })
}

fn offer_result(part: &Part, parts: &Parts, scene: &Scene<'_>, ended_at: At) -> OfferResult {
    let board = scene.board;
    let has_cause = |wanted: &[u16]| {
        part.legs.iter().any(|&leg| board.legs[leg].ended.is_some_and(|(_, cause)| wanted.contains(&cause)))
    };
    let dialled = part.legs.iter().find_map(|&leg| board.legs[leg].dial_end);
    let rang = part.legs.iter().any(|&leg| board.legs[leg].rang);
    let dial_over = dialled.map_or(ended_at, |(at, _)| at);
    if has_cause(&[cause::ANSWERED_ELSEWHERE]) {
        return OfferResult::AnsweredElsewhere;
    }
    let dialled = dialled.map(|(_, result)| result);
    match dialled {
        // A phone that never rang and says busy is engaged; one that rang was refused by hand.
        Some(DialResult::Busy) if !rang => OfferResult::Busy,
        Some(DialResult::Busy) => OfferResult::Rejected,
        _ if has_cause(&[cause::USER_BUSY, cause::CALL_REJECTED]) => OfferResult::Rejected,
        Some(DialResult::Unreachable) => OfferResult::Unreachable,
        Some(DialResult::Cancelled) | None if caller_gave_up(part, scene, dial_over) => {
            OfferResult::CancelledByCaller
        }
        Some(DialResult::Cancelled) | None if someone_else_answered(part, parts, dial_over) => {
            OfferResult::AnsweredElsewhere
        }
        _ if !rang && has_cause(&cause::UNREACHABLE) => OfferResult::Unreachable,
        _ if part.legs.iter().all(|&leg| board.legs[leg].refused) => OfferResult::Unreachable,
        _ => OfferResult::Missed,
    }
}

/// Whether the customer had hung up when the offer ended, or the colleague who called.
fn caller_gave_up(part: &Part, scene: &Scene<'_>, at: At) -> bool {
    let callers = part.legs.iter().filter_map(|&leg| scene.board.caller(leg));
    scene.customers.iter().copied().chain(callers).any(|caller| {
        let leg = &scene.board.legs[caller];
        leg.hangup_requested.is_some_and(|asked| asked <= at)
            || leg.ended.is_some_and(|(ended, _)| ended <= at)
    })
}

fn someone_else_answered(part: &Part, parts: &Parts, at: At) -> bool {
    let near = at.plus_millis(REENTRY_GRACE_MS);
    parts.all.iter().filter(|other| !std::ptr::eq(*other, part)).any(|other| {
        other.stretches.iter().any(|stretch| stretch.from >= part.offered_at && stretch.from <= near)
    })
}
