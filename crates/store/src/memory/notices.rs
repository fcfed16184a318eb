//! Outgoing webhooks: endpoints, what they are told, and what became of that. What follows from calls is found by looking
//! at all of them before and after a Commit.

use super::MemoryStore;
use super::tenant::{Made, Tenant};
use crate::contract::{page_limit, place};
use crate::errors::ReadError;
use crate::notices::{DeliveryPage, DeliveryTally, NoticeRecords};
use async_trait::async_trait;
use domain::commit::Change;
use domain::correction::Correction;
use domain::id::{At, AuditId, CallKey, EndpointId, NoticeId, TenantId};
use domain::notice::delivery::{Attempted, Delivery, DeliveryState};
use domain::notice::endpoint::{Endpoint, Fared};
use domain::notice::{News, NoticeKind, decide};
use std::collections::{BTreeMap, BTreeSet};

/// How many notices there ever were, and up to when late wrap-ups were told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    notices: u64,
    late_up_to: Option<At>,
}

/// How all calls stood before a Commit, and what it says besides.
pub(super) struct Before {
    stood: BTreeMap<CallKey, Option<NoticeKind>>,
    written_down: BTreeSet<AuditId>,
    corrections: Vec<Correction>,
    merged: Vec<(CallKey, CallKey)>,
}

impl Tenant {
    /// What has to be known of the time before these changes; nothing where nobody is told anything.
    pub(super) fn before(&self, changes: &[Change]) -> Option<Before> {
        self.endpoints.values().next()?;
        let stood = self.calls.iter().map(|(key, _)| (*key, self.standing(*key))).collect();
        let corrections = changes.iter().filter_map(|change| match change {
            Change::Correction(correction) => Some(correction.as_ref().clone()),
            _ => None,
        });
        let merged = changes.iter().filter_map(|change| match change {
            Change::CallMerged { from, into } if from != into => Some((*from, *into)),
            _ => None,
        });
        let written_down = self.corrections.iter().map(|(id, _)| *id).collect();
        Some(Before { stood, written_down, corrections: corrections.collect(), merged: merged.collect() })
    }

    /// The call of the past that this change would add.
    pub(super) fn new_past_call(&self, change: &Change) -> Option<CallKey> {
        let Change::PastCall(past) = change else { return None };
        self.calls.get(&past.call.key).is_none().then_some(past.call.key)
    }

    /// A call of the past is no news.
    pub(super) fn stood_already(&self, before: &mut Before, past: CallKey) {
        before.stood.insert(past, self.standing(past));
    }

    fn standing(&self, key: CallKey) -> Option<NoticeKind> {
        decide::standing(&self.calls.get(&key)?.row, self.activities.get(&key)?)
    }

    /// Has those told who ask for what follows from the changes.
    pub(super) fn tell_since(&mut self, before: &Before, tenant: TenantId) {
        let stood = |key: &CallKey| before.stood.get(key).copied().flatten();
        let mut news = Vec::new();
        for (key, activity) in self.activities.iter() {
            let call = self.calls.get(key).map(|made| &made.row);
            news.extend(call.and_then(|call| decide::settled(stood(key), call, activity)));
        }
        for correction in before.corrections.iter().filter(|one| !before.written_down.contains(&one.id)) {
            let call = self.calls.get(&correction.call).map(|made| &made.row);
            let activity = self.activities.get(&correction.call).filter(|activity| activity.archived);
            news.extend(call.zip(activity).map(|(call, now)| decide::corrected(correction, call, now)));
        }
        for (from, into) in &before.merged {
            let into = self.calls.get(into).map(|made| &made.row);
            news.extend(into.and_then(|into| decide::merged(stood(from), *from, into)));
        }
        news.into_iter().for_each(|news| self.tell(news, None, tenant));
    }

    pub(super) fn tell(&mut self, news: News, only: Option<EndpointId>, tenant: TenantId) {
        let asks = |endpoint: &Endpoint| match only {
            Some(id) => endpoint.id == id,
            None => endpoint.asks_for(news.kind),
        };
        let asking: Vec<EndpointId> =
            self.endpoints.values().map(|made| &made.row).filter(|row| asks(row)).map(|row| row.id).collect();
        if asking.is_empty() {
            return;
        }
        let mut counted = self.counted();
        counted.notices += 1;
        self.notices_counted.insert((), counted);
        let notice = news.numbered(tenant, counted.notices);
        self.notices.insert(notice.id, Made { order: counted.notices, row: notice.at });
        for endpoint in asking {
            let delivery = Delivery {
                notice: notice.clone(),
                state: DeliveryState::Waiting,
                tries: 0,
                not_before: At(0),
                last: None,
            };
            self.deliveries.insert((endpoint, counted.notices), delivery);
        }
    }

    pub(super) fn endpoint_is(&mut self, endpoint: Endpoint, order: u64) {
        if self.endpoints_gone.get(&endpoint.id).is_some() {
            return;
        }
        let order = self.endpoints.get(&endpoint.id).map_or(order, |made| made.order);
        self.endpoints.insert(endpoint.id, Made { order, row: endpoint });
    }

    pub(super) fn endpoint_removed(&mut self, id: EndpointId) {
        if self.endpoints.get(&id).is_none() {
            return;
        }
        self.endpoints.remove(&id);
        self.endpoints_gone.insert(id, ());
        self.deliveries.remove_where(|(of, _), _| *of == id);
    }

    pub(super) fn endpoint_fared(&mut self, id: EndpointId, how: Fared, at: At) {
        if let Some(Made { order, row }) = self.endpoints.get(&id).cloned() {
            self.endpoint_is(row.fared(how, at), order);
        }
    }

    pub(super) fn late_told(&mut self, at: At) {
        let counted = self.counted();
        self.notices_counted.insert((), Counted { late_up_to: Some(at), ..counted });
    }

    pub(super) fn late_up_to(&self) -> Option<At> {
        self.counted().late_up_to
    }

    pub(super) fn delivery_tried(&mut self, attempted: &Attempted) {
        let Attempted { state, tries, not_before, .. } = *attempted;
        let last = Some(attempted.last);
        self.delivery_is(attempted.endpoint, attempted.notice, |known| Delivery {
            state,
            tries,
            not_before,
            last,
            ..known
        });
    }

    pub(super) fn deliveries_again(&mut self, endpoint: EndpointId, notices: &[NoticeId], not_before: At) {
        for notice in notices {
            self.delivery_is(endpoint, *notice, |known| Delivery {
                state: DeliveryState::Waiting,
                tries: 0,
                not_before,
                ..known
            });
        }
    }

    fn delivery_is(&mut self, of: EndpointId, notice: NoticeId, now: impl FnOnce(Delivery) -> Delivery) {
        let found = self.told(of).find(|(_, known)| known.notice.id == notice);
        if let Some((order, known)) = found.map(|(order, known)| (order, known.clone())) {
            self.deliveries.insert((of, order), now(known));
        }
    }

    pub(super) fn notices_forgotten(&mut self, before: At, most: usize) {
        let mut old: Vec<(At, u64, NoticeId)> =
            self.notices.iter().map(|(id, made)| (made.row, made.order, *id)).collect();
        old.retain(|(at, ..)| *at < before);
        old.sort();
        for (_, order, id) in old.into_iter().take(most) {
            self.notices.remove(&id);
            self.deliveries.remove_where(|(_, of), _| *of == order);
        }
    }

    fn counted(&self) -> Counted {
        self.notices_counted.get(&()).copied().unwrap_or_default()
    }

    /// What an endpoint is told, what became so first coming first.
    fn told(&self, of: EndpointId) -> impl DoubleEndedIterator<Item = (u64, &Delivery)> {
        let all = self.deliveries.iter().filter(move |((endpoint, _), _)| *endpoint == of);
        all.map(|((_, order), delivery)| (*order, delivery))
    }

    fn waiting(&self, of: EndpointId) -> Vec<(u64, &Delivery)> {
        let mut waiting: Vec<_> =
            self.told(of).filter(|(_, known)| known.state == DeliveryState::Waiting).collect();
        waiting.sort_by_key(|(order, known)| (known.not_before, *order));
        waiting
    }
}

#[async_trait]
impl NoticeRecords for MemoryStore {
    async fn endpoints(&self, tenant: TenantId) -> Result<Vec<Endpoint>, ReadError> {
        let mut made: Vec<_> = self.state().of(tenant).endpoints.values().cloned().collect();
        made.sort_by_key(|made| made.order);
        Ok(made.into_iter().map(|made| made.row).collect())
    }

    async fn deliveries_due(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        now: At,
        limit: usize,
    ) -> Result<Vec<Delivery>, ReadError> {
        let state = self.state();
        let waiting = state.of(tenant).waiting(endpoint).into_iter().map(|(_, known)| known);
        Ok(waiting.filter(|known| known.not_before <= now).take(page_limit(limit)).cloned().collect())
    }

    async fn next_delivery(&self, tenant: TenantId, endpoint: EndpointId) -> Result<Option<At>, ReadError> {
        let state = self.state();
        Ok(state.of(tenant).waiting(endpoint).first().map(|(_, known)| known.not_before))
    }

    async fn deliveries(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        state: Option<DeliveryState>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<DeliveryPage, ReadError> {
        let before = place(after, u64::MAX)?;
        let (all, limit) = (self.state(), page_limit(limit));
        let told = all.of(tenant).told(endpoint).rev();
        let mut told: Vec<_> = told
            .filter(|(order, known)| *order < before && state.is_none_or(|state| known.state == state))
            .collect();
        let more = told.len() > limit;
        told.truncate(limit);
        let next = told.last().filter(|_| more).map(|(order, _)| order.to_string());
        Ok(DeliveryPage { deliveries: told.into_iter().map(|(_, known)| known.clone()).collect(), next })
    }

    async fn delivery(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        notice: NoticeId,
    ) -> Result<Option<Delivery>, ReadError> {
        let state = self.state();
        let mut told = state.of(tenant).told(endpoint).map(|(_, known)| known);
        Ok(told.find(|known| known.notice.id == notice).cloned())
    }

    async fn delivery_tally(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
    ) -> Result<DeliveryTally, ReadError> {
        let state = self.state();
        let count =
            |of| state.of(tenant).told(endpoint).filter(|(_, known)| known.state == of).count() as u64;
        Ok(DeliveryTally { waiting: count(DeliveryState::Waiting), dead: count(DeliveryState::Dead) })
    }

    async fn late_told_up_to(&self, tenant: TenantId) -> Result<Option<At>, ReadError> {
        Ok(self.state().of(tenant).late_up_to())
    }

    async fn oldest_notice(&self, tenant: TenantId) -> Result<Option<At>, ReadError> {
        Ok(self.state().of(tenant).notices.values().map(|made| made.row).min())
    }
}
