//! Reports. Supervisors.

use super::ApiError;
use super::answer::Query;
use super::caller::Supervisor;
use super::strict::{date, name, strict_query, word};
use crate::app::{App, Tenant};
use crate::ops::report::{self as op, Names, Wanted};
use crate::ops::{FieldFault, OpError};
use crate::view::{DispositionReportView, FileLanguage};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::id::AgentKey;
use domain::report::{CellsByDay, ReportFilter};
use futures_util::stream::try_unfold;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

strict_query! {
    /// What a report is asked for.
    ReportQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
        /// Which way the calls went.
        direction = "direction",
        /// Their ring group.
        ring_group = "ring_group",
        /// Their agent.
        agent = "agent",
    }
}

strict_query! {
    /// What a report's file is asked for.
    ReportFileQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
        /// Which way the calls went.
        direction = "direction",
        /// Their ring group.
        ring_group = "ring_group",
        /// Their agent.
        agent = "agent",
        /// `es` or `en`, the first where absent.
        lang = "lang",
    }
}

impl ReportQuery {
    fn wanted(&self, tenant: &Tenant) -> Result<Wanted, OpError> {
        let filter = ReportFilter {
            direction: word("direction", self.direction.as_deref())?,
            ring_group: name("ring_group", self.ring_group.as_deref())?,
            agent: name("agent", self.agent.as_deref())?.map(AgentKey),
        };
        let (from, until) = (date("from", self.from.as_deref())?, date("until", self.until.as_deref())?);
        Wanted::new(tenant, from, until, self.zone.as_deref(), filter)
    }
}

/// A report.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportAnswer {
    report: DispositionReportView,
}

/// Calls by disposition over some days (P15). Supervisors.
#[utoipa::path(get, path = "/reports/dispositions", tag = "reports", security(("access_token" = [])),
    params(ReportQuery), responses((status = 200, body = ReportAnswer), (status = 403), (status = 422)))]
pub(super) async fn dispositions(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<ReportAnswer>, ApiError> {
    let tenant = supervisor.tenant;
    let wanted = ReportQuery::of(pairs)?.wanted(&tenant)?;
    let report = op::dispositions(&app, &tenant, &wanted).await?;
    Ok(Json(ReportAnswer { report: DispositionReportView::of(&wanted, &report) }))
}

/// The same as a file: a line a day, ring group, agent and column that holds anything. Supervisors.
#[utoipa::path(get, path = "/reports/dispositions.csv", tag = "reports", security(("access_token" = [])),
    params(ReportFileQuery), responses((status = 200, body = String, content_type = "text/csv"), (status = 403),
    (status = 422)))]
pub(super) async fn dispositions_file(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    let ReportFileQuery { from, until, zone, direction, ring_group, agent, lang } =
        ReportFileQuery::of(pairs)?;
    let language = file_language(lang.as_deref())?;
    let query = ReportQuery { from, until, zone, direction, ring_group, agent };
    let wanted = query.wanted(&supervisor.tenant)?;
    let headers = file_headers("dispositions", &wanted)?;
    let names = op::names(&app, &supervisor.tenant).await?;
    let cells = CellsByDay::new(wanted.days.clone(), wanted.filter.clone());
    let tenant = supervisor.tenant;
    let file = File { app, tenant, wanted, names, language, cells, place: Place::Heading };
    let lines = try_unfold(file, |file| async move {
        file.next().await.inspect_err(|error| tracing::warn!(%error, "a report's file ends early"))
    });
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// The language that a file is asked for in.
pub(super) fn file_language(lang: Option<&str>) -> Result<FileLanguage, OpError> {
    match lang {
        None | Some("es") => Ok(FileLanguage::Es),
        Some("en") => Ok(FileLanguage::En),
        Some(_) => Err(OpError::invalid("lang", FieldFault::Unknown)),
    }
}

/// What a file is, and what it is called.
pub(super) fn file_headers(report: &str, wanted: &Wanted) -> Result<HeaderMap, OpError> {
    let (from, until) = (wanted.dates.first(), wanted.dates.last());
    let days = from.zip(until).map(|(from, until)| format!("{from}-{until}")).unwrap_or_default();
    let named = format!("attachment; filename=\"bitacora-{report}-{days}.csv\"");
    let named = HeaderValue::from_str(&named).map_err(|error| OpError::Internal(error.to_string()))?;
    Ok(HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, named),
    ]))
}

/// A file being written: it is sent as it is counted, and never held as a whole.
struct File {
    app: Arc<App>,
    tenant: Arc<Tenant>,
    wanted: Wanted,
    names: Names,
    language: FileLanguage,
    cells: CellsByDay,
    place: Place,
}

/// How far a file is.
enum Place {
    Heading,
    Calls(Option<String>),
    End,
}

impl File {
    /// The next lines; `None` at the end.
    async fn next(mut self) -> Result<Option<(String, File)>, OpError> {
        loop {
            let lines = match std::mem::replace(&mut self.place, Place::End) {
                Place::Heading => {
                    self.place = Place::Calls(None);
                    self.language.heading()
                }
                Place::Calls(after) => self.count(after.as_deref()).await?,
                Place::End => return Ok(None),
            };
            // A piece without anything in it would end the answer.
            if !lines.is_empty() {
                return Ok(Some((lines, self)));
            }
        }
    }

    /// Counts some more calls; answers the lines of the days that are over by that.
    async fn count(&mut self, after: Option<&str>) -> Result<String, OpError> {
        let slice = op::slice(&self.app, &self.tenant, &self.wanted, after).await?;
        let mut lines = String::new();
        for call in &slice.calls {
            if let Some(day) = self.cells.add(call) {
                lines += &self.language.lines(&self.wanted, &self.names, &day);
            }
        }
        match slice.next {
            Some(next) => self.place = Place::Calls(Some(next)),
            None => {
                if let Some(day) = self.cells.take() {
                    lines += &self.language.lines(&self.wanted, &self.names, &day);
                }
            }
        }
        Ok(lines)
    }
}
