//! What agents may leave for later, and how much of it (P12). A wrap-up that keeps no calls away any more is still owed: it waits in
//! its agent's inbox. Who may see an inbox is the server's.

use crate::id::{At, EngagementKey};
use crate::wrapup::{Released, Wrapup, WrapupState};
use serde::{Deserialize, Serialize};

/// Most wrap-ups that an agent may be let to have waiting, and that they put aside where nothing is set: of what is owed so
/// many are read at a time that what keeps them from calls is among them.
pub const MAX_WAITING: u32 = 100;
/// After how long an agent is reminded of what waits, unless somebody says otherwise, in seconds.
const REMIND_S: u32 = 900;

/// What agents may leave for later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboxPolicy {
    /// Whether agents may put a wrap-up aside themselves, and take calls before it is submitted.
    pub put_aside: bool,
    /// How many may wait while their agent takes calls; `None`: any number. With one more ring groups leave the agent alone
    /// until some are submitted.
    pub most: Option<u32>,
    /// How old the oldest that waits may be while its agent takes calls, in seconds; `None`: any age.
    pub oldest_s: Option<u32>,
    /// From what age on agents are reminded of what waits, in seconds; `None`: never.
    pub remind_s: Option<u32>,
}

impl Default for InboxPolicy {
    fn default() -> Self {
        InboxPolicy { put_aside: false, most: None, oldest_s: None, remind_s: Some(REMIND_S) }
    }
}

/// Whether a wrap-up waits in its agent's inbox: it is owed, and keeps no calls away.
pub fn waits(wrapup: &Wrapup) -> bool {
    wrapup.state == WrapupState::Open && wrapup.released.is_some()
}

impl InboxPolicy {
    /// Whether an agent who owes these may put one more aside.
    pub fn has_room(&self, owed: &[Wrapup]) -> bool {
        let waiting = owed.iter().filter(|wrapup| waits(wrapup)).count();
        waiting < self.most.unwrap_or(MAX_WAITING) as usize
    }

    /// Since when an agent who owes these is to submit some before they take calls; `None`: they need not.
    pub fn full_since(&self, owed: &[Wrapup], now: At) -> Option<At> {
        let waiting = || owed.iter().filter(|wrapup| waits(wrapup));
        let mut began: Vec<At> =
            waiting().filter_map(|wrapup| wrapup.released.as_ref()).map(|released| released.at).collect();
        began.sort_unstable();
        let by_number = self.most.and_then(|most| began.get(most as usize)).copied();
        let old = |wrapup: &Wrapup| {
            let seconds = self.oldest_s?;
            Some(wrapup.opened_at?.plus_millis(i64::from(seconds) * 1000)).filter(|at| *at <= now)
        };
        let by_age = waiting().filter_map(old).min();
        by_number.into_iter().chain(by_age).min()
    }

    /// Whether an agent who owes these is to submit some before they take calls, once they are freed of this one: then being freed
    /// of it brings them none.
    pub fn is_full_with(&self, owed: &[Wrapup], freed: EngagementKey, now: At) -> bool {
        let free = |wrapup: &Wrapup| match wrapup.key == freed && wrapup.released.is_none() {
            true => Wrapup { released: Some(Released { at: now, by: None, reason: None }), ..wrapup.clone() },
            false => wrapup.clone(),
        };
        let after: Vec<Wrapup> = owed.iter().map(free).collect();
        self.full_since(&after, now).is_some()
    }

    /// When an agent who owes these is reminded of them; `None`: never.
    pub fn remind_at(&self, owed: &[Wrapup]) -> Option<At> {
        let seconds = self.remind_s?;
        let oldest =
            owed.iter().filter(|wrapup| waits(wrapup)).filter_map(|wrapup| wrapup.opened_at).min()?;
        Some(oldest.plus_millis(i64::from(seconds) * 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AgentKey, CallKey};
    use uuid::Uuid;

    const S: i64 = 1_000_000;

    /// Owed since one time and waiting since another, in seconds.
    fn waiting(opened: i64, since: i64) -> Wrapup {
        Wrapup {
            state: WrapupState::Open,
            opened_at: Some(At(opened * S)),
            released: Some(Released { at: At(since * S), by: None, reason: None }),
            ..Wrapup::new(EngagementKey(Uuid::nil()), CallKey(Uuid::nil()), AgentKey("1001".to_owned()))
        }
    }

    fn policy(most: Option<u32>, oldest_s: Option<u32>) -> InboxPolicy {
        InboxPolicy { most, oldest_s, ..InboxPolicy::default() }
    }

    #[test]
    fn p12_more_than_may_wait_keep_calls_away_since_one_too_many_waits() {
        let owed = [waiting(0, 30), waiting(5, 10), waiting(7, 20)];
        let full = |most| policy(Some(most), None).full_since(&owed, At(100 * S));
        assert_eq!([full(0), full(2), full(3)], [Some(At(10 * S)), Some(At(30 * S)), None]);
        let room = |most| policy(Some(most), None).has_room(&owed);
        assert_eq!([room(3), room(4)], [false, true]);
        assert!(policy(None, None).has_room(&owed));
        let most = vec![waiting(0, 30); MAX_WAITING as usize];
        assert!(!policy(None, None).has_room(&most) && policy(None, None).has_room(&most[1..]));
        assert_eq!(policy(None, None).full_since(&owed, At(i64::MAX)), None);
    }

    #[test]
    fn p12_what_waits_too_long_keeps_calls_away_from_that_moment_on() {
        let owed = [waiting(10, 40), waiting(20, 30)];
        let full = |now| policy(None, Some(60)).full_since(&owed, At(now * S));
        assert_eq!([full(69), full(70), full(500)], [None, Some(At(70 * S)), Some(At(70 * S))]);
        let both = policy(Some(1), Some(60));
        assert_eq!(both.full_since(&owed, At(500 * S)), Some(At(40 * S)), "whichever was first");
    }

    #[test]
    fn p12_freeing_an_agent_into_a_full_inbox_brings_no_calls() {
        let key = |n| EngagementKey(Uuid::from_u128(n));
        let owes = Wrapup { key: key(1), released: None, ..waiting(50, 0) };
        let owed = [waiting(0, 30), owes.clone()];
        let full = |most, oldest_s| policy(most, oldest_s).is_full_with(&owed, key(1), At(100 * S));
        assert_eq!([full(Some(1), None), full(Some(2), None), full(None, None)], [true, false, false]);
        assert_eq!([full(None, Some(100)), full(None, Some(101))], [true, false], "the other waits too long");
        assert!(policy(None, Some(50)).is_full_with(&[owes], key(1), At(100 * S)), "it is too old itself");
    }

    #[test]
    fn what_keeps_calls_away_anyway_or_is_submitted_does_not_wait() {
        let owes = Wrapup { released: None, ..waiting(0, 0) };
        let done = Wrapup { state: WrapupState::Logged, ..waiting(0, 0) };
        let policy = policy(Some(0), Some(0));
        assert_eq!(policy.full_since(&[owes.clone(), done.clone()], At(i64::MAX)), None);
        assert_eq!(policy.remind_at(&[owes, done]), None);
        assert_eq!(policy.remind_at(&[waiting(10, 40), waiting(5, 50)]), Some(At(905 * S)));
    }
}
