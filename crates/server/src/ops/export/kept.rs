//! What people keep for looking at calls: views of the list, saved reports and the mails of these. Shared ones and those of
//! whoever reads: what somebody keeps for themselves is in nobody else's file, an admin's neither.

use super::{BETWEEN, Place, Users, user_names};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::crm::sharing::sees_everything;
use crate::table::Row;
use crate::view::{address_of, word};
use domain::id::UserId;
use domain::list_view::ListView;
use domain::report_mail::{MailState, ReaderState, ReportMail};
use domain::saved_report::{Every, SavedReport};
use store::MAX_PAGE;

pub(super) async fn views(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let users = user_names(app, tenant).await?;
    let sees_all = sees_everything(app, tenant, reader).await?;
    let page = app.store.all_views(tenant.id, reader, after, MAX_PAGE).await?;
    Ok((page.rows.iter().map(|one| view(one, &users, sees_all)).collect(), Place::next(page.next)))
}

/// What is asked for may name a record, also in words: told to whom nothing is hidden.
fn asked_for(asked: String, sees_all: bool) -> Option<String> {
    sees_all.then_some(asked)
}

fn view(view: &ListView, users: &Users, sees_all: bool) -> Row {
    let columns: Vec<String> = view.columns.iter().map(word).collect();
    vec![
        view.id.0.to_string().into(),
        view.name.as_str().into(),
        view.owner.0.to_string().into(),
        users.get(&view.owner).cloned().into(),
        view.shared.into(),
        asked_for(address_of(&view.filters), sees_all).into(),
        columns.join(BETWEEN).into(),
        view.version.into(),
    ]
}

pub(super) async fn saved_reports(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let users = user_names(app, tenant).await?;
    let sees_all = sees_everything(app, tenant, reader).await?;
    let page = app.store.all_saved_reports(tenant.id, reader, after, MAX_PAGE).await?;
    let rows = page.rows.iter().map(|one| saved_report(one, &users, sees_all));
    Ok((rows.collect(), Place::next(page.next)))
}

fn saved_report(report: &SavedReport, users: &Users, sees_all: bool) -> Row {
    let schedule = report.schedule.as_ref();
    let every = schedule.map(|schedule| match schedule.every {
        Every::Day => ("day", None),
        Every::Week { weekday } => ("week", Some(i64::from(weekday))),
        Every::Month { day } => ("month", Some(i64::from(day))),
    });
    let recipients = schedule.map(|schedule| {
        let ids: Vec<String> = schedule.recipients.iter().map(|user| user.0.to_string()).collect();
        ids.join(BETWEEN)
    });
    vec![
        report.id.0.to_string().into(),
        report.name.as_str().into(),
        report.owner.0.to_string().into(),
        users.get(&report.owner).cloned().into(),
        report.shared.into(),
        word(&report.report).into(),
        asked_for(address_of(&report.query), sees_all).into(),
        every.map(|(every, _)| every).into(),
        every.and_then(|(_, day)| day).into(),
        schedule.map(|schedule| i64::from(schedule.hour)).into(),
        recipients.into(),
        schedule.map(|schedule| word(&schedule.language)).into(),
        schedule.map(|schedule| word(&schedule.form)).into(),
        report.version.into(),
    ]
}

pub(super) async fn report_mails(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let page = app.store.all_report_mails(tenant.id, reader, after, MAX_PAGE).await?;
    Ok((page.rows.iter().map(report_mail).collect(), Place::next(page.next)))
}

fn report_mail(mail: &ReportMail) -> Row {
    let ids = |users: &mut dyn Iterator<Item = UserId>| {
        let ids: Vec<String> = users.map(|user| user.0.to_string()).collect();
        ids.join(BETWEEN)
    };
    let those = |sent: bool| {
        let fates = mail.readers.iter().filter(move |fate| (fate.state == ReaderState::Sent) == sent);
        fates.map(|fate| fate.user)
    };
    vec![
        mail.report.0.to_string().into(),
        mail.due.into(),
        ids(&mut mail.to.iter().copied()).into(),
        word(&mail.state).into(),
        i64::from(mail.tries).into(),
        (mail.state == MailState::Waiting).then_some(mail.next_at).into(),
        mail.fault.map(|fault| word(&fault)).into(),
        mail.code.map(i64::from).into(),
        mail.doubtful.into(),
        mail.ended_at.into(),
        i64::from(mail.sent_to).into(),
        ids(&mut those(true)).into(),
        ids(&mut those(false)).into(),
    ]
}
