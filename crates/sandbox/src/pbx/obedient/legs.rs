//! Legs and bridges: how they are named, made, moved and ended.

use super::ObedientPbx;
use super::call::{Bridge, BridgeId, CallId, DeskIndex, INSIDE, Leg, LegId, LegState, OUTSIDE, Variables};
use crate::dice::Dice;
use crate::people::Line;
use domain::id::At;
use uuid::Uuid;

/// What is written where no number or name is known.
pub(super) const UNKNOWN: &str = "<unknown>";
/// Endpoint of the trunk.
const TRUNK: &str = "PJSIP/trunk";
/// Where recordings are.
const RECORDINGS: &str = "/srv/ast/spool/monitor";
/// First counters of ids are below this: two runs whose simulated times overlap share hardly any id.
const FIRST_COUNTER_END: usize = 1_000_000;
const PURPOSE: u64 = 6;

/// Q.850 causes, and what Asterisk calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Unknown,
    NormalClearing,
    UserBusy,
    NoAnswer,
}

impl Cause {
    pub(super) fn code(self) -> u8 {
        match self {
            Cause::Unknown => 0,
            Cause::NormalClearing => 16,
            Cause::UserBusy => 17,
            Cause::NoAnswer => 19,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Cause::Unknown => "Unknown",
            Cause::NormalClearing => "Normal Clearing",
            Cause::UserBusy => "User busy",
            Cause::NoAnswer => "User alerting, no answer",
        }
    }
}

/// Hands out ids.
#[derive(Debug)]
pub(super) struct Names {
    dice: Dice,
    /// What the counter of an id begins at.
    first: u64,
    legs: u64,
    bridges: u64,
}

impl Names {
    pub(super) fn new(seed: u64) -> Names {
        let mut dice = Dice::new(seed, PURPOSE);
        let first = dice.below(FIRST_COUNTER_END) as u64;
        Names { dice, first, legs: 0, bridges: 0 }
    }
}

pub(super) fn unknown() -> Line {
    Line { number: UNKNOWN.to_owned(), name: UNKNOWN.to_owned() }
}

/// What a leg is made from.
pub(super) struct NewLeg<'a> {
    pub(super) call: CallId,
    pub(super) state: LegState,
    /// The extension it asks for; `s` where it is called.
    pub(super) exten: &'a str,
    /// The leg it is linked to; none: to itself.
    pub(super) linked: Option<LegId>,
    /// Its id, where one was asked for.
    pub(super) uniqueid: Option<&'a str>,
}

impl ObedientPbx {
    /// A leg over the trunk.
    pub(super) fn outside_leg(&mut self, caller: Line, new: &NewLeg<'_>) -> LegId {
        self.make_leg(TRUNK, OUTSIDE, caller, None, new)
    }

    /// A leg of an agent's phone.
    pub(super) fn agent_leg(&mut self, desk: DeskIndex, new: &NewLeg<'_>) -> LegId {
        let agent = self.settings.agents.get(desk);
        let caller = agent
            .map_or_else(unknown, |agent| Line { number: agent.extension.clone(), name: agent.name.clone() });
        let endpoint = self.interface(desk);
        let leg = self.make_leg(&endpoint, INSIDE, caller, Some(desk), new);
        if let Some(legs) = self.desks.get_mut(desk) {
            legs.push(leg);
        }
        leg
    }

    /// Tells of the leg as well, since it exists from then on.
    fn make_leg(
        &mut self,
        endpoint: &str,
        context: &'static str,
        caller: Line,
        desk: Option<DeskIndex>,
        new: &NewLeg<'_>,
    ) -> LegId {
        let id = LegId(self.names.legs);
        self.names.legs += 1;
        let second = self.now.0.div_euclid(1_000_000);
        let counter = self.names.first + id.0;
        let uniqueid = new
            .uniqueid
            .map_or_else(|| format!("{}-{second}.{counter}", self.settings.system), str::to_owned);
        let linked = new.linked.and_then(|leg| self.legs.get(&leg));
        let leg = Leg {
            name: format!("{endpoint}-{:08x}", id.0 & u64::from(u32::MAX)),
            linkedid: linked.map_or_else(|| uniqueid.clone(), |leg| leg.linkedid.clone()),
            uniqueid,
            state: new.state,
            caller,
            connected: unknown(),
            context,
            exten: new.exten.to_owned(),
            priority: 1,
            variables: Variables::default(),
            desk,
            call: new.call,
            bridge: None,
            began: self.now,
        };
        self.legs.insert(id, leg);
        self.tell_leg("Newchannel", id, &[]);
        id
    }

    /// The leg is answered.
    pub(super) fn leg_up(&mut self, leg: LegId) {
        self.leg_state(leg, LegState::Up);
    }

    /// The leg changes its state, if that is news.
    pub(super) fn leg_state(&mut self, leg: LegId, state: LegState) {
        match self.legs.get_mut(&leg) {
            Some(leg) if leg.state != state => leg.state = state,
            _ => return,
        }
        self.tell_leg("Newstate", leg, &[]);
    }

    /// The leg is recorded from now on.
    pub(super) fn record(&mut self, leg: LegId) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.variables.recording = format!("{RECORDINGS}/{}.wav", leg.uniqueid);
        }
        self.tell_leg("MixMonitorStart", leg, &[]);
    }

    /// Each of two legs shows the other from now on.
    pub(super) fn connect_lines(&mut self, one: LegId, other: LegId) {
        let line = |leg: Option<&Leg>| leg.map_or_else(unknown, |leg| leg.caller.clone());
        let lines = (line(self.legs.get(&one)), line(self.legs.get(&other)));
        if let Some(leg) = self.legs.get_mut(&one) {
            leg.connected = lines.1;
        }
        if let Some(leg) = self.legs.get_mut(&other) {
            leg.connected = lines.0;
        }
    }

    /// The leg ends.
    pub(super) fn end_leg(&mut self, leg: LegId, cause: Cause) -> At {
        let at = self.tell_leg("Hangup", leg, &[("Cause", &cause.code()), ("Cause-txt", &cause.text())]);
        if let Some(ended) = self.legs.remove(&leg)
            && let Some(legs) = ended.desk.and_then(|desk| self.desks.get_mut(desk))
        {
            legs.retain(|other| *other != leg);
        }
        at
    }

    /// Two legs hear each other from the time that is answered.
    pub(super) fn bridge_legs(&mut self, first: LegId, second: LegId) -> (BridgeId, At) {
        let id = BridgeId(self.names.bridges);
        self.names.bridges += 1;
        let random = (u128::from(self.names.dice.next()) << 64) | u128::from(self.names.dice.next());
        let name = uuid::Builder::from_random_bytes(random.to_be_bytes()).into_uuid();
        self.bridges.insert(id, Bridge { id: Uuid::to_string(&name), legs: Vec::new() });
        self.tell_bridge("BridgeCreate", id);
        self.enter(id, first, None);
        let at = self.enter(id, second, None);
        (id, at)
    }

    /// A leg enters a bridge, in the place of another where one is named.
    pub(super) fn enter(&mut self, bridge: BridgeId, leg: LegId, instead_of: Option<LegId>) -> At {
        if let Some(bridge) = self.bridges.get_mut(&bridge) {
            bridge.legs.push(leg);
        }
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.bridge = Some(bridge);
        }
        let swapped = instead_of.and_then(|leg| self.legs.get(&leg)).map(|leg| leg.uniqueid.clone());
        match swapped {
            Some(swapped) => self.tell_bridge_leg("BridgeEnter", bridge, leg, &[("SwapUniqueid", &swapped)]),
            None => self.tell_bridge_leg("BridgeEnter", bridge, leg, &[]),
        }
    }

    /// A leg leaves the bridge it is in.
    pub(super) fn leave(&mut self, leg: LegId) -> At {
        let Some(bridge) = self.legs.get_mut(&leg).and_then(|leg| leg.bridge.take()) else { return self.now };
        if let Some(bridge) = self.bridges.get_mut(&bridge) {
            bridge.legs.retain(|other| *other != leg);
        }
        self.tell_bridge_leg("BridgeLeave", bridge, leg, &[])
    }

    /// A bridge that everybody left is taken down.
    pub(super) fn destroy(&mut self, bridge: BridgeId) {
        self.tell_bridge("BridgeDestroy", bridge);
        self.bridges.remove(&bridge);
    }

    /// The dialplan ends a leg; nothing happens where it is gone, as whoever dialled is who handed over.
    pub(super) fn soft_hangup(&mut self, leg: LegId) {
        if self.legs.contains_key(&leg) {
            self.tell_leg("SoftHangupRequest", leg, &[("Cause", &Cause::NormalClearing.code())]);
        }
    }

    /// What a queue calls an agent's phone.
    pub(super) fn interface(&self, desk: DeskIndex) -> String {
        let agent = self.settings.agents.get(desk);
        format!("PJSIP/{}", agent.map_or("", |agent| &agent.extension))
    }

    /// The agent who has an extension.
    pub(super) fn desk_of(&self, extension: &str) -> Option<DeskIndex> {
        self.settings.agents.iter().position(|agent| agent.extension == extension)
    }

    /// Whether an agent's phone is neither ringing nor in a call.
    pub(super) fn idle(&self, desk: DeskIndex) -> bool {
        self.desks.get(desk).is_some_and(Vec::is_empty)
    }
}
