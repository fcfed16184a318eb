//! How long agents were in each state. Supervisors.

use super::ApiError;
use super::answer::Query;
use super::caller::Supervisor;
use super::reports::{file_headers, file_language};
use super::strict::{date, name, strict_query};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::agent_times::{MAX_TIME_DAYS, agent_times};
use crate::ops::report::ReportDays;
use crate::view::{AgentTimesView, agent_times_file};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::id::AgentKey;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

strict_query! {
    /// Whose times are asked for.
    AgentTimesQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
        /// This agent only.
        agent = "agent",
    }
}

strict_query! {
    /// What a file of times is asked for.
    AgentTimesFileQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
        /// This agent only.
        agent = "agent",
        /// `es` or `en`, the first where absent.
        lang = "lang",
    }
}

impl AgentTimesQuery {
    fn wanted(&self, tenant: &Tenant) -> Result<(ReportDays, Option<AgentKey>), OpError> {
        let agent = name("agent", self.agent.as_deref())?.map(AgentKey);
        let days = (date("from", self.from.as_deref())?, date("until", self.until.as_deref())?);
        Ok((ReportDays::new(tenant, days, self.zone.as_deref(), MAX_TIME_DAYS)?, agent))
    }
}

/// Times.
#[derive(Serialize, ToSchema)]
pub(super) struct AgentTimesAnswer {
    report: AgentTimesView,
}

/// How long each agent was in each state over some days, and what they do now. Supervisors.
#[utoipa::path(get, path = "/reports/agents", operation_id = "agent_times", tag = "reports",
    security(("access_token" = [])), params(AgentTimesQuery),
    responses((status = 200, body = AgentTimesAnswer), (status = 403), (status = 422)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<AgentTimesAnswer>, ApiError> {
    let tenant = supervisor.tenant;
    let (days, agent) = AgentTimesQuery::of(pairs)?.wanted(&tenant)?;
    let times = agent_times(&app, &tenant, &days, agent.as_ref()).await?;
    Ok(Json(AgentTimesAnswer { report: AgentTimesView::of(&days, &times) }))
}

/// The same as a file: a line an agent. Supervisors.
#[utoipa::path(get, path = "/reports/agents.csv", operation_id = "agent_times_file", tag = "reports",
    security(("access_token" = [])), params(AgentTimesFileQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 403), (status = 422)))]
pub(super) async fn file(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<(HeaderMap, String), ApiError> {
    let AgentTimesFileQuery { from, until, zone, agent, lang } = AgentTimesFileQuery::of(pairs)?;
    let language = file_language(lang.as_deref())?;
    let (days, agent) = AgentTimesQuery { from, until, zone, agent }.wanted(&supervisor.tenant)?;
    let times = agent_times(&app, &supervisor.tenant, &days, agent.as_ref()).await?;
    Ok((file_headers("agents", &days)?, agent_times_file(language, &times)))
}
