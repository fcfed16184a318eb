//! The plan of a day: who comes to work, eats and goes home when, and who begins a call when. What becomes of a call is
//! not here.

use super::{DaySettings, MINUTE_MS};
use crate::dice::Dice;

const PURPOSE: u64 = 8;
/// Who works less than this has no lunch, in minutes.
const MIN_SHIFT_WITH_LUNCH_MIN: u32 = 4 * 60;
/// So many agents of a shift eat at the same time, and the next after them.
const LUNCH_TURNS: u32 = 3;

/// Something that people begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planned {
    /// The agent of this number logs in to their ring groups.
    LogsIn(usize),
    /// They are back.
    Returns(usize),
    /// They leave their desk for lunch.
    Leaves(usize),
    /// They log out.
    LogsOut(usize),
    /// A customer calls the ring group of this number.
    CallsGroup(usize),
    /// A customer calls an agent's own number.
    CallsAgent,
    /// An agent dials a customer.
    DialsCustomer,
    /// An agent dials a colleague.
    DialsColleague,
}

/// What happens in the day, with milliseconds after its begin, in order.
pub(super) fn plan(settings: &DaySettings) -> Vec<(i64, Planned)> {
    let mut plan = Vec::new();
    for agent in 0..settings.agents {
        work(settings, agent, &mut plan);
    }
    let mut dice = Dice::new(settings.seed, PURPOSE);
    plan.extend((0..settings.calls).filter_map(|_| call(settings, &mut dice)));
    // Of one moment, people come to work before anybody calls.
    plan.sort_by_key(|(at, what)| (*at, *what));
    plan
}

/// One half of the agents begins with the day, the other ends with it.
fn work(settings: &DaySettings, agent: usize, plan: &mut Vec<(i64, Planned)>) {
    let length = settings.to_min.saturating_sub(settings.from_min);
    let shift = settings.shift_min.min(length);
    let begins = if agent.is_multiple_of(2) { 0 } else { length - shift };
    let at = |minute: u32| i64::from(minute) * MINUTE_MS;
    plan.push((at(begins), Planned::LogsIn(agent)));
    plan.push((at(begins + shift), Planned::LogsOut(agent)));
    let turn = u32::try_from(agent / 2).unwrap_or_default() % LUNCH_TURNS;
    let lunch = begins + shift * 2 / 5 + turn * settings.lunch_min;
    let back = lunch + settings.lunch_min;
    if settings.lunch_min > 0 && shift >= MIN_SHIFT_WITH_LUNCH_MIN && back < begins + shift {
        plan.push((at(lunch), Planned::Leaves(agent)));
        plan.push((at(back), Planned::Returns(agent)));
    }
}

fn call(settings: &DaySettings, dice: &mut Dice) -> Option<(i64, Planned)> {
    let begins = settings.begins;
    let at = settings.curve.throw(settings.from_min, settings.to_min, dice)?;
    let what =
        match dice.weighted([begins.queue, begins.direct, begins.by_hand, begins.internal].into_iter())? {
            0 => Planned::CallsGroup(dice.weighted(settings.groups.iter().map(|group| group.share))?),
            1 => Planned::CallsAgent,
            2 => Planned::DialsCustomer,
            _ => Planned::DialsColleague,
        };
    Some((at - i64::from(settings.from_min) * MINUTE_MS, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_works_once_and_as_many_call_as_were_wanted() {
        let settings = DaySettings { agents: 7, calls: 500, ..DaySettings::default() };
        let plan = plan(&settings);
        let end = i64::from(settings.to_min - settings.from_min) * MINUTE_MS;
        assert!(plan.is_sorted_by_key(|(at, _)| *at) && plan.iter().all(|(at, _)| (0..=end).contains(at)));
        for agent in 0..settings.agents {
            let of =
                |what: Planned| plan.iter().filter(move |(_, planned)| *planned == what).map(|(at, _)| *at);
            let times: Vec<i64> = [
                Planned::LogsIn(agent),
                Planned::Leaves(agent),
                Planned::Returns(agent),
                Planned::LogsOut(agent),
            ]
            .into_iter()
            .flat_map(of)
            .collect();
            assert!(times.len() == 4 && times.is_sorted(), "{agent}: {times:?}");
        }
        assert_eq!(plan.len(), 500 + 7 * 4);
    }

    #[test]
    fn a_short_day_is_one_shift_without_lunch() {
        let settings =
            DaySettings { from_min: 540, to_min: 660, agents: 2, calls: 0, ..DaySettings::default() };
        let end = 120 * MINUTE_MS;
        let [first, second] = [0, 1].map(|agent| (Planned::LogsIn(agent), Planned::LogsOut(agent)));
        assert_eq!(plan(&settings), [(0, first.0), (0, second.0), (end, first.1), (end, second.1)]);
    }
}
