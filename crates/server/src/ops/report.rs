//! `report`: calls by disposition over some days (P15), counted from the rows themselves. They are read a slice at a
//! time, and between two slices whoever else waits for the same connection is served.

use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::settings::zone;
use domain::disposition::DispositionCode;
use domain::id::{At, CodeId};
use domain::report::{Days, DispositionTally, ReportFilter};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{AgentNames, ReportSlice};

/// Most days of a report.
pub const MAX_REPORT_DAYS: i32 = 400;
/// How many calls are read at a time: some tens of milliseconds' work.
pub const REPORT_SLICE: usize = 10_000;

/// What a report is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its days, in order; never none.
    pub dates: Vec<Date>,
    /// Whose days they are.
    pub zone: TimeZone,
    /// When they begin.
    pub days: Days,
    /// Which calls.
    pub filter: ReportFilter,
}

impl Wanted {
    /// A report of the days from `from` to `until`, both included, of the zone that is named, else of the tenant's.
    ///
    /// # Errors
    /// There is no such zone, or there are too many days, or none.
    pub fn new(
        tenant: &Tenant,
        from: Date,
        until: Date,
        name: Option<&str>,
        filter: ReportFilter,
    ) -> Result<Wanted, OpError> {
        let zone = match name {
            Some(name) => zone::zone(name).ok_or(OpError::invalid("zone", FieldFault::Unknown))?,
            None => tenant.settings.zone(),
        };
        if until < from {
            return Err(OpError::invalid("until", FieldFault::Unknown));
        }
        let span = until.since(from).map_err(|_| OpError::invalid("until", FieldFault::TooLong))?;
        if span.get_days() >= MAX_REPORT_DAYS {
            return Err(OpError::invalid("until", FieldFault::TooLong));
        }
        let dates: Vec<Date> = from.series(1.day()).take_while(|date| *date <= until).collect();
        // A date that no clock can tell is no day.
        let unknown = || OpError::invalid("until", FieldFault::Unknown);
        let starts = dates.iter().map(|date| start(*date, &zone)).collect::<Option<Vec<At>>>();
        let end = until.tomorrow().ok().and_then(|date| start(date, &zone));
        let days = Days::new(starts.ok_or_else(unknown)?, end.ok_or_else(unknown)?);
        Ok(Wanted { dates, zone, days, filter })
    }

    /// The name of the zone.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }
}

/// When a date begins: at midnight, or where the clocks skip that, right after.
pub(super) fn start(date: Date, zone: &TimeZone) -> Option<At> {
    let first = date.to_zoned(zone.clone()).ok()?;
    Some(At(first.timestamp().as_microsecond()))
}

/// A report, and what its rows are called today.
#[derive(Debug)]
pub struct Report {
    /// The counts.
    pub tally: DispositionTally,
    /// What names them.
    pub names: Names,
}

/// What codes, agents and ring groups are called today.
#[derive(Debug)]
pub struct Names {
    /// Codes by id.
    pub codes: BTreeMap<CodeId, DispositionCode>,
    /// Agents by key.
    pub agents: Arc<AgentNames>,
    /// Ring groups by key, those that are set up.
    pub ring_groups: BTreeMap<String, String>,
}

/// What codes, agents and ring groups are called today.
///
/// # Errors
/// The store cannot read.
pub async fn names(app: &App, tenant: &Tenant) -> Result<Names, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let codes = sets.iter().flat_map(|set| &set.codes).map(|code| (code.id, code.clone())).collect();
    let rules = tenant.rules();
    let groups = rules.centre.ring_groups.iter().map(|group| (group.key.clone(), group.name.clone()));
    Ok(Names { codes, agents: app.store.agent_names(tenant.id).await?, ring_groups: groups.collect() })
}

/// Counts.
///
/// # Errors
/// The store cannot read.
pub async fn dispositions(app: &App, tenant: &Tenant, wanted: &Wanted) -> Result<Report, OpError> {
    let mut tally = DispositionTally::new(wanted.days.clone(), wanted.filter.clone());
    let mut after: Option<String> = None;
    loop {
        let slice = slice(app, tenant, wanted, after.as_deref()).await?;
        slice.calls.iter().for_each(|call| tally.add(call));
        after = slice.next;
        if after.is_none() {
            return Ok(Report { tally, names: names(app, tenant).await? });
        }
    }
}

/// The next calls of a report's days.
///
/// # Errors
/// The store cannot read.
pub async fn slice(
    app: &App,
    tenant: &Tenant,
    wanted: &Wanted,
    after: Option<&str>,
) -> Result<ReportSlice, OpError> {
    let (from, until) = (wanted.days.begin(), wanted.days.end());
    Ok(app.store.report_calls(tenant.id, from, until, after, REPORT_SLICE).await?)
}
