//! What a store keeps of those who are told of calls, and of what they are told. The changes are those of
//! [`domain::commit`]; what each must do is in the contract suite.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::id::{At, EndpointId, NoticeId, TenantId};
use domain::notice::delivery::{Delivery, DeliveryState};
use domain::notice::endpoint::Endpoint;

/// How much an endpoint is to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryTally {
    /// What waits to be told.
    pub waiting: u64,
    /// What was given up.
    pub dead: u64,
}

/// A page of what an endpoint is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeliveryPage {
    /// The newest first.
    pub deliveries: Vec<Delivery>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

/// The part of a [`Store`](crate::Store) that has to do with outgoing webhooks. Every method fails where the store cannot
/// read; of an endpoint that is not there each answers nothing.
#[async_trait]
pub trait NoticeRecords {
    /// The endpoints, in the order they were made.
    async fn endpoints(&self, tenant: TenantId) -> Result<Vec<Endpoint>, ReadError>;

    /// What an endpoint can be told at `now`: what was never tried first, in the order it became so, then by when it is
    /// due; at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn deliveries_due(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        now: At,
        limit: usize,
    ) -> Result<Vec<Delivery>, ReadError>;

    /// When the first of what waits is due; `None`: nothing waits.
    async fn next_delivery(&self, tenant: TenantId, endpoint: EndpointId) -> Result<Option<At>, ReadError>;

    /// What an endpoint is told, or what of it stands so, the newest first; at most `limit` and
    /// [`MAX_PAGE`](crate::MAX_PAGE). `after` is what the page before said comes next.
    async fn deliveries(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        state: Option<DeliveryState>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<DeliveryPage, ReadError>;

    /// One thing that an endpoint is told.
    async fn delivery(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        notice: NoticeId,
    ) -> Result<Option<Delivery>, ReadError>;

    /// How much an endpoint is to be told.
    async fn delivery_tally(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
    ) -> Result<DeliveryTally, ReadError>;

    /// Up to when wrap-ups that became late were told; `None`: none ever were.
    async fn late_told_up_to(&self, tenant: TenantId) -> Result<Option<At>, ReadError>;

    /// When the oldest thing that is kept was so.
    async fn oldest_notice(&self, tenant: TenantId) -> Result<Option<At>, ReadError>;
}
