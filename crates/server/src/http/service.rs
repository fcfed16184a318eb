//! How callers were served. Supervisors.

use super::ApiError;
use super::answer::Query;
use super::call_counts::per;
use super::caller::Supervisor;
use super::strict::{date, name, strict_query};
use super::told_along::told_along;
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::count_calls::{Asked, NamedFilter};
use crate::ops::count_service::count_service;
use crate::ops::progress::Progress;
use crate::view::ServiceView;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::id::AgentKey;
use domain::report::plan::By;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

strict_query! {
    /// What a report of service is asked for.
    ServiceQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
        /// `hour`, `day`, `week`, `month`, `quarter` or `year`; `day` where absent.
        per = "per",
        /// Their ring group.
        ring_group = "ring_group",
        /// Their agent.
        agent = "agent",
    }
}

impl ServiceQuery {
    fn asked(&self, tenant: &Tenant) -> Result<Asked, OpError> {
        let filter = NamedFilter {
            ring_group: name("ring_group", self.ring_group.as_deref())?,
            agent: name("agent", self.agent.as_deref())?.map(AgentKey),
            ..NamedFilter::default()
        };
        let days = (date("from", self.from.as_deref())?, date("until", self.until.as_deref())?);
        let divided = (per(self.per.as_deref())?, By::RingGroup);
        Asked::new(tenant, days, self.zone.as_deref(), divided, filter)
    }
}

/// How callers were served.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceAnswer {
    service: ServiceView,
}

/// Incoming calls by whether they were answered in time, lost, and called for again (P15). With
/// `Accept: application/x-ndjson` it is told how far that is. Supervisors.
#[utoipa::path(get, path = "/reports/service", tag = "reports", security(("access_token" = [])),
    params(ServiceQuery), responses((status = 200, body = ServiceAnswer), (status = 403), (status = 422)))]
pub(super) async fn service(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    let tenant = supervisor.tenant;
    let asked = ServiceQuery::of(pairs)?.asked(&tenant)?;
    let progress = Arc::new(Progress::default());
    let told = Arc::clone(&progress);
    told_along(&headers, told, async move {
        let report = count_service(&app, &tenant, &asked, &progress).await?;
        Ok(ServiceAnswer { service: ServiceView::of(&asked, &report) })
    })
    .await
}
