//! Saved reports and their mails. Supervisors; that mail can be sent is tried by admins.

use super::ApiError;
use super::answer::{Body, Path};
use super::caller::{Admin, Supervisor};
use crate::app::{App, Tenant};
use crate::mail::Mailer;
use crate::ops::report_mail::send_test;
use crate::ops::saved_reports::{self as op, ReportEntry, ReportReader, ScheduleEntry};
use crate::ops::{FieldFault, OpError};
use crate::view::{ReportMailView, SavedReportView, word};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::account::Role;
use domain::id::{ReportId, UserId};
use domain::report_mail::{Failed, MailFault};
use domain::saved_report::{Every, MailForm, MailLanguage, ReportKind, SavedReport};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody whom reports can be mailed to.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportReaderView {
    id: Uuid,
    name: String,
    /// Whether an admin gave them an address.
    has_address: bool,
}

/// The saved reports that somebody sees.
#[derive(Serialize, ToSchema)]
pub(super) struct SavedReportsAnswer {
    reports: Vec<SavedReportView>,
    /// Whom they can be mailed to.
    readers: Vec<ReportReaderView>,
    /// Whether a mail server is set up.
    mail_set_up: bool,
    /// By whose clocks hours are meant.
    zone: String,
}

/// One saved report.
#[derive(Serialize, ToSchema)]
pub(super) struct SavedReportAnswer {
    report: SavedReportView,
}

/// Mails of a saved report.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportMailsAnswer {
    /// The newest first.
    mails: Vec<ReportMailView>,
}

/// One mail of a saved report.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportMailAnswer {
    mail: ReportMailView,
}

/// What became of a test.
#[derive(Serialize, ToSchema)]
pub(super) struct TestMailAnswer {
    sent: bool,
    /// Why not, as of a mail.
    fault: Option<String>,
    /// What the mail server answered, as a code.
    code: Option<u16>,
}

/// When a report is to be mailed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleBody {
    /// `day`, `week` or `month`.
    every: String,
    /// Of `week`: 0, which is Monday, to 6.
    weekday: Option<u8>,
    /// Of `month`: 1 to 31.
    day: Option<u8>,
    /// 0 to 23.
    hour: u8,
    /// Users who may see reports.
    recipients: Vec<Uuid>,
    /// `es` or `en`.
    #[schema(value_type = String)]
    language: MailLanguage,
    /// `csv` or `parquet`.
    #[schema(value_type = String)]
    form: MailForm,
}

/// What a saved report is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedReportBody {
    name: String,
    shared: bool,
    /// `codes`, `calls`, `service` or `agents`.
    #[schema(value_type = String)]
    report: ReportKind,
    /// What it is asked, as the address of its page says it.
    query: BTreeMap<String, String>,
    /// Null: it is not mailed by itself.
    schedule: Option<ScheduleBody>,
}

/// The same of one that is there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedReportChangeBody {
    version: u64,
    name: String,
    shared: bool,
    /// `codes`, `calls`, `service` or `agents`.
    #[schema(value_type = String)]
    report: ReportKind,
    /// What it is asked, as the address of its page says it.
    query: BTreeMap<String, String>,
    /// Null: it is not mailed by itself.
    schedule: Option<ScheduleBody>,
}

/// In which language a report is mailed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MailNowBody {
    /// `es` or `en`.
    #[schema(value_type = String)]
    language: MailLanguage,
}

impl ScheduleBody {
    fn entry(self) -> Result<ScheduleEntry, OpError> {
        let every = match (self.every.as_str(), self.weekday, self.day) {
            ("day", None, None) => Every::Day,
            ("week", Some(weekday), None) => Every::Week { weekday },
            ("month", None, Some(day)) => Every::Month { day },
            _ => return Err(OpError::invalid("schedule.every", FieldFault::Unknown)),
        };
        let recipients = self.recipients.into_iter().map(UserId).collect();
        Ok(ScheduleEntry { every, hour: self.hour, recipients, language: self.language, form: self.form })
    }
}

/// The saved reports of whoever asks, and those that are shared. Supervisors.
#[utoipa::path(get, path = "/reports/saved", operation_id = "list_saved_reports", tag = "reports",
    security(("access_token" = [])), responses((status = 200, body = SavedReportsAnswer), (status = 403)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
) -> Result<Json<SavedReportsAnswer>, ApiError> {
    let (tenant, reader) = (&supervisor.tenant, reader(&supervisor));
    let reports = op::list(&app, tenant, reader).await?;
    let readers = op::readers(&app, tenant).await?.into_iter().map(|user| ReportReaderView {
        id: user.id.0,
        name: user.name,
        has_address: user.email.is_some(),
    });
    Ok(Json(SavedReportsAnswer {
        reports: reports.iter().map(|report| shown(report, reader)).collect(),
        readers: readers.collect(),
        mail_set_up: app.settings.mail.host.is_some(),
        zone: tenant.settings.zone().iana_name().unwrap_or("UTC").to_owned(),
    }))
}

/// Keeps a report. Supervisors.
#[utoipa::path(post, path = "/reports/saved", operation_id = "create_saved_report", tag = "reports",
    security(("access_token" = [])), request_body = SavedReportBody,
    responses((status = 201, body = SavedReportAnswer), (status = 403), (status = 422)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Body(body): Body<SavedReportBody>,
) -> Result<(StatusCode, Json<SavedReportAnswer>), ApiError> {
    let SavedReportBody { name, shared, report, query, schedule } = body;
    let entry = entry((name, shared), (report, query), schedule)?;
    let reader = reader(&supervisor);
    let report = op::create(&app, &supervisor.tenant, reader, entry).await?;
    Ok((StatusCode::CREATED, Json(SavedReportAnswer { report: shown(&report, reader) })))
}

/// Changes a saved report. Whose it is; one that is shared admins too.
#[utoipa::path(put, path = "/reports/saved/{id}", operation_id = "change_saved_report", tag = "reports",
    security(("access_token" = [])), request_body = SavedReportChangeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = SavedReportAnswer), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Path(id): Path<Uuid>,
    Body(body): Body<SavedReportChangeBody>,
) -> Result<Json<SavedReportAnswer>, ApiError> {
    let SavedReportChangeBody { version, name, shared, report, query, schedule } = body;
    let entry = entry((name, shared), (report, query), schedule)?;
    let reader = reader(&supervisor);
    let report = op::change(&app, &supervisor.tenant, reader, (ReportId(id), version), entry).await?;
    Ok(Json(SavedReportAnswer { report: shown(&report, reader) }))
}

/// Removes a saved report. Whose it is; one that is shared admins too.
#[utoipa::path(delete, path = "/reports/saved/{id}", operation_id = "remove_saved_report", tag = "reports",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    op::remove(&app, &supervisor.tenant, reader(&supervisor), ReportId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The last mails of a saved report. Who sees it.
#[utoipa::path(get, path = "/reports/saved/{id}/mails", operation_id = "list_report_mails", tag = "reports",
    security(("access_token" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = ReportMailsAnswer), (status = 403), (status = 404)))]
pub(super) async fn mails(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Path(id): Path<Uuid>,
) -> Result<Json<ReportMailsAnswer>, ApiError> {
    let mails = op::mails(&app, &supervisor.tenant, reader(&supervisor), ReportId(id)).await?;
    Ok(Json(ReportMailsAnswer { mails: mails.iter().map(ReportMailView::from).collect() }))
}

/// Mails a saved report to whoever asks, as soon as may be. Who sees it.
#[utoipa::path(post, path = "/reports/saved/{id}/mails", operation_id = "mail_report_now", tag = "reports",
    security(("access_token" = [])), request_body = MailNowBody, params(("id" = Uuid, Path)),
    responses((status = 202, body = ReportMailAnswer), (status = 403), (status = 404)))]
pub(super) async fn mail_now(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Path(id): Path<Uuid>,
    Body(body): Body<MailNowBody>,
) -> Result<(StatusCode, Json<ReportMailAnswer>), ApiError> {
    let of = (ReportId(id), body.language);
    let mail = op::mail_now(&app, &supervisor.tenant, reader(&supervisor), of).await?;
    Ok((StatusCode::ACCEPTED, Json(ReportMailAnswer { mail: ReportMailView::from(&mail) })))
}

/// Mails whoever asks a test, and says what became of it. Admins.
#[utoipa::path(post, path = "/mail/test", operation_id = "test_mail", tag = "reports",
    security(("access_token" = [])), responses((status = 200, body = TestMailAnswer), (status = 403)))]
pub(super) async fn test(
    State(app): State<Arc<App>>,
    admin: Admin,
) -> Result<Json<TestMailAnswer>, ApiError> {
    let tried = tried(&app, &admin.tenant, admin.user).await?;
    let failed = tried.err();
    Ok(Json(TestMailAnswer {
        sent: failed.is_none(),
        fault: failed.map(|failed| word(&failed.fault)),
        code: failed.and_then(|failed| failed.code),
    }))
}

async fn tried(app: &App, tenant: &Tenant, user: UserId) -> Result<Result<(), Failed>, OpError> {
    let user = app.store.user(tenant.id, user).await?.ok_or(OpError::NotFound)?;
    let Some(address) = user.email else {
        return Ok(Err(Failed::of(MailFault::NoRecipients)));
    };
    let mailer = Mailer::of(&app.settings.mail).map_err(OpError::Internal)?;
    Ok(send_test(app, mailer.as_ref(), (user.name, address)).await)
}

fn entry(
    (name, shared): (String, bool),
    (report, query): (ReportKind, BTreeMap<String, String>),
    schedule: Option<ScheduleBody>,
) -> Result<ReportEntry, OpError> {
    let schedule = schedule.map(ScheduleBody::entry).transpose()?;
    Ok(ReportEntry { name, shared, report, query: query.into_iter().collect(), schedule })
}

fn reader(supervisor: &Supervisor) -> ReportReader {
    ReportReader { user: supervisor.user, role: supervisor.role }
}

fn shown(report: &SavedReport, reader: ReportReader) -> SavedReportView {
    SavedReportView::of(report, reader.user, reader.role >= Role::Admin)
}
