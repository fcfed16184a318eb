//! How many are told how much at a time: each endpoint by itself, so that one that is slow holds up nobody else. One that
//! does not answer is left alone for a while, and then tried with one thing before all the rest follows. Nothing here
//! survives a restart, and nothing of it needs to.

use domain::id::{At, EndpointId, NoticeId};
use domain::notice::delivery::{Answer, Delivery, rest_ms};
use std::collections::{BTreeMap, BTreeSet};

/// How much an endpoint is told at a time.
pub const AT_A_TIME: usize = 4;

/// What is under way to an endpoint.
#[derive(Debug, Default)]
struct Lane {
    under_way: BTreeSet<NoticeId>,
    failures: u32,
    rests_until: Option<At>,
}

/// What is under way to the endpoints of a tenant.
#[derive(Debug, Default)]
pub struct Lanes(BTreeMap<EndpointId, Lane>);

impl Lanes {
    /// How many deliveries have to be read to know what can be begun; none, where nothing can.
    pub fn room(&self, endpoint: EndpointId, now: At) -> usize {
        let Some(lane) = self.0.get(&endpoint) else { return AT_A_TIME };
        if lane.rests_until.is_some_and(|until| now < until) {
            return 0;
        }
        let most = if lane.failures > 0 { 1 } else { AT_A_TIME };
        // Those that are under way may be among those that are read.
        if lane.under_way.len() >= most { 0 } else { most + lane.under_way.len() }
    }

    /// Takes of those that are due what can be begun now.
    pub fn begin(&mut self, endpoint: EndpointId, due: Vec<Delivery>) -> Vec<Delivery> {
        let lane = self.0.entry(endpoint).or_default();
        let most = if lane.failures > 0 { 1 } else { AT_A_TIME };
        let mut begun = Vec::new();
        for delivery in due {
            if lane.under_way.len() < most && lane.under_way.insert(delivery.notice.id) {
                begun.push(delivery);
            }
        }
        begun
    }

    /// Takes note of how one went; `None`: there was no attempt.
    pub fn ended(&mut self, endpoint: EndpointId, notice: NoticeId, answer: Option<&Answer>, now: At) {
        let Some(lane) = self.0.get_mut(&endpoint) else { return };
        lane.under_way.remove(&notice);
        match answer {
            Some(answer) if answer.tires() => {
                lane.failures = lane.failures.saturating_add(1);
                lane.rests_until = Some(now.plus_millis(rest_ms(answer, lane.failures)));
            }
            Some(_) => (lane.failures, lane.rests_until) = (0, None),
            // The store did not take what was to be written: it is tried again with a look between.
            None => {}
        }
    }

    /// Somebody asks for it: an endpoint that rests is tried now.
    pub fn wake(&mut self, endpoint: EndpointId) {
        if let Some(lane) = self.0.get_mut(&endpoint) {
            lane.rests_until = None;
        }
    }

    /// Forgets endpoints that are not there any more.
    pub fn keep(&mut self, there: &BTreeSet<EndpointId>) {
        self.0.retain(|id, lane| there.contains(id) || !lane.under_way.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::notice::delivery::{DeliveryState, NoAnswer};
    use domain::notice::{Notice, NoticeBody, NoticeKind};
    use uuid::Uuid;

    const SLOW: EndpointId = EndpointId(Uuid::from_u128(1));
    const OTHER: EndpointId = EndpointId(Uuid::from_u128(2));
    const TIRED: Answer = Answer::None(NoAnswer::TimedOut);
    const TOOK: Answer = Answer::Status { status: 204, retry_after_s: None };

    fn due(count: u128) -> Vec<Delivery> {
        let delivery = |n| Delivery {
            notice: Notice {
                id: NoticeId(Uuid::from_u128(n)),
                kind: NoticeKind::Test,
                at: At(0),
                body: NoticeBody::Test { endpoint: SLOW.0 },
            },
            state: DeliveryState::Waiting,
            tries: 0,
            not_before: At(0),
            last: None,
        };
        (0..count).map(delivery).collect()
    }

    fn notice(n: u128) -> NoticeId {
        NoticeId(Uuid::from_u128(n))
    }

    #[test]
    fn each_endpoint_is_told_so_much_at_a_time_and_nothing_twice() {
        let mut lanes = Lanes::default();
        assert_eq!(lanes.begin(SLOW, due(9)).len(), AT_A_TIME);
        assert_eq!(lanes.begin(SLOW, due(9)).len(), 0);
        assert_eq!(lanes.room(SLOW, At(0)), 0);
        assert_eq!(lanes.begin(OTHER, due(9)).len(), AT_A_TIME, "another one is not held up");
        lanes.ended(SLOW, notice(1), Some(&TOOK), At(0));
        assert_eq!(lanes.room(SLOW, At(0)), AT_A_TIME + 3);
        let begun = lanes.begin(SLOW, due(9));
        assert_eq!(begun.iter().map(|one| one.notice.id).collect::<Vec<_>>(), [notice(1)]);
    }

    #[test]
    fn one_that_does_not_answer_rests_and_is_tried_with_one_before_the_rest_follows() {
        let mut lanes = Lanes::default();
        lanes.begin(SLOW, due(1));
        lanes.ended(SLOW, notice(0), Some(&TIRED), At(0));
        assert_eq!(lanes.room(SLOW, At(4_999_999)), 0);
        assert_eq!(lanes.room(OTHER, At(0)), AT_A_TIME);
        assert_eq!(lanes.room(SLOW, At(5_000_000)), 1);
        assert_eq!(lanes.begin(SLOW, due(9)).len(), 1);
        lanes.ended(SLOW, notice(0), Some(&TOOK), At(5_000_000));
        assert_eq!(lanes.begin(SLOW, due(9)).len(), AT_A_TIME);
    }

    #[test]
    fn what_is_refused_by_itself_makes_nobody_rest() {
        let mut lanes = Lanes::default();
        lanes.begin(SLOW, due(1));
        lanes.ended(SLOW, notice(0), Some(&Answer::Status { status: 422, retry_after_s: None }), At(0));
        assert_eq!(lanes.room(SLOW, At(0)), AT_A_TIME);
    }

    #[test]
    fn one_that_somebody_asks_for_does_not_rest() {
        let mut lanes = Lanes::default();
        lanes.begin(SLOW, due(1));
        lanes.ended(SLOW, notice(0), Some(&TIRED), At(0));
        lanes.wake(SLOW);
        assert_eq!(lanes.room(SLOW, At(0)), 1);
    }
}
