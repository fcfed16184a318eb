//! Telling: what is due is sent, and what came of it is written down. It is told at least once: whoever is killed between the
//! two tells it again under the same id.

use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::outgoing::lanes::Lanes;
use crate::outgoing::send::{Message, Sender};
use crate::outgoing::signature::{message_id, signatures};
use crate::view::webhook_body;
use domain::audit::{AuditEntry, AuditSubject};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{At, AuditId, EndpointId, NoticeId};
use domain::notice::NoticeKind;
use domain::notice::decide::late;
use domain::notice::delivery::{Answer, Attempted, Delivery, LastAttempt, after};
use domain::notice::endpoint::{Endpoint, Fared};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{CommitError, MAX_FLOOR_ROWS};
use tokio::task::JoinSet;

/// An attempt that ended.
#[derive(Debug)]
pub struct Ended {
    /// Who was told.
    pub endpoint: EndpointId,
    /// What.
    pub notice: NoticeId,
    /// What came of it; `None`: it could not be written down, and is told again.
    pub answer: Option<Answer>,
}

/// Begins whatever can be begun now.
///
/// # Errors
/// The store cannot read.
pub async fn begin(
    app: &Arc<App>,
    tenant: &Arc<Tenant>,
    sender: &Arc<Sender>,
    lanes: &mut Lanes,
    under_way: &mut JoinSet<Ended>,
) -> Result<(), OpError> {
    let endpoints = app.store.endpoints(tenant.id).await?;
    lanes.keep(&endpoints.iter().map(|endpoint| endpoint.id).collect::<BTreeSet<_>>());
    for id in app.webhooks.woken(tenant.id) {
        lanes.wake(id);
    }
    let now = app.around.now();
    for endpoint in endpoints.into_iter().filter(|endpoint| endpoint.off.is_none()) {
        let room = lanes.room(endpoint.id, now);
        if room == 0 {
            continue;
        }
        let due = app.store.deliveries_due(tenant.id, endpoint.id, now, room).await?;
        let endpoint = Arc::new(endpoint);
        for delivery in lanes.begin(endpoint.id, due) {
            let (app, tenant, sender) = (Arc::clone(app), Arc::clone(tenant), Arc::clone(sender));
            let endpoint = Arc::clone(&endpoint);
            under_way.spawn(async move { tell(&app, &tenant, &sender, &endpoint, delivery).await });
        }
    }
    Ok(())
}

/// Tells everything that is due, and what becomes due meanwhile; answers how many attempts there were.
///
/// # Errors
/// The store cannot read.
pub async fn tell_all_due(
    app: &Arc<App>,
    tenant: &Arc<Tenant>,
    sender: &Arc<Sender>,
    lanes: &mut Lanes,
) -> Result<usize, OpError> {
    let (mut under_way, mut attempts) = (JoinSet::new(), 0);
    loop {
        begin(app, tenant, sender, lanes, &mut under_way).await?;
        let Some(ended) = under_way.join_next().await else { return Ok(attempts) };
        attempts += 1;
        if let Ok(ended) = ended {
            lanes.ended(ended.endpoint, ended.notice, ended.answer.as_ref(), app.around.now());
        }
    }
}

async fn tell(app: &App, tenant: &Tenant, sender: &Sender, endpoint: &Endpoint, delivery: Delivery) -> Ended {
    let (id, notice) = (endpoint.id, delivery.notice.id);
    let began = app.around.now();
    let answer = sender.send(message(tenant, endpoint, &delivery, began)).await;
    let now = app.around.now();
    let tries = delivery.tries + 1;
    let (state, not_before) = after(&answer, tries, now, chance(app));
    let (status, no_answer) = match answer {
        Answer::Status { status, .. } => (Some(status), None),
        Answer::None(why) => (None, Some(why)),
    };
    let last = LastAttempt { at: began, status, no_answer, took_ms: now.millis_since(began) };
    let attempted = Attempted { endpoint: id, notice, state, tries, not_before, last };
    let mut changes = vec![Change::DeliveryTried(Box::new(attempted))];
    let how = answer.fared();
    // One that takes everything has nothing written of itself.
    if how != Fared::Took || endpoint.failing_since.is_some() {
        changes.push(Change::EndpointFared { endpoint: id, how, at: now });
        changes.extend(switched_off(tenant, endpoint, how, now).map(|entry| Change::Audit(Box::new(entry))));
    }
    match app.store.commit(Commit::of(tenant.id, changes)).await {
        Ok(_) => {
            if how == Fared::Gone {
                tracing::warn!(tenant = tenant.settings.slug, webhook = %id, "a webhook says that it is gone and is told nothing more");
            }
            Ended { endpoint: id, notice, answer: Some(answer) }
        }
        Err(error) => {
            tracing::warn!(%error, webhook = %id, "what came of a webhook could not be written down; it is told again");
            Ended { endpoint: id, notice, answer: None }
        }
    }
}

/// What the log of changes says of an endpoint that this delivery switches off. Deliveries that end together say it once.
fn switched_off(tenant: &Tenant, endpoint: &Endpoint, how: Fared, now: At) -> Option<AuditEntry> {
    let off = endpoint.clone().fared(how, now);
    let because = off.off.as_ref().filter(|_| endpoint.off.is_none())?.because;
    Some(AuditEntry {
        id: AuditId::derived(tenant.id, "webhook.off", endpoint.id.0, off.version),
        at: now,
        by: None,
        subject: AuditSubject::Endpoint(endpoint.id),
        action: "changed".to_owned(),
        fields: AuditEntry::differences(
            &[("state", Some("on".to_owned()))],
            &[("state", Some(because.word().to_owned()))],
        ),
    })
}

fn message(tenant: &Tenant, endpoint: &Endpoint, delivery: &Delivery, now: At) -> Message {
    let (id, seconds) = (message_id(delivery.notice.id), now.0.div_euclid(1_000_000));
    let body = webhook_body(&tenant.settings.slug, &delivery.notice, endpoint.with_notes);
    let signatures = signatures(&endpoint.secrets(now), &id, seconds, &body);
    Message { url: endpoint.url.clone(), id, seconds, signatures, body }
}

/// A number from 0 up to 1 that nobody foresees.
fn chance(app: &App) -> f64 {
    let [a, b, c, d, ..] = app.around.random();
    f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

/// Has those told who ask for it of wrap-ups that became late since this was last done; answers of how many. The first time
/// it only begins to count: what was late before is told nobody.
///
/// # Errors
/// The store cannot read or write.
pub async fn tell_late(app: &App, tenant: &Tenant) -> Result<usize, OpError> {
    let asked = |endpoint: &Endpoint| endpoint.asks_for(NoticeKind::WrapupLate);
    let Some(acw_s) = tenant.rules().centre.alerts.acw_s else { return Ok(0) };
    if !app.store.endpoints(tenant.id).await?.iter().any(asked) {
        return Ok(0);
    }
    let (now, told_up_to) = (app.around.now(), app.store.late_told_up_to(tenant.id).await?);
    let news = match told_up_to {
        None => Vec::new(),
        Some(told_up_to) => {
            let floor = app.store.snapshot(tenant.id).await?.floor(MAX_FLOOR_ROWS).await?;
            late(&floor.working, acw_s, told_up_to, now)
        }
    };
    let count = news.len();
    if count == 0 && told_up_to.is_some() {
        return Ok(0);
    }
    let told = news.into_iter().map(|news| Change::Told { news: Box::new(news), only: None });
    let changes = told.chain([Change::LateToldUpTo(now)]).collect();
    let preconditions = vec![Precondition::LateToldUpTo(told_up_to)];
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(_) => Ok(count),
        // Somebody else just told them.
        Err(CommitError::Refused { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
