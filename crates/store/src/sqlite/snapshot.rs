//! Reading together: one connection, one transaction.

use super::readers::Lease;
use super::{activities, agents, calls, cases, listed, lookup, messages, people, wrapups};
use crate::answers::{ActivityRow, FloorRows};
use crate::contract::{MAX_FLOOR_ROWS, page_limit};
use crate::errors::ReadError;
use crate::listing::Carried;
use crate::snapshot::Snapshot;
use async_trait::async_trait;
use domain::call::CallRecord;
use domain::case::Case;
use domain::dial::Dial;
use domain::directory::{Person, PersonLine};
use domain::duty::AgentMode;
use domain::id::{AgentKey, CallKey, CaseId, EngagementKey, PersonId, TenantId};
use domain::matching::{MatchRule, PhoneHit};
use domain::message::Message;
use domain::phone::PhoneKey;
use domain::wrapup::Wrapup;
use std::collections::BTreeSet;

/// A moment of the file. It reads right here on the caller's thread, though that may be an async worker: such reads
/// take microseconds, and handing one to another thread and back takes longer.
pub(super) struct SqliteSnapshot {
    pub(super) tenant: TenantId,
    pub(super) lease: Lease,
}

#[async_trait]
impl Snapshot for SqliteSnapshot {
    async fn match_by_rule(
        &mut self,
        plan: &[PhoneKey],
        rule: &MatchRule,
    ) -> Result<Vec<PhoneHit>, ReadError> {
        self.lease.read(|conn| lookup::match_number(conn, self.tenant, plan, rule))
    }

    async fn person(&mut self, id: PersonId) -> Result<Option<Person>, ReadError> {
        self.lease.read(|conn| people::person(conn, self.tenant, id))
    }

    async fn person_lines(&mut self, ids: &[PersonId]) -> Result<Vec<PersonLine>, ReadError> {
        self.lease.read(|conn| {
            let lines = ids.iter().map(|id| people::line(conn, self.tenant, *id));
            lines.filter_map(Result::transpose).collect()
        })
    }

    async fn with_account(&mut self, ids: &[PersonId]) -> Result<BTreeSet<PersonId>, ReadError> {
        self.lease.read(|conn| people::with_account(conn, self.tenant, ids))
    }

    async fn call(&mut self, key: CallKey) -> Result<Option<CallRecord>, ReadError> {
        self.lease.read(|conn| calls::call(conn, self.tenant, key))
    }

    async fn live_calls(&mut self, agent: &AgentKey) -> Result<Vec<CallRecord>, ReadError> {
        self.lease.read(|conn| calls::live_calls(conn, self.tenant, agent))
    }

    async fn message(&mut self, call: CallKey) -> Result<Option<Message>, ReadError> {
        self.lease.read(|conn| messages::message(conn, self.tenant, call))
    }

    async fn wrapup(&mut self, key: EngagementKey) -> Result<Option<Wrapup>, ReadError> {
        self.lease.read(|conn| wrapups::wrapup(conn, self.tenant, key))
    }

    async fn wrapups_of_call(&mut self, call: CallKey) -> Result<Vec<Wrapup>, ReadError> {
        self.lease.read(|conn| wrapups::of_call(conn, self.tenant, call))
    }

    async fn wrapups_of_calls(&mut self, calls: &[CallKey]) -> Result<Vec<Wrapup>, ReadError> {
        self.lease.read(|conn| wrapups::of_calls(conn, self.tenant, calls))
    }

    async fn carried(&mut self, calls: &[CallKey]) -> Result<Vec<Carried>, ReadError> {
        self.lease.read(|conn| listed::carried(conn, self.tenant, calls))
    }

    async fn open_wrapups(&mut self, agent: &AgentKey) -> Result<Vec<Wrapup>, ReadError> {
        self.lease.read(|conn| wrapups::open_of(conn, self.tenant, agent))
    }

    async fn undispositioned_wrapups(
        &mut self,
        agent: &AgentKey,
        limit: usize,
    ) -> Result<Vec<Wrapup>, ReadError> {
        self.lease.read(|conn| wrapups::undispositioned_of(conn, self.tenant, agent, page_limit(limit)))
    }

    async fn activity(&mut self, key: CallKey) -> Result<Option<ActivityRow>, ReadError> {
        self.lease.read(|conn| activities::activity(conn, self.tenant, key))
    }

    async fn cases(&mut self, ids: &[CaseId]) -> Result<Vec<Case>, ReadError> {
        self.lease.read(|conn| {
            let cases = ids.iter().map(|id| cases::case(conn, self.tenant, *id));
            cases.filter_map(Result::transpose).collect()
        })
    }

    async fn dial(&mut self, engagement: EngagementKey) -> Result<Option<Dial>, ReadError> {
        self.lease.read(|conn| agents::dial(conn, self.tenant, engagement))
    }

    async fn floor(&mut self, limit: usize) -> Result<FloorRows, ReadError> {
        let limit = limit.clamp(1, MAX_FLOOR_ROWS);
        self.lease.read(|conn| {
            let (calls, parties) = calls::all_live(conn, self.tenant, limit)?;
            let working = wrapups::working(conn, self.tenant, limit)?;
            let waiting = wrapups::waiting(conn, self.tenant, limit)?;
            let modes = agents::modes(conn, self.tenant, limit)?;
            Ok(FloorRows { calls, parties, working, waiting, modes })
        })
    }

    async fn mode(&mut self, agent: &AgentKey) -> Result<AgentMode, ReadError> {
        self.lease.read(|conn| agents::mode(conn, self.tenant, agent))
    }

    async fn last_activities(
        &mut self,
        person: PersonId,
        limit: usize,
    ) -> Result<Vec<ActivityRow>, ReadError> {
        self.lease.read(|conn| {
            Ok(activities::of_person(conn, self.tenant, person, i64::MAX, page_limit(limit))?.rows)
        })
    }

    async fn cases_of_person(&mut self, person: PersonId, limit: usize) -> Result<Vec<Case>, ReadError> {
        self.lease.read(|conn| cases::of_person(conn, self.tenant, person, page_limit(limit)))
    }
}
