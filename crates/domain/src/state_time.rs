//! How long an agent was in each state over some time, from the entries of their history. The time before the first entry
//! is nobody's: what an agent did then is not known.

use crate::commit::AgentStateEntry;
use crate::duty::AgentState;
use crate::id::At;
use std::collections::BTreeMap;

/// How long an agent was in each state, in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateTimes {
    /// By state; one they never were in is not there.
    pub by_state: BTreeMap<AgentState, i64>,
    /// The time away by what the agent said; `None`: nothing, as who presses Available once a wrap-up is done has to.
    pub away: BTreeMap<Option<String>, i64>,
}

impl StateTimes {
    /// How long they were in a state, in whole milliseconds.
    pub fn millis(&self, state: AgentState) -> i64 {
        self.by_state.get(&state).copied().unwrap_or_default() / MICROS_IN_MILLI
    }

    /// The time away by what was said, longest first, in whole milliseconds.
    pub fn away_millis(&self) -> Vec<(Option<&str>, i64)> {
        let mut times: Vec<_> =
            self.away.iter().map(|(reason, time)| (reason.as_deref(), time / MICROS_IN_MILLI)).collect();
        times.sort_by_key(|(reason, time)| (std::cmp::Reverse(*time), *reason));
        times
    }
}

/// Microseconds in a millisecond.
const MICROS_IN_MILLI: i64 = 1_000;

/// Sums up a history as it is read, oldest entry first.
#[derive(Clone, Debug)]
pub struct StateClock {
    from: At,
    until: At,
    last: Option<AgentStateEntry>,
    times: StateTimes,
}

impl StateClock {
    /// For the time from `from` to before `until`, which is never later than now: what has not passed is nobody's yet.
    pub fn new(from: At, until: At) -> Self {
        StateClock { from, until, last: None, times: StateTimes::default() }
    }

    /// The next entry.
    pub fn add(&mut self, entry: AgentStateEntry) {
        self.pass(entry.since);
        self.last = Some(entry);
    }

    /// The entry that was added last.
    pub fn last(&self) -> Option<&AgentStateEntry> {
        self.last.as_ref()
    }

    /// The sums: the last state lasts to the end.
    pub fn end(mut self) -> StateTimes {
        self.pass(self.until);
        self.times
    }

    /// The state of the last entry lasted until now.
    fn pass(&mut self, now: At) {
        let Some(entry) = &self.last else { return };
        let begun = entry.since.max(self.from);
        let time = now.min(self.until).0.saturating_sub(begun.0).max(0);
        if time == 0 {
            return;
        }
        *self.times.by_state.entry(entry.state).or_default() += time;
        if entry.state == AgentState::Away {
            *self.times.away.entry(entry.reason.clone()).or_default() += time;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AgentKey;
    use AgentState::{AfterCallWork, Available, Away, OnCall};
    use proptest::prelude::*;

    fn entry(state: AgentState, reason: Option<&str>, second: i64) -> AgentStateEntry {
        let (agent, since) = (AgentKey("2001".to_owned()), At(second * 1_000_000));
        AgentStateEntry { agent, state, reason: reason.map(str::to_owned), since }
    }

    fn times(from: i64, until: i64, entries: &[AgentStateEntry]) -> StateTimes {
        let mut clock = StateClock::new(At(from * 1_000_000), At(until * 1_000_000));
        entries.iter().cloned().for_each(|entry| clock.add(entry));
        clock.end()
    }

    #[test]
    fn each_state_lasts_until_the_next_and_the_last_one_to_the_end() {
        let day = [
            entry(Available, None, 0),
            entry(OnCall, None, 100),
            entry(AfterCallWork, None, 160),
            entry(Away, Some("Break"), 190),
            entry(Away, None, 250),
            entry(OnCall, None, 260),
        ];
        let sums = times(50, 300, &day);
        let found = [Available, OnCall, AfterCallWork, Away].map(|state| sums.millis(state) / 1000);
        assert_eq!(found, [50, 60 + 40, 30, 70]);
        assert_eq!(sums.away_millis(), [(Some("Break"), 60_000), (None, 10_000)]);
        assert_eq!(sums.millis(AgentState::Ringing), 0);
    }

    #[test]
    fn time_before_the_first_entry_and_outside_the_range_is_nobodys() {
        assert_eq!(times(0, 100, &[]), StateTimes::default());
        let late = [entry(Available, None, 60)];
        assert_eq!(times(0, 100, &late).millis(Available), 40_000);
        assert_eq!(times(0, 50, &late), StateTimes::default());
        assert_eq!(times(100, 100, &late), StateTimes::default());
    }

    proptest! {
        #[test]
        fn all_states_together_are_the_time_since_the_first_entry(
            steps in prop::collection::vec((0..5usize, 0i64..500), 1..40), from in 0i64..3_000, length in 0i64..9_000,
        ) {
            const STATES: [AgentState; 5] = [Available, AgentState::Ringing, OnCall, AfterCallWork, Away];
            let mut second = 0;
            let entries: Vec<_> = steps.iter().map(|(state, step)| {
                second += step;
                entry(STATES[*state], None, second)
            }).collect();
            let sums = times(from, from + length, &entries);
            let known = (from + length).saturating_sub(from.max(entries[0].since.0 / 1_000_000)).max(0);
            prop_assert_eq!(sums.by_state.values().sum::<i64>(), known * 1_000_000);
            prop_assert_eq!(sums.away.values().sum::<i64>(), sums.by_state.get(&Away).copied().unwrap_or_default());
        }
    }
}
