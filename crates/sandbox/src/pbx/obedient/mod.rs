//! The obedient PBX: a simulated call centre behind a manager connection that listens. Callers wait in ring
//! groups, agents answer, hold, hand over and hang up, and whoever logs in may pause agents, call out for
//! them, transfer and hang up. The frames look like those of `captures/min_*`: what an account with the least
//! rights is sent.
//!
//! ```text
//! people (dice) ─┐                             ┌─▶ frames ─▶ client
//!                ├─▶ agenda ─▶ calls, queues ──┤
//! actions ───────┘                             └─▶ ledger (what really happened)
//! ```
//!
//! There is no clock, socket or thread here: times are simulated, and whoever owns a clock says how far they
//! have come. Left out of the frames are `CEL`, `DeviceStateChange`, `NewConnectedLine`, `QueueMemberStatus`
//! and what is not about calls; left out of the phone system are conferences, parking, local channels and
//! recording on demand.

mod actions;
mod agenda;
mod arrivals;
mod call;
mod events;
mod frame;
mod ledger;
mod legs;
mod lists;
mod outgoing;
mod people;
mod planned;
mod queue;
mod ringing;
mod session;
mod settings;
mod talk;
mod transfer;
mod voicemail;

pub use ledger::{Ledger, Offer, PastCall, PastPart};
pub use people::Handset;
pub use settings::{Begins, Habits, PbxSettings, Times};

use crate::dice::{Dice, mix};
use agenda::{Agenda, Due};
use call::{Bridge, BridgeId, Call, CallId, Leg, LegId};
use domain::id::At;
use frame::Wire;
use legs::Names;
use queue::Queue;
use session::{Session, Stage};
use std::collections::BTreeMap;

const PURPOSE: u64 = 5;
/// What a connection begins with.
const GREETING: &[u8] = b"Asterisk Call Manager/11.0.0\r\n";

/// A simulated phone system.
#[derive(Debug)]
pub struct ObedientPbx {
    settings: PbxSettings,
    started: At,
    now: At,
    wire: Wire,
    session: Session,
    names: Names,
    agenda: Agenda,
    calls: BTreeMap<CallId, Call>,
    legs: BTreeMap<LegId, Leg>,
    bridges: BTreeMap<BridgeId, Bridge>,
    queues: Vec<Queue>,
    /// The legs of each agent.
    desks: Vec<Vec<LegId>>,
    dice: Dice,
    begun: u64,
    floor: planned::Floor,
    ledger: Ledger,
}

impl ObedientPbx {
    /// A phone system that starts at `start`; its first call comes a little later.
    pub fn new(settings: PbxSettings, start: At) -> ObedientPbx {
        let mut pbx = ObedientPbx {
            started: start,
            now: start,
            wire: Wire::default(),
            session: Session::default(),
            names: Names::new(mix(settings.seed) ^ start.0.unsigned_abs()),
            agenda: Agenda::default(),
            calls: BTreeMap::new(),
            legs: BTreeMap::new(),
            bridges: BTreeMap::new(),
            queues: queue::queues(&settings),
            desks: vec![Vec::new(); settings.agents.len()],
            dice: Dice::new(settings.seed, PURPOSE),
            begun: 0,
            floor: planned::Floor::new(&settings),
            ledger: Ledger::default(),
            settings,
        };
        pbx.expect_arrival();
        pbx
    }

    /// A manager connection is made: the greeting. There is one at a time; an earlier one is over, and what
    /// was not fetched for it is lost.
    pub fn connect(&mut self, at: At) -> Vec<u8> {
        self.run(at);
        self.wire.take();
        self.session = Session::greeted();
        GREETING.to_vec()
    }

    /// Whether there is a connection. A failed login and `Logoff` end it: the socket should be closed.
    pub fn connected(&self) -> bool {
        self.session.stage != Stage::Closed
    }

    /// Takes in bytes of the client, cut anywhere. Answered are the frames of what happened up to `at` and
    /// was not fetched yet, then responses and the events that they cause, in order.
    pub fn receive(&mut self, at: At, bytes: &[u8]) -> Vec<u8> {
        self.run(at);
        self.session.push(bytes);
        while let Some(action) = self.session.next_action() {
            self.act(&action);
        }
        self.wire.take_bytes()
    }

    /// When something happens next by itself; far away where nothing does.
    pub fn next_due(&self) -> At {
        self.agenda.next().unwrap_or(At(i64::MAX))
    }

    /// Lets time pass up to `to`: the frames of what happened, each with its time. Events of one moment
    /// follow one another by microseconds, so that the last may be a little later than `to`.
    pub fn advance(&mut self, to: At) -> Vec<(At, Vec<u8>)> {
        self.run(to);
        self.wire.take()
    }

    /// What really happened.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Hands out the calls that are over and were not handed out before; the ledger keeps them no longer.
    pub fn take_past_calls(&mut self) -> Vec<PastCall> {
        self.ledger.calls.drain(..).collect()
    }

    /// How many calls there are now.
    pub fn living(&self) -> usize {
        self.calls.len()
    }

    /// Lets no further call begin by itself.
    pub fn close(&mut self) {
        self.settings.calls_per_minute = 0.0;
    }

    fn run(&mut self, to: At) {
        while let Some((at, due)) = self.agenda.take(to) {
            self.now = self.now.max(at);
            self.carry_out(due);
        }
        self.now = self.now.max(to);
    }

    fn carry_out(&mut self, due: Due) {
        match due {
            Due::Arrival => self.arrive(),
            Due::Planned(index) => self.carry_out_planned(index),
            Due::Poll(call) => self.poll(call, None),
            Due::GiveUp(call) => self.give_up(call),
            Due::QueueTimeout(call) => self.queue_gives_up(call),
            Due::RingOver(call, leg) => self.ring_over(call, leg),
            Due::React(call, leg, reaction) => self.react(call, leg, reaction),
            Due::Do(call, turn, deed) => {
                if self.calls.get(&call).is_some_and(|call| call.turn == turn) {
                    self.carry_out_deed(call, deed);
                }
            }
        }
    }

    /// Puts something on the agenda.
    fn after(&mut self, millis: i64, due: Due) {
        self.agenda.add(self.now.plus_millis(millis.max(0)), due);
    }
}
