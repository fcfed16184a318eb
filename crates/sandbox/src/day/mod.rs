//! A call centre's day: how many call when, who works when, how long people wait and talk. It makes a plan, which the
//! obedient phone system ([`crate::pbx::obedient`]) carries out; how often people miss, hold and hand over are its
//! habits and not here. Times are those of the day that is played; `speed` says how much less they take.

mod curve;
mod plan;
mod spread;
mod tally;

pub use curve::{Curve, CurveError, DAY_MIN, MAX_STEPS};
pub use plan::Planned;
pub use spread::{MAX_SIGMA, Shape, Spread};
pub use tally::{Counted, HourTally, RingGroupTally, Tally};

use crate::centre::{Agent, RING_GROUPS, agents, many_agents};
use crate::dice::Dice;
use crate::pbx::obedient::Begins;
use domain::id::At;

const MINUTE_MS: i64 = 60_000;

/// A ring group's part of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupDay {
    /// How many of those who call a ring group call this one, in comparison to the others.
    pub share: u32,
    /// How long its calls are talked.
    pub talk: Spread,
    /// How long its callers wait before they give up.
    pub patience: Spread,
    /// How long its agents take to sum up, where the simulator presses their buttons.
    pub after_call: Spread,
}

/// A day.
#[derive(Clone, Debug, PartialEq)]
pub struct DaySettings {
    /// What everything follows from.
    pub seed: u64,
    /// When it begins, in minutes after midnight.
    pub from_min: u32,
    /// When nobody calls any more; later than `from_min`.
    pub to_min: u32,
    /// How many times faster than in life it passes; above 0.
    pub speed: f64,
    /// How many calls are begun, whoever begins them.
    pub calls: usize,
    /// When.
    pub curve: Curve,
    /// By whom.
    pub begins: Begins,
    /// The ring groups, in the order of [`RING_GROUPS`].
    pub groups: [GroupDay; RING_GROUPS.len()],
    /// How long calls are talked that were in no ring group.
    pub talk: Spread,
    /// Of a hundred callers, how many call who called before on this day.
    pub repeats: usize,
    /// How many agents there are.
    pub agents: usize,
    /// How long an agent works, in minutes.
    pub shift_min: u32,
    /// How long they are at lunch in the middle of it, in minutes; 0: they have none.
    pub lunch_min: u32,
    /// Whoever is answered within so many seconds was answered in time.
    pub answer_within_s: u32,
}

impl Default for DaySettings {
    fn default() -> DaySettings {
        let group = |share, talk_s, patience_s, after_s| GroupDay {
            share,
            talk: Spread::lognormal(talk_s, 0.8),
            patience: Spread::exponential(patience_s),
            after_call: Spread::lognormal(after_s, 0.6),
        };
        DaySettings {
            seed: crate::DEMO_SEED,
            from_min: 9 * 60,
            to_min: 18 * 60,
            speed: 1.0,
            calls: 800,
            curve: Curve::default(),
            begins: Begins::default(),
            groups: [
                group(30, 240.0, 90.0, 30.0),
                group(40, 300.0, 120.0, 45.0),
                group(15, 180.0, 90.0, 25.0),
                group(15, 120.0, 60.0, 15.0),
            ],
            talk: Spread::lognormal(150.0, 0.8),
            repeats: 8,
            agents: 12,
            shift_min: 8 * 60,
            lunch_min: 45,
            answer_within_s: 20,
        }
    }
}

/// A day that was thought out: everything that people begin, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    settings: DaySettings,
    plan: Vec<(i64, Planned)>,
}

impl Day {
    /// The plan of a day. The same settings give the same.
    pub fn new(settings: DaySettings) -> Day {
        let plan = plan::plan(&settings);
        Day { settings, plan }
    }

    /// What it was made from.
    pub fn settings(&self) -> &DaySettings {
        &self.settings
    }

    /// What happens, with milliseconds after the begin of the day, in order.
    pub fn plan(&self) -> &[(i64, Planned)] {
        &self.plan
    }

    /// Its agents: those of the demo, then others.
    pub fn agents(&self) -> Vec<Agent> {
        let named = agents();
        let more = many_agents(self.settings.agents).into_iter().skip(named.len());
        named.into_iter().take(self.settings.agents).chain(more).collect()
    }

    /// When entry `index` of the plan is due, of a day that began at `began`.
    pub(crate) fn due(&self, began: At, index: usize) -> Option<At> {
        let (millis, _) = self.plan.get(index)?;
        Some(At(began.0.saturating_add((*millis as f64 * 1_000.0 / self.settings.speed) as i64)))
    }

    /// How long two talk in a call of a ring group, or of none: real milliseconds.
    pub(crate) fn talk_ms(&self, queue: Option<&str>, dice: &mut Dice) -> i64 {
        let spread = self.group(queue).map_or(&self.settings.talk, |group| &group.talk);
        self.hastened(spread.throw(dice))
    }

    /// How long a caller of a ring group waits: real milliseconds.
    pub(crate) fn patience_ms(&self, queue: &str, dice: &mut Dice) -> i64 {
        let spread = self.group(Some(queue)).map_or(&self.settings.talk, |group| &group.patience);
        self.hastened(spread.throw(dice))
    }

    /// The minute of the day in which something happens, of a day that began at `began`.
    pub fn minute_of(&self, began: At, at: At) -> u32 {
        let millis = (at.millis_since(began) as f64 * self.settings.speed) as i64;
        self.settings.from_min + (millis / MINUTE_MS) as u32
    }

    /// When a minute of the day is, of a day that began at `began`.
    pub fn moment_of(&self, began: At, minute: u32) -> At {
        let millis = i64::from(minute.saturating_sub(self.settings.from_min)) * MINUTE_MS;
        At(began.0 + (millis as f64 * 1_000.0 / self.settings.speed) as i64)
    }

    fn group(&self, queue: Option<&str>) -> Option<&GroupDay> {
        let place = RING_GROUPS.iter().position(|group| Some(group.queue) == queue)?;
        self.settings.groups.get(place)
    }

    /// A time of 0 would be no time at all to whoever waits for it.
    fn hastened(&self, millis: f64) -> i64 {
        ((millis / self.settings.speed) as i64).max(1)
    }
}
