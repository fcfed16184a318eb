//! What a saved report asks on the day it is mailed: the address of its page says it, as the page reads it, with one
//! difference. A span that moves on ends there today; in a mail it ends the day before, so that all its days are over.

use crate::app::Tenant;
use crate::ops::agent_times::MAX_TIME_DAYS;
use crate::ops::count_calls::{Asked, NamedFilter};
use crate::ops::report::ReportDays;
use crate::ops::{FieldFault, OpError};
use crate::settings::zone;
use domain::call::{CallType, Direction};
use domain::id::{AgentKey, At};
use domain::report::plan::{By, Per};
use domain::saved_report::ReportKind;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// Spans that move on, by their names in addresses, in days.
const SPANS: [(&str, i64); 4] = [("yesterday", 1), ("7d", 7), ("30d", 30), ("90d", 90)];
const TODAY: &str = "today";
/// The span where an address names none.
const USUAL: &str = "30d";

/// What addresses of a report may say; `compare` and `look` are how the page shows it.
fn known(report: ReportKind) -> &'static [&'static str] {
    match report {
        ReportKind::Codes => &[
            "when",
            "from",
            "until",
            "zone",
            "direction",
            "ring_group",
            "agent",
            "mapped",
            "compare",
            "look",
        ],
        ReportKind::Calls => {
            &["when", "from", "until", "zone", "direction", "ring_group", "agent", "per", "by", "compare"]
        }
        ReportKind::Service => {
            &["when", "from", "until", "zone", "direction", "ring_group", "agent", "per", "compare"]
        }
        ReportKind::Agents => &["when", "from", "until", "zone", "compare", "look"],
    }
}

/// What a report asks.
#[derive(Clone, Debug)]
pub(super) enum Question {
    /// Counts of calls.
    Calls(Box<Asked>),
    /// Times of agents.
    Times(ReportDays),
}

impl Question {
    pub(super) fn days(&self) -> &ReportDays {
        match self {
            Question::Calls(asked) => &asked.days,
            Question::Times(days) => days,
        }
    }
}

/// What it asks at a time.
///
/// # Errors
/// A parameter that there is not, or a value that means nothing.
pub(super) fn question(
    tenant: &Tenant,
    report: ReportKind,
    query: &[(String, String)],
    at: At,
) -> Result<Question, OpError> {
    let stranger = query.iter().find(|(name, _)| !known(report).contains(&name.as_str()));
    if let Some((name, _)) = stranger {
        return Err(OpError::invalid(format!("query.{name}"), FieldFault::Unknown));
    }
    let said = |name: &str| query.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str());
    let zone_name = said("zone");
    let days = dates(tenant, (said("when"), said("from"), said("until")), zone_name, at)?;
    if report == ReportKind::Agents {
        return Ok(Question::Times(ReportDays::new(tenant, days, zone_name, MAX_TIME_DAYS)?));
    }
    let direction = match said("direction") {
        None => None,
        Some("inbound") => Some(Direction::Inbound),
        Some("outbound") => Some(Direction::Outbound),
        Some(_) => return Err(unknown("direction")),
    };
    let of_direction =
        |direction| CallType::ALL.into_iter().filter(move |kind| kind.direction() == direction);
    let filter = NamedFilter {
        kinds: direction.into_iter().flat_map(of_direction).collect(),
        ring_group: said("ring_group").map(str::to_owned),
        agent: said("agent").map(|agent| AgentKey(agent.to_owned())),
        ..NamedFilter::default()
    };
    let by = match (report, said("by")) {
        (ReportKind::Codes, _) => By::Each,
        (_, None | Some("ring_group")) => By::RingGroup,
        (_, Some("agent")) => By::Agent,
        _ => return Err(unknown("by")),
    };
    let asked = Asked::new(tenant, days, zone_name, (per(said("per"))?, by), filter)?;
    Ok(Question::Calls(Box::new(asked.as_mapped(said("mapped") == Some("yes")))))
}

fn per(word: Option<&str>) -> Result<Per, OpError> {
    Ok(match word {
        None | Some("day") => Per::Day,
        Some("hour") => Per::Hour,
        Some("week") => Per::Week,
        Some("month") => Per::Month,
        Some(_) => return Err(unknown("per")),
    })
}

type Bounds<'q> = (Option<&'q str>, Option<&'q str>, Option<&'q str>);

fn dates(
    tenant: &Tenant,
    (when, from, until): Bounds<'_>,
    zone_name: Option<&str>,
    at: At,
) -> Result<(Date, Date), OpError> {
    let zone = match zone_name {
        Some(name) => zone::zone(name).ok_or_else(|| unknown("zone"))?,
        None => tenant.settings.zone(),
    };
    let now = Timestamp::from_microsecond(at.0).map_err(|_| unknown("when"))?;
    let today = now.to_zoned(zone).date();
    if when.is_none() && (from.is_some() || until.is_some()) {
        let date = |field, text: Option<&str>| match text {
            Some(text) => text.parse::<Date>().map_err(|_| unknown(field)),
            None => Ok(today),
        };
        let until = date("until", until)?;
        let usual = || until.checked_sub(29.days()).map_err(|_| unknown("from"));
        let from = if from.is_some() { date("from", from)? } else { usual()? };
        return Ok((from, until));
    }
    let when = when.unwrap_or(USUAL);
    if when == TODAY {
        return Ok((today, today));
    }
    let (_, days) = SPANS.into_iter().find(|(name, _)| *name == when).ok_or_else(|| unknown("when"))?;
    let back = |days: i64| today.checked_sub(days.days()).map_err(|_| unknown("when"));
    Ok((back(days)?, back(1)?))
}

fn unknown(name: &str) -> OpError {
    OpError::invalid(format!("query.{name}"), FieldFault::Unknown)
}
