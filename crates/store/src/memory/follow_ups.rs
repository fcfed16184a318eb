//! Follow-ups of a tenant: what changes do to them, and lists.

use super::MemoryStore;
use super::tenant::Tenant;
use crate::contract::{page_limit, place};
use crate::errors::ReadError;
use crate::follow_ups::{FollowUpFilter, FollowUpPage, FollowUpRecords, Placed, page, place_of};
use async_trait::async_trait;
use domain::activity::Activity;
use domain::follow_up::{FollowUp, FollowUpState, following};
use domain::id::{CallKey, PersonId, TenantId};

impl Tenant {
    /// Lets the follow-up of a call be what follows from its Activity.
    pub(super) fn follow(&mut self, activity: &Activity) {
        if let Some(now) = following(self.follow_ups.get(&activity.key), activity) {
            self.follow_ups.insert(activity.key, now);
            self.follow_up_changed(activity.key);
        }
    }

    /// That of a call that is no more goes to the other one, unless that has its own; one that is done stays done.
    pub(super) fn follow_up_merged(&mut self, from: CallKey, into: CallKey) {
        let moved = self.follow_ups.get(&from).cloned();
        self.follow_ups.remove(&from);
        let done = |one: &FollowUp| matches!(one.state, FollowUpState::Done { .. });
        let own = self.follow_ups.get(&into);
        if let Some(moved) = moved.filter(|moved| own.is_none_or(|own| done(moved) && !done(own))) {
            self.follow_ups.insert(into, FollowUp { call: into, ..moved });
        }
    }

    fn row_number(&self, call: CallKey) -> i64 {
        let order = self.calls.get(&call).map_or(0, |made| made.order);
        i64::try_from(order).unwrap_or(i64::MAX)
    }
}

#[async_trait]
impl FollowUpRecords for MemoryStore {
    async fn follow_up(&self, tenant: TenantId, call: CallKey) -> Result<Option<FollowUp>, ReadError> {
        Ok(self.state().of(tenant).follow_ups.get(&call).cloned())
    }

    async fn follow_ups(
        &self,
        tenant: TenantId,
        filter: &FollowUpFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FollowUpPage, ReadError> {
        let (after, limit, state) = (place(after, filter.start())?, page_limit(limit), self.state());
        let rows = state.of(tenant);
        let wanted = |found: &&FollowUp| {
            filter.agent.as_ref().is_none_or(|agent| found.agent == *agent)
                && match found.state {
                    FollowUpState::Open => !filter.done,
                    FollowUpState::Done { .. } => filter.done,
                    FollowUpState::Withdrawn => false,
                }
        };
        let found = rows.follow_ups.values().filter(wanted);
        let mut found: Vec<Placed> =
            found.map(|one| (place_of(one, rows.row_number(one.call)), one.clone())).collect();
        found.sort_by_key(|(place, _)| *place);
        if filter.done {
            found.reverse();
        }
        found.retain(|(place, _)| if filter.done { *place < after } else { *place > after });
        found.truncate(limit + 1);
        Ok(page(found, limit))
    }

    async fn asked_not_to_be_called(
        &self,
        tenant: TenantId,
        people: &[PersonId],
    ) -> Result<Vec<Option<CallKey>>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant);
        let asked = |person: &PersonId| {
            let says = |activity: &&Activity| {
                activity.party.and_then(|party| party.person) == Some(*person)
                    && activity.code.as_ref().is_some_and(|code| code.effects.do_not_call)
            };
            let calls = rows.activities.values().filter(says).map(|activity| activity.key);
            calls.max_by_key(|call| rows.row_number(*call))
        };
        Ok(people.iter().map(asked).collect())
    }
}
