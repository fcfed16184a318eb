//! The answers of the store on SQLite to reports. The SQL is in [`super::facts`], [`super::fact_blobs`] and [`super::rollups`].

use super::{SqliteStore, fact_blobs, facts, rollups};
use crate::contract::place;
use crate::errors::ReadError;
use crate::listing::ListPlace;
use crate::reports::{FactSlice, MAX_FACTS, ReportNames, ReportRecords, RollupStanding};
use async_trait::async_trait;
use domain::id::{At, TenantId};
use domain::report::calendar::Calendar;
use domain::report::plan::Pull;
use domain::report::rollup::Rollup;
use std::sync::Arc;

#[async_trait]
impl ReportRecords for SqliteStore {
    async fn rollup_standing(&self, tenant: TenantId) -> Result<RollupStanding, ReadError> {
        self.readers.point(|conn| rollups::standing(conn, tenant))
    }

    async fn report_names(&self, tenant: TenantId) -> Result<Arc<ReportNames>, ReadError> {
        self.readers.scan(move |conn| facts::names(conn, tenant).map(Arc::new)).await
    }

    async fn rollups(
        &self,
        tenant: TenantId,
        calendar: &Calendar,
        pulls: &[Pull],
    ) -> Result<Option<Vec<Vec<Rollup>>>, ReadError> {
        let (calendar, pulls) = (calendar.clone(), pulls.to_vec());
        self.readers.scan(move |conn| rollups::pulled(conn, tenant, &calendar, &pulls)).await
    }

    async fn facts_to_pack(&self, tenant: TenantId, before: At) -> Result<bool, ReadError> {
        self.readers.point(|conn| fact_blobs::any_to_pack(conn, tenant, before))
    }

    async fn facts(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FactSlice, ReadError> {
        let (after, limit) = (place(after, ListPlace::before(from))?, limit.clamp(1, MAX_FACTS));
        self.readers.scan(move |conn| facts::slice(conn, tenant, after, until, limit)).await
    }
}
