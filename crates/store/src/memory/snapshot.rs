//! Reading together: the tenant as it was, which later Commits leave alone.

use super::lists::owns;
use super::tenant::Tenant;
use crate::answers::{ActivityRow, FloorRows};
use crate::contract::{MAX_FLOOR_ROWS, MAX_PAGE, never_said, page_limit};
use crate::errors::ReadError;
use crate::inbox::InboxPlace;
use crate::listing::Carried;
use crate::snapshot::Snapshot;
use async_trait::async_trait;
use domain::call::{CallRecord, CallState};
use domain::case::Case;
use domain::dial::Dial;
use domain::directory::{Person, PersonLine};
use domain::duty::AgentMode;
use domain::id::{AgentKey, CallKey, CaseId, EngagementKey, PersonId};
use domain::matching::{MatchRule, PhoneHit};
use domain::message::Message;
use domain::phone::PhoneKey;
use domain::wrapup::{Wrapup, WrapupState};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A moment of a tenant.
pub(super) struct MemorySnapshot(pub(super) Arc<Tenant>);

#[async_trait]
impl Snapshot for MemorySnapshot {
    async fn match_by_rule(
        &mut self,
        plan: &[PhoneKey],
        rule: &MatchRule,
    ) -> Result<Vec<PhoneHit>, ReadError> {
        let of_tiers = plan.iter().map(|key| self.0.hits(plan, key.tier, rule));
        Ok(of_tiers.into_iter().find(|hits| !hits.is_empty()).unwrap_or_default())
    }

    async fn person(&mut self, id: PersonId) -> Result<Option<Person>, ReadError> {
        Ok(self.0.people.get(&id).map(|made| made.row.person.clone()))
    }

    async fn person_lines(&mut self, ids: &[PersonId]) -> Result<Vec<PersonLine>, ReadError> {
        let people = &self.0.people;
        Ok(ids
            .iter()
            .filter_map(|id| people.get(id))
            .map(|made| PersonLine::from(&made.row.person))
            .collect())
    }

    async fn with_account(&mut self, ids: &[PersonId]) -> Result<BTreeSet<PersonId>, ReadError> {
        let has =
            |id: &&PersonId| self.0.people.get(id).is_some_and(|made| made.row.person.account.is_some());
        Ok(ids.iter().filter(has).copied().collect())
    }

    async fn call(&mut self, key: CallKey) -> Result<Option<CallRecord>, ReadError> {
        Ok(self.0.calls.get(&key).map(|made| made.row.clone()))
    }

    async fn live_calls(&mut self, agent: &AgentKey) -> Result<Vec<CallRecord>, ReadError> {
        let lives = |call: &CallRecord| {
            call.engagements.iter().any(|part| part.agent == *agent && part.ended_at.is_none())
        };
        let mut calls: Vec<_> = self.0.calls.values().filter(|made| lives(&made.row)).collect();
        calls.sort_by_key(|made| made.order);
        Ok(calls.into_iter().take(MAX_PAGE).map(|made| made.row.clone()).collect())
    }

    async fn message(&mut self, call: CallKey) -> Result<Option<Message>, ReadError> {
        Ok(self.0.messages.get(&call).map(|row| row.message.clone()))
    }

    async fn wrapup(&mut self, key: EngagementKey) -> Result<Option<Wrapup>, ReadError> {
        Ok(self.0.wrapups.get(&key).cloned())
    }

    async fn wrapups_of_call(&mut self, call: CallKey) -> Result<Vec<Wrapup>, ReadError> {
        Ok(self.0.wrapups.values().filter(|wrapup| wrapup.call == call).cloned().collect())
    }

    async fn wrapups_of_calls(&mut self, calls: &[CallKey]) -> Result<Vec<Wrapup>, ReadError> {
        Ok(self.0.wrapups.values().filter(|wrapup| calls.contains(&wrapup.call)).cloned().collect())
    }

    async fn carried(&mut self, calls: &[CallKey]) -> Result<Vec<Carried>, ReadError> {
        let carried =
            |call: &CallKey| self.0.calls.get(call).map_or(Carried::Never, |_| self.0.carried(*call));
        Ok(calls.iter().map(carried).collect())
    }

    async fn open_wrapups(&mut self, agent: &AgentKey) -> Result<Vec<Wrapup>, ReadError> {
        let owed = |wrapup: &&Wrapup| wrapup.agent == *agent && wrapup.state == WrapupState::Open;
        let mut wrapups: Vec<Wrapup> = self.0.wrapups.values().filter(owed).cloned().collect();
        wrapups.sort_by_key(|wrapup| (wrapup.opened_at, wrapup.key));
        wrapups.truncate(MAX_PAGE);
        Ok(wrapups)
    }

    async fn undispositioned_wrapups(
        &mut self,
        agent: &AgentKey,
        limit: usize,
    ) -> Result<Vec<Wrapup>, ReadError> {
        let closed = |w: &&Wrapup| w.agent == *agent && w.state == WrapupState::Undispositioned;
        let mut wrapups: Vec<Wrapup> = self.0.wrapups.values().filter(closed).cloned().collect();
        wrapups.sort_by_key(|wrapup| std::cmp::Reverse(InboxPlace::of(wrapup)));
        wrapups.truncate(page_limit(limit));
        Ok(wrapups)
    }

    async fn activity(&mut self, key: CallKey) -> Result<Option<ActivityRow>, ReadError> {
        let tenant = &self.0;
        Ok(tenant.activities.get(&key).and_then(|activity| tenant.activity_row(activity)).map(|(_, row)| row))
    }

    async fn cases(&mut self, ids: &[CaseId]) -> Result<Vec<Case>, ReadError> {
        let cases = &self.0.cases;
        Ok(ids.iter().filter_map(|id| cases.get(id)).map(|made| made.row.clone()).collect())
    }

    async fn dial(&mut self, engagement: EngagementKey) -> Result<Option<Dial>, ReadError> {
        Ok(self.0.dials.get(&engagement).cloned())
    }

    async fn floor(&mut self, limit: usize) -> Result<FloorRows, ReadError> {
        let limit = limit.clamp(1, MAX_FLOOR_ROWS);
        let tenant = &self.0;
        let mut live: Vec<_> =
            tenant.calls.values().filter(|made| made.row.state == CallState::Live).collect();
        live.sort_by_key(|made| made.order);
        let calls: Vec<CallRecord> = live.into_iter().take(limit).map(|made| made.row.clone()).collect();
        let name = |call: &CallRecord| {
            let person = tenant.activities.get(&call.key)?.party?.person?;
            Some((call.key, tenant.people.get(&person)?.row.person.name.clone()))
        };
        let parties = calls.iter().filter_map(name).collect();
        let owed = |released: bool| -> Vec<Wrapup> {
            let is =
                |wrapup: &&Wrapup| wrapup.state == WrapupState::Open && wrapup.released.is_some() == released;
            let mut owed: Vec<Wrapup> = tenant.wrapups.values().filter(is).cloned().collect();
            owed.sort_by_key(|wrapup| (wrapup.opened_at, wrapup.key));
            owed.truncate(limit);
            owed
        };
        let (working, waiting) = (owed(false), owed(true));
        let modes = tenant.modes.values().take(limit).cloned().collect();
        Ok(FloorRows { calls, parties, working, waiting, modes })
    }

    async fn mode(&mut self, agent: &AgentKey) -> Result<AgentMode, ReadError> {
        let said = self.0.modes.get(agent).cloned();
        Ok(said.unwrap_or_else(|| never_said(agent)))
    }

    async fn last_activities(
        &mut self,
        person: PersonId,
        limit: usize,
    ) -> Result<Vec<ActivityRow>, ReadError> {
        let rows = self.0.activity_rows(|row| owns(row, person));
        Ok(rows.into_iter().take(page_limit(limit)).map(|(_, row)| row).collect())
    }

    async fn cases_of_person(&mut self, person: PersonId, limit: usize) -> Result<Vec<Case>, ReadError> {
        let mut cases = self.0.cases_of(person);
        cases.truncate(page_limit(limit));
        Ok(cases)
    }
}
