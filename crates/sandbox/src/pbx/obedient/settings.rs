//! What is simulated: who works, who calls, how people behave and how long things take. No clock is here. A centre is
//! hastened by what takes less time in it, not by a clock of its own: what it says of time stays true.

use crate::centre::{Agent, RING_GROUPS, RingGroup, agents};
use crate::day::Day;
use crate::dice::Dice;
use crate::people::Callers;
use std::ops::RangeInclusive;

/// A simulated call centre.
#[derive(Clone, Debug)]
pub struct PbxSettings {
    /// What everything follows from.
    pub seed: u64,
    /// Name of the account that may log in.
    pub username: String,
    /// Its secret.
    pub secret: String,
    /// System name; every id begins with it.
    pub system: String,
    /// The agents who take calls.
    pub agents: Vec<Agent>,
    /// The ring groups, each called as often as the others.
    pub groups: Vec<RingGroup>,
    /// How many of the ring groups each agent is in: from the one of their own number on, counted round.
    pub groups_an_agent: usize,
    /// Who calls and is called.
    pub callers: Callers,
    /// How many calls people begin by themselves in a minute, on average; 0: none but those asked for.
    pub calls_per_minute: f64,
    /// What they begin.
    pub begins: Begins,
    /// How people behave.
    pub habits: Habits,
    /// How long things take.
    pub times: Times,
    /// Whether agents do anything by themselves. Where not, a phone rings until somebody uses
    /// [`Handset`](super::Handset), and customers still answer, give up and hang up.
    pub agents_act: bool,
    /// What agents dial before a number outside; a dialled number that lacks it is one all the same.
    pub outside_prefix: String,
    /// The day that is played, where one is: it begins when the first client logs in, and says who works and who begins
    /// calls.
    pub day: Option<Day>,
}

/// How often each sort of call begins, against the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begins {
    /// Customers who call a ring group.
    pub queue: u32,
    /// Customers who call an agent's own number.
    pub direct: u32,
    /// Agents who dial a customer by hand.
    pub by_hand: u32,
    /// Agents who dial another agent.
    pub internal: u32,
}

/// In how many of a hundred cases people do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// An agent lets it ring.
    pub misses: usize,
    /// An agent rejects.
    pub rejects: usize,
    /// An agent does not pick up after a click-to-dial.
    pub click_missed: usize,
    /// An agent keeps the customer on hold for a while.
    pub holds: usize,
    /// An agent hands the customer over unannounced.
    pub blind: usize,
    /// An agent asks a colleague and then hands the customer over.
    pub attended: usize,
    /// Such a colleague answers and does not take the customer.
    pub taken_back: usize,
    /// The agent hangs up first.
    pub agent_hangs_up: usize,
    /// Somebody who reached the mailbox leaves a message; the others hang up in the greeting.
    pub leaves_message: usize,
    /// A customer who is called is engaged.
    pub customer_busy: usize,
    /// A customer who is called does not answer.
    pub customer_absent: usize,
}

/// How long things take, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// Until somebody answers who does.
    pub answer: RangeInclusive<i64>,
    /// Until an agent rejects who does.
    pub reject: RangeInclusive<i64>,
    /// Until an agent who dialled gives up waiting.
    pub call_off: RangeInclusive<i64>,
    /// Until an agent picks up after a click-to-dial.
    pub pick_up: RangeInclusive<i64>,
    /// How long two talk.
    pub talk: RangeInclusive<i64>,
    /// How long a customer is kept on hold.
    pub hold: RangeInclusive<i64>,
    /// How long a colleague is asked.
    pub consult: RangeInclusive<i64>,
    /// How long a caller waits in a ring group before they give up.
    pub patience: RangeInclusive<i64>,
    /// How long a message is.
    pub message: RangeInclusive<i64>,
    /// How long the greeting of a mailbox is.
    pub greeting: i64,
    /// How often a ring group looks for an agent for a waiting caller.
    pub retry: i64,
    /// How long a ring group lets an agent's phone ring.
    pub ring: i64,
    /// When a ring group gives up and the mailbox answers.
    pub queue_timeout: i64,
    /// How long an agent's phone rings that was called directly, by a colleague or by a transfer.
    pub direct_ring: i64,
    /// How long a customer's phone rings.
    pub outside_ring: i64,
    /// How long an agent's phone rings after a click-to-dial that names no time.
    pub click_ring: i64,
}

/// Account of the demo: no secret.
const DEMO_USERNAME: &str = "bitacora";
const DEMO_SECRET: &str = "not-a-secret-demo";
const DEMO_SYSTEM: &str = "demo";

impl PbxSettings {
    /// The demo: ten agents in two ring groups each, calls of half a minute to three.
    pub fn demo(seed: u64, callers: Callers) -> PbxSettings {
        PbxSettings {
            seed,
            username: DEMO_USERNAME.to_owned(),
            secret: DEMO_SECRET.to_owned(),
            system: DEMO_SYSTEM.to_owned(),
            agents: agents(),
            groups: RING_GROUPS.to_vec(),
            groups_an_agent: 2,
            callers,
            calls_per_minute: 4.0,
            begins: Begins::default(),
            habits: Habits::default(),
            times: Times::default(),
            agents_act: true,
            outside_prefix: String::new(),
            day: None,
        }
    }

    /// A day's agents, callers and times; nobody begins a call but those in its plan.
    pub fn of_day(day: Day, callers: Callers) -> PbxSettings {
        let (seed, speed, agents) = (day.settings().seed, day.settings().speed, day.agents());
        let plain = PbxSettings { calls_per_minute: 0.0, agents, ..PbxSettings::demo(seed, callers) };
        PbxSettings { day: Some(day), ..plain.hastened(speed) }
    }

    /// How long two talk who were just connected, in milliseconds; `queue` is the one the call was in.
    pub(super) fn talk_ms(&self, queue: Option<&str>, dice: &mut Dice) -> i64 {
        match &self.day {
            Some(day) => day.talk_ms(queue, dice),
            None => dice.within(&self.times.talk),
        }
    }

    /// How long a caller waits in a queue before they give up, in milliseconds.
    pub(super) fn patience_ms(&self, queue: &str, dice: &mut Dice) -> i64 {
        match &self.day {
            Some(day) => day.patience_ms(queue, dice),
            None => dice.within(&self.times.patience),
        }
    }

    /// Callers who always wait, each agent in every ring group; agents answer at once and talk for a moment.
    pub fn busy(seed: u64, callers: Callers) -> PbxSettings {
        PbxSettings {
            calls_per_minute: 600.0,
            begins: Begins { queue: 1, direct: 0, by_hand: 0, internal: 0 },
            habits: Habits::PLAIN,
            times: Times {
                answer: 5..=20,
                talk: 3_000..=5_000,
                retry: 10,
                patience: 2_000..=4_000,
                ..Times::default()
            },
            groups_an_agent: RING_GROUPS.len(),
            ..PbxSettings::demo(seed, callers)
        }
    }

    /// The same with `speed` times as many calls, in which everything takes so many times less. More than 0.
    #[must_use]
    pub fn hastened(self, speed: f64) -> PbxSettings {
        let calls_per_minute = self.calls_per_minute * speed;
        PbxSettings { calls_per_minute, times: self.times.hastened(speed), ..self }
    }
}

impl Times {
    fn hastened(self, speed: f64) -> Times {
        // A time of 0 would be no time at all to whoever waits for it.
        let one = |ms: i64| ((ms as f64 / speed) as i64).max(1);
        let range = |times: RangeInclusive<i64>| one(*times.start())..=one(*times.end());
        Times {
            answer: range(self.answer),
            reject: range(self.reject),
            call_off: range(self.call_off),
            pick_up: range(self.pick_up),
            talk: range(self.talk),
            hold: range(self.hold),
            consult: range(self.consult),
            patience: range(self.patience),
            message: range(self.message),
            greeting: one(self.greeting),
            retry: one(self.retry),
            ring: one(self.ring),
            queue_timeout: one(self.queue_timeout),
            direct_ring: one(self.direct_ring),
            outside_ring: one(self.outside_ring),
            click_ring: one(self.click_ring),
        }
    }
}

impl Default for Begins {
    fn default() -> Self {
        Begins { queue: 70, direct: 10, by_hand: 14, internal: 6 }
    }
}

impl Default for Habits {
    fn default() -> Self {
        Habits {
            misses: 7,
            rejects: 4,
            click_missed: 4,
            holds: 15,
            blind: 6,
            attended: 5,
            taken_back: 25,
            agent_hangs_up: 35,
            leaves_message: 60,
            customer_busy: 8,
            customer_absent: 17,
        }
    }
}

impl Habits {
    /// Everybody answers, talks and is hung up on by the customer.
    pub const PLAIN: Habits = Habits {
        misses: 0,
        rejects: 0,
        click_missed: 0,
        holds: 0,
        blind: 0,
        attended: 0,
        taken_back: 0,
        agent_hangs_up: 0,
        leaves_message: 100,
        customer_busy: 0,
        customer_absent: 0,
    };
}

impl Default for Times {
    fn default() -> Self {
        Times {
            answer: 1_000..=8_000,
            reject: 700..=4_000,
            call_off: 8_000..=30_000,
            pick_up: 1_000..=2_000,
            talk: 30_000..=180_000,
            hold: 5_000..=40_000,
            consult: 5_000..=20_000,
            patience: 20_000..=240_000,
            message: 5_000..=30_000,
            greeting: 6_000,
            retry: 5_000,
            ring: 15_000,
            queue_timeout: 90_000,
            direct_ring: 20_000,
            outside_ring: 30_000,
            click_ring: 30_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEMO_SEED;

    #[test]
    fn a_hastened_centre_has_more_calls_and_everything_takes_less_time() {
        let plain = PbxSettings::demo(DEMO_SEED, Callers::of_sample(DEMO_SEED, 1));
        let fast = plain.clone().hastened(10.0);
        assert_eq!(fast.calls_per_minute, plain.calls_per_minute * 10.0);
        assert_eq!((fast.times.talk, fast.times.ring, fast.times.reject), (3_000..=18_000, 1_500, 70..=400));
        assert_eq!(plain.clone().hastened(1.0).times, plain.times);
        assert_eq!(plain.hastened(1e9).times.greeting, 1);
    }
}
