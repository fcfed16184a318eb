//! Counts of calls as the API shows them.

use super::report::ReportColumnView;
use crate::ops::count_calls::{Asked, CallCounts, CountedFrom};
use crate::ops::report::date_of;
use domain::call::CallType;
use domain::id::CodeId;
use domain::report::ReportColumn;
use domain::report::aggregate::{Aggregate, Spread};
use domain::report::calendar::HourOfWeek;
use domain::report::fact::{Measure, Word};
use domain::report::plan::{By, NoRollup, Period};
use serde::Serialize;
use std::collections::BTreeMap;
use store::ReportNames;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long something took over the calls that have it. Times are milliseconds; the mean is exact, the others within 3 %.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SpreadView {
    /// How many calls have it.
    pub calls: i64,
    /// All of them together.
    pub sum_ms: i64,
    /// A call's.
    pub mean_ms: Option<i64>,
    /// What half of the calls did not exceed.
    pub p50_ms: Option<i64>,
    /// What nine of ten calls did not exceed.
    pub p90_ms: Option<i64>,
}

/// How long calls took.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TimesView {
    /// Until an agent answered; calls that one answered.
    pub wait: SpreadView,
    /// Until the call was lost; calls that nobody answered.
    pub wait_lost: SpreadView,
    /// Talk, hold included.
    pub talk: SpreadView,
    /// Hold.
    pub hold: SpreadView,
    /// Summing up.
    pub after_call_work: SpreadView,
}

/// Some calls.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CountsView {
    /// How many.
    pub total: i64,
    /// By column, in the order of the report's `columns`.
    pub counts: Vec<i64>,
    /// By type, those that there are.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub kinds: BTreeMap<CallType, i64>,
    /// How long they took.
    pub times: TimesView,
}

/// Calls of a period.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PeriodView {
    /// Its first day.
    pub from: String,
    /// The hour of that day, with reports by the hour.
    pub hour: Option<u8>,
    /// Its calls.
    #[serde(flatten)]
    pub calls: CountsView,
}

/// Calls of a ring group or an agent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SegmentView {
    /// Its key; null: none.
    pub key: Option<String>,
    /// What it is called today, where it is called anything.
    pub name: Option<String>,
    /// Its calls.
    #[serde(flatten)]
    pub calls: CountsView,
}

/// From what a report was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountedFromView {
    /// From rollups.
    Rollups,
    /// From the calls: it is by the hour.
    CallsByHour,
    /// From the calls: it is about one code or outcome.
    CallsOfColumn,
    /// From the calls: it is about what is the case with them.
    CallsOfTraits,
    /// From the calls: it is about agents of a ring group on single days.
    CallsOfAgentsByDay,
    /// From the calls: rollups are of another zone, or still being counted.
    CallsMeanwhile,
}

/// Calls counted.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CallCountsView {
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Whose days they are.
    pub zone: String,
    /// From what it was counted.
    pub counted_from: CountedFromView,
    /// What calls are counted as: codes by use, most first, then what has no code.
    pub columns: Vec<ReportColumnView>,
    /// All of them.
    pub whole: CountsView,
    /// By period, those that have any.
    pub periods: Vec<PeriodView>,
    /// By ring group or agent, those that have any, most calls first.
    pub segments: Vec<SegmentView>,
    /// By the hour of the week in which they began: Monday to Sunday, 24 each.
    pub hours: Vec<Vec<i64>>,
}

impl CallCountsView {
    /// Shows counts.
    pub fn of(asked: &Asked, report: &CallCounts) -> Self {
        let nothing = Aggregate::default();
        let whole = report.counted.as_ref().map_or(&nothing, |counted| &counted.whole);
        let columns = columns(whole);
        let counted = report.counted.as_ref();
        let periods = counted.into_iter().flat_map(|counted| &counted.periods);
        let periods = periods.map(|(period, calls)| period_view(*period, asked, &columns, calls));
        let segments = counted.into_iter().flat_map(|counted| match asked.by {
            By::Agent => &counted.agents,
            By::RingGroup | By::Nothing | By::Each => &counted.ring_groups,
        });
        let mut segments: Vec<SegmentView> =
            segments.map(|(word, calls)| segment_view(*word, asked.by, report, &columns, calls)).collect();
        segments.sort_by(|a, b| (b.calls.total, &a.key).cmp(&(a.calls.total, &b.key)));
        CallCountsView {
            from: asked.days.from.to_string(),
            until: asked.days.until.to_string(),
            zone: asked.days.zone_name().to_owned(),
            counted_from: counted_from(report.from),
            columns: columns_view(report, &columns),
            whole: counts_view(&columns, whole),
            periods: periods.collect(),
            segments,
            hours: hours(whole),
        }
    }
}

/// What columns are of, in words that anybody understands.
pub(super) fn columns_view(report: &CallCounts, columns: &[ReportColumn<Word>]) -> Vec<ReportColumnView> {
    let shown = columns.iter().filter_map(|column| Some(report.names.column(named(&report.words, *column)?)));
    shown.collect()
}

/// A column by the id of its code; `None` where its word stands for none.
pub(super) fn named(words: &ReportNames, column: ReportColumn<Word>) -> Option<ReportColumn<CodeId>> {
    Some(match column {
        ReportColumn::Code(word) => ReportColumn::Code(words.code(word)?),
        other => other.named(|_| CodeId(Uuid::nil())),
    })
}

pub(super) fn counted_from(from: CountedFrom) -> CountedFromView {
    match from {
        CountedFrom::Rollups => CountedFromView::Rollups,
        CountedFrom::CallsMeanwhile => CountedFromView::CallsMeanwhile,
        CountedFrom::Calls(NoRollup::Hours) => CountedFromView::CallsByHour,
        CountedFrom::Calls(NoRollup::Column) => CountedFromView::CallsOfColumn,
        CountedFrom::Calls(NoRollup::Traits) => CountedFromView::CallsOfTraits,
        CountedFrom::Calls(NoRollup::AgentsOfGroupByDay) => CountedFromView::CallsOfAgentsByDay,
    }
}

/// The columns that hold anything: codes by use, most first, then what has no code.
pub(super) fn columns(whole: &Aggregate) -> Vec<ReportColumn<Word>> {
    let mut by_column = BTreeMap::<ReportColumn<Word>, i64>::new();
    for ((_, column), count) in whole.columns.iter() {
        *by_column.entry(column).or_default() += count;
    }
    let mut columns: Vec<(ReportColumn<Word>, i64)> = by_column.into_iter().collect();
    columns.sort_by_key(|(column, count)| {
        let is_code = matches!(column, ReportColumn::Code(_));
        (!is_code, if is_code { -count } else { 0 }, *column)
    });
    columns.into_iter().map(|(column, _)| column).collect()
}

fn counts_view(columns: &[ReportColumn<Word>], calls: &Aggregate) -> CountsView {
    let mut kinds = BTreeMap::<CallType, i64>::new();
    for ((kind, _), count) in calls.columns.iter() {
        *kinds.entry(kind).or_default() += count;
    }
    let lost = |kind| !answered(kind);
    let spread = |measure, of: fn(CallType) -> bool| SpreadView::of(&calls.spread(measure, of));
    CountsView {
        total: calls.calls(),
        counts: columns.iter().map(|column| calls.counted_as(*column)).collect(),
        kinds,
        times: TimesView {
            wait: spread(Measure::Wait, answered),
            wait_lost: spread(Measure::Wait, lost),
            talk: spread(Measure::Talk, |_| true),
            hold: spread(Measure::Hold, |_| true),
            after_call_work: spread(Measure::AfterCallWork, |_| true),
        },
    }
}

fn answered(kind: CallType) -> bool {
    matches!(kind, CallType::Inbound | CallType::Outbound)
}

impl SpreadView {
    fn of(spread: &Spread) -> Self {
        SpreadView {
            calls: spread.calls,
            sum_ms: spread.sum_ms,
            mean_ms: spread.mean(),
            p50_ms: spread.quantile(0.5),
            p90_ms: spread.quantile(0.9),
        }
    }
}

fn period_view(
    (day, hour): Period,
    asked: &Asked,
    columns: &[ReportColumn<Word>],
    calls: &Aggregate,
) -> PeriodView {
    let from = date_of(day).unwrap_or(asked.days.from);
    let hour = (asked.per == domain::report::plan::Per::Hour).then_some(hour);
    // A period that began before the report does begins with it there.
    let from = from.max(asked.days.from);
    PeriodView { from: from.to_string(), hour, calls: counts_view(columns, calls) }
}

fn segment_view(
    word: Option<Word>,
    by: By,
    report: &CallCounts,
    columns: &[ReportColumn<Word>],
    calls: &Aggregate,
) -> SegmentView {
    let (key, name) = match by {
        By::Agent => {
            let agent = word.and_then(|word| report.words.agent(word));
            (
                agent.map(|agent| agent.0.clone()),
                agent.and_then(|agent| report.names.agents.get(agent).cloned()),
            )
        }
        By::RingGroup | By::Nothing | By::Each => {
            let group = word.and_then(|word| report.words.ring_group(word));
            let name = group.and_then(|group| report.names.ring_groups.get(group).cloned());
            (group.map(str::to_owned), name)
        }
    };
    SegmentView { key, name, calls: counts_view(columns, calls) }
}

fn hours(whole: &Aggregate) -> Vec<Vec<i64>> {
    let mut hours = vec![0; usize::from(HourOfWeek::COUNT)];
    for ((_, hour), count) in whole.hours.iter() {
        if let Some(cell) = hours.get_mut(usize::from(hour.number())) {
            *cell += count;
        }
    }
    hours.chunks(24).map(<[i64]>::to_vec).collect()
}
