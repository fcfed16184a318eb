//! The completeness ledger of a tenant: here nothing is counted before it is asked for.

use super::MemoryStore;
use super::tenant::Tenant;
use crate::completeness::{CallBrief, CompletenessRecords, MAX_DEAF_SPANS, MayBe, MissingCount};
use crate::contract::{MAX_PAGE, page_limit};
use crate::errors::ReadError;
use async_trait::async_trait;
use domain::call::CallRecord;
use domain::completeness::ledger::{DeafSpan, LedgerClass, LedgerCount, LedgerEntry, slot_of};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::Reconciliation;
use domain::id::{At, CallKey, ReconciliationId, TenantId};
use std::collections::BTreeMap;

impl Tenant {
    pub(super) fn ledger_entry(&self, call: &CallRecord) -> Option<LedgerEntry> {
        let outcome = self.activities.get(&call.key).map(|activity| activity.outcome);
        let from_file = self.missing.get(&call.key).is_some_and(|missing| missing.made.is_some());
        LedgerEntry::of(call, outcome, from_file)
    }

    /// The calls that began in a time, by time and then in the order they were heard of.
    fn began_within(&self, from: At, until: At) -> Vec<&CallRecord> {
        let within = |at: At| from <= at && at < until;
        let mut calls: Vec<_> = self.calls.values().filter(|made| within(made.row.started_at)).collect();
        calls.sort_by_key(|made| (made.row.started_at, made.order));
        calls.into_iter().map(|made| &made.row).collect()
    }

    fn is_open(&self, missing: &MissingCall) -> bool {
        missing.made.is_none() && self.calls.get(&missing.key).is_none()
    }
}

fn brief(call: &CallRecord) -> CallBrief {
    CallBrief {
        started_at: call.started_at,
        key: call.key,
        ended_at: call.ended_at,
        direction: call.direction,
        from: call.from.clone(),
        to: call.to.clone(),
        did: call.did.clone(),
        ring_group: call.ring_group.clone(),
        has_customer: call.has_customer(),
    }
}

fn place((at, key): (At, Option<CallKey>)) -> (At, bool, Option<CallKey>) {
    (at, key.is_some(), key)
}

#[async_trait]
impl CompletenessRecords for MemoryStore {
    async fn ledger(&self, tenant: TenantId, from: i64, until: i64) -> Result<Vec<LedgerCount>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let mut counts = BTreeMap::<LedgerEntry, u64>::new();
        for made in rows.calls.values() {
            let entry = rows.ledger_entry(&made.row);
            if let Some(entry) = entry.filter(|entry| from <= entry.slot && entry.slot < until) {
                *counts.entry(entry).or_default() += 1;
            }
        }
        Ok(counts.into_iter().map(|(entry, calls)| LedgerCount { entry, calls }).collect())
    }

    async fn gaps(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let is_gap =
            |call: &&CallRecord| rows.ledger_entry(call).is_some_and(|entry| entry.class == LedgerClass::Gap);
        let found = rows.began_within(from, until).into_iter().filter(is_gap);
        Ok(found.take(page_limit(limit)).map(|call| call.key).collect())
    }

    async fn inferred(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError> {
        let state = self.state();
        let found = state.of(tenant).began_within(from, until).into_iter().filter(|call| call.inferred);
        Ok(found.take(page_limit(limit)).map(|call| call.key).collect())
    }

    async fn deaf(&self, tenant: TenantId, from: At, until: At) -> Result<Vec<DeafSpan>, ReadError> {
        let state = self.state();
        let spans = state.of(tenant).deaf.iter().rev().map(|((at, source), until)| DeafSpan {
            from: *at,
            until: *until,
            source: source.clone(),
        });
        Ok(spans.filter(|span| span.from < until && from < span.until).take(MAX_DEAF_SPANS).collect())
    }

    async fn heard(&self, tenant: TenantId) -> Result<Vec<(String, At)>, ReadError> {
        let state = self.state();
        let sources = state.of(tenant).sources.iter();
        Ok(sources.filter_map(|(name, row)| Some((name.clone(), row.heard_at?))).collect())
    }

    async fn known_as(&self, tenant: TenantId, asked: &[MayBe]) -> Result<Vec<Option<CallKey>>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let known = |may_be: &MayBe| {
            let by_call = may_be.calls.iter().copied().find(|key| rows.calls.get(key).is_some());
            by_call.or_else(|| {
                may_be.parts.iter().find_map(|part| {
                    let has = |call: &&CallRecord| call.engagement(*part).is_some();
                    rows.calls.values().map(|made| &made.row).find(has).map(|call| call.key)
                })
            })
        };
        Ok(asked.iter().map(known).collect())
    }

    async fn calls_began(
        &self,
        tenant: TenantId,
        source: &str,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<CallBrief>, ReadError> {
        let state = self.state();
        let calls = state.of(tenant).calls.values().map(|made| &made.row);
        let wanted = |call: &&CallRecord| {
            call.source == source
                && call.started_at < until
                && place((call.started_at, Some(call.key))) > place(after)
        };
        let mut found: Vec<CallBrief> = calls.filter(wanted).map(brief).collect();
        found.sort();
        found.truncate(limit);
        Ok(found)
    }

    async fn reconciliations(&self, tenant: TenantId) -> Result<Vec<Reconciliation>, ReadError> {
        Ok(self.state().of(tenant).reconciliations.values().rev().take(MAX_PAGE).cloned().collect())
    }

    async fn reconciliation(
        &self,
        tenant: TenantId,
        id: ReconciliationId,
    ) -> Result<Option<Reconciliation>, ReadError> {
        Ok(self.state().of(tenant).reconciliations.get(&id).cloned())
    }

    async fn missing_call(&self, tenant: TenantId, key: CallKey) -> Result<Option<MissingCall>, ReadError> {
        Ok(self.state().of(tenant).missing.get(&key).cloned())
    }

    async fn missing_calls(
        &self,
        tenant: TenantId,
        open: bool,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<MissingCall>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let wanted = |missing: &&MissingCall| {
            let at = missing.call.started_at;
            at < until && place((at, Some(missing.key))) > place(after) && (!open || rows.is_open(missing))
        };
        let mut found: Vec<MissingCall> = rows.missing.values().filter(wanted).cloned().collect();
        found.sort_by_key(|missing| (missing.call.started_at, missing.key));
        found.truncate(page_limit(limit));
        Ok(found)
    }

    async fn made_without_id(
        &self,
        tenant: TenantId,
        source: &str,
        from: At,
        until: At,
    ) -> Result<Vec<MissingCall>, ReadError> {
        let state = self.state();
        let wanted = |missing: &&MissingCall| {
            let at = missing.call.started_at;
            let such = !missing.named && missing.made.is_some() && missing.call.source == source;
            such && from <= at && at < until
        };
        let mut found: Vec<MissingCall> = state.of(tenant).missing.values().filter(wanted).cloned().collect();
        found.sort_by_key(|missing| (missing.call.started_at, missing.key));
        found.truncate(MAX_PAGE);
        Ok(found)
    }

    async fn missing_counts(
        &self,
        tenant: TenantId,
        from: i64,
        until: i64,
    ) -> Result<Vec<MissingCount>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let mut counts = BTreeMap::<(i64, String), u64>::new();
        for missing in rows.missing.values().filter(|missing| rows.is_open(missing)) {
            let slot = slot_of(missing.call.started_at);
            if from <= slot && slot < until {
                *counts.entry((slot, missing.call.source.clone())).or_default() += 1;
            }
        }
        Ok(counts.into_iter().map(|((slot, source), calls)| MissingCount { slot, source, calls }).collect())
    }
}
