//! The answers of the store on SQLite about outgoing webhooks. The SQL is in [`super::notices`].

use super::{SqliteStore, notices};
use crate::contract::{page_limit, place};
use crate::errors::ReadError;
use crate::notices::{DeliveryPage, DeliveryTally, NoticeRecords};
use async_trait::async_trait;
use domain::id::{At, EndpointId, NoticeId, TenantId};
use domain::notice::delivery::{Delivery, DeliveryState};
use domain::notice::endpoint::Endpoint;

#[async_trait]
impl NoticeRecords for SqliteStore {
    async fn endpoints(&self, tenant: TenantId) -> Result<Vec<Endpoint>, ReadError> {
        self.readers.point(|conn| notices::endpoints(conn, tenant))
    }

    async fn deliveries_due(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        now: At,
        limit: usize,
    ) -> Result<Vec<Delivery>, ReadError> {
        let due = move |conn: &_| notices::due(conn, tenant, endpoint, now, page_limit(limit));
        self.readers.page(limit, due).await
    }

    async fn next_delivery(&self, tenant: TenantId, endpoint: EndpointId) -> Result<Option<At>, ReadError> {
        self.readers.point(|conn| notices::next(conn, tenant, endpoint))
    }

    async fn deliveries(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        state: Option<DeliveryState>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<DeliveryPage, ReadError> {
        let before = place(after, i64::MAX)?;
        let page = move |conn: &_| notices::page(conn, tenant, endpoint, state, before, page_limit(limit));
        self.readers.scan(page).await
    }

    async fn delivery(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
        notice: NoticeId,
    ) -> Result<Option<Delivery>, ReadError> {
        self.readers.point(|conn| notices::one(conn, tenant, endpoint, notice))
    }

    async fn delivery_tally(
        &self,
        tenant: TenantId,
        endpoint: EndpointId,
    ) -> Result<DeliveryTally, ReadError> {
        self.readers.scan(move |conn| notices::tally(conn, tenant, endpoint)).await
    }

    async fn late_told_up_to(&self, tenant: TenantId) -> Result<Option<At>, ReadError> {
        self.readers.point(|conn| notices::late_up_to(conn, tenant))
    }

    async fn oldest_notice(&self, tenant: TenantId) -> Result<Option<At>, ReadError> {
        self.readers.point(|conn| notices::oldest(conn, tenant))
    }
}
