//! `count_calls`: how many calls, of what, when, and how long they took (P15). Answered from rollups where these hold what
//! is asked; otherwise from the calls themselves, in two halves beside one another. Both count the same.

use super::OpError;
use super::merged_codes::MergedCodes;
use super::progress::Progress;
use super::report::{MAX_REPORT_DAYS, Names, ReportDays, day, names};
use crate::app::{App, Tenant};
use crate::settings::zone;
use domain::call::CallType;
use domain::id::{AgentKey, At, CodeId};
use domain::report::ReportColumn;
use domain::report::calendar::{Calendar, Day};
use domain::report::counted::{Counted, Gathered, Recount};
use domain::report::fact::{Traits, Word};
use domain::report::plan::{By, FactFilter, NoRollup, Per, Question};
use jiff::civil::Date;
use std::sync::Arc;
use store::{MAX_FACTS, ReportName, ReportNames};

/// Most days of a report by the hour.
pub const MAX_DAYS_BY_HOUR: i32 = 31;
/// Most days of a report by months and more: ten years.
pub const MAX_DAYS_BY_MONTH: i32 = 3_660;
/// How many calls are read at a time: some tens of milliseconds' work at most.
const CALLS_AT_A_TIME: usize = MAX_FACTS;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its days.
    pub days: ReportDays,
    /// Into how much time each it is divided.
    pub per: Per,
    /// By what it is broken down besides.
    pub by: By,
    /// Which calls.
    pub filter: NamedFilter,
    /// Whether calls with a code that was merged into another are counted as that one.
    pub mapped: bool,
}

/// Which calls, by names; what is empty leaves all.
#[derive(Clone, Debug, Default)]
pub struct NamedFilter {
    /// Their types.
    pub kinds: Vec<CallType>,
    /// What they are counted as.
    pub column: Option<ReportColumn<CodeId>>,
    /// Their ring group.
    pub ring_group: Option<String>,
    /// Their agent.
    pub agent: Option<AgentKey>,
    /// What is the case with them.
    pub traits: Traits,
}

impl Asked {
    /// Days from the first to the last, both included, of the zone that is named, else of the tenant's.
    ///
    /// # Errors
    /// There is no such zone, or there are too many days, or none.
    pub fn new(
        tenant: &Tenant,
        days: (Date, Date),
        zone_name: Option<&str>,
        (per, by): (Per, By),
        filter: NamedFilter,
    ) -> Result<Asked, OpError> {
        let most = match per {
            Per::Hour => MAX_DAYS_BY_HOUR,
            Per::Day | Per::Week => MAX_REPORT_DAYS,
            Per::Month | Per::Quarter | Per::Year => MAX_DAYS_BY_MONTH,
        };
        let days = ReportDays::new(tenant, days, zone_name, most)?;
        Ok(Asked { days, per, by, filter, mapped: false })
    }

    /// The same; `mapped`: calls with a code that was merged into another are counted as that one.
    #[must_use]
    pub fn as_mapped(self, mapped: bool) -> Asked {
        Asked { mapped, ..self }
    }

    /// What codes became, where they are counted so.
    pub(super) fn merged(&self, names: &Names) -> Option<MergedCodes> {
        self.mapped.then(|| MergedCodes::of(names))
    }

    /// The question in the words of these names; `None` where a name that no call has is asked for.
    pub(super) fn question(&self, names: &ReportNames, merged: Option<&MergedCodes>) -> Option<Question> {
        let word = |name: Option<ReportName>| match name {
            Some(name) => names.word(&name).map(Some),
            None => Some(None),
        };
        let columns = match self.filter.column {
            Some(ReportColumn::Code(code)) => {
                let codes = merged.map_or_else(|| vec![code], |merged| merged.counted_as(code));
                let words = codes.into_iter().filter_map(|code| names.word(&ReportName::Code(code)));
                let columns: Vec<_> = words.map(ReportColumn::Code).collect();
                (!columns.is_empty()).then_some(columns)?
            }
            Some(other) => vec![other.named(|_| Word(0))],
            None => Vec::new(),
        };
        let filter = FactFilter {
            kinds: self.filter.kinds.clone(),
            columns,
            ring_group: word(self.filter.ring_group.clone().map(ReportName::RingGroup))?.map(Some),
            agent: word(self.filter.agent.clone().map(ReportName::Agent))?.map(Some),
            traits: self.filter.traits,
        };
        let days = day(self.days.from)..Day(day(self.days.until).0 + 1);
        Some(Question { days, per: self.per, by: self.by, filter })
    }
}

/// From what a report was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedFrom {
    /// From rollups.
    Rollups,
    /// From the calls, because no rollup holds what was asked.
    Calls(NoRollup),
    /// From the calls, because rollups are of another zone, or not all counted yet.
    CallsMeanwhile,
}

/// A report.
#[derive(Debug)]
pub struct CallCounts {
    /// The counts; `None`: a name that no call has was asked for.
    pub counted: Option<Counted>,
    /// From what.
    pub from: CountedFrom,
    /// What words stand for.
    pub words: Arc<ReportNames>,
    /// What codes, agents and ring groups are called today.
    pub names: Names,
}

impl CallCounts {
    /// The same report, calls with a code that was merged into another counted as that one.
    fn mapped(self, merged: &MergedCodes) -> CallCounts {
        let words = Arc::new(merged.words(&self.words));
        let counted = self.counted.map(|counted| counted.recounted(|column| merged.column(&words, column)));
        CallCounts { counted, words, ..self }
    }
}

/// Counts; where calls are counted one by one, `progress` says how far that is.
///
/// # Errors
/// The store cannot read.
pub async fn count_calls(
    app: &App,
    tenant: &Tenant,
    asked: &Asked,
    progress: &Progress,
) -> Result<CallCounts, OpError> {
    let names = names(app, tenant).await?;
    let words = app.store.report_names(tenant.id).await?;
    let merged = asked.merged(&names);
    let Some(question) = asked.question(&words, merged.as_ref()) else {
        return Ok(CallCounts { counted: None, from: CountedFrom::Rollups, words, names });
    };
    let calendar = zone::calendar(&asked.days.zone);
    let (counted, from) = match from_rollups(app, tenant, &question, &calendar).await? {
        Ok(counted) => (counted, CountedFrom::Rollups),
        Err(from) => (from_calls(app, tenant, asked, (&question, &calendar), progress).await?, from),
    };
    // A name may be newer than the list of them.
    let words = app.store.report_names(tenant.id).await?;
    let counts = CallCounts { counted: Some(counted), from, words, names };
    Ok(merged.into_iter().fold(counts, |counts, merged| counts.mapped(&merged)))
}

async fn from_rollups(
    app: &App,
    tenant: &Tenant,
    question: &Question,
    calendar: &Calendar,
) -> Result<Result<Counted, CountedFrom>, OpError> {
    let plan = match question.plan() {
        Ok(plan) => plan,
        Err(why) => return Ok(Err(CountedFrom::Calls(why))),
    };
    let (of_periods, of_groups) = (plan.periods.len(), plan.ring_groups.len());
    let pulls = [plan.periods, plan.ring_groups, plan.agents].concat();
    let Some(found) = app.store.rollups(tenant.id, calendar, &pulls).await? else {
        return Ok(Err(CountedFrom::CallsMeanwhile));
    };
    let mut gathered = Gathered::new(question.clone());
    for (place, (rollups, pull)) in found.into_iter().zip(&pulls).enumerate() {
        for rollup in rollups {
            if place < of_periods {
                gathered.add_period(rollup, pull);
            } else if place < of_periods + of_groups {
                gathered.add_ring_group(rollup, pull);
            } else {
                gathered.add_agent(rollup, pull);
            }
        }
    }
    // Thousands of them are read: the runtime's own threads are for those who wait less.
    let counted = tokio::task::spawn_blocking(move || gathered.end()).await;
    match counted.map_err(|error| OpError::Internal(error.to_string()))? {
        Ok(counted) => Ok(Ok(counted)),
        Err(error) => {
            tracing::error!(%error, "a rollup cannot be read: calls are counted one by one");
            Ok(Err(CountedFrom::CallsMeanwhile))
        }
    }
}

async fn from_calls(
    app: &App,
    tenant: &Tenant,
    asked: &Asked,
    (question, calendar): (&Question, &Calendar),
    progress: &Progress,
) -> Result<Counted, OpError> {
    let (from, until) = (asked.days.begin, asked.days.end);
    let middle = At(i64::midpoint(from.0, until.0));
    let half = async |nth, from, until| -> Result<Counted, OpError> {
        let mut recount = Recount::new(question.clone(), calendar);
        let mut after: Option<String> = None;
        loop {
            let slice = app.store.facts(tenant.id, from, until, after.as_deref(), CALLS_AT_A_TIME).await?;
            slice.facts.iter().for_each(|fact| recount.add(fact));
            after = slice.next;
            let reached =
                slice.facts.last().filter(|_| after.is_some()).map_or(until, |fact| fact.started_at);
            progress.reached(nth, (from, until), reached);
            if after.is_none() {
                return Ok(recount.end());
            }
        }
    };
    let (mut counted, other) = tokio::try_join!(half(0, from, middle), half(1, middle, until))?;
    counted.merge(&other);
    Ok(counted)
}
