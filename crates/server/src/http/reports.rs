//! Reports. Supervisors.

use super::ApiError;
use super::answer::Query;
use super::caller::Supervisor;
use super::strict::{date, name, strict_query, word};
use super::told_along::told_along;
use crate::app::{App, Tenant};
use crate::ops::count_calls::{Asked, NamedFilter, count_calls};
use crate::ops::progress::Progress;
use crate::ops::report::{Names, ReportDays, names};
use crate::ops::report_file::ReportFile;
use crate::ops::{FieldFault, OpError};
use crate::view::{DispositionReportView, FileLanguage};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::call::{CallType, Direction};
use domain::id::AgentKey;
use domain::report::plan::{By, Per};
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
        /// `yes`: calls with a code that was merged into another are counted as that one.
        mapped = "mapped",
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
        /// `yes`: calls with a code that was merged into another are counted as that one.
        mapped = "mapped",
        /// `es` or `en`, the first where absent.
        lang = "lang",
    }
}

impl ReportQuery {
    fn asked(&self, tenant: &Tenant) -> Result<Asked, OpError> {
        let direction: Option<Direction> = word("direction", self.direction.as_deref())?;
        let of_direction =
            |direction| CallType::ALL.into_iter().filter(move |kind| kind.direction() == direction);
        let filter = NamedFilter {
            kinds: direction.into_iter().flat_map(of_direction).collect(),
            ring_group: name("ring_group", self.ring_group.as_deref())?,
            agent: name("agent", self.agent.as_deref())?.map(AgentKey),
            ..NamedFilter::default()
        };
        let days = (date("from", self.from.as_deref())?, date("until", self.until.as_deref())?);
        let asked = Asked::new(tenant, days, self.zone.as_deref(), (Per::Day, By::Each), filter)?;
        Ok(asked.as_mapped(mapped(self.mapped.as_deref())?))
    }
}

/// Whether calls with a code that was merged into another are to be counted as that one; not where nothing is said.
pub(super) fn mapped(value: Option<&str>) -> Result<bool, OpError> {
    match value {
        None | Some("no") => Ok(false),
        Some("yes") => Ok(true),
        Some(_) => Err(OpError::invalid("mapped", FieldFault::Unknown)),
    }
}

/// A report.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportAnswer {
    report: DispositionReportView,
}

/// Calls by disposition over some days (P15). With `Accept: application/x-ndjson` it is told how far that is. Supervisors.
#[utoipa::path(get, path = "/reports/dispositions", tag = "reports", security(("access_token" = [])),
    params(ReportQuery), responses((status = 200, body = ReportAnswer), (status = 403), (status = 422)))]
pub(super) async fn dispositions(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    let tenant = supervisor.tenant;
    let asked = ReportQuery::of(pairs)?.asked(&tenant)?;
    let progress = Arc::new(Progress::default());
    let told = Arc::clone(&progress);
    told_along(&headers, told, async move {
        let report = count_calls(&app, &tenant, &asked, &progress).await?;
        Ok(ReportAnswer { report: DispositionReportView::of(&asked, &report) })
    })
    .await
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
    let ReportFileQuery { from, until, zone, direction, ring_group, agent, mapped, lang } =
        ReportFileQuery::of(pairs)?;
    let language = file_language(lang.as_deref())?;
    let query = ReportQuery { from, until, zone, direction, ring_group, agent, mapped };
    let tenant = supervisor.tenant;
    let asked = query.asked(&tenant)?;
    let headers = file_headers("dispositions", &asked.days)?;
    let names = names(&app, &tenant).await?;
    let days = ReportFile::of(&app, &tenant, asked, &names).await?;
    let file = File { app, tenant, names, language, days, begun: false };
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
pub(super) fn file_headers(report: &str, days: &ReportDays) -> Result<HeaderMap, OpError> {
    let ReportDays { from, until, .. } = days;
    let named = format!("attachment; filename=\"bitacora-{report}-{from}-{until}.csv\"");
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
    names: Names,
    language: FileLanguage,
    days: ReportFile,
    begun: bool,
}

impl File {
    /// The next lines; `None` at the end.
    async fn next(mut self) -> Result<Option<(String, File)>, OpError> {
        if !self.begun {
            self.begun = true;
            return Ok(Some((self.language.heading(), self)));
        }
        while let Some((days, words)) = self.days.next(&self.app, &self.tenant).await? {
            let lines: String =
                days.iter().map(|day| self.language.lines(&words, &self.names, day)).collect();
            // A piece without anything in it would end the answer.
            if !lines.is_empty() {
                return Ok(Some((lines, self)));
            }
        }
        Ok(None)
    }
}
