//! Random changes that have to do with outgoing webhooks.

use crate::random::id;
use crate::sample::*;
use crate::sample_notices::*;
use domain::commit::Change;
use domain::id::{NoticeId, TenantId};
use domain::notice::delivery::DeliveryState;
use domain::notice::endpoint::{Endpoint, Fared, Off, OffBecause};
use domain::notice::{News, NoticeBody, NoticeKind};
use proptest::option;
use proptest::prelude::*;

/// The `nth` notice of a tenant, where it is of the call that became part of another.
fn some_notice() -> impl Strategy<Value = NoticeId> {
    (id(), id(), 1..4_u64, 1..3_u32).prop_map(|(from, into, nth, tenant)| {
        let body = NoticeBody::Merged { from: call_key(from), into: call_key(into) };
        let news = News { kind: NoticeKind::CallMerged, at: at(i64::from(into)), body };
        news.numbered(TenantId(tenant), nth).id
    })
}

pub(crate) fn some_notice_change() -> impl Strategy<Value = Change> {
    let off =
        option::of(prop_oneof![Just(OffBecause::Admin), Just(OffBecause::Gone), Just(OffBecause::Failing)]);
    let kinds = proptest::sample::subsequence(NoticeKind::ASKED_FOR.to_vec(), 0..=9);
    let how = prop_oneof![Just(Fared::Took), Just(Fared::Failed), Just(Fared::Gone)];
    let state =
        prop_oneof![Just(DeliveryState::Waiting), Just(DeliveryState::Delivered), Just(DeliveryState::Dead)];
    prop_oneof![
        6 => (id(), off, kinds, 1..3_u64).prop_map(|(n, off, kinds, version)| {
            let off = off.map(|because| Off { at: at(1), because });
            endpoint_is(Endpoint { off, kinds: kinds.into_iter().collect(), version, ..endpoint(n) })
        }),
        1 => id().prop_map(|n| Change::EndpointRemoved(endpoint_id(n))),
        1 => (id(), how, 0..9_i64).prop_map(|(n, how, second)| {
            Change::EndpointFared { endpoint: endpoint_id(n), how, at: at(second) }
        }),
        1 => (0..9_i64).prop_map(|second| Change::LateToldUpTo(at(second))),
        2 => (id(), some_notice(), state, 0..9_i64)
            .prop_map(|(n, notice, state, second)| tried(attempted(n, notice, state, second))),
        1 => (id(), some_notice()).prop_map(|(n, notice)| Change::DeliveriesAgain {
            endpoint: endpoint_id(n),
            notices: vec![notice],
            not_before: at(2),
        }),
        1 => (0..90_i64).prop_map(|second| Change::ForgetNotices { before: at(second), most: 1_000 }),
    ]
}
