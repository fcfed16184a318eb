//! Reports as the API shows them, and as a file of comma-separated values.

use super::LabelView;
use crate::ops::report::{Names, Report, Wanted};
use domain::id::AgentKey;
use domain::report::{DayCells, ReportColumn, Tally};
use jiff::civil::Date;
use serde::Serialize;
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
    /// A wrap-up is owed, or the call lives.
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
    pub fn of(wanted: &Wanted, report: &Report) -> Self {
        let (tally, columns) = (&report.tally, report.tally.columns());
        let counts = |tally: &Tally| columns.iter().map(|column| tally.count(*column)).collect::<Vec<u64>>();
        let days = wanted.dates.iter().zip(&tally.by_day).map(|(date, tally)| ReportDayView {
            day: date.to_string(),
            counts: counts(tally),
            total: tally.total,
        });
        let mut ring_groups: Vec<ReportGroupView> = tally
            .by_ring_group
            .iter()
            .map(|(group, tally)| ReportGroupView {
                ring_group: group.clone(),
                counts: counts(tally),
                total: tally.total,
                talk_ms: tally.talk_ms,
            })
            .collect();
        ring_groups.sort_by_key(|group| std::cmp::Reverse(group.total));
        let mut agents: Vec<ReportAgentView> = tally
            .by_agent
            .iter()
            .map(|(agent, tally)| ReportAgentView {
                agent: agent.as_ref().map(|agent| agent.0.clone()),
                agent_name: report.names.agent(agent.as_ref()).map(str::to_owned),
                counts: counts(tally),
                total: tally.total,
                talk_ms: tally.talk_ms,
            })
            .collect();
        agents.sort_by_key(|agent| std::cmp::Reverse(agent.total));
        DispositionReportView {
            from: wanted.dates.first().map(Date::to_string).unwrap_or_default(),
            until: wanted.dates.last().map(Date::to_string).unwrap_or_default(),
            zone: wanted.zone_name().to_owned(),
            columns: columns.iter().map(|column| report.names.column(*column)).collect(),
            days: days.collect(),
            ring_groups,
            agents,
            total: tally.whole.total,
            talk_ms: tally.whole.talk_ms,
        }
    }
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

/// The language of a file's headings and labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileLanguage {
    /// Spanish.
    Es,
    /// English.
    En,
}

/// What a file begins with, so that spreadsheets read it as UTF-8.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';
/// What ends a line (RFC 4180).
const LINE_END: &str = "\r\n";
/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

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

    /// The lines of a day.
    pub fn lines(self, wanted: &Wanted, names: &Names, (day, cells): &DayCells) -> String {
        let day = wanted.dates.get(*day).map(Date::to_string).unwrap_or_default();
        let mut lines = String::new();
        for (cell, (count, talk_ms)) in cells {
            lines += &line([
                &day,
                names.ring_group(cell.ring_group.as_deref()),
                cell.agent.as_ref().map_or("", |agent| &agent.0),
                names.agent(cell.agent.as_ref()).unwrap_or_default(),
                &self.column(&names.column(cell.column)),
                &count.to_string(),
                &(talk_ms / 1000).to_string(),
            ]);
        }
        lines
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

/// The same of however many.
pub(super) fn line_of(cells: &[&str]) -> String {
    cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + LINE_END
}

/// A cell that is read as the text it is: quoted where it has to be, and with an apostrophe before what a spreadsheet
/// would take for a formula. Names of ring groups and agents are whatever somebody called them.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", guarded.replace('"', "\"\""));
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_as_the_text_it_is() {
        for (text, written) in [
            ("Ventas", "Ventas"),
            ("", ""),
            ("Ventas, norte", "\"Ventas, norte\""),
            ("the \"gold\" line", "\"the \"\"gold\"\" line\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+34600", "'+34600"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
        assert_eq!(line(["a", "b"]), "a,b\r\n");
    }
}
