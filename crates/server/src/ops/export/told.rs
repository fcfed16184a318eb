//! Who is told of calls and what became of that: outgoing webhooks and their deliveries. Neither the secrets that these are signed
//! with nor their bodies: what one said is with the Activity that it was about.

use super::{BETWEEN, Place};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::outgoing::address::Target;
use crate::outgoing::signature::message_id;
use crate::table::Row;
use crate::view::word;
use domain::id::{At, EndpointId};
use domain::notice::delivery::{Delivery, DeliveryState};
use domain::notice::endpoint::Endpoint;
use store::MAX_PAGE;

pub(super) async fn webhooks(app: &App, tenant: &Tenant) -> Result<Vec<Row>, OpError> {
    Ok(app.store.endpoints(tenant.id).await?.iter().map(webhook).collect())
}

fn webhook(endpoint: &Endpoint) -> Row {
    let kinds: Vec<&str> = endpoint.kinds.iter().map(|kind| kind.word()).collect();
    vec![
        endpoint.id.0.to_string().into(),
        endpoint.name.as_str().into(),
        Target::shown(&endpoint.url).into(),
        kinds.join(BETWEEN).into(),
        endpoint.with_notes.into(),
        endpoint.off.map_or("on", |off| off.because.word()).into(),
        endpoint.off.map(|off| off.at).into(),
        endpoint.failing_since.into(),
        endpoint.made_at.into(),
        endpoint.version.into(),
    ]
}

/// A page of what one endpoint is told; what the next ones are told follows, in the order of their ids.
pub(super) async fn deliveries(
    app: &App,
    tenant: &Tenant,
    place: &Place,
) -> Result<(Vec<Row>, Place), OpError> {
    let mut endpoints = app.store.endpoints(tenant.id).await?;
    endpoints.sort_by_key(|endpoint| endpoint.id);
    let (from, after) = match place {
        Place::OfEndpoint(id, after) => (Some(*id), after.as_deref()),
        _ => (endpoints.first().map(|endpoint| endpoint.id), None),
    };
    let Some(from) = from else { return Ok((Vec::new(), Place::End)) };
    // One that was removed meanwhile is told nothing any more.
    let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.id >= from) else {
        return Ok((Vec::new(), Place::End));
    };
    let after = after.filter(|_| endpoint.id == from);
    let page = app.store.deliveries(tenant.id, endpoint.id, None, after, MAX_PAGE).await?;
    let rows = page.deliveries.iter().map(|one| delivery(endpoint, one)).collect();
    let next = match page.next {
        Some(next) => Place::OfEndpoint(endpoint.id, Some(next)),
        None => following(&endpoints, endpoint.id),
    };
    Ok((rows, next))
}

fn following(endpoints: &[Endpoint], of: EndpointId) -> Place {
    let next = endpoints.iter().find(|endpoint| endpoint.id > of);
    next.map_or(Place::End, |next| Place::OfEndpoint(next.id, None))
}

fn delivery(endpoint: &Endpoint, delivery: &Delivery) -> Row {
    let waits = delivery.state == DeliveryState::Waiting && delivery.not_before > At(0);
    let last = delivery.last;
    vec![
        message_id(delivery.notice.id).into(),
        endpoint.id.0.to_string().into(),
        endpoint.name.as_str().into(),
        delivery.notice.kind.word().into(),
        delivery.notice.at.into(),
        delivery.notice.body.subject().to_string().into(),
        word(&delivery.state).into(),
        i64::from(delivery.tries).into(),
        waits.then_some(delivery.not_before).into(),
        last.map(|last| last.at).into(),
        last.and_then(|last| last.status).map(i64::from).into(),
        last.and_then(|last| last.no_answer).map(|why| word(&why)).into(),
        last.map(|last| last.took_ms).into(),
    ]
}
