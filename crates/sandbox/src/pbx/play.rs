//! One play of a session: its legs, bridges and channels get names of their own, its agents, numbers and
//! queue those of the cast, its frames the times at which they are sent.

use super::captures::Scenario;
use super::template::{ONE_STEP_US, Rights, Template, Values};
use super::tokens::Slot;
use crate::centre::{Agent, RingGroup};
use crate::dice::mix;
use crate::people::Line;
use domain::id::At;

/// How much longer than recorded the pauses between the steps of a call are; 1 is as recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// While nobody talks: ringing, waiting, speaking to a mailbox.
    pub waiting: f64,
    /// While somebody talks, or holds.
    pub talking: f64,
}

impl Stretch {
    /// As recorded.
    pub const NONE: Stretch = Stretch { waiting: 1.0, talking: 1.0 };
}

/// Who plays.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The agents, in the order in which the session mentions its own. At least
    /// [`Scenario::agents`] of them.
    pub agents: Vec<Agent>,
    /// The ring group that is called, and whose mailbox is used.
    pub group: RingGroup,
    /// Who calls, or is called.
    pub line: Line,
}

/// What makes the names of a run unlike those of any other.
#[derive(Clone, Debug)]
pub(super) struct Naming {
    run: u64,
    legs: u64,
    bridges: u64,
    channels: u64,
}

impl Naming {
    /// `run` tells runs apart that could be read by one reader, one after the other.
    pub(super) fn new(run: u64) -> Naming {
        Naming { run, legs: 0, bridges: 0, channels: 0 }
    }

    fn leg(&mut self, at: At) -> String {
        self.legs += 1;
        format!("demo-{}.{}", at.0.div_euclid(1_000_000), self.legs)
    }

    fn bridge(&mut self) -> String {
        self.bridges += 1;
        let [high, low] = [self.run ^ self.bridges, mix(self.run ^ self.bridges)].map(mix);
        let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
        // The counter in the last digits keeps two bridges of a run apart whatever the rest.
        let (d, e) = (low & 0xfff, (low >> 12 & 0xffff_0000_0000) | (self.bridges & 0xffff_ffff));
        format!("{a:08x}-{b:04x}-4{c:03x}-8{d:03x}-{e:012x}")
    }

    fn channel(&mut self) -> String {
        self.channels += 1;
        format!("{:08x}", self.channels & 0xffff_ffff)
    }
}

/// A session that is being played.
#[derive(Clone, Debug)]
pub(super) struct Play {
    times: Vec<At>,
    agents: Vec<(String, String)>,
    line: Line,
    dialled_with_prefix: String,
    did: String,
    group: RingGroup,
    legs: Vec<String>,
    bridges: Vec<String>,
    channels: Vec<String>,
}

impl Play {
    pub(super) fn new(
        template: &Template,
        cast: &Cast,
        stretch: Stretch,
        start: At,
        naming: &mut Naming,
    ) -> Play {
        let mut at = start;
        let times: Vec<At> = template
            .frames
            .iter()
            .map(|shape| {
                let factor = if shape.talking { stretch.talking } else { stretch.waiting };
                let longer = if shape.gap_us < ONE_STEP_US { 1.0 } else { factor };
                at = At(at.0.saturating_add((shape.gap_us as f64 * longer) as i64));
                at
            })
            .collect();
        let direct = cast.agents.first().filter(|_| template.scenario.capture().direct);
        let time_of = |frame: &usize| times.get(*frame).copied().unwrap_or(start);
        Play {
            agents: cast
                .agents
                .iter()
                .map(|agent| (one_line(&agent.extension), one_line(&agent.name)))
                .collect(),
            line: Line { number: one_line(&cast.line.number), name: one_line(&cast.line.name) },
            dialled_with_prefix: format!("9{}", one_line(&cast.line.number)),
            did: direct.map_or_else(|| cast.group.did.to_owned(), |agent| one_line(&agent.direct)),
            group: cast.group,
            legs: template.leg_frames.iter().map(|frame| naming.leg(time_of(frame))).collect(),
            bridges: (0..template.bridges).map(|_| naming.bridge()).collect(),
            channels: (0..template.channels).map(|_| naming.channel()).collect(),
            times,
        }
    }

    /// When frame `index` is sent; `None` after the last.
    pub(super) fn due(&self, index: usize) -> Option<At> {
        self.times.get(index).copied()
    }
}

impl Values for Play {
    fn value(&self, slot: Slot) -> &str {
        let found = match slot {
            Slot::Caller | Slot::Dialled => Some(self.line.number.as_str()),
            Slot::CallerName => Some(self.line.name.as_str()),
            Slot::DialledWithPrefix => Some(self.dialled_with_prefix.as_str()),
            Slot::Did => Some(self.did.as_str()),
            Slot::Queue => Some(self.group.queue),
            Slot::Mailbox => Some(self.group.mailbox),
            Slot::Agent(nth) => self.agents.get(usize::from(nth)).map(|agent| agent.0.as_str()),
            Slot::AgentName(nth) => self.agents.get(usize::from(nth)).map(|agent| agent.1.as_str()),
            Slot::Leg(nth) => self.legs.get(usize::from(nth)).map(String::as_str),
            Slot::Bridge(nth) => self.bridges.get(usize::from(nth)).map(String::as_str),
            Slot::Channel(nth) => self.channels.get(usize::from(nth)).map(String::as_str),
        };
        found.unwrap_or_default()
    }

    fn time(&self, frame: usize) -> At {
        self.due(frame).unwrap_or_default()
    }
}

/// A name with a line break in it would forge a header.
fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

impl Scenario {
    /// How many agents the session has.
    pub fn agents(self) -> usize {
        Template::compile(self, Rights::Calls).agents.len()
    }
}

/// One session alone, from `start` on: when each frame is sent, and its bytes. `run` makes its ids unlike
/// those of other runs.
pub fn play_once(
    scenario: Scenario,
    rights: Rights,
    cast: &Cast,
    stretch: Stretch,
    start: At,
    run: u64,
) -> Vec<(At, Vec<u8>)> {
    let template = Template::compile(scenario, rights);
    let play = Play::new(&template, cast, stretch, start, &mut Naming::new(run));
    let frames = play.times.iter().enumerate();
    frames.map(|(index, at)| (*at, template.write(index, &play))).collect()
}
