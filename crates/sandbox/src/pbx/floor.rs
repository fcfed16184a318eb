//! Many plays at once: who calls when, and who takes the call. An endless iterator of frames in order of time;
//! waiting until one is due is the reader's business.

use super::captures::Scenario;
use super::play::{Cast, Naming, Play, Stretch};
use super::stamp;
use super::template::{Rights, Template};
use crate::centre::{Agent, RING_GROUPS, RingGroup, agents, many_agents};
use crate::dice::{Dice, mix};
use crate::people::Callers;
use domain::id::At;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::RangeInclusive;

/// How often each scenario comes up in the demo.
const DEMO_WEIGHTS: [(Scenario, u32); 16] = [
    (Scenario::Answered, 26),
    (Scenario::AgentHungUp, 12),
    (Scenario::MissedThenAnswered, 5),
    (Scenario::RejectedThenAnswered, 3),
    (Scenario::AbandonedRinging, 5),
    (Scenario::AbandonedWaiting, 2),
    (Scenario::Voicemail, 4),
    (Scenario::BlindTransfer, 4),
    (Scenario::AttendedTransfer, 3),
    (Scenario::Hold, 6),
    (Scenario::ClickToDial, 9),
    (Scenario::ClickToDialNotPickedUp, 1),
    (Scenario::DirectMissed, 3),
    (Scenario::DirectAnswered, 5),
    (Scenario::RingAll, 4),
    (Scenario::DialledByHand, 8),
];

/// Under load every call is answered, so that each means the same work.
const LOAD_WEIGHTS: [(Scenario, u32); 3] =
    [(Scenario::Answered, 7), (Scenario::AgentHungUp, 2), (Scenario::Hold, 1)];

const PURPOSE: u64 = 2;

/// What is played.
#[derive(Clone, Debug)]
pub struct FloorSettings {
    /// What everything follows from.
    pub seed: u64,
    /// The agents who take calls.
    pub agents: Vec<Agent>,
    /// The ring groups that are called, each as often as the others.
    pub groups: Vec<RingGroup>,
    /// Who calls and is called.
    pub callers: Callers,
    /// How many calls begin in a minute, on average.
    pub calls_per_minute: f64,
    /// How much faster than set the calls themselves go; 1 is as set.
    pub speed: f64,
    /// How much longer than recorded waiting takes, in hundredths.
    pub waiting_percent: RangeInclusive<i64>,
    /// How much longer than recorded talking takes, in hundredths.
    pub talking_percent: RangeInclusive<i64>,
    /// How long an agent is left alone after a call, in milliseconds.
    pub rest_ms: RangeInclusive<i64>,
    /// How often each scenario comes up.
    pub weights: Vec<(Scenario, u32)>,
    /// What the connection may see.
    pub rights: Rights,
}

impl FloorSettings {
    /// The demo: ten agents, calls of half a minute to three.
    pub fn demo(seed: u64, callers: Callers) -> FloorSettings {
        FloorSettings {
            seed,
            agents: agents(),
            groups: RING_GROUPS.to_vec(),
            callers,
            calls_per_minute: 4.0,
            speed: 1.0,
            waiting_percent: 150..=500,
            talking_percent: 800..=4_000,
            rest_ms: 15_000..=40_000,
            weights: DEMO_WEIGHTS.to_vec(),
            rights: Rights::Calls,
        }
    }

    /// Load: answered calls of five seconds, as recorded. Each needs its agent for as long, so there should be at
    /// least ten agents for each call a second.
    pub fn load(seed: u64, callers: Callers, agents: usize, calls_per_second: f64) -> FloorSettings {
        FloorSettings {
            agents: many_agents(agents),
            calls_per_minute: calls_per_second * 60.0,
            waiting_percent: 100..=100,
            talking_percent: 100..=100,
            rest_ms: 0..=0,
            weights: LOAD_WEIGHTS.to_vec(),
            ..FloorSettings::demo(seed, callers)
        }
    }
}

impl FloorSettings {
    /// Load that goes on: about `concurrent` calls at a time, of which `calls_per_second` begin and end, and all that an
    /// account with every right sees of them. There are a quarter more agents than calls.
    pub fn stream(seed: u64, callers: Callers, calls_per_second: f64, concurrent: usize) -> FloorSettings {
        /// Some calls are half as long as the others on average, some half as long again.
        const VARIES_PERCENT: RangeInclusive<i64> = 50..=150;
        let load = FloorSettings::load(seed, callers, concurrent + concurrent / 4, calls_per_second);
        let weight = |weight: u32| f64::from(weight);
        let all: f64 = LOAD_WEIGHTS.iter().map(|(_, of)| weight(*of)).sum();
        let mean = |part: fn((i64, i64)) -> i64| {
            let parts = LOAD_WEIGHTS.iter().map(|(scenario, of)| {
                weight(*of) * part(Template::compile(*scenario, Rights::Everything).lasts()) as f64
            });
            parts.sum::<f64>() / all / 1_000_000.0
        };
        let (waiting_s, talking_s) = (mean(|lasts| lasts.0), mean(|lasts| lasts.1));
        let wanted_s = concurrent as f64 / calls_per_second.max(f64::MIN_POSITIVE);
        let times_longer = ((wanted_s - waiting_s) / talking_s.max(f64::MIN_POSITIVE)).max(0.0);
        let of_mean = |percent: i64| (percent as f64 * times_longer) as i64;
        let talking_percent = of_mean(*VARIES_PERCENT.start())..=of_mean(*VARIES_PERCENT.end());
        FloorSettings { talking_percent, rights: Rights::Everything, ..load }
    }
}

/// A floor of agents and the calls that they have.
#[derive(Debug)]
pub struct Floor {
    settings: FloorSettings,
    templates: Vec<(Template, u32)>,
    desks: Vec<Desk>,
    dice: Dice,
    naming: Naming,
    playing: Vec<Option<Playing>>,
    vacant: Vec<usize>,
    /// Next frame of each play; plays that began earlier come first.
    due: BinaryHeap<Reverse<(At, u64, usize)>>,
    next_call: At,
    closed: bool,
    calls: u64,
    turned_away: u64,
}

/// An agent's place.
#[derive(Clone, Copy, Debug, Default)]
struct Desk {
    playing: bool,
    rests_until: At,
    paused: bool,
}

#[derive(Debug)]
struct Playing {
    template: usize,
    play: Play,
    next: usize,
    desks: Vec<usize>,
}

impl Floor {
    /// A floor that opens at `start`; its first call comes a little later.
    pub fn new(settings: FloorSettings, start: At) -> Floor {
        let weights = settings.weights.iter().filter(|(_, weight)| *weight > 0);
        let templates =
            weights.map(|(scenario, weight)| (Template::compile(*scenario, settings.rights), *weight));
        let mut floor = Floor {
            templates: templates.collect(),
            desks: vec![Desk::default(); settings.agents.len()],
            dice: Dice::new(settings.seed, PURPOSE),
            naming: Naming::new(mix(settings.seed) ^ start.0.unsigned_abs()),
            playing: Vec::new(),
            vacant: Vec::new(),
            due: BinaryHeap::new(),
            next_call: start,
            closed: false,
            calls: 0,
            turned_away: 0,
            settings,
        };
        floor.next_call = floor.after(start);
        floor
    }

    /// Offers an agent no further calls, or calls again. A call that they have goes on. Returns whether there
    /// is such an agent.
    pub fn pause(&mut self, extension: &str, paused: bool) -> bool {
        let place = self.settings.agents.iter().position(|agent| agent.extension == extension);
        let desk = place.and_then(|place| self.desks.get_mut(place));
        desk.map(|desk| desk.paused = paused).is_some()
    }

    /// Lets no further call begin: the iterator ends with the last frame of those that play, until the floor
    /// is opened again.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Lets calls begin again, from `start` on; the frames of those that play come first in any case.
    pub fn open(&mut self, start: At) {
        self.closed = false;
        self.next_call = self.after(start.max(self.next_call));
    }

    /// How many calls have begun.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// How many calls are being played.
    pub fn playing(&self) -> usize {
        self.playing.len() - self.vacant.len()
    }

    /// How many calls could not begin, because no scenario had the agents it needs.
    pub fn turned_away(&self) -> u64 {
        self.turned_away
    }

    /// The time of the next call after one at `before`.
    fn after(&mut self, before: At) -> At {
        const MINUTE_US: f64 = 60_000_000.0;
        let mean = (MINUTE_US / self.settings.calls_per_minute.max(f64::MIN_POSITIVE)) as i64;
        // Even between none and two means: bursty enough, and the same on every machine.
        At(before.0.saturating_add(self.dice.within(&(1..=mean.saturating_mul(2).max(1)))))
    }

    /// Begins a call at `at`, if there is one that the free agents can play.
    fn begin(&mut self, at: At) -> bool {
        let desks = self.desks.iter().enumerate();
        let free = desks.filter(|(_, desk)| !desk.playing && !desk.paused && desk.rests_until <= at);
        let mut free: Vec<usize> = free.map(|(place, _)| place).collect();
        let weights = self.templates.iter();
        let weights =
            weights.map(|(template, weight)| if template.agents.len() <= free.len() { *weight } else { 0 });
        let Some(chosen) = self.dice.weighted(weights) else { return false };
        let Some((template, _)) = self.templates.get(chosen) else { return false };
        let desks: Vec<usize> =
            template.agents.iter().map(|_| free.swap_remove(self.dice.below(free.len()))).collect();
        let group = self.settings.groups.get(self.dice.below(self.settings.groups.len()));
        let outgoing = template.scenario.capture().did.is_none();
        let callers = &self.settings.callers;
        let cast = Cast {
            agents: desks.iter().filter_map(|place| self.settings.agents.get(*place)).cloned().collect(),
            group: group.copied().unwrap_or(RING_GROUPS[0]),
            line: if outgoing { callers.customer(&mut self.dice) } else { callers.caller(&mut self.dice) },
        };
        let factor = |percent: i64| percent as f64 / 100.0 / self.settings.speed.max(f64::MIN_POSITIVE);
        let stretch = Stretch {
            waiting: factor(self.dice.within(&self.settings.waiting_percent)),
            talking: factor(self.dice.within(&self.settings.talking_percent)),
        };
        let play = Play::new(template, &cast, stretch, at, &mut self.naming);
        self.seat(Playing { template: chosen, play, next: 0, desks });
        true
    }

    fn seat(&mut self, playing: Playing) {
        self.calls += 1;
        let Some(first) = playing.play.due(0) else { return };
        for place in &playing.desks {
            if let Some(desk) = self.desks.get_mut(*place) {
                desk.playing = true;
            }
        }
        let place = self.vacant.pop().unwrap_or(self.playing.len());
        if place == self.playing.len() {
            self.playing.push(None);
        }
        if let Some(vacant) = self.playing.get_mut(place) {
            *vacant = Some(playing);
        }
        self.due.push(Reverse((first, self.calls, place)));
    }

    /// The next frame of a play. The play is over with its last.
    fn send(&mut self, at: At, number: u64, place: usize) -> Option<Vec<u8>> {
        let playing = self.playing.get_mut(place)?.as_mut()?;
        let (template, _) = self.templates.get(playing.template)?;
        let bytes = template.write(playing.next, &playing.play);
        playing.next += 1;
        if let Some(next) = playing.play.due(playing.next) {
            self.due.push(Reverse((next, number, place)));
            return Some(bytes);
        }
        let over = self.playing.get_mut(place).and_then(Option::take)?;
        self.vacant.push(place);
        for desk in over.desks {
            let rest = self.dice.within(&self.settings.rest_ms);
            if let Some(desk) = self.desks.get_mut(desk) {
                *desk = Desk { playing: false, rests_until: at.plus_millis(rest), ..*desk };
            }
        }
        Some(bytes)
    }
}

impl Iterator for Floor {
    /// When the frame is sent, and its bytes. They are empty where a call would have come, nobody was free to
    /// take it and nobody is talking: time passes.
    type Item = (At, Vec<u8>);

    fn next(&mut self) -> Option<(At, Vec<u8>)> {
        if self.templates.is_empty() {
            return None;
        }
        loop {
            let next_frame = self.due.peek().map(|Reverse(due)| *due);
            if self.closed && next_frame.is_none() {
                return None;
            }
            if let Some((at, number, place)) =
                next_frame.filter(|(at, ..)| self.closed || *at < self.next_call)
            {
                self.due.pop();
                match self.send(at, number, place) {
                    Some(bytes) => return Some((at, bytes)),
                    None => continue,
                }
            }
            let at = self.next_call;
            self.next_call = self.after(at);
            if !self.begin(at) {
                self.turned_away += 1;
                if self.due.is_empty() {
                    return Some((at, Vec::new()));
                }
            }
        }
    }
}

/// What a connection begins with: the greeting, the answer to the login, and the list of living channels,
/// which is empty. Calls of an earlier run are over with that.
pub fn greeting(at: At) -> Vec<u8> {
    let mut out =
        b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n"
            .to_vec();
    for rest in [
        "Event: FullyBooted\r\nPrivilege: system,all\r\n",
        "Event: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: 0\r\n",
    ] {
        out.extend_from_slice(rest.as_bytes());
        out.extend_from_slice(b"Timestamp: ");
        stamp::write_timestamp(&mut out, at);
        out.extend_from_slice(b"\r\n\r\n");
    }
    out
}
