//! `report_mail`: reports that are due are noted, made and mailed. Each time has one mail, and each try of it is noted
//! before anything is sent: a server that is ended in between goes on with it and says that it may have been sent. Of times
//! that were missed only the last one is made good. Whoever may not see reports any more gets none, and one whom the mail server does
//! not take keeps it from nobody else.

mod asked;
mod content;
mod due;
mod written;

use self::asked::question;
use self::content::{Words, content};
use self::due::last_due;
use self::written::{Frame, written};
use super::OpError;
use crate::app::{App, Tenant};
use crate::mail::{Answer, Handed, Letter, Mailer};
use domain::account::{Role, User};
use domain::commit::{Change, Commit, Precondition};
use domain::id::UserId;
use domain::report_mail::{Failed, MailFault, MailState, ReaderFate, ReaderState, ReportMail};
use domain::saved_report::{MailForm, MailLanguage, ReportKind, SavedReport};
use std::collections::BTreeSet;
use store::{CommitError, MAX_PAGE};

/// How many mails are sent before it is looked again for what is due.
const MAILS_AT_A_TIME: usize = 20;

/// That a report asks what can be asked.
///
/// # Errors
/// What of it means nothing.
pub fn check(app: &App, tenant: &Tenant, report: &SavedReport) -> Result<(), OpError> {
    question(tenant, report.report, &report.query, app.around.now()).map(|_| ())
}

/// Notes a mail for each report that is due and has none for that time yet.
///
/// # Errors
/// The store cannot read or write.
pub async fn note_due(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    let (zone, now) = (tenant.settings.zone(), app.around.now());
    let readers: BTreeSet<UserId> = readers(app, tenant).await?.into_iter().map(|user| user.id).collect();
    let mut after = None;
    loop {
        let page = app.store.scheduled_reports(tenant.id, after, MAX_PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for report in &page {
            let Some(schedule) = &report.schedule else { continue };
            // Nobody could stop what belongs to one who left and is shared with nobody.
            if !report.shared && !readers.contains(&report.owner) {
                continue;
            }
            let due =
                last_due(schedule.every, schedule.hour, &zone, now).filter(|due| *due >= schedule.since);
            let Some(due) = due else { continue };
            if app.store.report_mail(tenant.id, report.id, due).await?.is_some() {
                continue;
            }
            let form = (schedule.language, schedule.form);
            let mail = ReportMail::new(report.id, due, schedule.recipients.clone(), form);
            note(app, tenant, report, mail).await?;
        }
    }
}

/// Notes the mail of a report to whoever asks for it now.
///
/// # Errors
/// The store cannot write.
pub async fn note_now(
    app: &App,
    tenant: &Tenant,
    report: &SavedReport,
    to: UserId,
    language: MailLanguage,
) -> Result<ReportMail, OpError> {
    let form = report.schedule.as_ref().map_or(MailForm::Csv, |schedule| schedule.form);
    let mail = ReportMail::new(report.id, app.around.now(), vec![to], (language, form));
    note(app, tenant, report, mail.clone()).await?;
    app.report_mails.notify_waiters();
    Ok(mail)
}

async fn note(app: &App, tenant: &Tenant, report: &SavedReport, mail: ReportMail) -> Result<(), OpError> {
    let preconditions = vec![
        Precondition::ReportVersion { id: report.id, version: report.version },
        Precondition::ReportMailVersion { report: report.id, due: mail.due, version: 0 },
    ];
    let changes = vec![Change::ReportMail(Box::new(mail))];
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        // Somebody changed the report meanwhile, or noted the same: it is looked for again.
        Ok(_) | Err(CommitError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Sends the mails that are to be tried by now.
///
/// # Errors
/// The store cannot read or write.
pub async fn send_due(app: &App, tenant: &Tenant, mailer: Option<&Mailer>) -> Result<(), OpError> {
    let waiting = app.store.report_mails_to_send(tenant.id, app.around.now(), MAILS_AT_A_TIME).await?;
    for mail in waiting {
        let begun = mail.begin(app.around.now());
        if !put(app, tenant, &mail, &begun).await? || begun.state != MailState::Waiting {
            continue;
        }
        let tried = match mailer {
            Some(mailer) => handed(app, tenant, mailer, &begun).await,
            None => Err(Failed::of(MailFault::NoMail)),
        };
        let now = app.around.now();
        let over = match tried {
            Ok((fates, failed)) => begun.handed(now, fates, failed),
            Err(failed) => begun.failed(now, failed),
        };
        if let Some(fault) = over.fault {
            tracing::warn!(report = %over.report, ?fault, code = over.code, "a report could not be mailed to all");
        }
        put(app, tenant, &begun, &over).await?;
    }
    Ok(())
}

/// Whether the mail was as it was before, and is now as it is after.
async fn put(app: &App, tenant: &Tenant, before: &ReportMail, after: &ReportMail) -> Result<bool, OpError> {
    let (report, due, version) = (before.report, before.due, before.version);
    let commit = Commit {
        tenant: tenant.id,
        preconditions: vec![Precondition::ReportMailVersion { report, due, version }],
        changes: vec![Change::ReportMail(Box::new(after.clone()))],
    };
    match app.store.commit(commit).await {
        Ok(_) => Ok(true),
        // Its report was removed.
        Err(CommitError::Refused { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What became of a try: for each reader of whom that is known, and why not for the others.
type Tried = (Vec<ReaderFate>, Option<Failed>);

async fn handed(app: &App, tenant: &Tenant, mailer: &Mailer, mail: &ReportMail) -> Result<Tried, Failed> {
    let failed = |fault| {
        move |error: OpError| {
            tracing::warn!(%error, "the mail of a report could not be made");
            Failed::of(fault)
        }
    };
    let report = app.store.saved_report(tenant.id, mail.report).await.map_err(OpError::from);
    let report = report.map_err(failed(MailFault::NoReport))?;
    let report = report.ok_or(Failed::of(MailFault::NotAsked))?;
    let mut to = recipients(app, tenant, &mail.to).await.map_err(failed(MailFault::NoReport))?;
    to.retain(|one| !mail.is_settled_for(one.user));
    if to.is_empty() {
        return Err(Failed::of(MailFault::NoRecipients));
    }
    let (users, to): (Vec<UserId>, _) = to.into_iter().map(|one| (one.user, (one.name, one.email))).unzip();
    let letter = letter(app, tenant, (&report, mail), (mailer, to)).await?;
    let Handed { answers, failed } = mailer.send(&letter).await;
    let answers = users.into_iter().zip(answers);
    let fates: Vec<ReaderFate> =
        answers.filter_map(|(user, answer)| answer.map(|answer| fate(user, answer))).collect();
    for fate in fates.iter().filter(|fate| fate.state != ReaderState::Sent) {
        // What a mail server says may name its users: that is on the page, and not in the log.
        tracing::warn!(report = %mail.report, reader = %fate.user, state = ?fate.state, code = fate.code,
            "a reader of a report is not mailed");
    }
    Ok((fates, failed))
}

fn fate(user: UserId, Answer { state, code, text }: Answer) -> ReaderFate {
    ReaderFate { user, state, code, answer: text }
}

/// Who may see reports today.
async fn readers(app: &App, tenant: &Tenant) -> Result<Vec<User>, OpError> {
    let users = app.store.users(tenant.id).await?.into_iter();
    Ok(users.filter(|user| user.active && user.role >= Role::Supervisor).collect())
}

/// A reader of a report, and where their mail goes.
struct Recipient {
    user: UserId,
    name: String,
    email: String,
}

/// Those of these who may see reports today and have an address.
async fn recipients(app: &App, tenant: &Tenant, to: &[UserId]) -> Result<Vec<Recipient>, OpError> {
    let meant = readers(app, tenant).await?.into_iter().filter(|user| to.contains(&user.id));
    let found =
        meant.filter_map(|user| Some(Recipient { user: user.id, name: user.name, email: user.email? }));
    Ok(found.collect())
}

async fn letter(
    app: &App,
    tenant: &Tenant,
    (report, mail): (&SavedReport, &ReportMail),
    (mailer, to): (&Mailer, Vec<(String, String)>),
) -> Result<Letter, Failed> {
    let failed = |fault, error: &dyn std::fmt::Display| {
        tracing::warn!(%error, "the mail of a report could not be made");
        Failed::of(fault)
    };
    // What is asked is as of when it was due, however late it is sent.
    let question = question(tenant, report.report, &report.query, mail.due)
        .map_err(|error| failed(MailFault::NotAsked, &error))?;
    let words = Words(mail.language);
    let content = content(app, tenant, (report.report, &question), words)
        .await
        .map_err(|error| failed(MailFault::NoReport, &error))?;
    let days = question.days();
    let (from, until) = (days.from.to_string(), days.until.to_string());
    let period = format!("{from} – {until} ({})", days.zone_name());
    let link = link(app, report, (&from, &until));
    // A name is whatever somebody typed.
    let name: String = report.name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let frame = Frame { name: &name, period: &period, link: &link };
    let written = written(&frame, &content, (mail.language, mail.form))
        .map_err(|error| failed(MailFault::NoReport, &error))?;
    Ok(Letter {
        id: format!("<{}.{}.{}@{}>", report.id, mail.due.0, tenant.settings.slug, mailer.domain()),
        at: app.around.now(),
        to,
        subject: format!("{name}: {from} – {until}"),
        text: written.text,
        html: written.html,
        attached: written.files,
    })
}

/// Where the same is seen again, with the days in place of a span that moves on.
fn link(app: &App, report: &SavedReport, (from, until): (&str, &str)) -> String {
    let path = match report.report {
        ReportKind::Codes => "/reports",
        ReportKind::Calls => "/reports/calls",
        ReportKind::Service => "/reports/service",
        ReportKind::Agents => "/reports/agents",
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    let span = |name: &str| ["when", "from", "until"].contains(&name);
    for (name, value) in report.query.iter().filter(|(name, _)| !span(name)) {
        query.append_pair(name, value);
    }
    let query = query.append_pair("from", from).append_pair("until", until).finish();
    format!("{}/#{path}?{query}", app.public_url())
}

/// A letter that says that mail can be sent, to this address.
///
/// # Errors
/// No mail server is set up, or it did not take the letter.
pub async fn send_test(app: &App, mailer: Option<&Mailer>, to: (String, String)) -> Result<(), Failed> {
    let mailer = mailer.ok_or(Failed::of(MailFault::NoMail))?;
    let (es, en) = (
        "Este mensaje de prueba lo ha enviado Bitácora: el correo está bien configurado.",
        "Bitácora has sent this test message: mail is set up well.",
    );
    let letter = Letter {
        id: format!("<test.{}@{}>", app.around.new_id(), mailer.domain()),
        at: app.around.now(),
        to: vec![to],
        subject: "Bitácora: prueba · test".to_owned(),
        text: format!("{es}\n\n{en}\n"),
        html: format!("<!doctype html><html><body><p>{es}</p><p>{en}</p></body></html>"),
        attached: Vec::new(),
    };
    let Handed { answers, failed } = mailer.send(&letter).await;
    if let Some(failed) = failed {
        return Err(failed);
    }
    match answers.into_iter().next().flatten() {
        Some(Answer { state: ReaderState::Sent, .. }) => Ok(()),
        Some(Answer { state: ReaderState::Waiting | ReaderState::GivenUp, code, .. }) => {
            Err(Failed { code, ..Failed::of(MailFault::RefusedForNow) })
        }
        Some(Answer { state: ReaderState::LetterRefused, code, .. }) => {
            Err(Failed { code, ..Failed::of(MailFault::LetterRefused) })
        }
        Some(Answer { state: ReaderState::Refused, code, .. }) => {
            Err(Failed { code, ..Failed::of(MailFault::Refused) })
        }
        Some(Answer { state: ReaderState::BadAddress, .. }) | None => {
            Err(Failed::of(MailFault::NoRecipients))
        }
    }
}
