//! What is in the mail of a report: its sums and its tables, as the page of the report has them. How they look as a letter
//! is in [`super::written`].

use super::asked::Question;
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::agent_times::agent_times;
use crate::ops::count_calls::{Asked, count_calls};
use crate::ops::count_service::count_service;
use crate::ops::progress::Progress;
use crate::table::{Cell, Column, Kind, Row};
use crate::view::{
    AgentTimesView, CallCountsView, CountsView, DispositionReportView, LabelView, ReportColumnView,
    ServiceCountsView, ServiceView,
};
use domain::report::plan::By;
use domain::saved_report::{MailLanguage, ReportKind};
use std::borrow::Cow;

/// A table of a mail.
#[derive(Clone, Debug)]
pub(super) struct MailTable {
    /// What it is called.
    pub(super) title: &'static str,
    /// The name of its file, without an ending.
    pub(super) file: &'static str,
    /// Its columns; the first says what a row is of.
    pub(super) columns: Vec<Column>,
    /// Its rows.
    pub(super) rows: Vec<Row>,
    /// Which column is drawn.
    pub(super) drawn: usize,
}

/// What is in a mail.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    /// What stands above the tables: names and values.
    pub(super) sums: Vec<(&'static str, String)>,
    /// The tables.
    pub(super) tables: Vec<MailTable>,
}

/// A text in one of two languages.
#[derive(Clone, Copy)]
pub(super) struct Words(pub(super) MailLanguage);

impl Words {
    pub(super) fn of(self, es: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            MailLanguage::Es => es,
            MailLanguage::En => en,
        }
    }

    fn label(self, label: &LabelView) -> String {
        match self.0 {
            MailLanguage::Es => label.es.clone(),
            MailLanguage::En => label.en.clone(),
        }
    }
}

/// Counts what a report asks.
///
/// # Errors
/// The store cannot read.
pub(super) async fn content(
    app: &App,
    tenant: &Tenant,
    (report, question): (ReportKind, &Question),
    words: Words,
) -> Result<Content, OpError> {
    let progress = Progress::default();
    match (report, question) {
        (_, Question::Times(days)) => {
            let times = agent_times(app, tenant, days, None).await?;
            Ok(of_times(&AgentTimesView::of(days, &times), words))
        }
        (ReportKind::Service, Question::Calls(asked)) => {
            let counted = count_service(app, tenant, asked, &progress).await?;
            Ok(of_service(&ServiceView::of(asked, &counted), words))
        }
        (ReportKind::Calls, Question::Calls(asked)) => {
            let counted = count_calls(app, tenant, asked, &progress).await?;
            Ok(of_calls(&CallCountsView::of(asked, &counted), asked, words))
        }
        (_, Question::Calls(asked)) => {
            let counted = count_calls(app, tenant, asked, &progress).await?;
            let groups = counted.names.ring_groups.clone();
            let name = |key: &str| groups.get(key).cloned().unwrap_or_else(|| key.to_owned());
            Ok(of_codes(&DispositionReportView::of(asked, &counted), &name, words))
        }
    }
}

fn column(name: &'static str, kind: Kind) -> Column {
    Column { name: Cow::Borrowed(name), kind, about: "" }
}

fn share(part: u64, of: u64) -> Option<f64> {
    // Counts are far below 2^53; a thousandth is exact enough.
    (of > 0).then(|| (part as f64 / of as f64 * 1_000.0).round() / 1_000.0)
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

fn decimal(share: Option<f64>) -> Cell {
    share.map_or(Cell::None, Cell::Decimal)
}

fn seconds(ms: Option<i64>) -> Cell {
    ms.map(|ms| ms / 1_000).into()
}

fn of_codes(report: &DispositionReportView, group: &dyn Fn(&str) -> String, words: Words) -> Content {
    let calls = words.of("Llamadas", "Calls");
    let talk = words.of("Segundos de conversación", "Seconds of talk");
    let by_day = report.days.iter().map(|day| vec![day.day.as_str().into(), day.total.into()]);
    let by_group = report.ring_groups.iter().map(|row| {
        let name = row.ring_group.as_deref().map_or_else(|| no_group(words), group);
        vec![name.into(), row.total.into(), seconds(Some(row.talk_ms))]
    });
    let by_agent = report.agents.iter().map(|row| {
        let name = row.agent_name.clone().or_else(|| row.agent.clone());
        vec![name.unwrap_or_else(|| nobody(words)).into(), row.total.into(), seconds(Some(row.talk_ms))]
    });
    let columns = |name: &'static str, others: &[&'static str]| {
        let others = others.iter().map(|name| column(name, Kind::Integer));
        [column(name, Kind::Text)].into_iter().chain(others).collect()
    };
    let days = columns(words.of("Día", "Day"), &[calls]);
    let groups = columns(words.of("Grupo", "Ring group"), &[calls, talk]);
    let agents = columns(words.of("Agente", "Agent"), &[calls, talk]);
    Content {
        sums: vec![(calls, report.total.to_string()), (talk, (report.talk_ms / 1_000).to_string())],
        tables: vec![
            by_code(report, words),
            table(words.of("Por día", "By day"), "days", days, by_day),
            table(words.of("Por grupo", "By ring group"), "ring-groups", groups, by_group),
            table(words.of("Por agente", "By agent"), "agents", agents, by_agent),
        ],
    }
}

fn by_code(report: &DispositionReportView, words: Words) -> MailTable {
    let count = |nth: usize| report.days.iter().map(|day| day.counts.get(nth).copied().unwrap_or(0)).sum();
    let sums = (0..report.columns.len()).map(count);
    let mut codes: Vec<(&ReportColumnView, u64)> = report.columns.iter().zip(sums).collect();
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let rows = codes.iter().map(|(code, count)| {
        vec![outcome(code, words).into(), (*count).into(), decimal(share(*count, report.total))]
    });
    let columns = vec![
        column(words.of("Código", "Code"), Kind::Text),
        column(words.of("Llamadas", "Calls"), Kind::Integer),
        column(words.of("Parte", "Share"), Kind::Decimal),
    ];
    table(words.of("Por código", "By code"), "codes", columns, rows)
}

fn table(
    title: &'static str,
    file: &'static str,
    columns: Vec<Column>,
    rows: impl Iterator<Item = Row>,
) -> MailTable {
    MailTable { title, file, columns, rows: rows.collect(), drawn: 1 }
}

fn outcome(column: &ReportColumnView, words: Words) -> String {
    match column {
        ReportColumnView::Code { label, .. } => words.label(label),
        ReportColumnView::NoCode => words.of("Registrada sin código", "Logged without a code").to_owned(),
        ReportColumnView::NotLogged => words.of("No registrada", "Not logged").to_owned(),
        ReportColumnView::Undispositioned => words.of("Sin código dado", "No code given").to_owned(),
        ReportColumnView::Open => words.of("Abierta", "Open").to_owned(),
        ReportColumnView::NoWrapup => words.of("Sin resumen", "No wrap-up").to_owned(),
    }
}

fn no_group(words: Words) -> String {
    words.of("Sin grupo", "No ring group").to_owned()
}

fn nobody(words: Words) -> String {
    words.of("Nadie", "Nobody").to_owned()
}

fn of_calls(report: &CallCountsView, asked: &Asked, words: Words) -> Content {
    let calls = words.of("Llamadas", "Calls");
    let (wait, talk) = (
        words.of("Espera media, segundos", "Mean wait, seconds"),
        words.of("Conversación media, segundos", "Mean talk, seconds"),
    );
    let columns = |name: &'static str| {
        vec![
            column(name, Kind::Text),
            column(calls, Kind::Integer),
            column(words.of("Perdidas", "Lost"), Kind::Integer),
            column(wait, Kind::Integer),
            column(talk, Kind::Integer),
        ]
    };
    let row = |name: String, calls: &CountsView| {
        let times = &calls.times;
        vec![
            name.into(),
            calls.total.into(),
            lost(calls).into(),
            seconds(times.wait.mean_ms),
            seconds(times.talk.mean_ms),
        ]
    };
    let (segment, file) = match asked.by {
        By::Agent => (words.of("Agente", "Agent"), "agents"),
        _ => (words.of("Grupo", "Ring group"), "ring-groups"),
    };
    let none = || if asked.by == By::Agent { nobody(words) } else { no_group(words) };
    let segments = report.segments.iter().map(|one| {
        let name = one.name.clone().or_else(|| one.key.clone());
        row(name.unwrap_or_else(none), &one.calls)
    });
    let periods = report.periods.iter().map(|one| {
        let hour = one.hour.map(|hour| format!(" {hour:02}:00")).unwrap_or_default();
        row(format!("{}{hour}", one.from), &one.calls)
    });
    Content {
        sums: vec![
            (calls, report.whole.total.to_string()),
            (words.of("Perdidas", "Lost"), lost(&report.whole).to_string()),
        ],
        tables: vec![
            table(segment, file, columns(segment), segments),
            table(
                words.of("Por período", "By period"),
                "periods",
                columns(words.of("Desde", "From")),
                periods,
            ),
        ],
    }
}

fn lost(calls: &CountsView) -> i64 {
    use domain::call::CallType::{Abandoned, Missed, ShortAbandoned};
    [Abandoned, Missed, ShortAbandoned].iter().filter_map(|kind| calls.kinds.get(kind)).sum()
}

fn of_service(report: &ServiceView, words: Words) -> Content {
    let level = words.of("Nivel de servicio", "Service level");
    let first = words.of("Resolución en la primera llamada", "First-call resolution");
    let columns = |name: &'static str| {
        vec![
            column(name, Kind::Text),
            column(words.of("Llamadas", "Calls"), Kind::Integer),
            column(words.of("A tiempo", "In time"), Kind::Integer),
            column(level, Kind::Decimal),
            column(words.of("Perdidas", "Lost"), Kind::Integer),
            column(words.of("Abandonos cortos", "Short abandons"), Kind::Integer),
            column(words.of("Volvieron a llamar", "Called again"), Kind::Integer),
            column(first, Kind::Decimal),
        ]
    };
    let row = |name: String, calls: &ServiceCountsView| {
        vec![
            name.into(),
            calls.offered.into(),
            calls.in_time.into(),
            decimal(share(calls.in_time, calls.offered)),
            calls.lost.into(),
            calls.short_abandoned.into(),
            calls.first_call.repeated.into(),
            decimal(resolved(calls)),
        ]
    };
    let groups = report.ring_groups.iter().map(|one| {
        let name = one.name.clone().or_else(|| one.key.clone());
        row(name.unwrap_or_else(|| no_group(words)), &one.calls)
    });
    let periods = report.periods.iter().map(|one| {
        let hour = one.hour.map(|hour| format!(" {hour:02}:00")).unwrap_or_default();
        row(format!("{}{hour}", one.from), &one.calls)
    });
    let mut tables = vec![
        table(
            words.of("Por grupo", "By ring group"),
            "ring-groups",
            columns(words.of("Grupo", "Ring group")),
            groups,
        ),
        table(words.of("Por período", "By period"), "periods", columns(words.of("Desde", "From")), periods),
    ];
    // The share is what is looked for.
    tables.iter_mut().for_each(|table| table.drawn = 3);
    let whole = &report.whole;
    let sums = vec![
        (words.of("Llamadas", "Calls"), whole.offered.to_string()),
        (level, percent(share(whole.in_time, whole.offered))),
        (first, percent(resolved(whole))),
    ];
    Content { sums, tables }
}

fn resolved(calls: &ServiceCountsView) -> Option<f64> {
    share(calls.first_call.settled, calls.first_call.settled + calls.first_call.repeated)
}

fn of_times(report: &AgentTimesView, words: Words) -> Content {
    let names = [
        words.of("Segundos en llamada", "Seconds on calls"),
        words.of("Segundos disponible", "Seconds available"),
        words.of("Segundos sonando", "Seconds ringing"),
        words.of("Segundos en trabajo posterior", "Seconds in After Call Work"),
        words.of("Segundos ausente", "Seconds away"),
    ];
    let first = column(words.of("Agente", "Agent"), Kind::Text);
    let columns = [first].into_iter().chain(names.map(|name| column(name, Kind::Integer))).collect();
    let rows = report.agents.iter().map(|agent| {
        let times =
            [agent.on_call_ms, agent.available_ms, agent.ringing_ms, agent.after_call_work_ms, agent.away_ms];
        let name = [Cell::from(agent.agent_name.as_str())];
        name.into_iter().chain(times.map(|ms| seconds(Some(ms)))).collect()
    });
    let tables = vec![table(words.of("Por agente", "By agent"), "agents", columns, rows)];
    Content { sums: vec![(words.of("Agentes", "Agents"), report.agents.len().to_string())], tables }
}
