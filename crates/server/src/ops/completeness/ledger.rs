//! `completeness`: how many calls stand where, day by day, and what is not as it is to be.

use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::report::ReportDays;
use crate::settings::SourceKind;
use domain::call::CallRecord;
use domain::completeness::crm_check::{CrmCheck, CrmCheckFailure};
use domain::completeness::ledger::{DeafSpan, LedgerClass, LedgerCount, SLOT_US, begin_of, slot_of};
use domain::completeness::run::Reconciliation;
use domain::id::At;
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::Carried;

/// Most days that are asked for at once.
pub const MAX_DAYS: i32 = 366;
/// Most calls of a kind that are named; how many there are is told of all.
pub const MAX_CALLS_NAMED: usize = 50;

/// How many calls stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that are known, by where they stand.
    pub by_class: BTreeMap<LedgerClass, u64>,
    /// Those of which a lost connection made part a conclusion.
    pub inferred: u64,
    /// Those that were made from a file.
    pub from_file: u64,
    /// Calls that only a file tells of.
    pub missing: u64,
}

impl Counts {
    fn add(&mut self, count: &LedgerCount) {
        *self.by_class.entry(count.entry.class).or_default() += count.calls;
        self.inferred += if count.entry.inferred { count.calls } else { 0 };
        self.from_file += if count.entry.from_file { count.calls } else { 0 };
    }

    /// Calls that are known.
    pub fn known(&self) -> u64 {
        self.by_class.values().sum()
    }

    /// Those that stand so.
    pub fn of(&self, class: LedgerClass) -> u64 {
        self.by_class.get(&class).copied().unwrap_or_default()
    }

    /// Those that have an Activity.
    pub fn activities(&self) -> u64 {
        self.by_class.iter().filter(|(class, _)| class.has_activity()).map(|(_, calls)| calls).sum()
    }

    /// Those that have an Activity or a reason.
    pub fn accounted(&self) -> u64 {
        self.known() - self.of(LedgerClass::Gap)
    }

    /// Their share of all that are known or missing; `None` where there are none.
    pub fn share(&self) -> Option<f64> {
        let all = self.known() + self.missing;
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 calls")]
        (all > 0).then(|| self.accounted() as f64 / all as f64)
    }
}

/// How many Activities stand in the CRM as they do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrmCounts {
    by_state: BTreeMap<Carried, u64>,
    activities: u64,
}

impl CrmCounts {
    /// Those that stand so.
    pub fn of(&self, state: Carried) -> u64 {
        match state {
            // Nothing is kept of them: they are the rest.
            Carried::Never => self.activities.saturating_sub(self.by_state.values().sum()),
            state => self.by_state.get(&state).copied().unwrap_or_default(),
        }
    }
}

/// What of some days is in the CRM.
#[derive(Clone, Debug)]
pub struct CrmLedger {
    /// All of them.
    pub total: CrmCounts,
    /// Each, the first first.
    pub days: Vec<CrmCounts>,
    /// Days of them that were compared with it, the first first.
    pub checks: Vec<CrmCheck>,
    /// Days, of these or not, that were to be compared with it by night and could not be, the last first.
    pub failures: Vec<CrmCheckFailure>,
}

/// A day of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerDay {
    /// The day.
    pub date: Date,
    /// All of it.
    pub total: Counts,
    /// The same by phone system.
    pub sources: BTreeMap<String, Counts>,
}

/// The ledger of some days.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The days asked for.
    pub days_asked: ReportDays,
    /// All of them.
    pub total: Counts,
    /// Each, the first first.
    pub days: Vec<LedgerDay>,
    /// What of them is in the CRM; `None`: none is mirrored.
    pub crm: Option<CrmLedger>,
    /// Times in which a phone system was not heard, the last first; one that is not over ends with the moment asked.
    pub deaf: Vec<(DeafSpan, bool)>,
    /// Calls with neither an Activity nor a reason, the first of them.
    pub gaps: Vec<CallRecord>,
    /// Calls of which a lost connection made part a conclusion, the first of them, and whether each has an Activity.
    pub inferred: Vec<CallRecord>,
    /// Files that were compared and tell of any of this time.
    pub files: Vec<Reconciliation>,
}

/// The ledger of these days.
///
/// # Errors
/// The store cannot read.
pub async fn ledger(app: &App, tenant: &Tenant, asked: ReportDays) -> Result<Ledger, OpError> {
    let (from, until) = (asked.begin, asked.end);
    let slots = (slot_of(from), slot_of(At(until.0 + SLOT_US - 1)));
    let counts = app.store.ledger(tenant.id, slots.0, slots.1).await?;
    let missing = app.store.missing_counts(tenant.id, slots.0, slots.1).await?;
    let mut days: BTreeMap<Date, LedgerDay> = asked.dates().map(|date| (date, empty(date))).collect();
    let mut total = Counts::default();
    let day_of = |slot: i64| day_of(slot, &asked);
    for count in &counts {
        total.add(count);
        if let Some(day) = days.get_mut(&day_of(count.entry.slot)) {
            day.total.add(count);
            day.sources.entry(count.entry.source.clone()).or_default().add(count);
        }
    }
    for count in &missing {
        total.missing += count.calls;
        if let Some(day) = days.get_mut(&day_of(count.slot)) {
            day.total.missing += count.calls;
            day.sources.entry(count.source.clone()).or_default().missing += count.calls;
        }
    }
    let inferred = app.store.inferred(tenant.id, from, until, MAX_CALLS_NAMED).await?;
    let mut inferred_calls = Vec::with_capacity(inferred.len());
    for key in inferred {
        inferred_calls.extend(app.store.call(tenant.id, key).await?);
    }
    let days: Vec<LedgerDay> = days.into_values().collect();
    Ok(Ledger {
        crm: crm(app, tenant, &asked, (&total, &days)).await?,
        total,
        days,
        deaf: deaf(app, tenant, from, until).await?,
        gaps: gaps(app, tenant, &counts).await?,
        inferred: inferred_calls,
        files: files(app, tenant, from, until).await?,
        days_asked: asked,
    })
}

fn day_of(slot: i64, asked: &ReportDays) -> Date {
    let at = jiff::Timestamp::from_microsecond(begin_of(slot).0).unwrap_or_default();
    asked.zone.to_datetime(at).date()
}

/// What of these days is in the CRM, where one is mirrored.
async fn crm(
    app: &App,
    tenant: &Tenant,
    asked: &ReportDays,
    (total, days): (&Counts, &[LedgerDay]),
) -> Result<Option<CrmLedger>, OpError> {
    if app.store.crm_organisation(tenant.id).await?.is_none() {
        return Ok(None);
    }
    let of = |counts: &Counts| CrmCounts { activities: counts.activities(), by_state: BTreeMap::new() };
    let mut by_day: BTreeMap<Date, CrmCounts> = days.iter().map(|day| (day.date, of(&day.total))).collect();
    let mut total = of(total);
    let slots = (slot_of(asked.begin), slot_of(At(asked.end.0 + SLOT_US - 1)));
    for count in app.store.crm_ledger(tenant.id, slots.0, slots.1).await? {
        *total.by_state.entry(count.state).or_default() += count.calls;
        if let Some(day) = by_day.get_mut(&day_of(count.slot, asked)) {
            *day.by_state.entry(count.state).or_default() += count.calls;
        }
    }
    let checks = app.store.crm_checks(tenant.id, asked.begin, asked.end).await?;
    let failures = app.store.crm_check_failures(tenant.id).await?;
    Ok(Some(CrmLedger { total, days: by_day.into_values().collect(), checks, failures }))
}

fn empty(date: Date) -> LedgerDay {
    LedgerDay { date, total: Counts::default(), sources: BTreeMap::new() }
}

/// The calls of the slots that have any such.
async fn gaps(app: &App, tenant: &Tenant, counts: &[LedgerCount]) -> Result<Vec<CallRecord>, OpError> {
    let mut found = Vec::new();
    let with_gaps = counts.iter().filter(|count| count.entry.class == LedgerClass::Gap);
    let mut slots: Vec<i64> = with_gaps.map(|count| count.entry.slot).collect();
    slots.dedup();
    for slot in slots {
        let left = MAX_CALLS_NAMED.saturating_sub(found.len());
        if left == 0 {
            break;
        }
        for key in app.store.gaps(tenant.id, begin_of(slot), begin_of(slot + 1), left).await? {
            found.extend(app.store.call(tenant.id, key).await?);
        }
    }
    Ok(found)
}

/// When phone systems were not heard; one that is not connected now was not since it was heard last.
async fn deaf(app: &App, tenant: &Tenant, from: At, until: At) -> Result<Vec<(DeafSpan, bool)>, OpError> {
    let past = app.store.deaf(tenant.id, from, until).await?;
    let mut spans: Vec<(DeafSpan, bool)> = past.into_iter().map(|span| (span, false)).collect();
    let (now, heard) = (app.around.now(), app.store.heard(tenant.id).await?);
    let read = tenant.settings.sources.iter().filter(|one| matches!(one.kind, SourceKind::Ami(_)));
    for source in read.filter(|one| !app.source_health.of(tenant.id, &one.name).connected) {
        // One that was never heard was not heard in any of these days either.
        let heard = heard.iter().find(|(name, _)| *name == source.name).map_or(from, |(_, at)| *at);
        if heard < until && from < now {
            spans.push((DeafSpan { from: heard, until: now, source: source.name.clone() }, true));
        }
    }
    spans.sort();
    spans.reverse();
    Ok(spans)
}

async fn files(app: &App, tenant: &Tenant, from: At, until: At) -> Result<Vec<Reconciliation>, OpError> {
    let runs = app.store.reconciliations(tenant.id).await?.into_iter();
    let tells = |run: &Reconciliation| {
        run.found.from.is_none_or(|begin| begin < until) && run.found.until.is_none_or(|end| from <= end)
    };
    Ok(runs.filter(tells).collect())
}
