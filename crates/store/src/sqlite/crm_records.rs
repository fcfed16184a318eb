//! The answers of the store on SQLite about a CRM. The SQL is in [`super::crm`] and [`super::outbox`].

use super::{SqliteStore, crm, outbox};
use crate::contract::{page_limit, place};
use crate::crm::{CrmRecords, OutboxPage, OutboxTally};
use crate::errors::ReadError;
use async_trait::async_trait;
use domain::id::{AgentKey, At, CallKey, TenantId};
use domain::mirror::{CrmUser, Joined, Local, MirroredUpTo, RemoteId};
use domain::outbox::{FiledState, FollowUpFiled, OutboxEntry, Subject, Vanished};

#[async_trait]
impl CrmRecords for SqliteStore {
    async fn crm_organisation(&self, tenant: TenantId) -> Result<Option<String>, ReadError> {
        self.readers.point(|conn| crm::organisation(conn, tenant))
    }

    async fn joined(&self, tenant: TenantId, locals: &[Local]) -> Result<Vec<Joined>, ReadError> {
        self.readers.point(|conn| crm::joined(conn, tenant, locals))
    }

    async fn locals(&self, tenant: TenantId, remotes: &[RemoteId]) -> Result<Vec<Option<Local>>, ReadError> {
        self.readers.point(|conn| crm::locals(conn, tenant, remotes))
    }

    fn users_changed(&self) -> u64 {
        self.kept.users_changed()
    }

    async fn crm_users(&self, tenant: TenantId) -> Result<Vec<CrmUser>, ReadError> {
        self.readers.scan(move |conn| crm::users(conn, tenant)).await
    }

    async fn mirrored(&self, tenant: TenantId) -> Result<Vec<MirroredUpTo>, ReadError> {
        self.readers.point(|conn| crm::places(conn, tenant))
    }

    async fn outbox_due(
        &self,
        tenant: TenantId,
        now: At,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, ReadError> {
        self.readers.scan(move |conn| outbox::due(conn, tenant, now, page_limit(limit))).await
    }

    async fn outbox_entry(
        &self,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<Option<OutboxEntry>, ReadError> {
        self.readers.point(|conn| outbox::entry(conn, tenant, subject))
    }

    async fn outbox_stuck(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<OutboxPage, ReadError> {
        let after = place(after, 0)?;
        self.readers.scan(move |conn| outbox::stuck(conn, tenant, after, page_limit(limit))).await
    }

    async fn outbox_tally(&self, tenant: TenantId) -> Result<OutboxTally, ReadError> {
        self.readers.scan(move |conn| outbox::tally(conn, tenant)).await
    }

    async fn outbox_of_agent(&self, tenant: TenantId, agent: &AgentKey) -> Result<OutboxTally, ReadError> {
        self.readers.point(|conn| outbox::tally_of(conn, tenant, agent))
    }

    async fn follow_up_filed(
        &self,
        tenant: TenantId,
        call: CallKey,
    ) -> Result<Option<FollowUpFiled>, ReadError> {
        self.readers.point(|conn| outbox::follow_up_filed(conn, tenant, call))
    }

    async fn filed(&self, tenant: TenantId, call: CallKey) -> Result<Option<FiledState>, ReadError> {
        self.readers.point(|conn| outbox::filed(conn, tenant, call))
    }

    async fn vanished(&self, tenant: TenantId, call: CallKey) -> Result<Option<Vanished>, ReadError> {
        self.readers.point(|conn| outbox::vanished(conn, tenant, call))
    }
}
