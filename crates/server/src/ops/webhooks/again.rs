//! What endpoints were told, and telling it again: one thing, all that was given up since a time, or a test.

use super::find;
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::view::WebhookDeliveryView;
use domain::commit::{Change, Commit};
use domain::id::{At, EndpointId, NoticeId};
use domain::notice::delivery::DeliveryState;
use domain::notice::{News, NoticeBody, NoticeKind};
use store::MAX_PAGE;

/// How many deliveries a page holds.
const PAGE: usize = 50;

/// A page of what an endpoint was told or is to be, the newest first, and what comes next.
///
/// # Errors
/// There is no such endpoint, `after` is no place that was given out, or the store cannot read.
pub async fn deliveries(
    app: &App,
    tenant: &Tenant,
    id: EndpointId,
    state: Option<DeliveryState>,
    after: Option<&str>,
) -> Result<(Vec<WebhookDeliveryView>, Option<String>), OpError> {
    find(app, tenant, id).await?;
    let page = app.store.deliveries(tenant.id, id, state, after, PAGE).await?;
    Ok((page.deliveries.iter().map(WebhookDeliveryView::from).collect(), page.next))
}

/// Tells an endpoint something that says only that it is a test, whatever it asks for.
///
/// # Errors
/// There is no such endpoint, or the store cannot write.
pub async fn test(app: &App, tenant: &Tenant, id: EndpointId) -> Result<(), OpError> {
    find(app, tenant, id).await?;
    let body = NoticeBody::Test { endpoint: id.0 };
    let news = Box::new(News { kind: NoticeKind::Test, at: app.around.now(), body });
    app.store.commit(Commit::of(tenant.id, vec![Change::Told { news, only: Some(id) }])).await?;
    app.webhooks.wake(tenant.id, id);
    Ok(())
}

/// Tells an endpoint one thing again, under the same id, whatever became of it.
///
/// # Errors
/// It was never to be told that, or the store cannot write.
pub async fn replay_one(
    app: &App,
    tenant: &Tenant,
    id: EndpointId,
    notice: NoticeId,
) -> Result<WebhookDeliveryView, OpError> {
    find(app, tenant, id).await?;
    app.store.delivery(tenant.id, id, notice).await?.ok_or(OpError::NotFound)?;
    again(app, tenant, id, vec![notice]).await?;
    let now = app.store.delivery(tenant.id, id, notice).await?.ok_or(OpError::NotFound)?;
    app.webhooks.wake(tenant.id, id);
    Ok(WebhookDeliveryView::from(&now))
}

/// Tells an endpoint everything again that was given up and was so at `since` or later; answers how much that is.
///
/// # Errors
/// There is no such endpoint, or the store cannot read or write: what was begun is told.
pub async fn replay_dead(app: &App, tenant: &Tenant, id: EndpointId, since: At) -> Result<u64, OpError> {
    find(app, tenant, id).await?;
    let (mut after, mut count) = (None, 0);
    loop {
        let state = Some(DeliveryState::Dead);
        let page = app.store.deliveries(tenant.id, id, state, after.as_deref(), MAX_PAGE).await?;
        // They are in the order they became known, which is not always that of when they were so.
        let dead =
            page.deliveries.iter().map(|delivery| &delivery.notice).filter(|notice| since <= notice.at);
        let notices: Vec<NoticeId> = dead.map(|notice| notice.id).collect();
        count += notices.len() as u64;
        if !notices.is_empty() {
            again(app, tenant, id, notices).await?;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    app.webhooks.wake(tenant.id, id);
    Ok(count)
}

async fn again(
    app: &App,
    tenant: &Tenant,
    endpoint: EndpointId,
    notices: Vec<NoticeId>,
) -> Result<(), OpError> {
    let not_before = app.around.now();
    let change = Change::DeliveriesAgain { endpoint, notices, not_before };
    app.store.commit(Commit::of(tenant.id, vec![change])).await?;
    Ok(())
}
