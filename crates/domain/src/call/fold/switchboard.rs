//! Who is connected to whom: the legs of one call and the bridges they are in, as events move them.
//! What that means for agents is in [`super::parts`].

use crate::ear::Ear;
use crate::event::{CallEvent, DialResult, Fact, LegRef, Role};
use crate::id::{AgentKey, At};
use std::collections::BTreeMap;

/// Q.850 cause of a leg that need not answer any more.
const ANSWERED_ELSEWHERE: u16 = 26;

/// Index of a leg in [`Switchboard::legs`].
pub(super) type LegIndex = usize;

/// What is known of a leg so far.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) number: Option<String>,
    /// Whether its end asked that nobody is shown the number, as it was told first: what is told later is the dialplan's own.
    pub(super) withheld: Option<bool>,
    /// Nothing was told of it but that it began.
    pub(super) only_began: bool,
    pub(super) first_seen: At,
    pub(super) started: bool,
    /// Calling it for a click was refused before there was a leg: nothing else was heard of it.
    pub(super) refused: bool,
    pub(super) dialled: Option<String>,
    /// When calling it began, and by which leg.
    pub(super) called: Option<(At, Option<LegIndex>)>,
    pub(super) target: Option<String>,
    pub(super) rang: bool,
    pub(super) up: bool,
    /// How calling it ended; a repeated end does not count (cancelling follows every refusal).
    pub(super) dial_end: Option<(At, DialResult)>,
    pub(super) ended: Option<(At, u16)>,
    pub(super) hangup_requested: Option<At>,
    pub(super) holds: bool,
    /// Since when it hears music instead of whom it is with.
    pub(super) music_since: Option<At>,
    /// Since when it hears another leg that does not hear of it, and the agent behind that.
    pub(super) listens: Option<(At, Option<AgentKey>)>,
    bridge: Option<String>,
}

/// The legs of one call.
#[derive(Debug, Default)]
pub(super) struct Switchboard {
    pub(super) legs: Vec<Leg>,
    by_id: BTreeMap<String, LegIndex>,
    conferences: Vec<String>,
    /// When and why the whole call ended: what is named later was part of it and is over as well.
    closed: Option<(At, u16)>,
}

impl Switchboard {
    /// The leg a reference means, made where it is new.
    pub(super) fn leg(&mut self, reference: &LegRef, at: At) -> LegIndex {
        if let Some(&index) = self.by_id.get(&reference.leg) {
            return index;
        }
        self.legs.push(Leg {
            id: reference.leg.clone(),
            name: reference.name.clone(),
            role: reference.role.clone(),
            number: reference.number.clone(),
            withheld: None,
            only_began: true,
            first_seen: at,
            started: false,
            refused: false,
            dialled: None,
            called: None,
            target: None,
            rang: false,
            up: false,
            dial_end: None,
            ended: None,
            hangup_requested: None,
            holds: false,
            music_since: None,
            listens: None,
            bridge: None,
        });
        let index = self.legs.len() - 1;
        if let Some((at, cause)) = self.closed {
            self.legs[index].end(at, cause);
        }
        self.by_id.insert(reference.leg.clone(), index);
        index
    }

    /// Moves the legs as the event says; answers the leg it happened to.
    pub(super) fn apply(&mut self, event: &CallEvent) -> LegIndex {
        let with = event.with.as_ref().map(|other| self.leg(other, event.at));
        if let Some(with) = with {
            self.legs[with].only_began = false;
        }
        let is_new = !self.by_id.contains_key(&event.on.leg);
        let on = self.leg(&event.on, event.at);
        self.legs[on].only_began &= matches!(event.fact, Fact::Started { .. });
        let failed = matches!(event.fact, Fact::OriginateFailed { .. });
        self.legs[on].refused = failed && (is_new || self.legs[on].refused);
        let at = event.at;
        match &event.fact {
            Fact::ConferenceJoined { bridge } => self.conferences.push(bridge.clone()),
            Fact::DialBegan { target } => {
                let leg = &mut self.legs[on];
                leg.called.get_or_insert((at, with));
                if leg.target.is_none() {
                    leg.target.clone_from(target);
                }
            }
            Fact::CallEnded { cause } => {
                self.closed.get_or_insert((at, *cause));
                self.legs.iter_mut().for_each(|leg| leg.end(at, *cause));
            }
            Fact::Taken => self.taken(on, at),
            fact => self.legs[on].apply(at, fact),
        }
        // Others may name a leg before it tells itself who is behind it.
        if matches!(event.fact, Fact::Joined { .. }) {
            self.legs[on].introduce(&event.on);
        }
        on
    }

    /// The agents who have not answered yet are left in peace.
    fn taken(&mut self, by: LegIndex, at: At) {
        for (index, leg) in self.legs.iter_mut().enumerate() {
            if index != by && !leg.up && matches!(leg.role, Role::Agent(_)) {
                leg.end(at, ANSWERED_ELSEWHERE);
            }
        }
    }

    /// The other half of a local pair.
    pub(super) fn pair(&self, index: LegIndex) -> Option<LegIndex> {
        let (stem, half) = self.legs[index].name.rsplit_once(';')?;
        let other = match half {
            "1" => "2",
            "2" => "1",
            _ => return None,
        };
        self.legs.iter().position(|leg| leg.name.rsplit_once(';') == Some((stem, other)))
    }

    /// The leg that had `index` called, seen through local pairs.
    pub(super) fn caller(&self, index: LegIndex) -> Option<LegIndex> {
        let mut at = index;
        // A chain of local pairs is never longer than the legs there are.
        for _ in 0..self.legs.len() {
            let (_, Some(by)) = self.legs[at].called? else { return None };
            if matches!(self.legs[by].role, Role::Customer) || !self.legs[by].name.ends_with(";2") {
                return Some(by);
            }
            at = self.pair(by)?;
        }
        None
    }

    /// Whether two legs hear each other, in one bridge or through local pairs.
    pub(super) fn connected(&self, a: LegIndex, b: LegIndex) -> bool {
        let (Some(from), Some(to)) = (&self.legs[a].bridge, &self.legs[b].bridge) else { return false };
        let mut reached = vec![from];
        let mut next = 0;
        while let Some(&bridge) = reached.get(next) {
            if bridge == to {
                return true;
            }
            next += 1;
            for index in
                (0..self.legs.len()).filter(|&index| self.legs[index].bridge.as_ref() == Some(bridge))
            {
                let beyond = self.pair(index).and_then(|other| self.legs[other].bridge.as_ref());
                if let Some(beyond) = beyond.filter(|beyond| !reached.contains(beyond)) {
                    reached.push(beyond);
                }
            }
        }
        false
    }

    /// Whether the leg is in a conference room.
    pub(super) fn in_conference(&self, index: LegIndex) -> bool {
        self.legs[index].bridge.as_ref().is_some_and(|bridge| self.conferences.contains(bridge))
    }
}

impl Leg {
    /// Whether somebody listens in on another call by it: it is called for that, or does.
    pub(super) fn is_ear(&self) -> bool {
        self.listens.is_some() || Ear::of_leg(&self.id).is_some()
    }

    fn introduce(&mut self, as_told: &LegRef) {
        if self.number.is_none() {
            self.number.clone_from(&as_told.number);
        }
        if self.role == Role::Helper {
            self.role.clone_from(&as_told.role);
        }
    }

    fn apply(&mut self, at: At, fact: &Fact) {
        match fact {
            Fact::Started { dialled } => {
                self.started = true;
                self.dialled.clone_from(dialled);
            }
            Fact::Joined { dialled, .. } => {
                self.started = true;
                if self.dialled.is_none() {
                    self.dialled.clone_from(dialled);
                }
            }
            Fact::Ringing => self.rang = true,
            Fact::Up => self.up = true,
            Fact::DialEnded { result } => {
                self.dial_end.get_or_insert((at, *result));
                self.up |= *result == DialResult::Answered;
            }
            Fact::BridgeEntered { bridge, shared } => {
                self.up = true;
                self.bridge = shared.then(|| bridge.clone());
            }
            Fact::BridgeLeft { bridge } if self.bridge.as_ref() == Some(bridge) => self.bridge = None,
            Fact::HoldBegan => self.holds = true,
            Fact::HoldEnded => self.holds = false,
            Fact::ListenBegan { agent, .. } => {
                self.listens.get_or_insert_with(|| (at, agent.clone()));
            }
            Fact::MusicBegan => self.music_since = Some(at),
            Fact::MusicEnded => self.music_since = None,
            Fact::HangupRequested => {
                self.hangup_requested.get_or_insert(at);
            }
            Fact::OriginateFailed { dialled } if !self.up => {
                if self.target.is_none() {
                    self.target.clone_from(dialled);
                }
                if !self.started {
                    self.end(at, 0);
                }
            }
            Fact::Presented { withheld } => {
                self.withheld.get_or_insert(*withheld);
            }
            Fact::Ended { cause } => self.end(at, *cause),
            Fact::Vanished => self.end(at, 0),
            _ => {}
        }
    }

    fn end(&mut self, at: At, cause: u16) {
        self.ended.get_or_insert((at, cause));
        self.bridge = None;
        self.holds = false;
        self.music_since = None;
    }
}
