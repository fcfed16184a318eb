//! What supervisors are warned of: After Call Work that takes long, and callers who wait long. An alert is known before it
//! is one: it says from when on it stands if nothing else happens, so that nobody needs to look again for time to pass.

use crate::call::CallRecord;
use crate::centre::AlertPolicy;
use crate::id::{AgentKey, At, CallKey, EngagementKey};
use crate::wrapup::{Wrapup, WrapupState};

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertAbout {
    /// An agent's After Call Work takes long.
    AcwOverrun {
        /// Whose.
        agent: AgentKey,
        /// The wrap-up.
        wrapup: EngagementKey,
    },
    /// A caller waits long.
    LongWait {
        /// Their call.
        call: CallKey,
    },
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alert {
    /// From when on it stands.
    pub from: At,
    /// Since when the agent works, or the caller waits.
    pub since: At,
    /// What it is about.
    pub about: AlertAbout,
}

impl Alert {
    /// Whether it stands at this moment.
    pub fn stands(&self, now: At) -> bool {
        self.from <= now
    }
}

/// Every alert that stands, and those that will if nothing else happens, by when they do: the oldest first. Of
/// wrap-ups those count that keep their agent from calls.
pub fn alerts<'a>(
    policy: &AlertPolicy,
    calls: impl IntoIterator<Item = &'a CallRecord>,
    owed: impl IntoIterator<Item = &'a Wrapup>,
) -> Vec<Alert> {
    let after = |since: At, seconds: u32| since.plus_millis(i64::from(seconds) * 1000);
    let works = |wrapup: &&Wrapup| wrapup.state == WrapupState::Open && wrapup.released.is_none();
    let overruns = owed.into_iter().filter(works).filter_map(|wrapup| {
        let (since, seconds) = (wrapup.opened_at?, policy.acw_s?);
        let about = AlertAbout::AcwOverrun { agent: wrapup.agent.clone(), wrapup: wrapup.key };
        Some(Alert { from: after(since, seconds), since, about })
    });
    let waits = calls.into_iter().filter_map(|call| {
        let (since, seconds) = (call.waiting_since?, policy.wait_s?);
        Some(Alert { from: after(since, seconds), since, about: AlertAbout::LongWait { call: call.key } })
    });
    let mut alerts: Vec<Alert> = overruns.chain(waits).collect();
    alerts.sort();
    alerts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::CallState;
    use crate::call::sample::ended_call;
    use crate::id::TenantId;
    use crate::wrapup::Released;

    const SECOND: i64 = 1_000_000;

    fn caller(n: u32, waiting_since: Option<i64>) -> CallRecord {
        let key = CallKey::derived(TenantId(1), "pbx", &n.to_string(), None);
        let waiting_since = waiting_since.map(|second| At(second * SECOND));
        CallRecord { key, state: CallState::Live, waiting_since, ended_at: None, ..ended_call(Vec::new()) }
    }

    fn work(agent: &str, opened: i64) -> Wrapup {
        let (key, call) = (
            EngagementKey::derived(TenantId(1), "pbx", agent, 0, None),
            CallKey::derived(TenantId(1), "pbx", agent, None),
        );
        let new = Wrapup::new(key, call, AgentKey(agent.to_owned()));
        Wrapup { state: WrapupState::Open, opened_at: Some(At(opened * SECOND)), ..new }
    }

    fn told(policy: &AlertPolicy, calls: &[CallRecord], owed: &[Wrapup], second: i64) -> Vec<&'static str> {
        let standing = alerts(policy, calls, owed);
        let standing = standing.iter().filter(|alert| alert.stands(At(second * SECOND)));
        let word = |alert: &Alert| match alert.about {
            AlertAbout::AcwOverrun { .. } => "acw",
            AlertAbout::LongWait { .. } => "wait",
        };
        standing.map(word).collect()
    }

    #[test]
    fn an_alert_stands_from_the_very_moment_and_the_oldest_comes_first() {
        let policy = AlertPolicy { acw_s: Some(180), wait_s: Some(60) };
        let (calls, owed) = ([caller(1, Some(100)), caller(2, None)], [work("1001", 0), work("1002", 90)]);
        let at = |second| told(&policy, &calls, &owed, second);
        assert_eq!(at(159), [] as [&str; 0]);
        assert_eq!(at(160), ["wait"]);
        assert_eq!(at(179), ["wait"]);
        assert_eq!(at(180), ["wait", "acw"]);
        assert_eq!(at(270), ["wait", "acw", "acw"]);
        let all = alerts(&policy, &calls, &owed);
        assert!(all.is_sorted_by_key(|alert| alert.from));
        assert_eq!((all[0].from, all[0].since), (At(160 * SECOND), At(100 * SECOND)));
    }

    #[test]
    fn who_is_released_has_summed_up_or_is_not_due_yet_is_no_alert_and_none_is_where_none_is_wanted() {
        let policy = AlertPolicy { acw_s: Some(10), wait_s: Some(10) };
        let released = Released { at: At(1), by: None, reason: None };
        let owed = [
            Wrapup { released: Some(released), ..work("1001", 0) },
            Wrapup { state: WrapupState::Logged, ..work("1002", 0) },
            Wrapup { state: WrapupState::Undispositioned, ..work("1003", 0) },
            Wrapup { state: WrapupState::Early, ..work("1004", 0) },
            Wrapup { opened_at: None, ..work("1005", 0) },
        ];
        assert_eq!(told(&policy, &[caller(1, None)], &owed, 1_000_000), [] as [&str; 0]);
        let (calls, owed) = ([caller(1, Some(0))], [work("1001", 0)]);
        let off = |acw_s, wait_s| told(&AlertPolicy { acw_s, wait_s }, &calls, &owed, 1_000_000);
        assert_eq!(off(None, Some(0)), ["wait"]);
        assert_eq!(off(Some(0), None), ["acw"]);
        assert_eq!(off(None, None), [] as [&str; 0]);
    }
}
