//! Rows of a tenant whose calls other programs are told of.

use crate::sample::*;
use domain::commit::Change;
use domain::id::{EndpointId, NoticeId};
use domain::notice::delivery::{Attempted, DeliveryState, LastAttempt};
use domain::notice::endpoint::{Endpoint, Secret};
use domain::notice::{News, NoticeBody, NoticeKind};
use uuid::Uuid;

pub(crate) fn endpoint_id(n: u32) -> EndpointId {
    EndpointId(Uuid::from_u128(0x0193_0000_0000_8000_8000_000a_0000_0000 | u128::from(n)))
}

/// An endpoint that is told everything.
pub(crate) fn endpoint(n: u32) -> Endpoint {
    Endpoint {
        id: endpoint_id(n),
        name: format!("Endpoint {n}"),
        url: format!("https://{n}.example/hook"),
        kinds: NoticeKind::ASKED_FOR.into_iter().collect(),
        with_notes: false,
        secret: Secret(format!("whsec_{n}")),
        former: None,
        off: None,
        failing_since: None,
        made_at: at(0),
        version: 1,
    }
}

pub(crate) fn endpoint_is(endpoint: Endpoint) -> Change {
    Change::Endpoint(Box::new(endpoint))
}

/// A test of an endpoint.
pub(crate) fn test_of(n: u32, second: i64) -> Change {
    let body = NoticeBody::Test { endpoint: endpoint_id(n).0 };
    let news = Box::new(News { kind: NoticeKind::Test, at: at(second), body });
    Change::Told { news, only: Some(endpoint_id(n)) }
}

pub(crate) fn attempted(n: u32, notice: NoticeId, state: DeliveryState, second: i64) -> Attempted {
    let last = LastAttempt { at: at(second), status: Some(500), no_answer: None, took_ms: 5 };
    Attempted { endpoint: endpoint_id(n), notice, state, tries: 1, not_before: at(second + 5), last }
}

pub(crate) fn tried(attempted: Attempted) -> Change {
    Change::DeliveryTried(Box::new(attempted))
}
