//! What a store keeps of the CRM that a tenant's directory mirrors: which record is which there, how far it was read, and
//! the outbox. The changes are those of [`domain::commit`]; what each must do is in the contract suite.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::id::{AgentKey, At, CallKey, TenantId};
use domain::mirror::{CrmUser, Joined, Local, MirroredUpTo, RemoteId};
use domain::outbox::{FiledState, FollowUpFiled, OutboxEntry, Subject, Vanished};

/// How much is in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxTally {
    /// What waits to be carried out.
    pub waiting: u64,
    /// What waits for a person.
    pub stuck: u64,
}

/// A page of the outbox.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutboxPage {
    /// The entries, what was noted first coming first.
    pub entries: Vec<OutboxEntry>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

/// The part of a [`Store`](crate::Store) that has to do with a CRM. Every method fails where the store cannot read; each
/// answers as if there were nothing where the tenant mirrors none.
#[async_trait]
pub trait CrmRecords {
    /// The organisation whose records are mirrored.
    async fn crm_organisation(&self, tenant: TenantId) -> Result<Option<String>, ReadError>;

    /// What these records of ours are there, those that are, in the order asked.
    async fn joined(&self, tenant: TenantId, locals: &[Local]) -> Result<Vec<Joined>, ReadError>;

    /// Which record of ours each of these means, in the order asked: by the id it has, that of its twin, and those of records
    /// that became part of it.
    async fn locals(&self, tenant: TenantId, remotes: &[RemoteId]) -> Result<Vec<Option<Local>>, ReadError>;

    /// A number that differs from what it was before whenever a user of ours or of a CRM was changed since, of whatever tenant.
    /// Asked before they are read, it says for how long what was read is true. It means nothing after a restart.
    fn users_changed(&self) -> u64;

    /// The CRM's users, by id.
    async fn crm_users(&self, tenant: TenantId) -> Result<Vec<CrmUser>, ReadError>;

    /// How far each kind of records was read, in the order of kinds.
    async fn mirrored(&self, tenant: TenantId) -> Result<Vec<MirroredUpTo>, ReadError>;

    /// What can be carried out at `now`, what was noted first coming first, and follow-ups behind everything else: however many
    /// there are, no Activity waits for them. At most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn outbox_due(
        &self,
        tenant: TenantId,
        now: At,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, ReadError>;

    /// How something stands in the outbox; `None`: it is not in it.
    async fn outbox_entry(
        &self,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<Option<OutboxEntry>, ReadError>;

    /// What waits for a person, what was noted first coming first; at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    /// `after` is what the page before said comes next.
    async fn outbox_stuck(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<OutboxPage, ReadError>;

    /// How much is in the outbox.
    async fn outbox_tally(&self, tenant: TenantId) -> Result<OutboxTally, ReadError>;

    /// How many of this agent's Activities are in the outbox.
    async fn outbox_of_agent(&self, tenant: TenantId, agent: &AgentKey) -> Result<OutboxTally, ReadError>;

    /// What became of this Activity in the CRM; `None`: it was never there.
    async fn filed(&self, tenant: TenantId, call: CallKey) -> Result<Option<FiledState>, ReadError>;

    /// What became of a call's follow-up in the CRM; `None`: as far as is known it was never there.
    async fn follow_up_filed(
        &self,
        tenant: TenantId,
        call: CallKey,
    ) -> Result<Option<FollowUpFiled>, ReadError>;

    /// A call that turned out to be part of another, while what is there of it is to be taken away.
    async fn vanished(&self, tenant: TenantId, call: CallKey) -> Result<Option<Vanished>, ReadError>;
}
