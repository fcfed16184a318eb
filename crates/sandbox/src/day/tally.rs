//! What a day came to, counted from what really happened and not from frames: what a deployment's reports can be held
//! against.

use super::Day;
use crate::centre::RING_GROUPS;
use crate::pbx::obedient::PastCall;
use domain::call::CallType;
use domain::id::At;
use std::collections::BTreeMap;

const HOUR_MIN: u32 = 60;

/// What became of those who called a ring group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those who waited in it.
    pub offered: u64,
    /// Whom an agent answered.
    pub answered: u64,
    /// Of them, in time.
    pub in_time: u64,
    /// Who gave up, also in the greeting of the mailbox.
    pub abandoned: u64,
    /// Who left a message.
    pub voicemail: u64,
    /// Whom the phone system gave up.
    pub missed: u64,
    /// How long those who were answered had waited, in real milliseconds, all together.
    pub waited_ms: i64,
}

impl Counted {
    /// Of all who waited, the part that was answered in time; `None` where nobody waited.
    pub fn service_level(&self) -> Option<f64> {
        (self.offered > 0).then(|| self.in_time as f64 / self.offered as f64)
    }

    /// How long those who were answered had waited on average, in real milliseconds; `None` where nobody was.
    pub fn mean_wait_ms(&self) -> Option<i64> {
        let answered = i64::try_from(self.answered).ok().filter(|answered| *answered > 0)?;
        Some(self.waited_ms / answered)
    }

    fn add(&mut self, call: &PastCall, in_time_ms: i64) {
        self.offered += 1;
        match call.kind {
            CallType::Voicemail => self.voicemail += 1,
            CallType::Abandoned | CallType::ShortAbandoned => self.abandoned += 1,
            CallType::Missed => self.missed += 1,
            _ => {
                let answered = call.parts.iter().filter_map(|part| part.answered_at).min();
                let waited = answered.map_or(0, |at| at.millis_since(call.started_at));
                self.answered += 1;
                self.waited_ms += waited;
                self.in_time += u64::from(waited <= in_time_ms);
            }
        }
    }
}

/// An hour of a ring group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourTally {
    /// The hour of the day that was played.
    pub hour: u32,
    /// When it really began.
    pub began_at: At,
    /// What became of those who called in it.
    pub counted: Counted,
}

/// A ring group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingGroupTally {
    /// Name of its queue.
    pub queue: &'static str,
    /// The ring group.
    pub label: &'static str,
    /// The whole day.
    pub counted: Counted,
    /// Its hours in which somebody called.
    pub hours: Vec<HourTally>,
}

/// What a day came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many calls of each type there were.
    pub calls: BTreeMap<CallType, u64>,
    /// The ring groups, each of them.
    pub ring_groups: Vec<RingGroupTally>,
}

impl Tally {
    /// Counts the calls of a day that began at `began`. A call counts in the hour in which it began.
    pub fn of(day: &Day, began: At, calls: &[PastCall]) -> Tally {
        let mut kinds = BTreeMap::new();
        let mut groups: BTreeMap<(&str, u32), Counted> = BTreeMap::new();
        let in_time_ms = (f64::from(day.settings.answer_within_s) * 1_000.0 / day.settings.speed) as i64;
        for call in calls {
            *kinds.entry(call.kind).or_default() += 1;
            if let Some(queue) = call.queue {
                let hour = day.minute_of(began, call.started_at) / HOUR_MIN;
                groups.entry((queue, hour)).or_default().add(call, in_time_ms);
            }
        }
        let ring_groups = RING_GROUPS.iter().map(|group| {
            let hours = groups.iter().filter(|((queue, _), _)| *queue == group.queue);
            let hours: Vec<HourTally> = hours
                .map(|((_, hour), counted)| HourTally {
                    hour: *hour,
                    began_at: day.moment_of(began, hour * HOUR_MIN),
                    counted: *counted,
                })
                .collect();
            RingGroupTally {
                queue: group.queue,
                label: group.label,
                counted: hours.iter().fold(Counted::default(), |sum, hour| sum.with(&hour.counted)),
                hours,
            }
        });
        Tally { calls: kinds, ring_groups: ring_groups.collect() }
    }

    /// Those who called ring groups, together.
    pub fn all_groups(&self) -> Counted {
        self.ring_groups.iter().fold(Counted::default(), |sum, group| sum.with(&group.counted))
    }
}

impl Counted {
    fn with(self, other: &Counted) -> Counted {
        Counted {
            offered: self.offered + other.offered,
            answered: self.answered + other.answered,
            in_time: self.in_time + other.in_time,
            abandoned: self.abandoned + other.abandoned,
            voicemail: self.voicemail + other.voicemail,
            missed: self.missed + other.missed,
            waited_ms: self.waited_ms + other.waited_ms,
        }
    }
}
