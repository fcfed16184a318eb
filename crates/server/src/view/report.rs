//! Reports as the API shows them, and as a file of comma-separated values.

use super::LabelView;
use super::call_counts::{CountedFromView, columns, columns_view, counted_from, named};
use crate::ops::count_calls::{Asked, CallCounts};
use crate::ops::report::{Names, date_of, day};
use crate::table::csv::{BYTE_ORDER_MARK, line_of};
use domain::id::{AgentKey, CodeId};
use domain::report::ReportColumn;
use domain::report::aggregate::Aggregate;
use domain::report::cells::{CellCount, DayCells};
use domain::report::fact::{Measure, Word};
use serde::Serialize;
use std::cmp::Reverse;
use store::ReportNames;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a count is of.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReportColumnView {
    /// Logged with this code, as it is called today.
    Code {
        /// Its id.
        id: Uuid,
        /// Its label.
        label: LabelView,
        /// Whether it can no longer be picked.
        retired: bool,
    },
    /// Logged while codes were off.
    NoCode,
    /// Do not log.
    NotLogged,
    /// Closed by the timer.
    Undispositioned,
    /// A wrap-up is owed.
    Open,
    /// Nobody owed one.
    NoWrapup,
}

/// A day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportDayView {
    /// The date.
    pub day: String,
    /// By column.
    pub counts: Vec<u64>,
    /// Their sum.
    pub total: u64,
}

/// A ring group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportGroupView {
    /// Its name; null: no ring group.
    pub ring_group: Option<String>,
    /// By column.
    pub counts: Vec<u64>,
    /// Their sum.
    pub total: u64,
    /// Milliseconds of talk.
    pub talk_ms: i64,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportAgentView {
    /// The key; null: nobody had the customer.
    pub agent: Option<String>,
    /// The name, where a user is that agent.
    pub agent_name: Option<String>,
    /// By column.
    pub counts: Vec<u64>,
    /// Their sum.
    pub total: u64,
    /// Milliseconds of talk.
    pub talk_ms: i64,
}

/// Calls by disposition.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DispositionReportView {
    /// The first day.
    pub from: String,
    /// The last.
    pub until: String,
    /// Whose days they are.
    pub zone: String,
    /// From what it was counted.
    pub counted_from: CountedFromView,
    /// Codes by use, most first, then what has no code; those that hold anything.
    pub columns: Vec<ReportColumnView>,
    /// Every day.
    pub days: Vec<ReportDayView>,
    /// By total.
    pub ring_groups: Vec<ReportGroupView>,
    /// By total.
    pub agents: Vec<ReportAgentView>,
    /// All calls.
    pub total: u64,
    /// Milliseconds of talk in all of them.
    pub talk_ms: i64,
}

impl DispositionReportView {
    /// The report.
    pub fn of(asked: &Asked, report: &CallCounts) -> Self {
        let (nothing, counted) = (Aggregate::default(), report.counted.as_ref());
        let whole = counted.map_or(&nothing, |counted| &counted.whole);
        let columns = columns(whole);
        let days = asked.days.dates().map(|date| {
            let calls = counted.and_then(|counted| counted.periods.get(&(day(date), 0))).unwrap_or(&nothing);
            ReportDayView { day: date.to_string(), counts: counts(&columns, calls), total: total(calls) }
        });
        let groups = counted.into_iter().flat_map(|counted| &counted.ring_groups);
        let groups = groups.map(|(word, calls)| ReportGroupView {
            ring_group: word.and_then(|word| report.words.ring_group(word)).map(str::to_owned),
            counts: counts(&columns, calls),
            total: total(calls),
            talk_ms: calls.millis(Measure::Talk),
        });
        let agents = counted.into_iter().flat_map(|counted| &counted.agents);
        let agents = agents.map(|(word, calls)| {
            let agent = word.and_then(|word| report.words.agent(word));
            ReportAgentView {
                agent: agent.map(|agent| agent.0.clone()),
                agent_name: report.names.agent(agent).map(str::to_owned),
                counts: counts(&columns, calls),
                total: total(calls),
                talk_ms: calls.millis(Measure::Talk),
            }
        });
        let (mut groups, mut agents): (Vec<_>, Vec<_>) = (groups.collect(), agents.collect());
        groups.sort_by(|a, b| (Reverse(a.total), &a.ring_group).cmp(&(Reverse(b.total), &b.ring_group)));
        agents.sort_by(|a, b| (Reverse(a.total), &a.agent).cmp(&(Reverse(b.total), &b.agent)));
        DispositionReportView {
            from: asked.days.from.to_string(),
            until: asked.days.until.to_string(),
            zone: asked.days.zone_name().to_owned(),
            counted_from: counted_from(report.from),
            columns: columns_view(report, &columns),
            days: days.collect(),
            ring_groups: groups,
            agents,
            total: total(whole),
            talk_ms: whole.millis(Measure::Talk),
        }
    }
}

/// No count of calls is below zero.
fn shown(count: i64) -> u64 {
    count.max(0).cast_unsigned()
}

fn total(calls: &Aggregate) -> u64 {
    shown(calls.calls())
}

fn counts(columns: &[ReportColumn<Word>], calls: &Aggregate) -> Vec<u64> {
    columns.iter().map(|column| shown(calls.counted_as(*column))).collect()
}

impl Names {
    fn agent(&self, agent: Option<&AgentKey>) -> Option<&str> {
        self.agents.get(agent?).map(String::as_str)
    }

    /// What a ring group is called; one that is not set up as the phone system calls it.
    fn ring_group<'a>(&'a self, key: Option<&'a str>) -> &'a str {
        let key = key.unwrap_or_default();
        self.ring_groups.get(key).map_or(key, String::as_str)
    }

    /// What a column is of.
    pub(super) fn column(&self, column: ReportColumn) -> ReportColumnView {
        match column {
            ReportColumn::Code(id) => {
                let code = self.codes.get(&id);
                // Codes are never deleted; one that is not there all the same is named by its id.
                let unnamed = || LabelView { es: id.to_string(), en: id.to_string() };
                let label = code.map_or_else(unnamed, |code| LabelView::from(&code.label));
                ReportColumnView::Code { id: id.0, label, retired: code.is_none_or(|code| code.retired) }
            }
            ReportColumn::NoCode => ReportColumnView::NoCode,
            ReportColumn::NotLogged => ReportColumnView::NotLogged,
            ReportColumn::Undispositioned => ReportColumnView::Undispositioned,
            ReportColumn::Open => ReportColumnView::Open,
            ReportColumn::NoWrapup => ReportColumnView::NoWrapup,
        }
    }
}

/// A ring group, an agent and what calls are counted as.
type NamedCell<'n> = (Option<&'n str>, Option<&'n AgentKey>, ReportColumn<CodeId>);

/// The language of a file's headings and labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileLanguage {
    /// Spanish.
    Es,
    /// English.
    En,
}

impl FileLanguage {
    /// The first line of the file, with the mark before it.
    pub fn heading(self) -> String {
        let names = match self {
            FileLanguage::Es => [
                "Día",
                "Grupo",
                "Agente",
                "Nombre del agente",
                "Código",
                "Llamadas",
                "Segundos de conversación",
            ],
            FileLanguage::En => {
                ["Day", "Ring group", "Agent", "Agent name", "Code", "Calls", "Seconds of talk"]
            }
        };
        format!("{BYTE_ORDER_MARK}{}", line(names))
    }

    /// The lines of a day: by ring group, agent and column.
    pub fn lines(self, words: &ReportNames, names: &Names, day: &DayCells) -> String {
        let date = date_of(day.day).map(|date| date.to_string()).unwrap_or_default();
        let mut cells: Vec<(NamedCell<'_>, CellCount)> = day
            .cells
            .iter()
            .filter_map(|(cell, count)| {
                let group = cell.ring_group.and_then(|word| words.ring_group(word));
                let agent = cell.agent.and_then(|word| words.agent(word));
                Some(((group, agent, named(words, cell.column)?), *count))
            })
            .collect();
        cells.sort_by_key(|(cell, _)| *cell);
        let line = |((group, agent, column), count): &(NamedCell<'_>, CellCount)| {
            line([
                &date,
                names.ring_group(*group),
                agent.map_or("", |agent| &agent.0),
                names.agent(*agent).unwrap_or_default(),
                &self.column(&names.column(*column)),
                &count.calls.to_string(),
                &(count.talk_ms / 1000).to_string(),
            ])
        };
        cells.iter().map(line).collect()
    }

    fn column(self, column: &ReportColumnView) -> String {
        let (es, en) = match column {
            ReportColumnView::Code { label, .. } => (label.es.as_str(), label.en.as_str()),
            ReportColumnView::NoCode => ("Registrada sin código", "Logged without a code"),
            ReportColumnView::NotLogged => ("No registrada", "Not logged"),
            ReportColumnView::Undispositioned => ("Sin código dado", "No code given"),
            ReportColumnView::Open => ("Abierta", "Open"),
            ReportColumnView::NoWrapup => ("Sin resumen", "No wrap-up"),
        };
        if self == FileLanguage::Es { es } else { en }.to_owned()
    }
}

/// A line of cells.
pub(super) fn line<const N: usize>(cells: [&str; N]) -> String {
    line_of(&cells)
}
