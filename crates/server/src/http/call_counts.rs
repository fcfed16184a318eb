//! Counts of calls. Supervisors.

use super::ApiError;
use super::answer::Query;
use super::caller::Supervisor;
use super::reports::mapped;
use super::strict::{date, id, name, strict_query, word, words};
use super::told_along::told_along;
use crate::app::{App, Tenant};
use crate::ops::count_calls::{Asked, NamedFilter, count_calls};
use crate::ops::progress::Progress;
use crate::ops::{FieldFault, OpError};
use crate::view::CallCountsView;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::id::{AgentKey, CodeId};
use domain::report::ReportColumn;
use domain::report::fact::Traits;
use domain::report::plan::{By, Per};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

strict_query! {
    /// What counts of calls are asked for.
    CallCountsQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
        /// `hour`, `day`, `week`, `month`, `quarter` or `year`; `day` where absent.
        per = "per",
        /// `ring_group` or `agent`; by neither where absent.
        by = "by",
        /// Types of the calls, comma-separated.
        kinds = "kinds",
        /// What they are counted as, where that is no code: `no_code`, `not_logged`, `undispositioned`, `open` or `no_wrapup`;
        /// not beside `code`.
        column = "column",
        /// Their disposition code; an id.
        code = "code",
        /// Their ring group.
        ring_group = "ring_group",
        /// Their agent.
        agent = "agent",
        /// What is the case with them, comma-separated: `case`, `party`, `notes`, `recorded`, `handed_over`, `corrected`,
        /// `clicked`.
        with = "with",
        /// `yes`: calls with a code that was merged into another are counted as that one, also where `code` asks for it.
        mapped = "mapped",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PerWord {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ByWord {
    RingGroup,
    Agent,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ColumnWord {
    NoCode,
    NotLogged,
    Undispositioned,
    Open,
    NoWrapup,
}

impl ColumnWord {
    fn column(self) -> ReportColumn<CodeId> {
        match self {
            ColumnWord::NoCode => ReportColumn::NoCode,
            ColumnWord::NotLogged => ReportColumn::NotLogged,
            ColumnWord::Undispositioned => ReportColumn::Undispositioned,
            ColumnWord::Open => ReportColumn::Open,
            ColumnWord::NoWrapup => ReportColumn::NoWrapup,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TraitWord {
    Case,
    Party,
    Notes,
    Recorded,
    HandedOver,
    Corrected,
    Clicked,
}

impl TraitWord {
    fn of(&self) -> Traits {
        match self {
            TraitWord::Case => Traits::CASE,
            TraitWord::Party => Traits::PARTY,
            TraitWord::Notes => Traits::NOTES,
            TraitWord::Recorded => Traits::RECORDED,
            TraitWord::HandedOver => Traits::HANDED_OVER,
            TraitWord::Corrected => Traits::CORRECTED,
            TraitWord::Clicked => Traits::CLICKED,
        }
    }
}

/// Into how much time each a report is divided; a day where nothing is said.
pub(super) fn per(value: Option<&str>) -> Result<Per, OpError> {
    Ok(match word("per", value)? {
        Some(PerWord::Hour) => Per::Hour,
        Some(PerWord::Day) | None => Per::Day,
        Some(PerWord::Week) => Per::Week,
        Some(PerWord::Month) => Per::Month,
        Some(PerWord::Quarter) => Per::Quarter,
        Some(PerWord::Year) => Per::Year,
    })
}

impl CallCountsQuery {
    fn asked(&self, tenant: &Tenant) -> Result<Asked, OpError> {
        let per = per(self.per.as_deref())?;
        let by = match word("by", self.by.as_deref())? {
            Some(ByWord::RingGroup) => By::RingGroup,
            Some(ByWord::Agent) => By::Agent,
            None => By::Nothing,
        };
        let with: Vec<TraitWord> = words("with", self.with.as_deref())?;
        let filter = NamedFilter {
            kinds: words("kinds", self.kinds.as_deref())?,
            column: self.column()?,
            ring_group: name("ring_group", self.ring_group.as_deref())?,
            agent: name("agent", self.agent.as_deref())?.map(AgentKey),
            traits: with.iter().fold(Traits::default(), |all, one| all.and(one.of())),
        };
        let days = (date("from", self.from.as_deref())?, date("until", self.until.as_deref())?);
        let asked = Asked::new(tenant, days, self.zone.as_deref(), (per, by), filter)?;
        Ok(asked.as_mapped(mapped(self.mapped.as_deref())?))
    }

    fn column(&self) -> Result<Option<ReportColumn<CodeId>>, OpError> {
        let code = id("code", self.code.as_deref())?.map(CodeId);
        let column: Option<ColumnWord> = word("column", self.column.as_deref())?;
        match (code, column) {
            (Some(_), Some(_)) => Err(OpError::invalid("column", FieldFault::Unknown)),
            (Some(code), None) => Ok(Some(ReportColumn::Code(code))),
            (None, column) => Ok(column.map(ColumnWord::column)),
        }
    }
}

/// Counts of calls.
#[derive(Serialize, ToSchema)]
pub(super) struct CallCountsAnswer {
    calls: CallCountsView,
}

/// Calls that are over, counted by what was logged, type, time, and how long they took; by ring group or agent besides
/// (P15). With `Accept: application/x-ndjson` it is told how far that is. Supervisors.
#[utoipa::path(get, path = "/reports/calls", tag = "reports", security(("access_token" = [])),
    params(CallCountsQuery), responses((status = 200, body = CallCountsAnswer), (status = 403), (status = 422)))]
pub(super) async fn calls(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    let tenant = supervisor.tenant;
    let asked = CallCountsQuery::of(pairs)?.asked(&tenant)?;
    let progress = Arc::new(Progress::default());
    let told = Arc::clone(&progress);
    told_along(&headers, told, async move {
        let counts = count_calls(&app, &tenant, &asked, &progress).await?;
        Ok(CallCountsAnswer { calls: CallCountsView::of(&asked, &counts) })
    })
    .await
}
