//! How the Activities of a tenant stand in the CRM: here nothing is counted before it is asked for.

use super::MemoryStore;
use super::tenant::Tenant;
use crate::crm_ledger::{CrmCount, CrmEntry, CrmLedgerRecords, CrmStanding, counted};
use crate::errors::ReadError;
use async_trait::async_trait;
use domain::completeness::crm_check::{CrmCheck, CrmCheckFailure, MAX_CHECKS, MAX_FAILURES};
use domain::id::{At, CallKey, TenantId};
use domain::mirror::RemoteId;
use domain::outbox::{FiledState, OutboxEntry, Subject};
use std::collections::BTreeMap;

impl Tenant {
    /// A record was looked for in the CRM, and is not there any more.
    pub(super) fn gone_there(&mut self, call: CallKey, record: &RemoteId) {
        let is_it = |filed: &FiledState| matches!(filed, FiledState::There(filed) if filed.record == *record);
        if self.filed.get(&call).is_some_and(is_it) && self.outbox.get(&Subject::Activity(call)).is_none() {
            self.filed.insert(call, FiledState::DeletedThere);
        }
    }

    /// Somebody says that the Activity is to be in the CRM.
    pub(super) fn file_again(&mut self, call: CallKey) {
        let there = self.filed.get(&call).cloned();
        let waits = self.outbox.get(&Subject::Activity(call)).is_some();
        if matches!(there, Some(FiledState::There(_))) || (waits && there.is_none()) {
            return;
        }
        let Some(activity) = self.activities.get(&call).cloned() else { return };
        if !self.is_carried_out(&activity) {
            return;
        }
        self.filed.remove(&call);
        self.activity_changed(&activity);
        let Some(noted) = self.outbox.get(&Subject::Activity(call)).cloned() else { return };
        self.entry_is(OutboxEntry { despite_duplicates: true, ..noted.entry });
    }

    pub(super) fn crm_check_is(&mut self, check: CrmCheck) {
        let (begin, end) = (check.begin, check.end);
        self.crm_check_failures.remove_where(|_, failure| begin <= failure.begin && failure.end <= end);
        self.crm_checks.insert(check.begin, check);
        let mut kept: Vec<(At, At)> = self.crm_checks.values().map(|check| (check.at, check.begin)).collect();
        kept.sort_unstable();
        let too_many = kept.len().saturating_sub(MAX_CHECKS);
        for (_, begin) in kept.into_iter().take(too_many) {
            self.crm_checks.remove(&begin);
        }
    }

    pub(super) fn crm_check_failed(&mut self, failure: CrmCheckFailure) {
        self.crm_check_failures.insert(failure.begin, failure);
        let begins: Vec<At> = self.crm_check_failures.values().map(|failure| failure.begin).collect();
        let too_many = begins.len().saturating_sub(MAX_FAILURES);
        begins.into_iter().take(too_many).for_each(|begin| self.crm_check_failures.remove(&begin));
    }

    fn crm_standing(&self, call: CallKey) -> Option<CrmStanding> {
        let (made, activity) = (self.calls.get(&call)?, self.activities.get(&call)?);
        let record = match self.filed.get(&call) {
            Some(FiledState::There(filed)) => Some(filed.record.clone()),
            Some(FiledState::DeletedThere) | None => None,
        };
        Some(CrmStanding {
            started_at: made.row.started_at,
            key: call,
            carried: self.carried(call),
            record,
            settled: Tenant::settled(activity),
            imported: self.imported.get(&call).is_some(),
        })
    }
}

#[async_trait]
impl CrmLedgerRecords for MemoryStore {
    async fn crm_ledger(&self, tenant: TenantId, from: i64, until: i64) -> Result<Vec<CrmCount>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let mut counts = BTreeMap::<CrmEntry, u64>::new();
        for made in rows.calls.values() {
            let entry = counted(rows.ledger_entry(&made.row).as_ref(), rows.carried(made.row.key));
            if let Some(entry) = entry.filter(|(slot, _)| from <= *slot && *slot < until) {
                *counts.entry(entry).or_default() += 1;
            }
        }
        Ok(counts.into_iter().map(|((slot, state), calls)| CrmCount { slot, state, calls }).collect())
    }

    async fn crm_standings(
        &self,
        tenant: TenantId,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<CrmStanding>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let place = |standing: &CrmStanding| (standing.started_at, Some(standing.key)) > after;
        let all = rows.calls.values().filter_map(|made| rows.crm_standing(made.row.key));
        let mut found: Vec<CrmStanding> = all.filter(|one| one.started_at < until && place(one)).collect();
        found.sort();
        found.truncate(limit);
        Ok(found)
    }

    async fn crm_standing(&self, tenant: TenantId, call: CallKey) -> Result<Option<CrmStanding>, ReadError> {
        Ok(self.state().of(tenant).crm_standing(call))
    }

    async fn crm_checks(&self, tenant: TenantId, from: At, until: At) -> Result<Vec<CrmCheck>, ReadError> {
        let state = self.state();
        let checks = state.of(tenant).crm_checks.values();
        Ok(checks.filter(|check| from <= check.begin && check.begin < until).cloned().collect())
    }

    async fn crm_check_failures(&self, tenant: TenantId) -> Result<Vec<CrmCheckFailure>, ReadError> {
        let state = self.state();
        let failures = state.of(tenant).crm_check_failures.values();
        let mut failures: Vec<CrmCheckFailure> = failures.cloned().collect();
        failures.reverse();
        Ok(failures)
    }
}
