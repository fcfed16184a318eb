//! What the change log says of views and saved reports: what of them is shared, from when on and until when. What somebody keeps
//! for themselves is nobody else's business, and stands in it neither before it was shared nor afterwards.

use super::dispositions::audited;
use crate::app::App;
use crate::view::{address_of, word};
use domain::audit::{AuditEntry, AuditSubject};
use domain::commit::Change;
use domain::id::UserId;
use domain::list_view::ListView;
use domain::saved_report::{Every, MailSchedule, SavedReport};

/// What is shown between several values of a field.
const BETWEEN: &str = ", ";

type Facts<const N: usize> = [(&'static str, Option<String>); N];

/// The entry of a view that somebody keeps, changes or removes; `None` where nobody else ever saw it.
pub(super) fn of_view(
    app: &App,
    by: UserId,
    before: Option<&ListView>,
    after: Option<&ListView>,
) -> Option<Change> {
    let id = before.or(after)?.id;
    let (was, is) = (before.filter(|view| view.shared), after.filter(|view| view.shared));
    let action = action(was.is_some(), is.is_some(), after.is_some())?;
    let fields = AuditEntry::differences(&view_facts(was), &view_facts(is));
    (!fields.is_empty()).then(|| audited(app, by, AuditSubject::View(id), action, fields))
}

/// The same of a saved report.
pub(super) fn of_report(
    app: &App,
    by: UserId,
    before: Option<&SavedReport>,
    after: Option<&SavedReport>,
) -> Option<Change> {
    let id = before.or(after)?.id;
    let (was, is) = (before.filter(|report| report.shared), after.filter(|report| report.shared));
    let action = action(was.is_some(), is.is_some(), after.is_some())?;
    let fields = AuditEntry::differences(&report_facts(was), &report_facts(is));
    (!fields.is_empty()).then(|| audited(app, by, AuditSubject::Report(id), action, fields))
}

fn action(was_shared: bool, is_shared: bool, is_there: bool) -> Option<&'static str> {
    match (was_shared, is_shared, is_there) {
        (false, true, _) => Some("shared"),
        (true, true, _) => Some("changed"),
        (true, false, true) => Some("unshared"),
        (true, false, false) => Some("removed"),
        (false, false, _) => None,
    }
}

fn view_facts(view: Option<&ListView>) -> Facts<3> {
    let columns = |view: &ListView| view.columns.iter().map(word).collect::<Vec<_>>().join(BETWEEN);
    [
        ("name", view.map(|view| view.name.clone())),
        ("filters", view.map(|view| address_of(&view.filters)).filter(|filters| !filters.is_empty())),
        ("columns", view.map(columns)),
    ]
}

fn report_facts(report: Option<&SavedReport>) -> Facts<7> {
    let schedule = report.and_then(|report| report.schedule.as_ref());
    let recipients = |schedule: &MailSchedule| {
        let ids: Vec<String> = schedule.recipients.iter().map(|user| user.0.to_string()).collect();
        ids.join(BETWEEN)
    };
    [
        ("name", report.map(|report| report.name.clone())),
        ("report", report.map(|report| word(&report.report))),
        ("query", report.map(|report| address_of(&report.query)).filter(|query| !query.is_empty())),
        ("mailed", schedule.map(mailed)),
        ("recipients", schedule.map(recipients)),
        ("language", schedule.map(|schedule| word(&schedule.language))),
        ("form", schedule.map(|schedule| word(&schedule.form))),
    ]
}

/// `day 8`, `week 0 8`, `month 31 8`: how often, on which day, at which hour.
fn mailed(schedule: &MailSchedule) -> String {
    let hour = schedule.hour;
    match schedule.every {
        Every::Day => format!("day {hour}"),
        Every::Week { weekday } => format!("week {weekday} {hour}"),
        Every::Month { day } => format!("month {day} {hour}"),
    }
}
