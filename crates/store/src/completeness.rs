//! What a store keeps of the completeness ledger: how many calls stand where, when sources were not heard, files that were
//! compared, and calls that only those tell of. What these mean is `domain::completeness`'s.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::call::Direction;
use domain::completeness::ledger::{DeafSpan, LedgerCount};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::Reconciliation;
use domain::id::{At, CallKey, EngagementKey, ReconciliationId, TenantId};

/// Most times of silence that are told of.
pub const MAX_DEAF_SPANS: usize = 200;

/// A call as it is compared with what a file says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallBrief {
    /// When it began.
    pub started_at: At,
    /// Its id.
    pub key: CallKey,
    /// When it was over.
    pub ended_at: Option<At>,
    /// Which way it went.
    pub direction: Direction,
    /// The calling number.
    pub from: Option<String>,
    /// The dialled number.
    pub to: Option<String>,
    /// The number of ours that was dialled.
    pub did: Option<String>,
    /// The ring group it came through.
    pub ring_group: Option<String>,
    /// Whether somebody outside is part of it.
    pub has_customer: bool,
}

/// The ids by which one call may be known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MayBe {
    /// Ids of calls.
    pub calls: Vec<CallKey>,
    /// Ids of agents' parts.
    pub parts: Vec<EngagementKey>,
}

/// Calls that a file tells of and nobody heard, counted by when they began.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingCount {
    /// The slot of the ledger.
    pub slot: i64,
    /// The phone system.
    pub source: String,
    /// How many.
    pub calls: u64,
}

/// The part of a [`Store`](crate::Store) that has to do with completeness. Every method fails where the store cannot read.
#[async_trait]
pub trait CompletenessRecords {
    /// How many calls that are over and began in slots from the first to before the other stand where, in order.
    async fn ledger(&self, tenant: TenantId, from: i64, until: i64) -> Result<Vec<LedgerCount>, ReadError>;

    /// Calls that began in this time and have neither an Activity nor a reason, oldest first, at most `limit` and
    /// [`MAX_PAGE`](crate::MAX_PAGE). Every call of that time is looked at: ask for slots in which the ledger has any.
    async fn gaps(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError>;

    /// Calls that began in this time and of which a lost connection made part a conclusion, oldest first, at most `limit`
    /// and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn inferred(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError>;

    /// Times of this time in which a source was not heard, the last first, at most [`MAX_DEAF_SPANS`].
    async fn deaf(&self, tenant: TenantId, from: At, until: At) -> Result<Vec<DeafSpan>, ReadError>;

    /// When each source was heard last, by name.
    async fn heard(&self, tenant: TenantId) -> Result<Vec<(String, At)>, ReadError>;

    /// Of each of these, in the order asked, the call that is known by one of its ids.
    async fn known_as(&self, tenant: TenantId, asked: &[MayBe]) -> Result<Vec<Option<CallKey>>, ReadError>;

    /// Calls of a source that began after a place and before `until`, by time and id, at most `limit`; the next place is
    /// that of the last.
    async fn calls_began(
        &self,
        tenant: TenantId,
        source: &str,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<CallBrief>, ReadError>;

    /// Files that are or were compared, last first, at most [`MAX_PAGE`](crate::MAX_PAGE).
    async fn reconciliations(&self, tenant: TenantId) -> Result<Vec<Reconciliation>, ReadError>;

    /// One of them.
    async fn reconciliation(
        &self,
        tenant: TenantId,
        id: ReconciliationId,
    ) -> Result<Option<Reconciliation>, ReadError>;

    /// A call that a file tells of.
    async fn missing_call(&self, tenant: TenantId, key: CallKey) -> Result<Option<MissingCall>, ReadError>;

    /// Those of them that began in this time, by time and id, after the one that is named, at most `limit` and
    /// [`MAX_PAGE`](crate::MAX_PAGE); `open`: those that nobody made one of our calls and that did not become known since.
    async fn missing_calls(
        &self,
        tenant: TenantId,
        open: bool,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<MissingCall>, ReadError>;

    /// Those of a source that began in this time, of which no file told the id, and that somebody made one of our calls; at
    /// most [`MAX_PAGE`](crate::MAX_PAGE).
    async fn made_without_id(
        &self,
        tenant: TenantId,
        source: &str,
        from: At,
        until: At,
    ) -> Result<Vec<MissingCall>, ReadError>;

    /// Those that are open, of slots from the first to before the other, counted.
    async fn missing_counts(
        &self,
        tenant: TenantId,
        from: i64,
        until: i64,
    ) -> Result<Vec<MissingCount>, ReadError>;
}
