//! What reports have in common: their days, and what things are called today.

use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::settings::zone;
use domain::disposition::{DispositionCode, DispositionSet};
use domain::id::{At, CodeId};
use domain::report::calendar::Day;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::AgentNames;

/// Most days of a report by days.
pub const MAX_REPORT_DAYS: i32 = 400;

/// The days of a report.
#[derive(Clone, Debug)]
pub struct ReportDays {
    /// The first.
    pub from: Date,
    /// The last, which is not before it.
    pub until: Date,
    /// Whose days they are.
    pub zone: TimeZone,
    /// When the first begins.
    pub begin: At,
    /// When the last is over.
    pub end: At,
}

impl ReportDays {
    /// Days from the first to the last, both included, of the zone that is named, else of the tenant's; at most so many.
    ///
    /// # Errors
    /// There is no such zone, or there are too many days, or none.
    pub fn new(
        tenant: &Tenant,
        (from, until): (Date, Date),
        zone_name: Option<&str>,
        most: i32,
    ) -> Result<ReportDays, OpError> {
        let zone = match zone_name {
            Some(name) => zone::zone(name).ok_or(OpError::invalid("zone", FieldFault::Unknown))?,
            None => tenant.settings.zone(),
        };
        let unknown = || OpError::invalid("until", FieldFault::Unknown);
        let span = until.since((Unit::Day, from)).map_err(|_| unknown())?;
        if until < from {
            return Err(unknown());
        }
        if span.get_days() >= most {
            return Err(OpError::invalid("until", FieldFault::TooLong));
        }
        // A date that no clock can tell is no day.
        let end = until.tomorrow().ok().and_then(|date| start(date, &zone)).ok_or_else(unknown)?;
        let begin = start(from, &zone).ok_or_else(unknown)?;
        Ok(ReportDays { from, until, zone, begin, end })
    }

    /// Each of them.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(|date| *date <= self.until)
    }

    /// Each of them, with when it begins and when it is over.
    pub fn each(&self) -> Vec<(Date, At, At)> {
        let begin = |date: Date| start(date, &self.zone).unwrap_or(self.end);
        let next = |date: Date| date.tomorrow().map_or(self.end, begin);
        self.dates().map(|date| (date, begin(date), next(date))).collect()
    }

    /// The name of the zone.
    pub fn zone_name(&self) -> &str {
        zone::name_of(&self.zone)
    }
}

/// When a date begins: at midnight, or where the clocks skip that, right after.
fn start(date: Date, zone: &TimeZone) -> Option<At> {
    let first = date.to_zoned(zone.clone()).ok()?;
    Some(At(first.timestamp().as_microsecond()))
}

/// The date as a day.
pub fn day(date: Date) -> Day {
    // Of a date within some ten thousand years.
    let since =
        date.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp().as_second().div_euclid(86_400));
    Day(since.ok().and_then(|days| i32::try_from(days).ok()).unwrap_or(0))
}

/// The date where the centre is.
pub fn today(app: &App, tenant: &Tenant) -> Day {
    let now = Timestamp::from_microsecond(app.around.now().0).unwrap_or_default();
    day(now.to_zoned(tenant.settings.zone()).date())
}

/// The date of a day; `None` where no calendar has it.
pub fn date_of(day: Day) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(day.0.days()).ok()
}

/// What codes, agents and ring groups are called today.
#[derive(Debug)]
pub struct Names {
    /// Codes by id, each labelled by its whole path.
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
    let named = |set: &DispositionSet, code: &DispositionCode| {
        let (label, retired) = (set.path(code), set.is_retired(code));
        (code.id, DispositionCode { label, retired, ..code.clone() })
    };
    let codes = sets.iter().flat_map(|set| set.codes.iter().map(move |code| named(set, code))).collect();
    let rules = tenant.rules();
    let groups = rules.centre.ring_groups.iter().map(|group| (group.key.clone(), group.name.clone()));
    Ok(Names { codes, agents: app.store.agent_names(tenant.id).await?, ring_groups: groups.collect() })
}
