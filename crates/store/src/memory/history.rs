//! Past calls by walking all of them.

use super::MemoryStore;
use super::listing::{is_listed, place};
use super::tenant::Tenant;
use crate::answers::ActivityRow;
use crate::contract::place as given_place;
use crate::errors::ReadError;
use crate::history::{History, HistorySlice, MAX_HISTORY_SLICE, MAX_REPLACED_TOLD, caller};
use crate::listing::ListPlace;
use async_trait::async_trait;
use domain::history::{HistoryCall, Replaced};
use domain::id::{At, CallKey, TenantId};

#[async_trait]
impl History for MemoryStore {
    async fn history(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        after: Option<&str>,
        limit: usize,
    ) -> Result<HistorySlice, ReadError> {
        let after = given_place(after, ListPlace::before(from))?;
        Ok(self.state().of(tenant).past_calls(after, until, limit.clamp(1, MAX_HISTORY_SLICE)))
    }
}

impl Tenant {
    fn past_calls(&self, after: ListPlace, until: At, limit: usize) -> HistorySlice {
        let mut rows: Vec<(ListPlace, ActivityRow)> = self
            .activity_rows(|row| is_listed(&row.call) && row.call.started_at < until)
            .into_iter()
            .map(|(order, row)| (place(order, &row), row))
            .filter(|(place, _)| *place > after)
            .collect();
        rows.sort_by_key(|(place, _)| *place);
        rows.truncate(limit);
        let next = rows.last().map(|(place, _)| place.to_string()).filter(|_| rows.len() == limit);
        let told = |ActivityRow { activity, call }: ActivityRow| HistoryCall {
            key: call.key,
            started_at: call.started_at,
            direction: call.direction,
            kind: call.kind,
            agent: activity.agent_in(&call).cloned(),
            outcome: activity.outcome,
            code: activity.code.as_ref().map(|code| code.id),
            notes: activity.notes,
            logged_at: activity.logged_at,
            wait_ms: call.wait_ms,
            talk_ms: call.talk_ms,
            caller: caller(call.direction, call.from.as_deref(), call.to.as_deref()),
            ring_group: call.ring_group,
            replaced: self.replaced(call.key),
        };
        HistorySlice { calls: rows.into_iter().map(|(_, row)| told(row)).collect(), next }
    }

    fn replaced(&self, call: CallKey) -> Vec<Replaced> {
        let mut made: Vec<_> = self.corrections.values().filter(|made| made.row.call == call).collect();
        made.sort_by_key(|made| made.order);
        made.into_iter().filter_map(|made| made.row.replaced_code()).take(MAX_REPLACED_TOLD).collect()
    }
}
