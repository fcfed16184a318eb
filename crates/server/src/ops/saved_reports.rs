//! Saved reports: kept by those who see reports, shared by any of them, changed by whose they are. When one is mailed is
//! part of it; what becomes of its mails is [`super::report_mail`]'s.

use super::report_mail;
use super::shared_log::of_report;
use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::SavedReportView;
use domain::account::{Role, User};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{ReportId, UserId};
use domain::report_mail::ReportMail;
use domain::saved_report::{
    Every, MAX_REPORTS_PER_USER, MailForm, MailLanguage, MailSchedule, ReportFault, ReportKind, SavedReport,
};
use store::CommitError;

/// How many mails of a report are shown.
const MAILS_SHOWN: usize = 20;

/// Who looks at reports.
#[derive(Clone, Copy, Debug)]
pub struct ReportReader {
    /// The user.
    pub user: UserId,
    /// What they may.
    pub role: Role,
}

impl ReportReader {
    fn is_admin(self) -> bool {
        self.role >= Role::Admin
    }
}

/// When a report is to be mailed.
#[derive(Clone, Debug)]
pub struct ScheduleEntry {
    /// On which days.
    pub every: Every,
    /// At which hour.
    pub hour: u8,
    /// To whom.
    pub recipients: Vec<UserId>,
    /// In which language.
    pub language: MailLanguage,
    /// With tables in which form.
    pub form: MailForm,
}

/// What a saved report is to be.
#[derive(Clone, Debug)]
pub struct ReportEntry {
    /// Its name.
    pub name: String,
    /// Whether all who see reports see it.
    pub shared: bool,
    /// Which report.
    pub report: ReportKind,
    /// What it is asked.
    pub query: Vec<(String, String)>,
    /// When it is mailed.
    pub schedule: Option<ScheduleEntry>,
}

/// Those that somebody sees.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant, reader: ReportReader) -> Result<Vec<SavedReport>, OpError> {
    Ok(app.store.saved_reports(tenant.id, reader.user).await?)
}

/// The users whom reports can be mailed to, by name; one without an address gets none until an admin gives them one.
///
/// # Errors
/// The store cannot read.
pub async fn readers(app: &App, tenant: &Tenant) -> Result<Vec<User>, OpError> {
    let users = app.store.users(tenant.id).await?.into_iter();
    let mut readers: Vec<User> = users.filter(may_read).collect();
    readers.sort_by_cached_key(|user| (user.name.to_lowercase(), user.id));
    Ok(readers)
}

fn may_read(user: &User) -> bool {
    user.active && user.role >= Role::Supervisor
}

/// Keeps a report.
///
/// # Errors
/// It cannot be kept so, whoever keeps it has as many as they may, or the store cannot write.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    reader: ReportReader,
    entry: ReportEntry,
) -> Result<SavedReport, OpError> {
    let id = ReportId(app.around.new_id());
    let report = checked(app, tenant, (id, reader.user, 1), entry, None).await?;
    loop {
        let seen = app.store.saved_reports(tenant.id, reader.user).await?;
        let kept = seen.iter().filter(|report| report.owner == reader.user).count();
        if kept >= MAX_REPORTS_PER_USER {
            return Err(OpError::invalid("reports", FieldFault::TooLong));
        }
        let preconditions = vec![Precondition::ReportsKept { owner: reader.user, count: kept as u64 }];
        let mut changes = vec![Change::Report(Box::new(report.clone()))];
        changes.extend(of_report(app, reader.user, None, Some(&report)));
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(_) => return Ok(report),
            // Another tab of theirs kept one meanwhile: they have one more now.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Changes a report.
///
/// # Errors
/// There is none that they see, it is not theirs to change, it changed meanwhile, it cannot be kept so, or the store
/// cannot write.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    reader: ReportReader,
    (id, version): (ReportId, u64),
    entry: ReportEntry,
) -> Result<SavedReport, OpError> {
    let before = to_change(app, tenant, reader, id).await?;
    if before.version != version {
        return Err(stale(&before, reader));
    }
    let kept = (id, before.owner, version + 1);
    let report = checked(app, tenant, kept, entry, before.schedule.as_ref()).await?;
    let preconditions = vec![Precondition::ReportVersion { id, version }];
    let mut changes = vec![Change::Report(Box::new(report.clone()))];
    changes.extend(of_report(app, reader.user, Some(&before), Some(&report)));
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(_) => Ok(report),
        Err(CommitError::Refused { .. }) => Err(stale(&to_change(app, tenant, reader, id).await?, reader)),
        Err(error) => Err(error.into()),
    }
}

/// Removes a report, and what is left to be mailed of it.
///
/// # Errors
/// There is none that they see, it is not theirs to remove, or the store cannot write.
pub async fn remove(app: &App, tenant: &Tenant, reader: ReportReader, id: ReportId) -> Result<(), OpError> {
    loop {
        let before = to_change(app, tenant, reader, id).await?;
        let preconditions = vec![Precondition::ReportVersion { id, version: before.version }];
        let mut changes = vec![Change::ReportRemoved(id)];
        changes.extend(of_report(app, reader.user, Some(&before), None));
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(_) => return Ok(()),
            // Somebody changed it meanwhile: whether it may be removed, and what went, is asked of what is there now.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Its mails, the newest first.
///
/// # Errors
/// There is none that they see, or the store cannot read.
pub async fn mails(
    app: &App,
    tenant: &Tenant,
    reader: ReportReader,
    id: ReportId,
) -> Result<Vec<ReportMail>, OpError> {
    seen(app, tenant, reader, id).await?;
    Ok(app.store.report_mails(tenant.id, id, MAILS_SHOWN).await?)
}

/// Mails it to whoever asks.
///
/// # Errors
/// There is none that they see, or the store cannot write.
pub async fn mail_now(
    app: &App,
    tenant: &Tenant,
    reader: ReportReader,
    (id, language): (ReportId, MailLanguage),
) -> Result<ReportMail, OpError> {
    let report = seen(app, tenant, reader, id).await?;
    report_mail::note_now(app, tenant, &report, reader.user, language).await
}

async fn seen(
    app: &App,
    tenant: &Tenant,
    reader: ReportReader,
    id: ReportId,
) -> Result<SavedReport, OpError> {
    let report = app.store.saved_report(tenant.id, id).await?;
    report.filter(|report| report.is_seen_by(reader.user)).ok_or(OpError::NotFound)
}

async fn to_change(
    app: &App,
    tenant: &Tenant,
    reader: ReportReader,
    id: ReportId,
) -> Result<SavedReport, OpError> {
    let report = seen(app, tenant, reader, id).await?;
    if report.may_change(reader.user, reader.is_admin()) { Ok(report) } else { Err(OpError::Forbidden) }
}

async fn checked(
    app: &App,
    tenant: &Tenant,
    (id, owner, version): (ReportId, UserId, u64),
    entry: ReportEntry,
    before: Option<&MailSchedule>,
) -> Result<SavedReport, OpError> {
    let ReportEntry { name, shared, report, query, schedule } = entry;
    let schedule = schedule.map(|entry| scheduled(app, entry, before));
    if let Some(schedule) = &schedule {
        let readers = readers(app, tenant).await?;
        let stranger = |to: &UserId| !readers.iter().any(|user| user.id == *to);
        if let Some(nth) = schedule.recipients.iter().position(stranger) {
            return Err(OpError::invalid(format!("schedule.recipients.{nth}"), FieldFault::Unknown));
        }
    }
    let report = SavedReport { id, owner, name, shared, report, query, schedule, version };
    report_mail::check(app, tenant, &report)?;
    report.checked().map_err(|fault| match fault {
        ReportFault::NameEmpty => OpError::invalid("name", FieldFault::Empty),
        ReportFault::NameTooLong => OpError::invalid("name", FieldFault::TooLong),
        ReportFault::QueryTooLong => OpError::invalid("query", FieldFault::TooLong),
        ReportFault::QueryTwice => OpError::invalid("query", FieldFault::Taken),
        ReportFault::NoSuchTime => OpError::invalid("schedule.every", FieldFault::Unknown),
        ReportFault::RecipientsEmpty => OpError::invalid("schedule.recipients", FieldFault::Empty),
        ReportFault::RecipientsTooLong => OpError::invalid("schedule.recipients", FieldFault::TooLong),
        ReportFault::RecipientTwice => OpError::invalid("schedule.recipients", FieldFault::Taken),
    })
}

/// What was due by the same times before is due still; a time that is new begins now.
fn scheduled(app: &App, entry: ScheduleEntry, before: Option<&MailSchedule>) -> MailSchedule {
    let ScheduleEntry { every, hour, recipients, language, form } = entry;
    let same = before.filter(|before| (before.every, before.hour) == (every, hour));
    let since = same.map_or_else(|| app.around.now(), |before| before.since);
    MailSchedule { every, hour, recipients, language, form, since }
}

fn stale(report: &SavedReport, reader: ReportReader) -> OpError {
    OpError::Stale { current: json(&SavedReportView::of(report, reader.user, reader.is_admin())) }
}
